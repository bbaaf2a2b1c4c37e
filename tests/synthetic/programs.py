"""Makes small Python servers: a tool's argument, some steps, perhaps a guard, a shell; and finds their truth by running them.

Every construct says what it adds to a program. Whether data really arrives is not written down anywhere: the program is run with
an argument that would start a second command, a recording `os.system`, and the recorded text is read as a shell reads it.
"""

from __future__ import annotations

import random
import shlex
import types
from collections.abc import Callable
from dataclasses import dataclass, field

CANARY = "a;touch canary"
_HEAD = (
    "import os, re, json, base64, shlex, functools, collections, configparser, dataclasses, enum, io, string, urllib.parse, uuid\n"
    "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('demo')\n\n"
)


@dataclass
class Draft:
    """A program while it is made."""

    random: random.Random
    lines: list[str] = field(default_factory=list)
    """Of the handler's body, without its indentation."""
    helpers: list[str] = field(default_factory=list)
    """Definitions before the handler."""
    constructs: list[str] = field(default_factory=list)
    """Names of what it is made of."""
    current: str = "text"
    """The expression that holds the data now."""
    count: int = 0

    def name(self) -> str:
        """A name nobody uses yet."""
        self.count += 1
        return f"v{self.count}"

    def hold(self, expression: str) -> None:
        """Give the data a new name."""
        made = self.name()
        self.lines.append(f"{made} = {expression}")
        self.current = made


Construct = Callable[[Draft], None]


def _expression(template: str) -> Construct:
    def apply(draft: Draft) -> None:
        draft.hold(template.format(x=draft.current, n=draft.name(), m=draft.name()))

    return apply


def _block(*lines: str, result: str) -> Construct:
    def apply(draft: Draft) -> None:
        names = {"x": draft.current, "n": draft.name(), "m": draft.name(), "k": draft.name()}
        draft.lines.extend(line.format(**names) for line in lines)
        draft.current = result.format(**names)

    return apply


def _helper(*lines: str, call: str) -> Construct:
    def apply(draft: Draft) -> None:
        names = {"x": draft.current, "n": draft.name(), "m": draft.name()}
        draft.helpers.extend(line.format(**names) for line in lines)
        draft.hold(call.format(**names))

    return apply


