"""How well one pigment agrees with the elements that a spectrum shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from app.core.amounts import SOFT_KEV, Amounts, amounts
from app.core.evidence import Seen
from app.core.formulas import mass_fractions
from app.core.line_strengths import line_strengths
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment

COMMON = MappingProxyType(
    {
        **dict.fromkeys(("Ti", "Ba", "Zn", "Sr"), 0.05),
        "Pb": 0.05,
        **dict.fromkeys(("Ca", "K"), 0.02),
        **dict.fromkeys(("Na", "Mg", "Al", "Si", "P", "S", "Cl"), 0.01),
    }
)
"""Elements of grounds, whites, fillers, driers and glue with the weight that their mass is
given. The weights are a judgement, not a measurement."""

# thickness for which a pigment's lines are expected, µm
_THICKNESS_UM = 50.0
# a line this much weaker than the pigment's strongest is not looked for
_LEAST_LINE = 1e-3
# a paint that gives less than this of thick iron's Kα shows nothing
_LEAST_STRENGTH = 1e-4
# how far layers, mixtures and impurities may turn the ratio of two elements
_TOLERANCE = 3.0
_SOFT_TOLERANCE = 20.0
# elements with less of the mass than this count less when they are missing: they vary
_MAIN_FRACTION = 0.08
# with less than this of the mass an element is no mark to know a pigment by
_LEAST_TELLING = 0.02
# a pigment is not excluded where this share of the dry paint of it would not show
_UNSEEN_SHARE = 0.1
_LEAST_AGREEMENT = 0.02
# what would have this significance, or more, and is not there is missing
_MISSED_SIGMA = 3.0
# what the mass of an element counts that no pigment has as a main element
_OTHER_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """One pigment before a spectrum.

    Parameters
    ----------
    pigment
        The pigment.
    score
        Share explained times agreement, 0 to 1.
    present
        Its elements that are there, the strongest in its own spectrum first.
    missing
        Its elements that ought to be seen and are not.
    hidden
        Its elements that cannot be decided because other elements' lines cover theirs.
    is_open
        Whether it is no candidate, but might be there without any of its lines to be seen.
    only_common
        Whether all that is there of it is in grounds, whites and fillers anyway.
    """

    pigment: Pigment
    score: float
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    is_open: bool = False
    only_common: bool = False

    @property
    def signature(self) -> frozenset[str]:
        """What sets it apart here: its elements seen or missed, common ones only if no others."""
        decided = frozenset(self.present + self.missing)
        return frozenset(name for name in decided if name not in COMMON) or decided


@dataclass(frozen=True, slots=True)
class _Expected:
    """One element of a pigment: what it should show and what was found."""

    seen: Seen
    fraction: float
    strength: float

    @property
    def is_soft(self) -> bool:
        return self.seen.energy_kev < SOFT_KEV

    @property
    def tolerance(self) -> float:
        return _SOFT_TOLERANCE if self.is_soft else _TOLERANCE


def matched(
    pigments: Sequence[Pigment], found: Mapping[str, Seen], instrument: Instrument
) -> tuple[Match, ...]:
    """Compare pigments with what a spectrum shows, one result each in their order.

    Parameters
    ----------
    pigments
        Those asked about.
    found
        Elements as `elements_seen` gives them.
    instrument
        What it was measured with.

    Notes
    -----
    The score of a pigment is its share times its agreement. The share is what it would account
    for of the pigments in the spectrum: its main elements, as far as the scarcest of them
    allows by its formula, over all elements that are there. An element's part is its mass,
    turned into pigment by the median fraction that it has in the pigments asked about; elements
    of grounds, whites and fillers count less (`COMMON`). Of a mixture of several compounds only
    the one that accounts for most counts: two pigments side by side would show the same. The
    agreement is 1 when every line is there that ought to be; each one missing lowers it in
    proportion to how strongly it should show, a factor of 3 being allowed for layers and
    mixtures, and 20 for lines below 2.9 keV.
    """
    amount = amounts(found, instrument)
    parts = parts_of(amount, weights_of(pigments))
    return tuple(match(pigment, found, amount, parts, instrument) for pigment in pigments)


def match(
    pigment: Pigment,
    found: Mapping[str, Seen],
    amount: Amounts,
    parts: Mapping[str, float],
    instrument: Instrument,
) -> Match:
    """Compare a pigment with what a spectrum shows.

    Parameters
    ----------
    pigment
        The pigment; one without composition matches nothing.
    found
        Elements as `elements_seen` gives them.
    amount
        What `amounts` makes of them.
    parts
        The part of each element in the spectrum, as `parts_of` gives it.
    instrument
        What it was measured with.
    """
    expected = _expected(pigment, found, instrument)
    if not expected:
        return Match(pigment, 0.0, is_open=bool(pigment.components) or _is_dye(pigment))
    hard = [item for item in expected if not item.is_soft]
    present = [item for item in expected if item.seen.is_present and not item.seen.is_instrument]
    main = _main(hard)
    if not main:
        mixed_up = any(item.seen.is_instrument and item.seen.is_present for item in hard)
        if not mixed_up and any(_would_show(item, amount, instrument) for item in hard):
            return Match(pigment, 0.0)
        hidden = tuple(item.seen.element for item in hard if _is_open(item))
        return Match(pigment, 0.0, hidden=hidden, is_open=True)
    scale = min(item.seen.counts / item.strength for item in main)
    missing, hidden_now, agreement = _absent(expected, present, scale)
    names = tuple(item.seen.element for item in present)
    score = agreement * _share(pigment, main, amount.masses, parts)
    return Match(
        pigment,
        score,
        names,
        missing,
        hidden_now,
        only_common=all(name in COMMON for name in names),
    )


def weights_of(pigments: Sequence[Pigment]) -> dict[str, float]:
    """What a mass of each element counts in the score.

    Parameters
    ----------
    pigments
        Those asked about.

    Returns
    -------
    dict
        By symbol: the mass of pigment that a mass of the element stands for, which is one over
        the median of its mass fractions in the pigments that have it as a main element, times
        its weight in `COMMON`. Pigments of one element alone so stay equal.
    """
    fractions: dict[str, list[float]] = {}
    for pigment in pigments:
        if pigment.components:
            for element, fraction in pigment.fractions.items():
                if fraction >= _MAIN_FRACTION:
                    fractions.setdefault(element, []).append(fraction)
    return {
        element: COMMON.get(element, 1.0) / median(found) for element, found in fractions.items()
    }


def parts_of(amount: Amounts, weights: Mapping[str, float]) -> dict[str, float]:
    """The part of each element in the spectrum; all together are 1, or there are none.

    Parameters
    ----------
    amount
        Masses of the elements that are there.
    weights
        What a mass of each element counts, as `weights_of` gives it.
    """
    values = {
        element: weights.get(element, _OTHER_WEIGHT) * mass
        for element, mass in amount.masses.items()
    }
    total = sum(values.values())
    return {element: value / total for element, value in values.items()} if total > 0 else {}


def _is_dye(pigment: Pigment) -> bool:
    """Without a composition and without a measured spectrum: known by its colour alone."""
    return not pigment.components and not pigment.spectra


def _expected(
    pigment: Pigment, found: Mapping[str, Seen], instrument: Instrument
) -> list[_Expected]:
    """Elements that the pigment should show, the strongest first."""
    if not pigment.components:
        return []
    paint = pigment.paint()
    mass = paint.density_g_cm3 * _THICKNESS_UM * 1e-4
    strengths = line_strengths(paint.fractions, mass, instrument)
    items = []
    for element, fraction in pigment.fractions.items():
        seen = found.get(element)
        if seen is not None:
            strength = sum(strengths.get((element, name), 0.0) for name in seen.names)
            items.append(_Expected(seen, fraction, strength))
    items.sort(key=lambda item: -item.strength)
    least = max(
        _iron(instrument) * _LEAST_STRENGTH, _LEAST_LINE * items[0].strength if items else 0.0
    )
    return [item for item in items if item.strength >= least]


def _iron(instrument: Instrument) -> float:
    return line_strengths((("Fe", 1.0),), 10.0, instrument)["Fe", "Ka"]


def _main(hard: list[_Expected]) -> list[_Expected]:
    """The elements that are there by which the pigment is known: others than a ground's first."""
    telling = [item for item in hard if item.seen.element not in COMMON]
    common = [item for item in hard if item.seen.element in COMMON]
    for items, least in ((telling, _LEAST_TELLING), (common, 0.0)):
        largest = max((item.fraction for item in items), default=0.0)
        if largest >= least:
            found = [
                item
                for item in items
                if item.fraction >= min(_MAIN_FRACTION, largest)
                and item.seen.is_present
                and not item.seen.is_instrument
            ]
            if found:
                return found
    return []


