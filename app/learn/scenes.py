"""Scenes to learn from: a small painting with its colours, and the spectra it would give.

A scene keeps the expected spectra of its stacks once, on a fine energy axis, and for each point
of which stacks it is; counts are drawn anew whenever they are asked for, with another number of
counts and another error of the energy axis each time. Nothing here needs torch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.learn.axis import CHANNELS
from app.learn.jitter import AxisError, Measuring, displaced, rebinned
from app.learn.layering import Layering, layered
from app.learn.poisson import draw
from app.learn.scene_points import ELEMENTS, LINES, LINES_KEV, Points, Where
from app.learn.surfaces import Surface, copied, encoded, linear, painted_at_random
from app.learn.surroundings import Surroundings, draw_surroundings, varied

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]

__all__ = [
    "ELEMENTS",
    "LINES",
    "Points",
    "Scene",
    "SceneSize",
    "Where",
    "computed",
    "make_scene",
    "scene_of_stacks",
]

_HIDDEN_PAINTS = 6
_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class SceneSize:
    """How large scenes are.

    Parameters
    ----------
    rows, cols
        Points.
    paints
        At most how many paints there are: the fewest and the most, drawn between them.
    levels
        Thicknesses that spectra are computed for.
    hidden
        Share of the scenes that have a hidden picture.
    """

    rows: int = 128
    cols: int = 128
    paints: tuple[int, int] = (12, 64)
    levels: int = 3
    hidden: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A painting, its colours, and what is expected of it under one instrument.

    Parameters
    ----------
    roots
        Square roots of the expected counts of fluorescence and of scatter in the fine channels
        of each stack, in steps, shape (2, stacks, 1024), uint16: quick to read, and finer than
        counts can ever tell.
    steps
        Their units, shape (2,). Fluorescence is on a scale on which it is 1 count in the mean
        point.
    argon
        Counts of the air's argon before each stack, shape (stacks,), on the same scale.
    argon_shape
        How they are spread over the fine channels, shape (1024,), sum 1 (or 0 in helium).
    lines
        On the same scale counts in each of `LINES`, shape (stacks, 8).
    means
        Fluorescence, scatter and argon in the mean point, shape (3,).
    places
        Number of the up to four stacks of each point, shape (4, rows, cols).
    weights
        Share of each in the point, shape (4, rows, cols), float16.
    srgb
        Colour of each point, 0..255, shape (rows, cols, 3), uint8.
    instrument
        What it is measured with.
    surroundings
        What is about it.
    told
        How the scene came about: kind, seed, picture.
    """

    roots: NDArray[np.uint16]
    steps: Float32
    argon: Float32
    argon_shape: Float32
    lines: Float32
    means: Float32
    places: NDArray[np.uint16]
    weights: NDArray[np.float16]
    srgb: NDArray[np.uint8]
    instrument: Instrument
    surroundings: Surroundings
    told: Mapping[str, Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.srgb.shape[0], self.srgb.shape[1]

    def rgb(self) -> Float32:
        """Colours of 0 to 1, shape (3, rows, cols)."""
        return np.asarray(np.moveaxis(self.srgb, -1, 0) / np.float32(255), np.float32)

    def colours(self, where: Where) -> Float32:
        """Colours of 0 to 1 of some points, shape (points, 3)."""
        srgb = self.srgb.reshape(-1, 3)
        if not isinstance(where, Points):
            return np.asarray(srgb[where] / np.float32(255), np.float32)
        share = where.share[:, None].astype(np.float64)
        light = (linear(srgb[numbers] / 255.0) for numbers in (where.where, where.beside))
        return encoded((1 - share) * next(light) + share * next(light)).astype(np.float32)

    def elements(self, where: Where = slice(None)) -> Float32:
        """Share of `LINES` in the counts of each point, shape (8, points), as `expected`."""
        mixing, used = self._mixing(where)
        totals = self._spectra(used).sum(axis=1) / self._scale()
        lines = self.lines[used] * self.surroundings.bent(np.array(LINES_KEV))
        counts = mixing @ np.column_stack([lines, totals]).astype(np.float32)
        shares = counts[:, :-1] / np.maximum(counts[:, -1:], 1e-9)
        return np.ascontiguousarray(shares.T)

    def expected(self, error: AxisError, where: Where = slice(None)) -> Float32:
        """Expected counts of points in the networks' bins, shape (points, 512).

        Parameters
        ----------
        error
            How far the axis is off that the scan's file tells.
        where
            Which of the points, in the order of rows.
        """
        mixing, used = self._mixing(where)
        return np.asarray(mixing @ rebinned(self._spectra(used), error), np.float32)

    def counts_of(self, how: Measuring, rng: np.random.Generator) -> Float32:
        """Counts of the whole scene, drawn, shape (512, rows, cols)."""
        rows, cols = self.shape
        shifted = self.displaced(how.backlash(rng))
        expected = shifted.expected(how.axis_error(rng))
        counts = draw(expected * np.float32(how.total(rng)), rng)
        return np.ascontiguousarray(counts.T.reshape(CHANNELS, rows, cols))

    def photons(self, total: float, rng: np.random.Generator) -> Float32:
        """Counts in the fine channels, as a scanner would write them, shape (points, 1024).

        Parameters
        ----------
        total
            Mean of the points' counts.
        rng
            Decides them.
        """
        mixing, used = self._mixing(slice(None))
        return draw(np.asarray(mixing @ self._spectra(used) * np.float32(total), np.float32), rng)

    def displaced(self, points: int) -> "Scene":
        """The scene with every other row seen so many points off, its colours where they are."""
        if not points:
            return self
        return replace(
            self,
            places=displaced(self.places, points),
            weights=displaced(self.weights, points),
        )

    def varied(self, rng: np.random.Generator) -> "Scene":
        """The same painting in other surroundings."""
        return replace(self, surroundings=varied(self.surroundings, self.instrument, rng))

    def part(self, rows: slice, cols: slice) -> "Scene":
        """A part of the scene."""
        return replace(
            self,
            places=self.places[:, rows, cols],
            weights=self.weights[:, rows, cols],
            srgb=self.srgb[rows, cols],
        )

    def turned(self, way: int, top: int, left: int, side: int) -> "Scene":
        """A square part in one of the eight ways it can be laid, 0 as it is."""
        part = self.part(slice(top, top + side), slice(left, left + side))

        def laid(maps: NDArray[Any]) -> NDArray[Any]:
            seen = np.swapaxes(maps, 1, 2) if way & 4 else maps
            return seen[:, :: -1 if way & 1 else 1, :: -1 if way & 2 else 1]

        srgb = np.moveaxis(laid(np.moveaxis(part.srgb, -1, 0)), 0, -1)
        return replace(part, places=laid(part.places), weights=laid(part.weights), srgb=srgb)

    def _spectra(self, used: NDArray[np.intp]) -> Float32:
        """Expected counts of some stacks in the fine channels, shape (stacks, 1024).

        On a scale on which the mean point has 1 count, but for what the response takes.
        """
        about = self.surroundings
        spectra, scatter = (
            self._squares(part, used, factor) for part, factor in ((0, 1.0), (1, about.scatter))
        )
        spectra += scatter
        spectra += (about.argon * self.argon[used])[:, None] * self.argon_shape
        spectra += spectra.sum(axis=1, keepdims=True) * about.extra
        if about.response is not None:
            spectra *= about.response
        spectra *= np.float32(self._scale())
        return spectra

    def _squares(self, part: int, used: NDArray[np.intp], factor: float) -> Float32:
        found = self.roots[part, used].astype(np.float32)
        found *= np.float32(self.steps[part] * np.sqrt(factor))
        found *= found
        return found

    def _scale(self) -> float:
        """What brings the mean point to 1 count."""
        about = self.surroundings
        whole = float(self.means @ np.array([1.0, about.scatter, about.argon]))
        return 1.0 / (whole * (1.0 + float(about.extra.sum())))

    def _mixing(self, where: Where) -> tuple[Any, NDArray[np.intp]]:
        """Shares of stacks in points, a sparse matrix (points, stacks), and which stacks.

        Only of what is there: a few points have few stacks.
        """
        from scipy.sparse import diags

        if not isinstance(where, Points):
            return self._shares(where)
        both, used = self._shares(np.concatenate([where.where, where.beside]))
        number = len(where.where)
        return diags(1 - where.share) @ both[:number] + diags(where.share) @ both[number:], used

    def _shares(self, where: slice | NDArray[Any]) -> tuple[Any, NDArray[np.intp]]:
        from scipy.sparse import csr_matrix

        each = len(self.places)
        places = self.places.reshape(each, -1)[:, where].T.ravel()
        weights = self.weights.reshape(each, -1)[:, where].T.ravel().astype(np.float32)
        present = np.zeros(len(self.argon), np.bool_)
        present[places] = True
        used = np.flatnonzero(present)
        number = np.zeros(len(self.argon), np.int32)
        number[used] = np.arange(len(used))
        starts = np.arange(0, len(places) + 1, each, dtype=np.int32)
        size = (len(places) // each, len(used))
        return csr_matrix((weights, number[places], starts), shape=size), used


def make_scene(
    size: SceneSize,
    picture: NDArray[np.uint8] | None,
    pigments: Sequence[Pigment],
    instrument: Instrument,
    rng: np.random.Generator,
    told: Mapping[str, Any] | None = None,
    hidden: NDArray[np.uint8] | None = None,
) -> Scene:
    """Paint and compute a scene.

    Parameters
    ----------
    size
        How large.
    picture
        What is painted, sRGB of shape (rows, cols, 3); None for random paints in a random field.
    pigments
        What may be in it.
    instrument
        With an axis of 1024 channels of 40 eV from 0 keV on.
    rng
        Decides all else.
    told
        Kept with the scene.
    hidden
        What lies below the paint where the scene hides something; None for random paints.
    """
    paints = int(rng.integers(size.paints[0], size.paints[1] + 1))
    is_hiding = rng.random() < size.hidden
    levels = size.levels
    if is_hiding:
        # the stacks multiply
        paints, levels = max(paints // 2, 2), 2
    surface = _surface(size, picture, paints, pigments, rng)
    below = None
    if is_hiding:
        below = _surface(size, hidden, _HIDDEN_PAINTS, pigments, rng)
    layering = layered(surface, below, levels, pigments, rng)
    details = {**(told or {}), "hidden": is_hiding, "stacks": len(layering.stacks)}
    return computed(surface, layering, instrument, rng, details)


def _surface(
    size: SceneSize,
    picture: NDArray[np.uint8] | None,
    paints: int,
    pigments: Sequence[Pigment],
    rng: np.random.Generator,
) -> Surface:
    if picture is None:
        return painted_at_random(size.rows, size.cols, paints, pigments, rng)
    return copied(picture, paints, pigments, rng)


def computed(
    surface: Surface,
    layering: Layering,
    instrument: Instrument,
    rng: np.random.Generator,
    told: Mapping[str, Any],
) -> Scene:
    """The scene of a surface and its layers, with its spectra, in surroundings at random."""
    model = ForwardModel(instrument, layering.materials)
    seen = (layering.places, layering.weights, surface.picture())
    return scene_of_stacks(model, layering.stacks, seen, rng, told)


def scene_of_stacks(
    model: ForwardModel,
    stacks: LayerStacks,
    seen: tuple[NDArray[np.uint16], Float32, Float32],
    rng: np.random.Generator,
    told: Mapping[str, Any],
) -> Scene:
    """A scene of stacks, with their spectra, in surroundings at random.

    Parameters
    ----------
    model
        Of the scanner and of what the stacks are mixed of.
    stacks
        All that occur.
    seen
        `Scene.places` and `Scene.weights`, and the colours of 0 to 1, shape (rows, cols, 3).
    rng
        Decides the surroundings.
    told
        Kept with the scene.
    """
    places, weights, picture = seen
    fluorescence, scatter, argon = model.expected_parts(stacks)
    surroundings = draw_surroundings(model.instrument, rng)
    lines = _line_counts(model, stacks)
    totals = np.stack([item.sum(axis=1) for item in (fluorescence, scatter, argon)])
    means = (totals[:, places] * weights).sum(axis=1).mean(axis=(1, 2))
    scale = 1.0 / float(means[0])
    roots = [np.sqrt(item * scale) for item in (fluorescence, scatter)]
    steps = [max(float(item.max()), 1e-9) / _STEPS for item in roots]
    # argon has the same few lines before every stack
    shape = argon.sum(axis=0)
    return Scene(
        np.stack(
            [
                np.round(item / step).astype(np.uint16)
                for item, step in zip(roots, steps, strict=True)
            ]
        ),
        np.array(steps, np.float32),
        (totals[2] * scale).astype(np.float32),
        (shape / max(float(shape.sum()), 1e-30)).astype(np.float32),
        (lines * scale).astype(np.float32),
        (means * scale).astype(np.float32),
        places,
        weights.astype(np.float16),
        np.round(picture * 255).astype(np.uint8),
        model.instrument,
        surroundings,
        told,
    )


def _line_counts(model: ForwardModel, stacks: LayerStacks) -> FloatArray:
    """Counts in `LINES`, shape (stacks, 8); 0 for what no stack has."""
    known = [item.key for item in model.lines]
    counts = model.line_counts(stacks)
    found = np.zeros((len(stacks), len(LINES)))
    for place, key in enumerate(LINES):
        if key in known:
            found[:, place] = counts[:, known.index(key)]
    return found
