"""What stands between a framework and a function or field: decorators of the program's own, validators of a model."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "import functools\nfrom pathlib import Path\nfrom pydantic import BaseModel, field_validator\nfrom fastmcp import FastMCP\n"
    "mcp = FastMCP('x')\n\n"
)
_INNER = "def around(fn):\n    @functools.wraps(fn)\n    def inner({}):\n{}    return inner\n\n"
_TOOL = "@mcp.tool()\n@around\ndef t(path: str):\n    return open(path).read()\n"
_CHECK = "        made = Path(path).resolve()\n        if not made.is_relative_to('/srv'):\n            raise ValueError\n"
_ENTRY = (
    "        path = kwargs.get('path', '')\n        if not path.isalnum():\n            {}\n        return fn(*args, **kwargs)\n"
)
HELD = {
    "what was checked": _INNER.format("path: str", _CHECK + "        return fn(str(made))\n"),
    "what was checked, by name": _INNER.format("path: str", _CHECK + "        return fn(path=made)\n"),
    "something else": _INNER.format("path: str", "        return fn('/srv/x')\n"),
    "an entry that was checked": _INNER.format("*args, **kwargs", _ENTRY.format("raise ValueError")),
    "an entry that was checked if it is there": _INNER.format(
        "**kw",
        "        path = kw.get('path')\n        if path is not None and not path.isalnum():\n            return ''\n"
        "        return fn(**kw)\n",
    ),
    "an entry that was checked where it stands": _INNER.format(
        "**kw", "        if not kw['path'].isalnum():\n            raise ValueError\n        return fn(**kw)\n"
    ),
}
LOOSE = {
    "everything as it came": _INNER.format("*args, **kwargs", "        return fn(*args, **kwargs)\n"),
    "an entry that was only looked at": _INNER.format("*args, **kwargs", _ENTRY.format("print(path)")),
    "another entry": _INNER.format(
        "**kw", "        if not kw['other'].isalnum():\n            raise ValueError\n        return fn(**kw)\n"
    ),
    "it unchecked in one case": _INNER.format(
        "path: str", "        if path.isalnum():\n            return fn(path)\n        return fn(path)\n"
    ),
    "nothing that is known": "from others import around\n\n",
    "a function that does not call it": "def around(fn):\n    print(fn)\n    return fn\n\n",
}


@pytest.mark.parametrize("head", HELD.values(), ids=HELD)
def test_decorator_hands_on(head: str) -> None:
    """A function behind a decorator that checks is given what the check let through."""
    assert [] == told(_HEAD + head + _TOOL)


@pytest.mark.parametrize("head", LOOSE.values(), ids=LOOSE)
def test_decorator_lets_through(head: str) -> None:
    """A function behind a decorator that checks nothing is given what came in."""
    assert [("tool-argument", "path-read")] == [flow[:2] for flow in told(_HEAD + head + _TOOL)]


_MODEL = (
    "class M(BaseModel):\n    name: str\n    other: str\n\n    @field_validator('name')\n    @classmethod\n    def check(cls, v):\n"
    "        if not v.isalnum():\n            raise ValueError\n        return v\n\n@mcp.tool()\n"
)


@pytest.mark.parametrize("head", ["def t(m: M):\n    ", "def t(data: dict):\n    m = M(**data)\n    "], ids=["handed in", "made"])
def test_validator_checks_its_field_alone(head: str) -> None:
    """A field that a validator of its model checks is harmless, the one beside it is not."""
    text = _HEAD + _MODEL + head + "return open('/srv/' + m.{}).read()\n"
    assert [[], ["path-read"]] == [[kind for _, kind, _ in told(text.format(name))] for name in ("name", "other")]
