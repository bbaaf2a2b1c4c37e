"""The stored baseline: what was known, written so that people can read, merge and review it.

The file is JSON with one finding a line, sorted, so that a merge conflict is a conflict of lines. It holds no secret, no
time and no line number. Schema 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from sentinel.errors import ConfigurationError
from sentinel.judge.change import BASELINE_PATH
from sentinel.model.finding import Finding

_MOST_BYTES = 64 << 20
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


def _path(value: object) -> str:
    """A path. Its own check, because a name need not be UTF-8 and Pydantic's texts are."""
    if not isinstance(value, str) or not 1 <= len(value) <= 4096:
        raise ValueError("a path has 1 to 4096 characters")
    return value


class Entry(BaseModel):
    """One known finding."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: Annotated[str, PlainValidator(_path)]
    rule: Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+$", max_length=120)]
    identity: _Digest
    ordinal: Annotated[int, Field(ge=0)] = 0
    level: Literal["note", "warning", "error"] = "warning"


class Baseline(BaseModel):
    """All known findings of a tree, and under which rules and salt they were found."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_version: Literal[1] = Field(1, alias="schema")
    tool: Annotated[str, Field(max_length=80)]
    rules: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]
    """Digest of the rules that ran."""
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", repr=False)]
    """16 random bytes as hex; not a secret, it only keeps precomputed tables of tokens useless."""
    findings: tuple[Entry, ...] = Field((), strict=False)


_KEYS = frozenset({"schema", *Baseline.model_fields, *Entry.model_fields})
"""What an error may name; any other key could be a token in the wrong place."""


_WORDS = {
    "model_type": "this is no object of JSON with the keys of a baseline",
    "missing": "it is missing",
    "extra_forbidden": "there is a key that is not known",
    "literal_error": "it is none of the values that this version knows",
    "string_pattern_mismatch": "it has not the form that a baseline gives it",
}
"""What is wrong, in place of Pydantic's words for programmers."""


def read(data: bytes, place: str = BASELINE_PATH) -> Baseline:
    """The baseline in `data`. Raises ConfigurationError with its place when it is not one."""
    cure = "Write it again with `sentinel baseline write`, or resolve the merge conflict by keeping every line of both sides."
    if len(data) > _MOST_BYTES:
        raise ConfigurationError(f"the baseline has {len(data)} bytes, the limit is {_MOST_BYTES}", cure, place)
    try:
        return Baseline.model_validate(json.loads(data))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"not JSON: {error.msg}", cure, f"{place}:{error.lineno}:{error.colno}") from None
    except (UnicodeDecodeError, RecursionError):
        raise ConfigurationError("not JSON in UTF-8", cure, place) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in _KEYS) or "the file"
        raise ConfigurationError(f"{where}: {_WORDS.get(first['type'], first['msg'])}", cure, place) from None


def write(findings: Iterable[Finding], *, tool: str, rules: str, salt: str) -> str:
    """The text of a baseline that knows `findings`. Same findings, same text."""
    rows = sorted(_rows(findings), key=lambda row: (row["path"], row["rule"], row["identity"], row["ordinal"]))
    head = {"schema": 1, "tool": tool, "rules": rules, "salt": salt}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    body = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    return "\n".join(["{", *lines, '"findings": [', *([body] if body else []), "]", "}", ""])


def _rows(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        yield {
            "path": finding.path,
            "rule": finding.rule,
            "identity": finding.identity,
            "ordinal": finding.ordinal,
            "level": finding.level.value,
        }


def renamed(entries: Iterable[Entry], formerly: Mapping[str, str]) -> tuple[Entry, ...]:
    """The entries under the present identities of their rules; `formerly` maps old identity to new."""
    return tuple(entry.model_copy(update={"rule": formerly[entry.rule]}) if entry.rule in formerly else entry for entry in entries)
