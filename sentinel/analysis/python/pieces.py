"""The syntax around one place of a large module, for who asks what stands there and needs no more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.analysis.python.slices import outline_of
from sentinel.analysis.syntax import parse, parse_stretches, refused
from sentinel.model.document import Document, Skip

if TYPE_CHECKING:
    from tree_sitter import Tree

_WHOLE_BYTES = 8_000
"""Documents up to this size are parsed whole."""
_KEY = "python-pieces"


def tree_around(document: Document, offset: int) -> Tree | Skip:
    """The tree of the definition or statement at the top of a Python module, or of the method in a large class, that holds a byte;
    offsets are those of the document. Of a small module, or where the piece is most of it or does not parse by itself, the whole. A
    Skip says why there is none.

    Cached on the document.
    """
    if len(document.data) <= _WHOLE_BYTES or refused(document) is not None:
        return parse(document)
    outlined = outline_of(document)
    index = outlined.at(offset)
    if index < 0:
        return parse(document)
    part = outlined.parts[index]
    if (part.end - part.start) * 2 > len(document.data):
        return parse(document)
    pieces: dict[int, Tree | Skip] = document.cache.setdefault(_KEY, {})
    made = pieces.get(index)
    if made is None:
        head = [outlined.parts[part.owner][:2]] if part.owner >= 0 else []
        made = parse_stretches(document, [*head, part[:2]])
        if not isinstance(made, Skip) and made.root_node.has_error:
            made = parse(document)
        pieces[index] = made
    return made
