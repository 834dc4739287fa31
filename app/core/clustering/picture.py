"""Clusters as a picture: each in its colour, one of them set off from the others."""

import numpy as np
from numpy.typing import NDArray

from app.core.clustering.colours import OUTSIDE_SRGB, cluster_colours

Picture = NDArray[np.uint8]

# what the others fade to, and how far: neutral, as far from the chosen colour as can be
_LIGHT_GROUND = np.array([226.0, 224.0, 220.0])
_DARK_GROUND = np.array([52.0, 50.0, 48.0])
_FADED = 0.82
# weights of sRGB bands in what the eye takes for lightness (ITU-R BT.709)
_LIGHTNESS = np.array([0.2126, 0.7152, 0.0722])
_LIGHT = 128.0


def label_picture(labels: NDArray[np.int16], chosen: int | None = None) -> Picture:
    """Colours and opacity of a label map, shape (rows, cols, 4), uint8.

    Parameters
    ----------
    labels
        Number of the cluster from 0 on, −1 outside, shape (rows, cols).
    chosen
        A cluster to set off: it keeps its colour, the others fade to dark or light, whichever
        is farther from that colour. None shows all alike.
    """
    colours = cluster_colours(int(labels.max(initial=-1)) + 1)
    # −1 takes the last one
    table = np.concatenate([colours, np.array([OUTSIDE_SRGB], np.uint8)])
    if chosen is not None:
        own = table[chosen].copy()
        ground = _DARK_GROUND if own @ _LIGHTNESS > _LIGHT else _LIGHT_GROUND
        table = np.rint(table + _FADED * (ground - table)).astype(np.uint8)
        table[chosen] = own
    opaque = np.concatenate([table, np.full((len(table), 1), 255, np.uint8)], axis=1)
    return opaque[labels]
