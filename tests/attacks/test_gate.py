"""Nothing that a pull request does to what it is compared with makes its weakness pass for an old one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.attacks.stage import SERVER, WEAK, Stage
from tests.github import events
from tests.github.gitrepo import Content, GitRepo, Submodule, force_push, push_base
from tests.github.runner import Run
from tests.github.state import PullRequest

ATTACK = SERVER + WEAK
README: dict[str, Content] = {"README.md": "# x\n"}
WAYS = pytest.mark.parametrize("inputs", [{}, {"github-token": ""}], ids=["asking GitHub", "from git's objects"])
COMMENT = "    # sentinel: ignore[code-injection/shell-command] the command is constant\n    return"


def git_of(pull: PullRequest) -> GitRepo:
    git = pull.repository.git
    assert isinstance(git, GitRepo)
    return git


def blocked(run: Run) -> list[str]:
    """The files in which something blocks."""
    report = json.loads((run.workspace / run.outputs["report-file"]).read_text())
    return [finding["place"]["path"] for finding in report["findings"] if finding["verdict"] == "block"]


@WAYS
@pytest.mark.parametrize(
    ("before", "base", "head"),
    [
        pytest.param("tests/helper.py", ATTACK, ATTACK, id="a file that leaves the tests"),
        pytest.param("examples/helper.py", ATTACK, ATTACK + "# x\n", id="an example that becomes the program"),
        pytest.param(
            "src/server.py",
            SERVER + WEAK.replace("@mcp.tool()\n", "") + "\n\nimport sys\nping(sys.argv[1])\n",
            ATTACK,
            id="a helper of the command line that becomes a tool",
        ),
    ],
)
def test_what_did_no_harm_before_is_not_known(stage: Stage, inputs: dict[str, str], before: str, base: str, head: str) -> None:
    """The very same line, known for less, blocks where it weighs more."""
    files: dict[str, Content] = {before: None, "src/server.py": head}
    run = stage.play(stage.opened(stage.pull({**README, before: base}, files)), inputs=inputs)
    assert (1, ["src/server.py"]) == (run.exit_code, blocked(run))


def test_a_comment_for_other_code_silences_nothing(stage: Stage) -> None:
    """Below a suppression that was merged for a constant stands a command of the caller's: a maintainer has to agree."""
    base, head = (
        SERVER + WEAK.replace("    return", COMMENT).replace('f"ping -c1 {host}"', text)
        for text in ('"ping"', 'f"ping -c1 {host}"')
    )
    run = stage.play(stage.opened(stage.pull({"server.py": base}, {"server.py": head})))
    assert (1, "action_required", ["server.py"]) == (run.exit_code, run.outputs["conclusion"], blocked(run))


MARK = "sentinel: ignore[code-injection/*] fine"
SCRIPT = f"app.get('/', (req, res) => require('child_process').exec(`ping ${{req.query.host}}`)) // {MARK}\n"


@WAYS
@pytest.mark.parametrize(
    "head",
    [
        pytest.param({"a.js": b"\xef\xbb\xbf" + SCRIPT.encode()}, id="behind a byte order mark"),
        pytest.param({"a.js": SCRIPT.replace("fine", "fine $Id$"), ".gitattributes": "*.js ident\n"}, id="that git fills in"),
        pytest.param({"a.js": SCRIPT, ".gitattributes": "*.js working-tree-encoding=UTF-16\n"}, id="that git writes in UTF-16"),
    ],
)
def test_a_comment_that_a_checkout_changes_silences_nothing(stage: Stage, inputs: dict[str, str], head: dict[str, Content]) -> None:
    """A line that is on the disk other than at the head is still one that the change added."""
    run = stage.play(stage.opened(stage.pull(README, head)), inputs=inputs)
    assert (1, "action_required", ["a.js"]) == (run.exit_code, run.outputs["conclusion"], blocked(run))


def test_what_the_base_wrote_meanwhile_is_trusted(stage: Stage) -> None:
    """A suppression that came into the base after the head left it is in the merge commit only, and not the change's."""
    lines = "".join(f"// {n}\n" for n in range(20))
    pull = stage.pull({"a.js": lines}, {"a.js": lines + "// end\n"})
    push_base(stage.gh, pull, {"a.js": SCRIPT + lines})
    run = stage.play(stage.opened(pull))
    assert (0, []) == (run.exit_code, blocked(run))


def filled(workspace: Path) -> None:
    """An earlier step checked the submodule out."""
    (workspace / "sub").mkdir(exist_ok=True)
    (workspace / "sub/server.py").write_text(ATTACK)


@WAYS
@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param({"sub": Submodule("2" * 40)}, ["sub/server.py"], id="moved to another commit"),
        pytest.param({"new": "x\n"}, [], id="left as it was"),
    ],
)
def test_a_submodule_is_new_when_its_commit_is(
    stage: Stage, inputs: dict[str, str], change: dict[str, Content], found: list[str]
) -> None:
    """A diff names a submodule as one thing: every file of another commit of it counts as new, of the same commit as known."""
    pull = stage.pull({**README, "sub": Submodule("1" * 40)}, change)
    assert found == blocked(stage.play(stage.opened(pull), inputs=inputs, prepare=filled))


def test_a_submodule_that_is_not_there_is_said(stage: Stage) -> None:
    """What the checkout leaves out of the diff is counted, and named as an example."""
    run = stage.play(stage.opened(stage.pull(README, {"sub": Submodule("2" * 40)})))
    assert (0, True) == (run.exit_code, "`sub`" in run.summary)


