"""Functions that a model is told of in data: descriptions as the interfaces of OpenAI and Anthropic have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.analysis.python.modules import Function

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

ROUTE = "described"
"""Instead of a route: the function is a tool for what the module tells a model of it."""
_DESCRIPTION = re.compile(rb"[\"'](?:parameters|input_schema)[\"']\s*:\s*\{\s*[\"']type[\"']\s*:\s*[\"']object[\"']")
_TOLD_NAME = re.compile(rb"[\"']name[\"']\s*:\s*[\"'](\w{1,80})[\"']")
_OF_A_MODULE = re.compile(
    rb"^(?:def[ \t]+(?:get_)?(?:tool_)?(?:spec|schema|definition)\(|(?:TOOL_)?(?:SPEC|SCHEMA|DEFINITION)\b[^\n=]{0,60}=)",
    re.MULTILINE,
)
_RUNS = frozenset("run execute handle call invoke".split())


def is_described(walker: Walker, function: Function) -> bool:
    """Whether the module tells a model of a function and its arguments, as OpenAI's and Anthropic's interfaces have it."""
    module = function.module
    key = ("told of", module.path)
    told: frozenset[str] | None = walker.memo.get(key)
    if told is None:
        found = frozenset[str]()
        if module.document.holds(b"properties") and _DESCRIPTION.search(module.data):
            found = frozenset(name.decode() for name in _TOLD_NAME.findall(module.data))
            found |= _RUNS if _OF_A_MODULE.search(module.data) else frozenset()
        told = walker.memo[key] = found
    if function.name not in told:
        return False
    return any(is_told(walker, function, name) for name, _, _ in walker.parameters(function))


def is_told(walker: Walker, function: Function, name: str) -> bool:
    """Whether the module of a function that a model is told of names this argument, or the function takes whatever is sent."""
    if any(one == name and star == "**" for one, _, star in walker.parameters(function)):
        return True
    quoted = (f'"{name}"'.encode(), f"'{name}'".encode())
    return any(function.module.data.find(written) >= 0 for written in quoted)
