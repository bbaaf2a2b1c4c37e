"""Only the parts of a document that may matter are parsed, and every offset stays."""

from __future__ import annotations

import pytest

from sentinel.analysis import syntax
from sentinel.analysis.imports import imported
from sentinel.analysis.python.flow import flows
from sentinel.analysis.python.remarks import quoted
from sentinel.analysis.python.sinks import CALLS, KEYWORDS
from sentinel.analysis.python.slices import ENDS, Outline, begins, ends, import_statements, outline, places, sinks, stretches
from sentinel.model.document import Document, Language, Skip
from sentinel.model.flow import SinkKind, SourceKind
from tests.analysis.python.workspace import MemoryWorkspace, told

_TEXT = (
    '"""Title.\n\ndef not_code():\nimport nothing\n"""\nimport os\n\nLIMIT = 3\n\n@cache\ndef first(x):\n    return x\n\n'
    "class Second:\n    def run(self, line):\n        os.system(line)\n\n\ndef third():\n    return first(LIMIT)\n"
)


def test_outline_finds_definitions_with_their_decorators() -> None:
    """A definition reaches from its first decorator to the next line in the first column; text in strings is none."""
    data = _TEXT.encode()
    parts = [(part.name, _TEXT[part.start : part.end].split("\n")[0]) for part in outline(data, quoted(data)) if part.name]
    assert [(b"first", "@cache"), (b"Second", "class Second:"), (b"third", "def third():")] == parts


def test_only_what_is_wanted_is_parsed() -> None:
    """The stretches for the parser hold the wanted definitions and the short statements that are no texts, at their own offsets."""
    data = _TEXT.encode()
    outlined = Outline(Document("a.py", data))
    kept, _ = stretches(data, outlined.parts, outlined.wanted([], [data.index(b"os.system")], None, ()), len(data))
    assert [(data.index(b"import os"), data.index(b"@cache")), (data.index(b"class Second"), data.index(b"def third"))] == kept


def _class(*methods: str) -> bytes:
    filler = "        # filler\n" * 200
    return (
        "import os\n\nclass Work(Base):\n    kind = 'x'\n" + "".join(f"\n{m}{filler}" for m in methods) + "\nDONE = 1\n"
    ).encode()


def test_of_too_much_the_likeliest_is_parsed() -> None:
    """A flow stands behind more functions that may be on its way than can be walked, and is told all the same."""
    body = "".join(f"    x = shape(x, '{'a' * 99}')\n" for _ in range(20))
    text = (
        "import os\nfrom flask import Flask, request\napp = Flask('x')\n\n\n"
        + "".join(f"def make_{n}(x):\n{body}    return x\n\n\n" for n in range(300))
        + f"def run(line):\n    x = 1\n{body}{body}    os.system(line)\n\n\n"
        + "@app.route('/')\ndef index():\n    run(request.args['q'])\n"
        + "".join(f"    make_{n}('')\n" for n in range(300))
    )
    workspace = MemoryWorkspace({"a.py": text})
    document = workspace.read("a.py")
    assert document is not None and len(text) > 300_000
    told_of = [one for one in flows(document, workspace) if not isinstance(one, Skip)]
    assert [(SinkKind.SHELL, SourceKind.HTTP_REQUEST)] == [(one.sink.kind, one.source.kind) for one in told_of]


def test_large_class_is_taken_apart() -> None:
    """Of a large class only the methods that may matter are parsed, with what Python calls by itself and what they mention."""
    data = _class(
        "    def __init__(self):\n        self.x = 1\n",
        "    @cached\n    def idle(self):\n        return 2\n",
        "    async def go(self, line):\n        os.system(self.text(line))\n",
        "    def text(self, line):\n        return line\n",
    )
    outlined = Outline(Document("a.py", data))
    keep = outlined.wanted([], [data.index(b"os.system")], None, ())
    assert [b"Work", b"__init__", b"go", b"text"] == [outlined.parts[index].name for index in sorted(keep)]
    assert not any(start <= data.index(b"@cached") < end for start, end in stretches(data, outlined.parts, keep, len(data))[0])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("db.execute('select 1')", False, id="a constant"),
        pytest.param("db.execute('select ?', (x,))", False, id="a constant and parameters"),
        pytest.param('db.execute("""\nselect 1\n""")', False, id="a long constant"),
        pytest.param("db.execute()", False, id="nothing"),
        pytest.param("db.execute('a' + x)", True, id="a sum"),
        pytest.param("db.execute('%s' % x)", True, id="a template"),
        pytest.param("db.execute('{}'.format(x))", True, id="a format"),
        pytest.param("db.execute(f'{x}')", True, id="a text with a hole"),
        pytest.param("db.execute('a' f'{x}')", True, id="two texts of which one has a hole"),
        pytest.param("db.execute(\n    'a'\n    'b'\n)", False, id="two texts without holes"),
        pytest.param("db.execute('a' b)", True, id="a text before a name"),
        pytest.param("db.execute('' + x)", True, id="an empty text before a name"),
        pytest.param("x = subprocess.PIPE", False, id="a constant"),
        pytest.param("except subprocess.CalledProcessError:\n    pass", False, id="an exception"),
        pytest.param("subprocess.Popen(x)", True, id="a program"),
        pytest.param("subprocess.run(['ls', '-l'], cwd=x)", False, id="texts as arguments"),
        pytest.param("subprocess.run(['ls', x])", True, id="a name as an argument"),
        pytest.param("subprocess.run(['ls'], executable=x)", True, id="another program"),
        pytest.param("# eval(x)", False, id="a comment"),
        pytest.param(">>> eval(x)", False, id="an example"),
        pytest.param("db.execute(x)", True, id="a name"),
    ],
)
def test_constant_arguments_end_no_flow(call: str, expected: bool) -> None:
    """A call whose only harmful argument is a text without holes is no place where a flow can end."""
    workspace = MemoryWorkspace({"a.py": f"{call}\n"})
    document = workspace.read("a.py")
    assert document is not None
    assert expected is bool(ends(document, workspace))


