"""Modules of the workspace as the walker needs them: what they define and import, and how much of each is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sentinel.analysis.python import aliases, slices
from sentinel.analysis.python.locating import locate
from sentinel.analysis.python.sinks import KEYWORDS
from sentinel.analysis.python.toplevel import Statement, TopLevel, arranged
from sentinel.analysis.python.tree import Node, lower
from sentinel.model.document import NOT_PARSED, NOT_PARSED_CHANGED, Document, Language, Skip
from sentinel.model.rule import Workspace

if TYPE_CHECKING:
    from tree_sitter import Node as SitterNode

_MOST_INDEXED_BYTES = 30_000
"""Top-level `if` and `try` blocks up to this size are looked into for definitions."""


class Function:
    """A function, method or lambda of the workspace."""

    __slots__ = ("_lowered", "_raw", "closure", "decorators", "end", "klass", "module", "name", "start")
    is_callable = True

    def __init__(
        self,
        module: Module,
        name: str,
        node: Node | None,
        raw: SitterNode | None = None,
        decorators: tuple[Node, ...] = (),
        klass: Klass | None = None,
        closure: object = None,
    ) -> None:
        self.module = module
        self.name = name
        self._lowered = node
        self._raw = raw
        self.decorators = decorators
        """The expressions behind the `@`."""
        self.klass = klass
        self.closure = closure
        """The frame it was defined in; None at the top of a module or class."""
        self.start = node.start if node is not None else raw.start_byte if raw is not None else 0
        self.end = node.end if node is not None else raw.end_byte if raw is not None else 0

    @property
    def node(self) -> Node:
        """Its definition, copied when first asked for."""
        if self._lowered is None:
            assert self._raw is not None
            self._lowered = lower(self._raw, self.module.data)
        return self._lowered

    def forget(self) -> None:
        """Let go of the copy, which is made anew when it is asked for again."""
        if self._raw is not None:
            self._lowered = None

    @property
    def body(self) -> Node | None:
        """The block, or the expression of a lambda."""
        body = self.node.get("body")
        return body.expand(self.module.data) if body is not None else None


class Klass:
    """A class of the workspace."""

    __slots__ = ("bases", "classes", "closure", "decorators", "fields", "methods", "module", "name", "node")
    is_object = True

    def __init__(self, module: Module, node: Node, decorators: tuple[Node, ...] = (), closure: object = None) -> None:
        self.module = module
        self.node = node
        self.decorators = decorators
        self.closure: Any = closure
        """The frame it was defined in; None at the top of a module."""
        name = node.get("name")
        self.name = module.text(name) if name else ""
        superclasses = node.get("superclasses")
        self.bases: tuple[Node, ...] = tuple(
            child for child in (superclasses.children if superclasses else ()) if child.kind != "keyword_argument"
        )
        self.methods: dict[str, Function] = {}
        self.fields: dict[str, Node] = {}
        """Assignments in the body, by name, in order."""
        self.classes: dict[str, Klass] = {}
        """Classes in the body."""
        body = node.get("body")
        for child in body.children if body else ():
            self._index(child, closure)

    def _index(self, child: Node, closure: object) -> None:
        inner, decorators = undecorated(child)
        if inner.kind == "function_definition" and inner.raw is not None:
            name = inner.raw.child_by_field_name("name")
            if name is not None:
                text = self.module.data[name.start_byte : name.end_byte].decode("utf-8", "replace")
                self.methods[text] = Function(self.module, text, None, inner.raw, decorators, self, closure)
        elif inner.kind == "class_definition":
            held = Klass(self.module, inner, decorators, closure)
            self.classes[held.name] = held
        elif child.kind == "expression_statement" and child.children and child.children[0].kind == "assignment":
            left = child.children[0].get("left")
            if left is not None and left.kind == "identifier":
                self.fields[self.module.text(left)] = child.children[0]


def undecorated(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """The definition in a decorated one, and its decorators' expressions."""
    if node.kind != "decorated_definition":
        return node, ()
    definition = node.get("definition") or node
    return definition, tuple(child.children[0] for child in node.children if child.kind == "decorator" and child.children)


