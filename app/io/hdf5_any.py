"""HDF5 from any program: finds the cubes inside, their detectors and their energy axis."""

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, CountsArray, SpectralCube
from app.core.provenance import Step, steps_from_json
from app.errors import ParameterError
from app.io import choose
from app.io.formats import DatasetPeek, Format, OpenOptions, Peek
from app.io.hdf5_axis import energy_axis, spectral_position, steps_mm, times_s
from app.io.hdf5_file import (
    CHUNK_CACHE_BYTES,
    Found,
    datasets_in,
    has_signature,
    hdf5_trouble,
    open_hdf5,
    text_of,
)
from app.io.lazy import Hdf5Counts, sum_dtype

_MAPS_CUBE = re.compile(r"(^|.*/)MAPS(/Spectra)?/mca_arr$|(^|.*/)MAPS_RAW/data_[a-z]$")
_SPECTRA_LAST = re.compile(
    r"^(cube|img)$|(^|.*/)(mca|det)(sum|_?\d+)/counts$|(^|.*/)instrument/detector[^/]*/data$"
)
# three-dimensional, but known to hold maps, positions or times
_NO_SPECTRA = re.compile(
    r"(^|.*/)(positions/pos|scalers/val|MAPS/XRF_.*|MAPS/scalers|MAPS/Scalers/.*|xrf_fit/.*"
    r"|MAPS_RAW/(livetime|realtime|inputcounts|ou?t?putcounts)|entry/velatura/.*)$"
)
_NUMBERED = re.compile(
    r"(?P<head>(?:.*/)?)(?P<stem>detector|det|mca|element|channel)(?P<gap>_?)(?P<number>\d+)"
    r"/(?P<leaf>[^/]+)$"
)
_LETTERED = re.compile(r"(?P<head>(?:.*/)?MAPS_RAW)/data_(?P<number>[a-z])$")


@dataclass(frozen=True, slots=True)
class _Source:
    """One dataset as it is stored; of four axes, one is the detector."""

    found: Found
    order: tuple[int, int, int]
    detector_axis: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        rows, cols, channels = (self.found.dataset.shape[axis] for axis in self.order)
        return rows, cols, channels

    @property
    def stored_detectors(self) -> int:
        axis = self.detector_axis
        return 1 if axis is None else int(self.found.dataset.shape[axis])


@dataclass(frozen=True, slots=True)
class _Cube:
    """One cube to choose: a dataset, or several detectors with or without their stored sum."""

    name: str
    sources: tuple[_Source, ...]
    detectors: tuple[str, ...] = ()
    summed: _Source | None = None

    @property
    def main(self) -> _Source:
        return self.summed or self.sources[0]

    @property
    def names(self) -> tuple[str, ...]:
        parts = (self.main, *self.sources)
        return tuple(dict.fromkeys(name for part in parts for name in part.found.names))


def sniff(path: Path) -> bool:
    """Whether a file carries HDF5's signature."""
    return has_signature(path)


def peek(path: Path) -> Peek:
    """All cubes in an HDF5 file; see `formats.Format`."""
    with open_hdf5(path) as file:
        try:
            return Peek(path, FORMAT.name, tuple(item for item, _ in _contents(path, file)))
        except (OSError, RuntimeError, KeyError) as error:
            raise hdf5_trouble(path, "", error) from error


def open_cube(path: Path, options: OpenOptions) -> SpectralCube:
    """A cube of an HDF5 file, read on demand; see `formats.Format`."""
    with open_hdf5(path) as file:
        try:
            contents = _contents(path, file)
            found = Peek(path, FORMAT.name, tuple(item for item, _ in contents))
            wanted = _name_of_alias(contents, options.dataset)
            dataset = choose.chosen_dataset(found, wanted)
            cube = next(cube for item, cube in contents if item is dataset)
            _check_size(path, cube, options)
            index = choose.chosen_detector(path, cube.detectors, options.detector)
            axis, acquisition, steps = _told(file, cube, dataset, options, index)
        except (OSError, RuntimeError, KeyError) as error:
            raise hdf5_trouble(path, "", error) from error
    counts = _counts(path, cube, options)
    return SpectralCube(counts, axis, acquisition, path.stem, FORMAT.name, steps=steps)


