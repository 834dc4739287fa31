"""Writes cubes and elemental maps as HDF5 that the field's other programs open as well.

The layout serves several readers at once: PyMca, silx and RosettaSciIO follow the NeXus
groups under `/entry`, PyXRF looks for `/xrfmap`, XISMuS takes the first dataset of the root
(hence the name `/cube`) and ganX looks for `/img`. All of them are links to one dataset.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import app
from app.core.axis import EnergyAxis
from app.core.cube import CountsArray, SpectralCube
from app.core.maps import ElementalMap
from app.core.progress import Progress, no_progress
from app.core.provenance import Step, steps_to_json
from app.errors import ParameterError
from app.io.hdf5_writing import created

_CHUNKS = (32, 32, 64)
_BLOCK_BYTES = 256 * 2**20
_PIECE_BYTES = 2 * 2**20
# 16 kB of counts at a time: a sixth quicker and smaller than the filter's own choice
_PACKED_TOGETHER = 8192
_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "ℓ": "l", "η": "n"})


def write_cube(
    cube: SpectralCube,
    path: Path,
    progress: Progress = no_progress,
    *,
    maps: Sequence[ElementalMap] = (),
    gzip_level: int = 1,
    is_quick: bool = False,
    more: Callable[[Any], None] | None = None,
) -> None:
    """Write a cube, block by block, as it is: neither counts nor their type are changed.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels); at most about 256 MB of them are in memory.
    path
        A file that does not exist yet.
    progress
        Told the fraction written; may raise to stop.
    maps
        Elemental maps of this cube to go into the same file.
    gzip_level
        1 (quick) to 9 (a quarter smaller, many times slower).
    is_quick
        Pack with bitshuffle and LZ4 instead of gzip: several times quicker, but other programs
        need the same plug-in to read the counts.
    more
        Called with the group `/entry/velatura`, to write what belongs to this cube besides.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    ParameterError
        If the maps differ in size.
    """
    _check_maps(maps)
    # every chunk is written whole, once: a cache would only make it wait, and cool down
    with created(path, chunk_cache_bytes=0) as (file, check):
        _write_root(file, cube)
        _write_counts(file, cube, progress, check, _packing(gzip_level, is_quick=is_quick))
        entry = _entry(file, title=cube.name, default="measurement")
        _write_detector(entry, cube)
        _write_measurement(entry, cube)
        _write_xrfmap(file, cube)
        velatura = _write_process(entry, cube.steps)
        velatura["acquisition"] = json.dumps(asdict(cube.acquisition), ensure_ascii=False)
        if maps:
            _write_map_group(entry, maps, cube.acquisition.step_mm)
        if more is not None:
            more(velatura)
    progress(1.0, "Written")


def write_maps(
    maps: Sequence[ElementalMap],
    path: Path,
    *,
    step_mm: tuple[float, float] | None,
    title: str,
    steps: tuple[Step, ...],
) -> None:
    """Write elemental maps as one NeXus data group: the first is shown, the others beside it.

    Parameters
    ----------
    maps
        At least one; counts of shape (rows, cols), the same for all.
    path
        A file that does not exist yet.
    step_mm
        Distance between rows and between columns, mm, where known.
    title
        Title of the entry.
    steps
        How the file came about; each map carries its own steps besides.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    ParameterError
        If there is no map, or the maps differ in size.
    """
    if not maps:
        raise ParameterError(
            "There are no maps to write.",
            f"{path.name}: found 0 maps; at least one is needed.",
            "Choose an element or an energy window first.",
        )
    _check_maps(maps)
    with created(path) as (file, _):
        file.attrs.update({"NX_class": "NXroot", "default": "entry"})
        entry = _entry(file, title=title, default="maps")
        _write_map_group(entry, maps, step_mm)
        _write_process(entry, steps)


def _check_maps(maps: Sequence[ElementalMap]) -> None:
    """Raise ParameterError if the maps differ in size."""
    for item in maps[1:]:
        if item.counts.shape != maps[0].counts.shape:
            raise ParameterError(
                "These maps cannot go into one file.",
                f"“{maps[0].name}” has {_size(maps[0])} and “{item.name}” {_size(item)}.",
                "Write maps of different scans into different files.",
            )


def _size(item: ElementalMap) -> str:
    rows, cols = item.counts.shape
    return f"{rows} × {cols} pixels"


def _write_root(file: Any, cube: SpectralCube) -> None:
    """Attributes of the root: NeXus' and the two that XISMuS reads."""
    file.attrs.update({"NX_class": "NXroot", "default": "entry", "datatypes": np.int32(0)})
    if cube.axis is not None:
        # pairs of channel number and energy, as that program calibrates
        pairs = [[n, cube.axis.energy_kev(n)] for n in (1, cube.channels)]
        file.attrs["calibration"] = np.array(pairs, np.float32)


