"""What a test of each character of a text, or of each part of a path, keeps away."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_TOOL = (
    "import os\nimport re\nimport string\n"
    "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef go(x: str):\n"
    "    if {test}:\n        raise ValueError('no')\n    {end}\n"
)
_SHELL, _PATH = "os.system('echo ' + x)", "return open('/srv/data/' + x).read()"

HARMLESS = {
    "letters and digits": ("not all(c.isalnum() for c in x)", _SHELL),
    "letters, digits and some more": ("not all(c.isalnum() or c in '-_.' for c in x)", _SHELL),
    "letters of the library": ("not all(c in string.ascii_letters + string.digits for c in x)", _SHELL),
    "an expression": ("not all(re.match(r'[a-z0-9]', c) for c in x)", _SHELL),
    "a range": ("not all('a' <= c <= 'z' for c in x)", _SHELL),
    "numbers of characters": ("not all(48 <= ord(c) <= 57 for c in x)", _SHELL),
    "a predicate": ("not all(is_good(c) for c in x)", _SHELL),
    "no slash": ("not all(c not in '/\\\\' for c in x)", _PATH),
    "no slash, the other way": ("any(c in '/\\\\' for c in x)", _PATH),
    "no dot and no slash": ("not all(c.isalnum() and c not in './' for c in x)", _PATH),
    "names of files": ("any(c not in 'abc._-' for c in x)", _PATH),
    "no part that leads up": ("not all(p != '..' for p in x.split('/'))", _PATH),
    "no part of a list": ("not all(p not in ('..', '.', '') for p in x.split('/'))", _PATH),
    "a part of a list": ("any(p in ('..', '.', '') for p in x.split('/'))", _PATH),
    "parts that are something": ("not all(p and p != '..' for p in x.split('/'))", _PATH),
    "no hidden part": ("not all(p and not p.startswith('.') for p in x.split('/'))", _PATH),
    "a hidden part": ("any(not p or p.startswith('.') for p in x.split('/'))", _PATH),
}
LEFT = {
    "some characters denied": ("not all(c not in ';|&' for c in x)", _SHELL),
    "one character denied": ("not all(c != ';' for c in x)", _SHELL),
    "plain characters": ("not all(ord(c) < 128 for c in x)", _SHELL),
    "characters that can be printed": ("not all(c.isprintable() for c in x)", _SHELL),
    "a length": ("not all(len(c) for c in x)", _SHELL),
    "the character itself": ("not all(c for c in x)", _SHELL),
    "a dot and a slash among the rest": ("not all(c.isalnum() or c in '-_./' for c in x)", _PATH),
    "a dot and a slash, the other way": ("any(not (c.isalnum() or c in '-_./') for c in x)", _PATH),
    "a dot and a slash in a list": ("any(c not in 'abc./' for c in x)", _PATH),
    "another part denied": ("not all(p != 'etc' for p in x.split('/'))", _PATH),
    "either of two things": ("not all(p or p != '..' for p in x.split('/'))", _PATH),
}


@pytest.mark.parametrize(("test", "end"), HARMLESS.values(), ids=HARMLESS)
def test_nothing_harmful_is_left(test: str, end: str) -> None:
    """Each character, or part, is one that does no harm."""
    assert told(_TOOL.format(test=test, end=end)) == []


@pytest.mark.parametrize(("test", "end"), LEFT.values(), ids=LEFT)
def test_something_harmful_is_left(test: str, end: str) -> None:
    """What is asked of each lets through what does harm."""
    assert told(_TOOL.format(test=test, end=end))
