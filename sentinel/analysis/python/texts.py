"""Text and paths that are put together: by operators, by `format`, by `join`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import JOINED, PATHS
from sentinel.analysis.python import pages
from sentinel.analysis.python.containers import element
from sentinel.analysis.python.facts import whole
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.telling import reach
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import (
    MOST_ROOTS,
    NO_CLIMB,
    NOT_ABSOLUTE,
    NOTHING,
    Place,
    Taint,
    Value,
    concatenate,
    parts,
    with_slashes,
)
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?([%a-zA-Z])")


def leading_words(text: Value) -> list[Value]:
    """The whole words that a text begins with before anybody's data, where it is parted at blanks."""
    first, *others = text.pieces or ("",)
    if isinstance(first, Value) and not first.taints and others and isinstance(others[0], str) and others[0][:1].isspace():
        return [first.copy(pieces=()), *_whole_words(others[0])]
    return _whole_words(first) if isinstance(first, str) else []


def _whole_words(text: str) -> list[Value]:
    words = text.split()
    return [Value(word) for word in (words if text[-1:].isspace() else words[:-1])]


def percent(walker: Walker, frame: Frame, node: Node, left: Value, right: Value) -> Value:
    """Text by the `%` operator."""
    template = left.const if isinstance(left.const, str) else None
    place = walker.place(frame, node)
    given = list(right.items) if right.items is not None else [right]
    if template is None:
        return concatenate([left, *map(whole, given)], place, JOINED)
    pieces: list[Value] = []
    at = 0
    position = 0
    for found in _PERCENT.finditer(template):
        pieces.append(Value(template[at : found.start()]))
        at = found.end()
        if found.group(2) == "%":
            pieces.append(Value("%"))
            continue
        if found.group(1) is not None:
            value = element(right, found.group(1))
        else:
            value = given[position] if position < len(given) else (right.rest or NOTHING)
            position += 1
        pieces.append(_plain_number(value) if found.group(2) in "diouxXeEfFgGc" else whole(value))
    pieces.append(Value(template[at:]))
    return written(walker, frame, node, concatenate(pieces, place, JOINED))


def written(walker: Walker, frame: Frame, node: Node, value: Value) -> Value:
    """Text that was just joined: markup around a client's data is told of where it is made, once."""
    if value.taints and pages.has_markup(value) and pages.is_for_a_page(walker, frame, node, value):
        remote = tuple(
            taint for taint in value.taints if taint.source.kind is SourceKind.HTTP_REQUEST and SinkKind.HTML not in taint.safe
        )
        if remote:
            told = value.copy(taints=remote, pieces=())
            if reach(walker, frame, node, SinkKind.HTML, "markup", told, None, ("joined", "markup")):
                return value.guarded(frozenset({SinkKind.HTML}))
    return value


def _plain_number(value: Value) -> Value:
    return value if isinstance(value.const, int | float) else NOTHING


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:.\[]*)[^{}]*\}")


_MARKUP = frozenset({"markupsafe.Markup()", "flask.Markup()", "jinja2.Markup()"})
_HTML = frozenset({SinkKind.HTML})


def formatted(walker: Walker, frame: Frame, node: Node, template: Value, given: Arguments) -> Value:
    """Text by `str.format`."""
    place = walker.place(frame, node)
    if not isinstance(template.const, str):
        values = [whole(value) for value in given.everything()]
        if template.ref in _MARKUP:
            values = [value.guarded(_HTML) for value in values]  # markup escapes what is put into it
        return concatenate([template, *values], place, JOINED)
    pieces: list[Value] = []
    at = 0
    position = 0
    for found in _FIELD.finditer(template.const):
        pieces.append(Value(template.const[at : found.start()]))
        at = found.end()
        name = found.group(1)
        if name is None:
            pieces.append(Value(found.group(0)[0]))
            continue
        key: Any = name.strip()
        if key == "":
            key, position = position, position + 1
        elif key.isdigit():
            key = int(key)
        if isinstance(key, int):
            argument = given.get(key)
            value = argument[0] if argument else NOTHING
        else:
            value = given.keywords.get(key) or (element(given.rest_keywords, key) if given.rest_keywords else NOTHING)
        pieces.append(whole(value))
    pieces.append(Value(template.const[at:]))
    return written(walker, frame, node, concatenate(pieces, place, JOINED))


def joined(walker: Walker, frame: Frame, node: Node, separator: Value, sequence: Value) -> Value:
    """Text by `str.join`."""
    place = walker.place(frame, node)
    glue = separator if separator.is_constant else NOTHING
    if sequence.items is not None and sequence.rest is None:
        pieces: list[Value] = []
        for index, item in enumerate(sequence.items):
            if index:
                pieces.append(glue)
            pieces.append(whole(item))
        return concatenate(pieces, place, JOINED)
    known = [whole(item) for item in sequence.items or ()]
    rest = sequence.rest
    if rest is None:
        rest = Value(taints=sequence.taints, opaque=sequence.opaque)
    if not isinstance(glue.const, str) or "/" in glue.const:
        rest = rest.copy(taints=with_slashes(rest.taints))
    pieces = []
    for item in (*known, whole(rest)):
        pieces.extend((item, glue))
    return concatenate(pieces[:-1], place, JOINED)


def _in_place_of_folder(value: Value, place: Place) -> Value:
    """A part of a path behind others: text that was only kept from climbing takes their place where it begins at the root."""
    first = parts(value)[0] if parts(value) else ""
    if isinstance(first, str) or not any(map(_takes_place, first.taints)):
        return value
    note = ("absolute-part", place)
    taints = tuple(
        taint._replace(safe=taint.safe - PATHS, broken=(*taint.broken, note)) if _takes_place(taint) else taint
        for taint in value.taints
    )
    return value.copy(taints=taints, pieces=())


def _takes_place(taint: Taint) -> bool:
    return NO_CLIMB in taint.safe and NOT_ABSOLUTE not in taint.safe


def join_paths(values: list[Value], place: Place) -> Value:
    """A path made of parts; a later absolute part would win, so somebody's data in any part decides."""
    separator = Value("/")
    pieces: list[Value] = []
    for index, value in enumerate(values):
        if index:
            pieces.append(separator)
            value = _in_place_of_folder(value, place)
        pieces.append(whole(value))
    made = concatenate(pieces, place, JOINED)
    made.taints = with_slashes(made.taints)
    made.ref = "pathlib.Path()"
    made.roots = tuple(dict.fromkeys((name, "part") for value in values for name, _ in value.roots))[:MOST_ROOTS]
    return made
