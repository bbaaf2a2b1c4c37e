"""What a run on GitHub leaves behind: its journal and files, what goes to GitHub, the job's log, summary and outputs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

from sentinel.errors import DeliveryError
from sentinel.means import utc_now
from sentinel.model.event import EventKind
from sentinel.model.finding import ChangeKind, Verdict
from sentinel.model.report import Report
from sentinel.model.rule import Level

if TYPE_CHECKING:
    from sentinel.action import Runner
    from sentinel.model.report import Comment
    from sentinel.publish.events import Trigger
    from sentinel.publish.journal import Journal
    from sentinel.publish.outbox import Channel, Delivery
    from sentinel.publish.publisher import Publisher
    from sentinel.publish.workflow import OutputFolder
    from sentinel.settings import Settings

JOURNAL = "journal.jsonl"
_CALLED = {"check": "the check", "comments": "the review comments", "sticky": "the summary comment", "webhook": "the webhook"}
"""What readers call a delivery."""


def begin_journal(runner: Runner, settings: Settings, folder: OutputFolder) -> Journal:
    """A new journal in the run's folder, begun."""
    from sentinel.publish.journal import Journal

    trigger = runner.trigger
    journal = Journal(folder.open_new(JOURNAL), runner.run_id, utc_now)
    started = {"head": trigger.head_sha, "pull": trigger.pull_number, "event": trigger.kind.value, "check": settings.check_name}
    journal.append(EventKind.RUN_STARTED, started, is_durable=True)
    return journal


def publisher_of(runner: Runner, settings: Settings, journal: Journal) -> Publisher:
    """What speaks to GitHub."""
    from sentinel.publish.publisher import Publisher, PublishRequest

    trigger = runner.trigger
    request = PublishRequest(
        token=settings.github_token.reveal(),
        repository=trigger.repository,
        head_sha=trigger.head_sha,
        pull_number=trigger.pull_number,
        api_url=runner.api_url,
        run_id=runner.run_id,
        details_url=f"{runner.server_url}/{trigger.repository}/actions/runs/{runner.run_id.partition('-')[0]}",
        check_name=settings.check_name,
        wants_check=settings.check,
        wants_comments=settings.comment,
        wants_sticky=settings.comment,
        is_read_only_expected=trigger.is_pull_request and not trigger.can_comment,
        budget_seconds=settings.publish_budget_seconds,
    )
    return Publisher(request, journal=journal, clock=time.monotonic, sleep=time.sleep, now=time.time)


@dataclass(frozen=True)
class Outlets:
    """Where the results of a run go."""

    runner: Runner
    settings: Settings
    folder: OutputFolder
    journal: Journal
    log: TextIO
    publisher: Publisher | None
    """None: nothing is written to GitHub, nor anywhere else outside."""
    template: str | None = None
    """A user's own template of the summary, read from where it can be trusted."""


def hand_over(outlets: Outlets, report: Report) -> int:
    """Files, what goes to GitHub, log, job summary and outputs. A failed delivery is said and changes no exit code.

    Raises ConfigurationError when the user's template cannot be rendered; then nothing was written to GitHub.
    """
    from sentinel.publish.wire import record
    from sentinel.report.summary import Medium, summary

    if outlets.template is not None:
        summary(report, Medium.COMMENT, outlets.template)  # one that fails must fail before anything is published
    files = {**_write_files(outlets.folder, outlets.settings, report), "journal": f"{outlets.folder.name}/{JOURNAL}"}
    for kind, data in record(report):
        outlets.journal.append(kind, data)
    if outlets.publisher is not None:
        report = replace(report, notices=(*report.notices, *_deliver(outlets.publisher, outlets, report)))
    _tell_runner(outlets, report, files)
    return report.exit_code


def _tell_runner(outlets: Outlets, report: Report, files: Mapping[str, str]) -> None:
    """The job's log, its summary and its outputs."""
    from sentinel import action
    from sentinel.publish.workflow import write_outputs, write_step_summary
    from sentinel.report.summary import Medium, summary
    from sentinel.report.workflow import workflow

    runner, settings, log = outlets.runner, outlets.settings, outlets.log
    if settings.annotations:
        log.write(workflow(report).text)
    if settings.summary and runner.summary_file is not None:
        with _verdict_stands(log):
            write_step_summary(runner.summary_file, summary(report, Medium.JOB, outlets.template).text)
    if runner.output_file is not None:
        with _verdict_stands(log):
            write_outputs(runner.output_file, action.outputs_of(report, files), action.random_word)
    log.flush()


