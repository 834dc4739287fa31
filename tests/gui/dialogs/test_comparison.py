"""Two scans beside each other: maps of one window, spectra, scores with their definitions."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.lines import line
from app.gui.dialogs.comparison import ComparedScans, ComparisonDialog

CHANNELS = 64
FIRST = np.arange(CHANNELS, dtype=np.float64) + 1
MAP = np.arange(1, 7, dtype=np.float64).reshape(2, 3)
COMPARED = ComparedScans(
    names=("hands", "feet"),
    axis=EnergyAxis(0.0, 0.2),
    channels=CHANNELS,
    spectra=(FIRST, FIRST / 4),
    factor=4.0,
    lines=(line("Fe_Ka"), line("Cu_Ka")),
    scores=(
        ("spectral", "correlation", -0.5, "1 to -1"),
        ("spectral", "bhattacharyya", None, "0 to ∞"),
        ("structural", "ssim", 0.75, "1 to -1"),
    ),
    notes=("A note.",),
)


@pytest.fixture
def make(qtbot):
    def make(compared=COMPARED):
        dialog = ComparisonDialog(compared)
        qtbot.addWidget(dialog)
        dialog.windows = []
        dialog.window_changed.connect(lambda first, stop: dialog.windows.append((first, stop)))
        dialog.set_maps(MAP, MAP / 4)
        return dialog

    return make


def test_it_names_both_and_says_what_to_know(make):
    dialog = make()
    assert dialog.windowTitle() == "hands and feet"
    assert [label.text() for label in dialog.maps.titles] == ["A · hands", "B · feet"]
    assert dialog.notes.text() == "A note."
    assert make(replace(COMPARED, notes=())).notes.isHidden()


def test_scores_stand_in_groups_with_definitions(make):
    scores = make().scores
    assert scores.topLevelItemCount() == 2
    spectral = scores.topLevelItem(0)
    assert spectral.text(0) == "Total spectra, each normalised"
    assert "q that of B" in spectral.toolTip(0)
    first, undefined = spectral.child(0), spectral.child(1)
    assert [first.text(column) for column in range(3)] == ["Correlation", "−0.5", "1 to −1"]
    assert "Pearson" in first.toolTip(1)
    assert "1 (equal) to −1" in first.toolTip(1)
    assert undefined.text(1) == "–"
    assert "Not defined" in undefined.toolTip(1)
    assert scores.topLevelItem(1).child(0).text(1) == "0.75"


def test_second_one_is_scaled_when_asked(make):
    dialog = make()
    np.testing.assert_array_equal(dialog.spectra.plot.values("B"), FIRST / 4)
    dialog.maps.canvases[0].pixel_hovered.emit(1, 2)
    assert dialog.maps.readout.endswith("A 6 · B 1.5 counts · B/A 0.25")
    dialog.scale_box.click()
    np.testing.assert_array_equal(dialog.spectra.plot.values("B"), FIRST)
    assert dialog.maps.readout.endswith("A 6 · B 6 counts · B/A 1.00")
    dialog.set_maps(MAP, MAP / 2)
    assert dialog.maps.readout.endswith("B/A 2.00")
    dialog.scale_box.click()
    assert dialog.maps.readout.endswith("B/A 0.50")


def test_scans_of_as_many_counts_are_not_scaled(make):
    assert not make(replace(COMPARED, factor=1.0)).scale_box.isEnabled()


def test_colours_are_shared_until_that_is_unticked(make):
    dialog = make()
    first, second = dialog.maps.limits
    assert first == second
    dialog.shared_box.click()
    assert dialog.maps.limits[0] != dialog.maps.limits[1]


def test_line_of_the_box_places_the_window_and_asks_for_its_maps(make):
    dialog = make()
    dialog.line_box.setCurrentIndex(1)
    dialog.line_box.activated.emit(1)
    first, stop = dialog.energy_window
    assert first <= 32 < stop
    assert dialog.windows == [(first, stop)]
    assert dialog.line_box.currentText() == "Fe Kα"
    dialog.line_box.setCurrentIndex(0)
    dialog.line_box.activated.emit(0)
    assert dialog.windows[-1] == (0, CHANNELS)


def test_box_names_the_window_as_long_as_it_is_a_lines_own(make):
    dialog = make()
    dialog.place_line(line("Cu_Ka"))
    first, stop = dialog.energy_window
    assert dialog.line_box.currentText() == "Cu Kα"
    dialog.spectra.window_changed.emit(first, stop + 3)
    assert dialog.line_box.currentIndex() == -1
    dialog.set_window(first, stop)
    assert dialog.line_box.currentText() == "Cu Kα"


def test_without_an_axis_there_are_no_lines(make):
    dialog = make(replace(COMPARED, axis=None, lines=()))
    assert dialog.line_box.count() == 1
    dialog.place_line(line("Fe_Ka"))
    assert dialog.windows == []
    dialog.set_window(3, 9)
    assert dialog.windows == [(3, 9)]


def test_display_is_that_of_the_window(make):
    dialog = make()
    dialog.set_display(MapDisplay(low_percentile=0, high_percentile=100))
    assert dialog.maps.limits[0] == (0.25, 6.0)


def test_scores_are_written_by_whoever_made_it(make, qtbot):
    dialog = make()
    with qtbot.waitSignal(dialog.export_requested):
        dialog.export_button.click()
