"""A report as events of a journal, and back: how a run that may not write hands its result to one that may.

The second run treats what it reads as hostile: a closed schema, sizes and counts bounded, no fix (a suggestion is code that a
maintainer would commit with one click), no source lines, and nothing that decides where to write. Every text is escaped
again when it is rendered. The conclusion is made anew from the verdicts. What changed in the MCP surface travels as what a model
is told and what its calls can do; long descriptions are cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sentinel.errors import DeliveryError
from sentinel.model import document
from sentinel.model.document import Language, Skip, SkipReason, Span
from sentinel.model.event import Event, EventKind
from sentinel.model.finding import Action, Change, ChangeKind, Finding, Suppression, Verdict
from sentinel.model.report import Conclusion, Phase, Report, SurfaceDelta, Totals
from sentinel.model.rule import Confidence, Related, Rule, Severity
from sentinel.model.surface import Parameter, SurfaceKind, Text, Tool

MOST_FINDINGS = 25_000
MOST_SKIPS = 5_000
MOST_NOTICES = 50
MOST_DELTAS = 500
MOST_TOLD = 24_000
"""Characters of all texts of a tool: with the other side of a change they fit into a journal's line, however they are escaped."""
_MOST_SURFACE_BYTES = 16 << 20
_MOST_TEXTS = 100
_MOST_PARAMETERS = 50
_MOST_PHASES = 60
_REASONS = {value.name: value for value in vars(document).values() if isinstance(value, SkipReason)}
_MOST_LINES_OF_A_PLACE = 12
_Words = Annotated[str, Field(max_length=2000)]
_Line = Annotated[int, Field(ge=0, le=100_000_000)]
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+$", max_length=120)]


def _inside(path: str) -> str:
    """Lets pass a path that stays within a repository."""
    if path.startswith("/") or "\0" in path or ".." in path.split("/"):
        raise ValueError("a path outside of the repository")
    return path


_Path = Annotated[str, Field(max_length=4096), AfterValidator(_inside)]
_Place = tuple[_Path, _Line, _Line, _Line, _Line]
_Label = Annotated[str, Field(max_length=120)]
_Told = Annotated[str, Field(max_length=MOST_TOLD)]
_Hint = Literal["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]
_Capability = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]
_Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_Model = TypeVar("_Model", bound=_Closed)


class _Suppression(_Closed):
    origin: Literal["inline", "config"]
    path: _Path
    line: _Line
    reason: _Words
    owner: _Words
    expires: _Words
    is_trusted: bool


class _Verdict(_Closed):
    rule: _Name
    place: _Place
    message: _Words
    severity: Literal[1, 2, 3, 4]
    confidence: Literal[1, 2, 3]
    identity: _Digest
    ordinal: _Line
    related: Annotated[tuple[tuple[_Place, _Words], ...], Field(max_length=20)]
    excerpt: Annotated[str, Field(max_length=20_000)]
    context: _Words
    is_flow: bool
    kind: ChangeKind
    fingerprint: _Digest
    previous_path: _Path
    action: Action
    reason: _Words
    is_silent: bool
    is_off_head: bool
    """The head has no such line (only the merge commit has): no comment can stand there."""
    suppression: _Suppression | None


class _Skip(_Closed):
    path: _Path
    reason: Annotated[str, Field(max_length=60)]
    detail: _Words
    line: _Line


class _Parameter(_Closed):
    name: _Label
    type: _Label
    is_constrained: bool


class _Tool(_Closed):
    kind: SurfaceKind
    name: _Label
    place: _Place
    texts: Annotated[tuple[tuple[_Label, _Told], ...], Field(max_length=_MOST_TEXTS)]
    parameters: Annotated[tuple[_Parameter, ...], Field(max_length=_MOST_PARAMETERS)]
    annotations: Annotated[tuple[tuple[_Hint, bool], ...], Field(max_length=8)]
    capabilities: Annotated[tuple[_Capability, ...], Field(max_length=20)]


class _Delta(_Closed):
    name: Literal["surface"]
    before: _Tool | None
    after: _Tool | None


class _Finished(_Closed):
    fail_on: Literal["critical", "high", "medium", "low", "never"]
    base_sha: Annotated[str, Field(pattern=r"^([0-9a-f]{40,64})?$")]
    head_sha: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")]
    has_diff: bool
    verdicts: Annotated[int, Field(ge=0, le=MOST_FINDINGS)]
    """How many were written, so that a journal that lost some is not taken for the whole."""
    surface: Annotated[int, Field(ge=0, le=MOST_DELTAS)]
    """How many changes of the MCP surface were written, for the same reason."""
    phases: Annotated[tuple[tuple[_Capability, _Seconds], ...], Field(max_length=_MOST_PHASES)]
    files: Annotated[int, Field(ge=0)]
    bytes: Annotated[int, Field(ge=0)]
    tools: Annotated[int, Field(ge=0)]
    notices: Annotated[tuple[_Words, ...], Field(max_length=MOST_NOTICES)]
    gate_changes: Annotated[tuple[_Path, ...], Field(max_length=1000)]
    tool_version: Annotated[str, Field(max_length=40)]
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,80}$")]


