"""Makes launches of configurations; see `sentinel.analysis.extract`."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.package import Launch
from sentinel.model.rule import Item, Workspace

_READABLE = frozenset({Language.JSON, Language.YAML, Language.TOML})


def _is_config(document: Document) -> bool:
    return document.language in _READABLE and document.has_role(Role.AGENT_CONFIG)


def _is_other(document: Document) -> bool:
    """Any other data file may list servers: a gateway's configuration, an example to copy from."""
    return document.language is Language.JSON and not document.has_role(Role.AGENT_CONFIG, Role.LOCKFILE, Role.VENDORED)


def _is_package(document: Document) -> bool:
    return document.path.rpartition("/")[2] == "package.json" and not document.has_role(Role.VENDORED)


def _launches(document: Document, workspace: Workspace) -> Iterator[Launch | Skip]:
    from sentinel.analysis.launch import hooks, reading, servers

    data = reading.configuration(document)
    if isinstance(data, Skip):
        yield data
        return
    name = document.path.rpartition("/")[2].lower()
    yield from servers.servers(document, data)
    if name == "tasks.json":
        yield from hooks.tasks(document, data)
    elif name.endswith("devcontainer.json"):
        yield from hooks.container(document, data)
    else:
        yield from hooks.hooks(document, data)
        yield from hooks.settings(document, data)


def _listed(document: Document, workspace: Workspace) -> Iterator[Launch | Skip]:
    """Files that are no configuration by name are not expected to be readable."""
    from sentinel.analysis.launch import reading, servers

    data = reading.configuration(document)
    if not isinstance(data, Skip):
        yield from servers.servers(document, data)


def _scripts(document: Document, workspace: Workspace) -> Iterator[Launch | Skip]:
    """A package.json that cannot be read is said by the extractor of its dependencies."""
    from sentinel.analysis.launch import hooks, reading

    data = reading.configuration(document)
    if not isinstance(data, Skip):
        yield from hooks.scripts(document, data)


LAUNCHES = Extractor("agent-launches", Item.LAUNCH, _is_config, _launches)
LISTED_SERVERS = Extractor("listed-servers", Item.LAUNCH, _is_other, _listed, keywords=(b"mcpservers", b"mcp_servers"))
PACKAGE_SCRIPTS = Extractor(
    "package-scripts", Item.LAUNCH, _is_package, _scripts, keywords=(b"install", b"prepare", b"prepublish", b"dependencies")
)
