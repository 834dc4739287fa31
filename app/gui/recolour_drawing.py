"""What is drawn of a recoloured picture: colours, doubt upon them, or maps, with a legend."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.display import COLOUR_MAPS, MapDisplay, levels, to_rgb
from app.core.recolouring.blend import LARGEST_SD, USUAL_NOVELTY, Blend, blended, doubt_of
from app.core.recolouring.measured_maps import MapAgreement
from app.core.recolouring.recoloured import Recoloured
from app.core.recolouring.tiles import filled
from app.gui.recolour_values import MAP_LOOKS, Look
from app.gui.views.numbers import MINUS, grouped

PREDICTED_COLOUR = "predicted colour"
PREDICTED_MAP = "predicted map"
_STRIP = (12, 200)
# about what a picture is drawn at
_LINES_PX = 600
_DEVIATION = "Standard deviation of the colour's bands, as the model tells it, of 255."
_NOVELTY = (
    "Share of the training spectra that are less unlike the others; near 1 the model has not seen "
    "the like."
)
_NOVEL_DOUBT = (
    f"A spectrum unlike {100 * USUAL_NOVELTY:g} % of the training spectra counts as doubtful, too."
)
_DOUBT_MAP = "cividis"
_NOVELTY_MAP = "magma"
# a light brown: neither dark nor light, so that both ways of showing doubt are seen upon it
_SAMPLE_RGB = (0.72, 0.52, 0.30)
_BLENDS = {Look.FADED: Blend.FADE, Look.HATCHED: Blend.HATCH}


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture ready for the screen.

    Parameters
    ----------
    picture
        Red, green, blue and opacity, shape (rows, cols, 4) of the whole scan, uint8; opacity 0
        where nothing is known.
    title
        What is shown.
    badge
        What to call it so that nobody takes it for a photograph.
    strip
        Colours of the legend, shape (rows, cols, 3), uint8; None where none is needed.
    low, high, unit
        Values of the strip's ends and what they are.
    meaning
        The same at length.
    fineness
        How many rows and columns of the picture make up a pixel of the scan.
    """

    picture: NDArray[np.uint8]
    title: str
    badge: str
    strip: NDArray[np.uint8] | None = None
    low: str = ""
    high: str = ""
    unit: str = ""
    meaning: str = ""
    fineness: int = 1


def looks_of(found: Recoloured) -> tuple[Look, ...]:
    """What can be drawn of a picture, the usual first."""
    if not found.has_colours:
        return MAP_LOOKS
    looks = [Look.COLOUR]
    if found.log_variance is not None or found.novelty is not None:
        looks += [Look.FADED, Look.HATCHED]
    if found.log_variance is not None:
        looks.append(Look.UNCERTAINTY)
    if found.novelty is not None:
        looks.append(Look.NOVELTY)
    return (*looks, *MAP_LOOKS) if found.maps is not None else tuple(looks)


def drawn(found: Recoloured, look: Look, strength: float, shape: tuple[int, int]) -> Drawn:
    """Colours, or what is known of their doubt.

    Parameters
    ----------
    look
        One of `looks_of`, but no map.
    strength
        How strongly doubt is drawn; 1 as it is.
    shape
        Rows and columns of the scan, of which the picture may be a part.
    """
    name = found.card.name
    if look is Look.UNCERTAINTY and found.uncertainty is not None:
        values = _whole_look(found, found.uncertainty)
        table = COLOUR_MAPS[_DOUBT_MAP]
        return Drawn(
            placed(_scaled(values, (0.0, LARGEST_SD), _DOUBT_MAP), found, shape),
            f"Uncertainty · {name}",
            PREDICTED_COLOUR,
            _ramp(table),
            "± 0",
            f"± {255 * LARGEST_SD:.0f} of 255",
            "uncertainty",
            _DEVIATION,
        )
    if look is Look.NOVELTY and found.novelty is not None:
        values = _whole_look(found, found.novelty)
        return Drawn(
            placed(_scaled(values, (0.0, 1.0), _NOVELTY_MAP), found, shape),
            f"Novelty · {name}",
            PREDICTED_COLOUR,
            _ramp(COLOUR_MAPS[_NOVELTY_MAP]),
            "0",
            "1",
            "novelty",
            _NOVELTY,
        )
    return _coloured(found, look, strength, shape)


