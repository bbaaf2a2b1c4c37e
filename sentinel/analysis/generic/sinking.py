"""Calls, constructions and fields that do harm with what they are given."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from sentinel.analysis.generic.forms import NOTHING, Form, Kind
from sentinel.analysis.generic.naming import written_as
from sentinel.analysis.generic.objects import is_checked_later
from sentinel.analysis.generic.tables import ALL, RECEIVER, Called, SinkRow, fits
from sentinel.analysis.generic.values import NO_KINDS, UNKNOWN, Value
from sentinel.model.document import Language
from sentinel.model.flow import SinkKind

if TYPE_CHECKING:
    from sentinel.analysis.generic.walker import Walker

_SHELLS = re.compile(r"(?i)^(?:.*[/\\])?(?:ba|da|z|k|a|c)?sh(?:\.exe)?$|^(?:.*[/\\])?(?:cmd|powershell|pwsh)(?:\.exe)?$")
_SHELL_LINE = re.compile(r"(?i)^(?:-[a-z]*c|/c|/k|-command|-encodedcommand)$")
_LINE_FOR_SHELL = re.compile(
    r"(?i)^\s*(?:\S*[/\\])?(?:(?:ba|z|da)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?)\s+(?:-[a-z]*c|/c|-command)\b"
)
_NO_PAGE = re.compile(
    r"(?:new )?(?:ByteArrayOutputStream|FileOutputStream|DataOutputStream|ObjectOutputStream|ZipOutputStream|OutputStreamWriter|"
    r"FileWriter|StringWriter|BufferedWriter|StreamWriter|MemoryStream|FileStream)\b"
)
"""What is written to, that is no response."""
_DIALLED = re.compile(rb"\bControl(?:Context)?(?:\s*=|:)|\bDialContext(?:\s*=|:)")
_PRIVATE = re.compile(rb"(?i)private|loopback")
_SWITCH = re.compile(
    r"--(?:no-[\w-]+|json|verbose|quiet|force|recursive|all|porcelain|oneline|stat|hard|soft|mixed|bare|mirror|global|yes|silent|"
    r"dry-run|help|version|prune|tags|staged|cached|amend|delete|single-branch|name-only|raw|follow|location|detach)$"
)
"""Long options without a value, of those that stand before names and addresses."""
_VALUED = frozenset("-C -m -b -B -o -i -u -p -L -H -X -A -t -F".split())
"""Options of one letter that take a value in most programs."""
_WORDS_AFTER_ONE_DASH = frozenset("find ffmpeg ffprobe openssl terraform convert magick".split())
_VALUELESS = frozenset("-y -n -hide_banner -nostdin -print -print0 -delete -not -depth -json".split())
_MOST_SAID = 600
_BY_FIELD = {
    "own-resolver": (RECEIVER, "XmlResolver", re.compile(r"Xml(?:Url|Secure|Preloaded)?Resolver")),
    "resolver-given": (1, "XmlResolver", re.compile(r"Xml(?:Url|Secure|Preloaded)?Resolver")),
    "types-given": (1, "TypeNameHandling", re.compile(r"TypeNameHandling\.(?!None)")),
}
"""By the shape of a row: where the object is that was set up, its field, and what the field holds when it does harm."""


def _is_interpolated(form: Form, position: int) -> bool:
    """Whether an argument is an interpolated text as it stands, which such a method takes apart into values itself."""
    part = form.parts[1 + position] if 1 + position < len(form.parts) else NOTHING
    return part.kind is Kind.JOIN and not part.name


def sinks_of_call(walker: Walker, form: Form, receiver: Value, given: list[Value]) -> frozenset[SinkKind]:
    """Tell of the flows that end in a call or construction. Returns the kinds of harm of which its result is not told again."""
    rows = walker.table.sinks.get(form.name)
    if not rows or not (receiver.taints or any(value.taints for value in given)):
        return NO_KINDS
    written = "new" if form.kind is Kind.NEW else written_as(form.parts[0])
    for called in rows:
        if fits(called, written, receiver.reference) and is_given(called, given):
            if any("only-made" in row.details for row in called.rows) and is_checked_later(walker, form):
                return NO_KINDS
            for row in called.rows:
                _tell(walker, form, row, _name_of(form, written), receiver, given)
            return frozenset(row.kind for row in called.rows)
    return NO_KINDS


def sinks_of_write(walker: Walker, form: Form, target: Form, value: Value) -> None:
    """Tell of the flows that end where a field is set."""
    if target.kind is not Kind.MEMBER:
        return
    for called in walker.table.writes.get(target.name, ()):
        owner = walker.peek(target.parts[0])
        written = written_as(target.parts[0])
        if fits(called, written, owner.reference):
            for row in called.rows:
                if row.shape == "arguments":
                    _of_start_info(walker, form, written, owner, value)
                else:
                    walker.tell(form, row.kind, f"{written}.{target.name}", value, row.details, form.parts[0])
            return


def sinks_of_return(walker: Walker, form: Form, value: Value) -> None:
    """Tell of the flows that end where a handler returns a text that the framework acts on."""
    function = walker.function
    if function is None:
        return
    for one in walker.table.returns:
        if (one.looks.search(value.beginning) or one.looks.search(value.reference)) and any(map(one.marks.search, function.marks)):
            walker.tell(form, one.row.kind, "return", value, one.row.details, form.parts[0])


def _name_of(form: Form, written: str) -> str:
    if form.name == "`":
        return "backticks"
    name = form.name if not written else f"new {form.name}" if written == "new" else f"{written}.{form.name}"
    return re.sub(r"[^\w.$\[\]()!? ]", "", name)[-60:]


def is_given(called: Called, given: list[Value]) -> bool:
    """Whether a row's argument looks as it must."""
    if called.given is None:
        return True
    at, looks = called.given
    if at >= len(given):
        return bool(looks.search(""))
    value = given[at]
    return any(looks.search(text) for text in (value.reference, value.constant or "") if text) or bool(looks.search(""))


