"""A draft of a synthetic scan as rows and pictures for the screen."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.colour import Srgb
from app.core.emission import line
from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import Draft
from app.core.synthesis.preview import PAPER_LINES
from app.gui.views.palette_table import PaletteRow
from app.gui.views.preview_tiles import TilePicture, map_tile
from app.gui.views.share_table import ShareRow

_NAMED = 3
# less than this of a mixture is not worth naming
_LEAST_SHARE = 0.005


class Paints(Protocol):
    """Names and colours of pigments."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the pigments."""

    @property
    def srgb(self) -> NDArray[Any]:
        """0..255, shape (pigments, 3)."""


def palette_rows(draft: Draft, paints: Paints, changes: Changes) -> tuple[PaletteRow, ...]:
    """The colours of a palette, with the main pigments of each."""
    sizes = draft.sketch.palette.sizes
    return tuple(
        PaletteRow(
            srgb_of(draft, number),
            float(sizes[number] / sizes.sum()),
            _in_words(draft, paints, number),
            number in changes.colours or bool(changes.given(number)),
        )
        for number in range(len(sizes))
    )


def share_rows(draft: Draft, paints: Paints, changes: Changes, number: int) -> tuple[ShareRow, ...]:
    """The pigments of one colour, whatever their shares by hand.

    Those first that are most alike, or that have the largest shares by the rule where that does
    not choose by likeness.
    """
    given = changes.given(number)
    rank = [-draft.likeness[number]]
    if not draft.is_by_likeness:
        rank.append(-draft.ruled[number].round(6))
    order = np.lexsort(rank)
    return tuple(
        ShareRow(
            name=paints.names[place],
            srgb=_whole(paints.srgb[place]),
            likeness=float(draft.likeness[number, place]),
            share=float(draft.shares[number, place]),
            is_ruled=bool(draft.ruled[number, place] > 0),
            given=given.get(paints.names[place]),
        )
        for place in order
    )


def tile_pictures(
    draft: Draft, number: int, picture: str, colour: str, missing: str, waiting: str = ""
) -> tuple[TilePicture, ...]:
    """The picture, where the chosen colour is, and the eight maps.

    Parameters
    ----------
    picture, colour, missing
        Words: names of the first two, and what is said of a line beyond the axis.
    waiting
        What is said of maps that are not there yet.
    """
    small = draft.sketch.small
    maps = [map_tile(item.line.label, item.counts, missing) for item in draft.maps]
    if not maps:
        maps = [TilePicture(line(key).label, None, waiting) for key in PAPER_LINES]
    first = TilePicture(picture, small.picture, f"1:{small.step}" if small.step > 1 else "")
    return (first, TilePicture(colour, draft.painted(number)), *maps)


def srgb_of(draft: Draft, number: int) -> Srgb:
    """A colour of the palette, as changed by hand."""
    return _whole(draft.colours[number])


def _whole(colour: np.ndarray) -> Srgb:
    red, green, blue = (round(float(band)) for band in colour)
    return red, green, blue


def _in_words(draft: Draft, paints: Paints, number: int) -> str:
    """Main pigments with their shares: "Azurite 62 %, Indigo 38 %"."""
    shares = draft.shares[number]
    order = [int(place) for place in np.argsort(-shares, kind="stable")]
    order = [place for place in order if shares[place] >= _LEAST_SHARE]
    words = [f"{paints.names[place]} {100 * shares[place]:.0f} %" for place in order[:_NAMED]]
    more = len(order) - _NAMED
    return ", ".join(words) + (f", + {more}" if more > 0 else "")
