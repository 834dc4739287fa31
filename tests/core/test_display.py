"""Colours, scales and levels of maps."""

import numpy as np
import pytest

from app.core.display import (
    COLOUR_MAPS,
    MapDisplay,
    Scale,
    colour_bar,
    fraction_of,
    levels,
    nice_scale_bar,
    to_rgb,
    value_at,
)
from app.errors import ParameterError


def lightness(table):
    from skimage.color import rgb2lab

    return rgb2lab(table[None] / 255.0)[0, :, 0]


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_lightness_of_every_colour_map_rises_throughout(name):
    table = COLOUR_MAPS[name]
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    rise = np.diff(lightness(table))
    # one step of 8-bit rounding in one band changes the lightness by up to 0.3
    assert rise.min() > -0.3
    assert np.diff(lightness(table)[::8]).min() > 0.5


def test_colour_tables_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        COLOUR_MAPS["grey"][0] = 1


def test_grey_map_between_given_limits_is_exact():
    counts = np.array([[0, 10, 20], [5, 15, 25]], np.uint16)
    picture = to_rgb(counts, MapDisplay("grey"), (0.0, 20.0))
    assert picture.shape == (2, 3, 4)
    assert picture[..., 0].tolist() == [[0, 127, 255], [63, 191, 255]]
    assert (picture[..., :3] == picture[..., :1]).all()
    assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.float32, np.float64])
def test_all_dtypes_give_the_same_colours(dtype, scale):
    counts = np.random.default_rng(4).integers(0, 250, (23, 31))
    display = MapDisplay("grey", scale)
    expected = to_rgb(counts.astype(np.int64), display)[..., 0].astype(int)
    found = to_rgb(counts.astype(dtype), display)[..., 0].astype(int)
    assert np.abs(found - expected).max() <= 1
    assert (found == expected).mean() > 0.99


def test_very_large_whole_counts_do_without_a_table():
    counts = np.array([[4_000_000_000, 4_000_000_100, 4_000_000_200]], np.uint32)
    picture = to_rgb(counts, MapDisplay("grey"), (4e9, 4e9 + 200))
    assert picture[0, :, 0].tolist() == [0, 127, 255]


def test_not_a_number_is_transparent_and_infinity_is_clipped():
    counts = np.array([[0.0, np.nan, 2.0], [-np.inf, 1.0, np.inf]], np.float32)
    picture = to_rgb(counts, MapDisplay("grey"), (0.0, 2.0))
    assert picture[..., 3].tolist() == [[255, 0, 255], [255, 255, 255]]
    assert picture[..., 0].tolist() == [[0, 0, 255], [0, 127, 255]]


def test_negative_net_counts_keep_their_order():
    counts = np.array([[-4.0, 0.0, 4.0]], np.float32)
    assert to_rgb(counts, MapDisplay("grey"), (-4.0, 4.0))[0, :, 0].tolist() == [0, 127, 255]


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32, np.float32])
def test_constant_map_has_the_first_colour(dtype):
    counts = np.full((5, 7), 9, dtype)
    assert levels(counts) == (9.0, 9.0)
    picture = to_rgb(counts, MapDisplay("viridis"))
    assert (picture[..., :3] == COLOUR_MAPS["viridis"][0]).all()


def test_inverted_map_runs_from_the_last_colour_to_the_first():
    counts = np.array([[0, 100]], np.uint16)
    picture = to_rgb(counts, MapDisplay("inferno", inverted=True), (0.0, 100.0))
    assert picture[0, :, :3].tolist() == COLOUR_MAPS["inferno"][[255, 0]].tolist()


def test_empty_map_gives_an_empty_picture():
    assert to_rgb(np.zeros((0, 7), np.uint16), MapDisplay()).shape == (0, 7, 4)