def test_names_that_are_mentioned_come_along() -> None:
    """A definition that is chosen brings those it mentions."""
    data = _TEXT.encode()
    outlined = Outline(Document("a.py", data))
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import socket\n\ndef serve(request):\n    request.finish()\n", False),
        ("import os, flask\n\ndef serve(request):\n    handle(request)\n", True),
        ("def serve():\n    from django import http\n    handle(request)\n", True),
        ("def serve(request):\n    return read(request.GET)\n", True),
        ("def serve(request):\n    return read(request['name'])\n", True),
    ],
)
def test_request_is_one_of_the_web_or_none(text: str, expected: bool) -> None:
    """What is called a request begins a flow where a web framework is imported or what a client sends is taken from it."""
    workspace = MemoryWorkspace({"served.py": text})
    document = workspace.read("served.py")
    assert document is not None
    assert expected == bool(begins(document, workspace, False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os, flask\n", [b"import os, flask"]),
        ("x = 1; import os; y = 2\n", [b"import os"]),
        ("def f():\n    from django.db import models as m\n", [b"from django.db import models as m"]),
        ("from a import (\n    b,\n)\n", [b"from a import ("]),
        ("x = importlib.import_module('a')\n# we import it\nreimport = 1\n", []),
    ],
)
def test_import_statements(text: str, expected: list[bytes]) -> None:
    """Imports are found wherever a statement may stand, and nowhere else."""
    assert expected == import_statements(Document("a.py", text.encode()))


def test_texts_joined_over_many_lines_are_read_in_one_way() -> None:
    """A list of texts that stand side by side without commas is looked at once, however many there are."""
    lines = "".join(f'{" " * 17}"b"\n' for _ in range(30))
    text = f'import subprocess\n\ndef f(x):\n    subprocess.run(\n        ["a",\n{lines}, x])\n'
    workspace = MemoryWorkspace({"a.py": text})
    document = workspace.read("a.py")
    assert document is not None
    assert [text.index("subprocess.run")] == places(document, workspace, (b"subprocess.",))


def test_definition_that_is_too_large_hides_no_other() -> None:
    """Where not all that is wanted may be parsed, what is too large by itself is left out, which is said, and the rest stays."""
    data = b"def a():\n" + b"    eval(x)\n" * 50 + b"def b():\n    eval(x)\n"
    outlined = Outline(Document("a.py", data))
    assert ([(data.index(b"def b"), len(data))], True) == stretches(data, outlined.parts, {0, 1}, 200)


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("@mcp.tool()\ndef f(a):\n" + "    os.system(a)\n" * 14_000, "its definitions are too large for data flow to be followed"),
        ("import os\n" + "def f(a):\n    os.system(a)\n" * 14_000, "the work allowed for following data was used up"),
    ],
    ids=["one definition", "many"],
)
def test_little_of_a_dense_document_is_parsed(source: str, detail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a document that is full of words no more is parsed for data flow than anybody could walk, which is said."""
    parsed: list[int] = []
    parse = syntax.parse_stretches

    def noted(document: Document, some: list[tuple[int, int]]) -> object:
        parsed.append(sum(end - start for start, end in some))
        return parse(document, some)

    monkeypatch.setattr(syntax, "parse_stretches", noted)
    workspace = MemoryWorkspace({"a.py": source})
    document = workspace.read("a.py")
    assert document is not None
    assert detail in [one.detail for one in flows(document, workspace) if isinstance(one, Skip)]
    assert all(0 < size < 200 << 10 for size in parsed)


def test_imports_are_kept_apart_from_the_names_that_they_bring() -> None:
    """Both readings of the imports of a document stand, whichever is asked for first."""
    text = b"import os\nfrom hashlib import md5\n"
    first, second = (Document("a.py", text, Language.PYTHON) for _ in range(2))
    names = imported(first)
    statements = import_statements(second)
    assert (statements, imported(second)) == (import_statements(first), names)


_BUILT_IN = {ref for ref in CALLS if ref.startswith("builtins.") or "." not in ref}
_LOOKED_FOR_ELSEWHERE = frozenset({"logging.config.listen", "yaml.parse.load", "requests_html.HTMLSession().get"})
"""What nobody writes so."""
_OF_OTHER_ARGUMENTS = {
    ref for ref, specs in CALLS.items() if all(spec.position < 0 or spec.form in ("tree-of", "trusting", "view") for spec in specs)
}
"""What does harm with more than its first argument."""


@pytest.mark.parametrize("ref", sorted(CALLS.keys() - _BUILT_IN - _LOOKED_FOR_ELSEWHERE - _OF_OTHER_ARGUMENTS))
def test_every_call_of_the_table_is_looked_for(ref: str) -> None:
    """A call that ends a flow is seen in a document that holds nothing else."""
    made, is_object, method = ref.partition("()")
    module, _, name = made.rpartition(".")
    brought = (
        (f"from {module} import {name}", name)
        if name[0].isupper() and "quest" not in module and module != "sh"
        else (f"import {module}", made)
    )
    called = f"x = {brought[1]}()\n    x{method}(text)" if is_object else f"{brought[1]}(text)"
    source = f"{brought[0]}\n\ndef f(text):\n    {called}\n"
    workspace = MemoryWorkspace({"a.py": source})
    document = workspace.read("a.py")
    assert document is not None
    assert sinks(document, workspace)
    assert workspace.mentions("a.py", KEYWORDS)
