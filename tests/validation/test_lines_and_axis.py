"""Lines, axis, background, levels and spectra against numbers from elsewhere and from hand.

Energies are those of A. Thompson et al., X-ray Data Booklet, Lawrence Berkeley National
Laboratory (2009), tables 1-2 and 1-3, given there in eV after J. A. Bearden, Rev. Mod. Phys. 39
(1967) 78. The library that the program asks takes its own from other compilations.
"""

import math

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.background import snip
from app.core.cube import SpectralCube
from app.core.display import levels
from app.core.emission import line, lines_of
from app.core.lines import confused_with
from app.core.maps import Roi, elemental_map
from app.core.prefix import prefix_of
from app.core.progress import no_progress
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import fwhm_kev, rebin, rebin_axis
from app.engine.spectra import spectra_of

pytestmark = pytest.mark.validation

# Kα₁ and Kα₂ (or Lα₁ and Lα₂), keV
DOUBLETS = {
    "Ca_Ka": (3.69168, 3.68809),
    "Ti_Ka": (4.51084, 4.50486),
    "Fe_Ka": (6.40384, 6.39084),
    "Cu_Ka": (8.04778, 8.02783),
    "Zn_Ka": (8.63886, 8.61578),
    "As_Ka": (10.54372, 10.50799),
    "Sr_Ka": (14.165, 14.0979),
    "Rh_Ka": (20.2161, 20.0737),
    "Ag_Ka": (22.16292, 21.9903),
    "Sn_Ka": (25.2713, 25.0440),
    "Ba_Ka": (32.1936, 31.8171),
    "Au_La": (9.7133, 9.6280),
    "Hg_La": (9.9888, 9.8976),
    "Pb_La": (10.5515, 10.4495),
}
# intensity of the second line for one of the first: table 1-3, 50 to 55 % and 10 to 11 %
SHARE_OF_SECOND = {"Ka": 0.52, "La": 0.11}


@pytest.mark.parametrize("key", DOUBLETS)
def test_a_doublet_lies_at_the_weighted_mean_of_its_lines(key):
    """X-ray Data Booklet, tables 1-2 (energies) and 1-3 (relative intensities)."""
    first, second = DOUBLETS[key]
    share = SHARE_OF_SECOND[key[-2:]]
    mean = (first + share * second) / (1 + share)
    assert line(key).energy_kev == pytest.approx(mean, abs=0.004)


# the strongest line of families that are no doublet, or a narrow one, keV
STRONGEST = {
    "S_Ka": 2.30784,
    "Ar_Ka": 2.95770,
    "V_Kb": 5.42729,
    "Cr_Kb": 5.94671,
    "Mn_Kb": 6.49045,
    "Fe_Kb": 7.05798,
    "Ni_Kb": 8.26466,
    "Cu_Kb": 8.90529,
    "Mo_La": 2.29316,
    "Rh_La": 2.69674,
    "Sn_La": 3.44398,
    "Sb_La": 3.60472,
    "Ba_La": 4.46626,
    "Pb_Lb": 12.6137,
    "Hg_Ma": 2.1953,
    "Pb_Ma": 2.3455,
}


@pytest.mark.parametrize("key", STRONGEST)
def test_a_family_lies_at_its_strongest_line(key):
    """X-ray Data Booklet, table 1-2; weaker lines move the mean by at most 10 eV."""
    assert line(key).energy_kev == pytest.approx(STRONGEST[key], abs=0.010)


@pytest.mark.parametrize(
    ("one", "other", "apart_ev"),
    [
        ("S_Ka", "Pb_Ma", 38),
        ("Ba_La", "Ti_Ka", 45),
        ("Mn_Ka", "Cr_Kb", 48),
        ("Fe_Ka", "Mn_Kb", 87),
        ("As_Ka", "Pb_La", 8),
        ("Cr_Ka", "V_Kb", 13),
    ],
)
def test_confused_lines_are_as_close_as_the_tables_say(one, other, apart_ev):
    """Differences of the strongest lines in the X-ray Data Booklet, table 1-2, in eV."""
    distance_ev = abs(line(one).energy_kev - line(other).energy_kev) * 1000
    assert distance_ev == pytest.approx(apart_ev, abs=8)
    assert other in {item.key for item in confused_with(line(one))}


@pytest.mark.parametrize(("element", "ratio"), [("Fe", 0.134), ("Cu", 0.135), ("Ag", 0.212)])
def test_k_beta_to_k_alpha_is_the_measured_ratio(element, ratio):
    """S. I. Salem, S. L. Panossian, R. A. Krause, At. Data Nucl. Data Tables 14 (1974) 91.

    The smoothed measurements there agree with others to about 4 %.
    """
    weights = {item.name: item.weight for item in lines_of(element)}
    assert weights["Kb"] / weights["Ka"] == pytest.approx(ratio, rel=0.04)


def test_widths_follow_the_statistics_of_charge():
    """By hand: 145² + 2.3548² · 0.115 · 3.65 eV · (10 551 − 5 895) eV = 31 862 eV²; its root."""
    assert float(fwhm_kev(10.551, 145.0)) == pytest.approx(0.178499, abs=2e-6)
    # without charge to count there is only noise: 145² − 5.5452 · 0.41975 · 5 895 = 7 304 eV²
    assert float(fwhm_kev(0.0, 145.0)) == pytest.approx(0.085462, abs=2e-6)


