"""Which part of a spectrum is fitted, and the shapes of everything it may be made of."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.line_shapes import Family, compton_shape, families_of, family_shape
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.spectra import fwhm_kev, rebin, rebin_axis

FloatArray = NDArray[np.float64]

LOWEST_KEV = 1.0
"""Below this neither air nor the window lets much through, and the zero pulse lies there, keV."""

HIGHEST_KEV = 45.0
"""Above this silicon sees hardly anything, keV."""

# channels are joined to about a quarter of a peak's width: nothing is lost, much time is won
_CHANNEL_KEV = 0.035
_FEWEST_CHANNELS = 64
_FEWEST_FITTED = 16
_SCATTER_DEGREES = (90.0, 115.0, 140.0, 165.0)
# anodes with Kα above this scatter so much that the Compton peak shows
_LOWEST_COMPTON_KEV = 15.0
_MOSTLY_INSIDE = 0.9
# L and M lines below this say nothing that the element's K or L lines do not say better
_SOFT_KEV = 1.75


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an axis that is fitted, in joined channels.

    Parameters
    ----------
    axis
        Energy axis of the joined channels.
    factor
        How many channels became one.
    first, stop
        The joined channels fitted.
    """

    axis: EnergyAxis
    factor: int
    first: int
    stop: int

    def cut(self, counts: NDArray[Any]) -> FloatArray:
        """Counts of the window's channels; what is negative or not finite counts as 0."""
        if self.first == self.stop:
            return np.zeros(0)
        clean = np.nan_to_num(np.asarray(counts, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        return np.asarray(rebin(np.maximum(clean, 0.0), self.factor)[self.first : self.stop])


def window_of(axis: EnergyAxis, channels: int, highest_kev: float) -> Window:
    """The part of an axis from 1 keV up to where the tube ends; it may hold no channel."""
    # the lines' energies are known to a few eV, so a little beyond the tube's voltage is enough
    gain = max(abs(axis.energy_kev(channels / 2 + 0.5) - axis.energy_kev(channels / 2 - 0.5)), 1e-6)
    factor = max(1, min(round(_CHANNEL_KEV / gain), max(channels // _FEWEST_CHANNELS, 1)))
    joined = rebin_axis(axis, factor)
    energies = joined.energies_kev(channels // factor)
    inside = (energies >= LOWEST_KEV) & (energies <= min(highest_kev + 1.0, HIGHEST_KEV))
    if axis.quadratic < 0:
        inside &= np.gradient(energies) > 0 if len(energies) > 1 else False
    places = np.flatnonzero(inside)
    if len(places) < _FEWEST_FITTED:
        return Window(joined, factor, 0, 0)
    return Window(joined, factor, int(places[0]), int(places[-1]) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """What a spectrum on one axis may be made of.

    Parameters
    ----------
    families
        Families of lines, those of one element and shell next to each other.
    rows
        Share of a family's counts in each channel, shape (families, channels).
    series
        Number of each family's series (element and shell), shape (families,).
    shares
        Share of each family in its series in a thin sample, shape (families,).
    compton
        Peaks scattered by the electrons of light elements, shape (peaks, channels).
    anodes
        Anode of each row of `compton`.
    energies_kev, widths_kev
        Channels' centres and a peak's full width at half maximum there, shape (channels,).
    """

    families: tuple[Family, ...]
    rows: FloatArray
    series: NDArray[np.intp]
    shares: FloatArray
    compton: FloatArray
    anodes: tuple[str, ...]
    energies_kev: FloatArray
    widths_kev: FloatArray


@lru_cache(maxsize=16)
def shapes_for(
    window: Window,
    elements: tuple[str, ...],
    anodes: tuple[str, ...],
    highest_kev: float,
    resolution_ev: float,
) -> Shapes:
    """All shapes on a window of an axis.

    Parameters
    ----------
    window
        As `window_of` gives it.
    elements
        Symbols of the elements that may be there.
    anodes
        Symbols of the anodes whose Compton peaks may be there.
    highest_kev
        Voltage of the tube, kV.
    resolution_ev
        Full width at half maximum at Mn Kα, eV.
    """
    places = np.arange(window.first, window.stop + 1) - 0.5
    axis = window.axis
    edges = axis.offset_kev + axis.gain_kev * places + axis.quadratic * places**2
    families = _families(elements, highest_kev, edges)
    names = [(family.line.element, family.shell) for family in families]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    series = np.array([numbers[name] for name in names], np.intp)
    counted = efficiency(Instrument(), np.array([family.line.energy_kev for family in families]))
    strengths = np.array([family.strength for family in families]) * counted
    totals = np.bincount(series, strengths) if len(series) else np.zeros(0)
    scattered = _compton(anodes, highest_kev, resolution_ev, edges)
    middles = (edges[1:] + edges[:-1]) / 2
    width = len(middles)
    return Shapes(
        tuple(families),
        np.array([family_shape(item, edges, resolution_ev) for item in families]).reshape(
            len(families), width
        ),
        series,
        strengths / totals[series],
        np.array([shape for _, shape in scattered]).reshape(len(scattered), width),
        tuple(anode for anode, _ in scattered),
        middles,
        np.asarray(fwhm_kev(middles, resolution_ev)),
    )


def _families(elements: tuple[str, ...], highest_kev: float, edges: FloatArray) -> list[Family]:
    """Families on the axis, but for soft ones of elements that have harder ones there."""
    families: list[Family] = []
    for element in elements:
        seen = [
            family
            for family in families_of(element, highest_kev)
            if len(edges) > 1 and edges[0] < family.line.energy_kev < edges[-1]
        ]
        hardest = seen[0].shell if seen else ""
        families += [
            family
            for family in seen
            if family.shell == hardest or family.line.energy_kev > _SOFT_KEV
        ]
    return families


def _compton(
    anodes: tuple[str, ...], highest_kev: float, resolution_ev: float, edges: FloatArray
) -> list[tuple[str, FloatArray]]:
    """Anodes with their Compton peaks on the axis, one for each angle and family."""
    scattered = [
        (anode, compton_shape(family, angle, edges, resolution_ev))
        for anode in anodes
        for family in families_of(anode, highest_kev)
        if family.shell == "K" and family.line.energy_kev > _LOWEST_COMPTON_KEV
        for angle in _SCATTER_DEGREES
    ]
    return [(anode, shape) for anode, shape in scattered if shape.sum() > _MOSTLY_INSIDE]
