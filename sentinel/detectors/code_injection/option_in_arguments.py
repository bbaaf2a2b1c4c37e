"""Argument that a program may take for an option.

## Why it matters
Without a shell no second command can be started, but an argument that begins with `-` is an option: `--upload-pack=...` makes
git run a program, `-oProxyCommand=...` does it for ssh, `--checkpoint-action=exec=...` for tar, `-o` lets curl write any file.

## What to do
1. Put `--` before the arguments that the caller chooses.
2. Where the program does not know `--`, refuse values that begin with `-`.
3. Join the value to its option: `--branch=` + value cannot become another option.
4. Match the value against a pattern of what it may be, such as a branch name or a host name.

## Known limits
Only programs are reported that are known to have an option which runs a program, or reads or writes any file. What stands after
an option that takes a value is reported with less confidence; commands of git whose options start and write nothing (`checkout`,
`reset`, `branch`) weigh less.

## References
- https://cwe.mitre.org/data/definitions/88.html
- https://sonarsource.github.io/argument-injection-vectors/

"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._fixes import option_fix
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, detail, tell
from sentinel.model.expression import expression
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_RUN = "import subprocess"
PROGRAMS = frozenset(
    "git hg svn ssh scp sftp rsync tar zip unzip 7z 7za curl wget find awk gawk sed vim vi less man ffmpeg convert magick mogrify"
    " identify chrome chromium google-chrome firefox soffice libreoffice pandoc wkhtmltopdf psql mysql mysqldump sqlite3 pip"
    " pip3 npm npx"
    " yarn pnpm go cargo docker podman kubectl helm terraform ansible ansible-playbook make gcc g++ clang python python3"
    " node perl ruby"
    " php nmap tcpdump tshark nc ncat socat openssl gpg gh aws gcloud az yt-dlp youtube-dl xargs env exiftool dot sendmail"
    " mail java"
    " sort tee split grep rg whois pytest xcrun adb uv uvx poetry".split()
)
"""Programs with an option that runs another program, or reads or writes a file of the caller's choice."""


@rule(
    "code-injection/option-in-arguments",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=88,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "ASI02:2026", "ASI05:2026"),
    bad=(
        tool('return subprocess.check_output(["git", "clone", text])', 1, uses=_RUN),
        tool('return subprocess.run(["ssh", text, "uptime"]).stdout', 1, uses=_RUN),
        tool('arguments = ["tar", "cf", "x.tar"]\narguments.append(text)\nreturn subprocess.check_output(arguments)', 3, uses=_RUN),
        tool('return subprocess.check_output(["curl", "-s", text])', 1, uses=_RUN),
        tool('words = text.split()\nreturn subprocess.check_output(["git", "log", *words])', 2, uses=_RUN),
        route('return subprocess.check_output(["git", "show", request.args["commit"]])', 1, uses=_RUN),
        script_tool(
            'const out = execFile("git", ["clone", text]);\nreturn { content: [{ type: "text", text: String(out) }] };',
            1,
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
    good=(
        tool('return subprocess.check_output(["git", "clone", "--", text])', uses=_RUN),
        tool('return subprocess.check_output(["git", "log", f"--author={text}"])', uses=_RUN),
        tool('return subprocess.check_output(["echo", text])', uses=_RUN),
        tool('if text.startswith("-"):\n    raise ValueError\nreturn subprocess.check_output(["git", "show", text])', uses=_RUN),
        tool(
            'if not re.fullmatch(r"[0-9a-f]{7,40}", text):\n    raise ValueError\nreturn subprocess.check_output(["git",'
            ' "show", text])',
            uses="import subprocess, re",
        ),
        tool('return subprocess.check_output(["git", "log", "-n", str(count)])', uses=_RUN, takes="count: int"),
        tool('return subprocess.check_output(["git", "log", "-n", str(int(text))])', uses=_RUN),
        tool('return subprocess.check_output(["git", "status"], cwd=text)', uses=_RUN),
        tool('return subprocess.check_output(["git", "show", "HEAD"])', uses=_RUN),
        tool('return subprocess.check_output(["git", "show", f"HEAD:{text}"])', uses=_RUN),
        tool('return subprocess.run(["git", "hash-object", "--stdin"], input=text).stdout', uses=_RUN),
        script_tool(
            'const out = execFile("git", ["clone", "--", text]);\nreturn { content: [{ type: "text", text: String(out) }] };',
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source at the beginning of an argument, before any `--`, of a program with dangerous options."""
    if flow.sink.kind is not SinkKind.ARGUMENT or flow.source.kind in UNTRACKED | LOCAL:
        return
    program = detail(flow, "program")
    if program not in PROGRAMS or not {"leading-position", "no-terminator"} <= flow.sink.details:
        return
    ending = f"is an argument of `{program}`, which takes it for an option when it begins with `-`"
    if "option-value" in flow.sink.details:
        yield tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "it may be the value of the option before it")
    elif program == "git" and _command_of_git(flow, workspace) in _MILD:
        yield replace(
            tell(flow, ending, Severity.MEDIUM, Confidence.MEDIUM, "its options may lose work, but start and write nothing"),
            fix=option_fix(flow, workspace),
        )
    else:
        yield replace(tell(flow, ending), fix=option_fix(flow, workspace))


_MILD = frozenset("checkout switch reset branch tag add rm stash merge cherry-pick revert restore".split())
"""Commands of git without an option that starts a program or writes a file of the caller's choice."""
_COMMAND = expression(
    rb"['\"`]git['\"`]\s*,\s*\[?\s*['\"`]([a-z][a-z-]{1,30})['\"`]|\.git\.([a-z_]{2,30})\(|"
    rb"\bexec\.Command\(\s*\"git\"\s*,\s*\"([a-z-]{2,30})\""
)
_MOST_READ = 400


def _command_of_git(flow: Flow, workspace: Workspace) -> str:
    """The command that git is given, where it is written at the sink; empty elsewhere."""
    document = workspace.read(flow.sink.span.path)
    if document is None:
        return ""
    start = document.line_start(flow.sink.span.start_line)
    found = _COMMAND.search(document.data, start, start + _MOST_READ)
    return next((group for group in found.groups() if group), b"").decode().replace("_", "-") if found is not None else ""
