"""Processes: shells, programs and the vectors they are started with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import SHELLS
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.origins import ARGUMENTS, OWN_NAME
from sentinel.analysis.python.telling import Call, imports_any, starts_with_data
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import SHELL, SHELL_FLAG, SHELL_FLAGS, Value, is_option, parts
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_INTERPRETERS = {"python": "-c", "python3": "-c", "python2": "-c", "node": "-e", "nodejs": "-e", "perl": "-e", "ruby": "-e", "php":
    "-r",
                 "osascript": "-e", "deno": "eval", "lua": "-e", "Rscript": "-e"}  # fmt: skip
_WINDOWS_STARTS = "start"
"""The command of the shell of Windows that opens an address."""
_WRAPPERS = frozenset("sudo env nohup nice time timeout xargs doas stdbuf setsid ionice exec docker podman kubectl".split())


def check_process(call: Call) -> None:
    """`subprocess` and its kin: a shell, or a vector of arguments."""
    shell = call.given.keywords.get("shell")
    with_shell = shell is not None and (bool(shell.const) if shell.is_constant else True)
    if call.given.rest_keywords is not None and shell is None and call.value.items is None and not call.value.is_constant:
        with_shell = with_shell or False
    if with_shell:
        text = call.value.items[0] if call.value.items else call.value
        first = call.value.items[0].const if call.value.items and isinstance(call.value.items[0].const, str) else ""
        if first.rpartition("/")[2] in SHELLS and len(call.value.items or ()) > 1:
            vector(call, call.value)
            return
        if first == _WINDOWS_STARTS:  # there, and only there, every element is the shell's
            text = next((item for item in (call.value.items or ())[1:] if not item.is_constant), text)
        details = ("shell-true", *command_shape(text))
        call.tell(SinkKind.SHELL, text, details)
        return
    typed = call.given.keywords.get("input")
    if typed is not None and typed.taints:
        _tell_typed(call, typed, _reads_commands(call.value.items or ()))
    if call.value.items is None and (call.value.pieces or not call.value.is_container):
        if isinstance(call.value.const, str) or call.value.ref == ARGUMENTS:
            return
        if starts_with_data(call.value) or call.value.pieces:
            details = ("text",) if call.value.pieces else ()
            call.tell(SinkKind.PROGRAM, call.value, details)
        return
    vector(call, call.value)


def _reads_commands(items: Sequence[Value]) -> str:
    """What a program that is started like this makes of its standard input: `shell`, `interpreter`, or just its data: empty."""
    words = list(map(_word, items))
    if not words or words[0] is None or any(word is None or not word.startswith("-") for word in words[1:]):
        return ""
    if any(word in SHELL_FLAGS or word in ("-m", "-e") for word in words[1:]):
        return ""
    name = words[0].replace("\\", "/").rpartition("/")[2]
    return "shell" if name in SHELLS else "interpreter" if name in _INTERPRETERS else ""


_STANDING_FOR = {"sys.executable": "python", SHELL: "sh", SHELL_FLAG: "-c"}


def _word(item: Value) -> str | None:
    """What stands at a place of a vector, or what does the same; None where that is not known."""
    return item.const if isinstance(item.const, str) else _STANDING_FOR.get(item.ref)


def _tell_typed(call: Call, typed: Value, reader: str) -> None:
    if reader:
        kind = SinkKind.SHELL if reader == "shell" else SinkKind.CODE
        call.tell(kind, typed, ("evaluates",) if reader != "shell" else command_shape(typed))


def started(walker: Walker, frame: Frame, node: Node, given: Arguments) -> Value | None:
    """A process that waits for commands on its standard input; None for any other."""
    first = given.value(0, "args", "program")
    items = first.items if first is not None and first.items is not None else [*given.positional]
    reader = _reads_commands(items) if "stdin" in given.keywords else ""
    return Value(ref=f"~{reader}-process()") if reader else None


MAKERS = dict.fromkeys(("subprocess.Popen", "asyncio.create_subprocess_exec", "asyncio.subprocess.create_subprocess_exec"), started)
"""Callables by dotted name that start a process and hand it over."""


def command_shape(value: Value) -> tuple[str, ...]:
    pieces = parts(value)
    if len(pieces) == 1:
        return ("whole",)
    return ("names-program",) if _names_program(pieces) else ()


def _names_program(pieces: Sequence[Any]) -> bool:
    """Whether all that somebody's data says of a command line is the program it begins with."""
    first, second, *others = pieces
    if isinstance(first, str) or not first.taints or not (isinstance(second, str) and second[:1].isspace()):
        return False
    said = [taint for piece in others if not isinstance(piece, str) for taint in piece.taints]
    return all(taint.source.kind is SourceKind.PARAMETER for taint in said)


