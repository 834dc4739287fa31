"""The drawing area of a spectrum: what it draws of it, and the energy window under the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from app.core.axis import EnergyAxis
from app.core.lines import line, lines_of
from app.gui import session_state, theme
from app.gui.views.energy_window import Ruler
from app.gui.views.spectrum_plot import CURVES, SpectrumPlot, curve_colour

CHANNELS = 400
RULER = Ruler(EnergyAxis(0.0, 0.04), CHANNELS)
WHOLE = pytest.approx([-0.02, 15.98])


def spectrum():
    """10 counts everywhere, none in the first five channels, 1300 at Fe Kα (channel 160)."""
    counts = np.full(CHANNELS, 10)
    counts[158:163] = [400, 900, 1300, 900, 400]
    counts[:5] = 0
    return counts


@pytest.fixture
def empty(qtbot):
    plot = SpectrumPlot()
    qtbot.addWidget(plot)
    plot.resize(900, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


@pytest.fixture
def plot(empty, qtbot):
    """400 channels of 0.04 keV with a sum spectrum, the window on channels 150 to 169."""
    empty.set_ruler(RULER)
    empty.set_values("Sum", spectrum())
    empty.set_window(150, 170)
    qtbot.waitUntil(lambda: empty.box.width() > 700)
    return empty


@pytest.fixture
def told(plot):
    """Every window that was dragged, and "released"."""
    told = []
    plot.window_dragged.connect(lambda first, stop: told.append((first, stop)))
    plot.window_released.connect(lambda: told.append("released"))
    return told


def place(plot, channel, height=0.5):
    """Where a (fractional) channel is in the widget, at a share of the plot's height."""
    low, high = plot.box.viewRange()[1]
    point = QPointF(plot.ruler.position(channel), low + (high - low) * height)
    found = plot.mapFromScene(plot.box.mapViewToScene(point))
    return found.x(), found.y()


def drag(plot, mouse, start, end, **details):
    mouse.drag(plot.viewport(), place(plot, start), place(plot, end), **details)


def test_curves_are_those_of_the_session():
    assert CURVES == session_state.CURVES


def test_each_curve_has_a_colour_of_its_own():
    for colours in (theme.DARK_PLOT, theme.LIGHT_PLOT):
        assert len({curve_colour(place, colours) for place in range(len(CURVES))}) == len(CURVES)
    assert curve_colour(CURVES.index("Pixel"), theme.DARK_PLOT) == theme.DARK_PLOT.pixel


def test_without_channels_there_are_no_axes_and_no_window(empty, mouse, qtbot):
    empty.set_ruler(Ruler(None, 0))
    for side in ("left", "bottom"):
        assert not empty.plotItem.getAxis(side).isVisible()
    assert not empty.is_whole
    with qtbot.assertNotEmitted(empty.window_dragged):
        mouse.drag(empty.viewport(), (200, 100), (400, 100))


def test_axis_names_its_unit(plot):
    bottom = plot.plotItem.getAxis("bottom")
    assert "Energy (keV)" in bottom.labelString()
    plot.set_ruler(Ruler(None, CHANNELS))
    assert "Channel" in bottom.labelString()
    assert "keV" not in bottom.labelString()
    assert "Counts" in plot.plotItem.getAxis("left").labelString()


def test_another_axis_is_shown_whole_and_keeps_the_window(plot):
    plot.box.setXRange(4, 8, padding=0)
    plot.set_ruler(Ruler(None, CHANNELS))
    assert plot.box.viewRange()[0] == pytest.approx([-0.5, 399.5])
    assert plot.energy_window == (150, 170)


def test_another_number_of_channels_drops_the_curves_that_do_not_fit(plot):
    plot.set_ruler(Ruler(None, 100))
    assert plot.values("Sum") is None
    assert plot.energy_window == (99, 100)
    assert len(plot.curves["Sum"].getData()[0]) == 0


def test_view_ends_where_the_axis_ends(plot):
    plot.box.setXRange(-50, 500)
    assert plot.box.viewRange()[0] == WHOLE
    plot.box.setXRange(6.0, 6.001, padding=0)
    low, high = plot.box.viewRange()[0]
    # at least four channels are seen
    assert high - low == pytest.approx(0.16)


def test_reset_shows_the_whole_axis(plot):
    plot.box.setXRange(4, 8, padding=0)
    plot.reset()
    assert plot.box.viewRange()[0] == WHOLE


