"""Modules of the workspace: which file an import means, and what was made of it."""

from __future__ import annotations

import posixpath
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sentinel.analysis.javascript.changing import is_rewritten
from sentinel.analysis.javascript.packages import packages_of
from sentinel.analysis.javascript.program import Name, Program
from sentinel.analysis.javascript.values import Record, Scope
from sentinel.model.document import Document, Language, Skip
from sentinel.model.expression import expression
from sentinel.model.rule import Workspace

SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_SWAPS = {".js": (".ts", ".tsx", ".jsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_ALIASES = ("@/", "~/")
_IMPORT = expression(rb"""(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([.@~#\w][^"'\n]{0,200})["']""")
_ASSIGNED = expression(rb"(\b(?:let|var|const)\s{1,9})?(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,9}(?:\?\?|\|\|)?=(?![=>])")
_KEY = "javascript-program"
_MOST_PROGRAM_BYTES = 384 << 10
"""Of source whose programs and trees are kept for a second walk: together they weigh forty times as much."""
_MOST_SCRIPTS = 600
_PROGRAMS: WeakKeyDictionary[Workspace, OrderedDict[str, Document]] = WeakKeyDictionary()


@dataclass(slots=True, eq=False)
class Module:
    """A module during one walk."""

    document: Document
    program: Program
    scope: Scope = field(default_factory=lambda: Scope(None, True))
    exports: Record = field(default_factory=Record)
    is_walked: bool = False
    stars: list[str] = field(default_factory=list)
    """Modules whose exports it hands on as a whole."""
    set_later: frozenset[bytes] | None = None
    """Names that get a value other than where they are declared, as the text tells; None until somebody asks."""

    def sets_later(self, name: str) -> bool:
        """Whether a name gets a value other than where it is declared."""
        if self.set_later is None:
            found = _ASSIGNED.findall(self.document.data)
            self.set_later = frozenset(name for declared, name in found if not declared)
        return name.encode() in self.set_later

    def may_change(self, pattern: Name, constant: object) -> bool:
        """Whether what a name of the module is declared with tells nothing of it later: nothing yet, or a number or a truth, and
        it gets another value somewhere."""
        if not constant:
            return self.sets_later(pattern.name)
        return isinstance(constant, (int, float)) and is_rewritten(self.document.data, pattern.name.encode(), pattern.start)


def program_of(document: Document) -> Program | Skip:
    """The lowered module, or why there is none. Cached on the document."""
    made: Program | Skip | None = document.cache.get(_KEY)
    if made is None:
        from sentinel.analysis.javascript.lower import lower
        from sentinel.analysis.syntax import parse

        tree = parse(document)
        made = document.cache[_KEY] = tree if isinstance(tree, Skip) else lower(tree, document.data)
    return made


def keep_program(document: Document, workspace: Workspace) -> None:
    """Keep the program and the tree of a document that was walked; those of the least recently walked are let go. Of one that is
    larger than all that is kept, the tree stays for who asks next."""
    from sentinel.analysis.syntax import forget

    kept = _PROGRAMS.setdefault(workspace, OrderedDict())
    kept.pop(document.path, None)
    kept[document.path] = document
    size = sum(len(one.data) for one in kept.values())
    while size > _MOST_PROGRAM_BYTES and len(kept) > 1:
        _, oldest = kept.popitem(last=False)
        size -= len(oldest.data)
        oldest.cache.pop(_KEY, None)
        forget(oldest)
    if size > _MOST_PROGRAM_BYTES:
        document.cache.pop(_KEY, None)


def resolve(specifier: str, importer: str, workspace: Workspace) -> str | None:
    """The path in the workspace that an import in `importer` means; None for packages from outside and what is not there."""
    folder, paths = posixpath.dirname(importer), workspace.paths
    if specifier.startswith("."):
        return _existing(posixpath.normpath(posixpath.join(folder, specifier)), paths)
    for candidate in packages_of(workspace).candidates(specifier, folder):
        found = _existing(candidate, paths)
        if found is not None:
            return found
    return _guessed(specifier[2:], folder, paths) if specifier.startswith(_ALIASES) else None


def _guessed(rest: str, folder: str, paths: frozenset[str]) -> str | None:
    """What `@/` means where no configuration tells it: the sources of a folder above."""
    for _ in range(6):
        for inner in ("src", ""):
            found = _existing(posixpath.normpath(posixpath.join(folder, inner, rest)), paths)
            if found is not None:
                return found
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return None


def _existing(path: str, paths: frozenset[str]) -> str | None:
    stem, ending = posixpath.splitext(path)
    for other in _SWAPS.get(ending, ()):
        if stem + other in paths:
            return stem + other
    if path in paths and ending in _ENDINGS:
        return path
    for other in _ENDINGS:
        if path + other in paths:
            return path + other
    for other in _ENDINGS:
        if f"{path}/index{other}" in paths:
            return f"{path}/index{other}"
    return None


def few_scripts(workspace: Workspace) -> list[str]:
    """The scripts of a workspace, sorted; none in one so large that nobody can be looked for in all of them."""
    paths = sorted(path for path in workspace.paths if path.endswith(_ENDINGS) and not path.endswith(".d.ts"))
    return paths if len(paths) <= _MOST_SCRIPTS else []


def imported_paths(document: Document, workspace: Workspace) -> Iterator[str]:
    """The files of the workspace that a document imports, in order, each once; found without parsing."""
    seen: set[str] = set()
    for found in _IMPORT.finditer(document.data):
        path = resolve(found.group(1).decode("utf-8", "replace"), document.path, workspace)
        if path is not None and path not in seen:
            seen.add(path)
            yield path


_NAMED = expression(
    rb"""(?:\bimport\s+(?:type\s+)?([\w$*{},\s]{1,2000}?)\s*from"""
    rb"""|\b(?:const|let|var)\s+([\w${},:\s]{1,2000}?)=\s*(?:await\s+)?(?:require|import))"""
    rb"""\s*\(?\s*["']([.@~#\w][^"'\n]{0,200})["']"""
)
_BOUND = expression(rb"([A-Za-z_$*][\w$]*)(?:\s*(?:\bas\b|:)\s*([A-Za-z_$][\w$]*))?")


def imported_names(document: Document, workspace: Workspace) -> Iterator[tuple[str, list[tuple[bytes, bytes]]]]:
    """The files of the workspace that a document imports, each with the names bound by the clause: (exported, local)."""
    for found in _NAMED.finditer(document.data):
        path = resolve(found.group(3).decode("utf-8", "replace"), document.path, workspace)
        if path is not None:
            clause = found.group(1) or found.group(2) or b""
            is_whole = b"{" not in clause
            pairs = [(one.group(1), one.group(2) or one.group(1)) for one in _BOUND.finditer(clause)]
            head = clause.partition(b"{")[0]
            yield path, [(b"*" if is_whole or local in head else name, local) for name, local in pairs]


def reaches(document: Document, workspace: Workspace, keywords: tuple[bytes, ...], most: int = 40) -> bool:
    """Whether the document, or a file it imports (five steps at most), mentions one of the literals."""
    front, seen = [document], {document.path}
    for _ in range(5):
        following: list[Document] = []
        for one in front:
            for path in imported_paths(one, workspace):
                if path in seen or len(seen) > most:
                    continue
                seen.add(path)
                if workspace.mentions(path, keywords):
                    return True
                other = workspace.read(path)
                if other is not None and other.language in SCRIPTS:
                    following.append(other)
        front = following
    return False