def check_vector(call: Call) -> None:
    """Programs whose arguments come one by one: `create_subprocess_exec`, `pexpect.spawn(program, [..])`."""
    items = list(call.given.positional[call.spec.position :])
    if not items and call.argument is not None:
        items = [call.value]
    if items and items[0].items is not None:
        items = [*items[0].items, *items[1:]]
    if len(items) == 2 and items[1].items is not None:
        items = [items[0], *items[1].items]
    if len(items) == 1 and items[0].pieces and isinstance(items[0].pieces[0], str) and " " in items[0].pieces[0]:
        call.tell(SinkKind.PROGRAM, items[0], ("text",))
        return
    named = [call.given.keywords["args"]] if "args" in call.given.keywords else []
    for extra in named:
        items.extend(extra.items or [extra])
    vector(call, Value(items=items, rest=call.given.rest))


_ITSELF = frozenset({OWN_NAME, "sys.executable"})
"""What a program is started by that starts itself again."""


def check_exec(call: Call) -> None:
    """`os.exec*` and `os.spawn*`: the file, then the vector with its own name in front."""
    rest = list(call.given.positional[call.spec.position + 1 :])
    more: Value | None = None
    if rest and rest[0].items is not None:
        rest, more = list(rest[0].items), rest[0].rest
    elif call.value.ref in _ITSELF:
        return
    elif rest and call.ref.rpartition(".")[2].startswith(("execv", "spawnv", "posix_spawn")):
        call.tell(SinkKind.PROGRAM, rest[0], ())
        rest = []
    if (
        rest
        and isinstance(rest[0].const, str)
        and isinstance(call.value.const, str)
        and rest[0].const.rpartition("/")[2] == call.value.const.rpartition("/")[2]
    ) or (rest and not (isinstance(rest[0].const, str) and rest[0].const.startswith("-"))):
        rest = rest[1:]
    vector(call, Value(items=[call.value, *rest], rest=more))


_OF_SSH = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOoPpQRSWw")
"""Options of ssh that take a value of their own."""
_FLAGGED = {"su": ("-c", "--command"), "runuser": ("-c", "--command"), "script": ("-c", "--command"), "adb": ("shell",)}
"""Programs that hand what follows an option or command of theirs to a shell."""


def _handed_to_a_shell(items: Sequence[Value], words: Sequence[str | None]) -> tuple[str, Sequence[Value]]:
    """A program that hands words of its vector to a shell, here or on another machine, and these words; none for any other."""
    program, begin = _program(list(words))
    if program == "ssh":
        at = begin
        while at < len(words) and (words[at] or "").startswith("-"):
            at += 2 if words[at] in _OF_SSH else 1
        return program, items[at + 1 :]  # behind the host
    for index in range(begin, len(words)):
        if words[index] in _FLAGGED.get(program, ()):
            return program, items[index + 1 :] if program == "adb" else items[index + 1 : index + 2]
    return program, ()


def vector(call: Call, value: Value) -> None:
    """A list of program and arguments, started without a shell."""
    items = list(value.items or ())
    if not items:
        if value.ref == ARGUMENTS:
            return  # the program itself, which comes first, with what it was started with
        if value.taints or (value.rest is not None and value.rest.taints):
            call.tell(SinkKind.PROGRAM, value, ("split",))
        elif value.opaque:
            call.tell(SinkKind.PROGRAM, value, ())
        return
    words = list(map(_word, items))
    if words[0] is None and call.tell(SinkKind.PROGRAM, items[0], ()):
        return
    if _shell_text(call, items, words, value):
        return
    program, begin = _program(words)
    if program in _INTERPRETERS:
        program, begin = _script(words, program, begin)
    terminated = False
    for index in range(begin, len(items)):
        if words[index] == "--":
            terminated = True
        item = items[index]
        if words[index] is None and (item.taints or item.is_container):
            _argument(call, item, program, terminated, index > 0 and is_option(items[index - 1]))
    if value.rest is not None and value.rest.taints:
        _argument(call, value.rest, program, terminated, False)


