"""Batches of counts and colours without end, each the same whenever it is asked for again.

A batch follows from the seed and its number alone, so that a training that was interrupted goes on
with the very batches that it would have had.
"""

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.learn.axis import CHANNELS
from app.learn.jitter import Measuring
from app.learn.poisson import draw
from app.learn.scenes import LINES, Points, Scene, Where

Float32 = NDArray[np.float32]
Layout = Literal["pixel", "image"]

_STREAM = 11


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one step learns from.

    Parameters
    ----------
    counts
        Shape (points, 512), or (parts, 512, side, side).
    rgb
        0 to 1, shape (points, 3), or (parts, 3, side, side).
    elements
        Share of the counts in each of `scenes.LINES`, 8 instead of 3; None where nobody asks.
    """

    counts: Float32
    rgb: Float32
    elements: Float32 | None = None


@dataclass(frozen=True, slots=True)
class Batching:
    """What a batch is made of.

    Parameters
    ----------
    layout
        "pixel": single points; "image": square parts of scenes.
    scenes
        How many scenes a batch has something of.
    points
        How many points of each.
    side
        Rows and columns of the part of each.
    elements
        Whether elements are wanted.
    varied
        How often scenes are seen in other surroundings than their own.
    beside
        How often a single point has another one of its scene beside it in the beam.
    spread
        Over how many batches single points that are drawn together are spread. Points of one
        scene are much alike: a batch of many scenes tells more. At most `points`.
    """

    layout: Layout
    scenes: int
    points: int = 128
    side: int = 48
    elements: bool = False
    varied: float = 0.0
    beside: float = 0.0
    spread: int = 1


class Stream:
    """Batches of scenes.

    Parameters
    ----------
    scenes
        Scenes, not smaller than the parts that are wanted.
    batching
        What a batch is.
    measuring
        How spectra are counted.
    seed
        Decides all batches.
    """

    def __init__(
        self, scenes: Sequence[Scene], batching: Batching, measuring: Measuring, seed: int
    ) -> None:
        self._scenes = scenes
        self._batching = batching
        self._measuring = measuring
        self._seed = seed
        self._spread = 1
        if batching.layout == "pixel":
            self._spread = max(min(batching.spread, batching.points), 1)
        # draws that later batches have something of, and by whom they are looked up
        self._kept: dict[int, Batch] = {}
        self._lock = Lock()

    def batch(self, number: int) -> Batch:
        """The batch of a number."""
        if self._spread == 1:
            return self._draw(number)
        with self._lock:
            for old in [key for key in self._kept if key < number]:
                del self._kept[old]
            parts = []
            for place in range(self._spread):
                draw = number + place
                if draw not in self._kept:
                    self._kept[draw] = self._draw(draw)
                parts.append(_every(self._kept[draw], place, self._spread))
        return _joined(parts)

    def _draw(self, number: int) -> Batch:
        """What is drawn together: parts of some scenes."""
        batching = self._batching
        rng = np.random.Generator(np.random.SFC64([self._seed, number, _STREAM]))
        chosen = rng.choice(len(self._scenes), batching.scenes, replace=True)
        make = self._points if batching.layout == "pixel" else self._part
        parts = [make(self._scenes[place], rng) for place in chosen]
        joined = np.concatenate if batching.layout == "pixel" else _stacked
        elements = None
        if batching.elements:
            elements = joined([part.elements for part in parts if part.elements is not None])
        return Batch(
            joined([part.counts for part in parts]), joined([part.rgb for part in parts]), elements
        )

    def batches(self, first: int, ahead: int = 2) -> Generator[Batch, None, None]:
        """All batches from one number on, the next ones being made while one is used.

        Parameters
        ----------
        first
            Number of the first.
        ahead
            How many are made in advance, by a thread of their own; 0 makes each when it is
            asked for.
        """
        if not ahead:
            number = first
            while True:
                yield self.batch(number)
                number += 1
        pool = ThreadPoolExecutor(1, thread_name_prefix="batches")
        try:
            waiting: list[Future[Batch]] = [
                pool.submit(self.batch, first + place) for place in range(ahead)
            ]
            number = first + ahead
            while True:
                made = waiting.pop(0).result()
                waiting.append(pool.submit(self.batch, number))
                number += 1
                yield made
        finally:
            pool.shutdown(cancel_futures=True)

    def _points(self, scene: Scene, rng: np.random.Generator) -> Batch:
        """Single points of a scene, all with one number of counts and one error of the axis."""
        rows, cols = scene.shape
        batching = self._batching
        moved = self._seen(scene, rng).displaced(self._measuring.backlash(rng))
        numbers = rng.integers(0, rows * cols, batching.points)
        where: Where = numbers
        if batching.beside:
            where = self._beside(numbers, rows * cols, rng)
        counts = self._counted(moved, where, rng)
        elements = moved.elements(where).T if batching.elements else None
        return Batch(counts, scene.colours(where), elements)

    def _seen(self, scene: Scene, rng: np.random.Generator) -> Scene:
        if rng.random() >= self._batching.varied:
            return scene
        return scene.varied(rng)

    def _beside(self, where: NDArray[np.intp], among: int, rng: np.random.Generator) -> Points:
        """The points, some of them with others beside them."""
        is_shared = rng.random(len(where)) < self._batching.beside
        share = np.where(is_shared, rng.random(len(where)), 0.0).astype(np.float32)
        return Points(where, rng.integers(0, among, len(where)), share)

    def _part(self, scene: Scene, rng: np.random.Generator) -> Batch:
        """A square part of a scene, mirrored and turned at random."""
        side = self._batching.side
        top, left = (int(rng.integers(length - side + 1)) for length in scene.shape)
        part = self._seen(scene, rng).turned(int(rng.integers(8)), top, left, side)
        part_seen = part.displaced(self._measuring.backlash(rng))
        counts = self._counted(part_seen, slice(None), rng)
        # a point's channels stay together in memory, which networks of pictures take as well
        counts = np.moveaxis(counts.reshape(side, side, CHANNELS), -1, 0)
        elements = None
        if self._batching.elements:
            elements = part_seen.elements().reshape(len(LINES), side, side)
        return Batch(counts, part.rgb(), elements)

    def _counted(self, scene: Scene, where: Where, rng: np.random.Generator) -> Float32:
        how = self._measuring
        expected = scene.expected(how.axis_error(rng), where)
        expected[:, how.last_bin(rng) :] = 0.0
        return draw(expected * np.float32(how.total(rng)), rng)


def _every(batch: Batch, first: int, step: int) -> Batch:
    """Some of a batch's points."""
    elements = batch.elements
    return Batch(
        batch.counts[first::step],
        batch.rgb[first::step],
        None if elements is None else elements[first::step],
    )


def _joined(parts: Sequence[Batch]) -> Batch:
    elements = [part.elements for part in parts if part.elements is not None]
    return Batch(
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.rgb for part in parts]),
        np.concatenate(elements) if elements else None,
    )


def _stacked(parts: Sequence[Float32]) -> Float32:
    """Parts (values, side, side) as (parts, values, side, side), laid in memory as they are."""
    last = [np.moveaxis(part, 0, -1) for part in parts]
    return np.moveaxis(np.stack(last), -1, 1)
