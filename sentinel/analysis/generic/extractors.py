"""Finds the data flows of Go, Java, C#, Ruby, PHP, Rust and shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.generic.languages.words import SINK_WORDS
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.flow import Flow
from sentinel.model.rule import Item, Workspace
from sentinel.model.surface import Tool


def _claims(language: Language) -> Callable[[Document], bool]:
    def claims(document: Document) -> bool:
        return document.language is language and (
            document.is_changed or not document.has_role(Role.MINIFIED, Role.GENERATED, Role.VENDORED)
        )

    return claims


def _extract(document: Document, workspace: Workspace) -> Iterator[Flow | Skip]:
    from sentinel.analysis.generic.flows import flows

    yield from flows(document, workspace)


def _extractor(language: Language) -> Extractor:
    return Extractor(f"{language.value}-flow", Item.FLOW, _claims(language), _extract, keywords=SINK_WORDS[language])


GO_FLOWS = _extractor(Language.GO)
JAVA_FLOWS = _extractor(Language.JAVA)
PHP_FLOWS = _extractor(Language.PHP)
CSHARP_FLOWS = _extractor(Language.CSHARP)
RUBY_FLOWS = _extractor(Language.RUBY)
RUST_FLOWS = _extractor(Language.RUST)
SHELL_FLOWS = _extractor(Language.SHELL)

_DECLARING = frozenset({Language.GO, Language.JAVA, Language.CSHARP, Language.RUST})


def _may_declare(document: Document) -> bool:
    return document.language in _DECLARING and not document.has_role(Role.MINIFIED, Role.GENERATED, Role.VENDORED)


def _tools(document: Document, workspace: Workspace) -> Iterator[Tool | Skip]:
    from sentinel.analysis.mcp import generic_surface

    yield from generic_surface.tools(document)


GENERIC_TOOLS = Extractor(
    "mcp-generic-tools",
    Item.TOOL,
    _may_declare,
    _tools,
    keywords=(b"mcp.newtool", b"newtool(", b"mcp.tool{", b"@tool", b"@mcptool", b"mcpservertool", b"#[tool"),
)
