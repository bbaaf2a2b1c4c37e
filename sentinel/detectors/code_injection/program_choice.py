"""Program to start chosen by somebody else's data.

## Why it matters
Whoever chooses the program that is started needs no shell: `python`, `bash`, `curl` or a file that was uploaded before will do.
The same holds for a whole command line that is split into words, however carefully it is split.

## What to do
1. Write the program's name as a constant; let the caller choose only arguments, or one of a few names from a fixed list.
2. Look commands up in a mapping from the caller's word to a complete list of arguments.
3. Where running any command is the purpose, ask the user each time and run it in a container without secrets.

## Known limits
Command-line tools that start what their user names are reported with low confidence. Programs named by configuration files are
not seen.

## References
- https://cwe.mitre.org/data/definitions/78.html
- https://owasp.org/www-community/attacks/Command_Injection

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell, tell_choice
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_RUN = "import subprocess, shlex, os"


@rule(
    "code-injection/program-choice",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    cwe=78,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM06:2025", "ASI05:2026"),
    bad=(
        tool("return subprocess.run([text], capture_output=True).stdout", 1, uses=_RUN),
        tool("return subprocess.check_output(shlex.split(text))", 1, uses=_RUN),
        tool("return subprocess.check_output(text.split())", 1, uses=_RUN),
        tool('os.execvp(text, [text])\nreturn ""', 1, uses=_RUN),
        tool('process = subprocess.Popen([command, *args])\nreturn ""', 1, uses=_RUN, takes="command: str, args: list[str]"),
        route('subprocess.run([request.args["tool"], "--version"])\nreturn "done"', 1, uses=_RUN),
        script_tool(
            'const out = spawn(text, ["--version"]);\nreturn { content: [{ type: "text", text: String(out) }] };',
            1,
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
    good=(
        tool('return subprocess.run(["ls", text], capture_output=True).stdout', uses=_RUN),
        tool('program = {"py": "python3", "js": "node"}[text]\nreturn subprocess.run([program, "--version"]).stdout', uses=_RUN),
        tool('if text not in ("git", "hg"):\n    return "no"\nreturn subprocess.check_output([text, "status"])', uses=_RUN),
        tool('return subprocess.check_output(shlex.split("git status"))', uses=_RUN),
        tool(
            'program = shutil.which("git")\nreturn subprocess.check_output([program, "status"])', uses="import subprocess, shutil"
        ),
        tool('return subprocess.check_output([sys.executable, "-m", "pip", "list"])', uses="import subprocess, sys"),
        tool('return subprocess.check_output(["sh", "run.sh"], input=text)', uses=_RUN),
        tool('return subprocess.check_output(["make"], cwd="/srv", env={"A": text})', uses=_RUN),
        tool('return subprocess.check_output("uptime")', uses=_RUN),
        tool('return subprocess.check_output(["sleep", str(seconds)])', uses=_RUN, takes="seconds: int"),
        tool("return self.run([text])", uses=_RUN),
        script_tool(
            'const out = spawn("node", ["--version"]);\nreturn { content: [{ type: "text", text: String(out) }] };',
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that decides which program starts."""
    if flow.sink.kind is not SinkKind.PROGRAM or flow.source.kind in UNTRACKED or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    if "text" in flow.sink.details:
        yield tell(flow, f"stands in a command line without a shell (`{flow.sink.name}`)", Severity.HIGH)
    else:
        yield tell_choice(flow, f"decides which program starts (`{flow.sink.name}`)", workspace)
