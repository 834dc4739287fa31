"""The graphs compute what the formulas say, for any counts."""

import numpy as np
import pytest

from models.data_sets import Spectra
from models.fitting import gamma_fit, knn, neighbours, novelty, places, ridge
from models.networks import NEIGHBOURS, features, joining, knn_file, ridge_file
from models.scores import answers, auroc

PIXELS, PAINTS = 240, 60


@pytest.fixture(scope="module")
def learnt():
    """Spectra of two peaks whose ratio is the colour."""
    rng = np.random.default_rng(1)
    paints = np.arange(PIXELS) % PAINTS
    share = rng.random(PAINTS)[paints]
    energies = (np.arange(512) + 0.5) * 0.08
    peaks = [np.exp(-0.5 * ((energies - e) / 0.1) ** 2) for e in (6.4, 8.0, 10.5)]
    total = rng.uniform(500, 5000, PIXELS)
    shape = share[:, None] * peaks[0] + (1 - share[:, None]) * peaks[1]
    shape = shape + rng.random((PIXELS, 1)) * peaks[2] + 0.01
    counts = rng.poisson(shape / shape.sum(axis=1, keepdims=True) * total[:, None])
    srgb = np.stack([share, 1 - share, np.full(PIXELS, 0.5)], axis=1)
    return Spectra(counts.astype(np.float32), srgb, paints, np.eye(PAINTS), np.full(PIXELS, -1))


@pytest.fixture(scope="module")
def linear(learnt):
    x = features(learnt.counts)
    return ridge(x, learnt.srgb, novelty(x, learnt.counts))


@pytest.fixture(scope="module")
def nearest(learnt, linear):
    x = features(learnt.counts)
    half = slice(0, PIXELS // 2)
    return knn(
        linear,
        places(x[half], learnt.paints[half]),
        (x[half], learnt.srgb[half]),
        (learnt.counts[PIXELS // 2 :], learnt.srgb[PIXELS // 2 :]),
    )


def test_features_join_bins_and_lose_nothing_between_their_ends():
    table = joining()
    assert table.shape == (512, 194)
    assert (table.sum(axis=0) == 2).all()
    assert (table[12:400].sum(axis=1) == 1).all()
    assert table[:12].sum() == table[400:].sum() == 0


def test_features_do_not_depend_on_the_time_measured(learnt):
    np.testing.assert_allclose(features(3 * learnt.counts), features(learnt.counts))


def test_the_ridge_s_graph_is_the_ridge(learnt, linear):
    given = answers(ridge_file(linear, {}), learnt.counts)
    x = features(learnt.counts)
    np.testing.assert_allclose(
        given.rgb, np.clip(x @ linear.weights + linear.offset, 0, 1), atol=2e-5
    )
    doubt = (x @ linear.doubt_weights)[:, 0] + linear.doubt_offset
    np.testing.assert_allclose(given.log_variance, np.clip(doubt, -9, -1), atol=1e-3)


def test_the_neighbours_graph_is_the_weighted_mean_of_the_ten_nearest(learnt, nearest):
    asked = learnt.counts[PIXELS // 2 :]
    given = answers(knn_file(nearest, {}), asked)
    x = (features(asked) - nearest.mean) @ nearest.axes
    colour, spread, apart = neighbours(nearest.places, nearest.colours, x)
    np.testing.assert_allclose(given.rgb, colour, atol=2e-3)
    linear = nearest.ridge
    about = np.stack(
        [
            np.ones(len(x)),
            np.log(spread + 1e-4),
            np.log(apart + 1e-6),
            np.log(asked.sum(axis=1)),
            (features(asked) @ linear.doubt_weights)[:, 0] + linear.doubt_offset,
        ],
        axis=1,
    )
    np.testing.assert_allclose(
        given.log_variance, np.clip(about @ nearest.doubt, -9, -1), atol=0.05
    )
    assert ((given.rgb - learnt.srgb[PIXELS // 2 :]) ** 2).mean() < 0.01


def test_neighbours_by_hand():
    known = np.array([[float(place)] for place in range(NEIGHBOURS + 2)])
    colours = np.zeros((len(known), 3))
    colours[0] = 1.0
    found, spread, apart = neighbours(known, colours, np.array([[0.0]]))
    # at no distance it is the only one that counts
    assert found[0] == pytest.approx([1.0, 1.0, 1.0], abs=5e-3)
    assert spread[0] == pytest.approx(0.0, abs=5e-3)
    assert apart[0] == pytest.approx(sum(range(NEIGHBOURS)) / NEIGHBOURS, abs=1e-3)


@pytest.mark.parametrize("counts", [0.0, 1e-3, 1.0, 1e6])
def test_any_counts_give_finite_answers_within_their_limits(counts, nearest, linear):
    asked = np.full((3, 512), counts, np.float32)
    asked[1] = 0.0
    asked[1, 100] = counts
    for data in (knn_file(nearest, {}), ridge_file(linear, {})):
        given = answers(data, asked)
        for values in (given.rgb, given.log_variance, given.novelty):
            assert np.isfinite(values).all()
        assert given.rgb.min() >= 0
        assert given.rgb.max() <= 1
        assert given.novelty.min() >= -1e-6
        assert given.novelty.max() <= 1 + 1e-6


def test_novelty_is_even_on_what_was_learnt_and_one_for_another_peak(learnt, linear):
    data = ridge_file(linear, {})
    known = answers(data, learnt.counts).novelty
    assert np.mean(known < 0.5) == pytest.approx(0.5, abs=0.03)
    assert np.mean(known > 0.95) == pytest.approx(0.05, abs=0.02)
    other = learnt.counts.copy()
    other[:, 190:194] += 100
    assert answers(data, other).novelty.min() > 0.95


def test_places_tell_paints_and_pass_over_what_one_paint_varies(learnt):
    x = features(learnt.counts)
    mean, axes = places(x, learnt.paints, 1)
    place = ((x - mean) @ axes)[:, 0]
    share = learnt.srgb[:, 0]
    third = learnt.counts[:, 126:136].sum(axis=1) / learnt.counts.sum(axis=1)
    assert abs(np.corrcoef(place, share)[0, 1]) > 0.95
    assert abs(np.corrcoef(place, third)[0, 1]) < 0.35


def test_a_gamma_fit_is_right_in_the_mean():
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 2, 4000)
    squares = np.where(kind == 0, 0.01, 0.04) * rng.exponential(1.0, 4000)
    found = gamma_fit(np.stack([np.ones(4000), kind], axis=1), squares)
    for value in (0, 1):
        expected = np.exp(found[0] + value * found[1])
        assert expected == pytest.approx(squares[kind == value].mean(), rel=0.01)


def test_the_same_network_is_the_same_bytes(linear, nearest):
    assert ridge_file(linear, {}) == ridge_file(linear, {})
    assert knn_file(nearest, {"note": "x"}) == knn_file(nearest, {"note": "x"})


@pytest.mark.parametrize(
    ("known", "new", "area"),
    [([0.1, 0.2], [0.3, 0.4], 1.0), ([0.3], [0.1], 0.0), ([0.5, 0.5], [0.5], 0.5)],
)
def test_area_under_the_curve(known, new, area):
    assert auroc(np.array(known), np.array(new)) == area