def test_only_shown_curves_with_counts_are_drawn(plot):
    plot.set_values("Pixel", spectrum() // 10)
    assert list(plot.shown) == ["Sum", "Pixel"]
    plot.set_shown({"Pixel", "Region"})
    assert list(plot.shown) == ["Pixel"]
    assert len(plot.curves["Sum"].getData()[0]) == 0
    assert plot.values("Sum").tolist() == spectrum().tolist()
    plot.set_values("Pixel", None)
    assert plot.shown == {}
    plot.set_shown(set(CURVES))
    assert list(plot.shown) == ["Sum"]


def test_linear_heights_are_counts(plot):
    _, heights = plot.curves["Sum"].getData()
    assert heights.max() == 1300
    assert plot.box.viewRange()[1] == pytest.approx([0, 1300 * 1.06])


def test_logarithmic_heights_are_decimal_logarithms_and_zeros_lie_at_the_bottom(plot):
    plot.set_log(True)
    low, high = plot.box.viewRange()[1]
    _, heights = plot.curves["Sum"].getData()
    assert heights.max() == pytest.approx(np.log10(1300))
    assert heights[0] == pytest.approx(low)
    assert low < 1 < heights.max() < high
    plot.set_log(False)
    assert plot.curves["Sum"].getData()[1].max() == 1300


def test_counts_axis_fits_what_is_visible(plot):
    plot.box.setXRange(8, 12, padding=0)
    assert plot.box.viewRange()[1][1] == pytest.approx(10.6)
    plot.reset()
    assert plot.box.viewRange()[1][1] == pytest.approx(1300 * 1.06)


def test_labels_get_room_above_the_peaks(plot):
    plot.set_found((line("Fe_Ka"),))
    assert plot.box.viewRange()[1][1] == pytest.approx(1300 * 1.14)
    plot.set_lines(lines_of("Fe"))
    assert plot.box.viewRange()[1][1] == pytest.approx(1300 * 1.22)
    plot.set_lines(())
    plot.set_found(())
    assert plot.box.viewRange()[1][1] == pytest.approx(1300 * 1.06)


def test_found_lines_are_named_at_the_height_of_their_peaks(plot):
    plot.set_found((line("Fe_Ka"), line("Hg_La")))
    peaks = plot.found_labels._peaks
    assert [(item.key, height) for item, height in peaks] == [("Fe_Ka", 1300), ("Hg_La", 10)]
    plot.set_log(True)
    assert [height for _, height in plot.found_labels._peaks] == pytest.approx(
        [np.log10(1300), 1.0]
    )


def test_highest_of_the_shown_curves_carries_the_name(plot):
    plot.set_values("Region", spectrum() * 2)
    plot.set_found((line("Fe_Ka"),))
    assert [height for _, height in plot.found_labels._peaks] == [2600]
    plot.set_shown({"Sum"})
    assert [height for _, height in plot.found_labels._peaks] == [1300]
    plot.set_shown(set())
    assert plot.found_labels._peaks == ()


def test_chosen_element_is_not_named_a_second_time(plot):
    plot.set_found((line("Fe_Ka"), line("Hg_La")))
    plot.set_lines(lines_of("Fe"))
    assert [item.key for item, _ in plot.found_labels._peaks] == ["Hg_La"]


def test_lines_beyond_the_axis_are_not_named(plot):
    plot.set_found((line("Sn_Ka"),))
    assert plot.found_labels._peaks == ()


def test_lines_need_an_energy_axis(plot):
    plot.set_ruler(Ruler(None, CHANNELS))
    plot.set_lines(lines_of("Fe"))
    plot.set_found((line("Fe_Ka"),))
    assert not plot.labels.has_lines
    assert plot.found_labels._peaks == ()


@pytest.mark.parametrize(
    ("window", "clipped", "is_whole"),
    [
        ((150, 170), (150, 170), False),
        ((-5, 10), (0, 10), False),
        ((390, 500), (390, 400), False),
        ((900, 950), (399, 400), False),
        ((0, 400), (0, 400), True),
        ((-5, 500), (0, 400), True),
    ],
)
def test_window_is_clipped_to_the_axis_without_being_told(plot, told, window, clipped, is_whole):
    plot.set_window(*window)
    assert plot.energy_window == clipped
    assert plot.is_whole is is_whole
    assert told == []


def test_band_lies_over_the_window(plot):
    plot.set_window(100, 300)
    low, high = plot.band.pixels
    width = plot.box.width()
    assert (low, high) == (pytest.approx(width / 4), pytest.approx(width * 3 / 4))


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (160, 200, (190, 210)),
        (160, 399, (380, 400)),
        (149.5, 139.5, (140, 170)),
        (169.5, 199.5, (150, 200)),
        (169.5, 100, (150, 151)),
        (149.5, 300, (169, 170)),
        (300, 320, (300, 321)),
        (320, 300, (300, 321)),
    ],
)
def test_drag_moves_resizes_or_draws_the_window(plot, told, mouse, start, end, window):
    drag(plot, mouse, start, end)
    assert plot.energy_window == window
    assert told[-2:] == [window, "released"]
    assert told.count("released") == 1
    assert plot.box.viewRange()[0] == WHOLE


