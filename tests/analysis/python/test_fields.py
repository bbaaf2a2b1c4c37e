"""What is said of one field of somebody's data is not said of the others."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "from fastapi import APIRouter\nfrom flask import request\nfrom mcp.server import Server\nfrom pydantic import BaseModel\n\n"
    "router = APIRouter()\nserver = Server('x')\n\nclass Asked(BaseModel):\n    kind: str\n    path: str\n\n"
)
ANOTHER = {
    "of a tool's arguments": (
        "@server.call_tool()\nasync def call(name, arguments):\n    if arguments['action'] not in {'a', 'b'}:\n"
        "        raise ValueError\n"
        "    return open('/srv/' + arguments['path']).read()\n"
    ),
    "asked for by a method": (
        "def f():\n    sent = request.json\n    if sent.get('action') == 'read':\n"
        "        return open('/srv/' + sent['path']).read()\n"
    ),
    "under a name": (
        "def f():\n    sent = request.get_json()\n    kind = sent.get('kind')\n    if kind not in ('a', 'b'):\n"
        "        return 'no'\n"
        "    return open('/srv/' + sent['path']).read()\n"
    ),
    "of an object": (
        "@router.post('/x')\ndef f(asked: Asked):\n    if asked.kind not in ('a', 'b'):\n        return 'no'\n"
        "    return open('/srv/' + asked.path).read()\n"
    ),
    "by a function": (
        "def check(sent):\n    if sent['name'] not in {'a'}:\n        raise ValueError\n\ndef f():\n    sent = request.json\n"
        "    check(sent)\n    return open('/srv/' + sent['path']).read()\n"
    ),
}


@pytest.mark.parametrize("text", ANOTHER.values(), ids=ANOTHER)
def test_another_field_was_looked_at(text: str) -> None:
    """A check of a field leaves the next one as it came."""
    assert [kind for _, kind, _ in told(_HEAD + text)] == ["path-read"]


SAME = {
    "as it is written": (
        "def f():\n    sent = request.json\n    if sent['kind'] not in ('a', 'b'):\n        return 'no'\n"
        "    return open('/srv/' + sent['kind']).read()\n"
    ),
    "written otherwise": (
        "def f():\n    sent = request.json\n    if sent.get('kind') not in ('a', 'b'):\n        return 'no'\n"
        "    return open('/srv/' + sent['kind']).read()\n"
    ),
    "under a name": (
        "def f():\n    sent = request.json\n    kind = sent.get('kind')\n    if kind not in ('a', 'b'):\n        return 'no'\n"
        "    return open('/srv/' + sent['kind']).read()\n"
    ),
    "by a function": (
        "def check(sent):\n    if sent['name'] not in {'a'}:\n        raise ValueError\n\ndef f():\n    sent = request.json\n"
        "    check(sent)\n    return open('/srv/' + sent['name']).read()\n"
    ),
    "by a predicate": (
        "def known(asked):\n    return asked.kind in {'a'}\n\n@router.post('/x')\ndef f(asked: Asked):\n    if not known(asked):\n"
        "        return 'no'\n    return open('/srv/' + asked.kind).read()\n"
    ),
    "of an object": (
        "@router.post('/x')\ndef f(asked: Asked):\n    if asked.kind not in ('a', 'b'):\n        return 'no'\n"
        "    return open('/srv/' + asked.kind).read()\n"
    ),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_field_was_looked_at(text: str) -> None:
    """A check of a field holds for it, however it is written and whoever asks."""
    assert told(_HEAD + text) == []


def test_data_that_is_given_a_name_anew() -> None:
    """What was found of a field is forgotten with the data."""
    text = (
        "def f():\n    sent = request.json\n    if sent['kind'] not in ('a', 'b'):\n        return 'no'\n"
        "    sent = request.get_json()\n"
        "    return open('/srv/' + sent['kind']).read()\n"
    )
    assert [kind for _, kind, _ in told(_HEAD + text)] == ["path-read"]
