"""Syntax trees of documents, made by tree-sitter, once a document and only when somebody asks.

A parse is bounded: by size (1 MiB of source, 512 KiB of JavaScript), by words and marks (210,000, of JavaScript 160,000, of which
the cost of walks and the memory of a tree are multiples), by mean line length (minified code is matched, not parsed) and by time.
Small documents, and larger ones that look like sound source, are parsed in one call; odd ones through the reading callback, which
lets the deadline interrupt the parser: 1 MB of `"'"'` costs tree-sitter-javascript 5.9 s. The callback is twice as slow, and
tree-sitter 0.26 never gives back the bytes that it returns.

The deadline counts the thread's own CPU time, so that other work on the machine changes no result; no count would do, since a
hundred steps of the parser, which is what it reports, cost 12 us in sound source and 5,000 in the worst known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, Document, Language, Skip

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Parser, Tree

_GRAMMARS = {
    Language.PYTHON: ("tree_sitter_python", "language"),
    Language.JAVASCRIPT: ("tree_sitter_javascript", "language"),
    Language.TYPESCRIPT: ("tree_sitter_typescript", "language_typescript"),
    Language.TSX: ("tree_sitter_typescript", "language_tsx"),
    Language.GO: ("tree_sitter_go", "language"),
    Language.JAVA: ("tree_sitter_java", "language"),
    Language.CSHARP: ("tree_sitter_c_sharp", "language"),
    Language.RUBY: ("tree_sitter_ruby", "language"),
    Language.PHP: ("tree_sitter_php", "language_php"),
    Language.RUST: ("tree_sitter_rust", "language"),
    Language.SHELL: ("tree_sitter_bash", "language"),
}
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_MOST_BYTES = 1 << 20
_MOST_SCRIPT_BYTES = 512 << 10
_MOST_MEAN_LINE = 5_000
"""Bytes; sound source stays under 200, bundles are over 10,000."""
_MOST_TOKENS = 210_000
"""Sound source has one in five bytes; the largest file known that people wrote, a megabyte, holds 200,525."""
_MOST_SCRIPT_TOKENS = 160_000
"""The largest script known that people wrote holds 122,525, the largest that a program wrote 154,768."""
_KINDS = bytes(
    0x61 if chr(byte).isalnum() or byte in b"_$" or byte > 0x7F else 0x20 if byte in b" \t\r\n\v\f" else 0x2E for byte in range(256)
)
"""Of each byte, as a letter, a mark or a space: what kind of token it belongs to."""
_TOKENS_KEY = "syntax-tokens"
_UNGUARDED_BYTES = 96 << 10
"""Up to here the worst text known costs 0.6 s, so no deadline is needed."""
_UNGUARDED = {Language.SHELL: 12 << 10, Language.RUBY: 64 << 10}
"""Grammars that are slower on odd texts: 36 KB of `a.b().c[d]=e` cost tree-sitter-bash 1.3 s."""
_MARKS = tuple(bytes((byte,)) for byte in b"\"'`([{<-+!~/\\$&|?:;,=*#@%^")
_ODD_SHARE = 7
_SAMPLE = 4_096
_SAMPLE_SECONDS = 0.02
"""For three samples; of sound source they cost 0.005 s."""
_DEADLINE_SECONDS = 0.6
_KEY = "syntax"


def can_parse(language: Language) -> bool:
    """Whether a grammar is at hand."""
    return language in _GRAMMARS


def parse(document: Document, clock: Callable[[], float] = time.thread_time) -> Tree | Skip:
    """The document's syntax tree (tolerant: it may hold ERROR nodes), or a Skip that says why there is none.

    Cached on the document.
    """
    made: Tree | Skip | None = document.cache.get(_KEY)
    if made is None:
        made = document.cache[_KEY] = _parse(document, clock)
    return made


def forget(document: Document) -> None:
    """Let the document's tree go; whoever asks again has it parsed again."""
    document.cache.pop(_KEY, None)


def parse_stretches(
    document: Document, stretches: Sequence[tuple[int, int]], clock: Callable[[], float] = time.thread_time
) -> Tree | Skip:
    """The tree of some stretches of a document (byte offsets, half-open, in order) as if nothing stood between them; its offsets
    are those of the document; of none, the tree of the whole. Not cached."""
    from tree_sitter import Range

    why_not = refused(document)
    if why_not is not None:
        return why_not
    known: Tree | Skip | None = document.cache.get(_KEY)
    if known is not None and is_whole(document, stretches):
        return known
    nowhere = (0, 0)
    parser = _stretch_parser(document.language)
    parser.included_ranges = [Range(nowhere, nowhere, start, end) for start, end in stretches]
    data = document.data
    if sum(end - start for start, end in stretches) <= _UNGUARDED_BYTES or not _is_odd(document, clock):
        return parser.parse(data)
    return _parse_in_time(document, parser, clock)


