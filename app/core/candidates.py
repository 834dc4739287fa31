"""What could this be: pigments ranked by what the lines of a spectrum say for and against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.axis_refinement import Refinement, refine_axis
from app.core.degenerate import Kinds, undecided_sentences
from app.core.elements import ELEMENT_NAMES, ELEMENTS
from app.core.evidence import (
    ElementEvidence,
    LineEvidence,
    Seen,
    anode_instead,
    anode_of,
    element_evidence,
    elements_seen,
    line_evidence,
)
from app.core.line_fit import LineFit, fit_lines
from app.core.line_window import shapes_for, window_of
from app.core.matching import Match, matched
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.spectra import TYPICAL_RESOLUTION_EV
from app.errors import ParameterError

__all__ = [
    "Candidate",
    "CandidateReport",
    "ElementEvidence",
    "LineEvidence",
    "candidates",
]

# what paintings, grounds, frames, repairs and instruments are made of besides pigments
_LIKELY = (
    "Al Si P S Cl Ar K Ca Ti V Cr Mn Fe Co Ni Cu Zn As Se Br Rb Sr Y Zr Mo Rh Ag Cd Sn Sb I Ba W "
    "Pt Au Hg Pb Bi"
)
_LIGHTEST = ELEMENTS.index("Na")
_COMPTON_ANODES = ("Mo", "Rh", "Ag")
_UNKNOWN_TUBE_KV = 50.0

_LEAST_SCORE = 0.005
_DIGITS = 2
_FEW_COUNTS = 100.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pigment that may be there.

    Parameters
    ----------
    pigment
        The pigment.
    score
        0 to 1: the share of what the spectrum shows that the pigment would account for, times
        how well its own lines agree. Not a probability; see `candidates`.
    supporting
        Lines that speak for it, those of the strongest element first.
    missing
        Lines that it should show here and that are not there.
    same_as
        Names of candidates that XRF cannot tell from it in this spectrum.
    shared
        Its elements that candidates of other kinds, which miss no line, explain as well.
    remark
        What else is to be known, a sentence or more; may be empty.
    rank
        1 for the best; candidates with equal scores have equal ranks.
    """

    pigment: Pigment
    score: float
    supporting: tuple[LineEvidence, ...] = ()
    missing: tuple[LineEvidence, ...] = ()
    same_as: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    remark: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True)
class CandidateReport:
    """What a spectrum says about pigments.

    Parameters
    ----------
    candidates
        The best first.
    elements
        Elements that are there, the most significant first.
    not_excluded
        Pigments that would show no line here even if a tenth of the dry paint were of them:
        dyes and carbon always, others where counts are few or stronger lines cover theirs.
    undecided
        Sentences for the user: what the spectrum leaves open.
    refinement
        How energy axis and resolution were corrected to fit the lines.
    """

    candidates: tuple[Candidate, ...]
    elements: tuple[ElementEvidence, ...]
    not_excluded: tuple[Pigment, ...]
    undecided: tuple[str, ...]
    refinement: Refinement | None = None


def candidates(
    spectrum: NDArray[Any],
    axis: EnergyAxis,
    pigments: Sequence[Pigment],
    *,
    instrument: Instrument | None = None,
    pixels: int = 1,
    srgb: tuple[int, int, int] | None = None,
    refine: bool = True,
) -> CandidateReport:
    """Rank pigments by what the lines of a spectrum say for and against them.

    Parameters
    ----------
    spectrum
        Counts, shape (channels,); negative and not finite ones are taken as 0.
    axis
        Energy axis, right to about 60 eV and 1.5 %.
    pigments
        Those asked about.
    instrument
        What it was measured with (its own axis is not used); None where that is not known.
    pixels
        How many pixels were summed.
    srgb
        Colour of the place, if known: it orders candidates of equal score.
    refine
        Let the lines correct axis and resolution, within limits.

    Returns
    -------
    CandidateReport
        An empty spectrum gives no candidates and says why.

    Raises
    ------
    ParameterError
        If the spectrum is not one-dimensional, there is no axis, or fewer than one pixel.

    Notes
    -----
    All lines are fitted at once (`app.core.line_fit`): overlaps are resolved or show as large
    errors. Counts become rough masses of elements (`app.core.amounts`), and those rough
    masses of pigments. The score is the share of the pigments' mass that one would account for
    times its agreement; `app.core.matching` says how both are worked out. Elements of grounds,
    whites and fillers (Ca, Pb, Zn, Ti, Ba, ...) count a tenth and less.
    """
    values = _checked(spectrum, axis, pixels)
    refinement = _axis_for(spectrum, axis, instrument, refine)
    fit, found, anode, anodes = _seen(values, refinement, pigments, instrument)
    used = instrument or Instrument(anode=anode if anode in _COMPTON_ANODES else "Rh")
    matches = matched(pigments, found, used)
    undecided = _about_tube(instrument, anodes) + _about_counts(fit, found, pixels, spectrum)
    undecided += (*undecided_sentences(matches, found), *_about_axis(refinement))
    left = tuple(item.pigment for item in matches if item.is_open)
    ranked = _ranked(matches, fit, found, srgb)
    return CandidateReport(ranked, element_evidence(fit, found), left, tuple(undecided), refinement)


