"""A checkout's objects are read as git reads them, and a hostile repository gets a refusal instead of a crash."""

import os
import random
import subprocess
import time
import zlib
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import ClassVar

import pytest

from sentinel.source.git import GitRepository, TreeChange, blob_id, open_repository
from sentinel.source.gitfiles import GitError, GitFolder

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def git(folder: Path, *arguments: str, at: int = 1767225600, stdin: bytes = b"") -> str:
    dates = {"GIT_AUTHOR_DATE": f"{at} +0000", "GIT_COMMITTER_DATE": f"{at} +0000"}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT | dates, input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit(folder: Path, files: dict[str, str | None], at: int = 1767225600) -> str:
    for path, text in files.items():
        file = folder / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "m", at=at)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def close_repositories(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every repository a test opens is closed after it."""
    opened: list[GitRepository] = []
    start = GitRepository.__init__

    def remember(self: GitRepository, folder: GitFolder) -> None:
        start(self, folder)
        opened.append(self)

    monkeypatch.setattr(GitRepository, "__init__", remember)
    yield
    for repository in opened:
        repository.close()


BODY = "".join(f"line {n}\n" for n in range(200))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, {"a.py": "a\n", "src/b.py": BODY, "src/deep/c.txt": "c\n", "ä b.md": "x\n"})
    return folder


@pytest.fixture(params=["loose", "packed", "packed aggressively"])
def two_commits(repo: Path, request: pytest.FixtureRequest) -> tuple[Path, str, str]:
    """Two commits whose objects are stored in one of git's ways."""
    first = git(repo, "rev-parse", "HEAD")
    for n in range(5):
        commit(repo, {"src/b.py": BODY.replace(f"line {n}\n", f"changed {n}\n")}, at=1767225660 + n)
    (repo / "link").symlink_to("a.py")
    second = commit(repo, {"new/b.py": BODY + "more\n", "src/b.py": None, "a.py": None, "added": "n\n"}, at=1767225760)
    if request.param != "loose":
        git(repo, "gc", "--quiet", *(["--aggressive"] if "aggressively" in request.param else []))
        assert list((repo / ".git/objects/pack").glob("*.idx"))
    return repo, first, second


def test_files_and_contents_are_those_of_git(two_commits: tuple[Path, str, str]) -> None:
    """Every path, mode and content of a commit equals what git lists."""
    folder, first, second = two_commits
    repository = open_repository(folder)
    for sha in (first, second):
        listed = git(folder, "ls-tree", "-r", "-z", sha).split("\0")
        expected = {line.partition("\t")[2]: tuple(line.split()[0:3:2]) for line in listed if line}
        found = {path: (f"{entry.mode:06o}", entry.sha) for path, entry in repository.files(sha).items()}
        assert expected == found
    assert BODY.encode() == repository.blob(first, "src/b.py")


def test_changes_are_those_of_git_with_renames_paired(two_commits: tuple[Path, str, str]) -> None:
    """Added, removed and renamed paths come out sorted; the rename is found although a line changed."""
    folder, first, second = two_commits
    expected = [("a.py", "removed", ""), ("added", "added", ""), ("link", "added", ""), ("new/b.py", "renamed", "src/b.py")]
    found = open_repository(folder).changes(first, second)
    assert expected == [(change.path, change.status, change.previous_path) for change in found]


@pytest.mark.parametrize("name", ["HEAD", "main", "HEAD~2", "HEAD^", "v1", "light", "refs/heads/main", "HEAD^1~1", "@", "@~1"])
def test_names_mean_what_they_mean_to_git(two_commits: tuple[Path, str, str], name: str) -> None:
    """Branches, tags (annotated ones too) and steps to parents lead to the same commit."""
    folder, _, _ = two_commits
    git(folder, "tag", "light")
    git(folder, "tag", "--annotate", "--message", "x", "v1")
    assert git(folder, "rev-parse", f"{name}^{{commit}}") == open_repository(folder).resolve(name)


def test_a_short_sha_is_expanded(two_commits: tuple[Path, str, str]) -> None:
    """Nine digits are enough."""
    folder, first, _ = two_commits
    assert first == open_repository(folder).resolve(first[:9])


def test_a_ref_packed_away_is_found(repo: Path) -> None:
    """packed-refs is read when there is no file for the ref."""
    git(repo, "branch", "topic/x")
    git(repo, "pack-refs", "--all")
    assert git(repo, "rev-parse", "HEAD") == open_repository(repo).resolve("topic/x")


@pytest.mark.parametrize("name", ["nope", "config", "../x", "HEAD~999", "HEAD^2", "", "refs/heads/../../config", "\0", "0" * 40])
def test_a_name_that_means_nothing_is_refused(repo: Path, name: str) -> None:
    """Unknown names raise; none of them reads another file. The empty name means HEAD."""
    repository = open_repository(repo)
    if not name:
        assert repository.head() == repository.resolve(name)
        return
    with pytest.raises(GitError):
        repository.resolve(name)


def test_a_shallow_merge_checkout_names_parents_it_does_not_hold(repo: Path, tmp_path: Path) -> None:
    """With a depth of 1 the commit's parents are known, and known to be absent."""
    base = git(repo, "rev-parse", "HEAD")
    git(repo, "checkout", "--quiet", "-b", "feature")
    head = commit(repo, {"f": "f\n"}, at=1767225700)
    git(repo, "checkout", "--quiet", "main")
    git(repo, "merge", "--quiet", "--no-ff", "--message", "m", "feature", at=1767225800)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")
    repository = open_repository(tmp_path / "shallow")
    assert (base, head) == repository.parents(repository.head())
    assert not repository.has_commit(base)
    with pytest.raises(GitError, match="not here"):
        repository.files(base)


def test_the_merge_base_is_found(repo: Path) -> None:
    """Both sides moved on; the commit they share is the base."""
    base = git(repo, "rev-parse", "HEAD")
    git(repo, "checkout", "--quiet", "-b", "feature")
    one = commit(repo, {"f": "f\n"}, at=1767225700)
    git(repo, "checkout", "--quiet", "main")
    other = commit(repo, {"g": "g\n"}, at=1767225800)
    assert base == open_repository(repo).merge_base(one, other)


@pytest.mark.parametrize("version", ["2", "4"])
def test_the_index_names_what_git_tracks(repo: Path, version: str) -> None:
    """Tracked files are known, ignored ones that were added by force too, untracked ones not."""
    commit(repo, {".gitignore": "*.log\n", "forced.log": "x\n"})
    (repo / "untracked").write_text("x")
    git(repo, "update-index", "--index-version", version)
    expected = {".gitignore", "forced.log", "a.py", "src/b.py", "src/deep/c.txt", "ä b.md"}
    assert expected == open_repository(repo).tracked()


def test_a_split_index_is_refused_rather_than_half_read(repo: Path) -> None:
    """An index that shares its entries with another file would hide paths."""
    git(repo, "update-index", "--split-index")
    (repo / "more").write_text("x")
    git(repo, "add", "more")
    with pytest.raises(GitError, match="split or sparse"):
        open_repository(repo).tracked()


def test_the_working_tree_is_compared_with_a_commit(repo: Path) -> None:
    """Changed, new and deleted files are found; CR LF of a checkout and files that the walk left out are no change."""
    (repo / "a.py").write_bytes(b"a\r\n")
    (repo / "src/b.py").write_text("other\n")
    (repo / "src/deep/c.txt").unlink()
    (repo / "new").write_text("x")
    found = open_repository(repo).worktree_changes(git(repo, "rev-parse", "HEAD"), repo, ["a.py", "src/b.py", "new"])
    expected = [("new", "added"), ("src/b.py", "modified"), ("src/deep/c.txt", "removed")]
    assert expected == [(change.path, change.status) for change in found]


class _Asked(str):
    """A path that counts how often it is looked up."""

    __slots__ = ()
    times: ClassVar[list[int]] = [0]

    def __hash__(self) -> int:
        self.times[0] += 1
        return super().__hash__()


def test_a_large_working_tree_is_compared_in_one_pass(repo: Path) -> None:
    """Each path is looked up a few times, however many there are."""
    commit(repo, {f"many/{number}": "x\n" for number in range(300)})
    _Asked.times[0] = 0
    paths = [_Asked(f"many/{number}") for number in range(300)]
    found = open_repository(repo).worktree_changes(git(repo, "rev-parse", "HEAD"), repo, paths)
    assert not found
    assert len(paths) <= _Asked.times[0] <= 10 * len(paths)


def test_what_a_sparse_checkout_left_out_is_not_removed(repo: Path) -> None:
    """It is as the index has it: unchanged, modified or added since the commit; what is deleted beside it is removed."""
    base = git(repo, "rev-parse", "HEAD")
    commit(repo, {"src/b.py": "other\n", "src/more.py": "x\n", "keep/k.py": "x\n"})
    git(repo, "sparse-checkout", "set", "--no-cone", "/keep/", "/a.py")
    (repo / "a.py").unlink()
    found = open_repository(repo).worktree_changes(base, repo, ["keep/k.py"])
    expected = [("a.py", "removed"), ("keep/k.py", "added"), ("src/b.py", "modified"), ("src/more.py", "added")]
    assert expected == [(change.path, change.status) for change in found]


def test_configuration_alternates_replacements_and_grafts_are_ignored(repo: Path, tmp_path: Path) -> None:
    """Nothing in .git but objects, refs and the index changes what is read."""
    head = git(repo, "rev-parse", "HEAD")
    other = commit(repo, {"a.py": "other\n"})
    git(repo, "replace", head, other)
    (repo / ".git/config").write_text("[core]\n\trepositoryformatversion = 99\n\tfsmonitor = touch /tmp/owned\n[include\n")
    (repo / ".git/info").mkdir(exist_ok=True)
    (repo / ".git/info/grafts").write_text(f"{other} {'0' * 40}\n")
    (repo / ".git/objects/info/alternates").write_text(f"{tmp_path}\n")
    repository = open_repository(repo)
    assert b"a\n" == repository.blob(head, "a.py")
    assert (head,) == repository.parents(other)


def test_an_object_that_only_an_alternate_holds_is_absent(repo: Path, tmp_path: Path) -> None:
    """A repository elsewhere on the disk is never read; the message says so, and how to bring the objects here."""
    git(tmp_path, "clone", "--quiet", "--shared", str(repo), "borrower")
    with pytest.raises(GitError, match="another one") as caught:
        open_repository(tmp_path / "borrower").files(git(repo, "rev-parse", "HEAD"))
    assert "git repack -a -d" in caught.value.cure


def test_a_worktree_is_read_only_where_that_is_allowed(repo: Path, tmp_path: Path) -> None:
    """A .git file points outside: refused in the action, followed on a desktop."""
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    with pytest.raises(GitError, match="points elsewhere"):
        open_repository(tmp_path / "tree")
    assert git(repo, "rev-parse", "HEAD") == open_repository(tmp_path / "tree", may_leave=True).head()


def test_a_linked_git_folder_is_refused(repo: Path, tmp_path: Path) -> None:
    """A link in the place of .git leads out of the workspace."""
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/.git").symlink_to(repo / ".git")
    with pytest.raises(GitError, match="points elsewhere"):
        open_repository(tmp_path / "evil")


ASKED = {
    "HEAD": lambda repository: repository.head(),
    "refs/heads/main": lambda repository: repository.resolve("main"),
    "packed-refs": lambda repository: repository.resolve("absent"),
    "index": lambda repository: repository.tracked(),
}


@pytest.mark.parametrize("kind", ["link", *(["pipe"] if hasattr(os, "mkfifo") else [])])
@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_link_or_a_pipe_within_the_git_folder_is_refused(repo: Path, tmp_path: Path, name: str, kind: str) -> None:
    """No file of .git is read through a link, and a pipe does not hang the reader."""
    (tmp_path / "outside").write_text("f" * 40 + "\n")
    target = repo / ".git" / name
    target.unlink(missing_ok=True)
    target.symlink_to(tmp_path / "outside") if kind == "link" else os.mkfifo(target)
    with pytest.raises(GitError, match="cannot be opened" if kind == "link" else "not a regular file"):
        ASKED[name](open_repository(repo))


def write_loose(folder: Path, kind: str, content: bytes, claimed: int | None = None, sha: str | None = None) -> str:
    data = f"{kind} {len(content) if claimed is None else claimed}\0".encode() + content
    name = sha or sha1(data).hexdigest()
    file = folder / ".git/objects" / name[:2] / name[2:]
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    file.write_bytes(zlib.compress(data))
    return name


def make_commit(folder: Path, tree: str) -> str:
    text = f"tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm"
    return write_loose(folder, "commit", text.encode())


def test_a_tree_that_unfolds_without_end_is_refused(repo: Path) -> None:
    """Thirty trees that each hold ten times the one below would be a tree of 10^30 files."""
    tree = write_loose(repo, "tree", b"".join(b"100644 f%d\0" % n + bytes.fromhex(blob_id(b"")) for n in range(10)))
    for _ in range(30):
        tree = write_loose(repo, "tree", b"".join(b"40000 d%d\0" % n + bytes.fromhex(tree) for n in range(10)))
    start = time.process_time()
    with pytest.raises(GitError, match="too large or too deep"):
        open_repository(repo).files(make_commit(repo, tree))
    assert time.process_time() - start < 20


@pytest.mark.parametrize("name", [b"..", b".", b"", b"a/b"])
def test_a_tree_with_an_impossible_name_is_refused(repo: Path, name: bytes) -> None:
    """No name may lead out of its folder."""
    tree = write_loose(repo, "tree", b"100644 " + name + b"\0" + bytes.fromhex(blob_id(b"")))
    with pytest.raises(GitError, match="no file name"):
        open_repository(repo).files(make_commit(repo, tree))


def test_an_object_that_lies_about_its_name_is_refused(repo: Path) -> None:
    """Content stored under another object's name is not taken for it."""
    sha = git(repo, "rev-parse", "HEAD:a.py")
    write_loose(repo, "blob", b"evil\n", sha=sha)
    with pytest.raises(GitError, match="not what its name says"):
        open_repository(repo).blob(git(repo, "rev-parse", "HEAD"), "a.py")


def test_a_loose_bomb_is_refused_before_it_unfolds(repo: Path) -> None:
    """A few hundred kilobytes that unpack to gigabytes are stopped at the limit."""
    sha = "ab" + "0" * 38
    squeezer = zlib.compressobj(9)
    data = squeezer.compress(b"blob 3000000000\0")
    data += b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(200)) + squeezer.flush()
    (repo / ".git/objects/ab").mkdir(exist_ok=True)
    (repo / ".git/objects/ab" / sha[2:]).write_bytes(data)
    with pytest.raises(GitError, match="too large"):
        open_repository(repo).resolve(sha)


