"""Imports without a dot: aliases of tsconfig.json, packages of the same workspace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sentinel.analysis.javascript.modules import resolve
from sentinel.model.flow import SinkKind
from tests.analysis.javascript.tree import Tree, lines_of


def _config(**options: Any) -> str:
    return json.dumps({"compilerOptions": options})


def _package(**fields: Any) -> str:
    return json.dumps({"name": "@demo/run", **fields})


@pytest.mark.parametrize(
    ("files", "specifier", "expected"),
    [
        pytest.param(
            {"tsconfig.json": _config(paths={"lib/*": ["./code/*"]})}, "lib/run", "code/run.ts", id="an alias with a star"
        ),
        pytest.param({"tsconfig.json": _config(paths={"run": ["./code/run.ts"]})}, "run", "code/run.ts", id="an alias without one"),
        pytest.param(
            {"tsconfig.json": _config(paths={"*": ["./other/*"], "lib/*": ["./code/*"]})},
            "lib/run",
            "code/run.ts",
            id="the longest",
        ),
        pytest.param(
            {"tsconfig.json": _config(paths={"lib/*": ["./none/*", "./code/*"]})}, "lib/run", "code/run.ts", id="the second target"
        ),
        pytest.param({"tsconfig.json": _config(baseUrl="./code")}, "run", "code/run.ts", id="baseUrl"),
        pytest.param(
            {"tsconfig.json": _config(baseUrl="./code", paths={"~lib/*": ["./*"]})}, "~lib/run", "code/run.ts", id="both together"
        ),
        pytest.param(
            {"app/tsconfig.json": '{"extends": "../base"}', "base.json": _config(paths={"lib/*": ["./code/*"]})},
            "lib/run",
            "code/run.ts",
            id="an inherited alias",
        ),
        pytest.param(
            {"app/tsconfig.json": '{"extends": ["../a.json", 1]}', "a.json": '{"extends": "./a.json"}'},
            "lib/run",
            None,
            id="a circle",
        ),
        pytest.param(
            {"tsconfig.json": '{ /* one */ "compilerOptions": { "baseUrl": "code", // two\n }, }'},
            "run",
            "code/run.ts",
            id="comments",
        ),
        pytest.param({"app/tsconfig.app.json": _config(baseUrl="../code")}, "run", "code/run.ts", id="a second configuration"),
        pytest.param(
            {"app/tsconfig.app.json": _config(baseUrl="../none"), "app/tsconfig.json": _config(baseUrl="../code")},
            "run",
            "code/run.ts",
            id="the first configuration before others",
        ),
        pytest.param({"tsconfig.json": "{ not json"}, "run", None, id="a broken configuration"),
        pytest.param({"tsconfig.json": "[" * 5_000}, "run", None, id="a nested configuration"),
        pytest.param({"tsconfig.json": '{"compilerOptions": 1}'}, "run", None, id="options that are none"),
        pytest.param({"tsconfig.json": _config(paths={"run": "./code/run"})}, "run", None, id="a target that is no list"),
        pytest.param({"tsconfig.json": _config(paths={"run": ["../../code/run"]})}, "run", None, id="a target outside"),
        pytest.param({"code/package.json": _package(main="./dist/run.js")}, "@demo/run", "code/run.ts", id="main that is built"),
        pytest.param({"code/package.json": _package(main="run.ts")}, "@demo/run", "code/run.ts", id="main that is a source"),
        pytest.param({"code/package.json": _package(exports="./run.ts")}, "@demo/run", "code/run.ts", id="one export"),
        pytest.param(
            {"code/package.json": _package(exports={".": {"types": "./x.d.ts", "import": "./dist/run.mjs"}})},
            "@demo/run",
            "code/run.ts",
            id="an export by condition",
        ),
        pytest.param(
            {"code/package.json": _package(exports={"./*": "./dist/*.js"})},
            "@demo/run/run",
            "code/run.ts",
            id="exports with a star",
        ),
        pytest.param({"code/package.json": _package(exports={"./a": None})}, "@demo/run/a", None, id="an export of nothing"),
        pytest.param({"code/package.json": _package()}, "@demo/run/run", "code/run.ts", id="a file of a package"),
        pytest.param({"code/package.json": _package(), "code/src/index.ts": ""}, "@demo/run", "code/src/index.ts", id="its index"),
        pytest.param({"code/package.json": _package(name=7)}, "@demo/run", None, id="a name that is none"),
        pytest.param({"app/package.json": _package(imports={"#run": "./../code/run.ts"})}, "#run", "code/run.ts", id="imports"),
        pytest.param({"code/package.json": _package()}, "#run", None, id="imports of another package"),
        pytest.param(
            {"code/node_modules/a/package.json": _package(main="../../run.ts")}, "@demo/run", None, id="a vendored package"
        ),
        pytest.param(
            {"code/package.json": json.dumps({"name": "execa", "main": "run.ts"})}, "execa", None, id="a name of the tables"
        ),
        pytest.param({"code/package.json": json.dumps({"name": "fs", "main": "run.ts"})}, "node:fs", None, id="a module of Node"),
        pytest.param(
            {"tsconfig.json": _config(paths={"child_process": ["./code/run"]})}, "child_process", None, id="an alias of one"
        ),
        pytest.param({}, "@/run", None, id="nothing known"),
        pytest.param({"src/run.ts": ""}, "@/run", "src/run.ts", id="the usual alias without configuration"),
    ],
)
def test_imports_by_name(files: dict[str, str], specifier: str, expected: str | None) -> None:
    """An import by a name means the file that the configuration or the package of the workspace names."""
    tree = Tree({"app/main.ts": "", "code/run.ts": "", **files})
    assert resolve(specifier, "app/main.ts", tree) == expected
    assert resolve(specifier, "app/main.ts", tree) == expected


def test_a_flow_crosses_packages() -> None:
    """Data is followed into a package of the same workspace, imported by its name."""
    texts = {
        "app/server.ts": "import { run } from '@demo/run';\nimport { z } from 'zod';\n"
        "server.tool('t', { x: z.string() }, async ({ x }) => run(x));\n",
        "code/package.json": _package(main="./dist/index.js"),
        "code/src/index.ts": "import { exec } from 'child_process';\nexport const run = (c: string) => exec(`ls ${c}`);\n",
    }
    assert lines_of(texts, SinkKind.SHELL) == [2]


@pytest.mark.parametrize(
    "middle",
    [
        pytest.param("export * from './b';", id="all of a module"),
        pytest.param("export * from './c'; export * from './d';", id="all of several"),
        pytest.param("export { run } from './b';", id="one name"),
        pytest.param("export { other as run } from './c';", id="another name"),
        pytest.param("export * from './index'; export * from './b';", id="itself, too"),
        pytest.param("export * from './e';", id="a circle"),
    ],
)
@pytest.mark.parametrize("import_", ["import { run } from './index';", "import * as all from './index'; const run = all.run;"])
def test_a_flow_passes_what_is_handed_on(middle: str, import_: str) -> None:
    """A function is followed through modules that only hand it on, whatever the form."""
    texts = {
        "server.ts": import_ + "\nimport { z } from 'zod';\nserver.tool('t', { x: z.string() }, async ({ x }) => run(x));\n",
        "index.ts": middle,
        "b.ts": "import { exec } from 'child_process';\nexport const run = (c: string) => exec(`ls ${c}`);\n",
        "c.ts": "export { run as other } from './b';\n",
        "d.ts": "export * from './b';\n",
        "e.ts": "export * from './index';\nexport * from './b';\n",
    }
    assert lines_of(texts, SinkKind.SHELL) == [2]
