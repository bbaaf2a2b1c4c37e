"""Sinks under the names that a module gives to what it imports."""

from __future__ import annotations

import pytest

from sentinel.analysis.python.slices import KEYWORDS
from tests.analysis.python.workspace import told

_TOOL = (
    "{brought}\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n@mcp.tool()\ndef go(x: str):\n    return {call}\n"
)
CALLED = {
    "os: system": ("from os import system", "system('tar ' + x)", "shell"),
    "os: system under a name": ("from os import system as sh", "sh(x)", "shell"),
    "os: popen": ("from os import popen", "popen('ls ' + x).read()", "shell"),
    "os: remove": ("from os import remove", "remove('/srv/' + x)", "path-write"),
    "os: listdir": ("from os import listdir, makedirs", "listdir('/srv/' + x)", "path-read"),
    "os under a name": ("import os as o", "o.system(x)", "shell"),
    "shutil: rmtree": ("from shutil import rmtree", "rmtree('/srv/' + x)", "path-write"),
    "shutil under a name": ("import shutil as s", "s.rmtree('/srv/' + x)", "path-write"),
    "glob": ("from glob import glob", "glob('/srv/' + x)", "path-read"),
    "subprocess: run under a name": ("from subprocess import run as r", "r(x, shell=True)", "shell"),
    "subprocess: call": ("from subprocess import call", "call('ls ' + x, shell=True)", "shell"),
    "subprocess under a name": ("import subprocess as sp", "sp.run(x, shell=True)", "shell"),
    "yaml: load": ("from yaml import load, Loader", "load(x, Loader=Loader)", "deserialize"),
    "yaml: load, in parentheses": ("from yaml import (\n    load,\n    Loader,\n)", "load(x, Loader=Loader)", "deserialize"),
    "yaml under a name": ("import yaml as y", "y.load(x, Loader=y.Loader)", "deserialize"),
    "pickle: loads": ("from pickle import loads", "loads(x.encode())", "deserialize"),
    "pickle under a name": ("import pickle as p", "p.loads(x.encode())", "deserialize"),
    "marshal: loads": ("from marshal import loads", "loads(x.encode())", "deserialize"),
    "joblib: load": ("from joblib import load", "load(x)", "deserialize"),
    "requests: get": ("from requests import get", "get(x)", "url"),
    "requests under a name": ("import requests as r", "r.get(x)", "url"),
    "httpx under a name": ("import httpx as http", "http.get(x)", "url"),
    "urllib: urlopen under a name": ("from urllib.request import urlopen as u", "u(x)", "url"),
    "urllib.request under a name": ("import urllib.request as req", "req.urlopen(x)", "url"),
    "importlib: import_module": ("from importlib import import_module", "import_module(x)", "code"),
}


@pytest.mark.parametrize(("brought", "call", "kind"), CALLED.values(), ids=CALLED)
def test_sink_under_an_imported_name(brought: str, call: str, kind: str) -> None:
    """A sink is one whatever the module calls it."""
    assert kind in [one for _, one, _ in told(_TOOL.format(brought=brought, call=call))]


_MANY = "".join(f"import os as o{number}\n" for number in range(100))


@pytest.mark.parametrize(("brought", "call", "kind"), CALLED.values(), ids=CALLED)
def test_sink_among_many_imported_names(brought: str, call: str, kind: str) -> None:
    """However many names a module gives, each is looked for."""
    assert kind in [one for _, one, _ in told(_TOOL.format(brought=_MANY + brought, call=call))]


HARMLESS = {
    "other names of the module": ("from os import environ, path", "path.join(environ['A'], x)"),
    "a function of its own": ("from os import path\n\ndef system(x):\n    return x\n", "system(x)"),
    "the same name of another module": ("from json import load, loads", "loads(x)"),
    "another module under the name": ("import json as yaml", "yaml.load(x)"),
    "a member of that name": ("from os import system\n\nplanet = object()\n", "planet.system(x)"),
}


@pytest.mark.parametrize(("brought", "call"), HARMLESS.values(), ids=HARMLESS)
def test_harmless_call_of_that_name(brought: str, call: str) -> None:
    """What only has the name of a sink is none."""
    assert told(_TOOL.format(brought=brought, call=call)) == []
    assert told(_TOOL.format(brought=_MANY + brought, call=call)) == []


@pytest.mark.parametrize("brought", ["from os import system", "import subprocess as sp", "from pickle import loads"])
def test_imports_open_a_document(brought: str) -> None:
    """A document that only imports such a name is looked at."""
    assert any(word in brought.encode() for word in KEYWORDS)