def _contents(path: Path, file: Any) -> list[tuple[DatasetPeek, _Cube]]:
    """All cubes of an open file, the likeliest first.

    Raises
    ------
    ReadError
        If there are none.
    """
    found, notes = datasets_in(file)
    sources, refused = [], []
    for item in found:
        source, why = _source(file, item)
        if source is not None:
            sources.append(source)
        elif len(item.dataset.shape) > 1:
            refused.append(f"{item.name} {item.dataset.shape}: {why}")
    cubes = _grouped(sources)
    if not cubes:
        raise choose.no_cube(path, refused + notes)
    contents = [(_described(file, cube, tuple(notes)), cube) for cube in cubes]
    contents.sort(key=lambda pair: (_rank(*pair), -pair[0].bytes))
    return contents


def _source(file: Any, found: Found) -> tuple[_Source | None, str]:
    """How a dataset is laid out, or why it is no cube."""
    dataset = found.dataset
    if dataset.ndim not in (3, 4):
        return None, "it has not three dimensions"
    if any(_NO_SPECTRA.match(name) for name in found.names):
        return None, "it is known to hold no spectra"
    if text_of(dataset.attrs.get("interpretation", "")).startswith("rgb"):
        return None, "it is a colour picture"
    first, notes = _energy_is_first(file, found)
    order, detector_axis = ((1, 2, 0) if first else (0, 1, 2)), None
    if dataset.ndim == 4:
        first, notes = False, ()
        detector_axis = 2 if dataset.shape[2] < dataset.shape[0] else 0
        order = (0, 1, 3) if detector_axis == 2 else (1, 2, 3)
        if dataset.shape[detector_axis] > choose.MOST_DETECTORS:
            return None, "it has four dimensions and none can be the detectors"
    lengths = [*(n for axis, n in enumerate(dataset.shape) if axis != order[2])]
    why = choose.why_no_counts([*lengths, dataset.shape[order[2]]], dataset.dtype)
    return (None, why) if why else (_Source(found, order, detector_axis, notes), "")


def _energy_is_first(file: Any, found: Found) -> tuple[bool, tuple[str, ...]]:
    """Whether the channels come first, and a note where that had to be guessed."""
    if any(_MAPS_CUBE.match(name) for name in found.names):
        return True, ()
    position = spectral_position(file, found.names)
    if position is not None and found.dataset.ndim == 3 and position != 1:
        return position == 0, ()
    spectrum = text_of(found.dataset.attrs.get("interpretation", "")) == "spectrum"
    if spectrum or any(_SPECTRA_LAST.match(name) for name in found.names):
        return False, ()
    shape = found.dataset.shape
    if found.dataset.ndim == 3 and choose.energy_is_first(shape):
        return True, ("The first axis is taken for the energy, since it is by far the longest.",)
    if shape[-1] == max(shape):
        return False, ("The last axis is taken for the energy, since it is the longest.",)
    return False, ("Nothing says which axis is the energy; the last one is taken.",)


