"""A comment is known again when the file of its finding was renamed between two pushes."""

import pytest

from sentinel.judge.fingerprint import fingerprint
from sentinel.publish.conversation import Thread
from sentinel.publish.renames import fingerprint_at, renamed

RULE, IDENTITY = "secrets/x", "1" * 32


@pytest.mark.parametrize("path", ["a.py", "folder/ä.py", "odd\udc80.py"])
def test_both_parts_compute_the_same_fingerprint(path: str) -> None:
    """`publish` may not import `judge`; the two agree all the same."""
    assert fingerprint(RULE, path, IDENTITY) == fingerprint_at(RULE, path, IDENTITY)


def speaking(number: int, path: str) -> tuple[Thread, frozenset[str]]:
    return Thread(f"t{number}", f"c{number}", path, 0, "", number=number), frozenset({fingerprint_at(RULE, path, IDENTITY)})


NEW = fingerprint_at(RULE, "new.py", IDENTITY)
OLD = fingerprint_at(RULE, "old.py", IDENTITY)


@pytest.mark.parametrize(
    ("threads", "live", "expected"),
    [
        pytest.param([speaking(1, "old.py")], {NEW}, {OLD: NEW}, id="its file was renamed"),
        pytest.param([speaking(1, "old.py")], {NEW, OLD}, {}, id="it was copied and still stands there"),
        pytest.param([speaking(1, "old.py"), speaking(2, "new.py")], {NEW}, {OLD: NEW}, id="the replacement stands already"),
        pytest.param([speaking(1, "new.py"), speaking(2, "old.py")], {NEW}, {}, id="there were two and the later is gone"),
        pytest.param([speaking(1, "other.py")], set(), {}, id="nothing is left of it"),
    ],
)
def test_the_same_finding_at_another_path_is_the_same(
    threads: list[tuple[Thread, frozenset[str]]], live: set[str], expected: dict[str, str]
) -> None:
    """Followed only from a path where it is gone, and never into a finding that was spoken of before."""
    identities = {NEW: (RULE, IDENTITY)} if NEW in live else {}
    assert expected == renamed(threads, frozenset(live), identities)
