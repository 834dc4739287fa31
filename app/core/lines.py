"""What emission lines mean on a scan: their windows, look-alikes, and which ones are present."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.elements import ELEMENT_NAMES, ELEMENTS, PERIODIC_TABLE, TableCell
from app.core.emission import EmissionLine, line, lines_of
from app.core.maps import Roi
from app.core.peaks import NetSpectrum, Peak
from app.core.spectra import FWHM_PER_SIGMA, TYPICAL_RESOLUTION_EV, fwhm_kev
from app.errors import ParameterError

__all__ = [
    "ELEMENTS",
    "ELEMENT_NAMES",
    "PERIODIC_TABLE",
    "EmissionLine",
    "FoundLine",
    "TableCell",
    "confused_with",
    "confusions",
    "line",
    "lines_of",
    "roi_for",
    "strongest_lines",
]

# two sigma less a little: 95 % of a Gaussian peak
_HALF_WIDTH_FWHM = 1.96 / FWHM_PER_SIGMA


def roi_for(
    emission: EmissionLine,
    axis: EnergyAxis,
    resolution_ev: float = TYPICAL_RESOLUTION_EV,
    *,
    channels: int | None = None,
) -> Roi:
    """The energy window of a line: 95 % of its peak, ±0.83 of its full width at half maximum.

    Parameters
    ----------
    emission
        The line.
    axis
        Energy axis of the scan.
    resolution_ev
        Full width at half maximum at Mn Kα, eV; the width at the line follows from it.
    channels
        Number of channels of the scan. None checks the lower end of the axis only.

    Raises
    ------
    ParameterError
        If the line lies outside the axis; the message names both.
    """
    begin = axis.energy_kev(-0.5)
    end = math.inf if channels is None else axis.energy_kev(channels - 0.5)
    if not begin < emission.energy_kev < end:
        reach = "" if channels is None else f" to {end:.3f} keV ({channels} channels)"
        raise ParameterError(
            f"{emission.label} lies outside the energy axis.",
            f"The line is at {emission.energy_kev:.3f} keV; the axis reaches from "
            f"{begin:.3f} keV{reach}.",
            "Choose another line of the element, or check the energy axis.",
        )
    half = _HALF_WIDTH_FWHM * float(fwhm_kev(emission.energy_kev, resolution_ev))
    low, high = emission.energy_kev - half, emission.energy_kev + half
    return Roi(emission.label, max(low, begin), min(high, end))


# lines closer than a detector can tell apart, where paintings are likely to hold both
_CONFUSED = (
    ("S_Ka", "Pb_Ma"),
    ("S_Ka", "Hg_Ma"),
    ("S_Ka", "Mo_La"),
    ("Pb_Ma", "Hg_Ma"),
    ("Pb_Ma", "Mo_La"),
    ("Ar_Ka", "Ag_La"),
    ("Ar_Ka", "Rh_Lb"),
    ("Cl_Ka", "Rh_La"),
    ("Sn_La", "K_Ka"),
    ("Sn_La", "Sb_La"),
    ("Sn_La", "Ca_Ka"),
    ("Sb_La", "Ca_Ka"),
    ("Ba_La", "Ti_Ka"),
    ("Cr_Ka", "V_Kb"),
    ("Mn_Ka", "Cr_Kb"),
    ("Fe_Ka", "Mn_Kb"),
    ("Co_Ka", "Fe_Kb"),
    ("Cu_Ka", "Ni_Kb"),
    ("Zn_Ka", "Cu_Kb"),
    ("As_Ka", "Pb_La"),
    ("Hg_La", "Zn_Kb"),
    ("Au_La", "Zn_Kb"),
    ("As_Kb", "Hg_Lb"),
    ("As_Kb", "Br_Ka"),
    ("Hg_Lb", "Br_Ka"),
)

_ADVICE = {
    "Ar_Ka": "Argon is in the air between painting and detector.",
    "Pb_La": "Pb Lβ at 12.6 keV is the clean lead line.",
    "As_Ka": "Where lead is present, look at Pb Lβ at 12.6 keV before believing in arsenic.",
    "As_Kb": "Where mercury is present, compare with Hg Lα at 10.0 keV.",
    "Pb_Ma": "Pb M comes from the uppermost micrometres; Pb Lβ at 12.6 keV is the clean line.",
    "S_Ka": "Where lead is present, compare with the map of Pb Lβ at 12.6 keV.",
    "Ba_La": "Ba Kα at 32.1 keV is cleaner when the tube runs above 37.4 kV.",
    "Ti_Ka": "Barium is told apart by Ba Lβ at 4.9 keV.",
    "Sn_La": "Sn Kα at 25.2 keV is cleaner when the tube runs above 29.2 kV.",
    "Sb_La": "Sb Kα at 26.3 keV is cleaner when the tube runs above 30.5 kV.",
}


def confusions(emission: EmissionLine) -> tuple[str, ...]:
    """What a line is easily mistaken for, a sentence each; empty for a clean line."""
    others = [
        second if first == emission.key else first
        for first, second in _CONFUSED
        if emission.key in (first, second)
    ]
    sentences = []
    for other in sorted(map(line, others), key=lambda item: abs(_distance(emission, item))):
        distance = _distance(emission, other)
        side = "above" if distance > 0 else "below"
        sentences.append(
            f"{other.label} at {other.energy_kev:.2f} keV is only "
            f"{abs(distance) * 1000:.0f} eV {side}."
        )
    advice = _ADVICE.get(emission.key)
    return (*sentences, advice) if advice else tuple(sentences)


def confused_with(emission: EmissionLine) -> tuple[EmissionLine, ...]:
    """The lines themselves that `confusions` speaks of, in no particular order."""
    return tuple(
        line(second if first == emission.key else first)
        for first, second in _CONFUSED
        if emission.key in (first, second)
    )


def _distance(emission: EmissionLine, other: EmissionLine) -> float:
    return other.energy_kev - emission.energy_kev


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line recognised in a summed spectrum.

    Parameters
    ----------
    line
        The line that fits best.
    energy_kev
        Where the peak is, keV.
    counts
        Net counts of the peak, about 84 % of all it has.
    note
        What else it may be, as "or Ba Lα", and where the element may come from otherwise; empty
        where nothing else fits.
    """

    line: EmissionLine
    energy_kev: float
    counts: float
    note: str


