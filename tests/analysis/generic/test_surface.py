"""Tools that are declared in Go, Java, C# and Rust."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp.generic_surface import tools
from sentinel.model.document import Document, Language, Skip
from sentinel.model.surface import Tool

_GO = (
    'package m\n\nvar t = mcp.NewTool("read",\n\tmcp.WithDescription("Reads " + "a file"),\n'
    '\tmcp.WithString("path", mcp.Required(), mcp.Description("Where it \\"is\\"")),\n\tmcp.WithNumber("n"),\n)\n'
)
_GO_LITERAL = 'package m\n\nfunc f() {\n\tmcp.AddTool(s, &mcp.Tool{Name: "read", Description: `Reads a file`}, h)\n}\n'
_JAVA = (
    'class C {\n  @Tool(name = "read", description = "Reads a file")\n'
    '  String read(@ToolParam(description = "Where it is") String path) { return path; }\n  void other() {}\n}\n'
)
_CSHARP = (
    'class C {\n  [McpServerTool, Description("Reads a file")]\n'
    '  public static string Read([Description("Where it is")] string path) => path;\n}\n'
)
_RUST = 'impl S {\n    #[tool(description = "Reads a file")]\n    async fn read(&self, path: String) -> String { path }\n}\n'


def _declared(language: Language, text: str) -> list[Tool | Skip]:
    return list(tools(Document("m", text.encode(), language)))


@pytest.mark.parametrize(
    ("language", "text", "name", "texts", "parameters"),
    [
        pytest.param(
            Language.GO,
            _GO,
            "read",
            [("description", "Reads a file"), ("parameter path description", 'Where it "is"')],
            ["path", "n"],
            id="go, built",
        ),
        pytest.param(Language.GO, _GO_LITERAL, "read", [("description", "Reads a file")], [], id="go, written out"),
        pytest.param(
            Language.JAVA,
            _JAVA,
            "read",
            [("description", "Reads a file"), ("parameter path description", "Where it is")],
            ["path"],
            id="java",
        ),
        pytest.param(
            Language.CSHARP,
            _CSHARP,
            "Read",
            [("description", "Reads a file"), ("parameter path description", "Where it is")],
            ["path"],
            id="csharp",
        ),
        pytest.param(Language.RUST, _RUST, "read", [("description", "Reads a file")], ["path"], id="rust"),
    ],
)
def test_declared_tools_are_read(
    language: Language, text: str, name: str, texts: list[tuple[str, str]], parameters: list[str]
) -> None:
    """Name, descriptions and parameters are those that a model is told."""
    (tool,) = _declared(language, text)
    assert isinstance(tool, Tool)
    assert (tool.name, [(one.field, one.value) for one in tool.texts], [one.name for one in tool.parameters]) == (
        name,
        texts,
        parameters,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param(
            Language.GO, "package m\n\nvar t = mcp.NewTool(name)\nvar u = mcp.Tool{Name: name}\nvar v = other.NewTool()\n", id="go"
        ),
        pytest.param(Language.JAVA, "class C {\n  @Override String read() { return null; }\n}\n", id="java"),
        pytest.param(Language.RUST, "#[test]\nfn read() {}\n", id="rust"),
    ],
)
def test_other_code_declares_nothing(language: Language, text: str) -> None:
    """Names that are not constant, and other annotations, make no tool."""
    assert _declared(language, text) == []
