"""The prefilter: what it takes for granted, and what it refuses to trust."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import cast

import pytest

from sentinel.engine import prefilter as module
from sentinel.engine.floods import Flood
from sentinel.engine.prefilter import HyperscanPrefilter, LiteralPrefilter, Prefilter, main, make_prefilter
from sentinel.engine.vocabulary import Vocabulary, vocabulary_of
from sentinel.errors import RuleError
from sentinel.model.rule import Pattern
from tests.engine.toys import toys

VOCABULARY = vocabulary_of([Pattern(rb"to[ck]en=\w{3,9}"), Pattern(rb"(?<!x)begin"), Pattern(rb"[0-9]{4}")], [b"Eval", b"system"])
_BOTH = pytest.mark.parametrize(
    "prefilter", [HyperscanPrefilter.compile(VOCABULARY), LiteralPrefilter(VOCABULARY)], ids=["hyperscan", "literals"]
)


@_BOTH
def test_literals_are_found_in_any_case(prefilter: Prefilter) -> None:
    """A literal fires in any case, and only where it stands."""
    assert VOCABULARY.numbers_of([b"EVAL"]) == prefilter.scan(b"x EvAl( y").literals
    assert frozenset() == prefilter.scan(b"evil").literals


@_BOTH
def test_starts_hold_every_match(prefilter: Prefilter) -> None:
    """The stretches named for a pattern hold the starts of its matches; a pattern that cannot match is absent."""
    fired = prefilter.scan(b"  token=abc begin")
    assert any(first <= 2 <= last for first, last in fired.starts[0])
    assert any(first <= 12 <= last for first, last in fired.starts[1])
    if prefilter.name == "hyperscan":
        assert 2 not in fired.starts


def test_unknown_literal_is_an_error() -> None:
    """To ask for a literal that no card names is a mistake of the rule, not a quiet no."""
    with pytest.raises(RuleError, match="no keyword"):
        VOCABULARY.numbers_of([b"never named"])


@pytest.mark.parametrize("keyword", [b"", b"x", b"x" * 200], ids=["empty", "too short", "too long"])
def test_odd_keyword_is_refused(keyword: bytes) -> None:
    """Keywords have 2 to 128 bytes."""
    with pytest.raises(RuleError, match="keyword"):
        vocabulary_of([], [keyword])


def test_pattern_only_one_engine_takes_is_named() -> None:
    """A pattern that Hyperscan refuses is named in the error."""
    with pytest.raises(RuleError, match="40000"):
        HyperscanPrefilter.compile(vocabulary_of([Pattern(rb"a{40000}")], []))


def test_database_survives_pickling() -> None:
    """A spawned worker gets the compiled database."""
    again = pickle.loads(pickle.dumps(HyperscanPrefilter.compile(VOCABULARY)))
    assert again.passes_canary()
    assert _starts(again, b"token=abc") == _starts(HyperscanPrefilter.compile(VOCABULARY), b"token=abc") != {}


def _starts(prefilter: Prefilter, data: bytes) -> dict[int, list[tuple[int, int]]]:
    """Where patterns may start, written out."""
    return {number: list(starts) for number, starts in prefilter.scan(data).starts.items()}


@pytest.mark.parametrize("ends", [*permutations((10, 40, 500))], ids=str)
def test_ends_in_any_order_give_the_same_starts(ends: tuple[int, ...]) -> None:
    """Hyperscan promises no order of ends: those that come late count like the others."""

    class Disordered:
        """Tells of three ends of one pattern."""

        def scan(self, data: bytes, note: Callable[..., None], context: object) -> None:
            """As the database of Hyperscan does."""
            for end in ends:
                note(2, 0, end, 0, context)

    prefilter = HyperscanPrefilter.compile(VOCABULARY)
    prefilter._database = Disordered()
    starts = {at for low, high in _starts(prefilter, b"")[2] for at in range(low, high + 1)}
    assert {6, 36, 496} <= starts <= {*range(6, 37), 496}


def _compiled(monkeypatch: pytest.MonkeyPatch) -> list[Vocabulary]:
    """The vocabularies that are compiled from here on."""
    seen: list[Vocabulary] = []
    compile_afresh = HyperscanPrefilter.compile

    def compile_noted(vocabulary: Vocabulary) -> HyperscanPrefilter:
        seen.append(vocabulary)
        return compile_afresh(vocabulary)

    monkeypatch.setattr(HyperscanPrefilter, "compile", compile_noted)
    return seen


def test_users_cache_is_used_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled is kept in the user's folder, which only the user can read, and loaded from there."""
    seen = _compiled(monkeypatch)
    for _ in range(2):
        made = make_prefilter(VOCABULARY, cache_folder=str(tmp_path / "cache"))
        assert made.scan(b"token=abc").starts
    assert [VOCABULARY] == seen
    assert 0o700 == (tmp_path / "cache").stat().st_mode & 0o777


