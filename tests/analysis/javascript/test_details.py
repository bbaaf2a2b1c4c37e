"""What a flow says of its sink beside the kind: the facts that rules ask for."""

from __future__ import annotations

import pytest

from sentinel.analysis.javascript.values import Origin, Taint, join_taints
from sentinel.model.document import Document, Language
from sentinel.model.flow import SinkKind, SourceKind
from tests.analysis.javascript.tree import flows_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("function show(text) { box.innerHTML = text; }", True, id="a parameter"),
        pytest.param("function show({ text }) { box.innerHTML = text; }", True, id="a field that is bound"),
        pytest.param("function show(options) { box.innerHTML = options.text; }", True, id="a field that is read"),
        pytest.param("const show = (text) => { box.innerHTML = text; };", True, id="an arrow function with a name"),
        pytest.param("function show(text) { list.forEach(() => { box.innerHTML = text; }); }", True, id="a callback inside"),
        pytest.param("function show(options) { box.innerHTML = options.parts.text; }", False, id="a field of a field"),
        pytest.param(
            "function show(text) { put(text); }\nfunction put(a) { box.innerHTML = a; }", False, id="another function's sink"
        ),
        pytest.param("const o = { success(text) { box.innerHTML = text; } };", False, id="an answer's callback"),
    ],
)
def test_parameters_used_where_they_arrive_are_direct(text: str, expected: bool) -> None:
    """`direct` stands for a parameter of a function with a name that is used in that very function."""
    assert ["direct" in flow.sink.details for flow in flows_in({"a.js": text})] == [expected]


def test_parameters_of_another_file_are_not_direct() -> None:
    """A sink in another file than the parameter's is never direct, whatever the offsets are."""
    texts = {
        "a.js": "import { put } from './b';\nput(location.pathname.length);\nexport function show(text) { put(text); }\n",
        "b.js": "export function put(a) { box.innerHTML = a; }\n",
    }
    assert [(flow.sink.span.path, "direct" in flow.sink.details) for flow in flows_in(texts)] == [("b.js", False)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param("box.innerHTML = text", True, id="innerHTML"),
        pytest.param("box.insertAdjacentHTML('beforeend', text)", True, id="insertAdjacentHTML"),
        pytest.param("document.write(text)", True, id="document.write"),
        pytest.param("$('#a').html(text)", True, id="html of jQuery"),
        pytest.param("$('#a').append('<b>' + text + '</b>')", True, id="append of markup"),
        pytest.param("$('#a').append(text)", False, id="append of anything"),
        pytest.param("$(text)", False, id="a selector or an element"),
    ],
)
def test_sinks_of_markup_alone_say_so(statement: str, expected: bool) -> None:
    """`markup-only` stands for places that take text for markup, never an element or a selector."""
    found = flows_in({"a.js": f"function show(text) {{ {statement}; }}"})
    assert ["markup-only" in flow.sink.details for flow in found] == [expected]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        pytest.param("dirs.some((dir) => full.startsWith(dir))", ["prefix-without-separator"], id="in a callback"),
        pytest.param("full.startsWith(dir)", ["prefix-without-separator"], id="in the function"),
        pytest.param("dirs.some((dir) => full === dir)", None, id="an exact comparison"),
    ],
)
def test_a_broken_check_is_told_with_its_flow(check: str, expected: list[str] | None) -> None:
    """A check that does not protect is named, wherever it is written; one that does protect leaves no flow."""
    body = f"const full = path.resolve(dir, req.query.p); if (!({check})) {{ return; }} fs.readFile(full);"
    text = f"app.get('/', (req, res) => {{ {body} }});"
    found = flows_in({"a.js": "const fs = require('fs'), path = require('path');\n" + text})
    assert [[guard.name for guard in flow.broken_guards] for flow in found] == ([expected] if expected is not None else [])


