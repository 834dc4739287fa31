"""From pigments in layers to expected counts."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import line, roi_for
from app.core.sample_physics import (
    MATERIALS,
    SamplePhysics,
    SampleRecipe,
    mass_fractions,
    poisson_counts,
)

RECIPE = SampleRecipe()
AXIS = EnergyAxis(0.0, RECIPE.gain_kev)


@pytest.fixture(scope="module")
def physics():
    return SamplePhysics(RECIPE)


def window(key):
    roi = roi_for(line(key), AXIS, RECIPE.resolution_ev, channels=RECIPE.channels)
    return slice(*AXIS.channel_range(roi.low_kev, roi.high_kev, RECIPE.channels))


def pixel(**masses):
    """One pixel with the named pigments, mg/cm²."""
    names = [name.replace(" ", "_").replace("-", "_") for name in MATERIALS]
    assert set(masses) <= set(names)
    return np.array([[masses.get(name, 0.0) for name in names]])


def counts_at(physics, key, **masses):
    return physics.expected(pixel(**masses))[0, window(key)].sum()


def net_at(physics, key, **masses):
    return counts_at(physics, key, **masses) - counts_at(physics, key)


def test_mass_fractions_of_a_compound_are_those_of_its_atoms():
    fractions = mass_fractions("HgS")
    assert sum(fractions.values()) == pytest.approx(1.0)
    assert fractions["Hg"] == pytest.approx(200.59 / (200.59 + 32.06), abs=1e-3)


@pytest.mark.parametrize("mean", [0.02, 0.7, 6.0, 240.0])
def test_counts_have_the_mean_and_the_variance_of_poisson(mean):
    uniform = np.random.default_rng(6).random(40_000)
    counts = poisson_counts(np.full(40_000, mean), uniform)
    assert counts.mean() == pytest.approx(mean, abs=5 * (mean / 40_000) ** 0.5)
    assert counts.var() == pytest.approx(mean, rel=0.15)


def test_nothing_expected_gives_no_counts():
    assert poisson_counts(np.zeros((2, 3)), np.full((2, 3), 0.999)).tolist() == [[0] * 3] * 2


def test_thin_paint_counts_in_proportion_to_its_mass(physics):
    once = net_at(physics, "Fe", yellow_ochre=0.02)
    twice = net_at(physics, "Fe", yellow_ochre=0.04)
    assert twice / once == pytest.approx(2.0, rel=0.02)


def test_thick_paint_no_longer_does(physics):
    once = net_at(physics, "Hg", vermilion=10.0)
    twice = net_at(physics, "Hg", vermilion=20.0)
    assert 1.0 < twice / once < 1.5


@pytest.mark.validation
def test_covering_paint_shifts_the_ratio_of_the_hidden_lines(physics):
    """The softer of two lines of a hidden element loses more under a thicker cover."""

    def ratio(cover):
        top = {"lead_white": cover}
        hidden = [
            counts_at(physics, key, manganese_black=3.0, **top) - counts_at(physics, key, **top)
            for key in ("Mn_Ka", "Mn_Kb")
        ]
        return hidden[1] / hidden[0]

    assert ratio(0.0) < ratio(2.0) < ratio(6.0)


def test_ground_shows_less_under_thicker_paint(physics):
    bare, thin, thick = (counts_at(physics, "Ca", azurite=mass) for mass in (0.0, 1.0, 4.0))
    assert bare > 1.2 * thin
    assert thin > 1.2 * thick


def test_hidden_layer_adds_to_manganese_and_to_no_other_map(physics):
    paint = {"azurite": 1.0, "lead_white": 1.5}
    before = {key: counts_at(physics, key, **paint) for key in ("Ca", "Cu", "Hg", "Pb", "Sn")}
    for key, counts in before.items():
        assert counts_at(physics, key, manganese_black=0.6, **paint) < 1.03 * counts
    gained = counts_at(physics, "Mn", manganese_black=0.6, **paint)
    assert gained > 3 * counts_at(physics, "Mn", **paint)


def test_longer_exposure_counts_more():
    short, long = (SamplePhysics(SampleRecipe(exposure=e)).expected(pixel()) for e in (1.0, 3.0))
    assert long == pytest.approx(3 * short)


def test_rhodium_scatters_as_two_peaks_the_compton_one_lower(physics):
    spectrum = physics.expected(pixel())[0]
    energies = AXIS.energies_kev(RECIPE.channels)
    rayleigh = line("Rh").energy_kev
    compton = rayleigh / (1 + rayleigh / 511.0)
    for energy in (rayleigh, compton):
        near = spectrum[np.abs(energies - energy) < 0.05].max()
        assert near > 2 * spectrum[np.abs(energies - 17.0) < 0.05].max()
    assert spectrum[np.abs(energies - (rayleigh + compton) / 2) < 0.03].min() < near