def _coloured(found: Recoloured, look: Look, strength: float, shape: tuple[int, int]) -> Drawn:
    rgb, title = found.picture(), f"Colour · {found.card.name}"
    style = _BLENDS.get(look, Blend.NONE)
    doubt = None
    if style is not Blend.NONE:
        doubt = doubt_of(found.uncertainty, found.novelty)
    if doubt is None:
        return Drawn(_placed_colours(rgb, None, found, shape), title, PREDICTED_COLOUR)
    doubt = _whole_look(found, doubt)
    # lines are to be thin whatever the size of the scan
    fineness = max(_LINES_PX // max(shape), 1) if style is Blend.HATCH else 1
    low, high, meaning = _doubt_words(found)
    return Drawn(
        _placed_colours(rgb, (doubt, style, strength, fineness), found, shape),
        title,
        PREDICTED_COLOUR,
        doubt_strip(style, strength),
        low,
        high,
        "doubt",
        meaning,
        fineness,
    )


def _placed_colours(
    rgb: NDArray[np.float32],
    blend: tuple[NDArray[Any], Blend, float, int] | None,
    found: Recoloured,
    shape: tuple[int, int],
) -> NDArray[np.uint8]:
    """Colours with their doubt upon them, where they belong."""
    doubt, style, strength, fineness = blend or (None, Blend.NONE, 1.0, 1)
    fine = _finer(rgb, fineness)
    fine_doubt = None if doubt is None else _finer(doubt, fineness)
    colours = blended(fine, fine_doubt, style, strength)
    known = np.asarray(np.isfinite(fine).all(axis=2))
    return placed(_opaque(colours, known), found, shape, fineness)


def _finer(values: NDArray[Any], fineness: int) -> NDArray[Any]:
    return np.repeat(np.repeat(values, fineness, axis=0), fineness, axis=1)


def _doubt_words(found: Recoloured) -> tuple[str, str, str]:
    """Both ends of the doubt, and what it is made of."""
    if found.log_variance is None:
        return "known", "new", _NOVEL_DOUBT
    meaning = _DEVIATION if found.novelty is None else f"{_DEVIATION} {_NOVEL_DOUBT}"
    return "± 0", f"± {255 * LARGEST_SD:.0f} of 255", meaning


def doubt_strip(style: Blend, strength: float) -> NDArray[np.uint8]:
    """A colour from no doubt to full doubt."""
    rows, cols = _STRIP
    rgb = np.broadcast_to(np.array(_SAMPLE_RGB, np.float32), (rows, cols, 3))
    doubt = np.broadcast_to(np.linspace(0, 1, cols, dtype=np.float32), (rows, cols))
    return blended(rgb, doubt, style, strength)


def drawn_map(
    found: Recoloured,
    element: str,
    look: Look,
    agreement: MapAgreement | None,
    display: MapDisplay,
    shape: tuple[int, int],
) -> Drawn:
    """A predicted map, on the scale of the measured one where both are known.

    Parameters
    ----------
    agreement
        With the measured map; None while it is not known.
    display
        As the measured map is shown.
    """
    if agreement is None:
        return _map_alone(found, element, display, shape)
    told = "r not defined" if agreement.r is None else f"r = {agreement.r:.2f}"
    head = f"{agreement.line.label} · {told.replace('-', MINUS)}"
    if look is Look.RESIDUAL:
        return _residual(found, agreement, head, shape)
    limits = levels(agreement.measured, display.low_percentile, display.high_percentile)
    return Drawn(
        placed(to_rgb(agreement.predicted, display, limits), found, shape),
        f"{head} · predicted by {found.card.name}",
        PREDICTED_MAP,
        _ramp(display.table),
        _number(limits[0]),
        _number(limits[1]),
        "counts",
        "Predicted counts, brought onto the measured map's scale by the best straight line.",
    )


def _map_alone(
    found: Recoloured, element: str, display: MapDisplay, shape: tuple[int, int]
) -> Drawn:
    """A predicted map while the measured one is not known."""
    own = np.full(shape, np.nan, np.float32)
    if found.maps is not None:
        values = found.maps[found.elements.index(element)]
        own = _embedded(filled(values, found.grid_step), found, shape)
    limits = levels(own, display.low_percentile, display.high_percentile)
    return Drawn(
        to_rgb(own, display, limits),
        f"{element} · predicted by {found.card.name}",
        PREDICTED_MAP,
        _ramp(display.table),
        _number(limits[0]),
        _number(limits[1]),
        "model's unit",
    )


def _residual(
    found: Recoloured, agreement: MapAgreement, head: str, shape: tuple[int, int]
) -> Drawn:
    """Predicted less measured, as the choice is worded."""
    values: NDArray[Any] = -agreement.residual
    known = values[np.isfinite(values)]
    most = (float(np.percentile(np.abs(known), 99)) if known.size else 1.0) or 1.0
    return Drawn(
        placed(_opaque(_diverging(values / most), np.isfinite(values)), found, shape),
        f"{head} · predicted less measured",
        PREDICTED_MAP,
        _diverging(np.broadcast_to(np.linspace(-1, 1, _STRIP[1]), _STRIP)),
        f"{MINUS}{_number(most)}",
        f"+{_number(most)}",
        "counts",
        "Counts predicted less counts measured, after the best straight line between both.",
    )


def placed(
    picture: NDArray[np.uint8], found: Recoloured, shape: tuple[int, int], fineness: int = 1
) -> NDArray[np.uint8]:
    """A region's colours with opacity in a picture of the whole scan."""
    region, size = found.region, (shape[0] * fineness, shape[1] * fineness)
    if picture.shape[:2] == size:
        return picture
    whole = np.zeros((*size, 4), np.uint8)
    rows = slice(region.row_start * fineness, region.row_stop * fineness)
    whole[rows, region.col_start * fineness : region.col_stop * fineness] = picture
    return whole


def _embedded(
    values: NDArray[Any], found: Recoloured, shape: tuple[int, int]
) -> NDArray[np.float32]:
    region = found.region
    whole = np.full(shape, np.nan, np.float32)
    whole[region.row_start : region.row_stop, region.col_start : region.col_stop] = values
    return whole


def _whole_look(found: Recoloured, values: NDArray[Any]) -> NDArray[Any]:
    return filled(values, found.grid_step)


def _scaled(
    values: NDArray[Any], limits: tuple[float, float], colour_map: str
) -> NDArray[np.uint8]:
    return to_rgb(np.asarray(values, np.float64), MapDisplay(colour_map=colour_map), limits)


def _opaque(rgb: NDArray[np.uint8], known: NDArray[Any]) -> NDArray[np.uint8]:
    picture = np.empty((*rgb.shape[:2], 4), np.uint8)
    picture[..., :3] = rgb
    picture[..., 3] = np.where(known, 255, 0)
    return picture


def _diverging(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Blue below nothing, white at nothing, red above; values of −1 to 1."""
    share = np.clip(np.nan_to_num(np.asarray(values, np.float64)), -1, 1)[..., None]
    white = np.array([245.0, 243.0, 240.0])
    ends = np.where(share < 0, np.array([33.0, 96.0, 160.0]), np.array([170.0, 40.0, 30.0]))
    return np.rint(white + np.abs(share) * (ends - white)).astype(np.uint8)


def _ramp(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(table[np.newaxis, :, :3])


def _number(value: float) -> str:
    whole = abs(value) >= 100 or value == int(value)
    return grouped(value) if whole else f"{value:.3g}".replace("-", MINUS)