def test_edge_can_be_missed_by_eight_pixels(plot, told, mouse):
    x, y = place(plot, 169.5)
    mouse.drag(plot.viewport(), (x + 8, y), (x + 48, y))
    first, stop = plot.energy_window
    assert first == 150
    assert stop > 170


def test_window_of_one_channel_can_be_moved(plot, told, mouse):
    plot.set_window(160, 161)
    drag(plot, mouse, 160, 180)
    assert told[-2:] == [(180, 181), "released"]


def test_drag_that_stays_within_a_channel_moves_nothing(plot, told, mouse):
    plot.box.setXRange(6.2, 6.6, padding=0)
    drag(plot, mouse, 159.8, 160.2)
    assert told == ["released"]
    assert plot.energy_window == (150, 170)


def test_window_over_everything_is_not_moved_but_another_one_is_drawn(plot, told, mouse):
    plot.set_window(0, CHANNELS)
    drag(plot, mouse, 100, 200)
    assert plot.energy_window == (100, 201)


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_pan_and_leave_the_window(plot, told, mouse, button):
    plot.box.setXRange(4, 8, padding=0)
    drag(plot, mouse, 160, 150, button=button)
    assert plot.box.viewRange()[0] == pytest.approx([4.4, 8.4], abs=0.05)
    assert told == []


def test_double_click_shows_the_whole_axis(plot, told, mouse):
    plot.box.setXRange(4, 8, padding=0)
    mouse.double_click(plot.viewport(), place(plot, 180))
    assert plot.box.viewRange()[0] == WHOLE
    assert [item for item in told if item != "released"] == []


def test_pointer_is_told_as_a_place_on_the_axis_then_as_gone(plot, mouse):
    hovered = []
    plot.hovered.connect(hovered.append)
    mouse.move(plot.viewport(), place(plot, 160))
    mouse.move(plot.viewport(), (2, 2))
    assert hovered == [pytest.approx(6.4, abs=0.02), None]
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert hovered[2:] == [None]


@pytest.mark.parametrize(
    ("channel", "shape"),
    [
        (149.5, Qt.CursorShape.SizeHorCursor),
        (169.5, Qt.CursorShape.SizeHorCursor),
        (160, Qt.CursorShape.OpenHandCursor),
        (300, Qt.CursorShape.ArrowCursor),
    ],
)
def test_cursor_says_what_can_be_dragged(plot, mouse, channel, shape):
    mouse.move(plot.viewport(), place(plot, channel))
    assert plot.viewport().cursor().shape() == shape


def test_cursor_follows_again_after_a_drag(plot, mouse):
    drag(plot, mouse, 300, 320)
    mouse.move(plot.viewport(), place(plot, 310))
    assert plot.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    mouse.move(plot.viewport(), place(plot, 100))
    assert plot.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_keys_are_left_to_the_view_around_it(plot):
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
        handle = plot.keyPressEvent if kind == QEvent.Type.KeyPress else plot.keyReleaseEvent
        handle(event)
        assert not event.isAccepted()
    assert plot.energy_window == (150, 170)


def test_keyboard_focus_is_seen_in_the_band(plot):
    x, y = (round(part) for part in place(plot, 160, height=0.97))

    def after(kind):
        QApplication.sendEvent(plot, QFocusEvent(kind))
        return plot.grab().toImage().pixelColor(x + 5, y)

    away = after(QEvent.Type.FocusOut)
    assert after(QEvent.Type.FocusIn).red() > away.red()
    assert after(QEvent.Type.FocusOut) == away


@pytest.mark.parametrize("wanted", [theme.Theme.LIGHT, theme.Theme.DARK])
def test_curves_and_ground_follow_the_theme(plot, qapp, dark, wanted):
    theme.apply_theme(qapp, wanted)
    colours = theme.plot_colours(wanted)
    for name, curve in plot.curves.items():
        assert curve.opts["pen"].color().name() == curve_colour(CURVES.index(name), colours)
    assert plot.grab().toImage().pixelColor(1, 1).name() == colours.background
