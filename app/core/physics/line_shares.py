"""How many counts each emission line has in a computed spectrum, and from which layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.emission import EmissionLine, family_of, lines_of
from app.core.physics.computed import ComputedSpectrum
from app.core.physics.detector import efficiency

_LOWEST_KEV = 0.9


@dataclass(frozen=True, slots=True)
class LineShare:
    """Counts of one line.

    Parameters
    ----------
    line
        The family of lines that the detector sees as one peak.
    layers
        Expected counts from each layer, top to bottom.
    """

    line: EmissionLine
    layers: tuple[float, ...]

    @property
    def counts(self) -> float:
        """Expected counts from all layers."""
        return sum(self.layers)

    @property
    def shares(self) -> tuple[float, ...]:
        """What each layer has of the counts, 0 to 1; they sum to 1."""
        return tuple(part / self.counts for part in self.layers)


def line_shares(computed: ComputedSpectrum, *, at_least: float = 0.002) -> tuple[LineShare, ...]:
    """The lines of a computed spectrum, the one with most counts first.

    Parameters
    ----------
    computed
        The spectrum.
    at_least
        Lines with less than this share of the strongest one's counts are left out.

    Returns
    -------
    tuple of LineShare
        Lines between 0.9 keV and the end of the axis. Counts are those the detector records of
        the line, wherever in the spectrum they come to lie: tail and escape peak included, what
        other lines and the scatter have at the same energy not.
    """
    instrument = computed.instrument
    end = instrument.axis.energy_kev(instrument.channels - 0.5)
    seen = [
        (item, family)
        for item in computed.lines
        if _LOWEST_KEV <= item.energy_kev < end and (family := family_of(item.transition))
    ]
    if not seen:
        return ()
    energies, place = np.unique([item.energy_kev for item, _ in seen], return_inverse=True)
    counted = efficiency(instrument, energies)
    scale = instrument.beam_photons_per_s * instrument.detector_sr * instrument.live_time_s
    found: dict[tuple[str, str], NDArray[np.float64]] = {}
    for (item, family), number in zip(seen, place, strict=True):
        layers = found.setdefault((item.element, family), np.zeros(len(computed.layer_names)))
        layers[item.layer] += item.total * counted[number] * scale
    known = {
        (line.element, line.name): line
        for element in {element for element, _ in found}
        for line in lines_of(element)
    }
    shares = [
        LineShare(known[key], tuple(float(part) for part in layers))
        for key, layers in found.items()
        if key in known and layers.sum() > 0
    ]
    strongest = max((share.counts for share in shares), default=0.0)
    kept = [share for share in shares if share.counts >= at_least * strongest]
    return tuple(sorted(kept, key=lambda share: -share.counts))
