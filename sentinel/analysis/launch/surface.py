"""What a configured server is to whoever uses it: how it is started or where it is, as a part of the surface that reports compare.

Values of the environment and of headers are left out, and so is what an argument or an address gives a secret in: a report shows
what starts, not with which key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sentinel.model.document import Language
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.surface import SurfaceKind, Text, Tool

HIDDEN = "***"
_SECRET_NAME = expression(r"token|secret|passw|pwd|api[-_]?key|access[-_]?key|credential|auth|bearer|\bkey\b", re.IGNORECASE)
_GIVEN = expression(r"([^=:\s]{1,80}[=:]\s?)(.+)", re.DOTALL)
_ADDRESS = expression(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_MOST_SETTING = 80


def server_of(launch: Launch) -> Tool | None:
    """The server that a configuration names, as something a report can compare; None for a hook or a task."""
    if launch.config != "mcp":
        return None
    texts = tuple(Text(value, launch.span, field) for field, value in _told(launch) if value)
    return Tool(SurfaceKind.SERVER, launch.name, launch.span, launch.span, Language.JSON, texts)


def _told(launch: Launch) -> Iterator[tuple[str, str]]:
    yield "command", " ".join(_shown((launch.command, *launch.arguments))) if launch.command else ""
    yield "address", _address(launch.url)
    yield "environment", ", ".join(sorted(name for name, _, _ in launch.environment))
    yield "headers", ", ".join(sorted(name for name, _, _ in launch.headers))
    yield "settings", ", ".join(sorted(f"{name} {value[:_MOST_SETTING]}" for name, value, _ in launch.settings))


def _shown(arguments: Iterable[str]) -> Iterator[str]:
    """The arguments, without what follows the name of a secret."""
    is_secret = False
    for argument in arguments:
        given = _GIVEN.fullmatch(argument)
        if is_secret:
            yield HIDDEN
        elif _ADDRESS.match(argument):
            yield _address(argument)
        elif given is not None and _SECRET_NAME.search(given.group(1)):
            yield given.group(1) + HIDDEN
        else:
            yield argument
        is_secret = not is_secret and argument.startswith("-") and given is None and bool(_SECRET_NAME.search(argument))


def _address(url: str) -> str:
    """Scheme, host and path: user, password, query and fragment may hold secrets."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN if url else ""
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}" if parts.netloc else url.partition("?")[0]
