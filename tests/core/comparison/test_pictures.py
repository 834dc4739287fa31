"""Scores of two pictures: hand-made truths and scikit-image."""

import math

import numpy as np
import pytest

from app.core.comparison import pictures
from app.core.comparison.pictures import (
    check_same_size,
    colour_difference,
    padded,
    picture_scores,
)
from app.errors import ParameterError


def noisy(rows, cols, seed=3):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 256, (rows, cols, 3))
    second = np.clip(first + rng.integers(-40, 41, first.shape), 0, 255)
    return first.astype(np.uint8), second.astype(np.uint8)


def test_errors_of_a_picture_of_two_pixels_by_hand():
    first = np.array([[[0, 255, 51], [102, 0, 255]]], np.uint8)  # 0, 1, 0.2, 0.4, 0, 1
    second = np.array([[[0, 255, 102], [102, 51, 255]]], np.uint8)  # 0, 1, 0.4, 0.4, 0.2, 1
    found = picture_scores(first, second)
    assert found.mse == pytest.approx((0.2**2 + 0.2**2) / 6)
    assert found.psnr_db == pytest.approx(10 * math.log10(1 / found.mse))
    part = -(0.4 * math.log(0.4) + 0.6 * math.log(0.6))
    near = -math.log(1 - 1e-7)
    crossed = 3 * near - (0.2 * math.log(0.4) + 0.8 * math.log(0.6)) + part - math.log(0.8)
    floor = 4 * near - (0.2 * math.log(0.2) + 0.8 * math.log(0.8)) + part - near
    assert found.bce == pytest.approx(crossed / 6, rel=1e-9)
    assert found.bce_floor == pytest.approx(floor / 6, rel=1e-6)
    assert found.bce_excess == found.bce - found.bce_floor
    assert (found.ssim, found.ms_ssim) == (None, None)


def test_black_for_white_costs_the_most_that_the_clipping_leaves():
    black, white = np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8)
    assert picture_scores(white, black).bce == pytest.approx(-math.log(1e-7))
    assert picture_scores(white, black).psnr_db == 0


def test_equal_pictures_have_no_error():
    first, _ = noisy(170, 165)
    found = picture_scores(first, first)
    assert (found.mse, found.psnr_db, found.bce_excess) == (0, math.inf, 0)
    assert (found.ssim, found.ms_ssim) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.validation
def test_scikit_image_finds_the_same():
    from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

    first, second = (item / 255 for item in noisy(60, 83))
    _, places = structural_similarity(
        first,
        second,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1,
        full=True,
    )
    found = picture_scores(first, second)
    assert found.ssim == pytest.approx(places[5:-5, 5:-5].mean(), rel=1e-10)
    assert found.mse == pytest.approx(mean_squared_error(first, second))
    assert found.psnr_db == pytest.approx(peak_signal_noise_ratio(first, second, data_range=1))


def test_bytes_and_shares_score_alike_and_pieces_do_not_matter(monkeypatch):
    first, second = noisy(163, 170)
    whole = picture_scores(first, second)
    colours = colour_difference(first, second)
    monkeypatch.setattr(pictures, "_PIECE_PIXELS", 700)
    parts = picture_scores(first / 255, second / 255)
    for name in ("ssim", "ms_ssim", "psnr_db", "mse", "bce", "bce_floor"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-10)
    assert colour_difference(first, second) == colours


def test_colour_difference_of_known_colours():
    from skimage.color import deltaE_ciede2000, rgb2lab

    first = np.zeros((2, 10, 3), np.uint8)
    second = first.copy()
    second[0, 0] = 255
    found = colour_difference(first, second)
    assert found.median == 0
    assert found.mean == pytest.approx(100 / 20, abs=1e-3)  # black against white is 100
    assert found.percentile_95 == pytest.approx(np.percentile([100] + 19 * [0], 95), abs=1e-3)
    first, second = noisy(40, 30)
    every = deltaE_ciede2000(rgb2lab(first), rgb2lab(second))
    found = colour_difference(first, second)
    assert found.mean == pytest.approx(every.mean(), rel=1e-6)
    assert found.median == pytest.approx(np.median(every), rel=1e-6)


def test_padding_fits_the_picture_between_black():
    frame = padded(np.full((10, 5, 3), 255, np.uint8))
    assert frame.shape == (288, 384, 3)
    assert frame[:, 120:264].min() == 1  # 288 × 144, in the middle of 384
    assert frame[:, :120].max() == frame[:, 264:].max() == 0


def test_a_wide_picture_gets_black_above_and_below():
    frame = padded(np.full((30, 96, 3), 255, np.uint8))
    assert frame[84:204].min() == 1  # 120 × 384, in the middle of 288
    assert frame[:84].max() == frame[204:].max() == 0


def test_padding_is_linear_between_pixel_centres():
    ramp = np.zeros((288, 192, 1))
    ramp[:, :, 0] = np.arange(192) / 191
    frame = padded(np.repeat(np.repeat(ramp, 2, axis=0), 2, axis=1))
    assert frame[:, 96:288, 0] == pytest.approx(ramp[:, :, 0], abs=1e-12)
    doubled = padded(np.array([[0.0, 1.0]]).repeat(144, axis=0)[:, :, None].repeat(96, axis=1))
    assert set(np.unique(doubled[:, :190])) == {0.0}
    assert doubled[0, 190:194, 0].tolist() == [0, 0.25, 0.75, 1]


def test_a_picture_of_the_frames_size_stays_as_it_is():
    picture, _ = noisy(288, 384)
    np.testing.assert_allclose(padded(picture), picture / 255, atol=1e-12)


def test_padding_raises_the_similarity_of_unlike_pictures():
    first, second = noisy(200, 90)
    native = picture_scores(first, second)
    framed = picture_scores(padded(first), padded(second))
    assert framed.ssim > native.ssim
    assert framed.bce < native.bce


def test_a_single_pixel_can_be_padded_and_scored():
    first, second = np.full((1, 1, 3), 200, np.uint8), np.full((1, 1, 3), 100, np.uint8)
    found = picture_scores(padded(first), padded(second))
    assert found.ms_ssim is not None
    # 288 × 288 of 288 × 384 pixels
    assert found.mse == pytest.approx((100 / 255) ** 2 * 288 / 384)


def test_a_line_of_pixels_keeps_one_row_of_the_frame():
    frame = padded(np.full((1, 2000, 3), 255, np.uint8))
    assert np.flatnonzero(frame[:, 0, 0]).tolist() == [143]


def test_pictures_of_different_sizes_name_both():
    first, second = np.zeros((4, 5, 3), np.uint8), np.zeros((5, 4, 3), np.uint8)
    with pytest.raises(ParameterError, match=r"a\.png has 4 × 5 pixels, b\.png has 5 × 4 pixels"):
        check_same_size(first, second, ("a.png", "b.png"))
    for score in (picture_scores, colour_difference):
        with pytest.raises(ParameterError):
            score(first, second)
