"""What changed in what models are told: the tools, prompts, resources and servers of two views of a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sentinel.model.report import DiffFile, SurfaceDelta
from sentinel.model.surface import Tool

_Key = tuple[str, str, str]
"""Path, kind and name."""


def compare_tools(
    before: Iterable[Tool], after: Iterable[Tool], diff: tuple[DiffFile, ...], renames: Mapping[str, str]
) -> tuple[SurfaceDelta, ...]:
    """What differs in the files that the diff touches, sorted by path, kind and name. `renames`: see `judge.change.compare`."""
    touched = {path for file in diff for path in (file.path, file.previous_path) if path}
    old = {_key(tool, {}): tool for tool in before if tool.span.path in touched}
    new = {_key(tool, renames): tool for tool in after if tool.span.path in touched}
    _follow_moves(old, new)
    pairs = [SurfaceDelta(old.get(key), new.get(key)) for key in sorted({*old, *new})]
    return tuple(pair for pair in pairs if _told(pair.before) != _told(pair.after))


def _follow_moves(old: dict[_Key, Tool], new: dict[_Key, Tool]) -> None:
    """Give a tool that went from one file to another, the only one of its name on both sides, the key it has now."""
    gone, come = (sorted(one.keys() - other.keys()) for one, other in ((old, new), (new, old)))
    for key in gone:
        there = [other for other in come if other[1:] == key[1:]]
        if len(there) == 1 and len([other for other in gone if other[1:] == key[1:]]) == 1:
            old[there[0]] = old.pop(key)


def _key(tool: Tool, renames: Mapping[str, str]) -> _Key:
    path = tool.span.path
    return (renames.get(path, path), tool.kind.value, tool.name)


def _told(tool: Tool | None) -> object:
    """What a model is told of a tool and what it can do; where it stands does not count."""
    if tool is None:
        return None
    texts = [(text.field, text.value) for text in tool.texts]
    parameters = [(one.name, one.type, one.is_constrained) for one in tool.parameters]
    return (texts, parameters, tool.annotations, sorted(tool.capabilities), [origin for origin, _ in tool.dynamic])
