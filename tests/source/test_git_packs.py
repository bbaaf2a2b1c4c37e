"""Packs made by hand: deltas of both kinds come out right, and bombs, cycles and lies are refused in time."""

import struct
import time
import zlib
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest

from sentinel.source.git import MOST_OBJECT_BYTES, GitRepository, TreeEntry, open_repository
from sentinel.source.gitfiles import GitError

BLOB, OFS_DELTA, REF_DELTA = 3, 6, 7


def name_of(kind: str, content: bytes) -> str:
    return sha1(f"{kind} {len(content)}\0".encode() + content).hexdigest()


def size_bytes(size: int) -> bytes:
    """A size as deltas hold it: seven bits a byte, the lowest first."""
    out = b""
    while size > 0x7F:
        out += bytes([size & 0x7F | 0x80])
        size >>= 7
    return out + bytes([size])


def entry(kind: int, data: bytes, *, base: bytes = b"", claimed: int | None = None) -> bytes:
    """An entry of a pack: kind and size, the base of a delta, the data."""
    size = len(data) if claimed is None else claimed
    first, rest = size & 15, size >> 4
    header = bytes([kind << 4 | first | (0x80 if rest else 0)]) + (size_bytes(rest) if rest else b"")
    return header + base + zlib.compress(data)


def distance(value: int) -> bytes:
    """How far back the base of an OFS_DELTA stands."""
    out = bytes([value & 0x7F])
    while value := value >> 7:
        value -= 1
        out = bytes([0x80 | value & 0x7F]) + out
    return out


def copy(start: int, length: int) -> bytes:
    """The instruction that copies from the base."""
    return bytes([0x80 | 0x0F | 0x70]) + struct.pack("<I", start) + struct.pack("<I", length)[:3]


def delta(base_size: int, size: int, *instructions: bytes) -> bytes:
    return size_bytes(base_size) + size_bytes(size) + b"".join(instructions)


class Packs:
    """A repository whose only objects are in one pack that the test wrote."""

    def __init__(self, folder: Path) -> None:
        self._git = folder / ".git"
        (self._git / "objects/pack").mkdir(parents=True)
        self._opened: list[GitRepository] = []
        self._folder = folder

    def write(self, *entries: tuple[str, bytes]) -> None:
        """Write a pack of (object's name, entry), and its index."""
        data, places = struct.pack(">4sII", b"PACK", 2, len(entries)), {}
        for name, content in entries:
            places[name] = len(data)
            data += content
        data += sha1(data).digest()
        names = sorted(places)
        fan = b"".join(struct.pack(">I", sum(int(name[:2], 16) <= n for name in names)) for n in range(256))
        index = b"\377tOc" + struct.pack(">I", 2) + fan + b"".join(bytes.fromhex(name) for name in names)
        index += b"\0\0\0\0" * len(names) + b"".join(struct.pack(">I", places[name]) for name in names) + data[-20:]
        (self._git / "objects/pack/pack-1.pack").write_bytes(data)
        (self._git / "objects/pack/pack-1.idx").write_bytes(index + sha1(index).digest())

    def blob(self, name: str) -> bytes | None:
        self._opened.append(open_repository(self._folder))
        return self._opened[-1].content(TreeEntry(0o100644, name))

    def close(self) -> None:
        for repository in self._opened:
            repository.close()


@pytest.fixture
def packs(tmp_path: Path) -> Iterator[Packs]:
    made = Packs(tmp_path)
    yield made
    made.close()


BASE = b"0123456789" * 20
MADE = BASE[:50] + b"inserted" + BASE[100:]
DELTA = delta(len(BASE), len(MADE), copy(0, 50), bytes([8]) + b"inserted", copy(100, 100))


@pytest.mark.parametrize("kind", [OFS_DELTA, REF_DELTA])
def test_deltas_are_applied(packs: Packs, kind: int) -> None:
    """A base named by its distance or by its name makes the same object."""
    whole = entry(BLOB, BASE)
    base = distance(len(whole)) if kind == OFS_DELTA else bytes.fromhex(name_of("blob", BASE))
    packs.write((name_of("blob", BASE), whole), (name_of("blob", MADE), entry(kind, DELTA, base=base)))
    assert (BASE, MADE) == (packs.blob(name_of("blob", BASE)), packs.blob(name_of("blob", MADE)))


def refuse(packs: Packs, name: str, words: str) -> None:
    start = time.process_time()
    with pytest.raises(GitError, match=words):
        packs.blob(name)
    assert time.process_time() - start < 10