def _grouped(sources: Iterable[_Source]) -> list[_Cube]:
    """Detectors of one shape that stand side by side become one cube; the rest stay."""
    left = {source.found.name: source for source in sources}
    families: dict[tuple[Any, ...], dict[str, _Source]] = {}
    for source in left.values():
        found = _family(source)
        if found is not None:
            families.setdefault((*found[:2], source.shape), {})[found[2]] = source
    cubes = []
    for (stem, leaf, shape), members in families.items():
        summed = next((s for s in left.values() if f"{stem}sum/{leaf}" in s.found.names), None)
        if summed is not None and summed.shape != shape:
            summed = None
        if len(members) < 2 and summed is None:
            continue
        ordered = sorted(members.items(), key=lambda member: (len(member[0]), member[0]))
        for _, source in ordered:
            left.pop(source.found.name)
        name = f"{stem}/{leaf}"
        if summed is not None:
            name = left.pop(summed.found.name).found.name
        parts = tuple(source for _, source in ordered)
        cubes.append(_Cube(name, parts, tuple(label for label, _ in ordered), summed))
    return cubes + [_alone(source) for source in left.values()]


def _family(source: _Source) -> tuple[str, str, str] | None:
    """Common stem, last name and detector name of one of several detectors."""
    if source.detector_axis is not None:
        return None
    for name in source.found.names:
        lettered = _LETTERED.match(name)
        if lettered:
            return lettered["head"], "data", lettered["number"]
        numbered = _NUMBERED.match(name)
        if numbered:
            label = numbered["stem"] + numbered["gap"] + numbered["number"]
            return numbered["head"] + numbered["stem"], numbered["leaf"], label
    return None


def _alone(source: _Source) -> _Cube:
    count = source.stored_detectors
    names = tuple(str(number) for number in range(count)) if count > 1 else ()
    return _Cube(source.found.name, (source,), names)


def _described(file: Any, cube: _Cube, notes: tuple[str, ...]) -> DatasetPeek:
    main = cube.main
    rows, cols, channels = main.shape
    axis, axis_notes = energy_axis(file, cube.names, channels, main.order[2])
    default, default_note = (None, "") if axis else _usual_axis(cube, channels)
    dtype = main.found.dataset.dtype
    if cube.detectors and cube.summed is None:
        parts = [np.empty((0, 0, 0), source.found.dataset.dtype) for source in cube.sources]
        dtype = sum_dtype((*parts, parts[0]))
    return DatasetPeek(
        name=cube.name,
        stored_shape=tuple(main.found.dataset.shape),
        shape=(rows, cols, channels),
        dtype=dtype.name,
        bytes=prod(main.shape) * dtype.itemsize,
        axis=axis,
        default_axis=default,
        detectors=cube.detectors,
        step_mm=steps_mm(file, cube.names, main.order),
        notes=(*main.notes, *axis_notes, *((default_note,) if default_note else ()), *notes),
    )


def _usual_axis(cube: _Cube, channels: int) -> tuple[EnergyAxis | None, str]:
    """What to suggest for layouts that never carry an axis."""
    if "img" in cube.names and "cube" not in cube.names:
        note = "The file carries no energy axis; 0.5–38.5 keV is usual for such files."
        return choose.labec_axis(channels), note
    if any(_MAPS_CUBE.match(name) for name in cube.names):
        source = "assumed: 9.5 eV per channel from 0 keV, usual for MAPS files"
        note = "The file carries no energy calibration; 9.5 eV per channel is usual for such files."
        return EnergyAxis(0.0, 0.0095, source=source), note
    return None, ""


def _rank(dataset: DatasetPeek, cube: _Cube) -> int:
    """How likely a dataset is the cube that is meant; lower is likelier."""
    known = (_MAPS_CUBE, _SPECTRA_LAST)
    if any(pattern.match(name) for pattern in known for name in cube.names):
        return 0
    if text_of(cube.main.found.dataset.attrs.get("interpretation", "")) == "spectrum":
        return 1
    if dataset.axis is not None:
        return 2
    return 3 if cube.main.found.dataset.dtype.kind in "iu" else 4


def _name_of_alias(contents: list[tuple[DatasetPeek, _Cube]], name: str | None) -> str | None:
    """The listed name of a dataset that was named by another of its paths."""
    if name is None or any(item.name == name.strip("/") for item, _ in contents):
        return name
    for item, cube in contents:
        if name.strip("/") in cube.main.found.names:
            return item.name
    return name


