"""Where the outside calls in: sockets, emitters, queues, remote procedures, server actions and tables of handlers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.model.flow import SinkKind, SourceKind
from tests.analysis.javascript.tree import flows_in

_EXEC = 'import { exec } from "child_process";\n'
_DIRECTIVE = '"use server";\n'
_LOW_LEVEL = (
    _EXEC
    + 'import { Server } from "@modelcontextprotocol/sdk/server/index.js";\n'
    + 'import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";\nconst server = new Server({ name: "a" });\n'
)


def _told(text: str, path: str = "a.ts") -> set[tuple[SourceKind, SinkKind]]:
    return {(flow.source.kind, flow.sink.kind) for flow in flows_in({path: text}, path)}


def _programs() -> list[object]:
    made: list[object] = []
    for number, line in enumerate((Path(__file__).parent / "entries.txt").read_text().splitlines(), 1):
        if not line.startswith("#"):
            kind, _, program = line.partition(" | ")
            made.append(pytest.param(program.replace("\\n", "\n"), kind, id=f"line {number}: {program[:60]}"))
    return made


@pytest.mark.parametrize(("program", "kind"), _programs())
def test_a_handler_is_given_data_of_others(program: str, kind: str) -> None:
    """What a framework hands to a function is an outsider's; a constant, a checked value or a message of a known origin is not."""
    directive, rest = program[: len(_DIRECTIVE)], program[len(_DIRECTIVE) :]
    text = directive + _EXEC + rest if directive == _DIRECTIVE else _EXEC + program
    found = {source.name for source, _ in _told(text)} - {"PARAMETER", "UNKNOWN"}
    assert ({kind} if kind != "-" else set()) == found


def test_any_page_sends_messages() -> None:
    """Without a look at the origin what a window is sent is everybody's."""
    text = 'window.addEventListener("message", (e) => { document.getElementById("a").innerHTML = e.data.html; });'
    assert {(SourceKind.HTTP_REQUEST, SinkKind.HTML)} == _told(text)


def test_the_constructor_of_a_function_makes_code() -> None:
    """The constructor of an asynchronous function takes a text as its body."""
    text = _EXEC + 'const F = (async function () {}).constructor; app.get("/", (req, res) => { new F(req.query.code)(); });'
    assert (SourceKind.HTTP_REQUEST, SinkKind.CODE) in _told(text)


def _lines(text: str) -> list[int]:
    flows = flows_in({"a.ts": text})
    return sorted(flow.sink.span.start_line for flow in flows if flow.source.kind is SourceKind.TOOL_ARGUMENT)


def test_every_class_of_a_table_is_followed() -> None:
    """A table of instances leads to the method of each of their classes."""
    classes = "".join(f'class T{at} {{ name = "t{at}"; async execute(a) {{ return exec("ls " + a.h); }} }}\n' for at in range(6))
    made = ", ".join(f"new T{at}()" for at in range(6))
    text = (
        f"{_LOW_LEVEL}{classes}const tools = new Map(); for (const t of [{made}]) tools.set(t.name, t);\n"
        "server.setRequestHandler(CallToolRequestSchema, async (r) => tools.get(r.params.name).execute(r.params.arguments));\n"
    )
    assert [5, 6, 7, 8, 9, 10] == _lines(text)


def test_every_function_of_a_table_is_followed() -> None:
    """A table of functions leads to each of them, though they are many."""
    entries = "".join(f'  t{at}: async (a) => exec("ls " + a.h),\n' for at in range(9))
    text = (
        f"{_LOW_LEVEL}const table = {{\n{entries}}};\n"
        "server.setRequestHandler(CallToolRequestSchema, async (r) => table[r.params.name](r.params.arguments));\n"
    )
    assert list(range(6, 15)) == _lines(text)


def test_a_method_chosen_by_a_prefix_is_one_of_those_that_begin_with_it() -> None:
    """A method's name that the program begins and the caller ends leads to those methods alone."""
    text = (
        f"{_LOW_LEVEL}class S {{\n  handle_ls(a) {{ exec(`ls ${{a.h}}`); }}\n  helper(a) {{ return a.h; }}\n"
        "  setup() { server.setRequestHandler(CallToolRequestSchema, async (r) =>\n"
        "    this['handle_' + r.params.name](r.params.arguments)); }\n"
        "}\nnew S().setup();\n"
    )
    assert [6] == _lines(text)


@pytest.mark.parametrize(
    "text",
    [
        'export const GET: RequestHandler = async ({ params }) => new Response(await readFile("/srv/" + params.f));',
        'export async function GET(event) { return new Response(await readFile("/srv/" + event.params.f)); }',
        'export const load = async ({ params }) => ({ text: await readFile("/srv/" + params.f) });',
    ],
    ids=["a typed function", "the event as a whole", "a loader"],
)
def test_files_of_a_route_are_asked_from_outside(text: str) -> None:
    """What a file of SvelteKit's routes exports is given the request's event, also when nothing but a weak sink stands in it."""
    head = 'import { readFile } from "node:fs/promises";\n'
    assert {(SourceKind.HTTP_REQUEST, SinkKind.PATH_READ)} == _told(head + text, "src/routes/x/+server.ts")