def record(report: Report) -> Iterator[tuple[EventKind, dict[str, Any]]]:
    """The events that say what a report says, the end of the run last; long texts are cut to what the other side takes."""
    told = [*((verdict, None) for verdict in report.verdicts), *report.suppressed]
    for verdict, silenced_by in told[:MOST_FINDINGS]:
        yield EventKind.VERDICT, _verdict_data(report, verdict, silenced_by)
    for skip in report.skips[:MOST_SKIPS]:
        yield (
            EventKind.DOCUMENT_SKIPPED,
            {"path": skip.path, "reason": skip.reason.name, "detail": skip.detail[:2000], "line": skip.line},
        )
    deltas = tuple(_deltas(report))
    for delta in deltas:
        yield EventKind.ARTEFACT, delta
    yield (
        EventKind.RUN_FINISHED,
        {
            "fail_on": report.fail_on,
            "base_sha": report.base_sha,
            "head_sha": report.head_sha,
            "has_diff": report.diff is not None,
            "verdicts": min(len(report.verdicts) + len(report.suppressed), MOST_FINDINGS),
            "surface": len(deltas),
            "phases": [[phase.name, round(phase.seconds, 3)] for phase in report.phases[:_MOST_PHASES]],
            "files": report.totals.files,
            "bytes": report.totals.bytes,
            "tools": report.totals.tools,
            "notices": [text[:2000] for text in (*report.notices, *_uncarried(report, len(deltas)))[:MOST_NOTICES]],
            "gate_changes": list(report.gate_changes[:1000]),
            "tool_version": report.tool_version,
            "run_id": report.run_id,
        },
    )


def _headed(report: Report, span: Span) -> list[Any]:
    """The place by the lines of the pull request's head, which the other side knows."""
    first, last = report.head_line(span.path, span.start_line), report.head_line(span.path, span.end_line)
    return list(span._replace(start_line=first, end_line=last) if first and last else span)


def _verdict_data(report: Report, verdict: Verdict, silenced_by: Suppression | None) -> dict[str, Any]:
    finding, change = verdict.finding, verdict.change
    suppression = silenced_by or change.suppression
    return {
        "rule": finding.rule,
        "place": _headed(report, finding.span),
        "message": finding.message[:2000],
        "severity": int(finding.severity),
        "confidence": int(finding.confidence),
        "identity": finding.identity,
        "ordinal": finding.ordinal,
        "related": [[_headed(report, one.span), one.message[:2000]] for one in finding.related[:20]],
        "excerpt": finding.excerpt[:20_000],
        "context": finding.context[:2000],
        "is_flow": finding.is_flow,
        "kind": change.kind.value,
        "fingerprint": change.fingerprint,
        "previous_path": change.previous_path,
        "action": verdict.action.value,
        "reason": verdict.reason[:2000],
        "is_silent": silenced_by is not None,
        "is_off_head": not report.head_line(finding.path, finding.span.start_line),
        "suppression": None if suppression is None else {
            "origin": suppression.origin, "path": suppression.path, "line": suppression.line, "reason": suppression.reason[:2000],
            "owner": suppression.owner[:2000], "expires": suppression.expires[:2000], "is_trusted": suppression.is_trusted,
        },
    }  # fmt: skip


def _deltas(report: Report) -> Iterator[dict[str, Any]]:
    """The changes of the surface, as many of them as travel."""
    room = _MOST_SURFACE_BYTES
    for delta in report.surface[:MOST_DELTAS]:
        data = {"name": "surface", "before": _tool_data(delta.before), "after": _tool_data(delta.after)}
        room -= len(json.dumps(data))
        if room < 0:
            return
        yield data


def _tool_data(tool: Tool | None) -> dict[str, Any] | None:
    """What a model is told of a tool and what it can do; its texts in order until there is no room for more."""
    if tool is None:
        return None
    texts, room = [], MOST_TOLD
    for text in tool.texts[:_MOST_TEXTS]:
        told = text.value[:room]
        room -= len(told)
        texts.append([text.field[:120], told])
    return {
        "kind": tool.kind.value,
        "name": tool.name[:120],
        "place": list(tool.span),
        "texts": texts,
        "parameters": [
            {"name": one.name[:120], "type": one.type[:120], "is_constrained": one.is_constrained}
            for one in tool.parameters[:_MOST_PARAMETERS]
        ],
        "annotations": [list(hint) for hint in tool.annotations],
        "capabilities": sorted(tool.capabilities),
    }


def _uncarried(report: Report, carried: int) -> tuple[str, ...]:
    """A sentence when not every change of the surface travels."""
    left = len(report.surface) - carried
    return (f"{left} further changes of the MCP surface stand in the report of the run that scanned.",) if left > 0 else ()


