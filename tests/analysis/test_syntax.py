"""How much a parse may cost, and what is said where it would cost more."""

from __future__ import annotations

import itertools

import pytest

from sentinel.analysis.syntax import parse
from sentinel.model.document import Document, Language, Skip

_SOUND = b"export function add(a: number, b: number): number {\n  return a + b;\n}\n" * 1_500
_QUOTES = b"\"'\"'\n" * 20_000
_CASTS = b"as a\n" * 20_000


@pytest.mark.parametrize("data", [_QUOTES, _CASTS], ids=["one mark", "no mark"])
def test_text_that_is_dear_to_parse_is_left(data: bytes) -> None:
    """A large text over which the parser would sit is left when the time for it is up."""
    ticks = itertools.count()
    made = parse(Document("a.ts", data, Language.TYPESCRIPT), lambda: float(next(ticks)))
    assert isinstance(made, Skip)
    assert "parsing took more than 0.6 s" == made.detail


def test_sound_text_is_parsed_in_one_go() -> None:
    """A sound text of the same size is parsed to its end; the clock is asked for what its samples cost and no more."""
    asked = []

    def clock() -> float:
        asked.append(True)
        return 0.0

    made = parse(Document("a.ts", _SOUND, Language.TYPESCRIPT), clock)
    assert not isinstance(made, Skip)
    assert len(_SOUND) == made.root_node.end_byte
    assert 2 == len(asked)


def test_a_document_is_not_read_as_the_rest_of_one_that_was_left() -> None:
    """What a parser had read of a text that it left goes with that text."""
    ticks = itertools.count()
    assert isinstance(parse(Document("a.ts", _QUOTES, Language.TYPESCRIPT), lambda: float(next(ticks))), Skip)
    made = parse(Document("b.ts", b"const x = 1;\n", Language.TYPESCRIPT))
    assert not isinstance(made, Skip)
    assert "(program (lexical_declaration" == str(made.root_node)[:29]
    assert 13 == made.root_node.end_byte


def test_text_of_too_many_words_is_left() -> None:
    """What a tree would weigh is known from the words and marks of a text; the same bytes of prose are parsed."""
    dense = Document("a.py", b"\na[b](c)" * 40_000, Language.PYTHON)
    made = parse(dense)
    assert isinstance(made, Skip)
    assert "280000 words and marks, the limit for parsing is 210000" == made.detail
    thin = b"# what follows is understood\n" * (len(dense.data) // 29)
    assert not isinstance(parse(Document("b.py", thin, Language.PYTHON)), Skip)
