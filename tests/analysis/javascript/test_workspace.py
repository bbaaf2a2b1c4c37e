"""Ways in which a handler's data goes through the files of a program, each beside one that leads nowhere."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind, SourceKind

from .tree import flows_in

_SERVER = """\
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
const server = new McpServer({ name: "a", version: "1" });
"""
_CALLS = """\
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
const server = new Server({ name: "a", version: "1" }, {});
"""
_BASE = """\
export abstract class Base {
  abstract name: string;
  protected abstract run(args: any): Promise<any>;
  async execute(args: any) { this.check(args); return this.run(args); }
  check(args: any) {}
}
"""
_REGISTRY = """\
import { A } from "./a.js";
import { B } from "./b.js";
export class Registry {
  private tools = new Map<string, any>();
  constructor() { [new B(), new A()].forEach((tool) => this.tools.set(tool.name, tool)); }
  async call(name: string, args: any) { const tool = this.tools.get(name); return tool.execute(args); }
}
"""
_WORKER = 'import { exec } from "child_process";\nimport { bus } from "./bus.js";\n'
_BUS = 'import { EventEmitter } from "events";\nexport const bus = new EventEmitter();\nexport const other = new EventEmitter();\n'


def _registry(run: str) -> dict[str, str]:
    return {
        "server.ts": _CALLS + 'import { Registry } from "./registry.js";\nconst registry = new Registry();\n'
        "server.setRequestHandler(CallToolRequestSchema, async (request) =>"
        " registry.call(request.params.name, request.params.arguments));\n",
        "registry.ts": _REGISTRY,
        "base.ts": _BASE,
        "a.ts": 'import { exec } from "child_process";\nimport { Base } from "./base.js";\n'
        f'export class A extends Base {{ name = "a"; protected async run(args: any) {{ {run} }} }}\n',
        "b.ts": 'import { Base } from "./base.js";\n'
        'export class B extends Base { name = "b"; protected async run(args: any) {} }\n',
    }


def _emitted(listener: str) -> dict[str, str]:
    return {
        "server.ts": _SERVER + 'import { bus } from "./bus.js";\nimport "./worker.js";\n'
        'server.tool("x", { dir: z.string() }, async ({ dir }) => { bus.emit("run", { dir }); });\n',
        "bus.ts": _BUS,
        "worker.ts": _WORKER + listener,
    }


def _defined(names: str, parameters: str, body: str) -> dict[str, str]:
    return {"a.js": f"define({names}function ({parameters}) {{ {body} }});\n", "b.js": "exports.clean = () => 'ls';\n"}


def _routed(route: str, module: str) -> dict[str, str]:
    head = "import express from 'express';\nimport { exec } from 'child_process';\nconst app = express();\n"
    return {"a.ts": f"{head}import {{ one }} from './one';\n{route}\n", "one.ts": module + "\n"}


_CHECKED = "app.get('/', one, (req, res) => { exec('ls ' + req.query.a); });"
_FLAGGED = "app.get('/', (req, res) => { if (one.on) exec('ls ' + req.query.a); });"
_PATTERN = "export function one(req, res, next) { if (!/^[a-z]+$/.test(req.query.%s)) return res.end(); next(); }"
_HANDLER = "const app = express(); app.get('/', (req, res) => { cp.exec(%s); });"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(_registry("exec('ls ' + args.dir);"), id="a method named call, a map of instances, an abstract class"),
        pytest.param(_emitted('bus.on("run", ({ dir }) => { exec("ls " + dir); });\n'), id="a listener in another file"),
        pytest.param(_defined("['child_process', 'express'], ", "cp, express", _HANDLER % "req.query.d"), id="a list of modules"),
        pytest.param(
            _defined(
                "", "require", "const cp = require('child_process'), express = require('express'); " + _HANDLER % "req.query.d"
            ),
            id="a module that requires",
        ),
        pytest.param(_routed(_CHECKED, _PATTERN % "b"), id="a middleware that checks another field"),
        pytest.param(
            _routed(_FLAGGED, "export const one = { on: false }; export function start() { one.on = true; }"), id="a flag set there"
        ),
    ],
)
def test_data_that_arrives(texts: dict[str, str]) -> None:
    """The outsider's data is told of at the shell."""
    kinds = {flow.source.kind for flow in flows_in(texts) if flow.sink.kind is SinkKind.SHELL}
    assert kinds & {SourceKind.TOOL_ARGUMENT, SourceKind.HTTP_REQUEST}


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(_registry("exec('ls ' + this.name);"), id="a method that uses the program's own"),
        pytest.param(_emitted('bus.on("stop", ({ dir }) => { exec("ls " + dir); });\n'), id="a listener of another event"),
        pytest.param(_emitted('other.on("run", ({ dir }) => { exec("ls " + dir); });\n'), id="a listener of another emitter"),
        pytest.param(_defined("['child_process', 'express', './b'], ", "cp, express, b", _HANDLER % "b.clean()"), id="own module"),
        pytest.param(_routed(_CHECKED, _PATTERN % "a"), id="a middleware that checks the field"),
        pytest.param(_routed(_FLAGGED, "export const one = { on: false };"), id="a flag that nobody sets"),
    ],
)
def test_data_that_does_not_arrive(texts: dict[str, str]) -> None:
    """No outsider's data is told of at the shell."""
    kinds = {flow.source.kind for flow in flows_in(texts) if flow.sink.kind is SinkKind.SHELL}
    assert not kinds & {SourceKind.TOOL_ARGUMENT, SourceKind.HTTP_REQUEST}


