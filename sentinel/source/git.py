"""Objects of a checkout's repository, read without git: commits, trees, blobs, the index, and what changed between them.

dulwich parses pack indexes, trees and the index; the rest is done here because every size and depth must be bounded
before work is spent on it (an object of a hostile repository may unpack to gigabytes or refer to itself). Every object's
SHA-1 is compared with the name it was asked for. The one home of dulwich.
"""

from __future__ import annotations

import hashlib
import heapq
import mmap
import os
import re
import stat
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from sentinel.source.diff import pair_renames
from sentinel.source.gitfiles import GitError, GitFolder, find_git_folder

if TYPE_CHECKING:
    from dulwich.index import SerializedIndexEntry
    from dulwich.pack import PackIndex

MOST_OBJECT_BYTES = 64 * 1024 * 1024
MOST_INDEX_BYTES = 256 * 1024 * 1024
MOST_ENTRIES = 500_000
MOST_DEPTH = 128
MOST_CHAIN = 4096
_MOST_CHAIN_BYTES = 1024 * 1024 * 1024
MOST_PACKS = 1000
MOST_COMMITS = 100_000
_MOST_RENAME_BYTES = 1024 * 1024
_MOST_RENAME_FILES = 400
_CACHE_BYTES = 32 * 1024 * 1024
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_OFS_DELTA, _REF_DELTA = 6, 7
_SUBMODULE = 0o160000
_BROKEN = (AssertionError, KeyError, ValueError, IndexError, TypeError, OverflowError, EOFError, struct.error, zlib.error)
"""What dulwich's parsers raise over a broken file."""


