"""What the types of a class's fields and of parameters say where nothing else is known: whose methods are called."""

from __future__ import annotations

import pytest

from sentinel.model.flow import SinkKind

from .tree import lines_of

_MANAGER = """\
import fs from "fs/promises";
import path from "path";
export class Files {
  private isReady = false;
  owner?: string;
  constructor(private readonly folder: string) {}
  place(name: string): string {
    CHECK
    return path.join(this.folder, name);
  }
  async read(name: string) {
    if (!this.owner || !this.isReady) throw new Error("not ready");
    return await fs.readFile(this.place(name), "utf8");
  }
}
"""
_HUB = """\
import { Files } from "./files.js";
import type { Session } from "./session.js";
export class Hub {
  public readonly files: Files;
  session: Session;
  constructor({ files, session }: Options) { this.files = files; this.session = session; }
}
"""
_SERVER = """\
import { ResourceTemplate, ReadResourceTemplateCallback } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Hub } from "./hub.js";
import { Files } from "./files.js";
export class Exported {
  constructor(private readonly hub: Hub, private readonly mcp: McpServer) {}
  register() {
    this.mcp.registerResource("exported", new ResourceTemplate("x://{name}", {}), {}, this.read);
  }
  private read: ReadResourceTemplateCallback = async (uri, { name }) => {
    return { contents: [{ text: await BODY }] };
  };
}
async function load(files: Files | undefined, name: string) { return await files.read(name); }
"""


def _lines(body: str, check: str = "", path: str = "server.ts") -> list[int]:
    texts = {"server.ts": _SERVER.replace("BODY", body), "hub.ts": _HUB, "files.ts": _MANAGER.replace("CHECK", check)}
    return lines_of(texts, SinkKind.PATH_READ, path)


@pytest.mark.parametrize("body", ["this.hub.files.read(name)", "load(this.hub.thing, name)"])
def test_an_object_is_what_its_type_says(body: str) -> None:
    """A field that a container fills, and a parameter, lead to the class that their types name."""
    assert _lines(body) == [13]


@pytest.mark.parametrize(
    ("body", "check"),
    [
        pytest.param(
            "this.hub.files.read(name)", 'if (name.includes("..") || name.includes("/")) throw new Error();', id="refused"
        ),
        pytest.param("this.hub.files.read('a.json')", "", id="a name of the program's own"),
        pytest.param("this.hub.session.read(name)", "", id="a type whose class is nowhere"),
        pytest.param("this.hub.files.write(name)", "", id="a method that the class does not have"),
    ],
)
def test_an_object_whose_class_does_no_harm(body: str, check: str) -> None:
    """Nothing is told."""
    assert _lines(body, check) == []