def is_whole(document: Document, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether the tree of some stretches is that of the document."""
    return not stretches or (len(stretches) == 1 and stretches[0] == (0, len(document.data)))


def _parse(document: Document, clock: Callable[[], float]) -> Tree | Skip:
    size = len(document.data)
    why_not = refused(document)
    if why_not is not None:
        return why_not
    parser = _parser(document.language)
    if size <= _UNGUARDED.get(document.language, _UNGUARDED_BYTES) or not _is_odd(document, clock):
        return parser.parse(document.data)
    return _parse_in_time(document, parser, clock)


def refused(document: Document) -> Skip | None:
    """Why a document is not parsed: its size, too many words and marks, or lines as in minified code; None when it is."""
    size = len(document.data)
    most = _MOST_SCRIPT_BYTES if document.language in _SCRIPTS else _MOST_BYTES
    if size > most:
        return _skip(document, f"{size} bytes, the limit for parsing is {most}")
    if size <= _UNGUARDED_BYTES:
        return None
    if size > _MOST_MEAN_LINE * document.line_count:
        return _skip(document, "very long lines, as in minified code")
    most = _MOST_SCRIPT_TOKENS if document.language in _SCRIPTS else _MOST_TOKENS
    if tokens(document) > most:
        return _skip(document, f"{tokens(document)} words and marks, the limit for parsing is {most}")
    return None


def tokens(document: Document) -> int:
    """How many words and marks a document holds, those of texts and comments included."""
    made: int | None = document.cache.get(_TOKENS_KEY)
    if made is None:
        kinds = document.data.translate(_KINDS)
        made = document.cache[_TOKENS_KEY] = kinds.count(b".") + kinds.count(b" a") + kinds.count(b".a")
    return made


def _parse_in_time(document: Document, parser: Parser, clock: Callable[[], float]) -> Tree | Skip:
    deadline = clock() + _DEADLINE_SECONDS
    data = document.data
    try:
        return parser.parse(lambda offset, _: data[offset : offset + 65_536], progress_callback=lambda *_: clock() > deadline)
    except ValueError:  # "Parsing failed": what tree-sitter raises when the progress callback stops it
        parser.reset()  # else the next document is taken for the rest of this one
        return _skip(document, f"parsing took more than {_DEADLINE_SECONDS} s")


def _is_odd(document: Document, clock: Callable[[], float]) -> bool:
    """Whether one mark makes up so much of a text that no person wrote it (sound source stays under a tenth), or samples of it cost
    the parser several times what sound source does, as `as a` over and over does in TypeScript."""
    data = document.data
    return any(data.count(mark) * _ODD_SHARE > len(data) for mark in _MARKS) or _is_slow(document, clock)


def _is_slow(document: Document, clock: Callable[[], float]) -> bool:
    data, parser = document.data, _parser(document.language)
    last = len(data) - _SAMPLE
    started = clock()
    for place in (0, last // 2, last):
        at = max(place, data.find(b"\n", place, place + _SAMPLE // 2) + 1)
        parser.parse(data[at : at + _SAMPLE])
    seconds = clock() - started
    return seconds > _SAMPLE_SECONDS or seconds * len(data) > _DEADLINE_SECONDS * 3 * _SAMPLE


def _skip(document: Document, detail: str) -> Skip:
    return Skip(document.path, NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED, detail)


@lru_cache(maxsize=len(_GRAMMARS))
def _stretch_parser(language: Language) -> Parser:
    """A parser of its own: which stretches it reads stays with it."""
    return _made(language)


@lru_cache(maxsize=len(_GRAMMARS))
def _parser(language: Language) -> Parser:
    return _made(language)


def _made(language: Language) -> Parser:
    from tree_sitter import Parser

    return Parser(grammar(language))


@lru_cache(maxsize=len(_GRAMMARS))
def grammar(language: Language) -> Grammar:
    """What the parser knows of a language: the names of its kinds of nodes by number."""
    from tree_sitter import Language as Grammar

    module, function = _GRAMMARS[language]
    return Grammar(getattr(import_module(module), function)())
