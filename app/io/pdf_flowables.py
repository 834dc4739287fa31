"""Parts of a PDF page that are drawn: plates with colour bar and scale bar."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from app.core.batch.document import ColourBar, Curve, Plate
from app.core.display import colour_bar
from app.io import drawing, pdf_fonts
from app.io.map_picture import bar_ticks
from app.io.plate_parts import length_text
from app.io.spectrum_picture import draw_spectra

TEXT, MUTED, GRID = (HexColor(colour) for colour in (drawing.TEXT, drawing.MUTED, drawing.GRID))
UNKNOWN_RGB = (214, 211, 205)
"""Grey of pixels of which nothing is known: those that a picture leaves clear."""

_LEAST_PIXELS = 500
_MOST_PIXELS = 1200
_BAR_WIDTH, _BAR_GAP, _BAR_ROOM = 3.0 * mm, 2.0 * mm, 16.0 * mm
_TICK_SIZE, _TICK_PIXELS = 6.5, 13
_SCALE_ROOM, _SCALE_HEIGHT = 5.5 * mm, 1.2 * mm
_SHORTEST_SCALE, _LOWEST = 2.0 * mm, 3.0 * mm
_STRIP_HEIGHT = 2.0 * mm
_CURVE_SIZE = (2400, 1200)


class Picture(Flowable):
    """A plate's picture with its colour bar on the right and its scale bar below.

    Parameters
    ----------
    plate
        What is drawn; its title and caption are not.
    width
        Of picture and bar together, points.
    most_height
        Of the picture alone, points; a high one becomes narrower.
    room_for_bar
        Whether room is left for a colour bar even where there is none.
    """

    def __init__(
        self, plate: Plate, width: float, most_height: float, *, room_for_bar: bool = False
    ) -> None:
        super().__init__()
        self._plate = plate
        rows, cols = plate.rgb.shape[:2]
        has_bar = room_for_bar or plate.bar is not None
        room = width - (_BAR_GAP + _BAR_WIDTH + _BAR_ROOM if has_bar else 0.0)
        shape = rows * plate.aspect / cols
        self._picture_width = min(room, most_height / shape)
        # a scan of a few lines would be but a stroke
        self._picture_height = max(self._picture_width * shape, _LOWEST)
        self._below = _SCALE_ROOM if self._scale() is not None else 0.0
        self.width = width
        self.height = self._picture_height + self._below

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Its size, points, however much room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it with its lower left corner at the canvas' origin."""
        canvas, bottom = self.canv, self._below
        reader = ImageReader(picture_of(self._plate.rgb))
        canvas.drawImage(reader, 0, bottom, self._picture_width, self._picture_height)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.4)
        canvas.rect(0, bottom, self._picture_width, self._picture_height)
        if self._plate.bar is not None:
            x = self._picture_width + _BAR_GAP
            draw_colour_bar(canvas, self._plate.bar, (x, bottom), self._picture_height)
        scale = self._scale()
        if scale is not None:
            draw_scale(canvas, scale, (0.0, bottom - _SCALE_ROOM + 1.4 * mm))

    def _scale(self) -> tuple[float, float] | None:
        """Length of the scale bar in mm and in points; None where it cannot be read."""
        if self._plate.scale_bar is None:
            return None
        told, cols = self._plate.scale_bar
        length = cols / self._plate.rgb.shape[1] * self._picture_width
        return (told, length) if length >= _SHORTEST_SCALE else None


class CurvePlot(Flowable):
    """A spectrum with axes, grid and names of lines.

    Parameters
    ----------
    curve
        What is drawn; its caption is not.
    width
        Points.
    """

    def __init__(self, curve: Curve, width: float) -> None:
        super().__init__()
        self._curve = curve
        self.width, self.height = width, width * _CURVE_SIZE[1] / _CURVE_SIZE[0]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Its size, points, however much room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it with its lower left corner at the canvas' origin."""
        from PIL import Image

        curve = self._curve
        pixels = draw_spectra(
            {curve.name: curve.counts},
            curve.axis,
            width=_CURVE_SIZE[0],
            height=_CURVE_SIZE[1],
            labels=curve.labels,
        )
        reader = ImageReader(Image.fromarray(pixels))
        self.canv.drawImage(reader, 0, 0, self.width, self.height)


