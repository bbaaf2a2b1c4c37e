"""Prototype changed through somebody else's keys.

## Why it matters
In JavaScript a key named `__proto__` or `constructor` leads from any object to what all objects share. Merging a caller's
object, or writing under the caller's keys, adds properties to every object of the process: checks pass that should not, and
options appear that nobody set.

## What to do
1. Validate the object with a schema that names its keys.
2. Merge with a function that refuses `__proto__`, `constructor` and `prototype`, or into `Object.create(null)`.
3. Use a `Map` for keys that callers choose.

## Known limits
Merge functions that are not known by name are not recognised.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Prototype_Pollution_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/1321.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express
from sentinel.detectors.code_injection._story import LOCAL, UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_LODASH = 'import _ from "lodash";'


@rule(
    "code-injection/prototype-pollution",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=1321,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI02:2026"),
    bad=(
        express("_.merge({}, JSON.parse(req.query.o));\nres.end();", 1, uses=_LODASH),
        express("_.merge(options, req.body);\nres.end();", 1, uses=_LODASH),
        express("_.defaultsDeep(options, req.body);\nres.end();", 1, uses=_LODASH),
        express("_.set(options, req.query.path, req.query.value);\nres.end();", 1, uses=_LODASH),
        express("const all = {};\nall[req.query.a][req.query.b] = req.query.c;\nres.end();", 2),
    ),
    good=(
        express("_.merge({}, { a: 1 });\nres.end();", uses=_LODASH),
        express("const all = { ...req.body };\nres.end();"),
        express("const all = new Map();\nall.set(req.query.a, 1);\nres.end();"),
        express("const name = String(req.body.name);\nres.end(name);"),
        express("Object.assign({}, req.body);\nres.end();"),
        express("const all = {};\nall.name = req.query.name;\nres.end();"),
        express("_.get(options, req.query.path);\nres.end();", uses=_LODASH),
        express("JSON.parse(req.query.o);\nres.end();"),
        express("const list = [];\nlist.push(req.body);\nres.end();"),
        express("_.pick(req.body, ['a', 'b']);\nres.end();", uses=_LODASH),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """A caller's object or keys that are written through."""
    if flow.sink.kind is SinkKind.PROTOTYPE and flow.source.kind not in UNTRACKED | LOCAL:
        yield tell(flow, f"decides which properties are written (`{flow.sink.name}`)")
