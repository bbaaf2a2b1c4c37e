# ruff: noqa: E501 (a declaration is read as one line)
"""Tools, prompts, resources and servers declared in JavaScript and TypeScript."""

from __future__ import annotations

import pytest

from sentinel.model.document import Document, Language
from sentinel.model.surface import SurfaceKind
from tests.analysis.mcp.surfaces import cut, document, servers, told, tools, written

_SDK = """import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const NAME = "read_note";
const Path = z.string().describe("Where the note lies");
const HINTS = { readOnlyHint: true, openWorldHint: false };

const server = new McpServer({ name: "notes", version: "1.0.0" }, { instructions: "Ask first." });

server.registerTool(
  NAME,
  {
    title: "Read",
    description: `Reads
a note` + " from disk",
    inputSchema: {
      path: Path,
      mode: z.enum(["short", "long"]).default("short"),
      lines: z.number().describe("How many"),
    },
    annotations: HINTS,
  },
  async ({ path }) => load(path)
);

function load(path) {
  return fs.readFileSync(path);
}

server.tool("drop", "Drops a note", { path: z.string().describe("Which") }, { destructiveHint: true }, async ({ path }) => {
  await unlink(path);
});
server.tool("ping", async () => ({ content: [] }));
server.registerPrompt("ask", { description: "Asks", argsSchema: { q: z.string().describe("Question") } }, ({ q }) => q);
server.registerResource("note", new ResourceTemplate("note://{id}", {}), { title: "Note", description: "A note" }, async (uri) => uri);
"""


def test_every_way_of_registering_is_read() -> None:
    """Both generations of the API give tools, prompts and resources with their names."""
    found = [(t.kind, t.name) for t in tools("a.ts", _SDK)]
    assert [
        (SurfaceKind.TOOL, "read_note"),
        (SurfaceKind.TOOL, "drop"),
        (SurfaceKind.TOOL, "ping"),
        (SurfaceKind.PROMPT, "ask"),
        (SurfaceKind.RESOURCE, "note"),
    ] == found


def test_registered_tool_has_every_text_a_model_reads() -> None:
    """Title, description, and zod's descriptions, choices and defaults, through constants."""
    assert {
        "title": "Read",
        "description": "Reads a note from disk",
        "parameter path description": "Where the note lies",
        "enum of mode": "long",
        "default of mode": "short",
        "parameter lines description": "How many",
    } == told(tools("a.ts", _SDK)[0])


def test_text_of_a_constant_stands_at_the_constant() -> None:
    """A text that comes from elsewhere in the file is placed where a person would edit it."""
    places = {t.field: t for t in tools("a.ts", _SDK)[0].texts}
    assert '"Where the note lies"' == written(_SDK, places["parameter path description"])


def test_annotations_parameters_and_capabilities() -> None:
    """Hints of a constant object, limited types, and what a function one call away does."""
    tool = tools("a.ts", _SDK)[0]
    assert (("openWorldHint", False), ("readOnlyHint", True)) == tool.annotations
    assert [("path", False), ("mode", True), ("lines", True)] == [(p.name, p.is_constrained) for p in tool.parameters]
    assert frozenset({"file-read"}) == tool.capabilities


def test_overload_with_description_shape_and_annotations() -> None:
    """The older API takes its parts by position."""
    tool = tools("a.ts", _SDK)[1]
    assert {"description": "Drops a note", "parameter path description": "Which"} == told(tool)
    assert ((("destructiveHint", True),), frozenset({"file-delete"})) == (tool.annotations, tool.capabilities)


def test_prompt_arguments_are_texts() -> None:
    """A prompt's argument descriptions reach the model as well."""
    assert {"description": "Asks", "parameter q description": "Question"} == told(tools("a.ts", _SDK)[3])


def test_server_has_name_and_instructions() -> None:
    """What the constructor is given is the server's."""
    server = servers("a.ts", _SDK)[0]
    assert ("notes", "Ask first.") == (server.name, server.texts[0].value)


_LISTED = """import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
const server = new Server({ name: "low", version: "0" }, { capabilities: {} });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: "run_it",
      description: ["Runs", "a thing"].join(" "),
      inputSchema: {
        type: "object",
        properties: {
          cmd: { type: "string", description: "What to run", default: "ls" },
          mode: { type: "string", enum: ["a", "b"] },
          many: { type: "array", items: { type: "string", description: "One of many" } },
        },
      },
      annotations: { title: "Runner", readOnlyHint: false },
    },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  switch (request.params.name) {
    case "run_it":
      return execSync(request.params.arguments.cmd);
  }
});
"""


def test_listed_tool_is_read_with_its_schema_and_its_branch() -> None:
    """An object with an input schema is a tool; the case that names it is its handler."""
    tool = tools("low.ts", _LISTED)[0]
    assert {
        "description": "Runs a thing",
        "parameter cmd description": "What to run",
        "default of cmd": "ls",
        "enum of mode": "b",
        "parameter many description": "One of many",
        "annotations title": "Runner",
    } == told(tool)
    assert frozenset({"shell"}) == tool.capabilities
    assert ["cmd", "mode", "many"] == [p.name for p in tool.parameters]


def test_low_level_server_speaks_over_stdio() -> None:
    """The transport that the file imports is the server's."""
    assert ["stdio"] == [s.transport for s in servers("low.ts", _LISTED)]