def _is_left_out(form: Form, row: SinkRow) -> bool:
    """Whether the argument has a form in which it does no harm there."""
    if row.shape == "no-object":
        return _is_made_here(form, row.position)
    return row.shape == "plain" and _is_interpolated(form, row.position)


def _is_made_here(form: Form, position: int) -> bool:
    """Whether an argument is an object made in its place: one that draws itself is no name of a template."""
    if position + 1 >= len(form.parts):
        return False
    part = form.parts[position + 1]
    return part.kind is Kind.NEW or (part.kind is Kind.CALL and part.name == "new")


def _is_checked_on_connecting(walker: Walker) -> bool:
    """Whether the program looks at the address that it connects to, whatever was asked for."""
    data = walker.document.data
    return walker.language is Language.GO and _DIALLED.search(data) is not None and _PRIVATE.search(data) is not None


def _tell(walker: Walker, form: Form, row: SinkRow, name: str, receiver: Value, given: list[Value]) -> None:
    if row.kind is SinkKind.URL and _is_checked_on_connecting(walker):
        return
    if row.kind is SinkKind.HTML and _NO_PAGE.match(receiver.reference):
        return
    shape, _, word = row.shape.partition(":")
    if shape in ("says", "unless"):
        text = walker.document.data[form.start : min(form.end, form.start + _MOST_SAID)]
        if (word.encode() in text.lower()) != (shape == "says"):
            return
        value, part = _at(walker, form, given, row)
        walker.tell(form, row.kind, name, value, row.details, part)
    elif shape == "entire":
        value, part = _at(walker, form, given, row)
        if not value.is_joined and value.items is None:
            walker.tell(form, row.kind, name, value, row.details, part)
    elif shape == "alone":
        if len(given) == 1:
            walker.tell(form, row.kind, name, given[0], row.details, form.parts[1])
    elif shape == "named":
        for value, part in zip(given, form.parts[1:], strict=False):
            if part.kind is Kind.PAIR and part.name == word and not value.fields:
                value = value.items[0] if value.items and row.kind is SinkKind.SQL else value
                walker.tell(form, row.kind, name, value, row.details, part)
    elif shape in ("joined", "begins"):
        value, part = _at(walker, form, given, row)
        if value.is_joined and value.beginning.lower().startswith(word):
            walker.tell(form, row.kind, name, value, row.details, part)
    elif row.shape == "argv":
        _of_arguments(walker, form, name, _flat(given[row.position :]), given)
    elif row.shape == "added":
        _of_added(walker, form, name, given)
    elif row.shape == "line":
        _of_line(walker, form, name, given)
    elif row.shape == "receiver":
        _of_arguments(walker, form, name, list(receiver.items or ()))
    elif row.shape == "line-after-option":
        _of_shell(walker, form, name, given)
    elif row.shape == "command":
        _of_command(walker, form, name, given)
    elif row.shape in _BY_FIELD:
        position, name_of_field, looks = _BY_FIELD[row.shape]
        held = receiver if position == RECEIVER else given[position] if position < len(given) else UNKNOWN
        field = held.of_field(name_of_field)
        if field is not None and looks.search(field.reference):
            value, part = _at(walker, form, given, row)
            walker.tell(form, row.kind, name, value, row.details, part)
    elif _is_left_out(form, row):
        return
    elif row.position == RECEIVER:
        walker.tell(form, row.kind, name, receiver, row.details, form.parts[0])
    elif row.position == ALL:
        for value, part in _positional(walker, form, given):
            walker.tell(form, row.kind, name, value, row.details, part)
    else:
        value, part = _at(walker, form, given, row)
        walker.tell(form, row.kind, name, value, row.details, part)


