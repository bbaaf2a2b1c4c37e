"""The vendored descriptions and the stand-in's routes are two lists of the same calls."""

from tests.github import server  # its import registers the routes
from tests.github.graph import RESOLVERS
from tests.github.routing import ROUTES
from tests.github.schemas import VENDOR, events, graphql_schema, rest_description
from tests.github.vendor.make import EVENTS, OPERATIONS, PACKAGES

assert server.HANDLERS


def test_every_described_operation_is_served() -> None:
    """What is vendored is served and what is served is vendored."""
    described = {(verb.upper(), path) for path, item in rest_description()["paths"].items() for verb in item}
    assert {(route.verb, route.template) for route in ROUTES} == described
    operations = {operation["operationId"] for item in rest_description()["paths"].values() for operation in item.values()}
    assert operations == OPERATIONS


def test_every_resolver_has_a_field() -> None:
    """No resolver answers a field that GitHub's schema does not have."""
    schema = graphql_schema()
    unknown = [
        f"{type_name}.{name}"
        for type_name, fields in RESOLVERS.items()
        for name in fields
        if name not in schema.type_map[type_name].fields  # type: ignore[attr-defined]
    ]
    assert unknown == []


def test_notice_names_every_package() -> None:
    """The licence and version of each source are told."""
    notice = (VENDOR / "NOTICE").read_text(encoding="utf-8")
    assert [name for name, version in PACKAGES.items() if f"{name} {version}" not in notice] == []
    assert sorted(events()) == sorted(EVENTS)
