"""The working store: what makes a big or foreign scan instant, built once, found again.

It lives in the user's cache folder, in one folder per scan, named after the input's checksum
and the choices made on opening. The input is never touched; the store may be deleted at any
time. A folder appears under its name only when it is complete.
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import paths
from app.core.cube import SpectralCube
from app.core.progress import Progress, no_progress, part_of
from app.core.provenance import InputFile, Step
from app.core.scan import Scan
from app.errors import AppError, ReadError, WriteError
from app.io import formats, store_index
from app.io.atomic import cannot_write
from app.io.formats import Format, OpenOptions, cannot_read
from app.io.store_build import BuiltPlanes, build_planes, open_planes, planes_dtype, preview
from app.io.store_index import InputState
from app.io.store_room import META, make_room

_VERSION = 1
_PLANES, _COUNTS = "planes.bin", "counts.h5"
_SUM, _MAXIMUM = "sum_spectrum.npy", "maximum_pixel_spectrum.npy"


def store_dir() -> Path:
    """Folder that holds all stores.

    Raises
    ------
    WriteError
        If it is not there and cannot be made.
    """
    return paths.made_folder(paths.cache_dir() / "stores")


def open_scan(
    path: Path,
    options: OpenOptions | None = None,
    *,
    progress: Progress = no_progress,
    partial: Callable[[Scan], None] | None = None,
) -> Scan:
    """Open a scan with its working store, which is built if there is none yet.

    Parameters
    ----------
    path
        File or folder; only read.
    progress
        Called at least once per 64 MB or so; may raise to stop, and then no store is left.
    partial
        Receives a first look from every 16th row while the rest is being read.

    Raises
    ------
    ReadError
        If the input cannot be read, changes meanwhile or holds something that is no count.
    ParameterError
        If the options do not fit the file.
    WriteError
        If the cache folder cannot be used or has no room for the store.
    """
    options = options or OpenOptions()
    progress(0.0, "Looking at the file")
    stores = store_dir()
    given = _Input.at(path)
    cube = formats.open_cube(path, options)
    known = given.known_checksum(stores)
    is_built = known is not None and (_folder(known, options) / META).exists()
    if not is_built and partial is not None and (first_look := preview(cube)) is not None:
        partial(first_look)
    checksum = known or given.checksum(stores, part_of(progress, 0.0, 0.2))
    cube = _with_input(cube, given, checksum, options)
    folder = _folder(checksum, options)
    scan = _open_existing(folder, cube)
    if scan is None:
        try:
            _build(folder, cube, part_of(progress, 0.2, 1.0), check=given.check_unchanged)
        except OSError as error:
            raise _no_room(folder, error) from error
        scan = _open_existing(folder, cube)
    if scan is None:
        raise WriteError(
            "The working store cannot be read back.",
            f"{folder} was written but is not what was written.",
            "Check the drive of the cache folder, then open the scan again.",
            path=folder,
        )
    progress(1.0, "")
    return scan


def find_scan(path: Path, options: OpenOptions | None = None) -> Scan | None:
    """The scan if its store is there and the input unchanged, without reading the counts.

    Raises
    ------
    AppError
        If the input cannot be read.
    """
    options = options or OpenOptions()
    given = _Input.at(path)
    cube = formats.open_cube(path, options)
    known = given.known_checksum(_usable_store_dir())
    if known is None:
        return None
    return _open_existing(_folder(known, options), _with_input(cube, given, known, options))


def identified(
    path: Path, options: OpenOptions | None = None, progress: Progress = no_progress
) -> SpectralCube:
    """The cube with its input's checksum, its counts read on demand; no store is built.

    This works without a cache folder, too.

    Raises
    ------
    AppError
        If the input cannot be read.
    """
    options = options or OpenOptions()
    given = _Input.at(path)
    cube = formats.open_cube(path, options)
    stores = _usable_store_dir()
    checksum = given.known_checksum(stores) or given.checksum(stores, progress)
    return _with_input(cube, given, checksum, options)


def is_input(path: Path, cube: SpectralCube) -> bool:
    """Whether a file is the one that an identified cube is read from, or its twin."""
    for place in (path, path.with_suffix(".raw")):
        try:
            known = _Input.at(place).known_checksum(_usable_store_dir())
        except AppError:
            continue
        if known is not None and known in {source.checksum for source in cube.inputs}:
            return True
    return False


def _usable_store_dir() -> Path | None:
    try:
        return store_dir()
    except WriteError:
        return None


@dataclass(frozen=True, slots=True)
class _Input:
    """An input as it was when it was first looked at.

    Its files are listed and asked for their times once: a scan may be ten thousand of them on
    a network drive.
    """

    format: Format
    path: Path
    files: tuple[Path, ...]
    state: InputState

    @classmethod
    def at(cls, path: Path) -> "_Input":
        """The input at a path; raises ReadError if there is none or it cannot be read."""
        found = formats.format_of(path)
        files, state = _files_and_state(found, path)
        return cls(found, path, files, state)

    def known_checksum(self, stores: Path | None) -> str | None:
        """Its checksum if that was taken before and the input has not changed since."""
        return store_index.known_checksum(stores, self.path, self.state)

    def checksum(self, stores: Path | None, progress: Progress) -> str:
        """Its checksum, by reading all of it; remembered in the folder of stores."""
        return store_index.checksum(stores, self.path, self.files, self.state, progress)

    def check_unchanged(self) -> None:
        """Raise ReadError if it is no longer what its checksum was taken of."""
        if _files_and_state(self.format, self.path)[1] != self.state:
            raise ReadError(
                "This scan changed while it was being read.",
                f"{self.path.name}: its size or its time is not what it was.",
                "Wait until it is completely written or copied, then open it again.",
                path=self.path,
            )


def _files_and_state(found: Format, path: Path) -> tuple[tuple[Path, ...], InputState]:
    try:
        files = found.files(path)
        return files, store_index.state_of(files)
    except OSError as error:
        raise cannot_read(path, error) from error


def _with_input(
    cube: SpectralCube, given: _Input, checksum: str, options: OpenOptions
) -> SpectralCube:
    """The cube with checksum and size of its input, and the step of opening it."""
    source = InputFile(formats.shown(given.path.name), checksum, given.state.bytes)
    parameters: dict[str, Any] = {
        "format": cube.format,
        "dataset": options.dataset,
        "detector": options.detector,
        "shape": list(cube.counts.shape),
        "axis": cube.axis and asdict(cube.axis),
    }
    step = Step("open", parameters, (source,))
    return replace(cube, inputs=(source,), steps=(*cube.steps, step))


def _folder(checksum: str, options: OpenOptions) -> Path:
    """The store's folder, named after the content and every choice that changes the counts."""
    import hashlib

    choices = [_VERSION, checksum, options.dataset, options.detector, options.rows, options.cols]
    return store_dir() / hashlib.sha256(json.dumps(choices).encode()).hexdigest()[:40]


