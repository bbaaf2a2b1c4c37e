"""What is taken out of the image's environment is not missed."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.github.runner import ROOT

_SPEC = importlib.util.spec_from_file_location("shrink_venv", ROOT / "scripts" / "shrink_venv.py")
assert _SPEC is not None and _SPEC.loader is not None
shrink_venv = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(shrink_venv)

_PARTS = sorted(part.replace("/", ".") for part in shrink_venv.UNUSED_PARTS)
WITHOUT = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(shrink_venv.UNUSED)} or name.startswith({tuple(_PARTS)}):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuse())
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own."""
    return subprocess.run([sys.executable, "-I", "-B", "-c", program, *arguments], capture_output=True, text=True, check=False)


def test_github_is_spoken_to_without_what_is_left_out() -> None:
    """PyGithub and its token need none of it."""
    told = run(f"{WITHOUT}\nfrom github import Auth, Github\nprint(Github(auth=Auth.Token('x')).requester.hostname)")
    assert (0, "api.github.com\n") == (told.returncode, told.stdout), told.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["rules"], id="rules"),
        pytest.param(["explain", "code-injection/shell-command"], id="a page"),
        pytest.param(["scan", ".", "--quiet"], id="a scan for a person"),
        pytest.param(["scan", ".", "--format", "markdown"], id="a summary"),
    ],
)
def test_the_command_runs_without_what_is_left_out(tmp_path: Path, arguments: list[str]) -> None:
    """Neither help nor tables need it."""
    (tmp_path / "a.py").write_text("x = 1\n")
    told = run(f"{WITHOUT}\nimport os\nos.chdir(sys.argv.pop(1))\nfrom sentinel.cli import main\nmain()", str(tmp_path), *arguments)
    assert (0, "") == (told.returncode, told.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="extensions are no ELF files there")
def test_an_extension_without_symbols_is_loaded(tmp_path: Path) -> None:
    """The file is shorter, and the loader takes it."""
    found = importlib.util.find_spec("tree_sitter_go._binding")
    assert found is not None and found.origin is not None
    copy = tmp_path / Path(found.origin).name
    shutil.copy(found.origin, copy)
    shrink_venv.drop_symbols(copy)
    program = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("tree_sitter_go._binding", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
import tree_sitter
print(tree_sitter.Parser(tree_sitter.Language(module.language())).parse(b"package a").root_node.type)
"""
    told = run(program, str(copy))
    assert (0, "source_file\n") == (told.returncode, told.stdout), told.stderr
    assert copy.stat().st_size < Path(found.origin).stat().st_size


@pytest.mark.parametrize("data", [b"", b"not a library", b"\x7fELF\x01\x01" + b"\0" * 60, b"\x7fELF\x02\x02" + b"\0" * 60])
def test_what_is_no_such_library_is_left_alone(tmp_path: Path, data: bytes) -> None:
    """Another format, another order of bytes."""
    file = tmp_path / "x.so"
    file.write_bytes(data)
    shrink_venv.drop_symbols(file)
    assert data == file.read_bytes()


def test_a_package_runs_from_its_byte_code_alone(tmp_path: Path) -> None:
    """Sources are gone, data stays, and an import finds what it found before."""
    package = tmp_path / "thing"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("from thing.inner.deep import VALUE\n")
    (package / "inner" / "__init__.py").touch()
    (package / "inner" / "deep.py").write_text("VALUE = 7\n")
    (package / "data.txt").write_text("x")
    shrink_venv.drop_sources(package)
    told = run("import sys; sys.path.insert(0, sys.argv[1]); import thing; print(thing.VALUE)", str(tmp_path))
    assert (0, "7\n") == (told.returncode, told.stdout), told.stderr
    names = sorted(path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file())
    assert ["__init__.pyc", "data.txt", "inner/__init__.pyc", "inner/deep.pyc"] == names


def test_what_cannot_be_compiled_ends_the_build(tmp_path: Path) -> None:
    """A source that is no Python is not silently dropped."""
    (tmp_path / "broken.py").write_text("def\n")
    with pytest.raises(ValueError, match=r"broken\.py cannot be compiled"):
        shrink_venv.drop_sources(tmp_path / "broken.py")
    assert (tmp_path / "broken.py").exists()