@contextmanager
def _verdict_stands(log: TextIO) -> Iterator[None]:
    """A file of the runner that cannot be written is said; it changes nothing of what was judged."""
    from sentinel.report.escape import command

    try:
        yield
    except DeliveryError as error:
        words = f"{error.diagnostics()}\nThe verdict stands. Look at the disk and the rights of the runner's command files."
        log.write(command("error", {"title": "MCP Sentinel"}, words) + "\n")


def _deliver(publisher: Publisher, outlets: Outlets, report: Report) -> tuple[str, ...]:
    """Write the review, the summary comment and the check; answers what the reader of the job must know of it."""
    from sentinel.publish.publisher import Outgoing
    from sentinel.report.check import check
    from sentinel.report.review import fixed_body, review
    from sentinel.report.summary import Medium, summary

    remarks = review(report, outlets.settings.max_comments)
    commented = sum(len(comment.fingerprints) for comment in remarks.comments)
    told = (*report.verdicts, *(verdict for verdict, _ in report.suppressed))
    new = [verdict for verdict in told if verdict.change.kind is ChangeKind.NEW]

    def render(lost: tuple[Comment, ...], notices: tuple[str, ...]) -> str:
        left = commented - sum(len(comment.fingerprints) for comment in lost)
        noted = replace(report, notices=(*report.notices, *notices))
        return summary(noted, Medium.COMMENT, outlets.template, commented=left).text

    others, heard = _subscribers(outlets.settings, report, outlets.runner.trigger, publisher)
    result = publisher.publish(
        Outgoing(
            comments=remarks.comments,
            review_body=remarks.text,
            live=frozenset(v.change.fingerprint for v in told if v.change.kind is not ChangeKind.FIXED),
            is_complete=not report.incomplete,
            identities={v.change.fingerprint: (v.finding.rule, v.finding.identity) for v in new},
            render_sticky=render,
            may_begin_summary=_has_news(report, told) or bool(heard),  # what a chat has heard is remembered in the summary
            check=check(report),
            fixed_body=lambda fingerprints: fixed_body(report, fingerprints),
            others=others,
            told=heard,
        )
    )
    return (*result.notices, *_undelivered(letter.delivery.kind for letter in result.dead_letters))


def _has_news(report: Report, told: Iterable[Verdict]) -> bool:
    """Whether a summary says more than the check does: that there is nothing, notes, or only what the base has is no news."""
    changes = [verdict for verdict in told if verdict.change.kind is not ChangeKind.KNOWN]
    news = any(v.change.kind is ChangeKind.FIXED or v.finding.level is not Level.NOTE for v in changes)
    return news or bool(report.incomplete or report.surface or report.gate_changes or report.notices)


def _undelivered(kinds: Iterable[str]) -> tuple[str, ...]:
    """A sentence for all that was given up; why is said by the notices."""
    what = ", ".join(dict.fromkeys(_CALLED.get(kind, kind) for kind in kinds))
    return (f"Not delivered: {what}. The journal keeps it: `sentinel publish` can deliver it later.",) if what else ()


def _subscribers(
    settings: Settings, report: Report, trigger: Trigger, publisher: Publisher
) -> tuple[tuple[tuple[Delivery, Channel], ...], frozenset[str]]:
    """Further sinks: the webhook, when there is one and something for it; and what it has heard of then."""
    if not settings.webhook_url:
        return (), frozenset()
    from sentinel.publish.retry import Budget
    from sentinel.publish.webhook import Filter, WebhookChannel, news

    wanted = Filter(
        settings.webhook_min_severity, frozenset(settings.webhook_changes), settings.webhook_rules, settings.webhook_paths
    )
    found = news(report, wanted, repository=trigger.repository, pull_number=trigger.pull_number, told=publisher.told())
    budget = Budget(settings.publish_budget_seconds, time.monotonic, time.sleep)
    channel = WebhookChannel(settings.webhook_url.reveal(), budget, time.time)
    return ((found.delivery, channel),) if found.delivery is not None else (), found.told


def _write_files(folder: OutputFolder, settings: Settings, report: Report) -> dict[str, str]:
    """The run's files, by the name of their output; paths are relative to the workspace."""
    from sentinel.report.json_report import json_report

    files = {"report": folder.write("report.json", _bytes(json_report(report).text))}
    if settings.sarif:
        from sentinel.report.sarif import sarif

        files["sarif"] = folder.write("results.sarif", _bytes(sarif(report).text))
    if settings.html:
        from sentinel.report.html import html

        files["html"] = folder.write("report.html", _bytes(html(report).text))
    return files


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
