"""Make the image's virtual environment small: `python shrink_venv.py /opt/venv`, after everything is installed.

What goes is what no run of ours reads: packages that are only named for features we do not use, the symbol tables of
extensions, headers, and the sources that byte code was made from. What stays behaves as before; `tests/container` runs it.
"""

from __future__ import annotations

import compileall
import os
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

UNUSED = {
    "cryptography": "PyJWT does without; only the key of a GitHub App would need it, and we sign in with a token",
    "cffi": "compiles bindings; the finished ones of PyNaCl need `_cffi_backend` alone",
    "pycparser": "reads C for cffi",
    "pygments": "colours code in tracebacks and Markdown, which Rich shows and we do not",
}
"""Packages that others name and that no run of ours imports, with the reason."""
UNUSED_PARTS = {"pydantic/v1": "the old version, for programs that have not moved to the new one"}
"""The same of parts of packages."""
WITH_SOURCES = frozenset({"sentinel", "github", "cvss"})
"""Ours, so that a user can read what runs; and those under the LGPL, so that they can be changed where they stand."""
_ONLY_FOR_BUILDING = frozenset({".c", ".h", ".pyi", ".pxd", ".pyx", ".scm"})
_ALL_CORES = 0
_ELF64_LITTLE = b"\x7fELF\x02\x01"


def shrink(root: Path) -> None:
    """Shrink the environment at `root`, and compile it: no byte code of it is ever compared with a source."""
    (packages,) = root.glob("lib/python3*/site-packages")
    for name in UNUSED:
        shutil.rmtree(packages / name)
        if name != "cffi":  # of which something stays, and so does its licence
            shutil.rmtree(next(packages.glob(f"{name}-*.dist-info")))
    for part in UNUSED_PARTS:
        shutil.rmtree(packages / part)
    for path in _files(packages):
        if path.suffix in _ONLY_FOR_BUILDING:
            path.unlink()
        elif ".so" in path.suffixes:
            drop_symbols(path)
    shutil.rmtree(packages / "__pycache__", ignore_errors=True)
    for entry in sorted(packages.iterdir()):
        if entry.name in WITH_SOURCES:
            _compile(entry, legacy=False, workers=_ALL_CORES)
        else:
            drop_sources(entry, workers=_ALL_CORES)


def drop_symbols(path: Path) -> None:
    """Cut off what stands behind the last segment: section headers, symbols and debugging data, which no loader reads.

    A file that is no ELF of 64 bits, the low byte first, is left as it is. Format: System V ABI, "ELF Header", "Program Header".
    """
    data = bytearray(path.read_bytes())
    if not data.startswith(_ELF64_LITTLE):
        return
    at, size, count = struct.unpack_from("<Q", data, 0x20)[0], *struct.unpack_from("<HH", data, 0x36)
    end = at + size * count
    for n in range(count):
        offset, length = struct.unpack_from("<Q16xQ", data, at + n * size + 8)
        end = max(end, offset + length)
    struct.pack_into("<Q", data, 0x28, 0)  # where the section headers are
    struct.pack_into("<HH", data, 0x3C, 0, 0)  # how many, and which holds their names
    path.write_bytes(data[:end])


def drop_sources(entry: Path, workers: int = 1) -> None:
    """Put a package's or a module's byte code where its source was. More workers than one are forked, which a process with threads
    may not survive. Raises ValueError for what is not Python."""
    _compile(entry, legacy=True, workers=workers)
    for path in list(_files(entry)) if entry.is_dir() else [entry]:
        if path.suffix == ".py" or path.parent.name == "__pycache__":
            path.unlink()


def _compile(entry: Path, *, legacy: bool, workers: int) -> None:
    mode = PycInvalidationMode.UNCHECKED_HASH
    if entry.is_dir():
        is_done = compileall.compile_dir(entry, quiet=1, legacy=legacy, workers=workers, invalidation_mode=mode)
    else:
        is_done = compileall.compile_file(entry, quiet=1, legacy=legacy, invalidation_mode=mode)
    if not is_done:
        raise ValueError(f"{entry.name} cannot be compiled")


def _files(folder: Path) -> Iterator[Path]:
    """The regular files below a folder, in order of their names."""
    for at, folders, names in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(names) if not (path := Path(at, name)).is_symlink())


if __name__ == "__main__":
    shrink(Path(sys.argv[1]))
