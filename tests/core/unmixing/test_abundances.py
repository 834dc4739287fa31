"""Maps of groups of a scan whose mixture is known."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.provenance import Step
from app.core.region import Region
from app.core.unmixing.abundances import unmix, with_notes
from app.core.unmixing.binning import binning_for
from app.core.unmixing.templates import Group, Templates
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.05)
CHANNELS = 240


@pytest.fixture(scope="module")
def templates():
    binning = binning_for(AXIS, CHANNELS)
    energies = binning.axis.energies_kev(binning.bins)
    lines = np.array([np.exp(-(((energies - at) / 0.1) ** 2) / 2) for at in (3.7, 6.4, 8.05)])
    shapes = np.array([*lines, np.ones(binning.bins)])
    shapes /= shapes.sum(axis=1, keepdims=True)
    names = ("Chalk", "Haematite", "Azurite")
    groups = (*(Group(name, (name,)) for name in names), Group("Smooth rest", is_rest=True))
    return Templates(groups, shapes, np.arange(4), binning, ("As told.",))


@pytest.fixture(scope="module")
def truth():
    """Counts of each group: chalk everywhere, haematite left, azurite right; (4, 5, 8)."""
    made = np.zeros((4, 5, 8))
    made[0], made[1, :, :4], made[2, :, 4:], made[3] = 200, 900, 700, 400
    made[:, 4, 7] = 0
    return made


@pytest.fixture(scope="module")
def cube(templates, truth):
    binning = templates.binning
    counts = np.zeros((5, 8, CHANNELS), np.uint16)
    expected = np.moveaxis(truth, 0, -1) @ templates.shapes
    drawn = np.random.default_rng(1).poisson(expected)
    counts[..., binning.first : binning.first + binning.factor * binning.bins : binning.factor] = (
        drawn
    )
    step = (Step("open"),)
    return SpectralCube(counts, AXIS, Acquisition(step_mm=(0.5, 0.4)), name="panel", steps=step)


def test_the_maps_are_the_truth_within_their_errors(cube, templates, truth):
    found = unmix(cube, templates)
    assert found.maps.shape == found.errors.shape == (4, 5, 8)
    some = truth.sum(axis=0) > 0
    pulls = (found.maps - truth)[:, some] / found.errors[:, some]
    assert np.abs(pulls).max() < 5
    assert 0.6 < np.sqrt((pulls**2).mean()) < 1.2
    assert found.residual[some].mean() == pytest.approx(1.0, abs=0.1)


def test_the_dominant_group_is_no_rest(cube, templates):
    dominant = unmix(cube, templates).dominant()
    expected = np.where(np.arange(8) < 4, 1, 2) * np.ones((5, 1))
    expected[4, 7] = -1
    np.testing.assert_array_equal(dominant, expected)


def test_it_is_the_same_however_much_is_read_at_a_time(cube, templates):
    whole, piecewise = unmix(cube, templates), unmix(cube, templates, block_bytes=1)
    np.testing.assert_allclose(piecewise.maps, whole.maps, atol=0.5)
    np.testing.assert_allclose(piecewise.residual, whole.residual, rtol=0.01, atol=1e-6)


def test_a_region_is_that_part_of_the_maps(cube, templates):
    whole, part = unmix(cube, templates), unmix(cube, templates, region=Region(1, 4, 2, 7))
    np.testing.assert_allclose(part.maps, whole.maps[:, 1:4, 2:7], atol=0.5)
    assert part.region == Region(1, 4, 2, 7)


def test_a_single_pixel_is_enough(cube, templates, truth):
    found = unmix(cube, templates, region=Region(0, 1, 0, 1))
    assert found.maps.shape == (4, 1, 1)
    assert found.maps[1, 0, 0] == pytest.approx(900, abs=5 * float(found.errors[1, 0, 0]))


def test_a_scan_without_counts_has_empty_maps(templates):
    empty = SpectralCube(np.zeros((2, 3, CHANNELS), np.uint16), AXIS)
    found = unmix(empty, templates)
    assert not found.maps.any()
    assert (found.dominant() == -1).all()


def test_it_says_how_it_was_made_and_what_to_know(cube, templates):
    found = with_notes(unmix(cube, templates, steps=(Step("unmix"),)), ("First.",))
    assert [step.action for step in found.steps] == ["open", "unmix"]
    assert found.notes[:2] == ("First.", "As told.")
    assert found.notes[-1].startswith("The residual is ")
    assert "do not" not in found.notes[-1]
    assert (found.scan, found.step_mm) == ("panel", (0.5, 0.4))


def test_templates_that_do_not_fit_are_owned_up_to(cube, templates):
    from dataclasses import replace

    moved = replace(templates, shapes=np.roll(templates.shapes, 4, axis=1))
    assert "Here they do not" in unmix(cube, moved).notes[-1]


def test_progress_ends_at_one_and_can_stop(cube, templates):
    told = []
    unmix(cube, templates, progress=lambda fraction, message="": told.append(fraction))
    assert told[-1] == 1.0

    def stop(fraction, message=""):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unmix(cube, templates, progress=stop)


def test_a_region_beyond_the_scan_is_refused(cube, templates):
    with pytest.raises(ParameterError, match="5 rows and 8 columns"):
        unmix(cube, templates, region=Region(0, 6, 0, 8))
