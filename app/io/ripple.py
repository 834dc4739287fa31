"""Ripple cubes: a flat `.raw` file of counts and a small `.rpl` text that describes it.

The most common exchange format of the field. Reading understands the dialects of Lispix, Bruker
and HyperSpy; writing keeps to what all of them open.
"""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.core.cube import Acquisition, SpectralCube
from app.core.progress import Progress
from app.errors import ParameterError, ReadError, WriteError
from app.io import choose
from app.io.atomic import written
from app.io.formats import DatasetPeek, Format, OpenOptions, Peek, cannot_read
from app.io.lazy import RawCounts
from app.io.positioned import file_size
from app.io.ripple_header import RippleHeader, header_text, parse_header

_NAME = "Ripple"
_TITLE = "Cannot open this cube."
# descriptions have some hundred bytes; a .raw renamed to .rpl is not read to its end
_HEADER_BYTES = 1 << 20
_WRITABLE = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")


def sniff(path: Path) -> bool:
    """Whether a path is half of a Ripple cube: a `.raw`, or a `.rpl` that is text."""
    suffix = path.suffix.lower()
    if suffix not in (".rpl", ".raw") or not path.is_file():
        return False
    if suffix == ".raw":
        return True
    with path.open("rb") as stream:
        return b"\0" not in stream.read(4096)


def peek(path: Path) -> Peek:
    """What the description says, checked against the size of the `.raw` file.

    Raises
    ------
    ReadError
        If either half is missing, the description makes no sense or the `.raw` is too short.
    """
    header_path, raw_path = files(path)
    header = _read_header(header_path)
    notes = header.notes + _size_notes(header, raw_path)
    dataset = DatasetPeek(
        name="",
        stored_shape=header.stored_shape,
        shape=header.shape,
        dtype=header.dtype.name,
        bytes=header.bytes - header.offset,
        axis=header.axis,
        step_mm=header.step_mm,
        notes=notes,
    )
    return Peek(path, _NAME, (dataset,))


def open_cube(path: Path, options: OpenOptions) -> SpectralCube:
    """The cube, its counts read on demand.

    Raises
    ------
    ReadError
        As for `peek`.
    ParameterError
        If the options name another dataset or detector, or a picture size with another number
        of pixels.
    """
    header_path, raw_path = files(path)
    header = _read_header(header_path)
    dataset = choose.chosen_dataset(peek(path), options.dataset)
    choose.chosen_detector(path, (), options.detector)
    rows, cols = header.height, header.width
    if options.rows is not None or options.cols is not None:
        rows, cols, _ = choose.folded(path, (rows * cols,), options)
    counts = RawCounts(
        raw_path, (rows, cols, header.depth), header.dtype, header.offset, header.energy_first
    )
    acquisition = Acquisition(step_mm=header.step_mm)
    axis = choose.chosen_axis(dataset, options)
    return SpectralCube(counts, axis, acquisition, name=path.stem, format=_NAME, steps=header.steps)


def rows_so_far(path: Path, options: OpenOptions) -> tuple[SpectralCube, int]:
    """The rows that are whole in a `.raw` file that is still being written.

    Returns
    -------
    tuple
        The cube of these rows, and how many there will be by the description.

    Raises
    ------
    ReadError
        If either half is missing or the description makes no sense.
    ParameterError
        If it is stored picture by picture, or the options name another dataset or detector.
    """
    header_path, raw_path = files(path)
    header = _read_header(header_path)
    choose.chosen_detector(path, (), options.detector)
    if header.energy_first:
        raise ParameterError(
            "This scan cannot be followed while it is measured.",
            f"{header_path.name}: record-by image found; a scan that is stored picture by "
            "picture has no whole row before it is complete. Expected record-by vector.",
            "Wait until the scan is complete, then open it.",
            path=path,
        )
    row_bytes = header.width * header.depth * header.dtype.itemsize
    there = max(file_size(raw_path) - header.offset, 0) // row_bytes
    rows = min(there, header.height)
    shape = (rows, header.width, header.depth)
    cube = SpectralCube(
        RawCounts(raw_path, shape, header.dtype, header.offset),
        header.axis if options.axis is None else replace(options.axis, source="given"),
        Acquisition(step_mm=header.step_mm),
        name=path.stem,
        format=_NAME,
    )
    return cube, header.height


def files(path: Path) -> tuple[Path, ...]:
    """The description and the counts, whichever of the two is given.

    Raises
    ------
    ReadError
        If the other one does not lie beside it.
    """
    if path.suffix.lower() == ".raw":
        return _beside(path, ".rpl"), path
    return path, _beside(path, ".raw")


