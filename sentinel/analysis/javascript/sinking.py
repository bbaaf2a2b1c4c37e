"""What is looked at where data arrives: which argument, in which form, and the facts of the call that rules ask for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from sentinel.analysis.flow import PUT_IN_LIST
from sentinel.analysis.javascript.program import (
    ArrayNode,
    Call,
    Index,
    Jsx,
    Member,
    Name,
    Node,
    ObjectNode,
    Property,
    Spread,
    Tagged,
)
from sentinel.analysis.javascript.sinks import (
    ALL,
    CALLS,
    LOCATION_WRITES,
    MEMBER_WRITES,
    METHODS,
    SinkRow,
)
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    UNKNOWN,
    Absent,
    Record,
    Taint,
    Value,
    deep_taints,
    join_taints,
    reference_to,
)
from sentinel.analysis.javascript.walker import Frame, Insertion, Walker
from sentinel.model.flow import SinkKind, SourceKind

if True:  # the import of calls is only needed for its type, and calls imports this module
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from sentinel.analysis.javascript.calls import Invocation

_HOSTLESS = frozenset({"part", "protocol", "own", "own-url", "own-path"})
"""Aspects of an address that do not choose its host."""
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh"})
_SHELL_SWITCH = re.compile(r"^(?:-[a-z]*c|/[cCkK]|/[sS]|-Command|-command|-lc|-EncodedCommand)$")
_CODE_SWITCHES = {
    "node": ("-e", "--eval", "-p", "--print"), "python": ("-c",), "python3": ("-c",), "ruby": ("-e",), "perl": ("-e", "-E"),
    "php": ("-r",),
    "osascript": ("-e",), "deno": ("eval",), "bun": ("-e",), "lua": ("-e",), "Rscript": ("-e",),
}  # fmt: skip
_ENDS_OPTIONS = frozenset({"git", "ssh", "rsync", "rm", "cp", "mv", "grep", "tar", "cat", "ls", "mkdir", "chmod", "scp"})
"""Programs that take `--` for the end of their options."""
_FLAG = re.compile(
    r"--(?:no-[\w-]+|json|verbose|quiet|force|recursive|all|porcelain|oneline|stat|hard|soft|bare|mirror|global|yes|silent|dry-run|"
    r"help|version|prune|tags|staged|cached|amend|delete|recurse-submodules|single-branch|name-only|raw|follow|location)$"
)
_VALUE_OPTIONS = frozenset({"-C", "-m", "-b", "-o", "-i", "-u", "-p", "-L", "-H", "-X", "-A", "-d", "-t", "-F"})
_OPENERS = frozenset({"open", "xdg-open", "start", "wslview", "gio", "explorer", "explorer.exe", "rundll32"})
_HOST_OPEN = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?://)?[^/?#\\]*$")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:(?:/{0,2})$")
_SQL_WORDS = re.compile(
    r"(?i)\b(?:select|insert|update|delete|from|where|values|set|drop|alter|create|replace|order by|limit|exec|call|with|pragma|"
    r"grant|join)\b"
)
_MARKUP = re.compile(r"<\s*[a-zA-Z!/]")
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[._-])(?:api[_-]?key|token|secret|password|credential|auth|authorization|bearer|cookie|access[_-]?key)s?$|apikey|"
    r"authtoken|accesstoken"
)
_SECRET_HEADERS = frozenset(
    {"authorization", "x-api-key", "cookie", "proxy-authorization", "x-auth-token", "api-key", "private-token", "x-figma-token"}
)


def check_call(walker: Walker, made: Invocation) -> None:
    """Tell the flows that end in a call."""
    rows = CALLS.get(made.reference) if made.reference else None
    if rows is None and made.receiver is not None and not made.callee.functions:
        rows = _method_rows(walker, made)
    if rows is None:
        if isinstance(made.node.callee, Index) and made.callee.parts and not made.node.is_new:
            _check_chosen_method(walker, made)
        return
    for row in rows:
        _SHAPES[row.shape](walker, made, row)


def _method_rows(walker: Walker, made: Invocation) -> tuple[SinkRow, ...] | None:
    for entry in METHODS.get(made.method, ()):
        assert made.receiver is not None
        reference = made.receiver.reference
        if reference and _package(reference) in entry.packages:
            return entry.rows
        if reference in entry.packages:
            return entry.rows
        is_known = made.receiver.record is not None or (bool(reference) and not _is_open(walker, reference))
        if entry.names is not None and not is_known and entry.names.search(receiver_name(made.node)):
            return entry.rows
    return None


def _is_open(walker: Walker, reference: str) -> bool:
    """Whether a name may be anything: a global that nobody declares, or what a file that is not at hand exports."""
    return reference.startswith((".", "@/", "~/", "#")) or _package(reference) in walker.free


def _package(reference: str) -> str:
    """The package at the beginning of a reference."""
    head = reference.partition("(")[0]
    if head.startswith("@"):
        return (
            head if "." not in head.partition("/")[2] else head.partition("/")[0] + "/" + head.partition("/")[2].partition(".")[0]
        )
    return head.partition(".")[0]


def receiver_name(node: Call) -> str:
    """What the object of a method call is called in the source; empty for an expression without a name."""
    target = node.callee
    if not isinstance(target, (Member, Index)):
        return ""
    owner = target.object
    while isinstance(owner, Call):
        owner = owner.callee.object if isinstance(owner.callee, Member) else owner.callee
    if isinstance(owner, Name):
        return owner.name
    return owner.name.lstrip("#_") if isinstance(owner, Member) else ""


def _name_of(made: Invocation) -> str:
    """The callee as a reader knows it."""
    if made.reference and len(made.reference) <= 60 and "()" not in made.reference:
        return made.reference
    owner = receiver_name(made.node)
    return f"{owner}.{made.method}" if owner else made.method or made.reference or "a function"


def _tell(
    walker: Walker,
    made: Invocation,
    row: SinkRow,
    value: Value | tuple[Taint, ...],
    at: int,
    *details: str,
    kind: SinkKind | None = None,
) -> None:
    argument = made.argument_node(max(at, 0))
    inner = argument if argument is not made.node else None
    walker.report(kind or row.kind, made.node, _name_of(made), value, made.frame, inner, (*row.details, *details))


def _plain(walker: Walker, made: Invocation, row: SinkRow) -> None:
    for at in range(len(made.arguments)) if row.argument == ALL else (row.argument,):
        value = made.argument(at)
        _tell(walker, made, row, deep_taints(value, 1), at)


def whole_or_joined(value: Value) -> str:
    """Whether the data is the whole text or a part of it."""
    return "joined" if len(value.parts) > 1 or (value.record is not None and value.record.is_array) else "whole"


def _shell(walker: Walker, made: Invocation, row: SinkRow) -> None:
    check_shell_text(walker, made, row, made.argument(row.argument), row.argument)


def check_shell_text(walker: Walker, made: Invocation, row: SinkRow, value: Value, at: int, *details: str) -> None:
    """A text that a shell will read."""
    taints = deep_taints(value, 1)
    form = whole_or_joined(value)
    _tell(walker, made, row, taints, at, form, *details, *(("simple-template",) if _is_simple(value) else ()), kind=SinkKind.SHELL)


def _is_simple(value: Value) -> bool:
    """Words separated by single blanks, no quotes, no operators: the text is an argument list in disguise."""
    if len(value.parts) < 2:
        return False
    text = "".join(part.text() if part.text() is not None else "x" for part in value.parts)  # type: ignore[misc]  # told above
    return not re.search(r"[\"'`;&|<>(){}$\\*?~#\n]", text)


def _argv(walker: Walker, made: Invocation, row: SinkRow) -> None:
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
        _tell(walker, made, row, taints, 0 if program.taints else at, "shell-true", form, kind=SinkKind.SHELL)
        return
    _tell(walker, made, row, program, 0, kind=SinkKind.PROGRAM)
    check_arguments(walker, made, row, program.text(), listed, at)


def _command(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`{ cmd: [program, ...arguments] }`."""
    options = made.argument(0).record
    if options is not None and "cmd" in options.fields:
        _argv(walker, made._replace(arguments=[options.fields["cmd"]]), row)


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
    is_shell = name.removesuffix(".exe") in _SHELLS
    for place, element in enumerate(elements):
        text = element.text()
        has_terminator = has_terminator or text == "--"
        if element.taints:
            node = nodes[place] if place < len(nodes) else None
            stepped = walker.step(element, node or made.node, PUT_IN_LIST, made.frame)
            if is_shell and previous is not None and _SHELL_SWITCH.match(previous):
                _tell(walker, made, row, stepped, at, f"program:{name}", whole_or_joined(element), kind=SinkKind.SHELL)
            elif previous is not None and previous in _CODE_SWITCHES.get(name, ()):
                _tell(walker, made, row, stepped, at, "evaluates", f"program:{name}", kind=SinkKind.CODE)
            elif name in _OPENERS and not is_shell:
                _url_flow(walker, made, row, element, at, SinkKind.OPENER, f"program:{name}")
            else:
                _option(walker, made, row, stepped, at, name, previous, has_terminator, node)
        previous = text


