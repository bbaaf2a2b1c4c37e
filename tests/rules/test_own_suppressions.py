"""What the repository's own configuration silences in the detectors is what stands in the examples on their cards."""

from __future__ import annotations

import ast
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from sentinel.model.finding import Finding
from sentinel.model.rule import Level
from tests.engine.scanning import scan_files

_ROOT = Path(__file__).parents[2]
_DETECTORS = "sentinel/detectors/"


@cache
def _files() -> dict[str, bytes]:
    return {path.relative_to(_ROOT).as_posix(): path.read_bytes() for path in sorted((_ROOT / _DETECTORS).rglob("*.py"))}


@cache
def _found() -> tuple[Finding, ...]:
    return tuple(finding for finding in scan_files(_files()).findings if finding.level is not Level.NOTE)


@cache
def _silenced_rules() -> frozenset[str]:
    entries = tomllib.loads((_ROOT / ".sentinel/config.toml").read_text())["suppress"]
    return frozenset(entry["rule"] for entry in entries if entry["path"].startswith(_DETECTORS))


@cache
def _example_lines(path: str) -> frozenset[int]:
    """The lines of `bad` and `good` on the cards of a module."""
    lines: set[int] = set()
    for statement in ast.parse(_files()[path]).body:
        for decorator in getattr(statement, "decorator_list", ()):
            for keyword in getattr(decorator, "keywords", ()):
                if keyword.arg in ("bad", "good"):
                    lines |= set(range(keyword.value.lineno, (keyword.value.end_lineno or 0) + 1))
    return frozenset(lines)


def test_the_detectors_have_findings_to_silence() -> None:
    """The tests below have something to look at."""
    assert _found() != ()
    assert _silenced_rules() != frozenset()


def test_no_entry_names_more_than_one_rule() -> None:
    """No entry for the detectors has a pattern: each is for one rule that is known to need it."""
    assert [] == [rule for rule in sorted(_silenced_rules()) if "*" in rule or "?" in rule]


def test_every_entry_is_used() -> None:
    """Each rule that is silenced in the detectors finds something there."""
    assert [] == sorted(_silenced_rules() - {finding.rule for finding in _found()})


def test_only_examples_are_silenced() -> None:
    """Whatever is found in a detector and silenced stands in an example on a card."""
    outside = [
        (finding.path, finding.span.start_line, finding.rule)
        for finding in _found()
        if any(fnmatchcase(finding.rule, rule) for rule in _silenced_rules())
        and finding.span.start_line not in _example_lines(finding.path)
    ]
    assert [] == outside


def test_nothing_else_is_found() -> None:
    """Every other rule is silent in the detectors."""
    assert [] == [(f.path, f.span.start_line, f.rule) for f in _found() if f.rule not in _silenced_rules()]
