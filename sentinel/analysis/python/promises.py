"""Objects that only an annotation tells of: parameters that are handed in from elsewhere, results of what was not walked.

A promise is noted where the annotation stands and read when something is asked of the object, which most are never.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sentinel.analysis.python.locating import locate
from sentinel.analysis.python.modules import Function, Import, Module
from sentinel.analysis.python.values import Value

if TYPE_CHECKING:
    from sentinel.analysis.python.walker import Walker

_MOST_TEXT = 200
_DEPTH = 4
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,4}")
_PASSED_OVER = frozenset(
    "str int float bool bytes bytearray dict list tuple set frozenset object None Any Self Callable Type type Literal T"
    " Path datetime UUID Decimal TypeVar Dict List Tuple Set Iterable Mapping Sequence Iterator AnyStr Exception".split()
)
_SAME = frozenset("Optional Annotated Awaitable ClassVar Final Required NotRequired".split())
"""Generic types whose first argument says what the value is."""
_LAST = frozenset({"Coroutine"})
_LISTS = frozenset(
    "list List Sequence Iterable Iterator AsyncIterator AsyncIterable Generator AsyncGenerator set Set tuple Tuple deque"
    " AbstractContextManager AbstractAsyncContextManager".split()
)
"""Generic types that hold or bring values of their first argument."""
_MAPPINGS = frozenset("dict Dict Mapping MutableMapping OrderedDict defaultdict".split())


class Promise:
    """Marks a value as an object of a class that was only named."""

    __slots__ = ("kept", "module", "name")

    def __init__(self, module: Module, name: str) -> None:
        self.module = module
        """Where the name is looked up."""
        self.name = name
        self.kept: Value | None = None
        """The object, once something was asked of it."""


def promised(walker: Walker, module: Module, annotation: str, depth: int = 0) -> Value | None:
    """What an annotation of a module says of a value of which nothing else is known; None when it says nothing of use."""
    text = annotation.strip().strip("\"'")
    if not text or len(text) > _MOST_TEXT or depth > _DEPTH:
        return None
    head, bracket, rest = text.partition("[")
    name = head.rpartition(".")[2].strip()
    if bracket and rest.endswith("]") and "|" not in head:
        return _generic(walker, module, name, _split(rest[:-1], ","), depth)
    options = [option for option in _split(text, "|") if option != "None"]
    if len(options) != 1:
        return None
    text = options[0]
    if "[" in text:
        return promised(walker, module, text, depth + 1)
    if not _NAME.fullmatch(text) or text.rpartition(".")[2] in _PASSED_OVER:
        return None
    ref = _reference(walker, module, text)
    return Value(ref=ref, target=Promise(module, text), opaque=True) if ref else None


def _generic(walker: Walker, module: Module, name: str, given: list[str], depth: int) -> Value | None:
    if name in _SAME or name in _LAST:
        return promised(walker, module, given[-1 if name in _LAST else 0], depth + 1) if given else None
    if name == "Union":
        options = [option for option in given if option != "None"]
        return promised(walker, module, options[0], depth + 1) if len(options) == 1 else None
    if name in _LISTS and given:
        held = promised(walker, module, given[0], depth + 1)
        return Value(items=[], rest=held) if held is not None else None
    if name in _MAPPINGS and len(given) == 2:
        held = promised(walker, module, given[1], depth + 1)
        return Value(entries={}, rest=held) if held is not None else None
    return None


def _split(text: str, mark: str) -> list[str]:
    """The parts of a text between marks that stand in no brackets."""
    found, depth, begin = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "[(") - (char in "])")
        if char == mark and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
    return [*found, text[begin:].strip()]


def _reference(walker: Walker, module: Module, name: str) -> str:
    """The dotted name of an object of a class by the name that stands for the class here; empty when nothing binds it."""
    head, _, rest = name.partition(".")
    if head in module.classes:
        return f"{name}()"
    found = walker.of_module(module, head)
    if found is None or not (found.ref or found.target is not None):
        return ""
    called = found.ref or head
    return f"{called}.{rest}()" if rest else f"{called}()"


def class_of(walker: Walker, module: Module, name: str) -> Any:
    """What a name of a module that stands for a class leads to: the target of its value."""
    head, *rest = name.split(".")
    found = walker.settled(walker.lookup(head, walker.module_frame(module)))
    for part in rest:
        if not isinstance(found.target, Module):
            return None
        found = walker.settled(walker.member(found.target, part, part))
    return found.target


def of_result(walker: Walker, function: Function) -> Value | None:
    """What a function says it returns."""
    declared = function.node.get("return_type")
    return promised(walker, function.module, function.module.text(declared)) if declared is not None else None


def of_parameter(walker: Walker, function: Function, declaration: Any) -> Value | None:
    """What a function says of a parameter; the same object whenever it is asked."""
    declared = declaration.get("type")
    if declared is None:
        return None
    key = ("promise", function.module.path, declaration.start)
    if key not in walker.memo:
        walker.memo[key] = promised(walker, function.module, function.module.text(declared))
    made: Value | None = walker.memo[key]
    return made


_IMPORTS = re.compile(rb"^from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]{1,4000}\)|[^\n(]{1,400})", re.MULTILINE)
_HOPS = 3


def alias(walker: Walker, module: Module, name: str) -> str:
    """Which texts a name of a module stands for, as the workspace writes it; empty where it stands for anything else."""
    key = ("alias", module.path, name)
    if key not in walker.memo:
        given = _given(walker, *_home(walker, module, name), _LITERALS)
        walker.memo[key] = given[1] if given is not None else ""
    made: str = walker.memo[key]
    return made


def spelled_out(walker: Walker, module: Module, name: str) -> tuple[Module, str] | None:
    """Where a name of a module is made to stand for a type, often with what a framework is told of it, and that type's text."""
    key = ("spelled out", module.path, name)
    if key not in walker.memo:
        given = _given(walker, *_home(walker, module, name), _SPELLED_OUT)
        home = walker.load(given[0]) if given is not None else None
        walker.memo[key] = (home, " ".join(given[1].split())) if given is not None and home is not None else None
    made: tuple[Module, str] | None = walker.memo[key]
    return made


