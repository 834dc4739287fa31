"""Whether X-ray fluorescence can see a pigment at all, by which lines, and why not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS
from app.core.emission import EmissionLine, lines_of
from app.core.physics.atoms import attenuation
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.physics.tube import beam
from app.core.pigments import ColourGroup, Component, Pigment

FloatArray = NDArray[np.float64]
Fractions = tuple[tuple[str, float], ...]

THICKNESS_UM = 50.0
"""Of the coat of paint that is looked at, µm: that of the library's reference spectra."""

LOWEST_KEV, HIGHEST_KEV = 1.0, 40.0
"""Lines outside these energies count as not there, keV."""

# strength of a line, Fe Kα of thick iron being 1: chosen so that the main element of a paint is
# visible and what a long measurement alone brings out is weak
_VISIBLE = 1e-2
_WEAK = 1e-4

# in air what lies lower comes from the uppermost micrometres, is mostly absorbed, and shares its
# place with M lines of lead and mercury, L lines of the anode and argon
_CLEAN_IN_AIR_KEV = 3.0
_MOST_LINES = 8
_REFERENCE = Instrument()
_THICK_G_CM2 = 10.0

# family: the shells it comes from with the transitions that carry nearly all of it
_ORIGINS = {
    "Ka": (("K", "KA"),),
    "Kb": (("K", "KB"),),
    "La": (("L3", "LA"),),
    "Lb": (("L2", "L2M4"), ("L3", "L3N5"), ("L1", "L1M3"), ("L1", "L1M2")),
    "Lg": (("L2", "L2N4"), ("L1", "L1N3"), ("L1", "L1N2")),
    "Ma": (("M5", "M5N7"), ("M5", "M5N6")),
}


class Level(StrEnum):
    """How well XRF sees something."""

    VISIBLE = "visible"
    WEAK = "weak"
    INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class Visibility:
    """What XRF can see of a pigment.

    Parameters
    ----------
    level
        Visible, weak or invisible.
    lines
        The strongest lines that the instrument records, the strongest first; empty for what is
        invisible.
    reason
        Why, a sentence or two for the user.
    """

    level: Level
    lines: tuple[EmissionLine, ...]
    reason: str


def visibility(pigment: Pigment, instrument: Instrument | None = None) -> Visibility:
    """Whether an instrument sees a pigment's paint.

    Parameters
    ----------
    pigment
        What is looked at: 50 µm of its paint with nothing above it.
    instrument
        None for Rh at 50 kV with 15 mm of air, the library's first reference.

    Raises
    ------
    ParameterError
        If a formula of the pigment cannot be read.

    Notes
    -----
    An estimate of primary fluorescence alone (J. Sherman, Spectrochim. Acta 7 (1955) 283): the
    tube's spectrum, absorption in the paint on both ways, in gas, window and silicon. The
    strongest line is compared with Fe Kα of thick iron under the same instrument: 1 % of it
    counts as visible, 0.01 % as weak. Both limits are a choice: a map with a second per pixel
    shows the first, a sum of many pixels the second. In air a line below 3 keV is weak at best.
    """
    if not pigment.components:
        return Visibility(
            Level.INVISIBLE,
            (),
            "Its composition is not given, so nothing can be said of its lines.",
        )
    return _visibility(
        pigment.components,
        pigment.density_g_cm3,
        pigment.binder,
        pigment.volume_fraction,
        instrument or _REFERENCE,
    )


@lru_cache(maxsize=4096)
def _visibility(
    components: tuple[Component, ...],
    density_g_cm3: float,
    binder: str,
    volume_fraction: float,
    instrument: Instrument,
) -> Visibility:
    """As `visibility`, of what decides it and nothing else."""
    pigment = Pigment("", "", ColourGroup.WHITE, components, density_g_cm3, (0, 0, 0))
    paint = pigment.paint(volume_fraction, binder)
    end_kev = instrument.axis.energy_kev(instrument.channels - 1)
    lines = [
        line
        for symbol in pigment.elements
        for line in lines_of(symbol)
        if LOWEST_KEV <= line.energy_kev <= min(HIGHEST_KEV, end_kev)
    ]
    if not lines:
        return Visibility(
            Level.INVISIBLE,
            (),
            f"It has no line between {LOWEST_KEV:g} and {min(HIGHEST_KEV, end_kev):.0f} keV: XRF "
            "can neither find nor exclude it.",
        )
    reference = _iron(instrument)
    mass = paint.density_g_cm3 * THICKNESS_UM * 1e-4
    found = _strengths(lines, paint.fractions, mass, instrument)
    strengths = {line: strength / reference for line, strength in zip(lines, found, strict=True)}
    ranked = sorted(lines, key=lambda line: -strengths[line])
    seen = [line for line in ranked if strengths[line] >= _WEAK]
    if not seen:
        return Visibility(Level.INVISIBLE, (), _too_weak(ranked[0], instrument))
    clear = [line for line in seen if strengths[line] >= _VISIBLE and _is_clean(line, instrument)]
    if clear:
        clean = [line for line in seen if _is_clean(line, instrument)]
        return Visibility(Level.VISIBLE, tuple(seen[:_MOST_LINES]), _clear(clear, clean))
    return Visibility(Level.WEAK, tuple(seen[:_MOST_LINES]), _weak(seen[0], instrument))