def test_levels_are_counts_that_so_many_per_cent_do_not_exceed():
    counts = np.arange(1000, dtype=np.uint16).reshape(25, 40)
    assert levels(counts, 1.0, 99.5) == (9.0, 994.0)
    assert levels(counts, 0.0, 100.0) == (0.0, 999.0)
    assert levels(counts.astype(np.float32), 1.0, 99.5) == (9.0, 994.0)
    assert levels(counts.astype(np.uint32) * 1000, 1.0, 99.5) == (9000.0, 994000.0)


def test_levels_leave_out_what_is_not_finite():
    counts = np.array([[np.nan, 1.0, 2.0, 3.0, np.inf]])
    assert levels(counts, 0.0, 100.0) == (1.0, 3.0)
    assert levels(np.full((2, 3), np.nan)) == (0.0, 0.0)


def test_few_bright_pixels_on_an_even_ground_stay_visible():
    counts = np.zeros((40, 50), np.uint16)
    counts[3, 4] = 80
    assert levels(counts) == (0.0, 80.0)
    assert to_rgb(counts, MapDisplay("grey"))[3, 4, 0] == 255


def test_levels_of_many_pixels_come_from_a_fixed_part_of_them():
    counts = np.random.default_rng(2).poisson(60, (1200, 2001)).astype(np.uint16)
    assert levels(counts) == levels(counts)
    low, high = np.percentile(counts, [1.0, 99.5])
    assert levels(counts) == pytest.approx((low, high), abs=1)


@pytest.mark.parametrize("scale", Scale)
def test_zero_is_the_first_colour_and_the_scale_can_be_inverted(scale):
    limits = (0.0, 400.0)
    values = np.array([0.0, 1.0, 40.0, 399.0, 400.0])
    fractions = fraction_of(values, limits, scale)
    assert fractions[0] == 0
    assert fractions[-1] == pytest.approx(1, abs=1e-6)
    assert value_at(fractions, limits, scale) == pytest.approx(values, rel=1e-4, abs=1e-4)


def test_scales_have_their_defined_values():
    assert fraction_of(25, (0.0, 100.0), Scale.LINEAR) == pytest.approx(0.25)
    assert fraction_of(25, (0.0, 100.0), Scale.SQRT) == pytest.approx(0.5)
    assert fraction_of(9, (0.0, 99.0), Scale.LOG) == pytest.approx(0.5)


def test_colour_bar_has_the_last_colour_on_top_and_names_its_counts():
    colours, values = colour_bar(MapDisplay("grey", Scale.SQRT), (0.0, 100.0), 256)
    assert colours.shape == (256, 1, 4)
    assert colours[:, 0, 0].tolist() == list(range(255, -1, -1))
    assert values[0] == pytest.approx(100 * (255.5 / 256) ** 2)
    assert (np.diff(values) < 0).all()


@pytest.mark.parametrize(
    ("step_mm", "cols", "length_mm", "pixels"),
    [(0.5, 72, 5.0, 10.0), (1.0, 120, 20.0, 20.0), (0.05, 41, 0.5, 10.0), (0.1, 20, 0.5, 5.0)],
)
def test_scale_bar_is_the_longest_round_length_in_a_quarter(step_mm, cols, length_mm, pixels):
    assert nice_scale_bar(step_mm, cols) == pytest.approx((length_mm, pixels))


@pytest.mark.parametrize("step_mm", [0.0, -1.0, float("nan"), float("inf")])
def test_scale_bar_refuses_a_step_that_is_no_length(step_mm):
    with pytest.raises(ParameterError, match="mm and 72 columns"):
        nice_scale_bar(step_mm, 72)


def test_unknown_colour_map_names_the_known_ones():
    with pytest.raises(ParameterError, match="'jet'; there are grey, inferno"):
        MapDisplay("jet")


@pytest.mark.parametrize("percentiles", [(50, 50), (-1, 99), (1, 101), (float("nan"), 99)])
def test_percentiles_out_of_order_are_refused(percentiles):
    with pytest.raises(ParameterError, match="expected 0 % to 100 %"):
        MapDisplay("grey", Scale.LINEAR, *percentiles)
