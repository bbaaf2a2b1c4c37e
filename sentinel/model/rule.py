"""A rule: its card, its page and its check, and what a check answers.

A rule is one module under `detectors/<family>/`: the docstring is its page, the decorator `rule` its card, the decorated
function its check. The module is found by the registry; nothing else is edited to add one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, Protocol

from sentinel.model.document import Document, Language, Span


class Severity(IntEnum):
    """How bad it is, in the bands of CVSS 3.1."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The lower-case word used in settings and output."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure the rule is."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """The lower-case word used in settings and output."""
        return self.name.lower()


class Level(StrEnum):
    """The level of SARIF 2.1.0, which follows from severity and confidence everywhere."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for note to 2 for error, to compare levels."""
        return ("note", "warning", "error").index(self.value)


def level_of(severity: Severity, confidence: Confidence) -> Level:
    """Error: critical or high with at least medium confidence. Warning: medium with at least medium confidence, or high and
    above with low. Note: the rest; notes never comment and never gate."""
    if confidence >= Confidence.MEDIUM:
        if severity >= Severity.HIGH:
            return Level.ERROR
        return Level.WARNING if severity is Severity.MEDIUM else Level.NOTE
    return Level.WARNING if severity >= Severity.HIGH else Level.NOTE


class Family(StrEnum):
    """The five detectors; the first part of every rule's identity."""

    SECRETS = "secrets"
    CODE_INJECTION = "code-injection"
    PROMPT_INJECTION = "prompt-injection"
    TOOL_POISONING = "tool-poisoning"
    SUPPLY_CHAIN = "supply-chain"


class Item(StrEnum):
    """The kinds of thing a rule can look at."""

    DOCUMENT = "document"
    """Hits of the rule's own patterns in a document: the check gets (Document, Hit)."""
    FLOW = "flow"
    TOOL = "tool"
    SERVER = "server"
    INSTRUCTION = "instruction"
    DEPENDENCY = "dependency"
    LAUNCH = "launch"
    WORKFLOW = "workflow"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over bytes, in the subset common to Python's `re` and Hyperscan (DESIGN.md section 4).

    The meaning is defined position by position: at every start where it matches, that one match; overlaps are reduced to the
    leftmost, then the longest. `most` bounds the bytes a match may span where the expression itself is unbounded.
    """

    regex: bytes
    ignore_case: bool = False
    multiline: bool = False
    most: int = 0
    """Greatest width in bytes; 0 when the expression is bounded by itself."""
    literals: tuple[bytes, ...] = ()
    """At least one of these stands in every match (lower case when `ignore_case`); found from the expression when empty."""

    @property
    def flags(self) -> int:
        """The flags for `re.compile`."""
        return (re.IGNORECASE if self.ignore_case else 0) | (re.MULTILINE if self.multiline else 0)


class Hit(Protocol):
    """One confirmed match of one of a rule's patterns in a document."""

    @property
    def pattern(self) -> int:
        """Index into the card's patterns."""

    @property
    def start(self) -> int:
        """Byte offset of the match."""

    @property
    def end(self) -> int:
        """Byte offset after the match (half-open)."""

    def group(self, name: int | str = 0) -> bytes:
        """The bytes of a group; empty when it took no part."""

    def span(self, name: int | str = 0) -> tuple[int, int]:
        """The byte offsets of a group in the document; (-1, -1) when it took no part."""


@dataclass(frozen=True, slots=True)
class Example:
    """A small file on a rule's card. Bad ones must be flagged on exactly the promised lines, good ones must be quiet.

    Secrets are written in parts: every `<+>` in the text is taken out at test time (`gh<+>p_` becomes `ghp_`), so that no push
    protection trips on a card.
    """

    text: str
    lines: tuple[int, ...] = ()
    """1-based lines on which a finding of this rule must start, in order; empty for a good example."""
    path: str = ""
    """Where the file stands; a path that fits the rule's first language when empty."""
    others: tuple[tuple[str, str], ...] = ()
    """Further files of the same workspace, as (path, text)."""

    @property
    def source(self) -> str:
        """The text with its parts joined."""
        return self.text.replace("<+>", "")


@dataclass(frozen=True, slots=True)
class Related:
    """A further place of a finding, with a few words."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """An exact cure: what it does, in the imperative, and its edits, all in one document."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the secret value stands. It is masked in every output; its bytes never leave the process."""

    start: int
    end: int
    """Half-open byte offsets in the document."""
    is_strong: bool = False
    """A token format of at least 80 bits: may enter a fingerprint as a keyed hash. Passwords and generic secrets never do."""
    name: str = ""
    """Key name or place in the structure, which identifies a secret that is not strong."""


@dataclass(frozen=True, slots=True)
class Match:
    """A hit of a check, with its places: one primary span, and any number of related ones that tell the story."""

    span: Span
    message: str
    """What is there and where it comes from, in a sentence without blame; starts lower-case only after a name."""
    related: tuple[Related, ...] = ()
    identity: str = ""
    """What makes this match the same after a move; the white-space-folded text of the span when empty. Holds no line number."""
    severity: Severity | None = None
    """Lowers (or raises) the card's severity."""
    confidence: Confidence | None = None
    context: str = ""
    """Why severity or confidence differ from the card's, in a few words."""
    secret: Secret | None = None
    fix: Fix | None = None
    is_flow: bool = False
    """The related places, in order, are the steps of a data flow that ends at the primary span."""

    def with_related(self, span: Span, message: str) -> Match:
        """The same match with one more place at the end."""
        return replace(self, related=(*self.related, Related(span, message)))


