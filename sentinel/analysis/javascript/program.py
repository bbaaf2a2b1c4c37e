"""The small language that JavaScript, TypeScript and TSX are lowered to before they are walked: types, comments and grammar gone.

Every node knows its half-open byte range in the document. Function bodies are lowered when they are first walked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Node:
    """Anything that can be walked."""

    start: int
    """Byte offset."""
    end: int
    """Byte offset, exclusive."""


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A literal: text, number, truth value, None for null and undefined."""

    value: str | float | int | bool | None


@dataclass(slots=True, eq=False)
class Name(Node):
    """An identifier, read or bound; `this` and `super` too."""

    name: str


@dataclass(slots=True, eq=False)
class Joined(Node):
    """A template literal or a chain of `+`."""

    parts: tuple[Node, ...]
    is_template: bool


@dataclass(slots=True, eq=False)
class Tagged(Node):
    """A template literal handed to a function."""

    tag: Node
    parts: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Logical(Node):
    """`&&`, `||` or `??` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Binary(Node):
    """Any other operator of two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Unary(Node):
    """An operator of one operand."""

    operator: str
    operand: Node


@dataclass(slots=True, eq=False)
class Conditional(Node):
    """`test ? consequence : alternative`."""

    test: Node
    consequence: Node
    alternative: Node


@dataclass(slots=True, eq=False)
class Assign(Node):
    """`target = value`; `operator` is what stands before `=`."""

    target: Node
    operator: str
    value: Node


@dataclass(slots=True, eq=False)
class Member(Node):
    """`object.name`."""

    object: Node
    name: str


@dataclass(slots=True, eq=False)
class Index(Node):
    """`object[key]`."""

    object: Node
    key: Node


@dataclass(slots=True, eq=False)
class Call(Node):
    """A call or a construction."""

    callee: Node
    arguments: tuple[Node, ...]
    is_new: bool


@dataclass(slots=True, eq=False)
class Spread(Node):
    """`...value` in a call, an array or an object; in patterns, the rest."""

    value: Node


@dataclass(slots=True, eq=False)
class Property(Node):
    """`key: value` of an object or an object pattern; `computed` when the key is not known from its text."""

    name: str
    value: Node
    computed: Node | None = None


@dataclass(slots=True, eq=False)
class ObjectNode(Node):
    """An object literal or object pattern: Property and Spread."""

    entries: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class ArrayNode(Node):
    """An array literal or array pattern; a hole is a Constant of None."""

    elements: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Default(Node):
    """`target = value` inside a pattern."""

    target: Node
    value: Node


@dataclass(slots=True, eq=False)
class RegexNode(Node):
    """A regular expression literal."""

    pattern: str
    flags: str


@dataclass(slots=True, eq=False)
class Group(Node):
    """Expressions evaluated in order, the last being the value; also await, yield and what has no meaning of its own."""

    parts: tuple[Node, ...]
    is_yield: bool = False


@dataclass(slots=True, eq=False)
class Jsx(Node):
    """A JSX element with its attributes (Property, Spread) and children."""

    name: str
    attributes: tuple[Node, ...]
    children: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """A parameter of a function."""

    pattern: Node
    default: Node | None
    type: str
    """Its annotation as written; empty without one."""
    decorators: tuple[Node, ...]
    is_rest: bool
    is_field: bool
    """A TypeScript parameter property: it also becomes a field of `this`."""


@dataclass(slots=True, eq=False)
class Function(Node):
    """A function in any of its forms."""

    name: str
    parameters: tuple[Parameter, ...]
    is_arrow: bool
    lower_body: Callable[[], tuple[Node, ...]]
    lowered: tuple[Node, ...] | None = None
    decorators: tuple[Node, ...] = ()

    @property
    def body(self) -> tuple[Node, ...]:
        """Its statements, lowered at the first request."""
        if self.lowered is None:
            self.lowered = self.lower_body()
        return self.lowered


@dataclass(slots=True, eq=False)
class Method(Node):
    """A method or accessor of a class or an object."""

    name: str
    function: Function
    kind: str
    """`method`, `get` or `set`."""
    is_static: bool
    is_private: bool


@dataclass(slots=True, eq=False)
class Field(Node):
    """A field of a class."""

    name: str
    value: Node | None
    is_static: bool
    type: str = ""
    """Its annotation as written; empty without one."""


@dataclass(slots=True, eq=False)
class Class(Node):
    """A class."""

    name: str
    parent: Node | None
    members: tuple[Node, ...]
    """Method, Field and Block (static blocks)."""
    decorators: tuple[Node, ...] = ()


@dataclass(slots=True, eq=False)
class Declare(Node):
    """`const pattern = value`."""

    pattern: Node
    value: Node | None
    type: str
    is_var: bool
    """Declared with `var`: a name of the whole function."""


@dataclass(slots=True, eq=False)
class Block(Node):
    """Statements in order."""

    statements: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class If(Node):
    """A condition."""

    test: Node
    consequence: Node
    alternative: Node | None


@dataclass(slots=True, eq=False)
class Loop(Node):
    """Any loop."""

    before: Node | None
    test: Node | None
    after: Node | None
    pattern: Node | None
    """What `for ... of` and `for ... in` bind."""
    iterable: Node | None
    is_keys: bool
    """`for ... in`."""
    body: Node
    is_do: bool = False


@dataclass(slots=True, eq=False)
class Case(Node):
    """One case of a switch; `test` is None for the default."""

    test: Node | None
    statements: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Switch(Node):
    """A switch."""

    subject: Node
    cases: tuple[Case, ...]


@dataclass(slots=True, eq=False)
class Try(Node):
    """try, catch, finally."""

    body: Node
    pattern: Node | None
    handler: Node | None
    last: Node | None


@dataclass(slots=True, eq=False)
class Exit(Node):
    """`return` or `throw`."""

    value: Node | None
    is_throw: bool


@dataclass(slots=True, eq=False)
class Jump(Node):
    """`break` or `continue`."""

    is_break: bool


@dataclass(slots=True, eq=False)
class Import(Node):
    """An import: names bound to what a module exports; `*` is the whole module."""

    source: str
    names: tuple[tuple[str, str], ...]
    """(exported name, local name)."""


@dataclass(slots=True, eq=False)
class Export(Node):
    """An export: of a declaration, of names, of another module's names, or of a value as the default."""

    declaration: Node | None = None
    names: tuple[tuple[str, str], ...] = ()
    """(local or foreign name, exported name)."""
    source: str = ""
    is_default: bool = False


@dataclass(slots=True)
class Program:
    """A whole module."""

    statements: tuple[Node, ...]
    is_truncated: list[int] = field(default_factory=list)
    """Byte offsets at which the nesting was too deep to go on."""
