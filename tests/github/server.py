"""The stand-in GitHub: an HTTP server on 127.0.0.1 around a `World`.

    with StandIn() as gh:
        gh.add_repository("acme/tools", git)
        client = Github(base_url=gh.api_url, auth=Auth.Token(gh.token), ...)
        ...
        gh.assert_clean()

Every REST request and answer is held against GitHub's own description, every GraphQL call is executed against GitHub's
own schema; what is found is collected in `violations`. `reset` gives a fresh world on the same port.
"""

import json
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.github import graph, rest_checks, rest_git, rest_issues, rest_pulls, rest_reviews
from tests.github.faults import Answer, Fault, Kind, Malformed, Reset, Slow
from tests.github.gitrepo import GitRepo
from tests.github.payloads import Urls
from tests.github.routing import Call, Page, Refusal, Route, Text, encode, find_route, is_known_path, read_query
from tests.github.schemas import request_violations, response_violations
from tests.github.state import READ_ONLY, Repository, Token, World

HANDLERS = (rest_checks, rest_git, rest_issues, rest_pulls, rest_reviews)
"""Imported for their routes."""
SERVER_URL = "https://github.com"
ENTERPRISE_SERVER_URL = "https://github.example.com"
ENTERPRISE_PREFIX = "/api/v3"
MAX_PER_PAGE = 100


@dataclass
class Request:
    """One request as it came in. path has no query and no enterprise prefix; status is None when no answer was sent."""

    verb: str
    path: str
    query: dict[str, str]
    body: Any
    login: str | None = None
    status: int | None = None
    is_applied: bool = False

    @property
    def is_write(self) -> bool:
        """A REST call that is not a GET, or a GraphQL mutation."""
        if self.path == "/graphql":
            return str(self.body.get("query", "")).lstrip().startswith("mutation")
        return self.verb not in ("GET", "HEAD")


@dataclass
class Reply:
    """What goes over the wire."""

    status: int
    data: bytes
    headers: dict[str, str]


