"""Colouring by networks that look at neighbourhoods: tile by tile, each with a margin."""

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.recolouring.card import ModelCard
from app.core.recolouring.outputs import Predicted, joined, predicted
from app.core.recolouring.preparation import Preparation
from app.core.recolouring.tiles import Tile, seen, tiles
from app.core.region import Region
from app.engine.jobs import JobContext
from app.engine.network import Network
from app.engine.network_shapes import as_pictures, even_size, fixed_size
from app.engine.recolour_canvas import Canvas, Rate
from app.errors import ParameterError

_FIRST_CORE = 64
_LARGEST_CORE = 1024
_PARTIAL_EVERY_S = 0.25
_PREPARED_PIXELS = 8192

Fixed = tuple[int | None, int | None]


def colour_tiles(
    cube: SpectralCube,
    network: Network,
    preparation: Preparation,
    canvas: Canvas,
    budget_mb: float,
    context: JobContext,
) -> None:
    """Colour a region tile by tile; the first tile tells how large the others may be.

    Every tile sees as much around it as the card says the network looks, and only what it gives
    within that margin is kept. Tiles therefore agree with the whole picture, unless the card
    says too little or a fixed size leaves no room.

    Raises
    ------
    ParameterError
        If the network takes pictures of one size only, sees the whole of them, and the region
        is larger.
    """
    card, fixed, size = network.card, fixed_size(network.card, network.facts), canvas.size
    margin = _margin(card, size, fixed)
    if margin is None:
        cores = [size]
    else:
        canvas.detail(margin_px=margin)
        first = tuple(min(_FIRST_CORE, side) for side in size)
        cores = [(first[0], first[1])]
    base_mb, rate = network.base_memory_mb, Rate()
    total, shown_at = canvas.region.pixels, time.monotonic()
    plan = _plan(card, size, cores[0], margin or 0, fixed)
    if any(not _has_margin(tile, size, margin or 0) for tile in plan):
        canvas.note(
            f"{card.name} takes pictures of {fixed[0]} × {fixed[1]} pixels and looks {margin} "
            "pixels around: the tiles cannot see enough, and seams may show."
        )
    place = 0
    while place < len(plan):
        context.check()
        tile = plan[place]
        found = _colour(cube, network, preparation, canvas.region, tile, context.check)
        canvas.put(
            slice(tile.rows.start, tile.rows.stop), slice(tile.cols.start, tile.cols.stop), found
        )
        done = (tile.rows.stop - tile.rows.start) * (tile.cols.stop - tile.cols.start)
        place += 1
        if place == 1 and len(plan) > 1 and fixed == (None, None):
            larger = _larger_core(tile, margin or 0, base_mb, network.memory_mb, budget_mb)
            if larger > _FIRST_CORE:
                # the first tile's work is done again within a larger one
                plan, place = _plan(card, size, (larger, larger), margin or 0, fixed), 0
                canvas.detail(tile_px=larger)
                continue
        rate.add(done)
        context.progress(min(rate.pixels / total, 1.0), f"{rate.per_s:,.0f} pixels/s")
        now = time.monotonic()
        if place < len(plan) and now - shown_at > _PARTIAL_EVERY_S:
            shown_at = now
            context.partial(canvas.result())
    canvas.detail(tiles=len(plan), pixels_per_s=round(rate.per_s, 1))


