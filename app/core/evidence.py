"""Which elements a spectrum shows, how surely, and what else their lines may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.emission import EmissionLine, line
from app.core.line_fit import LineFit
from app.core.spectra import fwhm_kev

PRESENT_SIGMA = 4.0
"""From this significance on an element is taken to be there: with some seventy series looked for,
three would be reached by chance."""

# what a fit of peaks does not get right: this share of a neighbour's counts, less the farther
# away it is in full widths at half maximum
_NEIGHBOUR_ERROR = 0.04
_NEIGHBOUR_REACH = 1.0
# likewise this share of the background beneath and of Compton peaks around
_BENEATH_ERROR = 0.02
_COMPTON_ERROR = 0.05
AIR = ("Ar",)
"""Elements of the air that have lines."""

_LOWEST_COMPTON_COUNTS = 60.0
_COMPTON_SIGMA = 5.0
# a tube's lines come scattered by electrons at least at this share of those that come unchanged
_SCATTERED_SHARE = 0.1
# and this much more than those of the tube that is believed to be there
_CLEARLY_MORE = 1.2
_SIGMAS_SHOWN = 1.0


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """What a spectrum says of one line.

    Parameters
    ----------
    line
        The line.
    counts
        Net counts of the line as fitted; 0 for one that is missing.
    background
        Counts beneath it within ± its full width at half maximum, from continuum and other
        lines.
    significance
        Net counts over their standard deviation, overlaps counted in.
    note
        What else is to be known, as "under Pb Lα"; empty where nothing is.
    """

    line: EmissionLine
    counts: float
    background: float
    significance: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class ElementEvidence:
    """What a spectrum says of one element.

    Parameters
    ----------
    element
        Symbol.
    lines
        Its lines, the strongest first.
    significance
        Of its best series of lines (K, L or M), in standard deviations.
    note
        Where it may come from otherwise, or what hides it: "also argon of the air".
    """

    element: str
    lines: tuple[LineEvidence, ...]
    significance: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One element as the fit found it, by its best series of lines.

    Parameters
    ----------
    element
        Symbol.
    shell
        K, L or M: the series it is judged by.
    names
        Families of that series on the axis: "Ka", "Kb".
    energy_kev
        Energy of the series' strongest family, keV.
    counts
        Counts of the series.
    error
        Standard deviation with overlaps and the fit's own faults, counts.
    alone
        Standard deviation if nothing overlapped, counts.
    hidden_by
        Label of the line that overlaps most; empty where none matters.
    is_instrument
        Whether tube or air has the same lines.
    """

    element: str
    shell: str
    names: tuple[str, ...]
    energy_kev: float
    counts: float
    error: float
    alone: float
    hidden_by: str
    is_instrument: bool

    @property
    def significance(self) -> float:
        """Counts over their standard deviation."""
        return self.counts / self.error if self.error > 0 else 0.0

    @property
    def is_present(self) -> bool:
        """Whether it is surely there, be it in the painting or in the instrument."""
        return self.significance >= PRESENT_SIGMA

    @property
    def most(self) -> float:
        """Counts it may have at most: found and two standard deviations."""
        return self.counts + 2 * self.error


def anode_of(fit: LineFit, given: str | None) -> str:
    """The tube's anode: as given, or known by its Compton peak, or empty."""
    if given is not None:
        return given
    if not fit.compton:
        return ""
    anode = max(fit.compton, key=lambda name: fit.compton[name])
    return anode if _is_clear(fit, anode) else ""


def anode_instead(fit: LineFit, given: str) -> str:
    """The anode whose scattered lines a spectrum shows in place of those of the tube's, or none.

    What a painting holds does not scatter its own lines by electrons: silver leaf has no Compton
    peak, a silver tube has one.

    Parameters
    ----------
    fit
        A fit that looked for the Compton peaks of several anodes.
    given
        The tube's anode as it is believed to be.
    """
    found = elements_seen(fit, ())
    own = fit.compton.get(given, 0.0)
    others = [
        name
        for name, counts in fit.compton.items()
        if name != given
        and name in found
        and found[name].is_present
        and counts > _SCATTERED_SHARE * found[name].counts
        and counts > _CLEARLY_MORE * own
        and _is_clear(fit, name)
    ]
    return max(others, key=lambda name: fit.compton[name], default="")


def _is_clear(fit: LineFit, anode: str) -> bool:
    """Whether the Compton peak of an anode stands out."""
    rows = np.array(
        [
            row
            for row, name in zip(fit.shapes.compton, fit.shapes.anodes, strict=True)
            if name == anode
        ]
    )
    beneath = float(fit.model[(rows > rows.max() / 10).any(0)].sum())
    return fit.compton[anode] > max(_LOWEST_COMPTON_COUNTS, _COMPTON_SIGMA * np.sqrt(beneath))


