"""Another scan is read in the background and shown beside the open one."""

import csv

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.core.axis import EnergyAxis
from app.gui import comparing
from app.gui.opening import Ask
from app.io.formats import OpenOptions

COUNTS = np.random.default_rng(5).poisson(4.0, (5, 7, 64)).astype(np.uint16)
COUNTS[:, :, 32] += 40


def saved(path, counts, **axis):
    np.savez(path, cube=counts, **axis)
    return path


@pytest.fixture
def first(tmp_path):
    return saved(tmp_path / "hands.npz", COUNTS, kev_slope=0.2, kev_offset=0.0)


@pytest.fixture
def second(tmp_path):
    return saved(tmp_path / "feet.npz", 2 * COUNTS, kev_slope=0.2, kev_offset=0.0)


@pytest.fixture
def compare(window, opened, first, qtbot):
    """Open the first scan and compare it with another one."""
    opened(first)
    errors = []
    window.jobs.failed.connect(errors.append)

    def compare(path, **more):
        with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
            window.comparing.open(path, **more)
        return window.comparing.dialogs[-1] if window.comparing.dialogs else None

    compare.errors = errors
    return compare


def test_both_are_shown_with_their_scores(compare, second, window):
    dialog = compare(second)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "hands and feet"
    assert window.jobs.model.rows[0].title == "Compare hands with feet.npz"
    assert dialog.scores.topLevelItem(0).child(0).text(1) == "1"
    np.testing.assert_array_equal(dialog.spectra.plot.values("B"), 2 * COUNTS.sum((0, 1)))
    assert "0.5" in dialog.scale_box.toolTip()


def test_maps_are_of_the_energy_window(compare, second):
    dialog = compare(second)
    dialog.set_window(32, 33)
    dialog.maps.canvases[0].pixel_hovered.emit(2, 3)
    count = int(COUNTS[2, 3, 32])
    assert f"A {count} · B {2 * count} counts" in dialog.maps.readout


def test_it_begins_with_the_window_of_the_session(compare, second, window):
    assert compare(second).energy_window == (0, 64)
    window.session.set_window(30, 35)
    assert compare(second).energy_window == (30, 35)


def test_comparing_is_no_edit_and_outlives_the_scan(compare, second, window, opened):
    before, count = window.session.state, window.session.undo_stack.count()
    dialog = compare(second)
    assert window.session.state == before
    assert window.session.undo_stack.count() == count
    opened(second)
    dialog.set_window(32, 33)
    dialog.maps.canvases[0].pixel_hovered.emit(2, 3)
    assert f"A {int(COUNTS[2, 3, 32])} ·" in dialog.maps.readout


def test_colours_follow_the_window(compare, second, window):
    from dataclasses import replace

    dialog = compare(second)
    window.session.set_display(replace(window.session.display, low_percentile=0.0))
    assert dialog.maps.limits[0][0] == COUNTS.sum(axis=2).min()
    dialog.close()
    window.session.set_display(replace(window.session.display, low_percentile=5.0))
    assert window.comparing.dialogs == ()


def test_scan_that_changed_meanwhile_is_compared_as_it_was(window, opened, first, second, qtbot):
    opened(first)
    with qtbot.waitSignal(window.comparing.compared, timeout=20_000):
        window.comparing.open(second)
        window.open_files([second], Ask.NEVER)
    assert window.comparing.dialogs[-1].windowTitle() == "hands and feet"


def test_scan_of_another_size_is_refused_with_both_sizes(compare, tmp_path, window):
    before = window.session.state
    small = saved(tmp_path / "small.npz", COUNTS[:4], kev_slope=0.2, kev_offset=0.0)
    assert compare(small) is None
    assert "hands has 5 × 7 pixels, small has 4 × 7 pixels" in compare.errors[0].message
    assert window.message_bar.isVisible()
    assert window.session.state == before


def test_other_axis_is_brought_onto_a_common_one(compare, tmp_path):
    finer = np.repeat(COUNTS, 2, axis=2)
    path = saved(tmp_path / "finer.npz", finer, kev_slope=0.1, kev_offset=-0.05)
    dialog = compare(path)
    assert "energy axes differ" in dialog.notes.text()
    dialog.set_window(10, 20)
    # channels of half the width with as many counts each: twice as many in every window
    dialog.maps.canvases[0].pixel_hovered.emit(1, 1)
    assert dialog.maps.readout.endswith("B/A 2.00")


