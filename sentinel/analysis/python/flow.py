"""The flows of one Python document: which parts are walked, in which order, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.flow import strongest
from sentinel.analysis.python import entries, keeping
from sentinel.analysis.python.frames import Frame
from sentinel.analysis.python.modules import Function, Klass, load
from sentinel.analysis.python.tree import Exhausted
from sentinel.analysis.python.values import Value
from sentinel.analysis.python.walker import Walker
from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, TOO_MANY, Document, Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Workspace

_MOST_FLOWS = 5_000
_LARGE = 128 << 10
"""Bytes of a document whose functions are not all held at once."""
_ENTRY_WORK = 6
"""What entering a function costs, in nodes walked."""


def flows(document: Document, workspace: Workspace) -> Iterator[Flow | Skip]:
    """Every flow that starts in the document, the strongest for each sink; a Skip when it could not be walked to the end."""
    try:
        module = load(document, workspace)
    except Exhausted:
        module = _cut(document)
    if module is None:
        return
    if isinstance(module, Skip):
        yield module
        return
    walker = Walker(workspace, module)
    try:
        walker.module_frame(module)
        before = keeping.kept(walker)
        _walk(walker)
    except Exhausted:
        walker.is_cut = True
    else:
        _walk_again(walker, before)
    found = strongest(walker.flows)
    if not module.is_kept:
        module.forget()
    if walker.is_cut:
        yield _cut(document)
    if len(found) > _MOST_FLOWS:
        yield Skip(document.path, TOO_MANY, f"{len(found)} data flows, of which {_MOST_FLOWS} are told")
    yield from found[:_MOST_FLOWS]


def _cut(document: Document) -> Skip:
    reason = NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED
    return Skip(document.path, reason, "the work allowed for following data was used up")


def _walk(walker: Walker) -> None:
    module = walker.module
    top = walker.module_frame(module)
    for definition in module.definitions:
        if isinstance(definition, Function):
            _enter(walker, definition, None, None)
        else:
            _enter_class(walker, definition, None)
    for function in walker.pending:
        _enter(walker, function, None, _own_object(walker, function))
    for nested in top.nested:
        _enter(walker, nested, top, None)


def _walk_again(walker: Walker, before: keeping.Kept) -> None:
    """Walk once more what may find what a function after it has kept; what that leaves out was seen once."""
    if not keeping.begin_again(walker, before):
        return
    try:
        _walk(walker)
    except Exhausted:
        pass
    walker.is_cut = False


def _own_object(walker: Walker, function: Function) -> Value | None:
    """An object of the class of a method that was handed on as a handler and not walked as one before."""
    if function.klass is None or walker.entered.get((function.module.path, function.start)) or not walker.is_wanted(function):
        return None
    return entries.instance_of(walker, function.klass, None)


def _enter_class(walker: Walker, klass: Klass, closure: Frame | None) -> None:
    instance: Value | None = None
    for method in klass.methods.values():
        if instance is None and walker.is_wanted(method):
            instance = entries.instance_of(walker, klass, closure)
        _enter(walker, method, closure, instance)
    for inner in klass.classes.values():
        _enter_class(walker, inner, closure)


def _enter(walker: Walker, function: Function, closure: Frame | None, instance: Value | None) -> None:
    """Walk a function and those defined in it, when something in it may matter."""
    if not walker.is_wanted(function):
        return
    walker.work_limit = min(walker.most_work, walker.work + walker.most_entry_work)
    walker.work += _ENTRY_WORK
    walker.minds_parameters = walker.has_ends(function)
    calls, nesting = list(walker.calls), walker.nesting
    try:
        frame = entries.run(walker, function, closure, instance)
    except Exhausted:
        if walker.work > walker.most_work:
            raise
        walker.calls[:], walker.nesting = calls, nesting
        walker.is_cut = True
        return
    if frame is None:
        return
    for nested in frame.nested:
        if isinstance(nested, Function):
            _enter(walker, nested, frame, None)
    if len(function.module.data) > _LARGE:
        function.forget()
