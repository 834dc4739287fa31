"""Who is judged: networks in files, and the simplest there is to compare them with."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.recolouring.card import Layout, ModelCard, OutputKind
from app.core.recolouring.preparation import Preparation
from app.errors import ParameterError
from app.io.model_files import file_sha256, known_card, read_card
from app.io.onnx_graph import vetted
from app.learn.features import features, own_axis
from app.learn.trials import Trial

Float32 = NDArray[np.float32]

PIXELS_AT_ONCE = 256

SLOW_MFLOP = 20.0
"""Operations that a point may take, millions, for whole pictures to be judged: half a million
points are coloured in a comparison."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What is said of a trial.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3); None where no colour is told.
    log_variance
        Shape (rows, cols); None where no doubt is told.
    elements
        Counts, shape (rows, cols, elements); None where none are told.
    novelty
        Shape (rows, cols); None where none is told.
    seconds
        That it took, from counts to answer.
    """

    rgb: Float32 | None
    log_variance: Float32 | None = None
    elements: Float32 | None = None
    novelty: Float32 | None = None
    seconds: float = 0.0


class Predictor(Protocol):
    """Something that colours trials."""

    name: str
    title: str

    @property
    def is_slow(self) -> bool:
        """Whether it is judged by some points of each picture instead of all."""

    def answer(self, trial: Trial) -> Answer:
        """What it says."""


class NetworkFile:
    """A network in a file, given its scan as the application gives it.

    Parameters
    ----------
    path
        An .onnx file with a card beside it, in it, or known by its checksum.
    threads
        How many it may take.

    Raises
    ------
    ParameterError
        If there is no card.
    ModelError, ModelCardError, ReadError
        If file or card are broken.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime

        self.path = path
        self.card = _card(path)
        self.name, self.title = path.stem, self.card.name
        self.size = path.stat().st_size
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            vetted(path, self.card).data, options, providers=["CPUExecutionProvider"]
        )
        self._kinds = {item.kind: item.name for item in self.card.outputs}

    @property
    def tells_maps(self) -> bool:
        """Whether it tells elements."""
        return OutputKind.MAPS in self._kinds

    @property
    def is_slow(self) -> bool:
        """Whether a point takes it more than `SLOW_MFLOP`, and it needs no whole pictures."""
        told = self.card.metrics.get("mflop_per_point", 0.0)
        return not self.card.is_image and isinstance(told, int | float) and told > SLOW_MFLOP

    def facts(self) -> dict[str, Any]:
        """What is known of it beside its scores."""
        trained, metrics = self.card.trained_on, self.card.metrics
        return {
            "title": self.title,
            "megabytes": round(self.size / 1e6, 2),
            "parameters": metrics.get("parameters", ""),
            "mflop_per_point": metrics.get("mflop_per_point", ""),
            "training": trained.get("training", ""),
        }

    def answer(self, trial: Trial) -> Answer:
        """What it says of a trial."""
        rows, cols, channels = trial.counts.shape
        flat = trial.counts.reshape(-1, channels)
        began = time.perf_counter()
        prepared = _prepared(self.card, trial.axis, flat)
        if self.card.is_image:
            found = self._pictures(prepared, rows, cols)
        else:
            found = self._pixels(prepared)
        seconds = time.perf_counter() - began

        def of(kind: OutputKind) -> Float32 | None:
            values = found.get(kind)
            return None if values is None else values.reshape(rows, cols, -1)

        doubt, novelty = of(OutputKind.LOG_VARIANCE), of(OutputKind.NOVELTY)
        return Answer(
            of(OutputKind.RGB),
            None if doubt is None else doubt.mean(axis=2),
            of(OutputKind.MAPS),
            None if novelty is None else novelty[..., 0],
            seconds,
        )

    def _pixels(self, prepared: dict[str, Float32]) -> dict[OutputKind, Float32]:
        """Outputs by kind, shape (points, values)."""
        names = list(self._kinds.values())
        number = len(next(iter(prepared.values())))
        parts = [
            self._session.run(
                names,
                {key: item[start : start + PIXELS_AT_ONCE] for key, item in prepared.items()},
            )
            for start in range(0, number, PIXELS_AT_ONCE)
        ]
        joined = [np.concatenate(values) for values in zip(*parts, strict=True)]
        return dict(zip(self._kinds, joined, strict=True))

    def _pictures(
        self, prepared: dict[str, Float32], rows: int, cols: int
    ) -> dict[OutputKind, Float32]:
        """Likewise, of the whole picture, its edges repeated up to a multiple of the card's."""
        is_first = self.card.layout is Layout.IMAGE_CHANNELS_FIRST
        more = [-length % self.card.multiple_px for length in (rows, cols)]
        given = {}
        for key, item in prepared.items():
            picture = item.reshape(rows, cols, -1)
            picture = np.pad(picture, ((0, more[0]), (0, more[1]), (0, 0)), mode="edge")
            laid = np.moveaxis(picture, -1, 0) if is_first else picture
            given[key] = np.ascontiguousarray(laid[None])
        names = list(self._kinds.values())
        found = {}
        for kind, values in zip(self._kinds, self._session.run(names, given), strict=True):
            laid = np.moveaxis(values[0], 0, -1) if is_first else values[0]
            found[kind] = np.ascontiguousarray(laid[:rows, :cols]).reshape(rows * cols, -1)
        return found


