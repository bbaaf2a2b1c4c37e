"""What a run on GitHub compares, from every kind of checkout and whatever GitHub gives out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sentinel.errors import ConfigurationError, DeliveryError, ScanError
from sentinel.model.document import Skip
from sentinel.publish.answers import PullFile
from sentinel.publish.events import Trigger, TriggerKind
from sentinel.publish.github import Contents
from sentinel.pull import MOST_COMPARED_FILES, MOST_COMPARED_LISTED, MOST_LISTED_FILES, Checkout, Compared, compare, files_at
from sentinel.remarks import _uncompared
from sentinel.source.git import open_repository
from sentinel.source.tree import DirectoryTree
from tests.github.gitobjects import git as run_git
from tests.github.gitrepo import GitRepo

OLD, NEW = b"one\n", b"one\ntwo\n"
PATCH = "@@ -1 +1,2 @@\n one\n+two"
CHANGED = PullFile("a.py", "modified", "", PATCH, "")


@dataclass
class Hub:
    """A GitHub that answers from tables."""

    files: tuple[PullFile, ...] = (CHANGED,)
    at: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Commit -> path -> content."""
    unread: tuple[str, ...] = ()
    error: DeliveryError | None = None
    asked: list[str] = field(default_factory=list)

    def pull_files(self, number: int) -> tuple[PullFile, ...]:
        if self.error is not None:
            raise self.error
        return self.files

    def compared_files(self, base: str, head: str) -> tuple[PullFile, ...]:
        return self.pull_files(0)

    def contents(self, commit: str, paths: Iterable[str]) -> Contents:
        there = self.at.get(commit, {})
        self.asked += paths
        found = {path: there[path] for path in paths if path in there and path not in self.unread}
        gone = frozenset(path for path in paths if path not in there)
        return Contents(found, gone, tuple(path for path in paths if path in self.unread and path in there))

    def links(self, commit: str, folder: str) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def git(tmp_path: Path) -> GitRepo:
    """A base, a head that adds a line, and their merge commit."""
    made = GitRepo(tmp_path / "repo.git")
    made.commit({"a.py": OLD, ".gitignore": "x\n"})
    made.branch("feature", "main")
    made.commit({"a.py": NEW}, branch="feature")
    assert made.merge(made.rev("main"), made.rev("feature"), ref="refs/pull/1/merge")
    return made


def trigger(git: GitRepo, kind: TriggerKind = TriggerKind.PULL_REQUEST) -> Trigger:
    made = Trigger(kind, "acme/tools", 1, pull_number=7, base_sha=git.rev("main"), head_sha=git.rev("feature"))
    return replace(made, merge_sha=git.rev("refs/pull/1/merge"))


def compared(git: GitRepo, folder: Path, at: str, of: Trigger, hub: Hub | None, depth: int | None = 1) -> Compared:
    """The comparison of a checkout of `at`; read within, since the repository is closed after it."""
    git.checkout(folder, at, depth=depth)
    with open_repository(folder) as repository:
        made = compare(of, Checkout(folder, repository), DirectoryTree(str(folder)), hub, (".gitignore",))
        made.read_base("a.py")
        return made


def before(made: Compared) -> dict[str, bytes | None]:
    assert made.view is not None
    return dict(made.view.replaced)


@pytest.mark.parametrize("at", ["refs/pull/1/merge", "feature"], ids=["the merge commit", "the head"])
@pytest.mark.parametrize("depth", [1, None], ids=["shallow", "whole history"])
def test_every_checkout_gives_the_same_comparison(git: GitRepo, tmp_path: Path, at: str, depth: int | None) -> None:
    """Whichever commit is checked out, and however deep: the base's content, and the lines that GitHub shows."""
    hub = Hub(at={git.rev("main"): {"a.py": OLD}})
    made = compared(git, tmp_path / "w", at, trigger(git), hub, depth)
    assert {"a.py": OLD} == before(made)
    assert made.view is not None and frozenset({2}) == made.view.diff[0].added
    assert (hub.asked == []) is (depth is None)


