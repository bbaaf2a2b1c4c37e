"""Programs that carry out what comes over a socket, what a model wrote or what is typed into a shell, and links of archives."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_BRIDGE = """\
import json, requests, socket, threading

class Server:
    def start(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self._handle, args=(client,)).start()

    def _handle(self, client):
        command = json.loads(client.recv(8192).decode())

        def wrapper():
            client.sendall(self._execute(command))

        timers.register(wrapper, first_interval=0.0)

    def _execute(self, command):
        handlers = {"image": self.image, "read": self.read}
        handler = handlers.get(command.get("type"))
        return handler(**command.get("params", {}))

    def image(self, url=None):
        return requests.get(url).content

    def read(self, name):
        return open("/srv/" + name).read()
"""


def test_handlers_of_a_bridge_are_given_what_comes_over_the_socket() -> None:
    """A server of its own kind hands parameters of others to its methods, by way of a table, a callback and a mapping."""
    assert [("http-request", "url", 23), ("http-request", "path-read", 26)] == told(_BRIDGE)


def test_client_of_a_socket_is_no_server() -> None:
    """What a program is answered by the server it connected to itself is a message."""
    text = "import socket, requests\ns = socket.socket()\ns.connect(('x', 1))\nrequests.get(s.recv(100).decode())\n"
    assert [] == told(text)


@pytest.mark.parametrize(("name", "is_told"), [("ai_message", True), ("llm_output", True), ("message", False)])
def test_address_that_a_model_wrote_is_told_of(name: str, is_told: bool) -> None:
    """A method that is handed a model's text to carry it out asks the address that stands in it."""
    text = (
        f"import requests\n\nclass Action:\n    async def run(self, {name}: str):\n"
        f"        asked = self.convert({name}, Model)\n        requests.get(asked.api)\n"
    )
    assert is_told is (("llm-output", "url", 6) in told(text))


_TYPED = "import subprocess\nfrom fastapi import FastAPI\napp = FastAPI()\n\n@app.post('/x')\ndef f(text: str):\n    {}\n"

TYPED = {
    "a shell that is given its input": ("subprocess.run(['bash'], input=text)", "shell"),
    "an interpreter that reads its input": ("subprocess.run(['python3', '-'], input=text)", "code"),
    "the standard input of a shell": ("p = subprocess.Popen(['/bin/sh'], stdin=-1)\n    p.stdin.write(text)", "shell"),
    "what is said to a shell": ("p = subprocess.Popen(['bash', '-s'], stdin=-1)\n    p.communicate(text)", "shell"),
    "a filter": ("subprocess.run(['wc', '-l'], input=text)", ""),
    "a script of the program": ("subprocess.run(['bash', 'count.sh'], input=text)", ""),
    "a module of the program": ("subprocess.run(['python3', '-m', 'count'], input=text)", ""),
    "what is said to a filter": ("p = subprocess.Popen(['cat'], stdin=-1)\n    p.communicate(text)", ""),
}


@pytest.mark.parametrize(("body", "kind"), TYPED.values(), ids=TYPED)
def test_what_a_shell_reads_is_run(body: str, kind: str) -> None:
    """Text on the standard input of a shell or an interpreter is a command, on that of another program its data."""
    assert [kind] * bool(kind) == [sink for _, sink, _ in told(_TYPED.replace("{}", body))]


_ARCHIVE = """\
import os, tarfile
from pathlib import Path

def extract(tar: tarfile.TarFile, destination: str):
    for member in tar.getmembers():
        path = os.path.abspath(os.path.join(destination, member.name))
        if not Path(path).is_relative_to(destination):
            continue
        {}
        with open(path, "wb") as held:
            held.write(tar.extractfile(member).read())
"""

LINKS = {
    "a link made as it is": ("if member.issym():\n            tar._extract_member(member, path)", True),
    "a link whose target is looked at": (
        "if member.issym():\n            check(member.linkname)\n            tar._extract_member(member, path)", False,
    ),
    "links left out": ("if member.issym() or member.islnk():\n            continue", False),
    "links left out before a member is made": (
        "if member.issym() or member.islnk():\n            continue\n        tar._extract_member(member, path)", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "is_told"), LINKS.values(), ids=LINKS)
def test_link_of_an_archive_is_looked_at(body: str, is_told: bool) -> None:
    """Names are checked, but a link that is made as it is leads the members behind it elsewhere."""
    assert is_told is any(sink == "archive" for _, sink, _ in told(_ARCHIVE.replace("{}", body)))


_PICTURES = (
    "from playwright.async_api import Page\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\npage = Page()\n\n"
    "@mcp.tool()\nasync def f(path: str):\n    {}\n"
)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("await page.screenshot(path='/srv/' + path)", ["path-write"]),
        ("await page.pdf(path=path)", ["path-write"]),
        ("await page.set_input_files('#file', path)", ["path-read"]),
        ("await page.screenshot(full_page=True, type=path)", []),
    ],
    ids=["a picture", "a print", "a file for a form", "no file"],
)
def test_browser_writes_and_reads_files(call: str, expected: list[str]) -> None:
    """A page that is driven by a program writes pictures and reads files where it is told to."""
    assert expected == [sink for _, sink, _ in told(_PICTURES.replace("{}", call))]


@pytest.mark.parametrize(
    ("start", "is_told"), [("self.running = True", True), ("pass", False)], ids=["a mark that is set", "a mark that never is"]
)
def test_mark_that_is_set_elsewhere_says_nothing_at_first(start: str, is_told: bool) -> None:
    """What a constructor puts into a field holds for a loop only while no other method sets it."""
    text = (
        "import os, socket\n\nclass Server:\n    def __init__(self):\n        self.running = False\n\n"
        f"    def start(self):\n        {start}\n\n    def serve(self):\n        client, _ = self.socket.accept()\n"
        "        while self.running:\n            os.system(client.recv(100).decode())\n\nServer().serve()\n"
    )
    assert is_told is (("http-request", "shell", 13) in told(text))
