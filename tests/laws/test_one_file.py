"""One file of 16 MiB, whatever stands in it, costs little and hides nothing."""

from __future__ import annotations

import base64
import random
import time

import pytest

from tests.engine.scanning import registry, scan_files

_SIZE = 16 << 20
_MOST_SECONDS = 8.0
"""Of CPU, where one is aimed at: what is quadratic takes minutes, and the machine that runs this may be slow and busy."""
_RULE = "secrets/forge-token"


def _secret(number: int) -> bytes:
    """An example of the rule, on a line of its own."""
    found = registry().find(_RULE)
    assert found is not None
    return b"\n" + found.card.bad[number].source.strip().encode() + b"\n"


def _filled(piece: bytes) -> bytes:
    return (piece * (_SIZE // len(piece)))[: _SIZE - 4_096]


_CONTENTS = {
    "one letter on one line": ("a.py", b"a"),
    "line feeds": ("a.js", b"\n"),
    "base64": ("a.txt", base64.b64encode(random.Random(1).randbytes(3_000))),
    "random bytes": ("a.env", random.Random(2).randbytes(1 << 20)),
    "words that nearly are secrets": ("a.yml", b"password = example api_key: changeme "),
    "calls": ("a.py", b"exec("),
    "switches that are fine": ("a.ts", b"res.cookie('a', b, { secure: true, httpOnly: true });"),
    "characters of no width": ("a.md", "a\u200bb\u202e".encode()),
    "two scripts in a word": ("a.go", "p\u0430y ".encode()),
    "addresses": ("a.json", b'"http://u:p@h", '),
    "brackets": ("a.json", b'{"a":['),
    "workflow steps": (".github/workflows/a.yml", b"jobs:\n  a:\n    steps:\n      - uses: a/b@v1\n"),
    "packages": ("poetry.lock", b'[[package]]\nname = "a"\nversion = "1"\n'),
}


@pytest.mark.parametrize("name", _CONTENTS)
def test_secrets_in_a_large_file_are_found(name: str) -> None:
    """A token at the start, one in the middle and one at the end of it are found, in bounded time."""
    path, piece = _CONTENTS[name]
    data = _filled(piece)
    half = len(data) // 2
    data = _secret(0) + data[:half] + _secret(0) + data[half:] + _secret(0)
    started = time.process_time()
    result = scan_files({path: data})
    seconds = time.process_time() - started
    assert 3 == sum(finding.rule == _RULE for finding in result.findings), [skip.detail for skip in result.skips]
    assert seconds < _MOST_SECONDS
