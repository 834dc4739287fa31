"""Reads pictures: photographs of paintings, recoloured scans, references to compare with."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import ReadError

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
"""Suffixes of the pictures that can be read."""

LARGEST_PIXELS = 400_000_000

# tag of a picture's turn, and its values that stand for a quarter turn, mirrored or not
_ORIENTATION = 274
_ON_ITS_SIDE = (5, 6, 7, 8)

_TITLE = "Cannot open this picture."
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture as the eye sees it.

    Parameters
    ----------
    srgb
        Shape (rows, cols, 3), uint8. Grey becomes three equal values, 16 bits become 8, what
        is transparent shows white behind it, and a camera's turn is undone.
    name
        File name without folder.
    notes
        What was changed on the way, a sentence each.
    """

    srgb: NDArray[np.uint8]
    name: str
    notes: tuple[str, ...] = ()


def is_picture(path: Path) -> bool:
    """Whether a file's name ends as pictures' do."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path) -> Picture:
    """Read a picture: RGB, RGBA, grey or indexed, 8 or 16 bits.

    Raises
    ------
    ReadError
        If the file is missing, a folder, no picture, damaged, or has more than 400 million pixels.
    """
    from PIL import Image, ImageOps

    if path.is_dir():
        hint = "Choose one of the pictures in it."
        raise ReadError(_TITLE, f"{path}: it is a folder.", hint, path=path)
    notes: list[str] = []
    try:
        # a large picture is expected here; its size is checked below
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                _check_size(path, opened.size)
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                if upright.size != opened.size:
                    notes.append("The picture was turned upright as the camera recorded.")
                srgb = _srgb(upright, notes)
    except FileNotFoundError as error:
        hint = "Check its name and folder."
        raise ReadError(_TITLE, f"{path}: there is no such file.", hint, path=path) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(path, "more pixels than can be opened") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        sixteen = _sixteen_bit_tiff(path, notes)
        if sixteen is None:
            raise ReadError(
                _TITLE,
                f"{path.name}: {_reason(error)}.",
                "Save it again as PNG, JPEG or TIFF.",
                path=path,
            ) from error
        srgb = sixteen
    return Picture(srgb, path.name, tuple(notes))


def picture_size(path: Path) -> tuple[int, int]:
    """Rows and columns of a picture as `read_picture` gives it, without reading its colours.

    Raises
    ------
    ReadError
        If its size cannot be read.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                cols, rows = opened.size
                turn = opened.getexif().get(_ORIENTATION, 1)
                return (cols, rows) if turn in _ON_ITS_SIDE else (rows, cols)
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        # what Pillow does not know may still be read, or its error told
        return read_picture(path).srgb.shape[:2]


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "its content is no picture that is known"
    return str(error) or type(error).__name__


def _srgb(picture: Any, notes: list[str]) -> NDArray[np.uint8]:
    from PIL import Image

    if picture.mode in (*_SIXTEEN_BITS, "I", "F"):
        return _eight_bits(np.asarray(picture), notes)
    if "A" in picture.getbands() or "transparency" in picture.info:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, (255, 255, 255, 255))
        notes.append("What is transparent is shown over white.")
        picture = Image.alpha_composite(white, over)
    return np.asarray(picture.convert("RGB"), np.uint8)


def _sixteen_bit_tiff(path: Path, notes: list[str]) -> NDArray[np.uint8] | None:
    """A TIFF that Pillow does not know, such as 16 bits in colour; None if it is none."""
    import tifffile

    if path.suffix.lower() not in (".tif", ".tiff"):
        return None
    try:
        with tifffile.TiffFile(path) as opened:
            shape = opened.pages[0].shape
            _check_size(path, (shape[1], shape[0]) if len(shape) > 1 else (shape[0], 1))
            values = opened.pages[0].asarray()
    except (OSError, ValueError, IndexError, KeyError, TypeError, tifffile.TiffFileError):
        return None
    if values.ndim == 3 and values.shape[2] > 3:
        values = values[..., :3]
    return _eight_bits(values, notes) if values.ndim in (2, 3) else None


def _eight_bits(values: NDArray[Any], notes: list[str]) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        small = values
    elif values.dtype == np.uint16:
        small = np.round(values / 257.0).astype(np.uint8)
        notes.append("16 bits per colour were rounded to 8.")
    else:
        top = float(values.max(initial=0))
        # a whole-number picture of Pillow's "I" holds 16 bits; a float one 0..1
        full = 65535.0 if values.dtype.kind in "iu" and top > 255 else 255.0
        full = 1.0 if values.dtype.kind == "f" and top <= 1.0 else full
        small = np.round(np.clip(values / full, 0, 1) * 255).astype(np.uint8)
        notes.append(f"Values of 0 to {full:g} were rounded to 8 bits.")
    return small if small.ndim == 3 else np.repeat(small[..., None], 3, axis=2)


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > LARGEST_PIXELS:
        raise _too_large(path, f"{size[0]} × {size[1]} pixels")


def _too_large(path: Path, found: str) -> ReadError:
    return ReadError(
        _TITLE,
        f"{path.name}: found {found}; at most {LARGEST_PIXELS // 10**6} million can be read.",
        "Make it smaller first: a scan has at most a few million points.",
        path=path,
    )