def _option(
    walker: Walker, made: Invocation, row: SinkRow, element: Value, at: int, program: str, previous: str | None,
    has_terminator: bool, node: Node | None,
) -> None:  # fmt: skip
    """An element of an argument vector that may begin with a dash."""
    details = [*row.details, f"program:{program}"]
    is_value = previous is not None and _takes_value(previous)
    if not is_value and (not element.parts or element.parts[0].text() is None):
        details.append("leading-position")
    if not has_terminator:
        details.append("no-terminator")
    insertion = None
    if node is not None and not is_value and not has_terminator and program in _ENDS_OPTIONS:
        insertion = Insertion(node.start, '"--", ', "End the options before the data")
    argument = made.argument_node(at)
    inner = argument if argument is not made.node else None
    walker.report(SinkKind.ARGUMENT, made.node, _name_of(made), element, made.frame, inner, details, insertion)


def _git(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A method of simple-git: each argument, and each element of one, is an argument of git."""
    for at, value in enumerate(made.arguments):
        record = value.record
        elements = record.elements() if record is not None and record.is_array else [value]
        has_terminator = False
        for element in elements:
            has_terminator = has_terminator or element.text() == "--"
            if element.taints:
                _option(walker, made, row, element, at, "git", None, has_terminator, None)


def _takes_value(option: str) -> bool:
    """Whether the element after an option is believed to be its value."""
    if option.startswith("--"):
        return "=" not in option and len(option) > 2 and not _FLAG.match(option)
    return option in _VALUE_OPTIONS


def _element_nodes(node: Node) -> list[Node]:
    if not isinstance(node, ArrayNode) or any(isinstance(element, Spread) for element in node.elements):
        return []
    return list(node.elements)


def _code(walker: Walker, made: Invocation, row: SinkRow) -> None:
    places = range(len(made.arguments)) if row.argument == ALL else (row.argument,)
    for at in places:
        value = made.argument(at)
        if value.taints and not value.functions:
            _tell(walker, made, row, value, at, whole_or_joined(value))


def _timer(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setTimeout` evaluates a text; data that is called as a function is something else."""
    value = made.argument(0)
    if value.taints and not value.functions and (value.parts or _looks_textual(value)):
        _tell(walker, made, row, value, 0)


def _looks_textual(value: Value) -> bool:
    return all(taint.origin.kind is not SourceKind.PARAMETER for taint in value.taints)


def _module(walker: Walker, made: Invocation, row: SinkRow) -> None:
    value = made.argument(0)
    first = value.parts[0].text() if value.parts else None
    if value.taints and first is None:
        _tell(walker, made, row, value, 0)
    elif value.taints:
        _tell(walker, made, row, value, 0, "joined")


def _path(walker: Walker, made: Invocation, row: SinkRow) -> None:
    value = made.argument(row.argument)
    if not value.taints:
        return
    value = value.with_taints(tuple(taint for taint in value.taints if taint.aspect != "own-path"))
    first = value.parts[0] if value.parts else value
    if first.taints or len(value.parts) < 2:
        _tell(walker, made, row, value, row.argument, "leading-position")
    else:
        _tell(walker, made, row, value, row.argument, "joined")


def _send_file(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """Express keeps a file inside `root` by itself."""
    options = made.argument(1)
    if options.record is not None and "root" in options.record.fields and made.method != "download":
        return
    _path(walker, made, row)


def host_place(value: Value) -> tuple[Value | tuple[Taint, ...], str]:
    """The data that can choose the host of an address, and where it stands; nothing when the host is the program's own."""
    parts = value.parts
    if not parts:
        return value, "whole" if value.taints else ""
    prefix = ""
    for at, part in enumerate(parts):
        text = part.text()
        if text is not None:
            prefix += text
            continue
        if part.taints:
            if at == 0:
                return part, "leading-position"
            if _SCHEME.match(prefix):
                return part, "leading-position"
            if _HOST_OPEN.match(prefix) and "://" in prefix:
                return part, "host-part"
            if prefix in ("//", "/\\"):
                return part, "leading-position"
            return UNKNOWN, ""
        if part.record is not None or not _SCHEME.match(prefix):
            return UNKNOWN, ""
        prefix += "x"
    return UNKNOWN, ""


def _url(walker: Walker, made: Invocation, row: SinkRow) -> None:
    places = range(min(2, len(made.arguments))) if row.argument == ALL else (row.argument,)
    for at in places:
        value = made.argument(at)
        if row.kind is SinkKind.REDIRECT and value.record is not None and value.record.fields:
            continue
        kind = row.kind
        if kind is SinkKind.URL and _carries_secret(made):
            kind = SinkKind.CREDENTIALED_URL
        _url_flow(walker, made, row, value, at, kind)


def _url_flow(walker: Walker, made: Invocation, row: SinkRow, value: Value, at: int, kind: SinkKind, *details: str) -> None:
    if value.record is not None:
        for name in ("url", "uri", "baseURL", "host", "hostname", "href", "prefixUrl"):
            inner = value.record.fields.get(name)
            if inner is not None and inner.taints:
                if name in ("host", "hostname"):
                    _tell(walker, made, row, inner, at, "host-part", *details, kind=kind)
                    continue
                _url_flow(walker, made, row, inner, at, kind, *details)
        base = value.record.fields.get("baseURL")
        if base is not None or not value.taints:
            return
    found, place = host_place(value)
    taints = found if isinstance(found, tuple) else found.taints
    if place and taints:
        stories = {taint.key: taint for taint in value.taints}
        taints = tuple(stories.get(taint.key, taint) for taint in taints if taint.aspect not in _HOSTLESS)
        _tell(walker, made, row, taints, at, place, *details, kind=kind)


def _header(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setHeader("Location", address)`."""
    if (made.argument(0).text() or "").lower() == "location":
        _url_flow(walker, made, row, made.argument(1), 1, SinkKind.REDIRECT)


def _headers(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`writeHead(302, { Location: address })`."""
    record = made.arguments[-1].record if made.arguments else None
    for name, value in record.fields.items() if record is not None else ():
        if name.lower() == "location":
            _url_flow(walker, made, row, value, len(made.arguments) - 1, SinkKind.REDIRECT)


def _carries_secret(made: Invocation) -> bool:
    """Whether the request sends a secret of the program's own along."""
    for value in made.arguments[1:3]:
        if value.record is None:
            continue
        headers = value.record.fields.get("headers", UNKNOWN)
        for record in (headers.record,):
            for name, inner in record.fields.items() if record is not None else ():
                if name.lower() in _SECRET_HEADERS and (
                    _is_secret(inner) or (not inner.taints and isinstance(inner.constant, Absent))
                ):
                    return True
        if "auth" in value.record.fields:
            return True
    return False


def _is_secret(value: Value) -> bool:
    return any(
        taint.origin.kind is SourceKind.CREDENTIAL
        or (taint.origin.kind is SourceKind.ENVIRONMENT and _SECRET_NAME.search(taint.origin.name))
        for taint in value.taints
    )


def _sql(walker: Walker, made: Invocation, row: SinkRow) -> None:
    value = made.argument(row.argument)
    if value.record is not None and not value.taints:
        value = value.record.fields.get("text", value.record.fields.get("sql", value.record.fields.get("query", UNKNOWN)))
    if not value.taints:
        return
    if value.parts:
        text = "".join(part.text() or " " for part in value.parts)
        if "orm-raw" not in row.details and not _SQL_WORDS.search(text):
            return
        _tell(walker, made, row, value, row.argument, "joined")
        return
    if made.method in ("query", "execute", "exec", "prepare") or "orm-raw" in row.details or _sql_story(value):
        _tell(walker, made, row, value, row.argument, "joined" if _sql_story(value) else "whole")


def _sql_story(value: Value) -> bool:
    """Whether the data was joined into a text on its way (by a function that returned it, or in a loop)."""
    for taint in value.taints:
        trace = taint.trace
        while trace is not None:
            if trace.words.startswith("joined"):
                return True
            trace = trace.before
    return False


def _filter(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A filter of a document database: an object from the caller may hold operators."""
    value = made.argument(0)
    if not value.parts:
        _tell(walker, made, row, tuple(taint for taint in value.taints if _can_be_object(taint)), 0, "operator-object")
    record = value.record
    if record is None:
        return
    for name, inner in record.fields.items():
        if name == "$where":
            _tell(walker, made, row, inner, 0, "where-code")
        elif inner.taints and not inner.parts:
            taints = tuple(taint for taint in inner.taints if _can_be_object(taint))
            _tell(walker, made, row, taints, 0, "operator-object")
        elif inner.record is not None and "$where" in inner.record.fields:
            _tell(walker, made, row, inner.record.fields["$where"], 0, "where-code")


def _object(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """An object that is the caller's as a whole, or holds one that is."""
    value = made.argument(row.argument)
    if not value.parts:
        _tell(walker, made, row, tuple(taint for taint in value.taints if _can_be_object(taint)), row.argument)


def _can_be_object(taint: Taint) -> bool:
    """Texts by nature (headers, path parts, arguments of a command line) hold no operators."""
    name = taint.origin.name
    return taint.origin.kind in (SourceKind.HTTP_REQUEST, SourceKind.TOOL_ARGUMENT, SourceKind.LLM_OUTPUT) and not re.search(
        r"^\w+\.(?:headers|params|cookies|url|pathParameters)\b", name
    )


def _ldap(walker: Walker, made: Invocation, row: SinkRow) -> None:
    options = made.argument(1)
    if options.record is not None and "filter" in options.record.fields:
        _tell(walker, made, row, options.record.fields["filter"], 1)


def _yaml(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """js-yaml builds functions only with the full schema of its version 3."""
    options = made.argument(1)
    schema = options.record.fields.get("schema") if options.record is not None else None
    if schema is not None and (
        "FULL" in schema.reference or "DANGEROUS" in schema.reference or "js-yaml-js-types" in schema.reference
    ):
        _tell(walker, made, row, made.argument(0), 0)


def _merge(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A recursive merge of an object from the caller: only whole objects, not single texts of it."""
    start = 1 if made.reference not in ("deepmerge", "merge-deep") else 0
    if made.method in ("extend",) and made.argument(0).constant is not True:
        return
    is_set = made.method in ("set", "setWith") or made.reference in ("set-value",)
    for at, value in enumerate(made.arguments[start:], start):
        if is_set and at != 1:
            continue
        taints = tuple(taint for taint in value.taints if _can_be_object(taint) or is_set)
        if taints and not value.parts:
            _tell(walker, made, row, taints, at)


def _html(walker: Walker, made: Invocation, row: SinkRow) -> None:
    for at in range(len(made.arguments)) if row.argument == ALL else (row.argument,):
        _tell(walker, made, row, made.argument(at).taints, at)


def _body(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A response body: a page only when it is a text with markup, or the caller's text alone."""
    value = made.argument(0)
    if not value.taints or value.record is not None:
        return
    text = "".join(part.text() or "" for part in value.parts)
    reference = made.receiver.reference if made.receiver is not None else ""
    chained = _chain_names(made.node)
    is_typed = bool(chained & {"json", "type", "contentType", "attachment", "setHeader", "header"})
    if "text/html" not in chained and (is_typed or any(name.startswith(("text/plain", "application/")) for name in chained)):
        return
    if value.parts and not _MARKUP.search(text) and made.method != "send" and reference != "http.response":
        return
    if made.method in ("end", "write") and not (value.parts and _MARKUP.search(text)) and reference != "http.response":
        return
    _tell(walker, made, row, value, 0)


def check_answer(walker: Walker, node: Node, value: Value, frame: Frame) -> None:
    """`{ statusCode, headers, body }`: the answer of a function in the cloud, a page when it says so or looks so."""
    assert value.record is not None
    body = value.record.fields["body"]
    headers = value.record.fields.get("headers", UNKNOWN).record
    kind = (
        next((inner.text() or "" for name, inner in headers.fields.items() if name.lower() == "content-type"), "")
        if headers is not None
        else ""
    )
    text = "".join(part.text() or "" for part in body.parts)
    if "html" in kind or (not kind and _MARKUP.search(text)):
        walker.report(SinkKind.HTML, node, "the response's body", body, frame, None, ("response-body",))


def _chain_names(node: Call) -> set[str]:
    names: set[str] = set()
    target: Node = node.callee
    while isinstance(target, (Member, Call)):
        if isinstance(target, Member):
            names.add(target.name)
            target = target.object
        else:
            names.update(str(argument.value) for argument in target.arguments if hasattr(argument, "value"))
            target = target.callee
    return names


def _xml(walker: Walker, made: Invocation, row: SinkRow) -> None:
    options = made.argument(1)
    flag = options.record.fields.get("noent") if options.record is not None else None
    if flag is not None and flag.constant is not False:
        _tell(walker, made, row, made.argument(0), 0)


def _log(walker: Walker, made: Invocation, row: SinkRow) -> None:
    taints: tuple[Taint, ...] = ()
    for value in made.arguments:
        taints = join_taints(taints, value.taints)
    _tell(walker, made, row, tuple(taint for taint in taints if taint.origin.kind is SourceKind.HTTP_REQUEST), 0)


def _page(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A text that a browser under the program's control shows or runs: it may reach whatever the server reaches."""
    value = _without_tools(made.argument(row.argument))
    if value.record is not None:
        for name in ("url", "html", "expression", "scriptSource", "content", "headerTemplate", "footerTemplate"):
            inner = value.record.fields.get(name)
            if inner is not None:
                _tell(walker, made, row, _without_tools(inner), row.argument)
        return
    if not value.functions:
        _tell(walker, made, row, value, row.argument)


def _without_tools(value: Value) -> Value:
    """Without the arguments of tools: to steer a browser is what a browser's tool is for."""
    if not any(taint.origin.kind is SourceKind.TOOL_ARGUMENT for taint in value.taints):
        return value
    return value.with_taints(tuple(taint for taint in value.taints if taint.origin.kind is not SourceKind.TOOL_ARGUMENT))


def _goto(walker: Walker, made: Invocation, row: SinkRow) -> None:
    _url_flow(walker, made, row, _without_tools(made.argument(0)), 0, SinkKind.URL)


def _transport(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A client's transport that starts the program it is given."""
    record = made.argument(0).record
    if record is not None and "command" in record.fields:
        program = record.fields["command"]
        _tell(walker, made, row, program, 0, kind=SinkKind.PROGRAM)
        check_arguments(walker, made, row, program.text(), record.fields.get("args", UNKNOWN), 0)


def _element(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`createElement(name, properties)`: what JSX becomes."""
    properties = made.argument(1).record
    if properties is not None:
        values = [(name, made.argument_node(1), value) for name, value in properties.fields.items()]
        check_properties(walker, made.argument(0).text() or "", values, made.frame)


def _jquery(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """jQuery takes a text with markup for markup; a selector made of the caller's text may be markup too."""
    value = made.argument(row.argument)
    if value.functions or value.record is not None:
        return
    first = value.parts[0].text() if value.parts else None
    if made.method in ("$", "jQuery") and first is not None and first[:1] in ("#", ".", "["):
        return
    text = "".join(part.text() or "" for part in value.parts)
    details = ("markup-only",) if made.method == "html" or _MARKUP.search(text) else ()
    _tell(walker, made, row, value, row.argument, *details)


_SHAPES: dict[str, Callable[[Walker, Invocation, SinkRow], None]] = {
    "": _plain, "shell": _shell, "argv": _argv, "command": _command,
    "git": _git, "header": _header, "headers": _headers,
    "object": _object, "code": _code, "timer": _timer, "module": _module, "path": _path,
    "sendfile": _send_file,
    "url": _url, "sql": _sql, "filter": _filter, "ldap": _ldap, "yaml": _yaml, "merge": _merge, "html": _html, "body": _body,
    "xml": _xml,
    "log": _log, "page": _page, "jquery": _jquery, "goto": _goto, "transport": _transport, "element": _element,
}  # fmt: skip


def _check_chosen_method(walker: Walker, made: Invocation) -> None:
    """`object[key](...)` with a key that the caller chose."""
    key = made.callee.parts[0]
    taints = tuple(taint for taint in key.taints if taint.origin.kind is not SourceKind.PARAMETER)
    if taints and made.receiver is not None and (made.receiver.record is None or made.receiver.record.kind is not None):
        walker.report(SinkKind.CODE, made.node, "a method chosen by name", taints, made.frame, None, ("attribute",))


def check_tagged(walker: Walker, node: Tagged, tag: Value, values: list[Value], frame: Frame) -> Value | None:
    """Template literals handed to functions that quote what stands in them: zx and execa, SQL tags."""
    reference = tag.reference
    if reference.startswith(("zx", "execa", "@actions", "bun.$", "Bun.$", "$")):
        _check_quoted(walker, node, reference, values, frame)
        return UNKNOWN
    if reference.endswith((".sql", ".$queryRaw", ".$executeRaw", ".Prisma.sql")) or reference in (
        "sql",
        "postgres()",
        "sql-template-strings",
        "SQL",
    ):
        return UNKNOWN
    if reference.endswith(("html", "htm")):
        return Value(tuple(taint._replace(safe=taint.safe | {SinkKind.HTML}) for value in values for taint in value.taints))
    return None


def _check_quoted(walker: Walker, node: Tagged, reference: str, values: list[Value], frame: Frame) -> None:
    """Each `${}` is one quoted argument; the program must still not take it for an option, and a shell's own text stays a text."""
    from sentinel.analysis.javascript.program import Constant

    first = node.parts[0] if node.parts else None
    text = str(first.value) if isinstance(first, Constant) else ""
    words = text.split()
    program = posixpath.basename(words[0]) if words else ""
    for part, value in zip(node.parts, values, strict=True):
        if not value.taints:
            continue
        if program in _SHELLS and "-c" in text:
            walker.report(SinkKind.SHELL, node, reference, value, frame, part, ("shell-string", "joined", f"program:{program}"))
        elif not words:
            walker.report(SinkKind.PROGRAM, node, reference, value, frame, part)


def check_member_write(walker: Walker, target: Member, owner: Value, value: Value, frame: Frame) -> None:
    """`object.name = value`."""
    if not value.taints:
        return
    row = MEMBER_WRITES.get(target.name)
    if row is not None:
        walker.report(row.kind, target, f"{_shown(target)}", value, frame, None, row.details)
    reference = reference_to(owner.reference, target.name) if owner.reference else ""
    if reference in LOCATION_WRITES or (target.name == "href" and _shown(target).endswith("location.href")):
        check_location(walker, target, value, frame)
    if owner.reference == "http.request" and target.name == "body":
        text = "".join(part.text() or "" for part in value.parts)
        if value.parts and _MARKUP.search(text):
            walker.report(SinkKind.HTML, target, _shown(target), value, frame, None, ("response-body",))
    if reference.endswith(".session") or owner.reference.endswith(".session"):
        walker.report(SinkKind.TRUST_BOUNDARY, target, _shown(target), value, frame)


def check_location(walker: Walker, target: Node, value: Value, frame: Frame) -> None:
    """`location = address`: the browser goes there."""
    found, place = host_place(value)
    taints = found if isinstance(found, tuple) else found.taints
    if place:
        walker.report(SinkKind.REDIRECT, target, _shown(target), taints, frame, None, (place,))


def _shown(node: Node) -> str:
    if isinstance(node, Member):
        inner = _shown(node.object)
        return f"{inner}.{node.name}" if inner else node.name
    return node.name if isinstance(node, Name) else ""


def check_index_write(walker: Walker, target: Index, owner: Value, key: Value, value: Value, frame: Frame) -> None:
    """`object[a][b] = value` with both keys the caller's; `session[key] = value`."""
    if not key.taints:
        return
    inner = target.object
    if isinstance(inner, Index):
        outer = walker.evaluate(inner.key, frame)
        taints = tuple(taint for taint in outer.taints if EVERYTHING - taint.safe)
        if taints:
            walker.report(SinkKind.PROTOTYPE, target, "a property chosen by two keys", taints, frame, None, ("key",))
    if owner.reference.endswith(".session"):
        walker.report(SinkKind.TRUST_BOUNDARY, target, "session", key, frame)


def check_jsx(walker: Walker, node: Jsx, attributes: list[tuple[str, Node, Value]], frame: Frame) -> None:
    """The attributes of an element."""
    check_properties(walker, node.name, attributes, frame)


def check_properties(walker: Walker, element: str, attributes: list[tuple[str, Node, Value]], frame: Frame) -> None:
    """`dangerouslySetInnerHTML` and addresses of the caller in elements."""
    for name, place, value in attributes:
        if name == "dangerouslySetInnerHTML":
            inner = value.record.fields.get("__html", UNKNOWN) if value.record is not None else value
            walker.report(
                SinkKind.HTML, place, "dangerouslySetInnerHTML", deep_taints(inner, 1), frame, None, ("dom", "markup-only")
            )
        elif (
            name in ("href", "src", "action", "formAction", "xlinkHref")
            and value.taints
            and element in ("a", "iframe", "form", "script", "embed", "object")
        ):
            found, position = host_place(value)
            taints = found if isinstance(found, tuple) else found.taints
            if position in ("whole", "leading-position"):
                walker.report(SinkKind.HTML, place, f"{element} {name}", taints, frame, None, ("dom", "address"))


__all__ = [
    "ObjectNode",
    "Property",
    "check_call",
    "check_index_write",
    "check_jsx",
    "check_member_write",
    "check_tagged",
    "receiver_name",
]
