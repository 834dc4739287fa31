import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.axis import EnergyAxis
from app.core.lines import line
from app.gui import theme
from app.gui.views.energy_plot import DrawnCurve, EnergyPlot

AXIS = EnergyAxis(0.0, 0.1)


@pytest.fixture
def plot(qtbot):
    plot = EnergyPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def curve(values, **more):
    return DrawnCurve("c", AXIS, np.asarray(values, float), "#ff0000", **more)


def peak(height=1000.0):
    values = np.zeros(200)
    values[100] = height
    return curve(values)


def heights(plot, number=0):
    return plot._items[number].getData()[1]


def test_curves_on_different_axes_keep_their_energies(plot):
    other = DrawnCurve("d", EnergyAxis(1.0, 0.05), np.arange(200.0), "#00ff00")
    plot.set_curves((curve(np.arange(200.0)), other), (0.0, 20.0))
    first, second = (item.getData()[0] for item in plot._items)
    assert first[0] == 0.0
    assert second[0] == 1.0
    assert second[-1] == pytest.approx(1.0 + 199 * 0.05)


def test_height_at_an_energy_is_that_of_its_channel():
    assert peak().at(10.04) == 1000.0
    assert peak().at(10.06) == 0.0
    assert peak().at(25.0) is None
    assert peak().at(-1.0) is None


def test_nothing_is_drawn_of_what_lies_below_a_logarithmic_axis(plot):
    plot.set_log(True)
    plot.set_curves((peak(),), (0.0, 20.0))
    drawn = heights(plot)
    assert np.nanmax(drawn) == pytest.approx(3.0)
    # the foot of the peak stands on the axis, nothing else does
    assert np.isfinite(drawn).sum() == 3


def test_below_a_single_photon_nothing_of_a_counted_spectrum_is_shown(plot):
    plot.set_log(True)
    smooth = np.full(200, 1e-3)
    smooth[100] = 100.0
    plot.set_curves((curve(smooth),), (0.0, 20.0))
    assert plot.box.viewRange()[1][0] < -2
    counted = np.zeros(200)
    counted[[50, 100]] = 1.0, 80.0
    plot.set_curves((curve(smooth), curve(counted, is_counted=True)), (0.0, 20.0))
    assert plot.box.viewRange()[1][0] == pytest.approx(np.log10(0.5))


def test_labels_do_not_lie_on_the_highest_peak(plot):
    plot.set_curves((peak(),), (0.0, 20.0))
    without = plot.box.viewRange()[1][1]
    plot.set_lines((line("Hg_La"), line("Hg_Lb"), line("Pb_La")))
    assert plot.box.viewRange()[1][1] > without > 1000


def test_zoom_is_kept_while_the_limits_stay(plot):
    plot.set_curves((peak(),), (0.0, 20.0))
    plot.box.setXRange(5, 10, padding=0)
    plot.set_curves((peak(500.0),), (0.0, 20.0))
    assert plot.box.viewRange()[0] == [5, 10]
    plot.set_curves((peak(500.0),), (0.0, 30.0))
    assert plot.box.viewRange()[0] == [0, 30]


def test_keys_move_and_zoom_along_the_energy(plot, qtbot):
    plot.set_curves((peak(),), (0.0, 20.0))
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    low, high = plot.box.viewRange()[0]
    assert (low, high) == pytest.approx((20 / 6, 20 - 20 / 6))
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.box.viewRange()[0][0] == pytest.approx(low + 0.1 * (high - low))
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.box.viewRange()[0][0] == pytest.approx(low)
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.box.viewRange()[0] == pytest.approx([0, 20], abs=0.1)
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.box.viewRange()[0] == [0, 20]


def test_drag_moves_and_double_click_shows_everything(plot, mouse):
    plot.set_curves((peak(),), (0.0, 20.0))
    plot.box.setXRange(5, 10, padding=0)
    mouse.drag(plot.viewport(), (400, 150), (300, 150))
    assert plot.box.viewRange()[0][0] > 5.5
    mouse.double_click(plot.viewport(), (350, 150))
    assert plot.box.viewRange()[0] == [0, 20]


def test_pointer_tells_its_energy_and_when_it_is_gone(plot, mouse, qtbot):
    plot.set_curves((peak(),), (0.0, 20.0))
    told = []
    plot.hovered.connect(told.append)
    centre = plot.box.sceneBoundingRect().center()
    mouse.move(plot.viewport(), (centre.x(), centre.y()))
    assert told[-1] == pytest.approx(10.0, abs=0.1)
    mouse.move(plot.viewport(), (2, 2))
    assert told[-1] is None


def test_theme_is_followed(plot, qapp, dark):
    with_dark = plot.backgroundBrush().color()
    told = []
    plot.theme_changed.connect(lambda: told.append(True))
    theme.apply_theme(qapp, theme.Theme.LIGHT)
    assert plot.colours is theme.LIGHT_PLOT
    assert plot.backgroundBrush().color() != with_dark
    assert told


def test_fewer_curves_leave_nothing_behind(plot):
    plot.set_curves((peak(), peak()), (0.0, 20.0))
    plot.set_curves((peak(),), (0.0, 20.0))
    assert len(plot._items[1].getData()[0] if plot._items[1].getData()[0] is not None else []) == 0
    plot.set_curves((), (0.0, 1.0))
    assert plot.curves == ()


def test_a_label_that_is_higher_than_its_plot_leaves_its_brackets_out(plot, qtbot):
    words = "% per keV (of all above 1 keV, and of more than can ever be written here)"
    plot.resize(600, 900)
    plot.set_counts_label(words)
    assert plot._counts_axis.labelText == words
    plot.resize(600, 200)
    qtbot.waitUntil(lambda: plot._counts_axis.labelText == "% per keV")
    plot.resize(600, 900)
    qtbot.waitUntil(lambda: plot._counts_axis.labelText == words)
