"""What stands in lists, mappings and settings after branches, and after something was taken out."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_HEAD = (
    "import collections, configparser, subprocess, os\nfrom flask import Flask, request\napp = Flask('x')\n"
    "@app.get('/')\ndef f():\n"
    "    q = request.args['q']\n    n = len(q)\n"
)


def _is_told(lines: str, last: str = "os.system(x)") -> bool:
    body = "".join(f"    {line}\n" for line in [*lines.split("\n"), last])
    return any(kind == "http-request" for kind, _, _ in told(_HEAD + body))


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param("a = ['s', q, 't']\na.pop(0)\nx = a[0]", True, id="the place behind what was taken out"),
        pytest.param("a = ['s', q, 't']\na.pop(0)\nx = a[1]", False, id="another place"),
        pytest.param("a = ['s', q]\na.pop()\nx = ' '.join(a)", False, id="the last one is gone"),
        pytest.param("a = ['s', q]\nx = a.pop()", True, id="what was taken out"),
        pytest.param("a = ['s', q]\nx = a.pop(0)", False, id="another one that was taken out"),
        pytest.param("a = collections.deque()\na.append(q)\na.append('s')\na.popleft()\nx = a[0]", False, id="a queue"),
        pytest.param("a = [q, 's']\ndel a[0]\nx = a[0]", False, id="deleted"),
        pytest.param("a = [q, 's']\na.reverse()\nx = a[1]", True, id="turned round"),
        pytest.param("a = [q]\na.clear()\na.append('s')\nx = a[0]", False, id="emptied"),
        pytest.param("a = {'k': q}\na.clear()\na['l'] = 's'\nx = ' '.join(a.values())", False, id="an emptied mapping"),
        pytest.param("a = {'k': q, 'l': 's'}\na.pop('k')\nx = ' '.join(a.values())", False, id="an entry taken out"),
        pytest.param("a = {'k': q, 'l': 's'}\ndel a['l']\nx = ' '.join(a.values())", True, id="another entry deleted"),
        pytest.param(
            "a = ['s', q]\nfor i in range(2):\n    x = a.pop()\n    os.system(x)\nx = 't'", True, id="taken out in a loop"
        ),
        pytest.param("a = [q] * 3\nx = a[2]", True, id="several times over"),
        pytest.param("a = [q] * n\nx = a[2]", True, id="so many times over"),
    ],
)
def test_taken_out(lines: str, is_told: bool) -> None:
    """What was taken out of a container is gone from it, and what stood behind it moves up."""
    assert _is_told(lines) is is_told


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param(
            "a = []\nif n > 9:\n    a.append('s')\nelse:\n    a.append('t')\na.append(q)\nx = a[0]", False, id="filled in both"
        ),
        pytest.param("a = []\nif n > 9:\n    a.append('s')\nelse:\n    a.append(q)\nx = a[0]", True, id="filled with data in one"),
        pytest.param("a = {'k': q}\nif n > 9:\n    a['k'] = 's'\nx = a['k']", True, id="replaced in one"),
        pytest.param(
            "a = {'k': q}\nif n > 9:\n    a['k'] = 's'\nelse:\n    a['k'] = 't'\nx = a['k']", False, id="replaced in both"
        ),
        pytest.param("a = [q]\nif n > 9:\n    a.pop()\n    a.append('s')\nx = a[0]", True, id="taken out in one"),
        pytest.param("a = [q]\nif n > 9:\n    a.clear()\n    return\nx = a[0]", True, id="emptied in one that returns"),
        pytest.param(
            "a = ['s']\nfor i in q:\n    if i:\n        a.append(q)\n        continue\nx = a[-1]", True, id="filled before going on"
        ),
        pytest.param("a = ['s']\nmatch n:\n    case 1: a[0] = q\n    case _: pass\nx = a[0]", True, id="filled in a case"),
        pytest.param(
            "a = [q]\nmatch n:\n    case 1: a[0] = 's'\n    case _: a[0] = 't'\nx = a[0]", False, id="replaced in each case"
        ),
    ],
)
def test_branches(lines: str, is_told: bool) -> None:
    """A container holds behind branches what one of them may have left in it."""
    assert _is_told(lines) is is_told


def test_list_handed_back_by_a_branch() -> None:
    """What a branch put into a list that it returns is still there."""
    text = "def build(q):\n    a = ['s']\n    if q:\n        a.append(q)\n        return a\n    return a\n" + _HEAD
    assert told(f"{text}    os.system(' '.join(build(q)))\n")


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        pytest.param("c.add_section('s')\nc.set('s', 'Key', q)\nx = c.get('s', 'key')", True, id="the same name"),
        pytest.param("c.add_section('s')\nc.set('s', 'a', 't')\nc.set('s', 'b', q)\nx = c.get('s', 'a')", False, id="another name"),
        pytest.param("c.set('s', 'a', q)\nx = c.get('t', 'a', fallback='u')", False, id="another section"),
        pytest.param("c['s'] = {'a': q}\nx = c['s']['a']", True, id="by item"),
        pytest.param("c.read_dict({'s': {'a': q}})\nx = c.get('s', 'a')", True, id="from a mapping"),
        pytest.param("c.set('s', 'a', 't')\nx = c.get('s', 'b', fallback=q)", True, id="a fallback for want of it"),
        pytest.param("c.set('s', 'a', 't')\nx = c.get('s', 'a', fallback=q)", True, id="a fallback"),
        pytest.param("c.set('s', 'a', q)\nx = str(c.getint('s', 'a'))", False, id="a number"),
    ],
)
def test_settings_in_sections(lines: str, is_told: bool) -> None:
    """What `configparser` is given under a name of a section is found there and nowhere else."""
    assert _is_told("c = configparser.ConfigParser()\n" + lines) is is_told


def test_one_of_several_shells() -> None:
    """A vector that begins with one shell or another runs its command in it."""
    lines = "a = []\nif os.name == 'nt':\n    a += ['cmd.exe', '/c']\nelse:\n    a += ['sh', '-c']\na.append(f'echo {q}')"
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    assert [("http-request", "shell", 14)] == told(f"{_HEAD}{body}    subprocess.run(a)\n")
