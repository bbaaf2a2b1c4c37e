"""Requests that a handler hands on to a function of another file."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SourceKind

from .tree import flows_in

_ROUTES = (
    'import express from "express";\nimport {{ run }} from "./actions";\nconst app = express();\n'
    'app.post("/x", async (request, reply) => {{ return run({}); }});\n'
)
_FASTIFY = (
    'import { FastifyInstance } from "fastify";\nimport { run } from "./actions";\n'
    "export default async function routes(server: FastifyInstance) {\n"
    '  server.post("/x", async (request, reply) =>\n    run(server.browser, request, reply),\n  );\n}\n'
)
READERS = {
    "a name of its own": (_ROUTES.format("request"), "export async function run(asked) { await fetch(asked.body.url); }\n"),
    "a type of its own": (
        _ROUTES.format("request"), "export async function run(request: ScrapeRequest) { await fetch(request.body.a); }\n"
    ),
    "behind another argument": (
        _FASTIFY,
        "export const run = async (browser: Browser, request: ScrapeRequest, reply: FastifyReply) => {\n"
        "  const { url } = request.body;\n  await fetch(url);\n};\n",
    ),
    "by a function of that file": (
        _ROUTES.format("request"),
        "function first(asked) { return asked.body.url; }\nexport async function run(asked) { await fetch(first(asked)); }\n",
    ),
}  # fmt: skip


def _lines(texts: dict[str, str], path: str) -> list[int]:
    """The lines of the sinks that a walk of one file tells of."""
    return [flow.sink.span.start_line for flow in flows_in(texts, path) if flow.source.kind is SourceKind.HTTP_REQUEST]


@pytest.mark.parametrize(("routes", "actions"), READERS.values(), ids=READERS)
def test_a_request_that_another_file_reads(routes: str, actions: str) -> None:
    """What is read of a request is told of by the walk that handed it over, where its own file cannot know what it is."""
    assert len(_lines({"a.ts": routes, "actions.ts": actions}, "a.ts")) == 1


def test_a_request_by_its_name() -> None:
    """What a file tells of by itself is not told of twice."""
    actions = "export async function run(request) { await fetch(request.body.url); }\n"
    texts = {"a.ts": _ROUTES.format("request"), "actions.ts": actions}
    assert [_lines(texts, "a.ts"), _lines(texts, "actions.ts")] == [[], [1]]


def test_a_request_that_is_handed_over_from_further_down() -> None:
    """Whether a function looks like one that gets requests is asked of it alone, wherever the one stands that called it."""
    actions = "//" + " " * 140 + "\nexport async function run(asked) { await fetch(asked.body.url); }\n"
    routes = _ROUTES.format("request").replace("=> {", "=> {" + " " * 400)
    assert len(_lines({"a.ts": routes, "actions.ts": actions}, "a.ts")) == 1
