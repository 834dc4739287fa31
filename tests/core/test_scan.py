"""An opened scan, whole or as a first look."""

import numpy as np
import pytest

from app.core.cube import SpectralCube
from app.core.prefix import prefix_of
from app.core.scan import Scan

COUNTS = np.random.default_rng(2).integers(0, 50, (11, 7, 24)).astype(np.uint16)


def scan_of(row_step):
    rows = COUNTS[::row_step]
    return Scan(
        cube=SpectralCube(COUNTS),
        prefix=prefix_of(rows),
        sum_spectrum=rows.sum((0, 1)) * row_step,
        maximum_pixel_spectrum=rows.max((0, 1)),
        row_step=row_step,
    )


def test_a_whole_scan_gives_exact_maps():
    scan = scan_of(1)
    assert not scan.is_preview
    np.testing.assert_array_equal(scan.window_counts(3, 20), COUNTS[:, :, 3:20].sum(-1))


@pytest.mark.parametrize("row_step", [2, 4, 16])
def test_a_first_look_fills_the_picture_with_the_rows_it_has(row_step):
    scan = scan_of(row_step)
    assert scan.is_preview
    shown = scan.window_counts(3, 20)
    assert shown.shape == (11, 7)
    for row in range(11):
        known = row - row % row_step
        np.testing.assert_array_equal(shown[row], COUNTS[known, :, 3:20].sum(-1))
