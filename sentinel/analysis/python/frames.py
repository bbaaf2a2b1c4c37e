"""Where the walker stands: a frame for each function it is in, and what it calls with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sentinel.analysis.python.values import UNKNOWN, Value, join

if TYPE_CHECKING:
    from sentinel.analysis.python.modules import Function, Klass, Module
    from sentinel.analysis.python.toplevel import Statement
    from sentinel.analysis.python.tree import Node

Env = dict[str, Value]


class Frame:
    """One activation of a function, or of a module's top level."""

    __slots__ = (
        "asked",
        "breaks",
        "brought",
        "env",
        "exits",
        "fell",
        "function",
        "instance",
        "kind",
        "later",
        "module",
        "narrowed",
        "nested",
        "outer",
        "owner",
        "parent",
        "returns",
        "switched",
        "yields",
    )

    def __init__(self, module: Module, function: Function | None, parent: Frame | None, owner: str = "") -> None:
        self.module = module
        self.function = function
        self.parent = parent
        """The frame it was defined in, for names it does not bind itself."""
        self.owner = owner
        """The tool, route or function a reader knows it by."""
        self.env: Env = {}
        self.returns: list[tuple[Value, Env, Node | None]] = []
        """What it returned, with the state and the expression at that point."""
        self.fell: Env | None = None
        """The state at its end, where control comes there."""
        self.switched: list[tuple[Value, Env, Node | None]] = []
        """Those of them that stand behind nothing but a setting."""
        self.yields: list[Value] = []
        self.breaks: list[bool] = []
        """Whether each loop that is open is left before its end."""
        self.exits: list[list[Env]] = []
        """States in which loops were left or begun anew, one list for each loop that is open."""
        self.instance: Value | None = None
        self.nested: list[Function] = []
        """Functions defined in it, in order."""
        self.narrowed = False
        """Whether an expression that is no name was narrowed by a guard."""
        self.outer: set[str] = set()
        """Names declared global or nonlocal."""
        self.later: dict[str, list[Statement]] = {}
        """Of a module's top level: statements that wait until their name is asked for."""
        self.asked: dict[str, Node] = {}
        """The statement that each cursor was given last, by how the cursor is written."""
        self.brought: Env = {}
        """What those that waited gave their names: where they were asked for, the state may be one that is left again."""
        self.kind = ""
        """How the outside calls it: `tool`, `route`, ... for entries."""


class Walked(NamedTuple):
    """What became of a call that was walked."""

    result: Value
    frame: Frame
    """As it was at the end."""
    idle: int
    """See `Walker.idle`: how far it was followed."""


class Instance:
    """Marks a value as an object of a class of the workspace; its fields are the value's entries."""

    __slots__ = ("_stand_ins", "has_maker", "is_made", "is_promised", "klass")
    is_object = True

    def __init__(self, klass: Klass, is_promised: bool = False, has_maker: bool = False) -> None:
        self.klass = klass
        self.is_promised = is_promised
        """Whether it was not seen to be made, so that it may be of a class made of this one."""
        self.has_maker = has_maker
        """Whether it was seen what its constructor was handed."""
        self.is_made = not is_promised
        """Whether its constructor was walked; of one that was only promised it is when a field is asked for."""
        self._stand_ins: dict[Klass, Value] | None = None

    def stand_in(self, klass: Klass) -> Value:
        """The object of a class made of this one that this one may be: always the same, so that what it does is walked once."""
        if self._stand_ins is None:
            self._stand_ins = {}
        if klass not in self._stand_ins:
            self._stand_ins[klass] = Value(target=Instance(klass, is_promised=True), entries={})
        return self._stand_ins[klass]


