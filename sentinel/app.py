"""The composition root: the one module that names concrete things. Read `review_folder` for the terminal, `run_action` for GitHub.

env -> Settings -> Documents -> prefilter -> Items -> Matches -> Findings -> Changes -> Verdicts -> Report -> Artefacts -> Events
-> exit code
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sentinel.errors import ConfigurationError, DeliveryError, ScanError, SentinelError, UsageError
from sentinel.model.event import Event, EventKind
from sentinel.model.finding import ChangeKind
from sentinel.model.report import Report

if TYPE_CHECKING:
    from sentinel.action import Runner
    from sentinel.engine.registry import Registry
    from sentinel.engine.scan import ScanOptions
    from sentinel.judge.baseline import Baseline
    from sentinel.model.report import Artefact, Comment
    from sentinel.model.surface import Tool
    from sentinel.model.tree import Tree
    from sentinel.publish.events import Trigger
    from sentinel.publish.journal import Journal
    from sentinel.publish.outbox import Channel, Delivery
    from sentinel.publish.publisher import Publisher
    from sentinel.publish.workflow import OutputFolder
    from sentinel.review import Progress, Subject, Times
    from sentinel.settings import Settings
    from sentinel.source.base import BaseView
    from sentinel.source.git import GitRepository
    from sentinel.source.tree import DirectoryTree, Scope

DATABASE = "share/sentinel/patterns.hsdb"
"""Where the image keeps the compiled patterns, below `sys.prefix`."""
_MOST_TRUSTED_BYTES = 64 << 20
_MANIFEST_BYTES = 32 << 20
JOURNAL = "journal.jsonl"
_CANCELLED = 143
"""As a process ended by SIGTERM."""


@dataclass(frozen=True)
class Folder:
    """A folder on a desktop and what the user asked for."""

    root: Path
    given: Mapping[str, Any]
    """Options by the names of the settings, only those that were given."""
    base: str = ""
    """A commit to compare with; empty: none."""
    uses_baseline: bool = True


def review_folder(folder: Folder, progress: Progress | None = None) -> tuple[Report, Settings]:
    """Review a folder as `sentinel scan` does. With a base, everything trusted comes from it."""
    from sentinel.review import review

    settings, subject = _subject_of_folder(folder)
    rules = load_rules()
    _settle()
    return review(subject, settings, rules, scan_options(settings), times(), progress), settings


def _settle() -> None:
    """What start-up made stays and need not be looked through again; from here on garbage is collected as early as usual."""
    import gc

    gc.freeze()
    gc.set_threshold(700, 10, 10)


def _subject_of_folder(folder: Folder) -> tuple[Settings, Subject]:
    if not folder.root.is_dir():
        raise UsageError(f"{folder.root} is not a folder.", "Give the folder of the project to scan.")
    if not folder.base:
        return _subject(folder, _reader_of(folder.root), None)
    from sentinel.source.trusted import from_commit

    repository, prefix = _repository(folder.root)
    with repository:
        commit = _commit(repository, folder.base)
        read = from_commit(repository, commit, prefix)
        tree = _tree(folder.root, _settings(folder.given, read), "", _disguised(folder.root))
        return _subject(folder, read, _view(repository, commit, folder.root.resolve(), prefix, tree))


def _subject(folder: Folder, read: Callable[[str], bytes | None], view: BaseView | None) -> tuple[Settings, Subject]:
    """What is reviewed, as the files that `read` can be trusted with say."""
    from sentinel.review import Subject
    from sentinel.source.walk import scope_test

    settings = _settings(folder.given, read)
    _refuse_nowhere(folder.root, "", settings)
    changed = view.changed if view is not None else frozenset()
    tree = _tree(folder.root, settings, "", changed | _disguised(folder.root), _ignored(folder.root, read))
    stored = _baseline(settings, read) if folder.uses_baseline and settings.baseline != "none" else None
    if not folder.uses_baseline:
        settings = settings.model_copy(update={"baseline": "none"})
    return settings, Subject(tree, view, stored, in_scope=scope_test(_scope(settings)), is_proposed=view is not None)


def _commit(repository: GitRepository, name: str) -> str:
    """The commit a user means. Raises UsageError when there is none of that name."""
    try:
        return repository.resolve(name)
    except ScanError as error:
        raise UsageError(f"--diff {name}: {error.message}", "Fetch it first, or name another commit.") from None


def _settings(given: Mapping[str, Any], read: Callable[[str], bytes | None]) -> Settings:
    """Settings over the configuration file. A file that was asked for by name must be there."""
    from sentinel.settings import CONFIG_PATH, build

    place = str(given.get("config", CONFIG_PATH))
    data = read(place)
    if data is None and "config" in given:
        raise ConfigurationError("there is no such configuration file", "Give a path relative to the scanned folder.", place)
    return build(given, data, place)


def _baseline(settings: Settings, read: Callable[[str], bytes | None]) -> Baseline | None:
    """The stored baseline; one that was asked for by path must be there."""
    from sentinel.judge.change import BASELINE_PATH

    place = BASELINE_PATH if settings.baseline == "auto" else settings.baseline
    data = read(place)
    if data is None and settings.baseline != "auto":
        raise ConfigurationError("there is no such baseline", "Write one with `sentinel baseline write`.", place)
    if data is None:
        return None
    from sentinel.judge.baseline import read as read_baseline

    return read_baseline(data, place)


def _tree(
    root: Path,
    settings: Settings,
    folder: str = "",
    changed: frozenset[str] = frozenset(),
    is_ignored: Callable[[str], bool] | None = None,
) -> DirectoryTree:
    from sentinel.source.tree import DirectoryTree, Limits

    limits = Limits(settings.max_file_bytes, max(_MANIFEST_BYTES, settings.max_file_bytes))
    return DirectoryTree(str(root), _scope(settings, folder, is_ignored), limits, changed)


def _scope(settings: Settings, folder: str = "", is_ignored: Callable[[str], bool] | None = None) -> Scope:
    """What is scanned below the root: `folder` alone where it is given, or the paths below it."""
    from sentinel.source.tree import Scope

    paths = settings.paths if not folder else tuple(f"{folder}/{path}" for path in settings.paths) or (folder,)
    return Scope(paths, settings.exclude, is_ignored)


def _refuse_nowhere(root: Path, folder: str, settings: Settings) -> None:
    """Raises UsageError when paths were named and none of them exists: nothing would be scanned, and nothing found."""
    named = _scope(settings, folder).paths
    if settings.paths and not any((root / path).exists() for path in named):
        shown = ", ".join(f"`{path}`" for path in settings.paths[:5])
        raise UsageError(f"input `paths`: there is no {shown}, so nothing would be scanned", "Give paths that exist, or none.")


def _reader_of(root: Path) -> Callable[[str], bytes | None]:
    """Reads small trusted files below a folder, never through a link."""
    from sentinel.source.tree import DirectoryTree, Limits
    from sentinel.source.trusted import from_tree

    return from_tree(DirectoryTree(str(root), limits=Limits(_MOST_TRUSTED_BYTES, _MOST_TRUSTED_BYTES)))


def _repository(root: Path) -> tuple[GitRepository, str]:
    """The repository that holds a folder, and the folder's place in it with a slash at its end."""
    from sentinel.source.git import open_repository

    resolved = root.resolve()
    for top in (resolved, *resolved.parents):
        if (top / ".git").exists():
            inside = resolved.relative_to(top).as_posix()
            return open_repository(top, may_leave=True), "" if inside == "." else f"{inside}/"
    raise ScanError("The folder is in no git repository, so there is no base to compare with.", "Leave --diff out.", str(root))


