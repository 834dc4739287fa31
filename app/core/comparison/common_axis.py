"""Two scans on one energy axis, no count lost or made inside it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.scan import Scan
from app.errors import ParameterError

# axes whose channel edges differ by less than this share of a channel are the same
_SAME_CHANNELS = 0.01
# an edge this near to a channel's own edge does not cut it
_ON_EDGE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMap:
    """How the counts of a scan become those of the common channels.

    Parameters
    ----------
    edges
        Where the common channels begin and end, in channels of the scan counted from the lower
        edge of channel 0; rising, shape (common channels + 1,).
    """

    edges: NDArray[np.float64]

    @property
    def is_slice(self) -> bool:
        """Whether the common channels are some of the scan's own, unchanged."""
        whole = np.array_equal(self.edges, np.round(self.edges))
        return whole and bool((np.diff(self.edges) == 1).all())

    def apply(self, counts: NDArray[Any]) -> NDArray[Any]:
        """Counts on the common channels.

        Parameters
        ----------
        counts
            Shape (..., channels of the scan).

        Returns
        -------
        ndarray
            Shape (..., common channels); of the same type where channels are only left out, else
            float64. A channel that an edge cuts is shared in proportion to the parts' widths.
        """
        if self.is_slice:
            return counts[..., int(self.edges[0]) : int(self.edges[-1])]
        below = np.zeros((*counts.shape[:-1], counts.shape[-1] + 1))
        np.cumsum(counts, axis=-1, out=below[..., 1:])
        whole = np.minimum(self.edges.astype(np.intp), counts.shape[-1] - 1)
        at_edges = below[..., whole] + (self.edges - whole) * counts[..., whole]
        # a channel without counts may come out as a little less than 0 by rounding
        return np.maximum(np.diff(at_edges, axis=-1), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class CommonAxis:
    """The energy axis on which two scans are compared.

    Parameters
    ----------
    axis
        Energy axis; None where neither scan has one.
    channels
        Number of common channels.
    first, second
        What happens to the counts of either scan; None where they stay as they are.
    note
        What was done, a sentence for the user; empty where nothing was.
    """

    axis: EnergyAxis | None
    channels: int
    first: ChannelMap | None = None
    second: ChannelMap | None = None
    note: str = ""

    def of_first(self, counts: NDArray[Any]) -> NDArray[Any]:
        """The first one's counts on the common channels, shape (..., channels)."""
        return counts if self.first is None else self.first.apply(counts)

    def of_second(self, counts: NDArray[Any]) -> NDArray[Any]:
        """The second one's counts on the common channels, shape (..., channels)."""
        return counts if self.second is None else self.second.apply(counts)

    def window_counts(
        self, scan: Scan, channels: ChannelMap | None, first: int, stop: int
    ) -> NDArray[np.float64]:
        """Counts of every pixel in common channels first..stop-1, shape (rows, cols).

        Parameters
        ----------
        scan
            The first or the second scan.
        channels
            `first` or `second` of this axis, whichever it is.
        first, stop
            Common channels, at least one.
        """
        low, high = float(first), float(stop)
        if channels is not None:
            low, high = float(channels.edges[first]), float(channels.edges[stop])
        # a channel that an edge cuts is shared in proportion to the parts' widths
        return _counts_below(scan, high) - _counts_below(scan, low)


def _counts_below(scan: Scan, edge: float) -> NDArray[np.float64]:
    """Counts of every pixel below a place in channels, 0 being where channel 0 begins."""
    whole = min(int(edge), scan.cube.channels - 1)
    below = scan.window_counts(0, whole).astype(np.float64)
    part = edge - whole
    return below + part * scan.window_counts(whole, whole + 1) if part > 0 else below


def common_axis(first: SpectralCube, second: SpectralCube) -> CommonAxis:
    """The energy axis that two scans share.

    Parameters
    ----------
    first, second
        Scans with or without an energy axis; their counts are not read.

    Returns
    -------
    CommonAxis
        Where both axes agree to a hundredth of a channel, or none is known and the numbers of
        channels agree, nothing is done. Otherwise it is the axis of the scan with the wider
        channels, as far as the other reaches; the other's counts are shared out onto it.

    Raises
    ------
    ParameterError
        If the axes overlap by less than two channels, or an axis is missing and the numbers of
        channels differ.
    """
    if first.axis is None or second.axis is None:
        return _without_an_axis(first, second)
    if _agree(first, first.axis, second, second.axis):
        return CommonAxis(first.axis, first.channels)
    first_is_wider = _width_kev(first.axis, first.channels) >= _width_kev(
        second.axis, second.channels
    )
    wide, narrow = (first, second) if first_is_wider else (second, first)
    kept, shared, axis = _rebinned(wide, narrow)
    channels = len(kept.edges) - 1
    low, high = axis.edges_kev(0, channels)
    note = (
        f"The energy axes differ: compared on {channels} channels of {wide.name}, "
        f"{low:.3f} to {high:.3f} keV; the counts of {narrow.name} were shared out onto them."
    )
    maps = (kept, shared) if first_is_wider else (shared, kept)
    return CommonAxis(axis, channels, *maps, note)


def _without_an_axis(first: SpectralCube, second: SpectralCube) -> CommonAxis:
    if first.channels != second.channels:
        nameless = first if first.axis is None else second
        raise ParameterError(
            "These scans cannot be brought onto one energy axis.",
            f"{first.name} has {first.channels} channels, {second.name} has {second.channels}, and "
            f"the energy axis of {nameless.name} is not known.",
            "Give the axis in keV and keV per channel (on the command line: --axis OFFSET,GAIN).",
        )
    known = first.axis or second.axis
    if known is None:
        return CommonAxis(
            None, first.channels, note="No energy axis is known: channel against channel."
        )
    nameless = first if first.axis is None else second
    return CommonAxis(
        known,
        first.channels,
        note=f"{nameless.name} has no energy axis: the other scan's was taken for it.",
    )


def _agree(
    first: SpectralCube, first_axis: EnergyAxis, second: SpectralCube, second_axis: EnergyAxis
) -> bool:
    if first.channels != second.channels:
        return False
    difference = first_axis.energies_kev(first.channels) - second_axis.energies_kev(first.channels)
    allowed = _SAME_CHANNELS * _width_kev(first_axis, first.channels)
    return bool(np.abs(difference).max() < allowed)


def _width_kev(axis: EnergyAxis, channels: int) -> float:
    """Mean width of a channel, keV."""
    low, high = axis.edges_kev(0, channels)
    return (high - low) / channels


def _rebinned(
    wide: SpectralCube, narrow: SpectralCube
) -> tuple[ChannelMap, ChannelMap, EnergyAxis]:
    """What is kept of the wider channels, how the narrower become them, and their axis."""
    assert wide.axis is not None
    assert narrow.axis is not None
    energies = np.array([wide.axis.energy_kev(edge - 0.5) for edge in range(wide.channels + 1)])
    places = np.array([narrow.axis.channel(energy) + 0.5 for energy in energies])
    on_edge = np.abs(places - np.round(places)) < _ON_EDGE
    places = np.where(on_edge, np.round(places), places)
    inside = np.flatnonzero((places >= 0) & (places <= narrow.channels))
    if len(inside) < 3:
        raise _no_overlap(wide, narrow)
    first, stop = int(inside[0]), int(inside[-1])
    kept = np.arange(first, stop + 1, dtype=np.float64)
    axis = wide.axis
    moved = EnergyAxis(
        axis.energy_kev(first),
        axis.gain_kev + 2 * axis.quadratic * first,
        axis.quadratic,
        axis.source,
    )
    return ChannelMap(kept), ChannelMap(places[first : stop + 1]), moved


def _no_overlap(wide: SpectralCube, narrow: SpectralCube) -> ParameterError:
    ranges = []
    for cube in (wide, narrow):
        assert cube.axis is not None
        low, high = cube.axis.edges_kev(0, cube.channels)
        ranges.append(f"{cube.name} reaches from {low:.3f} to {high:.3f} keV")
    return ParameterError(
        "These scans share no energies.",
        f"{'; '.join(ranges)}; at least two channels must be common.",
        "Check the energy axes; one can be given (on the command line: --axis OFFSET,GAIN).",
    )