def restore(events: Iterable[Event], rules: tuple[Rule, ...]) -> Report:
    """The report that the events tell of, its conclusion left to the caller. Raises DeliveryError when they are not such events.

    A finding of a rule that is not among `rules` is refused: whoever wrote it has other rules than we have.
    """
    verdicts: list[Verdict] = []
    suppressed: list[tuple[Verdict, Suppression]] = []
    skips: list[Skip] = []
    surface: list[SurfaceDelta] = []
    off_head: dict[str, dict[int, int]] = {}
    finished: _Finished | None = None
    known = {rule.identity for rule in rules}
    for event in events:
        if event.kind is EventKind.VERDICT:
            read = _read(_Verdict, event)
            if read.rule not in known:
                raise DeliveryError(f"The journal's line {event.sequence} names a rule that is not known here.", _CURE)
            _take(read, verdicts, suppressed)
            if read.is_off_head:
                first, last = read.place[1], min(read.place[3], read.place[1] + _MOST_LINES_OF_A_PLACE)
                off_head.setdefault(read.place[0], {}).update(dict.fromkeys(range(first, last + 1), 0))
        elif event.kind is EventKind.DOCUMENT_SKIPPED:
            skips.append(_skip(_read(_Skip, event), event.sequence))
        elif event.kind is EventKind.ARTEFACT:
            delta = _read(_Delta, event)
            surface.append(SurfaceDelta(_tool(delta.before), _tool(delta.after)))
        elif event.kind is EventKind.RUN_FINISHED:
            finished = _read(_Finished, event)
        if len(verdicts) + len(suppressed) > MOST_FINDINGS or len(skips) > MOST_SKIPS or len(surface) > MOST_DELTAS:
            raise DeliveryError("The journal holds more findings than a run can have.", _CURE)
    if finished is None:
        raise DeliveryError("The journal does not tell of a finished run.", _CURE)
    if finished.verdicts != len(verdicts) + len(suppressed) or finished.surface != len(surface):
        raise DeliveryError("The journal does not hold all that its run found.", _CURE)
    return Report(
        verdicts=tuple(verdicts),
        skips=tuple(skips),
        suppressed=tuple(suppressed),
        rules=rules,
        conclusion=Conclusion.NEUTRAL,
        exit_code=0,
        totals=Totals(finished.files, finished.bytes, 0, finished.tools),
        surface=tuple(surface),
        phases=tuple(Phase(name, seconds) for name, seconds in finished.phases),
        diff=() if finished.has_diff else None,
        gate_changes=finished.gate_changes,
        notices=finished.notices,
        fail_on=finished.fail_on,
        base_sha=finished.base_sha,
        head_sha=finished.head_sha,
        merge_line_maps=off_head,
        tool_version=finished.tool_version,
        run_id=finished.run_id,
    )


_CURE = "Let the scan run again with the same version of the action, and publish that."


def _read(model: type[_Model], event: Event) -> _Model:
    try:
        return model.model_validate(event.data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:80]
        raise DeliveryError(
            f"The journal's line {event.sequence} is not what it should be: {place}: {first['type']}.", _CURE
        ) from None


def _take(read: _Verdict, verdicts: list[Verdict], suppressed: list[tuple[Verdict, Suppression]]) -> None:
    suppression = Suppression(**read.suppression.model_dump()) if read.suppression is not None else None
    finding = Finding(
        rule=read.rule,
        span=Span(*read.place),
        message=read.message,
        severity=Severity(read.severity),
        confidence=Confidence(read.confidence),
        identity=read.identity,
        ordinal=read.ordinal,
        related=tuple(Related(Span(*place), words) for place, words in read.related),
        excerpt=read.excerpt,
        context=read.context,
        is_flow=read.is_flow,
    )
    verdict = Verdict(Change(finding, read.kind, read.fingerprint, suppression, read.previous_path), read.action, read.reason)
    if read.is_silent and suppression is not None:
        suppressed.append((verdict, suppression))
    else:
        verdicts.append(verdict)


def _tool(read: _Tool | None) -> Tool | None:
    """The tool as reports show it; its texts have no places of their own."""
    if read is None:
        return None
    span = Span(*read.place)
    return Tool(
        read.kind,
        read.name,
        span,
        span,
        Language.TEXT,
        texts=tuple(Text(value, span, field) for field, value in read.texts),
        parameters=tuple(Parameter(one.name, span, one.type, one.is_constrained) for one in read.parameters),
        annotations=read.annotations,
        capabilities=frozenset(read.capabilities),
    )


def _skip(read: _Skip, sequence: int) -> Skip:
    reason = _REASONS.get(read.reason)
    if reason is None:
        raise DeliveryError(f"The journal's line {sequence} names a reason that is not known here.", _CURE)
    return Skip(read.path, reason, read.detail, read.line)
