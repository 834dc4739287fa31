"""Elemental maps that a network predicts, beside those that were measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.emission import EmissionLine, line
from app.core.lines import roi_for
from app.core.maps import elemental_map, required_axis
from app.core.progress import Progress, no_progress
from app.core.region import Region
from app.core.scan import Scan
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

_FEWEST_PIXELS = 3


@dataclass(frozen=True, slots=True, eq=False)
class MapAgreement:
    """A predicted elemental map and the measured one.

    Parameters
    ----------
    element
        Symbol.
    line
        The line that was measured.
    r
        Pearson's correlation over the pixels that have both; None where one of them is even, or
        there are fewer than three.
    scale, offset
        The straight line from predicted to measured counts, by least squares.
    predicted
        The predicted map on the scale of the measured one, shape (rows, cols).
    measured
        Net counts, shape (rows, cols).
    residual
        Measured less predicted, counts, shape (rows, cols); not-a-number where nothing was
        predicted.
    """

    element: str
    line: EmissionLine
    r: float | None
    scale: float
    offset: float
    predicted: FloatArray
    measured: FloatArray
    residual: FloatArray

    @property
    def explained(self) -> float | None:
        """Share of the measured map's variance that the predicted one explains, 0 to 1."""
        return None if self.r is None else self.r**2


def agreement(
    element: str, predicted: NDArray[Any], measured: NDArray[Any], emission: EmissionLine
) -> MapAgreement:
    """How a predicted map agrees with a measured one.

    Parameters
    ----------
    element
        Symbol.
    predicted
        In any unit, shape (rows, cols); not-a-number where nothing was predicted.
    measured
        Net counts of the same shape.
    emission
        The line that was measured.

    Raises
    ------
    ParameterError
        If the shapes differ.

    Notes
    -----
    Predicted maps have no unit in common with counts, hence the straight line. A negative scale
    is kept: such a prediction is wrong, and looks it.
    """
    given = np.asarray(predicted, np.float64)
    counts = np.asarray(measured, np.float64)
    if given.shape != counts.shape:
        raise ParameterError(
            f"The predicted map of {element} does not fit the scan.",
            f"It has shape {given.shape}; the measured one has {counts.shape} (rows, columns).",
            "Recolour the whole scan, or compare the same region.",
        )
    used = np.isfinite(given) & np.isfinite(counts)
    x, y = given[used], counts[used]
    r, scale, offset = None, 0.0, float(y.mean()) if len(y) else 0.0
    if len(x) >= _FEWEST_PIXELS and np.ptp(x) > 0:
        spread = x - x.mean()
        scale = float(spread @ y / (spread @ spread))
        offset = float(y.mean() - scale * x.mean())
        if np.ptp(y) > 0:
            r = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
    scaled = offset + scale * given
    return MapAgreement(element, emission, r, scale, offset, scaled, counts, counts - scaled)


def agreements(
    scan: Scan,
    elements: Sequence[str],
    maps: NDArray[Any],
    region: Region | None = None,
    progress: Progress = no_progress,
) -> tuple[MapAgreement, ...]:
    """Every predicted map of a scan beside the net counts of the element's main line.

    Parameters
    ----------
    scan
        With an energy axis.
    elements
        Symbols of the maps; "Pb_Lb" chooses a line.
    maps
        Predicted, shape (elements, rows, cols).
    region
        What of the scan they show; None for all of it.
    progress
        Told before each element; may raise to stop.

    Raises
    ------
    ParameterError
        If the scan has no energy axis, a line is unknown or outside it, or shapes differ.
    """
    axis = required_axis(scan.cube)
    told = []
    for place, (name, predicted) in enumerate(zip(elements, maps, strict=True)):
        progress(place / len(elements), f"Measuring {name}")
        emission = line(name)
        roi = roi_for(emission, axis, channels=scan.cube.channels)
        counts = elemental_map(scan, roi, net=True).counts
        if region is not None:
            region.check_inside(scan.cube.rows, scan.cube.cols)
            rows = slice(region.row_start, region.row_stop)
            counts = counts[rows, region.col_start : region.col_stop]
        told.append(agreement(emission.element, predicted, counts, emission))
    progress(1.0, "")
    return tuple(told)
