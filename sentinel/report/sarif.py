"""SARIF 2.1.0 as GitHub's code scanning takes it in.

Format: OASIS SARIF 2.1.0 with errata 01; GitHub's own rules: docs "SARIF support for code scanning". Decisions:

- `partialFingerprints.primaryLocationLineHash` is what GitHub tells alerts apart by. GitHub's uploader fills it with a hash of
  the lines around the place; all it needs is that the value is the same from run to run and different for different findings.
  Ours is the finding's fingerprint and, after a colon as in GitHub's own form, its number among equals. It survives moves
  that a hash of lines does not.
- What the baseline calls fixed is not written: GitHub would open an alert for it. Absence from the file is what closes one.
- Suppressed findings are written with their `suppressions`, so that nothing vanishes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

from sentinel.model.document import Skip, Span
from sentinel.model.finding import ChangeKind, Finding, Suppression, Verdict
from sentinel.model.report import Artefact, Conclusion, Report
from sentinel.model.rule import Confidence, Fix, Level, Rule
from sentinel.report import escape, places, words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/mcp-sentinel/mcp-sentinel"
ROOT = "%SRCROOT%"
MOST_RESULTS = 25_000
MOST_GZIPPED_BYTES = 10_000_000
MOST_DESCRIPTION = 1024
MOST_MESSAGE = 4000
MOST_NOTIFICATIONS = 1000


def sarif(
    report: Report, least: Level = Level.NOTE, most_results: int = MOST_RESULTS, most_gzipped_bytes: int = MOST_GZIPPED_BYTES
) -> Artefact:
    """The run as a SARIF file with the results of a level and above, most severe first. `left_out`: those past GitHub's limits."""
    wanted = [pair for pair in _pairs(report) if pair[0].finding.level.rank >= least.rank]
    index = {rule.identity: number for number, rule in enumerate(report.rules)}
    results = [_json(_result(report, verdict, suppression, index)) for verdict, suppression in wanted[:most_results]]
    text = _text(report, results, len(wanted) - len(results))
    while results and _gzipped(text, most_gzipped_bytes) > most_gzipped_bytes:
        results = results[: len(results) * 3 // 4]
        text = _text(report, results, len(wanted) - len(results))
    return Artefact("sarif", "application/sarif+json", text, left_out=len(wanted) - len(results))


def _gzipped(text: str, limit: int) -> int:
    """The size after gzip; not computed for a text that is below the limit however badly it compresses."""
    raw = text.encode()
    return len(gzip.compress(raw, 6, mtime=0)) if len(raw) > limit * 9 // 10 else len(raw)


def _pairs(report: Report) -> Iterator[tuple[Verdict, Suppression | None]]:
    """Every finding of the head once: the open ones, then those that a suppression silences."""
    silenced = {id(verdict.finding) for verdict, _ in report.suppressed}
    for verdict in report.verdicts:
        if verdict.change.kind is not ChangeKind.FIXED and id(verdict.finding) not in silenced:
            yield verdict, verdict.change.suppression
    yield from report.suppressed


def _text(report: Report, results: list[str], left_out: int) -> str:
    """The whole file, a rule and a result a line: small, quick to write and to compare."""
    run: dict[str, Any] = {
        "automationDetails": {"id": "mcp-sentinel/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the scanned tree."}}},
        "invocations": [_invocation(report, left_out)],
    }
    if report.repository_url and report.head_sha:
        run["versionControlProvenance"] = [
            {"repositoryUri": report.repository_url, "revisionId": report.head_sha, "mappedTo": {"uriBaseId": ROOT}}
        ]
    rules = ",".join(f"\n{_json(_rule(rule))}" for rule in report.rules)
    tool = f'{{"driver":{_json(_driver(report))[:-1]},"rules":[{rules}]}}}}'
    head = f'{{"$schema":{_json(SCHEMA)},"version":"2.1.0","runs":[\n{{"tool":{tool},\n{_json(run)[1:-1]},\n"results":['
    marks = ("\n", *repeat(",\n", len(results) - 1)) if results else ()
    return "".join((head, *chain.from_iterable(zip(marks, results, strict=True)), "]}]}\n"))


