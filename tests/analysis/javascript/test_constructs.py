"""Every construct of the language, guard and sink that the engine knows, each in a small program of `constructs.txt`; what is
computed of constants, and what the rest of a program changes of them, in one of `constants.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.model.flow import SinkKind
from tests.analysis.javascript.tree import lines_of

_HEAD = """import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { exec, execFile, spawn, execSync } from "child_process";
import { promisify } from "util"; import fs from "fs"; import path from "path"; import axios from "axios";
import { z } from "zod"; import yaml from "js-yaml"; import pg from "pg"; import * as fsp from "fs/promises"; import ejs from "ejs";
import express from "express";
const run = promisify(exec); const server = new McpServer({ name: "demo" }); const app = express(); const BASE = "/srv/data";
"""
_FORMS = {
    "tool": _HEAD + "server.tool('t', {{ x: z.string() }}, async ({{ x }}) => {{ {} }});\n".replace("{{", "{").replace("}}", "}"),
    "web": _HEAD + "app.get('/p', async (req, res) => { {} });\n",
    "module": _HEAD + "{}\n",
    "plain": "{}\n",
    "page": "{}\n",
}


def _programs() -> list[object]:
    return [one for name in ("constructs.txt", "constants.txt") for one in _programs_of(name)]


def _programs_of(name: str) -> list[object]:
    made: list[object] = []
    kind = ""
    text = (Path(__file__).parent / name).read_text()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            kind = line.strip("[]")
        elif line[:2] in ("+ ", "- "):
            form, _, body = line[2:].partition(" | ")
            words = f"{name} {kind} {'told' if line[0] == '+' else 'silent'}, line {number}: {body[:60]}"
            texts = {"a.tsx" if form == "page" else "a.ts": _FORMS[form].replace("{}", body, 1)}
            made.append(pytest.param(SinkKind(kind), line[0] == "+", texts, id=words))
    return made


@pytest.mark.parametrize(("kind", "is_told", "texts"), _programs())
def test_construct(kind: SinkKind, is_told: bool, texts: dict[str, str]) -> None:
    """A program with a flow of the kind is told of, one without is not."""
    assert bool(lines_of(texts, kind)) is is_told