class StandIn:
    """A GitHub of one's own. Use as a context manager; `reset` between tests."""

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.RLock()
        self._http = _Server(("127.0.0.1", port), _Handler)
        self._http.stand_in = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self.reset()

    def reset(self, *, is_enterprise: bool = False) -> None:
        """Forget everything. With is_enterprise the API is served under /api/v3 and /api/graphql."""
        with self._lock:
            self.world = World()
            self.requests: list[Request] = []
            self.violations: list[str] = []
            self._faults: list[Fault] = []
            self._prefix = ENTERPRISE_PREFIX if is_enterprise else ""
            self.token = self.world.add_token()
            self.fork_token = self.world.add_token(rights=READ_ONLY)
            self.viewer_has_suffix = True
            """GraphQL's `viewer.login` of an app ends in `[bot]` (seen live: fullsend-ai/fullsend #1953), an author's does
            not. False is for callers that must not depend on it."""

    def __enter__(self) -> "StandIn":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def api_url(self) -> str:
        return self._origin + self._prefix

    @property
    def graphql_url(self) -> str:
        return self._origin + ("/api/graphql" if self._prefix else "/graphql")

    @property
    def server_url(self) -> str:
        """Where a browser would go. Nothing is served there."""
        return ENTERPRISE_SERVER_URL if self._prefix else SERVER_URL

    @property
    def urls(self) -> Urls:
        return Urls(self.api_url, self.server_url)

    @property
    def repository(self) -> Repository:
        """The repository that was added first."""
        return next(iter(self.world.repositories.values()))

    @property
    def writes(self) -> list[Request]:
        """The requests that would change something, refused ones too."""
        return [request for request in self.requests if request.is_write]

    def add_repository(self, full_name: str, git: GitRepo, *, is_private: bool = False) -> Repository:
        return self.world.add_repository(full_name, git, is_private=is_private)

    def grant(self, token: str | None = None, **rights: str) -> None:
        """Change a token's rights, such as contents="write"."""
        self.world.tokens[token or self.token].rights.update(rights)

    def limit(self, remaining: int, reset_at: int) -> None:
        """Set the primary rate limit: so many requests left until reset_at (seconds since 1970)."""
        self.world.remaining, self.world.reset_at = remaining, reset_at

    def fault(self, verb: str, path: str, kind: Kind, *, nth: int = 1, count: int = 1, body: str | None = None) -> Fault:
        """Let the nth and count - 1 further requests fail whose verb (or `*`), path and body match. See `faults`."""
        made = Fault(verb, re.compile(path), kind, nth, count, re.compile(body) if body else None)
        self._faults.append(made)
        return made

    def assert_clean(self) -> None:
        """Raise AssertionError when a request or an answer broke GitHub's description, or a fault never struck."""
        idle = [f"never struck: {fault.verb} {fault.path.pattern}" for fault in self._faults if not fault.struck]
        assert self.violations + idle == [], "\n".join(self.violations + idle)

    def take_violations(self) -> list[str]:
        """Return the violations and forget them: for tests that break a rule on purpose."""
        taken, self.violations = self.violations, []
        return taken

    # The way of a request.

    def answer(self, verb: str, target: str, headers: dict[str, str], data: bytes) -> tuple[Reply | None, float]:
        """Return the reply, None to reset the connection, and the seconds to wait before either."""
        with self._lock:
            request = self._logged(verb, target, data)
            text = data.decode(errors="replace")
            struck = [fault.kind for fault in self._faults if fault.strikes(verb, request.path, text)]
            kind = struck[0] if struck else None
            if isinstance(kind, Answer | Reset) and not kind.is_applied:
                return self._failed(request, kind), 0.0
            reply = self._served(request, target, headers, data)
            request.is_applied = reply.status < 400
            request.status = reply.status
            if isinstance(kind, Answer | Reset):
                return self._failed(request, kind), 0.0
            if isinstance(kind, Malformed):
                reply.data = reply.data[: len(reply.data) // 2]
            return reply, kind.seconds if isinstance(kind, Slow) else 0.0

    def _logged(self, verb: str, target: str, data: bytes) -> Request:
        parts = urlsplit(target)
        path = "/graphql" if parts.path == urlsplit(self.graphql_url).path else parts.path.removeprefix(self._prefix)
        try:
            body = json.loads(data) if data else None
        except ValueError:
            body = data.decode(errors="replace")
        request = Request(verb, path, read_query(parts.query), body)
        self.requests.append(request)
        return request

    def _failed(self, request: Request, kind: Answer | Reset) -> Reply | None:
        if isinstance(kind, Reset):
            request.status = None
            return None
        request.status = kind.status
        data = kind.body.encode() if isinstance(kind.body, str) else encode(kind.body or {"message": "fault"})
        return Reply(kind.status, data, {"Content-Type": "application/json; charset=utf-8"} | kind.headers)

    def _served(self, request: Request, target: str, headers: dict[str, str], data: bytes) -> Reply:
        token = self._token(headers.get("authorization", ""))
        try:
            if isinstance(token, Refusal):
                raise token
            request.login = token.account.login if token else None
            self._spend(request)
            if request.path == "/graphql":
                return self._graphql(request, token)
            return self._rest(request, urlsplit(target).query, headers, data, token)
        except Refusal as refusal:
            return self._json(refusal.status, refusal.body)

    def _token(self, header: str) -> Token | Refusal | None:
        if not header:
            return None
        return self.world.tokens.get(header.rpartition(" ")[2]) or Refusal(401, "Bad credentials")

    def _spend(self, request: Request) -> None:
        if request.path == "/rate_limit":
            return
        if self.world.remaining <= 0:
            raise Refusal(403, "API rate limit exceeded for installation ID 1234567.")
        self.world.remaining -= 1

    def _graphql(self, request: Request, token: Token | None) -> Reply:
        if token is None:
            raise Refusal(401, "This endpoint requires you to be authenticated.")
        context = graph.Context(self.world, self.urls, token, self.viewer_has_suffix)
        result, violations = graph.execute(context, request.body)
        self.violations += [f"POST /graphql: {words}" for words in violations]
        return self._json(200, result)

    def _rest(self, request: Request, query: str, headers: dict[str, str], data: bytes, token: Token | None) -> Reply:
        found = find_route(request.verb, request.path)
        if found is None:
            if not is_known_path(request.path):
                self.violations.append(f"{request.verb} {request.path}: the stand-in does not serve this path")
            raise Refusal(404, "Not Found")
        if isinstance(request.body, str):
            raise Refusal(400, "Problems parsing JSON")
        way, parameters = found
        broken = request_violations(request.verb, way.template, way.encoded(parameters), query, data)
        if broken:
            self.violations += [f"request {request.verb} {request.path}: {words}" for words in broken]
            raise Refusal(422, "Invalid request.\n\n" + "\n".join(broken))
        call = Call(
            self.world, self.urls, token, request.verb, request.path, request.query, request.body,
            headers.get("accept", ""), parameters,
        )  # fmt: skip
        try:
            reply = self._reply(way, call, way.handler(call))
        except Refusal as refusal:
            reply = self._json(refusal.status, refusal.body)
        self._check(way, parameters, request, reply)
        return reply

    def _check(self, way: Route, parameters: dict[str, str], request: Request, reply: Reply) -> None:
        if "json" in reply.headers.get("Content-Type", "json") and "raw" not in reply.headers.get("Content-Type", ""):
            path = way.encoded(parameters)
            for words in response_violations(request.verb, way.template, path, reply.status, reply.data):
                self.violations.append(f"answer {reply.status} to {request.verb} {request.path}: {words}")

    def _reply(self, way: Route, call: Call, result: Any) -> Reply:
        if isinstance(result, Text):
            return Reply(way.status, result.data, self._headers(result.content_type))
        if isinstance(result, Page):
            return self._page(way, call, result)
        if result is None:
            return Reply(way.status, b"", self._headers(None))
        return self._json(way.status, result)

    def _page(self, way: Route, call: Call, page: Page) -> Reply:
        size = min(max(int(call.query.get("per_page", 30)), 1), MAX_PER_PAGE)
        number = max(int(call.query.get("page", 1)), 1)
        last = max(-(-len(page.items) // size), 1)
        shown = [page.make(item) for item in page.items[(number - 1) * size : number * size]]
        reply = self._json(way.status, {"total_count": len(page.items), page.key: shown} if page.key else shown)
        if links := self._links(call, number, last):
            reply.headers["Link"] = ", ".join(links)
        return reply

    def _links(self, call: Call, number: int, last: int) -> list[str]:
        targets: dict[str, int] = {}
        if number > 1:
            targets |= {"prev": min(number - 1, last), "first": 1}
        if number < last:
            targets |= {"next": number + 1, "last": last}
        return [
            f'<{self.api_url}{call.path}?{urlencode(call.query | {"page": str(page)})}>; rel="{name}"'
            for name, page in sorted(targets.items())
        ]

    def _json(self, status: int, value: Any) -> Reply:
        return Reply(status, encode(value), self._headers("application/json; charset=utf-8"))

    def _headers(self, content_type: str | None) -> dict[str, str]:
        world = self.world
        limits = {
            "X-RateLimit-Limit": str(world.limit),
            "X-RateLimit-Remaining": str(world.remaining),
            "X-RateLimit-Used": str(world.limit - world.remaining),
            "X-RateLimit-Reset": str(world.reset_at),
            "X-RateLimit-Resource": "core",
        }
        return limits | ({"Content-Type": content_type} if content_type else {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    stand_in: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; a mistake of the stand-in is, and makes the test fail."""
        import sys
        import traceback

        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            self.stand_in.violations.append("the stand-in failed: " + traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 and sends each reply in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply, seconds = server.stand_in.answer(self.command, self.path, headers, data)
        if seconds:
            time.sleep(seconds)
        if reply is None:
            self._reset()
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.data)))
        self.end_headers()
        self.wfile.write(reply.data)
        self.wfile.flush()

    def _reset(self) -> None:
        """Close with RST: what a client sees when a connection breaks."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: `StandIn.requests` is the log."""
