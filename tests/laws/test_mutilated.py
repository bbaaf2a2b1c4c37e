"""Whatever is cut out of a program or put in its wrong place, no rule and no walk fails on it."""

from __future__ import annotations

import random
import re

import pytest

from sentinel.model.document import CRASHED_RULE
from tests.engine.scanning import files_of, registry, scan_files

pytestmark = pytest.mark.unmeasured

_PROGRAMS = 400
_TOKEN = re.compile(rb"\w+|\s+|\"[^\"\n]*\"|'[^'\n]*'|.", re.DOTALL)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_ENDS = {b"(": b")", b"[": b"]", b"{": b"}"}
_ODD = (b'""', b"None", b"null", b"0", b"[]", b"{}", b"...y", b"*y", b"`${a}`", b'f"{a}"')
"""What takes the place of a text."""


def test_no_rule_fails_on_a_mutilated_example() -> None:
    """Examples of all rules with arguments taken away, tokens lost, doubled and exchanged: other ones in each run."""
    seed = random.SystemRandom().getrandbits(32)
    dice = random.Random(seed)
    pool = [files_of(rule, example) for rule in registry().rules for example in (*rule.card.bad, *rule.card.good)]
    for _ in range(_PROGRAMS):
        files = dict(dice.choice(pool))
        path = dice.choice(sorted(files))
        files[path] = _mutilated(files[path], dice)
        failed = [skip.detail for skip in scan_files(files).skips if skip.reason is CRASHED_RULE]
        assert failed == [], f"seed {seed}: {files[path]!r}"


def _mutilated(data: bytes, dice: random.Random) -> bytes:
    """One to three tokens, lists of arguments or single arguments of a program harmed."""
    tokens = _TOKEN.findall(data)
    for _ in range(dice.randint(1, 3)):
        if tokens:
            dice.choice((_empty_a_list, _empty_a_list, _drop_an_argument, _lose, _double, _exchange, _misplace_a_text))(
                tokens, dice
            )
    return b"".join(tokens)


def _list_in(tokens: list[bytes], dice: random.Random) -> slice | None:
    """What stands between a pair of brackets."""
    starts = [at for at, token in enumerate(tokens) if token in _ENDS]
    if not starts:
        return None
    start, depth = dice.choice(starts), 0
    for at in range(start, len(tokens)):
        depth += (tokens[at] == tokens[start]) - (tokens[at] == _ENDS[tokens[start]])
        if depth == 0:
            return slice(start + 1, at)
    return None


def _empty_a_list(tokens: list[bytes], dice: random.Random) -> None:
    inside = _list_in(tokens, dice)
    if inside is not None:
        tokens[inside] = []


def _drop_an_argument(tokens: list[bytes], dice: random.Random) -> None:
    inside = _list_in(tokens, dice)
    commas = [at for at in range(inside.start, inside.stop) if tokens[at] == b","] if inside is not None else []
    if inside is not None and commas:
        del tokens[inside.start : dice.choice(commas) + 1]


def _lose(tokens: list[bytes], dice: random.Random) -> None:
    del tokens[dice.randrange(len(tokens))]


def _double(tokens: list[bytes], dice: random.Random) -> None:
    tokens.insert(dice.randrange(len(tokens)), dice.choice(tokens))


def _exchange(tokens: list[bytes], dice: random.Random) -> None:
    words = [at for at, token in enumerate(tokens) if _WORD.fullmatch(token)]
    if words:
        tokens[dice.choice(words)] = tokens[dice.choice(words)]


def _misplace_a_text(tokens: list[bytes], dice: random.Random) -> None:
    texts = [at for at, token in enumerate(tokens) if token[:1] in b"\"'"]
    if texts:
        tokens[dice.choice(texts)] = dice.choice(_ODD)