def spectra_as_pictures(
    network: Network,
    inputs: Mapping[str, NDArray[np.float32]],
    check: Callable[[], None] = lambda: None,
) -> Predicted:
    """What a network of pictures says of a wide place of one spectrum, for each spectrum.

    Parameters
    ----------
    inputs
        By name, shape (spectra, channels).
    """
    rows, cols = even_size(network.card, network.facts)
    middle = (slice(rows // 2, rows // 2 + 1), slice(cols // 2, cols // 2 + 1))
    parts = []
    for place in range(len(next(iter(inputs.values())))):
        pictures = {
            name: np.broadcast_to(value[place], (rows, cols, value.shape[1]))
            for name, value in inputs.items()
        }
        found = _run(network, pictures, check).part(middle)
        parts.append(found.part((0, slice(None))))
    return joined(parts)


def _margin(card: ModelCard, size: tuple[int, int], fixed: Fixed) -> int | None:
    """How far around a tile the network sees; None where all must be seen at once."""
    if card.receptive_field_px is not None:
        return card.receptive_field_px
    if any(one is not None and side > one for side, one in zip(size, fixed, strict=True)):
        raise ParameterError(
            "The region is too large for this model.",
            f"{card.name} sees whole pictures of {fixed[0]} × {fixed[1]} pixels; the region has "
            f"{size[0]} × {size[1]}.",
            "Choose a smaller region, or a model that can be run in tiles.",
        )
    return None


def _plan(
    card: ModelCard, size: tuple[int, int], core: tuple[int, int], margin: int, fixed: Fixed
) -> tuple[Tile, ...]:
    return tiles(size, core, margin=margin, multiple=card.multiple_px, fixed=fixed)


def _has_margin(tile: Tile, size: tuple[int, int], margin: int) -> bool:
    """Whether the network sees enough around a tile, or all there is."""
    return all(
        span.window_start <= max(span.start - margin, 0)
        and span.window_stop >= min(span.stop + margin, length)
        for span, length in zip((tile.rows, tile.cols), size, strict=True)
    )


def _larger_core(tile: Tile, margin: int, base_mb: float, used_mb: float, budget_mb: float) -> int:
    """Side of the tiles whose windows just fit into the memory, by what the first one took."""
    window = (tile.rows.window_stop - tile.rows.window_start) * (
        tile.cols.window_stop - tile.cols.window_start
    )
    per_pixel = max(used_mb - base_mb, 1.0) / window
    # a quarter is left over, as what is used grows in steps
    side = int((0.75 * max(budget_mb - base_mb, 1.0) / per_pixel) ** 0.5) - 2 * margin
    return min(max(side // _FIRST_CORE * _FIRST_CORE, _FIRST_CORE), _LARGEST_CORE)


def _colour(
    cube: SpectralCube,
    network: Network,
    preparation: Preparation,
    region: Region,
    tile: Tile,
    check: Callable[[], None],
) -> Predicted:
    """What the network says of a tile, its margin cut off."""
    rows, cols = tile.rows, tile.cols
    height, width = region.row_stop - region.row_start, region.col_stop - region.col_start
    there_rows, there_cols = min(rows.window_stop, height), min(cols.window_stop, width)
    counts = np.asarray(
        cube.counts[
            region.row_start + rows.window_start : region.row_start + there_rows,
            region.col_start + cols.window_start : region.col_start + there_cols,
        ]
    )
    missing = (rows.window_stop - there_rows, cols.window_stop - there_cols)
    pictures = {
        name: seen(value, missing) for name, value in _prepared(preparation, counts, check).items()
    }
    return _run(network, pictures, check).part((rows.inside, cols.inside))


def _prepared(
    preparation: Preparation, counts: NDArray[np.generic], check: Callable[[], None]
) -> dict[str, NDArray[np.float32]]:
    """Inputs of shape (rows, cols, channels)."""
    size = counts.shape[:2]
    flat = counts.reshape(-1, counts.shape[2])
    found: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(flat), _PREPARED_PIXELS):
        check()
        part = preparation.pixels(flat[start : start + _PREPARED_PIXELS])
        for name, value in part.items():
            if name not in found:
                found[name] = np.empty((len(flat), value.shape[1]), np.float32)
            found[name][start : start + len(value)] = value
    return {name: value.reshape(*size, -1) for name, value in found.items()}


def _run(
    network: Network,
    pictures: Mapping[str, NDArray[np.float32]],
    check: Callable[[], None],
) -> Predicted:
    """Run the network on one picture, given as (rows, cols, channels)."""
    size = next(iter(pictures.values())).shape[:2]
    outputs = network.run(as_pictures(network.card, pictures), check=check)
    return predicted(network.card, outputs, (size[0], size[1]))
