import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import line
from app.gui.views.curves_view import CurvesView
from app.gui.views.energy_plot import DrawnCurve

AXIS = EnergyAxis(0.0, 0.1)


@pytest.fixture
def view(qtbot):
    view = CurvesView()
    qtbot.addWidget(view)
    values = np.zeros(200)
    values[100], values[64] = 1234.0, 2.5
    curves = (
        DrawnCurve("Total", AXIS, values, "#000000"),
        DrawnCurve("1 paint", AXIS, values / 10000, "#ff0000"),
    )
    view.show_curves(curves, "Counts in 2 s", "counts")
    return view


def test_readout_tells_energy_heights_and_line(view):
    view.set_lines((line("Hg_La"),))
    view.plot.hovered.emit(10.0)
    assert view.readout == "10.00 keV · Total 1\u202f234, 1 paint 0.12 counts · Hg Lα"
    view.plot.hovered.emit(6.4)
    assert view.readout == "6.40 keV · Total 2.5, 1 paint 0.00025 counts · near Fe Kα"


def test_readout_says_what_the_mouse_does_while_it_is_elsewhere(view):
    view.plot.hovered.emit(10.0)
    view.plot.hovered.emit(None)
    assert "wheel zooms" in view.readout
    view.show_curves((), "Counts", "counts")
    assert view.readout == ""


def test_hidden_curves_are_neither_drawn_nor_read_out(view):
    view.legend.buttons["Total"].click()
    assert [curve.name for curve in view.plot.curves] == ["1 paint"]
    view.plot.hovered.emit(10.0)
    assert "Total" not in view.readout


def test_all_axes_can_be_looked_at(view):
    far = DrawnCurve("2", EnergyAxis(-1.0, 0.2), np.ones(300), "#00ff00")
    view.show_curves((*view.plot.curves, far), "Counts", "counts")
    # energies below 0 mean nothing
    assert view.plot.box.viewRange()[0] == pytest.approx([0.0, -1 + 0.2 * 299.5])


def test_axis_is_logarithmic_at_first_and_can_be_changed(view):
    assert view.plot.is_log
    view.log_button.click()
    assert not view.plot.is_log
