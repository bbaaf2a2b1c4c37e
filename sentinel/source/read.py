"""Bytes become Documents: opened without following links, bounded in size, transcoded where a byte order mark, the place of NULs or
a Python source's own declaration says so.

A file is opened relative to a handle of its folder, and each folder on the way without following links, so that a link put in
place while we read does not lead out of the tree.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass

from sentinel.model.document import (
    BINARY,
    LINK,
    PROGRAMS,
    SPECIAL,
    TOO_LARGE,
    TOO_LARGE_CHANGED,
    UNREADABLE,
    Document,
    Language,
    Role,
    Skip,
    SkipReason,
)
from sentinel.source.classify import classify, is_binary_name, is_known_text

_HEAD = 8_192
"""Bytes looked at to tell text from binary, the role of the file, and its first line."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte order marks; UTF-32's little-endian mark starts with UTF-16's and so comes first."""
_FIRST_OF_MARKS = frozenset(mark[:1] for mark, _ in _MARKS)
_UPPER, _SOME, _LOWER, _ODD = 0.9, 0.2, 0.15, 0.02
"""Shares of NULs among the bytes of one place of a character, and of characters that no text holds: see `_unmarked`."""
_CLAIMED = frozenset({Role.GENERATED, Role.MINIFIED})
"""What a file says of itself to be passed over; the diff under review is not taken at its word."""
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
"""What a file begins with that Git LFS keeps elsewhere. Format: git-lfs, docs/spec.md, which gives it less than 1,024 bytes."""
_LONGEST_POINTER = 1_024
_ACTING = frozenset({Role.INSTRUCTION, Role.AGENT_CONFIG, Role.MANIFEST, Role.LOCKFILE, Role.WORKFLOW})
_DECLARED = re.compile(rb"\A(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-_.a-zA-Z0-9]{1,40})")
"""PEP 263: in a comment of the first line, or of the second below a comment or nothing."""
_UNLIKE_ASCII = frozenset(
    "utf_7 unicode_escape raw_unicode_escape shift_jis shift_jis_2004 shift_jisx0213 cp932 cp949 cp950 big5 big5hkscs gbk gb2312 "
    "gb18030 johab hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr".split()
)
"""Encodings in which bytes that are ASCII alone are something else together: what looks like a comment there may be a statement."""
_HAS_HANDLES = os.open in os.supports_dir_fd
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE_FLAGS = _FLAGS | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting: to open a FIFO that nobody writes to would wait for ever."""
_FOLDER_FLAGS = _FLAGS | getattr(os, "O_DIRECTORY", 0)
_LINK_ERRORS = frozenset({errno.ELOOP, errno.EMLINK})
"""What opening a link without following it answers (EMLINK on FreeBSD)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes past which a file is not read, in bytes."""

    document: int = 16 << 20
    manifest: int = 32 << 20
    """For manifests and lock files, which linear parsers read."""


LIMITS = Limits()


def document_of(path: str, data: bytes, limits: Limits = LIMITS, is_changed: bool = False) -> Document | Skip:
    """The document with these bytes, or why it is none (binary, too large)."""
    head = data[:_HEAD]
    if head[:1] in _FIRST_OF_MARKS or b"\0" in head:
        data = _transcode(data)
        head = data[:_HEAD]
    language, roles = classify(path, head)
    if head.startswith(_POINTER) and len(data) < _LONGEST_POINTER:
        return _elsewhere(path, is_changed and (language in PROGRAMS or not _ACTING.isdisjoint(roles)))
    if language is Language.PYTHON:
        data = _as_declared(data)
    size = len(data)
    most = limits.manifest if Role.MANIFEST in roles or Role.LOCKFILE in roles else limits.document
    if size > most:
        return too_large(path, size, most, is_changed)
    if b"\0" in head and not is_known_text(path) and not head.startswith(b"#!"):
        return Skip(path, BINARY)
    return Document(path, data, language, roles - _CLAIMED if is_changed else roles, is_changed)


def too_large(path: str, size: int, most: int, is_changed: bool) -> Skip:
    """The Skip for a file past its limit."""
    return Skip(path, TOO_LARGE_CHANGED if is_changed else TOO_LARGE, f"{size} bytes, the limit is {most}")


def _elsewhere(path: str, is_missed: bool) -> Skip:
    """The Skip for a file of which only the pointer of Git LFS is here; what acts and is in the diff should have been looked at."""
    if is_binary_name(path):
        return Skip(path, BINARY)
    return Skip(path, TOO_LARGE_CHANGED if is_missed else TOO_LARGE, "kept in Git LFS: only its pointer is in the checkout")


def _as_declared(data: bytes) -> bytes:
    """A Python source in UTF-8 that says of itself to be in an encoding which is not ASCII where it looks like it."""
    end = data.find(b"\n", data.find(b"\n") + 1)
    lines = data[:end] if end >= 0 else data
    found = _DECLARED.match(lines) if b"coding" in lines else None
    if found is None:
        return data
    from encodings.aliases import aliases

    name = re.sub(r"[-_. ]+", "_", found[1].decode()).lower()
    name = aliases.get(name, name)
    return data.decode(name, "replace").encode("utf-8", "replace") if name in _UNLIKE_ASCII else data


def _transcode(data: bytes) -> bytes:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            return rest if encoding == "utf-8" else rest.decode(encoding, "replace").encode("utf-8", "replace")
    encoding = _unmarked(data[:_HEAD])
    return data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data


def _unmarked(head: bytes) -> str:
    """The encoding of two or four bytes a character in which a file without a mark is written; empty when it is in none.

    Readers of JSON (RFC 4627, section 3) and YAML (1.2, section 5.2) go by where the NULs stand, so a file can be read that looks
    binary here. Most characters of a text in a Latin script, and some of almost every other, are NUL in their upper half; what
    stands there is text when hardly any of it is a control character.
    """
    size = len(head) // 4 * 4
    shares = [head[at:size:4].count(0) * 4 / size if size else 0.0 for at in range(4)]
    for encoding, is_one in (
        ("utf-32-le", shares[3] == 1 and shares[2] >= _UPPER and shares[0] <= _LOWER),
        ("utf-32-be", shares[0] == 1 and shares[1] >= _UPPER and shares[3] <= _LOWER),
        ("utf-16-le", min(shares[1], shares[3]) >= _SOME and max(shares[0], shares[2]) <= _LOWER),
        ("utf-16-be", min(shares[0], shares[2]) >= _SOME and max(shares[1], shares[3]) <= _LOWER),
    ):
        if is_one and _is_text(head[:size].decode(encoding, "replace")):
            return encoding
    return ""


def _is_text(text: str) -> bool:
    odd = sum((character < " " and character not in "\t\n\r\f") or character == "\ufffd" for character in text)
    return odd <= len(text) * _ODD


class Reader:
    """Reads the files below a root; holds the handles of the folders on the way to the last file."""

    def __init__(self, root: str, limits: Limits = LIMITS) -> None:
        self._root = root
        self._limits = limits
        self._most = max(limits.document, limits.manifest)
        self._folders: list[tuple[str, int]] = []

    def read(self, path: str, is_changed: bool = False) -> Document | Skip:
        """The document at a path below the root, or why there is none."""
        if not is_changed and is_binary_name(path):
            return Skip(path, BINARY)
        try:
            data = self._bytes(path)
        except _NotRegular as odd:
            return Skip(path, odd.reason)
        except _TooLarge as large:
            return too_large(path, large.size, self._most, is_changed)
        except (OSError, ValueError) as error:
            return Skip(path, UNREADABLE, type(error).__name__)
        return document_of(path, data, self._limits, is_changed)

    def close(self) -> None:
        """Close the handles that are held."""
        while self._folders:
            os.close(self._folders.pop()[1])

    __del__ = close

    def _bytes(self, path: str) -> bytes:
        handle = self._open(path)
        try:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise _NotRegular(SPECIAL)
            size = facts.st_size
            if size > self._most:
                raise _TooLarge(size)
            data = os.read(handle, size + 1)
            if len(data) == size:
                return data
            return self._rest(handle, data)
        finally:
            os.close(handle)

    def _rest(self, handle: int, data: bytes) -> bytes:
        """The whole file where one call did not bring it: it changes, or the platform reads in pieces."""
        pieces = [data]
        length = len(data)
        while piece := os.read(handle, 1 << 20):
            pieces.append(piece)
            length += len(piece)
            if length > self._most:
                raise _TooLarge(length)
        return b"".join(pieces)

    def _open(self, path: str) -> int:
        folder, _, name = path.rpartition("/")
        if not _HAS_HANDLES:
            whole = os.path.join(self._root, *path.split("/"))
            if os.path.islink(whole):
                raise _NotRegular(LINK)
            return os.open(whole, _FILE_FLAGS)
        try:
            return os.open(name, _FILE_FLAGS, dir_fd=self._handle(folder))
        except OSError as error:
            if error.errno in _LINK_ERRORS:
                raise _NotRegular(LINK) from None
            raise

    def _handle(self, folder: str) -> int:
        """A handle of the folder, opened from the deepest one on the way that is still open."""
        held = self._folders
        if held and held[-1][0] == folder:
            return held[-1][1]
        if not held:
            held.append(("", os.open(self._root, _FOLDER_FLAGS & ~getattr(os, "O_NOFOLLOW", 0))))
        while held[-1][0] and not folder.startswith(held[-1][0] + "/") and held[-1][0] != folder:
            os.close(held.pop()[1])
        at, handle = held[-1]
        rest = folder[len(at) + 1 :] if at else folder
        for part in rest.split("/") if rest else ():
            handle = _folder_in(handle, part)
            at = f"{at}/{part}" if at else part
            held.append((at, handle))
        return handle


def _folder_in(handle: int, name: str) -> int:
    """A handle of a folder in a folder. A link in its place is told from what is simply not there."""
    try:
        return os.open(name, _FOLDER_FLAGS, dir_fd=handle)
    except OSError:
        if stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
            raise _NotRegular(LINK) from None
        raise


class _NotRegular(Exception):
    """A link or something that is no file."""

    def __init__(self, reason: SkipReason) -> None:
        self.reason = reason


class _TooLarge(Exception):
    """Past every limit."""

    def __init__(self, size: int) -> None:
        self.size = size
