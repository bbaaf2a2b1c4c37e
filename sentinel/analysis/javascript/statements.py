"""How statements are walked: each returns how it ends (NORMAL, JUMP, EXIT)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sentinel.analysis.flow import URLS
from sentinel.analysis.javascript.allowlists import asks_for_scheme, checks_inside
from sentinel.analysis.javascript.binding import assign_pattern, settled
from sentinel.analysis.javascript.carrying import pass_hook
from sentinel.analysis.javascript.changing import loosened
from sentinel.analysis.javascript.guarding import equal_facts, told_of_all
from sentinel.analysis.javascript.making import make_class, make_function
from sentinel.analysis.javascript.modules import Module, resolve
from sentinel.analysis.javascript.program import (
    Assign,
    Binary,
    Block,
    Case,
    Class,
    Constant,
    Declare,
    Exit,
    Export,
    Function,
    Group,
    If,
    Import,
    Jump,
    Loop,
    Name,
    Node,
    Switch,
    Try,
    Unary,
)
from sentinel.analysis.javascript.reading import element_of, keys_of
from sentinel.analysis.javascript.sources import REQUEST, TOOL_NAME, SourceRow, sourced, typed_value
from sentinel.analysis.javascript.switches import is_switch
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    NO_FACTS,
    UNDEFINED,
    UNKNOWN,
    Absent,
    ClassValue,
    Fact,
    Lazy,
    Scope,
    Value,
    canonical,
    join,
    join_all,
    reference_to,
)
from sentinel.analysis.javascript.walker import EXIT, JUMP, NORMAL, Frame, Left, Walker, truth
from sentinel.model.flow import SourceKind

_EMIT = b".emit("
_MOST_LOOP_DEPTH = 2
"""Deeper loops are walked once, not twice."""
_MOST_FALL_THROUGH = 3
_MOST_ASKED = 4
"""Elements of a list that are asked whether they are the addresses of a host."""
_MOST_STARS = 6
"""Modules that hand on each other's exports, one inside the other."""


def execute(walker: Walker, node: Node, frame: Frame) -> int:
    """Walk one statement."""
    handler = _EXECUTE.get(type(node))
    if handler is None:
        walker.never_returns = False
        walker.evaluate(node, frame)
        if walker.never_returns:
            walker.never_returns = False
            return EXIT
        return NORMAL
    walker.steps_left -= 1
    if walker.steps_left < 0:
        walker.is_exhausted = True
        return NORMAL
    return handler(walker, node, frame)


def execute_all(walker: Walker, statements: tuple[Node, ...], frame: Frame) -> int:
    """Walk statements in order, functions declared among them first; what follows a return is dead."""
    for node in statements:
        inner = node.declaration if isinstance(node, Export) else node
        if isinstance(inner, Function) and inner.name:
            frame.scope.names[inner.name] = make_function(walker, inner, frame)
            if isinstance(node, Export):
                _export_value(walker, node, inner, frame.scope.names[inner.name], frame)
    for node in statements:
        end = execute(walker, node, frame)
        if end != NORMAL:
            return end
    return NORMAL


def _function(walker: Walker, node: Node, frame: Frame) -> int:
    return NORMAL


def _class(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Class)
    value = make_class(walker, node, frame)
    if node.name:
        walker.assign(frame.scope, node.name, value)
    return NORMAL


def _declare(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Declare)
    module = frame.module
    if (
        module.document is not walker.document
        and frame.scope is module.scope
        and isinstance(node.pattern, Name)
        and node.value is not None
    ):
        is_open = isinstance(node.value, Constant) and module.may_change(node.pattern, node.value.value)
        frame.scope.names[node.pattern.name] = UNKNOWN if is_open else Lazy(partial(walker.later, node.value, module))
        return NORMAL
    value = walker.evaluate(node.value, frame) if node.value is not None else UNDEFINED
    if frame.scope is module.scope and isinstance(node.pattern, Name) and module.may_change(node.pattern, value.constant):
        value = UNKNOWN  # whoever asks for it in a function may ask after that
    if node.type and not value.taints and not value.functions:
        value = typed_value(walker, node.type, value, node, frame)
    if not node.is_var:
        assign_pattern(walker, node.pattern, value, frame, is_declared=True)
        return NORMAL
    inner = frame.scope
    frame.scope = inner.function_scope()
    assign_pattern(walker, node.pattern, value, frame, is_declared=True)
    frame.scope = inner
    return NORMAL


