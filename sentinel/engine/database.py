"""Databases of Hyperscan in block mode, whose expressions go by their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from sentinel.engine.pattern import Facts, headless, loosened
from sentinel.errors import RuleError
from sentinel.model.rule import Pattern

Expression = tuple[bytes, int]
"""With its flags."""


def of_pattern(pattern: Pattern, facts: Facts) -> Expression:
    """What a database tells of a pattern by: each end of its beginning."""
    import hyperscan as hs

    flags = (
        (hs.HS_FLAG_CASELESS if pattern.ignore_case else 0)
        | (hs.HS_FLAG_MULTILINE if pattern.multiline else 0)
        | (hs.HS_FLAG_PREFILTER if facts.is_approximate else 0)
    )
    return headless(pattern), flags


def near_pattern(pattern: Pattern, facts: Facts) -> Expression:
    """What tells of each end of a pattern's beginning, and perhaps of others, and is compiled soon."""
    expression, flags = of_pattern(pattern, facts)
    return loosened(expression), flags


def of_literal(literal: bytes) -> Expression:
    """What a database tells of a literal by, once and in any case."""
    import hyperscan as hs

    return re.escape(literal), hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH


def compiled(expressions: Iterable[Expression]) -> Any:
    """A database of some expressions. Raises RuleError when one of them does not compile."""
    import hyperscan as hs

    texts, flags = map(list, zip(*expressions, strict=True))
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    try:
        database.compile(expressions=texts, ids=list(range(len(texts))), flags=flags)
    except hs.error as error:
        raise RuleError(f"the patterns do not compile: {_culprit(texts, flags) or error}") from error
    return database


def serialised(database: Any) -> bytes:
    """A database as bytes."""
    import hyperscan as hs

    return bytes(hs.dumpb(database))


def loaded(serialised: bytes) -> Any:
    """A database that was serialised. Raises ValueError when it is none of this library on this platform."""
    import hyperscan as hs

    try:
        database = hs.loadb(serialised, hs.HS_MODE_BLOCK)
        database.scratch = hs.Scratch(database)
    except (hs.error, OSError, MemoryError) as error:
        raise ValueError(str(error)) from error
    return database


def is_scanned(database: Any, text: bytes, note: Callable[..., bool]) -> bool:
    """Whether a text is scanned to its end: `note` is called with each match, and stops it by saying True."""
    import hyperscan as hs

    try:
        database.scan(text, note)
    except hs.ScanTerminated:
        return False
    return True


def _culprit(expressions: list[bytes], flags: list[int]) -> str:
    """The first expression that does not compile by itself, with the reason."""
    import hyperscan as hs

    for expression, flag in zip(expressions, flags, strict=True):
        try:
            hs.Database(mode=hs.HS_MODE_BLOCK).compile(expressions=[expression], ids=[0], flags=[flag])
        except hs.error as error:
            return f"{expression[:80].decode('ascii', 'backslashreplace')!a}: {error}"
    return ""
