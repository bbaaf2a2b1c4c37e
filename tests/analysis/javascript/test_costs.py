"""Texts of outsiders that are matched against an expression whose time grows faster than the text."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import flows_in

_HEAD = "const express = require('express'); const fs = require('fs'); const app = express(); const TRIM = /\\s+$/;\n"


def _told(body: str) -> list[tuple[str, list[str]]]:
    """The names and the facts of the sinks that a text of a request reaches."""
    text = f"{_HEAD}app.post('/', (req, res) => {{ const t = req.body.t; {body} fs.readFile('a', done); }});\n"
    return [(flow.sink.name, sorted(flow.sink.details)) for flow in flows_in({"a.js": text}) if flow.sink.kind is SinkKind.REGEX]


@pytest.mark.parametrize(
    ("body", "name", "degree"),
    [
        ("t.replace(/\\s+$/, '');", "String.replace", 2),
        ("TRIM.test(t);", "RegExp.test", 2),
        ("new RegExp('\\\\s+$').exec(t);", "RegExp.exec", 2),
        ("t.match(/^\\s*(.*?)\\s*$/);", "String.match", 3),
        ("t.split(/\\s*,\\s*/);", "String.split", 2),
        ("for (const one of t.matchAll(/<[^>]*>/g)) use(one);", "String.matchAll", 2),
        ("req.query.t.search(/\\s+\\s+x/);", "String.search", 3),
        ("t.replaceAll(/A*a*b/gi, '');", "String.replaceAll", 3),
    ],
)
def test_a_slow_expression_is_told(body: str, name: str, degree: int) -> None:
    """The text of a request is matched, and the sink says how the time grows."""
    assert [(name, [f"degree:{degree}", "matched"])] == _told(body)


@pytest.mark.parametrize(
    "body",
    [
        "t.replace(/\\s+/g, '');",
        "t.replace(/\\s+$/y, '');",
        "t.replace(/[a&&b]+$/v, '');",
        "if (t.length > 200) return; t.replace(/\\s+$/, '');",
        "if (100 < t.length) return; TRIM.test(t);",
        "t.slice(0, 100).replace(/\\s+$/, '');",
        "const short = t.substring(0, MOST); TRIM.test(short);",
        "req.query.t.replace(/\\s+$/, '');",
        "req.params.t.match(/^\\s*(.*?)\\s*$/);",
        "req.headers['user-agent'].match(/^\\s*(.*?)\\s*$/);",
        "req.get('User-Agent').match(/^\\s*(.*?)\\s*$/);",
        "location.hash.match(/^\\s*(.*?)\\s*$/);",
        "Number(t).toString().replace(/\\s+$/, '');",
        "encodeURIComponent(t).replace(/\\s+$/, '');",
        "'a constant'.replace(/\\s+$/, '');",
        "t.replace(' ', '').trimEnd();",
        "other.replace(/\\s+$/, '');",
    ],
)
def test_a_quick_expression_and_a_short_text_are_not_told(body: str) -> None:
    """Nothing is said of what is linear, bounded, or nobody else's."""
    assert [] == _told(body)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [("z.string()", 1), ("z.string().min(1, 'x').max(100)", 0), ("z.enum(['a'])", 0)],
    ids=["any text", "a short text", "one of a few"],
)
def test_a_schema_bounds_a_text(schema: str, expected: int) -> None:
    """What a schema lets in up to a length only is short."""
    text = (
        "import { z } from 'zod'; import fs from 'fs';\n"
        f"server.tool('a', {{ t: {schema}, u: z.string().max(5) }}, async ({{ t }}) => {{\n"
        "  fs.readFileSync('a'); return t.match(/^\\s*(.*?)\\s*$/);\n});\n"
    )
    assert expected == sum(flow.sink.kind is SinkKind.REGEX for flow in flows_in(text))


def test_a_schema_of_another_file_bounds_a_text() -> None:
    """The schema that a text has passed may stand in a file that is imported."""
    texts = {
        "a.ts": (
            "import { Shape } from './shape';\nexport async function POST(req: Request) {\n"
            "  const { t, u } = Shape.parse(await req.json());\n  await fetch('/a');\n  t.match(/^\\s*(.*?)\\s*$/);\n"
            "  return u.match(/^\\s*(.*?)\\s*$/);\n}\n"
        ),
        "shape.ts": "import { z } from 'zod';\nexport const Shape = z.object({ t: z.string().max(50), u: z.string() });\n",
    }
    assert [6] == [flow.sink.span.start_line for flow in flows_in(texts, "a.ts") if flow.sink.kind is SinkKind.REGEX]
