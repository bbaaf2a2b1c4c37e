"""What a runner reads out of a step: commands in its output, and the files behind GITHUB_OUTPUT and GITHUB_STATE.

The rules are those of actions/runner: src/Runner.Common/ActionCommand.cs, src/Runner.Worker/ActionCommandManager.cs and
FileCommandManager.cs. Where .NET compares text by culture, invisible characters may count as nothing; a line is
therefore read both as it is and without them, and a command found either way is a command.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

KNOWN = frozenset(
    """
    add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output
    stop-commands warning
    """.split()
)
DATA_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
OLD_ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
LINE_END = re.compile(r"\r\n|\r|\n")


class FileCommandError(ValueError):
    """The runner cannot read a command file and fails the step."""


@dataclass(frozen=True)
class Command:
    """One workflow command, unescaped; the name in lower case."""

    name: str
    properties: tuple[tuple[str, str], ...]
    data: str

    @property
    def property(self) -> dict[str, str]:
        return dict(self.properties)


def commands(output: str) -> list[Command]:
    """Return the commands that a runner would carry out, in order; `stop-commands` and its end are obeyed."""
    found: list[Command] = []
    token: str | None = None
    for line in LINE_END.split(output):
        registered = KNOWN if token is None else KNOWN | {token.lower()}
        command = parse_line(line, registered)
        if command is None:
            continue
        if token is None:
            found.append(command)
            token = command.data if command.name == "stop-commands" else None
        elif command.name == token.lower():
            token = None
    return found


def parse_line(line: str, registered: frozenset[str] = KNOWN) -> Command | None:
    """Return the command in a line: `::name k=v::data` at its start, or `##[name k=v]data` anywhere."""
    for text in dict.fromkeys((line, _without_invisible(line))):
        if command := _new_form(text, registered) or _old_form(text, registered):
            return command
    return None


def _new_form(line: str, registered: frozenset[str]) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    return _command(line[2:end], line[end + 2 :], registered, ",", PROPERTY_ESCAPES, DATA_ESCAPES)


def _old_form(line: str, registered: frozenset[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    return _command(line[start + 3 : end], line[end + 1 :], registered, ";", OLD_ESCAPES, OLD_ESCAPES)


Escapes = tuple[tuple[str, str], ...]


def _command(
    head: str, data: str, registered: frozenset[str], separator: str, in_properties: Escapes, in_data: Escapes
) -> Command | None:
    name, _, rest = head.partition(" ")
    if name.lower() not in registered:
        return None
    pairs = [part.split("=", 1) for part in rest.strip().split(separator) if part]
    properties = tuple((pair[0], _unescape(pair[1], in_properties)) for pair in pairs if len(pair) == 2 and all(pair))
    return Command(name.lower(), properties, _unescape(data, in_data))


def _unescape(text: str, escapes: Escapes) -> str:
    for escaped, plain in escapes:
        text = text.replace(escaped, plain)
    return text


def _without_invisible(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) not in ("Cf", "Cc", "Mn") or one == "\t")


def read_command_file(text: str) -> dict[str, str]:
    """Return the names and values of a GITHUB_OUTPUT or GITHUB_STATE file. Raises FileCommandError.

    A line is `name=value`, or `name<<delimiter` with the value's lines up to a line that is the delimiter. Lines end
    with a line feed alone; a later value of a name wins.
    """
    values: dict[str, str] = {}
    lines = text.split("\n")
    waiting = iter(lines[:-1] if lines[-1] == "" else lines)
    for line in waiting:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, value = line.partition("=")
        elif heredoc >= 0:
            name, _, delimiter = line.partition("<<")
            if not delimiter:
                raise FileCommandError(f"Invalid format {line!r}: the delimiter must not be empty")
            value = _heredoc(waiting, delimiter)
        else:
            raise FileCommandError(f"Invalid format {line!r}")
        if not name:
            raise FileCommandError(f"Invalid format {line!r}: the name must not be empty")
        values[name] = value
    return values


def _heredoc(waiting: Iterator[str], delimiter: str) -> str:
    value: list[str] = []
    for line in waiting:
        if line == delimiter:
            return "\n".join(value)
        value.append(line)
    raise FileCommandError(f"Invalid value: no line is the delimiter {delimiter!r}")
