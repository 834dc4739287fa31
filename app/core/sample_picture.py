"""The painting that the sample scan pretends to have measured, drawn from outlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FloatPlane = NDArray[np.float64]
Paint = dict[str, float]

ASPECT = 1.5
"""Width of the picture; its height is 1."""

# each pixel is the mean of so many by so many points: edges stay soft, as a beam leaves them
_FINE = 6

# pigment in a layer of paint, mg/cm²
_FLESH: Paint = {"lead white": 4.2, "vermilion": 0.35, "yellow ochre": 0.25}
_SHADED_FLESH: Paint = {"lead white": 1.9, "vermilion": 0.45, "yellow ochre": 1.1}
_HAIR: Paint = {"yellow ochre": 2.6, "bone black": 0.5}
_BRIGHT_HAIR: Paint = {"yellow ochre": 2.3, "lead-tin yellow": 0.9}
_CLOAK: Paint = {"vermilion": 2.6}
_FOLD: Paint = {"vermilion": 1.2, "bone black": 0.9}
_GOWN: Paint = {"azurite": 2.2, "lead white": 0.3}
_GOLD: Paint = {"lead-tin yellow": 4.0}
_CLOUD: Paint = {"lead white": 3.8, "azurite": 0.2}
_FAR_HILL: Paint = {"azurite": 0.9, "lead white": 1.2, "yellow ochre": 0.5}
_NEAR_HILL: Paint = {"yellow ochre": 2.1, "malachite": 0.6}
_TREE: Paint = {"malachite": 2.4, "bone black": 0.4}
_DARK: Paint = {"bone black": 1.6}

PIGMENTS = (
    "lead white",
    "vermilion",
    "azurite",
    "malachite",
    "lead-tin yellow",
    "yellow ochre",
    "bone black",
)
"""The pigments of the visible painting."""

# the visible contour of a head in profile, looking right, with the neck; x, y
_FACE = (
    (0.470, 0.185), (0.545, 0.180), (0.592, 0.205), (0.610, 0.250), (0.611, 0.282),
    (0.606, 0.302), (0.622, 0.335), (0.640, 0.366), (0.634, 0.384), (0.613, 0.391),
    (0.611, 0.404), (0.622, 0.421), (0.618, 0.434), (0.609, 0.440), (0.616, 0.454),
    (0.610, 0.470), (0.600, 0.477), (0.604, 0.497), (0.594, 0.522), (0.566, 0.535),
    (0.532, 0.528), (0.516, 0.560), (0.514, 0.620), (0.532, 0.672), (0.470, 0.730),
    (0.390, 0.690), (0.400, 0.600), (0.398, 0.500), (0.392, 0.380), (0.410, 0.250),
)  # fmt: skip
_HAIR_OUTLINE = (
    (0.575, 0.172), (0.520, 0.120), (0.430, 0.105), (0.345, 0.140), (0.300, 0.220),
    (0.292, 0.310), (0.318, 0.395), (0.352, 0.450), (0.360, 0.520), (0.398, 0.560),
    (0.430, 0.500), (0.452, 0.430), (0.470, 0.360), (0.520, 0.290), (0.575, 0.240),
    (0.598, 0.205),
)  # fmt: skip
_CLOAK_OUTLINE = (
    (0.060, 1.060), (0.110, 0.860), (0.200, 0.745), (0.320, 0.690), (0.392, 0.662),
    (0.440, 0.735), (0.530, 0.850), (0.640, 1.060),
)  # fmt: skip
_GOWN_OUTLINE = (
    (0.395, 0.672), (0.450, 0.715), (0.520, 0.690), (0.590, 0.720), (0.690, 0.800),
    (0.760, 0.920), (0.790, 1.060), (0.600, 1.060), (0.520, 0.860), (0.440, 0.745),
)  # fmt: skip
_FAR_HILLS = (
    (-0.1, 0.66), (0.10, 0.60), (0.25, 0.63), (0.75, 0.66), (0.92, 0.575), (1.06, 0.545),
    (1.20, 0.600), (1.32, 0.560), (1.46, 0.590), (1.60, 0.560), (1.62, 1.1), (-0.1, 1.1),
)  # fmt: skip
_NEAR_HILLS = (
    (-0.1, 0.80), (0.12, 0.75), (0.40, 0.78), (0.78, 0.80), (0.98, 0.735), (1.20, 0.760),
    (1.40, 0.705), (1.62, 0.740), (1.62, 1.1), (-0.1, 1.1),
)  # fmt: skip

# the head that was painted first and given up: it looks left, under a hat
_HIDDEN = (
    (0.870, 0.345), (0.905, 0.280), (0.965, 0.262), (0.985, 0.190), (1.060, 0.150),
    (1.170, 0.155), (1.245, 0.205), (1.262, 0.268), (1.330, 0.290), (1.362, 0.335),
    (1.300, 0.352), (1.262, 0.350), (1.255, 0.450), (1.235, 0.545), (1.240, 0.620),
    (1.320, 0.670), (1.400, 0.740), (1.430, 0.850), (0.900, 0.850), (0.925, 0.760),
    (1.010, 0.690), (1.060, 0.650), (1.055, 0.600), (1.000, 0.605), (0.962, 0.590),
    (0.955, 0.555), (0.962, 0.530), (0.945, 0.515), (0.952, 0.495), (0.940, 0.478),
    (0.912, 0.462), (0.930, 0.415), (0.950, 0.372), (0.940, 0.352),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """What lies in every pixel of the painting.

    Parameters
    ----------
    visible
        Pigment of the upper paint by name, mg/cm², shape (rows, cols) each.
    hidden
        Manganese black of the first composition beneath it, mg/cm², shape (rows, cols).
    """

    visible: dict[str, FloatPlane]
    hidden: FloatPlane


def draw(rows: int, cols: int) -> Painting:
    """Paint a woman in profile before hills, over a head that was given up.

    Parameters
    ----------
    rows, cols
        Size in pixels; the picture is meant for one and a half times as many columns as rows.
    """
    canvas = _Canvas(rows, cols)
    # the shoulders are only sketched
    thickness = 0.65 - 0.45 * np.clip((canvas.y - 0.58) / 0.1, 0.0, 1.0)
    hidden = canvas.outline(_HIDDEN) * thickness * (1.0 + 0.2 * canvas.strokes(31.0, 0.6))
    _draw_landscape(canvas)
    _draw_figure(canvas)
    _draw_signature(canvas)
    brush = 1.0 + 0.07 * canvas.strokes(47.0, 0.9)
    visible = {name: canvas.reduced(plane * brush) for name, plane in canvas.pigments.items()}
    return Painting(visible, canvas.reduced(hidden))


def _draw_landscape(canvas: "_Canvas") -> None:
    depth = np.clip(canvas.y / 0.62, 0.0, 1.0)
    canvas.pigments["azurite"] += 1.6 - 1.2 * depth
    canvas.pigments["lead white"] += 0.5 + 2.2 * depth**1.5
    for x, y, width, height in (
        (0.95, 0.235, 0.17, 0.040),
        (1.08, 0.205, 0.14, 0.050),
        (1.20, 0.245, 0.15, 0.035),
        (1.36, 0.090, 0.13, 0.030),
        (0.15, 0.180, 0.16, 0.040),
        (0.80, 0.440, 0.12, 0.022),
        (1.40, 0.420, 0.14, 0.026),
    ):
        canvas.lay(canvas.ellipse(x, y, width, height, soft=0.5), _CLOUD)
    canvas.lay(canvas.ellipse(1.27, 0.475, 0.062, 0.062, soft=0.12), _GOLD)
    canvas.lay(canvas.outline(_FAR_HILLS), _FAR_HILL)
    canvas.lay(canvas.outline(_NEAR_HILLS), _NEAR_HILL)
    for x, foot, height in ((0.93, 0.83, 0.21), (1.01, 0.86, 0.17), (1.36, 0.84, 0.24)):
        canvas.lay(canvas.ellipse(x, foot - height / 2, 0.028, height / 2, soft=0.1), _TREE)
    # a house with a red roof on the near hill
    house = canvas.outline(((1.13, 0.745), (1.24, 0.745), (1.24, 0.80), (1.13, 0.80)), smooth=False)
    roof = canvas.outline(((1.11, 0.748), (1.185, 0.685), (1.26, 0.748)), smooth=False)
    canvas.lay(house, {"lead white": 4.0, "yellow ochre": 0.4})
    canvas.lay(roof, {"vermilion": 2.2})


def _draw_figure(canvas: "_Canvas") -> None:
    face = canvas.outline(_FACE)
    canvas.lay(face, _FLESH)
    # light comes from the right: the cheek's far side and the neck lie in shade
    shade = np.clip((0.525 - canvas.x) / 0.11, 0.0, 1.0) + np.clip(
        (canvas.y - 0.5) / 0.12, 0.0, 1.0
    )
    canvas.lay(face * np.clip(shade, 0.0, 1.0) * 0.8, _SHADED_FLESH)
    canvas.lay(canvas.line(((0.556, 0.262), (0.585, 0.252), (0.604, 0.262)), 0.009), _DARK)
    canvas.lay(canvas.ellipse(0.588, 0.300, 0.017, 0.011, soft=0.2), _DARK)
    canvas.lay(canvas.line(((0.588, 0.432), (0.612, 0.428)), 0.016), {"vermilion": 2.6})
    canvas.lay(canvas.ellipse(0.548, 0.420, 0.036, 0.034, soft=1.0) * 0.5, {"vermilion": 1.6})
    canvas.lay(canvas.outline(_GOWN_OUTLINE), _GOWN)
    canvas.lay(canvas.outline(_CLOAK_OUTLINE), _CLOAK)
    for fold in (
        ((0.330, 0.740), (0.285, 0.860), (0.270, 1.02)),
        ((0.420, 0.790), (0.420, 0.900), (0.450, 1.02)),
        ((0.210, 0.790), (0.160, 0.900), (0.140, 1.02)),
    ):
        canvas.lay(canvas.line(fold, 0.026), _FOLD)
    hair = canvas.outline(_HAIR_OUTLINE)
    canvas.lay(hair, _HAIR)
    canvas.lay(hair * np.clip(canvas.strokes(70.0, 1.2), 0.0, 1.0) * 0.7, _BRIGHT_HAIR)
    canvas.lay(canvas.line(((0.590, 0.212), (0.500, 0.196), (0.400, 0.215), (0.310, 0.275)), 0.018),
               _GOLD)  # fmt: skip
    # the neckline's braid and a string of beads
    canvas.lay(canvas.line(((0.392, 0.672), (0.450, 0.728), (0.530, 0.700)), 0.024), _GOLD)
    for step in range(6):
        x, y = 0.412 + 0.022 * step, 0.607 + 0.019 * np.sin(step / 5 * np.pi)
        canvas.lay(canvas.ellipse(x, y, 0.011, 0.011, soft=0.2), {"lead white": 5.5})


def _draw_signature(canvas: "_Canvas") -> None:
    for stroke in (
        ((1.300, 0.900), (1.330, 0.962), (1.362, 0.895)),
        ((1.385, 0.900), (1.385, 0.962), (1.425, 0.960)),
    ):
        canvas.lay(canvas.line(stroke, 0.014, smooth=False), {"lead-tin yellow": 3.6})


class _Canvas:
    """Pigment planes at a finer grid than the scan's pixels, and shapes to lay on them."""

    def __init__(self, rows: int, cols: int) -> None:
        self._shape = rows, cols
        self.y, self.x = np.meshgrid(
            (np.arange(rows * _FINE) + 0.5) / (rows * _FINE),
            (np.arange(cols * _FINE) + 0.5) / (cols * _FINE) * ASPECT,
            indexing="ij",
        )
        self.pigments = {name: np.zeros_like(self.x) for name in PIGMENTS}

    def lay(self, cover: FloatPlane, paint: Paint) -> None:
        """Put a paint over what is there; a cover of 1 hides it, less mixes."""
        for name, plane in self.pigments.items():
            plane += cover * (paint.get(name, 0.0) - plane)

    def ellipse(
        self, x: float, y: float, half_width: float, half_height: float, *, soft: float
    ) -> FloatPlane:
        """Cover of an ellipse whose edge fades over `soft` of its radius."""
        radius = np.hypot((self.x - x) / half_width, (self.y - y) / half_height)
        return np.clip((1.0 + soft / 2 - radius) / soft, 0.0, 1.0)

    def outline(self, points: Sequence[tuple[float, float]], *, smooth: bool = True) -> FloatPlane:
        """Cover of the area inside a closed outline."""
        from skimage.draw import polygon2mask

        corners = np.array(points)
        curve = _smooth_closed(corners) if smooth else corners
        rows, cols = self.x.shape
        places = np.stack([curve[:, 1] * rows, curve[:, 0] * cols / ASPECT], axis=1)
        return polygon2mask((rows, cols), places - 0.5).astype(np.float64)

    def line(
        self, points: Sequence[tuple[float, float]], width: float, *, smooth: bool = True
    ) -> FloatPlane:
        """Cover of a brush stroke along points."""
        corners = np.array(points)
        if smooth and len(corners) > 2:
            corners = _smooth_open(corners)
        nearest = np.full(self.x.shape, np.inf)
        for (x0, y0), (x1, y1) in pairwise(corners):
            along = (self.x - x0) * (x1 - x0) + (self.y - y0) * (y1 - y0)
            place = np.clip(along / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0.0, 1.0)
            distance = np.hypot(self.x - x0 - place * (x1 - x0), self.y - y0 - place * (y1 - y0))
            nearest = np.minimum(nearest, distance)
        return np.clip((width / 2 - nearest) / (0.2 * width) + 0.5, 0.0, 1.0)

    def strokes(self, frequency: float, slope: float) -> FloatPlane:
        """Unevenness of a brush, -1 to 1: waves that bend along the picture."""
        bend = np.sin(3.1 * self.x + 1.3) + np.sin(4.7 * self.y)
        return np.sin(frequency * (self.y * slope + 0.35 * self.x) + 2.0 * bend)

    def reduced(self, plane: FloatPlane) -> FloatPlane:
        """Mean of the fine grid in every pixel, shape (rows, cols)."""
        rows, cols = self._shape
        return plane.reshape(rows, _FINE, cols, _FINE).mean(axis=(1, 3))


def _smooth_closed(corners: FloatPlane) -> FloatPlane:
    """A closed curve through the corners, shape (n, 2)."""
    around = np.concatenate([corners[-1:], corners, corners[:2]])
    return _curve(around)


def _smooth_open(corners: FloatPlane) -> FloatPlane:
    """A curve through the corners from the first to the last, shape (n, 2)."""
    ends = 2 * corners[0] - corners[1], 2 * corners[-1] - corners[-2]
    curve = _curve(np.concatenate([ends[:1], corners, ends[1:]]))
    return np.concatenate([curve, corners[-1:]])


def _curve(points: FloatPlane) -> FloatPlane:
    """Catmull–Rom curve from the second to the last but one point, eight pieces per span."""
    before, start, stop, after = points[:-3], points[1:-2], points[2:-1], points[3:]
    pieces = []
    for t in np.arange(8) / 8:
        linear = (stop - before) * t
        square = (2 * before - 5 * start + 4 * stop - after) * t**2
        cubic = (3 * start - before - 3 * stop + after) * t**3
        pieces.append(start + 0.5 * (linear + square + cubic))
    return np.stack(pieces, axis=1).reshape(-1, 2)
