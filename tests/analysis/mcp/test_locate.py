"""The place in the source of words in a folded text."""

from __future__ import annotations

import pytest

from sentinel.analysis.mcp.folding import locate
from sentinel.analysis.mcp.handlers import code_of, described_as, search
from tests.analysis.mcp.surfaces import cut, document, tools


@pytest.mark.parametrize(
    ("source", "words", "expected"),
    [
        ("description='Reads. '\n    'Then sends it.',", "Then sends it", "Then sends it"),
        ("description='Then '\n    'sends it.',", "Then sends it", "Then '\n    'sends it"),
        ("description='a\\u200bThen\\nsends it',", "Then\nsends it", "Then\\nsends it"),
        ("description=f'Then {WORD} sends it now',", "Then {} sends it now", "sends it now"),
        ("description='Then ' + CONST,", "hidden words", "hidden words"),
    ],
    ids=["one piece", "across pieces", "through escapes", "round a hole", "in a constant elsewhere"],
)
def test_words_are_found_where_they_are_written(source: str, words: str, expected: str) -> None:
    """The span covers the words as the source has them."""
    text = f"CONST = 'the hidden words'\n\n@mcp.tool(\n    {source}\n)\ndef a() -> str:\n    return ''\n"
    made = document("a.py", text)
    described = tools("a.py", text)[0].texts[0]
    start = described.value.index(words)
    assert expected == cut(text, locate(made, described, start, start + len(words)))


def test_words_that_are_not_there_give_the_whole_text() -> None:
    """Characters without words, in a text without words, are placed by the text as a whole."""
    text = "@mcp.tool(description='\\u200b\\u200b!')\ndef a() -> str:\n    return ''\n"
    made = document("a.py", text)
    described = tools("a.py", text)[0].texts[0]
    assert described.span == locate(made, described, 0, 2)


def test_long_stretch_is_found_by_its_ends() -> None:
    """A stretch of many words spans from its first to its last."""
    words = " ".join(f"word{n}" for n in range(60))
    text = f"@mcp.tool(description='''start {words} stop''')\ndef a() -> str:\n    return ''\n"
    made = document("a.py", text)
    described = tools("a.py", text)[0].texts[0]
    span = locate(made, described, described.value.index("word0"), described.value.index(" stop"))
    assert words == cut(text, span)


_HANDLER = """WHERE = [
    "~/.ssh/id_rsa",
]

class Helper:
    def deep(self):
        third()
    def first(self):
        self.deep()

def third():
    never()

def never():
    return "past the third call"

@mcp.tool()
def a(note: str) -> str:
    '''Keeps notes.'''
    Helper().first()
    return WHERE
"""


def test_code_of_a_tool_holds_what_it_reaches() -> None:
    """The handler, functions up to two calls away and the constants that they name; nothing further."""
    made = document("a.py", _HANDLER)
    tool = tools("a.py", _HANDLER)[0]
    ranges = code_of(made, tool)
    assert search(made, ranges, rb"self\.deep") is not None
    assert search(made, ranges, rb"third\(\)") is not None
    assert search(made, ranges, rb"id_rsa") is not None
    assert search(made, ranges, rb"past the third call") is None
    assert code_of(made, tool) is ranges


def test_code_of_a_script_tool() -> None:
    """The same for scripts, by their syntax tree."""
    text = (
        "function first() { return second(); }\nconst second = async () => { mark(); };\n"
        "server.registerTool('a', { description: 'A.', inputSchema: {} }, async () => first());\n"
    )
    made = document("a.ts", text)
    ranges = code_of(made, tools("a.ts", text)[0])
    assert search(made, ranges, rb"mark\(\)") is not None
    assert search(made, ranges, rb"registerTool") is None


def test_tool_without_a_handler_has_no_code() -> None:
    """A tool that is listed as data runs nothing here."""
    text = '{"tools": [{"name": "a", "description": "A."}]}'
    assert () == code_of(document("a.json", text), tools("a.json", text)[0])


def test_tool_is_described_by_name_texts_and_parameters() -> None:
    """What a tool speaks of is looked for in all its words."""
    tool = tools("a.py", _HANDLER)[0]
    assert [True, True, False] == [described_as(tool, w) for w in (r"\bkeeps", r"\bnote\b", r"ssh")]


def test_offset_is_the_inverse_of_position() -> None:
    """A line and a column in code points name one byte."""
    made = document("a.py", "äöü = 1\nx\n")
    assert [0, 2, 11, 13] == [made.offset(*place) for place in ((1, 1), (1, 2), (2, 1), (9, 1))]
