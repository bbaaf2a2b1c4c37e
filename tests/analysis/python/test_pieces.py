"""A question about one place of a large module has that place parsed, not the module."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.pieces import tree_around
from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip

_FILLER = "".join(f"def filler_{number}(x):\n    '''Text.'''\n    return x\n\n\n" for number in range(300))
_METHODS = "".join(f"    def other_{number}(self):\n        return {number}\n\n" for number in range(120))
_TEXT = (
    f"import hashlib\n\n{_FILLER}class Large:\n    kind = 1\n\n{_METHODS}    @cached\n    def digest(self, password):\n"
    "        if password:\n            return hashlib.md5(password)\n\n\nKEY = make('''\ndef none(): pass\n''', first)\n"
)


def _document(text: str) -> Document:
    return Document("a.py", text.encode(), Language.PYTHON)


def _above(document: Document, offset: int, whole: bool) -> list[tuple[str, int]]:
    """Kinds and starts of the nodes from the smallest that holds a byte up to the definition at the top."""
    tree = parse(document) if whole else tree_around(document, offset)
    assert not isinstance(tree, Skip)
    found = []
    node = tree.root_node.descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.parent is not None:
        found.append((node.type, node.start_byte))
        node = node.parent
    return found


@pytest.mark.parametrize("mark", ["hashlib.md5", "import hashlib", "first)", "none()", "kind = 1", "return 7\n"])
def test_piece_is_what_the_whole_is(mark: str) -> None:
    """From a place up to its definition stand the same nodes as in the tree of the whole module."""
    assert _above(_document(_TEXT), _TEXT.index(mark), True) == _above(_document(_TEXT), _TEXT.index(mark), False)


def test_large_module_is_not_parsed_whole() -> None:
    """The tree of a piece holds the piece alone, and the tree of the document is not made."""
    document = _document(_TEXT)
    tree = tree_around(document, _TEXT.index("filler_7("))
    assert not isinstance(tree, Skip)
    assert "syntax" not in document.cache
    assert 60 > tree.root_node.end_byte - tree.root_node.children[0].start_byte


def test_piece_that_does_not_parse_by_itself_is_asked_of_the_whole() -> None:
    """Where a piece has errors, the whole module is parsed."""
    document = _document(_TEXT + "def broken(:\n    return (\n")
    tree_around(document, _TEXT.index("first)"))
    assert "syntax" not in document.cache
    tree_around(document, len(document.data) - 3)
    assert "syntax" in document.cache
