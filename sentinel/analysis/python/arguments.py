"""Sinks: which arguments of a call do harm, and what of the call a rule wants to know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import PATHS, STRENGTH, UNTRACKED_KINDS, thin
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.sinks import CALLS, METHODS, Spec
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Place, Taint, Trace, Value, deep_taints, is_opaque, parts
from sentinel.model.document import Language, Span
from sentinel.model.flow import Flow, Guard, Sink, SinkKind, Source, SourceKind, Step
from sentinel.model.rule import Edit

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_LINES = 12
_SHELLS = frozenset("sh bash dash zsh ksh ash fish cmd cmd.exe powershell powershell.exe pwsh pwsh.exe busybox".split())
_SHELL_FLAGS = frozenset({"-c", "/c", "/C", "-lc", "-ic", "-ec", "-xc", "-Command", "-command", "/k", "-ce", "-lic"})
_INTERPRETERS = {"python": "-c", "python3": "-c", "python2": "-c", "node": "-e", "nodejs": "-e", "perl": "-e", "ruby": "-e", "php":
    "-r",
                 "osascript": "-e", "deno": "eval", "lua": "-e", "Rscript": "-e"}  # fmt: skip
_WRAPPERS = frozenset("sudo env nohup nice time timeout xargs doas stdbuf setsid ionice exec docker podman kubectl".split())


_IMPORTED = re.compile(
    rb"(?:^|;)[ \t]*(?:from[ \t]+([A-Za-z_]\w*)|import[ \t]+([A-Za-z_][\w. \t]*(?:,[ \t]*[A-Za-z_][\w. \t]*)*))", re.MULTILINE
)
_FIRST_NAME = re.compile(rb"(?:^|,[ \t]*)([A-Za-z_]\w*)")


def imports_any(walker: Walker, frame: Frame, modules: Collection[str]) -> bool:
    """Whether the module imports anything from one of these top packages."""
    key = ("imports", frame.module.path)
    known = walker.memo.get(key)
    if known is None:
        known = walker.memo[key] = frozenset(
            name.decode("ascii", "replace")
            for found in _IMPORTED.finditer(frame.module.data)
            for name in _FIRST_NAME.findall(found.group(1) or found.group(2))
        )
    return not known.isdisjoint(modules)


def span_of(frame: Frame, node: Node) -> Span:
    """The lines of a node, at most twelve of them."""
    document = frame.module.document
    span = document.span(node.start, node.end)
    if span.end_line - span.start_line >= _MOST_LINES:
        return document.line_span(span.start_line)._replace(start_column=span.start_column)
    return span


def check(walker: Walker, frame: Frame, node: Node, ref: str, name: str, given: Arguments, receiver: Value | None) -> None:
    """Tell of every flow that ends in this call."""
    specs = CALLS.get(ref)
    if specs is not None:
        for spec in specs:
            _look(walker, frame, node, spec, ref, given, receiver)
        return
    if ref == "~chosen" and receiver is None:
        return
    if name == "format" and receiver is not None and receiver.taints and not receiver.pieces:
        reach(walker, frame, node, SinkKind.TEMPLATE, "str.format", receiver, None, ("engine:format",))
        return
    if name == "format_map" and receiver is not None and receiver.taints:
        reach(walker, frame, node, SinkKind.TEMPLATE, "str.format_map", receiver, None, ("engine:format",))
        return
    if receiver is None or ref.startswith(("math.", "str.")):
        return
    if ".git." in ref:
        git_command(walker, frame, node, ref, given)
    known_as = "?self" if receiver is frame.instance and receiver.target is not None else receiver.ref
    for found in METHODS.get(name, ()):
        if found.receiver is not None and not found.receiver.search(known_as):
            continue
        if found.modules and not imports_any(walker, frame, found.modules):
            continue
        shown = f"{receiver.ref.replace('()', '').lstrip('?~')}.{name}" if receiver.ref else name
        _look(walker, frame, node, found.spec, shown[-60:], given, receiver)


def _look(walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, receiver: Value | None) -> None:
    if spec.position == -2:
        found: tuple[Value, Any] | None = (receiver, None) if receiver is not None else None
    else:
        found = given.get(spec.position, spec.names)
    form = _FORMS.get(spec.form)
    if form is not None:
        form(walker, frame, node, spec, ref, given, found[0] if found else NOTHING, given.nodes.get(found[1]) if found else None)
    elif found is not None:
        reach(walker, frame, node, spec.kind, ref, found[0], given.nodes.get(found[1]), _with_shape(spec, found[0]))


def _with_shape(spec: Spec, value: Value) -> tuple[str, ...]:
    if spec.kind in (SinkKind.PATH_READ, SinkKind.PATH_WRITE):
        return (*spec.details, "leading-position" if starts_with_data(value) else "joined")
    if spec.kind is SinkKind.SHELL:
        return (*spec.details, *_command_shape(value))
    return (*spec.details, "whole") if len(parts(value)) == 1 else spec.details


def _command_shape(value: Value) -> tuple[str, ...]:
    return ("whole",) if len(parts(value)) == 1 else ()


def starts_with_data(value: Value) -> bool:
    """Whether somebody's data, not the program's own text, stands at the very beginning."""
    first = parts(value)[0] if parts(value) else ""
    return not isinstance(first, str) and bool(first.taints or first.opaque)


# telling


def reach(
    walker: Walker, frame: Frame, node: Node, kind: SinkKind, name: str, value: Value, argument: Node | None,
    details: Iterable[str],
    edits: tuple[Edit, ...] = (), edit_title: str = "",
) -> bool:  # fmt: skip
    """Tell of the strongest data in `value` that can harm a sink of this kind; whether there was any."""
    if kind in PATHS and value.ref == "tempfile.name":
        return False
    taints = [taint for taint in deep_taints(value) if kind not in taint.safe]
    if kind is SinkKind.SHELL and not taints:
        taints = _quoted_inside(value, walker.place(frame, node))
    if not taints and not (kind in UNTRACKED_KINDS and is_opaque(value) and not value.is_constant):
        return False
    if value.ref == "~decoded":
        details = (*details, "decoded")
    sink = Sink(
        kind, span_of(frame, node), name, span_of(frame, argument) if argument is not None else None,
        frozenset((*details, *(f"source:{frame.kind}" for _ in (1,) if frame.kind in ("resource", "prompt")))),
    )  # fmt: skip
    if not taints:
        source = Source(SourceKind.UNKNOWN, sink.argument or sink.span, _shown(walker, frame, argument), frame.owner)
        walker.report(Flow(source, sink, Language.PYTHON, edits=edits, edit_title=edit_title))
        return True
    if len(walker.calls) > 1:
        taints = [taint for taint in taints if taint.source.kind is not SourceKind.PARAMETER]
        if not taints:
            return False
    best = min(taints, key=lambda taint: (STRENGTH[taint.source.kind], len(taint.broken), taint.trace.length if taint.trace else 0))
    walker.report(
        Flow(best.source, sink, Language.PYTHON, _story(walker, best), _guards(walker, best), edits=edits, edit_title=edit_title)
    )
    return True


_QUOTING = frozenset({"shlex.quote()", "pipes.quote()"})


def _quoted_inside(value: Value, place: Place) -> list[Taint]:
    """Quoted data that stands inside quotes of the command's own text, where its quotes end them."""
    before = ""
    for piece in parts(value):
        if isinstance(piece, str):
            before += piece
        elif piece.ref in _QUOTING and (before.count("'") % 2 or before.count('"') % 2):
            note = ("quoted-inside-string", place)
            return [taint._replace(broken=(*taint.broken, note)) for taint in piece.taints]
    return []


