"""Which documents are worth a walk, and which of their functions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.analysis.javascript.declared import declarations
from sentinel.analysis.javascript.gate import Heat, heat_of, is_worth_a_walk
from sentinel.analysis.javascript.marks import SOURCE, STRONG, WARM, Marks
from tests.analysis.javascript.tree import Tree


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(
            r"\bexec(?:Sync)?\s*\(", b"exec(a); my_exec(b); execSync (c); execute(d)", {0, 21}, id="a word with an ending"
        ),
        pytest.param(r"\.query\s*[(`]", b"a.query(b) + query(c) + a.query`d`", {1, 25}, id="a method"),
        pytest.param(r"(?<=\w)Raw\s*\(", b"Raw(a); whereRaw(b)", {13}, id="an ending"),
        pytest.param(r"\bvm2?['\".]", b"vm.run; vm2'; xvm.run", {0, 8}, id="an optional last letter"),
    ],
)
def test_a_mark_stands_where_its_literal_matches(pattern: str, text: bytes, expected: set[int]) -> None:
    """The places of a mark are the offsets of its literal, each where the whole pattern matches."""
    assert Marks(pattern).places(text) == expected
    assert Marks(pattern).places(text.upper()) == set()


_PATTERNS = [pattern for marks in (STRONG, SOURCE, WARM) for _, pattern in marks.marks]


@given(st.sampled_from(_PATTERNS).flatmap(lambda pattern: st.tuples(st.just(pattern), st.from_regex(pattern))))
def test_no_match_is_lost_by_looking_for_the_literal(drawn: tuple[re.Pattern[bytes], bytes]) -> None:
    """Every text that a pattern matches somewhere has a place, for every pattern of the tables."""
    pattern, text = drawn
    assert Marks(pattern.pattern.decode()).places(text) >= {found.start() for found in pattern.finditer(text)}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"a.js": "eval(x)"}, True, id="a sink that matters by itself"),
        pytest.param({"a.js": "fs.readFile(req.query.p)"}, True, id="a source and another sink"),
        pytest.param({"a.js": "fs.readFile(p)"}, False, id="no source"),
        pytest.param({"a.js": "res.send(req.query.p)"}, True, id="a source and a body"),
        pytest.param(
            {"a.js": "import { b } from './b';\nb(req.p)", "b.js": "export const b = (p) => fs.unlink(p);"}, True, id="an import's"
        ),
        pytest.param({"a.js": "import { b } from './b';\nb(req.p)", "b.js": "export const b = (p) => p;"}, False, id="nowhere"),
        pytest.param({"a.js": "// " + "x" * (600 << 10)}, True, id="too large to be searched"),
    ],
)
def test_documents_worth_a_walk(texts: dict[str, str], expected: bool) -> None:
    """A walk needs a sink that matters by itself, or a source and a sink in reach."""
    tree = Tree(texts)
    document = tree.read("a.js")
    assert document is not None
    assert is_worth_a_walk(document, tree) is expected


def test_what_leads_to_a_sink_is_hot() -> None:
    """A function is hot when a sink is reached from it over the names of the document, cold when none is."""
    text = "function run(c) { exec(c); }\nfunction go(c) { run(c); }\nfunction add(a) { return a + 1; }\n"
    tree = Tree({"a.js": text})
    document = tree.read("a.js")
    assert document is not None
    heat = heat_of(document, tree)
    starts = [text.index(f"function {name}") for name in ("run", "go", "add")]
    assert [heat.has_sink(start, start + 20) for start in starts] == [True, True, False]
    assert [heat.has_source(start, start + 20) for start in starts] == [False, False, False]


def test_names_that_another_file_hands_on_are_hot() -> None:
    """A name is hot when the small file it comes from only hands it on from a file with a sink."""
    texts = {
        "a.js": "import { run } from './index';\nfunction go(c) { run(c); }\n",
        "index.js": "export { run } from './b';\n",
        "b.js": "export function run(c) { exec(c); }\n",
    }
    tree = Tree(texts)
    document = tree.read("a.js")
    assert document is not None
    assert heat_of(document, tree).has_sink(31, 57)


def _heat(texts: dict[str, str]) -> tuple[str, Heat]:
    tree = Tree(texts)
    document = tree.read("a.ts")
    assert document is not None
    return texts["a.ts"], heat_of(document, tree)


def _hot_lines(texts: dict[str, str]) -> list[int]:
    text, heat = _heat(texts)
    ends = [at for at, letter in enumerate(text) if letter == "\n"]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [number for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1) if heat.has_sink(start, end)]


def test_a_method_with_a_sink_heats_who_calls_it_and_not_the_class() -> None:
    """Of a class with a sink in one method, what mentions that method is hot, what mentions the class alone is not."""
    text = (
        "class Runner {\n"
        "  run(command) {\n"
        "    exec(command);\n"
        "  }\n"
        "  go(command) {\n"
        "    this.run(command);\n"
        "  }\n"
        "  name() {\n"
        "    return 'x';\n"
        "  }\n"
        "}\n"
        "function show(one: Runner) { return one.name(); }\n"
        "function start(one: Runner) { return one.go('a'); }\n"
    )
    assert _hot_lines({"a.ts": text}) == [2, 3, 5, 6, 13]


def test_a_constructor_with_a_sink_heats_who_makes_the_class() -> None:
    """What a constructor does is done by whoever names the class."""
    text = "class Runner {\n  constructor(c) {\n    exec(c);\n  }\n}\nfunction make(c) { return new Runner(c); }\n"
    assert _hot_lines({"a.ts": text}) == [1, 3, 6]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param("export function run(c) { exec(c); }\nexport function add(a) { return a; }\n", True, id="a function"),
        pytest.param("export function add(c) { exec(c); }\nexport function run(a) { return a; }\n", False, id="beside it"),
        pytest.param("function inner(c) { exec(c); }\nexport const run = (c) => inner(c);\n", True, id="over another"),
        pytest.param("export interface run { c: string }\nexport const add = (c) => exec(c);\n", False, id="a type"),
        pytest.param("import { x } from './c';\nexport const run = (c) => x(c);\n", True, id="over a third file"),
        pytest.param("const other = (c) => exec(c);\nmodule.exports = { other };\n", True, id="a name that is not declared"),
    ],
)
def test_an_imported_name_is_hot_when_it_leads_to_a_sink(other: str, expected: bool) -> None:
    """Of a file with a sink, those names heat an importer from which the sink is reached, and those of which nothing is told."""
    texts = {
        "a.ts": "import { run } from './b';\nfunction go(c) { run(c); }\n",
        "b.ts": other,
        "c.ts": "export const x = (c) => exec(c);\n",
    }
    assert (2 in _hot_lines(texts)) is expected


def test_declarations_reach_to_the_next_that_is_no_deeper() -> None:
    """Every declaration has its names, its kind, what is round it, and its range in lines."""
    text = (
        b"import x from 'x';\n"
        b"export class A extends B {\n"
        b"  private field = 1;\n"
        b"  constructor(a) {\n"
        b"    this.a = a;\n"
        b"  }\n"
        b"  async run<T>(a) {\n"
        b"    const { b, c } = a;\n"
        b"    if (b) {\n"
        b"      c(b);\n"
        b"    }\n"
        b"  }\n"
        b"}\n"
        b"type T = string;\n"
        b"it('says', () => {\n"
        b"  let d = 1;\n"
        b"});\n"
    )
    found = [
        (one.names, one.kind, one.parent, text.count(b"\n", 0, one.start) + 1, text.count(b"\n", 0, one.end) + 1)
        for one in declarations(text)
    ]
    assert found == [
        ((b"A",), "class", -1, 2, 14),
        ((b"field",), "field", 0, 3, 3),
        ((b"constructor",), "field", 0, 4, 7),
        ((b"a",), "field", 2, 5, 5),
        ((b"run",), "method", 0, 7, 14),
        ((b"b", b"c"), "local", 4, 8, 8),
        ((b"T",), "type", -1, 14, 14),
        ((b"d",), "local", -1, 16, 16),
    ]
