"""`sentinel scan` on a folder: with and without a base, everything trusted comes from the base when there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.app import review_folder
from sentinel.desktop import Folder, stored_baseline, write_baseline
from sentinel.errors import ConfigurationError, ScanError, UsageError
from sentinel.model.finding import ChangeKind
from sentinel.model.report import Conclusion, Report
from sentinel.report.words import headline

TOKEN = "gl" + "pat-" + "x7Kq2Rw9Lm4Tz8Vb3Nc6"
OTHER = "gl" + "pat-" + "Qk2Wx9Zr4Tl8Bv3Cn6Md"
RULE = "secrets/forge-token"


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder with an identity of its own."""
    identity = (
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    )
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one commit that holds a token."""
    git(tmp_path, "init")
    write(tmp_path, {"src/a.py": f'A = "{TOKEN}"\n', "README.md": "# x\n"})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def kinds(report: Report) -> list[tuple[str, str, int]]:
    """(change, path, line) of each verdict."""
    return [(v.change.kind.value, v.finding.path, v.finding.span.start_line) for v in report.verdicts]


def review(folder: Path, base: str = "", **given: object) -> Report:
    """Review a folder."""
    return review_folder(Folder(folder, {name.replace("_", "-"): value for name, value in given.items()}, base))[0]


def test_without_a_base_everything_is_new(project: Path) -> None:
    """A folder looked at as a whole blocks on what is bad in it."""
    report = review(project)
    assert [("new", "src/a.py", 1)] == kinds(report)
    assert (Conclusion.FAILURE, 1) == (report.conclusion, report.exit_code)


def test_with_a_base_only_the_difference_is_new(project: Path) -> None:
    """What the base holds is known; what the working tree adds is new; a moved finding stays known."""
    write(project, {"src/a.py": f'# moved\n\nA = "{TOKEN}"\nB = "{OTHER}"\n'})
    assert {("known", "src/a.py", 3), ("new", "src/a.py", 4)} == set(kinds(review(project, "HEAD")))


def test_a_fixed_finding_is_said(project: Path) -> None:
    """A finding that the working tree removed is fixed, and nothing blocks."""
    write(project, {"src/a.py": "A = None\n"})
    report = review(project, "HEAD")
    assert [("fixed", "src/a.py", 1)] == kinds(report)
    assert Conclusion.SUCCESS is report.conclusion


def test_a_renamed_file_keeps_its_findings(project: Path) -> None:
    """A finding in a file that was renamed and edited stays known."""
    lines = "".join(f"x{n} = {n}\n" for n in range(20))
    write(project, {"src/a.py": f'A = "{TOKEN}"\n{lines}'})
    git(project, "commit", "-am", "longer")
    (project / "src/a.py").rename(project / "src/b.py")
    write(project, {"src/b.py": f'# new\nA = "{TOKEN}"\n{lines}'})
    report = review(project, "HEAD")
    assert [("known", "src/b.py", 2)] == kinds(report)
    assert "src/a.py" == report.verdicts[0].change.previous_path


def test_a_subfolder_is_compared_with_its_own_base(project: Path) -> None:
    """Paths are relative to the folder that is scanned, on both sides."""
    write(project, {"src/c.py": f'C = "{OTHER}"\n'})
    assert {("known", "a.py", 1), ("new", "c.py", 1)} == set(kinds(review(project / "src", "HEAD")))


def test_configuration_and_baseline_come_from_the_base(project: Path) -> None:
    """What the working tree says about its own judging does not count before it is merged."""
    write(project, {"src/b.py": f'B = "{OTHER}"\n', ".sentinel/config.toml": 'fail-on = "never"\nexclude = ["src"]\n'})
    write_baseline(project, {}, None)
    report = review(project, "HEAD")
    assert {("known", "src/a.py", 1), ("new", "src/b.py", 1)} == set(kinds(report))
    assert 1 == report.exit_code
    assert (".sentinel/baseline.json", ".sentinel/config.toml") == report.gate_changes


def test_a_stored_baseline_is_used_and_followed(project: Path) -> None:
    """What the baseline knows passes; what is gone is fixed; what is added blocks."""
    write_baseline(project, {}, None)
    assert [("known", "src/a.py", 1)] == kinds(review(project))
    write(project, {"src/a.py": f'B = "{OTHER}"\n'})
    assert {("new", "src/a.py", 1), ("fixed", "src/a.py", 1)} == set(kinds(review(project)))


def test_a_baseline_holds_no_secret_and_keeps_its_salt(project: Path) -> None:
    """Writing twice gives the same bytes, and the token is not among them."""
    write_baseline(project, {}, None)
    first = (project / ".sentinel/baseline.json").read_text()
    write_baseline(project, {}, None)
    assert first == (project / ".sentinel/baseline.json").read_text()
    assert TOKEN not in first
    assert 1 == len(stored_baseline(project).findings)


def test_no_baseline_is_no_baseline(project: Path) -> None:
    """With the baseline switched off everything is new again."""
    write_baseline(project, {}, None)
    report, _ = review_folder(Folder(project, {}, uses_baseline=False))
    assert [ChangeKind.NEW] == [v.change.kind for v in report.verdicts]


def test_a_suppression_counts_when_it_was_merged(project: Path) -> None:
    """A comment that the base holds silences; one that the working tree adds does not, at the blocking level."""
    comment = f"  # sentinel: ignore[{RULE}] made up for a test"
    write(project, {"src/a.py": f'A = "{TOKEN}"{comment}\n'})
    git(project, "commit", "-am", "suppress")
    assert (0, 1) == (review(project).exit_code, len(review(project).suppressed))
    write(project, {"src/b.py": f'B = "{OTHER}"{comment}\n'})
    report = review(project, "HEAD")
    assert [("new", "src/b.py", 1)] == [kind for kind in kinds(report) if kind[0] == "new"]
    assert (Conclusion.ACTION_REQUIRED, 1) == (report.conclusion, report.exit_code)


def test_ignored_files_are_left_out_unless_git_follows_them(project: Path) -> None:
    """`.gitignore` prunes what is not tracked, and nothing else."""
    write(project, {".gitignore": "build/\n", "build/a.py": f'A = "{TOKEN}"\n', "build/b.py": f'B = "{OTHER}"\n'})
    git(project, "add", "-f", "build/b.py", ".gitignore")
    assert {"build/b.py", "src/a.py"} == {path for _, path, _ in kinds(review(project))}


def test_rules_can_be_switched_off(project: Path) -> None:
    """A rule that the configuration disables reports nothing."""
    write(project, {".sentinel/config.toml": 'disable = ["secrets/*"]\n'})
    assert [] == kinds(review(project))


@pytest.mark.parametrize(
    ("files", "base", "error", "words"),
    [
        pytest.param({".sentinel/config.toml": "x ="}, "", ConfigurationError, "not TOML", id="broken configuration"),
        pytest.param({".sentinel/config.toml": "x = 1\n"}, "", ConfigurationError, "unknown key", id="unknown key"),
        pytest.param({".sentinel/baseline.json": "{"}, "", ConfigurationError, "not JSON", id="broken baseline"),
        pytest.param({}, "no-such-branch", UsageError, "no-such-branch", id="unknown base"),
    ],
)
def test_bad_input_is_an_error(project: Path, files: dict[str, str], base: str, error: type[Exception], words: str) -> None:
    """What cannot be read is said, never passed over."""
    write(project, files)
    with pytest.raises(error, match=words):
        review(project, base)


def test_a_base_needs_a_repository(tmp_path: Path) -> None:
    """Comparing without git is refused in words."""
    with pytest.raises(ScanError, match="in no git repository"):
        review(tmp_path, "HEAD")


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    """A folder that is not there is refused in words."""
    with pytest.raises(UsageError, match="is not a folder"):
        review(tmp_path / "nothing")


def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder itself is blamed, not the first file that is looked for in it. (Root may list every folder.)"""
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(UsageError, match="may not be listed"):
        review(tmp_path)


