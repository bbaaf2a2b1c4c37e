"""Tool arguments that reach a shell or an evaluator, by the ways that servers in the wild take."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind, SourceKind
from tests.analysis.javascript.tree import flows_in, lines_of

_HEAD = """import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { exec, execFile, spawn } from "child_process";
import { promisify } from "util";
import { z } from "zod";
const run = promisify(exec);
const server = new McpServer({ name: "demo", version: "1.0.0" });
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "server.tool('ping', { host: z.string() }, async ({ host }) => { await run(`ping ${host}`); });", id="a template"
        ),
        pytest.param("server.tool('ping', { host: z.string() }, async (args) => { await run('ping ' + args.host); });", id="a sum"),
        pytest.param(
            "server.registerTool('ping', { inputSchema: { host: z.string() } }, async ({ host }) => { exec(`ping ${host}`); });",
            id="registerTool",
        ),
        pytest.param(
            "const handler = async ({ host }) => run(`ping ${host}`); server.tool('ping', { host: z.string() }, handler);",
            id="a handler by name",
        ),
        pytest.param(
            "class Pinger { async ping(host) { return run(`ping ${host}`); } } const p = new Pinger();"
            " server.tool('ping', { host: z.string() }, async (a) => p.ping(a.host));",
            id="a method",
        ),
        pytest.param(
            "server.tool('ping', { host: z.string() }, async ({ host: name = 'x' }) => { const c = ['ping', name].join(' '); "
            "await run(c); });",
            id="a renamed field with a default, joined from an array",
        ),
        pytest.param(
            "server.tool('ping', { host: z.string() }, async ({ host }) => { spawn('ping ' + host, { shell: true }); });",
            id="spawn with a shell",
        ),
        pytest.param(
            "server.tool('ping', { host: z.string() }, async ({ host }) => { execFile('bash', ['-c', `ping ${host}`]); });",
            id="a shell started with its text",
        ),
        pytest.param(
            "server.tool('ping', { o: z.object({ host: z.string() }) }, async ({ o: { host } }) =>"
            " new Promise((ok) => exec(`ping ${host}`, (e, out) => ok(out))));",
            id="a nested field inside a promise",
        ),
        pytest.param(
            "server.tool('ping', { hosts: z.array(z.string()) }, async ({ hosts }) => Promise.all(hosts.map((h) => run(`ping "
            "${h}`))));",
            id="an element of an array in a callback",
        ),
        pytest.param(
            "server.tool('ping', { host: z.string() }, async ({ host }) => { let c = 'ping '; if (host) { c += host; } await "
            "run(c); });",
            id="appended in a branch",
        ),
    ],
)
def test_an_argument_reaches_a_shell(body: str) -> None:
    """A tool argument that a shell interprets is told, with the argument's name and the tool's."""
    found = [flow for flow in flows_in(_HEAD + body) if flow.sink.kind is SinkKind.SHELL]
    assert [(flow.source.kind, flow.source.owner) for flow in found] == [(SourceKind.TOOL_ARGUMENT, "ping")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "server.tool('ls', { a: z.string() }, async ({ a }) => { await run('ls -l'); return a; });", id="a constant command"
        ),
        pytest.param("server.tool('n', { n: z.number() }, async ({ n }) => { await run(`head -n ${n} x`); });", id="a number"),
        pytest.param("server.tool('m', { m: z.enum(['a', 'b']) }, async ({ m }) => { await run(`git ${m}`); });", id="an enum"),
        pytest.param(
            "server.tool('m', { m: z.string().regex(/^[a-z0-9]+$/) }, async ({ m }) => { await run(`git ${m}`); });",
            id="a narrow regex",
        ),
        pytest.param(
            "server.tool('m', { m: z.string() }, async ({ m }) => { await run(`head -n ${parseInt(m, 10)}`); });", id="parseInt"
        ),
        pytest.param(
            "const OK = ['a', 'b']; server.tool('m', { m: z.string() }, async ({ m }) => {"
            " if (!OK.includes(m)) throw new Error('no'); await run(`git ${m}`); });",
            id="an allow-list",
        ),
        pytest.param(
            "server.tool('m', { m: z.string() }, async ({ m }) => { if (!/^[a-z]+$/.test(m)) return; await run(`git ${m}`); });",
            id="a pattern asked before",
        ),
        pytest.param(
            "function check(m) { if (!/^[a-z]+$/.test(m)) { throw new Error('no'); } }"
            " server.tool('m', { m: z.string() }, async ({ m }) => { check(m); await run(`git ${m}`); });",
            id="a check in a function that throws",
        ),
        pytest.param(
            "const good = (m) => /^[a-z]+$/.test(m);"
            " server.tool('m', { m: z.string() }, async ({ m }) => { if (good(m)) { await run(`git ${m}`); } });",
            id="a check in a function that answers",
        ),
        pytest.param(
            "server.tool('m', { m: z.string() }, async ({ m }) => { switch (m) { case 'a': await run(`git ${m}`); break; "
            "default: return; } });",
            id="a switch",
        ),
        pytest.param(
            "const MAP = { a: 'add', b: 'branch' }; server.tool('m', { m: z.string() }, async ({ m }) => { await run(`git "
            "${MAP[m]}`); });",
            id="a look-up in a table of constants",
        ),
    ],
)
def test_what_makes_a_command_safe(body: str) -> None:
    """Constants, narrow schemas, parsed numbers, allow-lists and narrow patterns end the flow."""
    assert lines_of(_HEAD + body, SinkKind.SHELL) == []


