"""Inputs of the action, options of the terminal and the configuration file become one frozen `Settings`.

Every knob is a field of `Settings` with its default and a description; `action.yml`, the README's table and the command line
are compared with it by tests. An input wins over the configuration file, which wins over the default. The configuration is
read by the caller from where it can be trusted (the base branch on a pull request) and handed in as bytes.

A value is checked by what its default is. Pydantic would do that too; its import costs a third of a start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from sentinel.errors import ConfigurationError, UsageError
from sentinel.judge.policy import FailOn
from sentinel.judge.suppress import Entry
from sentinel.model.rule import Confidence, Severity

CONFIG_PATH = ".sentinel/config.toml"
_MOST_CONFIG_BYTES = 1 << 20
_MOST_TEXT = 4096
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_QUOTED_KEY = re.compile(r""" (?:\(.*\)|'.{5,}'|".{5,}")""")
"""A key in the words of the parser; a single character that it quotes is shorter."""


class Mode(StrEnum):
    """What a run does: all, only scan and keep the journal, or only publish a journal."""

    FULL = "full"
    SCAN = "scan"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that is shown nowhere."""

    _value: str = ""

    def reveal(self) -> str:
        """The text, for the one place that sends it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"


def _about(description: str, *, least: int = 0, most: int = _MOST_TEXT, choices: tuple[str, ...] = ()) -> dict[str, Any]:
    """What holds of a setting. `least` and `most` bound a number, or the characters of a text; `choices` are the words of a text
    or a list."""
    return {"description": description, "least": least, "most": most, "choices": choices}


@dataclass(frozen=True)
class Settings:
    """Everything a run can be told."""

    github_token: Secret = field(
        default=Secret(), metadata=_about("Token that reads the pull request and writes the review and the check.")
    )
    mode: Mode = field(
        default=Mode.FULL, metadata=_about("`full`, `scan` (only scan, write the journal) or `publish` (only deliver a journal).")
    )
    fail_on: FailOn = field(
        default=FailOn.HIGH, metadata=_about("Least severity of a new finding that fails the check, or `never`.")
    )
    min_confidence: Confidence = field(
        default=Confidence.MEDIUM, metadata=_about("Least confidence of a finding that fails the check: `high`, `medium` or `low`.")
    )
    min_level: str = field(
        default="note", metadata=_about("Least level that is reported at all.", choices=("note", "warning", "error"))
    )
    baseline: str = field(
        default="auto", metadata=_about("`auto` (the file stored on the base branch, else a scan of the base), `none`, or a path.")
    )
    config: str = field(default=CONFIG_PATH, metadata=_about("Configuration file, read from the base branch on a pull request."))
    paths: tuple[str, ...] = field(default=(), metadata=_about("Files and folders to scan, one a line; everything when empty."))
    exclude: tuple[str, ...] = field(default=(), metadata=_about("Patterns of what not to scan, as in .gitignore, one a line."))
    working_directory: str = field(default=".", metadata=_about("Folder of the workspace that is scanned."))
    comment: bool = field(default=True, metadata=_about("Write review comments and the summary comment on the pull request."))
    max_comments: int = field(
        default=25, metadata=_about("Most review comments of one push; the rest stands in the summary.", least=0, most=100)
    )
    check: bool = field(default=True, metadata=_about("Write a check run with annotations."))
    check_name: str = field(
        default="MCP Sentinel",
        metadata=_about("Name of the check run; tells several uses on one pull request apart.", least=1, most=100),
    )
    annotations: bool = field(default=True, metadata=_about("Write annotations into the log of the job."))
    summary: bool = field(default=True, metadata=_about("Write the job summary."))
    sarif: bool = field(default=True, metadata=_about("Write a SARIF file for `github/codeql-action/upload-sarif`."))
    html: bool = field(default=False, metadata=_about("Write a self-contained HTML report."))
    summary_template: str = field(
        default="", metadata=_about("Jinja template of the summary, read from the base branch and rendered in a sandbox.")
    )
    webhook_url: Secret = field(
        default=Secret(), metadata=_about("Address that findings are posted to as JSON; give it as a secret.")
    )
    webhook_min_severity: Severity = field(
        default=Severity.CRITICAL, metadata=_about("Least severity that is posted: `critical`, `high`, `medium` or `low`.")
    )
    webhook_changes: tuple[str, ...] = field(
        default=("new",),
        metadata=_about(
            "Changes that are posted: `new`, `known`, `fixed`, `moved` or `newly-detected`.",
            choices=("new", "known", "fixed", "moved", "newly-detected"),
        ),
    )
    webhook_rules: tuple[str, ...] = field(
        default=(), metadata=_about("Rules that are posted, one identity or `family/*` a line; all when empty.")
    )
    webhook_paths: tuple[str, ...] = field(
        default=(), metadata=_about("Paths that are posted, one pattern a line, `*` reaching across folders; all when empty.")
    )
    journal: str = field(default="", metadata=_about("Journal to deliver in `publish` mode, relative to the workspace."))
    jobs: int = field(default=0, metadata=_about("Worker processes; 0 chooses from the size of the tree.", least=0, most=256))
    max_file_bytes: int = field(
        default=16 << 20, metadata=_about("Largest file that is matched, in bytes.", least=1024, most=64 << 20)
    )
    time_budget_seconds: int = field(
        default=600, metadata=_about("Most time a scan may take; what is left is reported as incomplete.", least=5, most=21_600)
    )
    publish_budget_seconds: int = field(
        default=120, metadata=_about("Most time publishing may take, waiting for rate limits included.", least=5, most=3_600)
    )
    executor: str = field(default="local", metadata=_about("Where the work is done: `local`, `dask`, or what a plugin adds."))
    dask_scheduler: str = field(default="", metadata=_about("Address of an existing Dask scheduler."))
    suppress: tuple[Entry, ...] = field(default=(), metadata=_about("Entries of the configuration file that silence findings."))
    disable: tuple[str, ...] = field(default=(), metadata=_about("Rules that do not run, one identity or `family/*` a line."))


FIELDS = {one.name.replace("_", "-"): one for one in fields(Settings)}
"""The fields by the names that users write."""
INPUTS = tuple(name for name in FIELDS if name != "suppress")
"""The action's inputs, in order."""
CONFIGURABLE = tuple(
    name
    for name in (*INPUTS, "suppress")
    if name not in {"github-token", "webhook-url", "mode", "config", "working-directory", "journal", "executor", "dask-scheduler"}
)
"""The keys of the configuration file."""


