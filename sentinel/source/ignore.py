"""Patterns in the syntax of .gitignore (https://git-scm.com/docs/gitignore), whoever wrote them: read as git reads them, and
matched in a time that grows with the lengths of pattern and path, and with nothing else. A character is one of Unicode, not a byte.

A star is not matched by trying all of its lengths. Between two stars stands a piece of fixed width; each piece is looked for
from where the one before it ended, and the leftmost place is as good as any other. Folders between two `**` likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MOST_PATTERNS = 2_000
_MOST_CHARACTERS = 4_096
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\x09-\x0d\x20",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""What POSIX calls a class of characters, as `re` writes it."""


class _Glob(NamedTuple):
    """A pattern of one name: pieces of fixed width with a star between each two."""

    pieces: tuple[re.Pattern[str], ...]
    widths: tuple[int, ...]

    def matches(self, name: str) -> bool:
        """Whether it matches the whole name."""
        pieces, widths = self.pieces, self.widths
        if len(pieces) == 1:
            return pieces[0].fullmatch(name) is not None
        last, at = len(name) - widths[-1], widths[0]
        if last < at or pieces[0].match(name) is None or pieces[-1].match(name, last) is None:
            return False
        for piece in pieces[1:-1]:
            found = piece.search(name, at)
            if found is None:
                return False
            at = found.end()
        return at <= last


class _Pattern(NamedTuple):
    """One line."""

    runs: tuple[tuple[_Glob, ...], ...]
    """Globs of names that follow each other, with a `**` between each two runs."""
    is_negated: bool
    is_of_folders: bool
    ending: str
    """What the last name of a path that matches ends with."""

    def matches(self, names: Sequence[str]) -> bool:
        """Whether it matches the path made of these names."""
        runs = self.runs
        if len(runs) == 1:
            return len(names) == len(runs[0]) and _stands(runs[0], names, 0)
        last, at = len(names) - len(runs[-1]), len(runs[0])
        if last < at or not _stands(runs[0], names, 0) or not _stands(runs[-1], names, last):
            return False
        for run in runs[1:-1]:
            found = next((n for n in range(at, last - len(run) + 1) if _stands(run, names, n)), None)
            if found is None:
                return False
            at = found + len(run)
        return at <= last


def _stands(run: tuple[_Glob, ...], names: Sequence[str], at: int) -> bool:
    return all(glob.matches(names[at + n]) for n, glob in enumerate(run))


class Matcher:
    """Whether a path matches some lines; a folder is asked with a slash at its end. What lies in a matching folder matches.

    A line that is no pattern matches nothing, as in git. Of more lines than `MOST_PATTERNS` none does.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        patterns = [found for line in lines if (found := _read(line)) is not None]
        self._patterns = tuple(reversed(patterns)) if len(patterns) <= MOST_PATTERNS else ()
        self._folders: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        names = path.split("/")
        for n in range(1, len(names)):
            folder = "/".join(names[:n])
            known = self._folders.get(folder)
            if known is None:
                known = self._folders[folder] = self._decide(names[:n], is_folder=True)
            if known:
                return True
        return bool(names[-1]) and self._decide(names, is_folder=False)

    def _decide(self, names: Sequence[str], is_folder: bool) -> bool:
        """What the last line that matches says."""
        name = names[-1]
        for pattern in self._patterns:
            if not name.endswith(pattern.ending) or (pattern.is_of_folders and not is_folder):  # most lines end here
                continue
            if pattern.matches(names):
                return not pattern.is_negated
        return False


def fault_of(lines: Sequence[str]) -> str:
    """What is wrong with some lines, in words; empty when each can match something, or is empty or a comment."""
    if len(lines) > MOST_PATTERNS:
        return f"it may have {MOST_PATTERNS} entries"
    wrong = next((n for n, line in enumerate(lines, 1) if not _is_nothing(line) and _read(line) is None), 0)
    return f"entry {wrong} can match nothing; see `git help ignore` for what a pattern is" if wrong else ""


def _is_nothing(line: str) -> bool:
    return not line.strip(" ") or line.startswith("#")


def _read(line: str) -> _Pattern | None:
    """The pattern of a line; None when it can match nothing."""
    if _is_nothing(line) or len(line) > _MOST_CHARACTERS:
        return None
    is_negated = line.startswith("!")
    text = re.sub(r"(?<!\\) +\Z", "", line)[is_negated:]
    is_of_folders, text = text.endswith("/"), text.removesuffix("/")
    names = text.removeprefix("/").split("/")
    if "/" not in text:
        names = ["**", text.replace("**", "*")]
    runs: list[list[_Glob]] = [[]]
    for n, name in enumerate(names):
        if name == "**":
            runs.append([_ANY] if n == len(names) - 1 else [])
            continue
        glob = _glob(name)
        if glob is None:
            return None
        runs[-1].append(glob)
    ending = re.search(r"[^*?\[\]\\]*\Z", names[-1])
    return _Pattern(tuple(map(tuple, runs)), is_negated, is_of_folders, ending[0] if ending else "")


def _glob(name: str) -> _Glob | None:
    """The glob of one name; None when it can match nothing."""
    pieces: list[list[str]] = [[]]
    at = 0
    while at < len(name):
        unit, at = _unit(name, at)
        if unit == "*":
            pieces.append([])
        elif unit:
            pieces[-1].append(unit)
        else:
            return None
    if not name:
        return None
    compiled = tuple(re.compile("".join(units), re.DOTALL) for units in pieces)
    return _Glob(compiled, tuple(map(len, pieces)))


def _unit(name: str, at: int) -> tuple[str, int]:
    """(what matches one character as `re` writes it: a bare star for a star, nothing where nothing can match; where it ends)."""
    character = name[at]
    if character == "*":
        return "*", at + 1
    if character == "?":
        return ".", at + 1
    if character == "[":
        return _set(name, at + 1)
    if character == "\\":
        return re.escape(name[at + 1 : at + 2]), at + 2
    return re.escape(character), at + 1


_MEMBER = re.compile(r"\[:(?P<name>[a-z]*):\]|(?P<low>\\.|[^\\])(?:-(?P<high>\\.|[^\]\\]))?", re.DOTALL)


def _set(name: str, at: int) -> tuple[str, int]:
    """(a set of characters as `re` writes it, where it ends); the set begins behind its bracket."""
    is_inverted = name[at : at + 1] in ("!", "^")
    at = start = at + is_inverted
    members: list[str] = []
    while at < len(name) and (name[at] != "]" or at == start):
        found = _MEMBER.match(name, at)
        if found is None or (found["name"] is not None and found["name"] not in _CLASSES):
            return "", at
        members.append(_CLASSES[found["name"]] if found["name"] is not None else _range(found["low"][-1], found["high"]))
        at = found.end()
    if at >= len(name):
        return "", at
    return f"[{'^' if is_inverted else ''}{''.join(members)}]", at + 1


def _range(low: str, high: str | None) -> str:
    """The characters from one to another; the first alone when they stand the wrong way round, as in git."""
    return f"{re.escape(low)}-{re.escape(high[-1])}" if high is not None and low <= high[-1] else re.escape(low)


_ANY = _Glob((re.compile(""), re.compile("")), (0, 0))
