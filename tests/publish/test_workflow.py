"""What the runner reads of a step is what we meant, and the hostile workspace cannot bend where it is written."""

import os
from pathlib import Path

import pytest

from sentinel.errors import DeliveryError
from sentinel.publish.workflow import (
    MOST_SUMMARY_BYTES,
    OutputFolder,
    write_outputs,
    write_step_summary,
)


def delimiter() -> str:
    return "ghadelimiter_0123456789abcdef"


def test_outputs_are_appended_with_a_delimiter(tmp_path: Path) -> None:
    """A value of several lines stays one value."""
    file = tmp_path / "output"
    file.write_text("before=1\n")
    write_outputs(file, {"conclusion": "failure", "report-file": "a\nb"}, delimiter)
    word = delimiter()
    expected = f"before=1\nconclusion<<{word}\nfailure\n{word}\nreport-file<<{word}\na\nb\n{word}\n"
    assert expected == file.read_text()


def test_an_output_that_holds_the_delimiter_is_refused(tmp_path: Path) -> None:
    """No value can end itself and start another output."""
    with pytest.raises(ValueError, match="delimiter"):
        write_outputs(tmp_path / "output", {"a": f"x\n{delimiter()}\nb=evil"}, delimiter)
    assert not (tmp_path / "output").exists()


def test_a_summary_that_fits_is_appended_whole(tmp_path: Path) -> None:
    """Other steps' text stays, ours follows."""
    file = tmp_path / "summary"
    file.write_text("theirs\n")
    assert write_step_summary(file, "ours")
    assert "theirs\nours\n" == file.read_text()


def test_a_summary_past_the_limit_is_cut_at_a_paragraph(tmp_path: Path) -> None:
    """The runner would drop it whole; so it is cut, says so, and stays within the limit."""
    file = tmp_path / "summary"
    assert not write_step_summary(file, "0123456\n\n" * 200_000)
    text = file.read_bytes()
    assert len(text) <= MOST_SUMMARY_BYTES
    assert text.endswith(b"0123456\n\nThe rest did not fit into the job summary; the report files hold all of it.\n")


def test_the_output_folder_is_fresh_and_its_files_are_relative(tmp_path: Path) -> None:
    """A second use in the same run gets a folder of its own."""
    with OutputFolder(tmp_path, "77") as first, OutputFolder(tmp_path, "77") as second:
        paths = [first.write("report.json", b"{}"), second.write("report.json", b"[]")]
    expected = [".sentinel-out-77/report.json", ".sentinel-out-77-2/report.json"]
    assert expected == paths
    assert [b"{}", b"[]"] == [(tmp_path / path).read_bytes() for path in paths]


def test_a_link_in_the_folders_place_is_not_followed(tmp_path: Path) -> None:
    """A link that waits under our name is passed over, and its target stays empty."""
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    workspace.mkdir()
    outside.mkdir()
    (workspace / ".sentinel-out-1").symlink_to(outside)
    with OutputFolder(workspace, "1") as folder:
        assert ".sentinel-out-1-2/x" == folder.write("x", b"1")
    assert [] == list(outside.iterdir())


def test_a_file_that_is_already_there_is_never_written(tmp_path: Path) -> None:
    """A link slipped into the fresh folder does not redirect our file."""
    target = tmp_path / "target"
    target.write_text("precious")
    with OutputFolder(tmp_path, "1") as folder:
        (tmp_path / folder.name / "report.json").symlink_to(target)
        with pytest.raises(DeliveryError, match=r"report\.json cannot be written"):
            folder.write("report.json", b"{}")
    assert "precious" == target.read_text()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\0b"])
def test_only_plain_names_are_written(tmp_path: Path, name: str) -> None:
    """A name of ours never leaves the folder."""
    with OutputFolder(tmp_path, "1") as folder, pytest.raises(ValueError, match="plain name"):
        folder.write(name, b"")


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="needs O_NOFOLLOW")
def test_a_command_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """The runner's own files are no links; one that is was not made by the runner."""
    target = tmp_path / "target"
    target.write_text("")
    (tmp_path / "output").symlink_to(target)
    with pytest.raises(DeliveryError, match="output cannot be written"):
        write_outputs(tmp_path / "output", {"a": "b"}, delimiter)
    assert "" == target.read_text()


def test_systems_without_folder_handles_keep_the_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders cannot be opened, files are made by path: fresh folder, no overwriting, no link for a workspace."""
    monkeypatch.setattr("sentinel.publish.workflow._HAS_HANDLES", False)
    (tmp_path / ".sentinel-out-1").mkdir()
    with OutputFolder(tmp_path, "1") as folder:
        assert ".sentinel-out-1-2/x" == folder.write("x", b"1")
        with pytest.raises(DeliveryError, match="x cannot be written"):
            folder.write("x", b"2")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(DeliveryError, match="is a link"):
        OutputFolder(tmp_path / "link", "1")


def test_a_workspace_that_takes_no_folder_is_said(tmp_path: Path) -> None:
    """A missing workspace, and one in which every name is taken."""
    with pytest.raises(DeliveryError, match="cannot be written"):
        OutputFolder(tmp_path / "absent", "1")
    for name in [".sentinel-out-1", *(f".sentinel-out-1-{n}" for n in range(2, 33))]:
        (tmp_path / name).touch()
    with pytest.raises(DeliveryError, match="is taken"):
        OutputFolder(tmp_path, "1")


@pytest.mark.parametrize("run_id", ["", "../x", "a b", "x" * 81])
def test_a_run_id_is_a_plain_word(tmp_path: Path, run_id: str) -> None:
    """Nothing else becomes the name of a folder."""
    with pytest.raises(ValueError, match="plain word"):
        OutputFolder(tmp_path, run_id)


def test_a_summary_without_any_room_is_left_out(tmp_path: Path) -> None:
    """When other steps used the limit up, nothing is written and it is said."""
    file = tmp_path / "summary"
    file.write_bytes(b"x" * (MOST_SUMMARY_BYTES - 10))
    assert not write_step_summary(file, "ours, too long")
    assert MOST_SUMMARY_BYTES - 10 == file.stat().st_size
