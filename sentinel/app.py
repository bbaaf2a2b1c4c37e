"""The composition root: the program as one straight line. Read `review_folder` for the terminal, `run_action` for GitHub.

env -> Settings -> Documents -> prefilter -> Items -> Matches -> Findings -> Changes -> Verdicts -> Report -> Artefacts -> Events
-> exit code

Its parts: `scope` (what is scanned, by which settings), `means` (rules, engine, time), `desktop` and `action` (where a run
comes from), `pull` (what a pull request is compared with), `review` (from a tree to a report), `handover` (what a run leaves
behind), `second_stage` (publishing for forks).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from sentinel.desktop import Folder, subject_of
from sentinel.errors import ScanError, SentinelError, UsageError
from sentinel.means import means_of, settle
from sentinel.model.report import Report
from sentinel.scope import (
    baseline_of,
    check_paths,
    disguised_among,
    ignored_by,
    in_scope_of,
    settings_of,
    template_of,
    tracked_in,
    tree_of,
)

if TYPE_CHECKING:
    from sentinel.action import Runner
    from sentinel.model.report import Artefact
    from sentinel.model.tree import Tree
    from sentinel.publish.journal import Journal
    from sentinel.publish.publisher import Publisher
    from sentinel.publish.workflow import OutputFolder
    from sentinel.pull import Compared
    from sentinel.review import Progress, Subject
    from sentinel.settings import Settings
    from sentinel.source.git import GitRepository

_CANCELLED = 143
"""As a process ended by SIGTERM."""


def review_folder(folder: Folder, progress: Progress | None = None) -> tuple[Report, Settings]:
    """Review a folder as `sentinel scan` does. With a base, everything trusted comes from it."""
    from sentinel.review import review

    settings, subject = subject_of(folder)
    means = means_of(settings)
    settle()
    return review(subject, settings, means, progress), settings


def run_action(environment: Mapping[str, str], out: TextIO) -> int:
    """A run on GitHub from environment to exit code. Every failure is said in words; none is ever a green check."""
    from sentinel.action import Cancelled, cancellation
    from sentinel.report.escape import command, visible

    def say(message: str) -> None:
        out.write(command("error", {"title": "MCP Sentinel"}, visible(message, keep="\n")) + "\n")
        out.flush()

    try:
        with cancellation():
            return _run_action(environment, out)
    except Cancelled:
        say("The job was cancelled before the review was finished.")
        return _CANCELLED
    except SentinelError as error:
        say(error.diagnostics())
        return error.exit_code
    except Exception as error:  # the outermost edge: a traceback could show what must not be shown
        say(_own_failure(error))
        return ScanError.exit_code


def _own_failure(error: Exception) -> str:
    return f"MCP Sentinel itself failed ({type(error).__name__} in {place_of(error)}). Nothing was judged; please report this."


def place_of(error: BaseException) -> str:
    """Module and line of our own code where an exception was raised; nothing of what it was about."""
    place = "an unknown place"
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("sentinel."):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _run_action(environment: Mapping[str, str], out: TextIO) -> int:
    from sentinel import action
    from sentinel.handover import begin_journal, publisher_of
    from sentinel.publish.events import TriggerKind
    from sentinel.publish.workflow import OutputFolder, write_outputs
    from sentinel.settings import Mode

    runner = action.read_runner(environment)
    first = action.settings_before_trust(runner)
    if first.mode is Mode.PUBLISH:
        from sentinel.second_stage import publish_run

        return publish_run(runner, first, out)
    if runner.trigger.kind is TriggerKind.WORKFLOW_RUN:  # what is checked out is not the commit that the check would stand on
        raise UsageError(
            "a workflow_run workflow can only publish what another run found",
            "Set `mode: publish` and `journal`, or scan on pull_request; see the README on forks.",
        )
    if runner.trigger.idle:
        out.write(f"Nothing to scan: {runner.trigger.idle}.\n")
        if runner.output_file is not None:
            write_outputs(runner.output_file, {"conclusion": "neutral"}, action.random_word)
        return 0
    with OutputFolder(runner.workspace, runner.run_id) as folder:
        journal = begin_journal(runner, first, folder)
        with publisher_of(runner, first, journal) as publisher:
            return _run_to_end(runner, first, folder, journal, publisher, out)


_NO_TOKEN = (
    "There is no token for GitHub, so nothing was delivered: no comment, no check, no message to a chat. Pass `github-token`; "
    "a step that names the image (`uses: docker://...`) has no default for it."
)


def _run_to_end(runner: Runner, first: Settings, folder: OutputFolder, journal: Journal, publisher: Publisher, out: TextIO) -> int:
    """Review and hand over; a check that was started is completed whatever happens."""
    from sentinel.action import Cancelled
    from sentinel.handover import Outlets, hand_over
    from sentinel.publish.publisher import Outgoing
    from sentinel.settings import Mode

    has_token = bool(first.github_token)
    is_silent = first.mode is Mode.SCAN or not has_token
    try:
        if not is_silent:
            publisher.start_check()
        report, settings, template = _review_on_github(runner, first, publisher if has_token else None, out)
        if first.mode is Mode.FULL and not has_token and (settings.comment or settings.check or settings.webhook_url):
            report = replace(report, notices=(*report.notices, _NO_TOKEN))
        outlets = Outlets(runner, settings, folder, journal, out, None if is_silent else publisher, template)
        return hand_over(outlets, report)
    except Cancelled:
        publisher.cancel()
        raise
    except Exception as error:  # told by the caller; here only the check that was started must not stay open
        if not is_silent:
            publisher.publish(Outgoing(check=_failed_check(error)))
        raise


def _failed_check(error: Exception) -> Artefact:
    """The check of a run that judged nothing: red, with the words a person needs."""
    from sentinel.model.report import Artefact
    from sentinel.report.escape import prose

    words = error.diagnostics() if isinstance(error, SentinelError) else _own_failure(error)
    return Artefact("check", "text/markdown", title="The scan did not happen", summary=str(prose(words)), conclusion="failure")


class _Reviewed(NamedTuple):
    """What a review on GitHub brings."""

    report: Report
    settings: Settings
    """As the trusted configuration file says."""
    template: str | None
    """The user's template of the summary."""


