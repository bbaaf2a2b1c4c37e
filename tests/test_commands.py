"""What each command of `sentinel` says on a terminal and in a pipe, and how the edge answers when something goes wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sentinel import cli, means, terminal
from sentinel.app import review_folder
from sentinel.cli import _run, main
from sentinel.desktop import Folder
from sentinel.errors import RuleError
from sentinel.hooks import Plugins
from sentinel.report.escape import terminal as fit
from tests.engine.toys import token

SERVER = '''import subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")


@mcp.tool()
def ping(host: str) -> str:
    """Ping a host."""
    return subprocess.run(f"ping -c1 {host}", shell=True, capture_output=True, text=True).stdout
'''
RULE = "code-injection/shell-command"
Said = Callable[[], tuple[str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one weakness, and a configuration that makes every fixture's path short."""
    (tmp_path / "server.py").write_text(SERVER)
    return tmp_path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What was written since it was asked last: standard output and standard error."""

    def read() -> tuple[str, str]:
        found = capsys.readouterr()
        return found.out, found.err

    return read


# -- Rules and findings explained --------------------------------------------------------------------------------------------------


def test_rules_are_listed(said: Said) -> None:
    """A line a rule, and the same as JSON."""
    assert (0, 0) == (_run(["rules"]), _run(["rules", "--json"]))
    lines, _, data = said()[0].partition("[\n")
    listed = json.loads(f"[{data}")
    assert len(lines.splitlines()) == len(listed) > 100
    assert [line.split()[0] for line in lines.splitlines()] == [one["rule"] for one in listed]
    assert {"rule", "title", "severity", "confidence", "level", "cwe", "owasp"} == set(listed[0])


def test_a_rule_is_explained(said: Said) -> None:
    """Its page, with what to do."""
    assert 0 == _run(["explain", RULE])
    text = said()[0]
    assert all(part in text for part in (RULE, "Why it matters", "What to do", "Known limits", "References"))


@pytest.mark.parametrize("name", ["shell-command", "shell-comand", "code-injection/shel-command", "Code-Injection/Shell_Command"])
def test_what_may_have_been_meant_is_told(said: Said, name: str) -> None:
    """A part of a name, a slip of the pen, another case."""
    assert 2 == _run(["explain", name])
    assert "Did you mean code-injection/shell-command" in said()[1]


@pytest.mark.parametrize("by", ["place", "fingerprint", "first digits"])
def test_a_finding_is_explained(project: Path, said: Said, by: str) -> None:
    """By its place, or by its fingerprint: the story, the steps, and how to silence it."""
    report, _ = review_folder(Folder(project, {}))
    fingerprint = report.verdicts[0].change.fingerprint
    wanted = {"place": "server.py:9", "fingerprint": fingerprint, "first digits": fingerprint[:8]}[by]
    assert 0 == _run(["explain", "--finding", wanted, "--path", str(project)])
    text = said()[0]
    assert all(part in text for part in (RULE, "line 7", "Why it matters", f"sentinel: ignore[{RULE}]", fingerprint))


@pytest.mark.parametrize("wanted", ["server.py:1", "nothing.py:9", "server.py:x", "abcde", "0123456789"])
def test_a_finding_that_is_not_there_is_said(project: Path, said: Said, wanted: str) -> None:
    """Exit 2 and where to find the fingerprints."""
    assert 2 == _run(["explain", "--finding", wanted, "--path", str(project)])
    assert f"there is no finding `{wanted}`" in said()[1]


# -- Surface, baseline, starters ---------------------------------------------------------------------------------------------------


def test_the_surface_is_listed(project: Path, said: Said) -> None:
    """Tools with arguments, place and what they can do; the same as JSON."""
    assert (0, 0) == (_run(["surface", str(project)]), _run(["surface", str(project), "--json"]))
    out, err = said()
    line, _, data = out.partition("\n")
    assert "tool      ping(host)  server.py:6  can: shell" == line and "1 declared.\n" == err
    (tool,) = json.loads(data)
    assert ("tool", "ping", ["host"], ["shell"], "Ping a host.") == tuple(
        tool[key] for key in ("kind", "name", "parameters", "capabilities", "description")
    )


def test_a_baseline_is_written_shown_and_compared(project: Path, said: Said) -> None:
    """What is known passes; what comes and what goes is listed, in words and as JSON."""
    assert 0 == _run(["baseline", "write", str(project)])
    assert f"1 finding written to {project / '.sentinel/baseline.json'}.\n" == said()[0]
    assert (0, 0) == (_run(["baseline", "show", str(project)]), _run(["baseline", "diff", str(project)]))
    out, err = said()
    assert f"error    {RULE}  server.py\n" == out
    assert "1 known finding, written by mcp-sentinel" in err and "0 findings differ from the baseline, 1 is known." in err
    other = SERVER.replace("shell=True", "shell=False").replace('f"ping -c1 {host}"', '["ls"]')
    (project / "server.py").write_text(other)
    (project / "more.py").write_text(SERVER)
    assert (0, 0) == (_run(["baseline", "diff", str(project)]), _run(["baseline", "diff", str(project), "--json"]))
    out, _ = said()
    lines, _, data = out.partition("[\n")
    assert [f"+ error    {RULE}  more.py:9", f"- error    {RULE}  server.py"] == sorted(lines.splitlines())
    assert {("new", "more.py"), ("fixed", "server.py")} == {(one["change"], one["path"]) for one in json.loads(f"[{data}")}
    assert 0 == _run(["baseline", "show", str(project), "--json"])
    assert [RULE] == [entry["rule"] for entry in json.loads(said()[0])]


def test_a_baseline_goes_where_it_is_asked_to(project: Path, tmp_path_factory: pytest.TempPathFactory, said: Said) -> None:
    """A file that was named; never through a link in the folder that is scanned."""
    output = tmp_path_factory.mktemp("elsewhere") / "deep" / "baseline.json"
    assert 0 == _run(["baseline", "write", str(project), "--output", str(output)])
    assert output.is_file() and not (project / ".sentinel").exists()
    (project / ".sentinel").symlink_to(output.parent)
    assert 2 == _run(["baseline", "write", str(project)])
    assert ".sentinel/config.toml: is there, but cannot be read (symbolic link)" in said()[1]
    (project / ".sentinel").unlink()
    (project / ".sentinel").mkdir()
    (project / ".sentinel/baseline.json").symlink_to(output)
    assert 2 == _run(["baseline", "write", str(project)])
    assert "is a link in the folder that is scanned" in said()[1]


def test_a_configuration_may_name_its_baseline(project: Path, said: Said) -> None:
    """The file is written where the configuration will look for it."""
    (project / ".sentinel").mkdir()
    (project / ".sentinel/config.toml").write_text('baseline = "known.json"\n')
    (project / "known.json").write_text('{"schema": 1, "tool": "x", "rules": "", "salt": "' + "0" * 32 + '", "findings": []}')
    assert 0 == _run(["baseline", "write", str(project)])
    assert str(project / "known.json") in said()[0]
    assert 0 == _run(["scan", str(project)])


def test_starters_are_written_once(project: Path, said: Said) -> None:
    """What exists is kept, and that is said."""
    assert (0, 0) == (_run(["init", str(project)]), _run(["init", str(project)]))
    out = said()[0]
    assert 2 == out.count("wrote ") == out.count("kept  ")
    assert 2 == _run(["init", str(project / "nothing")])


def test_publishing_needs_a_journal_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: Said) -> None:
    """The command reads its rights from the environment."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.setenv(name, "x")
    assert 2 == _run(["publish", "--journal", str(tmp_path / "none.jsonl"), "--budget", "5"])
    assert "cannot be opened" in said()[1]
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert 0 == _run(["publish", "--journal", str(tmp_path / "empty.jsonl")])
    assert "Nothing is left to deliver." in said()[0]