class Bound:
    """A method with the object it belongs to."""

    __slots__ = ("function", "receiver")
    is_callable = True

    def __init__(self, function: Function, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class Partial:
    """A callable with some of its arguments."""

    __slots__ = ("arguments", "callee")
    is_callable = True

    def __init__(self, callee: Value, arguments: Arguments) -> None:
        self.callee = callee
        self.arguments = arguments


class Recorder:
    """Stands for a function and remembers what it is called with."""

    __slots__ = ("calls",)
    is_callable = True

    def __init__(self) -> None:
        self.calls: list[Arguments] = []


class Arguments:
    """The arguments of a call."""

    __slots__ = ("keywords", "nodes", "positional", "rest", "rest_keywords")

    def __init__(
        self,
        positional: list[Value] | None = None,
        keywords: dict[str, Value] | None = None,
        rest: Value | None = None,
        rest_keywords: Value | None = None,
    ) -> None:
        self.positional = positional if positional is not None else []
        self.keywords = keywords if keywords is not None else {}
        self.rest = rest
        """What a starred argument of unknown length brings."""
        self.rest_keywords = rest_keywords
        self.nodes: dict[Any, Node] = {}
        """Where each argument stands, by position or keyword."""

    def get(self, position: int, names: tuple[str, ...] = ()) -> tuple[Value, Any] | None:
        """An argument by position or by one of the names, with its key in `nodes`."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name], name
        if 0 <= position < len(self.positional):
            return self.positional[position], position
        if position >= 0 and self.rest is not None:
            return self.rest, "*"
        if names and self.rest_keywords is not None:
            for name in names:
                if self.rest_keywords.entries and name in self.rest_keywords.entries:
                    return self.rest_keywords.entries[name], "**"
        return None

    def value(self, position: int, *names: str) -> Value | None:
        """An argument's value alone."""
        found = self.get(position, names)
        return found[0] if found else None

    def after(self, count: int) -> Arguments:
        """The same without the first ones that have no name."""
        rest = Arguments(self.positional[count:], dict(self.keywords), self.rest, self.rest_keywords)
        nodes = {key - count if isinstance(key, int) else key: node for key, node in self.nodes.items()}
        rest.nodes = {key: node for key, node in nodes.items() if not (isinstance(key, int) and key < 0)}
        return rest

    def everything(self) -> list[Value]:
        """All of them, in order."""
        held = [*self.positional, *self.keywords.values()]
        held.extend(value for value in (self.rest, self.rest_keywords) if value is not None)
        return held


_MOST_CASES = 8
"""States that a flag remembers."""


def _is_flag(value: Value) -> bool:
    is_word = value.const is None or (isinstance(value.const, str) and not value.is_container)
    return value.const is True or value.const is False or is_word or bool(value.cases)


def _cases(flag: Value, env: Env) -> tuple[tuple[bool, Env], ...]:
    return flag.cases or ((bool(flag.const), env),)


GROWN = "~"
"""Before the name of a list: the flag that says whether something was put into it since it was empty; it refers to the list."""


def _with_flag(name: str, flag: Value, grown: Env, env: Env) -> Value:
    """A flag that is set in one of two states only."""
    made = flag.copy(const=UNKNOWN)
    made.cases = (*_cases(flag, grown), (False, env))[:_MOST_CASES]
    return made


def join_env(first: Env, second: Env) -> Env:
    """What holds after either of two states."""
    if first is second:
        return first
    merged = dict(first)
    for name, value in second.items():
        other = merged.get(name)
        if other is None:
            if name.startswith(GROWN):
                merged[name] = _with_flag(name, value, second, first)
            elif not name.startswith("@"):
                merged[name] = value
        elif other is not value:
            merged[name] = join(other, value)
            if _is_flag(other) and _is_flag(value) and (other.cases or value.cases or other.const is not value.const):
                merged[name].cases = (*_cases(other, first), *_cases(value, second))[:_MOST_CASES]
    for name in first.keys() - second.keys():
        if name.startswith("@"):
            del merged[name]
        elif name.startswith(GROWN):
            merged[name] = _with_flag(name, merged[name], first, second)
    return merged


def join_all(envs: list[Env]) -> Env:
    """What holds after any of several states; they are not empty."""
    merged = envs[0]
    for env in envs[1:]:
        merged = join_env(merged, env)
    return merged
