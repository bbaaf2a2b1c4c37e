"""Command lines taken apart: into words as a shell would, and into the script that an interpreter is handed.

Nothing is expanded: `$NAME` stays as it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_MOST_CHARACTERS = 20_000
_SHELLS = frozenset(["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"])
_POWERSHELLS = frozenset(["pwsh", "powershell"])
_EVALUATORS = {
    "python": "-c", "node": "-e", "bun": "-e", "deno": "eval", "ruby": "-e", "perl": "-e", "php": "-r",
    "osascript": "-e", "lua": "-e",
}  # fmt: skip
_PREFIXES = frozenset(["env", "sudo", "nohup", "time", "exec", "command", "nice", "doas", "timeout", "stdbuf"])


class Inline(NamedTuple):
    """A program that stands in an argument."""

    interpreter: str
    """`sh`, `powershell`, `python`, ..."""
    text: str
    argument: int
    """Of the argument that holds it, in the words after the program's own name."""


def words(command: str) -> list[str]:
    """The words of a command line. Quotes that are not closed end at the end of the text; operators are words of their own."""
    made: list[str] = []
    word: list[str] = []
    is_open = False
    quote = ""
    text = command[:_MOST_CHARACTERS]
    at = 0
    while at < len(text):
        c = text[at]
        if quote:
            if c == quote:
                quote = ""
            elif c == "\\" and quote == '"' and text[at + 1 : at + 2] in ('"', "\\", "$", "`"):
                at += 1
                word.append(text[at])
            else:
                word.append(c)
        elif c in "'\"":
            quote, is_open = c, True
        elif c in " \t\r\n;|&":
            if is_open:
                made.append("".join(word))
                word, is_open = [], False
            if c in ";|&\n":
                made.append(c)
        else:
            if c == "\\" and at + 1 < len(text):
                at += 1
                c = text[at]
            is_open = True
            word.append(c)
        at += 1
    if is_open:
        made.append("".join(word))
    return made


def program(word: str) -> str:
    """The bare name of a program: without its folder, `.exe`, `.cmd` and a version (`python3.12` is `python`)."""
    name = word.replace("\\", "/").rpartition("/")[2].lower()
    for suffix in (".exe", ".cmd", ".bat"):
        name = name.removesuffix(suffix)
    return name.rstrip("0123456789.") or name


def bare(argv: Sequence[str]) -> list[str]:
    """The words without what only wraps another program: `env A=b`, `sudo`, `cmd /c`."""
    rest = list(argv)
    while rest:
        name = program(rest[0])
        if name in _PREFIXES:
            rest = rest[1:]
            while rest and (rest[0].startswith("-") or ("=" in rest[0] and rest[0].partition("=")[0].isidentifier())):
                rest = rest[1:]
            if name == "timeout" and rest and rest[0][:1].isdigit():
                rest = rest[1:]
        elif name == "cmd" and len(rest) > 2 and rest[1].lower() in ("/c", "/k"):
            rest = rest[2:]
        else:
            break
    return rest


def inline(argv: Sequence[str]) -> Inline | None:
    """The program that is handed to an interpreter in an argument, None when there is none."""
    rest = bare(argv)
    if len(rest) < 2:
        return None
    ahead = len(argv) - len(rest)
    name = program(rest[0])
    for index, word in enumerate(rest[1:-1], 1):
        if _takes_script(name, word):
            return Inline("sh" if name in _SHELLS else name, rest[index + 1], ahead + index)
        if not word.startswith(("-", "/")):
            break
    return None


def _takes_script(name: str, word: str) -> bool:
    if name in _SHELLS:
        return word.startswith("-") and not word.startswith("--") and word.endswith("c")
    if name in _POWERSHELLS:
        return word.lower() in ("-c", "-command", "-enc", "-encodedcommand", "-e", "-ec")
    flag = _EVALUATORS.get(name)
    if flag is None:
        return False
    return word == flag or (name in ("node", "bun") and word in ("--eval", "-p", "--print", "-pe"))
