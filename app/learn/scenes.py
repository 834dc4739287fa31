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

from app.core.physics.forward import ForwardModel
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.learn.axis import CHANNELS
from app.learn.backgrounds import background, stray
from app.learn.chance import log_uniform
from app.learn.jitter import AxisError, Measuring, displaced, rebinned
from app.learn.layering import Layering, layered
from app.learn.poisson import draw
from app.learn.surfaces import Surface, copied, painted_at_random

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]

LINES = ("K_Ka", "Ca_Ka", "Fe_Ka", "Cu_Ka", "Zn_Ka", "Au_La", "Hg_La", "Pb_La")
"""Lines whose maps a scene knows."""

ELEMENTS = tuple(key.partition("_")[0] for key in LINES)

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
        Square roots of the expected counts in the fine channels of each stack, in steps, shape
        (stacks, 1024), uint16: quick to read, and finer than counts can ever tell.
    step
        Their unit. Counts are on a scale on which the mean point has 1 count.
    lines
        On the same scale counts in each of `LINES`, shape (stacks, 8).
    places
        Number of the up to four stacks of each point, shape (4, rows, cols).
    weights
        Share of each in the point, shape (4, rows, cols), float16.
    srgb
        Colour of each point, 0..255, shape (rows, cols, 3), uint8.
    instrument
        What it is measured with.
    told
        How the scene came about: kind, seed, picture.
    """

    roots: NDArray[np.uint16]
    step: float
    lines: Float32
    places: NDArray[np.uint16]
    weights: NDArray[np.float16]
    srgb: NDArray[np.uint8]
    instrument: Instrument
    told: Mapping[str, Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.srgb.shape[0], self.srgb.shape[1]

    def rgb(self) -> Float32:
        """Colours of 0 to 1, shape (3, rows, cols)."""
        return np.asarray(np.moveaxis(self.srgb, -1, 0) / np.float32(255), np.float32)

    def elements(self, where: slice | NDArray[Any] = slice(None)) -> Float32:
        """Share of `LINES` in the counts of each point, shape (8, points), as `expected`."""
        mixing, used = self._mixing(where)
        totals = self._spectra(used).sum(axis=1)
        counts = mixing @ np.column_stack([self.lines[used], totals]).astype(np.float32)
        shares = counts[:, :-1] / np.maximum(counts[:, -1:], 1e-9)
        return np.ascontiguousarray(shares.T)

    def expected(self, error: AxisError, where: slice | NDArray[Any] = slice(None)) -> Float32:
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
        """Expected counts of some stacks in the fine channels, shape (stacks, 1024)."""
        spectra = self.roots[used].astype(np.float32)
        spectra *= np.float32(self.step)
        spectra *= spectra
        return spectra

    def _mixing(self, where: slice | NDArray[Any]) -> tuple[Any, NDArray[np.intp]]:
        """Shares of stacks in points, a sparse matrix (points, stacks), and which stacks.

        Only of what is there: a few points have few stacks.
        """
        from scipy.sparse import csr_matrix

        each = len(self.places)
        places = self.places.reshape(each, -1)[:, where].T.ravel()
        weights = self.weights.reshape(each, -1)[:, where].T.ravel().astype(np.float32)
        present = np.zeros(len(self.roots), np.bool_)
        present[places] = True
        used = np.flatnonzero(present)
        number = np.zeros(len(self.roots), np.int32)
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
    """The scene of a surface and its layers, with its spectra.

    Scatter is 1 to 40 times what a stack alone gives, evenly on a logarithmic scale, as scans of
    paintings have it (`app.core.physics.spectrum`), argon 0.3 to 3 times, smooth background and
    stray lines as in `backgrounds`: each the same in all the scene, as far as one scanner before
    one painting is the same.
    """
    model = ForwardModel(instrument, layering.materials)
    lines, scatter, argon = model.expected_parts(layering.stacks)
    own = (float(log_uniform(rng, low, high, 1)[0]) for low, high in ((1, 40), (0.3, 3)))
    spectra = lines + scatter * next(own) + argon * next(own)
    extra = background(instrument, 1, rng) + stray(instrument, 1, rng)
    spectra = spectra + spectra.sum(axis=1, keepdims=True) * extra
    counts = _line_counts(model, layering)
    totals = (spectra.sum(axis=1)[layering.places] * layering.weights).sum(axis=0)
    scale = 1.0 / float(totals.mean())
    roots = np.sqrt(spectra * scale)
    step = float(roots.max()) / _STEPS
    return Scene(
        np.round(roots / step).astype(np.uint16),
        step,
        (counts * scale).astype(np.float32),
        layering.places,
        layering.weights.astype(np.float16),
        np.round(surface.picture() * 255).astype(np.uint8),
        instrument,
        told,
    )


def _line_counts(model: ForwardModel, layering: Layering) -> FloatArray:
    """Counts in `LINES`, shape (stacks, 8); 0 for what no stack has."""
    known = [item.key for item in model.lines]
    counts = model.line_counts(layering.stacks)
    found = np.zeros((len(layering.stacks), len(LINES)))
    for place, key in enumerate(LINES):
        if key in known:
            found[:, place] = counts[:, known.index(key)]
    return found