def _seen(
    values: NDArray[np.float64],
    refinement: Refinement,
    pigments: Sequence[Pigment],
    instrument: Instrument | None,
) -> tuple[LineFit, dict[str, Seen], str, tuple[str, ...]]:
    """The fit, the elements in it, the tube's anode, and all whose lines are no evidence."""
    anodes: tuple[str, ...] = _COMPTON_ANODES if instrument is None else (instrument.anode,)
    fit = _fitted(values, refinement, pigments, instrument, anodes)
    anode = anode_of(fit, None if instrument is None else instrument.anode)
    # without knowing the tube, its anode's lines are nobody's evidence
    found = elements_seen(fit, anodes)
    if instrument is not None and any(found[name].is_present for name in _others(instrument)):
        another = _fitted(values, refinement, pigments, instrument, _COMPTON_ANODES)
        scattered = anode_instead(another, instrument.anode)
        if scattered:
            anodes = (instrument.anode, scattered)
            fit, found = another, elements_seen(another, anodes)
    return fit, found, anode, anodes


def _axis_for(
    spectrum: NDArray[Any], axis: EnergyAxis, instrument: Instrument | None, refine: bool
) -> Refinement:
    """The axis to use: corrected by the lines, where that is wanted and can be done."""
    resolution = TYPICAL_RESOLUTION_EV if instrument is None else instrument.resolution_ev
    if not refine or _is_cut_off(spectrum):
        return Refinement(axis, 0.0, 0.0, resolution)
    highest = _highest_kev(instrument)
    return refine_axis(spectrum, axis, highest_kev=highest, resolution_ev=resolution)


def _highest_kev(instrument: Instrument | None) -> float:
    return _UNKNOWN_TUBE_KV if instrument is None else instrument.tube_kv


def _checked(spectrum: NDArray[Any], axis: EnergyAxis, pixels: int) -> NDArray[np.float64]:
    values = np.asarray(spectrum)
    if values.ndim != 1 or values.dtype.kind not in "buif" or pixels < 1:
        raise ParameterError(
            "This spectrum cannot be asked about.",
            f"Found an array of shape {values.shape} and type {values.dtype}, from {pixels} "
            "pixels; expected counts in one row of channels, from one pixel or more.",
            "Choose a region or a pixel of a scan.",
        )
    if not isinstance(axis, EnergyAxis):
        raise ParameterError(
            "This spectrum has no energy axis.",
            "Without one it is not known which energy a channel has, and no line can be named.",
            "Give the axis' offset in keV and its gain in keV per channel.",
        )
    return values.astype(np.float64)


def _fitted(
    values: NDArray[np.float64],
    refinement: Refinement,
    pigments: Sequence[Pigment],
    instrument: Instrument | None,
    anodes: tuple[str, ...],
) -> LineFit:
    symbols = {symbol for pigment in pigments for symbol in _elements(pigment)} | set(
        _LIKELY.split()
    )
    symbols |= set(anodes)
    ordered = tuple(sorted(symbols, key=ELEMENTS.index))
    highest_kev = _highest_kev(instrument)
    window = window_of(refinement.axis, len(values), highest_kev)
    scattered = tuple(name for name in _COMPTON_ANODES if name in anodes)
    shapes = shapes_for(window, ordered, scattered, highest_kev, refinement.resolution_ev)
    return fit_lines(window.cut(values), shapes)


def _others(instrument: Instrument) -> tuple[str, ...]:
    """Anodes that the instrument's tube does not have."""
    return tuple(name for name in _COMPTON_ANODES if name != instrument.anode)


def _elements(pigment: Pigment) -> list[str]:
    if not pigment.components:
        return []
    return [symbol for symbol in pigment.elements if ELEMENTS.index(symbol) >= _LIGHTEST]