def test_a_merge_of_its_own_is_no_base(stage: Stage) -> None:
    """The head is a merge whose first parent holds weakness and rules: checked out by itself and without a token it still is
    compared with where it left the base."""
    pull = stage.pull(README, {"a.md": "a\n"})
    git = git_of(pull)
    own = git.commit({"server.py": ATTACK, ".sentinel/config.toml": 'fail-on = "never"\n'}, branch="feature")
    git.branch("side", "main")
    head = git.merge(own, git.commit({"b.md": "b\n"}, branch="side"), ref="refs/heads/feature")
    assert head is not None
    force_push(stage.gh, pull, head)
    run = stage.play(stage.opened(pull), ref=head, depth=None, inputs={"github-token": ""})
    assert (1, ["server.py"]) == (run.exit_code, blocked(run))


def test_the_base_alone_is_no_review(stage: Stage) -> None:
    """On pull_request_target the base is checked out; without a token nothing of the head was seen, and nothing is green."""
    pull = stage.pull(README, {"server.py": ATTACK})
    run = stage.play(events.pull_request_target(stage.gh.urls, pull), depth=None, inputs={"github-token": ""})
    assert (True, True) == (run.exit_code > 1, "Give the action its token" in run.stdout)


@pytest.mark.parametrize("is_merged", [True, False], ids=["the merge commit", "the head"])
@pytest.mark.parametrize("other", [{"README.md": "# y\n"}, {"README.md": None}, {}], ids=["a change", "a removal", "nothing"])
def test_the_files_are_those_of_the_commit_that_is_judged(stage: Stage, is_merged: bool, other: dict[str, Content]) -> None:
    """The pull request got a harmless head while the run waited: the run is about the old one, and so are the files it compares."""
    pull = stage.pull(README, {"server.py": ATTACK})
    event, head = stage.opened(pull), pull.head_sha
    git_of(pull).branch("harmless", "main")
    force_push(stage.gh, pull, git_of(pull).commit(other, branch="harmless"))
    run = stage.play(event, ref=event.sha if is_merged else head)
    assert (1, ["server.py"]) == (run.exit_code, blocked(run))
    assert [(head, "failure")] == [(check.head_sha, check.conclusion) for check in stage.gh.repository.checks]


def test_what_github_does_not_list_of_a_push_is_new(stage: Stage) -> None:
    """Of 300 files the comparison of two commits tells; what lies beyond is not taken for the base's."""
    stage.gh.assert_clean()
    stage.gh.reset()
    git = GitRepo(stage.folder / f"{len(list(stage.folder.iterdir()))}.git")
    before = git.commit(README)
    git.commit({**{f"a{n:03}.md": f"{n}\n" for n in range(300)}, "server.py": ATTACK})
    stage.gh.add_repository("acme/tools", git)
    run = stage.play(events.push(stage.gh.urls, stage.gh.repository, before=before), depth=1)
    assert (1, ["server.py"]) == (run.exit_code, blocked(run))


def test_of_a_very_large_change_a_step_on_an_added_line_is_enough(stage: Stage) -> None:
    """Where contents are not compared, a weakness is old only when no line of its story is new."""
    many: dict[str, Content] = {f"d/{n}.md": f"{n}\n" for n in range(1_001)}
    pull = stage.pull({"server.py": "host = 'x'\n" + ATTACK.replace("ping(host: str)", "ping()")}, {"server.py": ATTACK, **many})
    run = stage.play(stage.opened(pull), depth=1)
    assert (1, ["server.py"]) == (run.exit_code, blocked(run))


def moved(workspace: Path) -> None:
    """An earlier step checked out into a folder."""
    shutil.move(workspace, workspace.parent / "moved")
    workspace.mkdir()
    shutil.move(workspace.parent / "moved", workspace / "sub")


def without_git(workspace: Path) -> None:
    """An earlier step fetched an archive instead of a clone."""
    shutil.rmtree(workspace / ".git")


@pytest.mark.parametrize(
    "inputs", [{"working-directory": "sub"}, {"paths": "sub"}, {}], ids=["its folder", "its path", "all of it"]
)
def test_a_checkout_in_a_folder_is_refused(stage: Stage, inputs: dict[str, str]) -> None:
    """GitHub's paths name nothing there, so that every file would pass for the base's."""
    pull = stage.pull({"server.py": SERVER}, {"server.py": ATTACK})
    run = stage.play(stage.opened(pull), prepare=moved, inputs=inputs)
    assert (True, True) == (run.exit_code > 1, "Check out without `path:`" in run.stdout)
    assert ["failure"] == [check.conclusion for check in stage.gh.repository.checks]


def test_an_archive_is_reviewed(stage: Stage) -> None:
    """Without git's objects GitHub tells what stood at the base."""
    run = stage.play(stage.opened(stage.pull({"server.py": SERVER}, {"server.py": ATTACK})), prepare=without_git)
    assert (1, ["server.py"]) == (run.exit_code, blocked(run))


DEEP = "/".join("a" * 260)


@pytest.mark.parametrize("base", [{}, {f"{DEEP}/server.py": SERVER}], ids=["a new folder", "a folder that was there"])
def test_a_folder_too_deep_is_not_the_bases(stage: Stage, base: dict[str, Content]) -> None:
    """What cannot be entered is told of the folder; a change below it makes the run incomplete."""
    run = stage.play(stage.opened(stage.pull({**README, **base}, {f"{DEEP}/server.py": ATTACK})))
    assert (3, "action_required") == (run.exit_code, run.outputs["conclusion"])
