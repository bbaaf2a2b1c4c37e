"""What a regular expression takes out of somebody's data."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "group1": (
        "http-request>shell",
        'from flask import request\nimport re, os\ndef f():\n    os.system(re.search(r"run (.*)", request.args["x"]).group(1))\n',
    ),
    "group named bad": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    m = re.match(r"^x/(?P<id>[^/]+)/.*$", request.args["x"])\n'
        "    if m:\n"
        '        os.system("ls " + m.group("id"))\n',
    ),
    "index": (
        "http-request>shell",
        'from flask import request\nimport re, os\ndef f():\n    os.system(re.search(r"(.*)", request.args["x"])[1])\n',
    ),
    "groups": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    a, b = re.search(r"(\\d+) (.*)", request.args["x"]).groups()\n'
        "    os.system(b)\n",
    ),
    "compiled": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        'P = re.compile(r"run (.*)")\n'
        "def f():\n"
        '    m = P.search(request.args["x"])\n'
        "    os.system(m.group(1))\n",
    ),
    "findall": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    for c in re.findall(r"run (.*)", request.args["x"]):\n'
        "        os.system(c)\n",
    ),
    "findall pairs": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    for a, c in re.findall(r"(\\d+) (.*)", request.args["x"]):\n'
        "        os.system(c)\n",
    ),
    "finditer": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    for m in re.finditer(r"run (.*)", request.args["x"]):\n'
        "        os.system(m.group(1))\n",
    ),
    "walrus": (
        "http-request>shell",
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    if m := re.search(r"run (.*)", request.args["x"]):\n'
        "        os.system(m.group(1))\n",
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_match_keeps_data(expected: str, text: str) -> None:
    """What was matched by a wide pattern is still the data."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "group digits": (
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    os.system("ls " + re.search(r"run (\\d+)", request.args["x"]).group(1))\n'
    ),
    "group word named": (
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    m = re.match(r"^x/(?P<id>[a-z0-9]+)/.*$", request.args["x"])\n'
        "    if m:\n"
        '        os.system("ls " + m.group("id"))\n'
    ),
    "index digits": (
        'from flask import request\nimport re, os\ndef f():\n    os.system(re.search(r"(.*) (\\d+)", request.args["x"])[2])\n'
    ),
    "groups digits": (
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    a, b = re.search(r"(\\d+) (.*)", request.args["x"]).groups()\n'
        "    os.system(a)\n"
    ),
    "compiled digits": (
        "from flask import request\n"
        "import re, os\n"
        'P = re.compile(r"run (\\d*)")\n'
        "def f():\n"
        '    m = P.search(request.args["x"])\n'
        "    os.system(m.group(1))\n"
    ),
    "findall digits": (
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    for c in re.findall(r"run (\\d+)", request.args["x"]):\n'
        '        os.system("x" + c)\n'
    ),
    "guard still": (
        "from flask import request\n"
        "import re, os\n"
        "def f():\n"
        '    x = request.args["x"]\n'
        '    if not re.fullmatch(r"[a-z]+", x):\n'
        "        return\n"
        '    os.system("ls " + x)\n'
    ),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_narrow_group_does_no_harm(text: str) -> None:
    """What a narrow group lets through does no harm."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown") and flow[1] != "regex"]


_TOOL = (
    "from fastmcp import FastMCP\nimport os, re\nmcp = FastMCP('x')\nWORD = re.compile('[^a-z]')\n\n"
    "@mcp.tool()\ndef t(a: str):\n    "
)
CLEANED = {
    "all but some characters": "open('/srv/' + re.sub(r'[^a-zA-Z0-9_-]', '_', a) + '.json')",
    "all but the characters of classes, cut afterwards": "open('/srv/' + re.sub(r'[^\\w\\s-]', '', a).strip()[:20] + '.json')",
    "both separators": "open('/srv/run_' + re.sub(r'[<>:\"/\\\\|?*]', '_', a))",
    "what is no word": "os.system('ls ' + re.sub(r'\\W+', '', a))",
    "one of several branches": "open('/srv/' + re.sub(r'\\s+|[^a-z]', '', a))",
    "a compiled pattern": "os.system('ls ' + WORD.sub('', a))",
    "with the number of places": "os.system('ls ' + WORD.subn('', a)[0])",
    "two dots": "open('/srv/' + re.sub(r'\\.\\.', '', a))",
}
LEFT = {
    "only some": "os.system('ls ' + re.sub(r'[^a-z]', '', a, count=1))",
    "what the replacement brings back": "open('/srv/' + re.sub(r'[^a-z]', '../', a))",
    "what a function puts in": "os.system('ls ' + re.sub(r'[^a-z]', str.lower, a))",
    "a part of the match": "os.system('ls ' + re.sub(r'[^a-z]', r'\\g<0>', a))",
    "dots and slashes": "open('/srv/' + re.sub(r'[^./a-z]', '', a))",
    "more than one character": "os.system('ls ' + re.sub(r'[^a-z]b', '', a))",
    "a beginning": "open('/srv/' + re.sub(r'^/+', '', a))",
    "an unknown pattern": "os.system('ls ' + re.sub(a.PATTERN, '', a))",
    "data put in": "os.system('ls ' + re.sub(r'[^a-z]', a, 'x y'))",
}


@pytest.mark.parametrize("line", CLEANED.values(), ids=CLEANED)
def test_substitution_cleans(line: str) -> None:
    """What is left when a class of characters was replaced does no harm where all that does were in the class."""
    assert [] == [flow for flow in told(_TOOL + line) if flow[1] != "regex"]


@pytest.mark.parametrize("line", LEFT.values(), ids=LEFT)
def test_substitution_leaves_harm(line: str) -> None:
    """A substitution that does not take every such character away, or brings one back, cleans nothing."""
    assert 1 == len([flow for flow in told(_TOOL + line) if flow[1] != "regex"])
