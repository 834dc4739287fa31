"""Spectra that were measured: at a place of a scan, or in a file of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.maps import required_axis
from app.core.pigments import Pigment, PigmentSpectrum, SpectrumKind
from app.core.progress import Progress, part_of
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.engine.pigment_spectra import with_spectrum
from app.engine.source import Source
from app.errors import ParameterError
from app.io import formats, store
from app.io.checksum import checksum


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The spectrum of a part of a scan.

    Parameters
    ----------
    counts
        Sum over the pixels, shape (channels,).
    axis
        Energy axis.
    pixels
        How many pixels it is the sum of.
    cube
        Where it is from.
    place
        "rows 3–5, columns 2–8 (21 pixels)".
    """

    counts: NDArray[Any]
    axis: EnergyAxis
    pixels: int
    cube: SpectralCube
    place: str

    @property
    def live_time_s(self) -> float | None:
        """Live time of all pixels together, s; None where the scan does not tell."""
        acquisition = self.cube.acquisition
        per_pixel = acquisition.live_time_s or acquisition.dwell_s
        return None if not per_pixel else per_pixel * self.pixels

    @property
    def source(self) -> str:
        """File, checksum, place and live time in one line."""
        files = [f"{file.name} ({file.checksum or 'no checksum'})" for file in self.cube.inputs]
        live = self.live_time_s
        time = "live time unknown" if live is None else f"live time {live:.6g} s"
        return f"{', '.join(files) or self.cube.name}, {self.place}, {time}"


Place = Region | tuple[int, int] | None
"""A rectangle, a pixel (row, col), or the whole scan."""

Where = Place | Measured
"""A place, or a spectrum that was summed already."""


def measured_at(scan: Scan | Source, where: Where, progress: Progress) -> Measured:
    """The spectrum of a part of a scan; nothing is stored for it.

    Parameters
    ----------
    scan
        An open scan, or an input to read it from.
    where
        Region, pixel (row, col), or None for the whole scan. What was summed already, as over
        the pixels of a cluster, is given back as it is.
    progress
        Told how far reading is.

    Raises
    ------
    ParameterError
        If the place lies outside the scan or the scan has no energy axis.
    AppError
        If the input cannot be read.
    """
    if isinstance(where, Measured):
        return where
    if isinstance(scan, Source):
        known = store.find_scan(scan.path, scan.options)
        if known is None:
            # what cannot work is told before a large scan is read for its checksum
            cube = formats.open_cube(scan.path, scan.options)
            required_axis(cube)
            _region(where, cube)
            cube = store.identified(scan.path, scan.options, part_of(progress, 0.0, 0.5))
            return _summed(cube, where, part_of(progress, 0.5, 1.0))
        scan = known
    if where is None and not scan.is_preview:
        return _measured(scan.cube, None, scan.sum_spectrum)
    return _summed(scan.cube, where, progress)


def attached(pigment: Pigment, file: Path, *, label: str = "", overwrite: bool = False) -> Pigment:
    """The pigment with the measured spectrum of a file.

    Parameters
    ----------
    pigment
        What was measured.
    file
        Any file `app.io.spectrum_files.read_spectrum` reads.
    label
        What the spectrum is called; what the file calls it by default.
    overwrite
        Whether it may take the place of a measured spectrum of the same label.

    Raises
    ------
    ReadError
        If the file cannot be read as a spectrum.
    ParameterError
        If there is a measured spectrum of that label and `overwrite` is off.
    """
    spectrum = spectrum_of_file(file, label)
    taken = {item.label for item in pigment.spectra if item.kind is SpectrumKind.MEASURED}
    if spectrum.label in taken and not overwrite:
        raise ParameterError(
            f"“{pigment.name}” has a measured spectrum “{spectrum.label}” already.",
            f"It has {', '.join(sorted(taken))}.",
            "Give it another label, or allow replacing it (on the command line: --force).",
        )
    return with_spectrum(pigment, spectrum)


