"""From a tree and what it is compared with to the report: scan, compare, judge. Knows no event, no network and no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sentinel import __version__
from sentinel.engine.registry import Registry
from sentinel.engine.scan import ScanOptions, ScanResult, prefilter_for, scan_tree
from sentinel.hiding import Hiding, hidden, hidden_lines, hiding_of
from sentinel.judge import suppress
from sentinel.judge.assess import Against, Assessment, Policy, assess
from sentinel.judge.change import Known, gravity, known_of
from sentinel.judge.fingerprint import Identify
from sentinel.judge.policy import conclude
from sentinel.judge.surface import compare_tools
from sentinel.model.document import AS_AT_BASE, Document, Skip
from sentinel.model.finding import Finding
from sentinel.model.report import Phase, Report
from sentinel.model.rule import Family, Level
from sentinel.model.tree import Entry, Tree
from sentinel.remarks import remarks
from sentinel.settings import Settings
from sentinel.source.tree import MemoryTree, OverlayTree

if TYPE_CHECKING:
    from sentinel.engine.job import Executor
    from sentinel.engine.prefilter import Prefilter
    from sentinel.judge.baseline import Baseline
    from sentinel.source.base import BaseView

Progress = Callable[[int, int], None]
_MOST_SOURCE_LINES = 40
"""Lines of a finding's file that a reporter may need beside the excerpt."""

_UNSHOWN = "(its reason stands beside a secret and is not shown)"


