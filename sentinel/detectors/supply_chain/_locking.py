"""What the rules on lock files share: the addresses a lock file resolves to, and the configuration beside it."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from sentinel.model.document import Document
from sentinel.model.rule import Workspace

_HOST = re.compile(rb"\bhttps?://([\w.-]+(?::\d+)?)/")
_RESOLVED = re.compile(rb"\bresolved\"?:? {0,4}\"https?://([\w.-]+(?::\d+)?)/")
"""The same where a field of an entry says where it comes from: other addresses in the file are of people and of donations."""
_CONFIGS = (
    ".npmrc", ".yarnrc.yml", ".yarnrc", "bunfig.toml", "package.json", "pnpm-workspace.yaml", "pyproject.toml",
    "uv.toml", "pip.conf", "Pipfile",
    "requirements.txt", "requirements.in", ".cargo/config.toml", "Cargo.toml",
)  # fmt: skip
LEAST_ENTRIES = 8
"""Entries below which a lock file has no majority to speak of."""


class Hosts(NamedTuple):
    """How often each host stands in a lock file."""

    counts: dict[str, int]
    usual: str
    """The host of at least three of four addresses; empty when there is none."""


def hosts(document: Document) -> Hosts:
    """The hosts of a lock file. Cached."""
    found: Hosts | None = document.cache.get("lock-hosts")
    if found is None:
        counts = Counter((_RESOLVED if document.first(_RESOLVED) else _HOST).findall(document.data))
        named = {host.decode("ascii", "replace").lower(): count for host, count in counts.items()}
        total = sum(named.values())
        usual = next((host for host, count in sorted(named.items()) if total >= LEAST_ENTRIES and count * 4 >= total * 3), "")
        found = document.cache["lock-hosts"] = Hosts(named, usual)
    return found


def host_of(address: str) -> str:
    """The host of an address over HTTP, in lower case; empty for any other."""
    found = re.match(r"(?i)^https?://(?:[^/@]*@)?([\w.-]+(?::\d+)?)(?:/|$)", address)
    return found[1].lower() if found else ""


def is_configured(host: str, path: str, workspace: Workspace) -> bool:
    """Whether a manifest or package manager's configuration in the lock file's folder or above names the host."""
    wanted = re.compile(rb"(?i)" + re.escape(host.encode()))
    folder = path.rpartition("/")[0]
    while True:
        for name in _CONFIGS:
            document = workspace.read(f"{folder}/{name}".lstrip("/"))
            if document is not None and document.first(wanted):
                return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
