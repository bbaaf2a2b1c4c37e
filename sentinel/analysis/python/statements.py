"""Statements: which parts are walked, with what state, and whether control goes on behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.python import attributes, calls, cases, facts, guards, objects, origins
from sentinel.analysis.python.bindings import assignment, augmented, bind
from sentinel.analysis.python.branches import Branches
from sentinel.analysis.python.frames import Env, Frame, join_all, join_env
from sentinel.analysis.python.importing import import_from, import_names
from sentinel.analysis.python.modules import Function, Klass, undecorated
from sentinel.analysis.python.switches import is_switch, only_checked
from sentinel.analysis.python.taking import is_own, take
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, ONE_OF, Value
from sentinel.model.expression import expression

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_UNRESOLVED = expression(r"\(?\s*(?:(?:socket\.)?(?:gaierror|herror)\b[\s,]*)+\)?(?:\s+as\s+\w+)?")


def _expression_statement(walker: Walker, node: Node, frame: Frame) -> bool:
    for child in node.children:
        if child.kind == "assignment":
            assignment(walker, child, frame)
        elif child.kind == "augmented_assignment":
            augmented(walker, child, frame)
        else:
            if walker.evaluate(child, frame).ref == origins.NEVER:
                return False
            guards.validated(walker, child, frame)
    return True


def _if(walker: Walker, node: Node, frame: Frame) -> bool:
    branches = [node, *node.all("alternative")]
    ends: list[Env] = []
    inside = Branches(frame.env)
    for branch in branches:
        inside.enter()
        if branch.kind == "else_clause":
            falls = walker.block(branch.get("body"), frame)
            inside.leave(falls)
            if falls:
                ends.append(frame.env)
            break
        condition = branch.get("condition")
        if condition is None:
            continue
        truth = facts.truth(walker.evaluate(condition, frame))
        before = frame.env
        if truth is not False:
            frame.env = dict(before)
            guards.refine(walker, condition, True, frame)
            returned = len(frame.returns)
            falls = walker.block(branch.get("consequence"), frame)
            inside.leave(falls)
            if falls:
                ends.append(frame.env)
            elif len(frame.returns) == returned + 1 and branch is node and _lets_through(frame.returns[-1][0]):
                if is_switch(walker, condition, frame):
                    frame.switched.append(frame.returns[-1])
        if truth is True:
            break
        frame.env = dict(before)
        guards.refine(walker, condition, False, frame)
    else:
        inside.skip()
        ends.append(frame.env)
    inside.finish()
    if not ends:
        return False
    frame.env = join_all(ends)
    walker.work += len(frame.env) >> 4
    if len(branches) == 1 and len(ends) == 2 and "condition" in node.fields:
        checked = only_checked(ends[0], ends[1])
        if checked and is_switch(walker, node.fields["condition"], frame):
            frame.env = {**frame.env, **checked}
    return True


def _lets_through(value: Value) -> bool:
    """Whether what a function returns may mean that it has no objection: the data itself, nothing, or yes."""
    return bool(value.taints) or value.const is None or value.const is True


def _loop(walker: Walker, node: Node, frame: Frame) -> bool:
    before = frame.env
    frame.exits.append([])
    frame.breaks.append(False)
    is_for = node.kind == "for_statement"
    condition = node.get("condition")
    iterated = walker.evaluate(node.fields["right"], frame) if is_for and "right" in node.fields else NOTHING
    states = [before]
    falls = True
    for turn in range(2):
        frame.env = dict(join_all(states))
        walker.work += len(frame.env) >> 4
        if is_for and "left" in node.fields:
            bind(walker, node.fields["left"], _one_of(objects.elements(walker, frame, iterated), iterated), frame)
        elif condition is not None:
            truth = facts.truth(walker.evaluate(condition, frame))
            if truth is False and turn == 0:
                break
            guards.refine(walker, condition, True, frame)
        if walker.block(node.get("body"), frame):
            states.append(frame.env)
    left, is_left = frame.exits.pop(), frame.breaks.pop()
    endless = condition is not None and condition.kind == "true"
    if iterated.items and iterated.rest is None and len(states) > 1:
        states = states[1:]  # it is walked at least once
    ends = ([] if endless else states) + left
    if not ends:
        return False
    frame.env = dict(join_all(ends))
    if is_for and states[-1] is not before and not is_left:
        _keep_checks(iterated, states[-1], frame.env)
        if not left:
            target = node.get("left")
            after = states[-1].get(walker.text(frame, target)) if target is not None else None
            guards.told_in_loop(walker, node, iterated, after, frame)
    if condition is not None and not left:
        guards.refine(walker, condition, False, frame)
    for clause in node.all("alternative"):
        falls = walker.block(clause.get("body"), frame)
    return falls


def _one_of(element: Value, iterated: Value) -> Value:
    """An element of a list that was written out is one of the program's own texts, whichever."""
    if element.is_constant or element.ref or not iterated.items or not all(item.is_constant for item in iterated.items):
        return element
    return element.copy(ref=ONE_OF)


