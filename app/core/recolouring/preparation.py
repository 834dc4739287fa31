"""From a scan's counts to what a network takes, as its card tells."""

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.recolouring.card import ModelCard, ModelInput, PreparationStep, StepKind
from app.core.recolouring.rebinning import ROWS, Rebinning
from app.errors import ParameterError

Float32Array = NDArray[np.float32]

_ROUNDING = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class ImageStatistics:
    """Mean and population standard deviation over all pixels and bins of a scan."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Preparation:
    """What turns the counts of pixels into the inputs of one network.

    Parameters
    ----------
    card
        Of the network.
    axis
        The scan's energy axis.
    channels
        Its channels.
    live_time_s
        Live time of each pixel, seconds; needed where the card divides by it.
    image_statistics
        For inputs that are standardised over the whole scan, by the input's name; see
        `statistics`.

    Raises
    ------
    ParameterError
        If the scan's and the model's energies have nothing in common, the scan's channels are
        not as many as a model takes that does not resample, or the live time is missing.
    """

    card: ModelCard
    axis: EnergyAxis
    channels: int
    live_time_s: float | None = None
    image_statistics: Mapping[str, ImageStatistics] | None = None

    def __post_init__(self) -> None:
        for item in self.card.inputs:
            kinds = [step.kind for step in item.steps]
            if StepKind.RESAMPLE not in kinds and item.channels != self.channels:
                raise ParameterError(
                    "This model cannot take this scan.",
                    f"Its input “{item.name}” takes {item.channels:,} channels as they are; the "
                    f"scan has {self.channels:,}.",
                    "Add the step “resample” to the model's card, or choose another model.",
                )
            if StepKind.BY_LIVE_TIME in kinds and not _is_above_zero(self.live_time_s):
                raise ParameterError(
                    "This model cannot take this scan.",
                    f"Its input “{item.name}” takes counts per second of live time; the scan's "
                    f"live time is {_time(self.live_time_s)}.",
                    "Give the scan's live time per pixel in seconds, or choose another model.",
                )
        # so that axes with nothing in common are told of before a long run
        _ = self._rebinnings

    @functools.cached_property
    def _rebinnings(self) -> dict[str, Rebinning]:
        """By the input's name; inputs with the same energies share one."""
        made: dict[Any, Rebinning] = {}
        found = {}
        for item in self.card.inputs:
            if any(step.kind is StepKind.RESAMPLE for step in item.steps):
                if item.energy not in made:
                    made[item.energy] = Rebinning(self.axis, self.channels, item.energy.edges_kev)
                found[item.name] = made[item.energy]
        return found

    @property
    def needs_image_statistics(self) -> bool:
        """Whether `statistics` must be made and given before `pixels` can be asked."""
        known = self.image_statistics or {}
        return any(
            step.needs_image and item.name not in known
            for item in self.card.inputs
            for step in item.steps
        )

    def statistics(
        self, blocks: Iterable[NDArray[Any]], check: Callable[[], None] | None = None
    ) -> dict[str, ImageStatistics]:
        """Mean and sd of the whole scan for the inputs that need them.

        Parameters
        ----------
        blocks
            All pixels of the scan, each in one block, shapes (..., channels).
        check
            Called before each block; may raise to stop.

        Returns
        -------
        dict
            By the input's name, for `with_statistics`.

        Raises
        ------
        ParameterError
            If there are no pixels.

        Notes
        -----
        Blocks are joined by the updating formula of T. F. Chan, G. H. Golub and R. J. LeVeque
        (Technical Report 222, Stanford 1979), which loses no digits to large means.
        """
        wanted = [
            (item, next(n for n, step in enumerate(item.steps) if step.needs_image))
            for item in self.card.inputs
            if any(step.needs_image for step in item.steps)
        ]
        moments = {item.name: (0, 0.0, 0.0) for item, _ in wanted}
        for block in blocks:
            if check is not None:
                check()
            counts = block.reshape(-1, block.shape[-1])
            for part in self._parts(counts):
                for item, stop in wanted:
                    values = self._steps(item, part, item.steps[:stop])
                    moments[item.name] = _joined(moments[item.name], values)
        if wanted and any(n == 0 for n, _, _ in moments.values()):
            raise ParameterError(
                "There is nothing to standardise.",
                "The scan has no pixels; expected at least one.",
                "Choose a region with pixels.",
            )
        return {
            name: ImageStatistics(mean, math.sqrt(squares / n))
            for name, (n, mean, squares) in moments.items()
        }

    def with_statistics(self, statistics: Mapping[str, ImageStatistics]) -> "Preparation":
        """The same preparation with the whole scan's mean and sd."""
        return replace(self, image_statistics=dict(statistics))

    def pixels(self, counts: NDArray[Any]) -> dict[str, Float32Array]:
        """What the network takes, by the input's name.

        Parameters
        ----------
        counts
            Shape (pixels, channels), not negative.

        Returns
        -------
        dict
            float32 arrays of shape (pixels, channels of the input).

        Raises
        ------
        ParameterError
            If the counts have another number of channels, or `needs_image_statistics` is true.
        """
        if counts.ndim != 2 or counts.shape[1] != self.channels:
            shape = " × ".join(map(str, counts.shape))
            raise ParameterError(
                "These spectra do not fit.",
                f"Their shape is {shape}; expected pixels × {self.channels}.",
                "Give spectra of the scan the model was prepared for.",
            )
        if self.needs_image_statistics:
            raise ParameterError(
                "This model needs the whole scan first.",
                "It standardises over all pixels; their mean and deviation are not known yet.",
                "Recolour the whole scan before single pixels.",
            )
        found = {
            item.name: np.empty((len(counts), item.channels), dtype=np.float32)
            for item in self.card.inputs
        }
        start = 0
        for part in self._parts(counts):
            for item in self.card.inputs:
                found[item.name][start : start + len(part)] = self._steps(item, part, item.steps)
            start += len(part)
        return found

    def _parts(self, counts: NDArray[Any]) -> Iterable[NDArray[Any]]:
        """Rows in blocks that stay in a processor's cache."""
        return (counts[first : first + ROWS] for first in range(0, len(counts), ROWS))

    def _steps(
        self, item: ModelInput, counts: NDArray[Any], steps: tuple[PreparationStep, ...]
    ) -> Float32Array:
        """Counts of a few pixels after steps of one input, an array of its own."""
        if steps and steps[0].kind is StepKind.RESAMPLE:
            values, steps = self._rebinnings[item.name].rebinned(counts), steps[1:]
        else:
            values = counts.astype(np.float32)
        known = (self.image_statistics or {}).get(item.name)
        for step in steps:
            _do(step, values, self.live_time_s, known)
        return values