def read_everything(repository: GitRepository) -> None:
    head = repository.head()
    for path in repository.files(head):
        repository.blob(head, path)
    repository.changes(repository.resolve("HEAD~1"), head)
    repository.tracked()


@pytest.mark.parametrize("suffix", [".pack", ".idx"])
def test_a_damaged_pack_is_refused_and_never_crashes(repo: Path, suffix: str) -> None:
    """Wherever bytes are changed, reading everything ends in the right answer or a GitError, soon."""
    commit(repo, {"src/b.py": BODY + "x\n"}, at=1767225700)
    git(repo, "gc", "--quiet", "--aggressive")
    file = next((repo / ".git/objects/pack").glob(f"*{suffix}"))
    whole = file.read_bytes()
    file.chmod(0o644)
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 3, 30))):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 0x80, 0xFF, chance.randrange(256)))
        file.write_bytes(damaged[: chance.choice((len(damaged), len(damaged), chance.randrange(len(damaged))))])
        repository = open_repository(repo)
        try:
            read_everything(repository)
        except GitError:
            refused += 1
        repository.close()
    assert refused > 20


def test_a_damaged_index_is_refused_and_never_crashes(repo: Path) -> None:
    """The same for the index."""
    file = repo / ".git/index"
    whole = file.read_bytes()
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        file.write_bytes(damaged[: chance.choice((len(damaged), chance.randrange(len(damaged))))])
        try:
            open_repository(repo).tracked()
        except GitError:
            refused += 1
    assert refused > 20


