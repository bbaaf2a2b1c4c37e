"""The dependencies that a setup.py lists as constants. Format: https://setuptools.pypa.io/en/latest/userguide/dependency_management.html"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, name_is
from sentinel.analysis.manifests._requirement import requirement
from sentinel.model.document import Document, Skip
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_LIST = expression(r"\b(install_requires|setup_requires|tests_require)\s*=\s*\[")
_STRING = expression(r"\s*(?:#[^\n]*\n\s*)*(?P<quote>[\"'])(?P<text>[^\"'\n\\]*)(?P=quote)\s*,?")


def _claims(document: Document) -> bool:
    return name_is(document, "setup.py")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The constants at the start of each list, in order; the program is not run, so computed lists are not known."""
    places = Places(document)
    for listed in _LIST.finditer(document.text):
        at = listed.end()
        while (found := _STRING.match(document.text, at)) is not None:
            at = found.end()
            span = places.span(found.start("quote"), found.end("text") + 1)
            made = requirement(found["text"], span, "setup.py", is_development=listed[1] != "install_requires")
            if made is not None:
                yield made


SETUP_PY = Extractor("setup-py", Item.DEPENDENCY, _claims, parse, keywords=(b"_require",))
