"""Counts of lines by fitting them all at once."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.line_fit import background, fit_lines, not_negative
from app.core.line_shapes import families_of, family_shape
from app.core.line_window import shapes_for, window_of

AXIS = EnergyAxis(0.0, 0.02)
CHANNELS = 1500
ELEMENTS = ("S", "Ca", "Ti", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "As", "Ba", "Hg", "Pb")


def spectrum(counts, seed=3, level=20.0):
    """Poisson counts of series given as {("Fe", "K"): counts}."""
    edges = (np.arange(CHANNELS + 1) - 0.5) * 0.02
    expected = np.full(CHANNELS, level)
    for (element, shell), total in counts.items():
        families = [
            item
            for item in families_of(element, 50.0)
            if item.shell == shell and item.line.energy_kev > 1
        ]
        strength = sum(item.strength for item in families)
        for item in families:
            share = total * item.strength / strength
            expected = expected + share * family_shape(item, edges, 145.0)
    return np.random.default_rng(seed).poisson(expected)


def fitted(counts, elements=ELEMENTS):
    window = window_of(AXIS, CHANNELS, 50.0)
    return fit_lines(window.cut(counts), shapes_for(window, elements, (), 50.0, 145.0))


def series(fit, element, shell):
    """Counts and their error."""
    for number, family in zip(fit.shapes.series, fit.shapes.families, strict=True):
        if (family.line.element, family.shell) == (element, shell):
            return fit.series_counts[number], fit.series_errors[number]
    raise LookupError(element)


def test_counts_of_separate_lines_come_back():
    truth = {("Ca", "K"): 4000, ("Fe", "K"): 9000, ("Pb", "L"): 20000}
    fit = fitted(spectrum(truth))
    for (element, shell), total in truth.items():
        counts, error = series(fit, element, shell)
        assert counts == pytest.approx(total, rel=0.05)
        assert error < 0.05 * total
    assert fit.chi_squared < 2


@pytest.mark.parametrize(
    ("strong", "weak"),
    [(("Fe", "K"), ("Co", "K")), (("Cu", "K"), ("Zn", "K")), (("Pb", "L"), ("Hg", "L"))],
)
def test_a_weak_line_beside_a_strong_one_is_told_apart(strong, weak):
    fit = fitted(spectrum({strong: 20000, weak: 3000}))
    counts, error = series(fit, *weak)
    assert counts > 5 * error
    assert counts == pytest.approx(3000, rel=0.3)
    absent, error = series(fitted(spectrum({strong: 20000})), *weak)
    assert absent < 4 * error + 100


def test_the_more_overlaps_the_larger_the_error():
    """Arsenic's Kα lies under Pb Lα; its Kβ is free until mercury's Lβ covers that as well."""
    alone = series(fitted(spectrum({("Cu", "K"): 20000})), "As", "K")[1]
    lead = series(fitted(spectrum({("Pb", "L"): 20000})), "As", "K")[1]
    both = series(fitted(spectrum({("Pb", "L"): 20000, ("Hg", "L"): 20000})), "As", "K")[1]
    assert lead > 5 * alone
    assert both > 2 * lead


def test_overlap_makes_the_error_larger_than_alone():
    fit = fitted(spectrum({("Pb", "L"): 20000, ("Hg", "L"): 20000}))
    numbers = {
        (item.line.element, item.shell): number
        for number, item in zip(fit.shapes.series, fit.shapes.families, strict=True)
    }
    arsenic, copper = numbers["As", "K"], numbers["Cu", "K"]
    assert fit.series_errors[arsenic] > 2 * fit.series_alone[arsenic]
    assert fit.series_errors[copper] < 1.5 * fit.series_alone[copper]


def test_a_ratio_changed_by_a_layer_is_followed():
    families = {item.line.name: item for item in families_of("Pb", 50.0)}
    edges = (np.arange(CHANNELS + 1) - 0.5) * 0.02
    expected = 20 + 20000 * family_shape(families["La"], edges, 145.0)
    expected += 24000 * family_shape(families["Lb"], edges, 145.0)
    fit = fitted(np.random.default_rng(1).poisson(expected), ("Fe", "Pb"))
    found = {
        item.line.key: counts for item, counts in zip(fit.shapes.families, fit.counts, strict=True)
    }
    # a thin sample would have Lβ at 0.85 of Lα
    assert found["Pb_Lb"] / found["Pb_La"] == pytest.approx(1.2, rel=0.08)


def test_two_photons_counted_as_one_are_no_element():
    counts = spectrum({("Fe", "K"): 200000}).astype(float)
    pairs = spectrum({("Fe", "K"): 1000}, level=0.0)
    twice = np.convolve(pairs, pairs)[:CHANNELS]
    counts += 1500 * twice / twice.sum()
    fit = fitted(counts, ("Fe", "Pb", "Hg", "Br", "Se", "Sr"))
    near = abs(fit.shapes.energies_kev - 12.8) < 0.3
    rest = (fit.spectrum - fit.model)[near].sum()
    assert abs(rest) < 250


def test_no_amount_is_negative_and_few_counts_do_no_harm():
    for counts in (np.zeros(CHANNELS), np.random.default_rng(0).poisson(0.02, CHANNELS)):
        fit = fitted(counts)
        assert (fit.counts >= 0).all()
        assert np.isfinite(fit.series_errors).all()
        assert np.isfinite(fit.chi_squared)


def test_no_channels_give_an_empty_fit():
    window = window_of(EnergyAxis(60.0, 0.02), 100, 50.0)
    fit = fit_lines(np.zeros(0), shapes_for(window, ("Fe",), (), 50.0, 145.0))
    assert fit.counts.shape == (0,)
    assert fit.chi_squared == 0.0


def test_background_follows_the_level_under_peaks():
    window = window_of(AXIS, CHANNELS, 50.0)
    shapes = shapes_for(window, ("Fe",), (), 50.0, 145.0)
    counts = window.cut(spectrum({("Fe", "K"): 50000}, level=50.0))
    level = background(counts, shapes)[20:-20] / window.factor
    assert level.min() > 35
    assert level.max() < 100


def test_not_negative_solves_a_small_problem():
    normal = np.array([[2.0, 0.0], [0.0, 4.0]])
    assert not_negative(normal, np.array([6.0, 4.0])) == pytest.approx([3.0, 1.0])
    assert not_negative(normal, np.array([6.0, -4.0])) == pytest.approx([3.0, 0.0])
