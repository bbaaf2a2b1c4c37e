"""No regular expression of ours backtracks exponentially: the tree under scan chooses the texts they are matched with."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sentinel
from sentinel.analysis.backtracking import explosion
from sentinel.analysis.python.slices import TEXT

_COLLECT = """
import importlib, json, pkgutil, re, sys
import sentinel, sentinel.model.expression as lazy

given = []
def noting(make):
    def made(pattern, flags=0):
        if sys._getframe(1).f_globals.get("__name__", "").startswith("sentinel."):
            given.append((pattern if isinstance(pattern, str) else pattern.decode("latin-1"), int(flags)))
        return make(pattern, flags)
    return made

re.compile, lazy.expression = noting(re.compile), noting(lazy.expression)
for module in pkgutil.walk_packages(sentinel.__path__, "sentinel."):
    importlib.import_module(module.name)
json.dump(given, sys.stdout)
"""
_LOOK = re.compile(r"\(\?<?[!=](?:[^()\\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\])*\)")


def _compiled() -> list[tuple[str, int]]:
    """Patterns and flags of every expression that a module of ours makes when it is imported."""
    made = subprocess.run([sys.executable, "-c", _COLLECT], capture_output=True, text=True, check=True)
    return [(pattern, flags) for pattern, flags in json.loads(made.stdout)]


def _written() -> Iterator[tuple[str, int]]:
    """Constant patterns given to the functions of `re` in our code."""
    for file in sorted(Path(sentinel.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                    text = first.value
                    yield (text if isinstance(text, str) else text.decode("latin-1")), 0


def _without_looks(pattern: str) -> str:
    """The expression without what looks ahead or behind: our judge leaves a loop that holds such a piece unjudged."""
    bare = _LOOK.sub("", pattern)
    return pattern if bare == pattern else _without_looks(bare)


def _explodes(pattern: str, flags: int) -> bool:
    """Our own rule's judgement; a text of Python, whose kinds are told apart by looking ahead, is read as the plainest of them."""
    bare = _without_looks(pattern.replace(TEXT.decode(), r"\"[^\"]*\"\s*"))
    ignores_case, dot_all = bool(flags & re.IGNORECASE), bool(flags & re.DOTALL)
    return explosion(bare, ignores_case=ignores_case, dot_all=dot_all, merges=True) is not None


def test_no_expression_of_ours_backtracks_exponentially() -> None:
    """Compiled ones and those written where they are used, with the looks ahead taken out: that can only add ways."""
    patterns = {*_compiled(), *_written()}
    assert len(patterns) > 1_000
    assert [] == sorted(pattern for pattern, flags in patterns if _explodes(pattern, flags))


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(rf"run\(\s*\[(?:{TEXT.decode()},?\s*){{1,40}}\]\)", id="blanks on both sides of a comma that may be missing"),
        pytest.param(r"x(?:\"(?!\"\")(?:[^\"\\\n]|\\.)*\"\s*,?\s*){1,40}\]", id="a loop that looks ahead"),
        pytest.param(r"(a+)+b", id="a loop in a loop"),
    ],
)
def test_an_expression_that_explodes_is_seen(pattern: str) -> None:
    """The check above is not blind."""
    assert _explodes(pattern, re.DOTALL)
