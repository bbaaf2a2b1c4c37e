"""How the rules on flows tell what they found: who chose the data, where it ends, and every place between."""

from __future__ import annotations

import re

from sentinel.analysis.flow import PATHS, URLS
from sentinel.model.document import Language
from sentinel.model.expression import expression
from sentinel.model.flow import COMES_IN, Flow, Guard, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Fix, Match, Related, Severity, Workspace

_ORIGINS = {
    SourceKind.TOOL_ARGUMENT: "Tool argument",
    SourceKind.HTTP_REQUEST: "Request data",
    SourceKind.LLM_OUTPUT: "Output of a language model,",
    SourceKind.SERVER_METADATA: "What a remote server says of itself,",
    SourceKind.TOOL_OUTPUT: "Content fetched from outside,",
    SourceKind.COMMAND_LINE: "Command-line input",
    SourceKind.ENVIRONMENT: "Environment variable",
    SourceKind.FILE: "File content",
    SourceKind.MESSAGE: "Message content",
    SourceKind.PARAMETER: "Parameter",
    SourceKind.UNKNOWN: "Text that is not constant,",
    SourceKind.CREDENTIAL: "The server's own secret",
}
_GUARDS = {
    "prefix-without-separator": "this prefix test has no separator at its end, so a sibling such as `/srv/data-old` passes",
    "unresolved-prefix": "this prefix test looks at a path that was not resolved, so `..` still climbs out",
    "removes-dot-dot": "this removes `../` once, so `....//` becomes `../`",
    "absolute-part": "only `..` is kept out, so an absolute path takes the place of the folder here",
    "dot-dot-alone": "this refuses `..` alone, so an absolute path takes the place of the folder",
    "deny-list": "this refuses some inputs and lets every other pass",
    "quoted-inside-string": "this quotes inside quotes, so the data ends the outer quotes",
    "unanchored-regex": "this pattern is not anchored at both ends, so it passes text that merely contains a match",
    "wrong-escape": "this escapes for another medium",
}
_OF_PATHS = frozenset({"prefix-without-separator", "unresolved-prefix", "removes-dot-dot", "dot-dot-alone"})
_OF_ADDRESSES = {"prefix-without-separator": "this prefix test has no slash at its end, so a longer name of a host passes"}
UNTRACKED = frozenset({SourceKind.PARAMETER, SourceKind.UNKNOWN})
"""Sources that say nothing of who chooses the data."""
LOCAL = frozenset({SourceKind.COMMAND_LINE, SourceKind.ENVIRONMENT, SourceKind.FILE, SourceKind.MESSAGE})
"""Sources that only somebody who has the machine already chooses."""

_NEARBY = {
    SourceKind.MESSAGE: "it comes from another program, not from a caller",
    SourceKind.FILE: "who wrote the file was not found",
}
"""Who chooses the data where that is not the one who runs the program."""
_RUNNERS = frozenset({SourceKind.COMMAND_LINE, SourceKind.ENVIRONMENT})
_RUNS = frozenset({SinkKind.SHELL, SinkKind.PROGRAM, SinkKind.CODE})
_SCRIPTS = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_OWN_PROGRAM = expression(rb"['\"\[.$](?:[A-Z]{1,12}_)?(?:EDITOR|VISUAL|PAGER|BROWSER|SHELL)\b")
"""A variable of the environment whose purpose is to name a program."""
_PROGRAMS = expression(
    r"(?i)(?:^|[^a-z])(?:editor|visual|pager|browser|shell|command|cmd|program|executable|binary|bin|hook|interpreter|python|server)s?$"
)

_BARE = expression(r"argv|ARGV|process\.|Args\b|input\(")
"""What was typed, taken as it is: no option that a program declares and explains."""
_PACKAGES = frozenset({"packages", "apps", "libs", "modules", "crates", "plugins"})
_OWN_ADDRESS = frozenset(
    f"{owner}location.{name}" for owner in ("", "window.", "document.", "self.") for name in ("href", "pathname", "origin")
) | {"document.URL", "document.documentURI", "document.baseURI"}
_TOOLING = frozenset(
    {
        "scripts", "script", "tools", "tooling", "ci", ".ci", ".github", "dev", "dev-packages", "devtools", "hack", "build",
        "utils", "util", "bench", "benchmarks", "evals", "tests", "test", "e2e", "release",
    }
)  # fmt: skip
"""Folders of what a project builds, tests and publishes itself with."""


def is_tooling(path: str) -> bool:
    """Whether a file stands in such a folder at the top, or right below a package of a workspace with several."""
    folders = path.split("/")[:-1]
    return bool(folders) and (folders[0] in _TOOLING or (folders[0] in _PACKAGES and len(folders) > 2 and folders[2] in _TOOLING))


