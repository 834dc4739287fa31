"""What photons become in the channels of the detector."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr

from app.core.physics.detector import SILICON_KA_KEV, efficiency, escape_share, tail_share
from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.core.physics.response import response, smeared
from app.core.spectra import FWHM_PER_SIGMA, fwhm_kev

WIDE = Instrument(offset_kev=-2.0, gain_kev=0.02, channels=2048, path="vacuum")
M6 = PRESETS["Bruker M6 Jetstream"]


def table(instrument, energies):
    """Counts of one photon at each energy, shape (energies, channels)."""
    return response(instrument, energies).counts(np.eye(len(energies)))


def plain(instrument, low, high, extra=0.0):
    """The same for cells, every formula over the whole axis; shape (cells, channels)."""

    def below(start, sigma):
        away = (limits - start) / sigma
        return sigma * (away * ndtr(away) + np.exp(-0.5 * away**2) / np.sqrt(2 * np.pi))

    def even(start, end, sigma):
        if start == end:
            return ndtr((limits - start) / sigma)
        return (below(start, sigma) - below(end, sigma)) / (end - start)

    def sigma_at(energy):
        width = np.hypot(fwhm_kev(energy, instrument.resolution_ev), extra)
        return width / FWHM_PER_SIGMA

    limits = instrument.axis.energies_kev(instrument.channels + 1) - instrument.gain_kev / 2
    made = np.zeros((len(low), instrument.channels))
    for row, (start, end) in enumerate(zip(low, high, strict=True)):
        centre = np.array([(start + end) / 2])
        energy, sigma, decay = centre[0], sigma_at(centre[0]), 0.1 * centre[0]
        (escape,), (tail,) = escape_share(centre), tail_share(centre)
        away = (limits - energy) / sigma
        exponent = away * sigma / decay + 0.5 * (sigma / decay) ** 2
        tailed = ndtr(away) + np.exp(exponent + log_ndtr(-away - sigma / decay))
        shape = (1 - escape - tail - 0.01) * even(start, end, sigma) + tail * tailed
        shape += 0.01 * even(0.0, energy, sigma)
        lower = sigma_at(energy - SILICON_KA_KEV)
        shape += escape * even(start - SILICON_KA_KEV, end - SILICON_KA_KEV, lower)
        made[row] = np.maximum(np.diff(shape), 0.0) * efficiency(instrument, centre)
    return made


AXES = [
    M6,
    Instrument(gain_kev=0.001, channels=16384, resolution_ev=400.0, offset_kev=-5.0),
    Instrument(gain_kev=0.001, channels=3000, resolution_ev=118.5, offset_kev=5.0),
    Instrument(gain_kev=0.2, channels=65),
    Instrument(gain_kev=0.2, channels=1000, offset_kev=-5.0),
    Instrument(gain_kev=0.02, channels=99, offset_kev=-5.0),
]


@pytest.mark.parametrize("instrument", AXES)
def test_lines_are_what_the_formulas_say(instrument):
    """Within a millionth of each channel, and 1e-12 of all photons where hardly one falls."""
    energies = np.array([0.31, 1.486, 1.84, 2.31, 6.4, 6.41, 12.6, 33.0, 58.0])
    photons = np.array([[3.0, 1.0, 2.0, 0.0, 5.0, 1.0, 0.5, 2.0, 9.0], np.arange(1.0, 10.0)])
    found = response(instrument, energies).counts(photons)
    expected = photons @ plain(instrument, energies, energies)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12 * photons.sum())


@pytest.mark.parametrize("instrument", AXES)
def test_continua_are_what_the_formulas_say(instrument):
    low = np.array([1.0, 1.7, 1.9, 2.4, 9.0, 9.0, 30.0])
    high = np.array([1.1, 1.9, 1.95, 2.5, 9.7, 9.01, 31.0])
    photons = np.arange(1.0, 8.0)[None]
    found = smeared(instrument, low, high, 0.21).counts(photons)
    expected = photons @ plain(instrument, low, high, 0.21)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12 * photons.sum())


def test_no_energies_give_no_counts():
    assert not response(WIDE, np.zeros(0)).counts(np.zeros((2, 0))).any()


def test_nothing_lies_above_the_highest_peak():
    counts = table(WIDE, np.array([3.0, 5.0])).sum(axis=0)
    assert not counts[WIDE.axis.energies_kev(WIDE.channels) > 6.5].any()


def test_what_does_not_change_the_detector_finds_it_again():
    energies = np.array([6.4, 7.06])
    other = replace(WIDE, tube_kv=30.0, live_time_s=9.0, exit_degrees=60.0, name="other")
    assert response(WIDE, energies) is response(other, energies)
    assert response(WIDE, energies) is not response(replace(WIDE, resolution_ev=150.0), energies)


def test_shapes_take_little_memory():
    """A quarter of what 100 lines would take as a table on 4096 channels."""
    shapes = response(M6, np.linspace(1.0, 40.0, 100))
    arrays = (shapes.bands, shapes.tail_blocks, shapes.tail_within, shapes.zero)
    assert sum(array.nbytes for array in arrays) < 0.25 * 100 * 4096 * 8


def test_every_photon_is_counted_once():
    """Gaussian, escape peak, tail and shelf together are the efficiency, at every energy."""
    energies = np.array([1.0, 1.74, 2.3, 3.69, 6.4, 10.55, 20.2, 34.0])
    counts = table(WIDE, energies)
    assert counts.min() >= 0
    np.testing.assert_allclose(counts.sum(axis=1), efficiency(WIDE, energies), rtol=1e-6)


def test_counts_do_not_depend_on_the_width_of_channels():
    """Two channels of 20 eV hold what one of 40 eV does."""
    narrow = replace(WIDE, offset_kev=0.0)
    wide = replace(narrow, offset_kev=0.01, gain_kev=0.04, channels=1024)
    energies = np.array([2.3, 6.4, 17.4])
    joined = table(narrow, energies).reshape(3, -1, 2).sum(axis=2)
    np.testing.assert_allclose(joined, table(wide, energies), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("resolution_ev", [125.0, 142.0, 165.0])
def test_width_is_the_configured_one(resolution_ev):
    """Full width at half maximum of a single line at Mn Kα, interpolated, within 1 eV."""
    fine = replace(WIDE, gain_kev=0.001, offset_kev=5.0, channels=2000, resolution_ev=resolution_ev)
    counts = table(fine, np.array([5.895]))[0]
    above = np.flatnonzero(counts >= counts.max() / 2)
    assert (above[-1] - above[0] + 1) == pytest.approx(resolution_ev, abs=1.5)


def test_escape_peak_lies_below_its_parent():
    """At calcium, where it is large, against the same without it."""
    energy = 3.69
    counts = table(WIDE, np.array([energy]))[0]
    axis = WIDE.axis.energies_kev(WIDE.channels)
    near = np.abs(axis - (energy - SILICON_KA_KEV)) < 0.2
    beside = counts[np.abs(axis - (energy - SILICON_KA_KEV) - 0.4) < 0.05].mean()
    net = (counts[near] - beside).sum() / counts.sum()
    # the tail of the parent slopes beneath it
    assert net == pytest.approx(escape_share(np.array([energy]))[0], rel=0.15)
    assert axis[near][np.argmax(counts[near])] == pytest.approx(energy - SILICON_KA_KEV, abs=0.02)


def test_a_narrow_cell_is_a_line():
    energies = np.array([3.0, 8.0, 19.4])
    cell = smeared(WIDE, energies - 1e-4, energies + 1e-4).counts(np.eye(3))
    np.testing.assert_allclose(cell, table(WIDE, energies), rtol=1e-3, atol=1e-6)


def test_neighbouring_cells_join_without_a_seam():
    edges = np.linspace(10.0, 16.0, 31)
    counts = smeared(replace(WIDE, detector_mm=5.0), edges[:-1], edges[1:]).counts(
        np.ones((1, 30))
    )[0]
    axis = WIDE.axis.energies_kev(WIDE.channels)
    inside = counts[(axis > 11) & (axis < 15)]
    # tails and shelves of higher cells add up towards low energies, by a few per cent
    assert np.abs(np.diff(inside) / inside[:-1]).max() < 0.002


def test_extra_blur_widens():
    one = np.array([17.0])
    plain = smeared(WIDE, one, one + 0.01).counts(np.ones((1, 1)))[0]
    blurred = smeared(WIDE, one, one + 0.01, np.array([0.5])).counts(np.ones((1, 1)))[0]
    assert blurred.max() < 0.6 * plain.max()
    assert blurred.sum() == pytest.approx(plain.sum(), rel=1e-6)


@pytest.mark.parametrize("instrument", [WIDE, M6, Instrument(gain_kev=0.1, channels=200)])
def test_table_for_many_spectra_has_the_same_shapes(instrument):
    """Energies below, on and beyond the axis, single and smeared."""
    energies = np.array([0.25, 1.74, 3.3, 6.4, 17.4, 19.9, 60.0])
    np.testing.assert_allclose(
        response(instrument, energies).matrix(), table(instrument, energies), rtol=1e-12, atol=1e-15
    )
    cells = smeared(instrument, energies[:-1], energies[1:])
    np.testing.assert_allclose(cells.matrix(), cells.counts(np.eye(6)), rtol=1e-12, atol=1e-15)


def test_no_energies_have_an_empty_table():
    assert smeared(WIDE, np.zeros(0), np.zeros(0)).matrix().shape == (0, 2048)


def test_without_escape_peaks_their_counts_are_in_the_peak():
    energies = np.array([6.4])
    made, without = (
        smeared(WIDE, energies, energies, escape=on).matrix()[0] for on in (True, False)
    )
    axis = WIDE.axis.energies_kev(2048)
    escaped = np.abs(axis - (6.4 - SILICON_KA_KEV)) < 0.3
    peak = np.abs(axis - 6.4) < 0.3
    share = escape_share(energies)[0] * efficiency(WIDE, energies)[0]
    assert (made - without)[escaped].sum() == pytest.approx(share, rel=0.01)
    assert (without - made)[peak].sum() == pytest.approx(share, rel=0.01)
    assert without.sum() == pytest.approx(made.sum(), rel=1e-9)
