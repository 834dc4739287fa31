"""What of a picture a synthetic scan shows, one pixel for each point."""

import numpy as np
from numpy.typing import NDArray

from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.size import LARGEST_SIDE, scan_size
from app.errors import ParameterError


def scan_picture(srgb: NDArray[np.uint8], parameters: SynthesisParameters) -> NDArray[np.uint8]:
    """What of a picture is scanned, one pixel for each point; raises as `resized`."""
    crop = parameters.crop
    if crop is not None:
        rows, cols = srgb.shape[:2]
        if crop.row_stop > rows or crop.col_stop > cols:
            raise ParameterError(
                "The part to scan reaches beyond the picture.",
                f"Found {crop}; the picture has {rows} rows and {cols} columns.",
                "Choose a part inside the picture.",
            )
        srgb = srgb[crop.row_start : crop.row_stop, crop.col_start : crop.col_stop]
    return resized(np.ascontiguousarray(srgb), parameters.cols)


def resized(picture: NDArray[np.uint8], cols: int) -> NDArray[np.uint8]:
    """The picture with so many columns, its pixels averaged; 0 leaves it as it is.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8.

    Raises
    ------
    ParameterError
        If it would have more rows or columns than a scan can have.
    """
    from PIL import Image

    size = scan_size(picture.shape[0], picture.shape[1], cols)
    if max(size) > LARGEST_SIDE:
        raise ParameterError(
            "The scan would be too large.",
            f"Found {size[0]} rows and {size[1]} columns; at most {LARGEST_SIDE} of each.",
            "Give fewer columns.",
        )
    if size == picture.shape[:2]:
        return picture
    small = Image.fromarray(picture).resize(size[::-1], Image.Resampling.BOX)
    return np.asarray(small, np.uint8)
