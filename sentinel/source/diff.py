"""Differences between texts: the lines a patch added, the lines of one text found again in another, and renamed files.

Patches come from a stranger's commit, so they are parsed by the counts of their hunk headers and nothing in them is
believed about files but their names. Comparing texts is bounded in work (`_Budget`): what a hostile pair of texts makes
dear to compare stays unmatched, and an unmatched line merely counts as added.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sentinel.model.expression import expression
from sentinel.model.report import DiffFile

CONTEXT_LINES = 3
"""Unchanged lines that git and GitHub show round a change."""
MOST_LINES = 200_000
"""Texts of more lines are not compared line by line; such a file is data, and no line of it is mapped."""
RENAME_SHARE = 0.6
"""Share of equal lines from which a vanished file and a new one are one file."""
_MOST_CELLS = 1_000_000
_MOST_CANDIDATES = 8
_COMMON_LINE = 32
"""A line that more vanished files hold says nothing about which of them was renamed."""
_HEADER = expression(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_STATUSES = {"added": "added", "copied": "added", "removed": "removed", "renamed": "renamed"}


class Block(NamedTuple):
    """`length` lines from `old` on in one text equal those from `new` on in the other; 0-based."""

    old: int
    new: int
    length: int


def diff_file(path: str, status: str, patch: str | None, previous_path: str = "", *, is_identical: bool = False) -> DiffFile:
    """A file of GitHub's list of files. `patch` is its field of that name, None when there is none.

    `is_identical` says that the content is known to be equal (a pure rename, a change of mode): then nothing was added.
    """
    kind = _STATUSES.get(status, "modified")
    if patch is None:
        return DiffFile(path, kind, previous_path, has_patch=is_identical or kind == "removed")
    hunks, added = _parse_hunks(patch.split("\n"))
    return DiffFile(path, kind, previous_path, hunks, added)


def compare_texts(path: str, status: str, old: bytes, new: bytes, previous_path: str = "") -> DiffFile:
    """The same as a patch between two texts would say, with three lines of context."""
    if b"\0" in old or b"\0" in new:
        return DiffFile(path, status, previous_path, has_patch=False)
    old_lines, new_lines = split_lines(old), split_lines(new)
    if len(old_lines) > MOST_LINES or len(new_lines) > MOST_LINES:
        return DiffFile(path, status, previous_path, has_patch=False)
    blocks = matching_blocks(old_lines, new_lines)
    kept = {block.new + n for block in blocks for n in range(block.length)}
    added = frozenset(n + 1 for n in range(len(new_lines)) if n not in kept)
    return DiffFile(path, status, previous_path, _hunks_of(blocks, len(old_lines), len(new_lines)), added)


def line_differences(tree: bytes, head: bytes) -> dict[int, int] | None:
    """1-based lines of the scanned tree that have another number in the head, with that number; 0: the head lacks the line.

    Empty when the texts number their lines alike. None when a text has more than `MOST_LINES` lines: nothing is known.
    """
    if tree == head:
        return {}
    tree_lines, head_lines = split_lines(tree), split_lines(head)
    if len(tree_lines) > MOST_LINES or len(head_lines) > MOST_LINES:
        return None
    blocks = matching_blocks(tree_lines, head_lines)
    found = {block.old + n + 1: block.new + n + 1 for block in blocks for n in range(block.length)}
    return {line: found.get(line, 0) for line in range(1, len(tree_lines) + 1) if found.get(line, 0) != line}


def split_lines(data: bytes) -> list[bytes]:
    """The lines without their endings (LF or CR LF); a final line ending opens no further line."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return lines


def matching_blocks(old: Sequence[bytes], new: Sequence[bytes]) -> list[Block]:
    """Equal stretches of two texts, in order in both, found by the lines that stand once in each (patience diff)."""
    budget = _Budget(64 * (len(old) + len(new)) + _MOST_CELLS)
    found: list[Block] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        old_start, old_end, new_start, new_end = todo.pop()
        head = _common_head(old, new, old_start, old_end, new_start, new_end)
        old_start, new_start = old_start + head, new_start + head
        tail = _common_tail(old, new, old_start, old_end, new_start, new_end)
        old_end, new_end = old_end - tail, new_end - tail
        found += [Block(old_start - head, new_start - head, head), Block(old_end, new_end, tail)]
        if old_start == old_end or new_start == new_end or not budget.spend(old_end - old_start + new_end - new_start):
            continue
        anchors = _anchors(old[old_start:old_end], new[new_start:new_end])
        if anchors:
            todo += _between(anchors, old_start, old_end, new_start, new_end)
            found += [Block(old_start + i, new_start + j, 1) for i, j in anchors]
        elif budget.spend((old_end - old_start) * (new_end - new_start)):
            pairs = _longest_common(old[old_start:old_end], new[new_start:new_end])
            found += [Block(old_start + i, new_start + j, 1) for i, j in pairs]
    return sorted(block for block in found if block.length)


def pair_renames(vanished: Mapping[str, bytes], added: Mapping[str, bytes]) -> dict[str, str]:
    """New path -> the vanished path it was renamed from, one to one: by equal content, then by 60 % equal lines."""
    pairs = _equal_files(vanished, added)
    taken = set(pairs.values())
    left = {path: data for path, data in vanished.items() if path not in taken}
    for _, _, old_path, new_path in sorted(_alike(left, {p: d for p, d in added.items() if p not in pairs})):
        if new_path not in pairs and old_path in left:
            pairs[new_path] = old_path
            del left[old_path]
    return dict(sorted(pairs.items()))