# what paintings, their grounds, frames and repairs are made of, and the anodes of the tubes;
# common elements first, rare ones after the bar
_LIKELY = (
    "Al Si S Cl Ar K Ca Ti Cr Mn Fe Co Ni Cu Zn Se Br Sr Ag Cd Sn Sb Ba Au Hg Pb"
    " | As Na Mg P V Rb Y Zr Mo Rh Pd I W Pt Bi U"
)
_RARE_FACTOR = 0.4
_ANODES = ("Cr", "Cu", "Mo", "Rh", "Pd", "Ag", "W")

_LOWEST_PEAK_KEV = 0.9
_ESCAPE_KEV = 1.740
_LARGEST_ESCAPE = 0.03
_MAIN = ("Ka", "La", "Ma")
_PARTNERS = {"Ka": ("Kb",), "La": ("Lb",), "Ma": ()}
# the two small lines of the L series that stand alone, as shares of the energy of Lα and Lβ
# (Pb: Lℓ 9.18 of 10.54 keV, Lη 11.35 of 12.61 keV)
_SMALL_L = (("La", 0.871), ("Lb", 0.900))
_LARGEST_SMALL_L = 0.10
_WORST_FIT = 0.15


def strongest_lines(
    sum_spectrum: NDArray[Any], axis: EnergyAxis, count: int = 8
) -> tuple[FoundLine, ...]:
    """The main lines of the elements that dominate a summed spectrum.

    Parameters
    ----------
    sum_spectrum
        Counts of all pixels together, shape (channels,).
    axis
        Energy axis.
    count
        At most how many.

    Returns
    -------
    tuple of FoundLine
        One line per element, the one with the most counts first; empty for a spectrum without
        peaks.

    Notes
    -----
    Peaks are searched above a SNIP background (see `app.core.background`) from 0.9 keV on, the
    peak of the detector's reference pulse at 0 keV being left out. Starting with the largest,
    each is given to the element whose Kα, Lα or Mα lies within half a peak's width and 20 eV
    and whose Kβ or Lβ is there too. The element's other lines and its escape peaks
    count as explained. It is a first look, not an analysis: overlaps are named, not resolved.
    """
    spectrum = NetSpectrum(sum_spectrum, axis)
    found: list[FoundLine] = []
    explained: list[tuple[float, float]] = []
    for peak in spectrum.peaks(_LOWEST_PEAK_KEV):
        if len(found) == count:
            break
        if _is_explained(peak, spectrum, explained):
            continue
        taken = {entry.line.element for entry in found}
        fits = [
            (_fit(candidate, peak, spectrum), candidate)
            for candidate in _candidates()
            if candidate.element not in taken
        ]
        fit, best = max(fits, key=lambda item: item[0])
        if fit < _WORST_FIT:
            continue
        note = _note(best, peak, spectrum)
        found.append(FoundLine(best, peak.energy_kev, peak.counts, note))
        explained += _explains(best, peak)
    return tuple(found)


