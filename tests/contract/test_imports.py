"""Who may import whom, and what a start may cost (DESIGN: one straight line)."""

import subprocess
import sys

import pytest

from tests.contract.sources import ROOT, Import, imports_of, imports_of_program

# What each part may import of ours, besides itself, `errors` and the version.
DIRECTIONS = {
    "model": set[str](),
    "errors": set[str](),
    "source": {"model"},
    "analysis": {"model"},
    "judge": {"model"},
    "report": {"model"},
    "publish": {"model"},
    "hooks": {"model"},
    "detectors": {"model", "analysis"},
    "engine": {"model", "analysis"},
    "settings": {"model", "judge"},
}
LINE = set(DIRECTIONS)
# The composition root, in a few modules, and the edges, which print, read variables and choose exit codes.
COMPOSITION = {
    "app",
    "scope",
    "means",
    "desktop",
    "starters",
    "action",
    "pull",
    "review",
    "hiding",
    "remarks",
    "handover",
    "second_stage",
    "journals",
    "journal_words",
    "terminal",
    "scan_command",
}
DIRECTIONS |= dict.fromkeys((*COMPOSITION, "commands"), LINE | COMPOSITION)
DIRECTIONS["cli"] = {"commands", "scan_command", "app", "report"}
DIRECTIONS["entrypoint"] = {"app"}

# Against the direction, each with its reason.
ALLOWED = {
    "sentinel.settings imports sentinel.source.ignore.fault_of": "a wrong pattern is told with its line, by what matches it",
    "sentinel.publish.workflow imports sentinel.report.escape": "text is escaped in one place for each medium, commands too",
}

EDGES = ("entrypoint", "sentinel.cli", "sentinel.commands", "sentinel.terminal", "sentinel.engine.__main__")
# The one home of what we want to be able to exchange, or to find.
HOMES = {
    "github": ("sentinel.publish.github",),
    "dulwich": ("sentinel.source.git",),
    "hyperscan": ("sentinel.engine.database", "sentinel.engine.prefilter"),
    "dask": ("sentinel.engine.dask",),
    "distributed": ("sentinel.engine.dask",),
    "jinja2": ("sentinel.report",),
    "pluggy": ("sentinel.hooks",),
    "os.environ": EDGES,
    "os.environb": EDGES,
    "os.getenv": EDGES,
    "os.putenv": EDGES,
}

# Dearer than 0.03 s to import, or heavy in memory: imported by the function that needs them.
HEAVY = (
    "cel_expr_python",
    "cvss",
    "dask",
    "distributed",
    "dulwich",
    "github",
    "hyperscan",
    "jinja2",
    "opentelemetry",
    "pydantic",
    "requests",
    "rich",
    "tree_sitter",
    "typer",
    "yaml",
)


def part_of(module: str) -> str:
    """`sentinel.model.rule` belongs to `model`, `entrypoint` to `entrypoint`."""
    return module.split(".")[1] if module.startswith("sentinel.") else module


def against_direction(found: Import) -> bool:
    """Whether an import of ours goes where the importing part must not look."""
    if not found.target.startswith("sentinel.") or found.target == "sentinel.__version__":
        return False
    allowed = DIRECTIONS.get(part_of(found.module), set())
    return part_of(found.target) not in {part_of(found.module), "errors", *allowed}


def away_from_home(found: Import) -> bool:
    """Whether a library is imported by another module than its one home."""
    for name, homes in HOMES.items():
        if is_within(found.target, name):
            return not any(is_within(found.module, home) for home in homes)
    return False


def is_within(name: str, whole: str) -> bool:
    """`a.b` is within `a` and within itself."""
    return name == whole or name.startswith(f"{whole}.")


def test_directions() -> None:
    """Every part imports only what lies before it on the line, but for what is allowed with a reason."""
    assert sorted({str(found) for found in imports_of_program() if against_direction(found)}) == sorted(ALLOWED)


def test_homes() -> None:
    """Libraries that have one home are imported there alone."""
    assert [str(found) for found in imports_of_program() if away_from_home(found)] == []


@pytest.mark.parametrize("library", sorted({name.split(".")[0] for name in HOMES} - {"os", "distributed"}))
def test_homes_are_lived_in(library: str) -> None:
    """The home of each library really imports it."""
    users = {found.module for found in imports_of_program() if found.target.split(".")[0] == library}
    assert [user for user in users if any(is_within(user, home) for home in HOMES[library])] != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("sentinel.model.rule", "from sentinel.engine import scan", id="data imports the engine"),
        pytest.param("sentinel.report.html", "def f():\n    from ..judge import policy", id="late and relative"),
        pytest.param("sentinel.detectors.secrets.token", "import sentinel.source.walk", id="a rule walks the tree"),
        pytest.param("sentinel.engine.scan", "from sentinel import app", id="the engine imports the whole"),
    ],
)
def test_wrong_direction_is_seen(module: str, source: str) -> None:
    """An import against the line is found, however it is written."""
    (found,) = imports_of(source, module)
    assert against_direction(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("sentinel.app", "import github.Requester", id="a part of a library"),
        pytest.param("sentinel.app", "def f():\n    return os.environ['HOME']", id="the environment as an attribute"),
        pytest.param("sentinel.settings", "from os import getenv", id="the environment by name"),
    ],
)
def test_strayed_library_is_seen(module: str, source: str) -> None:
    """A library away from its home is found, however it is written."""
    (found,) = imports_of(source, module)
    assert away_from_home(found)


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param([], id="importing the command line"),
        pytest.param(["sentinel", "--version"], id="asking for the version"),
    ],
)
def test_start_is_light(argv: list[str]) -> None:
    """Nothing dear is imported before it is needed."""
    script = """
import sys
from sentinel.cli import main
heavy, sys.argv = set(sys.argv[1].split()), sys.argv[2:]
try:
    if sys.argv:
        main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *sorted(heavy & sys.modules.keys()))
"""
    command = [sys.executable, "-c", script, " ".join(HEAVY), *argv]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "imported:"