def spectrum_of_file(
    file: Path, label: str = "", axis: EnergyAxis | None = None
) -> PigmentSpectrum:
    """The measured spectrum of a file in the form a library keeps it.

    Parameters
    ----------
    file
        Any file `app.io.spectrum_files.read_spectrum` reads.
    label
        What the spectrum is called; what the file calls it by default.
    axis
        Energy axis to use where the file has none.

    Raises
    ------
    NoAxisError
        If the file has no energies and `axis` is None.
    ReadError
        If the file cannot be read as a spectrum.
    """
    from app.io.spectrum_files import read_spectrum

    found = read_spectrum(file, axis=axis)
    return PigmentSpectrum(
        label=" ".join((label or found.name or file.stem).split()),
        kind=SpectrumKind.MEASURED,
        axis=found.axis,
        counts=found.counts.astype(np.float32),
        instrument=found.instrument,
        source=" ".join([f"File {file.name}, {checksum((file,))}.", *found.notes]),
        live_time_s=found.live_time_s,
    )


def measured_spectrum(measured: Measured, label: str = "") -> PigmentSpectrum:
    """A measured spectrum in the form a library keeps it.

    Parameters
    ----------
    measured
        Counts below 0, as a subtraction leaves them, become 0.
    label
        By default the name of the scan and the place.
    """
    return PigmentSpectrum(
        label=label or f"{measured.cube.name}, {measured.place}",
        kind=SpectrumKind.MEASURED,
        axis=measured.axis,
        counts=np.maximum(np.asarray(measured.counts, dtype=np.float64), 0.0).astype(np.float32),
        instrument=_instrument_in_words(measured.cube.acquisition),
        source=measured.source,
        live_time_s=measured.live_time_s,
    )


def place_in_words(place: Region | tuple[int, int]) -> str:
    """A place: "row 3, column 5 (1 pixel)" or "rows 3–5, columns 2–8 (21 pixels)"."""
    if isinstance(place, Region) and place.pixels > 1:
        rows = f"rows {place.row_start}–{place.row_stop - 1}"
        return f"{rows}, columns {place.col_start}–{place.col_stop - 1} ({place.pixels} pixels)"
    row, col = (place.row_start, place.col_start) if isinstance(place, Region) else place
    return f"row {row}, column {col} (1 pixel)"


def _summed(cube: SpectralCube, where: Place, progress: Progress) -> Measured:
    required_axis(cube)
    region = _region(where, cube)
    return _measured(cube, region, region_spectrum(cube, region, progress))


def _measured(cube: SpectralCube, region: Region | None, counts: NDArray[Any]) -> Measured:
    pixels = cube.rows * cube.cols if region is None else region.pixels
    return Measured(counts, required_axis(cube), pixels, cube, _place(cube, region))


def _place(cube: SpectralCube, region: Region | None) -> str:
    pixels = cube.rows * cube.cols if region is None else region.pixels
    if region is None or pixels == cube.rows * cube.cols:
        return f"whole scan ({pixels} pixels)"
    return place_in_words(region)


def _region(where: Place, cube: SpectralCube) -> Region:
    """The place as a rectangle inside the scan."""
    if where is None:
        return Region(0, cube.rows, 0, cube.cols)
    if isinstance(where, Region):
        where.check_inside(cube.rows, cube.cols)
        return where
    row, col = where
    if not (0 <= row < cube.rows and 0 <= col < cube.cols):
        raise ParameterError(
            "This pixel lies outside the scan.",
            f"Row {row}, column {col}; the scan has {cube.rows} rows and {cube.cols} columns, "
            "counted from 0.",
            "Choose a pixel inside the scan.",
        )
    return Region(row, row + 1, col, col + 1)


def _instrument_in_words(acquisition: Acquisition) -> str:
    parts = [
        acquisition.tube_anode and f"{acquisition.tube_anode} anode",
        acquisition.tube_kv and f"{acquisition.tube_kv:g} kV",
        acquisition.tube_ua and f"{acquisition.tube_ua:g} µA",
        acquisition.filter,
    ]
    return ", ".join(part for part in parts if part)