def test_the_version_is_told_by_every_spelling(said: Said) -> None:
    """With Typer and without."""
    with pytest.raises(SystemExit) as alone:
        main(["--version"])
    assert 0 == _run(["--version", "scan"])
    first, second = said()[0].splitlines()
    assert (0, True) == (alone.value.code, first == second)


# -- The edge ----------------------------------------------------------------------------------------------------------------------


def failing(error: BaseException) -> Callable[[list[str]], int]:
    def fail(given: list[str]) -> int:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        pytest.param(KeyboardInterrupt(), 130, "interrupted; nothing was judged", id="interrupted"),
        pytest.param(RuleError("two rules share a name", "Rename one."), 2, "Rename one.", id="an error of ours"),
        pytest.param(ZeroDivisionError("a secret"), 3, "ZeroDivisionError in", id="a bug"),
    ],
)
def test_whatever_happens_is_said(monkeypatch: pytest.MonkeyPatch, said: Said, error: BaseException, code: int, words: str) -> None:
    """Words and an exit code, and no traceback that could show what must not be shown."""
    monkeypatch.setattr(cli, "_answer", failing(error))
    assert code == _run(["scan"])
    text = said()[1]
    assert words in text and "Traceback" not in text and "a secret" not in text


def test_a_reader_that_goes_away_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process ended by SIGPIPE, without a complaint at exit."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(cli, "_answer", failing(BrokenPipeError()))
    assert 141 == _run(["scan"])


