"""Shell command built from somebody else's data.

## Why it matters
A shell reads its text as a program. Whoever chooses a part of it can end the intended command with `;`, `|`, `&&`, a line break or
`$(...)` and start another one, with all the rights of the server. In an MCP server that somebody is whoever writes text that the
model reads: a web page, an issue, a mail.

## What to do
1. Start the program directly, with a list of arguments and without a shell: `subprocess.run(["ping", "-c", "1", host])`,
   `execFile("ping", ["-c", "1", host])`.
2. Put `--` before arguments that the caller chooses, so that none is taken for an option.
3. Accept only what the tool needs: a number, one of a few words, a pattern that matches the whole text.
4. Where a shell cannot be avoided, quote each argument with `shlex.quote`, and never inside quotes of your own.

## Known limits
Data is followed through assignments, calls, fields and modules of the workspace, not through files, databases or processes. A
function that is not part of the workspace and is named after cleaning (`sanitize_...`, `escape_...`) is believed. So is a check
that a setting of the program, a flag or the environment may open: whoever sets it takes the risk. A pattern with the `m` flag is
never taken for a check, even where the text was cut to one line before. What a program encodes and decodes again itself (base64,
hex, character codes) counts as decoded, whatever was checked before.

## References
- https://owasp.org/www-community/attacks/Command_Injection
- https://cwe.mitre.org/data/definitions/78.html
- https://docs.python.org/3/library/subprocess.html#security-considerations
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.detectors.code_injection._examples import express, route, script_tool, tool
from sentinel.detectors.code_injection._fixes import command_fix
from sentinel.detectors.code_injection._story import UNTRACKED, tell_choice
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


@rule(
    "code-injection/shell-command",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=78,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM05:2025", "ASI05:2026"),
    bad=(
        tool('return subprocess.run(f"ping -c 1 {text}", shell=True, text=True).stdout', 1, uses="import subprocess"),
        tool('return os.popen("ping -c 1 " + text).read()', 1),
        tool(
            'command = f"git log {text}"\nresult = subprocess.run(command, shell=True, capture_output=True)\nreturn result.stdout',
            2,
            uses="import subprocess",
        ),
        tool('run(["bash", "-c", "echo " + text])\nreturn "done"', 1, uses="from subprocess import run"),
        tool('if text.startswith("rm"):\n    return "no"\nos.system("convert {} out.png".format(text))\nreturn "done"', 3),
        tool('os.system(f"echo \'{shlex.quote(text)}\'")\nreturn "done"', 1, uses="import os, shlex"),
        tool('parts = ["tar", "czf", "x.tgz"]\nparts.append(text)\nos.system(" ".join(parts))\nreturn "done"', 3),
        route('os.system("host " + request.args.get("name"))\nreturn "done"', 1),
        Example(
            'from mcp.server import Server\nimport asyncio\nserver = Server("demo")\n\n@server.call_tool()\n'
            'async def call(name: str, arguments: dict):\n    if name == "dns":\n        host = arguments["host"]\n'
            '        process = await asyncio.create_subprocess_shell(f"dig {host}")\n        await process.wait()\n',
            (9,),
        ),
        Example(
            'from mcp.server.fastmcp import FastMCP\nfrom helper import run\nmcp = FastMCP("demo")\n\n@mcp.tool()\n'
            'def act(text: str) -> str:\n    return run("echo " + text)\n\nimport subprocess\n'
            "def local(line):\n    return subprocess.getoutput(line)\n\n@mcp.tool()\ndef other(text: str) -> str:\n   "
            " return local(text)\n",
            (11,),
            others=(("helper.py", "def run(line):\n    return line\n"),),
        ),
        script_tool(
            "const run = promisify(exec);\nconst out = await run(`ping -c 1 ${text}`);\nreturn { content: [{"
            ' type: "text", text: String(out) }] };',
            2,
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
        express(
            'execSync("host " + req.query.name);\nres.send("done");',
            1,
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
    good=(
        tool('return subprocess.run(["ping", "-c", "1", text], capture_output=True).stdout', uses="import subprocess"),
        tool('os.system("echo " + shlex.quote(text))\nreturn "done"', uses="import os, shlex"),
        tool('os.system(f"sleep {seconds}")\nreturn "done"', takes="seconds: int"),
        tool('if text not in ("start", "stop"):\n    raise ValueError(text)\nos.system("service web " + text)\nreturn "done"'),
        tool(
            'if not re.fullmatch(r"[a-z0-9]+", text):\n    return "no"\nos.system("id " + text)\nreturn "done"',
            uses="import os, re",
        ),
        tool('os.system("uptime")\nreturn text'),
        tool('commands = {"up": "uptime", "who": "who"}\nos.system(commands[text])\nreturn "done"'),
        tool('os.system(f"kill {int(text)}")\nreturn "done"'),
        tool('match text:\n    case "up" | "down":\n        os.system("link " + text)\nreturn "done"'),
        tool(
            'os.system("link " + text)\nreturn "done"',
            takes='text: Literal["up", "down"]',
            uses="import os; from typing import Literal",
        ),
        tool('if False:\n    os.system("echo " + text)\nreturn "done"'),
        route('port = request.args.get("port", type=int)\nos.system(f"fuser {int(port)}/tcp")\nreturn "done"'),
        Example('import os\nimport sys\n\nROOT = "/srv"\nos.system(f"ls {ROOT}")\n'),
        script_tool(
            'const out = execFile("ping", ["-c", "1", text]);\nreturn { content: [{ type: "text", text: String(out) }] };',
            uses='import { exec, execFile, execSync, spawn } from "node:child_process"; import { promisify } from "node:util";',
        ),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that a shell interprets."""
    if flow.sink.kind is not SinkKind.SHELL or flow.source.kind in UNTRACKED or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    yield replace(tell_choice(flow, f"runs in a shell (`{flow.sink.name}`)", workspace), fix=command_fix(flow, workspace))
