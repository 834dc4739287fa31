"""Parts of pictures, turned and lit at random, as many as are wanted of each."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# of the picture's shorter side
_SMALLEST_PART = 0.2
_GAMMA = (0.75, 1.35)
_BAND = (0.88, 1.12)


def cut(picture: Picture, rows: int, cols: int, rng: np.random.Generator) -> Picture:
    """A random part of a picture in another size, mirrored or not, in a little other light.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3).
    rows, cols
        Size that is wanted; the part has these proportions and is not smaller than this where
        the picture allows.
    """
    height, width = picture.shape[:2]
    largest = min(height / rows, width / cols)
    smallest = min(max(_SMALLEST_PART * largest, 1.0), largest)
    scale = float(np.exp(rng.uniform(np.log(smallest), np.log(largest))))
    tall, wide = max(int(rows * scale), 1), max(int(cols * scale), 1)
    top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    part = fitted(picture[top : top + tall, left : left + wide], rows, cols)
    if rng.random() < 0.5:
        part = part[:, ::-1]
    light = (part / 255.0) ** rng.uniform(*_GAMMA) * rng.uniform(*_BAND, 3)
    return np.clip(np.round(light * 255), 0, 255).astype(np.uint8)


def fitted(picture: Picture, rows: int, cols: int) -> Picture:
    """A picture in another size, its points averaged; shape (rows, cols, 3)."""
    from PIL import Image

    if picture.shape[:2] == (rows, cols):
        return picture
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.asarray(image.resize((cols, rows), Image.Resampling.BOX), np.uint8)


def within(picture: Picture, longest: int) -> Picture:
    """A whole picture with no side longer than this."""
    height, width = picture.shape[:2]
    scale = min(longest / max(height, width), 1.0)
    return fitted(picture, max(round(height * scale), 1), max(round(width * scale), 1))
