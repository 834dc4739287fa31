"""What a network gives, checked and in one form whatever its layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.recolouring.card import Layout, ModelCard, ModelOutput, OutputKind
from app.errors import AppError

Float32Array = NDArray[np.float32]

TOLERANCE = 1e-3
"""How far beyond 0 and 1 a colour may be by rounding; it is cut off there."""


class PredictionError(AppError):
    """A network gave something that is no colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """What a network says of some pixels; None where it says nothing of the kind.

    Parameters
    ----------
    rgb
        sRGB of 0 to 1, shape (…, 3).
    log_variance, novelty, neighbours
        Shape (…).
    maps
        Shape (…, elements).
    """

    rgb: Float32Array | None = None
    log_variance: Float32Array | None = None
    novelty: Float32Array | None = None
    neighbours: Float32Array | None = None
    maps: Float32Array | None = None

    def part(self, key: Any) -> "Predicted":
        """What is said of some of the pixels; `key` indexes the arrays."""
        return Predicted(*(None if value is None else value[key] for value in self._values()))

    def _values(self) -> tuple[Float32Array | None, ...]:
        return self.rgb, self.log_variance, self.novelty, self.neighbours, self.maps


def joined(parts: Sequence[Predicted]) -> Predicted:
    """What one network says of pixels, one part after another; at least one part."""
    columns = zip(*(part._values() for part in parts), strict=True)  # noqa: SLF001 - its own
    values = ([item for item in several if item is not None] for several in columns)
    return Predicted(*(np.concatenate(several) if several else None for several in values))


def predicted(
    card: ModelCard, outputs: Mapping[str, NDArray[Any]], shape: tuple[int, ...]
) -> Predicted:
    """What a network's outputs say.

    Parameters
    ----------
    outputs
        By name, in the card's layout.
    shape
        Of what was asked: (pixels,), or (rows, cols) of a picture.

    Returns
    -------
    Predicted
        With arrays of that shape. The variance is the mean over the bands. Where a network
        gives quantiles instead, half the distance of the outermost is taken for the standard
        deviation.

    Raises
    ------
    PredictionError
        If an output is missing, has another shape, holds values that are no numbers, or colours
        beyond 0 to 1.
    """
    values = {
        item.kind: _finite(card, item, _in_order(card, item, outputs, shape))
        for item in card.outputs
        if item.kind in _WIDTHS
    }
    colours = values.get(OutputKind.RGB)
    if colours is not None:
        low, high = float(colours.min(initial=0.0)), float(colours.max(initial=0.0))
        if low < -TOLERANCE or high > 1 + TOLERANCE:
            raise PredictionError(
                "The network gives no colours.",
                f"{card.name}: its output “{card.main_output.name}” holds values from {low:.4g} "
                f"to {high:.4g}; colours reach from 0 to 1.",
                "Its card may name the wrong output or the wrong preprocessing.",
            )
        colours = np.clip(colours, 0.0, 1.0)
    return Predicted(
        colours,
        _log_variance(values),
        _single(values.get(OutputKind.NOVELTY)),
        _single(values.get(OutputKind.NEIGHBOURS)),
        values.get(OutputKind.MAPS),
    )


_WIDTHS = {
    OutputKind.RGB: "3",
    OutputKind.LOG_VARIANCE: "1 or 3",
    OutputKind.QUANTILES: "a multiple of 3",
    OutputKind.NOVELTY: "1",
    OutputKind.NEIGHBOURS: "1",
    OutputKind.MAPS: "one for each element",
}


def _fits(output: ModelOutput, width: int) -> bool:
    """Whether an output may have so many numbers for each pixel."""
    match output.kind:
        case OutputKind.RGB:
            return width == 3
        case OutputKind.LOG_VARIANCE:
            return width in (1, 3)
        case OutputKind.QUANTILES:
            return width > 0 and width % 3 == 0
        case OutputKind.MAPS:
            return width == len(output.elements)
    return width == 1


def _in_order(
    card: ModelCard,
    output: ModelOutput,
    outputs: Mapping[str, NDArray[Any]],
    shape: tuple[int, ...],
) -> Float32Array:
    """An output with the shape (*shape, width)."""
    value = outputs.get(output.name)
    if value is None:
        raise _wrong(card, output, "there is none of this name", shape)
    found = "×".join(map(str, value.shape))
    if card.is_image:
        if value.ndim == 3 and value.shape[1:] == shape and value.shape[0] == 1:
            value = value[..., np.newaxis]
        elif value.ndim == 4 and card.layout is Layout.IMAGE_CHANNELS_FIRST:
            value = value.transpose(0, 2, 3, 1)
        if value.ndim != 4 or value.shape[:3] != (1, *shape):
            raise _wrong(card, output, f"its shape is {found}", shape)
        value = value[0]
    else:
        value = value[:, np.newaxis] if value.ndim == 1 else value
        if value.ndim != 2 or value.shape[0] != shape[0]:
            raise _wrong(card, output, f"its shape is {found}", shape)
    if not _fits(output, value.shape[-1]):
        raise _wrong(card, output, f"its shape is {found}", shape)
    return value


def _wrong(
    card: ModelCard, output: ModelOutput, found: str, shape: tuple[int, ...]
) -> PredictionError:
    size = "×".join(map(str, shape))
    what = f"a picture of {size} pixels" if card.is_image else f"{size} pixels"
    return PredictionError(
        "The network's result does not fit its card.",
        f"{card.name}: output “{output.name}” of kind “{output.kind}”: {found}; expected "
        f"{_WIDTHS[output.kind]} value(s) for each of {what}, layout “{card.layout}”.",
        "Correct the card: the names and kinds of the outputs, or the layout.",
    )


def _finite(card: ModelCard, output: ModelOutput, values: Float32Array) -> Float32Array:
    bad = values.size - int(np.isfinite(values).sum())
    if bad:
        raise PredictionError(
            "The network gives values that are no numbers.",
            f"{card.name}: {bad} of {values.size} values of its output “{output.name}” are "
            "infinite or not a number.",
            "Its card may tell the wrong preprocessing; else do not use this network.",
        )
    return values


def _single(values: Float32Array | None) -> Float32Array | None:
    return None if values is None else values[..., 0]


def _log_variance(values: Mapping[OutputKind, Float32Array]) -> Float32Array | None:
    """Natural logarithm of the mean variance of the bands."""
    told = values.get(OutputKind.LOG_VARIANCE)
    if told is None:
        several = values.get(OutputKind.QUANTILES)
        if several is None or several.shape[-1] < 6:
            return None
        half = np.abs(several[..., -3:] - several[..., :3]) / 2
        told = 2 * np.log(np.maximum(half, np.float32(1e-6)))
    # the largest is taken out, so that no exponential overflows
    most = told.max(axis=-1, keepdims=True)
    mean = np.log(np.mean(np.exp(told - most), axis=-1)) + most[..., 0]
    return mean.astype(np.float32)
