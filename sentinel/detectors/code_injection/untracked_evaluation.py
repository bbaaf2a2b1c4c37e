"""Code evaluated from text of unknown origin.

## Why it matters
`eval` and `exec` on anything but a constant run whatever reaches them. Who can choose the text was not found; often it is more
people than the author thought of.

## What to do
1. Replace the evaluation by a parser (`ast.literal_eval`, `json.loads`), a mapping or `getattr`.
2. If code is generated, write it to a module at build time.
3. Where it has to stay, say in a comment where the text comes from.

## Known limits
This is a note: nobody's data was seen to arrive here. Text that is decoded from a constant right before it is run is told as a
warning, since nobody writes programs that way to be read. So is a parameter in a script of a skill: what an agent hands over is
not the author's choice, and a parameter that a JavaScript function joins into a program itself.

## References
- https://cwe.mitre.org/data/definitions/95.html
- https://docs.python.org/3/library/functions.html#eval


"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.document import Role
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_NEAR = 200
"""Bytes looked at beside a call."""


@rule(
    "code-injection/untracked-evaluation",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    cwe=95,
    cvss="CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI05:2026"),
    yields_to=("code-injection/code-execution", "code-injection/model-output-execution"),
    bad=(
        Example("def run(text):\n    return eval(text)\n", (2,)),
        Example("export function run(text) {\n  return eval(`(${text})`);\n}\n", (2,), "run.js"),
        Example("from plan import text\n\nexec(text())\n", (3,)),
        Example("def run(name):\n    exec(f'import {name}')\n", (2,)),
        Example("import base64\n\nexec(base64.b64decode('cHJpbnQoMSkgIyBoZWxsbw=='))\n", (3,)),
        Example("class Box:\n    def run(self, text):\n        self.text = text\n        return eval(self.text)\n", (4,)),
    ),
    good=(
        Example(
            "export function parses(text) {\n  try {\n    new Function(`(${text})`);\n  } catch {\n    return false;\n  }\n}\n",
            path="a.js",
        ),
        Example("print(eval('1 + 1'))\n"),
        Example("import ast\n\ndef run(text):\n    return ast.literal_eval(text)\n"),
        Example("def run(model):\n    model.eval()\n    return model\n"),
        Example("CODE = 'print(1)'\n\nexec(CODE)\n"),
        Example("def run(frame):\n    return frame.eval('a + b')\n"),
        Example("def evaluate(text):\n    return len(text)\n\nevaluate('x')\n"),
        Example("import re\n\ndef run(text):\n    return re.compile(text)\n"),
        Example("def run(count: int):\n    return eval(str(count) + ' + 1')\n"),
        Example("from something import eval\n\neval('x')\n"),
        Example("OPERATIONS = {'a': 'x + 1', 'b': 'x - 1'}\n\ndef run(x):\n    return eval(OPERATIONS['a'])\n"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Text that no source explains, evaluated."""
    if flow.sink.kind is not SinkKind.CODE or flow.source.kind not in UNTRACKED or "import" in flow.sink.details:
        return
    if _is_only_parsed(flow, workspace):
        return
    if _is_foreign(flow, workspace):
        yield tell(
            flow, f"is run as code (`{flow.sink.name}`)", Severity.LOW, Confidence.LOW, "in a bundle or a copy of published code"
        )
    elif "decoded" in flow.sink.details:
        yield tell(
            flow,
            f"is decoded and run as code (`{flow.sink.name}`)",
            Severity.HIGH,
            Confidence.MEDIUM,
            "the code is hidden by an encoding",
        )
    elif "direct" in flow.sink.details and not flow.sink.details.isdisjoint(("joined", "exported")):
        context = "a parameter becomes part of a program in the function that takes it"
        yield tell(flow, f"is run as code (`{flow.sink.name}`)", Severity.HIGH, Confidence.LOW, context)
    elif _is_of_a_skill(flow, workspace):
        context = "an agent calls the functions of a skill with what it read"
        yield tell(flow, f"is run as code (`{flow.sink.name}`)", Severity.HIGH, Confidence.LOW, context)
    else:
        yield tell(flow, f"is run as code (`{flow.sink.name}`)")


_WRITTEN_BY_HAND = 1_000
"""Bytes of a line, at most."""


def _is_foreign(flow: Flow, workspace: Workspace) -> bool:
    """Whether a tool wrote the line, or other people the file."""
    document = workspace.read(flow.sink.span.path)
    if document is None:
        return False
    return document.has_role(Role.MINIFIED, Role.VENDORED) or len(document.line_bytes(flow.sink.span.start_line)) > _WRITTEN_BY_HAND


def _is_only_parsed(flow: Flow, workspace: Workspace) -> bool:
    """Whether a function is made as a statement of its own, which checks the syntax of its text and runs nothing."""
    document = workspace.read(flow.sink.span.path)
    if document is None:
        return False
    span = flow.sink.span
    start, end = document.offset(span.start_line, span.start_column), document.offset(span.end_line, span.end_column)
    before = document.data[max(0, start - _NEAR) : start].rstrip()
    after = document.data[end : end + _NEAR].lstrip(b" \t")
    return (
        document.data.startswith(b"new Function(", start)
        and before[-1:] in (b"{", b";", b"}")
        and after[:1] in (b";", b"\n", b"\r", b"}")
    )


def _is_of_a_skill(flow: Flow, workspace: Workspace) -> bool:
    """Whether a parameter of a script that stands in the folder of a skill is meant."""
    if flow.source.kind is not SourceKind.PARAMETER:
        return False
    folder = posixpath.dirname(flow.sink.span.path)
    while folder:
        if f"{folder}/SKILL.md" in workspace.paths:
            return True
        folder = posixpath.dirname(folder)
    return "SKILL.md" in workspace.paths
