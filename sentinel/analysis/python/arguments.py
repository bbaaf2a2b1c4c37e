"""Sinks: which arguments of a call do harm, each looked at in its own form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sentinel.analysis.flow import CHANGED
from sentinel.analysis.python import addresses, commands, costs, files, formats, pages, queries, saving, views
from sentinel.analysis.python.frames import Arguments, Frame
from sentinel.analysis.python.origins import GUESSED
from sentinel.analysis.python.safety import KEEPING
from sentinel.analysis.python.sinks import CALLS, METHODS, Spec
from sentinel.analysis.python.telling import Call, imports_any, reach, starts_with_data
from sentinel.analysis.python.tree import Node
from sentinel.analysis.python.values import NOTHING, Taint, Value, deep_taints, parts
from sentinel.model.flow import SinkKind, SourceKind

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_GIT = Spec(SinkKind.ARGUMENT)
_PROGRAM = Spec(SinkKind.PROGRAM)
_MOST_SHOWN = 60
_MADE = CHANGED.partition("{")[0]
_COMMAND_MODULES = ("sh.", "plumbum.cmd.")
"""Modules of which every callable starts the program of its name."""


def check(walker: Walker, frame: Frame, node: Node, ref: str, name: str, given: Arguments, receiver: Value | None) -> None:
    """Tell of every flow that ends in this call."""
    costs.check_matched(walker, frame, node, ref, name, given, receiver)
    if ref == "shutil.copyfileobj":
        saving.note_copied(walker, frame, node, given)
    elif receiver is not None and name in saving.NOTED:
        saving.note(walker, frame, node, name, given, receiver)
    specs = CALLS.get(ref)
    if specs is not None:
        for spec in specs:
            _look(walker, frame, node, spec, ref, given, receiver)
        return
    if ref.startswith(_COMMAND_MODULES):
        commands.check_named_program(Call(walker, frame, node, _PROGRAM, ref, given, NOTHING, given.nodes.get(0)))
        return
    if ref == "~chosen" and receiver is None:
        return
    if name == "format" and receiver is not None and receiver.taints and not receiver.pieces and _is_template(receiver, given):
        reach(walker, frame, node, SinkKind.TEMPLATE, "str.format", receiver, None, ("engine:format",))
        return
    if name == "format_map" and receiver is not None and receiver.taints:
        reach(walker, frame, node, SinkKind.TEMPLATE, "str.format_map", receiver, None, ("engine:format",))
        return
    if receiver is None or ref.startswith(("math.", "str.")):
        return
    if ".git." in ref:
        shown = ref.replace("()", "").lstrip("?")
        commands.check_git_command(Call(walker, frame, node, _GIT, shown, given, NOTHING, given.nodes.get(0)))
    is_own = receiver is frame.instance and receiver.target is not None
    known_as = "?self" if is_own else receiver.ref.replace(GUESSED, "?", 1)
    if receiver.ref.startswith(GUESSED) and not _holds_data(given):
        return
    for found in METHODS.get(name, ()):
        if found.modules and not imports_any(walker, frame, found.modules):
            continue
        if found.receiver is not None and not found.receiver.search(known_as):
            continue
        shown = f"{receiver.ref.replace('()', '').lstrip('?~')}.{name}" if receiver.ref else name
        if len(shown) > _MOST_SHOWN:
            shown = shown[-_MOST_SHOWN:].partition(".")[2] or shown[-_MOST_SHOWN:]
        _look(walker, frame, node, found.spec, shown, given, receiver)


def _is_template(receiver: Value, given: Arguments) -> bool:
    """Whether a value whose `format` is called is a text that somebody wrote: there is an argument, without which a template has
    nothing to read, and nobody made another thing of what was written, an object found by it or the template of that name."""
    if not (given.positional or given.keywords or given.rest is not None or given.rest_keywords is not None):
        return False
    return any(map(_is_as_written, receiver.taints))


def _is_as_written(taint: Taint) -> bool:
    trace = taint.trace
    while trace is not None:
        if trace.words.startswith(_MADE) and trace.words[len(_MADE) : -1] not in KEEPING:
            return False
        trace = trace.before
    return True


def _holds_data(given: Arguments) -> bool:
    """Whether somebody's data is in the arguments, other than what anybody may hand in."""
    return any(t.source.kind is not SourceKind.PARAMETER for value in given.everything() for t in deep_taints(value))


def _look(walker: Walker, frame: Frame, node: Node, spec: Spec, ref: str, given: Arguments, receiver: Value | None) -> None:
    if spec.position == -2:
        found: tuple[Value, Any] | None = (receiver, None) if receiver is not None else None
    else:
        found = given.get(spec.position, spec.names)
    if found is not None and spec.kind is SinkKind.DESERIALIZE and not deep_taints(found[0]):
        written = saving.content(walker, frame, node, given.nodes.get(found[1]))
        found = (written, found[1]) if written is not None else found
    form = _FORMS.get(spec.form)
    if form is not None:
        value, argument = (found[0], given.nodes.get(found[1])) if found is not None else (NOTHING, None)
        form(Call(walker, frame, node, spec, ref, given, value, argument))
    elif found is not None:
        reach(walker, frame, node, spec.kind, ref, found[0], given.nodes.get(found[1]), _with_shape(spec, found[0]))


def _with_shape(spec: Spec, value: Value) -> tuple[str, ...]:
    if spec.kind in (SinkKind.PATH_READ, SinkKind.PATH_WRITE):
        return (*spec.details, "leading-position" if starts_with_data(value) else "joined")
    if spec.kind is SinkKind.SHELL:
        return (*spec.details, *commands.command_shape(value))
    return (*spec.details, "whole") if len(parts(value)) == 1 else spec.details


_FORMS: dict[str, Callable[[Call], None]] = {
    "process": commands.check_process,
    "vector": commands.check_vector,
    "exec": commands.check_exec,
    "exec-run": commands.check_exec_run,
    "sql": queries.check_sql,
    "sql-part": queries.check_sql_part,
    "nosql": queries.check_nosql,
    "url": addresses.check_url,
    "host": addresses.check_host,
    "address": addresses.check_address,
    "opener": addresses.check_opener,
    "redirect": addresses.check_redirect,
    "open": files.check_open,
    "path-open": files.check_path_open,
    "listed": files.check_listed,
    "saved": files.check_saved,
    "path-written": files.check_path_written,
    "by-xpath": queries.check_by_xpath,
    "log": queries.check_log,
    "extract": files.check_extract,
    "link-made": files.check_link_made,
    "always": formats.check_always,
    "yaml": formats.check_yaml,
    "ruamel": formats.check_ruamel,
    "torch": formats.check_torch,
    "numpy": formats.check_numpy,
    "lxml": formats.check_lxml,
    "named-jinja": formats.check_named_jinja,
    "if-tainted": formats.check_tainted,
    "run": formats.check_evaluated,
    "trusting": formats.check_trusting,
    "keras": formats.check_keras,
    "sql-list": queries.check_sql_list,
    "xpath-part": queries.check_xpath_part,
    "curl-option": addresses.check_curl_option,
    "file-or-address": addresses.check_source,
    "location": addresses.check_location,
    "sax-feature": formats.check_sax_feature,
    "sax": formats.check_sax,
    "tree-of": formats.check_tree,
    "fed": formats.check_fed,
    "html": pages.check_html,
    "response": pages.check_response,
    "typed-response": pages.check_typed_response,
    "rendered-response": pages.check_rendered_response,
    "written-page": pages.check_written_page,
    "regex": queries.check_regex,
    "view": views.check_view,
}