class ColourStrip(Flowable):
    """A colour bar that lies: its first colour on the left, no numbers.

    Parameters
    ----------
    bar
        What its colours stand for.
    width
        Points.
    """

    def __init__(self, bar: ColourBar, width: float) -> None:
        super().__init__()
        self._bar = bar
        self.width, self.height = width, _STRIP_HEIGHT

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Its size, points, however much room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it with its lower left corner at the canvas' origin."""
        from PIL import Image

        colours = colour_bar(self._bar.display, self._bar.limits, 256)[0][::-1, :, :3]
        strip = Image.fromarray(np.ascontiguousarray(colours.transpose(1, 0, 2)))
        self.canv.drawImage(ImageReader(strip), 0, 0, self.width, self.height)


def picture_of(rgb: NDArray[np.uint8], least: int = _LEAST_PIXELS) -> Any:
    """A picture for a PDF: each pixel a block of whole pixels, what is clear on grey.

    Viewers smooth pictures of few pixels, which would look like detail that was not measured.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3 or 4), uint8.
    least
        Columns it has at least, as long as that makes no more than 1200 rows or columns; a
        picture with more than those becomes the means of square blocks.
    """
    from PIL import Image

    rows, cols = rgb.shape[:2]
    factor = max(min(-(-least // cols), _MOST_PIXELS // max(rows, cols)), 1)
    colours = rgb[..., :3]
    if rgb.shape[2] == 4:
        alpha = rgb[..., 3:].astype(np.float32) / 255
        ground = np.array(UNKNOWN_RGB, np.float32)
        colours = np.rint(colours * alpha + ground * (1 - alpha)).astype(np.uint8)
    large = np.repeat(np.repeat(colours, factor, axis=0), factor, axis=1)
    picture = Image.fromarray(np.ascontiguousarray(large))
    # finer than print can show; the files themselves hold every pixel
    return picture.reduce(max(-(-max(rows, cols) // _MOST_PIXELS), 1))


def draw_colour_bar(
    canvas: Any, bar: ColourBar, corner: tuple[float, float], height: float
) -> None:
    """The strip of colours with its numbers on the right."""
    from PIL import Image

    x, y = corner
    strip = colour_bar(bar.display, bar.limits, 256)[0][:, :, :3]
    reader = ImageReader(Image.fromarray(np.ascontiguousarray(strip)))
    canvas.drawImage(reader, x, y, _BAR_WIDTH, height)
    canvas.setStrokeColor(MUTED)
    canvas.rect(x, y, _BAR_WIDTH, height)
    right = x + _BAR_WIDTH
    canvas.setFont(pdf_fonts.REGULAR, _TICK_SIZE)
    for place, text in bar_ticks(bar.display, bar.limits, max(round(height), 1), _TICK_PIXELS):
        at = y + place * height
        canvas.line(right, at, right + 1.2 * mm, at)
        # the outermost numbers stay beside the bar
        base = min(max(at - 0.36 * _TICK_SIZE, y), y + height - 0.72 * _TICK_SIZE)
        canvas.setFillColor(TEXT)
        canvas.drawString(right + 1.8 * mm, base, pdf_fonts.legible(text))


def draw_scale(canvas: Any, scale: tuple[float, float], corner: tuple[float, float]) -> None:
    """A bar of known length (mm, points) with its length beside it."""
    x, y = corner
    told, length = scale
    canvas.setFillColor(TEXT)
    canvas.rect(x, y, length, _SCALE_HEIGHT, stroke=0, fill=1)
    canvas.setFont(pdf_fonts.REGULAR, 7.5)
    canvas.drawString(x + length + 1.5 * mm, y - 0.4 * mm, length_text(told))
