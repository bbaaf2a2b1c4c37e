"""What a unified patch says of lines: which may be commented, and where an old line went."""

import re
from dataclasses import dataclass

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class PatchLine:
    """One line of a hunk. Numbers are 1-based; position counts from the first `@@` line, which is 0."""

    hunk: int
    position: int
    mark: str
    old: int | None
    new: int | None


def patch_lines(patch: str | None) -> list[PatchLine]:
    """Return every content line of a patch in order."""
    lines: list[PatchLine] = []
    hunk = old = new = -1
    for position, text in enumerate((patch or "").split("\n")):
        if match := HUNK.match(text):
            hunk, old, new = hunk + 1, int(match[1]), int(match[3])
        elif text[:1] in ("+", "-", " ") and hunk >= 0:
            mark = text[0]
            lines.append(PatchLine(hunk, position, mark, None if mark == "+" else old, None if mark == "-" else new))
            old += mark != "+"
            new += mark != "-"
    return lines


def find_line(patch: str | None, line: int, side: str) -> PatchLine | None:
    """Return the patch line that a comment on this line and side would sit on."""
    for candidate in patch_lines(patch):
        if (candidate.old if side == "LEFT" else candidate.new) == line:
            return candidate
    return None


def find_position(patch: str | None, position: int) -> PatchLine | None:
    return next((line for line in patch_lines(patch) if line.position == position), None)


def hunk_until(patch: str, position: int) -> str:
    """Return a comment's `diff_hunk`: its hunk's header and the lines down to its own."""
    lines = patch.split("\n")[: position + 1]
    starts = [number for number, text in enumerate(lines) if HUNK.match(text)]
    return "\n".join(lines[starts[-1] :])


def moved_line(patch: str | None, line: int) -> int | None:
    """Return where a line of the old file is in the new file; None when the patch removed it."""
    shift = 0
    for candidate in patch_lines(patch):
        if candidate.old == line:
            return candidate.new
        if candidate.old is not None and candidate.old > line:
            break
        shift += (candidate.mark == "+") - (candidate.mark == "-")
    return line + shift
