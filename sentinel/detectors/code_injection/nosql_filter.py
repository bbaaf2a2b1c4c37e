"""Database filter made of somebody else's object.

## Why it matters
A filter that comes from the caller as an object can hold operators: `{"$ne": null}` matches every password, `$where` and
`$function` run JavaScript in the database.

## What to do
1. Take single values, turn them into text or numbers, and put them under the operators you chose.
2. Refuse keys that begin with `$` at every depth, or use a schema for the filter.
3. Switch server-side JavaScript off in the database.

## Known limits
Only the usual names of collections are recognised, in modules that import a driver.

## References
- https://cwe.mitre.org/data/definitions/943.html
- https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/05.6-Testing_for_NoSQL_Injection





















"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, tell
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Item, Match, Severity, Workspace, rule

_DB = "import json; from pymongo import MongoClient; db = MongoClient().shop"


@rule(
    "code-injection/nosql-filter",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    cwe=943,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    owasp=("MCP05:2025", "LLM05:2025", "ASI02:2026"),
    bad=(
        tool("return str(db.users.find_one(json.loads(text)))", 1, uses=_DB),
        tool("return str(list(db.users.find(filter)))", 1, uses=_DB, takes="filter: dict"),
        tool('return str(list(db.users.find({"$where": "this.name == \'" + text + "\'"})))', 1, uses=_DB),
        tool("query = {}\nquery.update(json.loads(text))\nreturn str(list(db.users.find(query)))", 3, uses=_DB),
        route("return str(db.users.find_one(request.get_json()))", 1, uses=_DB),
        express('const user = await db.collection("users").findOne(req.body);\nres.json(user);', 1, uses=
            'import { MongoClient } from "mongodb"; const db = new MongoClient("x").db();'),
    ),
    good=(
        tool('return str(db.users.find_one({"name": text}))', uses=_DB),
        tool('return str(db.users.find_one({"name": str(text)}))', uses=_DB),
        tool('return str(db.users.find_one({"age": {"$gt": age}}))', uses=_DB, takes="age: int"),
        tool('return str(db.users.find_one({"name": {"$regex": text}}))', uses=_DB),
        tool('return str(db.users.find_one({"_id": ObjectId(text)}))', uses=_DB + "; from bson import ObjectId"),
        tool("return str(text.find(','))", uses=_DB),
        tool('return str(db.users.count_documents({}))', uses=_DB),
        tool('return str(db.users.find({"role": "admin"}))', uses=_DB),
        tool('return str(db.users.aggregate([{"$match": {"name": text}}]))', uses=_DB),
        tool('if text not in ("a", "b"):\n    return ""\nreturn str(db.users.find_one({"kind": text}))', uses=_DB),
        express('const user = await db.collection("users").findOne({ name: String(req.body.name) });\nres.json(user);', uses=
            'import { MongoClient } from "mongodb"; const db = new MongoClient("x").db();'),
    ),
)  # fmt: skip
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Data of a known source that is a filter, or code in one."""
    if flow.sink.kind is not SinkKind.NOSQL or flow.source.kind in UNTRACKED:
        return
    if "where-code" in flow.sink.details:
        yield tell(flow, f"is run as code by the database (`{flow.sink.name}`)")
    else:
        yield tell(flow, f"decides the filter of a query (`{flow.sink.name}`)")
