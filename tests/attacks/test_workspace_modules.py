"""A workspace full of modules, caches and databases is scanned by the process that the runner starts, not run by it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.attacks.stage import DATABASE_NAMES, ENTRYPOINT, SERVER, WEAK, Stage
from tests.github.gitrepo import Content
from tests.github.runner import Run, run_action

SHOUT = "import sys\nprint('taken over')\nprint('taken over', file=sys.stderr)\nsys.exit(0)\n"
MODULES = (
    "jinja2 pydantic sitecustomize usercustomize os json re typing entrypoint hyperscan yaml tomli github typer pathspec dulwich "
    "tree_sitter_python encodings codecs"
).split()
TREE: dict[str, Content] = {
    "server.py": SERVER + WEAK,
    **{f"{name}.py": SHOUT for name in MODULES},
    "sentinel/__init__.py": SHOUT,
    "sentinel/app.py": SHOUT,
    "sentinel/detectors/secrets/forge_token.py": SHOUT,
    "tree_sitter/__init__.py": SHOUT,
    "pyvenv.cfg": "home = .\n",
    "sentinel.pth": "import jinja2\n",
    "x.dist-info/entry_points.txt": "[sentinel.rules]\nx = jinja2\n",
    "x.dist-info/METADATA": "Metadata-Version: 2.1\nName: x\nVersion: 1\n",
    "pyproject.toml": '[project.entry-points."sentinel.rules"]\nx = "jinja2"\n[tool.sentinel]\nfail-on = "never"\n',
    "conftest.py": SHOUT,
    **dict.fromkeys(DATABASE_NAMES, b"\x00 a database of patterns that match nothing"),
    ".sentinel/cache.sqlite": b"SQLite format 3\0",
    ".cache/mcp-sentinel/cache.sqlite": b"SQLite format 3\0",
}


@pytest.fixture(scope="module")
def taken(stage: Stage) -> Run:
    """The run of the real entrypoint in that workspace, with variables of an earlier step that lead into it."""
    pull = stage.pull({"README.md": "x\n"}, TREE)
    folder = stage.folder / "modules"
    variables = dict.fromkeys(("PYTHONPATH", "PYTHONHOME", "XDG_CACHE_HOME", "PYTHONUSERBASE"), str(folder / "workspace"))
    return run_action(
        stage.gh, stage.opened(pull), folder, ENTRYPOINT, image_environment={**variables, "PYTHONSTARTUP": "jinja2.py"}
    )


def test_no_module_of_the_workspace_is_imported(taken: Run) -> None:
    """Names of ours, of our packages, of the standard library and of Python's own start: none is run."""
    assert 1 == taken.exit_code, taken.stdout + taken.stderr
    assert "taken over" not in taken.stdout + taken.stderr
    assert ("failure", True) == (taken.outputs["conclusion"], int(taken.outputs["new-findings"]) >= 1)


def test_no_database_or_cache_of_the_workspace_is_used(taken: Run) -> None:
    """What the workspace brings as compiled patterns or as a cache switches nothing off and is not changed."""
    assert "server.py" in [dict(command.properties)["file"] for command in taken.annotations("error")]
    assert {name: TREE[name] for name in DATABASE_NAMES} == {name: (taken.workspace / name).read_bytes() for name in DATABASE_NAMES}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no HOME")
def test_only_the_output_folder_is_written(taken: Run) -> None:
    """In the workspace there is one folder more; the runner's home and temporary folder are as empty as before."""
    written = {path.relative_to(taken.workspace).parts[0] for path in taken.workspace.rglob("*")} - {".git"}
    assert {".sentinel-out-1589141559-1"} == written - {name.split("/")[0] for name in [*TREE, "README.md"]}
    assert [] == [*Path(taken.workspace.parent, "home").iterdir(), *Path(taken.workspace.parent, "runner_temp").iterdir()]
