"""The Python of the image and the one on this machine say the same, byte for byte."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.container.image import docker
from tests.engine.scanning import files_of, registry

pytestmark = pytest.mark.container

_SCAN = ["-m", "sentinel.cli", "scan", "--no-baseline", "--quiet", "--format", "sarif", "--jobs", "1"]
_FINE = (1, 3)
"""Findings, and an incomplete scan: some examples are manifests that cannot be read."""


def _examples(folder: Path) -> None:
    """Every example of every rule, each in a folder of its own."""
    examples = [(rule, example) for rule in registry().rules for example in (*rule.card.bad, *rule.card.good)]
    for number, (rule, example) in enumerate(examples):
        for path, data in files_of(rule, example).items():
            place = folder / f"e{number}" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _said(command: list[str]) -> bytes:
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    assert done.returncode in _FINE
    return done.stdout


def test_same_bytes_on_another_python(image: str, tmp_path: Path) -> None:
    """The findings in all examples, as SARIF, do not depend on the Python that runs us."""
    tree = tmp_path / "tree"
    _examples(tree)
    run = ["docker", "run", "--rm", "--network", "none", "-v", f"{tree}:{tree}:ro", "--entrypoint", "/opt/venv/bin/python", image]
    assert docker(*run[1:], "--version").split()[1] != sys.version.split()[0]
    there = _said([*run, "-I", *_SCAN, str(tree)])
    assert _said([sys.executable, *_SCAN, str(tree)]) == there
    assert b'"ruleId"' in there
