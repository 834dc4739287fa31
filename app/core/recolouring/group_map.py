"""Which pigments XRF cannot tell apart, for every pixel of a scan: by the element that decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.amounts import SOFT_KEV
from app.core.degenerate import joined
from app.core.elements import ELEMENTS
from app.core.emission import line
from app.core.formulas import mass_fractions
from app.core.line_shapes import families_of, family_shape
from app.core.line_strengths import pure_strengths
from app.core.lines import roi_for
from app.core.maps import required_axis, window_map
from app.core.matching import COMMON, weights_of
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.pigments import BINDERS, Pigment
from app.core.progress import Progress, no_progress
from app.core.recolouring.groups import Swatch
from app.core.resampling import channel_edges
from app.core.scan import Scan

FloatArray = NDArray[np.float64]

_LINES = MappingProxyType({"Pb": "Pb_Lb", "Ba": "Ba_Lb"})
"""Lines that others cover less than the usual ones."""

_LEAST_TELLING = 0.02
_LEAST_COMMON = 0.08
_SIGMAS = 3.0
# how far layers turn the ratios by which overlaps are taken out
_RATIO_ERROR = 0.2
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class ElementGroup:
    """Pigments known by one element.

    Parameters
    ----------
    element
        Symbol; empty for those that no element shows.
    swatches
        Their names and colours.
    """

    element: str
    swatches: tuple[Swatch, ...]

    @property
    def text(self) -> str:
        """For the user: "Cu: Azurite, Malachite or 9 more"."""
        names = [swatch.name for swatch in self.swatches]
        if len(names) > _MOST_NAMES:
            names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
        return f"{self.element or 'No telling line'}: {joined(names, 'or')}"


@dataclass(frozen=True, slots=True, eq=False)
class GroupMap:
    """The group that weighs most in each pixel.

    Parameters
    ----------
    groups
        All groups; the last is that of pigments without a telling line.
    numbers
        Place in `groups` of each pixel's, shape (rows, cols).
    """

    groups: tuple[ElementGroup, ...]
    numbers: NDArray[np.int16]

    def at(self, row: int, col: int) -> ElementGroup:
        """The group of a pixel."""
        return self.groups[int(self.numbers[row, col])]


def element_groups(pigments: Sequence[Pigment]) -> tuple[ElementGroup, ...]:
    """Pigments by the element that decides, in the order of the elements.

    That is the element with most of a pigment's mass which grounds, whites and fillers do not
    bring anyway, with lines above 2.9 keV; where there is none, the most frequent of those that
    they bring. The last group is of pigments that have neither.
    """
    found: dict[str, list[Swatch]] = {}
    for pigment in pigments:
        found.setdefault(_telling(pigment), []).append(Swatch(pigment.name, pigment.srgb))
    symbols = sorted((name for name in found if name), key=ELEMENTS.index)
    made = [ElementGroup(name, tuple(found[name])) for name in symbols]
    return (*made, ElementGroup("", tuple(found.get("", ()))))


def group_map(
    scan: Scan,
    pigments: Sequence[Pigment],
    *,
    instrument: Instrument | None = None,
    progress: Progress = no_progress,
) -> GroupMap:
    """The group of pigments that weighs most in each pixel.

    Parameters
    ----------
    scan
        With an energy axis.
    pigments
        Those that may be there.
    instrument
        What it was measured with; None takes a rhodium tube at 50 kV.
    progress
        Told before each element; may raise to stop.

    Raises
    ------
    ParameterError
        If the scan has no energy axis.

    Notes
    -----
    Net counts of one window per element, overlaps taken out by the ratios of a thin sample, are
    turned into rough masses as in oil, and these weighed as candidates are
    (`app.core.matching.weights_of`): an element of grounds, whites and fillers counts a twentieth
    and less. What is below three standard deviations, or a fifth of what was taken out, counts
    nothing. A quick look at the whole picture: `app.core.candidates` says more of one place.
    """
    used = instrument or Instrument()
    groups = element_groups(pigments)
    axis = required_axis(scan.cube)
    first, last = axis.energy_kev(0), axis.energy_kev(scan.cube.channels - 1)
    highest = min(last, used.tube_kv)
    seen = [
        (place, group.element)
        for place, group in enumerate(groups[:-1])
        if first < _line_kev(group.element) < highest and group.element != used.anode
    ]
    numbers = np.full((scan.cube.rows, scan.cube.cols), len(groups) - 1, np.int16)
    if not seen:
        return GroupMap(groups, numbers)
    symbols = tuple(symbol for _, symbol in seen)
    amounts = _measured(scan, symbols, used, progress)
    amounts *= _weights(symbols, pigments, used)[:, None, None]
    places = np.array([place for place, _ in seen], np.int16)
    best = amounts.argmax(axis=0)
    progress(1.0, "")
    return GroupMap(groups, np.where(amounts.max(axis=0) > 0, places[best], numbers))


def _measured(
    scan: Scan, symbols: tuple[str, ...], instrument: Instrument, progress: Progress
) -> FloatArray:
    """Counts of each element's line, 0 where they are not sure, shape (elements, rows, cols)."""
    axis = required_axis(scan.cube)
    net, variances, windows = [], [], []
    for place, symbol in enumerate(symbols):
        progress(place / len(symbols), f"Measuring {symbol}")
        roi = roi_for(line(_LINES.get(symbol, symbol)), axis, channels=scan.cube.channels)
        window = axis.channel_range(roi.low_kev, roi.high_kev, scan.cube.channels)
        gross = window_map(scan, symbol, *window).counts.astype(np.float64)
        above = window_map(scan, symbol, *window, net=True).counts.astype(np.float64)
        net.append(above)
        # the background is known from as many channels as the window has
        variances.append(np.maximum(2 * gross - above, 1.0))
        windows.append(window)
    table = _responses(symbols, windows, channel_edges(axis, scan.cube.channels), instrument)
    return _amounts(table, np.stack(net), np.stack(variances))