def test_a_module_is_what_its_factory_returns() -> None:
    """What is exported by way of `define` is called by others."""
    text = "(function (root, factory) { if (typeof define === 'function' && define.amd) define(['child_process'], factory);\n"
    text += "else module.exports = factory(require('child_process')); }(this, function (cp) {\n"
    text += "function run(d) { cp.exec('ls ' + d); }\nreturn { run: run }; }));\n"
    assert [(flow.sink.span.start_line, flow.source.kind) for flow in flows_in({"a.js": text})] == [(3, SourceKind.PARAMETER)]


_TRUNCATED = """\
module.exports = (knex) => {
  function truncatedTime(column, unit) { return knex.raw(`date_trunc(${column})`, [unit]); }
  return { truncatedTime };
};
"""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"a.js": "require('./lib')(k).truncatedTime('created_at', unit);\n"}, 0, id="one call with a constant"),
        pytest.param({"a.js": "require('./lib')(k).truncatedTime(name, unit);\n"}, 1, id="a call with something else"),
        pytest.param({}, 1, id="nobody calls it"),
    ],
)
def test_a_parameter_that_only_gets_constants(texts: dict[str, str], expected: int) -> None:
    """What every call in the workspace writes out is no stranger's."""
    told = [flow for flow in flows_in({"lib.js": _TRUNCATED, **texts}, "lib.js") if flow.sink.kind is SinkKind.SQL]
    assert expected == len(told)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param("import { load } from './load';\nexport const jose = load<any>('jose');\n", 0, id="a constant"),
        pytest.param("import { load } from './load';\nexport const some = (name) => load(name);\n", 1, id="something else"),
        pytest.param("const jose = load('jose');\n", 1, id="a function of another file by the same name"),
    ],
)
def test_a_short_name_counts_where_it_is_imported(caller: str, expected: int) -> None:
    """Of a function with a short name, the calls in files that import its file are looked at."""
    text = "export const load = async <T>(name: string): Promise<T> => new Function(`return import('${name}')`)();\n"
    told = [flow for flow in flows_in({"load.ts": text, "a.ts": caller}, "load.ts") if flow.sink.kind is SinkKind.CODE]
    assert expected == len(told)


_PROGRAM = """\
import fs from "fs";
import path from "path";
export const run = (folder, options) => {
  if (options.init) { fs.writeFileSync(path.resolve(folder, "a.json"), "{}"); }
};
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param("{ quiet: true }", 0, id="written out without it"),
        pytest.param("{ quiet: true, init: true }", 1, id="written out with it"),
        pytest.param("{ quiet: true, ...given }", 1, id="with fields that are not known"),
        pytest.param("given", 1, id="not written out"),
    ],
)
def test_a_field_that_is_left_out_of_an_object(options: str, expected: int) -> None:
    """What a program does only for a field is not done for an object that is written out without it."""
    server = (
        _SERVER + 'import { run } from "./program.js";\n'
        f'server.tool("x", {{ dir: z.string() }}, async ({{ dir }}) => {{ run(dir, {options}); }});\n'
    )
    told = [flow for flow in flows_in({"server.ts": server, "program.ts": _PROGRAM}) if flow.sink.kind is SinkKind.PATH_WRITE]
    assert expected == len(told)


def _chain(end: str) -> dict[str, str]:
    """Modules `a` to `f`, each with a function that returns what the next one's gives, the last of which is `end`."""
    made = {
        f"{name}.js": f'import {{ run as next }} from "./{following}.js";\nexport function run(x) {{ return next(x); }}\n'
        for name, following in zip("abcde", "bcdef", strict=True)
    }
    return {**made, "f.js": f'import {{ exec }} from "child_process";\nexport function run(x) {{ {end} }}\n'}


@pytest.mark.parametrize(("name", "sources"), [("c", 0), ("d", 0), ("e", 1), ("f", 1)])
def test_calls_of_other_files_without_data_are_followed_two_deep(name: str, sources: int) -> None:
    """What a function of another file brings in is known two calls deep, and there although a longer way to it was cut before."""
    server = 'import { exec } from "child_process";\nimport { run as first } from "./a.js";\n'
    server += f'import {{ run }} from "./{name}.js";\nfirst("x");\nexec(run("x"));\n'
    flows = flows_in({"server.js": server, **_chain("return process.argv[2];")})
    assert sources == sum(flow.source.kind is SourceKind.COMMAND_LINE for flow in flows)


def test_what_a_file_keeps_is_known_though_it_was_read_deep_at_first() -> None:
    """The value of a name at the top of another file does not depend on where it is read first."""
    server = 'import { exec } from "child_process";\nimport { first } from "./a.js";\nimport { get } from "./b.js";\n'
    files = {
        "server.js": server + "first();\nexec(get());\n",
        "a.js": 'import { get } from "./b.js";\nexport function first() { return get(); }\n',
        "b.js": 'import { load } from "./c.js";\nconst given = load();\nexport function get() { return given; }\n',
        "c.js": "export function load() { return process.argv[2]; }\n",
    }
    assert [SourceKind.COMMAND_LINE] == [flow.source.kind for flow in flows_in(files)]


def test_data_is_followed_through_five_files() -> None:
    """What somebody hands to a function goes through more files than what nobody does."""
    server = _SERVER + 'import { run } from "./b.js";\nserver.tool("t", { x: z.string() }, async ({ x }) => run(x));\n'
    flows = flows_in({"server.ts": server, **_chain("exec(x);")})
    assert [SinkKind.SHELL] == [flow.sink.kind for flow in flows]
