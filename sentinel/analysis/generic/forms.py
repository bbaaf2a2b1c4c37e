"""The small common form that every language is lowered to before it is walked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What a form is; `Form.parts` says what its parts stand for."""

    CONSTANT = auto()
    """A literal; `name` is its value as text."""
    NAME = auto()
    MEMBER = auto()
    """Parts: the object."""
    INDEX = auto()
    """Parts: the object, then the key."""
    CALL = auto()
    """`name` is the callee's last name. Parts: the receiver (or EMPTY), then the arguments."""
    NEW = auto()
    """`name` is the type. Parts: EMPTY, then the arguments; the fields that an initialiser sets are PAIRs."""
    JOIN = auto()
    """A text made of its parts."""
    LIST = auto()
    PAIR = auto()
    """A named argument, field or entry. Parts: the value."""
    EITHER = auto()
    """One of its parts, known when it runs."""
    OPERATION = auto()
    """A comparison, test or computation named by its operator; tells something, carries nothing."""
    NOT = auto()
    ASSIGN = auto()
    """`name` is the declared type, `+=` for an appending, `:=` and the type for new names of the block. Parts: value, targets."""
    RETURN = auto()
    EXIT = auto()
    """Leaves the function or the loop without a value."""
    BRANCH = auto()
    """Parts: the condition, what runs when it holds, what runs when it does not."""
    LOOP = auto()
    """Parts: what is gone through, the body, then the names bound, which are new ones when it is named `:=`."""
    FUNCTION = auto()
    CAST = auto()
    """`name` is the type. Parts: the value."""
    GROUP = auto()
    """Its parts in order; its value is that of the last. With the name `scope`, names that are new in it end with it."""
    EMPTY = auto()


class Form(NamedTuple):
    """A node of the common form."""

    kind: Kind
    start: int
    """Byte offsets in the document, half-open."""
    end: int
    name: str = ""
    parts: tuple[Form, ...] = ()
    function: Function | None = None
    """Of a FUNCTION."""


NOTHING = Form(Kind.EMPTY, 0, 0)


class Parameter(NamedTuple):
    """A parameter of a function."""

    name: str
    type: str
    """As written, without blanks; empty when there is none."""
    start: int
    end: int
    marks: tuple[str, ...] = ()
    """Names of the annotations or attributes on it."""
    bound: tuple[str, ...] = ()
    """The names that a pattern binds in its place."""


@dataclass(slots=True, eq=False)
class Function:
    """A function, method or closure."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Form
    start: int
    end: int
    marks: tuple[str, ...] = ()
    """Names of the annotations or attributes on it."""
    owner_marks: tuple[str, ...] = ()
    """The annotations on its class, the class's name and what the class derives from."""
    is_hidden: bool = False
    """Whether only its own file can call it."""
    receiver: str = ""
    """What it calls the object that it belongs to, where the language lets it choose."""
    receiver_type: str = ""
    """The type of that object."""
    result: str = ""
    """The type of what it returns, or the types in parentheses, without blanks, where they are written behind it."""


@dataclass(slots=True)
class Program:
    """A document in the common form."""

    body: Form
    functions: list[Function]
    """Every function in the order of the document, closures included."""
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    """The declared types of the fields of each type of the document."""
    cut: str = ""
    """Why the document was not lowered to the end; empty when it was."""
