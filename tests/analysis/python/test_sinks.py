"""Which argument of which call does harm, and which forms of the same call do none."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_TOOL = "from mcp.server.fastmcp import FastMCP\n{uses}\nmcp = FastMCP('x')\n\n@mcp.tool()\nasync def f(text: str):\n"


def _program(uses: str, *lines: str) -> str:
    return _TOOL.format(uses=uses) + "".join(f"    {line}\n" for line in lines)


REACHED = {
    "a shell by keyword": ("import subprocess", "subprocess.run(text, shell=True)", "shell"),
    "a shell with a list": ("import subprocess", "subprocess.run([text], shell=True)", "shell"),
    "a shell named in the list": ("import subprocess", "subprocess.Popen(['bash', '-c', text], shell=True)", "shell"),
    "a program as text": ("import subprocess", "subprocess.run(f'{text} --version')", "program"),
    "a program from a list of unknown length": ("import subprocess", "subprocess.run(text.split())", "program"),
    "a program in a list": ("import subprocess", "subprocess.run([text, '-v'])", "program"),
    "code for an interpreter": ("import subprocess", "subprocess.run(['python3', '-c', text])", "code"),
    "a vector of a coroutine": ("import asyncio", "await asyncio.create_subprocess_exec('git', 'show', text)", "argument"),
    "a vector in a list": ("import pexpect", "pexpect.spawn('git', ['show', text])", "argument"),
    "a line for a spawner": ("import pexpect", "pexpect.spawn(f'git show {text}')", "program"),
    "an argument behind sudo": ("import subprocess", "subprocess.run(['sudo', 'git', 'log', text])", "argument"),
    "an argument from a spread": ("import subprocess", "subprocess.run(['git', 'log', *text.split()])", "argument"),
    "a process that is replaced": ("import os", "os.execvp('git', ['git', text])", "argument"),
    "a process that is replaced by name": ("import os", "os.execlp(text, text)", "program"),
    "a process with a vector from outside": ("import os", "os.execv('/bin/tar', text.split())", "argument"),
    "a command in a container": ("import docker", "docker.from_env().containers.get('x').exec_run(text)", "shell"),
    "a vector in a container": ("import docker", "container.exec_run(['git', 'log', text])", "argument"),
    "a command on another machine": ("import paramiko", "paramiko.SSHClient().exec_command('ls ' + text)", "shell"),
    "a joined query": ("import sqlite3", "sqlite3.connect('x').execute('select ' + text)", "sql"),
    "a table name": ("import sqlite3", "sqlite3.connect('x').execute(f'select * from {text}')", "sql"),
    "a whole query": ("import sqlite3", "sqlite3.connect('x').cursor().execute(text)", "sql"),
    "a clause": ("import sqlalchemy", "session.query(User).order_by('name ' + text)", "sql"),
    "a filter of documents": ("import json, pymongo", "pymongo.MongoClient().db.users.find(json.loads(text))", "nosql"),
    "code in a filter": ("import pymongo", "client.db.users.find({'$where': 'this.a == ' + text})", "nosql"),
    "an object in a filter": ("import json, pymongo", "db.users.find_one({'name': {'$ne': text}})", "nosql"),
    "an object in a condition": ("import json, pymongo", "db.a.find({'$or': [{'b': {'$ne': text}}, {'c': 3}]})", "nosql"),
    "the host of a request": ("import httpx", "httpx.get(f'https://{text}/x')", "url"),
    "the address of a request": ("import requests", "requests.request('GET', text)", "url"),
    "a request with a secret": ("import os, requests", "requests.get(text, headers={'a': os.environ['T']})", "credentialed-url"),
    "a request with a key": ("import requests", "requests.get(text, headers={'x-api-key': key()})", "credentialed-url"),
    "a request of a session": ("import requests", "requests.Session().get(text)", "url"),
    "a host to connect to": ("import http.client", "http.client.HTTPSConnection(text)", "url"),
    "a pair to connect to": ("import socket", "socket.create_connection((text, 80))", "url"),
    "a socket's address": ("import socket", "sock = socket.socket()", "sock.connect((text, 80))", "url"),
    "a page to open": ("import webbrowser", "webbrowser.open(text)", "opener"),
    "a file to read": ("import os", "open(os.path.join('/srv', text)).read()", "path-read"),
    "a file to write": ("import os", "open('/srv/' + text, mode='wb')", "path-write"),
    "a folder to list": ("import os", "os.listdir(text)", "path-read"),
    "a pickle": ("import pickle", "pickle.loads(text.encode())", "deserialize"),
    "a tensor": ("import torch", "torch.load(text)", "deserialize"),
    "an array of objects": ("import numpy", "numpy.load(text, allow_pickle=True)", "deserialize"),
    "yaml without a loader": ("import yaml", "yaml.load(text)", "deserialize"),
    "yaml by its unsafe loader": ("import yaml", "yaml.unsafe_load(text)", "deserialize"),
    "a template": ("import jinja2", "jinja2.Template(text).render()", "template"),
    "a prompt in jinja": (
        "from langchain.prompts import PromptTemplate", "PromptTemplate.from_template(text, template_format='jinja2')", "template",
    ),
    "a format of the caller's": ("import os", "return text.format(os)", "template"),
    "a format by mapping": ("import os", "return text.format_map({})", "template"),
    "markup": ("import markupsafe", "return markupsafe.Markup(text)", "html"),
    "a document with entities": ("from lxml import etree", "etree.fromstring(text)", "xml"),
    "a parser that resolves": ("from lxml import etree", "etree.fromstring(text, etree.XMLParser(resolve_entities=True))", "xml"),
    "a pattern": ("import re", "re.search(text, 'x')", "regex"),
    "a part of a pattern": ("import re", "re.compile('^' + text)", "regex"),
    "a module": ("import importlib", "importlib.import_module(text)", "code"),
    "a path in a tree": ("from lxml import etree", "etree.parse('x').xpath(f'//a[@b=\"{text}\"]')", "xpath"),
    "a filter of a directory": ("import ldap3", "ldap3.Connection('x').search('dc=x', f'(cn={text})')", "ldap"),
}  # fmt: skip


@pytest.mark.parametrize("row", list(REACHED.values()), ids=list(REACHED))
def test_argument_reaches(row: tuple[str, ...]) -> None:
    """The call is told of with the kind of harm it does."""
    uses, *lines, expected = row
    assert expected in [sink for source, sink, _ in told(_program(uses, *lines)) if source == "tool-argument"]


HARMLESS = {
    "an argument without a shell": ("import subprocess", "subprocess.run(['git', 'log', '--', 'x'], cwd=text)"),
    "parameters of a query": ("import sqlite3", "sqlite3.connect('x').execute('select ?', [text])"),
    "text that reads like no query": ("import sqlite3", "session.execute(f'hello {text} again')"),
    "a fixed host": ("import httpx", "httpx.get(f'https://example.com/{text}')"),
    "a fixed page to open": ("import webbrowser", "webbrowser.open(f'https://example.com/{text}')"),
    "a filter on members": ("import tarfile", "tarfile.open('x').extractall('/srv', filter='data')"),
    "tensors alone": ("import torch", "torch.load(text, weights_only=True)"),
    "arrays of numbers": ("import numpy", "numpy.load(text)"),
    "yaml by its safe loader": ("import yaml", "yaml.load(text, Loader=yaml.SafeLoader)"),
    "yaml by its full loader": ("import yaml", "yaml.load(text, yaml.FullLoader)"),
    "a prompt of another kind": ("from langchain.prompts import PromptTemplate", "PromptTemplate.from_template(text)"),
    "a parser that resolves nothing": ("from lxml import etree", "etree.fromstring(text, etree.XMLParser(resolve_entities=False))"),
    "a value in a filter": ("import pymongo", "pymongo.MongoClient().db.users.find({'name': text})"),
    "a format of nothing": ("import os", "return text.format()"),
    "an escaped pattern": ("import re", "re.search(re.escape(text), 'x')"),
    "a file for a while": (
        "import os, tempfile", "held = tempfile.NamedTemporaryFile()\n    held.write(text)\n    os.unlink(held.name)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("uses", "line"), list(HARMLESS.values()), ids=list(HARMLESS))
def test_form_does_no_harm(uses: str, line: str) -> None:
    """A form of the call in which data cannot do harm is not told of."""
    assert [] == told(_program(uses, line))


def test_quotes_around_quoted_data_are_told_of() -> None:
    """`shlex.quote` inside quotes of the command protects nothing, and is named."""
    (flow,) = found(_program("import os, shlex", 'os.system("echo \'" + shlex.quote(text) + "\'")'))
    assert ["quoted-inside-string"] == [guard.name for guard in flow.broken_guards]


def test_script_that_is_written_and_run_is_code() -> None:
    """What is written to a file that an interpreter runs is code."""
    lines = (
        "held = tempfile.NamedTemporaryFile(suffix='.py')",
        "held.write(text.encode())",
        "subprocess.run(['python', held.name])",
    )
    assert [("tool-argument", "code", 9)] == told(_program("import subprocess, tempfile", *lines))


def test_safe_loader_is_offered_for_yaml() -> None:
    """The exact cure of `yaml.load` names the method to call instead."""
    (flow,) = found(_program("import yaml", "yaml.load(text)"))
    assert ["safe_load"] == [edit.text for edit in flow.edits]


PAGES = {
    "a page returned": ("from flask import Flask, request", "return '<p>' + name", True),
    "plain text in a response": ("from flask import Flask, Response", "return Response(name, mimetype='text/plain')", False),
    "a page in a response": ("from flask import Flask, Response", "return Response('<p>' + name)", True),
    "another type in the headers": (
        "from flask import Flask, Response", "return Response(name, headers={'Content-Type': 'application/json'})", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("uses", "line", "expected"), list(PAGES.values()), ids=list(PAGES))
def test_page_is_told_of_where_it_is_one(uses: str, line: str, expected: bool) -> None:
    """Text that a browser takes for a page ends a flow, text of another type does not."""
    text = f"{uses}\napp = Flask('x')\n\n@app.route('/<name>')\ndef f(name):\n    {line}\n"
    assert expected is ("html" in [sink for _, sink, _ in told(text)])


@pytest.mark.parametrize(
    ("address", "told_of"), [("text", True), ("'https://example.com/' + text", False)], ids=["whole", "below a host"]
)
def test_what_windows_starts_is_looked_at_like_an_address(address: str, told_of: bool) -> None:
    """A page of the program's own site may be opened, whatever its path."""
    text = "import os\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.tool()\ndef f(text: str):\n"
    assert told_of is any(flow[1] == "opener" for flow in told(text + f"    os.startfile({address})\n"))
