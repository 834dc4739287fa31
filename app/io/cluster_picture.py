"""Draws clusters as a plate for reports: their colours, a legend, a scale bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.clustering.colours import OUTSIDE_SRGB, cluster_colours
from app.io import drawing, plate_parts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One cluster in the legend: its name and, below, what is to be known of it."""

    name: str
    details: tuple[str, ...] = ()


_OUTSIDE = LegendEntry("not clustered")


def cluster_rgb(labels: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Colours of clusters, shape (rows, cols, 3), uint8.

    Parameters
    ----------
    labels
        Number of the cluster from 0 on, −1 outside, shape (rows, cols).
    """
    colours = cluster_colours(int(labels.max(initial=-1)) + 1)
    # −1 takes the last one
    return np.concatenate([colours, np.array([OUTSIDE_SRGB], np.uint8)])[labels]


def draw_clusters(
    labels: NDArray[np.int16],
    legend: Sequence[LegendEntry],
    *,
    title: str,
    scale_bar: tuple[float, float] | None = None,
    pixel_aspect: float = 1.0,
) -> NDArray[np.uint8]:
    """Draw the plate of a map of clusters.

    Parameters
    ----------
    labels
        As for `cluster_rgb`. Small maps are enlarged by a whole number.
    legend
        One entry per cluster, in their order.
    title
        Above the map.
    scale_bar
        Length in mm and in columns; None where the step is not known.
    pixel_aspect
        Distance between rows divided by that between columns.

    Returns
    -------
    ndarray
        Shape (height, width, 3), uint8.
    """
    from PIL import Image, ImageDraw

    large, factor = plate_parts.enlarged(cluster_rgb(labels), pixel_aspect)
    rows, cols = large.shape[:2]
    size = min(max(cols / 900, 1.0), 4.0)
    pad = round(36 * size)
    bold = drawing.typeface(round(26 * size), is_bold=True)
    entries = [*legend, *([_OUTSIDE] if (labels < 0).any() else [])]
    legend_width, legend_height = _legend_size(entries, size)
    bar = plate_parts.readable(scale_bar, factor)
    top = pad + round(58 * size)
    below = round(44 * size) if bar else 0
    width = 2 * pad + max(cols + round(28 * size) + legend_width, round(bold.getlength(title)))
    height = top + max(rows + below, legend_height) + pad
    plate = Image.new("RGB", (width, height), drawing.BACKGROUND)
    pen = ImageDraw.Draw(plate)
    pen.text((pad, pad), title, drawing.TEXT, bold, anchor="lt")
    plate_parts.paste(plate, large, (pad, top))
    _draw_legend(pen, (pad + cols + round(28 * size), top), entries, size)
    if bar:
        plate_parts.draw_scale_bar(pen, (pad, top + rows + round(22 * size)), bar, size)
    return np.asarray(plate).copy()


def _entry_height(entry: LegendEntry, size: float) -> int:
    return round((34 + 24 * len(entry.details) + 12) * size)


def _legend_size(entries: Sequence[LegendEntry], size: float) -> tuple[int, int]:
    bold = drawing.typeface(round(20 * size), is_bold=True)
    font = drawing.typeface(round(18 * size))
    widths = [bold.getlength(entry.name) for entry in entries]
    widths += [font.getlength(text) for entry in entries for text in entry.details]
    height = sum(_entry_height(entry, size) for entry in entries)
    return round(max(widths, default=0) + 42 * size), height


def _draw_legend(
    pen: "Pen", corner: tuple[int, int], entries: Sequence[LegendEntry], size: float
) -> None:
    """A patch of each cluster's colour with its name and details."""
    x, y = corner
    bold = drawing.typeface(round(20 * size), is_bold=True)
    font = drawing.typeface(round(18 * size))
    colours = cluster_colours(len(entries)).tolist()
    patch = round(26 * size)
    for entry, colour in zip(entries, colours, strict=True):
        shown = OUTSIDE_SRGB if entry is _OUTSIDE else tuple(colour)
        pen.rectangle((x, y, x + patch, y + patch), shown, drawing.MUTED)
        left = x + round(40 * size)
        pen.text((left, y + patch / 2), entry.name, drawing.TEXT, bold, anchor="lm")
        for number, text in enumerate(entry.details):
            at = y + round((34 + 24 * number) * size)
            pen.text((left, at), text, drawing.MUTED, font, anchor="lt")
        y += _entry_height(entry, size)
