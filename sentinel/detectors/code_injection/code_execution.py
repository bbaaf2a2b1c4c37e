"""Code evaluated from somebody else's data.

## Why it matters
`eval`, `exec`, `compile`, `new Function` and their kin run text as a program inside the server's process, with its memory, its
secrets and its rights. Removing builtins or forbidding words does not help: every object leads back to the interpreter.

## What to do
1. Parse data with a parser for data: `json.loads`, `ast.literal_eval`, `JSON.parse`.
2. For formulas use an evaluator that knows only numbers and operators, or walk the parsed tree and allow the nodes you need.
3. For a choice among operations use a mapping from names to functions.
4. Where running code is the purpose of the tool, run it in a process or container of its own, without secrets, network or the
   workspace.

## Known limits
A sandbox that the program sets up around the evaluation is not recognised: accept the finding with a reason. Names of modules to
import and of methods to call that the caller chooses are reported too, the latter as a note. A check that a setting or the
environment may open is believed, and a pattern with the `m` flag never is.

## References
- https://owasp.org/www-community/attacks/Code_Injection
- https://cwe.mitre.org/data/definitions/95.html
- https://docs.python.org/3/library/functions.html#eval
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import route, script_tool, tool
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell, tell_choice
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


@rule(
    "code-injection/code-execution",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=95,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM05:2025", "ASI05:2026"),
    bad=(
        tool("return str(eval(text))", 1),
        tool('scope = {}\nexec(text, {"__builtins__": {}}, scope)\nreturn str(scope)', 2),
        tool(
            'code = base64.b64decode(text).decode()\nexec(compile(code, "<tool>", "exec"))\nreturn "done"', 2, uses="import base64"
        ),
        tool('return subprocess.run(["python3", "-c", text], capture_output=True).stdout', 1, uses="import subprocess"),
        tool("module = importlib.import_module(text)\nreturn module.__doc__", 1, uses="import importlib"),
        tool('for word in ("import", "os"):\n    if word in text:\n        return "no"\nreturn eval(text)', 4),
        route('return str(eval(request.form["expression"]))', 1),
        Example(
            'from mcp.server.fastmcp import FastMCP\nfrom calc import Calculator\nmcp = FastMCP("demo")\n\n@mcp.tool()\n'
            "def act(text: str) -> str:\n    return Calculator(text).run()\n\nclass Local:\n    def __init__(self, source):\n"
            "        self.source = source\n\n    def run(self):\n        return eval(self.source)\n\n@mcp.tool()\n"
            "def other(text: str) -> str:\n    return Local(text).run()\n",
            (14,),
            others=(
                (
                    "calc.py",
                    "class Calculator:\n    def __init__(self, text):\n        self.text = text\n    def run(self):\n       "
                    " return self.text\n",
                ),
            ),
        ),
        script_tool('const out = eval(text);\nreturn { content: [{ type: "text", text: String(out) }] };', 1),
        script_tool(
            'const f = new Function("x", text);\nconst out = f(1);\nreturn { content: [{ type: "text", text: String(out) }] };', 1
        ),
    ),
    good=(
        tool("return str(ast.literal_eval(text))", uses="import ast"),
        tool("return json.loads(text)", uses="import json"),
        tool('return eval("1 + 1")'),
        tool('operations = {"add": sum, "most": max}\nreturn str(operations[text]([1, 2]))'),
        tool("return str(eval(str(float(text))))"),
        tool(
            'if text not in {"json", "csv"}:\n    return "no"\nreturn importlib.import_module(text).__doc__',
            uses="import importlib",
        ),
        tool("return model.eval(text)", uses="from network import model"),
        tool("pattern = re.compile(re.escape(text))\nreturn str(pattern)", uses="import re"),
        tool("tree = ast.parse(text)\nreturn ast.dump(tree)", uses="import ast"),
        tool('return "never eval(" + text + ")"'),
        tool('return frame.query("age > 3").to_json()', uses="from data import frame"),
        route('number = int(request.args["n"])\nreturn str(eval(f"{number} + 1"))'),
        script_tool('const out = JSON.parse(text);\nreturn { content: [{ type: "text", text: String(out) }] };'),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that is run as code, or names what is imported."""
    if flow.sink.kind is not SinkKind.CODE or flow.source.kind in UNTRACKED or flow.source.kind is SourceKind.LLM_OUTPUT:
        return
    if "attribute" in flow.sink.details:
        yield tell(
            flow, "names the method that is called", Severity.LOW, Confidence.LOW, "only methods of one object can be reached"
        )
    elif "import" in flow.sink.details:
        if flow.source.kind not in LOCAL:
            yield tell(flow, f"names the module that is loaded (`{flow.sink.name}`)", Severity.HIGH, Confidence.MEDIUM)
    else:
        yield tell_choice(flow, f"is run as code (`{flow.sink.name}`)", workspace)
