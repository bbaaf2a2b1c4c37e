"""What more than one reporter says: counts, the verdict in a sentence, who is shown where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from sentinel.model.document import Skip
from sentinel.model.finding import Action, ChangeKind, Finding, Verdict
from sentinel.model.flow import COMES_IN
from sentinel.model.report import Conclusion, Report
from sentinel.model.rule import Family, Level, Rule, Severity

SEVERITIES = tuple(sorted(Severity, reverse=True))
"""Most severe first, the order of every table."""

FAMILIES: dict[Family, str] = {
    Family.SECRETS: "Secrets",
    Family.CODE_INJECTION: "Code injection",
    Family.PROMPT_INJECTION: "Prompt injection",
    Family.TOOL_POISONING: "Tool poisoning",
    Family.SUPPLY_CHAIN: "Supply chain",
}

SKIPPED: dict[str, str] = {
    "binary": "binary",
    "excluded": "excluded by configuration",
    "symbolic-link": "symbolic link, never followed",
    "not-a-regular-file": "not a regular file",
    "too-large": "over the size limit, not in the diff",
    "too-large-in-diff": "over the size limit, and in the diff",
    "not-parsed": "matched by patterns only, not parsed to the end",
    "not-parsed-in-diff": "in the diff, but not parsed to the end",
    "unreadable": "could not be read",
    "broken-manifest": "a manifest that cannot be parsed",
    "broken-manifest-in-diff": "a manifest in the diff that cannot be parsed",
    "budget-exhausted": "the time budget ran out",
    "rule-crashed": "a rule failed on it",
    "worker-crashed": "a worker process died on it",
    "too-many-findings": "more findings than one file may have",
    "incomplete-at-base-too": "not scanned to the end, unchanged and the same at the base",
}
"""Reasons for a skip in words; a reason that is not here is shown by its name."""

_UNSUPPRESSED_KINDS = (ChangeKind.NEW, ChangeKind.UNCHANGED_CODE, ChangeKind.KNOWN)


def count(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `12 findings`; thousands are separated."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def is_shown(verdict: Verdict) -> bool:
    """Whether a finding is open: not silenced by a suppression that counts."""
    return verdict.change.suppression is None or verdict.action is Action.BLOCK


def open_of(report: Report, *kinds: ChangeKind) -> tuple[Verdict, ...]:
    """The open verdicts of the given kinds (all that are there in the head without any), in order."""
    wanted = kinds or _UNSUPPRESSED_KINDS
    return tuple(v for v in report.verdicts if v.change.kind in wanted and is_shown(v))


def of_level(verdicts: Iterable[Verdict], least: Level = Level.WARNING) -> tuple[Verdict, ...]:
    """Those at a level or above, in order."""
    return tuple(v for v in verdicts if v.finding.level.rank >= least.rank)


def severity(report: Report, verdict: Verdict) -> Severity:
    """How bad it is. A fixed finding of which only the baseline's line is left has its rule's severity."""
    found = report.rule(verdict.finding.rule) if verdict.change.kind is ChangeKind.FIXED else None
    return found.card.severity if found else verdict.finding.severity


def ending(finding: Finding) -> str:
    """What becomes of the data where a flow ends: the message without who chose the data, which the first step says."""
    chosen = finding.related[0].message.removesuffix(f" {COMES_IN}") if finding.related else ""
    said = finding.message.removeprefix(chosen).lstrip(", ").partition(". ")[0].rstrip(".")
    return said if chosen and finding.message.startswith(chosen) and said else "and this is where it ends"


def by_severity(report: Report, verdicts: Iterable[Verdict]) -> dict[Severity, int]:
    """How many of each severity, most severe first, zeros included."""
    counted = Counter(severity(report, v) for v in verdicts)
    return {band: counted[band] for band in SEVERITIES}


def severities(report: Report, verdicts: Iterable[Verdict]) -> str:
    """`2 critical, 1 high`; empty for none."""
    return ", ".join(f"{number:,} {band.label}" for band, number in by_severity(report, verdicts).items() if number)


def title(rule: Rule | None, identity: str) -> str:
    """A rule's title; for a rule that is no longer known, its name in words."""
    return rule.title if rule else identity.partition("/")[2].replace("-", " ").capitalize()


_SHORTEST_REASON = 80
"""Characters: a first sentence below that rarely tells a newcomer enough."""


