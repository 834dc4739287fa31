"""The table of formats: what a file is, what is in it, and the cube itself."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.errors import ReadError


@dataclass(frozen=True, slots=True)
class DatasetPeek:
    """What a file says of one cube inside it, found without reading the counts.

    Parameters
    ----------
    name
        How to choose it: the path inside an HDF5 file, the key of an `.npz`; empty when the
        file holds just one cube.
    stored_shape
        Shape as stored.
    shape
        (rows, cols, channels); None when it must be asked (`rows`, `cols`).
    dtype
        Name of the counts' numpy dtype.
    bytes
        Size in memory.
    axis
        Energy axis with its source; None when the file carries none.
    default_axis
        What to suggest when `axis` is None: the format's usual one.
    detectors
        Names of the detectors that can be summed or chosen; empty or one for a plain cube.
    step_mm
        Distance between rows and columns, mm, where known.
    notes
        Things the user should know, a sentence each.
    """

    name: str
    stored_shape: tuple[int, ...]
    shape: tuple[int, int, int] | None
    dtype: str
    bytes: int
    axis: EnergyAxis | None = None
    default_axis: EnergyAxis | None = None
    detectors: tuple[str, ...] = ()
    step_mm: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Peek:
    """What a file is: its format and the cubes in it, the likeliest first."""

    path: Path
    format: str
    datasets: tuple[DatasetPeek, ...]

    @property
    def best(self) -> DatasetPeek:
        """The dataset that opens when none is named."""
        return self.datasets[0]


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What the user adds to a file: everything may be left out where the file says it.

    Parameters
    ----------
    dataset
        `DatasetPeek.name`; None for the likeliest.
    detector
        "sum", or the name or number (from 0) of one detector.
    axis
        Replaces the file's axis.
    rows, cols
        Picture size where the file does not say it (a flat list of pixels).
    """

    dataset: str | None = None
    detector: str = "sum"
    axis: EnergyAxis | None = None
    rows: int | None = None
    cols: int | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats that are read; for the written ones see `engine.exports`.

    Parameters
    ----------
    name
        As shown to the user.
    suffixes
        Lower case with the dot; empty for folders.
    sniff
        Whether a path is of this format, from its first bytes or its file names. An OSError
        is told by `format_of`.
    peek
        What is in it. Raises ReadError.
    open
        The cube, its counts read on demand. Raises ReadError or ParameterError.
    files
        The files that make up the input, for its checksum, in a fixed order.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Path], bool]
    peek: Callable[[Path], Peek]
    open: Callable[[Path, OpenOptions], SpectralCube]
    files: Callable[[Path], tuple[Path, ...]] = field(default=lambda path: (path,))


def formats() -> tuple[Format, ...]:
    """All formats, the surest to recognise first."""
    from app.io import hdf5_any, mca_folder, numpy_files, ripple

    return (hdf5_any.FORMAT, ripple.FORMAT, numpy_files.NPZ, numpy_files.NPY, mca_folder.FORMAT)


def suffixes() -> tuple[str, ...]:
    """All suffixes that can be opened, for file dialogs."""
    return tuple(suffix for item in formats() for suffix in item.suffixes)


def format_of(path: Path) -> Format:
    """The format of a file or folder.

    Raises
    ------
    ReadError
        If there is nothing at the path, it may not be read, it is empty, or no format fits.
    """
    try:
        _check_readable(path)
        fitting = [item for item in formats() if item.sniff(path)]
    except OSError as error:
        raise cannot_read(path, error) from error
    if fitting:
        return fitting[0]
    known = ", ".join(suffixes())
    raise ReadError(
        "Cannot open this cube.",
        f"{path.name or path}: its content is of no format that Velatura knows "
        f"({known}, or a folder of one .mca file per pixel).",
        "Check that the file is complete and is the scan itself, not its report or picture.",
        path=path,
    )


def peek(path: Path) -> Peek:
    """What a file is and what is in it, without reading the counts.

    Raises
    ------
    ReadError
        If it cannot be read or holds no spectral cube.
    """
    found = format_of(path)
    try:
        return found.peek(path)
    except OSError as error:
        raise cannot_read(path, error) from error


def open_cube(path: Path, options: OpenOptions | None = None) -> SpectralCube:
    """The cube in a file, its counts read on demand; the file is only ever read.

    Raises
    ------
    ReadError
        If it cannot be read or holds no such cube.
    ParameterError
        If the options do not fit the file.
    """
    found = format_of(path)
    try:
        cube = found.open(path, options or OpenOptions())
    except OSError as error:
        raise cannot_read(path, error) from error
    return replace(cube, name=shown(cube.name))


def shown(name: str) -> str:
    """A file's name as text, its bytes that are no text replaced by a sign for that."""
    return os.fsencode(name).decode("utf-8", "replace")


def cannot_read(path: Path, error: OSError) -> ReadError:
    """Tell in words why the system would not read a file."""
    reason = error.strerror or str(error) or type(error).__name__
    return ReadError(
        "Cannot open this cube.",
        f"{path.name}: {reason}.",
        "Check that the file is still there, that you may read it and that its drive answers.",
        path=path,
    )


def _check_readable(path: Path) -> None:
    if path.is_dir():
        next(path.iterdir(), None)
        return
    if path.exists() and not path.is_file():
        # opening a pipe would wait for ever
        raise ReadError(
            "Cannot open this cube.",
            f"{path.name}: this is neither a file nor a folder.",
            "Choose the file or folder that holds the scan.",
            path=path,
        )
    with path.open("rb") as stream:
        if not stream.read(1):
            raise ReadError(
                "Cannot open this cube.",
                f"{path.name}: the file is empty (0 bytes).",
                "Copy it again from where it was measured.",
                path=path,
            )
