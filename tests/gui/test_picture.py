"""Map and spectrum follow the session, and the session follows them."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from app.core.display import MapDisplay
from app.core.lines import line
from app.core.region import Region
from app.errors import ReadError
from app.gui import picture
from app.gui.job_manager import JobManager
from app.gui.picture import Picture
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView


class Parts:
    """A picture with what it needs."""

    def __init__(self, qtbot):
        self.session = Session()
        self.jobs = JobManager()
        self.map = MapView()
        self.spectrum = SpectrumView()
        qtbot.addWidget(self.map)
        qtbot.addWidget(self.spectrum)
        self.shown = []
        self.picture = Picture(self.session, self.jobs, self.map, self.spectrum)

    def curve(self, name):
        values = self.spectrum.plot.values(name)
        return None if values is None else values.tolist()


@pytest.fixture
def parts(qtbot, monkeypatch):
    parts = Parts(qtbot)
    put = parts.map.set_map

    def record(counts, **details):
        parts.shown.append((counts.tolist(), details))
        put(counts, **details)

    monkeypatch.setattr(parts.map, "set_map", record)
    yield parts
    parts.picture.stop()
    assert parts.jobs.close()


def test_opened_scan_is_shown_with_its_spectra(parts, make_scan):
    scan = make_scan()
    parts.session.open_scan(scan)
    counts, details = parts.shown[-1]
    assert counts == [[row + col for col in range(7)] for row in range(1, 6)]
    assert details["title"] == "All channels"
    assert parts.curve("Sum") == scan.sum_spectrum.tolist()
    assert parts.curve("Maximum pixel") == scan.maximum_pixel_spectrum.tolist()


def test_first_look_is_marked_as_such(parts, make_scan):
    parts.session.open_scan(make_scan(row_step=2))
    assert parts.shown[-1][1]["row_step"] == 2


def test_undoing_the_opening_clears_the_picture(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.session.undo_stack.undo()
    assert parts.map.is_empty
    assert parts.curve("Sum") is None


def test_dragged_window_makes_the_map_at_once(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.spectrum.window_changed.emit(31, 34)
    assert parts.session.window == (31, 34)
    counts, details = parts.shown[-1]
    assert counts == [[row] * 7 for row in range(1, 6)]
    assert details["title"] == "6.10–6.70 keV"
    assert parts.jobs.model.rowCount() == 0


def test_drag_is_one_change_until_the_button_is_up(parts, make_scan):
    parts.session.open_scan(make_scan())
    for first in (5, 6, 7):
        parts.spectrum.window_changed.emit(first, first + 3)
    parts.spectrum.window_change_finished.emit()
    parts.spectrum.window_changed.emit(20, 23)
    assert parts.session.undo_stack.count() == 3
    parts.session.undo_stack.undo()
    assert parts.spectrum.energy_window == (7, 10)


def test_elements_name_titles_the_map(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.session.place_line("Fe")
    assert parts.shown[-1][1]["title"].startswith("Fe Kα · 6.")
    assert parts.spectrum.energy_window == parts.session.window


def test_display_reaches_the_map(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.session.set_display(MapDisplay("grey"))
    assert parts.shown[-1][1]["display"] == MapDisplay("grey")


def test_pointer_shows_the_pixels_spectrum_without_a_change(parts, make_scan, qtbot):
    scan = make_scan()
    parts.session.open_scan(scan)
    parts.session.set_pixel((0, 1))
    count = parts.session.undo_stack.count()
    for col in range(7):
        parts.map.pixel_hovered.emit(4, col)
    # at most 30 times a second: only the last place is shown
    assert parts.curve("Pixel") == scan.cube.spectrum(0, 1).tolist()
    qtbot.waitUntil(lambda: parts.curve("Pixel") == scan.cube.spectrum(4, 6).tolist())
    parts.map.pixel_left.emit()
    assert parts.curve("Pixel") == scan.cube.spectrum(0, 1).tolist()
    assert parts.session.undo_stack.count() == count


def test_clicked_pixel_stays(parts, make_scan):
    scan = make_scan()
    parts.session.open_scan(scan)
    parts.map.pixel_clicked.emit(3, 5)
    assert parts.session.pixel == (3, 5)
    assert parts.curve("Pixel") == scan.cube.spectrum(3, 5).tolist()
    parts.session.undo_stack.undo()
    assert parts.curve("Pixel") is None


def test_drawn_region_is_summed_in_the_background(parts, make_scan, qtbot):
    parts.session.open_scan(make_scan())
    parts.map.region_drawn.emit(Region(0, 2, 3, 6))
    assert parts.session.region == Region(0, 2, 3, 6)
    qtbot.waitUntil(lambda: parts.curve("Region") is not None)
    summed = parts.curve("Region")
    assert (summed[32], summed[40], sum(summed)) == (9, 24, 33)
    parts.map.region_drawn.emit(None)
    assert parts.session.region is None
    assert parts.curve("Region") is None


def test_latest_region_wins(parts, make_scan, qtbot):
    parts.session.open_scan(make_scan())
    parts.session.set_region(Region(0, 5, 0, 7))
    parts.session.set_region(Region(0, 1, 0, 1))
    with qtbot.waitSignal(parts.jobs.idle):
        pass
    assert sum(parts.curve("Region")) == 1


def test_unreadable_pixel_is_told_and_nothing_breaks(parts, make_scan, qtbot, monkeypatch):
    scan = make_scan()
    parts.session.open_scan(scan)

    def refuse(self, row, col):
        raise ReadError("Cannot read this scan.", "hands.h5: it is gone.")

    monkeypatch.setattr(type(scan.cube), "spectrum", refuse)
    with qtbot.waitSignal(parts.picture.failed) as told:
        parts.map.pixel_clicked.emit(3, 5)
    assert "it is gone" in str(told.args[0])
    assert parts.curve("Pixel") is None


def test_found_elements_are_told_once_each(parts, make_scan, qtbot, monkeypatch):
    keys = ("Fe_Ka", "Fe_Kb", "Pb_La")
    found = [SimpleNamespace(line=line(key)) for key in keys]
    monkeypatch.setattr(picture, "strongest_lines", lambda spectrum, axis: found)
    seen = []
    parts.picture.elements_found.connect(seen.append)
    with qtbot.waitSignal(parts.jobs.idle):
        parts.session.open_scan(make_scan())
    assert seen == [(), ("Fe", "Pb")]
    assert parts.jobs.model.rowCount() == 0


def test_without_axis_no_elements_are_looked_for(parts, make_scan):
    seen = []
    parts.picture.elements_found.connect(seen.append)
    parts.session.open_scan(make_scan(axis=None))
    assert seen == [()]


def test_hidden_curve_is_remembered_and_comes_back(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.spectrum.curve_toggled.emit("Sum", False)
    assert "Sum" not in parts.session.curves
    parts.session.undo_stack.undo()
    assert parts.spectrum.curve_buttons["Sum"].isChecked()


def test_lines_that_the_scan_cannot_show_are_not_marked(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.session.place_line("Fe_Ka")
    assert [item.key for item in parts.session.lines][:2] == ["Fe_Ka", "Fe_Kb"]
    assert "Fe_La" in [item.key for item in parts.session.lines]
    marked = [item.key for item, _, _ in placed(parts)]
    assert "Fe_La" not in marked
    # the scan's first counts are in the channel of Fe Kα
    assert set(marked) == {"Fe_Ka", "Fe_Kb"}


def placed(parts):
    return parts.spectrum.plot.labels.placed(QFontMetricsF(parts.spectrum.font()))


def test_escape_lets_go_of_the_region_and_then_of_the_pixel(parts, make_scan, qtbot):
    parts.session.open_scan(make_scan())
    parts.session.set_region(Region(0, 2, 0, 2))
    parts.session.set_pixel((1, 1))
    qtbot.keyClick(parts.map, Qt.Key.Key_Escape)
    assert (parts.session.region, parts.session.pixel) == (None, (1, 1))
    qtbot.keyClick(parts.map, Qt.Key.Key_Escape)
    assert parts.session.pixel is None


def test_elements_of_the_last_scan_are_not_claimed_for_a_first_look(parts, make_scan, qtbot):
    seen = []
    parts.picture.elements_found.connect(seen.append)
    with qtbot.waitSignal(parts.jobs.idle):
        parts.session.open_scan(make_scan())
    parts.session.open_scan(make_scan("next", row_step=2))
    assert seen[-1] == ()
    assert not parts.jobs.is_busy


def test_map_kept_of_a_dragged_window_is_not_named_twice(parts, make_scan):
    parts.session.open_scan(make_scan())
    parts.session.set_window(31, 34)
    parts.session.keep_map()
    parts.session.set_window(0, 64)
    parts.session.show_map(parts.session.kept[0].id)
    assert parts.shown[-1][1]["title"] == "6.10–6.70 keV"
    parts.session.rename_map(parts.session.kept[0].id, "Umber")
    parts.session.show_map(parts.session.kept[0].id)
    assert parts.shown[-1][1]["title"] == "Umber · 6.10–6.70 keV"
