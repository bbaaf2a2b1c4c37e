"""What a walk looks at beyond its own document, and what it remembers of it."""

from __future__ import annotations

import pytest

from sentinel.analysis.javascript.gate import heat_of
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.document import Document, Language, Role
from tests.analysis.javascript.tree import Tree

_ENTRY = "import { word } from './word';\nconsole.log(word);\n"
_WORD = "export const word = 'a';\n"


@pytest.mark.parametrize(("roles", "expected"), [(frozenset(), ["entry.ts", "word.ts"]), (frozenset({Role.TEST}), ["entry.ts"])])
def test_tests_are_walked_without_their_imports(roles: frozenset[Role], expected: list[str]) -> None:
    """The modules that a test imports are walked in their own turn, not once more for each test."""
    tree = Tree({"entry.ts": _ENTRY, "word.ts": _WORD})
    walker = Walker(Document("entry.ts", _ENTRY.encode(), Language.TYPESCRIPT, roles=roles), tree)
    list(walker.run())
    assert expected == sorted(walker.modules)


def test_heat_outlives_its_document() -> None:
    """The heat of a module that was read anew is the one that was measured before, for the same workspace alone."""
    text = "import { exec } from 'child_process';\nexport const run = (a) => exec(a);\n"
    tree, other = Tree({"run.ts": text}), Tree({"run.ts": text})
    first, again = (Document("run.ts", text.encode(), Language.TYPESCRIPT) for _ in range(2))
    assert heat_of(first, tree) is heat_of(again, tree)
    assert heat_of(first, tree) is not heat_of(first, other)
