"""Makes tools, servers and instructions of documents; see `sentinel.analysis.extract`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.mcp.instructions import instructions, is_instruction
from sentinel.model.document import Document, Language, Role, Skip
from sentinel.model.rule import Item, Workspace
from sentinel.model.surface import Instruction, Server, Tool

_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})


def _is_python(document: Document) -> bool:
    return document.language is Language.PYTHON


def _is_script(document: Document) -> bool:
    """Type declarations name tools that other files make; bundles are matched, not read."""
    return (
        document.language in _SCRIPTS and not document.path.endswith((".d.ts", ".min.js")) and not document.has_role(Role.MINIFIED)
    )


def _is_list(document: Document) -> bool:
    return document.language in (Language.JSON, Language.YAML) and not document.has_role(Role.LOCKFILE, Role.WORKFLOW)


def _and_cuts(document: Document, found: Iterable[Tool | Skip]) -> Iterator[Tool | Skip]:
    """The tools, and a Skip for the first of them whose handler is not looked through to its end."""
    from sentinel.analysis.mcp.handlers import cut

    is_told = False
    for one in found:
        yield one
        if not is_told and isinstance(one, Tool) and (skip := cut(document, one)) is not None:
            is_told = True
            yield skip


def _python_tools(document: Document, workspace: Workspace) -> Iterator[Tool | Skip]:
    from sentinel.analysis.mcp import python_surface

    yield from _and_cuts(document, python_surface.tools(document))


def _python_servers(document: Document, workspace: Workspace) -> Iterator[Server | Skip]:
    from sentinel.analysis.mcp import python_surface

    yield from python_surface.servers(document)


def _script_tools(document: Document, workspace: Workspace) -> Iterator[Tool | Skip]:
    from sentinel.analysis.mcp import script_surface

    yield from _and_cuts(document, script_surface.tools(document))


def _script_servers(document: Document, workspace: Workspace) -> Iterator[Server | Skip]:
    from sentinel.analysis.mcp import script_surface

    yield from script_surface.servers(document)


def _listed_tools(document: Document, workspace: Workspace) -> Iterator[Tool | Skip]:
    from sentinel.analysis.mcp import manifest_surface

    yield from manifest_surface.tools(document)


def _instructions(document: Document, workspace: Workspace) -> Iterator[Instruction | Skip]:
    yield from instructions(document)


PYTHON_TOOLS = Extractor(
    "mcp-python-tools", Item.TOOL, _is_python, _python_tools,
    keywords=(b".tool", b"@tool", b"tool(", b".prompt", b"prompt(", b".resource", b"resource(", b"resourcetemplate(",
              b"from_function", b"function_tool"),
)  # fmt: skip
PYTHON_SERVERS = Extractor(
    "mcp-python-servers", Item.SERVER, _is_python, _python_servers, keywords=(b"fastmcp", b"mcpserver", b"mcp.server")
)
SCRIPT_TOOLS = Extractor(
    "mcp-script-tools", Item.TOOL, _is_script, _script_tools,
    keywords=(b"registertool", b"addtool", b"tool(", b"tool<", b"registerprompt", b"addprompt", b"prompt(", b"registerresource",
              b"addresource", b"resource(", b"inputschema", b"input_schema"),
)  # fmt: skip
SCRIPT_SERVERS = Extractor(
    "mcp-script-servers", Item.SERVER, _is_script, _script_servers, keywords=(b"mcpserver", b"fastmcp", b"modelcontextprotocol")
)
LISTED_TOOLS = Extractor(
    "mcp-listed-tools",
    Item.TOOL,
    _is_list,
    _listed_tools,
    keywords=(b"inputschema", b"input_schema", b'"tools"', b"tools:", b'"prompts"', b'"functions"'),
)
INSTRUCTIONS = Extractor("mcp-instructions", Item.INSTRUCTION, is_instruction, _instructions)
