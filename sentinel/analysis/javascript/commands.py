"""Commands: texts that a shell reads, argument vectors, and what a program itself interprets of them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sentinel.analysis.flow import PUT_IN_LIST, SHELLS
from sentinel.analysis.javascript.addresses import (
    check_address,
)
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Constant,
    Node,
    Spread,
    Tagged,
)
from sentinel.analysis.javascript.sinks import (
    SinkRow,
)
from sentinel.analysis.javascript.telling import name_of, tell, whole_or_joined
from sentinel.analysis.javascript.values import (
    UNKNOWN,
    Absent,
    Record,
    Taint,
    Value,
    deep_taints,
    join_taints,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


_LAUNCHERS = frozenset(
    {"docker", "podman", "kubectl", "oc", "ssh", "sudo", "env", "wsl", "wsl.exe", "nsenter", "su", "timeout", "nice", "xargs"}
)
"""Programs that start the program that their arguments name."""
_FIRST_WORD = re.compile(r"[a-z][\w./-]*\s")
_JOINING = frozenset({"cmd", "powershell", "pwsh"})
"""Shells that read all that follows their switch as one line."""
_SHELL_SWITCH = re.compile(r"^(?:-[a-z]*c|/[cCkK]|/[sS]|-Command|-command|-lc|-EncodedCommand)$")
_CODE_SWITCHES = {
    "node": ("-e", "--eval", "-p", "--print"), "python": ("-c",), "python3": ("-c",), "ruby": ("-e",), "perl": ("-e", "-E"),
    "php": ("-r",),
    "osascript": ("-e",), "deno": ("eval",), "bun": ("-e",), "lua": ("-e",), "Rscript": ("-e",),
}  # fmt: skip
_BEFORE_SCRIPT = frozenset({"-r", "--require", "--import", "--loader", "-W", "-X", "-I"})
"""Options of interpreters that take a value."""
_FLAG = re.compile(
    r"--(?:no-[\w-]+|json|verbose|quiet|force|recursive|all|porcelain|oneline|stat|hard|soft|bare|mirror|global|yes|silent|dry-run|"
    r"help|version|prune|tags|staged|cached|amend|delete|recurse-submodules|single-branch|name-only|raw|follow|location)$"
)
_VALUE_OPTIONS = frozenset({"-C", "-m", "-b", "-o", "-i", "-u", "-p", "-L", "-H", "-X", "-A", "-d", "-t", "-F"})
_OPTIONS_OF_CLUSTERS = frozenset({"-n", "-c", "-l", "-f", "-k", "-s"})
_OPTIONS_OF_CONTAINERS = frozenset({"-e", "-v", "-w", "-l", "-n"})
_VALUE_OPTIONS_OF = {
    "kubectl": _OPTIONS_OF_CLUSTERS, "oc": _OPTIONS_OF_CLUSTERS, "helm": frozenset({"-n", "-f"}), "adb": frozenset({"-s"}),
    "docker": _OPTIONS_OF_CONTAINERS, "podman": _OPTIONS_OF_CONTAINERS, "gh": frozenset({"-R", "-B", "-l"}),
    "tar": frozenset({"-f"}), "psql": frozenset({"-U", "-h", "-c"}), "mysql": frozenset({"-h", "-e"}), "ssh": frozenset({"-l"}),
    "curl": frozenset({"-e", "-T", "-x"}),
}  # fmt: skip
"""Options of one letter that take a value, beside those that do in most programs."""
_WORDS_AFTER_ONE_DASH = frozenset(
    {"find", "ffmpeg", "ffprobe", "xcodebuild", "openssl", "terraform", "convert", "magick", "security"}
)
"""Programs whose options are words after one dash, most of which take a value."""
_ALONE = frozenset({"-y", "-n", "-hide_banner", "-nostdin", "-print", "-print0", "-delete", "-not", "-o", "-a", "-json", "-depth"})
_OPENERS = frozenset({"open", "xdg-open", "start", "wslview", "gio", "explorer", "explorer.exe", "rundll32"})


def shell_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`exec(text)`."""
    check_shell_text(walker, made, row, made.argument(row.argument), row.argument)


def check_shell_text(walker: Walker, made: Invocation, row: SinkRow, value: Value, at: int, *details: str) -> None:
    """A text that a shell will read."""
    taints = deep_taints(value, 1)
    form = whole_or_joined(value)
    shape = (("simple-template",) if _is_simple(value) else ()) + (("hand-quoted",) if _is_hand_quoted(value) else ())
    tell(walker, made, row, taints, at, form, *details, *shape, kind=SinkKind.SHELL)