class _Budget:
    """A number of steps that may be spent."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int) -> bool:
        """Whether so many steps were left; they are spent then."""
        if steps > self._left:
            return False
        self._left -= steps
        return True


def _common_head(old: Sequence[bytes], new: Sequence[bytes], i: int, old_end: int, j: int, new_end: int) -> int:
    most = min(old_end - i, new_end - j)
    return next((n for n in range(most) if old[i + n] != new[j + n]), most)


def _common_tail(old: Sequence[bytes], new: Sequence[bytes], i: int, old_end: int, j: int, new_end: int) -> int:
    most = min(old_end - i, new_end - j)
    return next((n for n in range(most) if old[old_end - 1 - n] != new[new_end - 1 - n]), most)


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """Pairs of the lines that stand exactly once in each text, as many as keep the order of both."""
    old_counts, new_counts = Counter(old), Counter(new)
    places = {line: i for i, line in enumerate(old) if old_counts[line] == 1 == new_counts[line]}
    return _rising([(places[line], j) for j, line in enumerate(new) if line in places])


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs (given in order of the second) whose first also rises."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (first, _) in enumerate(pairs):
        at = bisect_left(tails, first)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [first]
        ends[at : at + 1] = [index]
    chosen: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _between(
    anchors: Sequence[tuple[int, int]], old_start: int, old_end: int, new_start: int, new_end: int
) -> Iterator[tuple[int, int, int, int]]:
    i, j = old_start, new_start
    for old_at, new_at in anchors:
        yield i, old_start + old_at, j, new_start + new_at
        i, j = old_start + old_at + 1, new_start + new_at + 1
    yield i, old_end, j, new_end


def _longest_common(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Index pairs of a longest common subsequence; len(old) * len(new) steps."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1


def _hunks_of(blocks: Sequence[Block], old_length: int, new_length: int) -> tuple[tuple[int, int], ...]:
    """Head lines (1-based, inclusive) round every change, with context; neighbours that touch are one."""
    hunks: list[tuple[int, int]] = []
    old_at = new_at = 0
    for block in (*blocks, Block(old_length, new_length, 0)):
        if (block.old, block.new) != (old_at, new_at):
            first, last = max(1, new_at + 1 - CONTEXT_LINES), min(new_length, block.new + CONTEXT_LINES)
            if hunks and first <= hunks[-1][1] + 1:
                first = hunks.pop()[0]
            hunks.append((first, last))
        old_at, new_at = block.old + block.length, block.new + block.length
    return tuple((first, last) for first, last in hunks if first <= last)


def _parse_hunks(lines: Iterable[str]) -> tuple[tuple[tuple[int, int], ...], frozenset[int]]:
    """The head lines of each hunk and the lines added, by the counts in the headers and as far as there are lines."""
    hunks: dict[int, int] = {}
    added: set[int] = set()
    first = at = old_left = new_left = 0
    for line in lines:
        if old_left <= 0 and new_left <= 0:
            header = _HEADER.match(line)
            if header:
                old_left, new_left = int(header[2] or 1), int(header[4] or 1)
                first = at = int(header[3])
        elif line.startswith("-"):
            old_left -= 1
        elif not line.startswith("\\"):
            hunks[first] = at
            if line.startswith("+"):
                added.add(at)
            else:
                old_left -= 1
            at, new_left = at + 1, new_left - 1
    return tuple((start, end) for start, end in hunks.items() if start), frozenset(added - {0})


def _equal_files(vanished: Mapping[str, bytes], added: Mapping[str, bytes]) -> dict[str, str]:
    """New path -> vanished path of equal content; the same file name is preferred. Empty files are nobody's twin."""
    by_content: defaultdict[bytes, list[str]] = defaultdict(list)
    for path, data in sorted(vanished.items()):
        if data:
            by_content[sha256(data).digest()].append(path)
    pairs: dict[str, str] = {}
    for path, data in sorted(added.items()):
        twins = by_content.get(sha256(data).digest(), [])
        if twins:
            pairs[path] = min(twins, key=lambda twin: (not _is_namesake(twin, path), twin))
            twins.remove(pairs[path])
    return pairs


def _alike(vanished: Mapping[str, bytes], added: Mapping[str, bytes]) -> Iterator[tuple[float, bool, str, str]]:
    """Candidates as (-share of equal lines, names differ, vanished path, new path): sorting puts the best first."""
    texts = {path: Counter(split_lines(data)) for path, data in vanished.items() if _is_text(data)}
    holders: defaultdict[bytes, list[str]] = defaultdict(list)
    for path, lines in sorted(texts.items()):
        for line in lines:
            holders[line].append(path)
    for new_path, data in sorted(added.items()):
        lines = Counter(split_lines(data)) if _is_text(data) else Counter()
        votes = Counter(p for line in lines if len(holders.get(line, ())) <= _COMMON_LINE for p in holders.get(line, ()))
        for old_path in sorted(votes, key=lambda path: (-votes[path], path))[:_MOST_CANDIDATES]:
            share = (texts[old_path] & lines).total() / max(texts[old_path].total(), lines.total())
            if share >= RENAME_SHARE:
                yield -share, not _is_namesake(old_path, new_path), old_path, new_path


def _is_text(data: bytes) -> bool:
    return b"\0" not in data and data.count(b"\n") <= MOST_LINES


def _is_namesake(one: str, other: str) -> bool:
    return one.rpartition("/")[2] == other.rpartition("/")[2]
