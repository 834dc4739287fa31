"""Training spectra: what was drawn is what is painted, counted and told."""

from pathlib import Path

import numpy as np
import pytest

from app.core.physics.materials import Layer, mixed
from app.core.physics.spectrum import computed_spectrum
from app.core.pigments import ColourGroup
from app.core.resampling import counts_between
from app.io.pigment_archive import read_archive
from models.training_spectra import (
    CHANNELS,
    FREQUENCY,
    GAIN_KEV,
    TRAINING_ANODES,
    UNSEEN_ANODE,
    Measuring,
    counted,
    draw_instrument,
    draw_shares,
    materials_for,
    painted,
    shapes_of,
)

LIBRARY = Path(__file__).resolve().parents[2] / "resources" / "pigments" / "velatura.pigments.zip"


@pytest.fixture(scope="module")
def pigments():
    return read_archive(LIBRARY).pigments


@pytest.fixture(scope="module")
def shares(pigments):
    return draw_shares(pigments, 400, np.random.default_rng(1))


def test_the_frequencies_are_those_of_shipped_pigments(pigments):
    assert set(FREQUENCY) <= {pigment.id for pigment in pigments}


def test_paints_have_one_to_three_pigments_and_leaf_is_alone(pigments, shares):
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    number = (shares > 0).sum(axis=1)
    assert set(number.tolist()) == {1, 2, 3}
    leaf = np.array([pigment.binder == "none" for pigment in pigments])
    assert (number[(shares[:, leaf] > 0).any(axis=1)] == 1).all()
    metal = np.array([pigment.group is ColourGroup.METAL for pigment in pigments])
    mixed_ones = shares[number > 1]
    assert (mixed_ones[:, metal].max(axis=0) < 1).all()
    white = [pigment.id for pigment in pigments].index("lead-white")
    assert 0.4 < (mixed_ones[:, white] > 0).mean() < 0.75


def test_stacks_are_as_they_are_told_to_be(pigments, shares):
    stacks = painted(pigments, shares, np.random.default_rng(2))
    thickness = stacks.layers.thickness_um
    leaf = shares @ np.array([pigment.binder == "none" for pigment in pigments]) > 0
    paint = thickness[:, 1]
    assert ((paint >= 5) & (paint <= 50))[~leaf].all()
    assert ((paint >= 0.2) & (paint <= 5))[leaf].all()
    sums = stacks.layers.volumes.sum(axis=2)
    np.testing.assert_allclose(sums[thickness > 0], 1.0)
    assert (sums[thickness == 0] == 0).all()
    assert 0.3 < (thickness[:, 0] > 0).mean() < 0.5
    assert 0.03 < (thickness[:, 2] == 0).mean() < 0.2
    np.testing.assert_array_equal(stacks.grounds < 0, thickness[:, 2] == 0)
    used = {pigments[place].id for place in stacks.grounds if place >= 0}
    assert used == {
        *("chalk", "gypsum", "lead-white"),
        *("titanium-white", "lithopone", "zinc-white"),
    }
    # the pigments of the paint are those drawn
    volumes = stacks.layers.volumes[:, 1, : len(pigments)]
    np.testing.assert_allclose(volumes / volumes.sum(axis=1, keepdims=True), shares)


def test_a_pure_paint_has_its_pigment_s_colour(pigments):
    shares = np.eye(len(pigments))[[3, 20, 60]]
    stacks = painted(pigments, shares, np.random.default_rng(3))
    for place, row in zip((3, 20, 60), stacks.srgb, strict=True):
        np.testing.assert_allclose(row * 255, pigments[place].srgb, atol=2.0)


def test_instruments_differ_and_stay_within_what_is_told():
    rng = np.random.default_rng(4)
    made = [draw_instrument(anode, rng) for anode in TRAINING_ANODES * 6]
    assert UNSEEN_ANODE not in {instrument.anode for instrument in made}
    assert len(set(made)) == len(made)
    assert all(30 <= item.tube_kv <= 50 and 125 <= item.resolution_ev <= 160 for item in made)
    assert {item.path for item in made} == {"air", "helium"}


