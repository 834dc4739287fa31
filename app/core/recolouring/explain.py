"""Which elements made a predicted colour: their fitted peaks taken out, the network asked again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.axis_refinement import refine_axis
from app.core.elements import ELEMENTS
from app.core.evidence import Seen, anode_of, elements_seen
from app.core.line_fit import LineFit, fit_lines
from app.core.line_window import Window, shapes_for, window_of
from app.core.physics.instrument import Instrument
from app.core.spectra import TYPICAL_RESOLUTION_EV
from app.errors import ParameterError

FloatArray = NDArray[np.float64]
Srgb = tuple[int, int, int]

Predict = Callable[[FloatArray], NDArray[Any]]
"""From spectra, shape (n, channels), to their colours, sRGB 0 to 1, shape (n, 3)."""

SOUGHT = (
    *("Al", "Si", "P", "S", "Cl", "Ar", "K", "Ca", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni"),
    *("Cu", "Zn", "As", "Se", "Br", "Rb", "Sr", "Y", "Zr", "Mo", "Rh", "Ag", "Cd", "Sn", "Sb"),
    *("I", "Ba", "W", "Pt", "Au", "Hg", "Pb", "Bi", "U"),
)
"""Elements whose lines are fitted: those of paintings, their frames and the instruments."""

MOST_EFFECTS = 3
"""How many elements are told: the first alone would say more than is known."""

_COMPTON_ANODES = ("Mo", "Rh", "Ag")
_UNKNOWN_TUBE_KV = 50.0


@dataclass(frozen=True, slots=True)
class ElementEffect:
    """What an element does to a predicted colour.

    Parameters
    ----------
    element
        Symbol.
    delta_e
        CIEDE2000 between the colours with its peaks and without them.
    srgb_without
        The colour predicted without its peaks, 0..255 each.
    share
        Its part of the spectrum's counts, 0 to 1.
    """

    element: str
    delta_e: float
    srgb_without: Srgb
    share: float


def elements_behind(
    spectrum: NDArray[Any],
    axis: EnergyAxis,
    predict: Predict,
    *,
    instrument: Instrument | None = None,
    at_most: int = MOST_EFFECTS,
) -> tuple[ElementEffect, ...]:
    """The elements without whose peaks a network would give another colour, the strongest first.

    Parameters
    ----------
    spectrum
        Counts, shape (channels,); negative and not finite ones are taken as 0.
    axis
        Energy axis.
    predict
        The network, for spectra on this axis.
    instrument
        What it was measured with; None where that is not known.
    at_most
        How many are told.

    Returns
    -------
    tuple of ElementEffect
        Empty where no element is surely there (`app.core.evidence.PRESENT_SIGMA`). Argon of the
        air and the tube's own lines are left out.

    Raises
    ------
    ParameterError
        If the spectrum is not one-dimensional.

    Notes
    -----
    All lines are fitted at once (`app.core.line_fit`), so that what two elements share of a peak
    is divided between them: lead's Lα is not taken out with arsenic's Kα, as it would be by
    blanking windows of energy. Each channel is then lowered by the element's share of what is
    expected in it. The spectrum without it is one that the network has hardly ever seen; its
    answer says what it relies on, not what the painter used.
    """
    counts = _checked(spectrum)
    fitted = _fit(counts, axis, instrument)
    if fitted is None:
        return ()
    fit, window, anodes = fitted
    found = [
        seen
        for seen in elements_seen(fit, anodes).values()
        if seen.is_present and not seen.is_instrument
    ]
    if not found or at_most < 1:
        return ()
    without = np.stack([counts * kept(fit, window, seen, len(counts)) for seen in found])
    colours = np.asarray(predict(np.concatenate([counts[None, :], without])), np.float64)
    return _ranked(found, counts, without, np.clip(colours, 0.0, 1.0))[:at_most]


def _checked(spectrum: NDArray[Any]) -> FloatArray:
    values = np.asarray(spectrum)
    if values.ndim != 1:
        raise ParameterError(
            "This spectrum cannot be explained.",
            f"Found an array of shape {values.shape}; expected counts in one row of channels.",
            "Choose a pixel or a region of a scan.",
        )
    return np.maximum(np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0), 0.0)


def kept(fit: LineFit, window: Window, seen: Seen, channels: int) -> FloatArray:
    """What is left of each channel without an element, 0 to 1, shape (channels,).

    Parameters
    ----------
    fit
        All lines of the spectrum.
    window
        The part of the axis that was fitted.
    seen
        The element.
    channels
        Of the whole spectrum.
    """
    shapes = fit.shapes
    own = np.array([family.line.element == seen.element for family in shapes.families])
    part = fit.counts[own] @ shapes.rows[own]
    left = 1.0 - np.clip(part / np.maximum(fit.model, 1e-12), 0.0, 1.0)
    # the fit's channels are several of the spectrum's
    places = (np.arange(channels) + 0.5) / window.factor - 0.5
    fitted = np.arange(window.first, window.stop)
    return np.asarray(np.interp(places, fitted, left, left=1.0, right=1.0))


def _fit(
    counts: FloatArray, axis: EnergyAxis, instrument: Instrument | None
) -> tuple[LineFit, Window, tuple[str, ...]] | None:
    """All lines fitted, where, and the anodes whose lines are no evidence; None without lines."""
    highest = _UNKNOWN_TUBE_KV if instrument is None else instrument.tube_kv
    width = TYPICAL_RESOLUTION_EV if instrument is None else instrument.resolution_ev
    refined = refine_axis(counts, axis, highest_kev=highest, resolution_ev=width)
    window = window_of(refined.axis, len(counts), highest)
    if window.stop == window.first or not counts.any():
        return None
    anodes = _COMPTON_ANODES if instrument is None else (instrument.anode,)
    scattered = tuple(name for name in _COMPTON_ANODES if name in anodes)
    sought = tuple(sorted({*SOUGHT, *anodes}, key=ELEMENTS.index))
    shapes = shapes_for(window, sought, scattered, highest, refined.resolution_ev)
    fit = fit_lines(window.cut(counts), shapes)
    if instrument is None:
        known = anode_of(fit, None)
        anodes = (known,) if known else anodes
    return fit, window, anodes


def _ranked(
    found: list[Seen], counts: FloatArray, without: FloatArray, colours: FloatArray
) -> tuple[ElementEffect, ...]:
    from skimage.color import deltaE_ciede2000, rgb2lab

    lab = rgb2lab(colours)
    apart = deltaE_ciede2000(np.broadcast_to(lab[0], lab[1:].shape), lab[1:])
    total = max(float(counts.sum()), 1e-12)
    effects = []
    for seen, rest, colour, distance in zip(found, without, colours[1:], apart, strict=True):
        red, green, blue = (round(255 * float(band)) for band in colour)
        share = 1.0 - float(rest.sum()) / total
        effects.append(ElementEffect(seen.element, float(distance), (red, green, blue), share))
    return tuple(sorted(effects, key=lambda item: (-item.delta_e, item.element)))
