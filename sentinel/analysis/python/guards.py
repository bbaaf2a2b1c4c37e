"""Tests that make data harmless where they hold, and those that only look as if they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sentinel.analysis.flow import EVERYTHING, PATHS, URLS, denied_kinds, safe_kinds
from sentinel.analysis.python import facts, functions, origins, rows, safety
from sentinel.analysis.python.bindings import bind
from sentinel.analysis.python.checks import (
    contains,
    equals,
    instance_test,
    is_segment,
    matches_pattern,
    method_test,
    narrow_members,
    subset,
)
from sentinel.analysis.python.containers import each, element
from sentinel.analysis.python.floating import is_floating
from sentinel.analysis.python.frames import GROWN, Arguments, Bound, Env, Frame, join_all, join_env
from sentinel.analysis.python.modules import Function
from sentinel.analysis.python.narrowing import PartOf, bare, narrow, narrow_roots, note, put
from sentinel.analysis.python.switches import decisive, is_guarded, is_switch
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOT_ABSOLUTE, NOTHING, ONE_OF, UNKNOWN, Choice, Value, deep_taints
from sentinel.model.expression import expression
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker


def refine(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    """What a condition says when it holds, or when it does not."""
    kind = node.kind
    if isinstance(node, PartOf):
        _refine_part(walker, node.call, node.key, holds, frame)
    elif kind == "not_operator" and "argument" in node.fields:
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
        _refine_answer(walker, node.get("object"), walker.text(frame, node.fields["attribute"]), holds, frame)
    elif kind == "subscript" and "value" in node.fields and "subscript" in node.fields:
        _refine_answer(walker, node.get("value"), walker.evaluate(node.fields["subscript"], frame).const, holds, frame)
    elif kind == "binary_operator" and not holds:
        _nothing_left(walker, node, frame)
    elif kind == "list_comprehension":
        _found(walker, node, holds, frame)
    elif kind in ("identifier", "named_expression"):
        value = walker.evaluate(node, frame) if kind == "identifier" else walker.evaluate(bare(node), frame)
        test = value.test
        if value.cases and kind == "identifier":
            _recall(value, holds, frame)
        elif value.items is not None and kind == "identifier":
            flag = frame.env.get(GROWN + walker.text(frame, node), NOTHING)
            if flag.target is value:
                _recall(flag, holds, frame)
        if test is not None and test is not node:
            _refine_test(walker, value, holds, frame)
        if not holds and value.taints and not value.is_container:
            name = walker.text(frame, bare(node))
            frame.env[name] = frame.env.get(name, value).guarded(EVERYTHING)  # what counts as false is empty


def _refine_test(walker: Walker, value: Value, holds: bool, frame: Frame) -> None:
    """What the test says that made a value; it may mention the name that the value has now."""
    test, value.test = value.test, None
    try:
        refine(walker, test, holds, frame)
    finally:
        value.test = test


def _nothing_left(walker: Walker, node: Node, frame: Frame) -> None:
    """`set(x) - ALLOWED` is empty."""
    left, right = node.get("left"), node.get("right")
    if left is not None and right is not None and left.kind == "call" and not deep_taints(walker.evaluate(right, frame)):
        narrow_members(walker, left, frame)


def _recall(flag: Value, holds: bool, frame: Frame) -> None:
    """What was harmless in every state in which the flag was set like this is so again."""
    states = [env for is_set, env in flag.cases if is_set is holds]
    for name, value in list(frame.env.items()):
        if value.taints and states and all(name in env and is_guarded(env[name], value) for env in states):
            frame.env[name] = join_all([{name: env[name]} for env in states])[name]


def _refine_fact(walker: Walker, node: Node, holds: bool, frame: Frame) -> None:
    """`ip_address(...).is_private`, `urlparse(...).netloc` used as a test."""
    name = walker.text(frame, node.fields["attribute"]) if "attribute" in node.fields else ""
    if name in (safety.PUBLIC_ADDRESS_FACTS if holds else safety.PRIVATE_ADDRESS_FACTS):
        value = walker.evaluate(node, frame)
        if value.ref.startswith("ipaddress."):
            narrow_roots(value, frame, URLS)
    elif name == "netloc" and not holds:
        narrow_roots(walker.evaluate(node, frame), frame, frozenset({SinkKind.REDIRECT}))


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
    if _is_same(first, frame.env):
        return
    if is_switch(walker, left, frame):
        first = frame.env
    elif is_switch(walker, right, frame):
        frame.env = first
    frame.env = join_env(first, frame.env)


def _is_same(env: Env, other: Env) -> bool:
    return len(env) == len(other) and all(other.get(name) is value for name, value in env.items())


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
        equals(walker, left, right, holds, frame)
        equals(walker, right, left, holds, frame)
    elif operator == "in":
        contains(walker, node, left, right, holds, frame)
    elif operator == "is" and walker.text(frame, right) in ("None", "True", "False"):
        value = walker.evaluate(left, frame)
        none = walker.text(frame, right) == "None"
        if none and value.cases and left.kind == "identifier":
            _recall(value, not holds, frame)
        if none and holds and left.kind == "identifier" and walker.text(frame, left) in frame.env:
            frame.env[walker.text(frame, left)] = Value(None)
            frame.env.update({root: Value(None) for root, facet in value.roots if facet == "value" and root.endswith("]")})
        if value.test is not None and left.kind == "identifier" and none:
            _refine_test(walker, value, not holds, frame)
        elif left.kind in ("call", "named_expression") or (value.test is not None and not none):
            refine(walker, left, holds if walker.text(frame, right) == "True" else not holds, frame)
    elif operator == "<=" and holds and left.kind == "call":
        subset(walker, left, right, frame)


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
            matches_pattern(walker, node, held, name, given, holds, frame)
            return
        if holds and name == "issubset" and given:
            subset(walker, receiver, given[0], frame)
            return
        if holds and name == "get" and given and held.entries is not None and not deep_taints(held):
            narrow(walker, given[0], EVERYTHING, frame)  # a key of a table of the program's own
            return
        if holds and name == "get" and given and receiver.kind == "subscript" and not deep_taints(held):
            narrow(walker, given[0], PATHS, frame)  # the name of something that the program keeps
            return
        if holds and name in rows.FETCHES:
            rows.is_there(walker, node, receiver, frame)
            return
        if held.taints and method_test(walker, node, receiver, held, name, given, holds, frame):
            return
    elif ref in ("re.match", "re.fullmatch", "re.search"):
        matches_pattern(walker, node, NOTHING, ref.partition(".")[2], given, holds, frame)
        return
    if ref == "isinstance" and len(given) == 2:
        instance_test(walker, given, holds, frame)
    elif (ref in ("any", "all") and given) or (listed.kind == "generator_expression" and ref in ("any", "all")):
        _quantified(walker, node, ref, listed if listed.kind == "generator_expression" else given[0], holds, frame)
    elif ref == "next" and (listed.kind == "generator_expression" or (given and given[0].kind == "generator_expression")):
        _found(walker, listed if listed.kind == "generator_expression" else given[0], holds, frame)
    elif ref == "bool" and given:
        refine(walker, given[0], holds, frame)
    elif ref in safety.REDIRECT_CHECKS and holds and given:
        narrow(walker, given[0], URLS, frame)
    elif ref == "os.path.isabs":
        if given and not holds:
            narrow(walker, given[0], frozenset({NOT_ABSOLUTE}), frame)
    elif ref.startswith("os.path.is"):
        return
    elif isinstance(function.target, Function | Bound):
        _predicate(walker, node, function, holds, frame)
    elif isinstance(function.target, Choice):
        _any_predicate(walker, node, function.target, holds, frame)
    else:
        _named_test(walker, ref, callee, given, holds, frame)


def _quantified(walker: Walker, node: Node, ref: str, made: Node, holds: bool, frame: Frame) -> None:
    """`any(c in x for c in BAD)`, `all(c in GOOD for c in x)`, `any(x == a for a in ALLOWED)`."""
    body = made.get("body")
    clause = next((child for child in made.children if child.kind == "for_in_clause"), None)
    if body is None or clause is None or "right" not in clause.fields:
        return
    iterated = clause.fields["right"]
    over = walker.evaluate(iterated, frame)
    clauses = [child.kind for child in made.children]
    if "if_clause" in clauses or clauses.count("for_in_clause") > 1:
        return  # nothing is asked of what is left out
    is_of_each, is_theirs = holds is (ref == "all"), bool(deep_taints(over))
    if is_of_each and is_theirs:
        for condition in _conditions(body, holds):
            _denied_of_each(walker, condition, holds, over, iterated, frame)
    if is_of_each and is_theirs and (holds or body.kind == "not_operator"):
        kinds = _told_of_each(walker, clause, body, holds, frame)
        if not kinds and not _SAYS_LITTLE.search(walker.text(frame, body)):
            kinds = EVERYTHING
        let_through = frozenset() if over.is_container else _let_through(walker, body, False, frame)
        narrow(walker, iterated, kinds - let_through - {SinkKind.ARGUMENT}, frame)
        return
    if is_of_each and not holds:
        kinds = _told_of_each(walker, clause, body, False, frame)
        if kinds and not over.is_container:
            kinds -= _let_through(walker, body, True, frame)
        if kinds:
            narrow(walker, iterated, kinds, frame)
            return
        _none_of(walker, node, body, over, iterated, frame)
        return
    if ref == "any" and holds and not over.taints:
        _one_of(walker, body, clause, over, frame)


_SAYS_LITTLE = expression(
    r"\bnot in\b|!=|\.is(?:printable|ascii|lower|upper)\(|\.(?:starts|ends)with\(|\blen\(|^\w+$"
    r"|\bord\(\w+\)\s*[<>]=?\s*(?:3[12]|12[678]|0x(?:1f|20|7[ef]|80))\b"
)
"""Tests of each character, or element, that leave what does harm."""
_UNEQUAL = expression(r"\bnot\s+in\b|!=")
_HIDDEN = expression(r"^\w+\.startswith\(\s*['\"]\.\.?['\"]\s*\)$")


def _conditions(body: Node, holds: bool) -> Iterator[Node]:
    """What holds by itself where a test holds, or does not: the parts that `and` joins, or `or`."""
    left, right, operator = body.get("left"), body.get("right"), body.get("operator")
    if body.kind == "parenthesized_expression" and body.children:
        yield from _conditions(body.children[0], holds)
    elif body.kind == "boolean_operator" and left is not None and right is not None and operator is not None:
        if (operator.kind == "and") is holds:
            yield from _conditions(left, holds)
            yield from _conditions(right, holds)
    else:
        yield body


def _denied_of_each(walker: Walker, condition: Node, holds: bool, over: Value, iterated: Node, frame: Frame) -> None:
    """What no character of a text is, and no part of a path: `part in ("..", "")`, `part.startswith(".")`, `char in "/;"`."""
    inner = condition.get("argument")
    if condition.kind == "not_operator" and inner is not None:
        return _denied_of_each(walker, inner, not holds, over, iterated, frame)
    text = walker.text(frame, condition)
    if condition.kind == "comparison_operator":
        operands = [child for child in condition.children if child.field != "operators"]
        if len(operands) != 2 or (_UNEQUAL.search(text) is not None) is not holds:
            return
        listed = walker.evaluate(operands[1], frame)
        if is_segment(each(over)):
            if any(_is_upwards(walker.evaluate(operand, frame)) for operand in operands):
                narrow_roots(each(over), frame, PATHS)
        elif not over.is_container and isinstance(listed.const, str):
            narrow(walker, iterated, denied_kinds(frozenset(listed.const)), frame)
    elif not holds and is_segment(each(over)) and _HIDDEN.search(text):
        narrow_roots(each(over), frame, PATHS)


def _let_through(walker: Walker, body: Node, is_unequal: bool, frame: Frame) -> frozenset[SinkKind]:
    """The sinks that the characters can harm which a test lets through by name: `char.isalnum() or char in "./"`."""
    if body.kind != "comparison_operator":
        return frozenset().union(*(_let_through(walker, child, is_unequal, frame) for child in body.children))
    if (_UNEQUAL.search(walker.text(frame, body)) is not None) is not is_unequal:
        return frozenset()
    held = (walker.evaluate(child, frame).const for child in body.children if child.field != "operators")
    named = frozenset("".join(text for text in held if isinstance(text, str)))
    return safe_kinds(frozenset("a")) - safe_kinds(named | {"a"})


def _told_of_each(walker: Walker, clause: Node, condition: Node, holds: bool, frame: Frame) -> frozenset[SinkKind]:
    """The sinks that no element can harm of what is iterated over, when a condition holds of each, or of none."""
    left = clause.get("left")
    if left is None or left.kind != "identifier" or "right" not in clause.fields:
        return frozenset()
    before = frame.env
    frame.env = dict(before)
    element = each(walker.evaluate(clause.fields["right"], frame))
    bind(walker, left, element, frame)
    refine(walker, condition, holds, frame)
    after = walker.evaluate(left, frame)
    frame.env = before
    return functions.gained(element, [after]) if element.taints else frozenset()


def told_in_loop(walker: Walker, loop: Node, iterated: Value, after: Value | None, frame: Frame) -> None:
    """What a loop that is never left before its end has found out about its variable holds of all that it went through."""
    left, right, body = loop.get("left"), loop.get("right"), loop.get("body")
    if left is None or left.kind != "identifier" or right is None or body is None or after is None:
        return
    element = each(iterated)
    kinds = functions.gained(element, [after]) if element.taints else frozenset()
    if kinds and not _is_rebound(walker.text(frame, left), walker.text(frame, body)):
        narrow(walker, right, kinds, frame)


_CHANGED = (
    r"\b{0}[ \t]{{0,9}}(?::[ \t]{{0,9}}\w{{1,40}}[ \t]{{0,9}})?(?:[-+*/%&|^@]|//|\*\*|<<|>>|:)?=(?!=)"
    r"|^[ \t]*\(?[\w, \t*]{{0,200}}\b{0}\b[\w, \t*]{{0,200}}\)?[ \t]{{0,9}}=(?!=)"
    r"|\b(?:for|as)[ \t(]{{1,9}}(?:[\w, \t]{{1,200}},[ \t(]{{0,9}})?{0}\b"
)


def _is_rebound(name: str, text: str) -> bool:
    """Whether a name is given another value in a part of a program."""
    return len(text) > _MOST_OF_A_LOOP or re.search(_CHANGED.format(re.escape(name)), text, re.MULTILINE) is not None


_MOST_OF_A_LOOP = 8_000
"""Characters of a loop's body that are looked at."""


