"""A finding that moves keeps its identity."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sentinel.model.finding import Finding
from sentinel.model.rule import Example, Item, Rule
from tests.engine.scanning import files_of, lines_of, path_of, registry, scan_files

pytestmark = pytest.mark.unmeasured

_MOVED = 10


def _examples(*kinds: Item) -> list[object]:
    """The bad examples of the rules on some kinds of items, but for those whose first line must stay the first."""
    return [
        pytest.param(rule, example, id=f"{rule.identity} {number}")
        for rule in registry().rules
        for number, example in enumerate(rule.card.bad, 1)
        if rule.card.on in kinds and not example.source.startswith(("#!", "---", "\ufeff"))
    ]


@pytest.mark.parametrize(("rule", "example"), _examples(*Item))
def test_lines_above_change_no_identity(rule: Rule, example: Example) -> None:
    """Ten empty lines above an example move its findings by ten lines and leave their identities and ordinals as they were."""
    files, path = files_of(rule, example), path_of(rule, example)
    before = scan_files(files)
    after = scan_files({**files, path: b"\n" * _MOVED + files[path]})
    assert tuple(line + _MOVED for line in lines_of(rule, example, before)) == lines_of(rule, example, after)
    assert _named(rule, path, before.findings) == _named(rule, path, after.findings)


@pytest.mark.parametrize(("rule", "example"), _examples(Item.DOCUMENT))
def test_folder_above_changes_no_identity(rule: Rule, example: Example) -> None:
    """A file in another folder has findings of the same identity: the path is no part of it."""
    path = path_of(rule, example)
    if example.others or "/" in path:
        path = path.rpartition("/")[2]
    one, other = (scan_files({f"{folder}/{path}": example.source.encode()}) for folder in ("one", "other"))
    assert _named(rule, f"one/{path}", one.findings) == _named(rule, f"other/{path}", other.findings)


def _named(rule: Rule, path: str, findings: Iterable[Finding]) -> list[tuple[str, int]]:
    return [(f.identity, f.ordinal) for f in findings if f.rule == rule.identity and f.path == path]