def _do(
    step: PreparationStep,
    values: Float32Array,
    live_time_s: float | None,
    image: ImageStatistics | None,
) -> None:
    """One step, in place."""
    times = step.option("times", 1.0)
    match step.kind:
        case StepKind.BY_TOTAL:
            total = values.sum(axis=1, keepdims=True)
            values *= np.divide(times, total, out=np.zeros_like(total), where=total > 0)
        case StepKind.BY_LIVE_TIME:
            values *= times / (live_time_s or math.inf)
        case StepKind.LOG1P:
            values *= times
            np.log1p(values, out=values)
        case StepKind.SQRT:
            np.sqrt(values, out=values)
        case StepKind.CLIP:
            low, high = step.option("low", -math.inf), step.option("high", math.inf)
            np.clip(values, low, high, out=values)
        case StepKind.STANDARDISE_PIXEL:
            mean = values.mean(axis=1, keepdims=True)
            values -= mean
            # numpy adds pairwise along a row, which keeps single precision good to its digits
            sd = np.sqrt(np.square(values).mean(axis=1, keepdims=True))
            # a level spectrum deviates by rounding alone
            sd[sd <= _ROUNDING * np.abs(mean)] = 0.0
            _divide(values, sd + np.float32(step.option("add", 1.0)))
        case StepKind.STANDARDISE_IMAGE:
            if not step.needs_image:
                image = ImageStatistics(step.option("mean", 0.0), step.option("sd", 1.0))
            if image is not None:
                values -= image.mean
                by = image.sd + step.option("add", 1.0)
                values *= 1 / by if by > 0 else 0.0


def _divide(values: Float32Array, by: Float32Array) -> None:
    """Divide in place; where nothing deviates from the mean nothing is left."""
    values *= np.divide(1.0, by, out=np.zeros_like(by), where=by > 0)


def _joined(moments: tuple[int, float, float], values: Float32Array) -> tuple[int, float, float]:
    """Number, mean and sum of squared deviations with more values."""
    n, mean, squares = moments
    more = values.size
    if more == 0:
        return moments
    own_mean = float(values.mean(dtype=np.float64))
    own_squares = float(np.square(values - own_mean).sum(dtype=np.float64))
    between = own_mean - mean
    total = n + more
    return (
        total,
        mean + between * more / total,
        squares + own_squares + between**2 * n * more / total,
    )


def _is_above_zero(seconds: float | None) -> bool:
    return seconds is not None and math.isfinite(seconds) and seconds > 0


def _time(seconds: float | None) -> str:
    return "not known" if seconds is None else f"{seconds:g} s"