@pytest.mark.parametrize(
    ("text", "name", "description"),
    [
        (
            'server.addTool({ name: "a", description: "Adds.", parameters: z.object({ x: z.string() }), execute: async () => "" }); // fastmcp',
            "a",
            "Adds.",
        ),
        (
            'import { tool } from "ai";\nconst tools = { weather: tool({ description: "Tells.", inputSchema: z.object({}), execute: f }) };',
            "weather",
            "Tells.",
        ),
        ("export const wx = { name: 'wx', description: 'W' + 'X', inputSchema: SCHEMA } satisfies Tool;", "wx", "WX"),
        ("const T = { A: { name: 'a', description: 'One', inputSchema: {} } };", "a", "One"),
        (
            "const D = { one: 'First' } as const;\nserver.registerTool('a', { description: D.one, inputSchema: {} }, run);",
            "a",
            "First",
        ),
        (
            "enum N { One = 'uno' }\nserver.registerTool(N.One, { description: dedent`Hi\n  you`, inputSchema: {} }, run);",
            "uno",
            "Hi you",
        ),
        (
            "defineTool({ schema: { name: 'x', description: 'X.', inputSchema: z.object({}) }, handle: async () => unlink(p) });",
            "x",
            "X.",
        ),
    ],
    ids=["addTool", "AI SDK", "satisfies", "constants", "member of a constant", "enum and tag", "nested schema"],
)
def test_kin_of_the_sdk(text: str, name: str, description: str) -> None:
    """Other libraries' declarations are tools too."""
    tool = tools("a.ts", text + "\n")[0]
    assert (name, description) == (tool.name, told(tool)["description"])


def test_nested_schema_finds_the_handler_beside_it() -> None:
    """A handler that stands beside the schema object is the tool's."""
    text = "defineTool({ schema: { name: 'x', description: 'X.', inputSchema: z.object({}) }, handle: async () => unlink(p) });\n"
    assert frozenset({"file-delete"}) == tools("a.ts", text)[0].capabilities


@pytest.mark.parametrize(
    ("expression", "origin"),
    [
        ("await (await fetch(URL)).text()", "network"),
        ("process.env.D", "environment"),
        ("readFileSync('d')", "file"),
        ("new Date().toString()", "time"),
        ("`at ${words()}`", "other"),
    ],
    ids=["a request", "the environment", "a file", "the clock", "a function"],
)
def test_origin_of_a_dynamic_description(expression: str, origin: str) -> None:
    """The words of the expression say where the text comes from."""
    text = f"server.registerTool('a', {{ description: {expression}, inputSchema: {{}} }}, run);\n"
    assert [origin] == [o for o, _ in tools("a.ts", text)[0].dynamic]


@pytest.mark.parametrize(
    "text",
    [
        "inquirer.prompt([{ name: 'a', message: 'x' }]); // mcp\n",
        "const resource = fetchResource('a'); // mcp\n",
        "app.tool('hammer'); // mcp\n",
        "type T = { inputSchema: string; name: string };\n",
        "program.prompt('x', 'y'); // mcp\n",
    ],
    ids=["questions", "a fetch", "one argument", "a type", "no handler"],
)
def test_what_only_looks_like_a_tool_is_none(text: str) -> None:
    """Calls of the same names with other arguments are left alone."""
    assert [] == tools("a.ts", text)


@pytest.mark.parametrize(
    "text",
    [
        "server.registerTool(\n",
        "server.tool('a', `${`${`x`}`}`, {}, async () => {}); // mcp\n",
        "const A = A;\nserver.registerTool('a', { description: A, inputSchema: A }, A);\n",
        "const A = { ...A };\nserver.registerTool('a', A, () => 1);\n",
        "server.registerTool('a', { inputSchema: " + "{ a: " * 60 + "1" + " }" * 60 + " }, f);\n",
    ],
    ids=["unfinished", "nested templates", "a name that is itself", "a spread of itself", "deep nesting"],
)
def test_malformed_source_is_no_error(text: str) -> None:
    """What cannot be read raises nothing and names nothing it does not know."""
    assert all(t.name == "a" for t in tools("a.ts", text))


def test_surrogate_escapes_become_one_character() -> None:
    """A character written as two escapes is the character."""
    text = 'server.registerTool("a", { description: "\\uD83D\\uDE00 \\u{1F600} \\x41", inputSchema: {} }, f);\n'
    assert "\U0001f600 \U0001f600 A" == told(tools("a.ts", text)[0])["description"]


def test_javascript_and_tsx_are_read_alike() -> None:
    """The three grammars give the same tool."""
    text = "server.registerTool('a', { description: 'A.', inputSchema: {} }, async () => fetch(U));\n"
    from sentinel.analysis.mcp import script_surface

    made = [Document("a", text.encode(), language) for language in (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)]
    found = [[(t.name, t.capabilities) for t in script_surface.tools(d)] for d in made]  # type: ignore[union-attr]  # no Skip among them
    assert [[("a", frozenset({"network"}))]] * 3 == found


def test_long_declaration_is_cut_to_what_a_finding_shows() -> None:
    """The span of a tool has at most twelve lines."""
    text = "server.registerTool('a', { description: 'A.',\n" + "\n" * 30 + " inputSchema: {} }, f);\n"
    span = tools("a.ts", text)[0].span
    assert (1, 12) == (span.start_line, span.end_line)


def test_text_columns_count_code_points() -> None:
    """Letters beyond ASCII before a text do not move its column."""
    text = "server.registerTool('ä', { title: 'ö', description: 'ü', inputSchema: {} }, f);\n"
    made = document("a.ts", text)
    assert ["'ö'", "'ü'"] == [cut(made.text, t.span) for t in tools("a.ts", text)[0].texts]
