"""Reading back what results say of themselves: how they were made, predicted colours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.provenance import Step, steps_from_json
from app.errors import ReadError
from app.io import images
from app.io.formats import cannot_read
from app.io.recoloured_files import GROUP

STEPS = "/entry/velatura/steps"
_TABLE_STEPS = "# steps: "
_HEAD_LINES = 20


def steps_of(path: Path) -> tuple[Step, ...]:
    """How a result was made, as it tells itself.

    Parameters
    ----------
    path
        A file that Velatura has written: `.png`, `.tif`, `.h5` or `.csv`. Files of other kinds
        tell nothing.

    Raises
    ------
    ReadError
        If the file cannot be read or what it tells is damaged.
    """
    suffix = path.suffix.lower()
    if suffix == ".png":
        return images.read_png_steps(path)
    if suffix in (".tif", ".tiff"):
        return images.read_tiff_steps(path)
    try:
        if suffix in (".h5", ".hdf5"):
            return _hdf5_steps(path)
        if suffix == ".csv":
            return _table_steps(path)
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class ColourFile:
    """A picture of predicted colours that was read back.

    Parameters
    ----------
    rgba
        Shape (rows, cols, 4), uint8, clear where nothing was computed.
    uncertainty, novelty
        As in `app.core.recolouring.recoloured.Recoloured`; None where the file has none.
    texts
        What the file says of them, by the keys of `app.io.recoloured_files.metadata`.
    steps
        How it was made.
    """

    rgba: NDArray[np.uint8]
    uncertainty: NDArray[np.float32] | None = None
    novelty: NDArray[np.float32] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def read_colours(path: Path) -> ColourFile | None:
    """Predicted colours that `app.io.recoloured_files.write` wrote as `.png`, `.tif` or `.h5`.

    Returns
    -------
    ColourFile or None
        None for an `.h5` that holds maps of elements alone.

    Raises
    ------
    ReadError
        If the file cannot be read or holds no predicted colours.
    """
    try:
        if path.suffix.lower() in (".h5", ".hdf5"):
            return _hdf5_colours(path)
        if path.suffix.lower() == ".png":
            return _png_colours(path)
        return _tiff_colours(path)
    except ReadError:
        raise
    except OSError as error:
        raise cannot_read(path, error) from error
    except (KeyError, ValueError, TypeError, SyntaxError, AttributeError) as error:
        raise _damaged(path) from error


def _hdf5_steps(path: Path) -> tuple[Step, ...]:
    import h5py

    with h5py.File(path, "r") as file:
        return steps_from_json(file[STEPS].asstr()[()]) if STEPS in file else ()


def _table_steps(path: Path) -> tuple[Step, ...]:
    with path.open(encoding="utf-8") as stream:
        for _, line in zip(range(_HEAD_LINES), stream, strict=False):
            if line.startswith(_TABLE_STEPS):
                return steps_from_json(line.removeprefix(_TABLE_STEPS))
    return ()


def _png_colours(path: Path) -> ColourFile:
    from PIL import Image

    with Image.open(path, formats=["PNG"]) as picture:
        rgba = np.asarray(picture.convert("RGBA"), np.uint8)
        texts: dict[str, Any] = {str(key): str(value) for key, value in picture.info.items()}
    return ColourFile(rgba, texts=_told(texts), steps=images.read_png_steps(path))


def _tiff_colours(path: Path) -> ColourFile:
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            values = file.asarray()
            texts = json.loads(file.pages.first.description)
    except tifffile.TiffFileError as error:
        raise _damaged(path) from error
    if values.ndim != 3 or values.dtype != np.uint8:
        raise _damaged(path)
    opaque = np.full((*values.shape[:2], 4), 255, np.uint8)
    opaque[..., : values.shape[2]] = values
    return ColourFile(opaque, texts=_told(texts), steps=images.read_tiff_steps(path))


def _hdf5_colours(path: Path) -> ColourFile | None:
    import h5py

    with h5py.File(path, "r") as file:
        group = file[GROUP]
        if "rgb" not in group:
            return None
        rgb = group["rgb"][()]
        texts = {key: str(value) for key, value in group.attrs.items()}
        doubts = {key: group[key][()] for key in ("uncertainty", "novelty") if key in group}
        steps = steps_from_json(file[STEPS].asstr()[()])
    is_known = np.isfinite(rgb).all(axis=2)
    rgba = np.zeros((*rgb.shape[:2], 4), np.uint8)
    rgba[..., :3] = np.rint(255 * np.clip(np.nan_to_num(rgb), 0.0, 1.0))
    rgba[..., 3] = 255
    rgba[~is_known] = 0
    return ColourFile(rgba, **doubts, texts=_told(texts), steps=steps)


def _told(texts: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in texts.items() if key.startswith("velatura:")}


def _damaged(path: Path) -> ReadError:
    return ReadError(
        "This result cannot be read back.",
        f"{path.name}: what Velatura writes into such a file is missing or damaged.",
        "Make it again from the scan.",
        path=path,
    )
