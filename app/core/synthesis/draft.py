"""A synthetic scan as far as it can be shown at once: mixtures and small maps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.synthesis.changes import Changes, mixture
from app.core.synthesis.generate import SynthesisRecipe, mixed_spectra
from app.core.synthesis.mixing import similarities, weights
from app.core.synthesis.paints import Paints
from app.core.synthesis.preview import PreviewMap, preview
from app.core.synthesis.sketch import Sketch

FloatArray = NDArray[np.float64]

# how much of its own colour a pixel keeps that does not belong to the chosen one
_FAINT = 0.25
_GREY = 128.0


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What follows from a palette, some pigments, a recipe and changes by hand.

    Parameters
    ----------
    sketch
        The palette and some pixels.
    colours
        The palette with the colours changed by hand, sRGB 0..255, shape (colours, 3).
    likeness
        Of every pigment to every colour, shape (colours, pigments).
    ruled
        Shares as the rule alone has them, shape (colours, pigments).
    shares
        Shares with those given by hand, likewise.
    maps
        The eight maps of the paper of some pixels; empty while they are being computed.
    mean_counts
        Expected counts of a pixel, on average over those; None while it is not known.
    is_by_likeness
        Whether pigments are chosen by their likeness to a colour.
    """

    sketch: Sketch
    colours: FloatArray
    likeness: FloatArray
    ruled: FloatArray
    shares: FloatArray
    maps: tuple[PreviewMap, ...]
    mean_counts: float | None = None
    is_by_likeness: bool = True

    def painted(self, chosen: int) -> NDArray[np.uint8]:
        """Some pixels in the palette's colours, all but the chosen one's faint.

        Returns
        -------
        ndarray
            sRGB, shape (rows, cols, 3), uint8.
        """
        inks = _FAINT * self.colours + (1 - _FAINT) * _GREY
        inks[chosen] = self.colours[chosen]
        painted: NDArray[np.uint8] = np.round(inks).astype(np.uint8)[self.sketch.small.labels]
        return painted


def drafted(sketch: Sketch, paints: Paints, recipe: SynthesisRecipe, changes: Changes) -> Draft:
    """Mix the pigments for a palette and draw the small maps; some hundredths of a second.

    Raises
    ------
    ParameterError
        If a change does not fit the palette or the pigments.
    """
    found = sketch.palette.colours
    shares = mixture(found, paints, recipe.rule, changes)
    colours = changes.colours_of(found)
    expected, means = mixed_spectra(shares, paints, recipe)
    return Draft(
        sketch=sketch,
        colours=colours,
        likeness=similarities(colours, paints.srgb, recipe.similarity),
        ruled=weights(colours, paints.srgb, recipe.rule),
        shares=shares,
        maps=preview(sketch.small, expected, paints.axis, recipe, means),
        mean_counts=float(means[sketch.small.labels].mean()),
    )