def _candidates() -> Iterator[EmissionLine]:
    """Kα, Lα and Mα of all elements that may be expected."""
    for element in _LIKELY.replace("|", " ").split():
        for emission in lines_of(element):
            if emission.name in _MAIN and emission.energy_kev >= _LOWEST_PEAK_KEV:
                yield emission


def _tolerance_kev(energy_kev: float, spectrum: NetSpectrum) -> float:
    return 0.5 * spectrum.width_kev(energy_kev) + 0.02


def _fit(candidate: EmissionLine, peak: Peak, spectrum: NetSpectrum) -> float:
    """How well a line explains a peak, 0 to 1."""
    tolerance = _tolerance_kev(peak.energy_kev, spectrum)
    distance = abs(candidate.energy_kev - peak.energy_kev)
    if distance > tolerance:
        return 0.0
    nearness = math.exp(-2.0 * (distance / tolerance) ** 2)
    common, _, _ = _LIKELY.partition("|")
    expected = 1.0 if candidate.element in common.split() else _RARE_FACTOR
    if candidate.name == "Ma":
        # an element heavy enough for M lines shows its L lines as well
        alpha = line(f"{candidate.element}_La").energy_kev
        if alpha < spectrum.range_kev[1] and not spectrum.is_peak(alpha):
            return 0.0
        expected *= _RARE_FACTOR
    return nearness * expected * _partners_present(candidate, peak, spectrum)


def _partners_present(candidate: EmissionLine, peak: Peak, spectrum: NetSpectrum) -> float:
    """Share of the counts that the element's other lines of the series should have, up to 1."""
    share = 1.0
    for partner in lines_of(candidate.element):
        if partner.name not in _PARTNERS[candidate.name]:
            continue
        inside = spectrum.range_kev[0] < partner.energy_kev < spectrum.range_kev[1]
        apart = partner.energy_kev - candidate.energy_kev > spectrum.width_kev(peak.energy_kev)
        wanted = peak.counts * partner.weight / candidate.weight
        net, deviation = spectrum.net_counts(partner.energy_kev)
        # what would drown in the noise proves nothing by its absence
        if inside and apart and wanted > 5 * deviation:
            # absorption and the detector shift the ratio by up to two
            share = min(share, max(2 * net / wanted, 0.0))
    return share


def _explains(emission: EmissionLine, peak: Peak) -> list[tuple[float, float]]:
    """Energies at which an element has further peaks, and their largest counts there."""
    lines = {other.name: other for other in lines_of(emission.element)}
    places = [(other.energy_kev, math.inf) for other in lines.values() if other != emission]
    places.append((peak.energy_kev - _ESCAPE_KEV, _LARGEST_ESCAPE * peak.counts))
    if emission.name == "La":
        places += [
            (lines[name].energy_kev * share, _LARGEST_SMALL_L * peak.counts)
            for name, share in _SMALL_L
            if name in lines
        ]
    # two photons counted as one
    places.append((2 * peak.energy_kev, _LARGEST_ESCAPE * peak.counts))
    return places


def _is_explained(peak: Peak, spectrum: NetSpectrum, explained: list[tuple[float, float]]) -> bool:
    tolerance = _tolerance_kev(peak.energy_kev, spectrum)
    return any(
        abs(energy - peak.energy_kev) <= tolerance and peak.counts <= largest
        for energy, largest in explained
    )


def _note(best: EmissionLine, peak: Peak, spectrum: NetSpectrum) -> str:
    """What else a peak may be."""
    tolerance = _tolerance_kev(peak.energy_kev, spectrum)
    others = [
        other.label
        for other in confused_with(best)
        if abs(other.energy_kev - peak.energy_kev) <= tolerance
        and (other.name in _MAIN or spectrum.is_peak(_main_of(other).energy_kev))
    ]
    remarks = [f"or {' or '.join(others)}"] if others else []
    if best.element == "Ar":
        remarks.append("argon of the air")
    elif best.element in _ANODES and best.energy_kev > 15 and best.name == "Ka":
        remarks.append("may be the tube's anode")
    return "; ".join(remarks)


def _main_of(emission: EmissionLine) -> EmissionLine:
    """The strongest line of the same series: Kα of a Kβ."""
    return line(f"{emission.element}_{emission.name[0]}a")