def _ranked(
    matches: Sequence[Match],
    fit: LineFit,
    found: Mapping[str, Seen],
    srgb: tuple[int, int, int] | None,
) -> tuple[Candidate, ...]:
    chosen = [item for item in matches if item.score >= _LEAST_SCORE]
    distances = _distances(chosen, srgb)
    order = sorted(
        chosen,
        key=lambda item: (
            -round(item.score, _DIGITS),
            distances.get(item.pigment.id, 0.0),
            item.pigment.name,
        ),
    )
    kinds = Kinds(order)
    made: list[Candidate] = []
    for place, item in enumerate(order):
        score = round(item.score, _DIGITS)
        tied = bool(made) and made[-1].score == score
        made.append(
            Candidate(
                item.pigment,
                score,
                tuple(line for name in item.present for line in line_evidence(fit, found[name])),
                tuple(
                    line
                    for name in item.missing
                    for line in line_evidence(fit, found[name], missing=True)
                ),
                tuple(other.pigment.name for other in kinds.same_to_xrf(item)),
                kinds.shared(item),
                _remark(item, distances.get(item.pigment.id)),
                made[-1].rank if tied else place + 1,
            )
        )
    return tuple(made)


def _distances(chosen: Sequence[Match], srgb: tuple[int, int, int] | None) -> dict[str, float]:
    """Colour difference ΔE2000 of each pigment from the colour given, if one is."""
    if srgb is None:
        return {}
    from app.core.colour import nearest

    near = nearest(srgb, [item.pigment for item in chosen], len(chosen))
    return {item.pigment.id: item.delta_e for item in near}


def _remark(item: Match, distance: float | None) -> str:
    parts = []
    if item.hidden:
        names = " and ".join(item.hidden)
        parts.append(f"{names}: neither shown nor excluded, hidden by lines of other elements.")
    if item.only_common:
        parts.append(
            f"{' and '.join(item.present)}: in grounds, whites and fillers, so nearly everywhere."
        )
    if distance is not None:
        parts.append(f"Colour differs by ΔE2000 {distance:.0f}; among equals the nearest is first.")
    return " ".join(parts)


def _about_tube(instrument: Instrument | None, anodes: tuple[str, ...]) -> list[str]:
    """That the spectrum was made with another tube than the one named, where it shows that."""
    if instrument is None or len(anodes) < 2:
        return []
    *_, scattered = anodes
    return [
        f"The scattered lines are those of {_article(scattered)} tube, but “{instrument.name}” has "
        f"{_article(instrument.anode)} one: was it measured with another instrument? "
        f"Lines of {scattered} are not taken for the painting's."
    ]


def _article(symbol: str) -> str:
    """The name of an element with its article."""
    name = ELEMENT_NAMES[symbol].lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _about_counts(
    fit: LineFit, found: Mapping[str, Seen], pixels: int, spectrum: NDArray[Any]
) -> list[str]:
    told = _about_limit(spectrum)
    net = float(np.maximum(fit.spectrum - fit.base, 0.0).sum()) if len(fit.spectrum) else 0.0
    shown = [seen for seen in found.values() if seen.is_present and not seen.is_instrument]
    if not len(fit.spectrum):
        told.append("The energy axis has no channels between 1 and 45 keV: no line can be sought.")
    elif not fit.spectrum.any():
        told.append("There are no counts between 1 keV and the end of the axis.")
    elif not shown:
        told.append(
            f"No line of an element stands out from the noise; there are {net:.0f} counts above "
            "the background. A larger region may show more."
        )
    elif net < _FEW_COUNTS:
        told.append(
            f"There are only about {net:.0f} counts above the background: weak lines cannot "
            "show, and the order of the candidates is a guess."
        )
    if shown and pixels > 1:
        told.append(
            f"This is the sum of {pixels} pixels: elements seen together need not lie in one "
            "paint, nor in one layer."
        )
    return told


def _is_cut_off(spectrum: NDArray[Any]) -> bool:
    """Whether counts reach the largest number that their type can hold."""
    values = np.asarray(spectrum)
    return (
        values.dtype.kind in "ui" and values.size > 0 and values.max() == np.iinfo(values.dtype).max
    )


def _about_limit(spectrum: NDArray[Any]) -> list[str]:
    if not _is_cut_off(spectrum):
        return []
    return [
        f"The largest counts are {np.asarray(spectrum).max()}, all that their number format can "
        "hold: strong peaks are cut off, and what follows from their heights is wrong."
    ]


def _about_axis(refinement: Refinement) -> list[str]:
    if not refinement.is_changed:
        return []
    return [
        f"The energy axis was corrected by {refinement.shift_ev:+.0f} eV and "
        f"{refinement.gain_percent:+.2f} % for the lines to fit; check the calibration."
    ]
