"""What is in the image, and what is not."""

import json

import pytest

from tests.container.image import BASE, docker

pytestmark = pytest.mark.container

MOST_MEGABYTES_ABOVE_BASE = 64
"""Of these, 20 are the grammars of ten languages, 7 each Hyperscan and our own package, 6 Pydantic's core: scripts/shrink_venv.py
leaves out what no run reads."""


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
    """Every module has its byte code in the image: ours beside its source, others in its place."""
    program = """
import importlib.util, pathlib, sentinel
modules = list(pathlib.Path(sentinel.__file__).parent.parent.rglob("*.py"))
print(len(modules) > 50, [str(path) for path in modules if not pathlib.Path(importlib.util.cache_from_source(path)).exists()])
print(sorted({path.relative_to(pathlib.Path(sentinel.__file__).parent.parent).parts[0] for path in modules}))
"""
    assert in_image(image, program).splitlines() == ["True []", "['cvss', 'github', 'sentinel']"]


def test_the_command_is_in_the_image_too(image: str) -> None:
    """Its help, a page and a coloured scan work without what was left out."""
    command = ["--entrypoint", "/opt/venv/bin/sentinel", image]
    rules = docker("run", "--rm", "--network", "none", *command, "rules").splitlines()
    page = docker("run", "--rm", "--network", "none", *command, "explain", "code-injection/shell-command")
    scan = docker("run", "--rm", "--network", "none", "--tty", *command, "scan", "/opt/app")
    assert (len(rules) > 100, "What to do" in page, "No findings" in scan) == (True, True, True)


def test_patterns_are_compiled(image: str) -> None:
    """The database of all rules' patterns is in the image, and only root may change it."""
    program = """
import os, pathlib, sys
path = pathlib.Path(sys.prefix) / "share/sentinel/patterns.hsdb"
facts = path.stat()
print(facts.st_size > 10_000, oct(facts.st_mode), facts.st_uid)
"""
    assert in_image(image, program) == "True 0o100644 0"
