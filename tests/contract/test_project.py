"""The project file, the lock files and the imports tell one story."""

import ast
import re
import sys

import pytest
import tomli

from tests.contract.sources import ROOT, imports_by_name, imports_of_program

PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock", "requirements-git.lock")
PIN = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; .*)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")

# Import names that differ from the distribution's.
IMPORT_NAMES = {"pygithub": "github", "pyyaml": "yaml"}


def names(requirements: list[str]) -> list[str]:
    """The normalised names of requirement strings."""
    return [re.split(r"[<>=!~ ;\[]", requirement)[0].lower() for requirement in requirements]


def pins(lock: str) -> dict[str, str]:
    """Name to version."""
    return dict(PIN.findall((ROOT / lock).read_text("utf-8")))


def declared() -> set[str]:
    """The import names of the runtime dependencies, extras included."""
    extras = [requirement for extra in PROJECT["project"]["optional-dependencies"].values() for requirement in extra]
    distributions = names([*PROJECT["project"]["dependencies"], *extras])
    return {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in distributions}


def imported() -> set[str]:
    """The import names of what the program uses and neither Python nor we bring."""
    tops = {found.target.split(".")[0] for found in imports_of_program()}
    return tops - sys.stdlib_module_names - {"sentinel"}


def test_imports_are_declared() -> None:
    """The program imports nothing that it does not depend on."""
    assert imported() - declared() == set()


def test_dependencies_are_used() -> None:
    """The program depends on nothing that it does not import."""
    assert declared() - imported() - imports_by_name(declared()) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_pins_and_hashes_only(lock: str) -> None:
    """Every line of a lock is a pin or a hash: no index address, no path, no option."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    strange = [line for line in lines if not (line.startswith("# ") or PIN.fullmatch(line) or HASH.fullmatch(line))]
    assert (strange, len(pins(lock)) > 0) == ([], True)


def test_runtime_lock_holds_the_dependencies() -> None:
    """Each runtime dependency is locked."""
    assert set(names(PROJECT["project"]["dependencies"])) - pins("requirements.lock").keys() == set()


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_development_uses_the_same_versions(lock: str) -> None:
    """What is tested is what is shipped."""
    development = pins("requirements-dev.lock")
    assert {name: development.get(name) for name in pins(lock)} == pins(lock)


def test_npm_lock_names_no_address() -> None:
    """The judges' lock has a hash for each package and no registry."""
    text = (ROOT / "tests/judges/package-lock.json").read_text("utf-8")
    assert ("resolved" in text, "://" in re.sub(r'"url": ".*"', "", text), '"integrity": "sha512-' in text) == (
        False,
        False,
        True,
    )


def test_dependencies_give_their_reason() -> None:
    """Each runtime dependency says why it is there, or stands under one that does."""
    block = (ROOT / "pyproject.toml").read_text("utf-8").split("\ndependencies = [\n")[1].split("\n]")[0]
    silent = [line for line in block.splitlines() if "#" not in line and '"tree-sitter-' not in line]
    assert silent == []


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 matches possessive groups that hold alternatives wrongly (gh-106052), so no expression uses them."""
    possessive = re.compile(r"(?<![\\|])\)(?:[*+?]|\{\d*,\d*\})\+")
    found = []
    for path in sorted((ROOT / "sentinel").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            value = node.value if isinstance(node, ast.Constant) else None
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            if isinstance(text, str) and possessive.search(text):
                found.append(f"{path.name}: {text!r}"[:120])
    assert [] == found


def test_package_holds_nothing_stray() -> None:
    """In the package stand modules, and the files that reports are made of: no copy that an editor or a patch left behind."""
    files = [path.relative_to(ROOT) for path in (ROOT / "sentinel").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    of_reports = {".css", ".j2", ".js"}
    assert len(files) > 400
    assert [] == [path for path in files if path.suffix != ".py" and (path.suffix not in of_reports or "report" not in path.parts)]
