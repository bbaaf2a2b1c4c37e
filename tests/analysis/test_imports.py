"""Names that a document takes from a library, in the forms that programs have."""

from __future__ import annotations

import pytest

from sentinel.analysis.imports import taken_from
from sentinel.model.document import Document, Language

_PYTHON = (
    b"from hashlib import md5, sha1 as digest\n",
    b"from hashlib import (\n    md5,  # for names\n    sha1 as digest,\n)\n",
    b"try:\n    from hashlib import md5\n    from hashlib import sha1\nexcept ImportError:\n    pass\n",
)
_SCRIPT = (
    b'import { md5, sha1 as digest } from "hashlib";\n',
    b"import lib, {\n  md5,\n  sha1,\n} from 'hashlib'\n",
    b'const { md5, sha1: digest } = require("node:hashlib");\n',
    b"const { md5, sha1 } = await import('hashlib');\n",
)


@pytest.mark.parametrize("text", _PYTHON)
def test_python(text: bytes) -> None:
    """One by one, in brackets, and within a block."""
    assert {b"md5", b"sha1"} == taken_from(Document("a.py", text, Language.PYTHON), b"hashlib")


@pytest.mark.parametrize("text", _SCRIPT)
def test_scripts(text: bytes) -> None:
    """Modules of both kinds, with a default beside the names."""
    assert {b"md5", b"sha1"} == taken_from(Document("a.ts", text, Language.TYPESCRIPT), b"hashlib")


_NOTHING = {
    "the whole module": (b"import hashlib\nmd5 = 1\n", Language.PYTHON),
    "another module": (b"from hashlib2 import md5\n", Language.PYTHON),
    "a comment": (b"# from hashlib import md5\n", Language.PYTHON),
    "a list that is no import": (b'const names = { md5 }; use(names, "hashlib");\n', Language.JAVASCRIPT),
    "another module of a script": (b'import { md5 } from "hashlib2";\n', Language.JAVASCRIPT),
}


@pytest.mark.parametrize(("text", "language"), _NOTHING.values(), ids=_NOTHING)
def test_nothing_is_taken(text: bytes, language: Language) -> None:
    """The whole module, another module, and words that are no import."""
    assert frozenset() == taken_from(Document("a", text, language), b"hashlib")


def test_imports_are_looked_for_where_source_stands() -> None:
    """What stands behind the first megabyte is data: a flood of imports costs no more than that."""
    line = b"from hashlib import md5\n"
    text = line + b"a = 1\n" * (200 << 10) + line.replace(b"md5", b"sha1")
    assert {b"md5"} == taken_from(Document("a.py", text, Language.PYTHON), b"hashlib")
