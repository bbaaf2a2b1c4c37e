"""Checks of a part of the data: of its first element, of a name's ending, and those that write down what is wrong."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_WEB = "import os, re\nfrom flask import abort, request\n\n"
_TOOL = "import asyncio, os, shlex, subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n"

ENDINGS = {
    "the last piece": 'name.rsplit(".", 1)[1].lower() in {"png", "jpg"}',
    "any piece": 'name.split(".")[-1] in {"png", "jpg"}',
    "the piece behind the last dot": 'name.rpartition(".")[2] in {"png"}',
    "the suffix": 'os.path.splitext(name)[1] in {".png"}',
}


@pytest.mark.parametrize("test", ENDINGS.values(), ids=ENDINGS)
def test_ending_of_a_name(test: str) -> None:
    """A name that ends as it should still leads anywhere."""
    read = f'name = request.files["f"].filename\n    if not ({test}):\n        abort(400)'
    text = f'{_WEB}def f():\n    {read}\n    return open("up/" + name)\n'
    assert told(text) == [("http-request", "path-read", 8)]


def test_helper_that_looks_at_the_ending() -> None:
    """The same holds where a function of the program looks."""
    text = (
        f'{_WEB}def allowed(name):\n    return "." in name and name.rsplit(".", 1)[1].lower() in {{"png"}}\n\n'
        'def f():\n    sent = request.files["f"]\n    if allowed(sent.filename):\n        sent.save("up/" + sent.filename)\n'
    )
    assert told(text) == [("http-request", "path-write", 10)]


STEMS = {
    "a listed stem": 'stem, dot, ending = name.rpartition(".")\n    if stem not in {"a", "b"}:\n        abort(400)',
    "no slash in it": 'if "/" in name or not name.endswith(".png"):\n        abort(400)',
}


@pytest.mark.parametrize("check", STEMS.values(), ids=STEMS)
def test_rest_of_a_name(check: str) -> None:
    """A check of all that stands before the ending holds."""
    text = f'{_WEB}def f():\n    name = request.args["f"]\n    {check}\n    return open("up/" + name)\n'
    assert told(text) == []


NOTED = {
    "a list of what is wrong": 'errors = []\n    if "/" in x:\n        errors.append("bad")\n    if errors:\n        abort(400)',
    "several reasons": (
        'errors = []\n    if "/" in x:\n        errors.append("bad")\n    if len(x) > 9:\n        errors.append("long")\n'
        "    if errors:\n        return str(errors), 400"
    ),
    "what is wrong, told by a function": "if wrong(x):\n        abort(400)",
    "a flag that a loop over the program's own names sets": (
        'found = False\n    for one in ["a", "b"]:\n        if x == one:\n            found = True\n'
        "    if not found:\n        abort(400)"
    ),
}
_WRONG = 'def wrong(x):\n    errors = []\n    if "/" in x or ".." in x:\n        errors.append("bad")\n    return errors\n\n'


@pytest.mark.parametrize("check", NOTED.values(), ids=NOTED)
def test_what_is_wrong_is_written_down(check: str) -> None:
    """A list that was empty tells of the state in which something was put into it."""
    text = f'{_WEB}{_WRONG}def f():\n    x = request.args["x"]\n    {check}\n    return open("up/" + x)\n'
    assert told(text) == []


UNNOTED = {
    "nobody asks": 'errors = []\n    if "/" in x:\n        errors.append("bad")',
    "another list is asked": (
        'errors = []\n    others = []\n    if "/" in x:\n        errors.append("bad")\n    if len(x) > 9:\n'
        '        others.append("long")\n    if others:\n        abort(400)'
    ),
    "nothing is done": 'errors = []\n    if "/" in x:\n        errors.append("bad")\n    if errors:\n        print(errors)',
    "it is let go of": (
        'errors = []\n    if "/" in x:\n        errors.append("bad")\n    errors = []\n    if errors:\n        abort(400)'
    ),
}


@pytest.mark.parametrize("check", UNNOTED.values(), ids=UNNOTED)
def test_what_is_wrong_is_not_looked_at(check: str) -> None:
    """A list of what is wrong protects nothing where it does not lead away."""
    text = f'{_WEB}def f():\n    x = request.args["x"]\n    {check}\n    return open("up/" + x)\n'
    assert [kind for _, kind, _ in told(text)] == ["path-read"]


_VALIDATOR = (
    "class Runner:\n    def allowed(self):\n        return set(os.environ.get('ALLOWED', '').split(','))\n\n"
    "    def check(self, command):\n        if not command:\n            raise ValueError\n"
    "        head = command[{at}].strip()\n        if head not in self.allowed():\n            raise ValueError\n\n"
    "    async def run(self, command):\n        cleaned = [word.strip() for word in command]\n        try:\n"
    "            self.check(cleaned)\n        except ValueError as error:\n            return str(error)\n"
    "        return await asyncio.create_subprocess_exec(cleaned[0], *cleaned[1:])\n\n"
    "runner = Runner()\n\n@mcp.tool()\nasync def go(command: list[str]):\n    return await runner.run(command)\n"
)
FIRST = {
    "here": "@mcp.tool()\ndef go(command: list[str]):\n    if command[0] not in {'ls'}:\n        raise ValueError\n"
    "    subprocess.run(command)\n",
    "by a predicate": "def known(words):\n    return words[0] in {'ls'}\n\n@mcp.tool()\ndef go(command: list[str]):\n"
    "    words = [word.strip() for word in command]\n    if known(words):\n        subprocess.run(words)\n",
    "by a method that raises": _VALIDATOR.format(at=0),
    "of words that were split": "@mcp.tool()\ndef go(command: str):\n    words = shlex.split(command)\n"
    "    if words[0] not in {'ls'}:\n        raise ValueError\n    subprocess.run(words)\n",
}


@pytest.mark.parametrize("text", FIRST.values(), ids=FIRST)
def test_first_word_is_one_of_a_list(text: str) -> None:
    """Whoever checks the first word of a command line has chosen the program."""
    assert [kind for _, kind, _ in told(_TOOL + text) if kind == "program"] == []


OTHERS = {
    "the second word": (_VALIDATOR.format(at=1), "program"),
    "a list of its own": (
        "def check(words):\n    words = ['ls']\n    if words[0] not in {'ls'}:\n        raise ValueError\n\n"
        "@mcp.tool()\ndef go(command: list[str]):\n    words = [word.strip() for word in command]\n    check(words)\n"
        "    subprocess.run(words)\n",
        "program",
    ),
    "a shell reads the rest": (
        "@mcp.tool()\ndef go(command: str):\n    if command.split()[0] not in {'ls'}:\n        raise ValueError\n"
        "    os.system(command)\n",
        "shell",
    ),
}


@pytest.mark.parametrize(("text", "kind"), OTHERS.values(), ids=OTHERS)
def test_first_word_is_not_what_was_checked(text: str, kind: str) -> None:
    """A check of another word, of another list, or before a shell holds nothing."""
    assert kind in [one for _, one, _ in told(_TOOL + text)]


def test_answer_with_its_status() -> None:
    """A function that gives back an answer and its status has refused."""
    refusing = 'def refused(x):\n    if "/" in x:\n        return jsonify("no"), 400\n    return None\n\n'
    asked = f'{_WEB}{refusing}def f():\n    x = request.args["x"]\n    {{}}\n    return open("up/" + x)\n'
    assert told(asked.format("if answer := refused(x):\n        return answer")) == []
    assert [kind for _, kind, _ in told(asked.format("if not refused(x):\n        return 1"))] == ["path-read"]


_SENT = "def f():\n    sent = request.json\n    name = sent.get('name')\n    {}\n    return open('/srv/' + name).read()\n"
_WRONG_ANSWER = (
    "def wrong(sent):\n    if sent.get('kind') != 'a':\n        return jsonify('no')\n    if sent.get('{}', '') not in KNOWN:\n"
    "        return jsonify('no')\n    return None\n\nKNOWN = {{'a', 'b'}}\n\n"
)
TAKEN = {
    "here": ("", "if sent['name'] not in ('a', 'b'):\n        abort(400)"),
    "by a function that answers": (_WRONG_ANSWER.format("name"), "no = wrong(sent)\n    if no is not None:\n        return no"),
    "by a function that raises": (
        "def check(sent):\n    if sent['name'] not in ('a', 'b'):\n        raise ValueError\n\n",
        "check(sent)",
    ),
}


@pytest.mark.parametrize(("head", "check"), TAKEN.values(), ids=TAKEN)
def test_part_that_was_taken_before_its_check(head: str, check: str) -> None:
    """A check of a part of the data holds for the name that it was given before."""
    assert told(_WEB + head + _SENT.format(check)) == []


OTHER_PART = {
    "another part": (_WRONG_ANSWER.format("other"), "no = wrong(sent)\n    if no is not None:\n        return no"),
    "the same part of other data": ("", "if request.args['name'] not in ('a', 'b'):\n        abort(400)"),
    "an answer that nobody heeds": (_WRONG_ANSWER.format("name"), "no = wrong(sent)\n    print(no)"),
}


@pytest.mark.parametrize(("head", "check"), OTHER_PART.values(), ids=OTHER_PART)
def test_part_that_was_taken_and_not_checked(head: str, check: str) -> None:
    """A check of anything else says nothing of it."""
    assert [kind for _, kind, _ in told(_WEB + head + _SENT.format(check))] == ["path-read"]


FORMULAS = {
    "numbers and operators": (r"[0-9+*/(). -]+", []),
    "numbers by their class": (r"[\d\s+*/().-]+", []),
    "letters too": (r"[a-z0-9+*/(). -]+", ["code"]),
    "brackets and quotes": (r"[0-9\[\]'()+]+", ["code"]),
}


@pytest.mark.parametrize(("pattern", "expected"), FORMULAS.values(), ids=FORMULAS)
def test_formula_that_is_evaluated(pattern: str, expected: list[str]) -> None:
    """Code that can name nothing computes with numbers."""
    check = f'if not re.fullmatch(r"{pattern}", x):\n        abort(400)'
    assert [
        kind for _, kind, _ in told(f"{_WEB}def f():\n    x = request.args['x']\n    {check}\n    return eval(x)\n")
    ] == expected


CLIMBS_NOWHERE = {
    "a test": 'if ".." in name:\n        abort(400)',
    "a test of dots": 'if "." in name:\n        abort(400)',
    "taken out": 'name = name.replace("..", "")',
    "before the first dot": 'name = name.split(".")[0]',
}


@pytest.mark.parametrize("join", ["os.path.join('up', name)", "os.path.join('up', name + '.txt')", "Path('up') / name"])
@pytest.mark.parametrize("check", CLIMBS_NOWHERE.values(), ids=CLIMBS_NOWHERE)
def test_absolute_part_takes_the_place_of_the_folder(check: str, join: str) -> None:
    """A text without `..` still begins at the root, and what it is joined to is gone."""
    text = f'from pathlib import Path\n{_WEB}def f():\n    name = request.args["f"]\n    {check}\n    return open({join})\n'
    assert [(source, sink) for source, sink, _ in told(text)] == [("http-request", "path-read")]


@pytest.mark.parametrize(
    "join", ["'up/' + name", "f'up/{name}'", "os.path.join('up', 'x' + name)", "os.path.join('up', f'x.{name}')"]
)
@pytest.mark.parametrize("check", CLIMBS_NOWHERE.values(), ids=CLIMBS_NOWHERE)
def test_text_without_dots_behind_other_text_stays(check: str, join: str) -> None:
    """Behind the program's own text it leads nowhere else."""
    text = f'{_WEB}def f():\n    name = request.args["f"]\n    {check}\n    return open({join})\n'
    assert told(text) == []