def test_a_check_after_the_call_protects_nothing() -> None:
    """A guard holds only for what comes after it."""
    body = "server.tool('m', { m: z.string() }, async ({ m }) => { await run(`git ${m}`); if (!/^[a-z]+$/.test(m)) return; });"
    assert lines_of(_HEAD + body, SinkKind.SHELL) == [7]


def test_low_level_handlers_dispatch_by_name() -> None:
    """`request.params.arguments` is followed through a switch and functions of the file, with the story of its way."""
    text = """import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import * as cp from "node:child_process";
const server = new Server({ name: "x" }, { capabilities: { tools: {} } });
function ping(target: string) {
  const command = `ping -c 1 ${target}`;
  return cp.execSync(command).toString();
}
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  switch (name) {
    case "ping":
      return { content: [{ type: "text", text: ping(args.host) }] };
    default:
      throw new Error("unknown");
  }
});
"""
    (flow,) = flows_in(text)
    assert (flow.sink.kind, flow.sink.span.start_line) == (SinkKind.SHELL, 7)
    assert (flow.source.name, flow.source.owner) == ("host", "ping")
    assert [(step.span.start_line, step.words) for step in flow.steps] == [(13, "passed to `ping`"), (6, "joined into a text")]


def test_a_flow_goes_through_another_file() -> None:
    """An import of a `.js` name that is a `.ts` file is followed; the sink has the other file's path."""
    texts = {
        "src/server.ts": """import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { ping } from "./tools/index.js";
const server = new McpServer({ name: "demo" });
server.tool("ping", { host: z.string() }, async ({ host }) => ping(host));
""",
        "src/tools/index.ts": 'export { ping } from "./ping.js";\n',
        "src/tools/ping.ts": 'import { execSync } from "child_process";\nexport function ping(host: string) {\n  return '
        'execSync("ping " + host);\n}\n',
    }
    (flow,) = flows_in(texts)
    assert (flow.sink.span.path, flow.sink.span.start_line) == ("src/tools/ping.ts", 3)
    assert (flow.source.span.path, flow.source.span.start_line) == ("src/server.ts", 5)


