"""Docks show the session."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.core.cube import Acquisition
from app.core.provenance import InputFile, Step
from app.gui.docks.elements_dock import ElementsPanel
from app.gui.docks.history_dock import HistoryPanel
from app.gui.docks.jobs_dock import JobsPanel
from app.gui.docks.maps_dock import MapsPanel
from app.gui.docks.scan_dock import ScanPanel
from app.gui.item_models import JobsModel
from app.gui.session import Session


@pytest.fixture
def session(qapp):
    return Session()


@pytest.fixture
def show(qtbot):
    def show(widget):
        qtbot.addWidget(widget)
        return widget

    return show


def test_scan_panel_shows_the_facts(session, make_scan, show):
    panel = show(ScanPanel(session))
    assert panel.facts == {}
    scan = make_scan()
    cube = replace(
        scan.cube,
        acquisition=Acquisition(step_mm=(0.5, 0.25), tube_kv=40.0, detectors=("a", "b")),
        inputs=(InputFile("hands.npz", "sha256:" + "0123456789abcdef" * 4, 12),),
    )
    session.open_scan(replace(scan, cube=cube))
    panel.set_notes(("Four single points are left out.",))
    facts = panel.facts
    assert facts["Shape"] == "5 rows × 7 columns × 64 channels"
    assert facts["Counts"] == "210 (6 per pixel)"
    assert facts["Energy axis"] == "-0.100 to 12.700 keV, 0.2 keV per channel"
    assert facts["Step"] == "0.5 × 0.25 mm"
    assert facts["Voltage"] == "40 kV"
    assert facts["Detector"] == "sum (a, b)"
    assert facts["SHA-256"].replace(" ", "") == "0123456789abcdef" * 4
    assert facts["Note"] == "Four single points are left out."


def test_scan_panel_says_what_to_do_without_axis(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan(axis=None))
    assert "Scan ▸ Energy axis" in panel.facts["Energy axis"]


def test_scan_panel_marks_estimates(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan(row_step=2))
    assert panel.facts["Counts"].startswith("≈")


def test_elements_need_an_axis_and_say_so(session, make_scan, show):
    panel = show(ElementsPanel(session))
    assert not panel.picker.isEnabled()
    session.open_scan(make_scan(axis=None))
    assert "unknown" in panel.reason
    session.open_scan(make_scan())
    assert panel.reason == ""
    assert panel.picker.isEnabled()


def test_elements_panel_shows_the_line_and_its_confusions(session, make_scan, show):
    panel = show(ElementsPanel(session))
    session.open_scan(make_scan())
    session.place_line("Fe")
    assert panel.picker.element == "Fe"
    assert "Mn Kβ" in panel.advice
    session.set_window(3, 9)
    assert panel.advice == ""


def test_element_click_is_passed_on(session, make_scan, show, qtbot):
    panel = show(ElementsPanel(session))
    session.open_scan(make_scan())
    with qtbot.waitSignal(panel.line_chosen) as told:
        panel.picker.buttons["Fe"].click()
    assert told.args == ["Fe_Ka"]


def test_maps_panel_shows_renames_and_deletes(session, make_scan, show, qtbot):
    panel = show(MapsPanel(session))
    assert not panel._export.isEnabled()
    session.open_scan(make_scan())
    session.set_window(31, 34)
    session.keep_map()
    session.set_window(0, 9)
    panel.view.clicked.emit(panel.model.index(0))
    assert session.window == (31, 34)
    panel.view.selectionModel().select(
        panel.model.index(0), panel.view.selectionModel().SelectionFlag.Select
    )
    panel.delete_selected()
    assert session.kept == ()
    with qtbot.waitSignal(panel.export_requested):
        session.undo_stack.undo()
        panel._export.click()


def test_history_lists_the_steps_with_their_parameters(session, make_scan, show):
    panel = show(HistoryPanel(session))
    scan = make_scan()
    step = Step("open", {"dataset": "cube"}, (InputFile("hands.npz", "", 1234),), seed=3)
    session.open_scan(replace(scan, cube=replace(scan.cube, steps=(step,))))
    item = panel.steps.topLevelItem(0)
    assert item.text(0).startswith("open – ")
    texts = [item.child(number).text(0) for number in range(item.childCount())]
    assert texts[:3] == [
        "dataset: cube",
        "hands.npz, 1\N{NARROW NO-BREAK SPACE}234 bytes",
        "seed: 3",
    ]


def test_jobs_panel_follows_the_list(show, qtbot):
    model = JobsModel()
    model.add(1, "Open hands.npz")
    panel = show(JobsPanel(model))
    panel.show()
    model.add(2, "Write map.png")
    upper, lower = panel.widgets
    model.update(1, state="running", fraction=0.5, message="Reading")
    assert lower.state_text == "Running: Reading"
    assert lower.bar.value() == lower.bar.maximum() // 2
    with qtbot.waitSignal(panel.cancel_requested) as told:
        qtbot.mouseClick(lower.cancel, Qt.MouseButton.LeftButton)
    assert told.args == [1]
    model.update(2, state="failed", message="the disk is full")
    assert upper.state_text == "Failed: the disk is full"
    assert not upper.cancel.isVisible()
    model.clear_ended()
    assert panel.widgets == [lower]


def test_running_job_of_unknown_length_has_an_endless_bar(show):
    model = JobsModel()
    model.add(1, "Look")
    panel = show(JobsPanel(model))
    model.update(1, state="running", fraction=None)
    assert panel.widgets[0].bar.maximum() == 0