def _write_counts(
    file: Any,
    cube: SpectralCube,
    progress: Progress,
    check: Callable[[], None],
    packing: Mapping[str, Any],
) -> None:
    """Create `/cube` and fill it, whole chunks at a time so that each is compressed once."""
    shape = (cube.rows, cube.cols, cube.channels)
    chunks = _chunks(shape, cube.counts.dtype.itemsize)
    data = file.create_dataset(
        "cube",
        shape,
        cube.counts.dtype,
        chunks=chunks,
        **packing,
    )
    data.attrs.update({"interpretation": "spectrum", "units": "counts", "long_name": "Counts"})
    block_rows, chunk_cols, _ = chunks
    column_bytes = max(block_rows * cube.channels * cube.counts.dtype.itemsize, 1)
    # small pieces: the library serves one thread at a time, and stopping should not wait
    piece = max(_PIECE_BYTES // (column_bytes * chunk_cols), 1) * chunk_cols
    read = _row_reader(cube.counts, block_rows)
    for row in range(0, cube.rows, block_rows):
        block = read(row)
        for col in range(0, cube.cols, piece):
            done = (row + len(block) * col / cube.cols) / cube.rows
            progress(done, f"Writing row {row + 1} of {cube.rows}")
            part = block[:, col : col + piece]
            data[row : row + len(block), col : col + part.shape[1]] = part
            check()


def _row_reader(counts: CountsArray, rows: int) -> Callable[[int], Any]:
    """What gives so many rows from a first one on, until it is asked again."""
    read_rows = getattr(counts, "read_rows", None)
    if read_rows is None:
        return lambda first: np.asarray(counts[first : first + rows])
    # counts that are computed go to the same place: new memory for each block takes its time
    room = np.empty((rows, *counts.shape[1:]), counts.dtype)

    def read(first: int) -> Any:
        part = room[: counts.shape[0] - first]
        read_rows(first, part)
        return part

    return read


def _packing(gzip_level: int, *, is_quick: bool) -> Mapping[str, Any]:
    if not is_quick:
        return {"compression": "gzip", "compression_opts": gzip_level, "shuffle": True}
    import hdf5plugin

    return dict(hdf5plugin.Bitshuffle(nelems=_PACKED_TOGETHER, cname="lz4"))


def _chunks(shape: tuple[int, int, int], itemsize: int) -> tuple[int, int, int]:
    """Chunk shape; fewer rows where 32 rows of the scan would not fit a block."""
    rows = _CHUNKS[0]
    while rows > 1 and rows * shape[1] * shape[2] * itemsize > _BLOCK_BYTES:
        rows //= 2
    return _evenly(shape[0], rows), _evenly(shape[1], _CHUNKS[1]), min(_CHUNKS[2], shape[2])


def _evenly(length: int, most: int) -> int:
    """Length of as few parts as can be, so that little of the last is packed empty."""
    count = max(-(-length // most), 1)
    return max(-(-length // count), 1)


def _entry(file: Any, *, title: str, default: str) -> Any:
    entry = _group(file, "entry", "NXentry")
    entry.attrs["default"] = default
    entry["title"] = title
    return entry


def _group(parent: Any, name: str, nx_class: str) -> Any:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nx_class
    return group


def _write_detector(entry: Any, cube: SpectralCube) -> None:
    """The detector as PyMca looks for it: counts with calibration and live time beside."""
    detector = _group(_group(entry, "instrument", "NXinstrument"), "detector", "NXdetector")
    detector["data"] = entry.file["cube"]
    detector["channels"] = np.arange(cube.channels, dtype=np.float32)
    if cube.axis is not None:
        detector["calibration"] = _coefficients(cube.axis)
        detector["calibration"].attrs.update({"units": "keV", "source": cube.axis.source})
    live_time_s = cube.acquisition.live_time_s
    if live_time_s is not None:
        detector["live_time"] = np.full((cube.rows, cube.cols), live_time_s)
        detector["live_time"].attrs["units"] = "s"


def _coefficients(axis: EnergyAxis) -> Any:
    return np.array([axis.offset_kev, axis.gain_kev, axis.quadratic], np.float64)


def _write_measurement(entry: Any, cube: SpectralCube) -> None:
    """The group that plots by default."""
    import h5py

    group = _group(entry, "measurement", "NXdata")
    # PyMca looks for calibration and live time beside what the link names
    group["data"] = h5py.SoftLink("/entry/instrument/detector/data")
    entry.file["img"] = h5py.SoftLink("/cube")
    spectral = "channel" if cube.axis is None else "energy"
    # RosettaSciIO looks for the interpretation on the group, silx on the dataset
    group.attrs.update({"signal": "data", "interpretation": "spectrum"})
    group.attrs["axes"] = _texts(["y", "x", spectral])
    _write_positions(group, (cube.rows, cube.cols), cube.acquisition.step_mm)
    if cube.axis is None:
        group["channel"] = np.arange(cube.channels, dtype=np.float64)
    else:
        group["energy"] = cube.axis.energies_kev(cube.channels)
        group["energy"].attrs["long_name"] = "Energy (keV)"
    group[spectral].attrs["units"] = "" if cube.axis is None else "keV"


def _texts(texts: Sequence[str]) -> Any:
    import h5py

    return np.array(texts, dtype=h5py.string_dtype())


def _write_positions(
    group: Any, size: tuple[int, int], step_mm: tuple[float, float] | None
) -> None:
    """Axes y and x: mm where the step is known, else rows and columns."""
    for name, count, step in zip(("y", "x"), size, step_mm or (1.0, 1.0), strict=True):
        group[name] = np.arange(count) * float(step)
        group[name].attrs["units"] = "" if step_mm is None else "mm"


def _write_xrfmap(file: Any, cube: SpectralCube) -> None:
    """The group that PyXRF reads."""
    file.create_group("xrfmap/detsum")["counts"] = file["cube"]
    positions = file.create_group("xrfmap/positions")
    positions["name"] = np.array([b"x_pos", b"y_pos"])
    step_y, step_x = cube.acquisition.step_mm or (1.0, 1.0)
    y, x = np.indices((cube.rows, cube.cols), np.float64)
    positions["pos"] = np.stack([x * step_x, y * step_y])


def _write_process(entry: Any, steps: tuple[Step, ...]) -> Any:
    """How the file came about."""
    group = _group(entry, "velatura", "NXprocess")
    group["program"] = "Velatura"
    group["version"] = app.__version__
    group["steps"] = steps_to_json(steps)
    return group


def _write_map_group(
    entry: Any, maps: Sequence[ElementalMap], step_mm: tuple[float, float] | None
) -> None:
    """`/entry/maps`: one dataset per map, the first is the signal."""
    group = _group(entry, "maps", "NXdata")
    names = _dataset_names([item.name for item in maps])
    group.attrs["signal"] = names[0]
    if len(names) > 1:
        group.attrs["auxiliary_signals"] = _texts(names[1:])
    group.attrs["axes"] = _texts(["y", "x"])
    rows, cols = maps[0].counts.shape
    _write_positions(group, (rows, cols), step_mm)
    for name, item in zip(names, maps, strict=True):
        chunks = (min(256, rows), min(256, cols))
        data = group.create_dataset(
            name,
            data=item.counts,
            chunks=chunks,
            compression="gzip",
            compression_opts=1,
            shuffle=True,
        )
        data.attrs.update(
            {
                "long_name": item.name,
                "units": "counts",
                "first_channel": item.first,
                "last_channel": item.stop - 1,
                "is_net": item.is_net,
                "steps": steps_to_json(item.steps),
            }
        )
        if item.roi is not None:
            data.attrs.update({"low_kev": item.roi.low_kev, "high_kev": item.roi.high_kev})


def _dataset_names(names: Sequence[str]) -> list[str]:
    """Names that NeXus allows, each different: "Fe Kα" becomes Fe_Ka."""
    result: list[str] = []
    taken = {"y", "x"}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_.]+", "_", name.translate(_GREEK)).strip("_.") or "map"
        unique, count = plain, 1
        while unique in taken:
            count += 1
            unique = f"{plain}_{count}"
        taken.add(unique)
        result.append(unique)
    return result
