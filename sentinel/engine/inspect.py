"""One document through all rules: what fired, what is confirmed, the items it holds, the matches, the findings."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from sentinel.analysis.extract import Extractor
from sentinel.analysis.launch.surface import server_of
from sentinel.engine.confirm import confirm
from sentinel.engine.context import lowered
from sentinel.engine.excerpt import excerpt, normalised
from sentinel.engine.gates import Gate
from sentinel.engine.masking import KnownSecrets, Masks, masks_of
from sentinel.engine.prefilter import Fired, Prefilter
from sentinel.engine.registry import Registry, accepts
from sentinel.engine.workspace import TreeWorkspace
from sentinel.model.document import BUDGET, CRASHED_RULE, PROGRAMS, TOO_MANY, Document, Skip
from sentinel.model.finding import Finding
from sentinel.model.package import Launch
from sentinel.model.rule import Family, Fix, Item, Match, Rule
from sentinel.model.surface import Tool
from sentinel.model.tree import Tree

_SURFACE = frozenset({Item.TOOL, Item.LAUNCH})
"""What reports compare, so that it is extracted whatever the rules ask for."""
_NOBODY: frozenset[int] = frozenset()
_DEAR = 10
"""How many times as much it costs to ask a rule of another family than one on secrets about a hit."""
_OF_LARGE = {
    1 << 20: {"findings_per_rule": 100, "secrets_granted": 100, "findings": 200, "looks_per_rule": 300, "looks": 2_000},
    128 << 10: {"looks_per_rule": 300, "looks": 6_000},
}
"""The bounds of documents of more than so many bytes, by their names: more than a megabyte is more than nearly all that people
write, and of more than an eighth of it five thousand secrets are told still, as a list of them may hold. Of 668 real files of such
sizes none asks any rule about half as many places."""
_NOT_QUOTED = "Not all rules on secrets could look at the whole file, so nothing of it is quoted."
_PARSED = "syntax"
"""Where `sentinel.analysis.syntax` keeps the tree of a document."""


class Identify(Protocol):
    """Makes a finding's identity. Must survive pickling."""

    def __call__(self, rule: str, normalised: bytes, is_secret_strong: bool) -> str:
        """32 hex digits over the rule's identity and what it found; a strong secret enters as a keyed hash only."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be spent on one document of ordinary size; `of` has what a larger one may."""

    findings_per_rule: int = 5_000
    findings_granted: int = 30
    """Findings of each rule, whatever the others found."""
    secrets_granted: int = 500
    """The same of each rule on secrets: what they find is masked in all that is said."""
    findings: int = 5_000
    """Findings of all rules together beyond that."""
    looks_per_rule: int = 5_000
    """Hits of its patterns that each rule is asked about, whatever the others were."""
    looks: int = 8_000
    """Hits that all rules together are asked about beyond that: no text makes a scan dear, and none hides another. One of a rule
    that reads what stands round it counts as several; rules on secrets read the hit itself."""
    items: int = 15_000
    """Items that one extractor makes of one document."""
    checks: int = 250_000
    """Calls of rules on its items: those that look at a dependency and one more, for as many as an extractor makes."""
    rescue_seconds: float = 30.0
    """Of CPU: what ends a document that no count ends, as one whose rules loop. Counts decide before: the dearest contents known
    take a thirtieth of it."""

    def of(self, size: int) -> Bounds:
        """Those of a document of so many bytes: what is left after reading a large one is for fewer findings."""
        bounds = next((bounds for above, bounds in _OF_LARGE.items() if size > above), None)
        if bounds is None:
            return self
        return replace(self, **{name: min(most, getattr(self, name)) for name, most in bounds.items()})


BOUNDS = Bounds()


class Inspected(NamedTuple):
    """What one document gave."""

    path: str
    size: int
    """Bytes matched; 0 when it was skipped."""
    findings: tuple[Finding, ...] = ()
    skips: tuple[Skip, ...] = ()
    tools: tuple[Tool, ...] = ()
    kinds: tuple[Item, ...] = ()
    """The kinds of items that the document holds, or may hold where nobody asked yet."""
    parsed: int = 0
    """Bytes given to a tolerant parser."""
    secrets: KnownSecrets = KnownSecrets()


def _counter() -> defaultdict[str, int]:
    """A tenth of what a Counter costs, which is much for a tiny file."""
    return defaultdict(int)