def _positional(walker: Walker, form: Form, given: list[Value]) -> list[tuple[Value, Form]]:
    """The arguments with their forms; what a hash of Ruby brings along has no place among them."""
    both = zip(given, form.parts[1:], strict=False)
    return [(value, part) for value, part in both if part.kind is not Kind.PAIR or walker.language is not Language.RUBY]


def _at(walker: Walker, form: Form, given: list[Value], row: SinkRow) -> tuple[Value, Form]:
    plain = _positional(walker, form, given)
    if row.position >= len(plain):
        return UNKNOWN, NOTHING
    value, part = plain[row.position]
    if row.kind is SinkKind.SQL and value.items and value.items[0].constant is not None:
        return UNKNOWN, NOTHING  # a statement with its values in one list
    if row.kind is SinkKind.REDIRECT and any(_keeps_host(walker, one) for one in form.parts[1:]):
        return UNKNOWN, NOTHING
    return value, part


def _keeps_host(walker: Walker, part: Form) -> bool:
    """Whether an option of a redirect lets no other host pass."""
    if part.name == "allow_other_host":
        return walker.document.data[part.start : part.end].rstrip().endswith(b"false")
    return part.name == "only_path"


def _flat(given: list[Value]) -> list[Value]:
    """The program and its arguments, with lists laid out."""
    made: list[Value] = []
    for value in given:
        if value.items is not None and not value.fields:
            made += value.items
        else:
            made.append(value)
    return made


def _of_start_info(walker: Walker, form: Form, written: str, owner: Value, value: Value) -> None:
    """The one text of arguments that a process is told, after its program."""
    program = walker.state.names.get(f"{written}.FileName") or owner.of_field("FileName")
    if program is None and owner.items:
        program = owner.items[0]
    if program is not None and program.constant is not None:
        _of_arguments(walker, form, f"{written}.Arguments", [program, value])