STEPS: dict[str, Construct] = {
    "assignment": _expression("{x}"),
    "augmented assignment": _block("{n} = 'ls '", "{n} += {x}", result="{n}"),
    "tuple unpacking": _block("{n}, {m} = {x}, 'ls'", result="{n}"),
    "star unpacking": _block("{n}, *{m} = [{x}, 'a', 'b']", result="{n}"),
    "f-string": _block("{n} = {x}", "{m} = f'ls {{{n}}}'", result="{m}"),
    "concatenation": _expression("'ls ' + {x}"),
    "percent": _expression("'ls %s' % {x}"),
    "percent by name": _expression("'ls %(a)s' % {{'a': {x}}}"),
    "format": _expression("'ls {{}}'.format({x})"),
    "format by name": _expression("'ls {{a}}'.format(a={x})"),
    "join": _expression("' '.join(['ls', {x}])"),
    "split and join": _expression("' '.join({x}.split(' '))"),
    "slice": _expression("{x}[0:]"),
    "strip and lower": _expression("{x}.strip().lower()"),
    "replace": _expression("{x}.replace('zz', 'y')"),
    "encode and decode": _expression("{x}.encode().decode()"),
    "base64 round trip": _expression("base64.b64decode(base64.b64encode({x}.encode())).decode()"),
    "json round trip": _expression("json.loads(json.dumps({x}))"),
    "dictionary": _block("{n} = {{'a': 'ls', 'b': {x}}}", result="{n}['b']"),
    "dictionary written later": _block("{n} = {{}}", "{n}['b'] = {x}", result="{n}['b']"),
    "dictionary get": _block("{n} = {{'b': {x}}}", result="{n}.get('b', 'ls')"),
    "dictionary merge": _block("{n} = {{**{{'a': 'ls'}}, 'b': {x}}}", result="{n}['b']"),
    "list by index": _block("{n} = ['ls', {x}]", result="{n}[1]"),
    "list append": _block("{n} = []", "{n}.append({x})", result="{n}[0]"),
    "list extend": _block("{n} = ['ls']", "{n}.extend([{x}])", result="' '.join({n})"),
    "list comprehension": _expression("''.join([c for c in {x}])"),
    "generator": _expression("''.join(c for c in {x})"),
    "dictionary comprehension": _block("{n} = {{k: {x} for k in ('a', 'b')}}", result="{n}['a']"),
    "loop": _block("{n} = ''", "for {m} in {x}.split(' '):", "    {n} = {n} + ' ' + {m}", result="{n}"),
    "while": _block("{n} = ''", "while not {n}:", "    {n} = {x}", result="{n}"),
    "conditional expression": _expression("{x} if len({x}) > 1 else 'ls'"),
    "if and else": _block("if len({x}) > 1:", "    {n} = {x}", "else:", "    {n} = 'ls'", result="{n}"),
    "or default": _expression("{x} or 'ls'"),
    "try": _block("try:", "    {n} = {x}", "except ValueError:", "    {n} = 'ls'", result="{n}"),
    "with": _block("with open(os.devnull) as {m}:", "    {n} = {x}", result="{n}"),
    "named expression": _block("if ({n} := {x}):", "    pass", result="{n}"),
    "lambda": _expression("(lambda {n}: 'ls ' + {n})({x})"),
    "closure": _block("def {n}():", "    return {x}", "{m} = {n}()", result="{m}"),
    "map": _expression("list(map(str, [{x}]))[0]"),
    "partial": _helper("def {n}(head, value):", "    return head + value", "", call="functools.partial({n}, 'ls ')({x})"),
    "function": _helper("def {n}(value):", "    return 'ls ' + value", "", call="{n}({x})"),
    "function with a default": _helper("def {n}(value, tail=''):", "    return value + tail", "", call="{n}({x})"),
    "function by keyword": _helper("def {n}(a, value):", "    return value", "", call="{n}('ls', value={x})"),
    "function with rest": _helper("def {n}(*values):", "    return ' '.join(values)", "", call="{n}('ls', {x})"),
    "class field": _helper(
        "class {n}:", "    def __init__(self, value):", "        self.value = value", "    def get(self):",
            "        return self.value",
            "",
        call="{n}({x}).get()",
    ),
    "class method": _helper("class {n}:", "    @staticmethod", "    def build(value):", "        return 'ls ' + value", "", call=
        "{n}.build({x})"),
    "property": _helper(
        "class {n}:", "    def __init__(self, value):", "        self._value = value", "    @property", "    def value(self):",
        "        return self._value", "", call="{n}({x}).value",
    ),
    "getattr": _helper("class {n}:", "    def __init__(self, value):", "        self.value = value", "", call=
        "getattr({n}({x}), 'value')"),
    "decorator-free alias": _block("{n} = str", "{m} = {n}({x})", result="{m}"),
    "match": _block("match len({x}):", "    case 0:", "        {n} = 'ls'", "    case _:", "        {n} = {x}", result="{n}"),
    "nested containers": _block("{n} = {{'a': [{{'b': {x}}}]}}", result="{n}['a'][0]['b']"),
    "global of a module": _helper("{n} = 'ls '", "", call="{n} + {x}"),
    "list pop": _block("{n} = ['a', 'ls', {x}, 'z']", "{n}.pop(0)", result="{n}[1]"),
    "popped element": _block("{n} = ['ls', {x}]", "{m} = {n}.pop()", result="{m}"),
    "list insert": _block("{n} = ['ls']", "{n}.insert(0, {x})", result="{n}[0]"),
    "list delete": _block("{n} = ['ls', {x}]", "del {n}[0]", result="{n}[0]"),
    "list reverse": _block("{n} = [{x}, 'ls']", "{n}.reverse()", result="{n}[1]"),
    "list slice": _block("{n} = ['a', 'ls', {x}]", result="{n}[1:][1]"),
    "list repeated": _block("{n} = [{x}] * 3", result="{n}[2]"),
    "lists added": _block("{n} = ['ls'] + [{x}]", result="{n}[1]"),
    "list filled in branches": _block(
        "{n} = []", "if len({x}) > 100:", "    {n}.append('a')", "else:", "    {n}.append('b')", "{n}.append({x})", result="{n}[1]",
    ),
    "stack in a loop": _block("{n}, {m} = ['ls', {x}], ''", "while {n}:", "    {m} += ' ' + {n}.pop()", result="{m}"),
    "deque": _block("{n} = collections.deque()", "{n}.append('ls')", "{n}.appendleft({x})", "{m} = {n}.popleft()", result="{m}"),
    "settings by name": _block(
        "{n} = configparser.RawConfigParser()", "{n}.add_section('s')", "{n}.set('s', 'keyA', 'ls')", "{n}.set('s', 'keyB', {x})",
        result="{n}.get('s', 'keyB')",
    ),
    "settings by item": _block(
        "{n} = configparser.RawConfigParser()", "{n}['s'] = {{'a': 'ls', 'b': {x}}}", result="{n}['s']['b']"),
    "settings from a mapping": _block(
        "{n} = configparser.RawConfigParser()", "{n}.read_dict({{'s': {{'b': {x}}}}})", result="{n}.get('s', 'b')"),
    "live branch by arithmetic": _block(
        "{n} = 106", "if 7 * 18 + {n} > 200:", "    {m} = {x}", "else:", "    {m} = 'ls'", result="{m}"),
    "live choice by arithmetic": _block("{n} = 86", "{m} = 'ls' if (7 * 42) // {n} > 200 else {x}", result="{m}"),
    "live case of a character": _block(
        "{n} = 'ABC'[1]", "match {n}:", "    case 'A':", "        {m} = 'ls'", "    case 'B':", "        {m} = {x}",
        "    case 'C' | 'D':", "        {m} = 'ls'", "    case _:", "        {m} = 'a'", result="{m}",
    ),
    "live branch by a text": _block("{n} = 'it should not be'", "{m} = 'ls'", "if 'should' in {n}:", "    {m} = {x}", result="{m}"),
    "text in memory": _block("{n} = io.StringIO()", "{n}.write('ls ')", "{n}.write({x})", result="{n}.getvalue()"),
    "middle of a text": _block("{n} = 'help' + {x} + 'tail'", result="{n}[4:-4]"),
    "middle of a text by length": _block("{n} = '12345' + {x} + 'abcd'", result="{n}[len('12345'):len({n}) - 4]"),
    "turned round twice": _expression("{x}[::-1][::-1]"),
    "format of a mapping": _expression("'{{0[a]}}'.format({{'a': {x}}})"),
    "format map": _expression("'ls {{a}}'.format_map({{'a': {x}}})"),
    "string template": _expression("string.Template('ls $a').substitute(a={x})"),
    "address round trip": _expression("urllib.parse.unquote(urllib.parse.quote({x}))"),
    "parted at a character": _expression("('a=' + {x}).split('=')[1]"),
    "partition": _expression("('a=' + {x}).partition('=')[2]"),
    "default of a mapping": _block("{n} = {{}}", "{n}.setdefault('a', {x})", result="{n}['a']"),
    "taken from a mapping": _block("{n} = {{'a': {x}}}", "{m} = {n}.pop('a')", result="{m}"),
    "update of a mapping": _block("{n} = {{'a': 'ls'}}", "{n}.update(a={x})", result="{n}['a']"),
    "items of a mapping": _block("{n} = ''", "for {m}, {k} in {{'a': {x}}}.items():", "    {n} = {k}", result="{n}"),
    "enumerate": _block("{n} = ''", "for {m}, {k} in enumerate(['ls', {x}]):", "    {n} = {k}", result="{n}"),
    "zip": _block("{n} = ''", "for {m}, {k} in zip(['a'], [{x}]):", "    {n} = {k}", result="{n}"),
    "named tuple": _helper("{n} = collections.namedtuple('{n}', 'a b')", "", call="{n}('ls', {x}).b"),
    "data class": _helper("@dataclasses.dataclass", "class {n}:", "    a: str", "    b: str = 'ls'", "", call="{n}(a={x}).a"),
    "base class": _helper(
        "class {m}:", "    def get(self, value):", "        return value", "", "class {n}({m}):",
        "    def get(self, value):", "        return 'ls ' + super().get(value)", "", call="{n}().get({x})"),
    "callable object": _helper("class {n}:", "    def __call__(self, value):", "        return value", "", call="{n}()({x})"),
    "field set later": _helper(
        "class {n}:", "    value = 'ls'", "", "def {m}(value):", "    made = {n}()", "    made.value = value",
        "    return made", "", call="{m}({x}).value"),
    "setattr": _helper(
        "class {n}:", "    pass", "", "def {m}(value):", "    made = {n}()", "    setattr(made, 'value', value)",
        "    return made", "", call="{m}({x}).value"),
    "generator function": _helper("def {n}(value):", "    yield 'ls'", "    yield value", "", call="list({n}({x}))[1]"),
    "recursion": _helper("def {n}(value, left=2):", "    return value if left == 0 else {n}(value, left - 1)", "", call="{n}({x})"),
    "decorated function": _helper(
        "def {m}(function):", "    @functools.wraps(function)", "    def inner(*values):", "        return function(*values)",
        "    return inner", "", "@{m}", "def {n}(value):", "    return value", "", call="{n}({x})"),
    "function by star": _helper("def {n}(a, value):", "    return a + ' ' + value", "", call="{n}(*['ls', {x}])"),
    "function by two stars": _helper("def {n}(a='', value=''):", "    return a + value", "", call="{n}(**{{'value': {x}}})"),
    "function from a table": _helper(
        "def {n}(value):", "    return value", "", "{m} = {{'a': {n}, 'b': str}}", "", call="{m}['a']({x})"),
    "reduce": _expression("functools.reduce(lambda a, b: a + ' ' + b, ['ls', {x}])"),
    "sorted": _expression("sorted([{x}])[0]"),
    "finally": _block("{n} = 'ls'", "try:", "    pass", "finally:", "    {n} = {x}", result="{n}"),
    "handler": _block("try:", "    {n} = {{}}['a']", "except KeyError:", "    {n} = {x}", result="{n}"),
    "chained comparison": _block("{n} = 'ls'", "if 0 < len({x}) < 100:", "    {n} = {x}", result="{n}"),
    "loop with else": _block("{n} = 'ls'", "for {m} in ():", "    pass", "else:", "    {n} = {x}", result="{n}"),
}  # fmt: skip
"""Constructs that hand data on."""

