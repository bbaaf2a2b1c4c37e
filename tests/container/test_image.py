"""What is in the image, and what is not."""

import json

import pytest

from tests.container.image import BASE, docker

pytestmark = pytest.mark.container

MOST_MEGABYTES_ABOVE_BASE = 105
"""Of these, 20 are cryptography and PyNaCl, which PyGithub needs, 10 each dulwich and Pygments, which Rich needs, and 20 the
grammars of ten languages."""


def in_image(image: str, program: str) -> str:
    """What a Python program prints in the image; its imports are those of the entrypoint."""
    interpreter = ["--entrypoint", "/opt/venv/bin/python", image, "-I", "-c"]
    return docker("run", "--rm", "--network", "none", *interpreter, program).strip()


def test_size(image: str) -> None:
    """The image is not much larger than its base."""
    size, base = (int(docker("image", "inspect", "--format", "{{.Size}}", name)) for name in (image, BASE))
    assert (size - base) / 1e6 <= MOST_MEGABYTES_ABOVE_BASE


def test_configuration(image: str) -> None:
    """Exec form by path, isolated; no user, no working folder, no volume, no port of its own."""
    (facts,) = json.loads(docker("image", "inspect", image))
    config = facts["Config"]
    assert config["Entrypoint"] == ["/opt/venv/bin/python", "-I", "-B", "/opt/app/entrypoint.py"]
    assert [config.get(key) or None for key in ("User", "WorkingDir", "Volumes", "ExposedPorts", "Cmd")] == [None] * 5


def test_only_what_it_needs(image: str) -> None:
    """No tests, no git and no pip beside the entrypoint and the package."""
    program = """
import importlib.util, os, shutil
print(os.listdir("/opt/app"), sorted(os.listdir("/opt")), shutil.which("git"), importlib.util.find_spec("pip"))
"""
    assert in_image(image, program) == "['entrypoint.py'] ['app', 'venv'] None None"


def test_nothing_is_compiled_at_start(image: str) -> None:
    """Every module of ours has its byte code in the image."""
    program = """
import importlib.util, pathlib, sentinel
modules = list(pathlib.Path(sentinel.__file__).parent.rglob("*.py"))
print(len(modules) > 50, [str(path) for path in modules if not pathlib.Path(importlib.util.cache_from_source(path)).exists()])
"""
    assert in_image(image, program) == "True []"


def test_patterns_are_compiled(image: str) -> None:
    """The database of all rules' patterns is in the image, and only root may change it."""
    program = """
import os, pathlib, sys
path = pathlib.Path(sys.prefix) / "share/sentinel/patterns.hsdb"
facts = path.stat()
print(facts.st_size > 10_000, oct(facts.st_mode), facts.st_uid)
"""
    assert in_image(image, program) == "True 0o100644 0"
