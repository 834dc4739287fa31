"""Statistics of regions: counts, their Poisson noise, net and fitted areas, against truth."""

import math

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.batch.region_table import (
    NamedRegion,
    fitted_lines,
    parse_regions,
    window_statistics,
)
from app.core.cube import Acquisition
from app.core.emission import line
from app.core.maps import Roi
from app.core.region import Region
from app.errors import ParameterError

WINDOW = (Roi("Fe Kα", 6.2, 6.6), 10, 14)


def test_all_is_the_whole_scan():
    (found,) = parse_regions("all")
    assert found == NamedRegion("whole scan", None)
    assert found.of(6, 9) == Region(0, 6, 0, 9)


def test_regions_have_names_or_are_named_by_their_pixels():
    found = parse_regions(" Волосы = 0:2,3:5; 1:4,0:9 ;sky=all")
    assert [item.name for item in found] == ["Волосы", "1:4,0:9", "sky"]
    assert found[0].region == Region(0, 2, 3, 5)


@pytest.mark.parametrize(
    "text", ["", " ; ", "Face", "Face=1:2", "a=0:2,0:2;A=2:4,0:2", "x=3:3,0:1"]
)
def test_what_is_no_region_is_told(text):
    with pytest.raises(ParameterError):
        parse_regions(text)


def test_a_region_beyond_the_scan_is_told():
    with pytest.raises(ParameterError, match="6 rows and 9 columns"):
        parse_regions("0:7,0:9")[0].of(6, 9)


def test_sum_mean_and_their_noise_are_exact():
    spectrum = np.full(30, 25)
    found = window_statistics(spectrum, np.full((4, 5), 5), "all", WINDOW)
    assert (found.counts, found.counts_sigma) == (100.0, 10.0)
    assert (found.mean, found.mean_sigma) == (5.0, 0.5)
    assert (found.pixels, found.pixel_deviation) == (20, 0.0)


def test_the_net_area_is_what_is_above_a_straight_line():
    spectrum = np.zeros(30)
    spectrum[8:16] = np.arange(40, 56, 2)  # a slope: the line through both sides meets it
    spectrum[10:14] += 100
    found = window_statistics(spectrum, np.ones((2, 3)), "all", WINDOW)
    assert found.background == pytest.approx(44 + 46 + 48 + 50)
    assert found.net == pytest.approx(400.0)
    left, right = 40 + 42, 52 + 54
    variance = found.counts + 16 / 4 * (left / 4 + right / 4)
    assert found.net_sigma == pytest.approx(math.sqrt(variance))


def test_at_the_end_of_the_axis_one_side_must_do():
    spectrum = np.full(14, 10.0)
    found = window_statistics(spectrum, np.ones((1, 2)), "all", WINDOW)
    assert found.net == pytest.approx(0.0)
    alone = window_statistics(np.full(4, 10.0), np.ones((1, 2)), "all", (WINDOW[0], 0, 4))
    assert alone.background == 0.0


@pytest.mark.validation
def test_the_told_noise_is_the_scatter_of_repeated_measurements():
    """Against 4 000 Poisson draws of one spectrum: deviations within 4 %."""
    expected = np.full(30, 20.0)
    expected[10:14] += 60.0
    draws = np.random.default_rng(5).poisson(expected, (4000, 30))
    pixel = np.ones((1, 1))
    found = [window_statistics(draw, pixel, "all", WINDOW) for draw in draws]
    for value, sigma in (("counts", "counts_sigma"), ("net", "net_sigma")):
        scatter = np.std([getattr(item, value) for item in found])
        told = np.mean([getattr(item, sigma) for item in found])
        assert told == pytest.approx(scatter, rel=0.04)
    assert np.mean([item.net for item in found]) == pytest.approx(240.0, abs=1.0)


def test_nothing_counted_has_no_noise_and_no_net_area():
    found = window_statistics(np.zeros(30), np.zeros((2, 3)), "all", WINDOW)
    assert (found.counts_sigma, found.net, found.net_sigma) == (0.0, 0.0, 0.0)


def test_a_fit_tells_lines_apart_that_windows_cannot():
    axis = EnergyAxis(0.0, 0.02)
    energies = axis.energies_kev(1024)
    spectrum = np.full(1024, 20.0)
    # manganese's Kβ lies in the window of iron's Kα
    for energy, counts in ((5.895, 40_000.0), (6.490, 5_400.0), (6.400, 8_000.0), (7.058, 1_080.0)):
        spectrum += (
            counts
            * 0.02
            / (0.0625 * math.sqrt(2 * math.pi))
            * np.exp(-0.5 * ((energies - energy) / 0.0625) ** 2)
        )
    drawn = np.random.default_rng(2).poisson(spectrum)
    fitted = fitted_lines(drawn, axis, Acquisition(tube_anode="Rh", tube_kv=50.0))
    counts, error = fitted[line("Fe_Ka")]
    assert counts == pytest.approx(8_000.0, rel=0.12)
    assert 0 < error < 1_000
    assert fitted[line("Mn_Ka")][0] == pytest.approx(40_000.0, rel=0.05)


def test_an_axis_without_room_gives_no_fit():
    assert fitted_lines(np.ones(8, np.int64), EnergyAxis(0.0, 0.02), Acquisition()) == {}