def _telling(pigment: Pigment) -> str:
    """Symbol of the element that decides; empty without one."""
    if not pigment.components:
        return ""
    hard = [
        (symbol, fraction)
        for symbol, fraction in pigment.fractions.items()
        if _line_kev(symbol) >= SOFT_KEV
    ]
    for symbol, fraction in hard:
        if symbol not in COMMON and fraction >= _LEAST_TELLING:
            return symbol
    return next((symbol for symbol, fraction in hard if fraction >= _LEAST_COMMON), "")


def _line_kev(symbol: str) -> float:
    """Energy of the line that an element is measured by, keV; 0 for the lightest."""
    if ELEMENTS.index(symbol) < ELEMENTS.index("Na"):
        return 0.0
    return line(_LINES.get(symbol, symbol)).energy_kev


def _weights(
    symbols: tuple[str, ...], pigments: Sequence[Pigment], instrument: Instrument
) -> FloatArray:
    """What a count of each element weighs."""
    formula, _ = BINDERS["linseed oil"]
    matrix = tuple(mass_fractions(formula).items())
    strengths = pure_strengths(matrix, instrument, symbols)
    weights = weights_of(pigments)
    made = []
    for symbol in symbols:
        strength = strengths.get((symbol, line(_LINES.get(symbol, symbol)).name), 0.0)
        made.append(weights.get(symbol, 1.0) / strength if strength > 0 else 0.0)
    return np.array(made)


def _responses(
    symbols: tuple[str, ...],
    windows: Sequence[tuple[int, int]],
    edges: FloatArray,
    instrument: Instrument,
) -> FloatArray:
    """Net counts in each window for a count in its own, shape (windows, elements)."""
    table = np.zeros((len(windows), len(symbols)))
    for place, symbol in enumerate(symbols):
        families = families_of(symbol, instrument.tube_kv)
        energies = np.array([family.line.energy_kev for family in families])
        strengths = np.array([family.strength for family in families])
        strengths = strengths * efficiency(instrument, energies)
        peaks = sum(
            strength * family_shape(family, edges, instrument.resolution_ev)
            for family, strength in zip(families, strengths, strict=True)
        )
        sums = np.concatenate([[0.0], np.cumsum(peaks)])
        for number, (first, stop) in enumerate(windows):
            table[number, place] = _net(sums, first, stop)
    own = np.diag(table).copy()
    return table / np.where(own > 0, own, 1.0)


def _net(sums: FloatArray, first: int, stop: int) -> float:
    """Counts of a window less those of windows of half its width to either side, as in maps."""
    side = max((stop - first) // 2, 1)
    below, above = max(first - side, 0), min(stop + side, len(sums) - 1)
    parts = [(below, first), (stop, above)]
    means = [(sums[end] - sums[begin]) / (end - begin) for begin, end in parts if end > begin]
    beneath = sum(means) / len(means) * (stop - first) if means else 0.0
    return float(sums[stop] - sums[first] - beneath)


def _amounts(table: FloatArray, net: FloatArray, variances: FloatArray) -> FloatArray:
    """Counts of each element, 0 where they are not sure, shape (elements, rows, cols)."""
    solved = np.linalg.pinv(table)
    counts = np.maximum(np.einsum("ew,wrc->erc", solved, net), 0.0)
    sigma = np.sqrt(np.einsum("ew,wrc->erc", solved**2, variances))
    others = np.abs(table) - np.diag(np.abs(np.diag(table)))
    taken = np.einsum("ef,frc->erc", others, counts)
    return np.where(counts > _SIGMAS * sigma + _RATIO_ERROR * taken, counts, 0.0)
