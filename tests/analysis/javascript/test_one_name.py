"""Data that holds no slash is a name in a path, as long as it is not the whole of one; doubled quotes end nothing."""

from __future__ import annotations

import time

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in

_HEAD = 'import fs from "fs";\nimport path, { basename } from "path";\nimport { Pool } from "pg";\nconst pool = new Pool();\n'


def _kinds(body: str) -> list[SinkKind]:
    """The sinks that the argument of a tool with this body reaches."""
    text = _HEAD + f"server.tool('read', {{ d: z.string() }}, async ({{ d }}) => {{ {body} }});\n"
    return [flow.sink.kind for flow in flows_in(text)]


NAMES = {
    "a piece before an ending": "fs.readFileSync(path.join('/data', `${d.split('/')[2]}.png`));",
    "a piece behind a prefix": "fs.readFileSync('/data/page-' + d.split('/')[1]);",
    "a piece put together in steps": "let p = '/data/' + d.split('/')[1]; p += '.png'; fs.readFileSync(p);",
    "a host before an ending": "fs.readFileSync(`/data/${new URL(d).hostname}.png`);",
    "a base name or the host": "const u = new URL(d); fs.readFileSync(`/data/${basename(u.pathname) || u.hostname}-x.png`);",
    "a host without dots": "fs.readFileSync('/data/x' + new URL(d).host.replace(/[.]/g, '_'));",
}
PATHS = {
    "a piece alone": "fs.readFileSync('/data/' + d.split('/')[2]);",
    "a piece as a folder": "fs.readFileSync(`/data/${d.split('/')[2]}/x.png`);",
    "a piece behind a dot": "fs.readFileSync(`/data/.${d.split('/')[2]}`);",
    "all pieces": "fs.readFileSync('/data/' + d.split('/').slice(1).join('/') + '.png');",
    "pieces as folders": "fs.readFileSync(path.join('/data', ...d.split('/')) + '.png');",
    "a piece decoded": "fs.readFileSync(`/data/${decodeURIComponent(d.split('/')[2])}.png`);",
    "a piece with slashes again": "fs.readFileSync(`/data/${d.split('/')[2].replace(/_/g, '/')}.png`);",
    "the way behind a host": "fs.readFileSync(`/data/${new URL(d).pathname}.png`);",
    "an origin": "fs.readFileSync(`/data/${new URL(d).origin}.png`);",
}


@pytest.mark.parametrize("body", NAMES.values(), ids=NAMES)
def test_names(body: str) -> None:
    """Data without a slash climbs nowhere within a longer name."""
    assert _kinds(body) == []


@pytest.mark.parametrize("body", PATHS.values(), ids=PATHS)
def test_paths(body: str) -> None:
    """Data that may be `..` between two slashes, or bring slashes of its own, climbs."""
    assert _kinds(body) == [SinkKind.PATH_READ]


@pytest.mark.parametrize("pattern", ["/]/g", "/\\]/g"])
def test_a_name_in_brackets(pattern: str) -> None:
    """A name in SQL whose closing brackets were doubled ends where it is told to."""
    assert _kinds(f"await pool.query(`SELECT 1 FROM [${{d.replace({pattern}, ']]')}}]`);") == []


def test_a_name_whose_brackets_go_once() -> None:
    """Only the first bracket was doubled."""
    assert _kinds("await pool.query(`SELECT 1 FROM [${d.replace(']', ']]')}]`);") == [SinkKind.SQL]


def test_a_text_of_many_hosts() -> None:
    """The neighbours of each are asked, not all that stands beside it."""
    text = f"{_HEAD}server.tool('read', {{ d: z.string() }}, async ({{ d }}) => {{ const h = new URL(d).hostname;\n"
    text += f"fs.readFileSync(`/data/{'${h}' * 8_000}`); }});\n"
    started = time.process_time()
    assert [flow.sink.kind for flow in flows_in(text)] == [SinkKind.PATH_READ]
    assert time.process_time() - started < 4