def _is_clean(line: EmissionLine, instrument: Instrument) -> bool:
    return instrument.path != "air" or line.energy_kev >= _CLEAN_IN_AIR_KEV


def _clear(lines: list[EmissionLine], clean: list[EmissionLine]) -> str:
    elements = dict.fromkeys(line.element for line in lines)
    # of lines nearly as strong, people know the first of a series best
    by_series = sorted(lines, key=lambda line: not line.name.endswith("a"))
    best = [next(line for line in by_series if line.element == symbol) for symbol in elements]
    named = [_named(line) for line in best[:3]]
    words = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    others = dict.fromkeys(line.element for line in clean)
    rest = ", ".join(symbol for symbol in others if symbol not in elements)
    return f"Seen by {words}; {rest} only weakly." if rest else f"Seen by {words}."


def _weak(line: EmissionLine, instrument: Instrument) -> str:
    if not _is_clean(line, instrument):
        return (
            f"Hardly seen: its best line, {_named(line)}, comes from the uppermost micrometres "
            f"and is mostly absorbed in {instrument.path_mm:g} mm of air, where other elements "
            "have lines, too. Helium helps."
        )
    return (
        f"Hardly seen: its best line, {_named(line)}, is weak and needs a long measurement or the "
        "sum of many pixels."
    )


def _too_weak(line: EmissionLine, instrument: Instrument) -> str:
    through = "" if instrument.path == "vacuum" else f", {instrument.path}"
    return (
        f"Its best line, {_named(line)}, is too weak with {instrument.anode} at "
        f"{instrument.tube_kv:g} kV{through}: XRF can neither find nor exclude it."
    )


def _named(line: EmissionLine) -> str:
    return f"{line.label} at {line.energy_kev:.2f} keV"


def _strengths(
    lines: Sequence[EmissionLine], material: Fractions, mass_g_cm2: float, instrument: Instrument
) -> list[float]:
    """Counts of each line from a layer, per steradian times 4π."""
    arriving = beam(instrument)
    energies = arriving.energies_kev.tobytes()
    shares = dict(material)
    into = _absorption(material, energies) / math.sin(math.radians(instrument.incidence_degrees))
    slant = math.sin(math.radians(instrument.exit_degrees))
    found = []
    for line in lines:
        own = np.array([line.energy_kev]).tobytes()
        both = into + _absorption(material, own)[0] / slant
        depth = -np.expm1(-both * mass_g_cm2) / both
        made = arriving.photons @ (_production(line.element, line.name, energies) * depth)
        seen = _efficiency(line.energy_kev, instrument)
        found.append(shares[line.element] * float(made) * seen)
    return found


@lru_cache(maxsize=64)
def _iron(instrument: Instrument) -> float:
    iron = next(line for line in lines_of("Fe") if line.name == "Ka")
    return _strengths((iron,), (("Fe", 1.0),), _THICK_G_CM2, instrument)[0]


@lru_cache(maxsize=4096)
def _efficiency(energy_kev: float, instrument: Instrument) -> float:
    return float(efficiency(instrument, np.array([energy_kev]))[0])


def _absorption(material: Fractions, energies: bytes) -> FloatArray:
    """Attenuation of a material, cm²/g, shape (energies,)."""
    places = np.frombuffer(energies, np.float64)
    return np.asarray(sum(share * attenuation(symbol, places) for symbol, share in material))


@lru_cache(maxsize=1024)
def _production(symbol: str, family: str, energies: bytes) -> FloatArray:
    """Photons of a family per photon and g/cm², shape (energies,)."""
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    made = np.zeros(len(energies) // 8)
    for shell, transition in _ORIGINS[family]:
        try:
            rate = xraylib.RadRate(number, getattr(xraylib, f"{transition}_LINE"))
        except ValueError:
            # the library's way to say that the element has no such transition
            continue
        made += rate * _shell(symbol, shell, energies)
    return made


@lru_cache(maxsize=512)
def _shell(symbol: str, shell: str, energies: bytes) -> FloatArray:
    """Photons of any line of a shell per photon and g/cm², shape (energies,)."""
    import xraylib

    number, code = ELEMENTS.index(symbol) + 1, getattr(xraylib, f"{shell}_SHELL")
    places = np.frombuffer(energies, np.float64)
    made = np.zeros(len(places))
    try:
        edge = xraylib.EdgeEnergy(number, code)
        yielded = xraylib.FluorYield(number, code)
    except ValueError:
        return made
    for place in np.flatnonzero(places > edge):
        made[place] = yielded * xraylib.CS_Photo_Partial(number, code, float(places[place]))
    return made
