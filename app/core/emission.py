"""Characteristic X-ray lines of the elements: names, mean energies and relative strength."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.core.elements import ELEMENT_NAMES, ELEMENTS
from app.errors import ParameterError

# the transitions (Siegbahn's family, initial and final level in IUPAC notation) of one peak
_FAMILIES = {
    "Ka": "KL3 KL2",
    "Kb": "KM2 KM3 KM4 KM5 KN2 KN3 KN4 KN5 KO2 KO3",
    "La": "L3M5 L3M4",
    "Lb": "L2M4 L3N5 L3N4 L1M3 L1M2 L3N1 L3O4 L3O5 L1M4 L1M5",
    "Lg": "L2N4 L2N1 L2O4 L1N2 L1N3 L1O2 L1O3",
    "Ma": "M5N7 M5N6",
}
_GREEK = {"a": "α", "b": "β", "g": "γ"}
_LETTER = {"α": "a", "β": "b", "γ": "g", "alpha": "a", "beta": "b", "gamma": "g"}

# below this neither air nor the detector's window lets anything through
_LOWEST_KEV = 0.5

# A tube at 50 kV still excites Sb Kα (edge 30.5 keV), though weakly. From Ag to Sb the L lines
# lie under Ar Kα of the air and K and Ca Kα of the ground, which are in every painting: a weak
# clean line shows the element, a strong mixed one does not. Beyond Sb the K lines pass through
# the detector and leave the usual axis, so L is the line to map.
_HIGHEST_K_KEV = 27.0
_LOWEST_MAP_KEV = 0.9

_KEY = re.compile(r"([A-Za-z][a-z]?)(?:[ _-]*([KLMklm])[ _-]*(alpha|beta|gamma|[ABGabgαβγ]))?")


@dataclass(frozen=True, slots=True)
class EmissionLine:
    """A family of characteristic X-ray lines, seen by the detector as one peak.

    Parameters
    ----------
    element
        Symbol, as "Fe".
    name
        "Ka", "Kb", "La", "Lb", "Lg" or "Ma".
    energy_kev
        Mean energy of the family, each line weighted with its intensity, keV.
    weight
        Share of the family in what the shell (K, L or M) emits in these families, 0 to 1, just
        excited and without absorption on the way out.
    """

    element: str
    name: str
    energy_kev: float
    weight: float

    @property
    def key(self) -> str:
        """For files and the command line: "Fe_Ka"."""
        return f"{self.element}_{self.name}"

    @property
    def label(self) -> str:
        """For the screen: "Fe Kα"."""
        return f"{self.element} {self.name[0]}{_GREEK[self.name[1]]}"


@lru_cache(maxsize=128)
def lines_of(element: str) -> tuple[EmissionLine, ...]:
    """Lines of an element above 0.5 keV, in the order Kα, Kβ, Lα, Lβ, Lγ, Mα.

    Parameters
    ----------
    element
        Symbol of an element up to uranium.

    Returns
    -------
    tuple of EmissionLine
        Empty for the elements up to oxygen that have no line above 0.5 keV.

    Raises
    ------
    ParameterError
        If there is no such element.

    Notes
    -----
    Energies and cross sections from xraylib: T. Schoonjans et al., Spectrochim. Acta B 66
    (2011) 776, doi:10.1016/j.sab.2011.09.011. The lines of the three L subshells are weighted
    as a beam of 1.5 times the energy of the L1 edge excites them, likewise for M.
    """
    if element not in ELEMENT_NAMES:
        raise _unknown(element)
    found = {name: intensity_and_energy(element, name) for name in _FAMILIES}
    shells = {
        shell: sum(intensity for name, (intensity, _) in found.items() if name[0] == shell)
        for shell in "KLM"
    }
    return tuple(
        EmissionLine(element, name, energy, intensity / shells[name[0]])
        for name, (intensity, energy) in found.items()
        if intensity > 0 and energy >= _LOWEST_KEV
    )


def family_of(transition: str) -> str | None:
    """The family a transition belongs to: "Ka" of "KL3"; None for those of no family.

    Parameters
    ----------
    transition
        Initial and final level in IUPAC notation.
    """
    return next(
        (name for name, members in _FAMILIES.items() if transition in members.split()), None
    )


def intensity_and_energy(
    element: str, name: str, excitation_kev: float | None = None
) -> tuple[float, float]:
    """How strongly a beam excites a family of lines, and the family's mean energy.

    Parameters
    ----------
    element
        Symbol of an element up to uranium.
    name
        Family: "Ka", "Kb", "La", "Lb", "Lg" or "Ma".
    excitation_kev
        Energy of the beam, keV; None for 1.5 times the shell's highest edge.

    Returns
    -------
    tuple
        Production cross section, cm²/g, and mean energy, keV; both 0 where the element has no
        such line or the beam cannot excite it.
    """
    import xraylib

    number = ELEMENTS.index(element) + 1
    if excitation_kev is None:
        shell = {"K": xraylib.K_SHELL, "L": xraylib.L1_SHELL, "M": xraylib.M1_SHELL}[name[0]]
        try:
            excitation_kev = 1.5 * xraylib.EdgeEnergy(number, shell)
        except ValueError:
            return 0.0, 0.0
    total = moment = 0.0
    for transition in _FAMILIES[name].split():
        code = getattr(xraylib, f"{transition}_LINE")
        try:
            strength = xraylib.CS_FluorLine_Kissel_no_Cascade(number, code, excitation_kev)
            energy = xraylib.LineEnergy(number, code)
        except ValueError:
            # the library's way to say that the element has no such transition
            continue
        total += strength
        moment += strength * energy
    return total, moment / total if total > 0 else 0.0


def line(key: str) -> EmissionLine:
    """The line of a key such as "Fe", "Fe_Ka", "FeKa", "Fe-Ka", "Fe Kα" or "Pb_Lb".

    A bare element gives the line to map it by: Kα up to antimony (26.3 keV), Lα for heavier
    ones.

    Raises
    ------
    ParameterError
        If the element or the line is unknown; the message says what was found.
    """
    text = key.strip()
    match = _KEY.fullmatch(text)
    if match is None:
        raise _unknown(key)
    element = match[1].capitalize()
    if element not in ELEMENT_NAMES:
        raise _unknown(key)
    lines = lines_of(element)
    if match[2] is None:
        return _usual(element, lines)
    letter = match[3].lower()
    name = match[2].upper() + _LETTER.get(letter, letter)
    for candidate in lines:
        if candidate.name == name:
            return candidate
    raise _unknown(key, lines)


def _usual(element: str, lines: tuple[EmissionLine, ...]) -> EmissionLine:
    """The line to map an element by."""
    by_name = {candidate.name: candidate for candidate in lines}
    alpha = by_name.get("Ka")
    if alpha is not None and alpha.energy_kev > _HIGHEST_K_KEV:
        alpha = by_name["La"]
    if alpha is None or alpha.energy_kev < _LOWEST_MAP_KEV:
        raise ParameterError(
            f"{ELEMENT_NAMES[element]} ({element}) cannot be mapped by X-ray fluorescence.",
            f"Its lines lie below {_LOWEST_MAP_KEV} keV, where air and the detector's window "
            "absorb them.",
            "Elements from sodium on have a line that can be measured.",
        )
    return alpha


def _unknown(key: str, lines: tuple[EmissionLine, ...] = ()) -> ParameterError:
    known = ", ".join(candidate.key for candidate in lines)
    return ParameterError(
        "This emission line is not known.",
        f"Found {key!r}; expected an element up to U, or an element with one of its lines"
        + (f": {known}." if known else "."),
        "Write for example Fe, Fe_Ka or Pb_Lb.",
    )
