"""Three runs by hand: a rich one, an empty one, and one in which everything that can come from a tree is hostile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sentinel.model.document import (
    BINARY,
    BUDGET,
    EXCLUDED,
    TOO_LARGE_CHANGED,
    Language,
    Skip,
    Span,
)
from sentinel.model.finding import Action, Change, ChangeKind, Finding, Suppression, Verdict
from sentinel.model.report import Conclusion, DiffFile, Phase, Report, SurfaceDelta, Totals
from sentinel.model.rule import (
    Card,
    Confidence,
    Edit,
    Example,
    Fix,
    Item,
    Match,
    Pattern,
    Related,
    Rule,
    Severity,
)
from sentinel.model.surface import Parameter, SurfaceKind, Text, Tool

SHELL = "code-injection/shell-command-from-argument"
YAML = "code-injection/unsafe-yaml-load"
TOKEN = "secrets/access-token"
HIDDEN = "tool-poisoning/hidden-instruction"
UNPINNED = "supply-chain/unpinned-server-package"
BOUNDARY = "prompt-injection/prompt-without-boundary"


def silent(*_: object) -> Iterator[Match]:
    """A check that finds nothing: reporters never ask it."""
    yield from ()


def page(title: str, why: str) -> str:
    """A rule's page in the shape that STYLE asks for."""
    return (
        f"{title}.\n\n## Why it matters\n{why} A second sentence follows.\n\n## What to do\n"
        "1. Pass an argument list and no shell.\n2. Check the value against what is allowed.\n"
        "3. If a shell is needed, quote with `shlex.quote`.\n\n"
        "## Known limits\nA value that is checked in another module counts as unchecked.\n\n"
        "## References\n- https://cwe.mitre.org/data/definitions/78.html\n- https://modelcontextprotocol.io/specification\n"
    )


def rule(identity: str, title: str, why: str, severity: Severity, cwe: int, cvss: str, **more: Any) -> Rule:
    """A rule of which only the card and the page count."""
    on = Item.FLOW if identity.startswith("code") else Item.DOCUMENT
    card = Card(
        identity, on, severity, Confidence.HIGH, cwe, cvss, ("MCP05:2025", "LLM05:2025"),
        bad=(Example("import subprocess\nsubprocess.run(f'ping {host}', shell=True)\n", (2,), "server.py"),),
        good=(Example("import subprocess\nsubprocess.run(['ping', host])\n", (), "server.py"),),
        patterns=(Pattern(rb"x"),) if on is Item.DOCUMENT else (),
    )  # fmt: skip
    return Rule(replace(card, **more), page(title, why), silent)


