"""A second sink: findings that pass a filter (severity, change, rule, path), sent to an address for incoming webhooks.

The address is a secret (whoever knows it may post), so it stays out of the journal, of messages and of `repr`. What is sent
holds rules, places and messages, never code and never an excerpt. A service cannot be asked whether it got something, so a
lost answer is followed by sending again under the same `Idempotency-Key`, which the receiver may use to drop the second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sentinel.errors import UsageError
from sentinel.model.finding import ChangeKind, Verdict
from sentinel.model.report import Report
from sentinel.model.rule import Severity
from sentinel.publish.failures import Answer, FateUnknown, OutOfTime, Refused
from sentinel.publish.outbox import Delivery
from sentinel.publish.plan import POSTED_DIGITS
from sentinel.publish.retry import MOST_TRIES, Budget, Next, is_limit, judge, seconds_to_wait

MOST_LISTED = 20
MOVED = "moved"
_MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings a subscriber wants to hear of: all four must pass."""

    min_severity: Severity = Severity.CRITICAL
    changes: frozenset[str] = frozenset({ChangeKind.NEW.value})
    """Values of ChangeKind, and `moved` for what is known under another path."""
    rules: tuple[str, ...] = ()
    """Identities or `family/*`; empty: all."""
    paths: tuple[str, ...] = ()
    """Patterns as in a shell, `*` reaching across slashes; empty: every path."""

    def passes(self, report: Report, verdict: Verdict) -> bool:
        """Whether the verdict is one of them."""
        finding = verdict.finding
        is_wanted = _severity(report, verdict) >= self.min_severity and not self.changes.isdisjoint(_changes(verdict))
        return is_wanted and _is_among(finding.rule, self.rules) and _is_among(finding.path, self.paths)


def _is_among(name: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _changes(verdict: Verdict) -> tuple[str, ...]:
    """What a change is called; a known finding in a renamed file has moved, too."""
    change = verdict.change
    has_moved = change.kind is ChangeKind.KNOWN and bool(change.previous_path)
    return (change.kind.value, MOVED) if has_moved else (change.kind.value,)


def _severity(report: Report, verdict: Verdict) -> Severity:
    """Of a fixed finding often only the baseline's line is left: it has its rule's severity."""
    rule = report.rule(verdict.finding.rule) if verdict.change.kind is ChangeKind.FIXED else None
    return rule.card.severity if rule is not None else verdict.finding.severity


def told_as(verdict: Verdict) -> str:
    """How the summary remembers that a subscriber has heard of a verdict."""
    return hashlib.sha256(f"{_changes(verdict)[-1]}\0{verdict.change.fingerprint}".encode()).hexdigest()[:POSTED_DIGITS]


class News(NamedTuple):
    """What a subscriber is to hear of a run."""

    delivery: Delivery | None
    """None when there is nothing that it has not heard of."""
    told: frozenset[str] = frozenset()
    """What it has heard of once that is delivered; what is gone is forgotten, and told again when it comes back."""


def news(report: Report, wanted: Filter, *, repository: str, pull_number: int, told: frozenset[str] = frozenset()) -> News:
    """What passes the filter, without what earlier runs on the pull request have `told`."""
    passing = [verdict for verdict in report.verdicts if wanted.passes(report, verdict)]
    found = [verdict for verdict in passing if told_as(verdict) not in told]
    remembered = frozenset(map(told_as, passing))
    if not found:
        return News(None, remembered)
    data = {
        "text": _text(report, found, repository, pull_number),
        "repository": repository,
        "pull_number": pull_number,
        "head_sha": report.head_sha,
        "findings": [_finding(report, verdict) for verdict in found[:MOST_LISTED]],
        "total": len(found),
    }
    return News(Delivery("webhook", data, service="webhook"), remembered)


@dataclass(frozen=True)
class WebhookChannel:
    """Posts JSON to one address. `now` is the time of day in seconds since 1970."""

    url: str = field(repr=False)
    budget: Budget = field(repr=False)
    now: Callable[[], float] = field(repr=False)
    timeout_seconds: int = 15

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise UsageError("The address of the webhook must begin with https://.")

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`. Redirects are not followed."""
        for tries in range(1, MOST_TRIES + 1):
            if self.budget.left <= 0:
                break
            answer = self._once(data)
            step = judge(answer, is_write=True)
            if step is Next.ACCEPT:
                return
            if step is Next.LOOK:
                raise FateUnknown("The webhook did not answer.")
            if not is_limit(answer):
                raise Refused(f"The webhook refused with status {answer.status}.", status=answer.status)
            if tries == MOST_TRIES or not self.budget.wait(seconds_to_wait(answer, tries, self.now())):
                break
        raise OutOfTime("The webhook could not be reached in time.")

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """See `Channel.is_done`: nobody can tell."""
        return False

    def _once(self, data: Mapping[str, Any]) -> Answer:
        from urllib.error import HTTPError
        from urllib.request import HTTPRedirectHandler, Request, build_opener

        class NoRedirect(HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        headers = {
            "Content-Type": "application/json",
            "User-Agent": "mcp-sentinel",
            "Idempotency-Key": Delivery("webhook", data).key,
        }
        request = Request(self.url, json.dumps(data).encode(), headers, method="POST")
        try:
            with build_opener(NoRedirect).open(request, timeout=self.timeout_seconds) as response:
                return Answer(response.status, {name.lower(): value for name, value in response.headers.items()})
        except HTTPError as error:
            with error:
                return Answer(error.code, {name.lower(): value for name, value in error.headers.items()})
        except (OSError, HTTPException, ValueError):
            return Answer(0)


def _text(report: Report, verdicts: list[Verdict], repository: str, pull_number: int) -> str:
    """A few lines for chat services that show nothing but `text`; their markup is taken out of what the tree brought."""
    number = f" in pull request {pull_number}" if pull_number else ""
    lines = [f"MCP Sentinel: {len(verdicts)} finding{'s' if len(verdicts) > 1 else ''} of {_plain(repository)}{number}"]
    for verdict in verdicts[:MOST_LISTED]:
        finding = verdict.finding
        word = "" if verdict.change.kind is ChangeKind.NEW else f"{_changes(verdict)[-1]}, "
        place = f"{_plain(finding.path)}:{report.head_line(finding.path, finding.span.start_line)}"
        lines.append(f"{word}{_severity(report, verdict).label}: {_plain(finding.message)} ({place})")
    if len(verdicts) > MOST_LISTED:
        lines.append(f"and {len(verdicts) - MOST_LISTED} more")
    return "\n".join(lines)


def _finding(report: Report, verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "rule": finding.rule,
        "severity": _severity(report, verdict).label,
        "confidence": finding.confidence.label,
        "change": verdict.change.kind.value,
        "verdict": verdict.action.value,
        "message": _plain(finding.message),
        "path": finding.path[:1024],
        "previous_path": verdict.change.previous_path[:1024],
        "line": report.head_line(finding.path, finding.span.start_line),
        "fingerprint": verdict.change.fingerprint,
    }


def _plain(text: str) -> str:
    """One printable line in which `<!channel>`, links and entities mean nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MOST_WORDS]
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")
