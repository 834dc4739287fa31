"""The facts of the open scan, each under its label."""

from dataclasses import replace

import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition
from app.core.provenance import InputFile
from app.gui.docks.scan_dock import ScanPanel


def words(panel):
    """What the first row says when it is no fact."""
    return panel._form.itemAt(0).widget().text()


def test_panel_shows_the_facts(session, make_scan, show):
    panel = show(ScanPanel(session))
    scan = make_scan()
    cube = replace(
        scan.cube,
        acquisition=Acquisition(step_mm=(0.5, 0.25), tube_kv=40.0, detectors=("a", "b")),
        inputs=(InputFile("hands.npz", "sha256:" + "0123456789abcdef" * 4, 12),),
    )
    session.open_scan(replace(scan, cube=cube))
    panel.set_notes(("Four single points are left out.",))
    facts = panel.facts
    assert facts["Name"] == "hands"
    assert facts["Shape"] == "5 rows × 7 columns × 64 channels"
    assert facts["Type"] == "uint16, 0.0 MB"
    assert facts["Counts"] == "210 (6 per pixel)"
    assert facts["Energy axis"] == "-0.100 to 12.700 keV, 0.2 keV per channel"
    assert facts["Step"] == "0.5 × 0.25 mm"
    assert facts["Voltage"] == "40 kV"
    assert facts["Detector"] == "sum (a, b)"
    assert facts["SHA-256"].replace(" ", "") == "0123456789abcdef" * 4
    assert facts["Note"] == "Four single points are left out."


def test_nothing_open_is_said_in_words(session, show):
    panel = show(ScanPanel(session))
    assert panel.facts == {}
    assert words(panel) == "Nothing is open."


def test_panel_made_after_opening_shows_the_scan_at_once(session, make_scan, show):
    session.open_scan(make_scan("late"))
    assert show(ScanPanel(session)).facts["Name"] == "late"


def test_undoing_the_opening_takes_the_facts_away(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan())
    session.undo_stack.undo()
    assert panel.facts == {}
    assert words(panel) == "Nothing is open."


def test_missing_axis_says_what_to_do(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan(axis=None))
    assert panel.facts["Energy axis"] == "unknown; set it with Scan ▸ Energy axis"
    assert "Axis from" not in panel.facts


def test_source_of_the_axis_is_named_and_follows_a_change(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan(axis=EnergyAxis(0.0, 0.2, source="file: kev_slope")))
    assert panel.facts["Axis from"] == "file: kev_slope"
    session.set_axis(EnergyAxis(0.1, 0.3, source="given"))
    assert panel.facts["Axis from"] == "given"
    assert panel.facts["Energy axis"] == "-0.050 to 19.150 keV, 0.3 keV per channel"


def test_counts_of_a_first_look_are_marked_as_an_estimate(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan(row_step=2))
    assert panel.facts["Counts"] == "≈ 210 (6 per pixel)"


@pytest.mark.parametrize(
    ("acquisition", "label", "text"),
    [
        (Acquisition(tube_anode="Rh"), "Tube", "Rh"),
        (Acquisition(tube_ua=200.0), "Current", "200 µA"),
        (Acquisition(filter="Al 0.1 mm"), "Filter", "Al 0.1 mm"),
        (Acquisition(dwell_s=0.05), "Dwell", "0.05 s per pixel"),
        (Acquisition(live_time_s=0.0484), "Live time", "0.0484 s per pixel"),
    ],
)
def test_what_the_file_says_of_the_measurement_has_its_unit(
    session, make_scan, show, acquisition, label, text
):
    panel = show(ScanPanel(session))
    scan = make_scan()
    before = set(panel.facts)
    session.open_scan(replace(scan, cube=replace(scan.cube, acquisition=acquisition)))
    assert label not in before
    assert panel.facts[label] == text


def test_what_the_file_does_not_say_has_no_row(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan())
    assert list(panel.facts) == ["Name", "Format", "Shape", "Type", "Counts", "Energy axis"]


def test_notes_go_with_the_next_ones(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan())
    panel.set_notes(("The last row is incomplete.",))
    panel.set_notes(())
    assert "Note" not in panel.facts


def test_name_with_markup_stays_as_it_is_written(session, make_scan, show):
    panel = show(ScanPanel(session))
    session.open_scan(make_scan("<b>hands</b>"))
    panel.resize(300, 400)
    assert panel.facts["Name"] == "<b>hands</b>"
    assert panel._form.itemAt(1).widget().textFormat().name == "PlainText"
