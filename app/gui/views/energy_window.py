"""The energy window as whole channels: clipping, moving and resizing, without any drawing."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.axis import EnergyAxis


class Grip(StrEnum):
    """What of the window a drag has hold of."""

    BODY = "body"
    LOW = "low"
    HIGH = "high"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Ruler:
    """Positions along the spectrum: keV where there is an axis, else channel numbers.

    Parameters
    ----------
    axis
        Energy axis, None where unknown.
    channels
        Number of channels.
    """

    axis: EnergyAxis | None
    channels: int

    @property
    def unit(self) -> str:
        """For texts: "keV", or "ch"."""
        return "ch" if self.axis is None else "keV"

    def position(self, channel: float) -> float:
        """Place of a (fractional) channel."""
        return channel if self.axis is None else self.axis.energy_kev(channel)

    def channel(self, position: float) -> float:
        """Fractional channel at a place."""
        return position if self.axis is None else self.axis.channel(position)

    def edges(self, first: int, stop: int) -> tuple[float, float]:
        """Where channels first..stop-1 begin and end."""
        return self.position(first - 0.5), self.position(stop - 0.5)

    @property
    def limits(self) -> tuple[float, float]:
        """Where the first channel begins and the last one ends."""
        return self.edges(0, max(self.channels, 1))

    def clipped(self, first: int, stop: int) -> tuple[int, int]:
        """The same window on the axis, at least one channel wide."""
        first = min(max(first, 0), max(self.channels - 1, 0))
        return first, min(max(stop, first + 1), max(self.channels, 1))

    def moved(self, first: int, stop: int, by: int) -> tuple[int, int]:
        """The window shifted by channels, its width kept at the ends of the axis."""
        width = stop - first
        first = min(max(first + by, 0), max(self.channels - width, 0))
        return self.clipped(first, first + width)

    def widened(self, first: int, stop: int, by: int) -> tuple[int, int]:
        """The window with its width changed by `by` channels about its centre.

        An odd change goes to the upper end of an even window and to the lower end of an odd
        one, so that widening and narrowing come back to where they began.
        """
        width = min(max(stop - first + by, 1), max(self.channels, 1))
        difference = width - (stop - first)
        below = (difference + (stop - first) % 2) // 2
        return self.moved(first - below, first - below + width, 0)

    def centred(self, position: float, width: int) -> tuple[int, int]:
        """The window of so many channels whose centre is nearest to a place."""
        width = min(max(width, 1), max(self.channels, 1))
        first = round(self.channel(position) - (width - 1) / 2)
        return self.moved(first, first + width, 0)

    def width_in_channels(self, first: int, stop: int, width: float) -> int:
        """How many channels make a width (keV or channels) at the window's place."""
        begin, end = self.edges(first, stop)
        per_channel = (end - begin) / (stop - first)
        return max(round(width / per_channel), 1)

    def dragged(
        self, grip: Grip, start: tuple[int, int], pressed: float, current: float
    ) -> tuple[int, int]:
        """The window after a drag.

        Parameters
        ----------
        grip
            What was taken hold of.
        start
            First channel and the one after the last when the drag began.
        pressed, current
            Fractional channels where the button went down and where the pointer is.
        """
        first, stop = start
        if grip is Grip.NEW:
            low, high = sorted((round(pressed), round(current)))
            return self.clipped(low, high + 1)
        by = round(current - pressed)
        if grip is Grip.BODY:
            return self.moved(first, stop, by)
        if grip is Grip.LOW:
            return self.clipped(min(first + by, stop - 1), stop)
        return self.clipped(first, max(stop + by, first + 1))


def grip_at(x: float, low: float, high: float, reach: float = 9.0) -> Grip | None:
    """What lies under the pointer; all in pixels of the screen.

    Each edge can be taken from `reach` pixels outside it and from a third of the window inside,
    up to half of `reach`. The body of a narrow window is never less than `reach` wide.

    Parameters
    ----------
    x
        Place of the pointer.
    low, high
        Edges of the window.
    reach
        How far from an edge one may miss it.
    """
    inside = min(reach / 2, (high - low) / 3)
    body_low, body_high = low + inside, high - inside
    missing = reach - (body_high - body_low)
    if missing > 0:
        body_low, body_high = body_low - missing / 2, body_high + missing / 2
    if body_low <= x <= body_high:
        return Grip.BODY
    if body_low - reach - inside <= x < body_low:
        return Grip.LOW
    if body_high < x <= body_high + reach + inside:
        return Grip.HIGH
    return None
