"""Scans laid flat, mapped and compared in blocks, with the noise beside them."""

import math

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.comparison import cubes
from app.core.comparison.common_axis import common_axis
from app.core.comparison.cubes import check_same_picture, cube_scores, mapped
from app.core.comparison.structural import StructuralSimilarity
from app.core.cube import SpectralCube
from app.errors import Cancelled, ParameterError


def scan(counts, axis=None):
    return SpectralCube(counts, axis or EnergyAxis(0.0, 0.05), name="panel")


@pytest.fixture
def pair():
    rng = np.random.default_rng(6)
    expected = 2 * rng.random((13, 14, 170)) ** 3
    return [scan(rng.poisson(expected).astype(np.uint16)) for _ in range(2)]


def compared(first, second, seed=4, **options):
    common = common_axis(first, second)
    mean = np.asarray(first.counts, float).mean(axis=(0, 1))
    if common.first is not None:
        mean = common.first.apply(mean)
    return cube_scores(first, second, common, mean, seed=seed, **options)


def test_the_map_is_tanh_of_log():
    counts = np.array([[0, 1, 2], [10, 400, 65535]], np.uint16)
    expected = [[math.tanh(math.log(1 + int(x))) for x in row] for row in counts]
    assert mapped(counts) == pytest.approx(np.array(expected), abs=2e-7)
    assert mapped(np.array([0]))[0] == 0
    assert mapped(counts).dtype == np.float32


def test_scans_are_compared_as_flat_pictures(pair):
    similarity = StructuralSimilarity(170)
    similarity.add(*(np.tanh(np.log1p(cube.counts.reshape(-1, 170) * 1.0)) for cube in pair))
    expected = similarity.finish()
    found = compared(*pair).scans
    assert found.ssim == pytest.approx(expected.ssim, abs=1e-5)
    assert found.ms_ssim == pytest.approx(expected.ms_ssim, abs=1e-5)


@pytest.mark.parametrize("block_bytes", [1, 3 * 14 * 170 * 2])
def test_neither_scores_nor_noise_depend_on_the_blocks(pair, block_bytes, monkeypatch):
    whole = compared(*pair)
    monkeypatch.setattr(cubes, "_PIECE_VALUES", 5 * 170)
    parts = compared(*pair, block_bytes=block_bytes)
    for name in ("scans", "noise", "mean_spectrum"):
        for score in ("ssim", "ms_ssim"):
            expected = getattr(getattr(whole, name), score)
            assert getattr(getattr(parts, name), score) == pytest.approx(expected, abs=1e-7)


def test_the_seed_decides_the_noise_alone(pair):
    first, again, other = compared(*pair), compared(*pair), compared(*pair, seed=5)
    assert first == again
    assert first.scans == other.scans
    assert first.noise != other.noise
    assert first.mean_spectrum != other.mean_spectrum


def test_a_scan_is_like_itself_and_noise_is_less_like_it(pair):
    found = compared(pair[0], pair[0])
    assert found.scans.ssim == pytest.approx(1, abs=1e-5)
    assert found.scans.ms_ssim == pytest.approx(1, abs=1e-5)
    assert found.noise.ssim < 0.9
    assert found.mean_spectrum.ssim < 0.9


def test_noise_with_the_lines_is_nearer_than_noise_without():
    rng = np.random.default_rng(9)
    lines = np.full(200, 0.05)
    lines[80:95] = 4.0
    found = compared(*(scan(rng.poisson(lines, (15, 14, 200)).astype(np.uint8)) for _ in range(2)))
    assert found.mean_spectrum.ssim > found.noise.ssim + 0.03
    assert found.mean_spectrum.ssim == pytest.approx(found.scans.ssim, abs=0.03)


def test_scans_on_different_axes_are_compared_on_the_wider_channels(pair):
    fine = scan(np.repeat(pair[0].counts, 2, axis=2), EnergyAxis(-0.0125, 0.025))
    wide = scan(2 * pair[0].counts)
    assert compared(wide, fine).scans.ssim == pytest.approx(1, abs=1e-5)
    assert compared(fine, wide).scans.ssim == pytest.approx(1, abs=1e-5)


def test_empty_scans_are_alike():
    empty = scan(np.zeros((12, 15, 165), np.uint16))
    assert compared(empty, empty).scans.ssim == pytest.approx(1)


def test_a_tiny_scan_has_no_structure_to_compare():
    tiny = scan(np.ones((1, 1, 40), np.uint16))
    assert compared(tiny, tiny).scans.ssim is None


def test_reading_is_told_and_can_be_stopped(pair):
    told = []

    def stop(fraction, message=""):
        told.append((fraction, message))
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        compared(*pair, block_bytes=1, progress=stop)
    assert told == [(0.0, "Comparing row 1 of 13"), (1 / 13, "Comparing row 2 of 13")]


def test_scans_of_different_sizes_name_both(pair):
    turned = scan(np.zeros((14, 13, 170), np.uint16))
    with pytest.raises(ParameterError, match="panel has 13 × 14 pixels, panel has 14 × 13"):
        check_same_picture(pair[0], turned)
    with pytest.raises(ParameterError):
        compared(pair[0], turned)


class Endless:
    """Counts of a scan of any height that exist only while they are asked for."""

    dtype = np.dtype(np.uint16)

    def __init__(self, rows):
        self.shape = (rows, 30, 256)

    def __getitem__(self, rows):
        length = len(range(*rows.indices(self.shape[0])))
        return np.ones((length, *self.shape[1:]), self.dtype)


def peak_bytes(rows, block_rows):
    import tracemalloc

    pair = [SpectralCube(Endless(rows), EnergyAxis(0.0, 0.05)) for _ in range(2)]
    block = block_rows * 30 * 256 * 2
    tracemalloc.start()
    cube_scores(*pair, common_axis(*pair), np.ones(256), seed=0, block_bytes=block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_follows_the_block_not_the_scan():
    assert peak_bytes(rows=48, block_rows=4) < 1.2 * peak_bytes(rows=12, block_rows=4)
