import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.gui import theme
from app.gui.views.pigment_plot import (
    CurveRole,
    PigmentPlot,
    PlotCurve,
    curve_colours,
    percent_per_kev,
)

FINE, COARSE = EnergyAxis(0.0, 0.1), EnergyAxis(0.0, 0.2)


def computed(counts, name="Computed", live_time_s=1.0):
    return PlotCurve(name, FINE, np.asarray(counts, float), CurveRole.COMPUTED, live_time_s)


def measured(counts, name="Measured", live_time_s=30.0):
    return PlotCurve(name, COARSE, np.asarray(counts, float), CurveRole.MEASURED, live_time_s)


@pytest.fixture
def plot(qtbot):
    plot = PigmentPlot()
    qtbot.addWidget(plot)
    return plot


def test_computed_spectrum_alone_is_in_counts_of_its_live_time(plot):
    plot.set_curves((computed(np.ones(40), live_time_s=2.5),))
    assert not plot.is_normalised
    assert plot.counts_label == "Counts in 2.5 s"
    assert plot.plot.plotItem.getAxis("left").labelText == "Counts in 2.5 s"


def test_different_live_times_are_not_named(plot):
    plot.set_curves((computed(np.ones(40), "a", 1.0), computed(np.ones(40), "b", 2.0)))
    assert plot.counts_label == "Counts"


def test_computed_beside_measured_has_the_same_area_above_1_kev(plot):
    rising, flat = np.arange(40.0), np.full(20, 7.0)
    rising[:10] = 1e6  # below 1 keV
    plot.set_curves((measured(flat), computed(rising)))
    assert plot.is_normalised
    assert plot.counts_label == "% per keV (of all above 1 keV)"
    first, second = (curve.values for curve in plot.plot.curves)
    assert first[5:].sum() * 0.2 == pytest.approx(100.0)
    assert second[10:].sum() * 0.1 == pytest.approx(100.0)


def test_same_radiation_on_two_axes_lies_on_itself():
    fine = percent_per_kev(np.full(40, 1.0), FINE)
    coarse = percent_per_kev(np.full(20, 2.0), COARSE)
    assert fine[20] == pytest.approx(coarse[10])


def test_spectrum_without_counts_stays_empty():
    assert not percent_per_kev(np.zeros(40), FINE).any()
    bent = EnergyAxis(0.0, 0.1, -0.01)
    assert np.isfinite(percent_per_kev(np.ones(40), bent)).all()


def test_colours_stay_apart():
    roles = (CurveRole.MEASURED, CurveRole.COMPUTED, CurveRole.MEASURED, CurveRole.COMPUTED)
    for colours in (theme.LIGHT_PLOT, theme.DARK_PLOT):
        chosen = curve_colours(roles, colours)
        assert len(set(chosen)) == 4
        assert chosen[1] == colours.sum


def test_names_are_in_the_legend_and_follow_the_theme(plot, qapp, dark):
    plot.set_curves((measured(np.ones(20)), computed(np.ones(40))))
    assert list(plot.legend.buttons) == ["Measured", "Computed"]
    theme.apply_theme(qapp, theme.Theme.LIGHT)
    assert plot.plot.curves[1].colour == theme.LIGHT_PLOT.sum
