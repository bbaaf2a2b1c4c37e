"""Tests that make data harmless where they hold, and those that only look as if they did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS, denied_kinds
from sentinel.analysis.python import facts, functions, origins, safety
from sentinel.analysis.python.frames import Arguments, Bound, Frame, join_env
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.patterns import passed_kinds, refused_kinds
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, UNKNOWN, Value, deep_taints
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

TESTS = frozenset({"comparison_operator", "boolean_operator", "not_operator", "call", "parenthesized_expression", "await"})
"""Expressions whose value may be tested later under a name."""

_Kinds = frozenset[SinkKind]
_FACETS: dict[str, _Kinds] = {
    "value": EVERYTHING, "part": PATHS, "resolved": PATHS, "normalised": PATHS, "host": URLS, "other": frozenset(),
}  # fmt: skip


def narrow(walker: Walker, node: Node, kinds: _Kinds, frame: Frame) -> None:
    """Make what an expression stands for harmless to `kinds`, and with it what it was derived from."""
    node = _bare(node)
    value = walker.evaluate(node, frame)
    for name, facet in value.roots:
        held = frame.env.get(name)
        if held is not None:
            frame.env[name] = held.guarded(kinds & _FACETS.get(facet, frozenset()))
    _set(walker, node, value.guarded(kinds), frame)


def note(walker: Walker, node: Node, name: str, at: Node, frame: Frame) -> None:
    """Note a guard that does not protect what an expression stands for."""
    node = _bare(node)
    value = walker.evaluate(node, frame)
    place = walker.place(frame, at)
    for root, facet in value.roots:
        held = frame.env.get(root)
        if held is not None and facet != "other":
            frame.env[root] = held.broken(name, place)
    _set(walker, node, value.broken(name, place), frame)


def _bare(node: Node) -> Node:
    while node.kind == "parenthesized_expression" and node.children:
        node = node.children[0]
    if node.kind == "named_expression" and "name" in node.fields:
        node = node.fields["name"]
    return node


def _set(walker: Walker, node: Node, value: Value, frame: Frame) -> None:
    if node.kind == "identifier":
        frame.env[walker.text(frame, node)] = value
    elif node.kind in ("subscript", "attribute"):
        frame.env["@" + walker.text(frame, node)] = value
        frame.narrowed = True
    elif node.kind == "call":
        function = node.get("function")
        if function is not None and function.kind == "attribute" and "attribute" in function.fields:
            if walker.text(frame, function.fields["attribute"]) in ("strip", "lower", "upper", "casefold", "resolve", "rstrip"):
                return


def refine(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    """What a condition says when it holds, or when it does not."""
    kind = node.kind
    if kind == "not_operator" and "argument" in node.fields:
        refine(walker, node.fields["argument"], not holds, frame)
    elif kind == "parenthesized_expression" and node.children:
        refine(walker, node.children[0], holds, frame)
    elif kind == "boolean_operator":
        _refine_boolean(walker, node, holds, frame)
    elif kind == "comparison_operator":
        _refine_comparison(walker, node, holds, frame)
    elif kind == "call":
        _refine_call(walker, node, holds, frame)
    elif kind == "await" and node.children:
        refine(walker, node.children[0], holds, frame)
    elif kind == "attribute":
        _refine_fact(walker, node, holds, frame)
    elif kind in ("identifier", "named_expression"):
        value = walker.evaluate(node, frame) if kind == "identifier" else walker.evaluate(_bare(node), frame)
        test = value.test
        if test is not None and test is not node:
            value.test = None
            try:
                refine(walker, test, holds, frame)
            finally:
                value.test = test
        elif test is None and not holds and value.taints and not value.is_container and kind == "identifier":
            frame.env[walker.text(frame, node)] = value.guarded(EVERYTHING)  # what counts as false is empty


def _refine_fact(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    """`ip_address(...).is_private`, `urlparse(...).netloc` used as a test."""
    name = walker.text(frame, node.fields["attribute"]) if "attribute" in node.fields else ""
    if name in (safety.PUBLIC_ADDRESS_FACTS if holds else safety.PRIVATE_ADDRESS_FACTS):
        value = walker.evaluate(node, frame)
        if value.ref.startswith("ipaddress."):
            _narrow_roots(value, frame, URLS)
    elif name == "netloc" and not holds:
        _narrow_roots(walker.evaluate(node, frame), frame, frozenset({SinkKind.REDIRECT}))


def _narrow_roots(value: Value, frame: Frame, kinds: _Kinds) -> None:
    """Make what a host or address was taken from harmless to `kinds`."""
    for name, facet in value.roots:
        held = frame.env.get(name)
        if held is not None and facet in ("host", "value", "part"):
            frame.env[name] = held.guarded(kinds)


def _refine_boolean(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    left, right, operator = node.get("left"), node.get("right"), node.get("operator")
    if left is None or right is None or operator is None:
        return
    if (operator.kind == "and") is holds:
        refine(walker, left, holds, frame)
        refine(walker, right, holds, frame)
        return
    before = frame.env
    frame.env = dict(before)
    refine(walker, left, holds, frame)
    first = frame.env
    frame.env = dict(before)
    refine(walker, left, not holds, frame)
    refine(walker, right, holds, frame)
    frame.env = join_env(first, frame.env)


def _refine_comparison(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    operands = [child for child in node.children if child.field != "operators"]
    operators = [walker.text(frame, child) for child in node.all("operators")]
    if len(operands) != 2 or not operators:
        return
    operator = " ".join(" ".join(operators).split())
    left, right = operands
    if operator in ("not in", "!=", "is not"):
        holds = not holds
        operator = {"not in": "in", "!=": "==", "is not": "is"}[operator]
    if operator == "==":
        _equals(walker, left, right, holds, frame)
        _equals(walker, right, left, holds, frame)
    elif operator == "in":
        _contains(walker, node, left, right, holds, frame)
    elif operator == "is" and walker.text(frame, right) in ("None", "True", "False"):
        value = walker.evaluate(left, frame)
        none = walker.text(frame, right) == "None"
        if none and holds and left.kind == "identifier" and walker.text(frame, left) in frame.env:
            frame.env[walker.text(frame, left)] = Value(None)
        if value.test is not None and left.kind == "identifier" and none:
            refine(walker, value.test, not holds, frame)
        elif left.kind in ("call", "named_expression"):
            refine(walker, left, not holds if none else holds, frame)
    elif operator == "<=" and holds and left.kind == "call":
        _subset(walker, left, right, frame)


def _equals(walker: Walker, tested: Node, other: Node, holds: bool, frame: Frame) -> None:
    """`x == constant`; also `os.path.commonpath([base, x]) == base`, `os.path.basename(x) == x`."""
    if not holds:
        return
    value, against = walker.evaluate(tested, frame), walker.evaluate(other, frame)
    if tested.kind == "call":
        function = walker.evaluate(tested.fields["function"], frame) if "function" in tested.fields else NOTHING
        if function.ref in ("os.path.commonpath", "os.path.commonprefix"):
            _common_path(walker, tested, function.ref, frame)
            return
        if function.ref.endswith("path.basename") or function.ref.endswith("secure_filename"):
            narrow(walker, other, PATHS, frame)
            return
    if not deep_taints(value) or deep_taints(against):
        return
    if against.is_constant or against.opaque or against.ref:
        narrow(walker, tested, EVERYTHING, frame)
        if tested.kind == "identifier" and against.is_constant:
            frame.env[walker.text(frame, tested)] = Value(against.const)


def _common_path(walker: Walker, tested: Node, ref: str, frame: Frame) -> None:
    listed = tested.get("arguments")
    elements = listed.children[0].children if listed is not None and listed.children else []
    for element in elements:
        if walker.evaluate(element, frame).taints:
            if ref.endswith("commonprefix"):
                note(walker, element, "prefix-without-separator", tested, frame)
            else:
                narrow(walker, element, PATHS, frame)


def _contains(walker: Walker, node: Node, member: Node, container: Node, holds: bool, frame: Frame) -> None:
    inner, outer = walker.evaluate(member, frame), walker.evaluate(container, frame)
    if isinstance(inner.const, str) and outer.taints:
        _has_text(walker, node, inner.const, container, holds, frame)
        return
    if not deep_taints(inner):
        if not holds and inner.const is UNKNOWN and outer.taints and outer.const is UNKNOWN:
            note(walker, container, "deny-list", node, frame)
        return
    if deep_taints(outer):
        return
    if isinstance(outer.const, str):
        if holds and outer.const.strip() and len(outer.const) < 80:
            narrow(walker, member, EVERYTHING, frame)
    elif holds:
        narrow(walker, member, EVERYTHING, frame)


def _has_text(walker: Walker, node: Node, text: str, container: Node, holds: bool, frame: Frame) -> None:
    """`".." in path`, `";" in command`, `"@" in address`."""
    if holds:
        return
    if text.strip("/\\") == "..":
        narrow(walker, container, PATHS, frame)
    elif text in ("/", "\\"):
        narrow(walker, container, PATHS if text == "/" else frozenset(), frame)
    elif text in ("\n", "\r"):
        narrow(walker, container, frozenset({SinkKind.LOG}), frame)
    elif text == ".":
        narrow(walker, container, PATHS, frame)
    elif not text.replace(" ", "").isalnum():
        note(walker, container, "deny-list", node, frame)


def _subset(walker: Walker, left: Node, right: Node, frame: Frame) -> None:
    """`set(x) <= ALLOWED`."""
    listed = left.get("arguments")
    function = walker.evaluate(left.fields["function"], frame) if "function" in left.fields else NOTHING
    if (
        function.ref in ("set", "frozenset")
        and listed is not None
        and listed.children
        and not deep_taints(walker.evaluate(right, frame))
    ):
        narrow(walker, listed.children[0], EVERYTHING - {SinkKind.ARGUMENT}, frame)


def _refine_call(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    callee, listed = node.get("function"), node.get("arguments")
    if callee is None or listed is None:
        return
    given = [
        child.fields["value"] if child.kind == "keyword_argument" and "value" in child.fields else child
        for child in listed.children
    ]
    function = walker.evaluate(callee, frame)
    ref = function.ref
    if callee.kind == "attribute" and "object" in callee.fields and "attribute" in callee.fields:
        receiver = callee.fields["object"]
        name = walker.text(frame, callee.fields["attribute"])
        held = walker.evaluate(receiver, frame)
        if name in ("match", "fullmatch", "search") and (
            held.ref == "re.compile()" or ref in ("re.match", "re.fullmatch", "re.search", "regex.match", "regex.fullmatch")
        ):
            _matches_pattern(walker, node, held, name, given, holds, frame)
            return
        if held.taints and _method_test(walker, node, receiver, held, name, given, holds, frame):
            return
    elif ref in ("re.match", "re.fullmatch", "re.search"):
        _matches_pattern(walker, node, NOTHING, ref.partition(".")[2], given, holds, frame)
        return
    if ref == "isinstance" and len(given) == 2:
        _instance(walker, given, holds, frame)
    elif (ref in ("any", "all") and given) or (listed.kind == "generator_expression" and ref in ("any", "all")):
        _quantified(walker, node, ref, listed if listed.kind == "generator_expression" else given[0], holds, frame)
    elif ref == "bool" and given:
        refine(walker, given[0], holds, frame)
    elif ref in safety.REDIRECT_CHECKS and holds and given:
        narrow(walker, given[0], URLS, frame)
    elif ref in ("os.path.isabs",) or ref.startswith("os.path.is"):
        return
    elif isinstance(function.target, Function | Bound):
        _predicate(walker, node, function, holds, frame)
    else:
        _named_test(walker, ref, callee, given, holds, frame)


def _method_test(
    walker: Walker, node: Node, receiver: Node, held: Value, name: str, given: list[Node], holds: bool, frame: Frame
) -> bool:
    """Tests by methods of the data itself; whether the method was one."""
    if name in ("isdigit", "isalnum", "isalpha", "isnumeric", "isdecimal", "isidentifier"):
        if holds:
            narrow(walker, receiver, EVERYTHING, frame)
        return True
    if name == "startswith" and given:
        _starts(walker, node, receiver, held, given[0], holds, frame)
        return True
    if name == "endswith" and given:
        if holds and any(facet == "host" for _, facet in held.roots):
            suffix = walker.evaluate(given[0], frame)
            texts = [suffix.const] if suffix.is_constant else [item.const for item in suffix.items or ()]
            if not texts or all(isinstance(text, str) and text.startswith(".") for text in texts):
                narrow(walker, receiver, URLS, frame)
        return True
    if name == "is_relative_to":
        if holds:
            if any(facet == "resolved" for _, facet in held.roots) or not held.roots:
                narrow(walker, receiver, PATHS, frame)
            else:
                note(walker, receiver, "unresolved-prefix", node, frame)
        return True
    return name in ("exists", "is_file", "is_dir", "get", "strip")


def _starts(walker: Walker, node: Node, receiver: Node, held: Value, prefix: Node, holds: bool, frame: Frame) -> None:
    """A prefix test: of a path, an address or an option."""
    against = walker.evaluate(prefix, frame)
    texts = [against.const] if against.is_constant else [item.const for item in against.items or ()]
    texts = [text for text in texts if isinstance(text, str)]
    if not holds:
        if "-" in texts:
            narrow(walker, receiver, frozenset({SinkKind.ARGUMENT}), frame)
        return
    if texts and all(re.match(r"[a-z]+://[^/]+/", text) for text in texts):
        narrow(walker, receiver, URLS, frame)
        return
    if texts and all(re.match(r"https?://", text) for text in texts):
        kinds = frozenset({SinkKind.OPENER}) if all("://" in text for text in texts) else frozenset()
        if kinds:
            narrow(walker, receiver, kinds, frame)
        if any(len(text) > 8 for text in texts):
            note(walker, receiver, "prefix-without-separator", node, frame)
        return
    if against.taints:
        return
    facets = {facet for _, facet in held.roots}
    ends = _ends_with_separator(walker, prefix, against, texts, frame)
    if "resolved" in facets or "normalised" in facets:
        if ends:
            narrow(walker, receiver, PATHS, frame)
        else:
            note(walker, receiver, "prefix-without-separator", node, frame)
    elif (texts and all(text.startswith(("/", "./", "~")) or len(text) > 2 for text in texts)) or not texts:
        note(walker, receiver, "unresolved-prefix" if ends else "prefix-without-separator", node, frame)


def _ends_with_separator(walker: Walker, prefix: Node, against: Value, texts: list[str], frame: Frame) -> bool:
    if texts:
        return all(text.endswith(("/", "\\")) for text in texts)
    written = walker.text(frame, prefix)
    return bool(re.search(r"(os\.sep|os\.path\.sep|[\"'](/|\\\\)[\"']|/[\"'])\s*\)*\s*$", written))


def _matches_pattern(walker: Walker, node: Node, compiled: Value, name: str, given: list[Node], holds: bool, frame: Frame) -> None:
    if compiled.ref == "re.compile()":
        pattern = (compiled.entries or {}).get("pattern", NOTHING)
        subject = given[0] if given else None
    else:
        pattern = walker.evaluate(given[0], frame) if given else NOTHING
        subject = given[1] if len(given) > 1 else None
    if subject is None:
        return
    if not isinstance(pattern.const, str):
        if holds and not pattern.taints and not pattern.is_constant:
            narrow(walker, subject, EVERYTHING, frame)
        return
    if holds:
        kinds = passed_kinds(pattern.const, name)
        if kinds is None:
            note(walker, subject, "unanchored-regex", node, frame)
        else:
            narrow(walker, subject, kinds, frame)
    elif name == "search":
        kinds = refused_kinds(pattern.const)
        narrow(walker, subject, kinds, frame)
        if SinkKind.SHELL not in kinds:
            note(walker, subject, "deny-list", node, frame)


def _types(*names: str) -> re.Pattern[str]:
    """One of the names, or a tuple of them."""
    name = rf"(?:{'|'.join(map(re.escape, names))})"
    return re.compile(rf"\(?\s*{name}(?:\s*,\s*{name})*\s*,?\s*\)?")


_NARROW_TYPES = _types("int", "float", "bool", "complex", "Enum", "UUID", "datetime", "Decimal", "uuid.UUID")
_TEXT_TYPES = _types("str", "bytes")


def _instance(walker: Walker, given: list[Node], holds: bool, frame: Frame) -> None:
    named = walker.text(frame, given[1])
    if holds and _NARROW_TYPES.fullmatch(named):
        narrow(walker, given[0], EVERYTHING, frame)
    elif holds and _TEXT_TYPES.fullmatch(named):
        narrow(walker, given[0], frozenset({SinkKind.NOSQL}), frame)


def _quantified(walker: Walker, node: Node, ref: str, made: Node, holds: bool, frame: Frame) -> None:
    """`any(c in x for c in BAD)`, `all(c in GOOD for c in x)`, `any(x == a for a in ALLOWED)`."""
    body = made.get("body")
    clause = next((child for child in made.children if child.kind == "for_in_clause"), None)
    if body is None or clause is None or "right" not in clause.fields:
        return
    iterated = clause.fields["right"]
    over = walker.evaluate(iterated, frame)
    if ref == "all" and holds and over.taints:
        narrow(walker, iterated, EVERYTHING - {SinkKind.ARGUMENT}, frame)
        return
    if ref == "any" and not holds:
        _none_of(walker, node, body, over, iterated, frame)
        return
    if ref == "any" and holds and not over.taints:
        _one_of(walker, body, clause, over, frame)


def _none_of(walker: Walker, node: Node, body: Node, over: Value, iterated: Node, frame: Frame) -> None:
    """None of the listed things stands in the data."""
    operands = [child for child in body.children if child.field != "operators"]
    listed = over.const if isinstance(over.const, str) else ""
    words = [item.const for item in over.items or () if isinstance(item.const, str)]
    denied = frozenset(listed) | frozenset(word for word in words if len(word) == 1)
    for operand in operands[::-1] if body.kind == "comparison_operator" else body.children:
        value = walker.evaluate(operand, frame)
        if value.taints and operand.kind in ("identifier", "attribute", "subscript"):
            narrow(walker, operand, denied_kinds(denied), frame)
            if ".." in words or "../" in words:
                narrow(walker, operand, PATHS, frame)
            note(walker, operand, "deny-list", node, frame)
            return
    if over.taints:
        note(walker, iterated, "deny-list", node, frame)


def _one_of(walker: Walker, body: Node, clause: Node, over: Value, frame: Frame) -> None:
    """The data equals, or begins with, one of the listed things."""
    if body.kind == "comparison_operator" and walker.text(frame, body).count("==") == 1:
        for operand in body.children:
            if operand.field != "operators" and walker.evaluate(operand, frame).taints:
                narrow(walker, operand, EVERYTHING, frame)
        return
    before = frame.env
    frame.env = dict(before)
    if "left" in clause.fields:
        walker.bind(clause.fields["left"], walker.each(over, clause, frame) if over is not NOTHING else Value(ref="?one"), frame)
        refine(walker, body, True, frame)
        bound = walker.text(frame, clause.fields["left"])
        if bound in before:
            frame.env[bound] = before[bound]
        else:
            frame.env.pop(bound, None)


def _predicate(walker: Walker, node: Node, function: Value, holds: bool, frame: Frame) -> None:
    """A function of the workspace that answers yes or no: what its arguments are when it does."""
    target = function.target.function if isinstance(function.target, Bound) else function.target
    given = functions.gather(walker, frame, node)
    if not any(value.taints for value in given.everything()) or len(walker.calls) >= walker.depth_limit or target in walker.calls:
        return
    receiver = function.target.receiver if isinstance(function.target, Bound) else None
    inner = functions.enter(walker, frame, node, target, given, receiver)
    walker.calls.append(target)
    try:
        walker.run_body(target, inner)
        ends = []
        for value, env, expression in inner.returns:
            known = True if _is_telling(value, expression) else facts.truth(value)
            if known is not None and known is not holds:
                continue
            inner.env = dict(env)
            if expression is not None and known is None:
                refine(walker, expression, holds, inner)
            ends.append(inner.env)
    finally:
        walker.calls.pop()
    _carry(walker, target, receiver, given, ends, frame)


def _is_telling(value: Value, expression: Node | None) -> bool:
    """Whether a predicate answers with words: what is wrong, as a text or the text of an exception."""
    if expression is None:
        return False
    if expression.kind in ("string", "concatenated_string"):
        return value.const not in ("", b"")
    return expression.kind == "call" and value.ref == origins.EXCEPTION


def _carry(
    walker: Walker, target: Function, receiver: Value | None, given: Arguments, ends: list[dict[str, Value]], frame: Frame
) -> None:
    """What a predicate found out about its parameters holds for the arguments."""
    if not ends:
        return
    listed = walker.parameters(target)
    shift = 1 if receiver is not None and target.klass is not None else 0
    for key, node in given.nodes.items():
        name = listed[key + shift][0] if isinstance(key, int) and key + shift < len(listed) else key if isinstance(key, str) else ""
        before = (
            given.positional[key] if isinstance(key, int) and key < len(given.positional) else given.keywords.get(str(key), NOTHING)
        )
        if not name or not before.taints or any(name not in env for env in ends):
            continue
        after = [env[name] for env in ends]
        kinds = functions.gained(before, after)
        if kinds:
            narrow(walker, node, kinds, frame)
        for value in after:
            for taint in value.taints:
                for guard, place in taint.broken:
                    held = walker.evaluate(_bare(node), frame)
                    _set(walker, _bare(node), held.broken(guard, place), frame)


def _named_test(walker: Walker, ref: str, callee: Node, given: list[Node], holds: bool, frame: Frame) -> None:
    """A function that was not resolved, by what it is named after."""
    name = ref.rpartition(".")[2].lstrip("?~") or walker.text(frame, callee).rpartition(".")[2]
    if (holds and safety.PREDICATE_NAMES.search(name)) or (not holds and safety.REFUSAL_NAMES.search(name)):
        for argument in given:
            if walker.evaluate(argument, frame).taints:
                narrow(walker, argument, EVERYTHING, frame)


_RAISING = frozenset(
    "uuid.UUID int float ipaddress.ip_address ipaddress.IPv4Address ipaddress.ip_network decimal.Decimal"
    " datetime.datetime.fromisoformat"
    " datetime.date.fromisoformat bson.ObjectId".split()
)


def validated(walker: Walker, node: Node, frame: Frame) -> None:
    """A statement that raises for bad data: `path.relative_to(base)`, `int(x)`, `validate(x)`."""
    if node.kind == "await" and node.children:
        node = node.children[0]
    if node.kind != "call" or "function" not in node.fields or "arguments" not in node.fields:
        return
    callee = node.fields["function"]
    given = [child for child in node.fields["arguments"].children if child.kind != "keyword_argument"]
    if callee.kind == "attribute" and "attribute" in callee.fields and "object" in callee.fields:
        if walker.text(frame, callee.fields["attribute"]) == "relative_to":
            narrow(walker, callee.fields["object"], PATHS, frame)
            return
    function = walker.evaluate(callee, frame)
    if function.ref in _RAISING and given:
        narrow(walker, given[0], EVERYTHING, frame)
    elif function.target is None and function.ref and safety.PREDICATE_NAMES.search(function.ref):
        for argument in given:
            if walker.evaluate(argument, frame).taints:
                narrow(walker, argument, EVERYTHING, frame)


# match statements


def matches(walker: Walker, patterns: list[Node], value: Value, frame: Frame) -> bool | None:
    """Whether a case takes a value: always, never, or not known."""
    texts = [walker.text(frame, pattern).strip() for pattern in patterns]
    if texts == ["_"]:
        return True
    if value.is_constant and len(patterns) == 1:
        found = _literals(walker, patterns[0], frame)
        if found is not None:
            return value.const in found
    return None


def _literals(walker: Walker, pattern: Node, frame: Frame) -> list[object] | None:
    """The constants of a pattern that is made of nothing else."""
    inner = pattern.children[0] if pattern.children else None
    if inner is None:
        return None
    options = inner.children if inner.kind == "union_pattern" else [inner]
    values = [
        walker.evaluate(option, frame)
        for option in options
        if option.kind in ("string", "integer", "true", "false", "none", "concatenated_string")
    ]
    return [value.const for value in values] if len(values) == len(options) and values else None


def bind_patterns(walker: Walker, patterns: list[Node], subject: Node | None, value: Value, frame: Frame) -> None:
    """Names that a case binds, and what it says of the subject."""
    for pattern in patterns:
        found = _literals(walker, pattern, frame)
        if found is not None and subject is not None and len(patterns) == 1:
            if value.taints:
                narrow(walker, subject, EVERYTHING, frame)
            continue
        _bind_names(walker, pattern, value, frame)


def _bind_names(walker: Walker, pattern: Node, value: Value, frame: Frame) -> None:
    for child in pattern.children:
        if child.kind == "dotted_name" and len(child.children) == 1:
            name = walker.text(frame, child)
            if name != "_":
                frame.env[name] = Value(taints=deep_taints(value), opaque=value.opaque)
        elif child.kind in (
            "dict_pattern",
            "list_pattern",
            "tuple_pattern",
            "case_pattern",
            "class_pattern",
            "keyword_pattern",
            "as_pattern",
            "union_pattern",
            "splat_pattern",
        ):
            _bind_names(walker, child, value, frame)
        elif child.kind == "identifier" and pattern.kind in ("as_pattern", "splat_pattern"):
            frame.env[walker.text(frame, child)] = Value(taints=deep_taints(value), opaque=value.opaque)
