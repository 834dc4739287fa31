"""NumPy files: a cube in an `.npy`, or in an `.npz` with its calibration; never unpickled."""

import contextlib
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, CountsArray, SpectralCube
from app.errors import AppError, ReadError
from app.io import choose
from app.io.formats import DatasetPeek, Format, OpenOptions, Peek, cannot_read
from app.io.lazy import ChannelsOf, RawCounts, TransposedCounts
from app.io.npz_counts import NpzCounts, member_start
from app.io.positioned import check_size

_NPY_MAGIC = b"\x93NUMPY"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_CUBE_NAMES = ("cube", "img")


@dataclass(frozen=True, slots=True)
class _Array:
    """What an array's header says, and where it is."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    header_bytes: int
    member: zipfile.ZipInfo | None = None

    @property
    def words(self) -> str:
        shape = " × ".join(str(length) for length in self.shape) or "single number"
        return f"{self.name or 'array'} ({shape}, {self.dtype.name})"

    @property
    def bytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    @property
    def energy_first(self) -> bool:
        return len(self.shape) == 3 and choose.energy_is_first(self.shape)

    @property
    def pixel_lengths(self) -> tuple[int, ...]:
        return self.shape[1:] if self.energy_first else self.shape[:-1]

    @property
    def channels(self) -> int:
        return self.shape[0] if self.energy_first else self.shape[-1]


def sniff_npy(path: Path) -> bool:
    """Whether a file begins as an `.npy` does."""
    return _first_bytes(path, 6) == _NPY_MAGIC


def sniff_npz(path: Path) -> bool:
    """Whether a file is a zip of arrays."""
    head = _first_bytes(path, 30 + 256)
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return head[:4] in _ZIP_MAGICS and (path.suffix.lower() == ".npz" or name.endswith(b".npy"))


def peek_npy(path: Path) -> Peek:
    """What is in an `.npy`; see `formats.Format`."""
    array = _npy_header(path)
    why = _why_no_cube(array)
    if why:
        raise choose.no_cube(path, [f"{array.words}: {why}"])
    return Peek(path, NPY.name, (_described(array, None, ()),))


def peek_npz(path: Path) -> Peek:
    """What is in an `.npz`; see `formats.Format`."""
    arrays, refused = _npz_headers(path)
    whys = {array.name: _why_no_cube(array) for array in arrays}
    cubes = [array for array in arrays if not whys[array.name] and len(array.shape) == 3]
    # a list of pixels is only offered where there is no cube: tables are often two-dimensional
    cubes = cubes or [array for array in arrays if not whys[array.name]]
    if not cubes:
        reasons = [f"{array.words}: {whys[array.name]}" for array in arrays]
        raise choose.no_cube(path, reasons + refused)
    axis, note = _npz_axis(path, arrays)
    cubes.sort(key=lambda array: (_likelihood(array.name), -array.bytes))
    notes = (note,) if note else ()
    return Peek(path, NPZ.name, tuple(_described(array, axis, notes) for array in cubes))


def open_npy(path: Path, options: OpenOptions) -> SpectralCube:
    """The cube in an `.npy`; see `formats.Format`."""
    dataset = choose.chosen_dataset(peek_npy(path), options.dataset)
    return _cube(path, NPY.name, _npy_header(path), dataset, options)


def open_npz(path: Path, options: OpenOptions) -> SpectralCube:
    """The cube in an `.npz`; see `formats.Format`."""
    dataset = choose.chosen_dataset(peek_npz(path), options.dataset)
    arrays, _ = _npz_headers(path)
    array = next(array for array in arrays if array.name == dataset.name)
    return _cube(path, NPZ.name, array, dataset, options)


def _first_bytes(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(count)
    except OSError:
        return b""


def _npy_header(path: Path) -> _Array:
    try:
        with path.open("rb") as stream:
            array = _header(stream, "", None)
    except ValueError as error:
        raise _bad_header(path, error) from error
    except OSError as error:
        raise cannot_read(path, error) from error
    if not array.dtype.hasobject:
        check_size(path, array.header_bytes + array.bytes)
    return array


def _npz_headers(path: Path) -> tuple[list[_Array], list[str]]:
    """All arrays of an `.npz`, and a sentence for each member whose header cannot be read."""
    arrays, refused = [], []
    with _zip(path) as archive:
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name == member.filename:
                continue
            if member.flag_bits & 1:
                refused.append(f"{name}: it is protected by a password")
                continue
            try:
                with archive.open(member) as stream:
                    arrays.append(_header(stream, name, member))
            except ValueError as error:
                refused.append(f"{name}: its header cannot be read ({error})")
    return arrays, refused


@contextlib.contextmanager
def _zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, zlib.error) as error:
        raise ReadError(
            "Cannot open this cube.",
            f"{path.name}: it begins as a zip of arrays but is not complete or damaged ({error}).",
            "Copy it again from where it was measured.",
            path=path,
        ) from error
    except OSError as error:
        raise cannot_read(path, error) from error


def _header(stream: Any, name: str, member: zipfile.ZipInfo | None) -> _Array:
    """Read an `.npy` header; ValueError when it is none."""
    try:
        version = np.lib.format.read_magic(stream)
        if version == (1, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
        else:
            raise ValueError(f"version {version[0]}.{version[1]} of the layout is not known")
    except (TypeError, SyntaxError, RecursionError, tokenize.TokenError) as error:
        raise ValueError(str(error)) from error
    return _Array(name, shape, dtype, fortran and len(shape) > 1, stream.tell(), member)


def _bad_header(path: Path, error: ValueError) -> ReadError:
    reason = str(error).splitlines()[0]
    return ReadError(
        "Cannot open this cube.",
        f"{path.name}: it begins as a NumPy array but its header cannot be read ({reason}).",
        "Copy it again from where it was measured.",
        path=path,
    )


def _why_no_cube(array: _Array) -> str:
    if array.dtype.hasobject:
        return "it holds Python objects, which are never loaded since they can run programs"
    if len(array.shape) not in (2, 3):
        return "it has not three dimensions"
    why = choose.why_no_counts(array.shape, array.dtype)
    needed = array.header_bytes + array.bytes
    if not why and array.member is not None and array.member.file_size < needed:
        return f"it is cut short, {array.member.file_size:,} of {needed:,} bytes"
    return why


def _likelihood(name: str) -> int:
    return _CUBE_NAMES.index(name) if name in _CUBE_NAMES else len(_CUBE_NAMES)


def _described(array: _Array, axis: EnergyAxis | None, notes: tuple[str, ...]) -> DatasetPeek:
    default = None
    if axis is None and array.name == "img":
        default = choose.labec_axis(array.channels)
        notes += ("The file carries no energy axis; 0.5–38.5 keV is usual for such files.",)
    shape = None
    if len(array.shape) == 3:
        rows, cols = array.pixel_lengths
        shape = (rows, cols, array.channels)
    return DatasetPeek(
        name=array.name,
        stored_shape=array.shape,
        shape=shape,
        dtype=array.dtype.name,
        bytes=array.bytes,
        axis=axis,
        default_axis=default,
        notes=notes + _layout_notes(array),
    )


def _layout_notes(array: _Array) -> tuple[str, ...]:
    notes = []
    lengths = array.pixel_lengths
    sizes = " or ".join(f"{low} × {high}" for low, high in choose.picture_sizes(lengths[0]))
    if len(lengths) == 1:
        notes.append(f"A list of {lengths[0]} pixels: give rows and columns, as {sizes}.")
    elif not array.energy_first and lengths[1] <= 16 and lengths[0] >= 4 * lengths[1]:
        notes.append(
            f"This may be a list of {lengths[0]} pixels from {lengths[1]} detectors: "
            f"if so, give rows and columns, as {sizes}."
        )
    if array.energy_first:
        notes.append("The first axis is taken for the energy, since it is by far the longest.")
    if _loads_whole(array):
        notes.append("Its order in the file needs all of it in memory.")
    elif array.fortran:
        notes.append("Its order in the file (Fortran) makes reading slower.")
    return tuple(notes)


def _npz_axis(path: Path, arrays: list[_Array]) -> tuple[EnergyAxis | None, str]:
    """The axis from `kev_offset` and `kev_slope`, and a note when they make no sense."""
    found = {array.name: array for array in arrays if array.name in ("kev_offset", "kev_slope")}
    fits = [a for a in found.values() if prod(a.shape) == 1 and a.dtype.kind in "iuf"]
    if len(fits) < 2:
        return None, ""
    with _zip(path), np.load(path, allow_pickle=False) as values:
        offset, slope = (float(values[key].item()) for key in ("kev_offset", "kev_slope"))
    try:
        return EnergyAxis(offset, slope, source="file: kev_offset, kev_slope"), ""
    except AppError as error:
        return None, f"The calibration in the file was left aside: {error.message}"


def _cube(
    path: Path, name: str, array: _Array, dataset: DatasetPeek, options: OpenOptions
) -> SpectralCube:
    folds = dataset.shape is None or options.rows is not None or options.cols is not None
    if folds:
        rows, cols, detectors = choose.folded(path, array.pixel_lengths, options)
    else:
        (rows, cols), detectors = array.pixel_lengths, 1
    stored = _stored_counts(path, array, rows, cols, folds)
    names = tuple(str(number) for number in range(detectors)) if detectors > 1 else ()

    def counts_of(number: int) -> CountsArray:
        first = number * array.channels
        return stored if not names else ChannelsOf(stored, first, first + array.channels)

    counts, detector = choose.of_detectors(path, names, options.detector, counts_of)
    return SpectralCube(
        counts=counts,
        axis=choose.chosen_axis(dataset, options),
        acquisition=Acquisition(detectors=names, detector=detector),
        name=path.stem,
        format=name,
    )


def _loads_whole(array: _Array, folds: bool = False) -> bool:
    """Whether a member cannot be read row by row: it would be unpacked anew for each block."""
    odd_order = array.fortran or array.energy_first
    if array.member is None or array.member.compress_type == zipfile.ZIP_STORED:
        return odd_order and folds
    return odd_order or array.member.compress_type != zipfile.ZIP_DEFLATED


def _stored_counts(path: Path, array: _Array, rows: int, cols: int, folds: bool) -> CountsArray:
    """Counts of shape (rows, cols, channels of all detectors side by side)."""
    shape = (rows, cols, prod(array.shape) // (rows * cols))
    if _loads_whole(array, folds):
        values = _loaded(path, array)
        if array.energy_first:
            values = np.moveaxis(values, 0, 2)
        values = np.ascontiguousarray(values).reshape(shape)
        values.flags.writeable = False
        return values
    if array.member is not None and array.member.compress_type == zipfile.ZIP_DEFLATED:
        return NpzCounts(path, array.member, shape, array.dtype, array.header_bytes)
    offset = array.header_bytes
    if array.member is not None:
        with path.open("rb") as stream:
            offset += member_start(stream, array.member)
    if not array.fortran:
        return RawCounts(path, shape, array.dtype, offset, array.energy_first)
    # read backwards, (rows, cols, channels) in Fortran order is (channels, cols, rows) in C order
    turned = (cols, rows, shape[2])
    return TransposedCounts(
        RawCounts(path, turned, array.dtype, offset, energy_first=not array.energy_first)
    )


def _loaded(path: Path, array: _Array) -> NDArray[Any]:
    if array.member is None:
        return np.asarray(np.load(path, allow_pickle=False))
    with _zip(path), np.load(path, allow_pickle=False) as values:
        return np.asarray(values[array.name])


NPY: Format = Format("NumPy array", (".npy",), sniff_npy, peek_npy, open_npy)
NPZ: Format = Format("NumPy archive", (".npz",), sniff_npz, peek_npz, open_npz)