def test_a_linked_configuration_is_not_read(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A configuration that is a link is neither followed nor passed over."""
    outside = tmp_path_factory.mktemp("outside") / "config.toml"
    outside.write_text('disable = ["secrets/*"]\n')
    (project / ".sentinel").mkdir()
    (project / ".sentinel/config.toml").symlink_to(outside)
    with pytest.raises(ConfigurationError, match="is there, but cannot be read"):
        review(project)


def test_a_configuration_behind_a_link_is_not_read(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nor is one in a folder that is a link; so everybody knows by which rules it is judged."""
    (project / ".sentinel").symlink_to(tmp_path_factory.mktemp("outside"))
    with pytest.raises(ConfigurationError, match="is there, but cannot be read"):
        review(project)


def test_a_name_that_no_rule_has_is_said(project: Path) -> None:
    """A misspelled rule in `disable` or `suppress` silences nothing, and the reader is told so; good names are not."""
    entry = '[[suppress]]\npath = "x"\nrule = "{}"\nreason = "r"\n'
    config = 'disable = ["secrets/*", "secret/*"]\n' + entry.format("secrets/forge-tokens") + entry.format(RULE)
    write(project, {".sentinel/config.toml": config})
    named = [notice.split("`")[3] for notice in review(project).notices if "no rule is called" in notice]
    assert ["secret/*", "secrets/forge-tokens"] == named


def test_a_file_for_a_folder_says_how_to_scan_it(project: Path) -> None:
    """The command to run instead."""
    with pytest.raises(UsageError) as caught:
        review(project / "src/a.py")
    assert "--only a.py" in caught.value.cure


def test_a_commit_beyond_a_shallow_clone_is_said(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The parent that was not fetched is a usage error with its cure, by every spelling."""
    write(project, {"b.py": "x = 1\n"})
    git(project, "add", "-A")
    git(project, "commit", "-m", "second")
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(project, "clone", "--depth=1", f"file://{project}", str(clone))
    with pytest.raises(UsageError, match="not in this clone") as caught:
        review(clone, "HEAD~1")
    assert "--unshallow" in caught.value.cure


@pytest.fixture
def known(project: Path) -> Path:
    """A repository whose baseline knows a token in each of two folders."""
    write(project, {"lib/b.py": f'B = "{OTHER}"\n'})
    write_baseline(project, {}, None)
    return project


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"paths": ("src",)}, id="another folder was asked for"),
        pytest.param({"exclude": ("lib/",)}, id="its folder is excluded"),
        pytest.param({"exclude": ("lib/b.py",)}, id="it is excluded"),
    ],
)
def test_what_was_not_looked_at_is_not_fixed(known: Path, given: dict[str, object]) -> None:
    """A known finding in a file that is out of scope is neither there nor gone."""
    assert [("known", "src/a.py", 1)] == kinds(review(known, "", **given))


def test_what_a_sparse_checkout_leaves_out_is_not_fixed(known: Path) -> None:
    """Unchanged it is passed over; changed since the base it makes the scan incomplete."""
    git(known, "add", "-A")
    git(known, "commit", "-m", "second")
    git(known, "sparse-checkout", "set", "--no-cone", "/src/", "/.sentinel/")
    assert [("known", "src/a.py", 1)] == kinds(review(known, "HEAD"))
    report = review(known, "HEAD~1")
    assert ([("lib/b.py", "unreadable")], 3) == ([(skip.path, skip.reason.name) for skip in report.incomplete], report.exit_code)


@pytest.mark.parametrize("is_stored", [False, True], ids=["the base is scanned", "a baseline is stored"])
def test_what_the_base_was_not_scanned_to_the_end_of_either_makes_no_change_incomplete(project: Path, is_stored: bool) -> None:
    """A file past a limit is counted with every change that does not touch it, and makes one that does incomplete."""
    many = "import hashlib\n" + "password = hashlib.md5(password)\n" * 6_000
    write(project, {"src/many.py": many})
    if is_stored:
        write_baseline(project, {}, None)
    git(project, "add", "-A")
    git(project, "commit", "-m", "many")
    write(project, {"README.md": "# y\n"})
    report = review(project, "HEAD")
    assert ([("src/many.py", "incomplete-at-base-too")], 0) == ([(s.path, s.reason.name) for s in report.skips], report.exit_code)
    write(project, {"src/many.py": f"{many}#\n"})
    report = review(project, "HEAD")
    assert ([("src/many.py", "too-many-findings")], 3) == ([(s.path, s.reason.name) for s in report.incomplete], report.exit_code)


def test_what_gitignore_leaves_out_is_not_fixed(known: Path) -> None:
    """Nor is one in a folder that is passed over."""
    write(known, {".gitignore": "lib/\n"})
    assert [("known", "src/a.py", 1)] == kinds(review(known))


def test_what_no_rule_looks_for_is_not_fixed(known: Path) -> None:
    """A rule that is switched off finds nothing and so nothing gone."""
    assert [] == kinds(review(known, disable=(RULE,)))


@pytest.mark.parametrize("path", ["./src", "src/", "src//", "lib/../src", "./src/a.py"])
def test_a_path_may_be_spelled_in_any_way(known: Path, path: str) -> None:
    """What it names is scanned, and nothing else."""
    assert [("known", "src/a.py", 1)] == kinds(review(known, paths=(path,)))


@pytest.mark.parametrize("path", [".", "./", "src/.."])
def test_the_whole_folder_can_be_named(known: Path, path: str) -> None:
    """Beside another path it is still the whole."""
    assert {("known", "lib/b.py", 1), ("known", "src/a.py", 1)} == set(kinds(review(known, paths=("src", path))))


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        pytest.param(("..",), "leads out", id="above"),
        pytest.param(("src", "../elsewhere"), "leads out", id="one of two above"),
        pytest.param(("/etc",), "leads out", id="from the root"),
        pytest.param(("linked",), "behind a link", id="a link"),
        pytest.param(("src", "linked/a.py"), "behind a link", id="over a link"),
        pytest.param((".git",), "there is no `.git`", id="a folder that is never entered"),
        pytest.param(("nowhere",), "there is no `nowhere`", id="nothing"),
    ],
)
def test_a_path_that_names_nothing_to_scan_is_refused(project: Path, paths: tuple[str, ...], words: str) -> None:
    """Otherwise nothing would be scanned, and nothing found."""
    (project / "linked").symlink_to("src")
    with pytest.raises(UsageError, match=words):
        review(project, paths=paths)


@pytest.mark.parametrize("stored", ["<<<<<<< ours\n", '{"schema": 9}', ""], ids=["a merge conflict", "another schema", "nothing"])
def test_a_baseline_that_is_none_is_written_anew(project: Path, stored: str) -> None:
    """The cure that every message about a broken baseline names works."""
    write(project, {".sentinel/baseline.json": stored})
    with pytest.raises(ConfigurationError, match="Write it again with `sentinel baseline write`"):
        raise_diagnostics(project)
    write_baseline(project, {}, None)
    assert [("known", "src/a.py", 1)] == kinds(review(project))


def raise_diagnostics(folder: Path) -> None:
    """Review a folder; an error's words are all that it says to a user."""
    try:
        review(folder)
    except ConfigurationError as error:
        raise ConfigurationError(error.diagnostics()) from error


def test_a_baseline_of_no_folder_is_refused(tmp_path: Path) -> None:
    """By the folder, not by what it lacks."""
    with pytest.raises(UsageError, match="is not a folder"):
        stored_baseline(tmp_path / "nowhere")


def test_a_path_that_is_not_there_is_told(project: Path) -> None:
    """The others are scanned, and the reader knows that one is missing."""
    report = review(project, paths=("src", "libb"))
    assert ("`paths` names `libb`, which is not there: nothing of it was scanned.",) == report.notices
    assert [("new", "src/a.py", 1)] == kinds(report)


def test_a_scan_of_nothing_is_no_success(project: Path) -> None:
    """Where everything is excluded the check is neutral, and its words say what was scanned: nothing."""
    report = review(project, exclude=("*",))
    assert (Conclusion.NEUTRAL, 0) == (report.conclusion, report.exit_code)
    assert "Nothing was scanned: no file is in scope" == headline(report)


@pytest.mark.skipif(sys.platform != "linux", reason="names are UTF-8 there")
def test_a_wrong_line_of_gitignore_is_passed_over(project: Path) -> None:
    """As in git; the others count, with any line ending, behind a byte order mark, for any name."""
    (project / ".gitignore").write_bytes(b"\xef\xbb\xbfone.py\r\n!\r\n\\\r\n[z-a\r\ntwo*.py\r\n")
    write(project, {"one.py": f'B = "{OTHER}"\n'})
    (project / os.fsdecode(b"two\xff.py")).write_text(f'B = "{OTHER}"\n')
    assert [("new", "src/a.py", 1)] == kinds(review(project))


@pytest.mark.skipif(sys.platform != "linux", reason="names are UTF-8 there")
def test_a_name_that_is_not_utf_8_can_be_excluded(project: Path) -> None:
    """And the name of another file is no reason to fail."""
    (project / os.fsdecode(b"two\xff.py")).write_text(f'B = "{OTHER}"\n')
    assert [("new", "src/a.py", 1)] == kinds(review(project, exclude=("two*",)))
    assert 2 == len(kinds(review(project, exclude=("three*",))))