def test_without_objects_the_files_are_taken_for_the_head(git: GitRepo, tmp_path: Path) -> None:
    """A workspace without `.git`, as some steps leave it, is compared with what GitHub gives out."""
    (tmp_path / "a.py").write_bytes(NEW)
    hub = Hub(at={git.rev("main"): {"a.py": OLD}})
    made = compare(trigger(git), Checkout(tmp_path, None), DirectoryTree(str(tmp_path)), hub)
    assert {"a.py": OLD} == before(made)


@dataclass
class Lists:
    """What GitHub lists of a pull request and of two commits, and which of it was asked for."""

    listed: tuple[PullFile, ...]
    compared: tuple[PullFile, ...] = ()
    asked: list[str] = field(default_factory=list)

    def pull_files(self, number: int) -> tuple[PullFile, ...]:
        self.asked.append("listed")
        return self.listed

    def compared_files(self, base: str, head: str) -> tuple[PullFile, ...]:
        self.asked.append("compared")
        return self.compared

    def contents(self, commit: str, paths: Iterable[str]) -> Contents:
        raise AssertionError("no content is asked for")

    def links(self, commit: str, folder: str) -> frozenset[str]:
        raise AssertionError("no folder is asked for")


_SAME, _OTHER = CHANGED._replace(sha="1" * 40), CHANGED._replace(sha="2" * 40)
_MANY = tuple(PullFile(f"{n:03}.py", "added", "", PATCH, "3" * 40) for n in range(MOST_COMPARED_LISTED + 1))


@pytest.mark.parametrize(
    ("lists", "taken", "most", "asked"),
    [
        pytest.param(Lists((_SAME._replace(head="h"),)), "listed", MOST_LISTED_FILES, 1, id="of this head by its own words"),
        pytest.param(Lists((_SAME,), (_SAME,)), "listed", MOST_LISTED_FILES, 2, id="of no head that it names, but the same files"),
        pytest.param(Lists((_SAME._replace(head="x"),), (_OTHER,)), "compared", MOST_COMPARED_LISTED, 2, id="of another head"),
        pytest.param(Lists((_OTHER,), (_SAME,)), "compared", MOST_COMPARED_LISTED, 2, id="of no head that it names, other files"),
        pytest.param(Lists(_MANY, _MANY[:-1]), "listed", MOST_LISTED_FILES, 2, id="longer than what is compared"),
        pytest.param(Lists(()), "listed", MOST_LISTED_FILES, 2, id="of nothing"),
    ],
)
def test_a_list_of_files_is_believed_only_for_its_own_head(lists: Lists, taken: str, most: int, asked: int) -> None:
    """Where GitHub does not say which head its list is about, one further request tells; it never costs more."""
    assert (lists.listed if taken == "listed" else lists.compared, most) == files_at(lists, 7, "b", "h")
    assert asked == len(lists.asked)


def test_another_commit_is_refused(git: GitRepo, tmp_path: Path) -> None:
    """What is checked out must be what the pull request is about."""
    git.branch("other", "main")
    git.commit({"a.py": b"x\n"}, branch="other")
    with pytest.raises(ScanError, match="neither the pull request's merge commit nor its head"):
        compared(git, tmp_path / "w", "other", trigger(git), Hub())


def test_what_a_partial_clone_lacks_is_asked_of_github(git: GitRepo, tmp_path: Path) -> None:
    """The base's commit is here, the file's old content is not."""
    folder = tmp_path / "w"
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{git.path}", str(folder))
    run_git(folder, "fetch", "--quiet", "origin", "refs/pull/1/merge")
    run_git(folder, "checkout", "--quiet", "--detach", git.rev("refs/pull/1/merge"))
    run_git(folder, "remote", "remove", "origin")
    hub = Hub(at={git.rev("main"): {"a.py": OLD, ".gitignore": b"x\n"}})
    with open_repository(folder) as repository:
        made = compare(trigger(git), Checkout(folder, repository), DirectoryTree(str(folder)), hub, (".gitignore",))
        assert b"x\n" == made.read_base(".gitignore")
    assert ({"a.py": OLD}, {"a.py"}) == (before(made), {path for path in hub.asked if path != ".gitignore"})


