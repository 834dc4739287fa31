"""Scans that arrive are taken when they have stopped growing, and each is worked on once."""

import os
import shutil
import threading

import h5py
import numpy as np
import pytest

from app.core.batch.states import RowState
from app.engine.batch.watch import BatchWatch, FolderWatch, WatchOptions, state_of
from app.errors import ParameterError

DONE, FAILED = RowState.DONE, RowState.FAILED


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def arriving(tmp_path):
    folder = tmp_path / "Ankunft – 聖母"
    folder.mkdir()
    return folder


@pytest.fixture
def watch(arriving, clock):
    return FolderWatch((arriving,), WatchOptions(stable_s=10.0), clock=clock)


def names(paths):
    return [path.name for path in paths]


def test_a_file_is_ready_once_it_has_stopped_growing(watch, arriving, clock):
    path = arriving / "scan.npz"
    path.write_bytes(b"1")
    for clock.now, content in ((0.0, b"12"), (9.0, b"123"), (18.0, b"123"), (18.9, b"123")):
        path.write_bytes(content)
        os.utime(path, (0, len(content)))
        look = watch.look()
        assert (look.ready, names(look.growing)) == ((), ["scan.npz"])
    clock.now = 19.0
    look = watch.look()
    assert (names(look.ready), look.growing) == (["scan.npz"], ())
    assert watch.look().ready == ()
    # a scan of the same name that is measured again
    path.write_bytes(b"other")
    clock.now = 30.0
    assert names(watch.look().growing) == ["scan.npz"]
    clock.now = 40.0
    assert names(watch.look().ready) == ["scan.npz"]
    path.unlink()
    assert watch.look() == FolderWatch(()).look()


def test_both_halves_of_a_ripple_cube_count(watch, arriving, clock):
    (arriving / "scan.rpl").write_text("text")
    (arriving / "scan.raw").write_bytes(b"1")
    watch.look()
    clock.now = 9.0
    (arriving / "scan.raw").write_bytes(b"12")
    watch.look()
    clock.now = 12.0
    assert watch.look().ready == ()
    clock.now = 19.0
    assert names(watch.look().ready) == ["scan.rpl"]


def test_a_folder_of_pixels_counts_by_its_entries(watch, arriving, clock):
    (arriving / "scan").mkdir()
    (arriving / "scan" / "None_1.mca").touch()
    watch.look()
    clock.now = 9.0
    (arriving / "scan" / "None_2.mca").touch()
    watch.look()
    clock.now = 12.0
    assert watch.look().ready == ()
    clock.now = 19.0
    assert names(watch.look().ready) == ["scan"]


def test_an_hdf5_file_is_ready_as_soon_as_it_is_closed(watch, arriving, clock, scanner):
    machine = scanner("swmr", arriving / "scan.h5", np.ones((3, 4, 16), np.uint16))
    machine.line()
    watch.look()
    clock.now = 50.0  # long still, but marked as open
    assert names(watch.look().growing) == ["scan.h5"]
    machine.close()
    clock.now = 51.0
    assert watch.look().ready == ()  # its writer has changed it
    clock.now = 52.0
    assert names(watch.look().ready) == ["scan.h5"]


def test_the_file_of_a_killed_scanner_is_taken_after_a_long_time(watch, arriving, clock, scanner):
    machine = scanner("swmr", arriving / "scan.h5", np.ones((3, 4, 16), np.uint16))
    machine.line()
    machine.kill()
    watch.look()
    clock.now = 99.0
    assert watch.look().ready == ()
    clock.now = 100.0
    assert names(watch.look().ready) == ["scan.h5"]


def test_only_fitting_names_outside_of_excluded_folders_are_watched(arriving, clock):
    for name in ("a.h5", "b.h5", "c.npz", "results/d.h5", "more/a.h5", "notes.txt"):
        (arriving / name).parent.mkdir(exist_ok=True)
        (arriving / name).write_bytes(b"1")
    options = WatchOptions(patterns=("a.*", "d.*"), stable_s=1.0)
    watch = FolderWatch((arriving,), options, (arriving / "results",), clock)
    look = watch.look()
    assert [path.relative_to(arriving).as_posix() for path in look.growing] == ["a.h5", "more/a.h5"]
    flat = FolderWatch((arriving,), WatchOptions(recursive=False), clock=clock)
    assert names(flat.look().growing) == ["a.h5", "b.h5", "c.npz"]


def test_what_is_not_there_has_no_state(tmp_path):
    assert state_of(tmp_path / "absent.h5") is None


def test_scans_are_worked_on_as_they_arrive(make_scan, make_plan, executor, arriving, tmp_path):
    scans = [make_scan(f"panel {n}.h5", n) for n in range(2)]
    plan = make_plan(output=arriving / "results", pattern="{number}_{stem}_{task}")
    options = WatchOptions(stable_s=0.01, look_every_s=0.02)
    events, runs, has_ended = [], [], threading.Event()

    def listen(event):
        events.append((event.item, event.state))
        if event.state.is_final:
            has_ended.set()

    watch = BatchWatch(
        plan,
        FolderWatch((arriving,), options),
        listen,
        began=runs.append,
        executor=executor,
    )
    result = []
    thread = threading.Thread(target=lambda: result.append(watch.watch()))
    thread.start()
    for number, scan in enumerate(scans):
        shutil.copy(scan, arriving / scan.name)
        while (number, DONE) not in events:
            assert has_ended.wait(60)
            has_ended.clear()
    (arriving / "broken.h5").write_bytes(b"no scan")
    while (2, FAILED) not in events:
        assert has_ended.wait(60)
        has_ended.clear()
    watch.stop()
    thread.join(60)
    # a scan is done once, and keeps its number
    assert executor.done.count(0) == len(runs)
    assert events.count((0, DONE)) == 1
    assert (1, RowState.UP_TO_DATE) in events
    assert [path.name for path in sorted((arriving / "results").glob("*_maps"))] == [
        "001_panel 0_maps",
        "002_panel 1_maps",
    ]
    assert len(watch.plan.inputs) == 3
    assert len(result) == 1


def test_a_watch_ends_when_nothing_comes(make_plan, executor, arriving):
    watch = BatchWatch(
        make_plan(),
        FolderWatch((arriving,), WatchOptions(look_every_s=0.01)),
        lambda event: None,
        executor=executor,
    )
    assert watch.watch(0.03).rows == ()


def test_results_cannot_go_where_scans_arrive(make_plan, arriving):
    with pytest.raises(ParameterError, match="results in it would be taken for scans"):
        BatchWatch(make_plan(output=arriving), FolderWatch((arriving,)), lambda event: None)


def test_an_hdf5_file_without_marks_waits_as_others_do(watch, arriving, clock):
    with h5py.File(arriving / "old.h5", "w") as file:
        file["img"] = np.ones((2, 3, 16), np.uint16)
    watch.look()
    clock.now = 9.0
    assert watch.look().ready == ()
    clock.now = 10.0
    assert names(watch.look().ready) == ["old.h5"]