def _prepared(card: ModelCard, axis: EnergyAxis, counts: Float32) -> dict[str, Float32]:
    """What the network takes."""
    preparation = Preparation(card, axis, counts.shape[1])
    if preparation.needs_image_statistics:
        preparation = preparation.with_statistics(preparation.statistics([counts]))
    return preparation.pixels(counts)


def _card(path: Path) -> ModelCard:
    card = read_card(path) or known_card(file_sha256(path))
    if card is None:
        raise ParameterError(
            "This network cannot be judged.",
            f"{path.name} has no card, so that nobody knows what it takes.",
            f"Write one as {path.with_suffix('.json').name} beside it.",
        )
    return card


class ConstantColour:
    """One colour for everything: the mean of what is learnt from."""

    name, title = "constant", "One colour for all"
    is_slow = False

    def __init__(self, rgb: Sequence[float]) -> None:
        self._rgb = np.asarray(rgb, np.float32)

    def answer(self, trial: Trial) -> Answer:
        """The colour."""
        return Answer(np.broadcast_to(self._rgb, trial.rgb.shape).astype(np.float32))


class PictureMean:
    """The true mean colour of each picture, which no spectrum is needed for."""

    name, title = "picture mean", "Each picture's own mean colour"
    is_slow = False

    def answer(self, trial: Trial) -> Answer:
        """The mean."""
        mean = trial.rgb.reshape(-1, 3).mean(axis=0)
        return Answer(np.broadcast_to(mean, trial.rgb.shape).astype(np.float32))


class Fitted:
    """A regression of scikit-learn's, from joined bins to colours.

    Parameters
    ----------
    name, title
        What it is called.
    regression
        With `predict`, from features to colours.
    is_slow
        Whether it is judged by some points alone.
    """

    def __init__(self, name: str, title: str, regression: Any, *, is_slow: bool = False) -> None:
        self.name, self.title, self.is_slow = name, title, is_slow
        self._regression = regression

    def answer(self, trial: Trial) -> Answer:
        """What it says of a trial."""
        rows, cols, channels = trial.counts.shape
        began = time.perf_counter()
        counts = own_axis(trial.counts.reshape(-1, channels), trial.axis)
        rgb = np.clip(self._regression.predict(features(counts)), 0, 1)
        seconds = time.perf_counter() - began
        return Answer(rgb.reshape(rows, cols, 3).astype(np.float32), seconds=seconds)