@pytest.mark.parametrize(("additions", "expected"), [(1, False), (None, False), (2, True)], ids=["all", "who knows", "not all"])
def test_a_patch_that_was_cut_leaves_no_line_unchanged(git: GitRepo, tmp_path: Path, additions: int | None, expected: bool) -> None:
    """Where more lines were added than the patch tells of, any line may be one of them."""
    hub = Hub((CHANGED._replace(additions=additions),), {git.rev("main"): {"a.py": OLD}})
    made = compared(git, tmp_path / "w", "refs/pull/1/merge", trigger(git), hub)
    assert made.view is not None and expected == made.view.is_added("a.py", 1)


def test_the_history_at_hand_compares_any_number_of_files(git: GitRepo, tmp_path: Path) -> None:
    """Only what GitHub would have to be asked for is left out of a large change."""
    hub = Hub(tuple(PullFile(f"f{n}.py", "added", "", PATCH, "") for n in range(MOST_COMPARED_FILES + 1)))
    made = compared(git, tmp_path / "w", "refs/pull/1/merge", trigger(git), hub, depth=2)
    assert made.view is not None and not made.view.lines_only


def test_a_merge_commit_that_github_made_anew_is_taken_by_its_name(git: GitRepo, tmp_path: Path) -> None:
    """The event's own commit is right even when its second parent is not the head that GitHub names now."""
    of = replace(trigger(git), head_sha="e" * 40)
    hub = Hub(at={git.rev("main"): {"a.py": OLD}})
    assert {"a.py": OLD} == before(compared(git, tmp_path / "w", "refs/pull/1/merge", of, hub))


def test_when_github_does_not_say_what_changed_the_history_does(git: GitRepo, tmp_path: Path) -> None:
    """The checkout's own objects are compared, and the reader is told."""
    hub = Hub(error=DeliveryError("no answer"))
    made = compared(git, tmp_path / "w", "refs/pull/1/merge", trigger(git), hub, depth=None)
    assert {"a.py": OLD} == before(made)
    assert "GitHub did not say what changed (no answer)" in made.notices[0]


@pytest.mark.parametrize("at", ["refs/pull/1/merge", "feature"], ids=["the merge commit", "the head"])
def test_without_a_token_the_history_is_compared(git: GitRepo, tmp_path: Path, at: str) -> None:
    """From the merge commit's first parent, or from where the head branched off."""
    assert {"a.py": OLD} == before(compared(git, tmp_path / "w", at, trigger(git), None, depth=None))


@pytest.mark.parametrize("at", ["refs/pull/1/merge", "feature"], ids=["the merge commit", "the head"])
def test_without_history_and_token_nothing_is_compared(git: GitRepo, tmp_path: Path, at: str) -> None:
    """Words that name both cures."""
    with pytest.raises(ScanError, match="neither in the checkout nor can GitHub be asked") as caught:
        compared(git, tmp_path / "w", at, trigger(git), None)
    assert "github-token" in caught.value.cure and "fetch-depth: 2" in caught.value.cure


def test_what_has_no_base_is_looked_at_as_it_is(git: GitRepo, tmp_path: Path) -> None:
    """A timer: no view, and its own files are trusted."""
    of = Trigger(TriggerKind.SCHEDULE, "acme/tools", head_sha=git.rev("main"))
    made = compared(git, tmp_path / "w", "main", of, Hub())
    assert made.view is None and b"x\n" == made.read_base(".gitignore")


def test_a_renamed_file_is_read_from_its_old_place(git: GitRepo, tmp_path: Path) -> None:
    """Its content stands under the name it had."""
    hub = Hub((PullFile("a.py", "renamed", "b.py", None, ""),), {git.rev("main"): {"b.py": OLD}})
    assert {"a.py": None, "b.py": OLD} == before(compared(git, tmp_path / "w", "feature", trigger(git), hub))


