"""Tools, prompts, resources and servers declared in Python."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp import python_surface
from sentinel.model.document import Document, Language, Skip
from sentinel.model.surface import SurfaceKind
from tests.analysis.mcp.surfaces import cut, servers, told, tools, written

_DECORATED = '''from typing import Annotated, Literal
from mcp.server.fastmcp import Context, FastMCP
from pydantic import Field

mcp = FastMCP("weather", instructions="Ask for a city first.", host="0.0.0.0")

@mcp.tool(title="Forecast", annotations={"readOnlyHint": True, "openWorldHint": False})
async def forecast(
    city: Annotated[str, Field(description="Name of the city")],
    unit: Literal["metric", "imperial"] = "metric",
    note: str = Field(default="", description="Free " "words"),
    days: int = 3,
    ctx: Context = None,
) -> str:
    """Forecast of the next days.

    Args:
        city: the city
    """
    return requests.get(URL + city).text


@mcp.prompt()
def report(city: str) -> str:
    """Writes a report."""
    return f"Report on {city}"


@mcp.resource("weather://{city}", description="The weather now")
def now(city: str) -> str:
    return read(city)
'''


def test_decorated_tool_has_its_name_kind_and_owner() -> None:
    """A decorated function is a tool of the object the decorator hangs on."""
    found = [(t.kind, t.name, t.server) for t in tools("server.py", _DECORATED)]
    assert [
        (SurfaceKind.TOOL, "forecast", "mcp"),
        (SurfaceKind.PROMPT, "report", "mcp"),
        (SurfaceKind.RESOURCE, "weather://{city}", "mcp"),
    ] == found


def test_decorated_tool_has_every_text_a_model_reads() -> None:
    """Docstring, title, parameter descriptions, choices and defaults are texts."""
    assert {
        "title": "Forecast",
        "parameter city description": "Name of the city",
        "enum of unit": "imperial",
        "default of unit": "metric",
        "parameter note description": "Free words",
        "description": "Forecast of the next days. Args: city: the city",
    } == told(tools("server.py", _DECORATED)[0])


def test_text_stands_where_it_says() -> None:
    """The span of a text covers the expression that it was folded from."""
    places = {t.field: written(_DECORATED, t) for t in tools("server.py", _DECORATED)[0].texts}
    assert '"Free " "words"' == places["parameter note description"]
    assert '"Forecast"' == places["title"]


def test_parameters_leave_out_the_context() -> None:
    """What the framework passes in is no parameter of the tool; limited types are constrained."""
    parameters = [(p.name, p.is_constrained) for p in tools("server.py", _DECORATED)[0].parameters]
    assert [("city", False), ("unit", True), ("note", False), ("days", True)] == parameters


def test_annotations_are_read_from_a_dict() -> None:
    """The hints of the decorator are sorted pairs."""
    assert (("openWorldHint", False), ("readOnlyHint", True)) == tools("server.py", _DECORATED)[0].annotations


def test_capability_has_its_place() -> None:
    """A request in the handler's body is the capability `network` at the call."""
    tool = tools("server.py", _DECORATED)[0]
    assert ("network",) == tuple(sorted(tool.capabilities))
    assert "requests.get" == cut(_DECORATED, dict(tool.capability_spans)["network"])


def test_server_has_name_instructions_and_host() -> None:
    """What the constructor is given is the server's."""
    server = servers("server.py", _DECORATED)[0]
    assert ("weather", "0.0.0.0", "Ask for a city first.") == (server.name, server.host, server.texts[0].value)


_LOW_LEVEL = """import mcp.types as types
from enum import Enum
from mcp.server import Server

class Names(str, Enum):
    READ = "read_note"

SCHEMA = {
    "type": "object",
    "properties": {
        "path": {"type": "string", "description": "Where the note lies"},
        "mode": {"type": "string", "enum": ["short", "long"]},
    },
}
server = Server("notes")

@server.list_tools()
async def list_tools():
    return [
        types.Tool(
            name=Names.READ,
            description="Reads "
            + "a note",
            inputSchema=SCHEMA,
            annotations=types.ToolAnnotations(readOnlyHint=True),
        ),
        types.Tool(name="drop_note", description=f"Drops {WHAT} at {hour}", inputSchema={"type": "object", "properties": {}}),
    ]

@server.call_tool()
async def call_tool(name, arguments):
    if name == "drop_note":
        os.remove(arguments["path"])
    return []

async def main():
    async with stdio_server() as streams:
        await server.run(*streams)
"""


def test_low_level_tool_is_read_through_constants() -> None:
    """Names in enums, concatenated descriptions and schemas in constants are followed."""
    tool = tools("notes.py", _LOW_LEVEL)[0]
    assert "read_note" == tool.name
    assert {
        "parameter path description": "Where the note lies",
        "enum of mode": "long",
        "description": "Reads a note",
    } == told(tool)
    assert [("path", False), ("mode", True)] == [(p.name, p.is_constrained) for p in tool.parameters]
    assert (("readOnlyHint", True),) == tool.annotations