BELOW = {
    "no slash first": 'if name.startswith("/"):\n        abort(400)',
    "no slash of either kind first": 'if name.startswith(("/", "\\\\")):\n        abort(400)',
    "not absolute": "if os.path.isabs(name):\n        abort(400)",
    "a path that is not absolute": "if Path(name).is_absolute():\n        abort(400)",
    "slashes cut": 'name = name.lstrip("/")',
    "slashes cut on both sides": 'name = name.strip("/")',
    "no slash at all": 'if "/" in name:\n        abort(400)',
    "the last part": "name = os.path.basename(name)",
    "a pattern": 'if not re.fullmatch(r"[a-z0-9_-]+", name):\n        abort(400)',
}


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("check", BELOW.values(), ids=BELOW)
def test_neither_climbing_nor_absolute(check: str, first: bool) -> None:
    """What neither climbs nor begins at the root stays below the folder, in whichever order that is found."""
    climbs = 'if ".." in name:\n        abort(400)'
    checks = f"{check}\n    {climbs}" if first else f"{climbs}\n    {check}"
    read = "return open(os.path.join('up', name))"
    text = f'from pathlib import Path\n{_WEB}def f():\n    name = request.args["f"]\n    {checks}\n    {read}\n'
    assert told(text) == []


def test_joined_path_that_was_found_to_lie_below() -> None:
    """Where nothing climbs, the words of a joined path say where it lies."""
    read = (
        "full = os.path.join('/srv/up', name)\n    if not full.startswith('/srv/up/'):\n        abort(400)\n    return open(full)"
    )
    text = f'{_WEB}def f():\n    name = request.args["f"]\n    if ".." in name:\n        abort(400)\n    {read}\n'
    assert told(text) == []