def test_no_repository_is_said(tmp_path: Path) -> None:
    """A folder without .git says so, and so does one without commits."""
    with pytest.raises(GitError, match="no git repository"):
        open_repository(tmp_path)
    git(tmp_path, "init", "--quiet")
    with pytest.raises(GitError, match="no commit"):
        open_repository(tmp_path).head()


def test_a_change_of_mode_and_a_submodule_are_told_apart(repo: Path) -> None:
    """A mode counts as a change; a submodule is none of our files."""
    first = git(repo, "rev-parse", "HEAD")
    (repo / "a.py").chmod(0o755)
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{first},module")
    git(repo, "update-index", "--chmod=+x", "a.py")
    git(repo, "commit", "--quiet", "--message", "m")
    found = open_repository(repo).changes(first, git(repo, "rev-parse", "HEAD"))
    assert [("a.py", "modified")] == [(change.path, change.status) for change in found]
    assert isinstance(found[0], TreeChange)


def test_systems_without_folder_handles_follow_no_link_either(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders cannot be opened, each part of a path is looked at first."""
    monkeypatch.setattr("sentinel.source.gitfiles._HAS_HANDLES", False)
    head = git(repo, "rev-parse", "HEAD")
    assert b"a\n" == open_repository(repo).blob(head, "a.py")
    (tmp_path / "outside").write_text("f" * 40)
    (repo / ".git/HEAD").unlink()
    (repo / ".git/HEAD").symlink_to(tmp_path / "outside")
    with pytest.raises(GitError, match="cannot be opened"):
        open_repository(repo).head()


@pytest.mark.parametrize("text", ["gitdir: /nowhere/at/all", "nonsense", "gitdir: \0", ""])
def test_a_git_file_that_leads_nowhere_is_refused(tmp_path: Path, text: str) -> None:
    """Even where leaving is allowed."""
    (tmp_path / ".git").write_text(text)
    with pytest.raises(GitError):
        open_repository(tmp_path, may_leave=True)


def test_a_linked_git_folder_is_followed_where_that_is_allowed(repo: Path, tmp_path: Path) -> None:
    """A desktop may keep its repository elsewhere."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/.git").symlink_to(repo / ".git")
    assert git(repo, "rev-parse", "HEAD") == open_repository(tmp_path / "tree", may_leave=True).head()


