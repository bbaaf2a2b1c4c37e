"""Small rules and an extractor of our own, so that the engine is tested without the program's. Importable by spawned workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sentinel.analysis.extract import Extractor
from sentinel.engine.registry import Registry, registry_of
from sentinel.model.document import NOT_PARSED, Document, Skip, Span
from sentinel.model.rule import Check, Confidence, Edit, Fix, Hit, Item, Match, Pattern, Rule, Secret, Severity, Workspace, rule


def toy(identity: str, on: Item, patterns: Iterable[Pattern] = (), keywords: Iterable[bytes] = ()) -> Callable[[Check], Rule]:
    """A card in which nothing matters but these."""
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
    return rule(
        identity,
        on=on,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        cwe=1,
        cvss=vector,
        owasp=["MCP01:2025"],
        bad=[],
        good=[],
        patterns=patterns,
        keywords=keywords,
    )


@toy("secrets/toy-token", Item.DOCUMENT, [Pattern(rb"\btoy_[a-z0-9]{12,40}\b")])
def token(document: Document, hit: Hit) -> Iterator[Match]:
    """A strong secret."""
    secret = Secret(hit.start, hit.end, is_strong=True)
    yield Match(document.span(hit.start, hit.end), f"The token {hit.group().decode()} stands here.", secret=secret)


@toy("secrets/toy-password", Item.DOCUMENT, [Pattern(rb"(?i)password {0,3}= {0,3}'(?P<value>[^'\n]{1,40})'")])
def password(document: Document, hit: Hit) -> Iterator[Match]:
    """A weak secret."""
    yield Match(document.span(hit.start, hit.end), "A password stands here.", secret=Secret(*hit.span("value"), name="password"))


@toy("code-injection/toy-call", Item.DOCUMENT, [Pattern(rb"(?<![\w.])danger\([^)\n]{0,200}\)")])
def call(document: Document, hit: Hit) -> Iterator[Match]:
    """A call."""
    span = document.span(hit.start, hit.end)
    said = hit.group().decode("utf-8", "replace")
    fix = Fix("Remove it", (Edit(span, f"pass  # {said}"),))
    yield Match(span, f"{said} is called.", fix=fix).with_related(span, f"here: {said}")


@toy("code-injection/toy-crash", Item.DOCUMENT, [Pattern(rb"crash-please")])
def crash(document: Document, hit: Hit) -> Iterator[Match]:
    """Raises, with bytes of the document in its words."""
    yield Match(document.span(hit.start, hit.end), "Just before the crash.")
    raise ValueError(document.text)


@toy("code-injection/toy-kill", Item.DOCUMENT, [Pattern(rb"kill-please")])
def kill(document: Document, hit: Hit) -> Iterator[Match]:
    """Kills the process that looks at it."""
    os.kill(os.getpid(), signal.SIGKILL)
    yield Match(document.span(hit.start, hit.end), "Never said.")


@toy("code-injection/toy-most", Item.DOCUMENT, [Pattern(rb"<<[^>]*>>", most=20)])
def most(document: Document, hit: Hit) -> Iterator[Match]:
    """An expression without a bound of its own."""
    yield Match(document.span(hit.start, hit.end), "Between brackets.")


class Thing(NamedTuple):
    """An item."""

    name: str
    span: Span


def _things(document: Document, workspace: Workspace) -> Iterator[Thing | Skip]:
    for number, line in document.lines():
        if line.startswith(b"thing "):
            yield Thing(line[6:].decode("utf-8", "replace"), document.line_span(number))
        if line == b"unreadable":
            yield Skip(document.path, NOT_PARSED, "unreadable", number)


things = Extractor(
    "toy-things", Item.SERVER, lambda document: document.path.endswith(".toy"), _things, keywords=(b"thing",), asks=(b"mark",)
)


gems = Extractor(
    "toy-gems",
    Item.TOOL,
    lambda document: document.path.endswith(".gem"),
    _things,
    patterns=(Pattern(rb"(?<!no )gem \d{1,3}"), Pattern(rb"jewel")),
)


@toy("tool-poisoning/toy-gem", Item.TOOL)
def gem(item: Thing, workspace: Workspace) -> Iterator[Match]:
    """A rule on items of an extractor that asks for patterns."""
    yield Match(item.span, f"{item.name} is a gem among {len(workspace.items(Item.TOOL))}.")


@toy("supply-chain/toy-thing", Item.SERVER, keywords=[b"evil"])
def thing(item: Thing, workspace: Workspace) -> Iterator[Match]:
    """A rule on items, with a keyword."""
    if "evil" in item.name.lower():
        mark = "marked" if workspace.mentions("other.toy", [b"mark"]) else "not marked"
        yield Match(item.span, f"{item.name} is evil and {mark}.")


@toy("tool-poisoning/toy-twice", Item.WORKSPACE)
def twice(workspace: Workspace) -> Iterator[Match]:
    """A rule on the workspace: things of one name."""
    seen: dict[str, Thing] = {}
    for item in workspace.items(Item.SERVER):
        first = seen.setdefault(item.name, item)
        if first is not item:
            yield Match(item.span, f"{item.name} stands twice.").with_related(first.span, "the first one")


TOYS: tuple[Rule, ...] = (token, password, call, crash, kill, most, thing, gem, twice)


def toys(*rules: Rule) -> Registry:
    """A registry of the toys, or of some."""
    return registry_of(rules or TOYS, [things, gems])
