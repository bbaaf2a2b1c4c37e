"""Make the trimmed GitHub descriptions in this folder from their npm packages.

Run `python tests/github/vendor/make.py` on a machine with npm and network; the tests read only what it wrote. What is
kept: the REST operations of OPERATIONS with the components they reach, the GraphQL types of GRAPHQL_TYPES with the
fields whose types are kept, one event payload for each entry of EVENTS. Prose and examples go.
"""

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGES = {
    "@octokit/openapi": "23.0.2",
    "@octokit/graphql-schema": "15.26.1",
    "@octokit/webhooks-examples": "7.6.1",
}

HERE = Path(__file__).parent

OPERATIONS = frozenset(
    """
    rate-limit/get users/get-authenticated repos/get repos/get-content repos/get-commit repos/list-commits
    repos/compare-commits-with-basehead repos/list-pull-requests-associated-with-commit repos/get-branch
    git/get-blob git/get-tree git/get-commit git/get-ref
    pulls/list pulls/get pulls/list-files pulls/list-commits
    pulls/list-reviews pulls/get-review pulls/create-review pulls/update-review pulls/delete-pending-review
    pulls/submit-review pulls/list-comments-for-review pulls/dismiss-review
    pulls/list-review-comments pulls/list-review-comments-for-repo pulls/get-review-comment
    pulls/create-review-comment pulls/create-reply-for-review-comment pulls/update-review-comment
    pulls/delete-review-comment
    pulls/list-requested-reviewers pulls/request-reviewers pulls/remove-requested-reviewers
    issues/get issues/list-comments issues/list-comments-for-repo issues/get-comment issues/create-comment
    issues/update-comment issues/delete-comment
    issues/list-labels-on-issue issues/add-labels issues/set-labels issues/remove-label issues/remove-all-labels
    checks/create checks/get checks/update checks/list-annotations checks/list-for-ref
    """.split()
)

GRAPHQL_FIELDS = {
    "Query": {"repository", "viewer", "node", "nodes", "rateLimit"},
    "Mutation": {
        "minimizeComment", "unminimizeComment", "resolveReviewThread", "unresolveReviewThread",
        "deletePullRequestReviewComment", "deleteIssueComment", "updatePullRequestReviewComment", "updateIssueComment",
    },
}  # fmt: skip

GRAPHQL_TYPES = frozenset(
    """
    Query Mutation Node Actor Comment Minimizable GitObject PageInfo RateLimit User Bot Repository Ref
    Blob Commit Tree TreeEntry
    PullRequest PullRequestChangedFile PullRequestChangedFileConnection PullRequestChangedFileEdge
    PullRequestReview PullRequestReviewConnection PullRequestReviewEdge
    PullRequestReviewComment PullRequestReviewCommentConnection PullRequestReviewCommentEdge
    PullRequestReviewThread PullRequestReviewThreadConnection PullRequestReviewThreadEdge
    IssueComment IssueCommentConnection IssueCommentEdge Label LabelConnection LabelEdge
    UserContentEdit UserContentEditConnection UserContentEditEdge
    MinimizeCommentPayload UnminimizeCommentPayload ResolveReviewThreadPayload UnresolveReviewThreadPayload
    DeletePullRequestReviewCommentPayload DeleteIssueCommentPayload UpdatePullRequestReviewCommentPayload
    UpdateIssueCommentPayload
    """.split()
)

EVENTS = {
    "pull_request": "synchronize",
    "push": None,
    "merge_group": "checks_requested",
    "workflow_dispatch": None,
    "workflow_run": "completed",
}

PROSE = {"description", "summary", "example", "examples", "externalDocs", "tags", "title", "discriminator"}
"""What goes. A discriminator is a hint beside a oneOf; the one for contents cannot be followed for a list."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = {name: _unpack(name, version, Path(folder)) for name, version in PACKAGES.items()}
        description = json.loads((unpacked["@octokit/openapi"] / "generated/api.github.com.json").read_bytes())
        examples = json.loads((unpacked["@octokit/webhooks-examples"] / "api.github.com/index.json").read_bytes())
        sdl = (unpacked["@octokit/graphql-schema"] / "schema.graphql").read_text(encoding="utf-8")
        licences = {name: _licence(path) for name, path in unpacked.items()}
    _write("openapi.json", json.dumps(trim_openapi(description), separators=(",", ":"), sort_keys=True) + "\n")
    _write("events.json", json.dumps(trim_events(examples), indent=1, sort_keys=True) + "\n")
    _write("schema.graphql", trim_graphql(sdl))
    _write("NOTICE", notice(licences))


def trim_openapi(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description of OPERATIONS alone, without prose and examples, self-contained."""
    paths: dict[str, Any] = {}
    found = set()
    for path, item in description["paths"].items():
        for verb, operation in item.items():
            if isinstance(operation, dict) and operation.get("operationId") in OPERATIONS:
                found.add(operation["operationId"])
                paths.setdefault(path, {})[verb] = _without_prose(operation)
    if missing := OPERATIONS - found:
        raise SystemExit(f"operations not in the description any more: {sorted(missing)}")
    _allow_bare_lists(paths)
    trimmed = {
        "openapi": description["openapi"],
        "info": {"title": description["info"]["title"], "version": description["info"]["version"]},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {},
    }
    waiting = _references(paths)
    while waiting:
        _, _, section, name = waiting.pop().split("/")
        target = trimmed["components"].setdefault(section, {})
        if name not in target:
            target[name] = _without_prose(description["components"][section][name])
            waiting |= _references(target[name])
    return trimmed