def _block(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Block)
    outer = frame.scope
    if any(isinstance(inner, (Declare, Function, Class)) for inner in node.statements) and outer.parent is not None:
        frame.scope = Scope(outer)
    try:
        return execute_all(walker, node.statements, frame)
    finally:
        frame.scope = outer


def _declarations(walker: Walker, node: Node, frame: Frame) -> int:
    """A block of declarations that share their scope with what is round them (`let a, b`)."""
    assert isinstance(node, Block)
    if node.statements and all(isinstance(inner, Declare) for inner in node.statements):
        return execute_all(walker, node.statements, frame)
    return _block(walker, node, frame)


def _forget_absent(walker: Walker, asked: Node, value: Value, frame: Frame) -> None:
    """`if (text) ... else`: where it is not there, nobody's data is in the other names that hold it."""
    if not value.taints or not isinstance(asked, Name) or value.facts is not NO_FACTS or value.record is not None:
        return
    scope: Scope | None = frame.scope
    while scope is not None:
        for name, held in list(scope.names.items()):
            if held is value and name != asked.name:
                walker.assign(scope, name, UNKNOWN)
        scope = scope.parent if not scope.is_function else None


def _if(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, If)
    test = walker.evaluate(node.test, frame)
    known = truth(test)
    if known is not None:
        chosen = node.consequence if known else node.alternative
        return execute(walker, chosen, frame) if chosen is not None else NORMAL

    checked: list[Fact] = []
    is_own = is_switch(walker, node, frame)
    is_of_scheme = node.alternative is None and asks_for_scheme(node.test)
    is_checked = is_of_scheme or (is_own and node.alternative is None) or checks_inside(node)

    name, flag, is_negated = _flag_of(node.test)
    scope = frame.scope.find(name) if name else None
    asked = (scope.names[name], is_negated) if scope is not None else None
    left: list[Left] = [(), ()]

    def consequence() -> int:
        walker.assume(test.facts.true)
        _recall(walker, frame, flag, asked, 0)
        before = dict(walker.guards) if is_checked else {}
        walker.switches += is_own
        try:
            end = execute(walker, node.consequence, frame)
        finally:
            walker.switches -= is_own
        if is_checked and end == NORMAL:
            outlasting = URLS if is_of_scheme else EVERYTHING
            checked.extend(Fact(*key, told[0] & outlasting) for key, told in walker.told_since(before).items())
        left[0] = _left(walker) if asked is not None else ()
        return end

    def alternative() -> int:
        walker.assume(test.facts.false)
        _forget_absent(walker, node.test, test, frame)
        _recall(walker, frame, flag, asked, 1)
        end = execute(walker, node.alternative, frame) if node.alternative is not None else NORMAL
        left[1] = _left(walker) if asked is not None else ()
        return end

    end = walker.branch((consequence, alternative))
    walker.assume(tuple(checked))
    if asked is not None:
        sides = (_on_side(left[0], left[1]), _on_side(left[1], left[0]))
        frame.flags[flag] = (asked[0], sides if not is_negated else sides[::-1])
    return end


def _flag_of(test: Node) -> tuple[str, str, bool]:
    """The name that a condition asks for its truth or for being a text of the program's, how the question is known again, and
    whether the opposite is asked; empty for other conditions."""
    if isinstance(test, Binary) and test.operator in ("===", "==", "!==", "!=") and isinstance(test.right, Constant):
        text = test.right.value
        name = test.left.name if isinstance(test.left, Name) and isinstance(text, str) else ""
        return name, f"{name}={text}", test.operator.startswith("!")
    is_negated = isinstance(test, Unary) and test.operator == "!"
    inner = test.operand if isinstance(test, Unary) and is_negated else test
    name = inner.name if isinstance(inner, Name) else ""
    return name, name, is_negated


def _left(walker: Walker) -> Left:
    """What a branch leaves behind: the names and guards that it wrote, with their values at its end and before it."""
    made: dict[tuple[int, object], tuple[dict[Any, Any], Any, Any, Any]] = {}
    for names, key, old in walker.trail or ():
        if key in names:
            made.setdefault((id(names), key), (names, key, names[key], old))
    return tuple(made.values())


def _on_side(own: Left, other: Left) -> Left:
    """What holds on one way after both were joined: what it wrote, and what was before the other wrote it; with what was made
    of both."""
    written = {(id(names), key) for names, key, _, _ in own}
    kept = [(names, key, old, names.get(key)) for names, key, _, old in other if (id(names), key) not in written and key in names]
    return (*((names, key, value, names.get(key)) for names, key, value, _ in own), *kept)


