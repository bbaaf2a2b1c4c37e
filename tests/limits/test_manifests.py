"""A lock file is read in little memory, however large it is, and no item of it is lost for that."""

from __future__ import annotations

import json
import tracemalloc
from itertools import islice

import pytest

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests import _toml_lock
from sentinel.analysis.manifests.bun_lock import BUN_LOCK
from sentinel.analysis.manifests.package_json import PACKAGE_JSON
from sentinel.analysis.manifests.package_lock import PACKAGE_LOCK
from sentinel.analysis.manifests.pipfile_lock import PIPFILE_LOCK
from sentinel.analysis.manifests.poetry_lock import POETRY_LOCK
from sentinel.analysis.manifests.setup_cfg import SETUP_CFG
from sentinel.analysis.manifests.uv_lock import UV_LOCK
from sentinel.model.document import BROKEN_MANIFEST, Document, Skip
from sentinel.source.tree import MemoryTree
from tests.analysis.memory import MemoryWorkspace

_PACKAGES = 20_000
_TAKEN = 100
_MOST_TIMES = 3
"""How many times its size a file may take while it is read, its text included."""


def _document(path: str, text: str) -> Document:
    read = MemoryTree({path: text.encode()}).read(path)
    assert isinstance(read, Document)
    return read


def _extracted(extractor: Extractor, path: str, text: str, most: int | None = None) -> list[object]:
    workspace = MemoryWorkspace({path: text}, _document)
    document = workspace.read(path)
    assert document is not None
    return list(islice(extractor.extract(document, workspace), most))


def _toml(count: int) -> str:
    """So many packages, and what follows them."""
    table = '[[package]]\nname = "p{n}"\nversion = "1.{n}"\n\n[package.source]\ntype = "git"\nurl = "u{n}"\n\n'
    return "version = 1\n\n" + "".join(table.replace("{n}", str(n)) for n in range(count)) + "[metadata]\nhash = 'x'\n"


def _json(entry: object, *keys: str) -> str:
    """An object with so many packages under some keys."""
    made = {f"node_modules/p{n}": entry for n in range(_PACKAGES)}
    return json.dumps(dict.fromkeys(keys, made))


_ENTRY = {"version": "==1.0.0", "hashes": ["sha256:" + "0" * 64], "resolved": "https://registry.example.org/p.tgz"}
_LARGE = {
    "package-lock.json": (PACKAGE_LOCK, "package-lock.json", _json(_ENTRY, "packages")),
    "Pipfile.lock": (PIPFILE_LOCK, "Pipfile.lock", _json(_ENTRY, "default", "develop")),
    "bun.lock": (BUN_LOCK, "bun.lock", _json({"a": ["p@1.0.0", "", {}, "sha512-" + "0" * 90]}, "packages")),
    "poetry.lock": (POETRY_LOCK, "poetry.lock", _toml(_PACKAGES * 3)),
    "uv.lock": (UV_LOCK, "uv.lock", _toml(_PACKAGES * 3)),
}


@pytest.mark.parametrize("name", _LARGE)
def test_a_lock_file_takes_little_memory(name: str) -> None:
    """What is made of the whole file at a time is less than a few times its text."""
    extractor, path, text = _LARGE[name]
    assert len(text) > 2 << 20
    tracemalloc.start()
    try:
        _extracted(extractor, path, text, _TAKEN)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < _MOST_TIMES * len(text) + (6 << 20)


@pytest.mark.parametrize("extractor", [POETRY_LOCK, UV_LOCK], ids=["poetry", "uv"])
def test_a_lock_file_in_pieces_gives_the_same(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut before tables, a file gives each of its packages with its place."""
    path = "poetry.lock" if extractor is POETRY_LOCK else "uv.lock"
    text = _toml(60)
    whole = _extracted(extractor, path, text)
    monkeypatch.setattr(_toml_lock, "_MOST_AT_ONCE", 300)
    assert 60 == len(whole)
    assert whole == _extracted(extractor, path, text)


@pytest.mark.parametrize(
    ("extractor", "path", "text"),
    [
        (PACKAGE_JSON, "package.json", '{"dependencies": {' + '"a": "^1.0.0", ' * 150_000 + '"b": "1"}}'),
        (SETUP_CFG, "setup.cfg", "[options]\ninstall_requires =\n" + "  a>=1\n" * 150_000),
    ],
    ids=["package.json", "setup.cfg"],
)
def test_more_than_anybody_writes_by_hand_is_said(extractor: Extractor, path: str, text: str) -> None:
    """A list of dependencies of megabytes is a Skip."""
    assert [Skip(path, BROKEN_MANIFEST, "too large")] == _extracted(extractor, path, text)
