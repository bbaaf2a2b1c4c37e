"""What the commands write on a terminal or into a pipe: nothing in it is more than text to either, or to a runner's log."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

from sentinel.report.escape import log_line, log_text, terminal

if TYPE_CHECKING:
    from sentinel.review import Progress

PIPE_WIDTH = 120
_WIDEST = 140


def say(line: str) -> None:
    """A line on standard output."""
    sys.stdout.write(log_line(terminal(line)) + "\n")


def remark(line: str) -> None:
    """A line on standard error, beside what was asked for."""
    sys.stderr.write(log_line(terminal(line)) + "\n")


def print_text(text: str) -> None:
    """A text of a reporter that made it fit to be shown."""
    sys.stdout.write(log_text(text))


def print_data(text: str) -> None:
    """JSON; it means the same as before."""
    _write_utf8(text.replace("##[", "#\\u0023["))


def print_html(text: str) -> None:
    """HTML; it means the same as before."""
    _write_utf8(text.replace("##[", "#&#35;["))


def _write_utf8(text: str) -> None:
    """Data is in UTF-8 (RFC 8259, section 8.1), whatever the terminal speaks."""
    sys.stdout.flush()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def print_json(value: object) -> None:
    """A value as JSON in ASCII."""
    import json

    print_data(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


def is_coloured() -> bool:
    """Colour for a terminal only, and never with NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to write in."""
    from shutil import get_terminal_size

    return min(get_terminal_size((PIPE_WIDTH, 24)).columns, _WIDEST) if sys.stdout.isatty() else PIPE_WIDTH


def print_json_line(value: object) -> None:
    """A value as JSON in ASCII on one line."""
    import json

    print_data(json.dumps(value, ensure_ascii=True) + "\n")


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Progress | None]:
    """A progress bar on a terminal's standard error; nothing in a pipe."""
    if quiet or not sys.stderr.isatty() or os.environ.get("CI"):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scan", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