def _shown(walker: Walker, frame: Frame, node: Node | None) -> str:
    return walker.text(frame, node)[:60].partition("\n")[0] if node is not None else ""


def _story(walker: Walker, taint: Taint) -> tuple[Step, ...]:
    steps: list[Step] = []
    trace: Trace | None = taint.trace
    while trace is not None:
        module = walker.modules.get(trace.place.path)
        if module is not None:
            steps.append(Step(_short(module.document.span(trace.place.start, trace.place.end)), trace.words))
        trace = trace.before
    return thin(steps[::-1])


def _short(span: Span) -> Span:
    if span.end_line - span.start_line >= _MOST_LINES:
        return span._replace(end_line=span.start_line, end_column=span.start_column + 1)
    return span


def _guards(walker: Walker, taint: Taint) -> tuple[Guard, ...]:
    made = []
    for name, place in taint.broken:
        module = walker.modules.get(place.path)
        if module is not None:
            made.append(Guard(name, _short(module.document.span(place.start, place.end))))
    return tuple(made)


# processes


def _process(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """`subprocess` and its kin: a shell, or a vector of arguments."""
    shell = given.keywords.get("shell")
    with_shell = shell is not None and (bool(shell.const) if shell.is_constant else True)
    if given.rest_keywords is not None and shell is None and value.items is None and not value.is_constant:
        with_shell = with_shell or False
    if with_shell:
        text = value.items[0] if value.items else value
        first = value.items[0].const if value.items and isinstance(value.items[0].const, str) else ""
        if first.rpartition("/")[2] in _SHELLS and len(value.items or ()) > 1:
            vector(walker, frame, node, ref, value, argument)
            return
        details = ("shell-true", *_command_shape(text))
        reach(walker, frame, node, SinkKind.SHELL, ref, text, argument, details)
        return
    if value.items is None and (value.pieces or not value.is_container):
        if isinstance(value.const, str):
            return
        if starts_with_data(value) or value.pieces:
            details = ("text",) if value.pieces else ()
            reach(walker, frame, node, SinkKind.PROGRAM, ref, value, argument, details)
        return
    vector(walker, frame, node, ref, value, argument)


def _vector_call(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """Programs whose arguments come one by one: `create_subprocess_exec`, `pexpect.spawn(program, [..])`."""
    items = list(given.positional[spec.position :])
    if not items and argument is not None:
        items = [value]
    if items and items[0].items is not None:
        items = [*items[0].items, *items[1:]]
    if len(items) == 2 and items[1].items is not None:
        items = [items[0], *items[1].items]
    if len(items) == 1 and items[0].pieces and isinstance(items[0].pieces[0], str) and " " in items[0].pieces[0]:
        reach(walker, frame, node, SinkKind.PROGRAM, ref, items[0], argument, ("text",))
        return
    named = [given.keywords["args"]] if "args" in given.keywords else []
    for extra in named:
        items.extend(extra.items or [extra])
    vector(walker, frame, node, ref, Value(items=items, rest=given.rest), argument)


def _exec_call(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """`os.exec*` and `os.spawn*`: the file, then the vector with its own name in front."""
    rest = list(given.positional[spec.position + 1 :])
    more: Value | None = None
    if rest and rest[0].items is not None:
        rest, more = list(rest[0].items), rest[0].rest
    elif rest and ref.rpartition(".")[2].startswith(("execv", "spawnv", "posix_spawn")):
        reach(walker, frame, node, SinkKind.PROGRAM, ref, rest[0], argument, ())
        rest = []
    if (
        rest
        and isinstance(rest[0].const, str)
        and isinstance(value.const, str)
        and rest[0].const.rpartition("/")[2] == value.const.rpartition("/")[2]
    ) or (rest and not (isinstance(rest[0].const, str) and rest[0].const.startswith("-"))):
        rest = rest[1:]
    vector(walker, frame, node, ref, Value(items=[value, *rest], rest=more), argument)


def vector(walker: Walker, frame: Frame, node: Node, ref: str, value: Value, argument: Node | None) -> None:
    """A list of program and arguments, started without a shell."""
    items = list(value.items or ())
    if not items:
        if value.taints or (value.rest is not None and value.rest.taints):
            reach(walker, frame, node, SinkKind.PROGRAM, ref, value, argument, ("split",))
        elif value.opaque:
            reach(walker, frame, node, SinkKind.PROGRAM, ref, value, argument, ())
        return
    words = [item.const if isinstance(item.const, str) else "python" if item.ref == "sys.executable" else None for item in items]
    if words[0] is None and reach(walker, frame, node, SinkKind.PROGRAM, ref, items[0], argument, ()):
        return
    if _shell_text(walker, frame, node, ref, items, words, value, argument):
        return
    program, begin = _program(words)
    terminated = False
    for index in range(begin, len(items)):
        if words[index] == "--":
            terminated = True
        item = items[index]
        if words[index] is None and (item.taints or item.is_container):
            _argument(walker, frame, node, ref, item, program, terminated, words[index - 1] if index else None, argument)
    if value.rest is not None and value.rest.taints:
        _argument(walker, frame, node, ref, value.rest, program, terminated, None, argument)


def _shell_text(
    walker: Walker,
    frame: Frame,
    node: Node,
    ref: str,
    items: list[Value],
    words: list[str | None],
    value: Value,
    argument: Node | None,
) -> bool:
    """`sh -c text`, wherever in the vector, and `python -c text`."""
    for index, word in enumerate(words[:-1]):
        name = (word or "").replace("\\", "/").rpartition("/")[2]
        following = words[index + 1]
        if name in _SHELLS and following is not None and following in _SHELL_FLAGS:
            for text in items[index + 2 : index + 3]:
                return reach(walker, frame, node, SinkKind.SHELL, ref, text, argument, (f"program:{name}", *_command_shape(text)))
            if value.rest is not None:
                return reach(walker, frame, node, SinkKind.SHELL, ref, value.rest, argument, (f"program:{name}",))
        script = items[index + 1].entries
        if script and "~written" in script and (name in _INTERPRETERS or name in _SHELLS):
            return reach(walker, frame, node, SinkKind.CODE, ref, script["~written"], argument, ("evaluates", f"program:{name}"))
        flag = _INTERPRETERS.get(name)
        if flag is not None and following == flag:
            for text in items[index + 2 : index + 3]:
                if text.taints:
                    return reach(walker, frame, node, SinkKind.CODE, ref, text, argument, ("evaluates", f"program:{name}"))
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


def _argument(
    walker: Walker,
    frame: Frame,
    node: Node,
    ref: str,
    item: Value,
    program: str,
    terminated: bool,
    before: str | None,
    argument: Node | None,
) -> None:
    details = [f"program:{program}"]
    if starts_with_data(item) or not item.pieces:
        details.append("leading-position")
    if not terminated:
        details.append("no-terminator")
    if before is not None and before.startswith("-") and before != "-" and not terminated:
        details.append("option-value")
    reach(walker, frame, node, SinkKind.ARGUMENT, ref, item, argument, details)


def _exec_run(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """Docker's `exec_run`: text is split like a command line, a list is a vector."""
    if value.items is not None:
        vector(walker, frame, node, ref, value, argument)
    elif value.taints:
        reach(walker, frame, node, SinkKind.SHELL, ref, value, argument, (*spec.details, *_command_shape(value)))


# queries


def _sql(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A query: joined from parts, or wholly the caller's."""
    if value.is_container and value.items is not None and not value.taints:
        return
    pieces = parts(value)
    if len(pieces) > 1:
        if not spec.details and not _reads_like_sql(pieces):
            return
        place = ("identifier",) if _names_something(pieces) else ()
        reach(walker, frame, node, SinkKind.SQL, ref, value, argument, (*spec.details, "joined", *place))
    elif value.taints:
        reach(walker, frame, node, SinkKind.SQL, ref, value, argument, (*spec.details, "whole"))


_BEFORE_NAME = re.compile(
    r"(?i)\b(from|into|update|table|join|index|exists|column|view|trigger|schema|database|pragma"
    r"|on|by|references|analyze|truncate)"
    r"\s+([\w.\"`\[(]*[.\"`\[(])?$"
)


def _names_something(pieces: tuple[Any, ...]) -> bool:
    """Whether all that is joined stands where the name of a table or column stands."""
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            before += piece
        elif (piece.taints or piece.opaque) and not _BEFORE_NAME.search(before):
            return False
        else:
            before += "x"
    return True


def _reads_like_sql(pieces: tuple[Any, ...]) -> bool:
    text = " ".join(piece for piece in pieces if isinstance(piece, str))
    return bool(
        re.search(
            r"(?i)\b(select|insert|update|delete|create|drop|alter|where|from|call|exec|grant|truncate|replace|merge|with"
            r"|pragma|set|order|limit|join|and|or|between|values|use|show|describe|explain)\b",
            text,
        )
    )


def _sql_part(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A clause handed to a query builder as text: only joined text is one."""
    if len(parts(value)) > 1:
        reach(walker, frame, node, SinkKind.SQL, ref, value, argument, (*spec.details, "joined"))


def _nosql(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A filter: wholly the caller's object, or code under `$where`."""
    entries = value.entries or {}
    for key in ("$where", "$function", "$accumulator"):
        if key in entries:
            reach(walker, frame, node, SinkKind.NOSQL, ref, entries[key], argument, ("where-code",))
    if value.taints or (value.rest is not None and value.rest.taints):
        reach(walker, frame, node, SinkKind.NOSQL, ref, value.copy(entries=None), argument, ("operator-object",))
        return
    for key, entry in entries.items():
        inner = entry.entries or {}
        if (
            isinstance(key, str)
            and (entry.is_container and "$regex" not in inner)
            and deep_taints(entry)
            and not key.startswith("$")
        ):
            reach(walker, frame, node, SinkKind.NOSQL, ref, entry, argument, ("operator-object",))


# addresses


_UNSLASHED = "~unslashed"
_FIXED_HOST = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\\]*[/?#]")
_SCHEME_ONLY = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#\\]*$")


def host_control(value: Value, kind: SinkKind) -> str:
    """How somebody's data chooses the host of an address: `leading-position`, `host-part`, or empty when it cannot."""
    prefix = ""
    for piece in parts(value):
        if isinstance(piece, str):
            prefix += piece
            continue
        if not any(kind not in taint.safe for taint in piece.taints):
            if prefix == "" or not _SCHEME_ONLY.match(prefix):
                return ""
            prefix += "x"
            continue
        if prefix == "":
            return "leading-position"
        if _FIXED_HOST.match(prefix):
            return ""
        if kind is SinkKind.REDIRECT and prefix == "/" and piece.ref == _UNSLASHED:
            return ""
        if _SCHEME_ONLY.match(prefix) or (kind is SinkKind.REDIRECT and prefix in ("/", "\\")):
            return "host-part"
        return ""
    return ""


def _url(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """The address of a request, where data can choose the host."""
    if value.is_container and not value.taints:
        return
    control = host_control(value, SinkKind.URL)
    if not control and value.taints and not value.pieces:
        control = "leading-position"
    if not control:
        return
    details = (*spec.details, control) if len(parts(value)) > 1 else (*spec.details, control, "whole")
    kind = SinkKind.CREDENTIALED_URL if _carries_secret(walker, frame, given) else SinkKind.URL
    reach(walker, frame, node, kind, ref, value, argument, details)


def _carries_secret(walker: Walker, frame: Frame, given: Arguments) -> bool:
    """Whether a header or the login of a request comes from the server's own configuration."""
    for name in ("headers", "auth", "cookies"):
        value = given.keywords.get(name)
        if value is None:
            continue
        for taint in deep_taints(value):
            if taint.source.kind in (SourceKind.ENVIRONMENT, SourceKind.CREDENTIAL):
                return True
        entries = value.entries or {}
        for key, entry in entries.items():
            if isinstance(key, str) and key.lower() in ("authorization", "x-api-key", "api-key", "x-auth-token", "private-token"):
                if not entry.is_constant and not any(taint.source.kind.is_remote for taint in entry.taints):
                    return True
    return False


def _host(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A bare host, or a (host, port) pair."""
    target = value.items[0] if value.items else value
    if target.pieces and not starts_with_data(target) and not host_control(target, SinkKind.URL):
        return
    reach(walker, frame, node, SinkKind.URL, ref, target, argument, (*spec.details, "host-part"))


def _opener(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """What the system opens, unless its scheme and host are the program's own."""
    if starts_with_data(value) or host_control(value, SinkKind.OPENER):
        reach(walker, frame, node, SinkKind.OPENER, ref, value, argument, spec.details)


def _redirect(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """The target of a redirect, where data can choose the host."""
    control = host_control(value, SinkKind.REDIRECT)
    if not control and value.taints and not value.pieces:
        control = "leading-position"
    if control:
        reach(walker, frame, node, SinkKind.REDIRECT, ref, value, argument, (control,))


# files


def _open(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A file opened for reading or for writing."""
    mode = given.value(1, "mode", "flags")
    text = mode.const if mode is not None and isinstance(mode.const, str) else "r"
    writes = any(char in text for char in "wax+")
    kind = SinkKind.PATH_WRITE if writes else SinkKind.PATH_READ
    shape = "leading-position" if starts_with_data(value) else "joined"
    reach(walker, frame, node, kind, ref, value, argument, (f"operation:{'write' if writes else 'read'}", shape))


def _path_open(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """`Path.open`, whose first argument is the mode."""
    moved = Arguments([NOTHING, *given.positional], given.keywords)
    _open(walker, frame, node, spec, ref, moved, value, argument)


def _by_xpath(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """An element of a page looked up by an expression."""
    by = given.value(0, "by")
    if by is not None and (by.ref.endswith(".XPATH") or by.const == "xpath"):
        reach(walker, frame, node, spec.kind, ref, value, argument, spec.details)


_GIT_COMMAND = re.compile(r"(?i)(^|[._?])(\w*repo\w*(\(\))?)\.git\.(\w+)$")
_PLAIN_GIT = frozenset({"execute", "custom_environment", "update_environment", "set_persistent_git_options"})


def git_command(walker: Walker, frame: Frame, node: Node, ref: str, given: Arguments) -> None:
    """GitPython's `repo.git.checkout(...)`: every text is an argument of the program."""
    found = _GIT_COMMAND.search(ref)
    if found is None or found.group(4) in _PLAIN_GIT or not imports_any(walker, frame, {"git"}):
        return
    command = Value(found.group(4).replace("_", "-"))
    items = [Value("git"), command]
    for value in given.positional:
        items.extend(value.items if value.items is not None else [value])
    vector(walker, frame, node, ref.replace("()", "").lstrip("?"), Value(items=items, rest=given.rest), given.nodes.get(0))


def _log(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A line of a log, whose arguments are put into it. A tool's caller reads no logs and is told apart by none."""
    if "%r" in (value.const if isinstance(value.const, str) else "") or walker.text(frame, node).count("!r}"):
        return
    for position, held in enumerate(given.positional):
        told = held.copy(taints=tuple(taint for taint in held.taints if taint.source.kind is SourceKind.HTTP_REQUEST))
        if not held.is_container and reach(walker, frame, node, spec.kind, ref, told, given.nodes.get(position), ()):
            return


def _extract(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """An archive unpacked without a filter on its members; zipfile cleans names itself."""
    if "filter" in given.keywords and given.keywords["filter"].const not in ("fully_trusted",):
        return
    if "members" in given.keywords or "zipfile" in value.ref.lower() or not imports_any(walker, frame, {"tarfile"}):
        return
    if "tar" not in value.ref.lower() and not value.taints:
        return
    tainted = [taint for taint in value.taints if SinkKind.ARCHIVE not in taint.safe]
    if tainted:
        reach(walker, frame, node, SinkKind.ARCHIVE, ref, value, argument, spec.details)
        return
    sink = Sink(SinkKind.ARCHIVE, span_of(frame, node), ref, None, frozenset(spec.details))
    walker.report(Flow(Source(SourceKind.UNKNOWN, sink.span, "", frame.owner), sink, Language.PYTHON))


# data formats


def _yaml(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """`yaml.load` with a loader that makes objects."""
    loader = given.value(1, "Loader", "loader")
    name = (loader.ref if loader is not None else "").rpartition(".")[2]
    if name in ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader") or (loader is not None and "Safe" in name):
        return
    if loader is not None and loader.target is not None:
        return
    if loader is not None and name in ("FullLoader", "CFullLoader"):
        return
    if loader is None and not imports_any(walker, frame, {"yaml"}):
        return
    edits: tuple[Edit, ...] = ()
    callee = node.get("function")
    if callee is not None and callee.kind == "attribute" and "attribute" in callee.fields and loader is None:
        name_node = callee.fields["attribute"]
        edits = (Edit(frame.module.document.span(name_node.start, name_node.end), "safe_load"),)
    opaque = value if value.taints else Value(opaque=True)
    reach(walker, frame, node, spec.kind, ref, opaque, argument, spec.details, edits, "Load with yaml.safe_load" if edits else "")


def _always(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A call that is told of whatever it is given."""
    reach(walker, frame, node, spec.kind, ref, value if value.taints else Value(opaque=True), argument, spec.details)


def _ruamel(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """ruamel.yaml is safe unless told otherwise; that is a rule on documents."""


def _torch(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    if "weights_only" in given.keywords and given.keywords["weights_only"].const is True:
        return
    if value.taints:
        reach(walker, frame, node, spec.kind, ref, value, argument, spec.details)


def _numpy(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    if "allow_pickle" in given.keywords and given.keywords["allow_pickle"].const is True and value.taints:
        reach(walker, frame, node, spec.kind, ref, value, argument, spec.details)


def _lxml(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """lxml resolves external entities from local files unless the parser says otherwise (until 5.0)."""
    parser = given.value(1, "parser")
    if parser is None:
        reach(walker, frame, node, spec.kind, ref, value, argument, ("default-unsafe",))
    elif parser.entries and parser.entries.get("resolve_entities", NOTHING).const is True:
        reach(walker, frame, node, spec.kind, ref, value, argument, ("entities-on",))


def _named_jinja(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    chosen = given.keywords.get("template_format")
    if chosen is not None and chosen.const == "jinja2":
        reach(walker, frame, node, spec.kind, ref, value, argument, spec.details)


# pages, patterns, logs


_MARKUP = re.compile(r"<\s*[a-zA-Z!/]|&[a-z]+;")


def _html(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """Text declared to be safe markup."""
    reach(
        walker,
        frame,
        node,
        spec.kind,
        ref,
        value,
        argument,
        (*spec.details, *(("joined",) if len(parts(value)) > 1 else ("whole",))),
    )


_PLAIN_TYPES = re.compile(r"(?i)(json|text/plain|octet-stream|image/|audio/|video/|csv|pdf|zip|xml)")


_IS_RESPONSE = re.compile(r"(^|\.)(send_from_directory|send_file|jsonify|redirect|\w*Response|make_response)\(\)$")


def _response(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """The body of a response, unless its type is no page."""
    for name in ("content_type", "mimetype", "media_type", "headers"):
        stated = given.keywords.get(name)
        if stated is None:
            continue
        texts = [stated.const, *(entry.const for entry in (stated.entries or {}).values())]
        if any(isinstance(text, str) and _PLAIN_TYPES.search(text) for text in texts):
            return
    if ref.startswith("aiohttp.web.Response") and "content_type" not in given.keywords and "body" not in given.keywords:
        return
    if (value.is_container and not value.taints) or _IS_RESPONSE.search(value.ref):
        return
    if value.taints and not any(taint.source.kind is SourceKind.PARAMETER for taint in value.taints):
        reach(walker, frame, node, spec.kind, ref, value, argument, (*spec.details, *(("markup",) if has_markup(value) else ())))


def has_markup(value: Value) -> bool:
    """Whether the program's own text in it holds tags."""
    return any(isinstance(piece, str) and _MARKUP.search(piece) for piece in parts(value))


def page(walker: Walker, frame: Frame, node: Node, value: Value) -> None:
    """Text that a web handler returns where the framework sends it as a page."""
    if value.is_container or not imports_any(walker, frame, {"flask", "quart", "bottle", "sanic", "cherrypy"}):
        return
    reach(walker, frame, node, SinkKind.HTML, "return", value, None, ("response-body", *(("markup",) if has_markup(value) else ())))


def _regex(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    """A pattern chosen by data."""
    if starts_with_data(value) or value.pieces:
        reach(walker, frame, node, SinkKind.REGEX, ref, value, argument, ("whole",) if not value.pieces else ())


def _address(
    walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, value: Value, argument: Node | None
) -> None:
    target = value.items[0] if value.items else value
    if target.taints:
        reach(walker, frame, node, SinkKind.URL, ref, target, argument, ("host-part",))


_FORMS: dict[str, Any] = {
    "process": _process,
    "vector": _vector_call,
    "exec": _exec_call,
    "exec-run": _exec_run,
    "sql": _sql,
    "sql-part": _sql_part,
    "nosql": _nosql,
    "url": _url,
    "host": _host,
    "address": _address,
    "opener": _opener,
    "redirect": _redirect,
    "open": _open,
    "path-open": _path_open,
    "by-xpath": _by_xpath,
    "log": _log,
    "extract": _extract,
    "always": _always,
    "yaml": _yaml,
    "ruamel": _ruamel,
    "torch": _torch,
    "numpy": _numpy,
    "lxml": _lxml,
    "named-jinja": _named_jinja,
    "html": _html,
    "response": _response,
    "regex": _regex,
}