def _json(value: Any) -> str:
    """Compact; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


# -- The tool and its rules --------------------------------------------------------------------------------------------------------


def _driver(report: Report) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "MCP Sentinel", "organization": "MCP Sentinel", "informationUri": HOME}
    if report.tool_version:
        driver |= {"semanticVersion": report.tool_version, "version": report.tool_version}
    return driver


def _rule(rule: Rule) -> dict[str, Any]:
    card = rule.card
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(rule.steps, 1))
    sections = {name: text for name in _SECTIONS if (text := rule.section(name))}
    return {
        "id": rule.identity,
        "name": "".join(part.capitalize() for part in rule.identity.partition("/")[2].split("-")),
        "shortDescription": {"text": f"{escape.clip(rule.title, MOST_DESCRIPTION - 1)}."},
        "fullDescription": {
            "text": escape.clip(" ".join(sections.get("Why it matters", "").split()) or f"{rule.title}.", MOST_DESCRIPTION)
        },
        "help": {"text": f"{rule.title}.\n\n{steps}".strip(), "markdown": _help(sections)},
        "helpUri": places.rule_url(rule.identity),
        "defaultConfiguration": {"level": card.level.value},
        "properties": {
            "category": card.family.value,
            "tags": list(tags(rule)),
            "precision": _precision(card.confidence),
            "confidence": card.confidence.label,
            "severity": card.severity.label,
            "problem.severity": {"error": "error", "warning": "warning", "note": "recommendation"}[card.level.value],
            "security-severity": security_severity(card.cvss),
            "cvss": card.cvss,
        },
        **({"deprecatedIds": list(card.formerly)} if card.formerly else {}),
    }


def _help(sections: Mapping[str, str]) -> str:
    """The page without its heading, which GitHub shows above it."""
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in sections.items())


_SECTIONS = ("Why it matters", "What to do", "Known limits", "References")


def tags(rule: Rule) -> tuple[str, ...]:
    """At most 20, the first ten of which GitHub shows."""
    owasp = (f"external/owasp/{tag.lower().replace(':', '-')}" for tag in rule.card.owasp)
    return ("security", rule.card.family.value, f"external/cwe/cwe-{rule.card.cwe}", *owasp)[:20]


def security_severity(vector: str) -> str:
    """The base score of a CVSS 3.1 vector, with one decimal, as GitHub reads it."""
    from cvss import CVSS3

    return f"{float(CVSS3(vector).scores()[0]):.1f}"


def _precision(confidence: Confidence) -> str:
    return {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}[confidence]


# -- Results -----------------------------------------------------------------------------------------------------------------------


def _result(report: Report, verdict: Verdict, suppression: Suppression | None, index: dict[str, int]) -> dict[str, Any]:
    finding, change = verdict.finding, verdict.change
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    result |= {
        "level": finding.level.value,
        "message": {"text": _message(finding)},
        "locations": [_location(finding.span, snippet=finding.excerpt)],
        "partialFingerprints": {"primaryLocationLineHash": f"{change.fingerprint}:{finding.ordinal + 1}"},
        "baselineState": "unchanged" if change.kind is ChangeKind.KNOWN else "new",
        "properties": {
            "category": finding.family.value,
            "severity": finding.severity.label,
            "confidence": finding.confidence.label,
            "change": change.kind.value,
            "verdict": verdict.action.value,
            **({"context": escape.visible(finding.context)} if finding.context else {}),
        },
    }
    if finding.related:
        result["relatedLocations"] = [_location(r.span, r.message, number) for number, r in enumerate(finding.related, 1)]
    if finding.is_flow and finding.related:
        result["codeFlows"] = [_code_flow(finding)]
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix)]
    if suppression is not None:
        result["suppressions"] = [_suppression(suppression)]
    return result


def _message(finding: Finding) -> str:
    text = escape.clip(finding.message.strip(), MOST_MESSAGE) or finding.rule
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return escape.sarif_text(f"{text} Why this rating: {finding.context.rstrip('. ')}." if finding.context else text)


def _location(span: Span, message: str = "", number: int = 0, snippet: str = "") -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": artifact(span.path), "region": region(span)}
    if snippet:
        physical["region"]["snippet"] = {"text": escape.visible(escape.clip(snippet, MOST_MESSAGE), keep="\n\t")}
    location: dict[str, Any] = {"id": number} if number else {}
    location["physicalLocation"] = physical
    if message:
        location["message"] = {"text": escape.sarif_text(escape.clip(message, 1000))}
    return location


def artifact(path: str) -> dict[str, Any]:
    """A path of the tree, relative to its root."""
    return {"uri": escape.uri_path(path), "uriBaseId": ROOT}


def region(span: Span) -> dict[str, int]:
    """All four numbers, which GitHub asks for; never empty, never backwards."""
    first, start = max(span.start_line, 1), max(span.start_column, 1)
    last, end = max(span.end_line, first), max(span.end_column, 1)
    return {"startLine": first, "startColumn": start, "endLine": last, "endColumn": max(end, start + 1) if last == first else end}


def _code_flow(finding: Finding) -> dict[str, Any]:
    steps = [_location(related.span, related.message) for related in finding.related]
    steps.append(_location(finding.span, finding.message))
    importances = ["essential", *["important"] * (len(steps) - 2), "essential"]
    locations = [{"location": step, "importance": weight} for step, weight in zip(steps, importances, strict=True)]
    return {"threadFlows": [{"locations": locations}]}


def _fix(fix: Fix) -> dict[str, Any]:
    """The exact edits. Inserted text is code to be applied, so it is not altered."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        exact = {
            "startLine": edit.span.start_line,
            "startColumn": edit.span.start_column,
            "endLine": edit.span.end_line,
            "endColumn": edit.span.end_column,
        }
        inserted = edit.text.encode("utf-8", "replace").decode()
        changes.setdefault(edit.span.path, []).append({"deletedRegion": exact, "insertedContent": {"text": inserted}})
    return {
        "description": {"text": escape.sarif_text(fix.title)},
        "artifactChanges": [{"artifactLocation": artifact(path), "replacements": edits} for path, edits in changes.items()],
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    known = {"owner": suppression.owner, "expires": suppression.expires}
    properties = {key: escape.visible(value) for key, value in known.items() if value}
    result: dict[str, Any] = {
        "kind": "inSource" if suppression.origin == "inline" else "external",
        "status": "accepted" if suppression.is_trusted else "underReview",
        "justification": escape.sarif_text(suppression.reason),
    }
    if suppression.line:
        line = Span(suppression.path, suppression.line, 1, suppression.line, 2)
        result["location"] = _location(line)
    return result | ({"properties": properties} if properties else {})


# -- The run itself ----------------------------------------------------------------------------------------------------------------


def _invocation(report: Report, left_out: int) -> dict[str, Any]:
    is_whole = not report.incomplete and report.conclusion is not Conclusion.CANCELLED
    return {
        "executionSuccessful": is_whole,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": list(_notifications(report, left_out)),
    }


def _notifications(report: Report, left_out: int) -> Iterator[dict[str, Any]]:
    """What was not looked at and what the reader must know of the run; nothing vanishes."""
    if left_out:
        yield _note(
            "warning",
            f"{words.count(left_out, 'result')} did not fit into what GitHub takes and are left out, the least severe first.",
        )
    for notice in report.notices:
        yield _note("note", notice)
    yield from _skips(report.incomplete)
    for reason, number in words.skipped_by_reason(skip for skip in report.skips if not skip.reason.is_incomplete):
        yield _note("note", f"Out of scope: {words.count(number, 'file')}, {reason}.")


def _skips(skips: Iterable[Skip]) -> Iterator[dict[str, Any]]:
    number = 0
    for number, skip in enumerate(skips, 1):
        if number <= MOST_NOTIFICATIONS:
            why = words.SKIPPED.get(skip.reason.name, skip.reason.name)
            detail = f": {skip.detail}" if skip.detail else ""
            place = _location(Span(skip.path, max(skip.line, 1), 1, max(skip.line, 1), 2))
            yield _note("warning", f"Not scanned to the end, {why}{detail}.") | {"locations": [place]}
    if number > MOST_NOTIFICATIONS:
        yield _note("warning", f"{number - MOST_NOTIFICATIONS:,} more items were not scanned to the end.")


def _note(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": escape.sarif_text(text)}}