def why(rule: Rule | None) -> str:
    """The first sentence of a rule's *Why it matters*, or two where the first is short; Markdown of ours, empty without any."""
    paragraph = " ".join((rule.section("Why it matters") if rule else "").partition("\n\n")[0].split())
    reason = ""
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z`*\"(])", paragraph):
        if len(reason) >= _SHORTEST_REASON:
            break
        reason = f"{reason} {sentence}".strip()
    return reason


def awaiting(report: Report) -> tuple[Verdict, ...]:
    """What only a suppression made in this very pull request would silence: a maintainer decides."""
    return tuple(v for v in report.verdicts if v.action is Action.BLOCK and v.change.suppression is not None)


def is_compared(report: Report) -> bool:
    """Whether the run has something to compare with, so that "new" means something."""
    return report.diff is not None or bool(report.base_sha) or any(v.change.kind is not ChangeKind.NEW for v in report.verdicts)


def new_findings(report: Report, number: int) -> str:
    """`3 new findings`, or `3 findings` where there is nothing to compare with."""
    return count(number, "new finding") if is_compared(report) else count(number, "finding")


def would_have_blocked(report: Report) -> tuple[Verdict, ...]:
    """New findings at error level that do not block, by choice of whoever configured the run."""
    new = of_level(open_of(report, ChangeKind.NEW), Level.ERROR)
    return tuple(v for v in new if v.action is not Action.BLOCK)


def asked_for(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(labels, reviewers) that the policy asks for, each sorted."""
    labels = {label for verdict in report.verdicts for label in verdict.labels}
    reviewers = {reviewer for verdict in report.verdicts for reviewer in verdict.reviewers}
    return tuple(sorted(labels)), tuple(sorted(reviewers))


def headline(report: Report) -> str:
    """The verdict in one sentence of plain words, without a full stop."""
    blocking, waiting = report.blocking, awaiting(report)
    if report.conclusion is Conclusion.CANCELLED:
        return "Cancelled: the scan did not come to its end"
    if blocking and len(waiting) < len(blocking):
        return f"Blocked: {new_findings(report, len(blocking))} to fix first ({severities(report, blocking)})"
    if blocking:
        silenced = count(len(waiting), "finding is", "findings are")
        return f"A maintainer is needed: {silenced} suppressed by this very change"
    if report.incomplete:
        return f"Incomplete: {count(len(report.incomplete), 'item')} could not be scanned to the end"
    if report.conclusion is Conclusion.ACTION_REQUIRED:
        return "A maintainer is needed: this change could have changed the scan of itself"
    return _calm_headline(report)


def _calm_headline(report: Report) -> str:
    found = open_of(report, ChangeKind.NEW)
    new = of_level(found)
    if spared := would_have_blocked(report):
        return f"Nothing blocks, by choice: {new_findings(report, len(spared))} would have ({severities(report, spared)})"
    if new:
        return f"Nothing blocks: {new_findings(report, len(new))} to look at ({severities(report, new)})"
    if report.conclusion is Conclusion.NEUTRAL:
        return "Nothing was scanned: no file is in scope"
    fixed = report.of(ChangeKind.FIXED)
    tail = f", and {count(len(fixed), 'old one is', 'old ones are')} fixed" if fixed else ""
    besides = f" but {count(len(found), 'note')}" if found else ""
    return f"No new findings{besides}{tail}" if is_compared(report) else f"No findings{besides}"


def levels(verdicts: Iterable[Verdict]) -> str:
    """`2 errors, 1 warning, 12 notes`; empty for none."""
    counted = Counter(verdict.finding.level for verdict in verdicts)
    return ", ".join(count(counted[level], level.value) for level in reversed(Level) if counted[level])


def advice(report: Report) -> str:
    """What the reader may want to do about the verdict, in a sentence; empty when nothing."""
    if report.conclusion is Conclusion.CANCELLED:
        return "What was not reached is not counted as clean. Run the job again."
    if report.conclusion is Conclusion.NEUTRAL:
        return "Look at `paths`, `exclude`, `working-directory` and the checkout if something should have been."
    if not report.blocking and would_have_blocked(report):
        how = (
            "`fail-on` is `never`"
            if report.fail_on == "never"
            else f"`fail-on` is `{report.fail_on}` and the policy lets them pass"
        )
        return f"{how}. With the default, `high`, this check would fail."
    return ""


def not_scanned(skip: Skip) -> str:
    """`src/big.js:12: over the size limit (17 MB)`: what was not scanned, and why; text of the tree, to be escaped."""
    path = skip.path or "the workspace"
    place = f"{path}:{skip.line}" if skip.line else path
    detail = f" ({skip.detail})" if skip.detail else ""
    return f"{place}: {SKIPPED.get(skip.reason.name, skip.reason.name)}{detail}"


def skipped_by_reason(skips: Iterable[Skip]) -> tuple[tuple[str, int], ...]:
    """(reason in words, how many), the most frequent first."""
    counted = Counter(skip.reason.name for skip in skips)
    return tuple((SKIPPED.get(name, name), number) for name, number in sorted(counted.items(), key=lambda kv: (-kv[1], kv[0])))


_PARTS = frozenset({*(family.value for family in Family), "extract"})
"""Phases that are parts of the scan, summed over its workers."""


def total_seconds(report: Report) -> float:
    """How long the run took: its phases one after another, without the parts of which the scan consists."""
    return sum(phase.seconds for phase in report.phases if phase.name not in _PARTS)


def where_time_went(report: Report) -> str:
    """`walk 0.1 s, scan 1.9 s, of which extract 0.4 s`; what took less than a twentieth of a second is left out."""
    slow = [(phase.name in _PARTS, f"{phase.name} {duration(phase.seconds)}") for phase in report.phases if phase.seconds >= 0.05]
    wholes, parts = (", ".join(text for is_part, text in slow if is_part is wanted) for wanted in (False, True))
    return f"{wholes}, of which {parts}" if wholes and parts else wholes or parts


def duration(seconds: float) -> str:
    """`0.4 s`, `2 min 5 s`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def size(number: int) -> str:
    """Bytes in a unit that fits."""
    if number < 1000:
        return f"{number} bytes"
    return f"{number / 1000:,.0f} kB" if number < 1_000_000 else f"{number / 1_000_000:,.1f} MB"