def test_other_rules_compile_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of other rules is not used, even under the name of these."""
    image = tmp_path / "image"
    module._write(image, HyperscanPrefilter.compile(vocabulary_of([Pattern(rb"other")], [])))
    seen = _compiled(monkeypatch)
    make_prefilter(VOCABULARY, image=str(image))
    assert [VOCABULARY] == seen


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b'{"key": 1}\nxx', b"\x80\x81"], ids=repr)
def test_broken_image_database_compiles_afresh(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no database costs time and nothing else."""
    image = tmp_path / "image"
    image.write_bytes(content)
    seen = _compiled(monkeypatch)
    assert make_prefilter(VOCABULARY, image=str(image)).scan(b"token=abc").starts
    assert [VOCABULARY] == seen


def test_database_that_misses_its_canary_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with the right head that does not answer to its canary is compiled afresh."""
    right, wrong = HyperscanPrefilter.compile(VOCABULARY), HyperscanPrefilter.compile(vocabulary_of([Pattern(rb"other")], []))
    image = tmp_path / "image"
    module._write(image, right)
    head = image.read_bytes().partition(b"\n")[0]
    image.write_bytes(head + b"\n" + wrong.dump())
    seen = _compiled(monkeypatch)
    make_prefilter(VOCABULARY, image=str(image))
    assert [VOCABULARY] == seen


def test_what_asks_floods_comes_with_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text full of matches is asked by what was compiled and kept along with the database."""
    image = tmp_path / "image"
    module._write(image, HyperscanPrefilter.compile(VOCABULARY))
    loaded = make_prefilter(VOCABULARY, image=str(image))
    monkeypatch.setattr(Flood, "compile", lambda vocabulary: pytest.fail("compiled again"))
    fired = loaded.scan(b"token=abc 1234 begin " * 90_000)
    assert {0, 1, 2} == set(fired.starts)
    assert pickle.loads(pickle.dumps(loaded)).dump_flood() == cast(HyperscanPrefilter, loaded).dump_flood()


@pytest.mark.parametrize("mode", [0o777, 0o770], ids=["world writable", "group writable"])
def test_folder_that_others_can_write_to_is_not_used(mode: int, tmp_path: Path) -> None:
    """A cache folder that somebody else can write to is neither read nor written."""
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(mode)
    make_prefilter(VOCABULARY, cache_folder=str(folder))
    assert [] == list(folder.iterdir())


def test_only_the_databases_used_last_stay(tmp_path: Path) -> None:
    """When a database is written, old ones of ours are removed; one that is loaded counts as used; a link or another name stays."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    make_prefilter(VOCABULARY, cache_folder=str(folder))
    (own,) = folder.iterdir()
    os.utime(own, (1, 1))
    (folder / ("a" * 32 + ".hsdb")).symlink_to(tmp_path / "elsewhere")
    others = [folder / name for name in ("notes.txt", "a.hsdb", "tmpx")]
    old = [folder / (f"{number:032x}" + ".hsdb") for number in range(12)]
    for age, path in enumerate((*others, *old)):
        path.write_bytes(b"x")
        os.utime(path, (100 + age, 100 + age))
    make_prefilter(VOCABULARY, cache_folder=str(folder))
    make_prefilter(vocabulary_of([Pattern(rb"other")], []), cache_folder=str(folder))
    left = set(folder.iterdir())
    assert {own, *others, *old[-6:]} <= left
    assert left.isdisjoint(old[:-6])
    assert (folder / ("a" * 32 + ".hsdb")).is_symlink()


def test_linked_folder_is_not_used(tmp_path: Path) -> None:
    """A cache folder that is a link is neither read nor written."""
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "cache").symlink_to(tmp_path / "real")
    make_prefilter(VOCABULARY, cache_folder=str(tmp_path / "cache"))
    assert [] == list((tmp_path / "real").iterdir())


def test_cache_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A cache folder below a file is no failure."""
    (tmp_path / "file").touch()
    assert make_prefilter(VOCABULARY, cache_folder=str(tmp_path / "file" / "cache")).scan(b"eval").literals


def test_without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel the literals do."""
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    assert "literals" == make_prefilter(VOCABULARY).name


def test_image_build_writes_a_database_that_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--compile` writes what the image then loads without compiling."""
    monkeypatch.setattr("sentinel.engine.registry.load_registry", toys)
    image = tmp_path / "new" / "image"
    assert 0 == main(["--compile", str(image)])
    assert "8 patterns, 3 literals" in capsys.readouterr().out
    seen = _compiled(monkeypatch)
    assert make_prefilter(toys().vocabulary, image=str(image)).scan(b"thing").literals
    assert [] == seen


def test_image_build_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is a usage error."""
    assert 2 == main([])
    assert "usage" in capsys.readouterr().err
