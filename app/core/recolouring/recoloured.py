"""A picture of predicted colours, or of predicted maps, with what is known of its doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.provenance import Step
from app.core.recolouring.card import ModelCard, OutputKind, TaskKind
from app.core.recolouring.tiles import filled
from app.core.region import Region

Float32Array = NDArray[np.float32]

PREDICTED = "predicted colour"
"""What every picture of a network's colours says of itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Recoloured:
    """What a network makes of a scan, or of a part of it.

    Parameters
    ----------
    rgb
        sRGB of 0 to 1, shape (rows, cols, 3), NaN where not computed; all of it where the
        network predicts maps.
    log_variance
        Natural logarithm of the colour's variance, mean over the bands, shape (rows, cols).
    novelty
        How unlike the training spectra, 0 to 1, shape (rows, cols).
    maps
        Shape (elements, rows, cols); the elements are those of the card's output. A network for
        colours may tell them, too.
    card
        The network's.
    provider
        Name of what it was run with.
    region
        What of the scan it is; rows and columns are those of the region.
    steps
        How it was made.
    notes
        What the user should know, a sentence each.
    neighbours
        Mean distance to the nearest training spectra, shape (rows, cols).
    grid_step
        1 for the whole picture. Above 1 it is a first look: of every `grid_step`-th row and
        column at least something is known.
    """

    rgb: Float32Array
    log_variance: Float32Array | None
    novelty: Float32Array | None
    maps: Float32Array | None
    card: ModelCard
    provider: str
    region: Region
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    neighbours: Float32Array | None = None
    grid_step: int = 1

    @property
    def uncertainty(self) -> Float32Array | None:
        """Standard deviation of the colour, sRGB of 0 to 1, shape (rows, cols).

        None where the network does not tell; its variances are those of independent errors.
        """
        if self.log_variance is None:
            return None
        with np.errstate(over="ignore"):
            return np.exp(0.5 * self.log_variance)

    @property
    def has_colours(self) -> bool:
        """Whether the network is for colours, not for maps alone."""
        return self.card.task is TaskKind.RGB

    @property
    def elements(self) -> tuple[str, ...]:
        """Whose maps there are."""
        output = self.card.output_of(OutputKind.MAPS)
        return () if output is None or self.maps is None else output.elements

    @property
    def is_preview(self) -> bool:
        """Whether this is only a first look."""
        return self.grid_step > 1

    def picture(self) -> Float32Array:
        """The colours for the screen, shape (rows, cols, 3): a first look is filled up."""
        return filled(self.rgb, self.grid_step)
