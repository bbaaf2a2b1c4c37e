"""What is written to stop the walk: nesting, size, cycles. Bounded time, a Skip, no crash."""

from __future__ import annotations

import time

import pytest

from sentinel.model.document import Skip
from sentinel.model.flow import Flow, SinkKind
from tests.analysis.javascript.tree import found_in, lines_of

pytestmark = pytest.mark.unmeasured
"""What the tracer of coverage costs would be held against the bounds on time."""

_HEAD = "import { exec } from 'child_process';\n"
_MOST_SECONDS = 6.0
"""On a loaded machine; alone each takes under a second."""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("exec(" + "(" * 10_000 + "x" + ")" * 10_000 + ");", id="parentheses"),
        pytest.param("exec(" + "[" * 10_000 + "x" + "]" * 10_000 + ");", id="arrays"),
        pytest.param("{" * 10_000 + "exec(x);" + "}" * 10_000, id="blocks"),
        pytest.param("exec(" + "!" * 10_000 + "x);", id="negations"),
        pytest.param("exec(x" + ".a" * 10_000 + ");", id="members"),
        pytest.param("exec(" + "f(" * 10_000 + "x" + ")" * 10_000 + ");", id="calls"),
        pytest.param("exec(" + "() => " * 5_000 + "x);", id="arrow functions"),
        pytest.param("if (a) exec(x); " + "else if (a) exec(x); " * 5_000, id="else-if"),
        pytest.param("exec(" + "a ? b : " * 5_000 + "x);", id="conditionals"),
        pytest.param("exec(" + "`${" * 2_000 + "x" + "}`" * 2_000 + ");", id="templates"),
    ],
)
def test_deep_nesting_ends(body: str) -> None:
    """Nesting is followed to a depth and then given up, with a Skip or without harm."""
    begun = time.process_time()
    items = found_in(_HEAD + body)
    assert time.process_time() - begun < _MOST_SECONDS
    assert all(isinstance(item, (Flow, Skip)) for item in items)


def test_nesting_that_was_given_up_is_said() -> None:
    """What was not followed is a Skip that names the line."""
    items = found_in(_HEAD + "exec(" + "[" * 1_000 + "x" + "]" * 1_000 + ");")
    assert [(item.line, item.detail) for item in items if isinstance(item, Skip)] == [(2, "nested too deeply to be followed")]


def test_a_long_sum_is_followed() -> None:
    """10,000 terms are joined without recursion, and the data among them is found."""
    terms = " + ".join(["'a'"] * 5_000 + ["cmd"] + ["'b'"] * 5_000)
    assert lines_of(f"{_HEAD}export function go(cmd) {{ exec({terms}); }}\n", SinkKind.SHELL) == [2]


def test_a_megabyte_is_not_parsed() -> None:
    """A file over the limit for parsing is a Skip."""
    items = found_in(_HEAD + "const a = " + "1 + " * 300_000 + "1;\n")
    assert [type(item) for item in items] == [Skip]


def test_functions_that_call_each_other_end() -> None:
    """5,000 functions, each calling two others, are walked within the budget."""
    lines = [
        f"function f{at}(x) {{ f{(at * 7 + 1) % 5000}(x); f{(at * 11 + 3) % 5000}(x + 'a'); exec(x); }}" for at in range(5_000)
    ]
    begun = time.process_time()
    items = found_in(_HEAD + "\n".join(lines) + "\nf0(process.argv[2]);\n")
    assert time.process_time() - begun < _MOST_SECONDS
    assert any(isinstance(item, Skip) for item in items)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "const o = {\n" + "".join(f"k{at}: [x, {{ a: x }}],\n" for at in range(20_000)) + "};\nexec(o.k1);", id="a wide object"
        ),
        pytest.param("const o = [\n" + "x,\n" * 100_000 + "];\nexec(o.join(''));", id="a wide array"),
        pytest.param("let o = { a: x };\n" + "o = { ...o, b: { ...o } };\n" * 2_000 + "exec(o.b);", id="objects that double"),
        pytest.param("let s = x;\n" + "s = `${s}${s}`;\n" * 4_000 + "exec(s);", id="texts that double"),
        pytest.param("x.map((a) => a.map((b) => b.map((c) => exec(c))));\n" * 2_000, id="callbacks side by side"),
        pytest.param("switch (x) {\n" + "".join(f"case 'a{at}': exec(x);\n" for at in range(6_000)) + "}", id="a long switch"),
        pytest.param("if (/^[a-z]+(b|c)*$/.test(x)) { exec(x); }\n" * 4_000, id="many patterns"),
    ],
)
def test_what_is_wide_ends(body: str) -> None:
    """Width is bounded by the steps of a walk, whatever form it has."""
    begun = time.process_time()
    items = found_in(f"{_HEAD}export function go(x) {{\n{body}\n}}\n")
    assert time.process_time() - begun < _MOST_SECONDS
    assert all(isinstance(item, (Flow, Skip)) for item in items)


def test_classes_that_inherit_without_end_are_left() -> None:
    """2,000 classes, each the parent of the one before and each calling it, end."""
    lines = [
        f"class A{at} extends A{at + 1} {{ m(x) {{ exec(x); super.m(x); this.n(x); }} n(x) {{ return new A{at + 1}().m(x); }} }}"
        for at in range(2_000)
    ]
    begun = time.process_time()
    found_in(_HEAD + "\n".join(lines))
    assert time.process_time() - begun < _MOST_SECONDS


def test_a_ladder_of_branches_ends() -> None:
    """Branches do not multiply: 300 of them in a row are joined one by one."""
    body = "".join(f"if (a{at}) {{ c += x; }} else {{ c = c + 'y'; }}\n" for at in range(300))
    begun = time.process_time()
    assert lines_of(f"{_HEAD}export function go(x) {{ let c = '';\n{body}exec(c); }}\n", SinkKind.SHELL) == [303]
    assert time.process_time() - begun < _MOST_SECONDS


def test_modules_that_import_each_other_end() -> None:
    """A cycle of imports is walked once round."""
    texts = {
        "a.ts": "import { b } from './b';\nexport const a = (x) => b(x);\nserver.tool('t', {}, async (args) => a(args.x));\n",
        "b.ts": "import { a } from './a';\nimport { execSync } from 'child_process';\nexport const b = (x) => { a(x); "
        "execSync(x); };\n",
    }
    assert lines_of(texts, SinkKind.SHELL) == [3]


def test_records_that_hold_themselves_end() -> None:
    """An object that is its own field, and an array that holds itself, are joined without end."""
    text = _HEAD + (
        "export function go(x) { const o = { c: x }; o.o = o; const l = [o]; l.push(l); let p = o;\n"
        "for (const i of l) { p = i ? o : p; p.o.o.o.c = p; }\nexec(o.o.o.o.c); return l; }\n"
    )
    assert all(isinstance(item, (Flow, Skip)) for item in found_in(text))


@pytest.mark.parametrize(
    "tail",
    ["const x = {", "`${", "exec('a' +", "class A { m( {", "<div>{", "\x00\x00", "import {", "export default", "\\u{110000}"],
)
def test_cut_files_do_not_crash(tail: str) -> None:
    """A file may end anywhere."""
    text = _HEAD + "export function go(x) { exec(x); }\n" + tail
    assert lines_of({"a.tsx": text}, SinkKind.SHELL) in ([2], [])
