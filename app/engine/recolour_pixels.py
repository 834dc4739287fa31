"""Colouring pixels by themselves: in batches, coarse to fine."""

import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.recolouring.outputs import Predicted, predicted
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.tiles import COARSE_TO_FINE, grid_pixels
from app.core.region import Region
from app.engine.batch_size import BatchSize
from app.engine.jobs import JobContext
from app.engine.network import Network
from app.engine.network_runs import ALIKE
from app.engine.network_shapes import fixed_batch
from app.engine.recolour_canvas import Canvas, Rate

_AT_ONCE_S = 1.5
_PARTIAL_EVERY_S = 0.25
_BLOCK_ROWS = max(COARSE_TO_FINE)
_BATCH_BYTES = 64 * 2**20

_Pixels = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.generic]]


def run_pixels(
    network: Network,
    inputs: Mapping[str, NDArray[np.float32]],
    check: Callable[[], None] = lambda: None,
) -> Predicted:
    """Run a network of single pixels once; up to the number that it takes it is given copies.

    Parameters
    ----------
    inputs
        By name, shape (pixels, channels); no more pixels than a fixed number.

    Raises
    ------
    AppError
        If the network fails, or gives something that is no colour.
    """
    count = len(next(iter(inputs.values())))
    wanted = fixed_batch(network.facts) or -(-count // ALIKE) * ALIKE
    if wanted > count:
        inputs = {
            name: np.concatenate([value, np.repeat(value[-1:], wanted - count, axis=0)])
            for name, value in inputs.items()
        }
    outputs = network.run(inputs, check=check)
    return predicted(network.card, outputs, (wanted,)).part(slice(0, count))


def colour_pixels(
    cube: SpectralCube,
    network: Network,
    preparation: Preparation,
    canvas: Canvas,
    budget_mb: float,
    context: JobContext,
) -> None:
    """Colour each pixel by itself, coarse to fine where that takes long enough to be seen."""
    base_mb, fixed = network.base_memory_mb, fixed_batch(network.facts)
    batch = BatchSize(budget_mb, base_mb, fixed, network.batch_hint)
    rate, total = Rate(), canvas.region.pixels
    done_step: int | None = None
    shown_at = time.monotonic()
    for step in COARSE_TO_FINE:
        remaining_s = (total - rate.pixels) / rate.per_s if rate.pixels else np.inf
        if step > 1 and remaining_s < _AT_ONCE_S:
            continue
        for rows, cols, counts in _batches(cube, canvas.region, step, done_step, batch):
            context.check()
            inputs = preparation.pixels(counts)
            start = time.monotonic()
            found = run_pixels(network, inputs, context.check)
            batch.ran(len(counts), time.monotonic() - start, network.memory_mb)
            canvas.put(rows, cols, found)
            rate.add(len(counts))
            context.progress(rate.pixels / total, f"{rate.per_s:,.0f} pixels/s")
            now = time.monotonic()
            if done_step is not None and now - shown_at > _PARTIAL_EVERY_S:
                shown_at = now
                context.partial(canvas.result(done_step))
        done_step = step
        if step > 1:
            shown_at = time.monotonic()
            context.partial(canvas.result(step))
    network.batch_hint = batch.pixels
    canvas.detail(batch=batch.pixels, pixels_per_s=round(rate.per_s, 1))


def _batches(
    cube: SpectralCube, region: Region, step: int, done: int | None, batch: BatchSize
) -> Iterator[_Pixels]:
    """Rows, columns and counts of the pixels of one grid, as many at once as the batch wants."""
    height = region.row_stop - region.row_start
    width = region.col_stop - region.col_start
    most = max(_BATCH_BYTES // (cube.channels * cube.counts.dtype.itemsize), 1)
    rest: _Pixels | None = None
    for first in range(0, height, _BLOCK_ROWS):
        last = min(first + _BLOCK_ROWS, height)
        rows, cols = grid_pixels(range(first, last), width, step, done)
        if not len(rows):
            continue
        block = np.asarray(
            cube.counts[
                region.row_start + first : region.row_start + last,
                region.col_start : region.col_stop,
            ]
        )
        there: _Pixels = (rows, cols, block[rows - first, cols])
        if rest is not None:
            there = _one_after_another(rest, there)
        start = 0
        while len(there[0]) - start >= (size := min(batch.pixels, most)):
            yield _cut(there, slice(start, start + size))
            start += size
        rest = _cut(there, slice(start, None)) if start < len(there[0]) else None
    if rest is not None:
        yield rest


def _one_after_another(first: _Pixels, second: _Pixels) -> _Pixels:
    rows, cols, counts = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    return rows, cols, counts


def _cut(pixels: _Pixels, part: slice) -> _Pixels:
    return pixels[0][part], pixels[1][part], pixels[2][part]