def _leave_loop(walker: Walker, node: Node, frame: Frame) -> bool:
    if frame.exits:
        frame.exits[-1].append(dict(frame.env))
        frame.breaks[-1] = frame.breaks[-1] or node.kind == "break_statement"
    return False


def _try(walker: Walker, node: Node, frame: Frame) -> bool:
    before = dict(frame.env)
    body = node.get("body")
    falls = walker.block(body, frame)
    ends: list[Env] = []
    after = frame.env
    final: Node | None = None
    for clause in node.children:
        if clause.kind == "else_clause" and falls:
            falls = walker.block(clause.get("body"), frame)
            after = frame.env
        elif clause.kind == "finally_clause":
            final = clause
    if falls:
        ends.append(after)
    for clause in node.children:
        if clause.kind in ("except_clause", "except_group_clause"):
            frame.env = dict(after) if falls and _is_unresolved(walker, clause, frame) else dict(join_env(before, after))
            if _handler(walker, clause, frame):
                ends.append(frame.env)
    frame.env = dict(join_all(ends)) if ends else dict(before)
    if final is not None:
        for child in final.children:
            if child.kind == "block" and not walker.block(child, frame):
                return False
    return bool(ends)


def _is_unresolved(walker: Walker, clause: Node, frame: Frame) -> bool:
    """Whether a handler is for hosts that have no address. No request reaches these, so what the body found out holds after it."""
    return bool(clause.children) and _UNRESOLVED.fullmatch(walker.text(frame, clause.children[0])) is not None


def _handler(walker: Walker, clause: Node, frame: Frame) -> bool:
    for child in clause.children:
        if child.kind == "as_pattern":
            alias = child.get("alias")
            if alias is not None:
                name = walker.text(frame, alias)
                frame.env[name] = origins.caught(walker, walker.text(frame, child.children[0]))
        elif child.kind == "block":
            return walker.block(child, frame)
    return True


def _with(walker: Walker, node: Node, frame: Frame) -> bool:
    for clause in node.children:
        if clause.kind == "with_clause":
            for item in clause.children:
                value = item.get("value")
                if value is not None:
                    held = walker.evaluate(value, frame)
                    if value.kind != "as_pattern":
                        objects.entered(walker, frame, held)
    return walker.block(node.get("body"), frame)


