"""What leaves an X-ray tube: continuum and characteristic lines of the anode."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS
from app.core.physics.instrument import Instrument
from app.core.physics.path import gas_transmission

FloatArray = NDArray[np.float64]

LOWEST_KEV = 1.0
"""Below this neither window nor air lets much of the beam through, keV."""

# Ebel's proportionality factors, photons/(s sr mA), for the continuum also per keV
_CONTINUUM = 1.35e9
_K_LINES = 5.0e13
_L_LINES = {"L1": 0.71e13, "L2": 2.70e13, "L3": 4.94e13}

# electrons in the shell, and the shell's share in slowing an electron down
_SHELL_K, _SHELL_L = (2, 0.35), (8, 0.25)

# mean fluorescence yield of the L shell: J. H. Hubbell et al., J. Phys. Chem. Ref. Data 23
# (1994) 339 with its erratum of 2004
_MEAN_L_YIELD = {"Mo": 0.0363, "Rh": 0.0459, "Ag": 0.0534, "W": 0.269}

# the paper's range for the electrons' way into the anode
_FLATTEST_ELECTRONS_DEGREES = 50.0

_FINE_KEV = 0.02
_LEAST_LINE_SHARE = 2e-4
_SAME_LINE_KEV = 0.03
_WIDEST_CELL = 0.06
_NARROWEST_CELL = 0.004

# what of an instrument changes the beam
_OF_THE_BEAM = (
    "anode",
    "tube_kv",
    "take_off_degrees",
    "tube_window_um",
    "filter_element",
    "filter_um",
    "optic_cutoff_kev",
    "beam_photons_per_s",
    "path",
    "beam_path_mm",
)

# where the absorption of paintings jumps: there a cell of the continuum has to end
_EDGES = {
    "K": "Al Si P S Cl K Ca Ti Cr Mn Fe Co Ni Cu Zn As Se Sr Cd Sn Sb Ba",
    "L3": "Ag Cd Sn Sb Ba Au Hg Pb",
    "L2": "Au Hg Pb",
    "L1": "Au Hg Pb",
}


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """Photons arriving on the sample.

    Parameters
    ----------
    energies_kev
        Ascending, keV, shape (energies,). An entry of the continuum stands for a cell of
        energies and has the mean energy of the photons in it.
    photons
        Photons per second, shape (energies,).
    is_line
        Which entries are characteristic lines of the anode, shape (energies,).
    """

    energies_kev: FloatArray
    photons: FloatArray
    is_line: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """The continuum on the sample, in narrow cells.

    Parameters
    ----------
    edges_kev
        Limits of the cells, keV, shape (cells + 1,).
    below
        Photons per second below each limit, shape (cells + 1,).
    moment
        Their energies summed, keV/s, shape (cells + 1,).
    """

    edges_kev: FloatArray
    below: FloatArray
    moment: FloatArray

    def cells(self, edges_kev: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean energies, keV, and photons per second in cells with these limits.

        An empty cell has the energy of its middle.
        """
        photons = np.diff(np.interp(edges_kev, self.edges_kev, self.below))
        moment = np.diff(np.interp(edges_kev, self.edges_kev, self.moment))
        middle = (edges_kev[1:] + edges_kev[:-1]) / 2
        filled = photons > 0
        energies = np.where(filled, moment / np.where(filled, photons, 1.0), middle)
        return np.clip(energies, edges_kev[:-1], edges_kev[1:]), photons


def beam(instrument: Instrument) -> Beam:
    """The beam on the sample in about 100 energies, `beam_photons_per_s` photons in all.

    The limits of the continuum's cells lie on the absorption edges that matter in paintings
    and are nowhere farther apart than 6 %.

    Notes
    -----
    Continuum and K lines after H. Ebel, X-Ray Spectrom. 28 (1999) 255,
    doi:10.1002/(SICI)1097-4539(199907/08)28:4<255::AID-XRS347>3.0.CO;2-Y; L lines after
    H. Ebel, X-Ray Spectrom. 32 (2003) 46, doi:10.1002/xrs.610. The electrons hit the anode at
    90° less the take-off angle, but at 50° or more, which is the model's range; it was made for
    5 to 50 kV. Cross sections, transition probabilities and the K yield are xraylib's. Lines
    below 1 keV and M lines of tungsten (1.8 keV), which hardly pass a window, are left out.

    A capillary optic passes energies E by 1 / (1 + (E / Ec)⁴), Ec being `optic_cutoff_kev`:
    the shape of the fall that makers print for lenses, not a measurement of any one.

    Checked: the continuum agrees with another implementation (PyMca's) within 0.1 % away from
    edges, for chromium within 5 %, and the K lines within 0.1 % but for the paper's constant, which
    is 5e13 here and 6e13 there; filtered tungsten beams of 28 and 30 kV have the
    half-value layer, the mean energy and, within 12 %, the spectrum and L lines measured by
    J. M. Boone et al., Med. Phys. 24 (1997) 1863. Not checked against a measured beam: the L
    lines of the other anodes, voltages above 50 kV, and the optic. The papers' constants were
    taken from implementations of them.
    """
    return _beam(_tube_only(instrument))