@dataclass(frozen=True)
class Subject:
    """What is reviewed."""

    tree: Tree
    base: BaseView | None = None
    """None: the tree is looked at as a whole."""
    baseline: Baseline | None = None
    """The stored baseline, read from where it can be trusted."""
    salt: bytes = b""
    """Used where no baseline is stored: the repository's numeric id."""
    in_scope: Callable[[str], bool] = lambda path: True
    """Whether a path of the base would be scanned."""
    is_proposed: bool = False
    """Somebody proposes the change, so that what it says about its own judging is not trusted."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Means:
    """What a review works with; time is passed in."""

    registry: Registry
    options: ScanOptions
    today: date
    clock: Callable[[], float] = field(repr=False)
    """Seconds of a monotonic clock."""
    executors: Mapping[str, Callable[..., Executor]] = field(default_factory=dict)
    """Further ones by name, from plugins."""

    def scan(
        self, tree: Tree, identify: Identify, prefilter: Prefilter | None = None, progress: Progress | None = None
    ) -> ScanResult:
        """Scan a tree to its end. Raises the errors of the engine."""
        return scan_tree(tree, self.registry, identify, self.options, progress, prefilter, self.executors, self.clock)


def review(subject: Subject, settings: Settings, means: Means, progress: Progress | None = None) -> Report:
    """Scan the subject, compare it, judge it. Raises the errors of the engine; findings never raise."""
    registry, clock = means.registry, means.clock
    identify = Identify(bytes.fromhex(subject.baseline.salt) if subject.baseline else subject.salt)
    is_asked_again = _has_base_to_scan(subject, settings) or bool(settings.suppress)
    prefilter = prefilter_for(registry, means.options) if is_asked_again else None
    settings = replace(settings, suppress=_without_secrets(settings.suppress, means, identify, prefilter))
    whole = means.scan(subject.tree, identify, prefilter, progress)
    started = clock()
    before, of_base = _scan_base(subject, settings, means, identify, prefilter, is_whole=bool(_unchanged(whole.skips, subject)))
    hiding = hiding_of(subject.tree, whole.findings) | of_base
    whole, before = hidden(whole, hiding), hidden(before, hiding) if before is not None else None
    head, held = _filtered(whole, settings, registry), _lines_with_secrets(whole.findings)
    head = replace(head, skips=_judged_by_base(head.skips, before, subject))
    compared = clock()
    against = _against(subject, before, head.findings, registry, settings)
    policy = _policy(settings, registry)
    comments = _comments(subject.tree, head, held, hiding)
    judged = assess(head.findings, against, comments, policy, today=means.today, was_scanned=_was_scanned(subject, head.skips))
    report = _report(subject, settings, registry, head, before, judged)
    report = replace(report, source_lines=hidden_lines(_source_lines(subject.tree, head, held), hiding))
    extra = (Phase("base", compared - started), Phase("judge", clock() - compared))
    return replace(report, phases=(*head.phases, *extra))


def _filtered(result: ScanResult, settings: Settings, registry: Registry) -> ScanResult:
    """Without the rules that are switched off. They run all the same, so that secrets are masked whatever is switched off."""
    if not settings.disable:
        return result
    is_off = _is_switched_off(settings, registry)
    return replace(result, findings=tuple(f for f in result.findings if not is_off(f.rule)))


def _is_switched_off(settings: Settings, registry: Registry) -> Callable[[str], bool]:
    names = [formerly(registry).get(name, name) for name in settings.disable]
    return lambda rule: any(fnmatchcase(rule, name) for name in names)


def _has_base_to_scan(subject: Subject, settings: Settings) -> bool:
    return subject.base is not None and not subject.base.lines_only and settings.baseline != "none"


def _scan_base(
    subject: Subject, settings: Settings, means: Means, identify: Identify, prefilter: Prefilter | None, *, is_whole: bool
) -> tuple[ScanResult | None, Hiding]:
    """The base through the same engine, and the secrets it holds: whole where no baseline is stored or `is_whole`, else only its
    changed files, for the surface."""
    if subject.base is None or not _has_base_to_scan(subject, settings):
        return None, Hiding()
    below: Tree = subject.tree if subject.baseline is None or is_whole else _Nothing()
    replaced = {path: data if subject.in_scope(path) else None for path, data in subject.base.replaced.items()}
    tree = OverlayTree(below, replaced, changed=frozenset(replaced))
    found = means.scan(tree, identify, prefilter)
    return _filtered(found, settings, means.registry), hiding_of(tree, found.findings)


def _unchanged(skips: Iterable[Skip], subject: Subject) -> frozenset[Skip]:
    """What was not scanned to the end of files and folders that are certainly the base's. What is said of no file (a rule on the
    whole workspace) is about the change as well."""
    base = subject.base
    if base is None:
        return frozenset()
    return frozenset(skip for skip in skips if skip.reason.is_incomplete and not base.bears_on(skip.path))


def _judged_by_base(skips: tuple[Skip, ...], before: ScanResult | None, subject: Subject) -> tuple[Skip, ...]:
    """A file that the change does not touch, and that the base could not be scanned to the end of for the same reason, makes no
    run incomplete; what the change makes unscannable from elsewhere does."""
    if before is None:
        return skips
    unchanged, told = _unchanged(skips, subject), {(skip, skip.reason.name) for skip in before.skips}
    return tuple(replace(one, reason=AS_AT_BASE) if one in unchanged and (one, one.reason.name) in told else one for one in skips)


class _Nothing:
    """A tree without files."""

    def entries(self) -> Iterator[Entry | Skip]:
        """See `Tree.entries`."""
        return iter(())

    def read(self, path: str) -> Document | Skip:
        """See `Tree.read`; never called, because nothing is listed."""
        raise KeyError(path)


def _against(
    subject: Subject, before: ScanResult | None, found: Iterable[Finding], registry: Registry, settings: Settings
) -> Against:
    base = subject.base
    least = Level(settings.min_level).rank
    against = Against(is_reviewed=subject.is_proposed)
    if base is not None:
        against = replace(against, renames=base.renames, is_added=base.is_added)
    if subject.baseline is not None:
        from sentinel.judge.baseline import renamed

        entries = renamed(subject.baseline.findings, formerly(registry))
        is_off = _is_switched_off(settings, registry)  # what no rule looks for any more is not fixed
        is_same = subject.baseline.rules == registry.digest
        levels = [(Known(e.rule, e.path, e.identity), Level(e.level)) for e in entries if not is_off(e.rule)]
        held = [(known, level) for known, level in levels if level.rank >= least]
        if base is not None or is_same:  # else other rules may weigh what nobody touched otherwise
            held = [(known._replace(gravity=gravity(level)), level) for known, level in held]
        return replace(against, known=tuple(known for known, _ in held), is_same_rules=base is None or is_same)
    if before is not None:
        seen = [f for f in before.findings if base is None or not base.is_unknown(f.path)]
        pairs = [(known_of(f), f) for f in seen if f.level.rank >= least]
        known = tuple(key for key, _ in pairs)
        return replace(against, known=(*known, *_taken_for_known(subject, found)), details=dict(pairs))
    return replace(against, known=tuple(_taken_for_known(subject, found)))


def _taken_for_known(subject: Subject, found: Iterable[Finding]) -> Iterator[Known]:
    """What stands, with all steps that lead there, on unchanged lines, in files whose content at the base could not be had."""
    base = subject.base
    if base is None:
        return
    for finding in found:
        is_unseen = base.lines_only or finding.path in base.missing
        spans = (finding.span, *(step.span for step in finding.related))
        if is_unseen and not any(base.is_added(span.path, span.start_line) for span in spans):
            yield known_of(finding)


def formerly(registry: Registry) -> dict[str, str]:
    """Former identity of a rule -> its present one."""
    return {old: rule.identity for rule in registry.rules for old in rule.card.formerly}


def _policy(settings: Settings, registry: Registry) -> Policy:
    return Policy(settings.fail_on, settings.min_confidence, Level(settings.min_level), settings.suppress, formerly(registry))


def _lines_with_secrets(findings: Iterable[Finding]) -> dict[str, set[int]]:
    """Path -> lines on which a secret stands; asked before rules are switched off, which unmasks nothing."""
    held: dict[str, set[int]] = {}
    for finding in findings:
        if finding.family is Family.SECRETS:
            held.setdefault(finding.path, set()).update(range(finding.span.start_line, finding.span.end_line + 1))
    return held


def _without_secrets(
    entries: tuple[suppress.Entry, ...], means: Means, identify: Identify, prefilter: Prefilter | None
) -> tuple[suppress.Entry, ...]:
    """The configuration's suppressions without a reason or an owner that holds a secret: both are shown wherever a finding is, and
    the file they come from is the base's, which need not be in the tree."""
    if not entries:
        return ()
    lines = [" ".join(f"{entry.reason} {entry.owner}".split()).encode("utf-8", "replace") for entry in entries]
    found = means.scan(MemoryTree({"suppress": b"\n".join(lines)}), identify, prefilter).findings
    held = _lines_with_secrets(found).get("suppress", set())
    return tuple(replace(e, reason=_UNSHOWN, owner="") if n in held and e.reason else e for n, e in enumerate(entries, 1))