def _recall(walker: Walker, frame: Frame, flag: str, asked: tuple[Value, bool] | None, side: int) -> None:
    """Two conditions on one flag go the same way: what the first left behind on this way holds again, as far as nobody wrote it
    since."""
    before = frame.flags.get(flag) if asked is not None else None
    if before is None or asked is None or before[0] is not asked[0]:
        return
    for names, key, value, merged in before[1][side if not asked[1] else 1 - side]:
        if merged is not None and names.get(key) is merged and (isinstance(value, (Value, tuple))):
            walker.write(names, key, value)


def _loop(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Loop)
    outer = frame.scope
    frame.scope = Scope(outer)
    walker.loop_depth += 1
    try:
        if node.before is not None:
            execute(walker, node.before, frame)
        iterable = walker.evaluate(node.iterable, frame) if node.iterable is not None else UNKNOWN
        if iterable.reference == REQUEST and node.iterable is not None:
            iterable = sourced(walker, SourceRow(SourceKind.HTTP_REQUEST), "request.body", node.iterable, frame)
        rounds = 2 if walker.loop_depth <= _MOST_LOOP_DEPTH else 1
        if node.after is not None and node.test is not None:
            if truth(walker.evaluate(node.test, frame)) is False:
                return NORMAL
            _count_on(walker, node.after, frame)
        if node.is_do or _is_never_empty(iterable):
            return _first_round(walker, node, iterable, frame)
        end = NORMAL
        told: tuple[Fact, ...] = ()

        def rounded() -> int:
            nonlocal told
            jumps = walker.jumps
            end = _round(walker, node, iterable, frame)
            told = _told_of_each(walker, node, iterable) if end == NORMAL and walker.jumps == jumps else ()
            return end

        for _ in range(rounds):
            before = outer.total_version()
            end = walker.branch((rounded, lambda: NORMAL))
            if outer.total_version() == before:
                break
        walker.assume(told)
        return NORMAL if end == JUMP else end
    finally:
        walker.loop_depth -= 1
        frame.scope = outer


def _told_of_each(walker: Walker, node: Loop, iterable: Value) -> tuple[Fact, ...]:
    """What a round that went to its end has told of its element: after the loop it holds of every one, and of their list."""
    return told_of_all(walker, element_of(iterable)) if node.iterable is not None and not node.is_keys else ()


def _count_on(walker: Walker, node: Node, frame: Frame) -> None:
    """What counts the rounds of a loop may be any number in one of them."""
    for one in node.parts if isinstance(node, Group) else (node,):
        target = one.operand if isinstance(one, Unary) else one.target if isinstance(one, Assign) and one.operator else None
        if isinstance(target, Name):
            held = walker.evaluate(target, frame)
            if isinstance(held.constant, (int, float)):
                assign_pattern(walker, target, loosened(held), frame)


def _is_never_empty(iterable: Value) -> bool:
    """Whether a loop over the value is certainly entered."""
    record = iterable.record
    listed = (iterable, record.rest, *record.elements()[:_MOST_ASKED]) if record is not None else (iterable,)
    if any(taint.aspect == "address" for value in listed for taint in value.taints):
        return True
    return record is not None and record.is_array and record.length > 0 and record.rest is UNKNOWN and not record.is_open


def _first_round(walker: Walker, node: Loop, iterable: Value, frame: Frame) -> int:
    """A loop that is entered for certain: what it checks holds after it, unless it can be left early."""
    before, jumps = dict(walker.guards), walker.jumps
    end = _round(walker, node, iterable, frame)
    if walker.jumps != jumps:
        walker.take_back(before)
    if end == NORMAL:
        walker.branch((lambda: _round(walker, node, iterable, frame), lambda: NORMAL))
    return end


def _round(walker: Walker, node: Loop, iterable: Value, frame: Frame) -> int:
    """One round of a loop; leaving the loop early counts as going on after it."""
    if node.test is not None:
        test = walker.evaluate(node.test, frame)
        if truth(test) is False and not node.is_do:
            return NORMAL
        walker.assume(test.facts.true)
    if node.pattern is not None:
        pattern = node.pattern.pattern if isinstance(node.pattern, Declare) else node.pattern
        element = keys_of(iterable) if node.is_keys else element_of(iterable)
        assign_pattern(walker, pattern, element, frame, is_declared=True)
    end = execute(walker, node.body, frame)
    if node.after is not None and end == NORMAL:
        walker.evaluate(node.after, frame)
    return end if end == EXIT else NORMAL


