"""Draws spectra as a picture for reports, without a window."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.io import drawing
from app.io.map_picture import draw_map

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

__all__ = ["draw_map", "draw_spectra"]

# electronic noise and a detector's reference peak sit below this and would set the scale
_NOISE_KEV = 0.3
_MOST_DECADES = 6
_SMOOTHING = 3
_Box = tuple[float, float, float, float]
_NAMES = {"sum": "Sum", "mean": "Mean", "maximum_pixel": "Maximum pixel", "region": "Region"}
_PIXEL = re.compile(r"pixel_(\d+)_(\d+)")


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where data lie on the picture: the frame in pixels and the ranges in data."""

    left: int
    top: int
    right: int
    bottom: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    is_log: bool
    unit: float

    def x(self, values: Any) -> Any:
        """Pixels from the left of energies or channels."""
        low, high = self.x_range
        return self.left + (np.asarray(values) - low) / (high - low) * (self.right - self.left)

    def y(self, values: Any) -> Any:
        """Pixels from the top of counts; what lies outside the range is at its end."""
        low, high = self.y_range
        counts = np.clip(np.asarray(values, np.float64), low, high)
        if self.is_log:
            counts, low, high = np.log10(counts), math.log10(low), math.log10(high)
        return self.bottom - (counts - low) / (high - low) * (self.bottom - self.top)

    def size(self, pixels: float) -> int:
        """A length that grows with the picture."""
        return max(round(pixels * self.unit), 1)


def draw_spectra(
    columns: Mapping[str, NDArray[Any]],
    axis: EnergyAxis | None,
    *,
    width: int = 1600,
    height: int = 900,
    log: bool = True,
    title: str = "",
    labels: Sequence[tuple[float, str]] = (),
) -> NDArray[np.uint8]:
    """Draw spectra as curves with axes, legend and names of lines.

    Parameters
    ----------
    columns
        Name and counts of each spectrum, shape (channels,), all of one length.
    axis
        Energy axis; without one the abscissa is the channel.
    width, height
        Size of the picture, pixels; type and strokes grow with it.
    log
        Whether counts have a logarithmic scale; empty channels then lie on its lower end.
    title
        Above the plot; empty for none.
    labels
        Energy in keV (channel without an axis) and text of lines to name.

    Returns
    -------
    ndarray
        Shape (height, width, 3), uint8. Counts below 0.3 keV do not set the scale; counts that
        are not finite are drawn as 0.

    Raises
    ------
    ValueError
        If there is no spectrum, it is empty, or lengths differ.
    """
    from PIL import Image, ImageDraw

    spectra = _checked(columns)
    channels = spectra[0].size
    places = np.arange(channels, dtype=float) if axis is None else axis.energies_kev(channels)
    counted = None if axis is None else places > _NOISE_KEV
    counts_range = _counts_range(spectra, counted, log, room=0.16 if labels else 0.05)
    numbers = _count_ticks(counts_range, log)
    plot = _layout((width, height), places, counts_range, numbers, log=log, titled=bool(title))
    picture = Image.new("RGB", (width, height), drawing.BACKGROUND)
    pen = ImageDraw.Draw(picture)
    _draw_grid(pen, plot, numbers)
    picture.paste(*_curves(plot, (width, height), places, spectra))
    envelope = np.max(spectra, axis=0)
    names = [_name(name) for name in columns]
    legend = _legend_box(plot, names, places, envelope)
    _draw_labels(pen, plot, labels, places, envelope, legend)
    _draw_legend(pen, plot, names, legend)
    _draw_captions(picture, pen, plot, title, "Channel" if axis is None else "Energy (keV)")
    return np.asarray(picture).copy()


def _name(column: str) -> str:
    """A column's name as people write it."""
    if pixel := _PIXEL.fullmatch(column):
        return f"Row {pixel[1]}, column {pixel[2]}"
    return _NAMES.get(column, column)


def _checked(columns: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float64]]:
    """The spectra, 0 where they are not finite."""
    lengths = {len(spectrum) for spectrum in columns.values()}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"spectra of one length are needed, not {sorted(lengths)}")
    spectra = [np.asarray(values, np.float64) for values in columns.values()]
    return [np.where(np.isfinite(values), values, 0.0) for values in spectra]