def _open_existing(folder: Path, cube: SpectralCube) -> Scan | None:
    """The scan from its store, or None if there is none or it is damaged."""
    try:
        meta = json.loads((folder / META).read_text("utf-8"))
        if meta["version"] != _VERSION or tuple(meta["shape"]) != tuple(cube.counts.shape):
            return None
        prefix = open_planes(folder / _PLANES, cube, np.dtype(meta["dtype"]), meta["strip_rows"])
        if meta["has_counts"]:
            cube = replace(cube, counts=_stored_counts(folder / _COUNTS))
        scan = Scan(
            cube=cube,
            prefix=prefix,
            sum_spectrum=np.load(folder / _SUM, allow_pickle=False),
            maximum_pixel_spectrum=np.load(folder / _MAXIMUM, allow_pickle=False),
        )
        with contextlib.suppress(OSError):
            (folder / META).touch()  # last use, for whoever makes room
    except (OSError, ValueError, KeyError, TypeError, AppError):
        return None
    return scan


def _stored_counts(path: Path) -> Any:
    from app.io.lazy import Hdf5Counts

    return Hdf5Counts(path, "counts")


def _build(folder: Path, cube: SpectralCube, progress: Progress, check: Callable[[], None]) -> None:
    """Build beside the folder, then rename: an unfinished store is never found."""
    store_index.remove_abandoned(store_dir())
    start = planes_dtype(np.asarray(cube.counts[:1]), cube, first_row=0)
    make_room(folder.parent, _planes_bytes(cube, start), cube.name)
    with store_index.part_folder(folder) as part:
        built = _build_files(part, cube, start, progress)
        np.save(part / _SUM, built.sum_spectrum)
        np.save(part / _MAXIMUM, built.maximum_pixel_spectrum)
        meta = {
            "version": _VERSION,
            "name": cube.name,
            "shape": list(cube.counts.shape),
            "dtype": built.dtype.str,
            "strip_rows": built.strip_rows,
            "has_counts": _needs_copy(cube),
        }
        (part / META).write_text(json.dumps(meta, indent=1), "utf-8")
        check()


def _build_files(
    part: Path, cube: SpectralCube, start: np.dtype[Any], progress: Progress
) -> BuiltPlanes:
    if not _needs_copy(cube):
        return build_planes(cube, part / _PLANES, start=start, progress=progress)
    import hdf5plugin

    from app.io.hdf5_writing import created

    # a spectrum is read whole, so a chunk is some neighbouring pixels with all channels
    pixels = max(1, min(cube.cols, 2**18 // (cube.channels * cube.counts.dtype.itemsize)))
    with created(part / _COUNTS) as (file, check):
        dataset = file.create_dataset(
            "counts",
            cube.counts.shape,
            cube.counts.dtype,
            chunks=(1, pixels, cube.channels),
            **hdf5plugin.Bitshuffle(cname="lz4"),
        )

        def copy(first_row: int, block: NDArray[Any]) -> None:
            dataset[first_row : first_row + len(block)] = block
            check()

        return build_planes(cube, part / _PLANES, start=start, copy=copy, progress=progress)


def _needs_copy(cube: SpectralCube) -> bool:
    """Whether one pixel's spectrum is slow to read from the input itself."""
    return not getattr(cube.counts, "is_pixel_major", False)


def _planes_bytes(cube: SpectralCube, dtype: np.dtype[Any]) -> int:
    return cube.rows * cube.cols * (cube.channels + 1) * dtype.itemsize


def _no_room(folder: Path, error: OSError) -> WriteError:
    found = cannot_write(folder, error)
    return WriteError(
        "The working store cannot be written.",
        f"{folder.parent}: {error.strerror or error}.",
        f"{found.hint} The scan itself was not touched.",
        path=folder.parent,
    )