def _of_added(walker: Walker, form: Form, name: str, given: list[Value]) -> None:
    """One more argument of a process that is being set up."""
    words = form.parts[0]
    owner = words.parts[0] if words.parts else NOTHING
    held = walker.peek(owner)
    program = walker.state.names.get(f"{written_as(owner)}.FileName") or held.of_field("FileName")
    if program is None and held.items:
        program = held.items[0]
    if program is not None and program.constant is not None:
        before = walker.state.names.get(written_as(words), UNKNOWN).items or ()
        _of_arguments(walker, form, name, [program, *(Value(constant=one.constant) for one in before), *given])


def _of_arguments(walker: Walker, form: Form, name: str, words: list[Value], given: list[Value] | None = None) -> None:
    """A program with its arguments: a line for a shell, the choice of a program, or an argument."""
    if not words:
        return
    first = words[0]
    if first.fields:
        return  # told of where it was made
    named = {part.name: value for part, value in zip(form.parts[1:], given or (), strict=False) if part.kind is Kind.PAIR}
    if named:
        words = [named[name] for name in ("FileName", "Path", "Arguments", "Args", "ArgumentList") if name in named]
        if not words or not {"FileName", "Path"} & named.keys():
            return
        first = words[0]
    if first.taints:
        walker.tell(form, SinkKind.PROGRAM, name, first, frozenset({"text"}) if first.is_joined else frozenset())
        return
    if first.constant is not None and _SHELLS.match(first.constant):
        _of_shell(walker, form, name, words[1:])
        return
    program = re.split(r"[/\\]", first.constant or "")[-1].removesuffix(".exe")
    ended = False
    for before, value in itertools.pairwise(words):
        ended = ended or value.constant == "--"
        if value.taints and program:
            details = (
                {f"program:{program}"}
                | (set() if value.is_joined else {"leading-position"})
                | (set() if ended else {"no-terminator"})
                | ({"option-value"} if _takes_value(before.constant or "", program) else set())
            )
            walker.tell(form, SinkKind.ARGUMENT, name, value, frozenset(details))


def _takes_value(option: str, program: str) -> bool:
    """Whether what follows an option is believed to be its value."""
    if option.startswith("--"):
        return len(option) > 2 and "=" not in option and not _SWITCH.match(option)
    return option in _VALUED or (program in _WORDS_AFTER_ONE_DASH and option.startswith("-") and option not in _VALUELESS)


def _of_shell(walker: Walker, form: Form, name: str, words: list[Value]) -> None:
    is_line = False
    for value in words:
        text = (value.constant or "") if value.constant is not None else ""
        if is_line or (value.taints and value.is_joined and len(words) == 1):
            if value.taints:
                walker.tell(form, SinkKind.SHELL, name, value, frozenset({"shell-true"}))
            if value.taints or value.constant is None:
                return
        is_line = is_line or bool(_SHELL_LINE.match(text))


def _of_line(walker: Walker, form: Form, name: str, given: list[Value]) -> None:
    """One string that is split at blanks without a shell, or a list of words."""
    if not given:
        return
    if given[0].items is not None or (len(given) > 1 and _SHELLS.match(given[0].constant or "")):
        _of_arguments(walker, form, name, _flat(given[:1] if given[0].items is not None else given))
        return
    first = given[0]
    if _LINE_FOR_SHELL.match(first.beginning):
        walker.tell(form, SinkKind.SHELL, name, first, frozenset({"shell-true"}))
        return
    walker.tell(form, SinkKind.PROGRAM, name, first, frozenset({"text"}) if first.is_joined else frozenset())


def _of_command(walker: Walker, form: Form, name: str, given: list[Value]) -> None:
    """One string is a line for a shell; several are a program and its arguments."""
    words = [value for value, part in zip(given, form.parts[1:], strict=False) if part.kind is not Kind.PAIR and not value.fields]
    if len(words) == 1 and words[0].items is None:
        walker.tell(form, SinkKind.SHELL, name, words[0], frozenset({"shell-true"}), form.parts[1])
    elif words:
        _of_arguments(walker, form, name, _flat(words))