def _layout(
    size: tuple[int, int],
    places: NDArray[np.float64],
    counts_range: tuple[float, float],
    numbers: Sequence[tuple[float, str]],
    *,
    log: bool,
    titled: bool,
) -> _Plot:
    """The frame, with as much room on its left as the numbers there need."""
    width, height = size
    unit = min(width / 1600, height / 900)
    font = drawing.typeface(max(round(22 * unit), 1))
    return _Plot(
        left=round(70 * unit + max(font.getlength(text) for _, text in numbers)),
        top=round((84 if titled else 36) * unit),
        right=width - round(44 * unit),
        bottom=height - round(96 * unit),
        x_range=(float(places[0]), float(max(places[-1], places[0] + 1e-9))),
        y_range=counts_range,
        is_log=log,
        unit=unit,
    )


def _counts_range(
    spectra: Sequence[NDArray[np.float64]],
    counted: NDArray[np.bool_] | None,
    log: bool,
    *,
    room: float,
) -> tuple[float, float]:
    """Ends of the ordinate; `room` is the part left free above the highest peak."""
    values = np.stack(spectra)
    shown = values if counted is None or not counted.any() else values[:, counted]
    high = float(shown.max())
    positive = shown[shown > 0]
    if not log:
        low = min(float(shown.min()), 0.0)
        return low, low + max(high - low, 1e-9 if positive.size else 1.0) / (1 - room)
    if not positive.size:
        return 0.5, 10.0
    lowest = 10.0 ** math.floor(math.log10(float(positive.min())))
    low = max(lowest, high / 10.0**_MOST_DECADES)
    decades = max(math.log10(high / low), 1.0)
    return low, low * 10 ** (decades / (1 - room))