def _none_has(walker: Walker, made: Node, clause: Node, frame: Frame) -> None:
    """`[x for x in data if x not in GOOD]` is empty: none of the data is what it was asked for."""
    asked = [child for child in made.children if child.kind == "if_clause" and child.children]
    if len(asked) == 1 and sum(child.kind == "for_in_clause" for child in made.children) == 1:
        kinds = _told_of_each(walker, clause, asked[0].children[0], False, frame)
        if kinds:
            narrow(walker, clause.fields["right"], kinds, frame)


def _found(walker: Walker, made: Node, holds: bool, frame: Frame) -> None:
    """Something was found among the program's own things for which the conditions hold."""
    clause = next((child for child in made.children if child.kind == "for_in_clause"), None)
    if clause is None or "left" not in clause.fields or "right" not in clause.fields:
        return
    over = walker.evaluate(clause.fields["right"], frame)
    if not holds:
        _none_has(walker, made, clause, frame)
    if not holds or deep_taints(over):
        return
    before = frame.env
    frame.env = dict(before)
    bind(walker, clause.fields["left"], each(over) if over is not NOTHING else Value(ref=ONE_OF), frame)
    for child in made.children:
        if child.kind == "if_clause" and child.children:
            refine(walker, child.children[0], True, frame)
    kept = {name: value for name, value in frame.env.items() if name in before and is_guarded(value, before[name])}
    frame.env = {**before, **kept}


