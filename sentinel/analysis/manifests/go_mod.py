"""go.mod. Format: https://go.dev/ref/mod#go-mod-file"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, name_is
from sentinel.model.document import Document, Skip
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_REQUIRE = expression(
    r"^(?:require[ \t]+|[ \t]+)([\w.~-]+\.[\w.~-]+(?:/[^\s]+)?)[ \t]+(v[\w.+-]+)[ \t]*(// indirect)?", re.MULTILINE
)


def _claims(document: Document) -> bool:
    return name_is(document, "go.mod")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The required modules in order; versions are exact there."""
    places = Places(document)
    for found in _REQUIRE.finditer(document.text):
        yield Dependency(
            "go", found[1], found[2], found[2], places.span(found.start(1), found.end(2)), "go.mod", is_direct=not found[3],
        )  # fmt: skip


GO_MOD = Extractor("go-mod", Item.DEPENDENCY, _claims, parse, keywords=(b"require",))
