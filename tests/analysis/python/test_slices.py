"""Only the parts of a document that may matter are parsed, and every offset stays."""

from __future__ import annotations

from sentinel.analysis.python.slices import ENDS, Outline, blanked, outline, places
from tests.analysis.python.workspace import MemoryWorkspace, told

_TEXT = (
    '"""Title.\n\ndef not_code():\nimport nothing\n"""\nimport os\n\nLIMIT = 3\n\n@cache\ndef first(x):\n    return x\n\n'
    "class Second:\n    def run(self, line):\n        os.system(line)\n\n\ndef third():\n    return first(LIMIT)\n"
)


def test_outline_finds_definitions_with_their_decorators() -> None:
    """A definition reaches from its first decorator to the next line in the first column; text in strings is none."""
    parts = [(part.name, _TEXT[part.start : part.end].split("\n")[0]) for part in outline(_TEXT.encode()) if part.name]
    assert [(b"first", "@cache"), (b"Second", "class Second:"), (b"third", "def third():")] == parts


def test_blanking_keeps_every_offset() -> None:
    """What is left out becomes line breaks of the same length."""
    data = _TEXT.encode()
    outlined = Outline(data)
    kept = blanked(data, outlined.parts, outlined.wanted([], [data.index(b"os.system")], None, ()))
    assert (len(data), data.index(b"class Second"), -1) == (len(kept), kept.index(b"class Second"), kept.find(b"def third"))


def test_names_that_are_mentioned_come_along() -> None:
    """A definition that is chosen brings those it mentions."""
    data = _TEXT.encode()
    outlined = Outline(data)
    names = {outlined.parts[index].name for index in outlined.wanted([], [], None, (b"third",))}
    assert {b"third", b"first"} == names


def test_evaluation_is_not_found_inside_other_names() -> None:
    """`model.eval(` and `retrieval(` do not stand for `eval(`."""
    workspace = MemoryWorkspace({"a.py": "model.eval()\nretrieval()\ndef eval(x): pass\neval(x)\n"})
    document = workspace.read("a.py")
    assert document is not None
    assert [document.data.rindex(b"eval(x)")] == places(document, workspace, ENDS)


def test_large_document_tells_the_same() -> None:
    """A document that is parsed in parts gives the flows of one that is parsed whole."""
    handler = (
        "from mcp.server.fastmcp import FastMCP\nimport os\nmcp = FastMCP('x')\n\n"
        "@mcp.tool()\ndef act(text: str) -> str:\n    return go(text)\n\n"
    )
    filler = "".join(f"def filler_{number}(x):\n    return x + {number}\n\n" for number in range(400))
    end = "def go(line):\n    os.system(line)\n"
    whole = told(handler + end)
    assert [(source, sink) for source, sink, _ in whole] == [(source, sink) for source, sink, _ in told(handler + filler + end)]
    assert [("tool-argument", "shell", 10)] == whole


def test_broken_outline_falls_back_to_the_whole_document() -> None:
    """Text in the first column inside a function does not hide what comes after it."""
    text = (
        "import os\n" + "def filler(x):\n    return x\n\n" * 300 + "def act(request):\n    page = '''\ndef inner():\n'''\n"
        "    os.system(request.GET['a'])\n"
    )
    assert [("http-request", "shell")] == [(source, sink) for source, sink, _ in told(text)]
