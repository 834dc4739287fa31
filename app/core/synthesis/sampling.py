"""Counts drawn from expected spectra, many million a second and always the same for a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError

_SLOTS = 1 << 16
# marks the slots that stand for the remainder of all channels together
_ESCAPE = np.uint16(0xFFFF)
_LARGEST = np.iinfo(np.uint64).max
# so many cells and what is drawn into them stay in the processor's cache
_CACHE_CELLS = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class SpectrumTables:
    """Distributions over channels, ready to be drawn from.

    65 536 slots per distribution hold each channel as often as its probability allows in whole
    slots; the slots left over stand for the remainders, which are drawn from their own exact
    distribution. So every channel has exactly its probability, and nearly every draw costs one
    16-bit random number and one look-up.

    Parameters
    ----------
    slots
        Channel, or the mark of the remainder, shape (distributions × 65 536,), uint16.
    remainders
        Cumulative distributions of the remainders, one after the other, shape (distributions ×
        channels,): that of distribution d reaches from d to d + 1.
    channels
        Number of channels.
    """

    slots: NDArray[np.uint16]
    remainders: NDArray[np.float64]
    channels: int


def tables(distributions: NDArray[np.float64]) -> SpectrumTables:
    """Prepare distributions for drawing.

    Parameters
    ----------
    distributions
        Expected spectra, shape (distributions, channels), not negative; each is normalised.

    Raises
    ------
    ParameterError
        If one is negative, not finite or all zero, or has 65 535 channels or more.
    """
    count, channels = distributions.shape
    totals = distributions.sum(axis=1)
    if not (np.isfinite(totals).all() and (distributions >= 0).all() and (totals > 0).all()):
        raise ParameterError(
            "These spectra cannot be drawn from.",
            "One holds negative or missing values, or no counts at all.",
            "Use reference spectra with counts.",
        )
    if channels >= _ESCAPE:
        raise ParameterError(
            "This energy axis is too long.",
            f"Found {channels} channels; expected fewer than {int(_ESCAPE)}.",
            "Use wider channels.",
        )
    slots = np.full((count, _SLOTS), _ESCAPE, np.uint16)
    remainders = np.empty((count, channels))
    for number, spectrum in enumerate(distributions / totals[:, None]):
        scaled = spectrum * _SLOTS
        whole = np.floor(scaled).astype(np.int64)
        filled = np.repeat(np.arange(channels, dtype=np.uint16), whole)[:_SLOTS]
        slots[number, : len(filled)] = filled
        left = np.cumsum(scaled - whole)
        # without a remainder there is no slot that asks for it
        remainders[number] = number + (left / left[-1] if left[-1] > 0 else 1.0)
    return SpectrumTables(slots.ravel(), remainders.ravel(), channels)


def draw_row(
    source: SpectrumTables,
    labels: NDArray[np.integer],
    numbers: NDArray[np.int64],
    seed: int,
    row: int,
    counts: NDArray[np.unsignedinteger],
) -> None:
    """Draw the counts of one row of pixels.

    Every row has random numbers of its own, so that rows can be computed in any order, in any
    blocks and by any number of threads.

    Parameters
    ----------
    source
        The distributions.
    labels
        Distribution of each pixel, shape (cols,).
    numbers
        Counts of each pixel, shape (cols,), not negative.
    seed, row
        Decide the random numbers.
    counts
        Where they are put, shape (cols, channels), contiguous, of a type that holds the largest of
        `numbers`; the counts of each pixel sum exactly to its number.
    """
    generator = np.random.Generator(np.random.SFC64([seed, row]))
    counts[...] = 0
    one = counts.dtype.type(1)
    step = max(1, _CACHE_CELLS // source.channels)
    begin = labels.astype(np.int64) * _SLOTS
    offset = np.arange(min(step, len(labels)), dtype=np.int64) * source.channels
    is_even = bool((numbers == numbers[0]).all())
    places, wanted = [], []
    for first in range(0, len(labels), step):
        part = slice(first, first + step)
        # as many for each pixel make a rectangle, which needs no list of whose draw is whose
        each = int(numbers[0]) if is_even else numbers[part]
        cells, escaped = _drawn(source.slots, begin[part], offset, each, generator)
        places.append(cells[escaped] + (first * source.channels - int(_ESCAPE)))
        wanted.append(generator.random(len(escaped)))
        # quicker than a histogram of its own, which would have to be narrowed and copied; what
        # escaped is counted in the first cell and taken back
        cells[escaped] = 0
        here = counts[part].reshape(-1, copy=False)
        np.add.at(here, cells, one)
        here[:1] -= np.array([len(escaped)]).astype(here.dtype)
    # remainders are rare: those of the whole row are looked up together
    pixels = np.concatenate(places) // source.channels
    channels = _remainders(source, labels[pixels], np.concatenate(wanted))
    np.add.at(counts.reshape(-1, copy=False), pixels * source.channels + channels, one)


def _drawn(
    slots: NDArray[np.uint16],
    begin: NDArray[np.int64],
    offset: NDArray[np.int64],
    numbers: int | NDArray[np.int64],
    generator: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cell of each draw of a few pixels, and which of them escaped, flat.

    `begin` is the first slot of each pixel, `offset` its first cell.
    """
    offset = offset[: len(begin)]
    if isinstance(numbers, int):
        cells = _random_16_bits(generator, numbers * len(begin)).astype(np.int64)
        cells = cells.reshape(len(begin), -1)
        begin, offset = begin[:, None], offset[:, None]
    else:
        cells = _random_16_bits(generator, int(numbers.sum())).astype(np.int64)
        begin, offset = begin.repeat(numbers), offset.repeat(numbers)
    cells += begin
    # what is asked for lies inside, so "wrap" only spares the check
    channel = slots.take(cells, mode="wrap")
    np.add(channel, offset, out=cells)
    return cells.ravel(), np.flatnonzero(channel == _ESCAPE)


def _random_16_bits(generator: np.random.Generator, count: int) -> NDArray[np.uint16]:
    # whole words as the generator makes them
    words = generator.integers(0, _LARGEST, -(-count // 4), np.uint64, endpoint=True)
    # the same numbers on every machine, whichever end it stores first
    return words.astype("<u8", copy=False).view("<u2")[:count]


def _remainders(
    source: SpectrumTables, labels: NDArray[np.integer], chances: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Channels of the remainders of some distributions at chances of 0..1, shape as `labels`."""
    # below the next whole number also where the sum is rounded
    wanted = np.minimum(labels + chances, np.nextafter(labels + 1.0, 0.0))
    found = source.remainders.searchsorted(wanted, side="right")
    return found - labels.astype(np.int64) * source.channels
