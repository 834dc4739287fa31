"""The spectral cube: sizes, blocks, spectra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.cube import BLOCK_BYTES, Acquisition, SpectralCube

patient = settings(deadline=None)  # a busy machine is no failure

ROWS, COLS, CHANNELS = 5, 7, 64
ROW_BYTES = COLS * CHANNELS * 2


@pytest.fixture
def cube():
    """Counts that tell their place: 10 000·row + 100·col + channel."""
    row, col, channel = np.ogrid[:ROWS, :COLS, :CHANNELS]
    return SpectralCube((10_000 * row + 100 * col + channel).astype(np.uint16))


class Reads:
    """Counts on demand that keep what was asked of them."""

    def __init__(self, counts):
        self.counts = counts
        self.shape, self.dtype = counts.shape, counts.dtype
        self.keys = []

    def __getitem__(self, key):
        self.keys.append(key)
        return self.counts[key]


def test_a_cube_knows_its_sizes(cube):
    assert (cube.rows, cube.cols, cube.channels) == (5, 7, 64)
    assert cube.bytes == 5 * 7 * 64 * 2


def test_a_cube_assumes_nothing_that_was_not_given(cube):
    assert cube.axis is None
    assert cube.acquisition == Acquisition()
    assert cube.acquisition.step_mm is None
    assert (cube.inputs, cube.steps) == ((), ())


@pytest.mark.parametrize(
    ("block_bytes", "rows"),
    [
        (1, 1),
        (ROW_BYTES, 1),
        (2 * ROW_BYTES - 1, 1),
        (2 * ROW_BYTES, 2),
        (10**9, ROWS),
        (BLOCK_BYTES, ROWS),
    ],
)
def test_a_block_holds_whole_rows_of_about_its_size(cube, block_bytes, rows):
    assert cube.block_rows(block_bytes) == rows


@patient
@given(st.integers(1, 2 * ROWS * ROW_BYTES))
def test_blocks_hold_every_row_once_in_order(block_bytes):
    counts = np.arange(ROWS * COLS * CHANNELS, dtype=np.uint16).reshape(ROWS, COLS, CHANNELS)
    blocks = list(SpectralCube(counts).blocks(block_bytes))
    assert np.array_equal(np.concatenate([block for _, block in blocks]), counts)
    assert [start for start, _ in blocks] == list(range(0, ROWS, blocks[0][1].shape[0]))


def test_blocks_read_one_block_at_a_time(cube):
    reads = Reads(cube.counts)
    blocks = SpectralCube(reads).blocks(2 * ROW_BYTES)
    assert next(blocks)[0] == 0
    assert reads.keys == [slice(0, 2)]
    assert [start for start, _ in blocks] == [2, 4]
    assert reads.keys == [slice(0, 2), slice(2, 4), slice(4, 6)]


@pytest.mark.parametrize("shape", [(0, 7, 64), (5, 0, 64), (5, 7, 0)])
def test_a_cube_without_counts_has_blocks_without_counts(shape):
    cube = SpectralCube(np.zeros(shape, np.uint16))
    assert cube.bytes == 0
    assert sum(block.size for _, block in cube.blocks()) == 0


def test_the_spectrum_of_a_pixel_is_its_row_and_column(cube):
    assert cube.spectrum(3, 6).tolist() == list(range(30_600, 30_664))