GUARDS: dict[str, Construct] = {
    "integer": _expression("str(int({x}))"),
    "shlex.quote": _expression("'ls ' + shlex.quote({x})"),
    "allow-list": _block("if {x} not in ('a', 'b'):", "    return 'no'", result="{x}"),
    "allow-list by set": _helper("{n} = {{'a', 'b'}}", "", "def {m}(value):", "    return value if value in {n} else 'a'", "", call=
        "{m}({x})"),
    "full match": _block("if not re.fullmatch(r'[a-z]+', {x}):", "    raise ValueError('no')", result="{x}"),
    "anchored match": _block("{n} = re.match(r'^[\\w.]+$', {x})", "if {n} is None:", "    return 'no'", result="{x}"),
    "isalnum": _block("if not {x}.isalnum():", "    return 'no'", result="{x}"),
    "length only": _expression("str(len({x}))"),
    "mapping": _expression("{{'a': 'ls'}}.get({x}, 'ls')"),
    "dead branch": _block("{n} = 'ls'", "if 1 > 2:", "    {n} = {x}", result="{n}"),
    "overwritten": _block("{n} = {x}", "{n} = 'ls'", result="{n}"),
    "other key": _block("{n} = {{'a': 'ls', 'b': {x}}}", result="{n}['a']"),
    "other index": _block("{n} = ['ls', {x}]", result="{n}[0]"),
    "validator that raises": _helper("def {n}(value):", "    if value not in ('a', 'b'):", "        raise ValueError('no')",
        "    return value",
        "", call=
        "{n}({x})"),
    "predicate": _helper("def {n}(value):", "    return bool(re.fullmatch('[a-z]+', value))", "", call="{x} if {n}({x}) else 'ls'"),
    "hash": _expression("__import__('hashlib').sha256({x}.encode()).hexdigest()"),
    "element taken out": _block("{n} = ['ls', {x}]", "{n}.pop()", result="{n}[-1]"),
    "other element after pop": _block("{n} = ['a', {x}, 'ls']", "{n}.pop(0)", result="{n}[1]"),
    "element deleted": _block("{n} = [{x}, 'ls']", "del {n}[0]", result="{n}[0]"),
    "list cleared": _block("{n} = [{x}]", "{n}.clear()", "{n}.append('ls')", result="{n}[0]"),
    "element replaced": _block("{n} = [{x}]", "{n}[0] = 'ls'", result="{n}[0]"),
    "entry replaced": _block("{n} = {{'a': {x}}}", "{n}['a'] = 'ls'", result="{n}['a']"),
    "entry deleted": _block("{n} = {{'a': {x}, 'b': 'ls'}}", "del {n}['a']", result="' '.join({n}.values())"),
    "other setting": _block(
        "{n} = configparser.RawConfigParser()", "{n}.add_section('s')", "{n}.set('s', 'keyA', 'ls')", "{n}.set('s', 'keyB', {x})",
        result="{n}.get('s', 'keyA')",
    ),
    "dead branch by arithmetic": _block(
        "{n} = 106", "if 7 * 18 + {n} > 200:", "    {m} = 'ls'", "else:", "    {m} = {x}", result="{m}"),
    "dead choice by arithmetic": _block("{n} = 86", "{m} = 'ls' if 7 * 42 - {n} > 200 else {x}", result="{m}"),
    "dead case of a character": _block(
        "{n} = 'ABC'[1]", "match {n}:", "    case 'A':", "        {m} = {x}", "    case 'B':", "        {m} = 'ls'",
        "    case 'C' | 'D':", "        {m} = {x}", "    case _:", "        {m} = 'a'", result="{m}",
    ),
    "dead branch by a text": _block("{n} = 'never happens'", "{m} = 'ls'", "if 'should' in {n}:", "    {m} = {x}", result="{m}"),
    "dead branch by a length": _block("{n} = 'ls'", "if len('abc') % 2 == 0:", "    {n} = {x}", result="{n}"),
    "constant before or": _expression("'ls' or {x}"),
    "constant behind and": _expression("{x} and 'ls'"),
    "enumeration": _helper("class {n}(enum.Enum):", "    A = 'a'", "", call="{n}({x}).value"),
    "identifier": _expression("str(uuid.UUID({x}))"),
    "fraction": _expression("str(float({x}))"),
    "table of constants": _block("if {x} not in {{'a': 'ls'}}:", "    return 'no'", result="{{'a': 'ls'}}[{x}]"),
    "all characters allowed": _block("if not all(c.isalnum() for c in {x}):", "    return 'no'", result="{x}"),
}  # fmt: skip
"""Constructs that stop data."""