def _switch(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Switch)
    subject = walker.evaluate(node.subject, frame)
    outer = frame.scope
    frame.scope = Scope(outer)
    try:
        runs: list[Callable[[], int]] = []
        has_default = False
        for at, case in enumerate(node.cases):
            has_default = has_default or case.test is None
            if not case.statements and at + 1 < len(node.cases):
                continue
            tests = _tests_before(node.cases, at)
            if not _can_match(walker, subject, tests, frame, node.cases):
                continue
            runs.append(lambda at=at, tests=tests: _case(walker, node, at, tests, subject, frame))  # type: ignore[misc]  # bound now
        if not has_default:
            runs.append(lambda: NORMAL)
        end = walker.branch(runs) if runs else NORMAL
        return NORMAL if end == JUMP else end
    finally:
        frame.scope = outer


def _tests_before(cases: tuple[Case, ...], at: int) -> list[Node | None]:
    """The tests that lead to a case: its own and those of the empty cases above it."""
    tests = [cases[at].test]
    while at > 0 and not cases[at - 1].statements:
        at -= 1
        tests.append(cases[at].test)
    return tests


def _can_match(walker: Walker, subject: Value, tests: list[Node | None], frame: Frame, cases: tuple[Case, ...]) -> bool:
    """Whether a constant subject can lead here."""
    if isinstance(subject.constant, Absent) or subject.constant is True:
        return True
    if None in tests:
        known = [walker.evaluate(case.test, frame) for case in cases if case.test is not None]
        return all(isinstance(one.constant, Absent) or one.constant != subject.constant for one in known)
    values = [walker.evaluate(test, frame) for test in tests if test is not None]
    return any(isinstance(one.constant, Absent) or one.constant == subject.constant for one in values)


def _case(walker: Walker, node: Switch, at: int, tests: list[Node | None], subject: Value, frame: Frame) -> int:
    if None not in tests:
        known = [walker.evaluate(test, frame) for test in tests if test is not None]
        if subject.constant is True:
            if len(known) == 1:
                walker.assume(known[0].facts.true)
        elif all(not one.taints for one in known):
            walker.assume(equal_facts(subject))
    owner = walker.owner
    if subject.reference == TOOL_NAME and node.cases[at].test is not None:
        walker.owner = walker.evaluate(node.cases[at].test, frame).text() or owner  # type: ignore[arg-type]  # told before
    try:
        for following in node.cases[at : at + _MOST_FALL_THROUGH]:
            end = execute_all(walker, following.statements, frame)
            if end != NORMAL:
                return NORMAL if end == JUMP else EXIT
        return NORMAL
    finally:
        walker.owner = owner


def _try(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Try)
    before = dict(walker.guards)
    thrown_before = len(frame.thrown)
    end = execute(walker, node.body, frame)
    thrown = join_all(frame.thrown[thrown_before:])
    if node.handler is not None:
        del frame.thrown[thrown_before:]
        handler = node.handler

        def caught() -> int:
            walker.take_back(before)
            outer = frame.scope
            frame.scope = Scope(outer)
            try:
                if node.pattern is not None:
                    assign_pattern(walker, node.pattern, thrown, frame, is_declared=True)
                return execute(walker, handler, frame)
            finally:
                frame.scope = outer

        end = walker.branch((lambda: end, caught))
    if node.last is not None:
        last = execute(walker, node.last, frame)
        end = last if last != NORMAL else end
    return end


def _exit(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Exit)
    value = settled(walker, walker.evaluate(node.value, frame)) if node.value is not None else UNDEFINED
    if node.is_throw:
        frame.thrown.append(value)
    else:
        frame.returns.append((value, walker.told_since(frame.guards)))
        if walker.hook is not None:
            pass_hook(walker, value)
        if walker.switches:
            frame.switched.append(len(frame.returns) - 1)
    return EXIT


def _jump(walker: Walker, node: Node, frame: Frame) -> int:
    walker.jumps += 1
    return JUMP


def _import(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Import)
    module = frame.module
    is_inside = resolve(node.source, module.document.path, walker.workspace) is not None
    if is_inside and not node.names and module.document is walker.document and module.document.holds(_EMIT):
        walker.module_at(node.source, module)  # what it waits for is carried on here
    for name, local in node.names:
        if is_inside:
            frame.scope.names[local] = Lazy(partial(imported, walker, node.source, name, frame))
        else:
            frame.scope.names[local] = imported(walker, node.source, name, frame)
    return NORMAL


