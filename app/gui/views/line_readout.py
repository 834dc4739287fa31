"""Which emission line is meant by a place on the energy axis."""

from functools import lru_cache

from app.core.lines import EmissionLine, lines_of
from app.core.spectra import fwhm_kev

_USUAL_ELEMENTS = (
    *("Na", "Mg", "Al", "Si", "P", "S", "Cl", "Ar", "K", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Ni"),
    *("Cu", "Zn", "As", "Br", "Sr", "Zr", "Mo", "Rh", "Ag", "Cd", "Sn", "Sb", "Ba", "Au", "Hg"),
    *("Pb", "Bi"),
)


def line_text(marked: tuple[EmissionLine, ...], energy_kev: float) -> str:
    """The marked line whose peak is at an energy, else "near" the usual one; empty for none."""
    line = nearest_line(marked, energy_kev)
    if line is not None:
        return line.label
    near = nearest_line(usual_lines(), energy_kev)
    return "" if near is None else f"near {near.label}"


def nearest_line(lines: tuple[EmissionLine, ...], energy_kev: float) -> EmissionLine | None:
    """The line nearest to an energy, if it is within half the width of a peak."""
    if not lines:
        return None
    nearest = min(lines, key=lambda line: abs(line.energy_kev - energy_kev))
    within = float(fwhm_kev(nearest.energy_kev)) / 2
    return nearest if abs(nearest.energy_kev - energy_kev) <= within else None


@lru_cache(maxsize=1)
def usual_lines() -> tuple[EmissionLine, ...]:
    """Strong lines of the elements met in paintings, in the air and in tubes."""
    names = ("Ka", "Kb", "La", "Lb", "Ma")
    lines = [line for element in _USUAL_ELEMENTS for line in lines_of(element)]
    return tuple(line for line in lines if line.name in names and line.energy_kev > 0.9)