def inputs_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The action's inputs that were given, by kebab-case name. The runner keeps hyphens: `INPUT_FAIL-ON`.

    An underscore form (`INPUT_FAIL_ON`) is taken too, for runners that pass the environment through a shell.
    """
    given: dict[str, str] = {}
    for name in INPUTS:
        upper = name.upper()
        value = environment.get(f"INPUT_{upper}", environment.get(f"INPUT_{upper.replace('-', '_')}", ""))
        if value.strip():
            given[name] = value
    return given


def build(given: Mapping[str, Any], config: bytes | None = None, place: str = CONFIG_PATH) -> Settings:
    """Settings from what was given (kebab-case names) over the configuration file's bytes.

    Raises UsageError for what was given, ConfigurationError with its place for the file.
    """
    values = _read_config(config, place) if config is not None else {}
    for name, value in given.items():
        if name not in INPUTS:
            raise UsageError(f"there is no input `{name}`", _nearest(name, INPUTS))
        try:
            values[name] = _checked(name, value)
        except ValueError as error:
            raise UsageError(f"input `{name}`: {error}") from None
    return Settings(**{FIELDS[name].name: value for name, value in values.items()})


# -- One value ---------------------------------------------------------------------------------------------------------------------


def _checked(name: str, value: object) -> object:
    """The value as its setting holds it: a text from an input, or what TOML or the command line made of it.

    Raises ValueError in words that say what it must be, and never what it was: it could be a token in the wrong place.
    """
    default, bounds = FIELDS[name].default, FIELDS[name].metadata
    if isinstance(default, Secret):
        return Secret(_text(value, bounds).strip())
    if isinstance(default, bool):
        return _truth(value)
    if isinstance(default, StrEnum | Severity | Confidence):
        return _member(type(default), value)
    if isinstance(default, int):
        return _number(value, bounds["least"], bounds["most"])
    if isinstance(default, tuple):
        return _patterns(_list(value, ())) if name == "exclude" else _list(value, bounds["choices"])
    return _text(value, bounds)


def _truth(value: object) -> bool:
    word = value.strip().lower() if isinstance(value, str) else value
    if word is True or word is False:
        return word
    if isinstance(word, str) and word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError("it must be `true` or `false`")


def _member(kind: type[StrEnum | Severity | Confidence], value: object) -> object:
    known = {str(getattr(member, "label", member.value)): member for member in kind}
    found = known.get(str(value).strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"it must be one of {_words(reversed(known) if issubclass(kind, Severity | Confidence) else known)}")
    return found


def _number(value: object, least: int, most: int) -> int:
    plain = value.strip() if isinstance(value, str) else value
    if isinstance(plain, str) and plain.isascii() and plain.removeprefix("-").isdigit() and len(plain) < 20:
        plain = int(plain)
    if type(plain) is not int or not least <= plain <= most:
        raise ValueError(f"it must be a whole number from {least} to {most}")
    return plain


def _list(value: object, choices: tuple[str, ...]) -> tuple[str, ...]:
    """A text is one entry a line; where only some words are possible, commas and blanks part them, too."""
    if isinstance(value, str):
        value = value.replace(",", " ").split() if choices else value.splitlines()
    if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
        raise ValueError("it must be a list of texts")
    entries = tuple(entry.strip() for entry in value if entry.strip())
    if any("\0" in entry for entry in entries):
        raise ValueError("no entry may hold a NUL")
    if choices and not set(entries) <= set(choices):
        raise ValueError(f"each entry must be one of {_words(choices)}")
    return entries


def _patterns(entries: tuple[str, ...]) -> tuple[str, ...]:
    from sentinel.source.ignore import fault_of

    if fault := fault_of(entries):
        raise ValueError(fault)
    return entries


def _text(value: object, bounds: Mapping[str, Any]) -> str:
    choices, least, most = bounds["choices"], bounds["least"], bounds["most"]
    if choices:
        if not isinstance(value, str) or value.strip().lower() not in choices:
            raise ValueError(f"it must be one of {_words(choices)}")
        return value.strip().lower()
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("it must be a text")
    if not least <= len(value.strip()) <= most:
        raise ValueError(f"it must have {least} to {most} characters")
    return value


def _words(known: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in known)


def _nearest(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}."


# -- The configuration file --------------------------------------------------------------------------------------------------------


def _read_config(data: bytes, place: str) -> dict[str, Any]:
    import tomli

    cure = "See the README's section on configuration for the keys and their values."
    if len(data) > _MOST_CONFIG_BYTES:
        raise ConfigurationError(f"{len(data)} bytes, the limit is {_MOST_CONFIG_BYTES}", cure, place)
    try:
        table = tomli.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"not UTF-8 at byte {error.start}", cure, place) from None
    except tomli.TOMLDecodeError as error:
        where = f"{place}:{error.lineno}:{error.colno}"
        raise ConfigurationError(f"not TOML: {_QUOTED_KEY.sub(' …', error.msg)}", cure, where) from None
    except RecursionError:
        raise ConfigurationError("not TOML: nested too deeply", cure, place) from None
    except ValueError:  # of Python's own: a number of thousands of digits, a date in the year 0
        raise ConfigurationError("a number or a date in it is out of range", cure, place) from None
    for key, value in table.items():
        where = _place_of(data, key, place)
        if key not in CONFIGURABLE:
            raise _unknown(key, where)
        try:
            table[key] = _suppressions(value, data, place) if key == "suppress" else _checked(key, value)
        except ValueError as error:
            raise ConfigurationError(f"`{key}`: {error}", cure, where) from None
    return table


def _unknown(key: str, where: str) -> ConfigurationError:
    """What is said of a key that no setting has. It is quoted only where it resembles one: else it could be a misplaced token."""
    from difflib import get_close_matches

    if key in INPUTS:
        return ConfigurationError(f"`{key}` is no key of this file", "Give it as an input of the action.", where)
    near = get_close_matches(key, CONFIGURABLE, 1, 0.75)
    if near:
        return ConfigurationError(f"unknown key `{key}`", f"Did you mean `{near[0]}`?", where)
    return ConfigurationError("unknown key", f"There are: {', '.join(CONFIGURABLE)}.", where)


def _suppressions(entries: object, data: bytes, place: str) -> tuple[Entry, ...]:
    if not isinstance(entries, list):
        raise ValueError("it must be a list of tables, each begun with [[suppress]]")
    return tuple(_suppression(entry, n, data, place) for n, entry in enumerate(entries))


def _suppression(entry: object, number: int, data: bytes, place: str) -> Entry:
    known = {"path", "rule", "reason", "owner", "expires"}
    where = _place_of(data, "suppress", place, number)
    cure = "An entry has path, rule and reason, and may have owner and expires (a date)."
    if not isinstance(entry, dict) or not set(entry) <= known or not {"path", "rule", "reason"} <= set(entry):
        raise ConfigurationError(f"entry {number + 1} of `suppress` is not complete or has unknown keys", cure, where)
    expires = entry.get("expires")
    path, rule, reason, owner = (entry.get(key, "") for key in ("path", "rule", "reason", "owner"))
    is_text = all(isinstance(text, str) for text in (path, rule, reason, owner))
    if not is_text or not (expires is None or type(expires) is date):
        raise ConfigurationError(f"entry {number + 1} of `suppress` has a value of the wrong type", cure, where)
    if not reason.strip():
        raise ConfigurationError(f"entry {number + 1} of `suppress` has no reason", cure, where)
    return Entry(path, rule, reason, owner, expires)


def _place_of(data: bytes, key: str, place: str, number: int = 0) -> str:
    """`path:line` where the key is given a value for the `number`th time, as well as it can be found; the path alone otherwise."""
    at_key = re.compile(rf"""\s*(?:\[\[?\s*)?(["']?){re.escape(key)}\1\s*[=.\]]""")
    lines = [line for line, text in enumerate(data.decode("utf-8", "replace").splitlines(), 1) if at_key.match(text)]
    return f"{place}:{lines[number]}" if number < len(lines) else place