def _none_of(walker: Walker, node: Node, body: Node, over: Value, iterated: Node, frame: Frame) -> None:
    """None of the listed things stands in the data."""
    operands = [child for child in body.children if child.field != "operators"]
    listed = over.const if isinstance(over.const, str) else ""
    words = [item.const for item in over.items or () if isinstance(item.const, str)]
    if (
        body.kind == "comparison_operator"
        and is_segment(each(over))
        and any(_is_upwards(walker.evaluate(operand, frame)) for operand in operands)
    ):
        narrow_roots(each(over), frame, PATHS)  # one of the segments of a path
    denied = frozenset(listed) | frozenset(word for word in words if len(word) == 1)
    for operand in operands[::-1] if body.kind == "comparison_operator" else body.children:
        value = walker.evaluate(operand, frame)
        if value.ref in safety.ADDRESSES and body.kind == "comparison_operator":
            narrow_roots(value, frame, URLS)
            return
        if value.taints and operand.kind in ("identifier", "attribute", "subscript"):
            narrow(walker, operand, denied_kinds(denied), frame)
            if ".." in words or "../" in words:
                narrow(walker, operand, PATHS, frame)
            note(walker, operand, "deny-list", node, frame)
            return
    if over.taints:
        note(walker, iterated, "deny-list", node, frame)