class Module:
    """One document of Python, indexed by its top-level names."""

    def __init__(self, document: Document, root: SitterNode, begins: list[int], ends: list[int], is_foreign: bool = False) -> None:
        self.document = document
        self.ends = ends
        """Where a flow may end whatever its source, as byte offsets, sorted."""
        self.is_foreign = is_foreign
        """Whether it imports a module of the workspace in which a flow may end."""
        self.begins = begins
        """Where data may come in, as byte offsets, sorted."""
        self.hits = sorted({*begins, *ends})
        """Where a flow may begin or end, as byte offsets, sorted."""
        self.path = document.path
        self.data = document.data
        self.plain = self.data.decode("ascii") if self.data.isascii() else None
        """The text, where an offset of it is one of the document too."""
        self.statements: list[Statement] = []
        """Top-level statements that are no definitions, in order."""
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Klass] = {}
        self.definitions: list[Function | Klass] = []
        """Functions and classes at the top, in order."""
        self.is_cut = False
        """Whether some of its definitions were left out, because there are too many."""
        self.is_kept = False
        """Whether others may ask for it again."""
        self._arranged: TopLevel | None = None
        for child in root.children:
            if child.is_named:
                self._index(child)

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names of the top level that functions give new values to."""
        return frozenset(
            name.decode() for found in _GLOBAL.finditer(self.data) for name in re.findall(rb"[A-Za-z_]\w*", found.group(1))
        )

    def leaves_out(self, name: bytes) -> bool:
        """Whether a function or class of this name, which it does not have, stands at its top."""
        if len(self.data) <= _WHOLE_BYTES or name not in self.data:
            return False
        return re.search(rb"^(?:async[ \t]+def|def|class)[ \t]+" + re.escape(name) + rb"\b", self.data, re.MULTILINE) is not None

    def arranged(self, is_own: bool, sinks: list[int]) -> TopLevel:
        """Its statements by when they are walked; see `sentinel.analysis.python.toplevel.arranged`."""
        if self._arranged is None:
            self._arranged = arranged(self, is_own, sinks)
        return self._arranged

    def forget(self) -> None:
        """Let go of what it defines, which knows it in turn: what is held in a circle only the collector frees, tree by tree."""
        for definition in self.definitions:
            if isinstance(definition, Klass):
                definition.methods.clear()
        self.definitions.clear()
        self.statements.clear()
        self._arranged = None
        self.functions.clear()
        self.classes.clear()

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.data[node.start : node.end].decode("utf-8", "replace")

    def _index(self, child: SitterNode) -> None:
        kind = child.type
        if kind == "comment":
            return
        if kind == "function_definition":
            name = child.child_by_field_name("name")
            if name is not None:
                text = self.data[name.start_byte : name.end_byte].decode("utf-8", "replace")
                self._add(Function(self, text, None, child))
        elif kind in ("class_definition", "decorated_definition"):
            self._define(lower(child, self.data))
        else:
            start, end = child.start_byte, child.end_byte
            node: Node | SitterNode = child
            if kind in ("if_statement", "try_statement", "with_statement") and end - start < _MOST_INDEXED_BYTES:
                node = lower(child, self.data)
                self._search(node)
            self.statements.append(Statement(kind, start, end, node))

    def _define(self, node: Node) -> None:
        inner, decorators = undecorated(node)
        if inner.kind == "class_definition":
            klass = Klass(self, inner, decorators)
            self.classes[klass.name] = klass
            self.definitions.append(klass)
        elif inner.kind == "function_definition":
            name = inner.get("name")
            if name is not None:
                self._add(Function(self, self.text(name), inner, None, decorators))

    def _add(self, function: Function) -> None:
        self.functions[function.name] = function
        self.definitions.append(function)

    def _search(self, node: Node) -> None:
        """Definitions inside a top-level compound statement are the module's own."""
        for child in node.children:
            if child.kind in ("function_definition", "class_definition", "decorated_definition"):
                self._define(child)
            elif child.kind in (
                "block",
                "else_clause",
                "elif_clause",
                "except_clause",
                "finally_clause",
                "if_statement",
                "try_statement",
            ):
                self._search(child)


_GLOBAL = re.compile(rb"^[ \t]+global[ \t]+([^\n#;]+)", re.MULTILINE)


class Import:
    """A name that an import statement bound to something in the workspace."""

    __slots__ = ("attribute", "path")

    def __init__(self, path: str, attribute: str = "") -> None:
        self.path = path
        """The module's document."""
        self.attribute = attribute
        """The name taken from it; empty for the module itself."""


class Folder:
    """A package that has no module of its own: what stands in it is looked for when it is asked for."""

    __slots__ = ("dotted",)

    def __init__(self, dotted: str) -> None:
        self.dotted = dotted


_MODULES = "python-modules"
_MOST_KEPT = 4
"""Modules kept of one document: importers mention different names, most of them the same few."""
_WHOLE_BYTES = 6_000
"""Documents up to this size are parsed whole."""
_LARGE_BYTES = 128 << 10
"""Documents up to this size are parsed as far as they are wanted, larger ones only within bounds."""
_MOST_BYTES = 384 << 10
_MOST_TOKENS = 80_000
"""Words and marks that are parsed of a document; the most that is wanted of one that people wrote is 51,000."""
_IMPORT = re.compile(rb"[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import\b|import[ \t]+()([\w.]+))")


