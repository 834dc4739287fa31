"""What layers are made of: materials by mass, mixtures by volume, stacks from top to bottom."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.elements import ELEMENT_NAMES
from app.errors import ParameterError

_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Material:
    """Something of even composition.

    Parameters
    ----------
    name
        For the user: "lead white in linseed oil".
    fractions
        Symbol and mass fraction of each element; the fractions sum to 1.
    density_g_cm3
        Density, g/cm³.

    Raises
    ------
    ParameterError
        If an element is unknown, a fraction is not a positive number, the fractions do not sum
        to 1, or the density is not a positive number.
    """

    name: str
    fractions: tuple[tuple[str, float], ...]
    density_g_cm3: float

    def __post_init__(self) -> None:
        unknown = [symbol for symbol, _ in self.fractions if symbol not in ELEMENT_NAMES]
        shares = [share for _, share in self.fractions]
        total = math.fsum(shares)
        if (
            unknown
            or not shares
            or not all(math.isfinite(share) and share > 0 for share in shares)
            or abs(total - 1) > _SUM_TOLERANCE
        ):
            raise ParameterError(
                f"The composition of “{self.name}” makes no sense.",
                f"Found elements {', '.join(symbol for symbol, _ in self.fractions) or 'none'} "
                f"with mass fractions that sum to {total:g}; expected known elements with "
                "positive fractions that sum to 1.",
                "Correct the composition.",
            )
        if not (math.isfinite(self.density_g_cm3) and self.density_g_cm3 > 0):
            raise ParameterError(
                f"The density of “{self.name}” makes no sense.",
                f"Found {self.density_g_cm3:g} g/cm³; expected more than 0 g/cm³.",
                "Pigments have densities from about 1 to 20 g/cm³.",
            )

    @property
    def elements(self) -> tuple[str, ...]:
        """Symbols of the elements, in the order of the fractions."""
        return tuple(symbol for symbol, _ in self.fractions)


@dataclass(frozen=True, slots=True)
class Layer:
    """One plane layer of a stack.

    Parameters
    ----------
    name
        What it is in the painting: "varnish", "paint", "ground".
    material
        What it is made of.
    thickness_um
        Thickness, µm.

    Raises
    ------
    ParameterError
        If the thickness is not a positive number.
    """

    name: str
    material: Material
    thickness_um: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.thickness_um) and self.thickness_um > 0):
            raise ParameterError(
                f"The thickness of layer “{self.name}” makes no sense.",
                f"Found {self.thickness_um:g} µm; expected more than 0 µm.",
                "A varnish has 10–40 µm, paint 5–50 µm, a ground 50–300 µm.",
            )

    @property
    def mass_g_cm2(self) -> float:
        """Mass per area, g/cm²."""
        return self.material.density_g_cm3 * self.thickness_um * 1e-4


Stack = tuple[Layer, ...]
"""Layers from the top, where the beam enters, to the bottom."""


def material(name: str, fractions: Mapping[str, float], density_g_cm3: float) -> Material:
    """A material from mass fractions or masses of any unit; they are normalised to sum to 1.

    Raises
    ------
    ParameterError
        As `Material`.
    """
    total = math.fsum(fractions.values())
    if not (math.isfinite(total) and total > 0):
        total = 1.0
    shares = tuple((symbol, share / total) for symbol, share in fractions.items() if share != 0)
    return Material(name, shares, density_g_cm3)


def mixed(name: str, parts: Sequence[tuple[Material, float]]) -> Material:
    """A mixture of materials by volume, its density from theirs.

    Parameters
    ----------
    name
        Of the mixture.
    parts
        Each material with its share of the volume; the shares are normalised to sum to 1.

    Raises
    ------
    ParameterError
        If a share is negative or not a number, or all are zero.

    Notes
    -----
    Volumes add up, as they nearly do in paint; pores are a part of their own.
    """
    volumes = [volume for _, volume in parts]
    if not all(math.isfinite(volume) and volume >= 0 for volume in volumes) or not sum(volumes):
        raise ParameterError(
            f"The mixture “{name}” makes no sense.",
            f"Found volume shares {', '.join(f'{volume:g}' for volume in volumes) or 'none'}; "
            "expected numbers that are not negative, one of them above 0.",
            "Correct the shares.",
        )
    masses: dict[str, float] = {}
    for part, volume in parts:
        for symbol, share in part.fractions:
            masses[symbol] = masses.get(symbol, 0.0) + volume * part.density_g_cm3 * share
    return material(name, masses, math.fsum(masses.values()) / math.fsum(volumes))