def _allow_bare_lists(paths: dict[str, Any]) -> None:
    """Allow labels as a bare list: the prose says "You can also pass an `array` of labels directly", the schema not."""
    for verb in ("post", "put"):
        operation = paths["/repos/{owner}/{repo}/issues/{issue_number}/labels"][verb]
        forms = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
        if not any(form.get("type") == "array" for form in forms):
            forms.append({"type": "array", "items": {"type": "string"}})


def _without_prose(node: Any, parent: str = "") -> Any:
    """Drop prose, examples and extensions; let a nullable enum hold null, which openapi-core asks for."""
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    if parent == "properties":
        return {key: _without_prose(value, key if key == "properties" else "") for key, value in node.items()}
    kept = {
        key: _without_prose(value, key)
        for key, value in node.items()
        if not key.startswith("x-") and not (key in PROSE and not _names_things(key, value, node))
    }
    if kept.get("nullable") and "enum" in kept and None not in kept["enum"]:
        kept["enum"] = [*kept["enum"], None]
    return kept


def _names_things(key: str, value: Any, node: dict[str, Any]) -> bool:
    """Tell a response's required `description` from prose."""
    return key == "description" and ("content" in node or "headers" in node or set(node) == {"description"})


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(_references(item) for item in node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return found.union(*(_references(value) for value in node.values()))


def trim_graphql(sdl: str) -> str:
    """Return the SDL of GRAPHQL_TYPES and of the scalars, enums and inputs that they use."""
    from graphql import DocumentNode, parse, print_ast

    document = parse(sdl, no_location=True)
    named: list[Any] = [definition for definition in document.definitions if getattr(definition, "name", None)]
    definitions = {definition.name.value: definition for definition in named}
    if missing := GRAPHQL_TYPES - definitions.keys():
        raise SystemExit(f"types not in the schema any more: {sorted(missing)}")
    kept: dict[str, Any] = {}
    for name in sorted(GRAPHQL_TYPES):
        kept[name] = _trimmed_type(definitions[name], definitions, kept)
    return "\n\n".join(print_ast(DocumentNode(definitions=(kept[name],))) for name in sorted(kept)) + "\n"


def _trimmed_type(definition: Any, definitions: dict[str, Any], kept: dict[str, Any]) -> Any:
    wanted = GRAPHQL_FIELDS.get(definition.name.value)
    fields = []
    for field in definition.fields or ():
        named = _named_type(field.type)
        if (wanted is not None and field.name.value not in wanted) or not _is_kept(named, definitions):
            continue
        for used in (named, *(_named_type(argument.type) for argument in field.arguments or ())):
            _keep_plain(used, definitions, kept)
        fields.append(_bare(field))
    interfaces = tuple(i for i in definition.interfaces or () if i.name.value in GRAPHQL_TYPES)
    return _bare(definition, fields=tuple(fields), interfaces=interfaces)


def _keep_plain(name: str, definitions: dict[str, Any], kept: dict[str, Any]) -> None:
    """Keep a scalar, an enum, or an input object with all that it uses."""
    definition = definitions.get(name)
    if definition is None or name in kept or name in GRAPHQL_TYPES:
        return
    kept[name] = _bare(definition)
    if definition.kind == "input_object_type_definition":
        for field in definition.fields or ():
            _keep_plain(_named_type(field.type), definitions, kept)


def _is_kept(name: str, definitions: dict[str, Any]) -> bool:
    definition = definitions.get(name)
    plain = ("scalar_type_definition", "enum_type_definition")
    return name in GRAPHQL_TYPES or definition is None or definition.kind in plain


def _named_type(node: Any) -> str:
    while not hasattr(node, "name"):
        node = node.type
    return str(node.name.value)


def _bare(node: Any, **changes: Any) -> Any:
    """Return a copy without descriptions and directives, all the way down."""
    from graphql.language import Node

    values = {key: getattr(node, key, None) for key in node.keys if key != "loc"} | changes
    values.update(description=None) if "description" in values else None
    if "directives" in values:
        values["directives"] = ()
    for key, value in values.items():
        if isinstance(value, (tuple, list)):
            values[key] = tuple(_bare(item) if isinstance(item, Node) else item for item in value)
    return type(node)(**values)


def trim_events(examples: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first example of each wanted event, without the parts of an app and an organisation."""
    by_name = {entry["name"]: entry["examples"] for entry in examples}
    trimmed = {}
    for name, action in EVENTS.items():
        payload = next(example for example in by_name[name] if example.get("action") == action)
        trimmed[name] = {key: payload[key] for key in payload if key not in ("installation", "organization")}
    return trimmed


def _unpack(name: str, version: str, folder: Path) -> Path:
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    target = folder / name.replace("/", "+")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _licence(package: Path) -> str:
    for path in sorted(package.glob("LICENSE*")):
        return path.read_text(encoding="utf-8").strip()
    facts = json.loads((package / "package.json").read_bytes())
    return f"Licence as declared in its package.json: {facts['license']}. Author: {facts['author']}."


def notice(licences: dict[str, str]) -> str:
    parts = [
        "The files openapi.json, schema.graphql and events.json were trimmed by make.py from these npm packages.\n"
        "They are used by the tests and are not part of the distributed package.\n"
    ]
    parts += [f"{name} {PACKAGES[name]}\n\n{text}\n" for name, text in licences.items()]
    return f"\n{'-' * 80}\n\n".join(parts)


def _write(name: str, text: str) -> None:
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
