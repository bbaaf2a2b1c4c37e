"""Every construct of the language hands data on, or does not, as Python does."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_TOOL = (
    "from mcp.server.fastmcp import FastMCP\nimport os, functools, contextlib\nmcp = FastMCP('x')\n\n@mcp.tool()\n"
    "async def f(text: str, other: str = 'x'):\n"
)

REACHING = {
    "a chain of assignments": ("a = b = text", "os.system(a)"),
    "a list that grows by its operator": ("a = ['ls']", "a += [text]", "os.system(' '.join(a))"),
    "a sum of lists": ("a = ['ls'] + [text]", "os.system(' '.join(a))"),
    "unpacking with a rest": ("a, *b = ['ls', text, 'x']", "os.system(b[0])"),
    "unpacking of an unknown length": ("a, b = text.split(':')", "os.system(b)"),
    "an item written by index": ("a = ['ls', 'x']", "a[1] = text", "os.system(a[1])"),
    "an item written by an unknown key": ("a = {}", "a[key()] = text", "os.system(a['b'])"),
    "an item of something unknown": ("a = make()", "a['b'] = text", "os.system(a['b'])"),
    "a field of something unknown": ("a = make()", "a.b = text", "os.system(a.b)"),
    "a branch otherwise": (
        "if other == 'x':", "    a = 'ls'", "elif other == 'y':", "    a = text", "else:", "    a = 'ps'", "os.system(a)",
    ),
    "a loop that is left": (
        "a = 'ls'", "for w in text.split():", "    if w == 'x':", "        a = w + text", "        break", "os.system(a)",
    ),
    "the end of a loop": ("for w in text.split():", "    pass", "else:", "    os.system(text)"),
    "a loop until something": ("while True:", "    a = text", "    if other:", "        break", "os.system(a)"),
    "a handler of an exception": ("try:", "    a = go()", "except ValueError as error:", "    a = text", "os.system(a)"),
    "the rest of a try": (
        "try:", "    go()", "except ValueError:", "    a = 'ls'", "else:", "    a = text", "finally:", "    os.system(a)",
    ),
    "a context": ("with contextlib.suppress(ValueError) as held, open('x') as b:", "    a = text", "os.system(a)"),
    "a case of a match": (
        "match other:", "    case 'a' | 'b':", "        a = text", "    case _:", "        a = 'ls'", "os.system(a)",
    ),
    "a name bound by a match": ("match text.split():", "    case ['run', word]:", "        os.system(word)"),
    "a name bound by a mapping": ("match {'a': text}:", "    case {'a': word}:", "        os.system(word)"),
    "a case with a guard": ("match text:", "    case word if len(word) > 1:", "        os.system(word)"),
    "a case under another name": ("match text:", "    case str() as word:", "        os.system(word)"),
    "a name deleted and made again": ("a = 'ls'", "del a", "a = text", "os.system(a)"),
    "an outer name": ("a = 'ls'", "def g():", "    nonlocal a", "    a = text", "g()", "os.system(a)"),
    "an import in a function": ("import os.path as p", "os.system(p.join('x', text))"),
    "an import of a name in a function": ("from os import system as run", "run(text)"),
    "a number made of a string": ("os.system('%d %s' % (3, text))",),
    "a format by position": ("os.system('{1} {0}'.format(text, 'ls'))",),
    "a format with braces": ("os.system('{{}} {0:>3}'.format(text))",),
    "a join of an unknown sequence": ("os.system(' '.join(text))",),
    "a join with a first part": ("a = ['ls']", "a.extend(text.split())", "os.system(' '.join(a))"),
    "strings side by side": ("os.system('ls ' f'{text}')",),
    "a raw string": (r"os.system(r'ls \d ' + text)",),
    "bytes": ("os.system((b'ls ' + text.encode()).decode())",),
    "a slice of a list": ("a = ['ls', text, 'x']", "os.system(a[1:][0])"),
    "an index from the end": ("a = ['ls', text]", "os.system(a[-1])"),
    "a mapping in a mapping": ("a = {'b': {'c': text}}", "os.system(a['b']['c'])"),
    "the items of a mapping": ("for k, v in {'a': text}.items():", "    os.system(v)"),
    "the values of a mapping": ("for v in {'a': text}.values():", "    os.system(v)"),
    "a mapping updated": ("a = {}", "a.update({'b': text})", "os.system(a['b'])"),
    "a mapping updated by keywords": ("a = {}", "a.update(b=text)", "os.system(a['b'])"),
    "a default of a mapping": ("a = {}", "a.setdefault('b', text)", "os.system(a['b'])"),
    "a mapping made by keywords": ("a = dict(b=text)", "os.system(a['b'])"),
    "a mapping merged": ("a = {'c': 'x'} | {'b': text}", "os.system(a['b'])"),
    "a set": ("for a in {text}:", "    os.system(a)"),
    "a set made of another": ("for a in {w for w in text.split()}:", "    os.system(a)"),
    "a copy of a list": ("a = [text].copy()", "os.system(a[0])"),
    "a list from the front": ("a = ['x']", "a.insert(0, text)", "os.system(a[0])"),
    "the last of a list": ("a = ['x', text]", "os.system(a.pop())"),
    "a text padded": ("os.system(text.center(20).removeprefix('x'))",),
    "a part of a text": ("os.system(text.partition(':')[2])",),
    "a text replaced into": ("os.system('ls X'.replace('X', text))",),
    "a template filled": ("import string", "os.system(string.Template('ls $x').substitute(x=text))"),
    "a path": ("from pathlib import Path", "os.system(f\"ls {Path('/srv') / text}\")"),
    "a path joined": ("from pathlib import Path", "os.system(str(Path('/srv').joinpath(text)))"),
    "a path's parent": ("from pathlib import Path", "os.system(str(Path(text).resolve()))"),
    "a generator": ("def g():", "    yield text", "for a in g():", "    os.system(a)"),
    "a generator of a generator": ("def g():", "    yield from [text]", "os.system(list(g())[0])"),
    "a default argument": ("def g(a=text):", "    os.system(a)", "g()"),
    "rest by keywords": ("def g(**rest):", "    os.system(rest['a'])", "g(a=text)"),
    "a spread of keywords": ("def g(a, b):", "    os.system(b)", "g(**{'a': 'x', 'b': text})"),
    "a spread of unknown keywords": ("import json", "def g(b):", "    os.system(b)", "g(**json.loads(text))"),
    "a function that is handed on": ("def g(run, a):", "    run(a)", "g(os.system, text)"),
    "a thread": ("import threading", "threading.Thread(target=os.system, args=(text,)).start()"),
    "a pool": ("import concurrent.futures as c", "c.ThreadPoolExecutor().submit(os.system, text)"),
    "an executor of a loop": ("import asyncio", "asyncio.get_event_loop().run_in_executor(None, os.system, text)"),
    "a thread of a coroutine": ("import asyncio", "await asyncio.to_thread(os.system, text)"),
    "a map": ("list(map(os.system, [text]))",),
    "a filter": ("for a in filter(None, [text]):", "    os.system(a)"),
    "a coroutine": ("async def g(a):", "    return a", "os.system(await g(text))"),
    "a gathering": (
        "import asyncio", "async def g(a):", "    return a", "a, b = await asyncio.gather(g('x'), g(text))", "os.system(b)",
    ),
    "a decoding": ("import base64", "os.system(base64.b64decode(text).decode())"),
    "words of a line": ("import shlex", "os.system(' '.join(shlex.split('ls ' + text)))"),
    "a cast": ("import typing", "os.system(typing.cast(str, text))"),
    "an object's own call": ("class G:", "    def __call__(self, a):", "        os.system(a)", "G()(text)"),
    "a base's method": ("class A:", "    def go(self, a):", "        os.system(a)", "class B(A):", "    pass", "B().go(text)"),
    "a base's constructor": (
        "class A:", "    def __init__(self, a):", "        self.a = a", "class B(A):", "    def __init__(self, a):",
        "        super().__init__(a)", "os.system(B(text).a)",
    ),
    "a method of a class": ("class A:", "    @classmethod", "    def make(cls, a):", "        return a", "os.system(A.make(text))"),
    "a model": ("from pydantic import BaseModel", "class A(BaseModel):", "    a: str", "os.system(A(a=text).a)"),
    "a data class": ("class A:", "    a: str = 'x'", "    b: str = 'y'", "os.system(A('x', text).b)"),
    "a field set by name": ("class A:", "    pass", "a = A()", "setattr(a, 'b', text)", "os.system(a.b)"),
    "a field got by name": ("class A:", "    def __init__(self, b):", "        self.b = b", "os.system(getattr(A(text), 'b'))"),
    "a negation that does not hold": ("if not other:", "    return", "os.system(text)"),
    "a comparison that holds": ("if 3 > 2 and 'a' in 'abc':", "    os.system(text)"),
    "a comprehension over what is known": ("a = [w.strip() for w in ('ls', text)]", "os.system(a[1])"),
    "a mapping made of what is known": ("a = {k: v for k, v in (('b', text), ('c', 'ls'))}", "os.system(a['b'])"),
    "a function mapped over what is known": ("a = list(map(str, ['ls', text]))", "os.system(a[1])"),
    "the element of a numbered pair": ("for i, w in enumerate(text.split()):", "    os.system(w)"),
    "the element of a known numbered pair": ("for i, w in enumerate(['ls', text]):", "    os.system(w)"),
    "the second of two lists": ("for a, b in zip('xy', text.split()):", "    os.system(b)"),
    "an object that gives its elements": (
        "class A:", "    def __init__(self, b):", "        self.b = b", "    def __iter__(self):",
        "        yield from []", "        yield self.b",
        "for w in A(text):", "    os.system(w)",
    ),
    "the fields of an object as a mapping": (
        "class A:", "    def __init__(self, **kw):", "        self.__dict__.update(kw)", "os.system(A(b=text).b)",
    ),
    "a lambda that is handed on": ("loop = get_loop()", "await loop.run_in_executor(None, lambda: os.system(text))"),
    "an assertion that says nothing": ("assert text", "os.system(text)"),
    "a test of something else": ("if isinstance(other, int):", "    return", "os.system(text)"),
}  # fmt: skip


@pytest.mark.parametrize("lines", list(REACHING.values()), ids=list(REACHING))
def test_data_goes_through(lines: tuple[str, ...]) -> None:
    """A tool's argument reaches a shell through the construct."""
    text = _TOOL + "".join(f"    {line}\n" for line in lines)
    assert ("tool-argument", "shell") in [(source, sink) for source, sink, _ in told(text)]


