"""All rules and extractors: found by looking into the packages that hold them, and never changed once built."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from sentinel.analysis.extract import Extractor
from sentinel.engine.gates import Gates
from sentinel.engine.pattern import facts_of
from sentinel.engine.vocabulary import Vocabulary, vocabulary_of
from sentinel.errors import RuleError
from sentinel.model.document import Document
from sentinel.model.rule import Item, Rule

_DETECTORS = "sentinel.detectors"
_ANALYSIS = "sentinel.analysis"
_MANIFESTS = "sentinel.analysis.manifests"
_EXTRACTORS = "extractors"
_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Registry:
    """The rules that run and the extractors that make their items."""

    rules: tuple[Rule, ...]
    """Sorted by identity."""
    extractors: tuple[Extractor, ...]
    """Sorted by name."""

    def __reduce__(self) -> tuple[object, ...]:
        """By the names of modules: a check cannot be pickled, because its name in its module is the rule's."""
        rules = tuple((rule.check.__module__, rule.check.__qualname__) for rule in self.rules)
        return (_found_again, (rules, tuple(extractor.name for extractor in self.extractors)))

    def __post_init__(self) -> None:
        identities = [name for rule in self.rules for name in (rule.identity, *rule.card.formerly)]
        _refuse_twice(identities, "rule")
        _refuse_twice([extractor.name for extractor in self.extractors], "extractor")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Everything the prefilter looks for: the rules' patterns in their order, then the extractors'."""
        patterns = [pattern for rule in self.rules for pattern in rule.card.patterns]
        patterns += [pattern for extractor in self.extractors for pattern in extractor.patterns]
        literals = [keyword for rule in self.rules for keyword in rule.card.keywords]
        for extractor in self.extractors:
            literals += [*extractor.keywords, *extractor.asks]
        return vocabulary_of(patterns, literals)

    @cached_property
    def gates(self) -> Gates:
        """What opens the way to the rules and extractors."""
        return Gates(self.rules, self.extractors, self.vocabulary)

    @cached_property
    def digest(self) -> str:
        """64 hex digits over the cards and the code of all rules and extractors: what a kept analysis depends on."""
        import hashlib

        made = hashlib.sha256(self.vocabulary.digest.encode())
        for rule in self.rules:
            made.update(f"{rule.identity}|{rule.card.severity}|{rule.card.confidence}|{rule.check.__module__}\n".encode())
        for source in _sources((_DETECTORS, _ANALYSIS, "sentinel.engine", "sentinel.model")):
            made.update(source.name.encode() + b"\0" + source.read_bytes())
        return made.hexdigest()

    def check_patterns(self) -> None:
        """Raise RuleError with the name of the rule or extractor of which a pattern cannot be used."""
        named = [(rule.identity, rule.card.patterns) for rule in self.rules]
        named += [(extractor.name, extractor.patterns) for extractor in self.extractors]
        for name, patterns in named:
            for pattern in patterns:
                try:
                    facts_of(pattern)
                except RuleError as error:
                    raise RuleError(f"{name}: {error.message}") from error

    def find(self, identity: str) -> Rule | None:
        """The rule with this identity, present or former."""
        return self._by_name.get(identity)

    def only(self, identities: Iterable[str]) -> Registry:
        """A registry with some of the rules. Raises RuleError for an identity that is no rule's."""
        chosen = {}
        for identity in identities:
            rule = self.find(identity)
            if rule is None:
                raise RuleError(f"{identity}: no such rule", "`sentinel rules` lists them.")
            chosen[rule.identity] = rule
        return Registry(tuple(chosen[name] for name in sorted(chosen)), self.extractors)

    def on(self, kind: Item) -> tuple[Rule, ...]:
        """The rules on a kind of item, sorted by identity."""
        return tuple(rule for rule in self.rules if rule.card.on is kind)

    @cached_property
    def _by_name(self) -> dict[str, Rule]:
        return {name: rule for rule in self.rules for name in (*rule.card.formerly, rule.identity)}


def _found_again(rules: tuple[tuple[str, str], ...], extractors: tuple[str, ...]) -> Registry:
    """The other end of pickling a registry."""
    wanted = frozenset(extractors)
    found = (one for module in _extractor_modules() for one in _objects(module, Extractor)) if wanted else ()
    return registry_of(
        (getattr(_imported(module), name) for module, name in rules), _once(one for one in found if one.name in wanted)
    )


def load_registry(more_rules: Iterable[Rule] = (), more_extractors: Iterable[Extractor] = ()) -> Registry:
    """Every rule and extractor of the program, and those of installed plugins that the caller hands in.

    Raises RuleError when two share an identity, or when a module of rules cannot be imported.
    """
    rules = [rule for module in _rule_modules() for rule in _objects(module, Rule)]
    extractors = [extractor for module in _extractor_modules() for extractor in _objects(module, Extractor)]
    return registry_of(_once([*rules, *more_rules]), _once([*extractors, *more_extractors]))


def registry_of(rules: Iterable[Rule], extractors: Iterable[Extractor] = ()) -> Registry:
    """A registry of just these."""
    return Registry(tuple(sorted(rules, key=lambda rule: rule.identity)), tuple(sorted(extractors, key=lambda one: one.name)))


def accepts(rule: Rule, document: Document) -> bool:
    """Whether the rule's patterns are for a document of this language and name."""
    card = rule.card
    if card.languages and document.language not in card.languages:
        return False
    return not card.names or f"/{document.path.lower()}".endswith(card.names)


def _rule_modules() -> Iterator[ModuleType]:
    for family in _modules(_DETECTORS):
        if family.ispkg:
            for found in _modules(f"{_DETECTORS}.{family.name}"):
                if not found.ispkg:
                    yield _imported(f"{_DETECTORS}.{family.name}.{found.name}")


def _extractor_modules() -> Iterator[ModuleType]:
    for found in _modules(_MANIFESTS):
        yield _imported(f"{_MANIFESTS}.{found.name}")
    for name in _below(_ANALYSIS):
        if name.rpartition(".")[2] == _EXTRACTORS:
            yield _imported(name)


def _below(package: str) -> Iterator[str]:
    """The names of all modules below a package, in order."""
    for found in _modules(package):
        name = f"{package}.{found.name}"
        yield name
        if found.ispkg and name != _MANIFESTS:
            yield from _below(name)


def _modules(package: str) -> list[pkgutil.ModuleInfo]:
    return sorted(pkgutil.iter_modules(_imported(package).__path__), key=lambda found: found.name)


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except RuleError:
        raise
    except Exception as error:  # a module of ours or of a plugin that does not import is a fault of the rule, whatever it raised
        raise RuleError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


def _objects(module: ModuleType, kind: type[_Kind]) -> Iterator[_Kind]:
    """The module-level objects of a kind, also those in its tuples and lists, in order of their names."""
    for _, value in sorted(vars(module).items()):
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, kind):
                yield one


def _once(found: Iterable[_Kind]) -> list[_Kind]:
    """The same objects, each once: a module may import another's."""
    return list({id(one): one for one in found}.values())


def _refuse_twice(names: list[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RuleError(f"two {what}s are named {name}")
        seen.add(name)


def _sources(packages: Iterable[str]) -> Iterator[Path]:
    for package in packages:
        for folder in import_module(package).__path__:
            yield from sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