def _draw_grid(pen: "Pen", plot: _Plot, numbers: Sequence[tuple[float, str]]) -> None:
    """Frame, grid and numbers."""
    font = drawing.typeface(plot.size(22))
    gap, stroke = plot.size(10), plot.size(1.4)
    ticks, step = drawing.round_ticks(*plot.x_range, most=12)
    for tick in ticks:
        x = round(float(plot.x(tick)))
        pen.line((x, plot.top, x, plot.bottom), drawing.GRID, stroke)
        pen.line((x, plot.bottom, x, plot.bottom + gap // 2), drawing.MUTED, stroke)
        text = drawing.tick_text(tick, step)
        pen.text((x, plot.bottom + gap), text, drawing.TEXT, font, anchor="mt")
    for value, text in numbers:
        y = round(float(plot.y(value)))
        pen.line((plot.left, y, plot.right, y), drawing.GRID, stroke)
        pen.line((plot.left - gap // 2, y, plot.left, y), drawing.MUTED, stroke)
        pen.text((plot.left - gap, y), text, drawing.TEXT, font, anchor="rm")
    if plot.is_log:
        for value in drawing.log_ticks(*plot.y_range)[1]:
            y = round(float(plot.y(value)))
            pen.line((plot.left - gap // 3, y, plot.left, y), drawing.MUTED, stroke)
    pen.rectangle((plot.left, plot.top, plot.right, plot.bottom), None, drawing.MUTED, stroke)


def _count_ticks(counts_range: tuple[float, float], log: bool) -> list[tuple[float, str]]:
    """Numbers along the ordinate with their texts."""
    powers = drawing.log_ticks(*counts_range)[0] if log else []
    if len(powers) > 1:
        is_plain = powers[0] >= 0.01 and powers[-1] <= 1e4
        return [(value, drawing.power_text(value, is_plain=is_plain)) for value in powers]
    ticks, step = drawing.round_ticks(*counts_range, most=8)
    return [(value, drawing.tick_text(value, step)) for value in ticks]


def _curves(
    plot: _Plot,
    size: tuple[int, int],
    places: NDArray[np.float64],
    spectra: Sequence[NDArray[np.float64]],
) -> tuple[Any, tuple[int, int], Any]:
    """The curves inside the frame: picture, its place and its mask, ready to paste."""
    from PIL import Image, ImageDraw

    # drawn larger and reduced: smooth strokes
    wide = (size[0] * _SMOOTHING, size[1] * _SMOOTHING)
    curves = Image.new("RGBA", wide, drawing.BACKGROUND + "00")
    pen = ImageDraw.Draw(curves)
    x = (plot.x(places) + 0.5) * _SMOOTHING
    for index, spectrum in reversed(list(enumerate(spectra))):
        y = (plot.y(spectrum) + 0.5) * _SMOOTHING
        colour = drawing.CURVES[index % len(drawing.CURVES)]
        points = np.column_stack([x, y]).ravel().tolist()
        pen.line(points, colour, plot.size(2 * _SMOOTHING), joint="curve")
    small = curves.reduce(_SMOOTHING)
    inside = small.crop((plot.left + 1, plot.top + 1, plot.right, plot.bottom + 1))
    return inside.convert("RGB"), (plot.left + 1, plot.top + 1), inside.getchannel("A")


def _draw_labels(
    pen: "Pen",
    plot: _Plot,
    labels: Sequence[tuple[float, str]],
    places: NDArray[np.float64],
    counts: NDArray[np.float64],
    legend: _Box,
) -> None:
    """Names above their peaks, one above the other where they would touch."""
    font = drawing.typeface(plot.size(20))
    gap, halo = plot.size(8), plot.size(3)
    columns = plot.x(places)
    taken: list[_Box] = [legend]
    texts: list[tuple[float, float, str]] = []
    for x, peak, text in _peaks(plot, labels, columns, counts):
        half = font.getlength(text) / 2
        # above all of the curve under the text
        beneath = counts[np.abs(columns - x) <= half + gap]
        bottom = min(peak, float(plot.y(beneath.max(initial=counts.min())))) - gap
        middle = min(max(x, plot.left + half), plot.right - half)
        box = _free_box((middle - half, middle + half), bottom, plot.size(22), taken)
        if box[1] < plot.top:
            continue
        taken.append(box)
        texts.append((middle, box[3], text))
        if peak - box[3] > 2 * gap:
            pen.line((x, box[3] + gap // 3, x, peak - gap), drawing.MUTED, plot.size(1))
    for x, y, text in texts:
        pen.text(
            (x, y),
            text,
            drawing.TEXT,
            font,
            anchor="ms",
            stroke_width=halo,
            stroke_fill=drawing.BACKGROUND,
        )


def _peaks(
    plot: _Plot,
    labels: Sequence[tuple[float, str]],
    columns: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> list[tuple[float, float, str]]:
    """Where the named lines stand on the curve, pixels, the highest first."""
    found = []
    for place, text in labels:
        if plot.x_range[0] <= place <= plot.x_range[1]:
            x = float(plot.x(place))
            nearby = counts[np.abs(columns - x) <= plot.size(8)]
            found.append((x, float(plot.y(nearby.max(initial=counts.min()))), text))
    return sorted(found, key=lambda peak: peak[1])


def _free_box(
    sides: tuple[float, float],
    bottom: float,
    height: float,
    taken: Sequence[_Box],
) -> _Box:
    """The lowest box above `bottom` that touches none of the others."""
    left, right = sides
    moved = True
    while moved:
        moved = False
        for other in taken:
            beside = left > other[2] or right < other[0]
            if not beside and bottom > other[1] and bottom - height < other[3]:
                bottom, moved = other[1], True
    return left, bottom - height, right, bottom


def _legend_box(
    plot: _Plot,
    names: Sequence[str],
    places: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> _Box:
    """Upper right corner, or the left one where only that is free of curves."""
    font = drawing.typeface(plot.size(22))
    pad, line = plot.size(14), plot.size(34)
    width = max(font.getlength(name) for name in names) + plot.size(40) + 3 * pad
    top = plot.top + pad
    bottom = top + line * len(names) + pad
    columns = plot.x(places)
    corners = (plot.right - pad - width, plot.left + pad)
    for left in corners:
        beneath = counts[(columns >= left) & (columns <= left + width)]
        if float(plot.y(beneath.max(initial=counts.min()))) > bottom:
            return left, top, left + width, bottom
    return corners[0], top, corners[0] + width, bottom


def _draw_legend(pen: "Pen", plot: _Plot, names: Sequence[str], box: _Box) -> None:
    """The curves' names beside a piece of each."""
    font = drawing.typeface(plot.size(22))
    pad, line, sample = plot.size(14), plot.size(34), plot.size(40)
    left, top, _, _ = box
    pen.rectangle(box, drawing.BACKGROUND, drawing.GRID)
    for index, name in enumerate(names):
        y = top + pad / 2 + line * (index + 0.5)
        colour = drawing.CURVES[index % len(drawing.CURVES)]
        pen.line((left + pad, y, left + pad + sample, y), colour, plot.size(3))
        pen.text((left + 2 * pad + sample, y), name, drawing.TEXT, font, anchor="lm")


def _draw_captions(picture: Any, pen: "Pen", plot: _Plot, title: str, abscissa: str) -> None:
    """Title and what the axes show."""
    font = drawing.typeface(plot.size(24))
    middle = (plot.left + plot.right) // 2
    pen.text((middle, plot.bottom + plot.size(48)), abscissa, drawing.TEXT, font, anchor="mt")
    counts = drawing.turned_text("Counts", font, drawing.TEXT)
    picture.paste(counts, (plot.size(16), (plot.top + plot.bottom - counts.height) // 2), counts)
    bold = drawing.typeface(plot.size(30), is_bold=True)
    pen.text((plot.left, plot.top - plot.size(18)), title, drawing.TEXT, bold, anchor="ls")
