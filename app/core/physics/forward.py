"""The spectra of many stacks under one instrument, for synthetic scans and for training.

The physics is that of `spectrum.computed_spectrum`, which see for what is left out. What depends
on the instrument and on the elements alone is prepared once; stacks then differ by how much of
each element their layers have.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from app.core.emission import EmissionLine, family_of, lines_of
from app.core.physics.air import argon_energies_kev, argon_lines
from app.core.physics.detector import efficiency
from app.core.physics.forward_lines import (
    depths,
    elements_in_beam,
    primary_photons,
    shells_of,
)
from app.core.physics.forward_scatter import (
    Scattered,
    scatter_matrix,
    scatter_tables,
    scattered,
)
from app.core.physics.forward_secondary import secondary_photons, secondary_tables
from app.core.physics.instrument import Instrument
from app.core.physics.irradiation import Irradiation
from app.core.physics.materials import Material
from app.core.physics.response import smeared
from app.errors import ParameterError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_SUM_TOLERANCE = 1e-6
# softer lines are not told apart as peaks
_LOWEST_PEAK_KEV = 0.9
# layers, of all stacks, that are computed together: their arrays take less than 100 MB
_BLOCK = 256


def nothing() -> None:
    """Check nothing: nobody wants to stop the computation."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerStacks:
    """Stacks of the same materials in different shares and thicknesses.

    Parameters
    ----------
    volumes
        Share of each material in the volume of each layer, from the top, shape (stacks, layers,
        materials). They sum to 1 in a layer, or are all 0 where a stack has no such layer.
    thickness_um
        Thickness of each layer, µm, shape (stacks, layers); 0 where a stack has no such layer.

    Raises
    ------
    ParameterError
        If the shapes do not fit together, a share is negative or not a number, the shares of a
        layer with a thickness do not sum to 1, or a thickness is negative or not finite.
    """

    volumes: FloatArray
    thickness_um: FloatArray

    def __post_init__(self) -> None:
        volumes = np.asarray(self.volumes, np.float64)
        thickness = np.asarray(self.thickness_um, np.float64)
        object.__setattr__(self, "volumes", volumes)
        object.__setattr__(self, "thickness_um", thickness)
        if volumes.ndim != 3 or thickness.shape != volumes.shape[:2]:
            raise ParameterError(
                "These stacks make no sense.",
                f"Found volume shares of shape {volumes.shape} and thicknesses of shape "
                f"{thickness.shape}; expected (stacks, layers, materials) and (stacks, layers).",
                "Give each layer of each stack a thickness and a share of each material.",
            )
        if not (np.isfinite(thickness).all() and (thickness >= 0).all()):
            raise ParameterError(
                "The thickness of a layer makes no sense.",
                f"Found {_worst(thickness):g} µm; expected numbers of 0 µm or more.",
                "A layer that is not there has 0 µm; for an endless one 100 000 µm will do.",
            )
        if not (np.isfinite(volumes).all() and (volumes >= 0).all()):
            raise ParameterError(
                "The composition of a layer makes no sense.",
                f"Found a volume share of {_worst(volumes):g}; expected numbers from 0 to 1.",
                "Correct the shares.",
            )
        sums = volumes.sum(axis=2)
        wrong = (np.abs(sums - 1) > _SUM_TOLERANCE) & ((sums > 0) | (thickness > 0))
        if wrong.any():
            stack, layer = np.argwhere(wrong)[0]
            raise ParameterError(
                "The composition of a layer makes no sense.",
                f"The volume shares of layer {layer + 1} of stack {stack + 1} sum to "
                f"{sums[stack, layer]:g}; expected 1, or 0 and no thickness for a layer that is "
                "not there.",
                "Correct the shares.",
            )

    def __len__(self) -> int:
        return len(self.volumes)


def _worst(values: FloatArray) -> float:
    """The first value that is not a number of 0 or more."""
    return float(values[~(np.isfinite(values) & (values >= 0))][0])