RULES = (
    rule(SHELL, "Shell command built from a tool's argument",
         "Whoever can call the tool, and that includes any text the model has read, runs commands on the server.",
         Severity.CRITICAL, 78, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
    rule(YAML, "YAML read by a loader that builds objects", "A document can name any Python class and have it made.",
         Severity.HIGH, 502, "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"),
    rule(BOUNDARY, "Prompt that mixes instructions with foreign text", "The model cannot tell which of them to follow.",
         Severity.MEDIUM, 1427, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N"),
    rule(TOKEN, "Access token in a file", "A token in the history is public for as long as the history is.",
         Severity.HIGH, 798, "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"),
    rule(UNPINNED, "Server package without a version", "Whatever was published last is what runs.",
         Severity.MEDIUM, 1357, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N", formerly=("supply-chain/floating-package",)),
    rule(HIDDEN, "Hidden instruction in a tool's description", "A model reads what a person does not see.",
         Severity.HIGH, 1427, "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"),
)  # fmt: skip


def span(path: str, line: int, start: int = 5, end: int = 40, last: int = 0) -> Span:
    """A span on one line, or on several."""
    return Span(path, line, start, last or line, end)


def finding(
    identity: str, path: str, line: int, message: str, severity: Severity = Severity.HIGH, last: int = 0, **more: Any
) -> Finding:
    """A finding with high confidence whose identity follows from its message."""
    hexes = f"{abs(hash_of(identity + message)):032x}"[:32]
    made = Finding(identity, span(path, line, last=last), message, severity, Confidence.HIGH, hexes)
    return replace(made, **more)


def hash_of(text: str) -> int:
    """A number that is the same in every process."""
    value = 7
    for char in text:
        value = (value * 1_000_003 + ord(char)) % (1 << 127)
    return value


def change(found: Finding, kind: ChangeKind = ChangeKind.NEW, **more: Any) -> Change:
    """The change a finding is."""
    made = Change(found, kind, f"{hash_of(found.rule + found.path + found.identity):032x}"[:32])
    return replace(made, **more)


def verdict(found: Finding, action: Action = Action.BLOCK, kind: ChangeKind = ChangeKind.NEW, **more: Any) -> Verdict:
    """The verdict on a finding."""
    return Verdict(change(found, kind, **more), action)


def tool(name: str, description: str, **more: Any) -> Tool:
    """A tool with a description."""
    text = Text(description, span("src/server.py", 10), "description")
    made = Tool(SurfaceKind.TOOL, name, span("src/server.py", 9), span("src/server.py", 9), Language.PYTHON, (text,))
    return replace(made, **more)


def shell_finding() -> Finding:
    """A flow of three steps into a shell, with an exact fix."""
    path = "src/server.py"
    return finding(
        SHELL, path, 14, "The tool argument `host` of `ping` becomes part of a command that a shell runs", Severity.CRITICAL,
        related=(
            Related(span(path, 11), "the tool argument `host` of `ping`"),
            Related(span(path, 13), "joined into a command"),
        ),
        is_flow=True,
        excerpt="    return subprocess.run(command, shell=True).stdout",
        fix=Fix("Run the program without a shell", (Edit(Span(path, 14, 27, 14, 46), '["ping", "-c1", "--", host]'),)),
    )  # fmt: skip


def rich() -> Report:
    """A run that has something of everything."""
    token = finding(TOKEN, "deploy/.env", 3, "A GitHub access token stands in the file", excerpt="GITHUB_TOKEN=ghp_***")
    pins = tuple(
        finding(UNPINNED, ".mcp.json", line, "`npx` starts a package without a version", Severity.MEDIUM, ordinal=n)
        for n, line in enumerate((5, 9, 12))
    )
    hidden = finding(
        HIDDEN, "src/tools.ts", 40, "The description of `search` asks the model to keep something from the user",
        context="the text is an example", severity=Severity.MEDIUM,
    )  # fmt: skip
    outside = finding(
        YAML, "src/load.py", 120, "`yaml.load` builds any object the document names", excerpt="    return yaml.load(text)"
    )
    old = finding(BOUNDARY, "src/prompts.py", 7, "A prompt joins instructions and a fetched page", Severity.MEDIUM)
    fixed = finding(YAML, "src/old.py", 8, "`yaml.load` builds any object the document names")
    later = finding(BOUNDARY, "src/more.py", 3, "A prompt joins instructions and a fetched page", Severity.MEDIUM)
    quiet = finding(TOKEN, "tests/data.py", 2, "An access token stands in the file", excerpt="token = '***'")
    note = replace(old, severity=Severity.LOW, span=span("src/log.py", 4), message="Text of a caller goes into a log")
    trusted = Suppression("inline", "tests/data.py", 2, "a made-up token", owner="sec-team", expires="2027-01-31")
    return Report(
        verdicts=(
            verdict(shell_finding()), verdict(token), verdict(outside, Action.WARN), verdict(hidden, Action.WARN),
            *(verdict(pin, Action.WARN) for pin in pins), verdict(note, Action.NOTE),
            verdict(later, Action.PASS, ChangeKind.UNCHANGED_CODE),
            verdict(old, Action.PASS, ChangeKind.KNOWN, previous_path="src/prompt.py"),
            verdict(fixed, Action.PASS, ChangeKind.FIXED),
        ),
        skips=(
            Skip("assets/logo.png", BINARY), Skip("dist", EXCLUDED), Skip("models/big.json", TOO_LARGE_CHANGED, "41 MB"),
            Skip("src/slow.js", BUDGET, "parsing stopped", 812),
        ),
        suppressed=((Verdict(change(quiet, suppression=trusted), Action.PASS), trusted),),
        rules=tuple(sorted(RULES, key=lambda r: r.identity)),
        conclusion=Conclusion.FAILURE, exit_code=1,
        totals=Totals(files=214, bytes=1_840_000, parsed_bytes=402_000, tools=6),
        surface=(
            SurfaceDelta(None, tool("ping", "Ping a host.", capabilities=frozenset({"shell", "network"}))),
            SurfaceDelta(tool("search", "Search the notes."),
                         tool("search", "Search the notes and the web.", capabilities=frozenset({"network"}),
                              annotations=(("readOnlyHint", True),), parameters=(Parameter("engine", span("src/server.py", 30)),))),
            SurfaceDelta(tool("wipe", "Delete everything."), None),
        ),
        diff=(
            DiffFile("src/server.py", "modified", hunks=((8, 20),), added=frozenset({11, 13, 14})),
            DiffFile("deploy/.env", "added", hunks=((1, 4),), added=frozenset({1, 2, 3, 4})),
            DiffFile(".mcp.json", "modified", hunks=((1, 20),), added=frozenset({5, 9, 12})),
            DiffFile("src/tools.ts", "modified", hunks=((38, 44),), added=frozenset({41})),
            DiffFile("src/load.py", "modified", hunks=((10, 20),), added=frozenset({12})),
        ),
        gate_changes=(".github/workflows/ci.yml",),
        notices=("The token may not write comments; add `pull-requests: write` to the job's permissions.",),
        phases=(Phase("walk", 0.21), Phase("scan", 1.38), Phase("extract", 0.4), Phase("secrets", 0.01)),
        base_sha="b" * 40, head_sha="a" * 40, merge_line_maps={"src/tools.ts": {40: 42}},
        source_lines={"src/server.py": {
            11: "def ping(host: str) -> str:", 13: '    command = f"ping -c1 {host}"',
            14: "    return subprocess.run(command, shell=True).stdout"}},
        repository_url="https://github.com/example/server", tool_version="1.2.3", run_id="42",
    )  # fmt: skip


def empty() -> Report:
    """A run that found nothing in a small tree."""
    return Report((), (), (), RULES, Conclusion.SUCCESS, 0, Totals(3, 1200), diff=(), tool_version="1.2.3")


EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>![i](https://evil.example/p.png)[l](javascript:alert(3)) @octocat "
    "#12 owner/repo#3 GH-7 https://evil.example www.evil.example a@b.example ::error file=x::boom ##[error]boom %0A "
    "`tick` ``` | pipe | **bold** --> <!-- sentinel:v1 fp=" + "0" * 32 + " --> $x$ \x1b[31mred\x1b]8;;https://evil.example\x07 "
    "\u202edesrever\u202c \u200bzero \U000e0041tag {{ 7*7 }} {% raw %} [bold]rich[/bold] '\"&"
)
EVIL_LINES = f"one\n::error::two\r\n```\n~~~\n</code></pre><script>alert(4)</script>\n##[add-mask]x\n{EVIL}"
EVIL_PATH = "src/\n::error::x/`|<b>@team [bold]%2e%2e\u202e'\".py"


def hostile() -> Report:
    """Every text that can come from a tree attacks; the rules are ours and stay as they are."""
    path = EVIL_PATH
    base = finding(
        SHELL, path, 14, EVIL, Severity.CRITICAL, excerpt=EVIL_LINES, context=EVIL, is_flow=True,
        related=(Related(span(path, 11), EVIL), Related(span("https://evil.example/a b", 2), EVIL)),
        fix=Fix(EVIL, (Edit(Span(path, 14, 1, 14, 2), "```\n</details>\n::error::x"),)),
    )  # fmt: skip
    also = replace(base, span=span(path, 15), ordinal=1, related=(), fix=None)
    third = replace(base, span=span(path, 16), ordinal=2, related=(), fix=None)
    pending = Suppression("inline", path, 13, EVIL, owner=EVIL, expires=EVIL, is_trusted=False)
    waiting = Verdict(change(replace(base, message=f"x {EVIL}"), suppression=pending), Action.BLOCK)
    return Report(
        verdicts=(verdict(base), verdict(also), verdict(third), waiting,
                  verdict(base, Action.PASS, ChangeKind.KNOWN, previous_path=path)),
        skips=(Skip(path, BUDGET, EVIL, 3), Skip(f"a{path}", BINARY, EVIL)),
        suppressed=((verdict(third), pending),),
        rules=RULES, conclusion=Conclusion.FAILURE, exit_code=1, totals=Totals(1, 2),
        surface=(
            SurfaceDelta(tool(EVIL, EVIL), tool(EVIL, EVIL_LINES, parameters=(Parameter(EVIL, span(path, 1)),))),
            SurfaceDelta(None, tool(EVIL, EVIL, capabilities=frozenset({"shell"}))),
        ),
        diff=(DiffFile(path, "modified", hunks=((1, 30),), added=frozenset(range(1, 30))),),
        gate_changes=(path,), notices=(f"Something about `{EVIL}`.",), phases=(Phase("reading", 0.1),),
        base_sha="b" * 40, head_sha="a" * 40, source_lines={path: {14: "``` code"}},
        repository_url="https://github.com/example/server", tool_version="1.2.3", run_id="42",
    )  # fmt: skip


def many(number: int, family: str = SHELL) -> Report:
    """A run with that many different new findings, all on lines of the diff."""
    found = tuple(
        finding(family, f"src/file{n % 50}.py", n // 50 + 1, f"Finding number {n} of many", Severity.HIGH) for n in range(number)
    )
    files = tuple(DiffFile(f"src/file{n}.py", "added", hunks=((1, 2000),), added=frozenset(range(1, 2001))) for n in range(50))
    return replace(rich(), verdicts=tuple(verdict(f) for f in found), diff=files, suppressed=())
