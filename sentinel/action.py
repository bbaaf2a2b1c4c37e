"""A run on GitHub: what the runner hands over, read once, and what the runner gets back. `app.run_action` is its straight line."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from sentinel.errors import ScanError, UsageError
from sentinel.model.finding import ChangeKind
from sentinel.model.report import Report
from sentinel.publish.events import Trigger, read_trigger
from sentinel.settings import Settings, build, inputs_of

_MOST_EVENT_BYTES = 32 << 20
_PROGRESS_SECONDS = 10.0


class Cancelled(BaseException):
    """The job was cancelled: the runner sent SIGTERM and will wait some seconds only."""


@dataclass(frozen=True)
class Runner:
    """What the runner says of the run."""

    workspace: Path
    trigger: Trigger
    run_id: str
    """Run and attempt as one plain word."""
    api_url: str
    server_url: str
    output_file: Path | None
    summary_file: Path | None
    given: Mapping[str, str] = field(repr=False)
    """The action's inputs by name; holds the token."""


def read_runner(environment: Mapping[str, str]) -> Runner:
    """Read the environment and the event file. Raises UsageError naming the variable that is missing or wrong."""
    event = _event(_file(environment, "GITHUB_EVENT_PATH"))
    trigger = read_trigger(
        _variable(environment, "GITHUB_EVENT_NAME"),
        event,
        sha=environment.get("GITHUB_SHA", ""),
        ref=environment.get("GITHUB_REF", ""),
    )
    run = f"{environment.get('GITHUB_RUN_ID', 'local')}-{environment.get('GITHUB_RUN_ATTEMPT', '1')}"
    return Runner(
        workspace=_file(environment, "GITHUB_WORKSPACE"),
        trigger=trigger,
        run_id=re.sub(r"[^A-Za-z0-9_.-]", "-", run)[:60],
        api_url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        server_url=environment.get("GITHUB_SERVER_URL") or "https://github.com",
        output_file=_optional(environment, "GITHUB_OUTPUT"),
        summary_file=_optional(environment, "GITHUB_STEP_SUMMARY"),
        given=inputs_of(environment),
    )


def _variable(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise UsageError(f"the variable {name} is not set", "Run this as a GitHub Action; on a desktop use `sentinel scan`.")
    return value


def _file(environment: Mapping[str, str], name: str) -> Path:
    path = Path(_variable(environment, name))
    if not path.exists():
        raise UsageError(f"{name} names nothing that exists", "Run this as a GitHub Action; on a desktop use `sentinel scan`.")
    return path


def _optional(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "")
    return Path(value) if value else None


def _event(path: Path) -> object:
    try:
        if path.stat().st_size > _MOST_EVENT_BYTES:
            raise UsageError("the event payload is too large to be one", "GITHUB_EVENT_PATH must name the runner's event file.")
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise UsageError("the event payload cannot be read", "GITHUB_EVENT_PATH must name the runner's event file.") from None


def folder_of(runner: Runner, settings: Settings) -> str:
    """The folder to scan, relative to the workspace, empty for all of it. It never lies behind a link.

    Raises UsageError when there is no such folder.
    """
    parts = [part for part in settings.working_directory.replace("\\", "/").split("/") if part not in ("", ".")]
    folder = runner.workspace
    for part in parts:
        folder = folder / part
        if part == ".." or folder.is_symlink() or not folder.is_dir():
            raise UsageError(
                "input `working-directory` names no folder inside the workspace",
                "Give a path relative to the workspace, without links and without `..`.",
            )
    return "/".join(parts)


def refuse_empty(workspace: Path) -> None:
    """Raises ScanError when nothing was checked out, so that no check is green for a scan that did not happen."""
    if all(path.name.startswith((".git", ".sentinel-out-")) and path.name != ".github" for path in workspace.iterdir()):
        raise ScanError("The workspace is empty, so there is nothing to scan.", "Put `actions/checkout` before this step.")


def settings_before_trust(runner: Runner) -> Settings:
    """The settings that the workflow alone decides: mode, folders, token. Raises UsageError for a bad input."""
    return build(runner.given)


def outputs_of(report: Report, files: Mapping[str, str]) -> dict[str, str]:
    """The action's outputs, in the order of `action.yml`."""
    return {
        "conclusion": report.conclusion.value,
        "new-findings": str(len(report.of(ChangeKind.NEW))),
        "fixed-findings": str(len(report.of(ChangeKind.FIXED))),
        "known-findings": str(len(report.of(ChangeKind.KNOWN))),
        "sarif-file": files.get("sarif", ""),
        "report-file": files.get("report", ""),
        "journal-file": files.get("journal", ""),
    }


@contextmanager
def cancellation() -> Iterator[None]:
    """SIGTERM becomes Cancelled, once: what is done about it must not be interrupted again."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Cancelled

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def log_progress(out: TextIO, clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """Says how far the scan is, every ten seconds; a short scan says nothing."""
    last = clock()

    def progress(done: int, total: int) -> None:
        nonlocal last
        if clock() - last >= _PROGRESS_SECONDS:
            last = clock()
            out.write(f"{done} of {total} files\n")
            out.flush()

    return progress


def random_word() -> str:
    """A delimiter nobody can foresee."""
    return f"sentinel_{os.urandom(16).hex()}"
