"""What a docstring or a comment speaks of is not done there."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.remarks import in_code, quoted
from sentinel.model.document import Document
from tests.analysis.python.workspace import told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('def act():\n    """Calls MARK of it."""\n', False, id="a docstring in a line"),
        pytest.param("def act():\n    r'''Does it.\n\n    MARK\n    '''\n", False, id="a docstring over several lines"),
        pytest.param("class Act(\n    Base,\n):\n    # why\n    x = 1\n    # MARK\n", False, id="a comment"),
        pytest.param('def act(\n    x: str,\n) -> None:  # why\n    """MARK"""\n', False, id="a docstring behind many parameters"),
        pytest.param('def act():\n    f"""{MARK}"""\n', True, id="a text with holes"),
        pytest.param('def act(x):\n    return f"""\n# {MARK}\n"""\n', True, id="a heading in a text with holes"),
        pytest.param('def act():\n    """Does it."""\n    MARK\n', True, id="behind a docstring"),
        pytest.param('def act():\n    """Does it."""\n    """MARK\n    """\n', True, id="a text behind a docstring"),
        pytest.param('if act():\n    """MARK"""\n', True, id="a text in the block of a statement"),
        pytest.param("MARK  # does it\n", True, id="before a comment"),
    ],
)
def test_remarks_are_no_code(text: str, expected: bool) -> None:
    """Places in docstrings and in lines that are comments are left out, those in other texts are kept."""
    data = text.encode()
    assert expected is bool(in_code(Document("a.py", data), [data.index(b"MARK")]))


@pytest.mark.parametrize(
    "before",
    [
        pytest.param('TEXT = "#", """\ndef made():\n"""\n', id="an end of a text in the first column"),
        pytest.param('TEXT = ("#", """\n    def made():\n    """)\n', id="an end of a text as deep as the line before it"),
        pytest.param('TEXT = ("#", """\n  def made():\n    """)\n', id="an end of a text that is deeper than the line before it"),
    ],
)
def test_end_of_a_text_begins_no_docstring(before: str) -> None:
    """Where a text is not seen to begin, its end does not hide the code behind it."""
    data = f'{before}MARK\n\n\ndef other():\n    """Does it."""\n'.encode()
    at = data.index(b"MARK")
    assert [at] == in_code(Document("a.py", data), [at])


def test_code_behind_a_docstring_is_walked() -> None:
    """A handler whose docstring speaks of what it does is walked for what it does."""
    handler = (
        "from mcp.server.fastmcp import FastMCP\nimport os\nmcp = FastMCP('x')\n\n\n"
        '@mcp.tool()\ndef act(text: str) -> str:\n    """Calls os.system(text).\n\n    With text.\n    """\n    os.system(text)\n'
    )
    filler = "".join(f"def filler_{number}(x):\n    return x + {number}\n\n" for number in range(400))
    assert [("tool-argument", "shell", 12)] == told(handler + "\n\n" + filler)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('a = """\n"""\n', [(4, 11)], id="a text"),
        pytest.param('a = "#", """\n"""\n', [(9, 16)], id="behind a mark of a comment in a text"),
        pytest.param('a = "it\'s", """\n"""\n', [(12, 19)], id="behind another quotation mark in a text"),
        pytest.param('a = """\n""" + """\n"""\n', [(4, 11), (14, 21)], id="where another one ends"),
        pytest.param('a = "\\\n"""\nb = 1\n', [], id="the end of a text over two lines, and an empty one"),
        pytest.param('a = \'"""\'\nb = 1\n', [], id="inside another text"),
        pytest.param('# """\nb = 1\n', [], id="in a comment"),
        pytest.param('a = """b"""\n', [], id="in one line"),
        pytest.param('a = """\\"""\n"""\n', [(4, 15)], id="with marks that a backslash makes letters"),
        pytest.param('a = """\n\\\\"""\nb = """c"""\n', [(4, 13)], id="with a backslash at its end"),
    ],
)
def test_quoted_texts(text: str, expected: list[tuple[int, int]]) -> None:
    """Texts in three quotes over several lines are found where they begin, whatever stands before them."""
    assert expected == quoted(text.encode())


def test_marks_that_begin_nothing_are_counted() -> None:
    """Behind too many marks of which none begins a text, all is taken for a text, and nothing for a docstring."""
    data = b'\'"""\';' * 3_000 + b'\ndef act():\n    """Does it."""\n'
    assert [len(data)] == [end for _, end in quoted(data)]
    at = data.index(b"Does")
    assert [at] == in_code(Document("a.py", data), [at])