@pytest.mark.parametrize("kind", [TriggerKind.PULL_REQUEST, TriggerKind.PUSH])
def test_content_that_github_keeps_is_missing_not_absent(git: GitRepo, tmp_path: Path, kind: TriggerKind) -> None:
    """A file too large to be given out is compared by its lines, and named; it does not count as new."""
    hub = Hub(at={git.rev("main"): {"a.py": OLD}}, unread=("a.py",))
    git.checkout(tmp_path / "w", "feature")
    with open_repository(tmp_path / "w") as repository:
        made = compare(trigger(git, kind), Checkout(tmp_path / "w", repository), DirectoryTree(str(tmp_path / "w")), hub)
        with pytest.raises(ConfigurationError, match="GitHub did not give it out"):
            made.read_base("a.py")
    assert made.view is not None and frozenset({"a.py"}) == made.view.missing
    assert "The content of `a.py` at the base could not be read" in next(_uncompared(made.view))


def test_many_missing_files_are_named_in_part(git: GitRepo, tmp_path: Path) -> None:
    """Five names and a number."""
    names = [f"f{n}.py" for n in range(8)]
    hub = Hub(
        tuple(PullFile(n, "modified", "", PATCH, "") for n in names), {git.rev("main"): dict.fromkeys(names, OLD)}, tuple(names)
    )
    made = compared_unread(git, tmp_path / "w", hub)
    assert "`f4.py` and 3 more at the base" in next(_uncompared(made.view))


def compared_unread(git: GitRepo, folder: Path, hub: Hub) -> Compared:
    git.checkout(folder, "feature")
    with open_repository(folder) as repository:
        return compare(trigger(git), Checkout(folder, repository), DirectoryTree(str(folder)), hub)


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        pytest.param(TriggerKind.PULL_REQUEST, MOST_COMPARED_FILES + 1, "too large to compare contents", id="a large pull request"),
        pytest.param(TriggerKind.PULL_REQUEST, 3000, "too large to be listed whole", id="a huge pull request"),
        pytest.param(TriggerKind.PUSH, MOST_COMPARED_LISTED, "too large to be listed whole", id="a large push"),
    ],
)
def test_large_changes_say_how_they_were_compared(git: GitRepo, tmp_path: Path, kind: TriggerKind, number: int, words: str) -> None:
    """By lines only, or partly: never silently."""
    hub = Hub(tuple(PullFile(f"f{n}.py", "modified", "", PATCH, "") for n in range(number)))
    git.checkout(tmp_path / "w", "feature")
    with open_repository(tmp_path / "w") as repository:
        made = compare(trigger(git, kind), Checkout(tmp_path / "w", repository), DirectoryTree(str(tmp_path / "w")), hub)
    assert words in next(_uncompared(made.view))


def test_the_head_is_laid_over_the_base_without_touching_the_disk(git: GitRepo, tmp_path: Path) -> None:
    """pull_request_target: changed, renamed and removed files as the head has them."""
    git.commit({"b.py": b"b\n", "c.py": b"c\n"})
    files = (CHANGED, PullFile("d.py", "renamed", "b.py", None, ""), PullFile("c.py", "removed", "", None, ""))
    head = {"a.py": NEW, "d.py": b"b\n"}
    hub = Hub(files, {git.rev("feature"): head, git.rev("main"): {"a.py": OLD, "b.py": b"b\n", "c.py": b"c\n"}})
    of = trigger(git, TriggerKind.PULL_REQUEST_TARGET)
    made = compared(git, tmp_path / "w", "main", of, hub)
    read = {path: made.tree.read(path) for path in ("a.py", "d.py")}
    assert head == {path: found.data for path, found in read.items() if not isinstance(found, Skip)}
    listed = {entry.path for entry in made.tree.entries() if not isinstance(entry, Skip)}
    assert listed >= {"a.py", "d.py"} and not listed & {"b.py", "c.py"}
    assert not (tmp_path / "w/d.py").exists()


def test_a_file_of_the_head_that_github_keeps_ends_the_run(git: GitRepo, tmp_path: Path) -> None:
    """Left out, it would be counted as clean; a picture may be left out."""
    files = (CHANGED, PullFile("x.png", "added", "", None, ""))
    hub = Hub(files, {git.rev("feature"): {"a.py": NEW, "x.png": b"x"}}, ("a.py", "x.png"))
    with pytest.raises(ScanError, match=r"1 files of the pull request could not be read from GitHub, `a\.py`"):
        compared(git, tmp_path / "w", "main", trigger(git, TriggerKind.PULL_REQUEST_TARGET), hub)