def imported(walker: Walker, source: str, name: str, frame: Frame) -> Value:
    """What an import of a name from a module is; `*` is the module."""
    module = walker.module_at(source, frame.module)
    if module is None:
        package = canonical(source.removeprefix("node:"))
        return Value(reference=package if name in ("*", "default") else reference_to(package, name))
    exports = exports_of(module)
    fields = exports.record.fields if exports.record is not None else {}
    if name == "*":
        _hand_on_all(walker, module)
    for wanted in list(fields) if name == "*" else [name]:
        value = fields.get(wanted)
        if isinstance(value, Lazy):
            fields[wanted] = value.resolve()
    if name == "*":
        return exports
    if name in fields:
        return fields[name]
    handed_on = _handed_on(walker, module, name)
    if handed_on is not None:
        fields[name] = handed_on
        return handed_on
    return exports if name == "default" else UNKNOWN


def _handed_on(walker: Walker, module: Module, name: str) -> Value | None:
    """What a module exports under a name by `export * from`; None when it does not."""
    for source in module.stars:
        other = walker.module_at(source, module)
        if other is None or other is module or name == "default":
            continue
        value = other.exports.fields.get(name)
        if value is None and len(walker.stars) < _MOST_STARS and source not in walker.stars:
            walker.stars.append(source)
            value = _handed_on(walker, other, name)
            walker.stars.pop()
        if value is not None:
            return value.resolve() if isinstance(value, Lazy) else value
    return None


def _hand_on_all(walker: Walker, module: Module) -> None:
    """Put what `export * from` hands on among a module's own exports."""
    sources, module.stars = module.stars, []
    for source in sources:
        other = walker.module_at(source, module)
        if other is not None:
            _hand_on_all(walker, other)
            for name, value in other.exports.fields.items():
                module.exports.fields.setdefault(name, value)


def exports_of(module: Module) -> Value:
    """What a module exports, in either system."""
    value = Value(record=module.exports)
    own = module.scope.names.get("module")
    replaced = own.record.fields.get("exports") if own is not None and own.record is not None else None
    if replaced is None or replaced.record is module.exports:
        return value
    return join(replaced, value) if module.exports.fields else replaced


def _export(walker: Walker, node: Node, frame: Frame) -> int:
    assert isinstance(node, Export)
    exports = frame.module.exports
    inner = node.declaration
    if isinstance(inner, (Function, Class)):
        if isinstance(inner, Class):
            value = make_class(walker, inner, frame)
            if inner.name:
                walker.assign(frame.scope, inner.name, value)
        elif inner.name:
            return NORMAL
        else:
            value = make_function(walker, inner, frame)
        _export_value(walker, node, inner, value, frame)
    elif isinstance(inner, (Declare, Block)):
        execute(walker, inner, frame)
        for declared in inner.statements if isinstance(inner, Block) else (inner,):
            for name in _bound_names(declared.pattern) if isinstance(declared, Declare) else ():
                exports.fields[name] = frame.scope.names.get(name, UNKNOWN)
    elif inner is not None:
        exports.fields["default"] = walker.evaluate(inner, frame)
    for foreign, name in node.names:
        if not node.source:
            found = frame.scope.find(foreign)
            exports.fields[name] = found.names[foreign] if found is not None else UNKNOWN
        elif name == "*":
            frame.module.stars.append(node.source)
        else:
            exports.fields[name] = Lazy(partial(imported, walker, node.source, foreign, frame))
    return NORMAL


def _export_value(walker: Walker, node: Export, inner: Node, value: Value, frame: Frame) -> None:
    for function in value.functions:
        if isinstance(function, ClassValue):
            function.is_exported = True
    name = "default" if node.is_default else getattr(inner, "name", "") or "default"
    frame.module.exports.fields[name] = value


def _bound_names(pattern: Node) -> list[str]:
    from sentinel.analysis.javascript.program import ArrayNode, Default, ObjectNode, Property, Spread

    if isinstance(pattern, Name):
        return [pattern.name]
    if isinstance(pattern, ObjectNode):
        return [name for entry in pattern.entries for name in _bound_names(entry)]
    if isinstance(pattern, ArrayNode):
        return [name for entry in pattern.elements for name in _bound_names(entry)]
    if isinstance(pattern, (Property, Spread)):
        return _bound_names(pattern.value)
    if isinstance(pattern, Default):
        return _bound_names(pattern.target)
    return []


_EXECUTE: dict[type[Node], Callable[[Walker, Node, Frame], int]] = {
    Function: _function,
    Class: _class,
    Declare: _declare,
    Block: _declarations,
    If: _if,
    Loop: _loop,
    Switch: _switch,
    Try: _try,
    Exit: _exit,
    Jump: _jump,
    Import: _import,
    Export: _export,
}