def test_low_level_handler_is_its_branch_of_the_dispatcher() -> None:
    """The branch that compares the name is the tool's handler."""
    tool = tools("notes.py", _LOW_LEVEL)[1]
    assert ("drop_note", frozenset({"file-delete"})) == (tool.name, tool.capabilities)


def test_computed_part_of_a_description_is_dynamic() -> None:
    """What is not constant leaves a hole and is listed with its place."""
    tool = tools("notes.py", _LOW_LEVEL)[1]
    assert "Drops {} at {}" == told(tool)["description"]
    assert ["WHAT", "hour"] == [cut(_LOW_LEVEL, place) for _, place in tool.dynamic]


def test_low_level_server_speaks_over_stdio() -> None:
    """The transport is told by what the file runs."""
    assert ["stdio"] == [s.transport for s in servers("notes.py", _LOW_LEVEL)]


@pytest.mark.parametrize(
    ("expression", "origin"),
    [
        ('requests.get("https://x.example/d").text', "network"),
        ('os.environ["D"]', "environment"),
        ('Path("d.txt").read_text()', "file"),
        ("datetime.now()", "time"),
        ("build()", "other"),
        ("HINTS.get(level, 'once a day/session. The model calls fetch (or open)')", "other"),
    ],
    ids=["a request", "the environment", "a file", "the clock", "a function", "words of a constant"],
)
def test_origin_of_a_dynamic_description(expression: str, origin: str) -> None:
    """The words of the expression say where the text comes from."""
    text = f"@mcp.tool(description={expression})\ndef a() -> str:\n    return ''\n"
    assert [origin] == [o for o, _ in tools("a.py", text)[0].dynamic]


def test_origin_is_looked_up_in_a_function_of_the_file() -> None:
    """A description made by a function that asks the network comes from the network."""
    text = "def words():\n    return httpx.get(URL).text\n\n@mcp.tool(description=words())\ndef a() -> str:\n    return ''\n"
    assert ["network"] == [o for o, _ in tools("a.py", text)[0].dynamic]


def test_capability_one_call_away_is_seen() -> None:
    """A function of the same file that the handler calls counts; what that one calls does not."""
    text = (
        "def far():\n    os.system('x')\n\ndef helper(p):\n    far()\n    open(p, 'w').write('')\n\n"
        "@mcp.tool()\ndef save(p: str) -> str:\n    '''Saves.'''\n    helper(p)\n"
    )
    assert frozenset({"file-write"}) == tools("a.py", text)[0].capabilities


def test_method_and_pydantic_schema() -> None:
    """Tools inside classes and schemas made of a model of the file are read."""
    text = (
        "class Query(BaseModel):\n    words: str = Field(description='What to look for')\n\n"
        "class App:\n    def __init__(self):\n        @self.mcp.tool()\n"
        "        def find(words: str) -> str:\n            '''Finds.'''\n"
        "        self.t = Tool(name='ask', description='Asks.', inputSchema=Query.model_json_schema())\n"
    )
    found = tools("a.py", text)
    assert [("find", "self.mcp"), ("ask", "")] == [(t.name, t.server) for t in found]
    assert "What to look for" == told(found[1])["parameter words description"]


def test_added_function_is_a_tool() -> None:
    """`add_tool` with a function of the file is a tool with that function's docstring and handler."""
    text = "def find(words: str) -> str:\n    '''Finds.'''\n    return open(words).read()\n\nmcp.add_tool(find, name='look')\n"
    tool = tools("a.py", text)[0]
    assert ("look", "Finds.", frozenset({"file-read"})) == (tool.name, told(tool)["description"], tool.capabilities)


def test_file_without_declarations_is_not_parsed() -> None:
    """No candidate, no tree."""
    made = Document("a.py", b"def tool():\n    return 1\n", Language.PYTHON)
    assert [] == list(python_surface.tools(made))
    assert "syntax" not in made.cache


def test_file_past_the_limit_is_a_skip() -> None:
    """A document that cannot be parsed says so once."""
    made = Document("a.py", b"@mcp.tool()\ndef a():\n    pass\n" + b"#" * (1 << 20), Language.PYTHON, is_changed=True)
    skips = list(python_surface.tools(made))
    assert [True] == [isinstance(s, Skip) and s.reason.is_incomplete for s in skips]


@pytest.mark.parametrize(
    "text",
    [
        "@mcp.tool(\ndef broken(:\n",
        "@mcp.tool(name=)\ndef a(): pass\n",
        "Tool(name=" * 50,
        "import mcp\n\nprint('Tool({})'.format(name))\n",
        "@mcp.tool()\nclass A:\n    pass\n",
        "A = A\n@mcp.tool(description=A)\ndef a():\n    pass\n",
        "A = B\nB = A\n@mcp.tool(description=A)\ndef a():\n    pass\n",
    ],
    ids=[
        "broken signature",
        "missing value",
        "nested calls",
        "a text that names one",
        "a class",
        "a name that is itself",
        "names in a circle",
    ],
)
def test_malformed_source_is_no_error(text: str) -> None:
    """What cannot be read gives no tool or a tool without texts, and raises nothing."""
    assert [] == [t.texts for t in tools("a.py", text) if t.texts]