@pytest.mark.parametrize(
    ("head", "call"),
    [
        pytest.param("const { exec: go } = require('child_process');", "go(`ls ${args.dir}`)", id="a renamed require"),
        pytest.param("const cp = require('node:child_process');", "cp.execSync(`ls ${args.dir}`)", id="a module object"),
        pytest.param(
            "const go = require('util').promisify(require('child_process').exec);", "go(`ls ${args.dir}`)", id="promisify in place"
        ),
        pytest.param("", "(await import('child_process')).exec(`ls ${args.dir}`)", id="a dynamic import"),
        pytest.param("const shell = require('shelljs');", "shell.exec('ls ' + args.dir)", id="shelljs"),
        pytest.param("require('shelljs/global');", "exec('ls ' + args.dir)", id="what shelljs puts everywhere"),
        pytest.param("const { exec } = require('child_process');", "exec.bind(null, 'ls ' + args.dir)()", id="a bound command"),
        pytest.param("const { spawn } = require('child_process');", "spawn.bind(null, 'sh')(['-c', args.dir])", id="a bound shell"),
        pytest.param("const { exec } = require('child_process');", "exec.bind(null)(`ls ${args.dir}`)", id="nothing bound"),
        pytest.param("const { execaCommand } = require('execa');", "execaCommand('ls ' + args.dir)", id="execa"),
    ],
)
def test_aliases_of_the_shell(head: str, call: str) -> None:
    """Whatever a shell function is called, it is known."""
    assert _lines_of_tool(head, call) == [7]


@pytest.mark.parametrize(
    ("head", "call"),
    [
        pytest.param("const { exec } = require('child_process');", "exec.bind(null, 'ls', {})(args.dir)", id="a bound constant"),
        pytest.param("const { spawn } = require('child_process');", "spawn.bind(null, 'ls')(['--', args.dir])", id="a program"),
        pytest.param("const exec = require('./exec');", "exec('ls ' + args.dir)", id="nothing of shelljs"),
    ],
)
def test_no_alias_of_the_shell(head: str, call: str) -> None:
    """What is bound is what runs, and a name alone is no shell."""
    assert _lines_of_tool(head, call) == []


def _lines_of_tool(head: str, call: str) -> list[int]:
    """Where a tool that makes one call runs a shell."""
    text = f"""const {{ FastMCP }} = require("fastmcp");
{head}
const server = new FastMCP({{ name: "x" }});
server.addTool({{
  name: "list", description: "List a folder", parameters: undefined,
  execute: async (args) => {{
    {call};
  }},
}});
"""
    return lines_of({"server.js": text}, SinkKind.SHELL)


@pytest.mark.parametrize(
    "call",
    [
        "eval(code)",
        "new Function(code)()",
        "Function('a', code)(1)",
        "vm.runInNewContext(code, {})",
        "setTimeout('x = ' + code, 10)",
        "globalThis.eval(code)",
    ],
)
def test_evaluators(call: str) -> None:
    """Every way to evaluate a text is a code sink."""
    head = "import vm from 'node:vm';\nimport { z } from 'zod';\n"
    text = head + f"server.tool('run', {{ code: z.string() }}, async ({{ code }}) => {{ {call}; }});\n"
    assert lines_of(text, SinkKind.CODE) == [3]


def test_a_broken_file_is_followed_as_far_as_it_parses() -> None:
    """What stands before and after a syntax error is still walked."""
    text = _HEAD + "server.tool('a', { h: z.string() }, async ({ h }) => { await run(`x ${h}`); });\nconst = = {{{\n"
    assert lines_of(text, SinkKind.SHELL) == [7]


def test_an_argument_that_may_be_an_option_is_told_with_its_program() -> None:
    """The data at the beginning of an element of git's arguments, before which no `--` stands."""
    text = _HEAD + "server.tool('c', { u: z.string() }, async ({ u }) => { execFile('git', ['clone', u]); });\n"
    (flow,) = flows_in(text)
    assert flow.sink.details == frozenset({"program:git", "leading-position", "no-terminator"})


@pytest.mark.parametrize(
    ("arguments", "details"),
    [
        pytest.param("['clone', '--', u]", {"program:git", "leading-position"}, id="after the end of options"),
        pytest.param("['clone', '--branch', u]", {"program:git", "no-terminator"}, id="the value of an option"),
        pytest.param("['clone', `--branch=${u}`]", {"program:git", "no-terminator"}, id="after a constant beginning"),
    ],
)
def test_where_data_is_no_option(arguments: str, details: set[str]) -> None:
    """What stands before the data tells whether a program can take it for an option."""
    text = _HEAD + f"server.tool('c', {{ u: z.string() }}, async ({{ u }}) => {{ execFile('git', {arguments}); }});\n"
    (flow,) = flows_in(text)
    assert flow.sink.details == frozenset(details)


