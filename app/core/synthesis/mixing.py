"""From colours to pigments: how much of each pigment a colour is taken to hold."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.core.parameters import check, parameter
from app.errors import ParameterError

FloatArray = NDArray[np.float64]


class Similarity(StrEnum):
    """How alike two colours are: 1 for the same colour."""

    CIEDE2000 = "ciede2000"
    CIEDE94 = "ciede94"
    CIE76 = "cie76"
    COSINE = "cosine"


@dataclass(frozen=True, slots=True)
class MixingRule:
    """How pigments are chosen for a colour.

    Parameters
    ----------
    similarity
        Measure of likeness.
    threshold
        Pigments less alike than this take no part.
    at_most
        No more than so many pigments, the most similar ones; 0 for no limit.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    similarity: Similarity = parameter(Similarity.CIEDE2000, label="Similarity of colours")
    threshold: float = parameter(
        0.8, label="Least similarity", minimum=0.0, maximum=1.0, decimals=2
    )
    at_most: int = parameter(
        0, label="Pigments per colour at most", minimum=0, maximum=100, help="0 for no limit."
    )

    def __post_init__(self) -> None:
        check(self)


def similarities(colours: FloatArray, pigments: FloatArray, measure: Similarity) -> FloatArray:
    """Likeness of every colour to every pigment's colour.

    Parameters
    ----------
    colours
        sRGB under D65, 0..255, shape (colours, 3).
    pigments
        Likewise, shape (pigments, 3).
    measure
        With a colour difference ΔE it is (100 − ΔE) / 100, which is below 0 for colours that
        are very far apart; with the cosine it is that of the angle between the RGB vectors.

    Returns
    -------
    ndarray
        Shape (colours, pigments).

    Notes
    -----
    A. Bombini et al., arXiv:2304.14078. The differences are those of the CIE: ΔE*ab 1976, ΔE94
    with the constants for graphic arts, ΔE00. Black has no direction: its cosine with black is
    taken as 1, with any other colour as 0.
    """
    if measure is Similarity.COSINE:
        return _cosines(colours, pigments)
    from skimage import color

    difference = getattr(color, f"deltaE_{measure.value}")
    first = color.rgb2lab(colours[:, None, :] / 255.0)
    second = color.rgb2lab(pigments[None, :, :] / 255.0)
    shape = (len(colours), len(pigments), 3)
    apart = difference(np.broadcast_to(first, shape), np.broadcast_to(second, shape))
    return np.asarray((100.0 - apart) / 100.0, np.float64)


def weights(colours: FloatArray, pigments: FloatArray, rule: MixingRule) -> FloatArray:
    """Share of every pigment in every colour; the shares of a colour sum to 1.

    Parameters
    ----------
    colours, pigments
        sRGB, 0..255, shapes (colours, 3) and (pigments, 3).
    rule
        Measure, threshold and number.

    Returns
    -------
    ndarray
        Shape (colours, pigments). A colour to which no pigment reaches the threshold gets the
        most similar one alone, so that no pixel stays without counts.

    Raises
    ------
    ParameterError
        If there is no pigment.
    """
    if not len(pigments):
        raise ParameterError(
            "There is nothing to paint with.",
            "Found no pigments; expected at least one.",
            "Choose some pigments.",
        )
    alike = similarities(colours, pigments, rule.similarity)
    shares = np.where((alike >= rule.threshold) & (alike > 0), alike, 0.0)
    if 0 < rule.at_most < len(pigments):
        order = np.argsort(-alike, axis=1, kind="stable")
        np.put_along_axis(shares, order[:, rule.at_most :], 0.0, axis=1)
    lonely = shares.sum(axis=1) == 0
    shares[lonely, alike[lonely].argmax(axis=1)] = 1.0
    return shares / shares.sum(axis=1, keepdims=True)


def _cosines(colours: FloatArray, pigments: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(colours, axis=1)[:, None] * np.linalg.norm(pigments, axis=1)
    products = colours @ pigments.T
    black = (colours.sum(axis=1) == 0)[:, None] & (pigments.sum(axis=1) == 0)
    return np.where(black, 1.0, products / np.where(lengths > 0, lengths, 1.0))
