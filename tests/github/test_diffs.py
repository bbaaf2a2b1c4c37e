"""Lines of a patch are counted as git counts them."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from tests.github.diffs import find_line, hunk_until, moved_line, patch_lines

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=30)
PATCH = "@@ -1,3 +1,4 @@\n one\n-two\n+2\n+3\n three\n@@ -20 +21 @@ def f():\n-old\n+new\n\\ No newline at end of file"


def patch_of(old: list[str], new: list[str]) -> str:
    made = difflib.unified_diff([f"{line}\n" for line in old], [f"{line}\n" for line in new])
    return "".join(list(made)[2:]).rstrip("\n")


def test_patch_lines_have_numbers_positions_and_hunks() -> None:
    """Numbers run on each side, positions over the whole patch with its headers."""
    found = [(line.hunk, line.position, line.mark, line.old, line.new) for line in patch_lines(PATCH)]
    assert found == [
        (0, 1, " ", 1, 1), (0, 2, "-", 2, None), (0, 3, "+", None, 2), (0, 4, "+", None, 3), (0, 5, " ", 3, 4),
        (1, 7, "-", 20, None), (1, 8, "+", None, 21),
    ]  # fmt: skip


def test_hunk_ends_at_the_line() -> None:
    """A comment's hunk begins at its own hunk's header."""
    assert hunk_until(PATCH, 7) == "@@ -20 +21 @@ def f():\n-old"


@given(LINES, LINES)
def test_moved_line_is_the_same_line(old: list[str], new: list[str]) -> None:
    """A line that is still there has the same text at its new number, and order is kept."""
    moved = [moved_line(patch_of(old, new), number) for number in range(1, len(old) + 1)]
    kept = [(old[at], new[number - 1]) for at, number in enumerate(moved) if number is not None]
    numbers = [number for number in moved if number is not None]
    assert [one for one, _ in kept] == [other for _, other in kept]
    assert numbers == sorted(set(numbers))


@given(LINES, LINES)
def test_every_line_of_a_patch_is_found(old: list[str], new: list[str]) -> None:
    """Each line of a patch can be commented by its number and side."""
    patch = patch_of(old, new)
    for line in patch_lines(patch):
        side, number = ("LEFT", line.old) if line.new is None else ("RIGHT", line.new)
        assert number is not None
        assert find_line(patch, number, side) == line