def _view(repository: GitRepository, commit: str, root: Path, prefix: str, tree: DirectoryTree) -> BaseView:
    from sentinel.source.base import base_from_git

    top = root
    for _ in Path(prefix).parts:
        top = top.parent
    return base_from_git(repository, commit, top, tree, prefix)


def _ignored(root: Path, read: Callable[[str], bytes | None]) -> Callable[[str], bool] | None:
    """Whether a path is untracked and ignored by the trusted `.gitignore`; None when there is nothing to go by."""
    try:
        rules = read(".gitignore")
    except ConfigurationError:  # git itself follows no link here
        return None
    if rules is None:
        return None
    tracked = _tracked(root)
    return _Ignored(rules, tracked) if tracked is not None else None


def _tracked(root: Path) -> frozenset[str] | None:
    """What git follows below a folder; nothing without a repository, None when it cannot be known."""
    try:
        repository, prefix = _repository(root)
    except ScanError:
        return frozenset()
    try:
        with repository:
            return frozenset(path.removeprefix(prefix) for path in repository.tracked() if path.startswith(prefix))
    except ScanError:
        return None


def _disguised(root: Path) -> frozenset[str]:
    """Files that git follows in folders that a scan passes over: somebody put them there so that nobody looks."""
    from sentinel.source.walk import is_passed_over

    return frozenset(filter(is_passed_over, _tracked(root) or ()))