def _comments(
    tree: Tree, result: ScanResult, held: Mapping[str, set[int]], hiding: Hiding
) -> dict[str, tuple[suppress.Inline, ...]]:
    """The suppression comments of every file that has findings; a reason that may be or stand beside a secret counts and is not
    shown."""
    found: dict[str, tuple[suppress.Inline, ...]] = {}
    for path in sorted({finding.path for finding in result.findings}):
        read = tree.read(path)
        if not isinstance(read, Skip) and (comments := suppress.inline(read)):
            lines, is_unquoted = held.get(path, set()), path in result.unquoted
            found[path] = tuple(
                replace(c, reason=_UNSHOWN if c.reason and (is_unquoted or c.line in lines) else hiding.text(c.reason))
                for c in comments
            )
    return found


def _was_scanned(subject: Subject, skips: Iterable[Skip]) -> Callable[[str], bool]:
    """Whether a path was looked at in full, or is not there any more; a finding in any other file is not fixed."""
    skipped = {skip.path.rstrip("/") for skip in skips}

    def was_scanned(path: str) -> bool:
        parts = path.split("/")
        return subject.in_scope(path) and not any("/".join(parts[: n + 1]) in skipped for n in range(len(parts)))

    return was_scanned


def _report(
    subject: Subject,
    settings: Settings,
    registry: Registry,
    head: ScanResult,
    before: ScanResult | None,
    judged: Assessment,
) -> Report:
    base = subject.base
    is_incomplete = any(skip.reason.is_incomplete for skip in head.skips)
    conclusion, exit_code = conclude(judged.verdicts, is_incomplete, is_empty=not head.totals.files)
    return Report(
        verdicts=judged.verdicts,
        skips=head.skips,
        suppressed=judged.suppressed,
        rules=registry.rules,
        conclusion=conclusion,
        exit_code=exit_code,
        totals=head.totals,
        surface=compare_tools(before.tools, head.tools, base.diff, base.renames) if base and before else (),
        diff=base.diff if base is not None else None,
        gate_changes=base.gate_changes if base is not None else (),
        notices=(*subject.notices, *judged.notices, *remarks(subject.baseline, base, settings, registry)),
        fail_on=settings.fail_on.value,
        base_sha=base.sha if base is not None else "",
        merge_line_maps={path: dict(lines) for path, lines in base.line_maps.items()} if base is not None else {},
        tool_version=__version__,
    )


def _source_lines(tree: Tree, result: ScanResult, held: Mapping[str, set[int]]) -> dict[str, dict[int, str]]:
    """The lines that fixes rewrite and stories pass. A file in which a secret was found, or could be, gives none at all."""
    wanted: dict[str, set[int]] = {}
    for finding in result.findings:
        spans = [related.span for related in finding.related] if finding.is_flow else []
        spans += [edit.span for edit in finding.fix.edits] if finding.fix else []
        spans += [finding.span] if spans else []
        for span in spans:
            if span.path not in held and span.path not in result.unquoted:
                last = min(span.end_line, span.start_line + _MOST_SOURCE_LINES)
                wanted.setdefault(span.path, set()).update(range(span.start_line, last + 1))
    return {path: _lines_of(tree, path, lines) for path, lines in sorted(wanted.items())}


def _lines_of(tree: Tree, path: str, lines: Iterable[int]) -> dict[int, str]:
    read = tree.read(path)
    if isinstance(read, Skip):
        return {}
    return {line: read.line_bytes(line).decode("utf-8", "replace") for line in sorted(lines)}
