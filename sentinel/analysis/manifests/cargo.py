"""Cargo.toml and Cargo.lock. Format: https://doc.rust-lang.org/cargo/reference/manifest.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import broken, name_is, text_of
from sentinel.model.document import Document, Skip, Span
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_TABLES = {"dependencies": False, "dev-dependencies": True, "build-dependencies": False}


def _is_manifest(document: Document) -> bool:
    return name_is(document, "cargo.toml")


def _is_lock(document: Document) -> bool:
    return name_is(document, "cargo.lock")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The dependencies of a Cargo.toml; a Skip when it is not TOML."""
    from sentinel.analysis.launch.located_toml import NotToml, read_toml
    from sentinel.analysis.launch.reading import below, first
    from sentinel.analysis.mcp.located import span

    try:
        data = read_toml(document)
    except NotToml:
        yield broken(document)
        return
    tables = [(first(data, key), is_development) for key, is_development in _TABLES.items()]
    tables += [(below(data, "workspace.dependencies"), False)]
    tables += [(first(target, key), dev) for target in first(data, "target").mapping.values() for key, dev in _TABLES.items()]
    for table, is_development in tables:
        for name, node in table.mapping.items():
            constraint = node.text or first(node, "version").text
            kind = next((key for key in ("git", "path") if first(node, key).text), "")
            location = first(node, kind).text if kind else ""
            fixed = first(node, "rev", "tag", "branch").text
            yield Dependency(
                "cargo", first(node, "package").text or name, constraint,
                constraint[1:].strip() if constraint.startswith("=") else "",
                span(document, node), "cargo.toml", is_development=is_development, source=kind or "registry",
                location=f"{location}@{fixed}" if kind == "git" and fixed else location,
            )  # fmt: skip


def parse_lock(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The locked crates in order."""
    from sentinel.analysis.manifests._toml_lock import packages

    yield from packages(document, "package", _entry)


def _entry(table: dict[str, Any], span: Span) -> Dependency | None:
    name, version, source = (text_of(table.get(key)) for key in ("name", "version", "source"))
    if not name:
        return None
    kind = "git" if source.startswith("git+") else "registry" if source else "workspace"
    return Dependency(
        "cargo", name, version, version, span, "cargo.lock", is_direct=False, is_locked=True, source=kind,
        location=source.removeprefix("registry+"), integrity=text_of(table.get("checksum")),
    )  # fmt: skip


CARGO_TOML = Extractor("cargo-toml", Item.DEPENDENCY, _is_manifest, parse)
CARGO_LOCK = Extractor("cargo-lock", Item.DEPENDENCY, _is_lock, parse_lock)