class _Written(NamedTuple):
    """How what a name stands for is written behind it."""

    form: bytes
    word: bytes = b""
    """Stands in every document that writes it."""


_GIVEN = rb"\b[ \t]*(?::[^=\n]{1,60})?=[ \t]*"
_LITERALS = _Written(_GIVEN + rb"([^\n]{1,300})", b"Literal")
_SPELLED_OUT = _Written(
    _GIVEN + rb"((?:\w{1,40}\.){0,3}[A-Z]\w{0,60}(?:\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){1,400}\])?)[ \t]*(?:#[^\n]*)?$"
)


def _home(walker: Walker, module: Module, name: str) -> tuple[str, str]:
    """The path of the module that a name of a module is taken from, and what it is called there."""
    found = walker.of_module(module, name)
    if found is not None and isinstance(found.target, Import):
        return found.target.path, found.target.attribute or name
    return module.path, name


def _given(walker: Walker, path: str, name: str, written: _Written, hops: int = _HOPS) -> tuple[str, str] | None:
    """From the path of a module that has a name: that of the one which gives it what it stands for, and that text."""
    document = walker.workspace.read(path)
    if document is None or hops == 0:
        return None
    own = re.escape(name.encode())
    if not written.word or document.holds(written.word):
        given = re.search(rb"^(?:type[ \t]+)?" + own + written.form, document.data, re.MULTILINE)
        if given is not None:
            return path, given.group(1).decode("utf-8", "replace")
    word = re.compile(rb"\b" + own + rb"\b")
    brought = next((one for one in _IMPORTS.finditer(document.data) if word.search(one.group(3))), None)
    home = locate(walker.workspace, path, brought.group(2).decode(), len(brought.group(1))) if brought is not None else ""
    return _given(walker, home, name, written, hops - 1) if home else None


def is_written_as(walker: Walker, module: Module, annotation: str, bases: re.Pattern[bytes]) -> bool:
    """Whether the class of an annotation is derived from one of `bases` where it is defined, read as text: modules in which nothing
    begins or ends are not loaded."""
    said = promised(walker, module, annotation)
    if said is None or not isinstance(said.target, Promise) or "." in said.target.name:
        return False
    found = walker.of_module(module, said.target.name)
    if found is None or not isinstance(found.target, Import):
        return False
    document = walker.workspace.read(found.target.path)
    name = re.escape((found.target.attribute or said.target.name).encode())
    defined = (
        re.search(rb"^class[ \t]+" + name + rb"\(([^)]{1,200})\)", document.data, re.MULTILINE) if document is not None else None
    )
    return defined is not None and bases.search(defined.group(1)) is not None


def is_bare(value: Value) -> bool:
    """Whether nothing is known of a value but perhaps its name."""
    return (
        value.opaque and value.target is None and not value.taints and not value.is_constant and not value.is_container
        and (not value.ref or value.ref.startswith("?") or value.ref.endswith("()"))
    )  # fmt: skip
