"""The ledger: what was made is known again, whatever a power cut or a full disk leaves."""

import errno
import os

import pytest

from app.errors import ReadError, WriteError
from app.io import batch_ledger
from app.io.batch_ledger import FOLDER, Entry, Ledger, LedgerReader, OutputFile

FILE = OutputFile("Maestà/a.png", "sha256:" + "0" * 64, 12)
ENTRY = Entry(("Maestà/a.png",), "/scans/聖母.h5", "sha256:1", "sha256:2", (FILE,))


def path_of(folder):
    return folder / FOLDER / "ledger.jsonl"


def test_what_was_noted_is_known_to_the_next_run(tmp_path):
    with Ledger(tmp_path / "out") as ledger:
        ledger.begin(["b.png"])
        ledger.add(ENTRY)
        assert ledger.made(["Maestà/a.png"]) == ENTRY
    with Ledger(tmp_path / "out") as ledger:
        assert ledger.made(["Maestà/a.png"]) == ENTRY
        assert ledger.made(["b.png"]) is None
        assert ledger.is_own("b.png")
        assert ledger.is_own("Maestà/a.png")
        assert not ledger.is_own("c.png")


def test_a_ledger_can_be_read_while_it_is_held(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add(ENTRY)
        reader = LedgerReader(tmp_path)
        assert reader.made(ENTRY.targets) == ENTRY
        assert reader.is_own("Maestà/a.png")
    assert LedgerReader(tmp_path / "absent").made(ENTRY.targets) is None
    (tmp_path / "file").write_bytes(b"")
    assert not LedgerReader(tmp_path / "file").is_own("a")


def test_a_ledger_that_cannot_be_read_is_told(tmp_path):
    path_of(tmp_path).mkdir(parents=True)
    with pytest.raises(ReadError):
        LedgerReader(tmp_path)


def test_the_last_entry_of_the_same_targets_counts(tmp_path):
    later = Entry(ENTRY.targets, ENTRY.input, "sha256:3", ENTRY.recipe, ())
    with Ledger(tmp_path) as ledger:
        ledger.add(ENTRY)
        ledger.add(later)
    with Ledger(tmp_path) as ledger:
        assert ledger.made(ENTRY.targets) == later


def test_what_has_begun_once_is_written_once(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.begin(["a", "b"])
        ledger.begin(["b", "a"])
    assert len(path_of(tmp_path).read_bytes().splitlines()) == 1


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_passed_over_and_swallows_nothing(tmp_path, cut):
    with Ledger(tmp_path) as ledger:
        ledger.begin(["first"])
        ledger.add(ENTRY)
    content = path_of(tmp_path).read_bytes()
    path_of(tmp_path).write_bytes(content[:-cut])
    with Ledger(tmp_path) as ledger:
        assert ledger.is_own("first")
        # without its line feed alone the line is whole
        assert (ledger.made(ENTRY.targets) == ENTRY) is (cut == 1)
        ledger.begin(["next"])
    with Ledger(tmp_path) as ledger:
        assert ledger.is_own("first")
        assert ledger.is_own("next")


def test_a_line_with_a_wrong_bit_is_passed_over(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add(ENTRY)
        ledger.begin(["b"])
    content = path_of(tmp_path).read_bytes()
    path_of(tmp_path).write_bytes(content.replace(b"sha256:1", b"sha256:3"))
    with Ledger(tmp_path) as ledger:
        assert ledger.made(ENTRY.targets) is None
        assert ledger.is_own("b")


def test_a_full_disk_is_told_and_the_next_line_is_whole(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Ledger(tmp_path) as ledger:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(WriteError, match="No space left"):
            ledger.begin(["a"])
        monkeypatch.undo()
        ledger.begin(["b"])
    with Ledger(tmp_path) as ledger:
        assert ledger.is_own("b")


def test_a_second_run_into_the_same_folder_is_refused(tmp_path):
    with Ledger(tmp_path), pytest.raises(WriteError, match="Another batch"):
        Ledger(tmp_path)
    with Ledger(tmp_path) as ledger:
        assert ledger.made(["a"]) is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError):
        Ledger(tmp_path / "file" / "out")


def test_a_drive_that_is_read_only_is_told(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(batch_ledger, "_held", refuse)
    with pytest.raises(WriteError, match="Read-only file system") as caught:
        Ledger(tmp_path)
    assert caught.value.hint == "Choose a folder you may write to."


def test_paths_are_told_from_the_output_folder_on(tmp_path):
    with Ledger(tmp_path) as ledger:
        assert ledger.relative(tmp_path / "a b" / "聖母.png") == "a b/聖母.png"
        assert ledger.relative("/elsewhere/x") == "/elsewhere/x"


def test_a_closed_ledger_takes_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.close()
    with pytest.raises(ValueError, match="closed"):
        ledger.begin(["a"])