def _shell_text(call: Call, items: list[Value], words: list[str | None], value: Value) -> bool:
    """`sh -c text`, wherever in the vector, and `python -c text`."""
    for index, word in enumerate(words[:-1]):
        name = (word or "").replace("\\", "/").rpartition("/")[2]
        following = words[index + 1]
        if name in SHELLS and following is not None and following in SHELL_FLAGS:
            for text in items[index + 2 : index + 3]:
                return call.tell(SinkKind.SHELL, text, (f"program:{name}", *command_shape(text)))
            if value.rest is not None:
                return call.tell(SinkKind.SHELL, value.rest, (f"program:{name}",))
        script = items[index + 1].entries
        if script and "~written" in script and (name in _INTERPRETERS or name in SHELLS):
            return call.tell(SinkKind.CODE, script["~written"], ("evaluates", f"program:{name}"))
        flag = _INTERPRETERS.get(name)
        if flag is not None and following == flag:
            for text in items[index + 2 : index + 3]:
                if text.taints:
                    return call.tell(SinkKind.CODE, text, ("evaluates", f"program:{name}"))
    program, handed = _handed_to_a_shell(items, words)
    for text in handed:
        if text.taints and not text.is_container and call.tell(SinkKind.SHELL, text, (f"program:{program}", *command_shape(text))):
            return True
    return False


def _program(words: list[str | None]) -> tuple[str, int]:
    """The program's base name and where its arguments begin, wrappers such as sudo passed over."""
    for index, word in enumerate(words):
        if word is None:
            break
        name = word.replace("\\", "/").rpartition("/")[2]
        if name not in _WRAPPERS and not word.startswith("-") and "=" not in word:
            return name.removesuffix(".exe"), index + 1
    first = (words[0] or "?").rpartition("/")[2]
    return first, 1


def _script(words: list[str | None], program: str, begin: int) -> tuple[str, int]:
    """What an interpreter runs and where the arguments of that begin; the interpreter itself where it is not said."""
    for index in range(begin, len(words)):
        word = words[index]
        if word is None:
            break
        if word == "-m" and index + 1 < len(words) and words[index + 1] is not None:
            return words[index + 1] or program, index + 2
        if not word.startswith("-"):
            return word.replace("\\", "/").rpartition("/")[2] or program, index + 1
    return program, begin


def _argument(call: Call, item: Value, program: str, terminated: bool, follows_option: bool) -> None:
    details = [f"program:{program}"]
    if starts_with_data(item) or not item.pieces:
        details.append("leading-position")
    if not terminated:
        details.append("no-terminator")
    if follows_option and not terminated:
        details.append("option-value")
    call.tell(SinkKind.ARGUMENT, item, details)


def check_exec_run(call: Call) -> None:
    """Docker's `exec_run`: text is split like a command line, a list is a vector."""
    if call.value.items is not None:
        vector(call, call.value)
    elif call.value.taints:
        call.tell(SinkKind.SHELL, call.value, (*call.spec.details, *command_shape(call.value)))


_GIT_COMMAND = re.compile(r"(?i)(^|[._?])(\w*repo\w*(\(\))?)\.git\.(\w+)$")
_PLAIN_GIT = frozenset({"execute", "custom_environment", "update_environment", "set_persistent_git_options"})


def check_git_command(call: Call) -> None:
    """GitPython's `repo.git.checkout(...)`: every text is an argument of the program."""
    found = _GIT_COMMAND.search(call.ref)
    if found is None or found.group(4) in _PLAIN_GIT or not imports_any(call.walker, call.frame, {"git"}):
        return
    command = Value(found.group(4).replace("_", "-"))
    items = [Value("git"), command]
    for value in call.given.positional:
        items.extend(value.items if value.items is not None else [value])
    vector(call, Value(items=items, rest=call.given.rest))


def check_named_program(call: Call) -> None:
    """A module whose every function starts the program of its name: `sh.git("log", text)`."""
    name = call.ref.rpartition(".")[2]
    if "()" not in call.ref:
        vector(call, Value(items=[Value(name.replace("_", "-")), *call.given.positional], rest=call.given.rest))
