"""Maps of elements without a network: energy windows, and one linear fit for all points."""

import time

import numpy as np
from numpy.typing import NDArray

from app.core.emission import line
from app.core.line_fit import background
from app.core.line_window import Shapes, Window, shapes_for, window_of
from app.core.lines import roi_for
from app.learn.predictors import Answer
from app.learn.scenes import LINES
from app.learn.trials import Trial

FloatArray = NDArray[np.float64]

_SOUGHT = ("S", "K", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "As", "Se", "Br", "Sr")
_HEAVY = ("Ag", "Cd", "Sn", "Sb", "I", "Ba", "Au", "Hg", "Pb")
_AIR = "Ar"
_HAT_KEV = 4.0


class Windows:
    """Counts in the window of each of `scenes.LINES`.

    Parameters
    ----------
    is_net
        Whether a straight background is taken off, from windows of half the width to either
        side, as `app.core.maps.elemental_map` does it.
    """

    is_slow = False

    def __init__(self, *, is_net: bool) -> None:
        self.name = "windows_net" if is_net else "windows"
        self.title = "Energy windows less background" if is_net else "Energy windows"
        self._is_net = is_net

    def answer(self, trial: Trial) -> Answer:
        """The windows' counts of a trial."""
        began = time.perf_counter()
        maps = [self._counts(trial, key) for key in LINES]
        return Answer(
            None,
            elements=np.stack(maps, axis=-1).astype(np.float32),
            seconds=time.perf_counter() - began,
        )

    def _counts(self, trial: Trial, key: str) -> NDArray[np.float32]:
        channels = trial.counts.shape[2]
        roi = roi_for(line(key), trial.axis, trial.instrument.resolution_ev, channels=channels)
        first, stop = trial.axis.channel_range(roi.low_kev, roi.high_kev, channels)
        counts = trial.counts[..., first:stop].sum(axis=2)
        if not self._is_net:
            return counts
        half = max((stop - first) // 2, 1)
        beside = np.concatenate(
            [trial.counts[..., first - half : first], trial.counts[..., stop : stop + half]], axis=2
        )
        return counts - beside.mean(axis=2) * (stop - first)


class LinearFit:
    """All lines at once by least squares, one matrix for all points of a scan.

    Notes
    -----
    Shapes are those of `app.core.line_window`: every series of the elements that pigments have,
    Compton peaks of the tube, and the background of the scan's mean spectrum, whose height may
    breathe over 4 keV. Channels are weighted by one over the mean spectrum, as dynamic analysis
    does (C. G. Ryan, Int. J. Imaging Syst. Technol. 11 (2000) 219, doi:10.1002/ima.1007). The fit
    is told anode, voltage and resolution, which no network is. Negative amounts are kept.
    """

    name, title = "linear_fit", "Linear fit of all lines"
    is_slow = False

    def answer(self, trial: Trial) -> Answer:
        """The fitted counts of a trial."""
        began = time.perf_counter()
        instrument, channels = trial.instrument, trial.counts.shape[2]
        window = window_of(trial.axis, channels, instrument.tube_kv)
        shapes = shapes_for(
            window,
            (*_SOUGHT, *_HEAVY, *([_AIR] if instrument.path == "air" else ())),
            (instrument.anode,),
            instrument.tube_kv,
            instrument.resolution_ev,
        )
        counts = _joined(trial.counts.reshape(-1, channels), window)
        mean = counts.mean(axis=0)
        rows, series = _rows(shapes, background(mean, shapes))
        weighted = rows / np.maximum(mean, mean[mean > 0].min(initial=1.0))
        # amounts = counts @ matrix
        matrix = np.linalg.pinv(weighted @ rows.T, rcond=1e-12) @ weighted
        amounts = counts @ matrix[: len(series)].T
        found = np.zeros((len(counts), len(LINES)))
        for place, key in enumerate(LINES):
            element, shell = key.split("_")[0], key.split("_")[1][0]
            if (element, shell) in series:
                found[:, place] = amounts[:, series.index((element, shell))]
        maps = found.reshape(*trial.counts.shape[:2], -1).astype(np.float32)
        return Answer(None, elements=maps, seconds=time.perf_counter() - began)


def _joined(counts: NDArray[np.float32], window: Window) -> FloatArray:
    """Counts in the window's channels, shape (points, channels)."""
    whole = counts.shape[1] // window.factor * window.factor
    joined = counts[:, :whole].reshape(len(counts), -1, window.factor).sum(axis=2)
    return joined[:, window.first : window.stop].astype(np.float64)


def _rows(shapes: Shapes, base: FloatArray) -> tuple[FloatArray, list[tuple[str, str]]]:
    """Shapes of all series, then of all else, and element and shell of each series."""
    names = [(family.line.element, family.shell) for family in shapes.families]
    series = list(dict.fromkeys(names))
    peaks = np.zeros((len(series), shapes.rows.shape[1]))
    for row, share, number in zip(shapes.rows, shapes.shares, shapes.series, strict=True):
        peaks[number] += share * row
    energies = shapes.energies_kev
    count = max(2, round((energies[-1] - energies[0]) / _HAT_KEV) + 1)
    knots = np.linspace(energies[0], energies[-1] + 1e-9, count)
    hats = np.array([np.interp(energies, knots, row) for row in np.eye(count)])
    return np.concatenate([peaks, shapes.compton, hats * base]), series