class TreeEntry(NamedTuple):
    """A file, link or submodule in a tree."""

    mode: int
    sha: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, executable or not."""
        return stat.S_ISREG(self.mode)


@dataclass(frozen=True, slots=True)
class TreeChange:
    """A path that differs between two trees."""

    path: str
    status: str
    """added, modified, removed, renamed."""
    previous_path: str = ""
    old: TreeEntry | None = None
    new: TreeEntry | None = None


class GitRepository:
    """The repository of a working tree. Every method raises GitError when the objects are absent, broken or too large."""

    def __init__(self, folder: GitFolder) -> None:
        self._folder = folder
        self._objects = _Objects(folder)
        self._trees: dict[str, dict[str, TreeEntry]] = {}

    def head(self) -> str:
        """The commit that is checked out."""
        sha = self._folder.ref("HEAD")
        if sha is None:
            raise GitError("The repository has no commit yet.")
        return sha

    def has_commit(self, sha: str) -> bool:
        """Whether the commit itself is here and can be read."""
        try:
            return bool(self._commit(sha))
        except GitError:
            return False

    def resolve(self, name: str) -> str:
        """The commit that a user means: a SHA (7 digits or more), a (remote) branch, a tag, `@` or HEAD; `^`, `^2`, `~3` follow."""
        base, steps = re.fullmatch(r"(.*?)((?:\^\d{0,2}|~\d{0,5})*)", name, re.DOTALL).groups()  # type: ignore[union-attr]  # matches every text
        sha = self._peel(self._named("HEAD" if base in ("", "@") else base))
        for sign, count in re.findall(r"([\^~])(\d*)", steps):
            number = int(count) if count else 1
            for _ in range(number if sign == "~" else 1):
                parents = self.parents(sha)
                wanted = 0 if sign == "~" else number - 1
                if wanted >= len(parents):
                    raise GitError(f"{name}: the commit has no such parent here.")
                sha = parents[wanted] if wanted >= 0 else sha
        return sha

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents a commit names, even those that were not fetched."""
        return tuple(line[7:] for line in self._commit(commit) if line.startswith("parent "))

    def files(self, commit: str) -> Mapping[str, TreeEntry]:
        """Path -> entry of everything in the commit's tree: files, links and submodules, sorted by path."""
        tree = self._tree_of(commit)
        if tree not in self._trees:
            self._trees[tree] = dict(sorted(self._flatten(tree)))
        return self._trees[tree]

    def blob(self, commit: str, path: str, most: int = MOST_OBJECT_BYTES) -> bytes | None:
        """The content of a regular file at a commit; None when the commit has no such file, or it exceeds `most` bytes."""
        entry = self._entry(commit, path)
        return self.content(entry, most) if entry is not None and entry.is_file else None

    def holds(self, commit: str, path: str) -> bool:
        """Whether a commit has anything at the path: a file, a link, a folder, a submodule, or a link on the way to it."""
        at = path
        while at:
            entry = self._entry(commit, at)
            if entry is not None:
                return at == path or not stat.S_ISDIR(entry.mode)
            at = at.rpartition("/")[0]
        return False

    def _entry(self, commit: str, path: str) -> TreeEntry | None:
        tree, parts = self._tree_of(commit), path.split("/")
        for part in parts[:-1]:
            entry = self._children(tree).get(part)
            if entry is None or not stat.S_ISDIR(entry.mode):
                return None
            tree = entry.sha
        return self._children(tree).get(parts[-1])

    def content(self, entry: TreeEntry, most: int = MOST_OBJECT_BYTES) -> bytes | None:
        """The content of a file or the target of a link; None past `most` bytes."""
        data = self._objects.read(entry.sha, "blob")
        return data if len(data) <= most else None

    def changes(self, old: str, new: str) -> tuple[TreeChange, ...]:
        """What differs between the trees of two commits, sorted by path, renames paired. Submodules are left out."""
        pairs = [p for p in self._compare(self._tree_of(old), self._tree_of(new)) if _SUBMODULE not in _modes(p)]
        return self._with_renames([_change(*pair) for pair in pairs])

    def worktree_changes(self, commit: str, root: Path, paths: Iterable[str]) -> tuple[TreeChange, ...]:
        """What differs between a commit and the files on disk, sorted by path.

        `paths` are the regular files that a walk of `root` found; a path of the commit that it did not find counts as
        removed only when nothing is there any more. Line endings that a checkout turned into CR LF do not count. What a sparse
        checkout left out is as the index has it, changed or not, and never removed. The files of a submodule are those of the
        commit that the index names: all are the base's, or each is new.
        """
        files, left_out = self.files(commit), self.left_out()
        kept = self._kept_submodules(files)
        found = {path for path in paths if not kept or kept.isdisjoint(folders_above(path))}
        changes = [c for path in found if (c := self._worktree_change(root, path, files.get(path)))]
        gone = [path for path in {**files, **left_out} if path not in found and not os.path.lexists(root / path)]
        changes += [c for path in gone if (c := _change_of_absent(path, files.get(path), left_out.get(path)))]
        return tuple(sorted(changes, key=lambda change: change.path))

    def _kept_submodules(self, files: Mapping[str, TreeEntry]) -> frozenset[str]:
        """The folders of the submodules that the index has at the same commit as `files`."""
        theirs = {path: entry.sha for path, entry in files.items() if entry.mode == _SUBMODULE}
        if not theirs:
            return frozenset()
        ours = {_path_text(e.name): e.sha.decode("ascii", "replace") for e in self._index() if e.mode == _SUBMODULE}
        return frozenset(path for path, sha in theirs.items() if ours.get(path) == sha)

    def tracked(self) -> frozenset[str]:
        """The paths in the index: what git follows, whatever `.gitignore` says. Empty when there is no index."""
        return frozenset(_path_text(entry.name) for entry in self._index())

    def _index(self) -> list[SerializedIndexEntry]:
        from dulwich.index import UnsupportedIndexFormat, read_index

        data = self._folder.read("index", MOST_INDEX_BYTES, is_own=True)
        if data is None:
            return []
        try:
            stream = BytesIO(data)
            entries = list(read_index(stream))
            extensions = data[stream.tell() : -20]
        except (*_BROKEN, UnsupportedIndexFormat) as error:
            raise GitError("The repository's index cannot be read.") from error
        if b"link" in _signatures(extensions) or any(stat.S_ISDIR(entry.mode) for entry in entries):
            raise GitError("The repository's index is split or sparse and does not name every path.")
        return entries

    def left_out(self) -> dict[str, TreeEntry]:
        """What the index holds and a sparse checkout left out of the working tree; nothing where the index does not tell."""
        from dulwich.index import EXTENDED_FLAG_SKIP_WORKTREE

        try:
            if (self._folder.read("index", MOST_INDEX_BYTES, is_own=True) or b"")[4:8] in (b"", b"\0\0\0\2"):
                return {}  # the second version of the format, the usual one, has no such mark
            entries = [entry for entry in self._index() if entry.extended_flags & EXTENDED_FLAG_SKIP_WORKTREE]
        except GitError:
            return {}
        kept = {_path_text(entry.name): TreeEntry(entry.mode, entry.sha.decode("ascii", "replace")) for entry in entries}
        return {path: entry for path, entry in kept.items() if {"", ".."}.isdisjoint(path.split("/"))}

    def merge_base(self, one: str, other: str) -> str | None:
        """The youngest commit that both descend from; None when the history here shows none."""
        ours = set(self._ancestors(one))
        return next((sha for sha in self._ancestors(other) if sha in ours), None)

    def close(self) -> None:
        """Let go of the packs. They are opened anew when something is asked again."""
        self._objects.close()

    def __enter__(self) -> GitRepository:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ancestors(self, commit: str) -> Iterator[str]:
        """The commit and what it descends from as far as it is here, the youngest first, at most MOST_COMMITS."""
        seen = {commit}
        todo = [(-self._time(commit), commit)]
        while todo and len(seen) <= MOST_COMMITS:
            sha = heapq.heappop(todo)[1]
            yield sha
            for parent in self.parents(sha):
                if parent not in seen and self.has_commit(parent):
                    seen.add(parent)
                    heapq.heappush(todo, (-self._time(parent), parent))

    def _time(self, commit: str) -> int:
        line = next((line for line in self._commit(commit) if line.startswith("committer ")), "")
        found = re.search(r"> (\d{1,12}) ", line + " ")
        return int(found.group(1)) if found else 0

    def _named(self, name: str) -> str:
        if re.fullmatch(r"[0-9a-f]{40}", name):
            return name
        for form in ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/origin/{}"):
            if sha := self._folder.ref(form.format(name)):
                return sha
        if re.fullmatch(r"[0-9a-f]{7,39}", name):
            return self._objects.expand(name)
        raise GitError("The repository has no such branch, tag or commit.", "Give a branch, a tag or a SHA that was fetched.")

    def _peel(self, sha: str) -> str:
        """The commit behind a tag object."""
        for _ in range(MOST_DEPTH):
            kind, data = self._objects.find(sha)
            if kind != "tag":
                return sha
            found = re.match(rb"object ([0-9a-f]{40})\n", data)
            if found is None:
                break
            sha = found.group(1).decode()
        raise GitError("The tag names no commit.")

    def _commit(self, sha: str) -> list[str]:
        """The header lines of a commit."""
        return self._objects.read(sha, "commit").partition(b"\n\n")[0].decode("utf-8", "replace").split("\n")

    def _tree_of(self, commit: str) -> str:
        found = re.fullmatch(r"tree ([0-9a-f]{40})", self._commit(commit)[0])
        if found is None:
            raise GitError("A commit of the repository names no tree.")
        return found.group(1)

    def _children(self, tree: str) -> dict[str, TreeEntry]:
        from dulwich.errors import ObjectFormatException
        from dulwich.objects import parse_tree

        try:
            entries = [
                (_path_text(name), mode, sha.decode()) for name, mode, sha in parse_tree(self._objects.read(tree, "tree"), 20)
            ]
        except (*_BROKEN, ObjectFormatException) as error:
            raise GitError("A tree of the repository cannot be read.") from error
        if any(name in ("", ".", "..") or "/" in name for name, _, _ in entries):
            raise GitError("A tree of the repository holds a name that is no file name.")
        return {name: TreeEntry(mode, sha) for name, mode, sha in entries}

    def _flatten(self, tree: str) -> Iterator[tuple[str, TreeEntry]]:
        return ((path, new) for path, _, new in self._compare("", tree) if new is not None)

    def _compare(self, old: str, new: str) -> Iterator[tuple[str, TreeEntry | None, TreeEntry | None]]:
        """(path, entry before, entry after) of what differs between two trees; "" is the empty tree."""
        todo: list[tuple[str, str, str, int]] = [("", old, new, 0)]
        count = 0
        while todo:
            prefix, one, other, depth = todo.pop()
            if one == other:
                continue
            before, after = (self._children(tree) if tree else {} for tree in (one, other))
            for name in sorted(before.keys() | after.keys()):
                entries = before.get(name), after.get(name)
                folders = [entry.sha if entry and stat.S_ISDIR(entry.mode) else "" for entry in entries]
                count += 1
                if count > MOST_ENTRIES or depth > MOST_DEPTH:
                    raise GitError("A tree of the repository is too large or too deep.")
                if any(folders):
                    todo.append((f"{prefix}{name}/", folders[0], folders[1], depth + 1))
                files = [entry if entry and not stat.S_ISDIR(entry.mode) else None for entry in entries]
                if files[0] != files[1]:
                    yield prefix + name, files[0], files[1]

    def _with_renames(self, changes: list[TreeChange]) -> tuple[TreeChange, ...]:
        added = {c.path: c for c in changes if c.status == "added" and c.new and c.new.is_file}
        removed = {c.path: c for c in changes if c.status == "removed" and c.old and c.old.is_file}
        pairs = self._pairs(removed, added)
        gone = set(pairs.values())
        kept = [c for c in changes if c.path not in pairs and c.path not in gone]
        renamed = [TreeChange(new, "renamed", old, removed[old].old, added[new].new) for new, old in pairs.items()]
        return tuple(sorted([*kept, *renamed], key=lambda change: change.path))

    def _pairs(self, removed: Mapping[str, TreeChange], added: Mapping[str, TreeChange]) -> dict[str, str]:
        """Renames by content, for as many files and bytes as the limits allow; past them a rename counts as a new file."""
        if not removed or not added or len(removed) > _MOST_RENAME_FILES or len(added) > _MOST_RENAME_FILES:
            return {}
        return pair_renames(
            {path: data for path, c in removed.items() if (data := self._content_or_none(c.old)) is not None},
            {path: data for path, c in added.items() if (data := self._content_or_none(c.new)) is not None},
        )

    def _content_or_none(self, entry: TreeEntry | None) -> bytes | None:
        with suppress(GitError):
            return self.content(entry, _MOST_RENAME_BYTES) if entry else None
        return None

    def _worktree_change(self, root: Path, path: str, entry: TreeEntry | None) -> TreeChange | None:
        if entry is None:
            return TreeChange(path, "added")
        try:
            handle = os.open(root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "rb") as file:
                data = file.read(MOST_OBJECT_BYTES + 1)
        except OSError:
            return TreeChange(path, "modified", old=entry)
        is_same = entry.sha in (blob_id(data), blob_id(data.replace(b"\r\n", b"\n")))
        return None if is_same and entry.is_file else TreeChange(path, "modified", old=entry)


