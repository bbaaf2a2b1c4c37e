"""Text that holds no quote, between quotes."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "import lxml.etree, os\nfrom flask import Flask, request\napp = Flask('x')\n@app.get('/a')\ndef f():\n"
    "    q = request.args['q']\n"
)


def _body(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.split("\n"))


@pytest.mark.parametrize(
    ("check", "text", "is_told"),
    [
        pytest.param("if \"'\" in q: return 'no'", "f\"/a[@b='{q}']\"", False, id="between the quotes that it does not hold"),
        pytest.param("if \"'\" in q: return 'no'", "f'/a[@b=\"{q}\"]'", True, id="between others"),
        pytest.param("if \"'\" in q: return 'no'", "f'/a[@b={q}]'", True, id="between none"),
        pytest.param("if \"'\" in q: return 'no'", "f\"/a[@b='c'][@d={q}]\"", True, id="behind a quoted text"),
        pytest.param('if "\'" in q: pass', "f\"/a[@b='{q}']\"", True, id="a test without an end"),
        pytest.param("q = q.replace(\"'\", '')", '"/a[@b=\'" + q + "\']"', False, id="quotes dropped"),
        pytest.param("q = q.replace(\"'\", '&apos;')", "\"/a[@b='%s']\" % q", False, id="quotes replaced"),
        pytest.param('q = q.replace("\'", "\\\\\'")', "\"/a[@b='%s']\" % q", True, id="quotes escaped, which XPath does not know"),
    ],
)
def test_text_between_quotes(check: str, text: str, is_told: bool) -> None:
    """A text without a quote stays between two of them."""
    text = f"{_HEAD}{_body(check)}    root = lxml.etree.parse('a.xml')\n    return root.xpath({text})\n"
    assert any(kind == "xpath" for _, kind, _ in told(text)) is is_told


@pytest.mark.parametrize(
    ("check", "is_told"),
    [
        pytest.param("if not q.startswith('\"') or not q.endswith('\"') or '\"' in q[1:-1]: return", False, id="a literal"),
        pytest.param("if not q.startswith('\"') or '\"' in q[1:-1]: return", True, id="no end"),
        pytest.param("if not q.startswith('\"') or not q.endswith('\"'): return", True, id="anything between"),
        pytest.param("if not q.startswith('\"') or not q.endswith(\"'\") or '\"' in q[1:-1]: return", True, id="another end"),
    ],
)
def test_literal_that_is_evaluated(check: str, is_told: bool) -> None:
    """A text that begins and ends with a quote and holds none between is a literal."""
    assert any(kind == "code" for _, kind, _ in told(f"{_HEAD}{_body(check)}    return eval(q)\n")) is is_told


@pytest.mark.parametrize(("by", "is_told"), [("]]", False), ("]", True)])
def test_name_in_brackets(by: str, is_told: bool) -> None:
    """A name in SQL whose closing brackets were doubled ends where it is told to."""
    body = f"    q = q.replace(']', '{by}')\n    pyodbc.connect('').cursor().execute(f'SELECT 1 FROM [{{q}}]')\n"
    text = f"import pyodbc\n{_HEAD}{body}"
    assert any(kind == "sql" for _, kind, _ in told(text)) is is_told
