"""Tiles cover each pixel once with enough around them; grids go from coarse to fine."""

import itertools

import numpy as np
import pytest

from app.core.recolouring.tiles import COARSE_TO_FINE, filled, grid_pixels, seen, spans, tiles


@pytest.mark.parametrize(
    ("length", "core", "margin", "multiple", "fixed"),
    [
        (7, 64, 3, 1, None),
        (100, 32, 0, 1, None),
        (101, 32, 5, 1, None),
        (101, 30, 9, 16, None),
        (50, 8, 4, 1, 32),
        (20, 8, 4, 1, 32),
        (97, 8, 6, 8, 48),
        (97, 8, 200, 8, 48),
        (33, 8, 0, 1, 32),
    ],
)
def test_each_pixel_is_given_once_and_seen_with_its_surroundings(
    length, core, margin, multiple, fixed
):
    found = spans(length, core, margin=margin, multiple=multiple, fixed=fixed)
    given = [place for span in found for place in range(span.start, span.stop)]
    assert given == list(range(length))
    for span in found:
        assert 0 <= span.window_start <= span.start
        assert span.stop <= span.window_stop
        assert span.window_start % multiple == 0
        if fixed is None:
            assert span.window_stop % multiple == 0
            assert span.window_start <= max(span.start - margin, 0)
            assert span.window_stop >= min(span.stop + margin, length)
        else:
            assert span.window_stop - span.window_start == fixed
        assert span.window_stop <= max(-(-length // multiple) * multiple, fixed or 0) + (
            multiple - 1
        )
        inside = range(span.window_start, span.window_stop)[span.inside]
        assert inside == range(span.start, span.stop)


def test_windows_of_one_size_keep_the_margin_where_there_is_room():
    for span in spans(200, 8, margin=7, fixed=48):
        assert span.window_start <= max(span.start - 7, 0)
        assert span.window_stop >= min(span.stop + 7, 200)


def test_tiles_go_row_by_row():
    found = tiles((10, 7), (6, 4), margin=1)
    assert [(tile.rows.start, tile.cols.start) for tile in found] == [
        (0, 0),
        (0, 4),
        (6, 0),
        (6, 4),
    ]
    last = found[-1]
    assert (last.rows.window_start, last.rows.window_stop) == (5, 10)
    assert (last.cols.window_start, last.cols.window_stop) == (3, 7)


def test_a_window_goes_on_as_the_picture_ends():
    counts = np.arange(6).reshape(2, 3, 1)
    more = seen(counts, (1, 2))
    assert more.shape == (3, 5, 1)
    assert more[2, :, 0].tolist() == [3, 4, 5, 5, 5]
    assert seen(counts, (0, 0)) is counts


def test_grids_together_hold_each_pixel_once():
    size = (37, 21)
    count = np.zeros(size, int)
    for done, step in itertools.pairwise((None, *COARSE_TO_FINE)):
        for first in range(0, size[0], 16):
            rows, cols = grid_pixels(range(first, min(first + 16, size[0])), size[1], step, done)
            assert (rows >= first).all()
            np.add.at(count, (rows, cols), 1)
        # after each grid all of its pixels are known
        assert (count[::step, ::step] == 1).all()
    assert (count == 1).all()


def test_rows_without_pixels_of_a_grid_give_none():
    rows, cols = grid_pixels(range(17, 31), 9, 16)
    assert len(rows) == len(cols) == 0


def test_a_first_look_is_filled_from_the_grid():
    values = np.full((3, 5), np.nan, np.float32)
    values[::2, ::2] = [[1, 2, 3], [4, 5, 6]]
    values[1, 1] = 9
    assert filled(values, 2).tolist() == [[1, 1, 2, 2, 3], [1, 9, 2, 2, 3], [4, 4, 5, 5, 6]]
    assert filled(values, 1) is values
