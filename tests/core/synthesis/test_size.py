"""How large a synthetic scan becomes."""

import pytest

from app.core.synthesis.size import estimated, scan_size


@pytest.mark.parametrize(
    ("size", "cols", "expected"),
    [
        ((600, 800), 0, (600, 800)),
        ((600, 800), 400, (300, 400)),
        ((601, 800), 400, (300, 400)),
        ((600, 800), 1000, (750, 1000)),
        ((1, 800), 10, (1, 10)),
    ],
)
def test_rows_follow_the_columns(size, cols, expected):
    assert scan_size(*size, cols) == expected


def test_counts_are_those_of_all_pixels():
    found = estimated(30, 40, 1024, 400, is_quick=False)
    assert (found.rows, found.cols, found.channels) == (30, 40, 1024)
    assert found.counts == 480_000


def test_more_counts_make_a_larger_file_but_never_larger_than_the_counts_unpacked():
    few, many = (estimated(300, 400, 512, n, is_quick=True) for n in (100, 1000))
    assert few.file_bytes < many.file_bytes
    endless = estimated(300, 400, 512, 50_000, is_quick=True)
    assert endless.file_bytes < 300 * 400 * 512 * 2 + 1_000_000


def test_memory_does_not_grow_with_the_rows_beyond_a_block():
    short, tall = (estimated(n, 1000, 2048, 400, is_quick=True) for n in (100, 2000))
    assert tall.memory_bytes < 1.1 * short.memory_bytes
