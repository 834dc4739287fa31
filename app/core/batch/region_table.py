"""Statistics of regions: counts of lines with what counting noise makes of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.axis_refinement import refine_axis
from app.core.cube import Acquisition
from app.core.elements import ELEMENTS
from app.core.emission import EmissionLine
from app.core.line_fit import fit_lines
from app.core.line_window import shapes_for, window_of
from app.core.maps import Roi
from app.core.recolouring.explain import SOUGHT
from app.core.region import Region
from app.errors import ParameterError

WHOLE = "all"
_WHOLE_NAME = "whole scan"
_ANODES = ("Mo", "Rh", "Ag")
_UNKNOWN_KV = 50.0


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """A region with its name; None is the whole scan."""

    name: str
    region: Region | None

    def of(self, rows: int, cols: int) -> Region:
        """The pixels it means in a scan of rows × cols.

        Raises
        ------
        ParameterError
            If it reaches beyond the scan.
        """
        if self.region is None:
            return Region(0, rows, 0, cols)
        self.region.check_inside(rows, cols)
        return self.region


def parse_regions(text: str) -> tuple[NamedRegion, ...]:
    """Read `all`, or regions as `Face=0:20,5:30;10:12,3:9`, separated by semicolons.

    Raises
    ------
    ParameterError
        If there is none, one has another form, or two have one name.
    """
    found = [_parsed(part.strip()) for part in text.split(";") if part.strip()]
    if not found:
        raise ParameterError(
            "No region is named.",
            f"Found {text!r}; expected {WHOLE}, or regions as Face=0:20,5:30.",
            f"Give {WHOLE} for the whole scan, or rows and columns of each region.",
        )
    names = [item.name.casefold() for item in found]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(
                "Two regions have one name.",
                f"“{name}” is named {names.count(name)} times in {text!r}.",
                "Give each its own name, as Face=0:20,5:30;Sky=30:60,0:40.",
            )
    return tuple(found)


def _parsed(part: str) -> NamedRegion:
    name, given, place = part.rpartition("=")
    place = place.strip()
    if place == WHOLE:
        return NamedRegion(name.strip() or _WHOLE_NAME, None)
    region = Region.parse(place)
    return NamedRegion(name.strip() if given and name.strip() else str(region), region)


@dataclass(frozen=True, slots=True)
class RegionStatistics:
    """Counts of one line or window in one region.

    Every uncertainty is one standard deviation by counting noise alone (Poisson): how much would
    differ if the same place were measured again, not how much pixels differ.

    Parameters
    ----------
    region
        Its name.
    pixels
        How many it has.
    line
        Name of the line or window.
    low_kev, high_kev
        Edges of the channels counted, keV.
    first, stop
        These channels: `first` .. `stop` - 1.
    counts, counts_sigma
        Of all pixels in the window: N and √N.
    mean, mean_sigma
        Per pixel.
    pixel_deviation
        Standard deviation of the pixels' counts about their mean: noise and picture together.
    background, net, net_sigma
        Counts below a straight line through side windows of half the width, what is above it,
        and the uncertainty of that, which both windows' noise make.
    fitted, fitted_sigma
        Counts of the whole line by a fit of all lines at once, which resolves overlaps; NaN
        for windows of one's own.
    """

    region: str
    pixels: int
    line: str
    low_kev: float
    high_kev: float
    first: int
    stop: int
    counts: float
    counts_sigma: float
    mean: float
    mean_sigma: float
    pixel_deviation: float
    background: float
    net: float
    net_sigma: float
    fitted: float = math.nan
    fitted_sigma: float = math.nan


def window_statistics(
    spectrum: NDArray[Any],
    pixel_counts: NDArray[Any],
    region: str,
    window: tuple[Roi, int, int],
    fitted: tuple[float, float] = (math.nan, math.nan),
) -> RegionStatistics:
    """Statistics of one window in one region.

    Parameters
    ----------
    spectrum
        Counts of the region's pixels together, shape (channels,).
    pixel_counts
        Counts of each pixel in the window, of any shape.
    region
        Its name.
    window
        Name and energies, first channel, and the one after the last.
    fitted
        Counts of the line by a fit, and their standard deviation.

    Notes
    -----
    With L and R counts in side windows of l and r channels beside a window of w channels, the
    background is w/2 · (L/l + R/r), that of `app.core.maps`, and its variance
    w²/4 · (L/l² + R/r²); the net area's variance is that plus N (L. A. Currie, Analytical
    Chemistry 40 (1968) 586, doi:10.1021/ac60259a007). Neighbouring lines in the side windows
    make the background too high, which no uncertainty here tells; the fit does without them.
    """
    roi, first, stop = window
    counts = float(spectrum[first:stop].sum(dtype=np.float64))
    pixels = int(pixel_counts.size)
    background, variance = _background(spectrum, first, stop)
    sigma = math.sqrt(max(counts, 0.0))
    return RegionStatistics(
        region=region,
        pixels=pixels,
        line=roi.name,
        low_kev=roi.low_kev,
        high_kev=roi.high_kev,
        first=first,
        stop=stop,
        counts=counts,
        counts_sigma=sigma,
        mean=counts / pixels,
        mean_sigma=sigma / pixels,
        pixel_deviation=float(np.std(pixel_counts, dtype=np.float64)),
        background=background,
        net=counts - background,
        net_sigma=math.sqrt(max(counts, 0.0) + variance),
        fitted=fitted[0],
        fitted_sigma=fitted[1],
    )


def _background(spectrum: NDArray[Any], first: int, stop: int) -> tuple[float, float]:
    """Counts under a straight line through the side windows, and their variance."""
    width = stop - first
    side = max(width // 2, 1)
    spans = ((max(first - side, 0), first), (stop, min(stop + side, len(spectrum))))
    # at the axis' end the one side there is must do
    sides = [
        (float(spectrum[low:high].sum(dtype=np.float64)), high - low)
        for low, high in spans
        if high > low
    ]
    if not sides:
        return 0.0, 0.0
    share = width / len(sides)
    background = share * sum(counts / channels for counts, channels in sides)
    variance = share**2 * sum(max(counts, 0.0) / channels**2 for counts, channels in sides)
    return background, variance


def fitted_lines(
    spectrum: NDArray[Any],
    axis: EnergyAxis,
    acquisition: Acquisition,
    elements: Sequence[str] = (),
) -> dict[EmissionLine, tuple[float, float]]:
    """Counts of every line in a spectrum and their standard deviations, all fitted at once.

    Parameters
    ----------
    spectrum
        Counts, shape (channels,).
    axis
        Energy axis; small errors of it are corrected by the lines.
    acquisition
        For the tube's anode and voltage, where known.
    elements
        Symbols that are asked for besides the usual ones of paintings.

    Returns
    -------
    dict
        Empty where the axis holds too few channels between 1 and 45 keV.
    """
    highest_kev = acquisition.tube_kv or _UNKNOWN_KV
    refined = refine_axis(spectrum, axis, highest_kev=highest_kev)
    window = window_of(refined.axis, len(spectrum), highest_kev)
    if window.first == window.stop:
        return {}
    anode = acquisition.tube_anode
    anodes = tuple(name for name in _ANODES if anode is None or name == anode)
    sought = {*SOUGHT, *elements, *([anode] if anode in ELEMENTS else [])}
    shapes = shapes_for(
        window,
        tuple(sorted(sought, key=ELEMENTS.index)),
        anodes,
        highest_kev,
        refined.resolution_ev,
    )
    fit = fit_lines(window.cut(spectrum), shapes)
    return {
        family.line: (float(counts), float(error))
        for family, counts, error in zip(shapes.families, fit.counts, fit.errors, strict=True)
    }
