"""Archives that are unpacked, their members written, and files that somebody sent."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_TAR = "import tarfile, os\n"
_ZIP = "import zipfile, os\nfrom pathlib import Path\ndef f(path, dest):\n    with zipfile.ZipFile(path) as z:\n"
_WEB = "from fastapi import FastAPI, UploadFile\nimport tarfile, zipfile\napp = FastAPI()\n@app.post('/')\n"

UNPACKED = {
    "all members": ("parameter", _TAR + "def f(path, dest):\n    with tarfile.open(path) as t:\n        t.extractall(dest)\n"),
    "one member after another": (
        "parameter",
        _TAR + "def f(p, d):\n    with tarfile.open(p) as t:\n        for m in t.getmembers():\n            t.extract(m, d)\n",
    ),
    "a stream": ("parameter", _TAR + "def f(stream, dest):\n    tarfile.open(fileobj=stream).extractall(dest)\n"),
    "an archive that was found": ("unknown", _TAR + "def f(dest):\n    tarfile.open(find()).extractall(dest)\n"),
    "no filter": ("parameter", _TAR + "def f(p, d):\n    tarfile.open(p).extractall(d, filter='fully_trusted')\n"),
    "members that nobody chose": ("parameter", _TAR + "def f(t, d, members=None):\n    t.extractall(d, None)\n"),
    "an upload": ("http-request", _WEB + "def up(f: UploadFile):\n    tarfile.open(fileobj=f.file).extractall('/srv')\n"),
    "one of several uploads": (
        "http-request",
        _WEB + "def up(fs: list[UploadFile]):\n    for f in fs:\n        tarfile.open(fileobj=f.file).extractall('/srv')\n",
    ),
    "a name joined to a folder": (
        "file",
        _ZIP
        + "        for name in z.namelist():\n            with open(os.path.join(dest, name), 'wb') as o:\n                pass\n",
    ),
    "the name of an entry": (
        "file",
        _ZIP + "        for info in z.infolist():\n            (Path(dest) / info.filename).write_bytes(z.read(info))\n",
    ),
    "a name with a prefix that a sibling has too": (
        "file",
        _ZIP + "        for name in z.namelist():\n            target = os.path.realpath(os.path.join(dest, name))\n"
        "            if not target.startswith(os.path.realpath(dest)):\n                raise ValueError\n"
        "            open(target, 'wb')\n",
    ),
}


@pytest.mark.parametrize(("source", "text"), UNPACKED.values(), ids=UNPACKED)
def test_an_archive_writes_under_the_names_it_brings(source: str, text: str) -> None:
    """Unpacking, and writing a member where its name says, ends a flow."""
    assert [(source, "archive")] == [flow[:2] for flow in told(text) if flow[1] == "archive"]


HARMLESS = {
    "a filter": _TAR + "def f(p, d):\n    tarfile.open(p).extractall(d, filter='data')\n",
    "chosen members": _TAR + "def f(p, d):\n    t = tarfile.open(p)\n    t.extractall(d, good(t))\n",
    "members that were looked at": (
        _TAR + "def f(p, d):\n    with tarfile.open(p) as t:\n        for m in t.getmembers():\n"
        "            if not inside(m.name, d):\n                raise ValueError(m.name)\n        t.extractall(d)\n"
    ),
    "members that a function looks at": (
        _TAR + "def f(p, d):\n    with tarfile.open(p) as t:\n        for m in t.getmembers():\n"
        "            check(m, d)\n        t.extractall(d)\n"
    ),
    "an upload whose members were looked at": (
        _WEB + "def up(f: UploadFile):\n    t = tarfile.open(fileobj=f.file)\n    for m in t.getmembers():\n"
        "        if '..' in m.name or m.issym():\n            raise ValueError\n    t.extractall('/srv')\n"
    ),
    "an uploaded archive that is read": _WEB + "def up(f: UploadFile):\n    return zipfile.ZipFile(f.file).read('a.txt')\n",
    "zipfile, which cleans names": _ZIP + "        z.extractall(dest)\n        z.extract('a', dest)\n",
    "a resolved name below the folder": (
        _ZIP + "        for name in z.namelist():\n            target = os.path.realpath(os.path.join(dest, name))\n"
        "            if not target.startswith(os.path.realpath(dest) + os.sep):\n                raise ValueError\n"
        "            open(target, 'wb')\n"
    ),
    "a path below the folder": (
        _ZIP + "        for info in z.infolist():\n            target = (Path(dest) / info.filename).resolve()\n"
        "            if not target.is_relative_to(Path(dest).resolve()):\n                continue\n"
        "            target.write_bytes(z.read(info))\n"
    ),
    "the last part of a name": (
        _ZIP + "        for name in z.namelist():\n            open(os.path.join(dest, os.path.basename(name)), 'wb')\n"
    ),
    "a name without dots": (
        _ZIP + "        for name in z.namelist():\n            if name.startswith('/') or '..' in name:\n"
        "                raise ValueError\n            open(os.path.join(dest, name), 'wb')\n"
    ),
    "a member that is read": _ZIP + "        for name in z.namelist():\n            open(os.path.join(dest, name))\n",
    "names that are written down": _ZIP + "        with open('/srv/list', 'w') as o:\n            o.write(str(z.namelist()))\n",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_an_archive_that_was_looked_at_does_no_harm(text: str) -> None:
    """Filters, checks of members and reading end no flow."""
    assert [] == [flow for flow in told(text) if flow[1] in ("archive", "path-read") and flow[0] != "parameter"]
    assert [] == [flow for flow in told(text) if flow[1] == "archive"]


def test_a_check_by_letters_is_a_broken_guard() -> None:
    """`commonprefix` compares letters, so a sibling passes (CVE-2007-4559's first cures)."""
    text = (
        _TAR + "def f(p, d):\n    def inside(a, b):\n        return os.path.commonprefix([a, b]) == a\n"
        "    with tarfile.open(p) as t:\n        for m in t.getmembers():\n"
        "            if not inside(d, os.path.join(d, m.name)):\n                raise ValueError\n        t.extractall(d)\n"
    )
    assert [["prefix-without-separator"]] == [[guard.name for guard in flow.broken_guards] for flow in found(text)]


def test_a_check_by_letters_may_stand_in_another_function() -> None:
    """A function that is called for each member is looked at."""
    text = (
        _TAR + "def inside(a, b):\n    return os.path.commonprefix([a, b]) == a\n"
        "def f(t, d, members=None):\n    for m in t.getmembers():\n"
        "        if not inside(d, os.path.join(d, m.name)):\n            raise ValueError\n    t.extractall(d, members)\n"
    )
    assert [["prefix-without-separator"]] == [[guard.name for guard in flow.broken_guards] for flow in found(text)]


@pytest.mark.parametrize(("name", "says"), [("extract_archive", True), ("load", False)], ids=["says so", "does not"])
def test_a_function_that_unpacks_says_so_by_its_name(name: str, says: bool) -> None:
    """The sink holds whether unpacking is what the function is for."""
    [flow] = found(_TAR + f"def {name}(p, d):\n    tarfile.open(p).extractall(d)\n")
    assert says is ("unpacker" in flow.sink.details)


def test_an_upload_is_no_path() -> None:
    """What a client sent may be opened by a library; only its name is a path."""
    assert [] == told(_WEB + "def up(f: UploadFile):\n    with zipfile.ZipFile(f.file) as z:\n        return z.read('a')\n")


@pytest.mark.parametrize(
    ("parser", "details"),
    [
        ("", {"default-unsafe"}),
        (", parser=etree.XMLParser(recover=True)", {"default-unsafe"}),
        (", etree.XMLParser(resolve_entities=True)", {"entities-on", "direct"}),
    ],
    ids=["none", "one that says nothing of entities", "one that follows them"],
)
def test_a_parser_of_lxml_follows_entities(parser: str, details: set[str]) -> None:
    """Unless it says otherwise."""
    text = f"from flask import request\nfrom lxml import etree\ndef f():\n    return etree.fromstring(request.data{parser})\n"
    assert [details] == [set(flow.sink.details) for flow in found(text) if flow.sink.kind.value == "xml"]


@pytest.mark.parametrize("parser", ["etree.XMLParser(resolve_entities=False)", "make()"], ids=["told not to", "made elsewhere"])
def test_a_parser_that_may_be_told_otherwise_is_silent(parser: str) -> None:
    """Neither one that follows no entities nor one that is not known is told of."""
    text = f"from flask import request\nfrom lxml import etree\ndef f():\n    return etree.fromstring(request.data, {parser})\n"
    assert [] == [flow for flow in told(text) if flow[1] == "xml"]


_ANSWER = "import json, os\nfrom pathlib import Path\nfrom mcp import ClientSession\nasync def pull(session, base: Path):\n"
_ANSWER += (
    "    answer = await session.read_resource('skill://list')\n    for one in json.loads(answer.contents[0].text)['files']:\n"
)


def test_a_server_does_not_say_where_its_files_are_written() -> None:
    """A name that the other side answered with decides where a file is written."""
    text = _ANSWER + "        (base / one['path']).write_text('')\n"
    assert [("tool-output", "path-write")] == [flow[:2] for flow in told(text)]


@pytest.mark.parametrize(
    "cleaned",
    [
        "        (base / os.path.basename(one['path'])).write_text('')\n",
        "        path = (base / one['path']).resolve()\n        if not path.is_relative_to(base.resolve()):\n"
        "            continue\n        path.write_text('')\n",
    ],
    ids=["the last part", "below the folder"],
)
def test_a_name_that_was_looked_at_may_be_written(cleaned: str) -> None:
    """What lies below the folder does no harm."""
    assert [] == told(_ANSWER + cleaned)


_FOUND = (
    "import glob, os\nfrom pathlib import Path\nfrom fastmcp import FastMCP\nmcp = FastMCP('x')\nBASE = Path('/srv').resolve()\n"
    "@mcp.tool()\ndef find(pattern: str):\n"
)
SORTED_OUT = {
    "by their resolved path": "    return [p.name for p in BASE.glob(pattern) if p.resolve().is_relative_to(BASE)]\n",
    "by the folder they share": (
        "    hits = glob.glob(os.path.join('/srv', pattern))\n"
        "    return [h for h in hits if os.path.commonpath(['/srv', os.path.realpath(h)]) == '/srv']\n"
    ),
    "by a function that says so": "    for p in BASE.glob(pattern):\n        if _is_inside(p):\n            yield p.name\n",
}
HANDED_OUT = {
    "as they are": "    return [str(p) for p in BASE.glob(pattern)]\n",
    "by what they are called from there": "    return [str(p.relative_to(BASE)) for p in BASE.glob(pattern)]\n",
    "if they are files": "    return [h for h in glob.glob('/srv/' + pattern) if os.path.isfile(h)]\n",
}


@pytest.mark.parametrize("body", SORTED_OUT.values(), ids=SORTED_OUT)
def test_files_found_and_sorted_out(body: str) -> None:
    """A pattern may find files elsewhere where those are left out afterwards."""
    assert [] == told(_FOUND + body)


@pytest.mark.parametrize("body", HANDED_OUT.values(), ids=HANDED_OUT)
def test_files_found_anywhere(body: str) -> None:
    """A pattern that finds files elsewhere is told of where nobody looks where they lie."""
    assert [("tool-argument", "path-read", 8)] == told(_FOUND + body)


_SENT = (
    "import os, pickle, shutil, uuid\nimport joblib\nfrom pathlib import Path\nfrom fastapi import FastAPI, UploadFile\n"
    "app = FastAPI()\n\n@app.post('/')\nasync def f(file: UploadFile):\n    path = Path('/tmp') / str(uuid.uuid4())\n    "
)
_WRITE = "with open(path, 'wb') as out:\n        out.write(await file.read())\n    "


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        (_WRITE + "joblib.load(path)", True),
        (_WRITE + "with open(path, 'rb') as stored:\n        pickle.load(stored)", True),
        (_WRITE + "pickle.load(open(path, 'rb'))", True),
        ("path.write_bytes(await file.read())\n    pickle.loads(path.read_bytes())", True),
        ("with open(path, 'wb') as out:\n        shutil.copyfileobj(file.file, out)\n    joblib.load(path)", True),
        (_WRITE + "joblib.load('/srv/model')", False),
        (_WRITE + "with open('/srv/model', 'rb') as stored:\n        pickle.load(stored)", False),
        ("with open(path, 'wb') as out:\n        out.write(os.urandom(8))\n    joblib.load(path)", False),
    ],
    ids=[
        "by its path", "opened", "opened at once", "by methods of its path", "copied", "another file", "another file opened",
        "something else written",
    ],
)  # fmt: skip
def test_file_that_was_sent_and_is_read_again(body: str, is_told: bool) -> None:
    """What a function writes to a file and reads from it is whose it was when it was written."""
    assert is_told == ("deserialize" in [sink for source, sink, _ in told(_SENT + body + "\n") if source == "http-request"])
