"""The registry: found, checked, never changed."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from sentinel.engine import registry as module
from sentinel.engine.prefilter import HyperscanPrefilter
from sentinel.engine.registry import accepts, load_registry, registry_of
from sentinel.engine.scan import scan_tree
from sentinel.errors import RuleError
from sentinel.model.document import Document, Language
from sentinel.model.rule import Confidence, Item, Match, Pattern
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify, registry
from tests.engine.toys import TOYS, token, toy, toys


def test_rules_are_sorted_and_of_known_families() -> None:
    """All rules are found, sorted, and each stands in the folder of its family."""
    rules = load_registry().rules
    assert [r.identity for r in rules] == sorted(r.identity for r in rules)
    assert not [r for r in rules if f"sentinel.detectors.{r.card.family.value.replace('-', '_')}." not in r.check.__module__ + "."]


def test_two_rules_of_one_name_are_refused() -> None:
    """Identities are unique."""
    with pytest.raises(RuleError, match="secrets/toy-token"):
        registry_of([token, dataclasses.replace(token)])


def test_former_name_of_one_is_no_name_of_another() -> None:
    """A former identity keeps its meaning."""
    card = dataclasses.replace(token.card, identity="secrets/other", formerly=("secrets/toy-token",))
    with pytest.raises(RuleError, match="secrets/toy-token"):
        registry_of([token, dataclasses.replace(token, card=card)])


def test_rule_is_found_by_its_former_name() -> None:
    """`find` and `only` know former identities."""
    renamed = dataclasses.replace(token, card=dataclasses.replace(token.card, formerly=("secrets/old",)))
    one = registry_of([renamed, *TOYS[1:]])
    assert renamed is one.find("secrets/old")
    assert (renamed,) == one.only(["secrets/old"]).rules


def test_unknown_rule_is_an_error() -> None:
    """To choose a rule that does not exist says so."""
    with pytest.raises(RuleError, match="no such rule"):
        toys().only(["secrets/none"])


def test_registry_is_immutable() -> None:
    """Nothing can be set or added once it is built."""
    one = toys()
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rules = ()  # type: ignore[misc]
    assert isinstance(one.rules, tuple)


def test_hundred_threads_see_the_same() -> None:
    """A hundred threads that use one registry get the same answers, each with a prefilter of its own."""
    one = registry()
    dumped = HyperscanPrefilter.compile(one.vocabulary).dump()
    text = b"password = 'x'  token\n" * 50

    def ask(_: int) -> tuple[str, int, int]:
        fired = HyperscanPrefilter.load(one.vocabulary, dumped).scan(text)
        return one.vocabulary.digest, len(one.on(Item.DOCUMENT)), len(fired.starts)

    with ThreadPoolExecutor(100) as pool:
        answers = set(pool.map(ask, range(100)))
    assert 1 == len(answers)


def test_pickled_registry_finds_its_rules_again() -> None:
    """A registry goes to a spawned worker by the names of its modules."""
    again = pickle.loads(pickle.dumps(toys().only(["secrets/toy-token"])))
    assert (token,) == again.rules
    whole = pickle.loads(pickle.dumps(registry()))
    assert registry() == whole


def test_digest_depends_on_the_cards() -> None:
    """A changed card changes the digest under which analyses are kept."""
    louder = dataclasses.replace(token, card=dataclasses.replace(token.card, confidence=Confidence.LOW))
    assert registry_of([token]).digest != registry_of([louder]).digest
    assert registry_of([token]).digest == registry_of([token]).digest


def test_module_that_does_not_import_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule module that raises while it is imported is an error with its name."""

    def raises(name: str) -> ModuleType:
        raise KeyError("inside")

    monkeypatch.setattr(module, "import_module", raises)
    with pytest.raises(RuleError, match=r"sentinel\.detectors cannot be imported: KeyError"):
        load_registry()


def test_rule_with_a_pattern_that_cannot_be_used_is_named() -> None:
    """A pattern without a bound is an error that names its rule, before anything is scanned."""
    card = dataclasses.replace(token.card, patterns=(Pattern(rb"a+b"),))
    with pytest.raises(RuleError, match="secrets/toy-token: pattern 'a\\+b': it has no bound"):
        scan_tree(MemoryTree({"a": b""}), registry_of([dataclasses.replace(token, card=card)]), identify)


def test_keyword_of_a_card_is_known_to_the_vocabulary() -> None:
    """Keywords of rules and extractors, and what extractors ask for, are all looked for."""
    assert (b"evil", b"mark", b"thing") == toys().vocabulary.literals


@pytest.mark.parametrize("identity", ["no-family/x", "secrets/Upper", "secrets", "secrets/a_b"])
def test_name_is_family_and_kebab(identity: str) -> None:
    """An identity that is not `family/kebab-name` is refused by the decorator."""
    with pytest.raises(ValueError, match=r"kebab|not a valid"):

        @toy(identity, Item.TOOL)
        def check(item: object, workspace: object) -> Iterator[Match]:
            yield from ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [("setup.py", True), ("pkg/Setup.py", True), ("pkg/mysetup.py", False), ("a.pth", False)],
)
def test_rule_may_be_for_files_of_a_name(path: str, expected: bool) -> None:
    """A rule on documents is only asked about files whose path ends as its card says."""
    found = load_registry().find("supply-chain/setup-script-execution")
    assert found is not None
    assert expected is accepts(found, Document(path, b"", Language.PYTHON))
