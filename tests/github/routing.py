"""Which function answers which REST call. A handler is decorated with its verb and GitHub's own path template."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qs, quote, unquote

from tests.github.payloads import Urls
from tests.github.state import Account, PullRequest, Repository, Token, World

WITH_SLASHES = {"path", "ref", "basehead", "branch"}
DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(Exception):
    """GitHub says no: a status and a JSON body."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
        if errors is not None:
            self.body["errors"] = errors


def refuse(status: int, message: str, errors: list[Any] | None = None) -> NoReturn:
    raise Refusal(status, message, errors)


@dataclass
class Text:
    """An answer that is not JSON: a raw file or a diff."""

    data: bytes
    content_type: str


@dataclass
class Page:
    """A list to be cut into pages; key wraps it as check runs are, make turns an item into JSON."""

    items: list[Any]
    make: Callable[[Any], Any]
    key: str | None = None


@dataclass
class Call:
    """One REST request on its way through a handler."""

    world: World
    urls: Urls
    token: Token | None
    verb: str
    path: str
    query: dict[str, str]
    body: Any
    accept: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        assert self.token is not None
        return self.token.account

    def repository(self) -> Repository:
        name = f"{self.parameters['owner']}/{self.parameters['repo']}".lower()
        found = self.world.repositories.get(name)
        if found is None or (found.is_private and self.token is None):
            refuse(404, "Not Found")
        return found

    def pull(self) -> PullRequest:
        """Return the pull request that the path names; issues and pull requests share their numbers."""
        number = self.parameters.get("pull_number") or self.parameters["issue_number"]
        found = self.repository().pulls.get(int(number)) if number.isdigit() else None
        return found or refuse(404, "Not Found")

    def need(self, *rights: str) -> None:
        """Refuse the call unless the token may write one of these."""
        if self.token is None:
            refuse(401, "Requires authentication")
        if not any(self.token.may(right) for right in rights):
            words = "integration" if self.token.is_installation else "personal access token"
            refuse(403, f"Resource not accessible by {words}")


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    verb: str
    template: str
    status: int
    handler: Handler
    pattern: re.Pattern[str]

    def encoded(self, parameters: dict[str, str]) -> str:
        """Return the path with every parameter percent-encoded, slashes too.

        An empty one (`contents/`, the root folder) becomes a blank: openapi-core matches no empty parameter.
        """
        return re.sub(r"{(\w+)}", lambda name: quote(parameters[name[1]], safe="") or "%20", self.template)


ROUTES: list[Route] = []


def route(verb: str, template: str, status: int = 200) -> Callable[[Handler], Handler]:
    """Register a handler. It returns JSON, a Page, a Text, or None for an empty answer."""

    def register(handler: Handler) -> Handler:
        inner = "".join(
            f"(?P<{part[1:-1]}>{'.*' if part[1:-1] in WITH_SLASHES else '[^/]+'})" if part[:1] == "{" else re.escape(part)
            for part in re.split(r"({\w+})", template)
        )
        ROUTES.append(Route(verb, template, status, handler, re.compile(inner)))
        # The most literal template is tried first: commits/{ref} would also take commits/x/check-runs.
        ROUTES.sort(key=lambda known: (len(re.sub(r"{\w+}", "", known.template)), known.template), reverse=True)
        return handler

    return register


def find_route(verb: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route for a raw path and its decoded parameters."""
    for candidate in ROUTES:
        if candidate.verb == verb and (match := candidate.pattern.fullmatch(path)):
            return candidate, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def is_known_path(path: str) -> bool:
    return any(candidate.pattern.fullmatch(path) for candidate in ROUTES)


def read_query(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def encode(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
