"""Rough amounts of the elements behind the counts of their lines."""

from collections.abc import Mapping

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


def amounts(found: Mapping[str, Seen], instrument: Instrument) -> dict[str, float]:
    """Relative masses of the elements that are there, as if all lay in one thick layer.

    Parameters
    ----------
    found
        Elements as fitted.
    instrument
        What they were measured with.

    Returns
    -------
    dict
        Mass by symbol, in units of the largest; without tube, air, and elements that only show
        by lines below 2.9 keV.

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
    for _ in range(_ROUNDS + 1):
        strengths = pure_strengths(_matrix(shares), instrument, symbols)
        masses = {}
        for seen in present:
            strength = sum(strengths.get((seen.element, name), 0.0) for name in seen.names)
            if strength > 0:
                masses[seen.element] = seen.counts / strength
        total = sum(masses.values())
        shares = {symbol: mass / total for symbol, mass in masses.items()}
    largest = max(shares.values(), default=1.0)
    return {symbol: share / largest for symbol, share in shares.items()}


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
