"""What the rules on patterns make of words around a place in languages other than Python and JavaScript."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_SCHEME = "<?php\nswitch ($scheme) {\n    case 'md5':\n        $password = md5($text);\n        break;\n}\n"
_OF_MAKER = 'class A {\n  String newToken() {\n    return "" + new Random().nextInt() + new Random().nextInt();\n  }\n}\n'
_LOCAL = "<?php\nif (App::environment('local')) {\n    $client = new Client(['verify' => false]);\n}\n"
_FORCED = "if options[:ssl] == 'force'\n  http.verify_mode = OpenSSL::SSL::VERIFY_NONE\nend\n"
_TAG = (
    'class A {\n  String etag(byte[] body) throws Exception {\n    return hex(MessageDigest.getInstance("MD5").digest(body));\n'
    "  }\n}\n"
)
_PLAIN = (
    'class A {\n  byte[] f(byte[] body) throws Exception {\n    return MessageDigest.getInstance("MD5").digest(body);\n  }\n}\n'
)
_SHORT = "import hashlib\n\n\ndef name(text):\n    tail = hashlib.sha1(text).hexdigest()[:LENGTH]\n    return tail\n"
_PEPPERED = (
    "import hashlib\n\ndef act(email):\n    made = hashlib.sha1((email + settings.SECRET_KEY).encode()).hexdigest()\n"
    "    return rate_limit(made)\n"
)
_SET = "import hashlib\n\n\ndef act(user, pwtext):\n    made = hashlib.md5(pwtext).hexdigest()\n\n    user.setPassword(made)\n"
_NONCE = "const nonce = Math.random().toString(36).slice(2, 7);\nconst name = `${root}__task__${Date.now()}_${nonce}`;\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.php", _SCHEME, [("weak-hash", "note", 4)], id="a scheme that is chosen by its name"),
        pytest.param("a.php", "<?php\n$key = md5($text);\n", [("weak-hash", "note", 2)], id="a name made by habit"),
        pytest.param("A.java", _TAG, [("weak-hash", "note", 3)], id="a tag of content"),
        pytest.param("A.java", _PLAIN, [("weak-hash", "note", 3)], id="a hash of unknown purpose"),
        pytest.param("a.py", _SHORT, [("weak-hash", "note", 5)], id="a digest that is cut to a name"),
        pytest.param("a.py", _PEPPERED, [("weak-hash", "note", 4)], id="the row of a rate limit, with the program's key in it"),
        pytest.param(
            "a.py", _PEPPERED.replace("made", "token").replace("rate_limit", "send"), [("weak-hash", "warning", 4)], id="a token"
        ),
        pytest.param("a.py", _SET, [("weak-hash", "warning", 5)], id="a digest that becomes a password"),
        pytest.param("A.java", _PLAIN.replace("body", "secret"), [("weak-hash", "warning", 3)], id="a hash of a secret"),
        pytest.param("a.ts", _NONCE, [("weak-random", "note", 1)], id="a part of a name that is called a nonce"),
        pytest.param(
            "a.ts",
            f"{_NONCE}const url = `${{authorize}}?nonce=${{nonce}}`;\n",
            [("weak-random", "warning", 1)],
            id="a nonce of a protocol",
        ),
        pytest.param("A.java", _OF_MAKER, [("weak-random", "warning", 3)], id="two generators in one expression"),
        pytest.param("a.php", _LOCAL, [("tls-verification-off", "note", 3)], id="only where a developer works"),
        pytest.param("a.rb", _FORCED, [("tls-verification-off", "note", 2)], id="only where a setting forces it"),
    ],
)
def test_words_around(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    """The words around a place decide whether it is a warning, a note or nothing."""
    assert expected == said(findings("code-injection", path, text))
