"""Data is followed from sources to sinks, and no further than it goes."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_TOOL = (
    'from mcp.server.fastmcp import FastMCP\nimport os, subprocess\nmcp = FastMCP("demo")\n\n'
    "@mcp.tool()\ndef act(text: str) -> str:\n"
)


def _body(*lines: str) -> str:
    return _TOOL + "".join(f"    {line}\n" for line in lines)


REACHING = {
    "an assignment": ("copy = text", "os.system(copy)"),
    "an augmented assignment": ('line = "ls "', "line += text", "os.system(line)"),
    "tuple unpacking": ("a, b = 1, text", "os.system(b)"),
    "an f-string": ('os.system(f"ls {text}")',),
    "the percent operator": ('os.system("ls %s" % text)',),
    "format by name": ('os.system("ls {path}".format(path=text))',),
    "join of a list": ('os.system(" ".join(["ls", text]))',),
    "a slice": ("os.system(text[1:])",),
    "decode of encode": ("os.system(text.encode().decode())",),
    "a dictionary by constant key": ('held = {"a": "ls", "b": text}', 'os.system(held["b"])'),
    "a list by index": ('held = ["ls", text]', "os.system(held[1])"),
    "an alias of a function": ("run = os.system", "run(text)"),
    "getattr with a constant": ('getattr(os, "system")(text)',),
    "a dynamic import of a constant": ('__import__("os").system(text)',),
    "a closure": ("def inner():", "    os.system(text)", "inner()"),
    "a lambda": ("(lambda line: os.system(line))(text)",),
    "a comprehension": ("[os.system(word) for word in text.split()]",),
    "a conditional expression": ('os.system(text if text else "ls")',),
    "a loop": ("line = ''", "for word in text.split():", "    line = line + word", "os.system(line)"),
    "a named expression": ("if line := text:", "    os.system(line)"),
    "a partial": ("import functools", 'functools.partial(os.system, "ls " + text)()'),
    "one branch of two": ("if os.path.exists('/x'):", "    line = 'ls'", "else:", "    line = text", "os.system(line)"),
    "a try block": ("try:", "    line = text", "except ValueError:", "    line = ''", "os.system(line)"),
    "a parted text or a pair of constants": ('a, b = text.split("=", 1) if "=" in text else ("ls", "")', "os.system(b)"),
    "a parted text or a list in two branches": (
        "if text:",
        "    held = text.split()",
        "else:",
        "    held = ['ls']",
        "os.system(held[0])",
    ),
    "a mapping made of pairs": ('held = dict(pair.split("=") for pair in text.split("&"))', 'os.system("ls " + held["path"])'),
    "a mapping made of a list of pairs": ('held = dict([("path", text)])', 'os.system("ls " + held["path"])'),
    "a mapping or somebody's data": (
        "import json",
        'held = json.loads(text) if text else {"path": "."}',
        'os.system(held["path"])',
    ),
    "a shell in an argument vector": ('subprocess.run(["sudo", "sh", "-c", text])',),
}


@pytest.mark.parametrize("lines", list(REACHING.values()), ids=list(REACHING))
def test_data_is_followed_through(lines: tuple[str, ...]) -> None:
    """A tool's argument reaches a shell through the construct."""
    assert [("tool-argument", "shell")] == [(source, sink) for source, sink, _ in told(_body(*lines))]


STOPPED = {
    "the constant of a pair": ('held = dict([("path", "."), ("name", text)])', 'os.system("ls " + held["path"])'),
    "the constant before a parted text": ('a, b = "ls", text.split() if text else []', "os.system(a)"),
    "an integer": ("os.system(f'sleep {int(text)}')",),
    "shlex.quote": ("import shlex", "os.system('ls ' + shlex.quote(text))"),
    "an allow-list": ("if text not in ('a', 'b'):", "    return ''", "os.system(text)"),
    "an allow-list under a name": ("ALLOWED = {'a', 'b'}", "if text in ALLOWED:", "    os.system(text)"),
    "a full match": ("import re", "if not re.fullmatch('[a-z]+', text):", "    raise ValueError", "os.system(text)"),
    "a test kept under a name": (
        "import re",
        "found = re.match(r'^\\w+$', text)",
        "if found is None:",
        "    return ''",
        "os.system(text)",
    ),
    "a compiled pattern": ("import re", "WORD = re.compile(r'\\w+')", "if WORD.fullmatch(text):", "    os.system(text)"),
    "a mapping": ("os.system({'up': 'uptime'}[text])",),
    "a dead branch": ("if 1 == 2:", "    os.system(text)"),
    "a constant key": ("held = {'a': 'ls', 'b': text}", "os.system(held['a'])"),
    "overwriting": ("text = 'ls'", "os.system(text)"),
    "a length": ("os.system(f'echo {len(text)}')",),
    "a list without a shell": ("subprocess.run(['echo', text])", "return ''"),
    "a function that raises": (
        "def check(value):",
        "    if value not in ('a', 'b'):",
        "        raise ValueError",
        "check(text)",
        "os.system(text)",
    ),
    "a function that answers": (
        "def good(value):",
        "    return value in ('a', 'b')",
        "if not good(text):",
        "    return ''",
        "os.system(text)",
    ),
    "a loop that goes on": ("for word in [text]:", "    if not word.isalnum():", "        continue", "    os.system(word)"),
    "an assertion of a type": ("if not isinstance(text, int):", "    return ''", "os.system(f'kill {text}')"),
    "every character allowed": ("if not all(c in 'abc' for c in text):", "    return ''", "os.system(text)"),
    "a match of constants": ("match text:", "    case 'a':", "        os.system(text)"),
}


