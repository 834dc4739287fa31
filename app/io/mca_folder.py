"""Scans kept as one Amptek `.mca` file per pixel, a folder for each detector.

The files are numbered row by row, as `None_1.mca` to `None_7200.mca`; the size of the picture
is in `colonneXrighe.txt`, in the detector's folder or in the one above.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import Acquisition, SpectralCube
from app.errors import ParameterError
from app.io import choose
from app.io.formats import DatasetPeek, Format, OpenOptions, Peek
from app.io.lazy import LazyCounts
from app.io.mca import COUNTS_DTYPE, McaSpectrum, parse_counts, parse_mca
from app.io.mca_layout import (
    PictureSize,
    PixelFiles,
    find_detectors,
    find_size_file,
    has_pixel_files,
    in_order,
    read_content,
    read_size,
    refusal,
)

_NAME = "folder of .mca files"


@dataclass(frozen=True, slots=True)
class _Folder:
    """A scan: its detectors, the first spectrum of each, and the size of the picture."""

    path: Path
    detectors: tuple[PixelFiles, ...]
    spectra: tuple[McaSpectrum, ...]
    size: PictureSize

    @property
    def channels(self) -> int:
        return int(self.spectra[0].counts.size)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(detector.folder.name for detector in self.detectors)

    @property
    def picture(self) -> tuple[int, int] | None:
        """Rows and columns; None when they must be asked."""
        if self.size.rows is not None and self.size.cols is not None:
            return self.size.rows, self.size.cols
        return (1, 1) if self.detectors[0].pixels == 1 else None


class McaFolderCounts(LazyCounts):
    """Counts of one `.mca` file per pixel, each read when it is asked for.

    Parameters
    ----------
    paths
        The files row by row, rows × cols of them.
    shape
        (rows, cols, channels).
    """

    def __init__(self, paths: tuple[Path, ...], shape: tuple[int, int, int]) -> None:
        super().__init__(shape, COUNTS_DTYPE)
        self._paths = paths

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        _, all_cols, all_channels = self.shape
        lengths = [span.stop - span.start for span in (rows, cols, channels)]
        block = np.empty(lengths, self.dtype)
        for row in range(rows.start, rows.stop):
            for col in range(cols.start, cols.stop):
                path = self._paths[row * all_cols + col]
                counts = parse_counts(read_content(path), path)
                if counts.size != all_channels:
                    raise refusal(
                        path,
                        f"{counts.size} channels found; the other spectra of this scan have "
                        f"{all_channels}.",
                        "Copy the folder again; all files must come from the same scan.",
                    )
                block[row - rows.start, col - cols.start] = counts[channels]
        return block


def sniff(path: Path) -> bool:
    """Whether a folder, or a folder inside it, holds numbered `.mca` files."""
    return path.is_dir() and has_pixel_files(path)


def peek(path: Path) -> Peek:
    """What the file names, the size file and the first spectrum of each detector say.

    Raises
    ------
    ReadError
        If there are no numbered files, some are missing, or a first spectrum cannot be read.
    """
    folder = _read_folder(path)
    for detector in folder.detectors:
        in_order(detector, *(folder.picture or (1, detector.pixels)))
    return _described(folder)


def open_cube(path: Path, options: OpenOptions) -> SpectralCube:
    """The cube, its spectra read on demand; detectors are summed unless one is chosen.

    Raises
    ------
    ReadError
        As for `peek`.
    ParameterError
        If the picture size is unknown and not given, or there is no such detector.
    """
    folder = _read_folder(path)
    dataset = choose.chosen_dataset(_described(folder), options.dataset)
    rows, cols = _picture_size(folder, options)

    def counts_of(index: int) -> McaFolderCounts:
        paths = in_order(folder.detectors[index], rows, cols)
        return McaFolderCounts(paths, (rows, cols, folder.channels))

    counts, detector = choose.of_detectors(path, folder.names, options.detector, counts_of)
    spectrum = folder.spectra[0 if detector == "sum" else folder.names.index(detector)]
    return SpectralCube(
        counts,
        axis=choose.chosen_axis(replace(dataset, axis=spectrum.axis), options),
        acquisition=Acquisition(
            dwell_s=folder.size.dwell_s or spectrum.seconds("REAL_TIME", "LIVE_TIME"),
            live_time_s=spectrum.seconds("LIVE_TIME"),
            detectors=folder.names,
            detector=detector,
        ),
        name=path.absolute().name,
        format=_NAME,
    )


def rows_so_far(path: Path, options: OpenOptions) -> tuple[SpectralCube, int]:
    """The rows that are whole in a folder that is still being filled, and how many there will be.

    Parameters
    ----------
    options
        Rows and columns of the whole picture, where no size file tells them.

    Raises
    ------
    ReadError
        If not even one row is whole, or a spectrum cannot be read.
    ParameterError
        If the picture size is unknown and not given, or there is no such detector.
    """
    folder = _read_folder(path)
    rows, cols = options.rows or folder.size.rows, options.cols or folder.size.cols
    if rows is None or cols is None:
        raise ParameterError(
            "The size of the picture is needed.",
            f"{path.absolute().name}: {folder.detectors[0].pixels} spectra so far, and nothing "
            "tells how many rows and columns there will be.",
            "Give rows and columns.",
            path=path,
        )
    there = rows
    for detector in folder.detectors:
        numbers = set(detector.files)
        unbroken = next(n for n in itertools.count(detector.first) if n not in numbers)
        # the newest file may not be whole yet
        is_all = unbroken - detector.first >= rows * cols
        there = min(there, (unbroken - detector.first - (0 if is_all else 1)) // cols)
    if there < 1:
        raise refusal(path, "not one row is whole yet.", "Wait until there is one.")
    return open_cube(path, replace(options, rows=there, cols=cols)), rows


def files(path: Path) -> tuple[Path, ...]:
    """The size file, then the pixel files of each detector by number.

    Raises
    ------
    ReadError
        If there are no numbered files.
    """
    detectors = find_detectors(path)
    size_file = find_size_file(detectors[0].folder)
    pixel_files = [item.files[number] for item in detectors for number in sorted(item.files)]
    return (*([size_file] if size_file else []), *pixel_files)


FORMAT = Format(name=_NAME, suffixes=(), sniff=sniff, peek=peek, open=open_cube, files=files)


def _read_folder(path: Path) -> _Folder:
    detectors = find_detectors(path)
    spectra = []
    for detector in detectors:
        first = detector.files[min(detector.files)]
        spectra.append(parse_mca(read_content(first), first))
        if spectra[-1].counts.size != spectra[0].counts.size:
            raise refusal(
                path,
                f"detector {detectors[0].folder.name} has {spectra[0].counts.size} channels, "
                f"{detector.folder.name} has {spectra[-1].counts.size}.",
                "Open the folder of one detector alone.",
            )
    sizes = [read_size(detector.folder) for detector in detectors]
    if len({(size.rows, size.cols) for size in sizes}) > 1:
        raise refusal(
            path,
            f"the folders inside ({', '.join(item.folder.name for item in detectors)}) hold scans "
            "of different sizes, not the detectors of one scan.",
            "Open one of them.",
        )
    return _Folder(path, detectors, tuple(spectra), sizes[0])


def _picture_size(folder: _Folder, options: OpenOptions) -> tuple[int, int]:
    """Rows and columns, the user's where given."""
    rows, cols, pixels = options.rows, options.cols, folder.detectors[0].pixels
    if rows is not None and cols is not None and 0 < rows * cols <= pixels and rows > 0:
        # fewer pixels than files are allowed: the complete rows of a scan stopped early
        return rows, cols
    if rows is None and cols is None and folder.picture is not None:
        return folder.picture
    if folder.picture is not None:
        pixels = folder.picture[0] * folder.picture[1]
    rows, cols, _ = choose.folded(folder.path, (pixels,), options)
    return rows, cols