def test_symbolic_refs_that_go_in_circles_end(repo: Path) -> None:
    """HEAD that names itself names no commit."""
    (repo / ".git/HEAD").write_text("ref: HEAD\n")
    with pytest.raises(GitError, match="no commit"):
        open_repository(repo).head()
    (repo / ".git/HEAD").write_text("ref: ../../../etc/passwd\n")
    with pytest.raises(GitError, match="no commit"):
        open_repository(repo).head()
    (repo / ".git/HEAD").write_text("f" * 64)
    with pytest.raises(GitError, match="no SHA-1"):
        open_repository(repo).head()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"nothing", "names no tree", id="a commit without a tree"),
        pytest.param(b"tree " + b"a" * 40 + b"\n", "not here", id="a commit whose tree is absent"),
    ],
)
def test_a_broken_commit_is_refused(repo: Path, text: bytes, words: str) -> None:
    """It has no files."""
    with pytest.raises(GitError, match=words):
        open_repository(repo).files(write_loose(repo, "commit", text))


def test_a_broken_tree_is_refused(repo: Path) -> None:
    """A tree that ends in the middle of an entry cannot be read."""
    tree = write_loose(repo, "tree", b"100644 a\0short")
    with pytest.raises(GitError, match="cannot be read"):
        open_repository(repo).files(make_commit(repo, tree))


def test_a_loose_object_of_another_size_is_refused(repo: Path) -> None:
    """The size in its header must be its own."""
    name = write_loose(repo, "blob", b"abc", claimed=7)
    with pytest.raises(GitError, match="is broken"):
        open_repository(repo).resolve(name)


def test_a_file_past_the_limit_is_not_handed_out(repo: Path) -> None:
    """None, as for a file that is absent, a folder or a link."""
    head = git(repo, "rev-parse", "HEAD")
    repository = open_repository(repo)
    found = [repository.blob(head, "src/b.py", most=5), repository.blob(head, "src"), repository.blob(head, "a.py/x")]
    assert [None, None, None] == found


def test_a_short_sha_of_nothing_or_of_several_is_refused(repo: Path) -> None:
    """More digits are asked for."""
    (repo / ".git/objects/ab").mkdir(exist_ok=True)
    for end in ("1", "2"):
        (repo / ".git/objects/ab" / ("cdef0" + end * 33)).write_bytes(b"")
    for name in ("abcdef0", "abcdef1"):
        with pytest.raises(GitError, match="or several"):
            open_repository(repo).resolve(name)