def tube_lines(instrument: Instrument) -> tuple[FloatArray, FloatArray]:
    """Energies, keV, and photons per second of the anode's lines on the sample."""
    _, energies, photons = _source(_tube_only(instrument))
    return energies, photons


def continuum(instrument: Instrument) -> Continuum:
    """The continuum on the sample; together with the lines `beam_photons_per_s`."""
    return _source(_tube_only(instrument))[0]


@lru_cache(maxsize=64)
def _tube_only(instrument: Instrument) -> Instrument:
    """The instrument without what does not change the beam, so that caches find it again."""
    return replace(Instrument(), **{name: getattr(instrument, name) for name in _OF_THE_BEAM})


@lru_cache(maxsize=32)
def _beam(instrument: Instrument) -> Beam:
    source, line_energies, line_photons = _source(instrument)
    energies, photons = source.cells(_cell_edges(instrument))
    filled = photons > 0
    energies = np.concatenate([energies[filled], line_energies])
    photons = np.concatenate([photons[filled], line_photons])
    is_line = np.arange(len(energies)) >= np.count_nonzero(filled)
    order = np.argsort(energies, kind="stable")
    made = Beam(energies[order], photons[order], is_line[order])
    for array in (made.energies_kev, made.photons, made.is_line):
        array.flags.writeable = False
    return made


@lru_cache(maxsize=32)
def _source(instrument: Instrument) -> tuple[Continuum, FloatArray, FloatArray]:
    """Continuum, and the lines' energies and photons, normalised together."""
    edges = np.append(np.arange(LOWEST_KEV, instrument.tube_kv, _FINE_KEV), instrument.tube_kv)
    centres = (edges[1:] + edges[:-1]) / 2
    photons = _continuum_per_kev(instrument, centres) * np.diff(edges)
    photons *= _transmission(instrument, centres)
    energies, lines = _characteristic(instrument)
    lines *= _transmission(instrument, energies)
    strong = lines > _LEAST_LINE_SHARE * (photons.sum() + lines.sum())
    energies, lines = _merged(energies[strong], lines[strong])
    scale = instrument.beam_photons_per_s / (photons.sum() + lines.sum())
    below = np.concatenate([[0.0], np.cumsum(photons)]) * scale
    moment = np.concatenate([[0.0], np.cumsum(photons * centres)]) * scale
    return Continuum(edges, below, moment), energies, lines * scale


