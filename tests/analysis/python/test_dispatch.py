"""Calls whose callee is chosen while the program runs, and functions that a framework is handed in ways of the program's own."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = "import os, subprocess\nfrom dataclasses import dataclass\nfrom mcp.server import Server\n\nserver = Server('x')\n\n"
_HANDLE = "\n@server.call_tool()\nasync def handle(name: str, arguments: dict):\n"
_RUN = "def run(args):\n    return os.system(args['cmd'])\n\ndef read(args):\n    return open(args['path']).read()\n\n"
_API = (
    "class Api:\n    def {}(self, cmd):\n        os.system(cmd)\n\n    def read(self, path):\n        return open(path).read()\n\n"
    "api = Api()\n"
)

CHOSEN = {
    "the first entry and the second": (
        _RUN + "TABLE = {'run': run, 'read': read}\n",
        "    return TABLE[name](arguments)\n",
        {"shell", "path-read"},
    ),
    "the entries the other way round": (
        _RUN + "TABLE = {'read': read, 'run': run}\n",
        "    return TABLE[name](arguments)\n",
        {"shell", "path-read"},
    ),
    "an entry asked for with get": (
        _RUN + "TABLE = {'read': read, 'run': run}\n",
        "    found = TABLE.get(name)\n    if not found:\n        raise ValueError\n    return found(arguments)\n",
        {"shell", "path-read"},
    ),
    "one of two by a condition": (
        _RUN,
        "    chosen = run if name == 'a' else read\n    return chosen(arguments)\n",
        {"shell", "path-read"},
    ),
    "an entry by a constant": (
        _RUN + "TABLE = {'run': run, 'read': read}\n",
        "    return TABLE['read'](arguments)\n",
        {"path-read"},
    ),
    "a method by the caller's name": (
        _API.format("run"),
        "    return getattr(api, name)(arguments['x'])\n",
        {"shell", "path-read"},
    ),
    "a method by a name with a fixed beginning": (
        _API.format("do_run"),
        "    return getattr(api, f'do_{name}')(arguments['x'])\n",
        {"shell"},
    ),
    "no method that its name keeps from callers": (
        _API.format("_run"),
        "    return getattr(api, name)(arguments['x'])\n",
        {"path-read"},
    ),
}


@pytest.mark.parametrize(("definitions", "body", "kinds"), list(CHOSEN.values()), ids=list(CHOSEN))
def test_every_choice_is_called(definitions: str, body: str, kinds: set[str]) -> None:
    """Each callable that may stand there is handed the data, and no other."""
    flows = told(_HEAD + definitions + _HANDLE + body)
    assert kinds == {kind for source, kind, _ in flows if source == "tool-argument"}


def test_check_of_one_choice_does_not_speak_for_others() -> None:
    """What one entry of a table finds out about its argument does not make it harmless for the next."""
    checked = "def check(args):\n    if args['path'] not in ('a', 'b'):\n        raise ValueError\n\n"
    text = checked + _RUN + "TABLE = {'check': check, 'read': read}\n"
    body = "    TABLE[name](arguments)\n    return open(arguments['path']).read()\n"
    assert ["path-read", "path-read"] == [
        kind for source, kind, _ in told(_HEAD + text + _HANDLE + body) if source == "tool-argument"
    ]


_CLASS = (
    "class Handler:\n    def __init__(self, mcp):\n{}\n"
    "    async def get(self, path: str) -> str:\n        return open('/srv/' + path).read()\n"
)

REGISTERED = {
    "a decorator called by hand": _CLASS.format("        mcp.tool(name='get')(self.get)\n"),
    "a method of the server": _CLASS.format("        mcp.add_tool(self.get)\n"),
    "a decorator of the workspace called by hand": (
        "def audited(mcp, name):\n    def wrap(function):\n        return mcp.tool(name=name)(function)\n    return wrap\n\n"
        + _CLASS.format("        audited(mcp, 'get')(self.get)\n")
    ),
}


@pytest.mark.parametrize("text", list(REGISTERED.values()), ids=list(REGISTERED))
def test_method_is_registered_by(text: str) -> None:
    """A method that a constructor hands to the server is a tool."""
    line = text[: text.index("open(")].count("\n") + 2
    assert [("tool-argument", "path-read", line)] == told("from mcp.server.fastmcp import FastMCP\n" + text)


def test_method_that_nobody_registers_is_no_tool() -> None:
    """A method of a class that only keeps the server is called by nobody."""
    assert [] == told("from mcp.server.fastmcp import FastMCP\n" + _CLASS.format("        self.mcp = mcp\n"))


def test_class_derived_from_a_sink_is_one() -> None:
    """An object of a class of the workspace is made as its base makes it."""
    text = "class Program(subprocess.Popen):\n    pass\n" + _HANDLE + "    return Program(arguments['cmd'], shell=True)\n"
    assert [("tool-argument", "shell", 12)] == told(_HEAD + text)


def test_fields_of_unknown_keywords_hold_the_data() -> None:
    """A field with a default may be given by a mapping of unknown keys, too."""
    text = "@dataclass\nclass Query:\n    path: str = ''\n" + _HANDLE + "    return open(Query(**arguments).path).read()\n"
    assert [("tool-argument", "path-read", 13)] == told(_HEAD + text)


def test_predicate_that_is_chosen() -> None:
    """One of several predicates guards only against what each of them refuses."""
    strict, lax = "'strict': lambda x: x in ('a', 'b')", "'lax': lambda x: True"
    body = (
        "    fits = TESTS.get(name)\n    if not fits(arguments['p']):\n        return ''\n    return open(arguments['p']).read()\n"
    )
    one, both = f"TESTS = {{{strict}}}\n", f"TESTS = {{{strict}, {lax}}}\n"
    assert ([], ["path-read"]) == tuple([kind for _, kind, _ in told(_HEAD + tests + _HANDLE + body)] for tests in (one, both))


def test_function_that_a_registered_one_wraps() -> None:
    """A decorator of another module that registers a wrapper makes a tool of what it wraps."""
    audit = (
        "import functools\n\ndef audited_tool(mcp, name):\n    def decorator(function):\n        @functools.wraps(function)\n"
        "        async def wrapper(*args, **kwargs):\n            return await function(*args, **kwargs)\n\n"
        "        mcp.tool(name=name)(wrapper)\n        return wrapper\n    return decorator\n"
    )
    text = "from audit import audited_tool\n" + _CLASS.format("        audited_tool(mcp, 'get')(self.get)\n")
    assert [("tool-argument", "path-read", 7)] == told(text, audit=audit)


_TABLE = "import os\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\n\n"
_ASKED = "\n@mcp.tool()\ndef t(name: str, arg: str):\n    return {}\n"
FILLED = {
    "a function": ("TABLE = {}\n\ndef keep(fn):\n    TABLE[fn.__name__] = fn\n    return fn\n\n@keep\n", "TABLE[name](arg)"),
    "a function that makes one": (
        "TABLE = {}\n\ndef keep(name):\n    def put(fn):\n        TABLE[name] = fn\n        return fn\n    return put\n\n"
        "@keep('run')\n",
        "TABLE[name](arg)",
    ),
    "a method of a class": (
        "class Kept:\n    table = {}\n\n    @classmethod\n    def keep(cls, fn):\n        cls.table[fn.__name__] = fn\n"
        "        return fn\n\n@Kept.keep\n",
        "Kept.table[name](arg)",
    ),
    "a method of an object": (
        "class Kept:\n    def __init__(self):\n        self.table = {}\n\n    def keep(self, name):\n        def put(fn):\n"
        "            self.table[name] = fn\n            return fn\n        return put\n\n    def call(self, name, *args):\n"
        "        return self.table[name](*args)\n\nkept = Kept()\n\n@kept.keep('run')\n",
        "kept.call(name, arg)",
    ),
}


@pytest.mark.parametrize(("head", "call"), FILLED.values(), ids=FILLED)
def test_table_filled_by_a_decorator(head: str, call: str) -> None:
    """What a decorator puts into a table is called by whoever calls an entry of it."""
    text = _TABLE + head + "def run(cmd):\n    os.system(cmd)\n" + _ASKED.format(call)
    assert [("tool-argument", "shell")] == [flow[:2] for flow in told(text)]


def test_table_that_a_decorator_does_not_fill() -> None:
    """A decorator that only counts puts nothing into the table beside it."""
    head = "TABLE = {'ls': print}\nSEEN = []\n\ndef count(fn):\n    SEEN.append(1)\n    return fn\n\n@count\n"
    text = _TABLE + head + "def run(cmd):\n    os.system(cmd)\n" + _ASKED.format("TABLE[name](arg)")
    assert ["parameter"] == [source for source, _, _ in told(text)]


_OS = (
    "import os, collections, queue\nfrom dataclasses import dataclass\nfrom typing import NamedTuple\nfrom fastmcp import FastMCP\n"
    "mcp = FastMCP('x')\n\n"
)
_LINE = "class Line:\n    def __init__(self, cmd):\n        self.cmd = cmd\n\n    def __enter__(self):\n        "
_CALLED = "\n@mcp.tool()\ndef t(cmd: str):\n    {}\n"
KEPT = {
    "what is made of the fields of a dataclass": (
        "@dataclass\nclass Job:\n    cmd: str\n\n    def __post_init__(self):\n        self.line = 'ls ' + self.cmd\n",
        "os.system(Job(cmd=cmd).line)",
    ),
    "what an object gives when it is entered": (
        _LINE + "return 'ls ' + self.cmd\n",
        "with Line(cmd) as line:\n        os.system(line)",
    ),
    "what an object does when it is entered": (
        _LINE + "os.system(self.cmd)\n",
        "with Line(cmd):\n        pass",
    ),
    "a field of a class": (
        "class Last:\n    cmd = None\n\ndef go():\n    os.system(Last.cmd)\n",
        "Last.cmd = cmd\n    go()",
    ),
    "a named tuple taken apart": (
        "class Pair(NamedTuple):\n    a: int\n    b: str\n",
        "one, two = Pair(1, cmd)\n    os.system(two)",
    ),
    "a list that a mapping makes": (
        "",
        "held = collections.defaultdict(list)\n    held['x'].append(cmd)\n    os.system(held['x'][0])",
    ),
    "a queue": ("waiting = queue.Queue()\n", "waiting.put(cmd)\n    os.system(waiting.get())"),
}
APART = {
    "another field of a dataclass": (
        "@dataclass\nclass Job:\n    cmd: str\n\n    def __post_init__(self):\n        self.line = 'ls'\n",
        "os.system(Job(cmd=cmd).line)",
    ),
    "an object that gives something else when it is entered": (
        _LINE + "return 'ls'\n",
        "with Line(cmd) as line:\n        os.system(line)",
    ),
    "another field of a class": ("class Last:\n    cmd = None\n    line = 'ls'\n", "Last.cmd = cmd\n    os.system(Last.line)"),
    "the other half of a named tuple": (
        "class Pair(NamedTuple):\n    a: str\n    b: str\n", "one, two = Pair('ls', cmd)\n    os.system(one)",
    ),
    "another queue": (
        "waiting, other = queue.Queue(), queue.Queue()\n",
        "waiting.put(cmd)\n    other.put('ls')\n    os.system(other.get())",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("head", "body"), KEPT.values(), ids=KEPT)
def test_data_is_kept_in(head: str, body: str) -> None:
    """Data that is put somewhere comes out where the language says it does."""
    assert [("tool-argument", "shell")] == [flow[:2] for flow in told(_OS + head + _CALLED.format(body))]


@pytest.mark.parametrize(("head", "body"), APART.values(), ids=APART)
def test_data_is_not_mixed_up_with(head: str, body: str) -> None:
    """What stands beside the data is not the data."""
    assert "tool-argument" not in [source for source, _, _ in told(_OS + head + _CALLED.format(body))]
