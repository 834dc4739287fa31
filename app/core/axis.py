"""The energy axis of a spectral cube."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError


@dataclass(frozen=True, slots=True)
class EnergyAxis:
    """Energy of each channel: `offset + gain·channel + quadratic·channel²`, in keV.

    The energy is that of the channel's centre (PyMca's and NeXus' convention); a channel
    reaches half a channel to either side.

    Parameters
    ----------
    offset_kev
        Energy of channel 0, keV.
    gain_kev
        keV per channel, greater than 0.
    quadratic
        keV per channel squared; 0 for nearly all detectors.
    source
        Where the axis came from, in words for the user ("file: kev_offset, kev_slope").

    Raises
    ------
    ParameterError
        If a number is not finite or the gain is not positive.
    """

    offset_kev: float
    gain_kev: float
    quadratic: float = 0.0
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        numbers = (self.offset_kev, self.gain_kev, self.quadratic)
        if not all(math.isfinite(number) for number in numbers) or self.gain_kev <= 0:
            raise ParameterError(
                "This energy axis makes no sense.",
                f"Offset {self.offset_kev} keV, gain {self.gain_kev} keV per channel; "
                "a finite offset and a positive gain are needed.",
                "Typical is an offset near 0 keV and a gain of 0.01 to 0.04 keV per channel.",
            )

    def energies_kev(self, channels: int) -> NDArray[np.float64]:
        """Energies of the channel centres, keV, shape (channels,)."""
        index = np.arange(channels, dtype=np.float64)
        return self.offset_kev + self.gain_kev * index + self.quadratic * index**2

    def energy_kev(self, channel: float) -> float:
        """Energy at a (fractional) channel, keV."""
        return self.offset_kev + self.gain_kev * channel + self.quadratic * channel**2

    def channel(self, energy_kev: float) -> float:
        """Fractional channel at an energy; the inverse of `energy_kev`.

        An energy that a bent axis never reaches gives a channel beyond its turning point, so
        that a higher energy never has a lower channel.
        """
        above = energy_kev - self.offset_kev
        if self.quadratic == 0:
            return above / self.gain_kev
        root = self.gain_kev**2 + 4 * self.quadratic * above
        # this form of the quadratic formula keeps its digits when the bend is slight
        return 2 * above / (self.gain_kev + math.sqrt(max(root, 0.0)))

    def channel_range(self, low_kev: float, high_kev: float, channels: int) -> tuple[int, int]:
        """First channel and the one after the last of an energy window.

        Both ends are rounded outwards: every channel that the window touches is in.

        Raises
        ------
        ParameterError
            If the window is upside down or lies outside the axis; the message names both.
        """
        begin, end = self.energy_kev(-0.5), self.energy_kev(channels - 0.5)
        upside_down = not low_kev <= high_kev
        if upside_down or high_kev <= begin or low_kev >= end:
            fault = "is upside down" if upside_down else "lies outside the axis"
            raise ParameterError(
                "This energy window cannot be used.",
                f"The window {low_kev:.3f}–{high_kev:.3f} keV {fault}; the energy axis reaches "
                f"from {begin:.3f} to {end:.3f} keV ({channels} channels).",
                "Choose a window inside the axis, its lower end first.",
            )
        # the small slack keeps an end that sits exactly on a channel's edge from rounding out
        first = math.floor(self.channel(max(low_kev, begin)) + 0.5 + 1e-6)
        stop = math.ceil(self.channel(min(high_kev, end)) + 0.5 - 1e-6)
        first = min(max(first, 0), channels - 1)
        return first, min(max(stop, first + 1), channels)

    def edges_kev(self, first: int, stop: int) -> tuple[float, float]:
        """Lower and upper energy edge, keV, of the channels first..stop-1."""
        return self.energy_kev(first - 0.5), self.energy_kev(stop - 0.5)
