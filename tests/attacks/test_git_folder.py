"""The `.git` of the workspace is hostile: nothing in it is executed, followed or believed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.stage import SERVER, WEAK, Stage
from tests.github.gitrepo import GitRepo
from tests.github.runner import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")
CONFIGURATION = """
[core]
\tfsmonitor = "{trap}"
\thooksPath = "{folder}/hooks"
\tsshCommand = "{trap}"
\tpager = "{trap}"
\teditor = "{trap}"
\tattributesFile = "{folder}/attributes"
[filter "trap"]
\tclean = "{trap}"
\tsmudge = "{trap}"
\tprocess = "{trap}"
\trequired = true
[diff "trap"]
\ttextconv = "{trap}"
\tcommand = "{trap}"
[diff]
\texternal = "{trap}"
[merge "trap"]
\tdriver = "{trap}"
[credential]
\thelper = "!{trap}"
[include]
\tpath = "{folder}/included"
[remote "origin"]
\turl = "ext::{trap}"
\tpromisor = true
[extensions]
\tpartialClone = origin
"""


def trapped(folder: Path) -> Callable[[Path], None]:
    """Prepares a checkout so that every way on which git starts programs leaves the file `sprung` in folder."""
    folder.mkdir()
    trap = folder / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {folder}/sprung\ncat 2>/dev/null\n")
    trap.chmod(0o755)
    (folder / "attributes").write_text("* filter=trap diff=trap merge=trap\n")
    (folder / "included").write_text(f'[alias]\n\tlog = "!{trap}"\n')

    def prepare(workspace: Path) -> None:
        with (workspace / ".git/config").open("a") as file:
            file.write(CONFIGURATION.format(trap=trap, folder=folder))
        for hooks in (workspace / ".git/hooks", folder / "hooks"):
            hooks.mkdir(exist_ok=True)
            for name in ("post-checkout", "post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman"):
                (hooks / name).write_bytes(trap.read_bytes())
                (hooks / name).chmod(0o755)

    return prepare


@pytest.mark.parametrize("has_token", [True, False], ids=["asking GitHub", "from git's objects"])
def test_nothing_of_gits_configuration_is_executed(stage: Stage, tmp_path: Path, has_token: bool) -> None:
    """Monitors, hooks, filters, converters, helpers and addresses stay text; git itself, asked afterwards, springs the trap."""
    pull = stage.pull({"server.py": SERVER}, {"server.py": SERVER + WEAK, ".gitattributes": "* filter=trap diff=trap\n"})
    prepare = trapped(tmp_path / "trap")
    run = stage.play(stage.opened(pull), inputs={} if has_token else {"github-token": ""}, prepare=prepare)
    assert (1, "1") == (run.exit_code, run.outputs["new-findings"])
    assert not (tmp_path / "trap/sprung").exists()
    subprocess.run(["git", "status"], cwd=run.workspace, capture_output=True, timeout=20)
    assert (tmp_path / "trap/sprung").exists()


def lying(run: Callable[[Callable[[Path], None]], Run], prepare: Callable[[Path], None]) -> None:
    """Whatever the folder claims, the weakness that the pull request brought is new."""
    done = run(prepare)
    assert (1, "1", "0") == (done.exit_code, done.outputs["new-findings"], done.outputs["known-findings"]), done.stdout


@pytest.fixture
def run_on(stage: Stage) -> Callable[[Callable[[Path], None]], Run]:
    """Reviews a pull request that brings one weakness, with the checkout prepared."""
    pull = stage.pull({"server.py": SERVER, "README.md": "x\n"}, {"server.py": SERVER + WEAK})
    return lambda prepare: stage.play(stage.opened(pull), prepare=prepare)


def git(folder: Path, *arguments: str) -> str:
    """Run git as an earlier step of the job could."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_a_git_file_that_points_elsewhere_is_not_followed(run_on: Callable[[Callable[[Path], None]], Run], tmp_path: Path) -> None:
    """`.git` as a file leads to a repository in which the weakness was always there: it is not read."""
    elsewhere = GitRepo(tmp_path / "elsewhere.git")
    elsewhere.commit({"server.py": SERVER + WEAK})

    def prepare(workspace: Path) -> None:
        (workspace / ".git").rename(tmp_path / "moved")
        (workspace / ".git").write_text(f"gitdir: {elsewhere.path}\n")

    lying(run_on, prepare)


def test_a_linked_git_folder_is_not_followed(run_on: Callable[[Callable[[Path], None]], Run], tmp_path: Path) -> None:
    """The same with a symbolic link."""
    elsewhere = GitRepo(tmp_path / "elsewhere.git")
    elsewhere.commit({"server.py": SERVER + WEAK})

    def prepare(workspace: Path) -> None:
        (workspace / ".git").rename(tmp_path / "moved")
        (workspace / ".git").symlink_to(elsewhere.path)

    lying(run_on, prepare)


def test_a_replaced_base_is_not_believed(run_on: Callable[[Callable[[Path], None]], Run]) -> None:
    """`git replace` puts a commit that holds the weakness in the base's place, and a graft a parent: the base stays what it is."""

    def prepare(workspace: Path) -> None:
        base = git(workspace, "rev-parse", "HEAD^1")
        forged = git(workspace, "commit-tree", "-m", "forged", "HEAD^{tree}")
        git(workspace, "replace", base, forged)
        (workspace / ".git/info").mkdir(exist_ok=True)
        (workspace / ".git/info/grafts").write_text(f"{git(workspace, 'rev-parse', 'HEAD')} {forged}\n")
        assert "ping" in git(workspace, "show", f"{base}:server.py")

    lying(run_on, prepare)


def test_objects_of_an_alternate_are_not_read(run_on: Callable[[Callable[[Path], None]], Run], tmp_path: Path) -> None:
    """An alternate names a folder outside, and a loose object of the base lies about its content."""

    def prepare(workspace: Path) -> None:
        alternates = workspace / ".git/objects/info/alternates"
        alternates.parent.mkdir(exist_ok=True)
        alternates.write_text(f"{tmp_path}/objects\n/proc/self/root\n")
        (workspace / ".git/objects/info/http-alternates").write_text("http://192.0.2.1/\n")

    lying(run_on, prepare)


@pytest.mark.parametrize("name", ["HEAD", "index", "shallow", "packed-refs", "config"])
def test_a_broken_file_of_git_is_never_green(run_on: Callable[[Callable[[Path], None]], Run], name: str) -> None:
    """Garbage in git's own files ends in the same verdict or in words, never in a clean one and never in a traceback."""

    def prepare(workspace: Path) -> None:
        (workspace / ".git" / name).write_bytes(b"\0\xff garbage\n" * 9)

    run = run_on(prepare)
    assert run.exit_code in (1, 3)
    assert "itself failed" not in run.stdout
    assert "success" != run.outputs.get("conclusion")
