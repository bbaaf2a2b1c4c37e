"""Regular expressions that are compiled when they are first used.

Rules and what they ask hold some four hundred of them, all rules are imported at every start, and most starts need a few: compiling
all took a fifth of a scan of nothing.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Deferred:
    """Stands for a compiled expression, which is made once; each of its methods is fetched once."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._given: tuple[Any, int] = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = re.compile(*self._given) if name == "_compiled" else getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, compiled at the first use of one of its methods. An error of the pattern shows only then."""
    return cast("re.Pattern[AnyStr]", _Deferred(pattern, flags))