def _is_hand_quoted(value: Value) -> bool:
    """Whether the program's own text puts quotes round the data: its author knew that it may hold blanks, and quotes as well."""
    before = ""
    for part in value.parts:
        if part.taints and before.endswith(("'", '"')):
            return True
        before = part.text() or ""
    return False


def _is_simple(value: Value) -> bool:
    """Words separated by single blanks, no quotes, no operators: the text is an argument list in disguise."""
    if len(value.parts) < 2:
        return False
    text = "".join(part.text() if part.text() is not None else "x" for part in value.parts)  # type: ignore[misc]  # told above
    return not re.search(r"[\"'`;&|<>(){}$\\*?~#\n]", text)


def argv_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`spawn(program, arguments, options)` and its like."""
    program = made.argument(0)
    listed, options, at = _split_arguments(made)
    if program.record is not None and program.record.is_array:
        elements = program.record.elements()
        listed = Value(program.taints, record=_listed(elements[1:], program.record.rest))
        program, at = (elements[0] if elements else UNKNOWN), 0
    if made.reference != "child_process.fork" and _uses_shell(options, listed):
        taints = join_taints(program.taints, deep_taints(listed, 1))
        form = "whole" if program.taints and not program.parts else "joined"
        tell(walker, made, row, taints, 0 if program.taints else at, "shell-true", form, kind=SinkKind.SHELL)
        return
    tell(walker, made, row, program, 0, kind=SinkKind.PROGRAM)
    check_arguments(walker, made, row, _told_program(program), listed, at)


def command_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`{ cmd: [program, ...arguments] }`."""
    options = made.argument(0).record
    if options is not None and "cmd" in options.fields:
        argv_row(walker, made._replace(arguments=[options.fields["cmd"]]), row)


def _listed(values: list[Value], rest: Value) -> Record:
    record = Record(is_array=True)
    for value in values:
        record.push(value, 0)
    record.rest = rest
    return record


def _split_arguments(made: Invocation) -> tuple[Value, Value, int]:
    """The argument list, the options and the place of the list."""
    second, third = made.argument(1), made.argument(2)
    if second.record is not None and not second.record.is_array:
        inner = second.record.fields.get("args", UNKNOWN)
        return inner, second, 1
    return second, third, 1


def _uses_shell(options: Value, listed: Value) -> bool:
    """Whether the options ask for a shell; one asked for on some systems counts when the program is a whole command line."""
    if options.record is None:
        return False
    shell = options.record.fields.get("shell")
    if shell is None or shell.constant is False or shell.constant is None:
        return False
    if isinstance(shell.constant, Absent) and not shell.parts:
        return listed.record is None and not shell.taints
    return True


def _told_program(program: Value) -> str | None:
    """The name of a program; a shell's, where it is one on some systems only."""
    texts = program.texts()
    return next(filter(_is_shell, texts), program.text())


def _is_shell(program: str) -> bool:
    return posixpath.basename(program.replace("\\", "/")).removesuffix(".exe") in SHELLS


def check_arguments(walker: Walker, made: Invocation, row: SinkRow, program: str | None, listed: Value, at: int) -> None:
    """The elements of an argument vector: options in disguise, and texts that the program itself interprets."""
    name = posixpath.basename(program.replace("\\", "/")) if program else "?"
    record = listed.record
    elements = [*record.elements(), *([record.rest] if record.rest is not UNKNOWN else [])] if record is not None else []
    if record is None and listed.taints:
        elements = [Value(listed.taints)]
    nodes = _element_nodes(made.argument_node(at))
    has_terminator = False
    previous: str | None = None
    is_shell = name.removesuffix(".exe") in SHELLS
    is_line = has_script = is_switched = False
    for place, element in enumerate(elements):
        text = element.text()
        is_shell = is_shell or (name in _LAUNCHERS and text is not None and posixpath.basename(text) in SHELLS)
        has_terminator = has_terminator or text == "--"
        if element.taints:
            node = nodes[place] if place < len(nodes) else None
            stepped = walker.step(element, node or made.node, PUT_IN_LIST, made.frame)
            if is_shell and (is_line or is_switched):
                tell(walker, made, row, stepped, at, f"program:{name}", whole_or_joined(element), kind=SinkKind.SHELL)
            elif previous is not None and previous in _CODE_SWITCHES.get(name, ()) and not has_script:
                tell(walker, made, row, stepped, at, "evaluates", f"program:{name}", kind=SinkKind.CODE)
            elif name == "ssh" and place and _is_command_line(element):
                tell(walker, made, row, stepped, at, "program:ssh", "joined", kind=SinkKind.SHELL)
            elif name in _OPENERS and not is_shell:
                check_address(walker, made, row, element, at, SinkKind.OPENER, f"program:{name}")
            else:
                _option(walker, made, row, stepped, at, name, previous, has_terminator)
        is_switched = any(map(_SHELL_SWITCH.match, element.texts()))
        is_line = is_line or (name.removesuffix(".exe") in _JOINING and is_switched)
        has_script = has_script or _is_script(text, previous)
        previous = text


