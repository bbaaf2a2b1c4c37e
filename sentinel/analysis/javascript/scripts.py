"""Files that somebody's text was written into and that are then given to an interpreter: the text is run as code."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.program import ArrayNode, Constant, Joined, Name, Node
from sentinel.analysis.javascript.telling import name_of
from sentinel.analysis.javascript.values import Taint, Value, deep_taints
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation
    from sentinel.analysis.javascript.walker import Frame, Walker

_WRITERS = frozenset(
    "fs.writeFile fs.writeFileSync fs.outputFile fs.outputFileSync Bun.write Deno.writeTextFile Deno.writeTextFileSync".split()
)
_RUNNERS = frozenset(
    f"child_process.{name}" for name in ("exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync", "fork")
)
_INTERPRETERS = frozenset(
    "osascript node python python3 ruby perl php deno bun tsx ts-node Rscript lua sh bash zsh powershell pwsh".split()
)
_BEFORE = re.compile(r"\s*(?P<program>[^\s\"']+)(?:\s+-\S+)*\s+[\"']?")
"""What stands before the first thing that a program is given besides its options."""
_MOST_WRITTEN = 50


def check_written(walker: Walker, made: Invocation) -> None:
    """Note what is written into a file under a name, and tell of it once an interpreter is given that file."""
    if made.reference in _WRITERS:
        held = _held(made.argument_node(0), made.frame)
        taints = tuple(taint for taint in deep_taints(made.argument(1), 1) if taint.origin.kind.is_remote)
        if held is not None and taints and len(walker.written) < _MOST_WRITTEN:
            walker.written.append((held, taints))
    elif walker.written and made.reference in _RUNNERS:
        program, script = _script(made)
        for held, taints in walker.written:
            if script is not None and held is _held(script, made.frame):
                _tell(walker, made, script, program, taints)


def _tell(walker: Walker, made: Invocation, script: Node, program: str, taints: tuple[Taint, ...]) -> None:
    details = ("evaluates", f"program:{program}")
    walker.report(SinkKind.CODE, made.node, name_of(made), taints, made.frame, script, details)


def _held(node: Node, frame: Frame) -> Value | None:
    """What a name holds: the same object as long as nothing else is assigned to it."""
    if not isinstance(node, Name):
        return None
    scope = frame.scope.find(node.name)
    return scope.names[node.name] if scope is not None else None


def _script(made: Invocation) -> tuple[str, Node | None]:
    """The interpreter that a call starts and the first thing that it is given, besides its options."""
    first, second = made.argument_node(0), made.argument_node(1)
    if made.reference == "child_process.fork":
        return "node", first
    if isinstance(first, Joined) and len(first.parts) > 1:
        return _of_line(first)
    program = posixpath.basename(made.argument(0).text() or "")
    if program not in _INTERPRETERS or not isinstance(second, ArrayNode):
        return program, None
    rest = [one for one in second.elements if not (isinstance(one, Constant) and str(one.value).startswith("-"))]
    return program, rest[0] if rest else None


def _of_line(line: Joined) -> tuple[str, Node | None]:
    begun = line.parts[0].value if isinstance(line.parts[0], Constant) else None
    found = _BEFORE.fullmatch(begun) if isinstance(begun, str) else None
    program = posixpath.basename(found.group("program")) if found is not None else ""
    return program, line.parts[1] if program in _INTERPRETERS else None
