"""Jinja for Markdown: whatever a template prints is escaped for Markdown unless `escape` or we ourselves made it.

A template that a user brings runs in Jinja's immutable sandbox and gets plain values only; what it prints is escaped too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sentinel.errors import ConfigurationError
from sentinel.report import escape
from sentinel.report.escape import Markdown

if TYPE_CHECKING:
    from jinja2 import Environment


def render(name: str, **values: Any) -> str:
    """One of our own templates, filled in."""
    return _environment().get_template(name).render(**values)


def render_source(source: str, **values: Any) -> str:
    """A user's template, filled in. Raises ConfigurationError with the line when it is not a template or fails."""
    from jinja2 import TemplateError

    try:
        return _environment().from_string(source).render(**values)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        kind = type(error).__name__
        raise ConfigurationError(
            "the summary's template cannot be rendered", f"Jinja answers {kind}.", f"template:{line or 1}"
        ) from None


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(_finalize)
    made.filters.update(
        code=lambda value: escape.code(str(value)),
        text=lambda value: escape.text(str(value)),
        prose=lambda value: escape.prose(str(value)),
        fence=lambda value: escape.fence(str(value)),
    )
    return made


def environment(finalize: Callable[[Any], Any]) -> Environment:
    """Jinja's sandbox over our templates. `finalize` escapes whatever is printed; only what is passed in can be reached."""
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        loader=PackageLoader("sentinel.report"),
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the finalizer escapes, for Markdown
    )
    made.filters.clear()
    made.filters.update(length=len)
    made.globals.clear()
    return made


def _finalize(value: Any) -> Any:
    """Markdown as it is, the digits of a number in threes, everything else escaped as text."""
    if type(value) is int:
        return f"{value:,}"
    return value if isinstance(value, Markdown | int | float) else escape.text(str(value))
