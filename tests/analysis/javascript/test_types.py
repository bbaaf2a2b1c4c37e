"""Types of the program's own that let no free text in."""

from __future__ import annotations

import time

import pytest

from sentinel.model.flow import SinkKind, SourceKind

from .tree import flows_in, lines_of

_HEAD = """\
import pg from "pg";
const pool = new pg.Pool();
type Direction = "asc" | "desc";
enum Column { A = "a", B = "b" }
type Options = {
  /** how: many */
  limit?: number | null;
  direction?: "asc" | "desc";
  order: Direction;
  column?: Column;
  since: Date | undefined;
  search?: string;
  any: Direction | string;
};
interface More extends Options { page: number; note: string }
"""


def _lines(parameters: str, part: str) -> list[int]:
    text = _HEAD + f"export async function load({parameters}) {{ return pool.query(`SELECT * FROM t ORDER BY ${{{part}}}`); }}\n"
    return lines_of({"a.ts": text}, SinkKind.SQL)


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ("options: Options", "options.limit"),
        ("options: Options", "options.direction"),
        ("options: Options", "options.order"),
        ("options: Options", "options.column"),
        ("options: Options", "options.since"),
        ("{ direction }: Options", "direction"),
        ("options: More", "options.page"),
        ("options: { direction: 'asc' | 'desc'; name: string }", "options.direction"),
        ("direction: Direction", "direction"),
        ("count: number | undefined", "count"),
        ("direction: 'asc' | 'desc'", "direction"),
    ],
)
def test_a_narrow_type(parameters: str, part: str) -> None:
    """Callers can hand in no text but the program's own."""
    assert _lines(parameters, part) == []


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ("options: Options", "options.search"),
        ("options: Options", "options.any"),
        ("options: More", "options.note"),
        ("options: Elsewhere", "options.direction"),
        ("name: string | number", "name"),
        ("name: Unknown", "name"),
    ],
)
def test_a_type_that_lets_texts_in(parameters: str, part: str) -> None:
    """The parameter is its callers'."""
    assert _lines(parameters, part) == [16]


def test_types_bind_no_outsider() -> None:
    """What comes out of a request is whatever was sent."""
    text = _HEAD + "import express from 'express';\nconst app = express();\n"
    text += (
        "app.get('/', (req, res) => { const o: Options = req.query; pool.query(`SELECT * FROM t ORDER BY ${o.direction}`); });\n"
    )
    assert lines_of({"a.ts": text}, SinkKind.SQL) == [18]


_READER = "import fs from 'fs';\nimport type { UploadRequest } from './types';\n"


@pytest.mark.parametrize(
    "declared",
    [
        "interface UploadRequest { file: string; size: number }",
        "type UploadRequest = { body: string; name: string };",
        "class UploadRequest { constructor(public file: string) {} }",
    ],
)
@pytest.mark.parametrize("is_imported", [True, False])
def test_what_the_program_itself_calls_a_request(declared: str, is_imported: bool) -> None:
    """A message between its own parts comes from its own callers."""
    assert _read(declared, is_imported) == []


@pytest.mark.parametrize(
    "declared",
    [
        "interface UploadRequest extends Request { file: string }",
        "interface UploadRequest { body: { file: string }; params: { name: string } }",
        "type UploadRequest = Request & { user: string };",
        "",
    ],
)
@pytest.mark.parametrize("is_imported", [True, False])
def test_a_request_of_the_web_with_something_added(declared: str, is_imported: bool) -> None:
    """Types that extend a framework's, or look like one, or are nowhere, are requests."""
    assert _read(declared, is_imported) == [3]


def _read(declared: str, is_imported: bool) -> list[int]:
    text = _READER + "export function read(request: UploadRequest) { return fs.readFileSync(request.body.file); }\n"
    texts = {"a.ts": text, "types.ts": f"export {declared}\n"} if is_imported else {"a.ts": text + declared}
    return lines_of(texts, SinkKind.PATH_READ)


def test_a_type_that_an_import_names_is_not_declared_by_it() -> None:
    """`import { type Request } from "express"` declares no type of the program's own."""
    text = (
        "import { type Request, type Response } from 'express'\nimport * as models from '../models'\n"
        "export function search () {\n  return (req: Request, res: Response) => {\n"
        "    models.sequelize.query(`SELECT * FROM a WHERE b = '${req.query.q}'`)\n  }\n}\n"
    )
    assert [SourceKind.HTTP_REQUEST] == [flow.source.kind for flow in flows_in(text) if flow.sink.kind is SinkKind.SQL]


@pytest.mark.parametrize(
    ("path", "default", "expected"),
    [
        pytest.param("a.ts", "10", [], id="a number"),
        pytest.param("a.ts", "'ten'", [2], id="a text"),
        pytest.param("a.js", "10", [2], id="a number, in a language without types"),
    ],
)
def test_a_parameter_has_the_type_of_its_default(path: str, default: str, expected: list[int]) -> None:
    """TypeScript lets nobody hand a text to a parameter that is a number when it is left out."""
    text = f"import {{ exec }} from 'child_process';\nexport function show(count = {default}) {{ exec(`head -n ${{count}} a`); }}\n"
    assert expected == [flow.sink.span.start_line for flow in flows_in({path: text}, path) if flow.sink.kind is SinkKind.SHELL]


_CLASSES = "import { Body, Controller, Post } from '@nestjs/common';\nimport { exec } from 'child_process';\n"
_HANDLER = "@Controller() export class C { @Post() a(@Body() b: D) { exec('ls ' + b.d); } }\n"


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("PartialType(A)", []),
        ("OmitType(A, ['x'])", []),
        ("IntersectionType(A, A)", []),
        ("PartialType(OmitType(A, ['x']))", [5]),
        ("IntersectionType(A, types.B)", [5]),
        (f"IntersectionType({', '.join(['A'] * 7)})", [5]),
    ],
)
def test_a_class_that_is_made_of_others(parent: str, expected: list[int]) -> None:
    """The checks of a few classes that are named are those of the one made of them; of others nothing is known."""
    text = f"{_CLASSES}class A {{ @IsIn(['a', 'b']) d: string; }}\nclass D extends {parent} {{ @IsInt() e: string; }}\n{_HANDLER}"
    assert lines_of({"a.ts": text}, SinkKind.SHELL) == expected


def test_classes_that_are_made_of_the_same_one_many_times() -> None:
    """A class is looked at once, however often others are made of it."""
    text = f"{_CLASSES}class A0 {{ @IsIn(['a', 'b']) d: string; }}\n"
    text += "".join(f"class A{n + 1} extends IntersectionType({', '.join([f'A{n}'] * 40)}) {{ }}\n" for n in range(3))
    text += f"class D extends IntersectionType({', '.join(['A3'] * 40)}) {{ }}\n{_HANDLER}"
    started = time.process_time()
    lines_of({"a.ts": text}, SinkKind.SHELL)
    assert time.process_time() - started < 5