@pytest.mark.validation
def test_expected_spectra_have_the_lines_of_the_full_computation(pigments, monkeypatch):
    """Against computed_spectrum of the same stack, with nothing drawn beside it."""
    monkeypatch.setattr(
        "models.training_spectra._log_uniform", lambda rng, low, high, number: np.ones(number)
    )
    materials = materials_for(pigments)
    shares = np.eye(len(pigments))[:2]
    stacks = painted(pigments, shares, np.random.default_rng(5))
    instrument = draw_instrument("Rh", np.random.default_rng(6))

    class Zero:
        """Draws the least of each: no background, no stray lines."""

        def uniform(self, low, high, shape):
            return np.full(shape, low, float)

    shapes = shapes_of(stacks, instrument, materials, Zero())
    for shape, volumes, thickness in zip(
        shapes, stacks.layers.volumes, stacks.layers.thickness_um, strict=True
    ):
        stack = tuple(
            Layer("layer", mixed("mix", list(zip(materials, volume, strict=True))), float(depth))
            for volume, depth in zip(volumes, thickness, strict=True)
            if depth > 0
        )
        full = computed_spectrum(stack, instrument).counts
        full = full / full.sum()
        # total variation: what of the counts is elsewhere
        assert np.abs(shape - full).sum() / 2 < 0.02


def test_counts_are_on_the_networks_axis_and_poisson():
    shapes = np.zeros((2000, 1024))
    shapes[:, 160] = 1.0
    how = Measuring((1000.0, 1000.0), 0.0, 0.0)
    drawn = counted(shapes, how, np.random.default_rng(7))
    assert drawn.shape == (2000, CHANNELS)
    assert (np.flatnonzero(drawn.sum(axis=0)) == 80).all()
    total = drawn.sum(axis=1)
    assert total.mean() == pytest.approx(1000, rel=0.005)
    assert total.var() / total.mean() == pytest.approx(1.0, abs=0.1)


def test_a_wrong_axis_moves_a_line_by_what_is_told():
    shapes = np.zeros((1, 1024))
    shapes[0, 160] = 1.0
    how = Measuring((1e7, 1e7), 0.01, 0.03, is_fixed=True)
    drawn = counted(shapes, how, np.random.default_rng(8))[0]
    centres = (np.arange(CHANNELS) + 0.5) * GAIN_KEV
    assert drawn @ centres / drawn.sum() == pytest.approx(6.42 * 1.01 + 0.03, abs=0.012)


def test_total_counts_are_even_on_a_logarithmic_scale():
    shapes = np.full((3000, 1024), 1 / 1024)
    totals = counted(shapes, Measuring(), np.random.default_rng(9)).sum(axis=1)
    assert np.median(totals) == pytest.approx(np.sqrt(50 * 50_000), rel=0.15)
    assert totals.min() > 20
    assert totals.max() < 51_500


def test_rebinning_agrees_with_the_application_s_own():
    """A smooth spectrum through `counted` and through the application's resampling."""
    rng = np.random.default_rng(10)
    energies = (np.arange(1024) + 0.5) * 0.04
    shape = np.exp(-0.5 * ((energies - 12) / 4) ** 2)
    shape /= shape.sum()
    how = Measuring((1e8, 1e8), 0.01, 0.02, is_fixed=True)
    drawn = counted(shape[None, :], how, rng)[0] / 1e8
    from app.core.axis import EnergyAxis

    axis = EnergyAxis(0.02 * 1.01 + 0.02, 0.04 * 1.01)
    expected = counts_between(shape, axis, np.arange(CHANNELS + 1) * GAIN_KEV)
    np.testing.assert_allclose(drawn, expected, atol=3e-5)
