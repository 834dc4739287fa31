"""Draws numbers that change with the steps of a training, without a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.io import drawing

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

Curve = Sequence[tuple[float, float]]

_MARGIN = 0.12
_TICKS = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes.

    Parameters
    ----------
    title
        What is drawn, with its unit.
    curves
        Abscissa and ordinate of each curve's points, by name; points that are not numbers are
        passed over.
    """

    title: str
    curves: Mapping[str, Curve]


def draw_curves(
    panels: Sequence[Panel], abscissa: str, *, width: int = 1200, height: int = 480
) -> NDArray[np.uint8]:
    """Panels one below the other, all over the same abscissa.

    Parameters
    ----------
    panels
        What is drawn; one without any point shows its axes alone.
    abscissa
        What the curves are drawn over, for the lowest panel's axis.
    width, height
        Of one panel, pixels.

    Returns
    -------
    ndarray
        RGB, shape (panels · height, width, 3).
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height * len(panels)), drawing.BACKGROUND)
    pen = ImageDraw.Draw(picture)
    numbers = [x for panel in panels for points in panel.curves.values() for x, _ in points]
    span = _span(numbers)
    for place, panel in enumerate(panels):
        box = (
            round(width * _MARGIN),
            place * height + round(height * _MARGIN),
            round(width * 0.97),
            (place + 1) * height - round(height * 0.14),
        )
        _draw_panel(pen, panel, box, span, height)
    font = drawing.typeface(max(height // 26, 9))
    pen.text((width * 0.97, height * len(panels) - 4), abscissa, drawing.TEXT, font, anchor="rd")
    return np.asarray(picture, np.uint8)


def _draw_panel(
    pen: "Pen",
    panel: Panel,
    box: tuple[int, int, int, int],
    across: tuple[float, float],
    height: int,
) -> None:
    left, top, right, bottom = box
    font = drawing.typeface(max(height // 26, 9))
    kept = {
        name: [(x, y) for x, y in points if np.isfinite(y)] for name, points in panel.curves.items()
    }
    up = _span([y for points in kept.values() for _, y in points])

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - across[0]) / (across[1] - across[0]) * (right - left),
            bottom - (y - up[0]) / (up[1] - up[0]) * (bottom - top),
        )

    for value in drawing.round_ticks(*up, _TICKS)[0]:
        _, y = at(across[0], value)
        pen.line((left, y, right, y), drawing.GRID)
        pen.text((left - 6, y), f"{value:.6g}", drawing.MUTED, font, anchor="rm")
    for value in drawing.round_ticks(*across, _TICKS)[0]:
        x, _ = at(value, up[0])
        pen.line((x, top, x, bottom), drawing.GRID)
        pen.text((x, bottom + 4), f"{value:.6g}", drawing.MUTED, font, anchor="ma")
    pen.rectangle(box, outline=drawing.MUTED)
    pen.text((left, top - 4), panel.title, drawing.TEXT, font, anchor="ld")
    for place, (name, points) in enumerate(kept.items()):
        colour = drawing.CURVES[place % len(drawing.CURVES)]
        if len(points) > 1:
            pen.line([at(x, y) for x, y in points], colour, max(height // 240, 1))
        for x, y in points:
            px, py = at(x, y)
            pen.ellipse((px - 2, py - 2, px + 2, py + 2), colour)
        pen.text(
            (right - 6, top + 6 + place * max(height // 20, 11)), name, colour, font, anchor="ra"
        )


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From the lowest to the highest, never empty."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low == high:
        return low - max(abs(low) * 0.1, 1e-6), high + max(abs(high) * 0.1, 1e-6)
    return low, high