def load(document: Document | None, workspace: Workspace, names: frozenset[bytes] | None = None) -> Module | Skip | None:
    """The module of a document, with those of its definitions that may matter; None when there are none or it is not Python.

    `names`: of a module that another one imports, the names that one mentions; None for the document under analysis. A Skip when
    it could not be parsed.
    """
    if document is None or document.language is not Language.PYTHON:
        return None
    from sentinel.analysis.syntax import forget, is_whole, parse, parse_stretches

    data = document.data
    ends = slices.ends(document, workspace)
    begins = slices.begins(document, workspace, bool(ends))
    if names is None and not ends and not begins:
        return None
    hits = sorted({*begins, *ends})
    is_large = len(data) > _LARGE_BYTES
    if len(data) > _WHOLE_BYTES:
        outlined = slices.outline_of(document)
        foreign = names is None and bool(begins) and _reaches_sinks(document, workspace)
        sinks = slices.sinks(document, workspace) if begins and not foreign else None
        keep = outlined.wanted(begins, ends, sinks, names or (), names is not None)
        if names is None and not keep and all(outlined.parts[outlined.at(hit)].name for hit in hits):
            return None
        key = (frozenset(keep), tuple(hits), tuple(ends), foreign)
        known = _modules_of(document)
        if key in known:
            return known[key]
        most, parts, is_cut = _most_kept(document) if is_large else len(data), outlined.parts, False
        if is_large and sum(parts[index].end - parts[index].start for index in keep) > most:
            keep, is_cut = slices.foremost(parts, keep, most, set(map(outlined.at, begins)), set(map(outlined.at, ends))), True
        stretches, is_short = slices.stretches(data, parts, keep, most)
        is_cut = is_cut or is_short
        if is_cut and not stretches:
            reason = NOT_PARSED_CHANGED if document.is_changed else NOT_PARSED
            return Skip(document.path, reason, "its definitions are too large for data flow to be followed")
        if is_large and not is_whole(document, stretches):
            forget(document)  # two trees of a large document at once are most of what a scan holds
        tree = parse_stretches(document, stretches)
        if not isinstance(tree, Skip) and (is_large or not tree.root_node.has_error):
            made = Module(document, tree.root_node, begins, ends, foreign)
            made.is_cut = is_cut
            if names is not None and len(known) < _MOST_KEPT:
                known[key] = made
                made.is_kept = True
            return made
    elif names is None and not ends and not _has_sink(document, workspace) and not _reaches_sinks(document, workspace):
        return None
    tree = parse(document)
    return tree if isinstance(tree, Skip) else Module(document, tree.root_node, begins, ends, True)


def _most_kept(document: Document) -> int:
    """Bytes of a document that are parsed; fewer of one that is dense."""
    from sentinel.analysis.syntax import tokens

    return min(_MOST_BYTES, len(document.data) * _MOST_TOKENS // max(tokens(document), 1))


def _modules_of(document: Document) -> dict[Any, Module]:
    """The modules that were made of a document for those who import it. They hold syntax alone, so all walks may share them."""
    made: dict[Any, Module] = document.cache.setdefault(_MODULES, {})
    return made


def _has_sink(document: Document, workspace: Workspace) -> bool:
    if any(sink in document.data for sink in slices.SINKS):
        return True
    renamed = aliases.places(document, workspace).sinks
    return bool(renamed or slices.peculiar(document, workspace) or slices.outlets(document, workspace))


def _imports(data: bytes) -> Iterator[re.Match[bytes]]:
    """The lines that import, found by the word that all of them hold: to ask at each line takes many times as long."""
    at = data.find(b"import")
    while at >= 0:
        found = _IMPORT.match(data, data.rfind(b"\n", 0, at) + 1)
        if found is not None:
            yield found
        end = data.find(b"\n", at)
        at = data.find(b"import", end) if end >= 0 else -1


def _reaches_sinks(document: Document, workspace: Workspace) -> bool:
    """Whether a module of the workspace that the document imports mentions a sink."""
    for found in _imports(document.data):
        dotted = (found.group(2) or found.group(4) or b"").decode("ascii", "replace")
        level = len(found.group(1) or b"")
        path = locate(workspace, document.path, dotted, level)
        if path and workspace.mentions(path, KEYWORDS):
            return True
        if found.group(2) is not None and (not path or path.endswith("/__init__.py")) and (level or dotted):
            for name in _brought(document.data, found.end()):
                inner = locate(workspace, document.path, f"{dotted}.{name}" if dotted else name, level)
                if inner and workspace.mentions(inner, KEYWORDS):
                    return True
    return False


_BROUGHT = re.compile(rb"[ \t]*(?:\(([^()]{1,2000})\)|([^\n#;]{1,300}))")
_MOST_BROUGHT = 40


def _brought(data: bytes, at: int) -> list[str]:
    """The names that an import brings of a package, each of which may be a module, from behind the word `import`."""
    found = _BROUGHT.match(data, at)
    listed = (found.group(1) or found.group(2) or b"").split(b",") if found is not None else []
    names = (words[0].decode("ascii", "replace") for part in listed[:_MOST_BROUGHT] if (words := part.split()))
    return [name for name in names if name.isidentifier()]
