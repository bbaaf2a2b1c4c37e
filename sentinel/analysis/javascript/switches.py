"""Switches of whoever runs the program: what `if (process.env.ALLOW_PRIVATE === "true") return url;` leaves out is their choice."""

from __future__ import annotations

from sentinel.analysis.javascript.program import Binary, Call, Constant, If, Logical, Member, Name, Node, Unary
from sentinel.analysis.javascript.values import NO_FACTS, Value
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.expression import expression

_SWITCH = expression(
    r"(?i)^_*(?:is|are|should|with|opt)?_*(?:\w+_)?(?:allow(?!ed)|disable|skip|insecure|unsafe|dangerous|bypass|permit(?!ted)|"
    r"trust(?!ed)|unrestricted|no_?(?:check|valid|verif|sandbox|restrict))"
)
_ENVIRONMENTS = ("process.env.", "import.meta.env.", "Bun.env.", "process.env[", "Deno.env.")


def is_switch(walker: Walker, node: If, frame: Frame) -> bool:
    """Whether only whoever runs the program decides which way is taken: the environment, or an option that is named for it."""
    named: list[Node] = []
    if not _asks(node.test, named):
        return False
    return all(map(_is_own, [walker.evaluate(one, frame) for one in named]))


def _is_own(value: Value) -> bool:
    """Whether a value is no answer of a check and nobody's from outside."""
    return value.facts is NO_FACTS and not any(taint.origin.kind.is_remote for taint in value.taints)


def _asks(node: Node, named: list[Node]) -> bool:
    """Whether a condition asks for nothing but switches; those that are known by their names alone are put into `named`."""
    if isinstance(node, Unary):
        return node.operator == "!" and _asks(node.operand, named)
    if isinstance(node, Logical):
        wanted = all if node.operator != "&&" else any
        return wanted([_asks(one, named) for one in node.operands])
    if isinstance(node, Binary):
        sides = [one for one in (node.left, node.right) if not isinstance(one, Constant)]
        return len(sides) == 1 and node.operator in ("===", "==", "!==", "!=") and _asks(sides[0], named)
    if isinstance(node, Call):
        return _is_of_environment(node) or (not node.arguments and _is_named(node.callee, named))
    return _is_of_environment(node) or _is_named(node, named)


def _is_of_environment(node: Node) -> bool:
    """`process.env.NAME`, its text in lower case, or whether it is in a list."""
    if isinstance(node, Call):
        target = node.callee
        is_held = isinstance(target, Member) and _is_of_environment(target.object)
        return is_held or _spelled(target).startswith(_ENVIRONMENTS) or any(map(_is_of_environment, node.arguments))
    return _spelled(node).startswith(_ENVIRONMENTS)


def _is_named(node: Node, named: list[Node]) -> bool:
    name = node.name if isinstance(node, (Member, Name)) else ""
    if not _SWITCH.match(name):
        return False
    named.append(node)
    return True


def _spelled(node: Node) -> str:
    if isinstance(node, Name):
        return node.name
    return f"{_spelled(node.object)}.{node.name}" if isinstance(node, Member) else ""
