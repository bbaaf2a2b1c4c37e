"""Inputs of the action, options of the terminal and the configuration file become one frozen `Settings`.

Every knob is a field of `Settings` with its default and a description; `action.yml`, the README's table and the command line
are compared with it by tests. An input wins over the configuration file, which wins over the default. The configuration is
read by the caller from where it can be trusted (the base branch on a pull request) and handed in as bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from sentinel.errors import ConfigurationError, UsageError
from sentinel.judge.policy import FailOn
from sentinel.judge.suppress import Entry
from sentinel.model.rule import Confidence, Severity

CONFIG_PATH = ".sentinel/config.toml"
_MOST_CONFIG_BYTES = 1 << 20


class Mode(StrEnum):
    """What a run does: all, only scan and keep the journal, or only publish a journal."""

    FULL = "full"
    SCAN = "scan"
    PUBLISH = "publish"


def _lines(value: object) -> object:
    """An input is one text; a list is one entry a line."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _confidence(value: object) -> object:
    known = {member.label: member for member in Confidence}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def _severity(value: object) -> object:
    known = {member.label: member for member in Severity}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def _kebab(name: str) -> str:
    return name.replace("_", "-")


Globs = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class Settings(BaseModel):
    """Everything a run can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_kebab, populate_by_name=True)

    github_token: SecretStr = Field(
        SecretStr(""), description="Token that reads the pull request and writes the review and the check."
    )
    mode: Mode = Field(
        Mode.FULL, description="`full`, `scan` (only scan, write the journal) or `publish` (only deliver a journal)."
    )
    fail_on: FailOn = Field(FailOn.HIGH, description="Least severity of a new finding that fails the check, or `never`.")
    min_confidence: Annotated[Confidence, BeforeValidator(_confidence)] = Field(
        Confidence.MEDIUM, description="Least confidence of a finding that fails the check: `high`, `medium` or `low`."
    )
    min_level: Literal["note", "warning", "error"] = Field("note", description="Least level that is reported at all.")
    baseline: str = Field(
        "auto", description="`auto` (the file stored on the base branch, else a scan of the base), `none`, or a path."
    )
    config: str = Field(CONFIG_PATH, description="Configuration file, read from the base branch on a pull request.")
    paths: Globs = Field((), description="Files and folders to scan, one a line; everything when empty.")
    exclude: Globs = Field((), description="Patterns of what not to scan, as in .gitignore, one a line.")
    working_directory: str = Field(".", description="Folder of the workspace that is scanned.")
    comment: bool = Field(True, description="Write review comments and the summary comment on the pull request.")
    max_comments: int = Field(25, ge=0, le=100, description="Most review comments of one push; the rest stands in the summary.")
    check: bool = Field(True, description="Write a check run with annotations.")
    check_name: str = Field("MCP Sentinel", min_length=1, max_length=100, description="Name of the check run.")
    annotations: bool = Field(True, description="Write annotations into the log of the job.")
    summary: bool = Field(True, description="Write the job summary.")
    sarif: bool = Field(True, description="Write a SARIF file for `github/codeql-action/upload-sarif`.")
    html: bool = Field(False, description="Write a self-contained HTML report.")
    summary_template: str = Field(
        "", description="Jinja template of the summary, read from the base branch and rendered in a sandbox."
    )
    webhook_url: SecretStr = Field(
        SecretStr(""), description="Address that new findings are posted to as JSON; give it as a secret."
    )
    webhook_min_severity: Annotated[Severity, BeforeValidator(_severity)] = Field(
        Severity.CRITICAL, description="Least severity that is posted: `critical`, `high`, `medium` or `low`."
    )
    journal: str = Field("", description="Journal to deliver in `publish` mode, relative to the workspace.")
    jobs: int = Field(0, ge=0, le=256, description="Worker processes; 0 chooses from the size of the tree.")
    max_file_bytes: int = Field(16 << 20, ge=1024, le=64 << 20, description="Largest file that is matched, in bytes.")
    time_budget_seconds: int = Field(
        600, ge=5, le=21_600, description="Most time a scan may take; what is left is reported as incomplete."
    )
    publish_budget_seconds: int = Field(
        120, ge=5, le=3_600, description="Most time publishing may take, waiting for rate limits included."
    )
    executor: Literal["local", "dask"] = Field("local", description="Where the work is done.")
    dask_scheduler: str = Field("", description="Address of an existing Dask scheduler.")
    suppress: tuple[Entry, ...] = Field((), description="Entries of the configuration file that silence findings.")
    disable: Globs = Field((), description="Rules that do not run, one identity or `family/*` a line.")


INPUTS = tuple(_kebab(name) for name in Settings.model_fields if name != "suppress")
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
    stored = _read_config(config, place) if config is not None else {}
    try:
        return Settings.model_validate({**stored, **given})
    except ValidationError as error:
        name, reason = _first(error)
        raise UsageError(
            f"input `{name}`: {reason}", f"Inputs are: {', '.join(INPUTS)}." if reason.startswith("Extra") else ""
        ) from None


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
        raise ConfigurationError(f"not TOML: {error.msg}", cure, f"{place}:{error.lineno}:{error.colno}") from None
    except RecursionError:
        raise ConfigurationError("not TOML: nested too deeply", cure, place) from None
    for key in table:
        if key not in CONFIGURABLE:
            raise ConfigurationError(f"unknown key `{key}`; known are {', '.join(CONFIGURABLE)}", cure, _place_of(data, key, place))
    entries = table.get("suppress", [])
    if not isinstance(entries, list):
        raise ConfigurationError("`suppress` is no list of tables", cure, _place_of(data, "suppress", place))
    table["suppress"] = tuple(_suppression(entry, n, data, place) for n, entry in enumerate(entries))
    try:
        Settings.model_validate(table)
    except ValidationError as error:
        name, reason = _first(error)
        raise ConfigurationError(f"`{name}`: {reason}", cure, _place_of(data, name.partition(".")[0], place)) from None
    return table


def _suppression(entry: object, number: int, data: bytes, place: str) -> Entry:
    known = {"path", "rule", "reason", "owner", "expires"}
    where = _place_of(data, "[[suppress]]", place, number)
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
    """`path:line` of the key in the text, as well as it can be found; the path alone otherwise."""
    seen = 0
    for line, text in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if text.strip().startswith((key, f'"{key}"')):
            if seen == number:
                return f"{place}:{line}"
            seen += 1
    return place


def _first(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_input=False, include_url=False)[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]