ONE, OTHER = "11" * 20, "22" * 20


def test_deltas_that_refer_to_each_other_end(packs: Packs) -> None:
    """A cycle is as long as a chain may be, and no longer."""
    packs.write(
        (ONE, entry(REF_DELTA, DELTA, base=bytes.fromhex(OTHER))), (OTHER, entry(REF_DELTA, DELTA, base=bytes.fromhex(ONE)))
    )
    refuse(packs, ONE, "too long")


def test_a_delta_without_a_base_is_refused(packs: Packs) -> None:
    """Its base must be in the same pack."""
    packs.write((ONE, entry(REF_DELTA, DELTA, base=bytes.fromhex(OTHER))))
    refuse(packs, ONE, "no base")


def test_a_delta_that_copies_without_end_is_refused(packs: Packs) -> None:
    """A few kilobytes of instructions would make hundreds of gigabytes."""
    base = bytes(0x100000)
    bomb = delta(len(base), MOST_OBJECT_BYTES, *[copy(0, 0xFFFFF)] * 100_000)
    whole = entry(BLOB, base)
    packs.write((name_of("blob", base), whole), (ONE, entry(OFS_DELTA, bomb, base=distance(len(whole)))))
    refuse(packs, ONE, "wrong size")


def test_a_chain_that_makes_too_much_is_refused(packs: Packs) -> None:
    """Each delta is within the limit, all together are not."""
    base = bytes(1 << 22)
    big = MOST_OBJECT_BYTES
    grow = delta(len(base), big, *[copy(0, 0x400000)] * (big >> 22))
    same = delta(big, big, *[copy(n << 22, 0x400000) for n in range(big >> 22)])
    entries, last = [(name_of("blob", base), entry(BLOB, base))], 0
    for number in range(20):
        last = len(entries[-1][1])
        entries.append((f"{number + 16:02x}" * 20, entry(OFS_DELTA, same if number else grow, base=distance(last))))
    packs.write(*entries)
    refuse(packs, entries[-1][0], "makes too much")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(entry(BLOB, b"x", claimed=5), "size it claims", id="claims more than it holds"),
        pytest.param(entry(BLOB, b"x" * 50, claimed=5), "size it claims", id="holds more than it claims"),
        pytest.param(entry(BLOB, b"x", claimed=1 << 40), "too large", id="claims a terabyte"),
        pytest.param(entry(5, b"x"), "no known kind", id="an unknown kind"),
        pytest.param(b"\xb0" + b"\x80" * 5000, "too large", id="a size without end"),
        pytest.param(b"\x31not deflated", "cannot be unpacked", id="no deflated data"),
        pytest.param(entry(OFS_DELTA, DELTA, base=distance(1 << 30)), "refers to nothing", id="a base before the pack"),
        pytest.param(entry(OFS_DELTA, DELTA, base=b"\x00"), "refers to nothing", id="a base that is itself"),
        pytest.param(entry(OFS_DELTA, DELTA, base=b"\xff" * 3000 + b"\x01"), "refers to nothing", id="a distance without end"),
        pytest.param(entry(OFS_DELTA, b"\xff" * 30, base=distance(12)), "ends too early|no known kind|broken", id="a broken delta"),
    ],
)
def test_a_lying_entry_is_refused(packs: Packs, made: bytes, words: str) -> None:
    """Sizes, kinds and distances are checked before anything is spent on them."""
    packs.write((ONE, made))
    refuse(packs, ONE, words)


def test_a_delta_for_another_base_is_refused(packs: Packs) -> None:
    """The base's size is part of the delta."""
    whole = entry(BLOB, BASE + b"x")
    packs.write((name_of("blob", BASE + b"x"), whole), (ONE, entry(OFS_DELTA, DELTA, base=distance(len(whole)))))
    refuse(packs, ONE, "does not fit its base")


def test_a_pack_without_its_index_is_passed_over(packs: Packs, tmp_path: Path) -> None:
    """What cannot be looked up is not there."""
    packs.write((name_of("blob", BASE), entry(BLOB, BASE)))
    (tmp_path / ".git/objects/pack/pack-1.pack").unlink()
    refuse(packs, name_of("blob", BASE), "not here")


def test_a_kind_that_was_not_asked_for_is_refused(packs: Packs) -> None:
    """A commit in the place of a file is no file."""
    text = b"tree " + b"0" * 40 + b"\n"
    packs.write((name_of("commit", text), entry(1, text)))
    refuse(packs, name_of("commit", text), "a commit where a blob should be")
