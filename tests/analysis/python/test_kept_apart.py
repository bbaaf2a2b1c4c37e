"""What belongs to one part of a value, a list or a message says nothing of the others."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_FLASK = (
    "import os, shlex, shutil, subprocess, sys\nimport requests\nfrom bs4 import BeautifulSoup\n"
    "from flask import Flask, redirect, request, url_for\nimport jwt\nfrom app import KEY, ROOT, store\napp = Flask('x')\n\n"
    "@app.route('/x/<path:item>')\ndef f(item):\n"
)

CASES = {
    "a program named before the data that is split": (False, "    subprocess.run((\"lint --all \" + item).split())\n"),
    "an interpreter before the data that is split": (
        False, "    subprocess.run((f\"{sys.executable} -m lint \" + item).split())\n"
    ),
    "data that is split": (True, "    subprocess.run(item.split())\n"),
    "data at the end of the first word": (True, "    subprocess.run((\"/opt/\" + item + \" --all\").split())\n"),
    "a copy of a command": (False, "    words = [\"lint\", \"--\", item]\n    subprocess.run([word for word in words])\n"),
    "a copy of a command that data leads": (True, "    words = [item, \"--\"]\n    subprocess.run([word for word in words])\n"),
    "an address made by the program in a page": (False, "    return f\"<a href={url_for('x', item=item)}>x</a>\"\n"),
    "data beside it": (True, "    return f\"<a href={url_for('x')}>{item}</a>\"\n"),
    "markup that is read again": (
        False, "    return str(len(BeautifulSoup(f\"<div>{item}</div>\", \"html.parser\").find_all()))\n"
    ),
    "the name of something that is kept": (
        False, "    if store.data[\"watched\"].get(item):\n        shutil.rmtree(os.path.join(ROOT, item))\n"
    ),
    "a name that the request knows": (True, "    if request.args.get(item):\n        shutil.rmtree(os.path.join(ROOT, item))\n"),
    "where a verified token leads": (
        False, "    return redirect(jwt.decode(request.args[\"t\"], KEY, algorithms=[\"HS256\"])[\"to\"])\n"
    ),
    "where a token leads that was only read": (
        True, "    return redirect(jwt.decode(request.args[\"t\"], KEY, options={\"verify_signature\": False})[\"to\"])\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("is_told", "body"), CASES.values(), ids=CASES)
def test_part_is_told_apart(is_told: bool, body: str) -> None:
    """Only what the data itself decides is told of."""
    kinds = {sink for _, sink, _ in told(_FLASK + body)}
    assert is_told is bool(kinds & {"program", "html", "path-write", "redirect"})


def test_base_of_an_address_is_what_is_told() -> None:
    """Where one part of an address chooses the host and another stands in its path, the first is told of."""
    flows = found(_FLASK + "    return requests.get(f\"{request.headers['X-Base']}/items/{item}\").text\n")
    assert ["flask.request.headers"] == [flow.source.name for flow in flows if flow.sink.kind.value == "url"]


_RESOURCE = (
    "import urllib.request\n\ndef handler(event, context):\n    told = event[\"{}\"]\n    urllib.request.urlopen(told[\"Url\"])\n"
    "    urllib.request.urlopen(event[\"{}\"])\n    return event[\"{}\"]\n"
)  # fmt: skip


def test_custom_resource_is_no_request() -> None:
    """What CloudFormation tells the handler of a custom resource was written by whoever deploys it."""
    assert [] == told(_RESOURCE.format("ResourceProperties", "ResponseURL", "RequestType"))


def test_other_event_is_a_request() -> None:
    """An event of another kind is a caller's."""
    assert [5, 6] == [line for _, _, line in told(_RESOURCE.format("properties", "answer", "kind"))]


_MODEL = (
    "import os\nfrom typing import Annotated\nfrom fastapi import FastAPI\nfrom pydantic import AfterValidator, BaseModel\n"
    "app = FastAPI()\n\ndef plain(text):\n    if any(char in text for char in r'<>:\"/\\|?*'):\n"
    "        raise ValueError\n    return text\n\n"
    "class Note(BaseModel):\n    title: Annotated[str, AfterValidator(plain)]\n    body: str\n\n"
    "@app.post('/n')\ndef n(note: Note):\n    open(os.path.join(ROOT, note.{}), 'x').close()\n"
)


def test_validator_of_a_type_is_asked() -> None:
    """A field whose type names a function that refuses slashes leads out of no folder."""
    assert [] == [sink for _, sink, _ in told(_MODEL.replace("{}", "title"))]


def test_field_beside_it_is_not_validated() -> None:
    """Another field of the same object is as it was sent."""
    assert ["path-write"] == [sink for _, sink, _ in told(_MODEL.replace("{}", "body"))]


_STATE = (
    "import requests\nfrom fastmcp import FastMCP\nfrom fastmcp.server.dependencies import get_http_request\nmcp = FastMCP('x')\n\n"
    "@mcp.tool()\ndef f() -> str:\n    request = get_http_request()\n    return requests.get(request.{}).text\n"
)


@pytest.mark.parametrize(("part", "sinks"), [("state.base", []), ("headers['x-base']", ["url"])], ids=["state", "headers"])
def test_state_of_a_request_is_the_program_s(part: str, sinks: list[str]) -> None:
    """What a server keeps with a request was not sent by its client; headers were."""
    assert sinks == [sink for _, sink, _ in told(_STATE.replace("{}", part))]


_FIELD = (
    "import os, tempfile, uuid\nfrom flask import Flask, request\nfrom PIL import Image\napp = Flask('x')\n\n"
    "class Picture:\n    def __init__(self, value):\n        self.path = value\n        self.raw = Image.new('RGB', (1, 1))\n\n"
    "    def kept(self, again):\n        {}\n        self.raw.save(self.path)\n        return 'kept'\n\n"
    "@app.route('/x')\ndef f():\n    return Picture(request.args['a']).kept(request.args['b'])\n"
)
FIELDS = {
    "a field as it was made": (True, "pass"),
    "a field written anew": (False, "self.path = os.path.join(tempfile.mkdtemp(), uuid.uuid4().hex)"),
    "a field written anew where something holds": (
        True, "if again:\n            self.path = os.path.join(tempfile.mkdtemp(), uuid.uuid4().hex)"
    ),
    "a field written twice": (
        True, "self.path = os.path.join(tempfile.mkdtemp(), uuid.uuid4().hex)\n        self.path = again"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("is_told", "body"), FIELDS.values(), ids=FIELDS)
def test_field_is_what_was_stored_last(is_told: bool, body: str) -> None:
    """A field that the method itself wrote is that until the method writes it again, whatever stood there before."""
    assert is_told is ("path-write" in [sink for _, sink, _ in told(_FIELD.replace("{}", body))])
