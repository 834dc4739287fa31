"""What stands beside a cube in an HDF5 file: its energies, the steps of the stage, the times."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import AppError
from app.io.choose import linear_axis, step_in_mm
from app.io.hdf5_file import text_of

_ENERGY_WORDS = ("energy", "energies", "kev", "ev")
_CHANNEL_WORDS = ("channel", "channels", "mca", "spectrum", "bin", "bins")
_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6,
            "µs": 1e-6, "ns": 1e-9}  # fmt: skip
_LIVE = ("live_time", "livetime", "dead_time_corrected_live_time")
_DWELL = ("elapsed_time", "real_time", "realtime", "count_time", "preset_time")
# where MAPS keeps them, the newer layout first
_MAPS_ENERGIES = ("MAPS/Spectra/Energy", "MAPS/energy")
_MAPS_CALIBRATIONS = ("MAPS/Spectra/Energy_Calibration", "MAPS/energy_calib")


def energy_axis(
    file: Any, names: Sequence[str], channels: int, position: int
) -> tuple[EnergyAxis | None, tuple[str, ...]]:
    """The energy axis of a dataset, and what to tell the user about it.

    Parameters
    ----------
    file
        Open HDF5 file.
    names
        All paths of the dataset.
    channels
        Number of its channels.
    position
        Which of the dataset's axes they are.
    """
    notes: list[str] = []
    for axis, note in _axes_found(file, names, channels, position):
        if note:
            notes.append(note)
        if axis is not None:
            return axis, tuple(notes)
    return None, tuple(notes)


def spectral_position(file: Any, names: Sequence[str]) -> int | None:
    """Which axis of a dataset is the energy, as NeXus names its axes; None where it does not."""
    for name in names:
        group, leaf = _parent(file, name)
        for position, axis in enumerate(_nexus_axes(group, leaf)):
            if _words(axis) & {*_ENERGY_WORDS, *_CHANNEL_WORDS}:
                return position
    return None


def steps_mm(
    file: Any, names: Sequence[str], order: tuple[int, int, int]
) -> tuple[float, float] | None:
    """Distance between rows and between columns, mm, from the axes that NeXus names."""
    for name in names:
        group, leaf = _parent(file, name)
        axes = _nexus_axes(group, leaf)
        if len(axes) <= max(order):
            continue
        found = [_dataset(group, axes[axis]) for axis in order[:2]]
        steps = [
            None if item is None or item.ndim != 1 else step_in_mm(item[()], _unit(item))
            for item in found
        ]
        if steps[0] is not None and steps[1] is not None:
            return steps[0], steps[1]
    return None


def times_s(file: Any, names: Sequence[str], pixels: int) -> tuple[float | None, float | None]:
    """Mean dwell and live time per pixel, s, from the datasets beside a cube."""
    return _mean_s(file, names, _DWELL, pixels), _mean_s(file, names, _LIVE, pixels)


def _axes_found(
    file: Any, names: Sequence[str], channels: int, position: int
) -> Iterator[tuple[EnergyAxis | None, str]]:
    for name in names:
        for item in _beside(file, name, ("calibration",)):
            yield _polynomial(item, _first_channels(file, name))
    for name in names:
        group, leaf = _parent(file, name)
        axes = _nexus_axes(group, leaf)
        if len(axes) > position and _words(axes[position]) & {*_ENERGY_WORDS}:
            yield _energies(_dataset(group, axes[position]), channels)
    for name in names:
        group, _ = _parent(file, name)
        for word in _ENERGY_WORDS[:2]:
            yield _energies(_dataset(group, word), channels)
    if any(name.split("/")[-2:-1] in (["MAPS"], ["Spectra"], ["MAPS_RAW"]) for name in names):
        for path in _MAPS_ENERGIES:
            yield _energies(_dataset(file, path), channels)
        for path in _MAPS_CALIBRATIONS:
            item = _dataset(file, path)
            if item is not None:
                yield _polynomial(item, None)


def _parent(file: Any, name: str) -> tuple[Any, str]:
    head, _, leaf = name.rpartition("/")
    return file[head or "/"], leaf


def _dataset(group: Any, name: str) -> Any:
    """The numeric dataset of that name, or None."""
    import h5py

    item = group.get(name) if name else None
    return item if isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf" else None


def _beside(file: Any, name: str, wanted: Sequence[str]) -> Iterator[Any]:
    """Datasets of those names beside one, in the group `info` there, or one level up."""
    group, _ = _parent(file, name)
    detector = text_of(group.parent.attrs.get("NX_class", "")) == "NXdetector"
    for place in (group, group.get("info"), group.parent if detector else None):
        if place is not None and hasattr(place, "keys"):
            found = (_dataset(place, key) for key in wanted)
            yield from (item for item in found if item is not None)


def _first_channels(file: Any, name: str) -> NDArray[Any] | None:
    for item in _beside(file, name, ("channels",)):
        if item.ndim == 1 and item.size >= 2:
            return np.asarray(item[:2], np.float64)
    return None


def _polynomial(item: Any, first: NDArray[Any] | None) -> tuple[EnergyAxis | None, str]:
    """Axis from `[a, b]` or `[a, b, c]`, keV, over channel numbers that begin with `first`."""
    place = item.name.strip("/")
    values = np.asarray(item[()], np.float64)
    if values.ndim == 2 and values.size and (values == values[0]).all():
        values = values[0]
    if values.ndim != 1 or values.size not in (2, 3):
        return None, f"The calibration in {place} is not of the form a, b, c and was left aside."
    a, b, c = (*values, 0.0)[:3]
    if (a, b, c) == (0.0, 1.0, 0.0):
        return None, ""  # what programs write that know no calibration
    if _unit(item).lower() == "ev":
        a, b, c = a / 1e3, b / 1e3, c / 1e3
    start, step = (0.0, 1.0) if first is None else (first[0], first[1] - first[0])
    offset = a + b * start + c * start**2
    gain = (b + 2 * c * start) * step
    # our own files keep where the axis came from at first, "assumed" for one
    words = text_of(item.attrs.get("source", "")) or f"file: {place}"
    try:
        return EnergyAxis(float(offset), float(gain), float(c * step**2), source=words), ""
    except AppError as error:
        return None, f"The calibration in {place} was left aside: {error.message}"


def _energies(item: Any, channels: int) -> tuple[EnergyAxis | None, str]:
    if item is None or item.ndim not in (1, 2) or item.shape[-1] != channels or not item.size:
        return None, ""
    # one row of energies per detector, or even per pixel: they are the same, or the first stands
    # for all, and only that is read
    values = np.asarray(item[()] if item.ndim == 1 else item[0])
    return linear_axis(values, _unit(item), f"file: {item.name.strip('/')}")


def _unit(item: Any) -> str:
    return text_of(item.attrs.get("units", ""))


def _nexus_axes(group: Any, leaf: str) -> list[str]:
    """Names of the axes of a NXdata signal; empty when it is none."""
    if text_of(group.attrs.get("NX_class", "")) != "NXdata":
        return []
    signal = text_of(group.attrs.get("signal", "")) or leaf
    axes = group.attrs.get("axes")
    if axes is None and leaf in group:
        axes = group[leaf].attrs.get("axes")
    if axes is None or signal != leaf:
        return []
    parts = axes.tolist() if hasattr(axes, "tolist") else axes
    if isinstance(parts, str | bytes):
        return text_of(parts).strip("[]").replace(",", ":").split(":")
    return [text_of(part) for part in parts]


def _words(name: str) -> set[str]:
    return set(name.lower().replace("-", "_").split("_"))


def _mean_s(file: Any, names: Sequence[str], wanted: Sequence[str], pixels: int) -> float | None:
    for name in names:
        for item in _beside(file, name, wanted):
            scale = _SECONDS.get(_unit(item).strip().lower())
            if scale is None or (item.size != 1 and item.size % pixels):
                continue
            mean = float(np.asarray(item[()], np.float64).mean()) * scale
            if np.isfinite(mean) and mean > 0:
                return mean
    return None
