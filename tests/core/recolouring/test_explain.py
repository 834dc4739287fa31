"""An element without whose peaks the answer would be another one is behind the answer."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.line_shapes import families_of, family_shape
from app.core.physics.instrument import Instrument
from app.core.recolouring.explain import elements_behind
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.02)
CHANNELS = 2048
RHODIUM = Instrument()


def spectrum(level=5.0, seed=1, **counts):
    edges = AXIS.energies_kev(CHANNELS + 1) - 0.01
    expected = np.full(CHANNELS, level)
    for element, total in counts.items():
        lines = [item for item in families_of(element, 50.0) if item.line.energy_kev > 2.6]
        lines = [item for item in lines if item.shell == lines[0].shell]
        strength = sum(item.strength for item in lines)
        for item in lines:
            expected = expected + total * item.strength / strength * family_shape(
                item, edges, 140.0
            )
    return np.random.default_rng(seed).poisson(expected)


def window(spectra, low_kev, high_kev):
    energies = AXIS.energies_kev(CHANNELS)
    return spectra[:, (energies > low_kev) & (energies < high_kev)].sum(axis=1)


def red_by_mercury(spectra):
    """A stand-in for a network that sees red where there is Hg Lα, and nothing else."""
    red = window(spectra, 9.8, 10.2) / np.maximum(spectra.sum(axis=1), 1)
    return np.stack([np.clip(4 * red, 0, 1), 0 * red + 0.3, 0 * red + 0.3], axis=1)


def test_the_element_the_network_looks_at_comes_first():
    effects = elements_behind(
        spectrum(Hg=5000, Fe=9000, Ca=3000), AXIS, red_by_mercury, instrument=RHODIUM
    )
    assert effects[0].element == "Hg"
    assert effects[0].delta_e > 1.5 * effects[1].delta_e
    assert effects[0].srgb_without[0] < 20
    assert effects[0].srgb_without[1:] == (76, 76)
    assert len(effects) == 3


def test_the_share_is_that_of_the_element_s_counts():
    counts = spectrum(Hg=5000, Fe=9000)
    effects = elements_behind(counts, AXIS, red_by_mercury, instrument=RHODIUM)
    shares = {item.element: item.share for item in effects}
    assert shares["Fe"] == pytest.approx(9000 / counts.sum(), rel=0.05)
    assert shares["Hg"] == pytest.approx(5000 / counts.sum(), rel=0.08)


def test_lead_is_not_taken_out_with_arsenic():
    """Pb Lα and As Kα are one peak; a network that looks at it alone sees arsenic's part go."""

    def by_the_peak(spectra):
        height = window(spectra, 10.3, 10.8) / 10000
        return np.stack([height, height, height], axis=1).clip(0, 1)

    counts = spectrum(Pb=12000, As=3000)
    before = by_the_peak(counts[None, :].astype(float))[0, 0]
    effects = elements_behind(counts, AXIS, by_the_peak, instrument=RHODIUM)
    left = {item.element: item.srgb_without[0] / 255 / before for item in effects}
    arsenic = 3000 * 0.87 / (3000 * 0.87 + 12000 * 0.42)
    assert left["As"] == pytest.approx(1 - arsenic, abs=0.12)
    assert left["Pb"] == pytest.approx(arsenic, abs=0.12)


def test_tube_and_air_are_no_reason():
    def by_everything(spectra):
        return np.repeat((spectra.sum(axis=1) / 1e5)[:, None], 3, axis=1).clip(0, 1)

    effects = elements_behind(
        spectrum(Rh=900, Ar=3000, Cu=2000), AXIS, by_everything, instrument=RHODIUM
    )
    assert [item.element for item in effects] == ["Cu"]


def test_the_network_is_asked_once_and_gets_spectra_that_could_be_counts():
    asked = []

    def remember(spectra):
        asked.append(spectra)
        return np.zeros((len(spectra), 3))

    counts = spectrum(Fe=4000, Pb=4000).astype(float)
    counts[3], counts[4] = np.nan, -2.0
    effects = elements_behind(counts, AXIS, remember, instrument=RHODIUM, at_most=1)
    (given,) = asked
    assert len(effects) == 1
    assert effects[0].delta_e == 0
    assert given.shape == (3, CHANNELS)
    assert np.isfinite(given).all()
    assert (given >= 0).all()
    assert (given[1:] <= given[0]).all()


@pytest.mark.parametrize("instrument", [None, RHODIUM])
@pytest.mark.parametrize("counts", [np.zeros(CHANNELS), spectrum(level=0.001), spectrum(level=2.0)])
def test_nothing_is_behind_a_spectrum_without_lines(instrument, counts):
    assert elements_behind(counts, AXIS, red_by_mercury, instrument=instrument) == ()


def test_an_axis_without_channels_to_fit_gives_no_reasons():
    assert elements_behind(np.ones(8), EnergyAxis(0.0, 0.02), red_by_mercury) == ()


def test_a_picture_is_no_spectrum():
    with pytest.raises(ParameterError, match="cannot be explained"):
        elements_behind(np.ones((4, 5)), AXIS, red_by_mercury)