@dataclass(slots=True)
class _Notes:
    """What gathers while one document is looked at."""

    document: Document
    deadline: float
    """On the clock on the wall: when the CPU is asked how much was really spent, so that a busy machine changes nothing."""
    bounds: Bounds
    matches: list[tuple[Rule, Match]] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    counts: defaultdict[str, int] = field(default_factory=_counter)
    """Matches of each rule."""
    looks: defaultdict[str, int] = field(default_factory=_counter)
    """Hits that each rule was asked about."""
    begun: float = 0.0
    """Seconds of CPU that were spent before."""
    looks_left: int = 0
    """Hits that rules may be asked about beyond what each of them is granted."""
    findings_left: int = 0
    """Findings that rules may have beyond what each of them is granted."""
    is_blind: bool = False
    """A rule on secrets was not asked to the end."""
    is_for_masks: bool = False
    """Only secrets are wanted: the document is another's, and its own turn comes or was."""
    checks_left: int = 0
    """Calls of rules on items that may still be made."""
    tools: list[Tool] = field(default_factory=list)
    kinds: set[Item] = field(default_factory=set)


class Inspector:
    """Holds what is the same for all documents: the rules, their gates, the prefilter and the workspace."""

    def __init__(
        self,
        tree: Tree,
        paths: frozenset[str],
        registry: Registry,
        prefilter: Prefilter,
        identify: Identify,
        bounds: Bounds = BOUNDS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._tree = tree
        self._registry = registry
        self._prefilter = prefilter
        self._vocabulary = prefilter.vocabulary
        self._identify = identify
        self._bounds = bounds
        self._clock = clock
        self.workspace = TreeWorkspace(tree, paths, prefilter, self._extracted, self._can_hold)
        self.workspace.know(registry.extractors)
        self._secrets: dict[str, KnownSecrets] = {}
        """What is known of documents that were looked at."""
        self.seconds: defaultdict[str, float] = defaultdict(float)
        """Time spent, by family of rules and `extract`."""
        self._gates = registry.gates

    def inspect(self, path: str) -> Inspected:
        """Read the document at `path` and look at it."""
        read = self._tree.read(path)
        if isinstance(read, Skip):
            return Inspected(path, 0, skips=(read,))
        return self.inspect_document(read)

    def inspect_document(self, document: Document) -> Inspected:
        """Look at one document."""
        notes = self._matches(document)
        skips, parsed = notes.skips, document.cache.get(_PARSED)
        self.workspace.release(document)
        return Inspected(
            document.path,
            len(document.data),
            tuple(self._findings(notes.matches, document, notes)) if notes.matches else (),
            tuple(skips),
            _masked_tools(notes),
            tuple(sorted(notes.kinds)),
            len(document.data) if parsed is not None and not isinstance(parsed, Skip) else 0,
            _known(notes, document.path),
        )

    def inspect_workspace(
        self, holders: dict[Item, tuple[str, ...]], tools: Iterable[Tool], secrets: Mapping[str, KnownSecrets]
    ) -> Inspected:
        """Run the rules on the workspace as a whole, after all documents; `holders` says where each kind of item may stand, `tools`
        are those that the documents gave, in order of path and place, and `secrets` what is known by path: neither need be found
        again."""
        self.workspace.know(self._registry.extractors, holders)
        self._secrets.update(secrets)
        self.workspace.know_items(Item.TOOL, tools)
        notes = _Notes(Document("", b""), float("inf"), self._bounds, findings_left=self._bounds.findings)
        for rule, _ in self._gates.rules_on[Item.WORKSPACE]:
            start = self._clock()
            self._check(rule, notes, self.workspace)
            self.seconds[rule.card.family.value] += self._clock() - start
        return Inspected("", 0, tuple(self._findings(notes.matches, None, notes)), tuple(notes.skips))

    def _matches(self, document: Document, is_for_masks: bool = False) -> _Notes:
        """What the rules match; where it is for masks, only those that may know of a secret are asked."""
        fired = self._prefilter.scan(document.data)
        bounds = self._bounds.of(len(document.data))
        notes = _Notes(document, self._clock() + bounds.rescue_seconds, bounds, looks_left=bounds.looks, checks_left=bounds.checks)
        notes.findings_left, notes.is_for_masks, notes.begun = bounds.findings, is_for_masks, time.thread_time()
        if fired.starts:
            self._match_patterns(document, fired, notes)
        self._match_items(document, fired, notes)
        return notes

    def _match_patterns(self, document: Document, fired: Fired, notes: _Notes) -> None:
        for number in fired.starts:
            if number >= len(self._gates.owners):
                break
            rule, at, gate = self._gates.owners[number]
            if not accepts(rule, document) or not gate.is_open(fired.literals):
                continue
            if notes.is_for_masks and rule.card.family is not Family.SECRETS:
                continue
            if notes.counts[rule.identity] > notes.bounds.findings_per_rule:
                continue
            facts = self._vocabulary.facts[number]
            start = self._clock()
            for hit in confirm(at, self._gates.expression(number), facts, document.data, fired.starts[number]):
                if not self._may_look(rule, notes, document, hit.start) or not self._check(rule, notes, document, hit):
                    break
            self.seconds[rule.card.family.value] += self._clock() - start

    def _match_items(self, document: Document, fired: Fired, notes: _Notes) -> None:
        gates = self._gates
        asked = _NOBODY if document.language in PROGRAMS else gates.always_asked
        open_gates = asked.union(*map(gates.asked_by.__getitem__, fired.literals & gates.opening))
        is_kept = False
        for at in sorted(open_gates):
            extractor, gate = gates.extractors[at]
            if notes.is_for_masks and extractor.item not in gates.with_secrets:
                continue
            if not extractor.claims(document) or not self._has_one(gate, document, fired):
                continue
            if not is_kept:
                self.workspace.keep(document)
                self.workspace.know_literals(document.path, fired.literals)
                is_kept = True
            on_item = gates.rules_on[extractor.item]
            rules = [rule for rule, numbers in on_item if not numbers or not numbers.isdisjoint(fired.literals)]
            if not (rules or extractor.item in _SURFACE) or self._match_extracted(extractor, rules, notes):
                notes.kinds.add(extractor.item)

    def _has_one(self, gate: Gate, document: Document, fired: Fired) -> bool:
        """Whether one of the patterns that an extractor asks for does match."""
        made, facts, data = self._gates.expression, self._vocabulary.facts, document.data
        return not gate.patterns or any(
            True
            for number in gate.patterns
            if number in fired.starts
            for _ in confirm(number, made(number), facts[number], data, fired.starts[number])
        )

    def _can_hold(self, extractor: Extractor, document: Document) -> bool:
        """Whether a document may hold items of an extractor: what the workspace asks before it makes them."""
        gate = next(gate for one, gate in self._gates.extractors if one is extractor)
        if (document.language in PROGRAMS and not gate.numbers) or not extractor.claims(document):
            return False
        if not gate.is_open(self.workspace.literals(document)):
            return False
        return not gate.patterns or self._has_one(gate, document, self._prefilter.scan(document.data))

    def _match_extracted(self, extractor: Extractor, rules: list[Rule], notes: _Notes) -> bool:
        """Ask rules about the items that an extractor makes; whether it made any, or may make some yet."""
        count = 0
        families = [(family.value, list(some)) for family, some in groupby(rules, lambda one: one.card.family)]
        for item in self._guarded("extract", extractor.name, notes, extractor.extract, notes.document, self.workspace):
            if isinstance(item, Skip):
                notes.skips.append(item)
                continue
            count += 1
            if count > self._bounds.items:
                detail = f"{extractor.name}: more than {self._bounds.items} items"
                notes.skips.append(Skip(notes.document.path, TOO_MANY, detail))
                notes.is_blind |= extractor.item in self._gates.with_secrets
                break
            if isinstance(item, Tool):
                notes.tools.append(item)
            elif isinstance(item, Launch) and (server := server_of(item)) is not None:
                notes.tools.append(server)
            if rules and not self._ask(families, notes, item):
                return True
        return count > 0

    def _ask(self, families: list[tuple[str, list[Rule]]], notes: _Notes, item: Any) -> bool:
        """Ask rules about an item; False when the document has cost what it may."""
        start = self._clock()
        for family, rules in families:
            notes.checks_left -= len(rules)
            if notes.checks_left < 0:
                return _spent(notes, f"more than {self._bounds.checks} questions to rules about one document")
            for rule in rules:
                self._check(rule, notes, item, self.workspace)
            now = self._clock()
            self.seconds[family] += now - start
            start = now
        return self._has_time(notes)

    def _may_look(self, rule: Rule, notes: _Notes, document: Document, offset: int) -> bool:
        """Whether the rule may be asked about one more place of this document; where it may not, that is said once."""
        name = rule.identity
        notes.looks[name] += 1
        if notes.looks[name] <= notes.bounds.looks_per_rule:
            return True
        notes.looks_left -= 1 if rule.card.family is Family.SECRETS else _DEAR
        if notes.looks_left >= 0:
            return True
        detail = f"{name}: more than {notes.looks[name] - 1} places to look at"
        notes.skips.append(Skip(document.path, TOO_MANY, detail, document.line_of(offset)))
        notes.counts[name] = notes.bounds.findings_per_rule + 1
        notes.is_blind |= rule.card.family is Family.SECRETS
        return False

    def _check(self, rule: Rule, notes: _Notes, *arguments: Any) -> bool:
        """Take the matches of one call of a check; False when the rule has no more to say in this document."""
        most, name = notes.bounds.findings_per_rule, rule.card.identity
        if notes.counts[name] > most:
            return False
        try:
            for match in rule.check(*arguments):
                if match.secret is not None and rule.card.family is not Family.SECRETS:
                    raise ValueError("a secret is told by rules of the family secrets: only they are asked what to mask")
                if not self._may_tell(rule, notes):
                    told = notes.counts[name] - 1
                    notes.skips.append(Skip(notes.document.path, TOO_MANY, f"{name}: more than {told}", match.span.start_line))
                    notes.counts[name] = most + 1
                    notes.is_blind |= rule.card.family is Family.SECRETS
                    break
                notes.matches.append((rule, match))
        except Exception as error:  # see `_guarded`
            notes.is_blind |= rule.card.family is Family.SECRETS
            notes.skips.append(Skip(notes.document.path, CRASHED_RULE, f"{name} raised {type(error).__name__}"))
        return notes.counts[name] <= most and self._has_time(notes)

    def _may_tell(self, rule: Rule, notes: _Notes) -> bool:
        """Whether the rule may have one more finding in this document; it is counted."""
        notes.counts[rule.identity] += 1
        count = notes.counts[rule.identity]
        bounds = notes.bounds
        if count <= (bounds.secrets_granted if rule.card.family is Family.SECRETS else bounds.findings_granted):
            return count <= bounds.findings_per_rule
        notes.findings_left -= 1
        return count <= bounds.findings_per_rule and notes.findings_left >= 0

    def _has_time(self, notes: _Notes) -> bool:
        now, seconds = self._clock(), self._bounds.rescue_seconds
        if now < notes.deadline:
            return True
        left = seconds - (time.thread_time() - notes.begun)
        if left <= 0:
            return _spent(notes, f"more than {seconds:g} s for one document")
        notes.deadline = now + left
        return True

    def _guarded(self, phase: str, name: str, notes: _Notes, call: Callable[..., Iterable[Any]], *arguments: Any) -> Iterator[Any]:
        """What an extractor yields; when it raises, a Skip that names it and nothing of the document."""
        clock = self._clock
        start = clock()
        try:
            for one in call(*arguments):
                self.seconds[phase] += clock() - start
                yield one
                start = clock()
        except Exception as error:  # here and in `_check`, the scan of a document answers for the code of rules and goes on
            notes.is_blind = True
            notes.skips.append(Skip(notes.document.path, CRASHED_RULE, f"{name} raised {type(error).__name__}"))
        self.seconds[phase] += clock() - start

    def _extracted(self, extractor: Extractor, document: Document) -> Iterable[Any]:
        """The items of a document that somebody asks the workspace for; what goes wrong is said when the document's turn comes."""
        notes = _Notes(document, float("inf"), self._bounds)
        return self._guarded("extract", extractor.name, notes, extractor.extract, document, self.workspace)

    def _findings(self, matches: list[tuple[Rule, Match]], document: Document | None, notes: _Notes) -> Iterator[Finding]:
        """Each match once, as a finding, with every secret of its document masked."""
        masks = {document.path: masks_of(document, _known(notes, document.path))} if document is not None else {}
        seen = set()
        for rule, match in _told_once(matches):
            path = match.span.path
            place = document if document is not None and path == document.path else self.workspace.read(path)
            if place is None:
                notes.skips.append(Skip(path, CRASHED_RULE, f"{rule.identity} names a place that is not in scope"))
                continue
            if path not in masks:
                masks[path] = self._masks_elsewhere(place, notes)
            finding = self._finding(rule, match, place, masks[path])
            key = (finding.rule, finding.span, finding.identity)
            if key not in seen:
                seen.add(key)
                yield finding

    def _masks_elsewhere(self, document: Document, notes: _Notes) -> Masks:
        """The masks of a document other than the one that is looked at."""
        known = self._secrets.get(document.path)
        if known is None:
            known = _known(self._matches(document, is_for_masks=True), document.path)
        return masks_of(document, known | KnownSecrets(_places(notes, document.path)))

    def _finding(self, rule: Rule, match: Match, document: Document, masks: Masks) -> Finding:
        severity = match.severity or rule.card.severity
        confidence = match.confidence or rule.card.confidence
        context = match.context
        if not context:
            severity, context = lowered(rule.card.family, severity, document)
        if masks.is_blind:
            message = f"{rule.title}. {_NOT_QUOTED}"
            identity = self._identity(rule, match, document, masks)
            return Finding(
                rule.identity, match.span, message, severity, confidence, identity, context="" if match.context else context
            )
        related = match.related
        if masks.values:
            related = tuple(replace(one, message=masks.text(one.message)) for one in related)
        return Finding(
            rule.identity,
            match.span,
            masks.text(match.message),
            severity,
            confidence,
            self._identity(rule, match, document, masks),
            0,
            related,
            excerpt(document, match.span, masks),
            masks.text(context),
            _masked_fix(match.fix, masks),
            match.is_flow,
        )

    def _identity(self, rule: Rule, match: Match, document: Document, masks: Masks) -> str:
        secret = match.secret
        if secret is not None and secret.is_strong:
            return self._identify(rule.identity, document.data[secret.start : secret.end], True)
        if match.identity:
            text = masks.raw(match.identity.encode("utf-8", "surrogatepass"))
        elif secret is not None and secret.name:
            text = masks.raw(secret.name.encode("utf-8", "surrogatepass"))
        else:
            text = normalised(document, match.span, masks)
        return self._identify(rule.identity, text, False)


def _spent(notes: _Notes, detail: str) -> bool:
    """False; that the document has cost what it may is said once."""
    notes.is_blind = True
    if not any(skip.reason is BUDGET for skip in notes.skips):
        notes.skips.append(Skip(notes.document.path, BUDGET, detail))
    return False


def _told_once(matches: list[tuple[Rule, Match]]) -> list[tuple[Rule, Match]]:
    """Without what only says again, less exactly, that a secret of a known format stands in a place."""
    exact = [(m.span.path, m.secret.start, m.secret.end) for _, m in matches if m.secret is not None and m.secret.is_strong]
    if not exact:
        return matches

    exact.sort()
    widest = max(end - start for _, start, end in exact)

    def is_told(match: Match) -> bool:
        secret, path = match.secret, match.span.path
        if secret is None or secret.is_strong:
            return False
        near = exact[bisect_left(exact, (path, secret.start - widest, 0)) : bisect_left(exact, (path, secret.end, 0))]
        return any(secret.start < end for _, _, end in near)

    return [(rule, match) for rule, match in matches if not is_told(match)]


def _places(notes: _Notes, path: str) -> tuple[tuple[int, int], ...]:
    """Where the secrets of a document stand that were found while one was looked at."""
    return tuple((one.secret.start, one.secret.end) for _, one in notes.matches if one.secret is not None and one.span.path == path)


def _known(notes: _Notes, path: str) -> KnownSecrets:
    return KnownSecrets(_places(notes, path), notes.is_blind)


def _masked_tools(notes: _Notes) -> tuple[Tool, ...]:
    """The tools of a document without the secrets that its rules found, because reports show what models are told; none where there
    may be more secrets."""
    if notes.is_blind:
        return ()
    if not notes.tools or not (places := _places(notes, notes.document.path)):
        return tuple(notes.tools)
    mask = masks_of(notes.document, KnownSecrets(places)).text
    return tuple(
        replace(
            tool,
            name=mask(tool.name),
            texts=tuple(replace(text, value=mask(text.value)) for text in tool.texts),
            parameters=tuple(replace(one, name=mask(one.name), type=mask(one.type)) for one in tool.parameters),
        )
        for tool in notes.tools
    )


def _masked_fix(fix: Fix | None, masks: Masks) -> Fix | None:
    """The fix, or None when its text would show a secret."""
    if fix is None or any(masks.text(edit.text) != edit.text for edit in fix.edits):
        return None
    return replace(fix, title=masks.text(fix.title))