@dataclass(frozen=True)
class Card:
    """A rule's metadata."""

    identity: str
    """`family/kebab-name`; names the pattern so that it reads well after "allow"."""
    on: Item
    severity: Severity
    confidence: Confidence
    cwe: int
    """The CWE number that fits best."""
    cvss: str
    """CVSS 3.1 base vector; its band is the severity, by test."""
    owasp: tuple[str, ...]
    """Tags of OWASP MCP Top 10 (MCP01:2025 ...), LLM Top 10 (LLM01:2025 ...), Agentic (ASI01:2026 ...)."""
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    patterns: tuple[Pattern, ...] = ()
    """What a rule on documents looks for."""
    keywords: tuple[bytes, ...] = ()
    """Literals, lower case, of which at least one stands (in any case) in every document where the rule can find something;
    they save time and never a finding. Empty: the rule is always asked."""
    languages: frozenset[Language] = frozenset()
    """Documents the patterns are for; empty: all."""
    names: tuple[str, ...] = ()
    """Ends of the paths of those documents, lower case, each path with a slash before it; empty: all."""
    formerly: tuple[str, ...] = ()
    """Older identities, which keep old baselines and suppressions valid."""
    yields_to: tuple[str, ...] = ()
    """Rules that say more of the same place: where one of them tells of it, or names it as a step on the way to what it tells of,
    whichever document led there, this one is silent."""

    @cached_property
    def family(self) -> Family:
        """The detector the rule belongs to."""
        return Family(self.identity.partition("/")[0])

    @property
    def level(self) -> Level:
        """The level before any context."""
        return level_of(self.severity, self.confidence)


Check = Callable[..., Iterator[Match]]


@dataclass(frozen=True)
class Rule:
    """A card, a page and a check."""

    card: Card
    page: str = field(repr=False)
    """Markdown: first line the title, then the sections Why it matters, What to do, Known limits, References."""
    check: Check = field(repr=False)

    @property
    def identity(self) -> str:
        """See `Card.identity`."""
        return self.card.identity

    @property
    def title(self) -> str:
        """The page's first line without its full stop."""
        return self.page.partition("\n")[0].rstrip(".")

    def section(self, heading: str) -> str:
        """The text under `## heading` of the page, stripped; empty when absent."""
        found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", self.page, re.MULTILINE | re.DOTALL)
        return found.group(1).strip() if found else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The 3 to 6 numbered steps of *What to do*, in order, each on one line."""
        items = re.findall(r"^\d+\. (.*?)(?=^\d+\. |\Z)", self.section("What to do"), re.MULTILINE | re.DOTALL)
        return tuple(" ".join(item.split()) for item in items)

    @property
    def references(self) -> tuple[str, ...]:
        """The links of *References*."""
        return tuple(re.findall(r"https?://[^\s>)]+", self.section("References")))


def rule(
    identity: str,
    *,
    on: Item,
    severity: Severity,
    confidence: Confidence,
    cwe: int,
    cvss: str,
    owasp: Iterable[str],
    bad: Iterable[Example],
    good: Iterable[Example],
    patterns: Iterable[Pattern] = (),
    keywords: Iterable[bytes] = (),
    languages: Iterable[Language] = (),
    names: Iterable[str] = (),
    formerly: Iterable[str] = (),
    yields_to: Iterable[str] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of the decorated check; its page is the docstring of the module that holds it.

    The check takes (Document, Hit) for `Item.DOCUMENT`, and (item, Workspace) for every other kind except
    `Item.WORKSPACE`, for which it takes (Workspace,) alone; it yields Matches. Raises ValueError when the card contradicts itself.
    """
    card = Card(
        identity, on, severity, confidence, cwe, cvss, tuple(owasp), tuple(bad), tuple(good), tuple(patterns),
        tuple(keywords), frozenset(languages), tuple(names), tuple(formerly), tuple(yields_to),
    )  # fmt: skip
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*/[a-z0-9]+(-[a-z0-9]+)*", identity) or card.family is None:
        raise ValueError(f"{identity}: not family/kebab-name")
    if (on is Item.DOCUMENT) != bool(card.patterns):
        raise ValueError(f"{identity}: patterns and only patterns make a rule on documents")

    def decorate(check: Check) -> Rule:
        module = inspect.getmodule(check)
        return Rule(card, inspect.cleandoc((module.__doc__ if module else None) or ""), check)

    return decorate


class Workspace(Protocol):
    """The whole tree, as rules and extractors may ask for it: lazily, and only inside the root."""

    @property
    def paths(self) -> frozenset[str]:
        """Every path that was found in scope (not the skipped ones)."""

    def read(self, path: str) -> Document | None:
        """The document at a path, or None when it is absent, skipped or past the limits. Cached."""

    def mentions(self, path: str, keywords: Iterable[bytes]) -> bool:
        """Whether any of the literals stands in the document at `path`, in any case.

        They must be known from a card or an extractor.
        """

    def items(self, kind: Item) -> tuple[Any, ...]:
        """All items of a kind, in order of path and place; complete only for rules on the workspace."""