def _is_upwards(value: Value) -> bool:
    """Whether a value is what leads up from a folder, or holds it."""
    return value.const == ".." or any(item.const == ".." for item in value.items or ())


_MOST_OPTIONS = 8
"""Elements of a list up to which a test by any of them is looked at for each."""


def _one_of(walker: Walker, body: Node, clause: Node, over: Value, frame: Frame) -> None:
    """The data equals, or begins with, one of the listed things."""
    if body.kind == "comparison_operator" and walker.text(frame, body).count("==") == 1:
        for operand in body.children:
            if operand.field != "operators" and walker.evaluate(operand, frame).taints:
                narrow(walker, operand, EVERYTHING, frame)
        return
    if "left" not in clause.fields:
        return
    before = frame.env
    bound = walker.text(frame, clause.fields["left"])
    known = over.items if over.items and over.rest is None and len(over.items) <= _MOST_OPTIONS else None
    ends = []
    for option in known or [each(over) if over is not NOTHING else Value(ref=ONE_OF)]:
        frame.env = dict(before)
        bind(walker, clause.fields["left"], option, frame)
        refine(walker, body, True, frame)
        if bound in before:
            frame.env[bound] = before[bound]
        else:
            frame.env.pop(bound, None)
        ends.append(frame.env)
    frame.env = dict(join_all(ends))


