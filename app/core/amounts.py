"""Rough amounts of the elements behind the counts of their lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.core.evidence import Seen
from app.core.formulas import mass_fractions
from app.core.line_strengths import Fractions, pure_strengths
from app.core.physics.instrument import Instrument
from app.core.pigments import BINDERS

SOFT_KEV = 2.9
"""Lines below come from the uppermost micrometres and are mostly lost in air, keV."""

# paint's mass is about this share of binder and other light matter
_LIGHT_SHARE = 0.4
_STEP = 0.05
_ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """Rough masses of the elements of one spectrum.

    Parameters
    ----------
    masses
        By symbol, in units of the largest; without tube, air, and elements that only show by
        lines below 2.9 keV.
    matrix
        The mixture they were worked out for.
    counts_per_strength
        Counts that a strength of 1 (`pure_strengths` in that mixture) stands for, per mass
        fraction; 0 where nothing was found.
    """

    masses: Mapping[str, float]
    matrix: Fractions
    counts_per_strength: float

    def counts(self, seen: Seen, fraction: float, instrument: Instrument) -> float:
        """Counts that a mass fraction of an element would add in its series of lines."""
        strengths = pure_strengths(self.matrix, instrument, (seen.element,))
        strength = sum(strengths.get((seen.element, name), 0.0) for name in seen.names)
        return self.counts_per_strength * fraction * strength


def amounts(found: Mapping[str, Seen], instrument: Instrument) -> Amounts:
    """Relative masses of the elements that are there, as if all lay in one thick layer.

    Parameters
    ----------
    found
        Elements as fitted.
    instrument
        What they were measured with.

    Returns
    -------
    Amounts
        Empty where no element is there.

    Notes
    -----
    Counts over the counts per mass fraction of a trace in the mixture itself, which is worked
    out in two rounds in steps of 5 %. Real layers lie upon each other: an element beneath
    others is underestimated, by its own absorption, several times for lines of 3–5 keV.
    """
    present = [
        seen
        for seen in found.values()
        if seen.is_present and not seen.is_instrument and seen.energy_kev >= SOFT_KEV
    ]
    symbols = tuple(seen.element for seen in present)
    shares: dict[str, float] = {}
    matrix, total = _matrix(shares), 0.0
    for _ in range(_ROUNDS + 1):
        matrix = _matrix(shares)
        strengths = pure_strengths(matrix, instrument, symbols)
        masses = {}
        for seen in present:
            strength = sum(strengths.get((seen.element, name), 0.0) for name in seen.names)
            if strength > 0:
                masses[seen.element] = seen.counts / strength
        total = sum(masses.values())
        shares = {symbol: mass / total for symbol, mass in masses.items()}
    largest = max(shares.values(), default=1.0)
    relative = {symbol: share / largest for symbol, share in shares.items()}
    return Amounts(MappingProxyType(relative), matrix, total / (1 - _LIGHT_SHARE))


def _matrix(shares: Mapping[str, float]) -> Fractions:
    """Binder with the elements found, in coarse steps so that alike spectra share their tables."""
    light = mass_fractions(BINDERS["linseed oil"][0])
    mixture = dict(light)
    if shares:
        mixture = {symbol: _LIGHT_SHARE * share for symbol, share in light.items()}
        for symbol, share in shares.items():
            coarse = round(share / _STEP) * _STEP
            if coarse > 0:
                mixture[symbol] = mixture.get(symbol, 0.0) + (1 - _LIGHT_SHARE) * coarse
    total = sum(mixture.values())
    return tuple((symbol, share / total) for symbol, share in mixture.items())