def _check_size(path: Path, cube: _Cube, options: OpenOptions) -> None:
    rows, cols, _ = cube.main.shape
    if (options.rows or rows, options.cols or cols) != (rows, cols):
        raise ParameterError(
            "The size of the picture does not fit.",
            f"{path.name}: the cube “{cube.name}” has {rows} rows × {cols} columns, "
            f"{options.rows or '?'} × {options.cols or '?'} were given.",
            "Leave rows and columns out: this file says them itself.",
            path=path,
        )


def _told(
    file: Any, cube: _Cube, dataset: DatasetPeek, options: OpenOptions, index: int | None
) -> tuple[EnergyAxis | None, Acquisition, tuple[Step, ...]]:
    """What the file tells of the chosen detector (None: the sum) of a cube."""
    rows, cols, channels = cube.main.shape
    axis, names, detector = choose.chosen_axis(dataset, options), cube.names, "sum"
    if index is not None and cube.detectors:
        detector = cube.detectors[index]
    if index is not None and len(cube.sources) > 1:
        # each detector may be calibrated on its own
        names = cube.sources[index].found.names
        own, _ = energy_axis(file, names, channels, cube.main.order[2])
        axis = axis if options.axis is not None or own is None else own
    dwell_s, live_time_s = times_s(file, names, rows * cols)
    acquisition = Acquisition(
        dwell_s=dwell_s,
        live_time_s=live_time_s,
        step_mm=dataset.step_mm,
        detectors=cube.detectors,
        detector=detector,
    )
    return axis, *_written_by_us(file, cube, acquisition)


def _counts(path: Path, cube: _Cube, options: OpenOptions) -> CountsArray:
    """Counts of the chosen detector; for a dataset that nobody else has open at the time.

    HDF5 gives all openings of a dataset in one process the chunk cache of the first.
    """

    def counts_of(number: int) -> CountsArray:
        source = cube.sources[number if len(cube.sources) > 1 else 0]
        index = number if source.detector_axis is not None else 0
        share = CHUNK_CACHE_BYTES // max(len(cube.detectors), 1)
        return Hdf5Counts(
            path, source.found.name, order=source.order, index=index, cache_bytes=share
        )

    if options.detector == "sum" and cube.summed is not None:
        return Hdf5Counts(path, cube.summed.found.name, order=cube.summed.order)
    return choose.of_detectors(path, cube.detectors, options.detector, counts_of)[0]


def _written_by_us(
    file: Any, cube: _Cube, acquisition: Acquisition
) -> tuple[Acquisition, tuple[Step, ...]]:
    """What Velatura wrote beside its own cube: how it was measured and made."""
    group = file.get("entry/velatura")
    if group is None or not {"cube", "entry/instrument/detector/data"} & set(cube.names):
        return acquisition, ()
    steps: tuple[Step, ...] = ()
    try:
        steps = steps_from_json(_json_text(group, "steps") or "[]")
        values = json.loads(_json_text(group, "acquisition") or "{}")
        known = {item.name for item in fields(Acquisition)} - {"detectors"}
        given = {key: value for key, value in values.items() if key in known and value is not None}
        if "step_mm" in given:
            down, across = given["step_mm"]
            given["step_mm"] = (float(down), float(across))
        return replace(acquisition, **given), steps
    except (ValueError, TypeError, AttributeError):
        logging.getLogger(__name__).warning("the history in %s cannot be read", file.filename)
        return acquisition, steps


def _json_text(group: Any, name: str) -> str:
    if name in group.attrs:
        return text_of(group.attrs[name])
    return text_of(group[name][()]) if name in group else ""


FORMAT: Format = Format(
    name="HDF5",
    suffixes=(".h5", ".hdf5", ".hdf", ".nxs", ".nx", ".he5"),
    sniff=sniff,
    peek=peek,
    open=open_cube,
)