def _predicate(walker: Walker, node: Node, function: Value, holds: bool, frame: Frame, key: object = UNKNOWN) -> None:
    """A function of the workspace that answers yes or no: what its arguments are when it does. `key`: of the part of its answer
    that says so."""
    target = function.target.function if isinstance(function.target, Bound) else function.target
    given = functions.gather(walker, frame, node)
    for value in given.everything():
        if value.ref in safety.ADDRESSES and _judges_addresses(target, holds):
            narrow_roots(value, frame, URLS)
    if not any(map(deep_taints, given.everything())) or target in walker.calls or is_floating(target, frame.module, node):
        return
    receiver = function.target.receiver if isinstance(function.target, Bound) else None
    walk = functions.walked(walker, frame, node, target, given, receiver) if not functions.is_too_deep(walker, target) else None
    if walk is None:
        _named_test(walker, target.name, node, list(given.nodes.values()), holds, frame)
        return
    answer, inner = walk
    after = inner.env
    walker.calls.append(target)
    try:
        ends = []
        if target.node.kind == "lambda" and target.body is not None and facts.truth(answer) in (None, holds):
            refine(walker, target.body, holds, inner)
            ends.append(inner.env)
        for value, env, expression in decisive(inner):
            if key is not UNKNOWN:
                value, expression = element(value, key) if value.is_container else NOTHING, None
            known = True if _is_telling(value, expression) else facts.truth(value)
            if known is not None and known is not holds:
                continue
            inner.env = dict(env)
            if expression is not None and known is None:
                refine(walker, expression, holds, inner)
            ends.append(inner.env)
    finally:
        walker.calls.pop()
        inner.env = after
    _carry(walker, target, receiver, given, ends, frame)