def sentinel(redirected: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a shell of its own, its streams redirected as a user would."""
    line = f'exec "$0" -m sentinel.cli "$@" {redirected}'
    given = {**os.environ, "PYTHONUNBUFFERED": "", **environment}
    return subprocess.run(["sh", "-c", line, sys.executable, *arguments], capture_output=True, env=given, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(
    "arguments", [["--version"], ["rules"], ["scan", "--quiet"], ["scan", "--quiet", "--format", "sarif"]], ids=" ".join
)
def test_an_answer_for_which_there_is_no_room_is_an_error(project: Path, arguments: list[str]) -> None:
    """In words, with exit code 2: nobody takes half a report for a whole one."""
    place = [str(project)] if "scan" in arguments else []
    done = sentinel("> /dev/full", *arguments, *place)
    assert (2, True, False) == (done.returncode, b"the answer cannot be written: " in done.stderr, b"Traceback" in done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is another error there")
@pytest.mark.parametrize("arguments", [["--version"], ["rules"], ["scan", "--quiet"]], ids=" ".join)
def test_a_reader_that_goes_away_ends_each_command_alike(project: Path, arguments: list[str]) -> None:
    """Whatever was still to be written: 141, and not a word."""
    place = [str(project)] if "scan" in arguments else []
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "sentinel.cli", *arguments, *place]
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": ""}, check=False)
    assert (141, b"") == (done.returncode, done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="another shell")
@pytest.mark.parametrize(
    ("redirected", "arguments", "code"),
    [
        pytest.param(">&-", ["scan", "--quiet"], 1, id="standard output"),
        pytest.param("2>&-", ["scan", "--config", "nothing"], 2, id="standard error"),
        pytest.param("<&- >&- 2>&-", ["scan"], 1, id="all three"),
    ],
)
def test_a_closed_stream_changes_no_exit_code(project: Path, redirected: str, arguments: list[str], code: int) -> None:
    """As a timer or a daemon starts it."""
    done = sentinel(redirected, *arguments, str(project))
    assert (code, False) == (done.returncode, b"failed itself" in done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="another shell")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_old_encoding_shows_what_it_can(project: Path, encoding: str) -> None:
    """What it lacks is escaped on a terminal; data is UTF-8 whatever the terminal speaks."""
    (project / "\u00e9\u4e2d.py").write_text(SERVER)
    told = sentinel("", "scan", "--quiet", str(project), PYTHONIOENCODING=encoding)
    data = sentinel("", "scan", "--quiet", "--format", "json", str(project), PYTHONIOENCODING=encoding)
    assert (1, b"", True) == (told.returncode, told.stderr, b"\\u4e2d.py" in told.stdout)
    assert ["server.py", "\u00e9\u4e2d.py"] == [one["place"]["path"] for one in json.loads(data.stdout.decode("utf-8"))["findings"]]


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, True, id="a terminal"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, id="a terminal that can do nothing"),
    ],
)
def test_colour_is_for_terminals(
    project: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: bool
) -> None:
    """And never against the user's wish; a bar is shown while it scans, and gone when it is done."""
    for name in ("NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out, err = Screen(), Screen()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert 1 == _run(["scan", str(project)])
    assert expected is ("\x1b[" in out.getvalue())
    assert fit(RULE) in out.getvalue()
    assert terminal.is_coloured() is expected and 40 <= terminal.width() <= 140


def test_no_bar_in_a_pipe_or_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a person at a terminal sees it."""
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setenv("CI", "true")
    with terminal.progress_bar() as bar:
        assert bar is None


# -- Means -------------------------------------------------------------------------------------------------------------------------


def test_rules_of_plugins_are_among_ours(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an installed distribution adds is looked for as our own rules are."""
    (project / "toy.txt").write_text("toy-0123456789abcdef\n")
    monkeypatch.setattr(means, "plugins", lambda: Plugins(rules=(token,), executors={"abacus": len}))
    made = means.means_of(review_folder(Folder(project, {}))[1])
    assert token in made.registry.rules and ["abacus"] == list(made.executors) and made.today >= date(2024, 1, 1)


def test_who_has_no_home_has_no_cache(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """A user without a home scans all the same."""

    def fail() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", fail)
    assert 1 == review_folder(Folder(project, {}))[0].exit_code
