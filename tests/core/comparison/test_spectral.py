"""Measures of two spectra against their definitions written out, and against scipy."""

import math

import numpy as np
import pytest

from app.core.comparison import spectral
from app.core.comparison.spectral import MEASURES, normalised, spectral_scores

FIRST = [4.0, 0.0, 3.0, 0.0, 1.0]
SECOND = [1.0, 2.0, 1.0, 0.0, 0.0]


def by_definition(p, q):
    """Every measure by a plain loop over the channels."""
    pairs = list(zip(p, q, strict=True))
    mean_p, mean_q = sum(p) / len(p), sum(q) / len(q)

    def entropy(value, middle):
        return value * math.log(value / middle) if value > 0 else 0.0

    def cosine(pairs):
        products = sum(a * b for a, b in pairs)
        return products / math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))

    filled = [(a, b) for a, b in pairs if a + b > 0]
    overlap = sum(math.sqrt(a * b) for a, b in pairs)
    divergence = sum(entropy(a, (a + b) / 2) + entropy(b, (a + b) / 2) for a, b in pairs) / 2
    return {
        "correlation": cosine([(a - mean_p, b - mean_q) for a, b in pairs]),
        "cosine": cosine(pairs),
        "jensen_shannon": math.sqrt(divergence),
        "chebyshev": max(abs(a - b) for a, b in pairs),
        "bray_curtis_ratios": sum(abs(a - b) / (a + b) for a, b in filled),
        "bray_curtis": sum(abs(a - b) for a, b in pairs) / sum(a + b for a, b in pairs),
        "chi_square": sum((a - b) ** 2 / (a + b) for a, b in filled),
        "bhattacharyya": -math.log(overlap),
        "hellinger": math.sqrt(1 - overlap),
    }


def test_all_measures_are_what_their_definitions_say():
    expected = by_definition([c / 8 for c in FIRST], [c / 4 for c in SECOND])
    assert spectral_scores(np.array(FIRST), np.array(SECOND)) == pytest.approx(expected, rel=1e-12)


def test_some_values_worked_out_by_hand():
    # p = (½, 0, 3/8, 0, 1/8), q = (¼, ½, ¼, 0, 0)
    found = spectral_scores(np.array(FIRST), np.array(SECOND))
    assert found["chebyshev"] == 0.5
    assert found["bray_curtis"] == 0.5
    # 1/3 + 1 + 1/5 + 1: the empty channel adds nothing
    assert found["bray_curtis_ratios"] == pytest.approx(1 / 3 + 1 + 1 / 5 + 1)
    # 1/12 + 1/2 + 1/40 + 1/8
    assert found["chi_square"] == pytest.approx(1 / 12 + 1 / 2 + 1 / 40 + 1 / 8)


@pytest.mark.validation
def test_scipy_finds_the_same_where_it_has_the_measure():
    from scipy.spatial import distance

    rng = np.random.default_rng(3)
    first, second = rng.poisson(20, 300), rng.poisson(rng.random(300) * 40)
    found = spectral_scores(first, second)
    p, q = first / first.sum(), second / second.sum()
    expected = {
        "correlation": 1 - distance.correlation(p, q),
        "cosine": 1 - distance.cosine(p, q),
        "jensen_shannon": distance.jensenshannon(p, q),
        "chebyshev": distance.chebyshev(p, q),
        "bray_curtis_ratios": distance.canberra(p, q),
        "bray_curtis": distance.braycurtis(p, q),
        "hellinger": distance.euclidean(np.sqrt(p), np.sqrt(q)) / math.sqrt(2),
    }
    assert {key: found[key] for key in expected} == pytest.approx(expected, rel=1e-9)


def test_equal_spectra_are_at_the_alike_end_of_every_measure_whatever_their_counts():
    spectrum = np.random.default_rng(1).poisson(9, 500).astype(np.uint64)
    found = spectral_scores(spectrum, 7 * spectrum)
    assert found.pop("correlation") == pytest.approx(1)
    assert found.pop("cosine") == pytest.approx(1)
    assert list(found.values()) == pytest.approx([0] * 7, abs=1e-8)


def test_spectra_that_share_no_channel_are_at_the_other_end():
    found = spectral_scores(np.array([3, 5, 0, 0]), np.array([0, 0, 1, 1]))
    assert found["cosine"] == 0
    assert found["jensen_shannon"] == pytest.approx(math.sqrt(math.log(2)))
    assert found["bray_curtis"] == 1
    assert found["bray_curtis_ratios"] == 4
    assert found["chi_square"] == 2
    assert found["bhattacharyya"] == math.inf
    assert found["hellinger"] == 1


def test_all_counts_in_another_channel_is_the_largest_chebyshev_distance():
    assert spectral.chebyshev(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1


@pytest.mark.parametrize(
    ("first", "second"), [([0, 0, 0], [1, 2, 3]), ([1, 2, 3], [0, 0, 0]), ([0] * 3, [0] * 3)]
)
def test_a_spectrum_without_counts_has_no_measure_at_all(first, second):
    found = spectral_scores(np.array(first), np.array(second))
    assert all(math.isnan(value) for value in found.values())


def test_a_flat_spectrum_has_no_correlation_but_all_else():
    found = spectral_scores(np.full(7, 3), np.arange(7))
    assert math.isnan(found.pop("correlation"))
    assert all(math.isfinite(value) for value in found.values())


def test_normalised_spectra_sum_to_one():
    assert normalised(np.array([1, 3, 4], np.uint16)).tolist() == [0.125, 0.375, 0.5]


def test_spectra_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        spectral_scores(np.ones(3), np.ones(4))


def test_every_measure_says_its_formula_and_its_limits():
    keys = [measure.key for measure in MEASURES]
    assert len(set(keys)) == len(keys) == 9
    for measure in MEASURES:
        assert ":" in measure.function.__doc__
        assert measure.limits
