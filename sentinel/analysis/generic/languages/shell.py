"""Shell scripts: what a caller hands over and `eval` reads again."""

from __future__ import annotations

from sentinel.analysis.flow import EVERYTHING
from sentinel.analysis.generic.tables import ALL, Table, calls, cleans, gives, merged, row
from sentinel.model.flow import SinkKind, SourceKind

TABLE = Table(
    sources={},
    fields=merged(
        gives("1 2 3 4 5 6 7 8 9 @ *", SourceKind.COMMAND_LINE, r"^$"),
        gives("QUERY_STRING REQUEST_URI HTTP_USER_AGENT HTTP_COOKIE PATH_INFO HTTP_REFERER", SourceKind.HTTP_REQUEST, r"^$"),
    ),
    sinks=merged(
        calls("eval", row(SinkKind.SHELL, ALL, "shell-true"), on=r"^$"),
        calls("sh bash zsh dash ksh su ssh", row(SinkKind.SHELL, shape="line-after-option"), on=r"^$"),
    ),
    cleaners=cleans("printf", EVERYTHING, r"^$"),
    open_functions=False,
)
