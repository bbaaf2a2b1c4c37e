"""Tool that hands out the secrets of the machine it runs on.

## Why it matters
The environment of a server holds its own keys, that of other processes theirs; the account files hold hashes of passwords. What a
tool answers goes to the model, from there into transcripts and to whoever asks the right question.

## What to do
1. Answer with the settings by name that the caller needs, from a fixed list.
2. Leave keys and tokens out before anything is listed.
3. Never read account files, the environment of other processes or authentication logs for a tool's answer.
4. Where a diagnosis needs it, write it to a file that only the operator reads.

## Known limits
What is done with the data in between is not followed: code that reads all of the environment and returns one value is reported as
well. A copy that is handed to a child process is not reported.

## References
- https://cwe.mitre.org/data/definitions/497.html
- https://owasp.org/www-project-mcp-top-10/

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.mcp.handlers import code_of, search
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule
from sentinel.model.surface import Tool

_LOGINS = rb"['\"]/var/log/(?:auth\.log|secure|wtmp|btmp)['\"]"
"""Names of logs in a list, which tell something only where the code also reads files."""
_READS = rb"\bopen\(|\bread_(?:text|bytes)\(|\breadFile(?:Sync)?\(|['\"](?:cat|tail|grep)\b"
_FORMS = (
    (
        "all of the environment",
        rb"\b(?:json\.dumps|str|dict|repr|sorted|list)\(\s*(?:dict\(\s*)?os\.environ\b(?!\s*[.\[]|\s*,\s*\*\*)|\bin\s+os\.environ\.items\(\)"
        rb"|JSON\.stringify\(\s*process\.env\b(?!\s*[.\[])|Object\.(?:entries|keys|fromEntries)\(\s*process\.env\s*\)",
    ),
    (
        "the environment of other processes",
        rb"/proc/(?:\{\w+\}|\$\{\w+\}|\[0-9\]\+|\d+|\*)/environ|\.environ\(\)|\{\w{1,40}\}/environ[\"'`]",
    ),
    (
        "the accounts of the machine",
        rb"\b(?:pwd|spwd|grp)\.get(?:pw|sp|gr)all\(\)|\b(?:open|read\w*)\(\s*['\"]/etc/(?:shadow|gshadow|passwd|master\.passwd|sudoers)['\"]|"
        rb"readFile(?:Sync)?\(\s*['\"`]/etc/(?:shadow|gshadow|passwd)['\"`]",
    ),
    (
        "the log of logins",
        rb"\b(?:open|read\w*)\(\s*['\"]/var/log/(?:auth\.log|secure|wtmp|btmp)['\"]|readFile(?:Sync)?\(\s*['\"`]/var/log/(?:auth|secure)",
    ),
    ("the log of logins", _LOGINS),
)  # fmt: skip
_HEAD = "import json, os, pwd, subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n@mcp.tool()\n"


def _python(body: str, *lines: int) -> Example:
    return Example(_HEAD + f'def show(name: str) -> str:\n    """Shows the settings."""\n    {body}\n', lines, "server.py")


def _script(body: str, *lines: int) -> Example:
    return Example(
        'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
        'const server = new McpServer({ name: "x", version: "1" });\n'
        f'server.tool("show", "Shows the settings.", {{}}, async () => {{\n  {body}\n}});\n',
        lines,
        "server.ts",
    )


@rule(
    "code-injection/system-data-returned",
    on=Item.TOOL,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=497,
    cvss="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:N/A:N",
    owasp=("MCP01:2025", "MCP10:2025", "LLM02:2025"),
    bad=(
        _python("return json.dumps(dict(os.environ), indent=2)", 9),
        _python("return str({k: v for k, v in os.environ.items()})", 9),
        _python("return str([u.pw_name for u in pwd.getpwall()])", 9),
        _python("return open('/etc/shadow').read()", 9),
        _python("return open(f'/proc/{name}/environ').read()", 9),
        _python("return open(f'{base}/environ').read()", 9),
        _python("for log in ['/var/log/auth.log', '/var/log/app.log']:\n        return open(log).read()", 9),
        _script('return { content: [{ type: "text", text: JSON.stringify(process.env, null, 2) }] };', 4),
    ),
    good=(
        _python("return os.environ.get('REGION', '')"),
        _python("return subprocess.run(['ls'], env=dict(os.environ, LANG='C')).stdout"),
        _python("return subprocess.run(['ls'], env={**os.environ}).stdout"),
        _python("return str(len(os.environ))"),
        _python("return os.environ['REGION']"),
        _python("return pwd.getpwnam(name).pw_dir"),
        _python("return open('/etc/hosts').read()"),
        _python("return 'see ' + ', '.join(['/var/log/auth.log', '/var/log/app.log'])"),
        _python("# return json.dumps(dict(os.environ))\n    return ''"),
        Example("import json, os\n\nprint(json.dumps(dict(os.environ)))\n", path="show.py"),
        _script('return { content: [{ type: "text", text: process.env.REGION ?? "" }] };'),
        _script("const child = spawn('ls', { env: { ...process.env, LANG: 'C' } });\n  return { content: [] };"),
    ),
)
def check(tool: Tool, workspace: Workspace) -> Iterator[Match]:
    """The first kind of the machine's secrets that the code of a tool reads as a whole."""
    document = workspace.read(tool.span.path)
    if document is None:
        return
    ranges = code_of(document, tool)
    for what, pattern in _FORMS:
        found = search(document, ranges, pattern)
        if pattern == _LOGINS and search(document, ranges, _READS) is None:
            continue
        if found is not None and not _is_for_a_child(found.group(), document.data[found.end() : found.end() + 40]):
            words = f"A tool reads {what}, and what it reads can reach the model."
            yield Match(document.span(found.start(), found.end()), words).with_related(tool.name_span, "the tool it belongs to")
            return


def _is_for_a_child(copy: bytes, after: bytes) -> bool:
    """Whether a copy is changed on the spot, as one does for a child process."""
    return copy.startswith(b"dict(") and after.lstrip().startswith((b",", b"| {", b"|{"))
