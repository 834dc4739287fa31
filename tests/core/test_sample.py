"""The sample scan: its physics, its truth, and the bundled file."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import line, roi_for, strongest_lines
from app.core.sample import (
    HIDDEN_PIGMENT,
    MATERIALS,
    SamplePhysics,
    SampleRecipe,
    make_sample,
    mass_fractions,
    pigment_masses,
    poisson_counts,
)
from app.paths import sample_scan

RECIPE = SampleRecipe()
AXIS = EnergyAxis(0.0, RECIPE.gain_kev)


@pytest.fixture(scope="module")
def physics():
    return SamplePhysics(RECIPE)


@pytest.fixture(scope="module")
def masses():
    return pigment_masses(RECIPE)


@pytest.fixture(scope="module")
def bundled():
    import h5py

    scan = sample_scan()
    with h5py.File(scan) as file, h5py.File(scan.with_name("truth.h5")) as truth:
        return {
            "counts": file["cube"][()],
            "materials": [name.decode() for name in truth["materials"]],
            "masses": truth["masses"][()],
            "labels": truth["labels"][()],
            "picture": truth["picture"][()],
            "lines": [key.decode() for key in truth["lines"]],
            "recipe": json.loads(truth["recipe"][()]),
        }


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


def test_same_seed_gives_the_same_counts_and_another_one_others(physics, masses):
    first, again = (physics.measured_row(masses, 9) for _ in range(2))
    assert (first == again).all()
    other = SamplePhysics(SampleRecipe(seed=RECIPE.seed + 1)).measured_row(masses, 9)
    assert (first != other).any()


def test_small_sample_holds_cube_truth_and_recipe():
    recipe = SampleRecipe(rows=6, cols=9, channels=700)
    fractions = []
    sample = make_sample(recipe, lambda done, message="": fractions.append(done))
    assert sample.cube.counts.shape == (6, 9, 700)
    assert sample.cube.counts.dtype == np.uint16
    assert sample.masses.shape == (len(MATERIALS), 6, 9)
    assert sample.labels.shape == (6, 9)
    assert sample.picture.shape == (6, 9, 3)
    assert fractions == pytest.approx([(row + 1) / 6 for row in range(6)])
    assert sample.cube.steps[0].seed == recipe.seed
    assert sample.cube.acquisition.step_mm == (0.5, 0.5)


def test_bundled_scan_is_what_its_recipe_gives(bundled, physics, masses):
    assert bundled["recipe"] == asdict(RECIPE)
    assert bundled["materials"] == list(MATERIALS)
    assert np.abs(bundled["masses"] - masses).max() < 1e-3
    for row in (0, 33, RECIPE.rows - 1):
        assert (bundled["counts"][row] == physics.measured_row(masses, row)).all()


@pytest.mark.slow
def test_bundled_scan_can_be_made_anew(bundled):
    sample = make_sample()
    assert (sample.cube.counts == bundled["counts"]).all()
    assert (sample.labels == bundled["labels"]).all()
    assert (sample.picture == bundled["picture"]).all()
    assert [entry.key for entry in sample.lines] == bundled["lines"]


@pytest.mark.validation
@pytest.mark.parametrize(
    ("key", "shares"),
    [
        ("Fe", {"yellow ochre": 1.0}),
        ("Hg", {"vermilion": 1.0}),
        ("Cu", {"azurite": 0.553, "malachite": 0.575}),
        ("Pb_Lb", {"lead white": 0.801, "lead-tin yellow": 0.733}),
    ],
)
def test_maps_of_the_bundled_scan_follow_their_truth(bundled, key, shares):
    found = bundled["counts"][:, :, window(key)].sum(axis=2)
    truth = sum(share * bundled["masses"][MATERIALS.index(name)] for name, share in shares.items())
    assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.9


@pytest.mark.validation
def test_hidden_head_shows_in_manganese_alone(bundled):
    mass = bundled["masses"][MATERIALS.index(HIDDEN_PIGMENT)]
    manganese = bundled["counts"][:, :, window("Mn")].sum(axis=2)
    # the paint over it weakens the head unevenly, so it follows its truth less closely
    assert np.corrcoef(manganese.ravel(), mass.ravel())[0, 1] > 0.8
    hidden = mass > 0.1
    assert 0.05 < hidden.mean() < 0.3
    # the sky above the hills and right of the figure: paint with and without the hidden head
    sky = np.zeros_like(hidden)
    sky[20:26, 52:] = True
    contrast = {}
    for key in ("Mn", "Ca", "Cu", "Hg", "Pb"):
        counts = bundled["counts"][:, :, window(key)].sum(axis=2)
        contrast[key] = counts[sky & hidden].mean() / counts[sky & ~hidden].mean()
    assert contrast.pop("Mn") > 5
    assert max(contrast.values()) < 1.25


def test_strongest_lines_of_the_bundled_scan_are_its_elements(bundled):
    spectrum = bundled["counts"].sum(axis=(0, 1), dtype=np.uint64)
    found = {entry.line.key for entry in strongest_lines(spectrum, AXIS)}
    assert {"Cu_Ka", "Pb_La", "Fe_Ka", "Ca_Ka", "Hg_La", "Mn_Ka"} <= found
