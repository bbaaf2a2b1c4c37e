"""What is looked at where data arrives: which argument, in which form, and the facts of the call that rules ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sentinel.analysis.javascript.addresses import (
    base_row,
    check_location,
    goto_row,
    header_row,
    headers_row,
    page_row,
    socket_row,
    url_row,
)
from sentinel.analysis.javascript.commands import (
    argv_row,
    check_quoted,
    command_row,
    git_row,
    shell_row,
    transport_row,
)
from sentinel.analysis.javascript.pages import (
    MARKUP,
    attribute_row,
    body_row,
    check_answer,
    check_properties,
    element_row,
    html_row,
    jquery_row,
    response_row,
    type_row,
    view_row,
)
from sentinel.analysis.javascript.program import (
    Call,
    Index,
    Jsx,
    Member,
    Node,
    ObjectNode,
    Tagged,
)
from sentinel.analysis.javascript.queries import (
    can_be_object,
    clause_row,
    document_code_row,
    filter_row,
    ldap_row,
    object_row,
    sql_row,
    where_row,
)
from sentinel.analysis.javascript.scripts import check_written
from sentinel.analysis.javascript.sinks import (
    ALL,
    CALLS,
    DOCUMENT_CODE,
    FILTERED,
    LOCATION_WRITES,
    MEMBER_WRITES,
    METHODS,
    SinkRow,
)
from sentinel.analysis.javascript.telling import receiver_name, shown, tell, whole_or_joined
from sentinel.analysis.javascript.values import (
    EVERYTHING,
    NO_SLASH,
    REPLACED,
    UNKNOWN,
    Taint,
    Value,
    beginning,
    deep_taints,
    join_taints,
    reference_to,
)
from sentinel.analysis.javascript.walker import Frame, Walker
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.javascript.calls import Invocation


def check_call(walker: Walker, made: Invocation) -> None:
    """Tell the flows that end in a call."""
    rows = CALLS.get(_called(walker, made)) if made.reference else None
    if rows is not None:
        check_written(walker, made)
    if rows is None and made.receiver is not None and not made.callee.functions:
        rows = _method_rows(walker, made)
    if rows is None:
        if isinstance(made.node.callee, Index) and made.callee.parts and not made.node.is_new:
            _check_chosen_method(walker, made)
        return
    for row in rows:
        _SHAPES[row.shape](walker, made, row)


def _called(walker: Walker, made: Invocation) -> str:
    """The name under which a call stands in the table: `open` that nobody imports is a page's own, not the package's."""
    is_page = made.reference == "open" and (isinstance(made.node.callee, Member) or "open" in walker.free)
    return "window.open" if is_page else made.reference


def _method_rows(walker: Walker, made: Invocation) -> tuple[SinkRow, ...] | None:
    if made.method in _WITH_BINDINGS and _is_prepared(made):
        return None
    for entry in METHODS.get(made.method, ()):
        assert made.receiver is not None
        reference = made.receiver.reference
        if reference and not entry.packages.isdisjoint(_packages(reference)):
            return entry.rows
        is_bound = reference.startswith("http.request.env.")  # what a worker was given beside the request
        is_known = made.receiver.record is not None or (bool(reference) and not is_bound and not is_open(walker, reference))
        if entry.names is not None and not is_known and entry.names.search(receiver_name(made.node)):
            return entry.rows
    first = made.argument(0).record
    return DOCUMENT_CODE if first is not None and "$where" in first.fields and made.method in FILTERED else None


_WITH_BINDINGS = frozenset({"all", "get", "run", "each", "any", "one", "none", "many", "execute", "query"})
_STATEMENT = re.compile(r"(?i)^_?\w*(?:stmt|statement|prepared)$")


def _is_prepared(made: Invocation) -> bool:
    """Whether the object is a statement that was prepared before: what its methods get is bound, and no part of it."""
    assert made.receiver is not None
    target = made.node.callee.object if isinstance(made.node.callee, Member) else None
    inner = target.callee if isinstance(target, Call) else None
    return (
        ".prepare()" in made.receiver.reference
        or (isinstance(inner, Member) and inner.name in ("prepare", "bind"))
        or bool(_STATEMENT.match(receiver_name(made.node)))
    )


def is_open(walker: Walker, reference: str) -> bool:
    """Whether a name may be anything: a global that nobody declares, or what a file that is not at hand exports."""
    return reference.startswith((".", "@/", "~/", "#")) or _package(reference) in walker.free


def _packages(reference: str) -> tuple[str, ...]:
    """The names by which a package at the beginning of a reference may stand in a table: a path in it is still it."""
    package = _package(reference)
    names = package.split("/")
    return (reference, package, "/".join(names[: 2 if package.startswith("@") else 1]))


def _package(reference: str) -> str:
    """The package at the beginning of a reference."""
    head = reference.partition("(")[0]
    if head.startswith("@"):
        return (
            head if "." not in head.partition("/")[2] else head.partition("/")[0] + "/" + head.partition("/")[2].partition(".")[0]
        )
    return head.partition(".")[0]


def _plain(walker: Walker, made: Invocation, row: SinkRow) -> None:
    for at in range(len(made.arguments)) if row.argument == ALL else (row.argument,):
        value = made.argument(at)
        tell(walker, made, row, deep_taints(value, 1), at)


def _code(walker: Walker, made: Invocation, row: SinkRow) -> None:
    if made.reference == "Function" and _stands_alone(made):
        return
    places = range(len(made.arguments)) if row.argument == ALL else (row.argument,)
    for at in places:
        value = made.argument(at)
        if value.taints and not value.functions:
            tell(walker, made, row, value, at, whole_or_joined(value))


_BEFORE_STATEMENT = re.compile(rb"(?:^|[\n;{}])[ \t]*$")
_AFTER_STATEMENT = re.compile(rb"[ \t]*(?:[;\n}]|$)")
_MOST_INDENT = 200
"""Bytes before a statement in its line."""


def _stands_alone(made: Invocation) -> bool:
    """Whether what is made of a text is thrown away: `try { new Function(text); } catch ...` asks for its grammar."""
    data, node = made.frame.module.document.data, made.node
    before = data[max(node.start - _MOST_INDENT, 0) : node.start]
    return bool(_BEFORE_STATEMENT.search(before) and _AFTER_STATEMENT.match(data, node.end))


def _timer(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setTimeout` evaluates a text; data that is called as a function is something else."""
    value = made.argument(0)
    if value.taints and not value.functions and (value.parts or _looks_textual(value)):
        tell(walker, made, row, value, 0)


