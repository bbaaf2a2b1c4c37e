"""A finding that a formatter lays out anew is told as before, under the same identity."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sentinel.model.rule import Example, Rule
from tests.engine.scanning import files_of, path_of, registry, scan_files
from tests.judges import formatted_scripts

pytestmark = pytest.mark.unmeasured

_SCRIPTS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx")
_ABOUT_CHARACTERS = frozenset({"prompt-injection/bidirectional-control", "prompt-injection/zero-width-in-word"})
"""What these tell of stands in the white space and the quotes that a formatter changes."""
_ITSELF = "secrets/private-key"
"""Its identity is made of all bytes of the key, the ends of its lines among them."""
_NARROW, _WIDE = 40, 320

_Examples = tuple[tuple[Rule, Example], ...]


def _examples(suffixes: tuple[str, ...]) -> _Examples:
    """The bad examples in one language that are one file."""
    return tuple(
        (rule, example)
        for rule in registry().rules
        for example in rule.card.bad
        if path_of(rule, example).endswith(suffixes) and not example.others and rule.identity not in _ABOUT_CHARACTERS
    )


@pytest.mark.parametrize("width", [_NARROW, _WIDE])
def test_python(width: int, tmp_path: Path) -> None:
    """Calls broken over lines or joined, other quotes, commas before brackets."""
    examples = _examples((".py",))
    for number, (rule, example) in enumerate(examples):
        (tmp_path / f"{number}.py").write_bytes(files_of(rule, example)[path_of(rule, example)])
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", f"--line-length={width}", str(tmp_path)]
    subprocess.run(command, capture_output=True, check=False)  # what is no whole program stays as it is, and that is said
    texts = [(tmp_path / f"{number}.py").read_bytes() for number in range(len(examples))]
    assert [] == _told_otherwise(examples, texts)


@pytest.mark.parametrize(
    ("width", "style"),
    [(_NARROW, {"semi": False, "singleQuote": True}), (_WIDE, {"trailingComma": "none", "arrowParens": "avoid"})],
    ids=["narrow", "wide"],
)
def test_scripts(width: int, style: dict[str, object]) -> None:
    """The same in JavaScript and TypeScript, and without semicolons."""
    examples = _examples(_SCRIPTS)
    given = [(path_of(*one).rpartition("/")[2], files_of(*one)[path_of(*one)].decode()) for one in examples]
    texts = [text.encode() for text in formatted_scripts(given, printWidth=width, **style)]
    assert [] == _told_otherwise(examples, texts)


def test_carriage_returns() -> None:
    """Lines that end as on Windows, in every language."""
    examples = tuple(one for one in _examples(("",)) if one[0].identity != _ITSELF)
    texts = [files_of(*one)[path_of(*one)].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for one in examples]
    assert [] == _told_otherwise(examples, texts)


def _told_otherwise(examples: _Examples, texts: list[bytes]) -> list[tuple[str, str]]:
    """The rule and the new text of each example of which the rule's own findings changed; many texts must be new."""
    assert sum(text != files_of(*one)[path_of(*one)] for one, text in zip(examples, texts, strict=True)) > len(examples) / 3
    changed = []
    for (rule, example), text in zip(examples, texts, strict=True):
        files, path = files_of(rule, example), path_of(rule, example)
        if text != files[path] and _identities(rule, files) != _identities(rule, {**files, path: text}):
            changed.append((rule.identity, text.decode("utf-8", "replace")))
    return changed


def _identities(rule: Rule, files: dict[str, bytes]) -> Counter[str]:
    return Counter(finding.identity for finding in scan_files(files).findings if finding.rule == rule.identity)
