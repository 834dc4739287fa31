"""SSIM and MS-SSIM against their definitions written out, and against scikit-image."""

import math

import numpy as np
import pytest

from app.core.comparison.structural import (
    SCALE_WEIGHTS,
    SMALLEST_MS_SSIM,
    StructuralScores,
    StructuralSimilarity,
    gaussian_window,
)


def scores(first, second, rows_at_once=None):
    similarity = StructuralSimilarity(first.shape[1])
    step = rows_at_once or max(len(first), 1)
    for start in range(0, len(first), step):
        similarity.add(first[start : start + step], second[start : start + step])
    return similarity.finish()


def pictures(rows, cols, seed=2, noise=0.2):
    rng = np.random.default_rng(seed)
    first = rng.random((rows, cols))
    return first, np.clip(first + noise * rng.standard_normal((rows, cols)), 0, 1)


def by_definition(first, second):
    """Mean of SSIM and of its contrast term, one window after another."""
    line = [math.exp(-((k - 5) ** 2) / (2 * 1.5**2)) for k in range(11)]
    window = np.outer(line, line)
    window /= window.sum()
    ssim, contrast = [], []
    for row in range(first.shape[0] - 10):
        for col in range(first.shape[1] - 10):
            x, y = (item[row : row + 11, col : col + 11] for item in (first, second))
            mx, my = (window * x).sum(), (window * y).sum()
            vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
            cov = (window * (x - mx) * (y - my)).sum()
            contrast.append((2 * cov + 0.03**2) / (vx + vy + 0.03**2))
            ssim.append(contrast[-1] * (2 * mx * my + 0.01**2) / (mx**2 + my**2 + 0.01**2))
    return np.mean(ssim), np.mean(contrast)


def half(picture):
    """Means of 2 × 2 pixels, an odd last row or column repeated."""
    rows, cols = picture.shape
    even = np.pad(picture, ((0, rows % 2), (0, cols % 2)), mode="edge")
    return even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).mean(axis=(1, 3))


def test_the_window_is_the_normalised_gaussian():
    window = gaussian_window()
    assert sum(window) == pytest.approx(1)
    assert window == window[::-1]
    assert window[4] / window[5] == pytest.approx(math.exp(-1 / 4.5))


def test_ssim_is_what_the_definition_says():
    first, second = pictures(17, 23)
    found = scores(first, second)
    assert found.ssim == pytest.approx(by_definition(first, second)[0], rel=1e-12)
    assert found.ms_ssim is None


def test_one_single_window_is_enough():
    first, second = pictures(11, 11)
    assert scores(first, second).ssim == pytest.approx(by_definition(first, second)[0], rel=1e-12)


def test_constant_pictures_leave_only_the_term_of_brightness():
    found = scores(np.full((12, 15), 0.25), np.full((12, 15), 0.75))
    assert found.ssim == pytest.approx((2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4))


@pytest.mark.validation
def test_scikit_image_finds_the_same_ssim():
    from skimage.metrics import structural_similarity

    first, second = pictures(90, 70)
    _, places = structural_similarity(
        first,
        second,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1,
        full=True,
    )
    # scikit-image mirrors the picture at its edges: only whole windows are compared
    assert scores(first, second).ssim == pytest.approx(places[5:-5, 5:-5].mean(), rel=1e-10)


@pytest.mark.parametrize(("rows", "cols"), [(161, 163), (170, 161), (176, 192)])
def test_ms_ssim_is_the_weighted_product_over_five_halvings(rows, cols):
    from skimage.metrics import structural_similarity

    first, second = pictures(rows, cols, noise=0.4)
    expected, one, other = 1.0, first, second
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    for scale, weight in enumerate(SCALE_WEIGHTS):
        if scale == 4:
            factor = by_definition(one, other)[0]
        else:
            # without the constant of brightness and with equal means only contrast is left
            _, whole = structural_similarity(one, other, data_range=1, full=True, **options)
            bright = brightness(one, other)
            factor = (whole[5:-5, 5:-5] / bright).mean()
        expected *= factor**weight
        one, other = half(one), half(other)
    assert scores(first, second).ms_ssim == pytest.approx(expected, rel=1e-9)


def brightness(first, second):
    """The brightness term of SSIM in every whole window."""
    from scipy.signal import convolve2d

    window = np.outer(gaussian_window(), gaussian_window())
    mx, my = (convolve2d(item, window, "valid") for item in (first, second))
    return (2 * mx * my + 1e-4) / (mx**2 + my**2 + 1e-4)


@pytest.mark.parametrize("rows_at_once", [1, 2, 7, 16, 100])
def test_how_the_rows_are_divided_does_not_matter(rows_at_once):
    first, second = pictures(175, 165)
    whole, parts = scores(first, second), scores(first, second, rows_at_once)
    assert parts.ssim == pytest.approx(whole.ssim, rel=1e-12)
    assert parts.ms_ssim == pytest.approx(whole.ms_ssim, rel=1e-12)


def test_single_precision_is_near_enough():
    first, second = pictures(170, 180)
    found = scores(first.astype(np.float32), second.astype(np.float32))
    exact = scores(first, second)
    assert found.ssim == pytest.approx(exact.ssim, abs=1e-6)
    assert found.ms_ssim == pytest.approx(exact.ms_ssim, abs=1e-6)


def test_equal_pictures_score_one():
    first, _ = pictures(SMALLEST_MS_SSIM, SMALLEST_MS_SSIM + 3)
    assert scores(first, first) == StructuralScores(pytest.approx(1), pytest.approx(1))


def test_a_negative_scores_below_zero_and_its_scales_count_as_nothing():
    first, _ = pictures(165, 170)
    found = scores(first, 1 - first)
    assert found.ssim < -0.5
    assert found.ms_ssim == 0


@pytest.mark.parametrize(
    ("rows", "cols", "has_ssim", "has_ms_ssim"),
    [
        (10, 300, False, False),
        (300, 10, False, False),
        (0, 20, False, False),
        (160, 300, True, False),
        (300, 160, True, False),
        (161, 161, True, True),
    ],
)
def test_pictures_that_are_too_small_have_no_score(rows, cols, has_ssim, has_ms_ssim):
    found = scores(*pictures(rows, cols))
    assert (found.ssim is not None) is has_ssim
    assert (found.ms_ssim is not None) is has_ms_ssim


def test_only_a_few_rows_are_kept():
    similarity = StructuralSimilarity(200)
    rows = np.zeros((64, 200), np.float32)
    for _ in range(20):
        similarity.add(rows, rows)
    kept = [scale._tail.shape[1] for scale in similarity._scales if scale._tail is not None]
    assert kept == [10, 10, 10, 10, 10]