def tell_choice(flow: Flow, ending: str, workspace: Workspace) -> Match:
    """A match where what is run is data. An option that a program declares, or a variable that asks for a program, such as an
    editor, gives whoever runs the program that choice, and is no injection: a note."""
    is_all = "whole" in flow.sink.details or flow.sink.kind is SinkKind.PROGRAM
    is_typed = flow.source.kind is SourceKind.COMMAND_LINE and not _BARE.search(flow.source.name)
    names_program = flow.sink.kind is SinkKind.PROGRAM or "names-program" in flow.sink.details
    is_typed = is_typed and (names_program or _is_parameter(flow, workspace))
    if (_is_offered(flow) and is_all) or is_typed or _names_own_program(flow, workspace):
        return tell(flow, ending, Severity.MEDIUM, Confidence.LOW, "whoever runs the program is asked what to run")
    return tell(flow, ending)


def _is_parameter(flow: Flow, workspace: Workspace) -> bool:
    """Whether the option comes in as a parameter of the function that is the command."""
    document, span = workspace.read(flow.source.span.path), flow.source.span
    if document is None:
        return False
    start = document.offset(span.start_line, span.start_column)
    return re.match(re.escape(flow.source.name.encode()) + rb"\s*[:,=)]", document.data[start : start + 200]) is not None


def _is_offered(flow: Flow) -> bool:
    return flow.source.kind in _RUNNERS and _PROGRAMS.search(flow.source.name) is not None


def _names_own_program(flow: Flow, workspace: Workspace) -> bool:
    """Whether the data is a variable such as `EDITOR`, by the line it is read in; arguments may follow it."""
    document = workspace.read(flow.source.span.path) if flow.source.kind is SourceKind.ENVIRONMENT else None
    if document is None:
        return False
    start = document.line_start(flow.source.span.start_line)
    return (
        _OWN_PROGRAM.search(document.data, start, min(start + 400, document.line_start(flow.source.span.end_line) + 400))
        is not None
    )


def is_own_address(flow: Flow) -> bool:
    """Whether the data is the address of the page that runs the script: whoever opened it is there already."""
    return flow.source.name in _OWN_ADDRESS


def origin(flow: Flow) -> str:
    """Who chose the data, as the beginning of a sentence."""
    source = flow.source
    words = _ORIGINS[source.kind]
    name = "".join(char for char in source.name if char.isprintable() and char != "`")
    if name.startswith("output of "):
        return f"The output of `{name.removeprefix('output of ')}`"
    shown = f"{words} `{name}`" if name else words.rstrip(",")
    if source.owner and source.kind in (SourceKind.TOOL_ARGUMENT, SourceKind.PARAMETER) and source.owner != source.name:
        shown += " of `{}`".format("".join(char for char in source.owner if char.isprintable() and char != "`"))
    return shown + "," if words.endswith(",") and name else shown


def guard_words(guard: Guard, kind: SinkKind | None = None) -> str:
    """Why a guard that was seen does not protect; of an address something else than of a path. Empty where it is about another
    kind of sink, as what tests a text is where only its length does harm."""
    if kind is SinkKind.REGEX and guard.name != "wrong-escape":
        return ""
    if guard.name in _OF_PATHS and kind is not None and kind not in PATHS:
        return _OF_ADDRESSES.get(guard.name, "") if kind in URLS else ""
    return _GUARDS.get(guard.name, "this check does not protect")


def tell(
    flow: Flow, ending: str, severity: Severity | None = None, confidence: Confidence | None = None, context: str = ""
) -> Match:
    """A match at the sink with the story from the source on. Data of whoever runs the program lowers the confidence; what comes
    from their own command line or environment is a note, but where a script runs it."""
    if flow.source.kind in LOCAL and confidence is None:
        confidence = Confidence.LOW
        context = context or _NEARBY.get(flow.source.kind, "whoever runs the program chooses this data")
        if flow.source.kind in _RUNNERS and not _is_run_by_a_script(flow):
            severity = min(severity or Severity.MEDIUM, Severity.MEDIUM)
        if is_tooling(flow.sink.span.path):
            severity, context = Severity.MEDIUM, "a script of the project's own, run by who works on it"
    related = [Related(flow.source.span, f"{origin(flow).rstrip(',')} {COMES_IN}")]
    related += [Related(step.span, step.words) for step in flow.steps]
    related += [Related(guard.span, words) for guard in flow.broken_guards if (words := guard_words(guard, flow.sink.kind))]
    fix = Fix(flow.edit_title, flow.edits) if flow.edits else None
    return Match(
        flow.sink.span, f"{origin(flow)} {ending}.", tuple(related), severity=severity, confidence=confidence, context=context,
        fix=fix, is_flow=True,
    )  # fmt: skip


def _is_run_by_a_script(flow: Flow) -> bool:
    """Whether a program of Python or JavaScript runs the data. The environment of JavaScript is its project's own: on some seventy
    real trees no variable of it was anybody else's."""
    languages = _SCRIPTS if flow.source.kind is SourceKind.COMMAND_LINE else {Language.PYTHON}
    return flow.sink.kind in _RUNS and flow.language in languages


def detail(flow: Flow, prefix: str) -> str:
    """What follows `prefix:` among the details of the sink; empty when there is none."""
    return next((one.partition(":")[2] for one in sorted(flow.sink.details) if one.startswith(prefix + ":")), "")