class _Ignored:
    """Patterns of one `.gitignore`, applied to what git does not track."""

    def __init__(self, rules: bytes, tracked: frozenset[str]) -> None:
        from pathspec import GitIgnoreSpec

        self._spec = GitIgnoreSpec.from_lines(rules.decode("utf-8", "replace").splitlines())
        self._tracked = tracked
        self._folders = frozenset(f"{parent}/" for path in tracked for parent in _parents(path))

    def __call__(self, path: str) -> bool:
        return path not in self._tracked and path not in self._folders and self._spec.match_file(path)


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def load_rules() -> Registry:
    """All rules of the package."""
    from sentinel.engine.registry import load_registry

    return load_registry()


def scan_options(settings: Settings, *, is_desktop: bool = True) -> ScanOptions:
    """How the engine is to run. Only a desktop keeps compiled patterns in the user's cache: a runner's home is not trusted."""
    import sys

    from sentinel.engine.scan import ScanOptions

    database = Path(sys.prefix, DATABASE)
    return ScanOptions(
        jobs=settings.jobs,
        executor=settings.executor,
        executor_address=settings.dask_scheduler,
        run_seconds=settings.time_budget_seconds,
        database=str(database) if database.is_file() else "",
        cache_folder=_user_cache() if is_desktop and not database.is_file() else "",
    )


def _user_cache() -> str:
    """The user's own cache folder; the engine checks who owns it before it trusts anything there."""
    return str(Path.home() / ".cache" / "mcp-sentinel")


def times() -> Times:
    """The real time."""
    from sentinel.review import Times

    return Times(datetime.now(UTC).date(), time.perf_counter)


def tools_of(root: Path) -> tuple[Tool, ...]:
    """What the MCP servers of a folder declare, in order of path and place."""
    from sentinel.engine.scan import scan_tree
    from sentinel.judge.fingerprint import Identify

    settings, subject = _subject_of_folder(Folder(root, {}, uses_baseline=False))
    return scan_tree(subject.tree, load_rules(), Identify(b""), scan_options(settings)).tools


def stored_baseline(root: Path) -> Baseline:
    """The stored baseline of a folder. Raises ConfigurationError when there is none."""
    from sentinel.judge.change import BASELINE_PATH

    read = _reader_of(root)
    found = _baseline(_settings({}, read), read)
    if found is None:
        raise ConfigurationError("there is no stored baseline", "Write one with `sentinel baseline write`.", BASELINE_PATH)
    return found


