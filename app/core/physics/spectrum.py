"""The spectrum a stack of layers gives under an instrument.

Lines are computed better than what lies between them. Left out are multiple scattering,
bremsstrahlung of electrons in the sample, pile-up, and all that is not in the stack: the support,
the wall or the easel behind a painting, the instrument's own metal. What the detector adds below
its peaks is that of a good one. A measured background and scatter are therefore stronger: in one
scan of a painting, scaled to its lead lines, 4 to 8 times between the lines and 30 to 60 times at
the scattered lines of the tube, against a guess at its paint and ground alone; 4 to 6 times with
canvas and 2 cm of wood given as the lowest layers. How much of the rest is composition nobody
knows. Nothing was fitted to a scan.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.physics.air import argon_lines
from app.core.physics.computed import ComputedSpectrum, LineIntensity
from app.core.physics.fluorescence import fluorescence
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, Stack
from app.core.physics.response import response
from app.core.physics.scatter import scatter_counts, scattered_photons
from app.core.physics.tube import Beam, beam
from app.core.pigments import Pigment
from app.core.provenance import Step

FloatArray = NDArray[np.float64]

REFERENCE_THICKNESS_UM = 50.0
"""Thickness of the paint that a library's reference spectra are computed for, µm."""

# what lies lower reaches no detector through its window
_LOWEST_LINE_KEV = 0.3

_METHODS = {
    "tube": "Ebel 1999, 2003",
    "fluorescence": "fundamental parameters (Sherman 1955)",
    "scatter": "Rayleigh and Compton once, xraylib's cross sections, Biggs' Compton profiles",
    "detector": "Gaussian, Si escape peaks, tail and shelf",
    "air": "Ar K estimated",
}


def nothing() -> None:
    """Check nothing: nobody wants to stop the computation."""


def pigment_stack(pigment: Pigment, thickness_um: float = REFERENCE_THICKNESS_UM) -> Stack:
    """The situation in which a library's references are computed: a pigment's paint by itself.

    One layer of the pigment in its binder at its volume fraction, with nothing below it, so
    that no ground mixes its lines in. 50 µm is a thick coat of paint: the M and light K lines
    see it as endless, L lines of lead and mercury and K lines up to zinc nearly so, while K
    lines of tin or antimony and the scatter would be stronger from a thicker one.

    Raises
    ------
    ParameterError
        If the pigment has no composition or the thickness is not a positive number.
    """
    return (Layer("paint", pigment.paint(), thickness_um),)


def computed_spectrum(
    stack: Stack,
    instrument: Instrument,
    *,
    secondary: bool = True,
    check: Callable[[], None] = nothing,
) -> ComputedSpectrum:
    """The spectrum expected of a stack: fluorescence of each layer, scatter, argon of the air.

    Parameters
    ----------
    stack
        Layers from the top, at least one.
    instrument
        Tube, geometry, path, detector, axis and live time.
    secondary
        Whether fluorescence excites further fluorescence.
    check
        Called now and then; it may raise to stop the computation.

    Returns
    -------
    ComputedSpectrum
        Its counts are the sum of layers, scatter and air. What is left out: see the module.
    """
    check()
    arriving = beam(instrument)
    lines = fluorescence(
        stack,
        arriving.energies_kev,
        arriving.photons / instrument.beam_photons_per_s,
        instrument.incidence_degrees,
        instrument.exit_degrees,
        secondary=secondary,
        check=check,
    )
    scale = instrument.beam_photons_per_s * instrument.detector_sr * instrument.live_time_s
    layers = _line_counts(lines, len(stack), instrument) * scale
    check()
    scatter = scatter_counts(stack, instrument)
    air = _air_counts(stack, instrument, arriving, lines) * scale
    return ComputedSpectrum(
        counts=layers.sum(axis=0) + scatter + air,
        layers=layers,
        layer_names=tuple(layer.name for layer in stack),
        scatter=scatter,
        lines=lines,
        instrument=instrument,
        is_full=secondary,
        steps=(_step(stack, instrument, secondary),),
        air=air,
    )


def _line_counts(lines: Sequence[LineIntensity], layers: int, instrument: Instrument) -> FloatArray:
    """Counts per beam photon and steradian of detector, shape (layers, channels)."""
    by_element: dict[str, list[LineIntensity]] = {}
    for line in lines:
        if line.energy_kev > _LOWEST_LINE_KEV:
            by_element.setdefault(line.element, []).append(line)
    counts = np.zeros((layers, instrument.channels))
    # an element has the same shapes in every stack, and from every layer: they are kept
    for seen in by_element.values():
        energies, place = np.unique([line.energy_kev for line in seen], return_inverse=True)
        photons = np.zeros((layers, len(energies)))
        numbers = np.array([line.layer for line in seen])
        np.add.at(photons, (numbers, place), [line.total for line in seen])
        counts += response(instrument, energies).counts(photons)
    return counts


def _air_counts(
    stack: Stack, instrument: Instrument, arriving: Beam, lines: Sequence[LineIntensity]
) -> FloatArray:
    """Counts of argon per beam photon and steradian of detector, shape (channels,)."""
    fluorescent = (
        np.array([line.energy_kev for line in lines], np.float64),
        np.array([line.total for line in lines], np.float64),
    )
    energies, photons = argon_lines(
        instrument.path,
        instrument.path_mm,
        (arriving.energies_kev, arriving.photons / instrument.beam_photons_per_s),
        [scattered_photons(stack, instrument), fluorescent],
    )
    if not len(energies):
        return np.zeros(instrument.channels)
    return response(instrument, energies).counts(photons[None])[0]


def _step(stack: Stack, instrument: Instrument, secondary: bool) -> Step:
    described = [
        {
            "name": layer.name,
            "material": layer.material.name,
            "mass_fractions": dict(layer.material.fractions),
            "density_g_cm3": layer.material.density_g_cm3,
            "thickness_um": layer.thickness_um,
        }
        for layer in stack
    ]
    parameters = {
        "layers": described,
        "instrument": instrument.to_json(),
        "secondary": secondary,
        "methods": dict(_METHODS),
    }
    return Step("compute spectrum", parameters)
