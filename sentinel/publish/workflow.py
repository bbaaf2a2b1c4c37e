"""What the runner reads of a step: outputs, the job summary, and files left in the workspace.

The workspace is hostile, so files are made by directory handle with O_EXCL and O_NOFOLLOW: a link that waits there is
never followed, a file never overwritten. Limits are the runner's own (actions/runner, `ExecutionContext.cs` and
`FileCommandManager.cs`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from sentinel.errors import DeliveryError
from sentinel.report import escape

MOST_SUMMARY_BYTES = 1024 * 1024
"""A job summary beyond this is dropped whole."""
FOLDER_PREFIX = ".sentinel-out-"
_FOLDER_TRIES = 32
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_HAS_HANDLES = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd


def write_outputs(file: Path, outputs: Mapping[str, str], make_delimiter: Callable[[], str]) -> None:
    """Append the step's outputs to the file GITHUB_OUTPUT. `make_delimiter` answers a new random word each time.

    Raises DeliveryError when the file cannot be written.
    """
    entries = "".join(escape.output_entry(name, value, make_delimiter()) for name, value in outputs.items())
    _append(file, entries.encode("utf-8", "backslashreplace"))


def write_step_summary(file: Path, markdown: str) -> bool:
    """Append Markdown to the file GITHUB_STEP_SUMMARY; False when it had to be cut to keep the runner's limit.

    Raises DeliveryError when the file cannot be written.
    """
    try:
        room = MOST_SUMMARY_BYTES - (file.stat().st_size if file.exists() else 0)
    except OSError as error:
        raise _cannot_write(file, error) from None
    data = (markdown.rstrip("\n") + "\n").encode("utf-8", "replace")
    is_whole = len(data) <= room
    if not is_whole:
        data = _cut(data, room)
    if data:
        _append(file, data)
    return is_whole


class OutputFolder:
    """A fresh folder `.sentinel-out-<run id>` in the workspace for the run's files; the scan never looks into such folders.

    Raises DeliveryError when no fresh folder can be made.
    """

    def __init__(self, workspace: Path, run_id: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", run_id):
            raise ValueError("a run id is a plain word")
        self._workspace = workspace
        self._root = _open_folder(workspace)
        try:
            self.name = self._make(f"{FOLDER_PREFIX}{run_id}")
            self._handle = _open_folder(workspace / self.name, self._root, self.name)
        except BaseException:
            _close(self._root)
            raise

    def _make(self, wanted: str) -> str:
        """Make the folder; a second use in the same run gets a number. A name that exists is never used."""
        for number in range(1, _FOLDER_TRIES + 1):
            name = wanted if number == 1 else f"{wanted}-{number}"
            try:
                if self._root is None:
                    os.mkdir(self._workspace / name, 0o755)
                else:
                    os.mkdir(name, 0o755, dir_fd=self._root)
            except FileExistsError:
                continue
            except OSError as error:
                raise _cannot_write(self._workspace, error) from None
            return name
        raise DeliveryError(
            f"Every name from {wanted} on is taken in the workspace.", "Remove such files or folders before this step."
        )

    def open_new(self, name: str) -> int:
        """A handle for writing and reading a new file of that plain name; the caller closes it."""
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}", name):
            raise ValueError("a file of ours has a plain name")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NOFOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        try:
            if self._handle is None:
                return os.open(self._workspace / self.name / name, flags, 0o644)
            return os.open(name, flags, 0o644, dir_fd=self._handle)
        except OSError as error:
            raise _cannot_write(Path(self.name, name), error) from None

    def write(self, name: str, data: bytes) -> str:
        """Write a new file; answers its path relative to the workspace, with forward slashes."""
        handle = self.open_new(name)
        try:
            _write_all(handle, data)
        except OSError as error:
            raise _cannot_write(Path(self.name, name), error) from None
        finally:
            os.close(handle)
        return f"{self.name}/{name}"

    def close(self) -> None:
        """Let go of the handles; what was written stays."""
        _close(self._handle)
        _close(self._root)
        self._handle = self._root = None

    def __enter__(self) -> OutputFolder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _cut(data: bytes, room: int) -> bytes:
    """The paragraphs that fit, and a closing sentence; nothing when not even that fits."""
    closing = b"\n\nThe rest did not fit into the job summary; the report files hold all of it.\n"
    if room <= len(closing):
        return b""
    kept = data[: room - len(closing)]
    return kept[: max(kept.rfind(b"\n\n"), 0)] + closing


def _append(file: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NOFOLLOW | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(file, flags, 0o644)
        try:
            _write_all(handle, data)
        finally:
            os.close(handle)
    except OSError as error:
        raise _cannot_write(file, error) from None


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _open_folder(path: Path, parent: int | None = None, name: str = "") -> int | None:
    """A handle of a folder that is not a link; None where the system has no such handles."""
    if not _HAS_HANDLES:
        if path.is_symlink():
            raise DeliveryError("The folder for the run's files is a link.")
        return None
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    try:
        return os.open(path, flags) if parent is None else os.open(name, flags | _NOFOLLOW, dir_fd=parent)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _close(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


def _cannot_write(file: Path, error: OSError) -> DeliveryError:
    return DeliveryError(f"{file.name} cannot be written: {error.strerror or type(error).__name__}.")
