"""Two maps beside each other move together and can share the meaning of their colours."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.display import MapDisplay
from app.gui.views.compared_maps import ComparedMaps

FIRST = np.arange(15, dtype=np.float64).reshape(3, 5)
SECOND = 2 * FIRST
WHOLE_RANGE = MapDisplay(low_percentile=0, high_percentile=100)


@pytest.fixture
def maps(qtbot):
    maps = ComparedMaps()
    qtbot.addWidget(maps)
    maps.resize(700, 300)
    maps.set_display(WHOLE_RANGE)
    maps.set_titles("A · hands", "B · feet")
    maps.set_maps(FIRST, SECOND, None)
    maps.show()
    qtbot.waitExposed(maps)
    return maps


def test_same_counts_have_the_same_colour(maps):
    assert maps.limits == ((0.0, 28.0), (0.0, 28.0))
    first, second = (canvas.image.image for canvas in maps.canvases)
    # 4 counts are in the first at (0, 4), in the second at (0, 2)
    np.testing.assert_array_equal(first[0, 4], second[0, 2])


def test_each_may_have_levels_of_its_own(maps):
    maps.set_shared(False)
    assert maps.limits == ((0.0, 14.0), (0.0, 28.0))
    first, second = (canvas.image.image for canvas in maps.canvases)
    np.testing.assert_array_equal(first, second)


def test_zoom_of_one_is_that_of_the_other(maps):
    first, second = maps.canvases
    for leader, follower in ((first, second), (second, first)):
        leader.zoom(0.5)
        assert follower.box.viewRect() == leader.box.viewRect()
    first.fit()
    assert second.is_fitted


def test_keys_zoom_and_fit_both(maps, qtbot):
    qtbot.keyClick(maps, Qt.Key.Key_Plus)
    assert not any(canvas.is_fitted for canvas in maps.canvases)
    qtbot.keyClick(maps, Qt.Key.Key_F)
    assert all(canvas.is_fitted for canvas in maps.canvases)


def test_zoom_stays_while_the_energy_window_moves(maps):
    maps.canvases[0].zoom(0.5)
    before = maps.canvases[0].box.viewRect()
    maps.set_maps(SECOND, FIRST, None)
    assert maps.canvases[0].box.viewRect() == before


@pytest.mark.parametrize("place", [0, 1])
def test_pixel_under_the_pointer_is_told_of_both_and_marked_in_the_other(maps, place):
    assert maps.readout == "3 × 5 pixels (rows × columns)"
    maps.canvases[place].pixel_hovered.emit(1, 2)
    assert maps.readout == "row 1, col 2 · A 7 · B 14 counts · B/A 2.00"
    assert maps.canvases[1 - place].marker.isVisible()
    assert not maps.canvases[place].marker.isVisible()
    maps.canvases[place].pixel_left.emit()
    assert maps.readout == "3 × 5 pixels (rows × columns)"
    assert not maps.canvases[1 - place].marker.isVisible()


def test_no_ratio_to_nothing_and_fractions_where_there_are_some(maps):
    maps.canvases[0].pixel_hovered.emit(0, 0)
    assert maps.readout == "row 0, col 0 · A 0 · B 0 counts"
    maps.set_maps(FIRST, FIRST * 0.25, None)
    maps.canvases[0].pixel_hovered.emit(0, 3)
    assert maps.readout == "row 0, col 3 · A 3 · B 0.8 counts · B/A 0.25"


def test_maps_of_nothing_are_told_apart_from_no_maps(qtbot):
    empty = ComparedMaps()
    qtbot.addWidget(empty)
    assert (empty.readout, empty.limits) == ("", ((0.0, 0.0), (0.0, 0.0)))
    empty.set_shared(False)
    empty.set_maps(np.zeros((2, 3)), np.zeros((2, 3)), (0.5, 0.25))
    assert empty.limits == ((0.0, 0.0), (0.0, 0.0))
