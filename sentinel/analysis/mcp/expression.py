"""Regular expressions that are compiled when they are first used.

The rules of this package hold some eighty of them, all rules are imported at every start, and most starts need none.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Deferred:
    """Stands for a compiled expression; each of its methods is fetched once."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        method = getattr(re.compile(self._pattern, self._flags), name)
        setattr(self, name, method)
        return method


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, compiled at the first use of one of its methods. An error of the pattern shows only then."""
    return cast("re.Pattern[AnyStr]", _Deferred(pattern, flags))