def write_cube(
    cube: SpectralCube, path: Path, progress: Progress, *, overwrite: bool = False
) -> None:
    """Write a cube as `.rpl` and, beside it, `.raw`: both whole or neither.

    The counts keep their type and go out block by block, spectrum by spectrum, little-endian.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels), integers of 1 to 8 or floats of 4 or 8 bytes.
    path
        The `.rpl` file itself: the `.raw` file takes its name, so no other file can stand in.
    progress
        Told the fraction written; may raise to stop.
    overwrite
        Whether files of these names may be replaced.

    Raises
    ------
    WriteError
        If a file exists and may not be replaced, the path does not end in `.rpl`, Ripple has no
        such type of counts or the system refuses. What was there before is there again.
    """
    header = _header_of(cube, path)
    raw_path = path.with_suffix(".raw")
    old_raw = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.old.raw")
    is_raw_written = False
    try:
        with written(path, overwrite=overwrite) as part:
            part.write_text(header_text(header, cube.name), encoding="ascii", newline="\n")
            with written(raw_path, overwrite=overwrite) as raw_part:
                _write_counts(cube, header, raw_part, progress)
                if raw_path.exists():
                    raw_path.replace(old_raw)
            is_raw_written = True
    except BaseException:
        with contextlib.suppress(OSError):
            if is_raw_written:
                raw_path.unlink()
            if old_raw.exists():
                old_raw.replace(raw_path)
        raise
    with contextlib.suppress(OSError):
        old_raw.unlink(missing_ok=True)


FORMAT = Format(
    name=_NAME,
    suffixes=(".rpl", ".raw"),
    sniff=sniff,
    peek=peek,
    open=open_cube,
    files=files,
)


def _read_header(path: Path) -> RippleHeader:
    try:
        with path.open("rb") as stream:
            content = stream.read(_HEADER_BYTES + 1)
    except OSError as error:
        raise cannot_read(path, error) from error
    if len(content) > _HEADER_BYTES:
        raise ReadError(
            _TITLE,
            f"{path.name}: a Ripple description is a short text; this file has more than "
            f"{_HEADER_BYTES:,} bytes.",
            "Choose the small .rpl text file that belongs to the .raw file.",
            path=path,
        )
    return parse_header(content, path)


def _beside(path: Path, suffix: str) -> Path:
    """The other half, its name in any case of letters."""
    for candidate in _candidates(path, suffix):
        if candidate.is_file():
            return candidate
    raise ReadError(
        _TITLE,
        f"{path.name}: {path.stem}{suffix} is missing; a Ripple cube is a .rpl text and a .raw "
        "file of the same name.",
        f"Put {path.stem}{suffix} into the same folder.",
        path=path,
    )


def _candidates(path: Path, suffix: str) -> Iterator[Path]:
    yield path.with_suffix(suffix)
    yield path.with_suffix(suffix.upper())
    wanted = (path.stem + suffix).casefold()
    yield from sorted(item for item in path.parent.iterdir() if item.name.casefold() == wanted)


def _size_notes(header: RippleHeader, raw_path: Path) -> tuple[str, ...]:
    """Compare the size of the `.raw` file; a note when it is longer, ReadError when shorter."""
    try:
        found = raw_path.stat().st_size
    except OSError as error:
        raise cannot_read(raw_path, error) from error
    if found > header.bytes:
        return (
            f"{raw_path.name} has {found - header.bytes:,} bytes more than the description "
            "accounts for; they are not used.",
        )
    if found == header.bytes:
        return ()
    rows, cols, channels = header.shape
    counts = (
        f"{rows} rows × {cols} columns × {channels} channels of {header.dtype.itemsize} bytes "
        f"from byte {header.offset:,}"
    )
    raise ReadError(
        _TITLE,
        f"{raw_path.name}: {found:,} bytes found, {header.bytes:,} expected ({counts}); "
        f"{_implied(header, found)}.",
        "Copy the .raw file again; if the scan was stopped early, set height in the .rpl text to "
        "the rows that are there."
        if not header.energy_first
        else "Copy the .raw file again, or correct the sizes in the .rpl text.",
        path=raw_path,
    )


def _implied(header: RippleHeader, found: int) -> str:
    """What the bytes of a short file are enough for."""
    if found < header.offset:
        return f"the counts would begin beyond its end, at byte {header.offset:,}"
    rows, cols, channels = header.shape
    values = (found - header.offset) // header.dtype.itemsize
    if header.energy_first:
        return f"that is enough for {values // (rows * cols)} of {channels} channels"
    return f"that is enough for {values // (cols * channels)} of {rows} rows"


def _header_of(cube: SpectralCube, path: Path) -> RippleHeader:
    if path.suffix.lower() != ".rpl":
        raise WriteError(
            f"Cannot write {path.name}.",
            f"{path}: the name of a Ripple description ends in .rpl.",
            "Choose a name with this ending; the .raw file is written beside it.",
            path=path,
        )
    dtype = np.dtype(cube.counts.dtype)
    if dtype.str[1:] not in _WRITABLE:
        raise WriteError(
            f"Cannot write {path.name}.",
            f"{path}: Ripple has no counts of type {dtype.name}; integers of 1, 2, 4 or 8 bytes "
            "and floats of 4 or 8 bytes are possible.",
            "Write HDF5 instead, or convert the counts first.",
            path=path,
        )
    return RippleHeader(
        width=cube.cols,
        height=cube.rows,
        depth=cube.channels,
        offset=0,
        dtype=dtype.newbyteorder("<"),
        axis=cube.axis,
        step_mm=cube.acquisition.step_mm,
        steps=cube.steps,
    )


def _write_counts(cube: SpectralCube, header: RippleHeader, path: Path, progress: Progress) -> None:
    with path.open("xb") as stream:
        for start, block in cube.blocks():
            progress(start / cube.rows, "Writing the counts")
            stream.write(np.ascontiguousarray(block, dtype=header.dtype).data)
    # the last chance to cancel: what follows makes the files visible
    progress(1.0, "Written")
