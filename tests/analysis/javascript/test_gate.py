"""Which documents are worth a walk, and which of their functions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.analysis.javascript.gate import heat_of, is_worth_a_walk
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
    assert Marks(pattern).is_in(text) is bool(expected)
    assert not Marks(pattern).is_in(text.upper())


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
