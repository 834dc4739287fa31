"""The shapes a network takes, and a few spectra to try it on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.recolouring.card import Layout, ModelCard, StepKind
from app.core.recolouring.preparation import Preparation

_EVEN_SIDE = 32
_CHANNELS = 2048
_TOTALS = (0.0, 30.0, 3000.0, 300_000.0)

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Names and shapes of inputs and outputs in the graph.

    A free size is None or a name; a shape that the file does not tell is empty.
    """

    inputs: Mapping[str, tuple[int | str | None, ...]]
    outputs: Mapping[str, tuple[int | str | None, ...]]
    sha256: str


def fixed_batch(facts: NetworkFacts) -> int | None:
    """How many pixels a network of single pixels takes, where it takes no other number."""
    sizes = [shape[0] for shape in facts.inputs.values() if shape]
    return next((size for size in sizes if isinstance(size, int)), None)


def fixed_size(card: ModelCard, facts: NetworkFacts) -> tuple[int | None, int | None]:
    """Rows and columns of the pictures a network takes, where it takes no others."""
    first = 2 if card.layout is Layout.IMAGE_CHANNELS_FIRST else 1
    found: list[int | None] = [None, None]
    for shape in facts.inputs.values():
        for place, size in enumerate(shape[first : first + 2]):
            if isinstance(size, int):
                found[place] = size
    return found[0], found[1]


def even_size(card: ModelCard, facts: NetworkFacts) -> tuple[int, int]:
    """Rows and columns of a small picture that a network takes."""
    side = -(-_EVEN_SIDE // card.multiple_px) * card.multiple_px
    rows, cols = fixed_size(card, facts)
    return rows or side, cols or side


def as_pictures(card: ModelCard, inputs: Mapping[str, Float32Array]) -> dict[str, Float32Array]:
    """Inputs of shape (rows, cols, channels) in the card's layout of pictures."""
    is_first = card.layout is Layout.IMAGE_CHANNELS_FIRST
    return {
        name: (value.transpose(2, 0, 1) if is_first else value)[np.newaxis]
        for name, value in inputs.items()
    }


def trial(card: ModelCard, facts: NetworkFacts) -> tuple[dict[str, Float32Array], tuple[int, ...]]:
    """Inputs to try a network on, and the shape of what it should answer.

    They are made by the card's own steps from four spectra: an empty one, and a continuum with
    a few peaks, of 30 to 300 000 counts; a picture is made of these in turn.

    Raises
    ------
    AppError
        If the card contradicts itself.
    """
    axis, channels = _trial_axis(card)
    counts = _trial_counts(channels)
    preparation = Preparation(card, axis, channels, 1.0)
    if preparation.needs_image_statistics:
        preparation = preparation.with_statistics(preparation.statistics([counts]))
    if not card.is_image:
        wanted = fixed_batch(facts) or len(counts)
        return preparation.pixels(np.resize(counts, (wanted, channels))), (wanted,)
    size = even_size(card, facts)
    inputs = {
        name: np.resize(value, (*size, value.shape[1]))
        for name, value in preparation.pixels(counts).items()
    }
    return as_pictures(card, inputs), size


def _trial_axis(card: ModelCard) -> tuple[EnergyAxis, int]:
    """An axis that covers what the card asks for; its own where channels are taken as they are."""
    for item in card.inputs:
        if all(step.kind is not StepKind.RESAMPLE for step in item.steps):
            centres = item.energy.centres_kev
            gain = float(centres[-1] - centres[0]) / (item.channels - 1)
            return EnergyAxis(float(centres[0]), gain), item.channels
    edges = [item.energy.edges_kev for item in card.inputs]
    low, high = min(item[0] for item in edges), max(item[-1] for item in edges)
    gain = float(high - low) / _CHANNELS
    return EnergyAxis(float(low) + gain / 2, gain), _CHANNELS


def _trial_counts(channels: int) -> NDArray[np.float64]:
    """Spectra of several totals, the same each time."""
    places = np.linspace(0.0, 1.0, channels)
    shape = 0.2 + 0.3 * np.exp(-4 * places)
    for centre in (0.09, 0.16, 0.26, 0.31, 0.6):
        shape += np.exp(-(((places - centre) / 0.004) ** 2) / 2)
    expected = np.outer(_TOTALS, shape / shape.sum())
    return np.random.default_rng(1).poisson(expected).astype(np.float64)
