"""Allow-lists that may be absent: `if (list && !list.includes(x)) return;` checks x wherever there is anything to check it by."""

from __future__ import annotations

from collections.abc import Callable

from sentinel.analysis.javascript.program import (
    ArrayNode,
    Binary,
    Block,
    Call,
    Conditional,
    Constant,
    If,
    Logical,
    Member,
    Name,
    Node,
    Unary,
)

_MEMBERSHIP = frozenset({"includes", "has", "some"})
_PLACES = frozenset({"indexOf", "findIndex"})
_COUNTS = frozenset({"length", "size"})
_SPELLED: frozenset[object] = frozenset({"http", "http:", "http://", "https:", "https://"})
_WEB: frozenset[object] = frozenset({"http", "http:", "http://"})
"""What asks for the scheme of the web without a key, and so for all hosts."""


def is_refusal(node: Logical) -> bool:
    """Whether an `&&` refuses what is not in a list, where there is a list: the last operand tells what is so when it is false."""
    return _agree(node, _present, _outsider)


def is_admission(node: Logical) -> bool:
    """Whether an `||` admits what is in a list, or everything without one: the last operand tells what is so when it is true."""
    return _agree(node, _absent, _member)


def checks_inside(node: If) -> bool:
    """`if (list) { if (!list.includes(x)) return; }`: what the inner condition tells holds after the outer one too."""
    name = _present(node.test)
    if not name or node.alternative is not None or not isinstance(node.consequence, Block):
        return False
    tests = [inner.test for inner in node.consequence.statements if isinstance(inner, If) and inner.alternative is None]
    return any(_outsider(test) == name or _differs(test, name) for test in tests)


def asks_for_scheme(node: Node) -> bool:
    """`url.protocol === "http:" || ...`, `["http:", "https:"].includes(url.protocol)`: addresses of any other scheme lead to no
    host, so that a check of the host in this branch is one of all hosts. Of `https:` alone it is not."""
    if isinstance(node, Logical):
        return node.operator == "||" and all(map(_schemes, node.operands)) and any(map(_is_web, node.operands))
    return _is_web(node)


def _is_web(node: Node) -> bool:
    return not _WEB.isdisjoint(_schemes(node))


def _schemes(node: Node) -> frozenset[object]:
    """The schemes that a condition asks for."""
    if isinstance(node, Binary) and node.operator in ("===", "=="):
        sides = (node.left, node.right)
        asked = any(isinstance(one, Member) and one.name == "protocol" for one in sides)
        return frozenset(one.value for one in sides if isinstance(one, Constant)) if asked else frozenset()
    target = node.callee if isinstance(node, Call) and len(node.arguments) == 1 else None
    if not isinstance(target, Member) or not isinstance(node, Call):
        return frozenset()
    given = node.arguments[0]
    if target.name == "startsWith":
        return frozenset({given.value} & _SPELLED) if isinstance(given, Constant) else frozenset()
    is_asked = target.name == "includes" and isinstance(target.object, ArrayNode)
    if not is_asked or not (isinstance(given, Member) and given.name == "protocol"):
        return frozenset()
    return frozenset(one.value for one in target.object.elements if isinstance(one, Constant))  # type: ignore[attr-defined]  # told by is_asked


def _differs(node: Node, name: str) -> bool:
    """Whether something is compared with what the program was given, and found to be other."""
    return isinstance(node, Binary) and node.operator in ("!==", "!=") and name in (_given(node.left), _given(node.right))


def _given(node: Node) -> str:
    """The value in `value` and in `render(value)`."""
    return _spelled(node.arguments[0] if isinstance(node, Call) and len(node.arguments) == 1 else node)


def completes_ending(node: Conditional) -> bool:
    """`root.endsWith("/") ? root : root + "/"`: a text that ends so in either case."""
    asked = _asked(node.test, frozenset({"endsWith"}))
    return bool(asked) and _spelled(node.consequence) == asked


def _agree(node: Logical, before: Callable[[Node], str], last: Callable[[Node], str]) -> bool:
    name = last(node.operands[-1])
    return bool(name) and all(before(operand) == name for operand in node.operands[:-1])


def _spelled(node: Node) -> str:
    """A name or a chain of members as it is written; empty for anything else."""
    if isinstance(node, Name):
        return node.name
    inner = _spelled(node.object) if isinstance(node, Member) else ""
    return f"{inner}.{node.name}" if inner and isinstance(node, Member) else ""


def _list_asked(node: Node) -> str:
    """The list in `list`, `list.length` and `list.size`."""
    return _spelled(node.object if isinstance(node, Member) and node.name in _COUNTS else node)


def _present(node: Node) -> str:
    """The list that is there (and not empty) when the condition is true; empty for other conditions."""
    if isinstance(node, Unary):
        return _absent(node.operand) if node.operator == "!" else ""
    if isinstance(node, Binary):
        is_told = node.operator in (">", ">=", "!==", "!=") and _is_nothing(node.right)
        return _list_asked(node.left) if is_told else ""
    if isinstance(node, Call):
        is_asked = _spelled(node.callee) in ("Array.isArray", "Boolean") and len(node.arguments) == 1
        return _spelled(node.arguments[0]) if is_asked else ""
    return _list_asked(node)


def _absent(node: Node) -> str:
    """The list that is missing or empty when the condition is true."""
    if isinstance(node, Unary):
        return _present(node.operand) if node.operator == "!" else ""
    if isinstance(node, Binary):
        is_told = node.operator in ("<", "<=", "===", "==") and _is_nothing(node.right)
        return _list_asked(node.left) if is_told else ""
    return ""


def _is_nothing(node: Node) -> bool:
    """What the size of an empty list, or a missing list, is compared with."""
    return isinstance(node, Constant) and not isinstance(node.value, bool) and node.value in (0, 1, None)


def _member(node: Node) -> str:
    """The list in which something is when the condition is true."""
    if isinstance(node, Unary):
        return _outsider(node.operand) if node.operator == "!" else ""
    if isinstance(node, Binary):
        return _asked(node.left, _PLACES) if (node.operator, _number(node.right)) in _FOUND else ""
    return _asked(node, _MEMBERSHIP)


def _outsider(node: Node) -> str:
    """The list in which something is not when the condition is true."""
    if isinstance(node, Unary):
        return _member(node.operand) if node.operator == "!" else ""
    if isinstance(node, Binary):
        return _asked(node.left, _PLACES) if (node.operator, _number(node.right)) in _NOT_FOUND else ""
    return ""


_FOUND = frozenset({("!==", -1), ("!=", -1), (">", -1), (">=", 0)})
_NOT_FOUND = frozenset({("===", -1), ("==", -1), ("<", 0), ("<=", -1)})


def _asked(node: Node, methods: frozenset[str]) -> str:
    """The list of which one of the methods is called."""
    target = node.callee if isinstance(node, Call) else None
    return _spelled(target.object) if isinstance(target, Member) and target.name in methods else ""


def _number(node: Node) -> object:
    """A number as it is written, with its sign."""
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Constant):
        value = node.operand.value
        return -value if isinstance(value, (int, float)) else None
    return node.value if isinstance(node, Constant) else None
