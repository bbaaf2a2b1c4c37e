"""Read a real git repository with the git command: objects, histories and diffs."""

import os
import re
import subprocess
import threading
import weakref
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Mona Builder",
    "GIT_AUTHOR_EMAIL": "mona@example.com",
    "GIT_COMMITTER_NAME": "Mona Builder",
    "GIT_COMMITTER_EMAIL": "mona@example.com",
    "LC_ALL": "C",
}
DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--no-abbrev", "-M", "-l0")
STATUSES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed", "C": "copied"}


BY_SHA = re.compile(r"[0-9a-f]{40}(?:\^\{commit\}|:.*)?", re.DOTALL)
"""A revision that names the same object for ever."""


class GitError(Exception):
    """git refused; the text is what it said."""


def git(folder: Path, *arguments: str, stdin: bytes | None = None, date: str | None = None) -> bytes:
    """Run git in folder without the user's configuration and return its output. Raises GitError."""
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull} | ENVIRONMENT | dates
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, env=environment)
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


@dataclass(frozen=True)
class Commit:
    """A commit as GitHub tells of it; dates are ISO 8601 in UTC."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    message: str


@dataclass(frozen=True)
class Entry:
    """One line of a tree; mode is git's octal text, size is None for trees and submodules."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True)
class FileDiff:
    """One file of a diff; patch is None for binary files and pure renames, and begins with `@@`."""

    path: str
    previous: str | None
    status: str
    sha: str
    patch: str | None

    @property
    def additions(self) -> int:
        return sum(line.startswith("+") for line in (self.patch or "").split("\n"))

    @property
    def deletions(self) -> int:
        return sum(line.startswith("-") for line in (self.patch or "").split("\n"))


class GitObjects:
    """The objects of one bare repository. Answers by SHA are remembered, answers by name are not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.diff = lru_cache(maxsize=None)(self._diff)
        self.commit_facts = lru_cache(maxsize=None)(self._commit)
        self.blob = lru_cache(maxsize=256)(self._blob)
        self._resolved: dict[str, str] = {}
        self._merge_bases: dict[tuple[str, str], str | None] = {}

    def look(self, name: str) -> tuple[str, str, bytes] | None:
        """Return SHA, kind and content of the object that a revision names; None when it is not here."""
        if "\n" in name or name.startswith("-"):
            return None
        with self._lock:
            reader = self._reader or self._start_reader()
            assert reader.stdin is not None and reader.stdout is not None
            reader.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
            reader.stdin.flush()
            facts = reader.stdout.readline().decode("utf-8", "surrogateescape").split()
            if len(facts) != 3 or not facts[2].isdigit():
                return None
            return facts[0], facts[1], reader.stdout.read(int(facts[2]) + 1)[:-1]

    def _start_reader(self) -> "subprocess.Popen[bytes]":
        """Keep one `git cat-file --batch` open: a process for each object would cost 5 ms."""
        command = ["git", "cat-file", "--batch"]
        environment = {"PATH": os.environ["PATH"], "HOME": os.devnull} | ENVIRONMENT
        self._reader = subprocess.Popen(command, cwd=self.path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        weakref.finalize(self, _stop, self._reader)
        return self._reader

    def resolve(self, name: str) -> str | None:
        """Return the object's SHA for a revision such as `main`, a SHA or `sha:path`; None when there is none."""
        known = self._resolved.get(name)
        if known is not None:
            return known
        if found := self.look(name):
            if BY_SHA.fullmatch(name):
                self._resolved[name] = found[0]
            return found[0]
        if name.startswith("-") or "\n" in name or ":" not in name:
            return None
        try:  # A submodule's commit has a SHA and is not here.
            return git(self.path, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().split()[-1]
        except GitError:
            return None

    def resolve_commit(self, name: str) -> str | None:
        return self.resolve(f"{name}^{{commit}}")

    def kind(self, sha: str) -> str | None:
        """Return the object's kind, None for a submodule's commit, which is not here."""
        found = self.look(sha)
        return found[1] if found else None

    def _blob(self, sha: str) -> bytes:
        found = self.look(sha)
        if found is None or found[1] != "blob":
            raise GitError(f"no such blob: {sha}")
        return found[2]

    def _commit(self, sha: str) -> Commit:
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%B"
        shown = git(self.path, "log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", f"--format={form}", sha)
        own, tree, parents, author, email, date, message = shown.decode(errors="replace").split("\0")
        return Commit(own, tree, tuple(parents.split()), author, email, date, message.rstrip("\n"))

    def log(self, *revisions: str) -> list[Commit]:
        """Return the commits that `git rev-list` names, oldest first."""
        return [self.commit_facts(sha) for sha in git(self.path, "rev-list", "--reverse", *revisions).decode().split()]

    def tree(self, treeish: str, *, recursive: bool = False) -> list[Entry]:
        """Return the entries of a tree, sorted as git sorts them; with recursive the trees themselves too."""
        flags = ["-r", "-t"] if recursive else []
        listed = git(self.path, "ls-tree", "-l", "-z", *flags, treeish)
        return [_entry(line) for line in listed.decode("utf-8", "surrogateescape").split("\0") if line]

    def merge_base(self, one: str, other: str) -> str | None:
        shas = self.resolve_commit(one), self.resolve_commit(other)
        if shas[0] is None or shas[1] is None:
            return None
        key = shas[0], shas[1]
        if key not in self._merge_bases:
            try:
                self._merge_bases[key] = git(self.path, "merge-base", *key).decode().strip()
            except GitError:
                self._merge_bases[key] = None
        return self._merge_bases[key]

    def empty_tree(self) -> str:
        return git(self.path, "hash-object", "-t", "tree", "-w", "--stdin", stdin=b"").decode().strip()

    def diff_text(self, base: str, head: str) -> bytes:
        """Return the whole diff as git prints it."""
        return git(self.path, *DIFF, "-p", base, head)

    def _diff(self, base: str, head: str) -> tuple[FileDiff, ...]:
        """Return what changed from base to head, renames found, sorted by path."""
        raw = git(self.path, *DIFF, "--raw", "-z", base, head).decode("utf-8", "surrogateescape")
        patches = git(self.path, *DIFF, "-p", base, head).decode("utf-8", "replace")
        files = _raw_files(raw.split("\0"))
        bodies = [_hunks(part) for part in ("\n" + patches).split("\ndiff --git ")[1:]]
        return tuple(FileDiff(*facts, patch) for facts, patch in zip(files, bodies, strict=True))


def _stop(reader: "subprocess.Popen[bytes]") -> None:
    reader.kill()
    reader.communicate()


def _entry(line: str) -> Entry:
    facts, path = line.split("\t", 1)
    mode, kind, sha, size = facts.split()
    return Entry(mode, kind, sha, None if size == "-" else int(size), path)


def _raw_files(parts: list[str]) -> list[tuple[str, str | None, str, str]]:
    """Read `git diff --raw -z`: (path, previous path, status, blob) for each file."""
    files = []
    waiting = iter(parts)
    for head in waiting:
        if not head:
            continue
        _, _, old, new, letter = head.lstrip(":").split()
        path = next(waiting)
        previous = None
        if letter[0] in "RC":
            previous, path = path, next(waiting)
        files.append((path, previous, STATUSES[letter[0]], old if letter[0] == "D" else new))
    return files


def _hunks(part: str) -> str | None:
    """Return the hunks of one file of a patch without its header."""
    start = part.find("\n@@ ")
    return None if start < 0 else part[start + 1 :].rstrip("\n")