def elements_seen(fit: LineFit, anodes: Sequence[str]) -> dict[str, Seen]:
    """Each element of a fit by its best series.

    Parameters
    ----------
    fit
        The fit.
    anodes
        Symbols of the tube's anode, or of all that it may have.

    Returns
    -------
    dict
        By symbol. The best series is the most significant of K and L; M is taken only where
        the axis has neither.
    """
    found: dict[str, Seen] = {}
    families = fit.shapes.families
    for number in range(len(fit.series_counts)):
        members = [int(place) for place in np.flatnonzero(fit.shapes.series == number)]
        seen = _series(fit, number, members, anodes)
        before = found.get(seen.element)
        if before is None or (
            families[members[0]].shell != "M" and seen.significance > before.significance
        ):
            found[seen.element] = seen
    return found


def _series(fit: LineFit, number: int, members: Sequence[int], anodes: Sequence[str]) -> Seen:
    families = fit.shapes.families
    main = families[max(members, key=lambda member: fit.shapes.shares[member])]
    neighbours = _neighbours(fit, number, main.line)
    near = np.abs(fit.shapes.energies_kev - main.line.energy_kev) <= fwhm_kev(main.line.energy_kev)
    faults = float(sum(error**2 for error, _ in neighbours))
    faults += (_BENEATH_ERROR * float(fit.base[near].sum())) ** 2
    faults += (_COMPTON_ERROR * _compton_near(fit, main.line.energy_kev)) ** 2
    statistic = float(fit.series_errors[number])
    error = float(np.hypot(statistic, np.sqrt(faults)))
    alone = float(fit.series_alone[number])
    worst = max(neighbours, default=(0.0, ""))
    overlapped = error > 2 * alone
    element = main.line.element
    return Seen(
        element,
        main.shell,
        tuple(families[member].line.name for member in members),
        main.line.energy_kev,
        float(fit.series_counts[number]),
        error,
        alone,
        worst[1] if overlapped else "",
        element in AIR or element in anodes,
    )


def _neighbours(fit: LineFit, number: int, own: EmissionLine) -> list[tuple[float, str]]:
    """Error in a line that other lines cause, counts, with their labels."""
    width = float(fwhm_kev(own.energy_kev))
    found = []
    for place, family in enumerate(fit.shapes.families):
        if fit.shapes.series[place] == number or fit.counts[place] <= 0:
            continue
        distance = (family.line.energy_kev - own.energy_kev) / width
        nearness = np.exp(-0.5 * (distance / _NEIGHBOUR_REACH) ** 2)
        found.append((float(_NEIGHBOUR_ERROR * nearness * fit.counts[place]), family.line.label))
    return found


def _compton_near(fit: LineFit, energy_kev: float) -> float:
    """Compton counts of anodes whose scattered lines are about an energy."""
    total = 0.0
    for anode, counts in fit.compton.items():
        alpha, beta = (line(f"{anode}_{name}").energy_kev for name in ("Ka", "Kb"))
        if 0.85 * alpha < energy_kev < 1.03 * beta:
            total += counts
    return total


def line_evidence(fit: LineFit, seen: Seen, *, missing: bool = False) -> tuple[LineEvidence, ...]:
    """The lines of an element's best series, the strongest first.

    Parameters
    ----------
    fit
        The fit.
    seen
        The element.
    missing
        Give the main line only, as one that should be there and is not.
    """
    found = []
    shapes = fit.shapes
    for place, family in enumerate(shapes.families):
        if family.line.element != seen.element or family.shell != seen.shell:
            continue
        width = float(fwhm_kev(family.line.energy_kev))
        near = np.abs(shapes.energies_kev - family.line.energy_kev) <= width
        beneath = fit.model[near] - fit.counts[place] * shapes.rows[place, near]
        error = max(float(fit.errors[place]), 1e-9)
        error = float(np.hypot(error, seen.error * shapes.shares[place]))
        note = f"under {seen.hidden_by}" if seen.hidden_by and place == _main(fit, seen) else ""
        found.append(
            LineEvidence(
                family.line,
                float(fit.counts[place]),
                float(np.maximum(beneath, 0.0).sum()),
                float(fit.counts[place]) / error,
                note,
            )
        )
    if missing:
        main = shapes.families[_main(fit, seen)].line
        return tuple(item for item in found if item.line == main)
    shown = [item for item in found if item.significance >= _SIGMAS_SHOWN]
    return tuple(sorted(shown or found[:1], key=lambda item: -item.counts))


def _main(fit: LineFit, seen: Seen) -> int:
    """Place of the strongest family of an element's best series."""
    members = [
        place
        for place, family in enumerate(fit.shapes.families)
        if family.line.element == seen.element and family.shell == seen.shell
    ]
    return max(members, key=lambda place: fit.shapes.shares[place])


def element_evidence(fit: LineFit, found: dict[str, Seen]) -> tuple[ElementEvidence, ...]:
    """What is to be told of the elements that are there, the most significant first."""
    told = []
    for seen in found.values():
        if not seen.is_present:
            continue
        if seen.element in AIR:
            note = "also argon of the air"
        elif seen.is_instrument:
            note = "also, or only, the tube's anode"
        elif seen.hidden_by:
            note = f"overlaps with {seen.hidden_by}"
        else:
            note = ""
        told.append(
            ElementEvidence(seen.element, line_evidence(fit, seen), seen.significance, note)
        )
    return tuple(sorted(told, key=lambda item: -item.significance))
