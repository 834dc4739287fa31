"""A second scan beside an open one: read, compared, and on one energy axis to be looked at."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.comparison.common_axis import CommonAxis, common_axis
from app.core.comparison.cubes import check_same_picture
from app.core.lines import EmissionLine, strongest_lines
from app.core.progress import part_of
from app.core.scan import Scan
from app.engine.comparison import Comparison, compare_scans
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.io import formats, store


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Two scans of the same pixels.

    Parameters
    ----------
    first, second
        The scans; the first is the reference.
    comparison
        How alike they are.
    common
        The energy axis both are looked at on.
    spectra
        Counts of all pixels of either on the common channels, each of shape (channels,).
    lines
        Emission lines that stand out in either, the strongest of the first one first.
    """

    first: Scan
    second: Scan
    comparison: Comparison
    common: CommonAxis
    spectra: tuple[NDArray[np.float64], NDArray[np.float64]]
    lines: tuple[EmissionLine, ...]

    @property
    def factor(self) -> float:
        """What the second one's counts are to be multiplied with to be as many as the first's.

        1 where one of them has none.
        """
        first, second = (float(spectrum.sum()) for spectrum in self.spectra)
        return first / second if first > 0 and second > 0 else 1.0

    def maps(self, first: int, stop: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Counts of both in common channels first..stop-1, each of shape (rows, cols)."""
        common = self.common
        return (
            common.window_counts(self.first, common.first, first, stop),
            common.window_counts(self.second, common.second, first, stop),
        )


def open_beside(scan: Scan, first: Source, second: Source, context: JobContext) -> Beside:
    """Open a second scan and compare it with the open one.

    Parameters
    ----------
    scan
        The open one, with the energy axis that counts.
    first
        Where it is from.
    second
        What it is compared with.

    Raises
    ------
    AppError
        If a file cannot be read, rows or columns differ, or the energy axes share nothing.
    Cancelled
        If the result is no longer wanted.
    """
    # what does not fit is told before a large scan is read for nothing
    headers = [formats.open_cube(source.path, source.options) for source in (first, second)]
    check_same_picture(scan.cube, headers[1])
    common_axis(scan.cube, headers[1])
    if scan.cube.axis != headers[0].axis:
        first = Source(first.path, replace(first.options, axis=scan.cube.axis))
    other = store.open_scan(
        second.path, second.options, progress=part_of(context.progress, 0.0, 0.5)
    )
    found = compare_scans(first, second, _Later(context))
    common = common_axis(scan.cube, other.cube)
    spectra = (
        np.asarray(common.of_first(scan.sum_spectrum), np.float64),
        np.asarray(common.of_second(other.sum_spectrum), np.float64),
    )
    context.check()
    return Beside(scan, other, found, common, spectra, _lines(common, spectra))


class _Later:
    """A context whose progress is the second half of another's."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self.progress = part_of(context.progress, 0.5, 1.0)

    def check(self) -> None:
        """As the other."""
        self._context.check()

    def partial(self, value: object) -> None:
        """As the other."""
        self._context.partial(value)


def _lines(
    common: CommonAxis, spectra: tuple[NDArray[np.float64], ...]
) -> tuple[EmissionLine, ...]:
    if common.axis is None:
        return ()
    found = [item.line for one in spectra for item in strongest_lines(one, common.axis)]
    return tuple(dict.fromkeys(found))