def _merged(energies: FloatArray, photons: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lines that no detector tells apart made one."""
    if not len(energies):
        return energies, photons
    starts = np.flatnonzero(np.diff(energies, prepend=-1.0) > _SAME_LINE_KEV)
    together = np.add.reduceat(photons, starts)
    return np.add.reduceat(energies * photons, starts) / together, together


def _continuum_per_kev(instrument: Instrument, energies: FloatArray) -> FloatArray:
    """Photons/(s sr mA keV) leaving the anode."""
    number = ELEMENTS.index(instrument.anode) + 1
    exponent = 1.109 - 0.00435 * number + 0.00175 * instrument.tube_kv
    overvoltage = instrument.tube_kv / energies
    made = _CONTINUUM * number * (overvoltage - 1) ** exponent
    return made * _leaving(instrument, energies, overvoltage)


def _characteristic(instrument: Instrument) -> tuple[FloatArray, FloatArray]:
    """Energies, keV, and photons/(s sr mA) of the lines leaving the anode."""
    import xraylib

    number = ELEMENTS.index(instrument.anode) + 1
    energies: list[float] = []
    photons: list[float] = []
    for shell in ("K", "L1", "L2", "L3"):
        edge = xraylib.EdgeEnergy(number, getattr(xraylib, f"{shell}_SHELL"))
        # the L lines of chromium and copper lie below what is looked at
        known = shell == "K" or instrument.anode in _MEAN_L_YIELD
        if not known or edge >= instrument.tube_kv:
            continue
        strength = _shell_strength(instrument, shell, edge)
        for energy, share in _transitions(instrument.anode, shell):
            overvoltage = np.array([instrument.tube_kv / edge])
            escaping = _leaving(instrument, np.array([energy]), overvoltage)[0]
            energies.append(energy)
            photons.append(strength * share * escaping)
    order = np.argsort(energies)
    return np.array(energies, np.float64)[order], np.array(photons, np.float64)[order]


def _shell_strength(instrument: Instrument, shell: str, edge_kev: float) -> float:
    """Photons/(s sr mA) that a shell makes, before the anode absorbs some."""
    import xraylib

    number = ELEMENTS.index(instrument.anode) + 1
    voltage = instrument.tube_kv
    over = voltage / edge_kev
    electrons, slowing = _SHELL_K if shell == "K" else _SHELL_L
    ionisation = over * math.log(over) + 1 - over
    root = math.sqrt(over)
    bent = (root * math.log(over) + 2 * (1 - root)) / ionisation
    mean_potential = 0.0135 * number
    stopped = electrons * slowing / number * ionisation
    stopped *= 1 + 16.05 * math.sqrt(mean_potential / edge_kev) * bent
    kept = 1 - 0.0081517 * number + 3.613e-5 * number**2
    kept += 0.009583 * number * math.exp(-over) + 0.001141 * voltage
    if shell == "K":
        return float(_K_LINES * stopped * kept * xraylib.FluorYield(number, xraylib.K_SHELL))
    factor = _L_LINES[shell] * _MEAN_L_YIELD[instrument.anode]
    if shell != "L3" and number < 80:
        factor *= -0.4814 + 0.03782 * number - 2.413e-4 * number**2
    return factor * stopped * kept


def _transitions(anode: str, shell: str) -> Iterable[tuple[float, float]]:
    """Energy, keV, and share of each transition that fills a shell."""
    import xraylib

    number = ELEMENTS.index(anode) + 1
    outer = [
        f"{name}{level}"
        for name, levels in (("L", 3), ("M", 5), ("N", 7), ("O", 3))
        for level in range(1, levels + 1)
    ]
    for final in outer:
        code: Any = getattr(xraylib, f"{shell}{final}_LINE", None)
        if code is None:
            continue
        try:
            yield xraylib.LineEnergy(number, code), xraylib.RadRate(number, code)
        except ValueError:
            # the library's way to say that the element has no such transition
            continue


def _leaving(instrument: Instrument, energies: FloatArray, overvoltage: FloatArray) -> FloatArray:
    """Share of the photons that gets out of the anode; shape (energies,)."""
    import xraylib

    number = ELEMENTS.index(instrument.anode) + 1
    voltage = instrument.tube_kv
    # how many electrons the anode throws back
    logarithm = math.log(number)
    back = 0.1904 - 0.2236 * logarithm + 0.1292 * logarithm**2 - 0.0149 * logarithm**3
    back *= voltage ** (0.1382 - 0.9211 / math.sqrt(number))
    deepest = 0.787e-5 * math.sqrt(0.0135 * number) * voltage**1.5 + 0.735e-6 * voltage**2
    deepest *= xraylib.AtomicWeight(number) / number
    depth = deepest * np.log(overvoltage) * (0.49269 - 1.0987 * back + 0.78557 * back**2)
    depth /= 0.70256 - 1.09865 * back + 1.0046 * back**2 + np.log(overvoltage)
    absorption = np.array([xraylib.CS_Photo(number, float(energy)) for energy in energies])
    take_off = instrument.take_off_degrees
    electrons = max(90.0 - take_off, _FLATTEST_ELECTRONS_DEGREES)
    slant = math.sin(math.radians(electrons)) / math.sin(math.radians(take_off))
    passed = np.maximum(2 * absorption * depth * slant, 1e-12)
    return np.asarray(-np.expm1(-passed) / passed)


def _transmission(instrument: Instrument, energies: FloatArray) -> FloatArray:
    """What window, filter, optic and gas let through, but for a factor; shape (energies,)."""
    import xraylib

    def depth(symbol: str, thickness_um: float) -> FloatArray:
        number = ELEMENTS.index(symbol) + 1
        mass = xraylib.ElementDensity(number) * thickness_um * 1e-4
        return mass * np.array([xraylib.CS_Total(number, float(energy)) for energy in energies])

    through = depth("Be", instrument.tube_window_um)
    if instrument.filter_element != "none":
        through = through + depth(instrument.filter_element, instrument.filter_um)
    passed = np.exp(-through) * gas_transmission(instrument.path, instrument.beam_path_mm, energies)
    if instrument.optic_cutoff_kev > 0:
        # against the softest photons, so that something is left of any beam
        fading = instrument.optic_cutoff_kev**4
        passed *= (fading + LOWEST_KEV**4) / (fading + energies**4)
    return passed


def _cell_edges(instrument: Instrument) -> FloatArray:
    """Limits of the cells of the continuum, keV."""
    import xraylib

    places = {LOWEST_KEV, instrument.tube_kv}
    wanted = [(symbol, shell) for shell, symbols in _EDGES.items() for symbol in symbols.split()]
    for symbol in (instrument.anode, instrument.filter_element):
        if symbol != "none":
            wanted += [(symbol, shell) for shell in ("K", "L1", "L2", "L3")]
    for symbol, shell in wanted:
        number = ELEMENTS.index(symbol) + 1
        places.add(xraylib.EdgeEnergy(number, getattr(xraylib, f"{shell}_SHELL")))
    inside = sorted(place for place in places if LOWEST_KEV <= place <= instrument.tube_kv)
    edges = inside[:1]
    for place in inside[1:]:
        # two edges this close count as one
        if place / edges[-1] < 1 + _NARROWEST_CELL and place < instrument.tube_kv:
            continue
        steps = math.ceil(math.log(place / edges[-1]) / math.log(1 + _WIDEST_CELL))
        edges += list(np.geomspace(edges[-1], place, steps + 1)[1:])
    return np.array(edges)
