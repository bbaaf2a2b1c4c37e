"""What a report says of the run itself: what could not be compared, what in the configuration has no effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sentinel.engine.registry import Registry
from sentinel.settings import Settings

if TYPE_CHECKING:
    from sentinel.judge.baseline import Baseline
    from sentinel.source.base import BaseView

_RULE_LIKE = re.compile(r"[a-z0-9*?/\[\]-]{1,120}")
"""What somebody may have meant for a rule's name or a pattern of such; a token has other letters as well."""
_MOST_NAMED = 5


def remarks(baseline: Baseline | None, base: BaseView | None, settings: Settings, registry: Registry) -> tuple[str, ...]:
    """A sentence for each thing that a reader must know to read the rest right."""
    return (*_stale(baseline, registry), *_uncompared(base), *_misnamed(settings, registry))


def _stale(baseline: Baseline | None, registry: Registry) -> Iterator[str]:
    """A stored baseline that was written by other rules."""
    if baseline is not None and baseline.rules != registry.digest:
        yield (
            "The stored baseline was written by other rules: findings in unchanged lines that it does not hold are shown as newly "
            "detected. Write it again with `sentinel baseline write`."
        )


def _uncompared(base: BaseView | None) -> Iterator[str]:
    """What could not be compared with its content at the base."""
    if base is None:
        return
    if base.is_partial:
        yield "The diff is too large to be listed whole: all findings in files beyond the list count as new."
    elif base.lines_only:
        yield "The diff is too large to compare contents: findings on added lines count as new, others as known."
    elif base.missing:
        named = ", ".join(f"`{path}`" for path in sorted(base.missing)[:_MOST_NAMED])
        more = f" and {len(base.missing) - _MOST_NAMED} more" if len(base.missing) > _MOST_NAMED else ""
        yield f"The content of {named}{more} at the base could not be read: there, findings on added lines count as new."


def _misnamed(settings: Settings, registry: Registry) -> Iterator[str]:
    """Each name in the configuration that no rule has: it silences nothing, which its author does not know."""
    known = [name for rule in registry.rules for name in (rule.identity, *rule.card.formerly)]
    for key, names in (("disable", settings.disable), ("suppress", tuple(entry.rule for entry in settings.suppress))):
        for name in dict.fromkeys(names):
            if not any(fnmatchcase(identity, name) for identity in known):
                told = f"names `{name}`, which" if _RULE_LIKE.fullmatch(name) else "holds a name that"
                yield f"`{key}` {told} no rule is called; `sentinel rules` lists them."
