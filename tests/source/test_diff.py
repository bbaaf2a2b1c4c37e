"""Patches and texts compared: which lines were added, where lines went, which file was renamed."""

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.report import DiffFile
from sentinel.source.diff import compare_texts, diff_file, line_differences, pair_renames

PATCH = "@@ -1,3 +1,4 @@ def f():\n a\n-b\n+B\n+C\n d\n@@ -10 +11,2 @@\n x\n+y"


def test_a_patch_yields_hunks_with_context_and_added_lines() -> None:
    """Hunks are head lines with context, added lines are those with a plus."""
    expected = DiffFile("f.py", "modified", "", ((1, 4), (11, 12)), frozenset({2, 3, 12}))
    assert expected == diff_file("f.py", "modified", PATCH)


def test_a_missing_final_newline_is_no_line() -> None:
    """The remark about a missing newline counts as no line of either side."""
    patch = "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file"
    assert DiffFile("f", "modified", "", ((1, 2),), frozenset({1, 2})) == diff_file("f", "modified", patch)


def test_carriage_returns_belong_to_their_line() -> None:
    """A CR LF file is split at LF only."""
    patch = "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r"
    assert DiffFile("f", "modified", "", ((1, 2),), frozenset({2})) == diff_file("f", "modified", patch)


def test_a_file_without_patch_has_no_commentable_line() -> None:
    """GitHub drops patches of large diffs without a word; such a file says so."""
    assert DiffFile("f", "modified", "", has_patch=False) == diff_file("f", "modified", None)


def test_a_pure_rename_that_is_known_to_be_equal_added_nothing() -> None:
    """A rename whose content is known to be the same has a patch: an empty one."""
    assert DiffFile("new", "renamed", "old") == diff_file("new", "renamed", None, "old", is_identical=True)


def test_a_deletion_leaves_no_head_line() -> None:
    """A hunk without head lines offers no place for a comment."""
    assert DiffFile("f", "removed") == diff_file("f", "removed", "@@ -1,2 +0,0 @@\n-a\n-b")


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param("@@ -1,2 +0,0 @@\n+x\n a", id="added lines where none were promised"),
        pytest.param("@@ -1,9 +1,999999999 @@\n+x", id="more lines promised than there are"),
        pytest.param("@@ -999999999999 +1 @@\n+x", id="a number past all bounds"),
        pytest.param("@@\n@@ -a +b @@\n\\\n", id="no header at all"),
    ],
)
def test_a_lying_patch_claims_no_line_that_it_does_not_hold(patch: str) -> None:
    """Lines exist only where the patch has text for them."""
    file = diff_file("f", "modified", patch)
    assert file.added <= {1} and all(last <= 1 for _, last in file.hunks)


TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "", "same", "same2"]), max_size=30).map(
    lambda lines: "".join(f"{line}\n" for line in lines).encode()
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_differences_pair_equal_lines_in_rising_order(old: bytes, new: bytes) -> None:
    """Every line that has a place in the head holds the same text there, and no two pairs cross."""
    old_lines, new_lines = old.split(b"\n")[:-1], new.split(b"\n")[:-1]
    moved = line_differences(old, new)
    assert moved is not None
    pairs = [(line, place) for line in range(1, len(old_lines) + 1) if (place := moved.get(line, line))]
    assert [old_lines[i - 1] for i, _ in pairs] == [new_lines[j - 1] for _, j in pairs]
    assert [j for _, j in pairs] == sorted({j for _, j in pairs})


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_maps_onto_itself(text: bytes) -> None:
    """Equal texts number their lines alike, whatever their endings, and add nothing."""
    assert {} == line_differences(text, text) == line_differences(text, text.replace(b"\n", b"\r\n"))
    assert DiffFile("f", "modified") == compare_texts("f", "modified", text, text)


@pytest.mark.parametrize("name", ["insertion", "deletion", "replacement", "at the ends"])
def test_compared_texts_say_what_git_says(name: str, tmp_path: Path) -> None:
    """Hunks and added lines equal those of git's own diff."""
    old = [f"line {n}\n" for n in range(1, 41)]
    new = {
        "insertion": [*old[:20], "new\n", *old[20:]],
        "deletion": [*old[:10], *old[12:]],
        "replacement": [*old[:5], "x\n", "y\n", *old[6:30], "z\n", *old[31:]],
        "at the ends": ["first\n", *old[1:], "last\n"],
    }[name]
    (tmp_path / "old").write_text("".join(old))
    (tmp_path / "new").write_text("".join(new))
    command = ["git", "diff", "--no-index", "--patience", "old", "new"]
    patch = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    expected = diff_file("new", "modified", patch[patch.index("@@ ") :])
    found = compare_texts("new", "modified", "".join(old).encode(), "".join(new).encode())
    assert (expected.hunks, expected.added) == (found.hunks, found.added)


def test_a_line_that_moved_is_found_and_one_from_the_base_is_not() -> None:
    """A merge commit's lines map to the head's; what only the base brought has no place there."""
    head = b"one\ntwo\nthree\n"
    merged = b"from base\none\ntwo\nfrom base too\nthree\n"
    expected = {1: 0, 2: 1, 3: 2, 4: 0, 5: 3}
    assert expected == line_differences(merged, head)


def test_differences_of_numbering_name_only_lines_that_moved_or_are_gone() -> None:
    """A line with the same number is left out, one that the head lacks is 0, and a text past the limit says nothing."""
    expected = {2: 0, 3: 2}
    assert expected == line_differences(b"one\nfrom base\ntwo\n", b"one\ntwo\n")
    assert line_differences(b"a\n" * 200_001, b"b\n") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"x\n" * 100_000, b"x\ny\n" * 50_000, id="the same line again and again"),
        pytest.param(
            b"".join(b"%d\n" % n for n in range(100_000)),
            b"".join(b"%d\n" % n for n in range(100_000, 0, -1)),
            id="reversed",
        ),
        pytest.param(b"a\n" * 9_000_000, b"b\n", id="more lines than are compared"),
    ],
)
def test_hostile_texts_are_compared_in_bounded_time(old: bytes, new: bytes) -> None:
    """No pair of texts makes the comparison quadratic."""
    start = time.process_time()
    line_differences(old, new)
    assert time.process_time() - start < 5


def test_renames_are_paired_one_to_one() -> None:
    """Equal content first and with the same file name preferred, then the most alike, and each file once."""
    body = b"".join(b"line %d\n" % n for n in range(10))
    changed = body.replace(b"line 3\n", b"line three\n")
    vanished = {"a/x.py": body, "b/y.py": body, "c.py": b"1\n2\n3\n4\n5\n", "d.py": b"other\n", "empty": b""}
    added = {
        "n/y.py": body,
        "n/z.py": changed,
        "n/c.py": b"1\n2\n3\n4\nfive\n",
        "n/d.py": b"nothing alike\n",
        "n/empty": b"",
    }
    expected = {"n/c.py": "c.py", "n/y.py": "b/y.py", "n/z.py": "a/x.py"}
    assert expected == pair_renames(vanished, added)


def test_texts_that_are_not_compared_have_no_patch() -> None:
    """Binary content and texts past the limit: nothing is commentable."""
    expected = DiffFile("f", "modified", has_patch=False)
    assert expected == compare_texts("f", "modified", b"a\0", b"b")
    assert expected == compare_texts("f", "modified", b"a\n" * 200_001, b"b")


def test_changes_close_together_share_a_hunk() -> None:
    """As in git, hunks whose context meets are one."""
    old = b"".join(b"%d\n" % n for n in range(1, 31))
    new = old.replace(b"\n10\n", b"\nten\n").replace(b"\n15\n", b"\nfifteen\n").replace(b"\n28\n", b"\n28\nmore\n")
    assert ((7, 18), (26, 31)) == compare_texts("f", "modified", old, new).hunks