def test_a_parameter_of_an_exported_function_says_so() -> None:
    """Whoever calls an exported function chooses its parameters; the detail tells it from a function of the file's own."""
    text = _HEAD + "export function go(host) { exec(`ping ${host}`); }\nfunction stay(host) { exec(`ping -4 ${host}`); }\n"
    found = [(flow.source.kind, flow.sink.span.start_line, "exported" in flow.sink.details) for flow in flows_in(text)]
    assert found == [(SourceKind.PARAMETER, 7, True), (SourceKind.PARAMETER, 8, False)]


def test_broken_guards_are_named() -> None:
    """A check that was seen and does not protect travels with the flow."""
    text = (
        "import fs from 'fs'; import path from 'path'; import { z } from 'zod';\nconst ROOT = '/srv/data';\n"
        "server.tool('r', { f: z.string() }, async ({ f }) => {\n  const p = path.resolve(ROOT, f);\n"
        "  if (!p.startsWith(ROOT)) throw new Error('outside');\n  return fs.readFileSync(p);\n});\n"
    )
    (flow,) = flows_in(text)
    assert [(guard.name, guard.span.start_line) for guard in flow.broken_guards] == [("prefix-without-separator", 5)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("execFile('kubectl', ['get', 'pods', '-n', u])", False),
        ("execFile('kubectl', ['get', u])", True),
        ("execFile('find', ['/srv', '-name', u])", False),
        ("execFile('find', [u, '-name', 'a'])", True),
        ("execFile('ffmpeg', ['-y', u])", True),
        ("execFile('ffmpeg', ['-i', 'a', '-vf', u])", False),
        ("execFile('ls', ['-n', u])", True),
    ],
)
def test_what_follows_an_option_that_takes_a_value_is_its_value(call: str, expected: bool) -> None:
    """Which options take a value is the program's affair."""
    text = _HEAD + f"server.tool('c', {{ u: z.string() }}, async ({{ u }}) => {{ {call}; }});\n"
    (flow,) = flows_in(text)
    assert expected == ("leading-position" in flow.sink.details)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("['release', '--message', text]", False, id="the value of an option"),
        pytest.param("['release', ...(text ? ['--message', text] : [])]", False, id="the same, put in when there is one"),
        pytest.param("['release', text]", True, id="a word of its own"),
    ],
)
def test_an_argument_that_simple_git_hands_on(given: str, expected: bool) -> None:
    """Data behind an option is its value, whatever it begins with."""
    text = (
        f"{_HEAD}import simpleGit from 'simple-git';\n"
        f"server.tool('merge', {{ text: z.string() }}, async ({{ text }}) => {{ await simpleGit('/srv').merge({given}); }});\n"
    )
    (flow,) = [one for one in flows_in(text) if one.sink.kind is SinkKind.ARGUMENT]
    assert expected == ("leading-position" in flow.sink.details)


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        pytest.param("path.join(process.env.WHERE, slug)", [], id="behind a folder of the program"),
        pytest.param("path.resolve(process.cwd(), slug)", [], id="a path from the root on"),
        pytest.param("path.join(path.resolve(target), slug)", [], id="behind a path from the root on"),
        pytest.param("path.join(path.isAbsolute(target) ? target : path.resolve('.', target), slug)", [], id="on both ways"),
        pytest.param("path.join(target, slug)", ["target"], id="behind a folder that is chosen"),
        pytest.param("path.join(slug, 'copy')", ["slug"], id="a folder that is chosen"),
        pytest.param("path.join(path.isAbsolute(target) ? '.' : target, slug)", ["target"], id="what is not at the root"),
        pytest.param("path.resolve(slug).slice(1)", ["slug"], id="what is cut out of a path"),
    ],
)
def test_a_path_from_the_root_on_is_no_option(folder: str, expected: list[str]) -> None:
    """Of a path only its beginning may be a dash, and no root is one."""
    text = (
        "import path from 'path';\nimport { z } from 'zod';\nimport { execFile } from 'child_process';\n"
        "server.tool('copy', { slug: z.string(), target: z.string() }, async ({ slug, target }) => "
        f"{{ execFile('git', ['clone', 'https://a.example/x', {folder}]); }});\n"
    )
    assert [flow.source.name for flow in flows_in(text) if flow.sink.kind is SinkKind.ARGUMENT] == expected