def _would_show(item: _Expected, amount: Amounts, instrument: Instrument) -> bool:
    """Whether a tenth of the dry paint could not be of the pigment without being seen."""
    counts = amount.counts(item.seen, _UNSEEN_SHARE * item.fraction, instrument)
    # how much is there under another line is not known well enough to exclude by a hair
    counts /= _TOLERANCE if item.seen.hidden_by else 1.0
    return counts > max(item.seen.most, _MISSED_SIGMA * item.seen.error)


def _is_open(item: _Expected) -> bool:
    """Whether an element could be there in quantity, overlapped by another."""
    return bool(item.seen.hidden_by) or item.seen.is_instrument


def _absent(
    expected: list[_Expected], present: list[_Expected], scale: float
) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Elements that are missing, those that are hidden, and the agreement of all together."""
    missing, hidden = [], []
    agreement = 1.0
    for item in expected:
        seen = item.seen
        should = scale * item.strength / item.tolerance
        if item in present:
            # there, but far less than it should be
            if seen.most < should:
                agreement *= (seen.most / should) ** _weight(item)
        elif should > max(seen.most, _MISSED_SIGMA * seen.error) and not seen.is_instrument:
            missing.append(seen.element)
            agreement *= max(seen.most / should, _LEAST_AGREEMENT) ** _weight(item)
        elif scale * item.strength > _MISSED_SIGMA * seen.alone and _is_open(item):
            hidden.append(seen.element)
    return tuple(missing), tuple(hidden), agreement


def _weight(item: _Expected) -> float:
    return min(1.0, item.fraction / _MAIN_FRACTION)


def _share(
    pigment: Pigment,
    main: list[_Expected],
    masses: Mapping[str, float],
    parts: Mapping[str, float],
) -> float:
    """Part of the spectrum that the pigment would account for.

    Only by its main elements: minor ones, and a ground's, are too easily there for another
    reason.
    """
    known = [item for item in main if parts.get(item.seen.element, 0.0) > 0]
    if not known:
        return 0.0
    scale = min(masses[item.seen.element] / item.fraction for item in known)
    compounds: dict[int, float] = {}
    for item in known:
        element = item.seen.element
        explained = parts[element] * scale * item.fraction / masses[element]
        where = _compound_of(pigment, element)
        compounds[where] = compounds.get(where, 0.0) + explained
    return max(compounds.values())


def _compound_of(pigment: Pigment, element: str) -> int:
    """Number of the compound that holds most of an element."""
    held = [
        part.share * mass_fractions(part.formula).get(element, 0.0) for part in pigment.components
    ]
    return held.index(max(held))
