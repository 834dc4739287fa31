"""Elemental maps: the counts of an energy window in every pixel."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.provenance import Step
from app.core.scan import Scan
from app.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Roi:
    """An energy window with a name, its ends in keV.

    Raises
    ------
    ParameterError
        If an end is not finite or the lower one is not below the upper one.
    """

    name: str
    low_kev: float
    high_kev: float

    def __post_init__(self) -> None:
        if not -math.inf < self.low_kev < self.high_kev < math.inf:
            raise ParameterError(
                f"The energy window “{self.name}” cannot be used.",
                f"It reaches from {self.low_kev} to {self.high_kev} keV; two energies are needed, "
                "the lower one first.",
                "Give for example 6.2 to 6.6 keV for Fe Kα.",
            )

    @classmethod
    def parse(cls, text: str) -> "Roi":
        """Read `NAME:6.2-6.6`, as the command line writes it.

        Raises
        ------
        ParameterError
            If the text has another form or the window is empty.
        """
        name, _, window = text.rpartition(":")
        low, _, high = window.partition("-")
        try:
            return cls(name or f"{low}–{high} keV", float(low), float(high))
        except ValueError as error:
            raise ParameterError(
                "This energy window cannot be read.",
                f"Found {text!r}; expected NAME:LOW-HIGH in keV.",
                "Write for example Fe:6.2-6.6.",
            ) from error


@dataclass(frozen=True, slots=True, eq=False)
class ElementalMap:
    """A picture of one energy window.

    Parameters
    ----------
    name
        For titles and file names: "Fe Kα".
    roi
        The energy window, keV; None where the scan has no energy axis.
    first, stop
        The channels used: `first`..`stop` - 1.
    counts
        Shape (rows, cols): counts, or net counts (float32, negative values kept) when a
        background was subtracted.
    is_net
        Whether a background was subtracted.
    """

    name: str
    roi: Roi | None
    first: int
    stop: int
    counts: NDArray[Any]
    is_net: bool = False
    steps: tuple[Step, ...] = ()


def elemental_map(scan: Scan, roi: Roi, *, net: bool = False) -> ElementalMap:
    """Counts of every pixel inside an energy window.

    Parameters
    ----------
    scan
        An opened scan with an energy axis.
    roi
        Energy window, keV; both ends are rounded outwards to whole channels.
    net
        Subtract a straight background, estimated in every pixel from a window of half the
        width to either side. Negative values are kept: they show where the background was
        overestimated.

    Returns
    -------
    ElementalMap
        Counts of shape (rows, cols): unsigned as stored, or float32 when net. Its window is
        that of the channels counted, so a little wider than the one asked for.

    Raises
    ------
    ParameterError
        If the scan has no energy axis or the window lies outside it.
    """
    axis = required_axis(scan.cube)
    first, stop = axis.channel_range(roi.low_kev, roi.high_kev, scan.cube.channels)
    return window_map(scan, roi.name, first, stop, net=net)


def window_map(scan: Scan, name: str, first: int, stop: int, *, net: bool = False) -> ElementalMap:
    """Counts of every pixel in channels first..stop-1; for scans without an energy axis, too.

    Where the scan has an axis, `roi` of the result holds the edges of these channels.

    Raises
    ------
    ParameterError
        If there are no such channels.
    """
    channels = scan.cube.channels
    if not 0 <= first < stop <= channels:
        raise ParameterError(
            "These channels cannot be used.",
            f"Channels {first} to {stop - 1}; the scan has 0 to {channels - 1}.",
            "Give the first channel and a last one that is not below it.",
        )
    axis = scan.cube.axis
    roi = None if axis is None else Roi(name, *axis.edges_kev(first, stop))
    counts = scan.window_counts(first, stop)
    if net:
        counts = (counts - _background(scan, first, stop)).astype(np.float32)
    step = Step(
        "map",
        {
            "name": name,
            "low_kev": None if roi is None else roi.low_kev,
            "high_kev": None if roi is None else roi.high_kev,
            "first_channel": first,
            "last_channel": stop - 1,
            "net": net,
        },
        scan.cube.inputs,
    )
    steps = (*scan.cube.steps, step)
    return ElementalMap(name, roi, first, stop, counts, is_net=net, steps=steps)


def required_axis(cube: SpectralCube) -> EnergyAxis:
    """The cube's energy axis.

    Raises
    ------
    ParameterError
        If it has none.
    """
    if cube.axis is None:
        raise ParameterError(
            "This scan has no energy axis.",
            f"{cube.name}: the file does not say which energy a channel has, "
            "and an element's window is given in keV.",
            "Give its offset in keV and its gain in keV per channel: in the window under "
            "Scan ▸ Energy axis, on the command line with --axis OFFSET_KEV,GAIN_KEV.",
        )
    return cube.axis


def _background(scan: Scan, first: int, stop: int) -> NDArray[np.float32]:
    """Counts under a straight line through the side windows, shape (rows, cols)."""
    width = stop - first
    side = max(width // 2, 1)
    below = (max(first - side, 0), first)
    above = (stop, min(stop + side, scan.cube.channels))
    sides = [window for window in (below, above) if window[1] > window[0]]
    # mean counts per channel of each side; at the axis' end the one side there is must do
    means = [
        scan.window_counts(*window).astype(np.float32) / (window[1] - window[0]) for window in sides
    ]
    if not means:
        return np.zeros((scan.cube.rows, scan.cube.cols), np.float32)
    mean = sum(means[1:], start=means[0]) / len(means)
    return (mean * width).astype(np.float32)