_CONTROLLER = (
    'import { Controller, Post, Body, Param } from "@nestjs/common";\nimport { Files } from "./files";\n@Controller("x")\n'
    "export class X {\n  constructor(private readonly files: Files) {}\n  @Post() run(@Body() body: { d: string }) {\n"
    "    return this.files.list(body.d);\n  }\n}\n"
)


def test_what_a_container_injects_is_an_instance_of_its_class() -> None:
    """A constructor's parameter whose type is a class of the workspace holds an instance of it."""
    service = _EXEC + 'export class Files {\n  list(d: string) {\n    return exec("ls " + d);\n  }\n}\n'
    found = flows_in({"x.ts": _CONTROLLER, "files.ts": service}, "x.ts")
    assert [(SourceKind.HTTP_REQUEST, SinkKind.SHELL, "files.ts")] == [
        (flow.source.kind, flow.sink.kind, flow.sink.span.path) for flow in found
    ]


def test_classes_that_ask_for_each_other_end() -> None:
    """Constructors whose parameters are each other's classes are followed a few rounds deep."""
    text = (
        _EXEC + "export class A { constructor(private b: B) {} run(d: string) { return exec('ls ' + d); } }\n"
        "export class B { constructor(private a: A) {} run(d: string) { return this.a.run(d); } }\n"
        "@Controller('x') export class X { constructor(private b: B) {}\n"
        "@Get() run(@Query('d') d: string) { return this.b.run(d); } }\n"
    )
    assert {(SourceKind.HTTP_REQUEST, SinkKind.SHELL)} == _told(text)


def test_a_part_of_an_address_is_no_object() -> None:
    """A parameter of a route is a text: a filter that holds it has no operators of the caller's."""
    head = "@Controller('x') export class X { constructor(private userModel: Model<U>) {} "
    assert set() == _told(head + "@Get() run(@Param('id') id: string) { return this.userModel.findOne({ name: id }); } }\n")
    assert {(SourceKind.HTTP_REQUEST, SinkKind.NOSQL)} == _told(
        head + "@Post() run(@Body() body: U) { return this.userModel.findOne({ name: body.name }); } }\n"
    )


_RESOURCES = (
    "import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';\n"
    "const server = new McpServer({ name: 'a', version: '1' });\n"
)


@pytest.mark.parametrize(
    ("address", "handler", "expected"),
    [
        ("'https://a.example/one'", "async (uri) => fetch(uri.href)", set()),
        ("new ResourceTemplate('https://a.example/{p}', {})", "async (uri) => fetch(`${uri.origin}${uri.pathname}.md`)", set()),
        ("new ResourceTemplate('https://a.example/{p}', {})", "async (uri) => fetch(uri)", set()),
        ("new ResourceTemplate('https://a.example/{p}', {})", "async (uri, { p }) => fetch(p)", {"p"}),
        ("new ResourceTemplate('https://{host}/a', {})", "async (uri) => fetch(uri.href)", {"uri"}),
        ("new ResourceTemplate('proxy://{host}/a', {})", "async (uri) => fetch(`https://${uri.host}/`)", {"uri"}),
    ],
    ids=["an address", "its host", "it as a whole", "a variable", "a host that is open", "another scheme"],
)
def test_addresses_of_resources_keep_the_host_that_is_written_out(address: str, handler: str, expected: set[str]) -> None:
    """A handler of a resource gets the addresses that match its own: what is written out there is nobody's choice."""
    found = flows_in(f"{_RESOURCES}server.registerResource('a', {address}, {{}}, {handler});\n")
    assert expected == {flow.source.name for flow in found if flow.sink.kind is SinkKind.URL}


@pytest.mark.parametrize(
    "text",
    [
        "server.setRequestHandler(CallToolRequestSchema, wrap(async (r) => exec('ls ' + r.params.arguments.d)));",
        "server.setRequestHandler(CallToolRequestSchema, wrap('call', run)); async function run(r) { exec(r.params.arguments.d); }",
        "mcp.tool('ls', { d: z.string() }, wrap(async ({ d }) => exec('ls ' + d)));",
        "export const handlers = [async (request) => exec('ls ' + request.params.arguments.d)];",
    ],
    ids=["a request", "a function by its name", "a tool", "a message that nobody registers here"],
)
def test_a_wrapped_handler_of_calls_is_given_the_arguments_of_a_tool(text: str) -> None:
    """A function that is handed to a wrapper, or reads a message's `params` in a file of MCP, is no handler of the web."""
    assert {(SourceKind.TOOL_ARGUMENT, SinkKind.SHELL)} == _told(f"{_LOW_LEVEL}import {{ wrap }} from './wrap.js';\n{text}\n")
