"""The second stage for forks: publish what a run without write permission found. Its journal is hostile.

The first stage's workflow file comes from the pull request, so whoever changes it can write any journal. What GitHub itself says of
the pull request's files decides whether the journal can be believed: a scan that was changed by what it scanned is never green.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sentinel.errors import DeliveryError, ScanError, UsageError
from sentinel.handover import Outlets, begin_journal, hand_over, publisher_of
from sentinel.means import load_rules
from sentinel.model.report import Conclusion, Report
from sentinel.scope import template_of

if TYPE_CHECKING:
    from sentinel.action import Runner
    from sentinel.publish.answers import PullFile
    from sentinel.settings import Settings

_MAKERS = (".github/workflows/", ".github/actions/")
_MAKER_FILES = frozenset({"action.yml", "action.yaml"})
"""Where a pull request can change the job that scans it: its workflow, and an action of the repository that it may use."""


def publish_run(runner: Runner, settings: Settings, out: TextIO) -> int:
    """Publish what a run without write permission found. Its journal is hostile; where to write comes from the event alone."""
    from sentinel.action import Cancelled
    from sentinel.publish.events import TriggerKind, pull_of_run
    from sentinel.publish.workflow import OutputFolder
    from sentinel.pull import files_at

    trigger = runner.trigger
    if trigger.kind is not TriggerKind.WORKFLOW_RUN or not settings.journal:
        raise UsageError(
            "`mode: publish` belongs into a workflow_run workflow and needs the input `journal`",
            "Download the scan's artefact first and name its journal.jsonl; see the README on forks.",
        )
    report = _foreign_report(runner.workspace, settings)
    with OutputFolder(runner.workspace, runner.run_id) as folder:
        journal = begin_journal(runner, settings, folder)
        with publisher_of(runner, settings, journal) as publisher:
            owner = trigger.head_repository.partition("/")[0]
            pull = pull_of_run(trigger, publisher.client.pull_candidates(owner, trigger.head_ref))
            if report.head_sha != trigger.head_sha:
                raise DeliveryError("The journal is about another commit than the run that made it; nothing was published.")
            report = _believed(report, *files_at(publisher.client, pull.number, pull.base_sha, trigger.head_sha))
            report = replace(report, repository_url=f"{runner.server_url}/{trigger.repository}")
            template = template_of(settings, lambda path: publisher.client.contents(pull.base_sha, [path]).found.get(path))
            target = replace(runner, trigger=replace(trigger, pull_number=pull.number, base_ref=pull.base_ref))
        with publisher_of(target, settings, journal) as publisher:
            try:
                return hand_over(Outlets(target, settings, folder, journal, out, publisher, template), report)
            except Cancelled:
                publisher.cancel()
                raise


def _believed(report: Report, files: tuple[PullFile, ...], most_listed: int) -> Report:
    """The report against what GitHub lists of the pull request: it may block, but passes only where nothing touched its making."""
    from sentinel.pull import diff_of
    from sentinel.source.base import is_gate

    diff = diff_of(files)
    names = {name for file in diff for name in (file.path, file.previous_path) if name}
    report = replace(report, diff=diff, gate_changes=tuple(sorted(filter(is_gate, names))))
    makers = [name for name in sorted(names) if name.startswith(_MAKERS) or name.rpartition("/")[2] in _MAKER_FILES]
    if not makers and len(files) < most_listed:
        return report
    what = f"changes `{makers[0]}`" if makers else "has more files than GitHub lists"
    notice = f"This pull request {what}, so it could have changed the scan of itself. A maintainer must look before it is merged."
    is_red = report.conclusion is Conclusion.FAILURE
    return replace(
        report,
        notices=(notice, *report.notices),
        conclusion=report.conclusion if is_red else Conclusion.ACTION_REQUIRED,
        exit_code=report.exit_code if is_red else ScanError.exit_code,
    )


def _foreign_report(workspace: Path, settings: Settings) -> Report:
    """The report that a journal of another run tells of, judged anew."""
    from sentinel.judge.policy import conclude
    from sentinel.publish.journal import FOREIGN, Reader
    from sentinel.publish.wire import restore

    try:
        handle = os.open(workspace / settings.journal, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise UsageError(
            f"input `journal`: the file cannot be opened: {error.strerror}", "Give its path in the workspace."
        ) from None
    with os.fdopen(handle, "rb") as stream:
        report = restore(Reader(stream, FOREIGN), load_rules().rules)
    conclusion, exit_code = conclude(report.verdicts, bool(report.incomplete), is_empty=not report.totals.files)
    return replace(report, conclusion=conclusion, exit_code=exit_code)
