"""What can be shown of a synthetic scan while its recipe is still being edited."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.progress import Progress, no_progress
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.palette import Palette, find_palette
from app.core.synthesis.preview import Thumbnail, thumbnail

FIRST_SIDE = 160
"""Longest side of the pixels of a first look: their palette is there in a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The palette of a picture and a few of its pixels.

    Parameters
    ----------
    rows, cols
        Size of the scan.
    palette
        Its colours. Of a first look they are those of a few pixels, and the labels, too.
    small
        Some pixels of the scan with their labels.
    is_final
        Whether the palette is the one the scan will have.
    """

    rows: int
    cols: int
    palette: Palette
    small: Thumbnail
    is_final: bool


def sketch(
    picture: NDArray[np.uint8],
    recipe: SynthesisRecipe,
    on_first: Callable[[Sketch], None],
    progress: Progress = no_progress,
) -> Sketch:
    """Find the palette of a picture: a first look at once, then the one the scan will have.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8: one pixel for each point of the scan.
    recipe
        Numbers of colours and seed.
    on_first
        Given a palette of a few pixels with the middle number of colours.
    progress
        Told after every number of colours.

    Raises
    ------
    ParameterError
        If the numbers of colours cannot be tried.
    """
    rows, cols = picture.shape[:2]
    step = max(-(-max(rows, cols) // FIRST_SIDE), 1)
    if step > 1:
        few = np.ascontiguousarray(picture[::step, ::step])
        first = find_palette(few, recipe.clusters, 0, seed=recipe.seed)
        small = thumbnail(few, first.labels)
        small = replace(small, step=small.step * step)
        on_first(Sketch(rows, cols, first, small, is_final=False))
    found = find_palette(
        picture,
        recipe.clusters,
        recipe.delta,
        recipe.patience,
        seed=recipe.seed,
        progress=progress,
    )
    return Sketch(rows, cols, found, thumbnail(picture, found.labels), is_final=True)
