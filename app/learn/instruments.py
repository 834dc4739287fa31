"""Scanners at random: tubes, windows, gases, geometries and detectors that are in use."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.core.physics.instrument import Instrument
from app.errors import ParameterError
from app.learn.axis import FINE_CHANNELS, FINE_KEV

TRAINING_ANODES = ("Rh", "Mo", "Ag", "Cr")
UNSEEN_ANODE = "W"
"""No network learns from spectra of this tube: they show what an unknown one does."""

KILOVOLTS, RESOLUTION_EV = (30.0, 50.0), (125.0, 160.0)
"""Of tubes and of detectors, lowest and highest."""


def anodes_without(elements: Sequence[str]) -> tuple[str, ...]:
    """Tubes to learn from where some elements are to stay unknown: a tube shows its own.

    Raises
    ------
    ParameterError
        If none is left.
    """
    kept = tuple(anode for anode in TRAINING_ANODES if anode not in elements)
    if not kept:
        raise ParameterError(
            "There is no tube to measure with.",
            f"All of {', '.join(TRAINING_ANODES)} are left out.",
            "Leave out fewer elements.",
        )
    return kept


def draw_instrument(anode: str, rng: np.random.Generator) -> Instrument:
    """A scanner with such a tube; all else at random within what is in use."""
    has_optic = rng.random() < 0.3
    return Instrument(
        name=f"{anode} at random",
        anode=anode,
        tube_kv=round(float(rng.uniform(*KILOVOLTS)), 1),
        take_off_degrees=float(rng.choice([12.0, 20.0, 45.0])),
        tube_window_um=float(rng.choice([75.0, 125.0, 250.0])),
        optic_cutoff_kev=float(rng.choice([13.0, 18.0])) if has_optic else 0.0,
        incidence_degrees=float(rng.choice([90.0, 60.0, 45.0])),
        exit_degrees=round(float(rng.uniform(40, 60)), 1),
        scatter_degrees=round(float(rng.uniform(90, 150)), 1),
        path="helium" if rng.random() < 0.35 else "air",
        beam_path_mm=round(float(rng.uniform(10, 80)), 1),
        path_mm=round(float(rng.uniform(8, 25)), 1),
        detector_window_um=float(rng.choice([8.0, 12.5, 25.0])),
        detector_mm=float(rng.choice([0.45, 0.5])),
        resolution_ev=round(float(rng.uniform(*RESOLUTION_EV)), 1),
        live_time_s=1.0,
        gain_kev=FINE_KEV,
        offset_kev=FINE_KEV / 2,
        channels=FINE_CHANNELS,
    )


def filtered(instrument: Instrument, rng: np.random.Generator) -> Instrument:
    """The same with 0.2 to 1 mm of aluminium in its beam, which no training scanner has."""
    return replace(
        instrument,
        name=f"{instrument.name}, filtered",
        filter_element="Al",
        filter_um=round(float(rng.uniform(200, 1000))),
    )


def behind_glass(instrument: Instrument) -> Instrument:
    """The same with 1.7 mm of aluminium in its beam, which takes as much as 2 mm of window glass.

    Attenuations of glass of 72 % SiO2, 14 % Na2O, 10 % CaO and 4 % MgO, 2.5 g/cm³, and of
    aluminium at 15 to 40 keV, after xraylib: 1.65 to 1.76 mm.
    """
    return replace(
        instrument,
        name=f"{instrument.name} behind glass",
        filter_element="Al",
        filter_um=1700.0,
    )