def test_an_argument_of_a_git_library_says_the_program() -> None:
    """The flow into a method of simple-git says that git reads the argument, and that options are not ended before it."""
    text = "server.tool('t', { x: z.string() }, async ({ x }) => { await git.raw(['log', '--', x]); await git.clone(x); });"
    found = flows_in({"a.ts": "import { z } from 'zod'; import sg from 'simple-git'; const git = sg();\n" + text})
    assert [sorted(flow.sink.details) for flow in found] == [
        ["leading-position", "program:git"],
        ["leading-position", "no-terminator", "program:git"],
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(2, (1, 4), id="a short call is shown as a whole"),
        pytest.param(30, (2, 2), id="of a long one the argument"),
    ],
)
def test_a_place_has_twelve_lines_at_most(lines: int, expected: tuple[int, int]) -> None:
    """The place of a sink is the call, or the argument that the data arrives in where the call is longer than twelve lines."""
    more = "\n".join(f"  a{at}: 1," for at in range(lines - 1))
    text = "export const go = (line) => require('child_process').exec(\n`ls ${line}`, {\n" + more + "\n});\n"
    found = flows_in({"a.js": text})
    assert [(flow.sink.span.start_line, flow.sink.span.end_line) for flow in found] == [expected]


def test_a_long_argument_is_shown_by_its_first_line() -> None:
    """Where the argument is as long as the call, the first line stands for both."""
    text = "export const go = (line) => require('child_process').exec(`\n" + "ls\n" * 30 + "${line}`);\n"
    assert [flow.sink.span[1:4:2] for flow in flows_in({"a.js": text})] == [(1, 1)]


def test_data_that_is_harmless_on_one_way_only_is_told() -> None:
    """What a branch made harmless and the other did not is one data of the joined value, and does harm."""
    document = Document("a.ts", b"x", Language.TYPESCRIPT)
    origin = Origin(SourceKind.HTTP_REQUEST, document, 0, 1, "x")
    shell, page = frozenset({SinkKind.SHELL}), frozenset({SinkKind.HTML})
    first, second = (Taint(origin, safe=shell | page),), (Taint(origin, safe=page),)
    assert join_taints(first, second) == second
    assert join_taints(second, first) is second
    assert join_taints((Taint(origin, safe=shell),), second) == (Taint(origin),)


def test_of_many_sources_an_outsiders_is_told() -> None:
    """A line that begins with many variables of the environment is told of as the caller's all the same."""
    own = " ".join(f"${{process.env.A{number}}}" for number in range(8))
    text = (
        "import { execSync } from 'child_process';\n"
        f"server.tool('run', {{ d: z.string() }}, async ({{ d }}) => {{ execSync(`{own} ${{d}}`); }});\n"
    )
    assert [flow.source.kind.value for flow in flows_in(text) if flow.sink.kind is SinkKind.SHELL] == ["tool-argument"]


def test_a_field_of_the_same_field_is_that_field() -> None:
    """The path of data does not grow by walking round in a structure that holds itself."""
    text = """
    import { exec } from 'child_process';
    export function run(node) { exec(node.next.data.next.data.next.command); }
    """
    (flow,) = flows_in({"a.ts": text}, "a.ts")
    assert flow.source.name == "node.next.command"


def test_a_name_of_the_module_that_is_set_later_is_not_its_first_value() -> None:
    """A function may be called after the module's variable got its value."""
    text = """
    import { exec } from 'child_process';
    let client = null;
    const fixed = null;
    export function start(url) { client = connect(url); }
    export function run(command) { if (!client) return; exec(command); }
    export function never(command) { if (!fixed) return; exec('x' + command); }
    """
    assert [flow.source.owner for flow in flows_in({"a.ts": text}, "a.ts")] == ["run"]


