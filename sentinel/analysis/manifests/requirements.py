"""pip's requirements files. Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, normal_name
from sentinel.analysis.manifests._requirement import python_source, requirement
from sentinel.model.document import Document, Role, Skip
from sentinel.model.expression import expression
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_COMMENT = expression(r"(?:^|\s)#.*$")
_HASH = expression(r"--hash[= ](\S+)")
_OPTION = expression(r"\s--(?:hash|config-settings|global-option)\b.*$")
_EGG = expression(r"#(?:\S*&)?egg=([\w.-]+)")
_SPLIT = 1 << 17
"""Characters that are split into lines at once."""


def _claims(document: Document) -> bool:
    return document.path.endswith((".txt", ".in")) and document.has_role(Role.MANIFEST)


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The requirements in order; a line that pip would not take either is passed over."""
    places = Places(document)
    is_development = bool(re.search(r"(?i)dev|test|lint|doc", document.path.rpartition("/")[2]))
    for start, line in _lines(document.text):
        bare = _COMMENT.sub("", line).strip()
        if not bare:
            continue
        at = start + len(line) - len(line.lstrip())
        span = places.span(at, at + len(bare.partition("\\")[0].rstrip()))
        text = bare.replace("\\\n", " ").replace("\\\r\n", " ")
        hashed = _HASH.search(text)
        text = _OPTION.sub("", text)
        editable = re.match(r"(?:-e|--editable)[ =]\s*(\S+)", text)
        if editable is not None or re.match(r"(?i)(?:git|hg|svn|bzr)\+|https?://|\.{0,2}/|\.$|file:", text):
            address = editable[1] if editable is not None else text.split()[0]
            named = _EGG.search(line)
            name = (
                normal_name(named[1])
                if named
                else normal_name(re.split(r"[@#?]", address)[0].rstrip("/").rpartition("/")[2].removesuffix(".git"))
            )
            yield Dependency(
                "pypi", name, address, "", span, "requirements", source=python_source(address), location=address,
                is_development=is_development,
            )  # fmt: skip
        elif not text.startswith("-"):
            made = requirement(text, span, "requirements", is_development=is_development, integrity=hashed[1] if hashed else "")
            if made is not None:
                yield made


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with the offset of each; a line that ends in a backslash goes on in the next."""
    start, held = 0, ""
    at = 0
    for line in _split(text):
        if not held:
            start = at
        at += len(line)
        held += line
        if not line.rstrip("\r\n").endswith("\\"):
            yield start, held.rstrip("\r\n")
            held = ""
    if held:
        yield start, held


def _split(text: str) -> Iterator[str]:
    """The lines with their ends, of a large text some thousands at a time: all would take several times its room."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _SPLIT) + 1 or len(text)
        yield from text[at:end].splitlines(keepends=True)
        at = end


REQUIREMENTS = Extractor("requirements", Item.DEPENDENCY, _claims, parse)
