"""What anyone can run beside the scanner: a plain read of all files, CPython's parser, ripgrep."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bench.measure import CACHE, python


def reading(tree: Path) -> list[str]:
    """The command that reads every file of a tree and does nothing with it."""
    return python("-m", "bench.peers", "read", str(tree))


def parsing(tree: Path) -> list[str]:
    """The command that parses every Python file of a tree with `ast`."""
    return python("-m", "bench.peers", "parse", str(tree))


@cache
def ripgrep() -> str:
    """The path of ripgrep: the installed one, else Debian's package unpacked into the cache; empty when there is neither."""
    installed = shutil.which("rg")
    unpacked = CACHE / "ripgrep" / "usr" / "bin" / "rg"
    if not installed and not unpacked.exists() and shutil.which("apt-get") and shutil.which("dpkg"):
        folder = CACHE / "ripgrep"
        folder.mkdir(parents=True, exist_ok=True)
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "download", "ripgrep"], check=False, **quiet)  # type: ignore[call-overload]  # the same for both calls
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), "."], check=False, **quiet)  # type: ignore[call-overload]  # see above
    return installed or (str(unpacked) if unpacked.exists() else "")


def searching(tree: Path, word: str = "zqxjkvbwpn") -> list[str]:
    """The command with which ripgrep looks for one word that is not there: the best case of a search."""
    return [ripgrep(), "-uuu", "-j2", "--no-messages", "-F", word, str(tree)]


def _files(tree: str) -> Iterator[str]:
    stack = [tree]
    while stack:
        with os.scandir(stack.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.path


def _read(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def main(what: str, tree: str) -> None:
    """Read or parse a tree."""
    warnings.simplefilter("ignore")
    for path in _files(tree):
        if what == "read":
            _read(path)
        elif path.endswith(".py"):
            try:
                ast.parse(_read(path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


if __name__ == "__main__":
    main(*sys.argv[1:])