def _match(walker: Walker, node: Node, frame: Frame) -> bool:
    subject = node.get("subject")
    value = walker.evaluate(subject, frame) if subject is not None else NOTHING
    before = frame.env
    ends: list[Env] = []
    inside = Branches(before)
    exhaustive = False
    for case in (node.get("body") or node).all("alternative"):
        patterns = [child for child in case.children if child.kind == "case_pattern"]
        found = cases.matches(walker, patterns, value, frame)
        if found is False:
            continue
        inside.enter()
        frame.env = dict(before)
        cases.bind_patterns(walker, patterns, subject, value, frame)
        guard = case.get("guard")
        if guard is not None and guard.children:
            walker.evaluate(guard.children[0], frame)
            guards.refine(walker, guard.children[0], True, frame)
        falls = walker.block(case.get("consequence"), frame)
        inside.leave(falls)
        if falls:
            ends.append(frame.env)
        if found is True and guard is None:
            exhaustive = True
            break
    if not exhaustive:
        inside.skip()
        ends.append(before)
    inside.finish()
    if not ends:
        return False
    frame.env = join_all(ends)
    return True


def _return(walker: Walker, node: Node, frame: Frame) -> bool:
    expression = node.children[0] if node.children else None
    value = walker.evaluate(expression, frame) if expression is not None else Value(None)
    frame.returns.append((value, frame.env, expression))
    attributes.returned(walker, frame, node, value)
    return False


def _raise(walker: Walker, node: Node, frame: Frame) -> bool:
    for child in node.children:
        origins.thrown(walker, walker.evaluate(child, frame))
    return False


def _assert(walker: Walker, node: Node, frame: Frame) -> None:
    if node.children:
        walker.evaluate(node.children[0], frame)
        guards.refine(walker, node.children[0], True, frame)


def _delete(walker: Walker, node: Node, frame: Frame) -> None:
    for child in node.children:
        if child.kind == "identifier":
            frame.env.pop(walker.text(frame, child), None)
        elif child.kind == "subscript" and "value" in child.fields and "subscript" in child.fields:
            held = child.fields["value"]
            if is_own(walker, held, frame):
                take(walker.evaluate(held, frame), walker.evaluate(child.fields["subscript"], frame).const)


def _scope(walker: Walker, node: Node, frame: Frame) -> None:
    if frame.function is not None:
        frame.outer.update(walker.text(frame, child) for child in node.children if child.kind == "identifier")


def _define(walker: Walker, node: Node, frame: Frame) -> None:
    inner, decorators = undecorated(node)
    name = inner.get("name")
    if name is None:
        return
    text = walker.text(frame, name)
    top = frame.function is None
    if inner.kind == "class_definition":
        klass = frame.module.classes.get(text) if top else None
        if klass is None:
            klass = Klass(frame.module, inner, decorators, None if top else frame)
            frame.nested.extend(klass.methods.values())
        frame.env[text] = Value(target=klass)
        return
    known = frame.module.functions.get(text) if top else None
    function = known or Function(frame.module, text, inner, None, decorators, None, None if top else frame)
    if not top:
        frame.nested.append(function)
    frame.env[text] = Value(target=function)


def _keep_checks(iterated: Value, after: Env, env: Env) -> None:
    """A loop over what was made of some data that leaves the function for bad elements has checked the data."""
    for name, _ in iterated.roots:
        held = after.get(name)
        if held is not None and name in env:
            env[name] = held


STATEMENTS: dict[str, Callable[[Walker, Node, Frame], object]] = {
    "expression_statement": _expression_statement,
    "if_statement": _if,
    "for_statement": _loop,
    "while_statement": _loop,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
    "return_statement": _return,
    "raise_statement": _raise,
    "break_statement": _leave_loop,
    "continue_statement": _leave_loop,
    "assert_statement": _assert,
    "delete_statement": _delete,
    "global_statement": _scope,
    "nonlocal_statement": _scope,
    "function_definition": _define,
    "class_definition": _define,
    "decorated_definition": _define,
    "import_statement": import_names,
    "import_from_statement": import_from,
    "exec_statement": lambda walker, node, frame: calls.exec_statement(walker, frame, node),
    "print_statement": lambda walker, node, frame: None,
    "block": lambda walker, node, frame: walker.block(node, frame),
}