BROKEN: dict[str, Construct] = {
    "deny-list of words": _block("if 'rm' in {x}:", "    return 'no'", result="{x}"),
    "deny-list of characters": _block("if '|' in {x} or '&' in {x}:", "    return 'no'", result="{x}"),
    "unanchored pattern": _block("if not re.match(r'[a-z ]', {x}):", "    return 'no'", result="{x}"),
    "length test": _block("if len({x}) > 100:", "    return 'no'", result="{x}"),
    "prefix test": _block("if not {x}.strip():", "    return 'no'", result="{x}"),
    "type test": _block("if not isinstance({x}, str):", "    return 'no'", result="{x}"),
    "guard on another value": _block("{n} = 'ls'", "if {n} not in ('ls', 'b'):", "    return 'no'", result="{x}"),
    "entry replaced in a branch": _block("{n} = {{'a': {x}}}", "if len({x}) > 100:", "    {n}['a'] = 'ls'", result="{n}['a']"),
    "element taken out in a branch": _block(
        "{n} = [{x}, 'ls']", "if len({x}) > 100:", "    {n}.pop(0)", "    {n}.append('a')", result="{n}[0]"
    ),
    "element replaced in a branch": _block("{n} = ['ls']", "if len({x}) > 1:", "    {n}[0] = {x}", result="{n}[0]"),
    "quoted in a branch": _block("{n} = {x}", "if len({x}) > 100:", "    {n} = shlex.quote({x})", result="{n}"),
    "quoted and not used": _block("{n} = shlex.quote({x})", result="{x}"),
    "checked in a branch": _block("if len({x}) > 100:", "    if not {x}.isalnum():", "        return 'no'", result="{x}"),
    "checked with or": _block("if {x} not in ('a', 'b') and len({x}) > 100:", "    return 'no'", result="{x}"),
    "guard that goes on": _block("if {x} not in ('a', 'b'):", "    {n} = 'unusual'", result="{x}"),
}
"""Constructs that look like guards and are none."""