def open_repository(root: Path, *, may_leave: bool = False) -> GitRepository:
    """The repository whose working tree is `root`. See `find_git_folder` for `may_leave` and errors."""
    return GitRepository(find_git_folder(root, may_leave=may_leave))


def folders_above(path: str) -> Iterator[str]:
    """The folders above a path, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path


def blob_id(data: bytes) -> str:
    """The name git gives to a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class _Objects:
    """The object database: loose objects and packs, in that order."""

    def __init__(self, folder: GitFolder) -> None:
        self._folder = folder
        self._packs: list[_Pack] | None = None
        self._cache = _Cache()

    def read(self, sha: str, wanted: str) -> bytes:
        """The content of an object of that kind."""
        kind, data = self.find(sha)
        if kind != wanted:
            raise GitError(f"An object of the repository is a {kind} where a {wanted} should be.")
        return data

    def find(self, sha: str) -> tuple[str, bytes]:
        """Kind and content of an object, whose name is checked."""
        cached = self._cache.get(sha)
        if cached is not None:
            return cached
        found = self._loose(sha) or self._packed(sha)
        if found is None:
            raise self._absent()
        header = f"{found[0]} {len(found[1])}\0".encode()
        if hashlib.sha1(header + found[1], usedforsecurity=False).hexdigest() != sha:
            raise GitError("An object of the repository is not what its name says.")
        self._cache.put(sha, found)
        return found

    def expand(self, start: str) -> str:
        """The full name of the one object that starts so."""
        found = {
            start[:2] + name for name in self._folder.names(f"objects/{start[:2]}", MOST_ENTRIES) if name.startswith(start[2:])
        }
        for pack in self._open_packs():
            found |= pack.expand(start)
        if len(found) != 1:
            raise GitError("The repository has no such commit, or several.", "Give more digits of the SHA.")
        return found.pop()

    def close(self) -> None:
        for pack in self._packs or ():
            pack.close()
        self._packs = None

    def _absent(self) -> GitError:
        """Alternates are never opened, but a clone that lives on them is told so."""
        if "alternates" in self._folder.names("objects/info", MOST_PACKS):
            cure = "Bring its objects here: `git repack -a -d`, then remove .git/objects/info/alternates."
            return GitError("Objects of the repository stand in another one, which is not followed (git clone --shared).", cure)
        return GitError("An object of the repository is not here.", "Fetch with a greater depth.")

    def _loose(self, sha: str) -> tuple[str, bytes] | None:
        data = self._folder.read(f"objects/{sha[:2]}/{sha[2:]}", MOST_OBJECT_BYTES)
        if data is None:
            return None
        header, _, content = _inflate(data, MOST_OBJECT_BYTES + 64).partition(b"\0")
        found = re.fullmatch(rb"(commit|tree|blob|tag) (\d{1,12})", header)
        if found is None or int(found.group(2)) != len(content):
            raise GitError("A loose object of the repository is broken.")
        return found.group(1).decode(), content

    def _packed(self, sha: str) -> tuple[str, bytes] | None:
        """Packs are tried in the order of their names; a delta's base is always in the same pack."""
        for pack in self._open_packs():
            offset = pack.offset(sha)
            if offset is not None:
                return self._resolve(pack, offset)
        return None

    def _resolve(self, pack: _Pack, offset: int) -> tuple[str, bytes]:
        """Walk a chain of deltas down to its base and apply them upwards."""
        deltas: list[bytes] = []
        spent = 0
        while True:
            kind, base, data = pack.entry(offset)
            if kind in _KINDS:
                found = _KINDS[kind], data
                break
            deltas.append(data)
            spent += len(data)
            if len(deltas) > MOST_CHAIN or spent > MOST_OBJECT_BYTES:
                raise GitError("A chain of deltas in the repository is too long.")
            if kind == _OFS_DELTA:
                offset = int(base)
                continue
            inside = pack.offset(str(base))
            if inside is None:
                raise GitError("A delta of the repository has no base.")
            offset = inside
        content, made = found[1], 0
        for delta in reversed(deltas):
            content = _apply_delta(content, delta)
            made += len(content)
            if made > _MOST_CHAIN_BYTES:
                raise GitError("A chain of deltas in the repository makes too much.")
        return found[0], content

    def _open_packs(self) -> list[_Pack]:
        if self._packs is None:
            names = self._folder.names("objects/pack", MOST_PACKS * 8)
            stems = [name.removesuffix(".idx") for name in names if name.endswith(".idx")]
            self._packs = [pack for stem in stems[:MOST_PACKS] if (pack := _open_pack(self._folder, f"objects/pack/{stem}"))]
        return self._packs


