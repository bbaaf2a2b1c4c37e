"""Functions that are handed nothing and see somebody's data in the functions round them."""

from __future__ import annotations

import time

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in

_HEAD = 'import fs from "fs";\nasync function safely(run) { return await run(1); }\nfunction hold(run) { return run; }\n'
_LONG = "// Longer than what is walked without asking whether it is worth it.\n" * 5
SEEN = {
    "the arguments": "async (args) => safely(async (page) => {\nLONG fs.writeFileSync(args.d, 'x'); });",
    "one of them": "async ({ d }) => safely(async (page) => {\nLONG fs.writeFileSync(d, 'x'); });",
    "a field": "async (args) => { const held = { p: args.d }; return safely(() => {\nLONG fs.writeFileSync(held.p, 'x'); }); };",
    "an element": "async (args) => { const held = [args.d]; return safely(() => {\nLONG fs.writeFileSync(held[0], 'x'); }); };",
    "an answer that is data, too": (
        "async (args) => safely(async (page) => {\nLONG fs.writeFileSync(args.d, 'x'); return [`saved ${args.d}`]; });"
    ),
    "a function in a function": "async (args) => safely(() => safely(() => {\nLONG fs.writeFileSync(args.d, 'x'); }));",
    "the object it belongs to": (
        "async (args) => { class Job { constructor(d) { this.d = d; } run() { return safely(() => {\nLONG "
        "fs.writeFileSync(this.d, 'x'); }); } } return new Job(args.d).run(); };"
    ),
}


def _kinds(handler: str) -> list[SinkKind]:
    """The sinks that the argument of a tool reaches."""
    text = f"{_HEAD}server.tool('save', {{ d: z.string() }}, {handler.replace('LONG', _LONG)});\n".replace(";);", ");")
    return [flow.sink.kind for flow in flows_in(text)]


@pytest.mark.parametrize("handler", SEEN.values(), ids=SEEN)
def test_data_that_a_function_sees(handler: str) -> None:
    """A long function that is handed on is walked for the data it sees."""
    assert _kinds(handler) == [SinkKind.PATH_WRITE]


def test_data_that_a_function_does_not_mention() -> None:
    """What is seen and not asked for does nothing."""
    handler = "async (args) => { const held = [args.d]; return safely(() => {\nLONG fs.writeFileSync('a', 'x'); }); };"
    assert _kinds(handler) == []


def test_two_calls_that_see_different_objects() -> None:
    """A function that saw an object without data is walked again for one with data."""
    text = (
        f"{_HEAD}function save(held) {{ return safely(() => {{\n{_LONG} fs.writeFileSync(held.path, 'x'); }}); }}\n"
        "save({ path: 'a' });\nserver.tool('save', { d: z.string() }, async ({ d }) => save({ path: d }));\n"
    )
    assert [flow.sink.kind for flow in flows_in(text)] == [SinkKind.PATH_WRITE]


def test_many_names_round_a_long_function() -> None:
    """The text of a function is not searched anew for every name that is seen, at every call."""
    names = "".join(f"const n{at} = {{ a: 1 }};\n" for at in range(2_000))
    body = "// Nothing that is seen is mentioned here.\n" * 2_500
    calls = "run(1);\n" * 40
    text = (
        f"{_HEAD}server.tool('save', {{ d: z.string() }}, async ({{ d }}) => {{\n{names}"
        f"function run(k) {{\n{body} fs.writeFileSync(d, 'x'); }}\n{calls}}});\n"
    )
    started = time.process_time()
    assert [flow.sink.kind for flow in flows_in(text)] == [SinkKind.PATH_WRITE]
    assert time.process_time() - started < 5
