"""How what a model is told has changed, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sentinel.model.report import SurfaceDelta
from sentinel.model.surface import Tool
from sentinel.report import escape

_MOST_NAMES = 20


class Difference(NamedTuple):
    """One thing that changed. All of it is text of the tree, not escaped yet."""

    kind: str
    """tool, prompt, resource or server."""
    name: str
    change: str
    """What changed, in words; may hold the name of a field."""
    before: tuple[str, ...]
    """Values; empty when there was none."""
    after: tuple[str, ...]


def differences(delta: SurfaceDelta, most: int = 200) -> Iterator[Difference]:
    """Everything that differs: one entry for what came or went, else one for each text, hint, parameters and capabilities.

    Long texts are cut to `most` characters round the first difference.
    """
    before, after = delta.before, delta.after
    if before is None and after is not None:
        yield Difference(after.kind.value, after.name, f"added{_can(after)}", (), _told(after, most))
    elif after is None and before is not None:
        yield Difference(before.kind.value, before.name, f"removed{_can(before, 'could')}", _told(before, most), ())
    elif before is not None and after is not None:
        for change, old, new in _changes(before, after, most):
            yield Difference(after.kind.value, after.name, change, old, new)


_Change = tuple[str, tuple[str, ...], tuple[str, ...]]


def _changes(before: Tool, after: Tool, most: int) -> Iterator[_Change]:
    if before.name != after.name:
        yield "renamed", (before.name,), (after.name,)
    old, new = ({text.field: text.value for text in tool.texts} for tool in (before, after))
    for field in sorted(old.keys() | new.keys()):
        if old.get(field) != new.get(field):
            was, now = escape.excerpts_of_change(old.get(field, ""), new.get(field, ""), most)
            yield field, _values(was), _values(now)
    hints, renewed = dict(before.annotations), dict(after.annotations)
    for hint in sorted(hints.keys() | renewed.keys()):
        if hints.get(hint) != renewed.get(hint):
            yield hint, _hint(hints.get(hint)), _hint(renewed.get(hint))
    yield from _gained_and_lost("parameters", {p.name for p in before.parameters}, {p.name for p in after.parameters})
    yield from _gained_and_lost("capabilities", set(before.capabilities), set(after.capabilities))


def _gained_and_lost(what: str, before: set[str], after: set[str]) -> Iterator[_Change]:
    if gained := sorted(after - before):
        yield f"{what} gained", (), _names(gained)
    if lost := sorted(before - after):
        yield f"{what} lost", _names(lost), ()


def _names(names: list[str]) -> tuple[str, ...]:
    rest = (f"{len(names) - _MOST_NAMES} more",) if len(names) > _MOST_NAMES else ()
    return (*names[:_MOST_NAMES], *rest)


def _told(tool: Tool, most: int) -> tuple[str, ...]:
    return tuple(escape.clip(text.value, most) for text in tool.texts[:1])


def _can(tool: Tool, can: str = "can") -> str:
    return f"; {can} use {', '.join(sorted(tool.capabilities))}" if tool.capabilities else ""


def _hint(value: bool | None) -> tuple[str, ...]:
    return () if value is None else (str(value).lower(),)


def _values(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