@pytest.mark.parametrize("lines", list(STOPPED.values()), ids=list(STOPPED))
def test_data_is_stopped_by(lines: tuple[str, ...]) -> None:
    """A tool's argument does not reach a shell past the construct."""
    assert not [sink for _, sink, _ in told(_body(*lines)) if sink == "shell"]


MADE_LATER = {
    "a global that a function sets": (
        "_pool = None\n\ndef start():\n    global _pool\n    _pool = object()\n\ndef pool():\n    if _pool is None:\n"
        "        raise RuntimeError\n    return _pool\n",
        "pool()",
    ),
    "the one object of a class": (
        "class Pool:\n    _one = None\n\n    @classmethod\n    def get(cls):\n        if cls._one is None:\n"
        "            raise RuntimeError\n        return cls._one\n",
        "Pool.get()",
    ),
    "a method that a subclass writes": (
        "class Pool:\n    def get(self):\n        raise NotImplementedError\n",
        "Pool().get()",
    ),
}


@pytest.mark.parametrize(("head", "line"), list(MADE_LATER.values()), ids=list(MADE_LATER))
def test_what_is_made_later_may_be_there(head: str, line: str) -> None:
    """A function that raises as long as something is missing does not make what follows its call unreachable."""
    assert ["shell"] == [sink for _, sink, _ in told(head + "\n" + _body(line, "os.system(text)"))]


def test_flow_across_modules_is_told_at_the_sink() -> None:
    """A flow that ends in another module has its sink there, with the call among its steps."""
    flows = found(_body("from work import run", "run(text)"), work="import os\n\ndef run(line):\n    os.system('ls ' + line)\n")
    assert [("work.py", 4, "server.py", 6)] == [
        (flow.sink.span.path, flow.sink.span.start_line, flow.source.span.path, flow.source.span.start_line) for flow in flows
    ]
    assert "passed to `run`" in [step.words for step in flows[0].steps]


def test_flow_through_a_field_is_followed() -> None:
    """What a constructor keeps in a field is found again by a method."""
    text = _body("return Work(text).go()") + (
        "\nclass Work:\n    def __init__(self, line):\n        self.line = line\n\n    def go(self):\n       "
        " os.system(self.line)\n"
    )
    assert [("tool-argument", "shell", 14)] == told(text)


def test_story_has_at_most_eight_steps() -> None:
    """A long way is thinned."""
    lines = ["a0 = text + 'x'", *(f"a{i} = a{i - 1} + 'x'" for i in range(1, 30)), "os.system(a29)"]
    (flow,) = found(_body(*lines))
    assert 8 == len(flow.steps)


def test_low_level_handler_takes_its_arguments_from_outside() -> None:
    """`arguments[...]` of a low-level server is a tool's argument."""
    text = (
        "from mcp.server import Server\nimport os\nserver = Server('x')\n\n@server.call_tool()\n"
        "async def call(name, arguments):\n    os.system(arguments['host'])\n    os.system(arguments.get('port', '1'))\n"
    )
    assert [("tool-argument", "shell", 7), ("tool-argument", "shell", 8)] == told(text)


def test_deep_nesting_is_bounded() -> None:
    """Ten thousand parentheses and a sum of ten thousand terms end in time and without a crash."""
    text = _body("x = " + "(" * 10_000 + "text" + ")" * 10_000, "y = " + " + ".join(["text"] * 10_000), "os.system(y)")
    assert ("tool-argument", "shell", 9) in told(text)


def test_cyclic_imports_end() -> None:
    """Modules that import one another are read once each."""
    assert [("tool-argument", "shell", 8)] == told(
        _body("from other import name", "os.system(text + name)"), other="from server import act\nname = 'x'\n"
    )
