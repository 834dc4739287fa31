"""Maps of any window are exact differences of prefix sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import prefix
from app.core.prefix import PrefixCube, accumulate, prefix_of, strip_rows


def cube_of(rows, cols, channels, seed=0, dtype=np.uint16):
    return np.random.default_rng(seed).poisson(3.0, (rows, cols, channels)).astype(dtype)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 9),
    cols=st.integers(1, 7),
    channels=st.integers(1, 300),
    data=st.data(),
)
def test_any_window_equals_the_plain_sum(rows, cols, channels, data):
    counts = cube_of(rows, cols, channels)
    first = data.draw(st.integers(0, channels - 1))
    stop = data.draw(st.integers(first + 1, channels))
    found = prefix_of(counts, np.uint32).window_counts(first, stop)
    assert found.shape == (rows, cols)
    np.testing.assert_array_equal(found, counts[:, :, first:stop].sum(axis=-1))


def test_several_strips_with_a_padded_last_one(monkeypatch):
    monkeypatch.setattr(prefix, "STRIP_BYTES", 3 * 5 * 65 * 4)
    monkeypatch.setattr(prefix, "_FEWEST_STRIPS", 1)
    counts = cube_of(7, 5, 64)
    planes = prefix_of(counts, np.uint32)
    assert planes.strips.shape == (3, 65, 15)
    np.testing.assert_array_equal(planes.window_counts(10, 50), counts[:, :, 10:50].sum(-1))


def test_sixteen_bits_wrap_around_and_stay_exact_below_65536():
    counts = np.full((2, 3, 8), 8000, np.uint16)
    counts[0, 0] = [0, 0, 0, 65535, 0, 0, 0, 0]
    planes = prefix_of(counts, np.uint16)
    np.testing.assert_array_equal(planes.window_counts(2, 8)[1], [48000] * 3)
    assert planes.window_counts(3, 4)[0, 0] == 65535


def test_fractional_counts_are_kept():
    counts = cube_of(3, 4, 20).astype(np.float64) + 0.25
    found = prefix_of(counts, np.float64).window_counts(4, 9)
    np.testing.assert_allclose(found, counts[:, :, 4:9].sum(-1), rtol=1e-14)


def test_channels_is_one_less_than_planes():
    assert prefix_of(cube_of(2, 3, 17)).channels == 17


def test_padding_pixels_are_zero_even_in_a_reused_buffer():
    planes = np.full((5, 6), 99, np.uint32)
    accumulate(np.ones((4, 4), np.uint16), planes)
    np.testing.assert_array_equal(planes[:, 4:], 0)
    np.testing.assert_array_equal(planes[:, 0], [0, 1, 2, 3, 4])


@pytest.mark.parametrize(
    ("rows", "cols", "channels", "expected"),
    [(10, 10, 10, 1), (160, 10, 10, 10), (100_000, 1000, 2047, 32), (5, 10**7, 4095, 1)],
)
def test_strips_are_some_whole_rows_of_bounded_size(rows, cols, channels, expected):
    assert strip_rows(rows, cols, channels, 1) == expected


def test_window_of_mapped_planes_is_an_array_of_its_own():
    planes = PrefixCube(prefix_of(cube_of(3, 4, 8)).strips, 3, 4)
    found = planes.window_counts(0, 8)
    found[:] = 0
    assert planes.window_counts(0, 8).sum() > 0
