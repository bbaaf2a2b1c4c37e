"""Documents of the workspace in the common form, for walks that follow a call out of their own document."""

from __future__ import annotations

from collections import OrderedDict
from weakref import WeakKeyDictionary

from sentinel.analysis.generic.forms import Program
from sentinel.analysis.generic.grammars import GRAMMARS
from sentinel.analysis.generic.lower import lower
from sentinel.analysis.syntax import forget, parse
from sentinel.model.document import Document, Role, Skip
from sentinel.model.rule import Workspace

_MOST_PROGRAMS = 32
"""Kept of one workspace."""
_LARGE = 128 << 10
"""Bytes of a document whose tree is let go at once."""


class Programs:
    """The documents of one workspace that were lowered last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._programs: OrderedDict[str, tuple[Document, Program] | None] = OrderedDict()

    def program(self, path: str) -> tuple[Document, Program] | None:
        """A document in the common form; None when it cannot be read, parsed or lowered to the end."""
        if path in self._programs:
            self._programs.move_to_end(path)
            return self._programs[path]
        made = self._programs[path] = self._lowered(path)
        self._bound()
        return made

    def keep(self, document: Document, program: Program) -> None:
        """Let a document that was lowered to be walked be known for others to follow into."""
        if not program.cut and not document.has_role(Role.TEST, Role.VENDORED, Role.MINIFIED):
            self._programs[document.path] = (document, program)
            self._bound()

    def _bound(self) -> None:
        while len(self._programs) > _MOST_PROGRAMS:
            self._programs.popitem(last=False)

    def _lowered(self, path: str) -> tuple[Document, Program] | None:
        document = self._workspace.read(path)
        if document is None or document.has_role(Role.TEST, Role.VENDORED, Role.MINIFIED):
            return None
        tree = parse(document)
        if isinstance(tree, Skip):
            return None
        program = lower(tree, document.data, GRAMMARS[document.language])
        if len(document.data) > _LARGE:
            forget(document)
        return None if program.cut else (document, program)


_KNOWN: WeakKeyDictionary[Workspace, Programs] = WeakKeyDictionary()


def programs_of(workspace: Workspace) -> Programs:
    """See `Programs`. Made once for a workspace."""
    made = _KNOWN.get(workspace)
    if made is None:
        made = _KNOWN[workspace] = Programs(workspace)
    return made
