"""The energies that the numbers of a network's input stand for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.recolouring import card_values as values
from app.core.recolouring.card_values import ModelCardError

_LOWEST_KEV = -20.0
_HIGHEST_KEV = 500.0


@dataclass(frozen=True, slots=True)
class EnergyBins:
    """Bins on the energy axis: evenly spaced, or by explicit centres.

    Energies are those of the bins' centres; a bin reaches half way to its neighbours, the
    outermost as far outwards as inwards. Bins of 0.5 to 38.5 keV in 500 steps thus have a gain
    of 0.076 keV and an offset of 0.538 keV.

    Parameters
    ----------
    offset_kev
        Centre of the first bin, keV.
    gain_kev
        keV per bin.
    channels
        How many bins there are.
    centres
        Instead of these: the bins' centres, keV, rising.

    Raises
    ------
    ModelCardError
        If there are fewer than two bins, energies do not rise, or they are beyond what a
        detector measures (−20 to 500 keV).
    """

    offset_kev: float = 0.0
    gain_kev: float = 0.0
    channels: int = 0
    centres: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.bins < 2:
            raise ModelCardError("energy", f"has {self.bins} bins; expected two or more")
        if not self.centres and not (math.isfinite(self.gain_kev) and self.gain_kev > 0):
            raise ModelCardError(
                "energy.gain_kev", f"is {self.gain_kev} keV; expected a number above 0"
            )
        centres = self.centres_kev
        rises = np.diff(centres) > 0
        if not rises.all():
            place = int(np.argmin(rises))
            raise ModelCardError(
                "energy.centres",
                f"goes from {centres[place]:g} to {centres[place + 1]:g} keV; expected energies "
                "that rise",
            )
        if not (centres[0] >= _LOWEST_KEV and centres[-1] <= _HIGHEST_KEV):
            raise ModelCardError(
                "energy",
                f"reaches from {centres[0]:g} to {centres[-1]:g} keV; expected energies between "
                f"{_LOWEST_KEV:g} and {_HIGHEST_KEV:g} keV (are they in eV, or channel numbers?)",
            )

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return len(self.centres) or self.channels

    @property
    def centres_kev(self) -> NDArray[np.float64]:
        """Centres of the bins, keV, shape (bins,)."""
        if self.centres:
            return np.array(self.centres, dtype=np.float64)
        return self.offset_kev + self.gain_kev * np.arange(self.channels, dtype=np.float64)

    @property
    def edges_kev(self) -> NDArray[np.float64]:
        """Limits of the bins, keV, rising, shape (bins + 1,)."""
        if not self.centres:
            places = np.arange(self.channels + 1, dtype=np.float64) - 0.5
            return self.offset_kev + self.gain_kev * places
        centres = self.centres_kev
        between = (centres[1:] + centres[:-1]) / 2
        first, last = 2 * centres[0] - between[0], 2 * centres[-1] - between[-1]
        return np.concatenate([[first], between, [last]])

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them; the number of bins is the input's."""
        if self.centres:
            return {"centres": list(self.centres)}
        return {"offset_kev": self.offset_kev, "gain_kev": self.gain_kev}


def energy_from_plain(value: Any, channels: int, field: str) -> EnergyBins:
    """The bins of a card's `energy`: `{offset_kev, gain_kev}` or `{centres}`.

    Raises
    ------
    ModelCardError
        If a value is missing, of another type or makes no sense, or the centres are not as
        many as the input's channels.
    """
    record = values.mapping(value, field)
    values.known_keys(record, field, ("offset_kev", "gain_kev", "centres"))
    try:
        return _bins(record, channels, field)
    except ModelCardError as error:
        # the bins do not know where in the card they stand
        if error.field.startswith(field):
            raise
        where = error.field.removeprefix("energy")
        raise ModelCardError(f"{field}{where}", error.found) from error


def _bins(record: Mapping[str, Any], channels: int, field: str) -> EnergyBins:
    if "centres" not in record:
        offset = values.required(record, "offset_kev", field)
        gain = values.required(record, "gain_kev", field)
        return EnergyBins(
            values.number(offset, f"{field}.offset_kev", unit=" keV"),
            values.number(gain, f"{field}.gain_kev", above=0.0, unit=" keV"),
            channels,
        )
    if len(record) > 1:
        raise ModelCardError(field, "has centres and an offset or gain; expected one of the two")
    centres = values.items(record["centres"], f"{field}.centres", fewest=2, most=channels)
    if len(centres) != channels:
        raise ModelCardError(
            f"{field}.centres", f"has {len(centres):,} energies; expected {channels:,}"
        )
    return EnergyBins(
        centres=tuple(
            values.number(item, f"{field}.centres[{place}]", unit=" keV")
            for place, item in enumerate(centres)
        )
    )