class ForwardModel:
    """Spectra of stacks made of some materials, under one instrument.

    Parameters
    ----------
    instrument
        Tube, geometry, path, detector, axis and live time.
    materials
        What layers are mixed of, at least one.
    secondary
        Whether fluorescence excites further fluorescence.
    scatter
        Whether the beam is scattered into the detector.
    escape
        Whether the detector has escape peaks.

    Attributes
    ----------
    instrument, materials
        As given.
    lines
        What `line_counts` counts: families of lines on the axis, element by element.

    Raises
    ------
    ParameterError
        If there is no material.

    Notes
    -----
    Lines that the beam excites, scatter and argon are those of `spectrum.computed_spectrum` but
    for rounding. Secondary excitation is approximated, see `forward_secondary.secondary_photons`
    for how closely. To make a model for an instrument that was not met before takes a fraction
    of a second. Its matrix products take one thread, for several wait for each other where other
    work goes on; several threads can use a model.
    """

    def __init__(
        self,
        instrument: Instrument,
        materials: Sequence[Material],
        *,
        secondary: bool = True,
        scatter: bool = True,
        escape: bool = True,
    ) -> None:
        if not materials:
            raise ParameterError(
                "There is nothing to compute spectra of.",
                "Found no material; expected one at least.",
                "Choose the materials of the layers.",
            )
        self.instrument = instrument
        self.materials = tuple(materials)
        symbols = tuple(dict.fromkeys(name for one in materials for name in one.elements))
        # g/cm² of each element in 1 µm of each material
        self._masses = np.zeros((len(materials), len(symbols)))
        for row, one in zip(self._masses, materials, strict=True):
            for symbol, share in one.fractions:
                row[symbols.index(symbol)] += share * one.density_g_cm3 * 1e-4
        self._lit, self._beam_kev = elements_in_beam(symbols, instrument)
        self._shells = shells_of(self._lit)
        self._secondary = None
        if secondary and self._shells:
            self._secondary = secondary_tables(self._lit, self._shells, self._beam_kev)
        self._scatter = scatter_tables(symbols, instrument)
        self._line_matrix = _single_energies(instrument, self._lit.energies_kev, escape)
        self._argon_matrix = _single_energies(instrument, argon_energies_kev(), escape)
        self._scatter_matrix = scatter_matrix(instrument, escape) if scatter else None
        self.lines, self._peaks = _peaks(self._lit, instrument)

    def expected(self, stacks: LayerStacks, *, check: Callable[[], None] = nothing) -> FloatArray:
        """Expected counts of each stack for the instrument's live time.

        Parameters
        ----------
        stacks
            The stacks. One without any layer shows what the air scatters.
        check
            Called now and then; it may raise to stop the computation.

        Returns
        -------
        ndarray
            Not negative, shape (stacks, channels).

        Raises
        ------
        ParameterError
            If the stacks have another number of materials than the model.
        """
        found = np.zeros((len(stacks), self.instrument.channels))
        with threadpool_limits(1):
            for places, areal in self._blocks(stacks, check):
                found[places] = sum(self._counts(areal))
        return found

    def expected_parts(
        self, stacks: LayerStacks, *, check: Callable[[], None] = nothing
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Counts of fluorescence, scatter and the air's argon, whose sum is `expected`.

        Parameters and errors as there.

        Returns
        -------
        tuple of ndarray
            Three of shape (stacks, channels).
        """
        shape = (len(stacks), self.instrument.channels)
        found = (np.zeros(shape), np.zeros(shape), np.zeros(shape))
        with threadpool_limits(1):
            for places, areal in self._blocks(stacks, check):
                for whole, part in zip(found, self._counts(areal), strict=True):
                    whole[places] = part
        return found

    def line_counts(
        self, stacks: LayerStacks, *, check: Callable[[], None] = nothing
    ) -> FloatArray:
        """Expected counts of the model's `lines`, from all layers together.

        Parameters and errors as of `expected`.

        Returns
        -------
        ndarray
            Shape (stacks, lines). Counts are those that the detector records of a line, tail and
            escape peak included, as `line_shares.line_shares` gives them.
        """
        found = np.zeros((len(stacks), len(self.lines)))
        with threadpool_limits(1):
            for places, areal in self._blocks(stacks, check):
                found[places] = self._detected(self._photons(areal), self._peaks)
        return found

    def _blocks(
        self, stacks: LayerStacks, check: Callable[[], None]
    ) -> Iterator[tuple[IntArray, FloatArray]]:
        """Places of some stacks and their mass per area, g/cm², (stacks, layers, elements)."""
        if stacks.volumes.shape[2] != len(self.materials):
            raise ParameterError(
                "These stacks are made of something else.",
                f"Found shares of {stacks.volumes.shape[2]} materials; expected "
                f"{len(self.materials)}.",
                "Give a share of each material of the model.",
            )
        present = stacks.thickness_um > 0
        layers = present.sum(axis=1)
        # those with as many layers come together, without the layers that are not there
        order = np.argsort(layers, kind="stable")
        from_top = np.argsort(~present, axis=1, kind="stable")
        start = 0
        while start < len(order):
            check()
            most = max(int(layers[order[start : start + _BLOCK]].max()), 1)
            places = order[start : start + max(_BLOCK // most, 1)]
            start += len(places)
            kept = from_top[places, : layers[places].max()]
            volumes = stacks.volumes[places[:, None], kept]
            sums = volumes.sum(axis=2, keepdims=True)
            shares = volumes / np.where(sums > 0, sums, 1.0)
            thickness = stacks.thickness_um[places[:, None], kept]
            yield places, (shares @ self._masses) * thickness[..., None]

    def _counts(self, areal: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Fluorescence, scatter and argon of stacks with so much of each element."""
        photons = self._photons(areal)
        sent = scattered(self._scatter, areal)
        scatter = np.zeros((len(areal), self.instrument.channels))
        if self._scatter_matrix is not None:
            scatter = self._detected(sent.in_detector, self._scatter_matrix)
        return (
            self._detected(photons, self._line_matrix),
            scatter,
            self._detected(self._argon(photons, sent), self._argon_matrix),
        )

    def _argon(self, photons: FloatArray, sent: Scattered) -> FloatArray:
        """Photons of argon per beam photon and steradian, shape (stacks, lines)."""
        instrument = self.instrument
        energies, argon = argon_lines(
            instrument.path,
            instrument.path_mm,
            (self._beam_kev, self._lit.photons[:, None]),
            [(self._scatter.energies_kev, sent.photons.T), (self._lit.energies_kev, photons.T)],
        )
        if not len(energies):
            return np.zeros((len(photons), len(self._argon_matrix)))
        return argon.T

    def _detected(self, photons: FloatArray, matrix: FloatArray) -> FloatArray:
        """Counts of photons per beam photon and steradian, shape (stacks, channels)."""
        instrument = self.instrument
        scale = instrument.beam_photons_per_s * instrument.detector_sr * instrument.live_time_s
        return np.asarray(photons * scale @ matrix)

    def _photons(self, areal: FloatArray) -> FloatArray:
        """Photons of each line per beam photon and steradian, shape (stacks, lines)."""
        seen = depths(self._lit, areal)
        photons = primary_photons(self._lit, self._shells, seen)
        if self._secondary is not None:
            photons += secondary_photons(self._lit, self._secondary, seen)
        return photons


def _peaks(lit: Irradiation, instrument: Instrument) -> tuple[tuple[EmissionLine, ...], FloatArray]:
    """Families of lines that a detector sees as one, and their counts for a photon.

    The table has the shape (lines of the elements, families).
    """
    end = instrument.axis.energy_kev(instrument.channels - 0.5)
    seen = [
        (lit.symbols[element], family_of(transition)) if _LOWEST_PEAK_KEV <= energy < end else None
        for element, transition, energy in zip(
            lit.elements, lit.transitions, lit.energies_kev, strict=True
        )
    ]
    known = tuple(
        line for symbol in lit.symbols for line in lines_of(symbol) if (symbol, line.name) in seen
    )
    counted = efficiency(instrument, lit.energies_kev)
    names = [(line.element, line.name) for line in known]
    table = np.array([[name == own for own in names] for name in seen], np.float64)
    return known, table.reshape(len(seen), len(names)) * counted[:, None]


def _single_energies(instrument: Instrument, energies_kev: FloatArray, escape: bool) -> FloatArray:
    """Counts in each channel for one photon of each energy, shape (energies, channels)."""
    return smeared(instrument, energies_kev, energies_kev, escape=escape).matrix()