_HEAD = "const { exec } = require('child_process');\nconst app = require('express')();\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "function S(r) { this.r = r; }\nS.prototype.h = function (x) { exec(this.r + x); };\nconst s = new S('a');\n"
            "app.get('/', (req, res) => { s.h(req.query.c); });",
            id="a method of a prototype",
        ),
        pytest.param(
            "function S(r) { this.r = r; }\nS.prototype = { h: function () { exec(this.r); } };\n"
            "app.get('/', (req, res) => { new S(req.query.c).h(); });",
            id="a prototype as a whole",
        ),
        pytest.param(
            "function f(a, b) { exec(b); }\napp.get('/', (req, res) => { Reflect.apply(f, null, [1, req.query.c]); });",
            id="a function applied",
        ),
        pytest.param("app.get('/', (req, res) => { Reflect.apply(exec, null, [req.query.c]); });", id="a sink applied"),
        pytest.param(
            "class J extends E { constructor() { super(); this.on('r', (x) => exec(x)); } }\nconst j = new J();\n"
            "app.get('/', (req, res) => { j.emit('r', req.query.c); });",
            id="an emitter that listens to itself",
        ),
        pytest.param(
            "function* g(x) { yield x; }\napp.get('/', (req, res) => { exec(g(req.query.c).next().value); });",
            id="the next of a generator",
        ),
    ],
)
def test_calls_that_lead_to_a_sink_by_other_ways(text: str) -> None:
    """Data is followed through prototypes, `Reflect.apply`, emitters with a class of their own and generators asked by hand."""
    assert ["request.query.c"] == [flow.source.name for flow in flows_in({"a.js": _HEAD + text}) if flow.source.kind.is_remote]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "function S(r) { this.r = r; }\nS.prototype.h = function (x) { exec('ls ' + this.r); };\nconst s = new S('a');\n"
            "app.get('/', (req, res) => { s.h(req.query.c); });",
            id="a prototype that runs what the program chose",
        ),
        pytest.param(
            "class J extends E { constructor() { super(); this.on('r', (x) => exec(x)); } }\nclass K extends E {}\n"
            "const j = new J(), k = new K();\napp.get('/', (req, res) => { j.emit('r', 'ls'); k.emit('r', req.query.c); });",
            id="an emitter of another class",
        ),
        pytest.param("app.get('/', (req, res) => { res.redirect(`https://${req.hostname}/a`); });", id="the host that was asked"),
    ],
)
def test_what_is_not_an_outsiders_stays_quiet(text: str) -> None:
    """What the program chose, what another emitter carries and the host of the request itself are no outsider's choice."""
    assert [flow for flow in flows_in({"a.js": _HEAD + text}) if flow.source.kind.is_remote] == []


def test_the_host_that_a_proxy_names_may_be_an_outsiders() -> None:
    """`X-Forwarded-Host` is told at a redirect."""
    text = "app.get('/', (req, res) => { res.redirect(`https://${req.headers['x-forwarded-host']}/a`); });"
    assert ["request.headers.x-forwarded-host"] == [flow.source.name for flow in flows_in({"a.js": _HEAD + text})]


def test_a_tool_is_named_by_the_case_that_reads_its_arguments() -> None:
    """Each case of a low-level server is a tool of its own."""
    text = """import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fs from "fs";
const server = new Server({ name: "a", version: "1" }, {});
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  switch (request.params.name) {
    case "first": { const args = request.params.arguments; fs.writeFileSync(args.file, "x"); return {}; }
    case "second": { const args = request.params.arguments; fs.readFileSync(args.file); return {}; }
  }
});
"""
    told = [(flow.sink.span.start_line, flow.source.owner) for flow in flows_in({"a.ts": text})]
    assert sorted(told) == [(7, "first"), (8, "second")]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("fs.readdirSync('/srv/' + d)", ["list"], id="a folder"),
        pytest.param("fs.promises.opendir('/srv/' + d)", ["list"], id="a folder, step by step"),
        pytest.param("fs.copyFileSync('/srv/' + d, '/srv/a')", ["read"], id="what is copied"),
        pytest.param("fs.cp('/srv/a', '/srv/' + d)", ["write"], id="where it is copied to"),
        pytest.param("fs.renameSync('/srv/' + d, '/srv/a')", ["move"], id="what is moved"),
        pytest.param("fs.chmodSync('/srv/' + d, 0o600)", ["permission"], id="permissions"),
    ],
)
def test_a_path_tells_what_is_done_there(call: str, expected: list[str]) -> None:
    """`operation:` names what becomes of the file or folder."""
    handler = f"app.get('/x', (req, res) => {{ const d = req.query.d; {call}; }});\n"
    found = flows_in({"a.js": f"import fs from 'fs';\nfs.readFileSync('a');\n{handler}"})
    told = [one.removeprefix("operation:") for flow in found for one in flow.sink.details if one.startswith("operation:")]
    assert expected == told
