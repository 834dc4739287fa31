"""Scans of a batch are found, looked into and opened as they were before."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput
from app.gui.batch_scans import BatchScans
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.settings import RememberedOptions


@pytest.fixture
def preferences():
    return Preferences(is_kept=False)


@pytest.fixture
def scans(qtbot, preferences):
    jobs = JobManager()
    scans = BatchScans(jobs, preferences, jobs)
    yield scans
    jobs.close()


@pytest.fixture
def folder(tmp_path):
    counts = np.zeros((3, 4, 32), np.uint16)
    counts[1, 2, 5] = 1
    (tmp_path / "in" / "deep").mkdir(parents=True)
    np.savez(tmp_path / "in/a.npz", cube=counts, kev_slope=0.2, kev_offset=0.0)
    np.savez(tmp_path / "in/deep/b.npz", cube=counts)
    np.save(tmp_path / "in/flat.npy", counts.reshape(12, 32))
    return tmp_path / "in"


def look(scans, qtbot, folder, *patterns, **more):
    scans.add([folder], patterns, **more)
    qtbot.waitUntil(lambda: not scans.is_looking, timeout=20_000)
    return [row.path.name for row in scans.model.rows]


def test_files_of_folders_are_chosen_by_pattern_and_depth(scans, qtbot, folder):
    assert look(scans, qtbot, folder, "*.npy") == ["flat.npy"]
    assert look(scans, qtbot, folder, "A*", recursive=False) == ["flat.npy", "a.npz"]
    assert look(scans, qtbot, folder) == ["flat.npy", "a.npz", "b.npz"]


def test_rows_say_what_is_in_a_file_and_what_is_missing(scans, qtbot, folder):
    look(scans, qtbot, folder)
    rows = {row.path.name: row for row in scans.model.rows}
    assert (rows["a.npz"].contents, rows["a.npz"].problem) == ("3 × 4 × 32", "")
    assert "200 eV per channel" in rows["a.npz"].details
    assert rows["b.npz"].contents == "3 × 4 × 32, no energy axis"
    assert "how many rows and columns" in rows["flat.npy"].problem


def test_options_are_looked_at_again(scans, qtbot, folder):
    look(scans, qtbot, folder, "flat*")
    axis = EnergyAxis(0.0, 0.02)
    scans.set_options([0], dataset=None, detector="sum", axis=axis, rows=4, cols=3)
    qtbot.waitUntil(lambda: not scans.is_looking, timeout=20_000)
    assert scans.inputs == (BatchInput(str(folder / "flat.npy"), axis=axis, rows=4, cols=3),)
    (row,) = scans.model.rows
    assert (row.contents, row.problem) == ("4 × 3 × 32", "")


def test_what_the_user_added_to_a_file_before_is_added_again(scans, qtbot, folder, preferences):
    known = RememberedOptions(None, "sum", 0.1, 0.03, 6, 2)
    preferences.apply(lambda settings: settings.with_options(folder / "flat.npy", known))
    look(scans, qtbot, folder, "flat*")
    (item,) = scans.inputs
    assert (item.rows, item.cols, item.axis) == (6, 2, EnergyAxis(0.1, 0.03))
    assert scans.model.rows[0].contents == "6 × 2 × 32"


def test_scans_taken_out_are_gone_and_others_keep_what_is_known(scans, qtbot, folder):
    look(scans, qtbot, folder)
    scans.remove([0, 2])
    kept = scans.inputs
    assert len(kept) == 1
    assert scans.peek_of(0) is not None
    assert scans.model.rows[0].path.name == kept[0].path.rpartition("/")[2]


def test_one_axis_for_all_leaves_sizes_as_they_are(scans, qtbot, folder):
    look(scans, qtbot, folder)
    scans.set_axis(EnergyAxis(0.0, 0.5), "sum")
    qtbot.waitUntil(lambda: not scans.is_looking, timeout=20_000)
    assert {item.axis for item in scans.inputs} == {EnergyAxis(0.0, 0.5)}
    scans.set_axis(None, "sum")
    assert {item.axis for item in scans.inputs} == {EnergyAxis(0.0, 0.5)}


def test_other_scans_take_the_place_of_those_being_looked_into(scans, qtbot, folder):
    scans.add([folder])
    scans.set_inputs((BatchInput(str(folder / "a.npz")),) * 2)
    qtbot.waitUntil(lambda: not scans.is_looking, timeout=20_000)
    assert [row.contents for row in scans.model.rows] == ["3 × 4 × 32"]
    scans.stop()
    assert not scans.is_looking
