"""Coroutines that nobody awaits check nothing."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = """import asyncio
from asgiref.sync import async_to_sync
import os
import re
from flask import Flask, request
app = Flask('x')
async def check(d):
    if not re.fullmatch('[a-z]+', d):
        raise ValueError('no')
async def fits(d):
    return bool(re.fullmatch('[a-z]+', d))
@async_to_sync
async def check_at_once(d):
    if not re.fullmatch('[a-z]+', d):
        raise ValueError('no')
def check_now(d):
    if not re.fullmatch('[a-z]+', d):
        raise ValueError('no')
@app.get('/')
async def f():
    d = request.args['d']
"""


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param("check(d)", True, id="a statement"),
        pytest.param("check(d)  # first", True, id="a statement with a comment"),
        pytest.param("await check(d)", False, id="awaited"),
        pytest.param("check_at_once(d)", False, id="run by its decorator"),
        pytest.param("check_now(d)", False, id="not asynchronous"),
        pytest.param("if not fits(d):\n    return 'no'", True, id="a condition"),
        pytest.param("if not await fits(d):\n    return 'no'", False, id="an awaited condition"),
        pytest.param("await asyncio.gather(\n    check(d),\n)", False, id="gathered"),
    ],
)
def test_what_is_not_awaited_is_not_believed(lines: str, is_told: bool) -> None:
    """A check in an asynchronous function counts where it is waited for."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    assert bool(told(f"{_HEAD}{body}    os.system('ls ' + d)\n")) is is_told
