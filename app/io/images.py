"""Writes pictures that say how they were made: PNG for the eye, float TIFF for the counts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import app
from app.core.provenance import Step, steps_from_json, steps_to_json
from app.errors import ReadError

STEPS_KEY = "velatura:steps"
_EXACT_IN_FLOAT32 = 2**24


def write_png(
    rgb: NDArray[np.uint8],
    path: Path,
    steps: tuple[Step, ...],
    text: Mapping[str, str] | None = None,
) -> None:
    """Write a picture as PNG with its steps in text chunks.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3) or (rows, cols, 4), uint8.
    path
        A file that does not exist yet.
    steps
        Kept as JSON under the key `velatura:steps`.
    text
        Further keys (Latin letters, at most 79) and texts, as "Title" or "Description".

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    description = " → ".join(step.action for step in steps)
    texts = {"Software": _software(), "Description": description, **(text or {})}
    info = PngInfo()
    for key, value in {**texts, STEPS_KEY: steps_to_json(steps)}.items():
        if value:
            info.add_itxt(key, value)
    with path.open("xb") as stream:
        Image.fromarray(np.ascontiguousarray(rgb)).save(stream, "PNG", pnginfo=info)


def read_png_steps(path: Path) -> tuple[Step, ...]:
    """The steps of a PNG written by `write_png`; none for other PNGs.

    Raises
    ------
    ReadError
        If the file is no PNG or its steps are damaged.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as picture:
            text = picture.info.get(STEPS_KEY)
        return steps_from_json(text) if text else ()
    except (OSError, ValueError, SyntaxError) as error:
        raise _no_steps(path, "PNG", error) from error


def write_float_tiff(
    counts: NDArray[Any],
    path: Path,
    *,
    steps: tuple[Step, ...],
    step_mm: tuple[float, float] | None = None,
    name: str = "",
    unit: str = "counts",
    text: Mapping[str, str] | None = None,
) -> None:
    """Write a map as a TIFF of floating-point numbers, exact for every count.

    Parameters
    ----------
    counts
        Shape (rows, cols), any number type. Written as 32-bit floats; as 64-bit floats, which
        fewer programs read, where counts exceed 16 777 216: above it 32 bits skip numbers.
    path
        A file that does not exist yet.
    steps
        Kept as JSON in the image description.
    step_mm
        Distance between rows and between columns, mm; gives the resolution in pixels per cm.
    name
        The map's name: "Fe Kα".
    unit, text
        Of its values; and what else the description says, by name.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    import tifffile

    description = {
        **(text or {}),
        "name": name,
        "units": unit,
        "step_mm": step_mm,
        "steps": json.loads(steps_to_json(steps)),
    }
    resolution: dict[str, Any] = {}
    if step_mm is not None:
        # pixels per cm along x (between columns), then along y
        resolution = {
            "resolution": (10 / step_mm[1], 10 / step_mm[0]),
            "resolutionunit": "CENTIMETER",
        }
    with path.open("xb") as stream:
        tifffile.imwrite(
            stream,
            np.ascontiguousarray(counts, _float_type(counts)),
            photometric="minisblack",
            description=json.dumps(description),  # the tag holds plain ASCII only
            metadata=None,
            software=_software(),
            **resolution,
        )


def read_tiff_steps(path: Path) -> tuple[Step, ...]:
    """The steps of a TIFF written by `write_float_tiff`; none for other TIFFs.

    Raises
    ------
    ReadError
        If the file is no TIFF or its steps are damaged.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            text = file.pages.first.description
        description = json.loads(text) if text.startswith("{") else {}
        if "steps" not in description:
            return ()
        return steps_from_json(json.dumps(description["steps"]))
    except (OSError, ValueError, tifffile.TiffFileError) as error:
        raise _no_steps(path, "TIFF", error) from error


def _float_type(counts: NDArray[Any]) -> type[np.float32 | np.float64]:
    if counts.dtype.kind == "f" and counts.dtype.itemsize <= 4:
        return np.float32
    largest = max((abs(float(end)) for end in _ends(counts)), default=0.0)
    return np.float64 if largest > _EXACT_IN_FLOAT32 else np.float32


def _ends(counts: NDArray[Any]) -> tuple[Any, ...]:
    """Smallest and largest finite value."""
    finite = counts if counts.dtype.kind in "biu" else counts[np.isfinite(counts)]
    return (finite.min(), finite.max()) if finite.size else ()


def _software() -> str:
    return f"Velatura {app.__version__}"


def _no_steps(path: Path, kind: str, error: Exception) -> ReadError:
    # the libraries' own words repeat the whole path; the system's are worth passing on
    reason = getattr(error, "strerror", None) or "the file holds something else or is damaged"
    return ReadError(
        "Cannot read how this picture was made.",
        f"{path.name}: expected a {kind} with its steps; {reason}.",
        "Choose a picture that Velatura has written.",
        path=path,
    )