def test_axes_without_anything_in_common_are_refused(compare, tmp_path):
    path = saved(tmp_path / "far.npz", COUNTS, kev_slope=0.2, kev_offset=50.0)
    assert compare(path) is None
    assert "share no energies" in compare.errors[0].title


def test_axis_of_the_open_scan_is_the_one_it_has_now(compare, second, window):
    window.session.set_axis(EnergyAxis(0.0, 0.1))
    dialog = compare(second)
    assert "energy axes differ" in dialog.notes.text()


def test_what_a_file_does_not_say_is_asked(compare, tmp_path, window, qtbot):
    nameless = saved(tmp_path / "nameless.npz", COUNTS)
    assert compare(nameless) is None
    question = window.comparing.question
    assert question is not None
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        question.accept()
    assert window.comparing.question is None
    assert len(window.comparing.dialogs) == 1


def test_question_may_be_dismissed(compare, tmp_path, window):
    compare(saved(tmp_path / "nameless.npz", COUNTS))
    window.comparing.cancel()
    assert window.comparing.question is None
    assert window.comparing.dialogs == ()


def test_neither_scan_needs_an_axis(window, opened, tmp_path, qtbot):
    paths = [saved(tmp_path / name, COUNTS) for name in ("a.npz", "b.npz")]
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.open_files([paths[0]], options=OpenOptions())
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.comparing.open(paths[1], OpenOptions())
    dialog = window.comparing.dialogs[-1]
    assert "channel against channel" in dialog.notes.text()
    dialog.set_window(5, 9)
    dialog.maps.canvases[0].pixel_hovered.emit(0, 0)
    assert dialog.maps.readout.endswith("B/A 1.00")


@pytest.mark.parametrize("name", ["picture.jpg", "gone.npz", "words.md"])
def test_what_is_no_scan_is_told(compare, tmp_path, name, window):
    path = tmp_path / name
    if name != "gone.npz":
        path.write_text("no scan")
    assert compare(path) is None
    assert len(compare.errors) == 1
    assert window.comparing.question is None


def test_job_that_is_cancelled_shows_nothing(compare, second, window, monkeypatch, qtbot):
    def waiting(scan, first, second, context):
        while True:
            context.check()

    monkeypatch.setattr(comparing, "open_beside", waiting)
    before = window.session.state
    window.comparing.open(second, OpenOptions())
    with qtbot.waitSignal(window.jobs.idle):
        window.comparing.cancel()
    assert window.jobs.model.rows[0].state == "cancelled"
    assert window.comparing.dialogs == ()
    assert window.session.state == before


def test_window_closes_its_comparisons_and_what_is_under_way(compare, second, window):
    compare(second)
    window.comparing.open(second, OpenOptions())
    assert window.close()
    assert window.comparing.dialogs == ()


def test_nothing_is_asked_without_a_scan(window, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: asked.append(args))
    window.comparing.ask()
    window.comparing.open("nowhere")
    assert asked == []
    assert window.jobs.model.rows == ()


def test_scan_whose_file_is_not_known_cannot_be_compared(window, make_scan, second, qtbot):
    window.session.open_scan(make_scan())
    with qtbot.waitSignal(window.comparing.failed) as told:
        window.comparing.open(second)
    assert "not known which file" in told.args[0].message


def test_file_is_asked_for(compare, second, window, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(second), ""))
    with qtbot.waitSignal(window.comparing.compared, timeout=20_000):
        window.window_actions.table["compare"].trigger()


def test_scores_are_written_and_replaced_only_when_agreed(
    compare, second, window, tmp_path, monkeypatch, qtbot
):
    dialog = compare(second)
    out = tmp_path / "scores"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "Table (*.csv)"))
    with qtbot.waitSignal(window.comparing.written) as told:
        dialog.export_button.click()
    target = tmp_path / "scores.csv"
    assert told.args == [target]
    with target.open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    assert any("correlation" in row for row in rows)
    target.write_text("mine")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    dialog.export_button.click()
    assert target.read_text() == "mine"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    dialog.export_button.click()
    assert target.read_text() != "mine"


def test_scores_that_cannot_be_written_are_told(
    compare, second, window, tmp_path, monkeypatch, qtbot
):
    dialog = compare(second)
    target = tmp_path / "nowhere" / "scores.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with qtbot.waitSignal(window.comparing.failed):
        dialog.export_button.click()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(window.comparing.failed):
        dialog.export_button.click()