STOPPING = {
    "a constant of another key": ("a = {'b': 'ls'}", "a['c'] = text", "os.system(a['b'])"),
    "a number": ("a = -3 + 4", "os.system(f'kill {a}')"),
    "a number of a format": ("os.system('kill %d' % text)",),
    "a number of a specification": ("os.system(f'kill {text:d}')",),
    "a branch that is never taken": ("if False or 3 < 2 or 'z' in 'abc':", "    os.system(text)"),
    "a branch of constants": ("a = 'x'", "if a != 'x' or a is None or not a == 'x':", "    os.system(text)"),
    "an expression of constants": ("os.system(text if 2 >= 3 else 'ls')",),
    "a case of constants": ("match 3:", "    case 4:", "        os.system(text)", "    case 3:", "        pass"),
    "a loop that is never begun": ("while False:", "    os.system(text)"),
    "what follows a return": ("return", "os.system(text)"),
    "what follows an endless loop": ("while True:", "    pass", "os.system(text)"),
    "what follows an exit": ("import sys", "sys.exit(1)", "os.system(text)"),
    "words that are tested": ("a = text.strip()", "if a.isdigit():", "    os.system(a)"),
    "a constant of a list made of a known one": ("a = [w.strip() for w in ('ls', text)]", "os.system(a[0])"),
    "a constant mapped over": ("a = list(map(str, ['ls', text]))", "os.system(a[0])"),
    "the number of a numbered pair": ("for i, w in enumerate(text.split()):", "    os.system(f'kill {i}')"),
    "the first of two lists": ("for a, b in zip(['x'], text.split()):", "    os.system(a)"),
    "what is gathered by somebody else": ("from checks import gather_rules", "os.system(gather_rules(text))"),
    "a mapping's values": ("os.system({'a': 'ls'}.get(text, 'ps'))",),
    "a list of what is allowed": ("if any(text == a for a in ('a', 'b')):", "    os.system(text)"),
    "a set that holds all": ("if set(text) <= {'a', 'b'}:", "    os.system(text)"),
    "a test under another name": ("fine = text in ('a', 'b')", "if not fine:", "    return", "os.system(text)"),
    "a test with a name of its own": ("import re", "if m := re.fullmatch('[a-z]+', text):", "    os.system(text)"),
    "an instance of a number": ("if isinstance(text, (int, float)):", "    os.system(f'kill {text}')"),
    "an identifier": ("import uuid", "uuid.UUID(text)", "os.system('ls ' + text)"),
    "a name that promises a check": ("from checks import is_allowed", "if is_allowed(text):", "    os.system(text)"),
    "a name that promises a refusal": ("from checks import is_blocked", "if is_blocked(text):", "    return", "os.system(text)"),
    "a name that promises cleaning": ("from checks import sanitize", "os.system(sanitize(text))"),
    "a check that raises": ("from checks import validate", "validate(text)", "os.system(text)"),
    "what another function started": ("from store import launch_worker", "os.system(launch_worker(text)['name'])"),
    "another thing looked up": ("from store import fetch_row", "os.system(fetch_row(text))"),
    "a hash": ("import hashlib", "os.system(hashlib.sha256(text.encode()).hexdigest())"),
}  # fmt: skip


@pytest.mark.parametrize("lines", list(STOPPING.values()), ids=list(STOPPING))
def test_data_goes_no_further(lines: tuple[str, ...]) -> None:
    """A tool's argument does not reach a shell past the construct."""
    text = _TOOL + "".join(f"    {line}\n" for line in lines)
    assert "tool-argument" not in [source for source, sink, _ in told(text) if sink == "shell"]


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        pytest.param("[str(a) for a in ['git', *text.split()]]", ["argument"], id="a comprehension"),
        pytest.param("list(map(str, ['git', *text.split()]))", ["argument"], id="a mapped function"),
        pytest.param("[str(a) for a in text.split()]", ["program"], id="nothing known"),
    ],
)
def test_first_element_stays_first(made: str, kinds: list[str]) -> None:
    """A list made of another element by element begins with what was made of its first element."""
    assert kinds == [kind for _, kind, _ in told(_TOOL + f"    import subprocess\n    subprocess.run({made})\n")]