def write_baseline(root: Path, given: Mapping[str, Any], output: Path | None) -> tuple[str, int]:
    """Write down what a folder holds now; answers the file and how many findings it knows. An existing salt is kept."""
    import secrets

    from sentinel import __version__
    from sentinel.engine.scan import scan_tree
    from sentinel.judge import baseline
    from sentinel.judge.change import BASELINE_PATH
    from sentinel.judge.fingerprint import Identify

    settings, subject = _subject_of_folder(Folder(root, given))
    salt = subject.baseline.salt if subject.baseline is not None else secrets.token_hex(16)
    registry = load_rules()
    found = scan_tree(subject.tree, registry, Identify(bytes.fromhex(salt)), scan_options(settings)).findings
    text = baseline.write(found, tool=f"mcp-sentinel {__version__}", rules=registry.digest, salt=salt)
    place = BASELINE_PATH if settings.baseline in ("auto", "none") else settings.baseline
    file = output or root / place
    write_file(file, text.encode(), root)
    return str(file), len(found)


def write_file(file: Path, data: bytes, root: Path) -> None:
    """Write a file that the user named. Below `root`, which may hold a foreign tree, it is never written through a link."""
    above, top = file.absolute(), root.absolute()
    while above != top and top in above.parents:
        if above.is_symlink():
            raise UsageError(f"{above} is a link in the folder that is scanned", "Remove it, or choose another file with --output.")
        above = above.parent
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}", "Choose another file with --output.") from None


STARTERS = {
    ".github/workflows/mcp-sentinel.yml": """\
name: MCP Sentinel
on: pull_request
permissions:
  contents: read
  pull-requests: write
  checks: write
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: mcp-sentinel/mcp-sentinel@v1
""",
    ".sentinel/config.toml": """\
# What MCP Sentinel is told here is read from the base branch, so a pull request cannot change how it is judged.
fail-on = "high"
min-confidence = "medium"

# exclude = ["third_party/**"]

# [[suppress]]
# path = "tests/fixtures/*"
# rule = "secrets/*"
# reason = "made up for the tests"
# owner = "@you"
# expires = 2027-06-30
""",
}
"""What `sentinel init` writes."""


def write_starters(root: Path) -> tuple[tuple[str, bool], ...]:
    """Write the files to start with; answers each name and whether it was written. What exists is kept."""
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.")
    answers = []
    for name, text in STARTERS.items():
        is_new = not (root / name).exists()
        if is_new:
            write_file(root / name, text.encode(), root)
        answers.append((name, is_new))
    return tuple(answers)


def run_action(environment: Mapping[str, str], out: TextIO) -> int:
    """A run on GitHub from environment to exit code. Every failure is said in words; none is ever a green check."""
    from sentinel.action import Cancelled, cancellation
    from sentinel.report.escape import command

    def say(message: str) -> None:
        out.write(command("error", {"title": "MCP Sentinel"}, message) + "\n")
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
    from sentinel.publish.workflow import OutputFolder, write_outputs
    from sentinel.settings import Mode

    runner = action.read_runner(environment)
    first = action.settings_before_trust(runner)
    if first.mode is Mode.PUBLISH:
        return _publish_run(runner, first, out)
    if runner.trigger.idle:
        out.write(f"Nothing to scan: {runner.trigger.idle}.\n")
        if runner.output_file is not None:
            write_outputs(runner.output_file, {"conclusion": "neutral"}, action.random_word)
        return 0
    with OutputFolder(runner.workspace, runner.run_id) as folder:
        journal = _journal(runner, first, folder)
        with _publisher(runner, first, journal) as publisher:
            return _run_to_end(runner, first, folder, journal, publisher, out)


def _journal(runner: Runner, settings: Settings, folder: OutputFolder) -> Journal:
    """A new journal in the run's folder, begun."""
    from sentinel.publish.journal import Journal

    trigger = runner.trigger
    journal = Journal(folder.open_new(JOURNAL), runner.run_id, _now)
    started = {"head": trigger.head_sha, "pull": trigger.pull_number, "event": trigger.kind.value, "check": settings.check_name}
    journal.append(EventKind.RUN_STARTED, started, is_durable=True)
    return journal


