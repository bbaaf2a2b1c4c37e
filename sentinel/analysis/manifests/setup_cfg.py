"""The dependencies of a setup.cfg. Format: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.extract import Extractor
from sentinel.analysis.manifests._places import Places, broken, name_is
from sentinel.analysis.manifests._requirement import requirement
from sentinel.model.document import Document, Skip
from sentinel.model.package import Dependency
from sentinel.model.rule import Item, Workspace

_MOST_BYTES = 1 << 20
"""Nobody writes as much by hand."""
_KEYS = frozenset({"install_requires", "setup_requires", "tests_require"})


def _claims(document: Document) -> bool:
    return name_is(document, "setup.cfg")


def parse(document: Document, workspace: Workspace) -> Iterator[Dependency | Skip]:
    """The requirements in order: those of the two keys under `[options]`, and all under `[options.extras_require]`. A Skip when the
    file is too large."""
    if len(document.data) > _MOST_BYTES:
        yield broken(document, "too large")
        return
    places, section, key, at = Places(document), "", "", 0
    for line in document.text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        header = re.fullmatch(r"\[([^\]]+)\]", bare)
        if header is not None:
            section, key = header[1].strip(), ""
            continue
        if not line[0].isspace():
            key, _, bare = (part.strip() for part in bare.partition("="))
        if bare and ((section == "options" and key in _KEYS) or section == "options.extras_require"):
            offset = start + line.rfind(bare)
            made = requirement(
                bare,
                places.span(offset, offset + len(bare)),
                "setup.cfg",
                is_development=key in ("tests_require", "setup_requires"),
            )
            if made is not None:
                yield made


SETUP_CFG = Extractor("setup-cfg", Item.DEPENDENCY, _claims, parse, keywords=(b"require",))
