from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.gui import theme
from app.gui.views.layer_plot import LayerPlot, air_colour, layer_colours, scatter_colour

INSTRUMENT = Instrument(channels=64, gain_kev=0.2, live_time_s=3.0)


def spectrum():
    layers = np.zeros((2, 64))
    layers[0, 20], layers[1, 30] = 50.0, 20.0
    scatter = np.full(64, 1.0)
    names = ("paint: azurite", "ground: chalk")
    counts = layers.sum(axis=0) + scatter
    return ComputedSpectrum(counts, layers, names, scatter, (), INSTRUMENT, True, ())


@pytest.fixture
def plot(qtbot):
    plot = LayerPlot()
    qtbot.addWidget(plot)
    return plot


def test_layers_are_numbered_from_the_top_in_colours_of_their_own(plot):
    plot.set_spectrum(spectrum())
    names = [curve.name for curve in plot.plot.curves]
    assert names == ["Total", "Scatter", "1 paint", "2 ground"]
    total, scatter, paint, ground = plot.plot.curves
    assert (total.colour, scatter.colour) == (theme.DARK_PLOT.sum, scatter_colour(theme.DARK_PLOT))
    assert (paint.colour, ground.colour) == layer_colours(2, theme.DARK_PLOT)
    assert paint.values[20] == 50.0
    assert ground.values[30] == 20.0
    assert plot.plot.plotItem.getAxis("left").labelText == "Counts in 3 s"


def test_argon_of_the_air_is_shown_where_there_is_some(plot):
    before = spectrum()
    air = np.zeros(64)
    air[15] = 4.0
    plot.set_spectrum(replace(before, counts=before.counts + air, air=air))
    names = [curve.name for curve in plot.plot.curves]
    assert names == ["Total", "Scatter", "Air", "1 paint", "2 ground"]
    total, *parts = (curve.values for curve in plot.plot.curves)
    assert np.sum(parts, axis=0).tolist() == total.tolist()


def test_nothing_is_shown_without_a_spectrum(plot):
    plot.set_spectrum(spectrum())
    plot.set_spectrum(None)
    assert plot.plot.curves == ()
    assert plot.spectrum is None


def test_theme_is_followed(plot, qapp, dark):
    plot.set_spectrum(spectrum())
    theme.apply_theme(qapp, theme.Theme.LIGHT)
    assert plot.plot.curves[2].colour == layer_colours(1, theme.LIGHT_PLOT)[0]


@pytest.mark.parametrize("colours", [theme.LIGHT_PLOT, theme.DARK_PLOT])
def test_six_layers_have_six_colours_that_stand_out_from_the_ground(colours):
    chosen = layer_colours(6, colours)
    assert len(set(chosen)) == 6
    assert layer_colours(7, colours)[6] == chosen[0]
    for colour in (*chosen, scatter_colour(colours), air_colour(colours)):
        assert contrast(colour, colours.background) >= 3.0


def contrast(first, second):
    """Contrast of WCAG 2.1: relative luminances, each plus 0.05."""

    def luminance(text):
        bands = [int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [
            band / 12.92 if band <= 0.04045 else ((band + 0.055) / 1.055) ** 2.4 for band in bands
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