@dataclass(frozen=True)
class Program:
    """A program, what it is made of, and whether an argument can start a second command."""

    text: str
    constructs: tuple[str, ...]
    is_vulnerable: bool


def make(seed: int) -> Program:
    """The program of a seed: up to six steps, in four of five programs a guard that holds or does not."""
    draft = Draft(random.Random(seed))
    chance = draft.random
    for _ in range(chance.randint(1, 6)):
        _add(draft, STEPS)
    kind = chance.choices(("none", "guard", "broken"), (2, 5, 3))[0]
    if kind != "none":
        _add(draft, GUARDS if kind == "guard" else BROKEN)
        if chance.random() < 0.3:
            _add(draft, {name: STEPS[name] for name in ("assignment", "f-string", "function", "dictionary")})
    body = [*draft.lines, f"os.system({draft.current})", "return 'done'"]
    text = (
        _HEAD
        + "\n".join(draft.helpers)
        + "\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
        + "".join(f"    {line}\n" for line in body)
    )
    return Program(text, tuple(draft.constructs), _truth(text))


def _add(draft: Draft, constructs: dict[str, Construct]) -> None:
    name = draft.random.choice(sorted(constructs))
    draft.constructs.append(name)
    constructs[name](draft)


def _truth(text: str) -> bool:
    """Run the program with the canary; whether a shell would start a second command."""
    import os

    recorded: list[str] = []
    fake = types.SimpleNamespace(**{name: getattr(os, name) for name in ("devnull", "path", "sep")}, system=recorded.append)
    server = types.SimpleNamespace(tool=lambda: lambda function: function)
    source = text.replace("import os, re,", "import re,").replace("from mcp.server.fastmcp import FastMCP\n", "")
    scope: dict[str, object] = {"os": fake, "FastMCP": lambda name: server}
    exec(compile(source, "<program>", "exec"), scope)
    act = scope["act"]
    assert callable(act)
    try:
        act(CANARY)
    except ValueError:
        return False
    return any(_starts_another(command) for command in recorded)


def _starts_another(command: str) -> bool:
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    return ";" in list(words)