def _refine_answer(walker: Walker, held: Node | None, key: object, holds: bool, frame: Frame) -> None:
    """`answer.is_valid`, `answer["ok"]`: a part of what a function answered that was asked about the data."""
    if held is None or held.kind != "identifier":
        return
    test = walker.evaluate(held, frame).test
    if isinstance(test, Node) and test.kind in ("call", "await"):
        _refine_part(walker, test, key, holds, frame)


def _refine_part(walker: Walker, call: Node, key: object, holds: bool, frame: Frame) -> None:
    """A part of what a function of the workspace answers."""
    while call.kind == "await" and call.children:
        call = call.children[0]
    if call.kind != "call" or "function" not in call.fields:
        return
    function = walker.evaluate(call.fields["function"], frame)
    if isinstance(function.target, Function | Bound):
        _predicate(walker, call, function, holds, frame, key)


def _judges_addresses(function: Function, holds: bool) -> bool:
    """Whether a function whose answer is this one has found an address fit to be asked, by its name and what it looks at."""
    text = function.module.data[function.start : function.end]
    if holds:
        return b"is_global" in text or bool(safety.PREDICATE_NAMES.search(function.name))
    return b"is_private" in text or bool(safety.REFUSAL_NAMES.search(function.name))


def _any_predicate(walker: Walker, node: Node, choice: Choice, holds: bool, frame: Frame) -> None:
    """One of several functions that answer yes or no: only what each of them says is so."""
    before = frame.env
    ends = []
    for option in choice.options:
        frame.env = dict(before)
        if isinstance(option.target, Function | Bound):
            _predicate(walker, node, option, holds, frame)
        ends.append(frame.env)
    frame.env = dict(join_all(ends))


def _is_telling(value: Value, node: Node | None) -> bool:
    """Whether a predicate answers with words: what is wrong, as a text or the text of an exception."""
    if node is None:
        return False
    if node.kind in ("tuple", "expression_list") and node.children:
        return True  # an answer with its status
    if node.kind in ("string", "concatenated_string"):
        return value.const not in ("", b"")
    if any(isinstance(piece, str) and piece for piece in value.pieces):
        return True
    return node.kind == "call" and (value.ref == origins.EXCEPTION or _IS_AN_ANSWER.search(value.ref) is not None)


_IS_AN_ANSWER = expression(r"(?:^|[.?])(?:[A-Z]\w*|(?:\w+_)?response|jsonify|redirect)\(\)$")
"""What never counts as false: an object by the name of its class, an answer by that of what makes it."""


def _carry(
    walker: Walker, target: Function, receiver: Value | None, given: Arguments, ends: list[dict[str, Value]], frame: Frame
) -> None:
    """What a predicate found out about its parameters holds for the arguments."""
    if not ends:
        return
    for _, node, before, after in functions.looked_at(walker, frame, target, given, receiver, ends):
        kinds = functions.gained(before, after)
        if kinds:
            narrow(walker, node, kinds, frame)
        for value in after:
            for taint in value.taints:
                for guard, place in taint.broken:
                    held = walker.evaluate(bare(node), frame)
                    put(walker, bare(node), held.broken(guard, place), frame)


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
    """A statement that raises for bad data: `int(x)`, `validate(x)`."""
    if node.kind == "await" and node.children:
        node = node.children[0]
    if node.kind != "call" or "function" not in node.fields or "arguments" not in node.fields:
        return
    callee = node.fields["function"]
    given = [child for child in node.fields["arguments"].children if child.kind != "keyword_argument"]
    function = walker.evaluate(callee, frame)
    if function.ref in _RAISING and given:
        narrow(walker, given[0], EVERYTHING, frame)
        return
    target = function.target.function if isinstance(function.target, Bound) else function.target
    name = function.ref if target is None else ""
    if isinstance(target, Function) and functions.is_too_deep(walker, target):
        name = target.name
    if name and (safety.PREDICATE_NAMES.search(name) or safety.REFUSING_NAMES.search(name)):
        for argument in given:
            if walker.evaluate(argument, frame).taints:
                narrow(walker, argument, EVERYTHING, frame)