def _described(folder: _Folder) -> Peek:
    picture = folder.picture
    pixels = picture[0] * picture[1] if picture else folder.detectors[0].pixels
    shape = None if picture is None else (*picture, folder.channels)
    # what `SummedCounts` makes of several detectors
    dtype = COUNTS_DTYPE if len(folder.detectors) == 1 else np.dtype(np.uint64)
    dataset = DatasetPeek(
        name="",
        stored_shape=shape or (pixels, folder.channels),
        shape=shape,
        dtype=dtype.name,
        bytes=pixels * folder.channels * dtype.itemsize,
        axis=folder.spectra[0].axis,
        detectors=folder.names,
        notes=tuple(_notes(folder)),
    )
    return Peek(folder.path, _NAME, (dataset,))


def _notes(folder: _Folder) -> Iterator[str]:
    if folder.size.note:
        yield folder.size.note
    if len(folder.detectors) > 1:
        yield f"The folders inside are taken as detectors of one scan: {', '.join(folder.names)}."
    for detector, spectrum in zip(folder.detectors, folder.spectra, strict=True):
        where = f" in {detector.folder.name}" if len(folder.detectors) > 1 else ""
        for note in spectrum.notes:
            yield f"{note[:-1]}{where}."
        if detector.spots:
            yield (
                f"Single points (SPOT_n.mca, {detector.spots} found{where}) are not part of the "
                "map."
            )
        if detector.others:
            yield (
                f".mca files with other names ({detector.others} found{where}) are not part of "
                "the map."
            )
        beyond = _beyond(folder, detector)
        if beyond:
            yield beyond
    if folder.picture is None:
        pixels = folder.detectors[0].pixels
        sizes = " or ".join(f"{low} × {high}" for low, high in choose.picture_sizes(pixels))
        yield f"The size of the picture is not known; {pixels} spectra could be {sizes} pixels."
    yield from _axis_notes(folder)


def _beyond(folder: _Folder, detector: PixelFiles) -> str:
    """A note on files with numbers that the picture does not reach; empty without such."""
    if folder.picture is None:
        return ""
    rows, cols = folder.picture
    stop = detector.first + rows * cols
    found = sum(number >= stop for number in detector.files)
    if not found:
        return ""
    return (
        f"Files numbered {stop} and more ({found} found in {detector.folder.absolute().name}) lie "
        f"beyond {rows} rows × {cols} columns and are not used."
    )


def _axis_notes(folder: _Folder) -> Iterator[str]:
    """Tell when the detectors that are summed do not share one energy axis."""
    first, *others = (spectrum.axis for spectrum in folder.spectra)
    if first is None or None in others:
        if first is not None or any(axis is not None for axis in others):
            yield "Not all detectors have an energy axis; their sum uses that of the first."
        return
    last = folder.channels - 1
    pairs = [
        (axis.energy_kev(end), first.energy_kev(end))
        for axis in others
        if axis
        for end in (0, last)
    ]
    apart_ev = max((abs(one - other) * 1000 for one, other in pairs), default=0.0)
    if apart_ev > 1:
        yield (
            f"The detectors' energy axes lie up to {apart_ev:.0f} eV apart; their sum uses that "
            f"of {folder.names[0]}."
        )