def _review_on_github(runner: Runner, first: Settings, publisher: Publisher | None, out: TextIO) -> _Reviewed:
    """Everything trusted comes from the base of a proposed change, from the tree itself otherwise."""
    from sentinel import action
    from sentinel.pull import Checkout, compare
    from sentinel.review import review

    folder = action.folder_of(runner, first)
    action.refuse_empty(runner.workspace)
    repository, tracked = _objects(runner.workspace), tracked_in(runner.workspace)
    with repository or nullcontext():
        compared = compare(
            runner.trigger,
            Checkout(runner.workspace, repository),
            tree_of(runner.workspace, first, folder, disguised_among(tracked)),
            publisher.client if publisher is not None else None,
            _trusted_files(first),
        )
        settings = settings_of(runner.given, compared.read_base)
        template = template_of(settings, compared.read_base)
        subject = _subject(runner, settings, folder, compared, tracked)
        log = action.log_progress(out)

        def progress(done: int, total: int) -> None:
            log(done, total)
            if publisher is not None:
                publisher.progress(done, total)

        report = review(subject, settings, means_of(settings, is_desktop=False), progress)
    address = f"{runner.server_url}/{runner.trigger.repository}"
    report = replace(report, head_sha=runner.trigger.head_sha, run_id=runner.run_id, repository_url=address)
    return _Reviewed(report, settings, template)


def _trusted_files(first: Settings) -> tuple[str, ...]:
    """What will be asked of the base, so that it comes along with its contents."""
    from sentinel.judge.change import BASELINE_PATH

    baseline = BASELINE_PATH if first.baseline in ("auto", "none") else first.baseline
    return tuple(path for path in (first.config, baseline, ".gitignore", first.summary_template) if path)


def _subject(runner: Runner, settings: Settings, folder: str, compared: Compared, tracked: frozenset[str] | None) -> Subject:
    """What is reviewed: the files in scope, those of the pull request whatever `.gitignore` says, and the stored baseline."""
    from sentinel.review import Subject
    from sentinel.source.tree import OverlayTree

    notices = check_paths(runner.workspace, folder, settings)
    changed = compared.view.changed if compared.view is not None else frozenset()
    is_ignored = ignored_by(compared.read_base, tracked)
    tree: Tree = tree_of(runner.workspace, settings, folder, changed | disguised_among(tracked), is_ignored)
    if isinstance(compared.tree, OverlayTree):
        tree = replace(compared.tree, below=tree)
    return Subject(
        tree,
        compared.view,
        baseline_of(settings, compared.read_base) if settings.baseline != "none" else None,
        salt=str(runner.trigger.repository_id).encode(),
        in_scope=in_scope_of(runner.workspace, settings, folder),
        is_proposed=runner.trigger.takes_trust_from_base,
        notices=(*compared.notices, *notices),
    )


def _objects(workspace: Path) -> GitRepository | None:
    """The checkout's objects; None when there are none that may be read."""
    from sentinel.source.git import open_repository

    try:
        repository = open_repository(workspace)
    except ScanError:
        return None
    try:
        repository.head()
    except ScanError:
        repository.close()
        return None
    return repository