def _worker(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`new Worker(text, { eval: true })`."""
    options = made.argument(1).record
    flag = options.fields.get("eval") if options is not None else None
    if flag is not None and flag.constant is not False:
        tell(walker, made, row, made.argument(0), 0, whole_or_joined(made.argument(0)))


def _looks_textual(value: Value) -> bool:
    return all(taint.origin.kind is not SourceKind.PARAMETER for taint in value.taints)


def _module(walker: Walker, made: Invocation, row: SinkRow) -> None:
    value = made.argument(0)
    first = value.parts[0].text() if value.parts else None
    if value.taints and first is None:
        tell(walker, made, row, value, 0)
    elif value.taints:
        tell(walker, made, row, value, 0, "joined")


def _path(walker: Walker, made: Invocation, row: SinkRow) -> None:
    value = made.argument(row.argument)
    if not value.taints:
        return
    value = value.with_taints(tuple(taint for taint in value.taints if taint.aspect != "own-path"))
    if beginning(value).taints or len(value.parts) < 2:
        tell(walker, made, row, value, row.argument, "leading-position")
    else:
        tell(walker, made, row, value, row.argument, "joined")


def _send_file(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """Express keeps a file inside `root` by itself."""
    options = made.argument(1)
    if options.record is not None and "root" in options.record.fields and made.method != "download":
        return
    _path(walker, made, row)


def _yaml(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """js-yaml builds functions only with the full schema of its version 3."""
    options = made.argument(1)
    schema = options.record.fields.get("schema") if options.record is not None else None
    if schema is not None and (
        "FULL" in schema.reference or "DANGEROUS" in schema.reference or "js-yaml-js-types" in schema.reference
    ):
        tell(walker, made, row, made.argument(0), 0)


def _merge(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A recursive merge of an object from the caller: only whole objects, not single texts of it."""
    start = 1 if made.reference not in ("deepmerge", "merge-deep") else 0
    if made.method in ("extend",) and made.argument(0).constant is not True:
        return
    is_set = made.method in ("set", "setWith") or made.reference in ("set-value",)
    for at, value in enumerate(made.arguments[start:], start):
        if is_set and at != 1:
            continue
        taints = tuple(taint for taint in value.taints if can_be_object(taint) or is_set)
        if taints and not value.parts:
            tell(walker, made, row, taints, at)


def _xml(walker: Walker, made: Invocation, row: SinkRow) -> None:
    options = made.argument(1)
    flag = options.record.fields.get("noent") if options.record is not None else None
    if flag is not None and flag.constant is not False:
        tell(walker, made, row, made.argument(0), 0)


def _log(walker: Walker, made: Invocation, row: SinkRow) -> None:
    taints: tuple[Taint, ...] = ()
    for value in made.arguments:
        taints = join_taints(taints, value.taints)
    tell(walker, made, row, tuple(taint for taint in taints if taint.origin.kind is SourceKind.HTTP_REQUEST), 0)


def _path_option(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`screenshot({ path })`."""
    record = made.argument(row.argument).record
    if record is not None and "path" in record.fields:
        _path(walker, made._replace(arguments=[record.fields["path"]]), row)


def _upload(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`setInputFiles(selector?, files)`, `uploadFile(...files)`: of a page the first argument is a selector."""
    is_page = made.method == "setInputFiles" and len(made.arguments) > 1 and made.argument(1).record is None
    is_listed = len(made.arguments) > 1 and made.argument(1).record is not None and made.argument(1).record.is_array  # type: ignore[union-attr]  # asked before
    start = 1 if is_page or is_listed else 0
    for value in made.arguments[start : start + 1] if made.method == "setInputFiles" else made.arguments:
        for one in (value, *(value.record.elements() if value.record is not None else ())):
            tell(walker, made, row, one.with_taints(tuple(t for t in one.taints if t.aspect != "own-path")), start)


def _upload_move(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`req.files.photo.mv(path)` of express-fileupload, which keeps the last part of the file's own name."""
    if made.receiver is None or not any(map(_is_uploaded, made.receiver.taints)):
        return
    value = made.argument(row.argument)
    kept = tuple(one for one in value.taints if not (_is_uploaded(one) and one.path[-1:] == ("name",)))
    _path(walker, made._replace(arguments=[value.with_taints(kept), *made.arguments[1:]]), row)


def _is_uploaded(taint: Taint) -> bool:
    return taint.origin.name.startswith("request.file")


def _typed(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """A line that is typed into a terminal. What is handed through as it is, is typed by whoever sits before it."""
    if len(made.argument(row.argument).parts) > 1:
        shell_row(walker, made, row)


def _attachments(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`sendMail({ attachments: [{ path }] })`."""
    record = made.argument(row.argument).record
    listed = record.fields.get("attachments") if record is not None else None
    inner = listed.record if listed is not None else None
    for one in (*inner.elements(), inner.rest) if inner is not None else ():
        if one.record is not None and "path" in one.record.fields:
            tell(walker, made, row, one.record.fields["path"], row.argument)


def _options(walker: Walker, made: Invocation, row: SinkRow) -> None:
    """`render(name, values)`: values that are all of what somebody sent, `{ ...req.body }` too."""
    value = made.argument(row.argument)
    if not value.functions and not value.parts:
        taints = tuple(one for one in value.taints if one.origin.is_root and not one.path and can_be_object(one))
        tell(walker, made, row, taints, row.argument)


_SHAPES: dict[str, Callable[[Walker, Invocation, SinkRow], None]] = {
    "": _plain, "shell": shell_row, "argv": argv_row, "command": command_row, "git": git_row, "transport": transport_row,
    "code": _code, "timer": _timer, "module": _module, "path": _path, "sendfile": _send_file, "yaml": _yaml, "merge": _merge,
    "xml": _xml, "log": _log, "url": url_row, "header": header_row, "headers": headers_row, "page": page_row, "goto": goto_row,
    "sql": sql_row, "filter": filter_row, "object": object_row, "where": where_row, "document-code": document_code_row,
    "ldap": ldap_row, "html": html_row, "body": body_row,
    "jquery": jquery_row, "element": element_row, "attribute": attribute_row, "response": response_row, "type": type_row,
    "clause": clause_row, "worker": _worker, "socket": socket_row, "path-option": _path_option,
    "upload": _upload, "upload-move": _upload_move, "typed": _typed, "base": base_row, "attachments": _attachments,
    "options": _options, "view": view_row,
}  # fmt: skip
"""By the shape of a row: how its argument is looked at."""


def _check_chosen_method(walker: Walker, made: Invocation) -> None:
    """`object[key](...)` with a key that the caller chose."""
    key = made.callee.parts[0]
    taints = tuple(taint for taint in key.taints if taint.origin.kind is not SourceKind.PARAMETER)
    if taints and made.receiver is not None and (made.receiver.record is None or made.receiver.record.kind is not None):
        walker.report(SinkKind.CODE, made.node, "a method chosen by name", taints, made.frame, None, ("attribute",))


SHELL_TAG = "execa.shell-tag"
"""The name of what execa makes of options that ask for a shell: a tag of its own."""


def check_tagged(walker: Walker, node: Tagged, tag: Value, values: list[Value], frame: Frame) -> Value | None:
    """Template literals handed to functions that quote what stands in them: zx and execa, SQL tags."""
    reference = tag.reference
    if reference == SHELL_TAG or (isinstance(node.tag, Call) and _asks_for_shell(walker, node.tag, frame)):
        for part, value in zip(node.parts, values, strict=True):
            walker.report(SinkKind.SHELL, node, reference, value, frame, part, ("shell-true", "joined"))
        return UNKNOWN
    if reference.startswith(("zx", "execa", "@actions", "bun.$", "Bun.$", "$")):
        check_quoted(walker, node, reference, values, frame)
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


def _asks_for_shell(walker: Walker, tag: Call, frame: Frame) -> bool:
    """Whether options handed to execa ask for a shell, which reads the whole template then."""
    options = [walker.evaluate(one, frame).record for one in tag.arguments if isinstance(one, ObjectNode)]
    flags = [one.fields["shell"].constant for one in options if one is not None and "shell" in one.fields]
    return any(flag is True or isinstance(flag, str) for flag in flags)


def check_member_write(walker: Walker, target: Member, owner: Value, value: Value, frame: Frame) -> None:
    """`object.name = value`."""
    if not value.taints:
        return
    row = MEMBER_WRITES.get(target.name)
    if row is not None:
        walker.report(row.kind, target, f"{shown(target)}", value, frame, None, row.details)
    reference = reference_to(owner.reference, target.name) if owner.reference else ""
    if reference in LOCATION_WRITES or (target.name == "href" and shown(target).endswith("location.href")):
        check_location(walker, target, value, frame)
    if owner.reference == "http.request" and target.name == "body":
        text = "".join(part.text() or "" for part in value.parts)
        if value.parts and MARKUP.search(text):
            walker.report(SinkKind.HTML, target, shown(target), value, frame, None, ("response-body",))
    if reference.endswith(".session") or owner.reference.endswith(".session"):
        walker.report(SinkKind.TRUST_BOUNDARY, target, shown(target), value, frame)


def _begins_with_slash(taint: Taint) -> bool:
    """Whether data is the whole path of an address, which is no `__proto__`: nothing was cut out of it."""
    return taint.aspect in ("own", "own-path") and taint.safe.isdisjoint((NO_SLASH, REPLACED))


def check_index_write(walker: Walker, target: Index, owner: Value, key: Value, value: Value, frame: Frame) -> None:
    """`object[a][b] = value` with both keys the caller's; `session[key] = value`."""
    if not key.taints:
        return
    inner = target.object
    if isinstance(inner, Index):
        outer = walker.evaluate(inner.key, frame)
        taints = tuple(taint for taint in outer.taints if EVERYTHING - taint.safe and not _begins_with_slash(taint))
        if taints:
            walker.report(SinkKind.PROTOTYPE, target, "a property chosen by two keys", taints, frame, None, ("key",))
    if owner.reference.endswith(".session"):
        walker.report(SinkKind.TRUST_BOUNDARY, target, "session", key, frame)


def check_jsx(walker: Walker, node: Jsx, attributes: list[tuple[str, Node, Value]], frame: Frame) -> None:
    """The attributes of an element."""
    check_properties(walker, node.name, attributes, frame)


__all__ = [
    "check_answer",
    "check_call",
    "check_index_write",
    "check_jsx",
    "check_location",
    "check_member_write",
    "check_tagged",
    "receiver_name",
]