BENT = EnergyAxis(-0.9555, 0.0105, 2.5e-7)


@pytest.mark.parametrize("axis", [BENT, EnergyAxis(-0.0155, 0.029221), EnergyAxis(0.5, 0.1, -1e-5)])
def test_a_window_takes_exactly_the_channels_it_touches(axis):
    """By definition: channel k spans the energies from k − ½ to k + ½, tried one by one."""
    channels = 300
    rng = np.random.default_rng(7)
    lower = [axis.energy_kev(channel - 0.5) for channel in range(channels)]
    upper = [axis.energy_kev(channel + 0.5) for channel in range(channels)]
    for _ in range(200):
        low, high = np.sort(rng.uniform(lower[0], upper[-1], 2))
        touched = [k for k in range(channels) if lower[k] < high and upper[k] > low]
        assert axis.channel_range(low, high, channels) == (touched[0], touched[-1] + 1)


@pytest.mark.parametrize("factor", [2, 3, 7])
def test_a_joined_channel_lies_at_the_mean_energy_of_its_parts(factor):
    """By definition, channel by channel, on an axis with an offset and a bend."""
    energies = BENT.energies_kev(42)
    means = [energies[start : start + factor].mean() for start in range(0, 42, factor)]
    joined = rebin_axis(BENT, factor).energies_kev(len(means))
    np.testing.assert_allclose(joined, means, rtol=0, atol=1e-12)
    counts = np.arange(42, dtype=np.uint16)
    parts = [counts[start : start + factor].sum() for start in range(0, 42, factor)]
    assert rebin(counts, factor).tolist() == parts


def clipped(counts, half_width):
    """The SNIP background as C. G. Ryan et al. (1988) describe it, one channel at a time."""
    values = [math.log(math.log(math.sqrt(count + 1) + 1) + 1) for count in counts]
    for width in range(half_width, 0, -1):
        before = list(values)
        for at in range(width, len(values) - width):
            values[at] = min(before[at], (before[at - width] + before[at + width]) / 2)
    return [(math.exp(math.exp(value) - 1) - 1) ** 2 - 1 for value in values]


def test_background_is_that_of_the_published_algorithm():
    """Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396, with a falling width."""
    channel = np.arange(200)
    peaks = 900 * np.exp(-(((channel - 80) / 4) ** 2)) + 300 * np.exp(-(((channel - 130) / 5) ** 2))
    counts = np.round(50 + 0.2 * channel + peaks)
    np.testing.assert_allclose(snip(counts, 18), clipped(counts, 18), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("per_cent", [(0.0, 100.0), (1.0, 99.5), (33.3, 66.7), (50.0, 90.0)])
def test_levels_are_the_smallest_counts_that_so_many_pixels_do_not_exceed(dtype, per_cent):
    """By definition: the value at place ⌈p · n⌉ of all pixels in rising order."""
    counts = np.random.default_rng(3).integers(0, 5000, (17, 23)).astype(dtype)
    ordered = sorted(counts.ravel().tolist())
    expected = tuple(
        float(ordered[max(math.ceil(share / 100 * len(ordered)), 1) - 1]) for share in per_cent
    )
    assert levels(counts, *per_cent) == expected


def scan_of(counts, axis):
    total = counts.sum((0, 1), dtype=np.uint64)
    return Scan(SpectralCube(counts, axis), prefix_of(counts), total, counts.max((0, 1)))


def test_net_counts_are_those_of_the_peak_alone():
    """By hand: on a slope of 3 counts per channel only what was put on top of it remains."""
    channel = np.arange(64)
    counts = np.zeros((5, 7, 64), np.uint16)
    counts[:] = 20 + 3 * channel
    put_on_top = np.arange(35).reshape(5, 7)
    counts[:, :, 30:40] += put_on_top[:, :, None].astype(np.uint16)
    axis = EnergyAxis(-0.2, 0.05)
    window = Roi("peak", *axis.edges_kev(30, 40))
    made = elemental_map(scan_of(counts, axis), window, net=True)
    assert (made.first, made.stop) == (30, 40)
    np.testing.assert_array_equal(made.counts, 10.0 * put_on_top)


@pytest.mark.parametrize("region", [None, Region(1, 4, 2, 7)])
def test_spectra_are_those_of_the_pixels_one_by_one(region):
    """By definition, pixel by pixel in whole numbers of any size."""
    counts = np.random.default_rng(5).poisson(9.0, (5, 7, 64)).astype(np.uint16)
    counts[3, 6, 10] = 65_535
    rows, cols = (range(5), range(7)) if region is None else (range(1, 4), range(2, 7))
    pixels = [counts[row, col].tolist() for row in rows for col in cols]
    sums = [sum(column) for column in zip(*pixels, strict=True)]
    found = spectra_of(scan_of(counts, EnergyAxis(0.0, 0.05)), region, no_progress)
    assert found["sum"].tolist() == sums
    assert found["mean"].tolist() == [total / len(pixels) for total in sums]
    assert found["maximum_pixel"].tolist() == [max(column) for column in zip(*pixels, strict=True)]
