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