def _run_to_end(runner: Runner, first: Settings, folder: OutputFolder, journal: Journal, publisher: Publisher, out: TextIO) -> int:
    """Review and hand over; a check that was started is completed whatever happens."""
    from sentinel.action import Cancelled
    from sentinel.publish.publisher import Outgoing
    from sentinel.settings import Mode

    has_token = bool(first.github_token.get_secret_value())
    is_silent = first.mode is Mode.SCAN or not has_token
    try:
        if not is_silent:
            publisher.start_check()
        report, settings = _review_on_github(runner, first, publisher if has_token else None, out)
        return _hand_over(runner, settings, report, None if is_silent else publisher, folder, journal, out)
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


def _publisher(runner: Runner, settings: Settings, journal: Journal) -> Publisher:
    """What speaks to GitHub."""
    from sentinel.publish.publisher import Publisher, PublishRequest

    trigger = runner.trigger
    request = PublishRequest(
        token=settings.github_token.get_secret_value(),
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _review_on_github(runner: Runner, first: Settings, publisher: Publisher | None, out: TextIO) -> tuple[Report, Settings]:
    """Everything trusted comes from the base of a proposed change, from the tree itself otherwise."""
    repository = _objects(runner.workspace)
    with repository or nullcontext():
        return _review_checkout(runner, first, publisher, repository, out)


def _review_checkout(
    runner: Runner, first: Settings, publisher: Publisher | None, repository: GitRepository | None, out: TextIO
) -> tuple[Report, Settings]:
    from sentinel import action
    from sentinel.judge.change import BASELINE_PATH
    from sentinel.pull import Checkout, compare
    from sentinel.review import Subject, review
    from sentinel.source.tree import OverlayTree
    from sentinel.source.walk import scope_test

    trigger = runner.trigger
    folder = action.folder_of(runner, first)
    action.refuse_empty(runner.workspace)
    checkout, disguised = Checkout(runner.workspace, repository), _disguised(runner.workspace)
    wanted = (first.config, BASELINE_PATH if first.baseline in ("auto", "none") else first.baseline, ".gitignore")
    compared = compare(
        trigger,
        checkout,
        _tree(runner.workspace, first, folder, disguised),
        publisher.client if publisher is not None else None,
        wanted,
    )
    settings = _settings(runner.given, compared.read_base)
    changed = compared.view.changed if compared.view is not None else frozenset()
    _refuse_nowhere(runner.workspace, folder, settings)
    is_ignored = _ignored(runner.workspace, compared.read_base)
    tree: Tree = _tree(runner.workspace, settings, folder, changed | disguised, is_ignored)
    if isinstance(compared.tree, OverlayTree):
        tree = replace(compared.tree, below=tree)
    stored = _baseline(settings, compared.read_base) if settings.baseline != "none" else None
    subject = Subject(
        tree,
        compared.view,
        stored,
        salt=str(trigger.repository_id).encode(),
        in_scope=scope_test(_scope(settings, folder)),
        is_proposed=trigger.takes_trust_from_base,
        notices=compared.notices,
    )
    options = scan_options(settings, is_desktop=False)
    report = review(subject, settings, load_rules(), options, times(), action.log_progress(out))
    return replace(
        report,
        head_sha=trigger.head_sha,
        run_id=runner.run_id,
        repository_url=f"{runner.server_url}/{trigger.repository}",
    ), settings


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


def _publish_run(runner: Runner, settings: Settings, out: TextIO) -> int:
    """Publish what a run without write permission found. Its journal is hostile; where to write comes from the event alone."""
    from sentinel.publish.events import TriggerKind, pull_of_run
    from sentinel.publish.workflow import OutputFolder
    from sentinel.pull import diff_of

    trigger = runner.trigger
    if trigger.kind is not TriggerKind.WORKFLOW_RUN or not settings.journal:
        raise UsageError(
            "`mode: publish` belongs into a workflow_run workflow and needs the input `journal`",
            "Download the scan's artefact first and name its journal.jsonl; see the README on forks.",
        )
    report = _foreign_report(runner.workspace, settings)
    with OutputFolder(runner.workspace, runner.run_id) as folder:
        journal = _journal(runner, settings, folder)
        with _publisher(runner, settings, journal) as publisher:
            owner = trigger.head_repository.partition("/")[0]
            pull = pull_of_run(trigger, publisher.client.pull_candidates(owner, trigger.head_ref))
            if report.head_sha != trigger.head_sha:
                raise DeliveryError("The journal is about another commit than the run that made it; nothing was published.")
            report = replace(report, diff=diff_of(publisher.client.pull_files(pull.number)))
            target = replace(runner, trigger=replace(trigger, pull_number=pull.number, base_ref=pull.base_ref))
        with _publisher(target, settings, journal) as publisher:
            return _hand_over(target, settings, report, publisher, folder, journal, out)


def _foreign_report(workspace: Path, settings: Settings) -> Report:
    """The report that a journal of another run tells of, judged anew."""
    import os

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
    conclusion, exit_code = conclude(report.verdicts, bool(report.incomplete))
    return replace(report, conclusion=conclusion, exit_code=exit_code)


def _hand_over(
    runner: Runner,
    settings: Settings,
    report: Report,
    publisher: Publisher | None,
    folder: OutputFolder,
    journal: Journal,
    out: TextIO,
) -> int:
    """Files, what goes to GitHub, log, job summary and outputs. A failed delivery is said and changes no exit code."""
    from sentinel import action
    from sentinel.publish.wire import record
    from sentinel.publish.workflow import write_outputs, write_step_summary
    from sentinel.report.summary import Medium, summary
    from sentinel.report.workflow import workflow

    files = {**_write_files(folder, settings, report), "journal": f"{folder.name}/{JOURNAL}"}
    for kind, data in record(report):
        journal.append(kind, data)
    if publisher is not None:
        report = replace(report, notices=(*report.notices, *_deliver(publisher, runner, settings, report)))
    if settings.annotations:
        out.write(workflow(report).text)
    if settings.summary and runner.summary_file is not None:
        with _verdict_stands(out):
            write_step_summary(runner.summary_file, summary(report, Medium.JOB).text)
    if runner.output_file is not None:
        with _verdict_stands(out):
            write_outputs(runner.output_file, action.outputs_of(report, files), action.random_word)
    out.flush()
    return report.exit_code


@contextmanager
def _verdict_stands(out: TextIO) -> Iterator[None]:
    """A file of the runner that cannot be written is said; it changes nothing of what was judged."""
    from sentinel.report.escape import command

    try:
        yield
    except DeliveryError as error:
        words = f"{error.diagnostics()}\nThe verdict stands. Look at the disk and the rights of the runner's command files."
        out.write(command("error", {"title": "MCP Sentinel"}, words) + "\n")


def _deliver(publisher: Publisher, runner: Runner, settings: Settings, report: Report) -> tuple[str, ...]:
    """Write the review, the summary comment and the check; answers what the reader of the job must know of it."""
    from sentinel.publish.publisher import Outgoing
    from sentinel.report.check import check
    from sentinel.report.review import fixed_body, review
    from sentinel.report.summary import Medium, summary

    remarks = review(report, settings.max_comments)
    commented = sum(len(comment.fingerprints) for comment in remarks.comments)
    told = (*report.verdicts, *(verdict for verdict, _ in report.suppressed))

    def render(lost: tuple[Comment, ...], notices: tuple[str, ...]) -> str:
        left = commented - sum(len(comment.fingerprints) for comment in lost)
        return summary(replace(report, notices=(*report.notices, *notices)), Medium.COMMENT, commented=left).text

    result = publisher.publish(
        Outgoing(
            comments=remarks.comments,
            review_body=remarks.text,
            live=frozenset(v.change.fingerprint for v in told if v.change.kind is not ChangeKind.FIXED),
            is_complete=not report.incomplete,
            render_sticky=render,
            check=check(report),
            fixed_body=lambda fingerprints: fixed_body(report, fingerprints),
            others=_subscribers(settings, report, runner.trigger),
        )
    )
    dead = tuple(f"{letter.delivery.kind} was not delivered: {letter.reason}" for letter in result.dead_letters)
    return (*result.notices, *dead)


def _subscribers(settings: Settings, report: Report, trigger: Trigger) -> tuple[tuple[Delivery, Channel], ...]:
    """Further sinks: the webhook, when there is one and something for it."""
    url = settings.webhook_url.get_secret_value()
    if not url:
        return ()
    from sentinel.publish.retry import Budget
    from sentinel.publish.webhook import Filter, WebhookChannel, news

    wanted = Filter(min_severity=settings.webhook_min_severity)
    delivery = news(report, wanted, repository=trigger.repository, pull_number=trigger.pull_number)
    budget = Budget(settings.publish_budget_seconds, time.monotonic, time.sleep)
    return ((delivery, WebhookChannel(url, budget, time.time)),) if delivery is not None else ()


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to say, and its exit code."""

    lines: tuple[str, ...]
    exit_code: int = 0


def publish_journal(path: Path, budget_seconds: int, environment: Mapping[str, str]) -> Outcome:
    """Deliver what a journal of our own still holds. Raises UsageError when the environment names no repository or token."""
    import os

    from sentinel.publish.journal import pending, resume
    from sentinel.publish.publisher import Publisher, PublishRequest

    token, repository = environment.get("GITHUB_TOKEN", ""), environment.get("GITHUB_REPOSITORY", "")
    if not token or not repository:
        raise UsageError("GITHUB_TOKEN and GITHUB_REPOSITORY are needed to publish", "Set both for this command.")
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}", "Give the journal.jsonl of a run.") from None
    journal, events, note = resume(handle, "publish", _now)
    started = next((event.data for event in events if event.kind is EventKind.RUN_STARTED), {})
    request = PublishRequest(
        token=token,
        repository=repository,
        head_sha=str(started.get("head", "")),
        pull_number=int(started.get("pull", 0)),
        api_url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        check_name=str(started.get("check", "MCP Sentinel")),
        budget_seconds=budget_seconds,
    )
    with Publisher(request, journal=journal, clock=time.monotonic, sleep=time.sleep, now=time.time) as publisher:
        result = publisher.deliver_pending(pending(iter(events)))
    os.close(handle)
    done = tuple(f"delivered: {kind}" for kind in result.delivered)
    dead = tuple(f"not delivered: {letter.delivery.kind}: {letter.reason}" for letter in result.dead_letters)
    notes = tuple(text for text in (note, *result.notices) if text)
    return Outcome((*notes, *done, *dead, *(() if done or dead else ("Nothing is left to deliver.",))), 1 if dead else 0)


def journal_lines(path: Path, what: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """The events of a journal as lines, or counted (`stats`), or as they come (`tail`). Raises UsageError, JournalError."""
    import json

    from sentinel.publish.journal import Reader, follow

    if what not in ("events", "stats", "tail"):
        raise UsageError(f"`{what}` is not something a journal can show", "Choose `events`, `stats` or `tail`.")
    unknown = [kind for kind in kinds if kind not in {known.value for known in EventKind}]
    if unknown:
        raise UsageError(f"there is no kind `{unknown[0]}`", f"Kinds are {', '.join(kind.value for kind in EventKind)}.")
    if not path.is_file():
        raise UsageError(f"{path} is no file", "Give the journal.jsonl of a run.")
    if what == "tail":
        yield from (_event_line(event, json.dumps) for event in follow(path, time.sleep) if not kinds or event.kind.value in kinds)
        return
    counts: dict[str, int] = {}
    with path.open("rb") as stream:
        reader = Reader(stream)
        for event in reader:
            if not kinds or event.kind.value in kinds:
                counts[event.kind.value] = counts.get(event.kind.value, 0) + 1
                if what == "events":
                    yield _event_line(event, json.dumps)
        if reader.note:
            yield reader.note
    if what == "stats":
        yield from (f"{count:8}  {kind}" for kind, count in sorted(counts.items()))


def _event_line(event: Event, dumps: Callable[[object], str]) -> str:
    return f"{event.sequence:6}  {event.time}  {event.kind.value:20}  {dumps(event.data)[:400]}"
