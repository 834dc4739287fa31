"""Amounts that are never negative."""

import numpy as np
import pytest
from scipy.optimize import minimize, nnls

from app.core.unmixing.nnls import expected_deviance, fit_counts, not_negative


def shapes(count=4, bins=60):
    """Peaks on a background, each of sum 1."""
    places = np.linspace(8, bins - 8, count)
    made = np.exp(-(((np.arange(bins) - places[:, None]) / 4) ** 2) / 2) + 0.02
    return made / made.sum(axis=1, keepdims=True)


def test_many_problems_at_once_are_solved_as_one_by_one():
    generator = np.random.default_rng(3)
    matrices = generator.random((50, 20, 7))
    wanted = matrices @ generator.normal(size=7) + generator.normal(size=(50, 20))
    normal = np.einsum("nij,nik->njk", matrices, matrices)
    right = np.einsum("nij,ni->nj", matrices, wanted)
    found, passive = not_negative(normal, right)
    for number in range(50):
        expected, _ = nnls(matrices[number], wanted[number])
        np.testing.assert_allclose(found[number], expected, atol=1e-9)
    np.testing.assert_array_equal(passive, found > 0)
    assert 0 < passive.mean() < 1


def test_a_start_changes_nothing():
    generator = np.random.default_rng(4)
    matrices = generator.random((20, 12, 5))
    normal = np.einsum("nij,nik->njk", matrices, matrices)
    right = generator.normal(size=(20, 5))
    cold, _ = not_negative(normal, right)
    warm, _ = not_negative(normal, right, generator.random((20, 5)) > 0.5)
    np.testing.assert_allclose(warm, cold, atol=1e-9)


def test_templates_that_are_sums_of_others_come_to_rest():
    a = shapes(3)
    dependent = np.concatenate([a, [a[:2].mean(axis=0)], a[:1]])
    truth = np.array([400.0, 300.0, 0.0])
    counts = np.tile(truth @ a, (3, 1))
    owner = np.array([0, 1, 2, 3, 0])
    fit = fit_counts(counts, dependent, owner)
    # the mixture may take counts of both; whatever it takes, the sum is right
    assert fit.amounts.sum(axis=1) == pytest.approx([700] * 3, rel=1e-4)
    assert np.isfinite(fit.errors).all()


def test_without_noise_the_truth_is_found():
    truth = np.array([[500.0, 0.0, 90.0, 10.0], [0.0, 0.0, 0.0, 3000.0]])
    fit = fit_counts(truth @ shapes(), shapes(), np.arange(4))
    np.testing.assert_allclose(fit.amounts, truth, atol=0.5)
    assert (fit.misfit < 0.05).all()


def test_the_amounts_make_the_counts_most_likely():
    generator = np.random.default_rng(5)
    a = shapes()
    counts = generator.poisson(np.array([60.0, 5.0, 0.0, 30.0]) @ a, (6, 60)).astype(np.float64)
    found = fit_counts(counts, a, np.arange(4)).amounts

    def surprise(amounts, pixel):
        model = amounts @ a + 1e-12
        return model.sum() - (counts[pixel] * np.log(model)).sum()

    for pixel in range(6):
        best = minimize(surprise, found[pixel] + 1.0, (pixel,), bounds=[(0, None)] * 4, tol=1e-12)
        assert surprise(found[pixel], pixel) < best.fun + 0.02
        np.testing.assert_allclose(found[pixel], best.x, atol=1.5)


def test_amounts_are_right_on_average_and_errors_are_their_spread():
    generator = np.random.default_rng(6)
    truth = np.array([300.0, 100.0, 50.0, 150.0])
    counts = generator.poisson(truth @ shapes(), (3000, 60))
    fit = fit_counts(counts.astype(np.float32), shapes(), np.arange(4))
    spread = fit.amounts.std(axis=0)
    assert np.abs(fit.amounts.mean(axis=0) - truth).max() < 4 * (spread / 3000**0.5).max()
    np.testing.assert_allclose(fit.errors.mean(axis=0), spread, rtol=0.06)
    assert fit.misfit.mean() == pytest.approx(1.0, abs=0.02)


def test_the_error_of_a_group_knows_that_its_templates_share_counts():
    generator = np.random.default_rng(7)
    a = shapes(2)
    # a peak and the same half a bin farther
    twins = np.stack([a[0], (a[0] + np.roll(a[0], 1)) / 2, a[1]])
    counts = generator.poisson(np.array([4000.0, 4000.0, 2000.0]) @ twins, (300, 60))
    together = fit_counts(counts.astype(float), twins, np.array([0, 0, 1]))
    apart = fit_counts(counts.astype(float), twins, np.arange(3))
    # alone each twin is very unsure, together they are not
    assert apart.errors[:, 0].mean() > 3 * together.errors[:, 0].mean()
    assert together.errors[:, 0].mean() == pytest.approx(together.amounts[:, 0].std(), rel=0.15)
    np.testing.assert_allclose(together.amounts[:, 0], apart.amounts[:, :2].sum(axis=1), rtol=1e-9)


def test_an_absent_template_has_the_error_it_would_have():
    fit = fit_counts(np.tile(1000.0 * shapes()[0], (1, 1)), shapes(), np.arange(4))
    assert fit.amounts[0, 2] < 1
    assert 3 < fit.errors[0, 2] < 30


def test_pixels_without_counts_have_nothing():
    fit = fit_counts(np.zeros((3, 60)), shapes(), np.arange(4))
    assert not fit.amounts.any()
    assert not fit.errors.any()
    assert not fit.misfit.any()


def test_a_wrong_template_shows_in_the_misfit():
    moved = np.roll(shapes(), 6, axis=1)
    counts = np.array([[2000.0, 0.0, 500.0, 0.0]]) @ shapes()
    assert fit_counts(counts, moved, np.arange(4)).misfit[0] > 3


def test_it_stops_where_it_is_told_to():
    class Stopped(Exception):
        pass

    def stop():
        raise Stopped

    with pytest.raises(Stopped):
        fit_counts(np.ones((2, 60)), shapes(), np.arange(4), stop)


def test_the_expected_deviance_is_that_of_drawn_numbers():
    generator = np.random.default_rng(8)
    means = np.array([0.01, 0.3, 1.0, 4.0, 30.0, 500.0])
    drawn = generator.poisson(means, (400_000, 6))
    ratio = np.where(drawn > 0, drawn, 1) / means
    deviance = 2 * (drawn * np.log(ratio) - drawn + means)
    np.testing.assert_allclose(expected_deviance(means), deviance.mean(axis=0), rtol=0.02)
