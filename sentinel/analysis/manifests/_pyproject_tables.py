"""The tables of a pyproject.toml that list dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.launch.reading import NOTHING, below, first, strings
from sentinel.analysis.manifests._places import normal_name
from sentinel.analysis.manifests._requirement import requirement
from sentinel.analysis.mcp.located import Located, span
from sentinel.model.document import Document
from sentinel.model.package import Dependency


def dependencies(document: Document, data: Located) -> Iterator[Dependency]:
    """Every dependency that a table lists."""
    project = first(data, "project")
    yield from _listed(document, first(project, "dependencies"), is_development=False)
    for group in first(project, "optional-dependencies").mapping.values():
        yield from _listed(document, group, is_development=False)
    for table in (first(data, "dependency-groups"), below(data, "tool.pdm.dev-dependencies")):
        for group in table.mapping.values():
            yield from _listed(document, group, is_development=True)
    yield from _listed(document, below(data, "build-system.requires"), is_development=True)
    for key in ("dev-dependencies", "constraint-dependencies", "override-dependencies"):
        yield from _listed(document, below(data, f"tool.uv.{key}"), is_development=key == "dev-dependencies")
    yield from _poetry(document, below(data, "tool.poetry"))


def sources(data: Located) -> dict[str, tuple[str, str]]:
    """The names that uv takes from elsewhere: the source and its location."""
    found = {}
    for name, node in below(data, "tool.uv.sources").mapping.items():
        where = _where(node.items[0] if node.items else node)
        if where is not None:
            found[normal_name(name)] = where
    return found


def _where(node: Located) -> tuple[str, str] | None:
    """Where a table with `git`, `url` or `path` points, None when it names none of them."""
    git = first(node, "git").text
    if git:
        fixed = first(node, "rev", "tag", "branch").text
        return "git", f"{git}@{fixed}" if fixed else git
    for key in ("url", "path"):
        if first(node, key).text:
            return key, first(node, key).text
    return ("workspace", "") if first(node, "workspace").value is True else None


def _listed(document: Document, node: Located, *, is_development: bool) -> Iterator[Dependency]:
    for item in strings(node):
        made = requirement(item.text, span(document, item), "pyproject", is_development=is_development)
        if made is not None:
            yield made


def _poetry(document: Document, poetry: Located) -> Iterator[Dependency]:
    tables = [(first(poetry, "dependencies"), False), (first(poetry, "dev-dependencies"), True)]
    tables += [(first(group, "dependencies"), name != "main") for name, group in first(poetry, "group").mapping.items()]
    for table, is_development in tables:
        for name, node in table.mapping.items():
            if normal_name(name) == "python":
                continue
            entry = node.items[0] if node.items else node
            constraint = entry.text or first(entry, "version").text
            where = _where(entry) if entry.mapping else None
            version = (
                constraint.lstrip("= ") if constraint[:1].isdigit() and constraint.count(".") >= 2 and "*" not in constraint else ""
            )
            yield Dependency(
                "pypi", normal_name(name), constraint, version, span(document, node if node is not NOTHING else table), "pyproject",
                is_development=is_development, source=where[0] if where else "registry", location=where[1] if where else "",
            )  # fmt: skip
