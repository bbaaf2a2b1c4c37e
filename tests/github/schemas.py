"""GitHub's own descriptions, loaded once: requests and answers are held against them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from graphql import GraphQLSchema
    from openapi_core import OpenAPI

VENDOR = Path(__file__).parent / "vendor"


class Drift(NamedTuple):
    """A place where GitHub's answers are known to differ from GitHub's description."""

    name: str
    operation: str
    place: str
    words: str


DRIFTS = (
    Drift("an outdated comment has line null", r"pulls/.*comment.*", r"(\d+/)?(line|original_line)", "None"),
    Drift("an outdated comment has position null", r"pulls/.*comment.*", r"(\d+/)?(position|original_position)", "None"),
)
"""Clients of the live API handle these nulls; the description types both as integers."""


@cache
def events() -> dict[str, Any]:
    """Return the vendored example payloads by event name. Do not change them: copy first."""
    loaded: dict[str, Any] = json.loads((VENDOR / "events.json").read_bytes())
    return loaded


@cache
def graphql_schema() -> "GraphQLSchema":
    """Return GitHub's GraphQL schema. It is not checked as a whole: GitHub's SDL breaks rules of its own."""
    from graphql import build_schema

    return build_schema((VENDOR / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True)


@cache
def rest_description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VENDOR / "openapi.json").read_bytes())
    return loaded


@cache
def _openapi() -> "OpenAPI":
    from openapi_core import Config, OpenAPI

    # The description as a whole is GitHub's to keep; checking it again would cost 0.6 s a session.
    return OpenAPI.from_dict(rest_description(), config=Config(spec_validator_cls=None))


@dataclass
class _Request:
    """A request as openapi-core asks for it; path parameters hold no slash."""

    method: str
    path: str
    query: str
    body: bytes | None
    content_type: str = "application/json"
    host_url: str = "http://github.invalid"

    def __post_init__(self) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        query = ImmutableMultiDict(parse_qsl(self.query, keep_blank_values=True))
        self.parameters = RequestParameters(query=query, header=Headers(), cookie=ImmutableMultiDict())


@dataclass
class _Response:
    status_code: int
    data: bytes
    content_type: str = "application/json"

    def __post_init__(self) -> None:
        from werkzeug.datastructures import Headers

        self.headers = Headers()


@lru_cache(maxsize=1024)
def request_violations(verb: str, template: str, path: str, query: str, body: bytes | None) -> tuple[str, ...]:
    """Return what GitHub's description has against a request. path has its parameters fully percent-encoded.

    Remembered, because tests that try every order of two runs send the same requests hundreds of times.
    """
    request = _Request(verb.lower(), path, query, body or None)
    found = [_words(error) for error in _openapi().iter_request_errors(request)]
    return (*found, *_undeclared(verb, template, query, body))


def response_violations(verb: str, template: str, path: str, status: int, data: bytes) -> tuple[str, ...]:
    """Return what GitHub's description has against an answer, less the known drifts; remembered too."""
    return _response_violations(verb, template, path, status, data, DRIFTS)


@lru_cache(maxsize=1024)
def _response_violations(
    verb: str, template: str, path: str, status: int, data: bytes, drifts: tuple[Drift, ...]
) -> tuple[str, ...]:
    operation = rest_description()["paths"][template][verb.lower()]
    described = operation["responses"].get(str(status))
    if status >= 400 and described is None:
        return ()
    if status == 204:
        return () if described and not data else (f"{operation['operationId']}: a 204 with a body, or not described",)
    answers = _openapi().iter_response_errors(_Request(verb.lower(), path, "", None), _Response(status, data))
    return tuple(
        _words(error)
        for answer in answers
        for error in (getattr(answer.__cause__ or answer, "schema_errors", None) or [answer])
        if not _is_drift(drifts, operation["operationId"], error)
    )


def _is_drift(drifts: tuple[Drift, ...], operation: str, error: Any) -> bool:
    place = "/".join(str(step) for step in getattr(error, "absolute_path", ()))
    return any(
        re.fullmatch(drift.operation, operation)
        and re.fullmatch(drift.place, place)
        and str(getattr(error, "message", "")).startswith(drift.words)
        for drift in drifts
    )


def _words(error: Any) -> str:
    """Say an error with its place, down to the schema's own words."""
    inner = [error, error.__cause__] if isinstance(error, BaseException) else [error]
    nested = [one for cause in inner for one in (getattr(cause, "schema_errors", None) or ())]
    if nested:
        return "; ".join(_words(one) for one in nested)
    place = "/".join(str(step) for step in getattr(error, "absolute_path", ()))
    text = str(getattr(error, "message", error))
    return f"{place}: {text[:300]}" if place else f"{type(error).__name__}: {text[:300]}"


def _undeclared(verb: str, template: str, query: str, body: bytes | None) -> Iterator[str]:
    """Name the query parameters and body keys that GitHub's description does not know."""
    item = rest_description()["paths"][template][verb.lower()]
    known = {_follow(parameter)["name"] for parameter in item.get("parameters", ())}
    for name, _ in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            yield f"undeclared query parameter: {name}"
    if body:
        content = _follow(item.get("requestBody", {})).get("content", {}).get("application/json")
        if content is None:
            yield "a body where none is described"
        else:
            yield from _undeclared_keys(json.loads(body), content["schema"], "")


def _undeclared_keys(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    if isinstance(value, list):
        items = [part["items"] for part in _alternatives(schema) if "items" in part]
        for number, one in enumerate(value if items else ()):
            yield from _undeclared_keys(one, {"anyOf": items}, f"{place}{number}/")
    elif isinstance(value, dict):
        parts = [part for part in _alternatives(schema) if "properties" in part]
        if not parts or any(part.get("additionalProperties") for part in parts):
            return
        for key, inner in value.items():
            schemas = [part["properties"][key] for part in parts if key in part["properties"]]
            if not schemas:
                yield f"undeclared body key: {place}{key}"
            else:
                yield from _undeclared_keys(inner, {"anyOf": schemas}, f"{place}{key}/")


def _alternatives(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    schema = _follow(schema)
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, ()):
            yield from _alternatives(part)


def _follow(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, _, section, name = node["$ref"].split("/")
        node = rest_description()["components"][section][name]
    return node