def test_a_helper_that_is_called_with_either_of_two_programs() -> None:
    """A call with the shell of one system or of the other is not taken for an earlier one with a program that is no shell."""
    text = (
        f"{_HEAD}function start(program, given) {{\n  return spawn(program, given);\n}}\nconst w = process.platform === 'win32';\n"
        "server.tool('a', { x: z.string() }, async ({ x }) => {\n  start(w ? 'git.exe' : 'git', ['-c', x]);\n"
        "  start(w ? 'cmd.exe' : 'sh', ['-c', x]);\n});\n"
    )
    assert lines_of(text, SinkKind.SHELL) == [8]


_SELECTED = {
    "the rest is checked": "const [cmd, ...rest] = req.body.args; for (const a of rest) { CHECK } exec(cmd);",
    "a slice is checked": "const args = req.body.args; for (const a of args.slice(1)) { CHECK } exec(args[0]);",
    "a slice is checked by a callback": "const args = req.body.args; args.slice(1).forEach(a => { CHECK }); exec(args[0]);",
    "what a filter leaves": "const args = req.body.args; for (const a of args.filter(p => p)) { CHECK } exec(args[0]);",
    "what a filter with a name leaves": "const l = req.body.args; for (const a of l.filter(Boolean)) { CHECK } exec(l[0]);",
    "what a filter that asks leaves": (
        "const args = req.body.args; for (const a of args.filter(p => p !== '-')) { CHECK } exec(args[0]);"
    ),
}
_ALL = {
    "the rest": "const [cmd, ...rest] = req.body.args; for (const a of rest) { CHECK } exec(rest.join(' '));",
    "a slice": "const args = req.body.args; for (const a of args.slice(1)) { CHECK } exec(args.slice(1).join(' '));",
    "the list": "const args = req.body.args; for (const a of args) { CHECK } exec(args.slice(1).join(' ')); exec(args[0]);",
    "one of a slice": "const l = req.body.args.slice(1); for (const a of l) { CHECK } exec(l[0]);",
    "a filtered list": "const kept = req.body.args.filter(Boolean); for (const a of kept) { CHECK } exec(kept.join(' '));",
    "one of the rest": "const [b, ...l] = req.body.args; for (const a of l) { CHECK exec(a); } for (const c of l) exec(c);",
    "a list before it is filtered": (
        "const args = req.body.args; for (const a of args) { CHECK } for (const b of args.filter(p => p !== '-')) exec(b);"
    ),
}


def _checked_lists(body: str) -> list[int]:
    check = body.replace("CHECK", "if (!/^\\w+$/.test(a)) throw new Error('no');")
    text = f"{_HEAD}import express from 'express';\nconst app = express();\napp.post('/', (req, res) => {{ {check} }});\n"
    return lines_of(text, SinkKind.SHELL)


@pytest.mark.parametrize("body", _SELECTED.values(), ids=_SELECTED)
def test_a_check_of_some_elements_tells_nothing_of_the_others(body: str) -> None:
    """What a loop over the rest, a slice or what a filter leaves has asked holds of those alone."""
    assert _checked_lists(body)


@pytest.mark.parametrize("body", _ALL.values(), ids=_ALL)
def test_a_check_of_every_element_that_is_used(body: str) -> None:
    """The same elements are used that were asked, or some of them."""
    assert _checked_lists(body) == []


def test_elements_of_a_filtered_list_are_not_its_length() -> None:
    """What a filter leaves is compared with the program's own texts."""
    body = "for (const x of req.body.l.filter(n => n !== '')) { if (x !== 'ls') continue; exec(x); }"
    assert _checked_lists(body) == []
    assert _checked_lists(body.replace("continue", "console.log(x)"))
