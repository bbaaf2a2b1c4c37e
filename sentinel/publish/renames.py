"""Findings whose file was renamed between two pushes: the same finding under another fingerprint.

A comment that a person deleted knows no path any more. For those the summary remembers, beside each fingerprint, a digest of its
rule and identity alone: where one that was posted is gone with its comment, and one of the same kind has come, it has moved.

A fingerprint holds the path, and what GitHub lists of a pull request compares with the base: a file that the pull request itself
added and renamed later is simply an added file. But a comment of ours knows the path it was written for, so whether its
finding lives on elsewhere can be computed: the fingerprint of the same rule and identity at that path is the comment's own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sentinel.publish.conversation import Thread

KIND_DIGITS = 6


def fingerprint_at(rule: str, path: str, identity: str) -> str:
    """The key of a finding at a path; a test holds it against `judge.fingerprint`, which this part may not import."""
    material = f"{rule}\0{path}\0{identity}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(material).hexdigest()[:32]


def kind_of(rule: str, identity: str) -> str:
    """What a finding is, wherever it stands: the first digits of a digest of its rule and identity."""
    return hashlib.sha256(f"{rule}\0{identity}".encode("utf-8", "surrogateescape")).hexdigest()[:KIND_DIGITS]


def moved_unseen(gone: Mapping[str, str], come: Mapping[str, str]) -> dict[str, str]:
    """What has come -> what is gone of the same kind, one to one. Both map what names a finding to its kind."""
    left = defaultdict(list)
    for name in sorted(gone, reverse=True):
        left[gone[name]].append(name)
    return {name: left[come[name]].pop() for name in sorted(come) if left[come[name]]}


def renamed(
    speaking: Iterable[tuple[Thread, frozenset[str]]], live: frozenset[str], identities: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Fingerprint that a comment of ours bears -> the one that its finding has now, where its file was renamed.

    `speaking` are our comments with what they speak of. A finding that an older comment speaks of already is no continuation:
    there were two, and one of them is gone.
    """
    threads = tuple(speaking)
    oldest: dict[str, int] = {}
    for thread, fingerprints in threads:
        for fingerprint in fingerprints:
            oldest[fingerprint] = min(thread.number, oldest.get(fingerprint, thread.number))
    found: dict[str, str] = {}
    for path in sorted({thread.path for thread, fingerprints in threads if fingerprints - live}):
        there = {fingerprint_at(rule, path, identity): now for now, (rule, identity) in sorted(identities.items())}
        for thread, fingerprints in threads:
            for before in sorted(fingerprints - live) if thread.path == path else ():
                now = there.get(before)
                if now is not None and oldest.get(now, thread.number) >= thread.number:
                    found[before] = now
    return found