def _open_pack(folder: GitFolder, stem: str) -> _Pack | None:
    """A pack whose two files are here, else None. dulwich takes the index file over and closes it with the index."""
    from dulwich.object_format import SHA1
    from dulwich.pack import load_pack_index_file

    data_file = folder.open(f"{stem}.pack")
    if data_file is None:
        return None
    with ExitStack() as undo, data_file:
        index_file = folder.open(f"{stem}.idx")
        if index_file is None:
            return None
        undo.callback(index_file.close)
        try:
            data = mmap.mmap(data_file.fileno(), 0, access=mmap.ACCESS_READ)
            undo.callback(data.close)
            index = load_pack_index_file(f"{stem}.idx", index_file, SHA1)
        except (*_BROKEN, OSError) as error:
            raise GitError("A pack of the repository cannot be read.") from error
        undo.pop_all()
    return _Pack(index, data)


class _Pack:
    """One pack file and its index."""

    def __init__(self, index: PackIndex, data: mmap.mmap) -> None:
        self._index = index
        self._data = data

    def close(self) -> None:
        self._data.close()
        self._index.close()

    def offset(self, sha: str) -> int | None:
        """Where the object stands in the pack; None when it is not there."""
        try:
            return self._index.object_offset(bytes.fromhex(sha))  # type: ignore[arg-type]  # a NewType of bytes
        except KeyError:
            return None
        except _BROKEN as error:
            raise GitError("The index of a pack of the repository is broken.") from error

    def expand(self, start: str) -> set[str]:
        """Full names of objects that begin so; two are enough to know that there are several."""
        even = bytes.fromhex(start[: len(start) // 2 * 2])
        found: set[str] = set()
        for sha in self._index.iter_prefix(even):
            if sha.hex().startswith(start):
                found.add(sha.hex())
            if len(found) > 1:
                break
        return found

    def entry(self, offset: int) -> tuple[int, int | str, bytes]:
        """(kind, base, data) of the entry at an offset; the base is an offset or a SHA, "" for whole objects."""
        byte, at = self._byte(offset)
        kind, size, shift = (byte >> 4) & 7, byte & 15, 4
        while byte & 0x80:
            byte, at = self._byte(at)
            size |= (byte & 0x7F) << shift
            shift += 7
            if size > MOST_OBJECT_BYTES or shift > 70:
                raise GitError("An object of the repository is too large.")
        base: int | str = ""
        if kind == _OFS_DELTA:
            back, at = self._distance(at)
            base = offset - back
        elif kind == _REF_DELTA:
            base, at = self._data[at : at + 20].hex(), at + 20
        elif kind not in _KINDS:
            raise GitError("A pack of the repository holds an object of no known kind.")
        return kind, base, self._inflate_at(at, size)

    def _byte(self, at: int) -> tuple[int, int]:
        if not 0 <= at < len(self._data):
            raise GitError("A pack of the repository ends too early.")
        return self._data[at], at + 1

    def _distance(self, at: int) -> tuple[int, int]:
        byte, at = self._byte(at)
        value = byte & 0x7F
        while byte & 0x80:
            byte, at = self._byte(at)
            value = ((value + 1) << 7) | (byte & 0x7F)
            if value > len(self._data):
                break
        if not 0 < value <= len(self._data):
            raise GitError("A delta of the repository refers to nothing.")
        return value, at

    def _inflate_at(self, at: int, size: int) -> bytes:
        inflater = zlib.decompressobj()
        parts, left = [], size + 1
        try:
            while left > 0 and not inflater.eof:
                chunk = inflater.unconsumed_tail or self._data[at : at + 65536]
                if not chunk:
                    break
                at += 0 if inflater.unconsumed_tail else len(chunk)
                parts.append(inflater.decompress(chunk, left))
                left -= len(parts[-1])
        except zlib.error as error:
            raise GitError("An object of the repository cannot be unpacked.") from error
        data = b"".join(parts)
        if len(data) != size:
            raise GitError("An object of the repository has not the size it claims.")
        return data


class _Cache:
    """The objects read last, up to a number of bytes."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._size = 0

    def get(self, sha: str) -> tuple[str, bytes] | None:
        found = self._found.get(sha)
        if found is not None:
            self._found.move_to_end(sha)
        return found

    def put(self, sha: str, found: tuple[str, bytes]) -> None:
        self._found[sha] = found
        self._size += len(found[1])
        while self._size > _CACHE_BYTES:
            self._size -= len(self._found.popitem(last=False)[1][1])


def _apply_delta(base: bytes, delta: bytes) -> bytes:
    """The object that a delta makes of its base. Format: gitformat-pack, "Deltified representation"."""
    at = 0
    base_size, at = _delta_size(delta, at)
    size, at = _delta_size(delta, at)
    if base_size != len(base) or size > MOST_OBJECT_BYTES:
        raise GitError("A delta of the repository does not fit its base.")
    parts, made = [], 0
    while at < len(delta) and made <= size:
        part, at = _delta_part(base, delta, at)
        parts.append(part)
        made += len(part)
    if made != size:
        raise GitError("A delta of the repository makes an object of the wrong size.")
    return b"".join(parts)


def _delta_part(base: bytes, delta: bytes, at: int) -> tuple[bytes, int]:
    """One instruction: bytes copied from the base, or given in the delta itself."""
    command, at = delta[at], at + 1
    if not command & 0x80:
        return delta[at : at + command], at + command
    numbers = [0] * 7
    for bit in range(7):
        if command & (1 << bit):
            numbers[bit] = delta[at] if at < len(delta) else 0
            at += 1
    start = int.from_bytes(bytes(numbers[:4]), "little")
    length = int.from_bytes(bytes(numbers[4:]), "little") or 0x10000
    return base[start : start + length], at


def _delta_size(delta: bytes, at: int) -> tuple[int, int]:
    size = shift = 0
    while at < len(delta) and shift < 70:
        byte, at = delta[at], at + 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, at
    raise GitError("A delta of the repository is broken.")


def _inflate(data: bytes, most: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise GitError("A loose object of the repository cannot be unpacked.") from error
    if len(found) > most:
        raise GitError("An object of the repository is too large.")
    return found


def _signatures(extensions: bytes) -> Iterator[bytes]:
    """The four letters of each extension of an index. Format: gitformat-index, "Extensions"."""
    at = 0
    while at + 8 <= len(extensions):
        yield extensions[at : at + 4]
        at += 8 + int.from_bytes(extensions[at + 4 : at + 8], "big")


def _change_of_absent(path: str, old: TreeEntry | None, kept: TreeEntry | None) -> TreeChange | None:
    """The change of a path where nothing stands: removed, unless a sparse checkout left out what the index keeps of it."""
    if old is None:
        return TreeChange(path, "added")
    if old.mode == _SUBMODULE or (kept is not None and kept.sha == old.sha):
        return None
    return TreeChange(path, "removed" if kept is None else "modified", old=old)


def _change(path: str, old: TreeEntry | None, new: TreeEntry | None) -> TreeChange:
    status = "added" if old is None else "removed" if new is None else "modified"
    return TreeChange(path, status, "", old, new)


def _modes(pair: tuple[str, TreeEntry | None, TreeEntry | None]) -> set[int]:
    return {entry.mode for entry in pair[1:] if entry is not None}


def _path_text(name: bytes) -> str:
    """A path as the rest of the program spells it: bytes that are not UTF-8 survive as surrogates, as `os.fsdecode` leaves them."""
    return name.decode("utf-8", "surrogateescape")
