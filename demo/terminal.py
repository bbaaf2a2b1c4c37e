"""The demo for a terminal: comments below the lines of the diff, the check, and what was written."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from demo import view
from demo.play import Played

_TITLES = {"opened": "The pull request is opened", "synchronize": "A second push: the shell is gone, an SQL text has come"}
_HIDDEN = re.compile(r"<!--.*?-->|</?details>|</?summary>|</?sub>", re.S)
_CONTEXT = 2
"""Lines shown around a line that has a comment."""


def show(console: Console, played: Played) -> None:
    """Print the state after a push."""
    stage = played.stages[-1]
    console.rule(Text(_TITLES[stage.name], "bold"))
    for file in view.files(played):
        console.print(Text(f"\n{file.path}", "bold cyan"))
        near = {n + d for n, line in enumerate(file.lines) if line.notes for d in range(-_CONTEXT, 1)}
        for number, line in enumerate(file.lines):
            if number in near:
                sign, style = ("+", "green") if line.is_added else (" ", "")
                console.print(Text(f"{line.number:5} {sign} {_visible(line.text)}", style))
            for note in line.notes:
                console.print(_box(note))
        for note in file.loose:
            console.print(_box(note))
    console.print(Text(f"\nCheck    {view.check(played)}", "bold"))
    console.print(Text(f"Exit     {stage.run.exit_code}"))
    console.print(Text(f"Wrote    {view.wrote(stage)}\n"))


def _box(note: view.Note) -> Padding:
    """The head of a comment: what a reader sees before unfolding."""
    text = _HIDDEN.sub("", note.body.partition("<details>")[0] if note.state == "open" else note.body.split("\n")[0])
    title = {"open": "", "outdated": "outdated", "folded": "folded away"}[note.state]
    return Padding(Panel(Markdown(text.strip()), title=title, width=100, border_style="dim"), (0, 0, 0, 8))


def _visible(text: str) -> str:
    """Characters that cannot be seen are shown as a mark."""
    return re.sub(r"[\U000e0000-\U000e007f]+", "\u2592", text)