def _is_script(text: str | None, previous: str | None) -> bool:
    """Whether an argument of an interpreter is the program to be run: what stands behind it is that program's."""
    if previous is not None and (previous in _BEFORE_SCRIPT or any(previous in switches for switches in _CODE_SWITCHES.values())):
        return False
    return text is None or not text.startswith("-")


def _is_command_line(element: Value) -> bool:
    """Whether an argument begins with a word of the program's own: for `ssh` that is a line for the shell at the other end."""
    first = element.parts[0].text() if element.parts else None
    return first is not None and bool(_FIRST_WORD.match(first))


def _option(
    walker: Walker, made: Invocation, row: SinkRow, element: Value, at: int, program: str, previous: str | None,
    has_terminator: bool,
) -> None:  # fmt: skip
    """An element of an argument vector that may begin with a dash."""
    element = element.with_taints(_of_the_beginning(element))
    if not element.taints:
        return
    details = [*row.details, f"program:{program}"]
    is_value = previous is not None and _takes_value(previous, program)
    if not is_value and (not element.parts or element.parts[0].text() is None):
        details.append("leading-position")
    if not has_terminator:
        details.append("no-terminator")
    argument = made.argument_node(at)
    inner = argument if argument is not made.node else None
    walker.report(SinkKind.ARGUMENT, made.node, name_of(made), element, made.frame, inner, details)


def _of_the_beginning(element: Value) -> tuple[Taint, ...]:
    """The data that an element may begin with: of a path in some folder, the folder's, unless that begins at the root."""
    if len(element.parts) < 2 or not (element.parts[1].text() or "").startswith("/"):
        return tuple(filter(_may_begin_anyhow, element.taints))
    first = {taint.origin for taint in element.parts[0].taints if _may_begin_anyhow(taint)}
    return tuple(taint for taint in element.taints if taint.origin in first)


def _may_begin_anyhow(taint: Taint) -> bool:
    return taint.aspect != "resolved" and SinkKind.ARGUMENT not in taint.safe


def git_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A method of simple-git: each argument, and each element of one, is an argument of git."""
    for at, value in enumerate(made.arguments):
        record = value.record
        elements = record.elements() if record is not None and record.is_array else [value]
        has_terminator = False
        previous: str | None = None
        for element in elements:
            text = element.text()
            has_terminator = has_terminator or text == "--"
            if element.taints:
                _option(walker, made, row, element, at, "git", previous, has_terminator)
            previous = text


def _takes_value(option: str, program: str) -> bool:
    """Whether the element after an option is believed to be its value."""
    if option.startswith("--"):
        return "=" not in option and len(option) > 2 and not _FLAG.match(option)
    if program in _WORDS_AFTER_ONE_DASH and option not in _ALONE and option.startswith("-"):
        return True
    return option in _VALUE_OPTIONS or option in _VALUE_OPTIONS_OF.get(program, ())


def _element_nodes(node: Node) -> list[Node]:
    if not isinstance(node, ArrayNode) or any(isinstance(element, Spread) for element in node.elements):
        return []
    return list(node.elements)


def transport_row(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A client's transport that starts the program it is given."""
    record = made.argument(0).record
    if record is not None and "command" in record.fields:
        program = record.fields["command"]
        tell(walker, made, row, program, 0, kind=SinkKind.PROGRAM)
        check_arguments(walker, made, row, _told_program(program), record.fields.get("args", UNKNOWN), 0)


def check_quoted(walker: Walker, node: Tagged, reference: str, values: list[Value], frame: Frame) -> None:
    """Each `${}` is one quoted argument; the program must still not take it for an option, and a shell's own text stays a text."""
    first = node.parts[0] if node.parts else None
    text = str(first.value) if isinstance(first, Constant) else ""
    words = text.split()
    program = posixpath.basename(words[0]) if words else ""
    for part, value in zip(node.parts, values, strict=True):
        raw = value.record.fields.get("raw") if value.record is not None and reference.lower().startswith("bun") else None
        if raw is not None and raw.taints:
            walker.report(SinkKind.SHELL, node, reference, raw, frame, part, ("shell-string", whole_or_joined(raw)))
            continue
        if not value.taints:
            continue
        if program in SHELLS and "-c" in text:
            walker.report(SinkKind.SHELL, node, reference, value, frame, part, ("shell-string", "joined", f"program:{program}"))
        elif not words:
            walker.report(SinkKind.PROGRAM, node, reference, value, frame, part)
