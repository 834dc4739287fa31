"""A pigment: what it is made of, what it looks like, when it was used, what XRF sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.formulas import mass_fractions
from app.core.physics.materials import Material, material, mixed
from app.errors import ParameterError

BINDERS: dict[str, tuple[str, float]] = {
    "linseed oil": ("C57H98O6", 0.93),
    "egg tempera": ("C40H75O8N2P0.2S0.1", 1.05),
    "gum arabic": ("C6H10O5", 1.4),
    "animal glue": ("C4.3H6.6O1.5N1.4S0.02", 1.27),
    "none": ("", 0.0),
}
"""Formula and density, g/cm³, of what holds paint together."""


class ColourGroup(StrEnum):
    """What a colour is called when pigments are sorted by it."""

    WHITE = "white"
    BLACK = "black"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    BROWN = "brown"
    METAL = "metal"


class SpectrumKind(StrEnum):
    """Where a reference spectrum comes from."""

    COMPUTED = "computed"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Component:
    """One compound of a pigment.

    Parameters
    ----------
    formula
        As `app.core.formulas.parse_formula` takes it.
    share
        Share of the pigment's mass, above 0; all shares together are normalised.
    name
        What it is called: "clay".
    """

    formula: str
    share: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PigmentSpectrum:
    """A reference spectrum of a pigment.

    Parameters
    ----------
    label
        What the user sees: "Rh 50 kV", "Mock-up 12, M6".
    kind
        Computed or measured.
    axis
        Its energy axis.
    counts
        Shape (channels,), float32, finite and not negative.
    instrument
        What it was computed for or measured with, in words.
    source
        How it was made, or the file it came from.
    live_time_s
        Live time, s; None where it is unknown.
    """

    label: str
    kind: SpectrumKind
    axis: EnergyAxis
    counts: NDArray[np.float32]
    instrument: str = ""
    source: str = ""
    live_time_s: float | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PigmentSpectrum)
            and self._plain() == other._plain()
            and np.array_equal(self.counts, other.counts)
        )

    def __hash__(self) -> int:
        return hash(self._plain())

    def _plain(self) -> tuple[object, ...]:
        return (
            self.label,
            self.kind,
            self.axis,
            self.instrument,
            self.source,
            self.live_time_s,
        )


@dataclass(frozen=True)
class Pigment:
    """One entry of a pigment library.

    Parameters
    ----------
    id
        Lower-case letters, digits and hyphens, unique in its library: "lead-white".
    name
        What it is called.
    group
        By what colour it is found.
    components
        What it is made of; empty for a dye known by its colour alone.
    density_g_cm3
        Density of the dry pigment, g/cm³.
    srgb
        Colour, sRGB under D65, 0..255 each.
    colour_source
        Where the colour is known from.
    synonyms
        Other names.
    binder
        Key of `BINDERS`: what the reference spectrum has it in.
    volume_fraction
        Pigment's share of the paint's volume, above 0, at most 1.
    period
        When it was used, in words.
    from_year, to_year
        The same in years, negative before our era; None where open.
    xrf_note
        What XRF can and cannot say of it.
    notes
        Anything else.
    source
        Where composition and period are known from.
    spectra
        Reference spectra.
    """

    id: str
    name: str
    group: ColourGroup
    components: tuple[Component, ...]
    density_g_cm3: float
    srgb: tuple[int, int, int]
    colour_source: str = ""
    synonyms: tuple[str, ...] = ()
    binder: str = "linseed oil"
    volume_fraction: float = 0.3
    period: str = ""
    from_year: int | None = None
    to_year: int | None = None
    xrf_note: str = ""
    notes: str = ""
    source: str = ""
    spectra: tuple[PigmentSpectrum, ...] = field(default=(), repr=False)

    @property
    def formula(self) -> str:
        """The formulas of all components, joined with " + "."""
        return " + ".join(component.formula for component in self.components)

    @cached_property
    def fractions(self) -> dict[str, float]:
        """Mass fraction of each element of the dry pigment, the largest first.

        Raises
        ------
        ParameterError
            If a formula cannot be read.
        """
        masses: dict[str, float] = {}
        total = sum(component.share for component in self.components)
        for component in self.components:
            for symbol, share in mass_fractions(component.formula).items():
                part = component.share / total * share
                masses[symbol] = masses.get(symbol, 0.0) + part
        return dict(sorted(masses.items(), key=lambda item: -item[1]))

    @property
    def elements(self) -> tuple[str, ...]:
        """Symbols of its elements, the one with most mass first."""
        return tuple(self.fractions)

    def dry(self) -> Material:
        """The pigment without binder.

        Raises
        ------
        ParameterError
            If it has no composition.
        """
        return material(self.name, self.fractions, self.density_g_cm3)

    def paint(self, volume_fraction: float | None = None, binder: str | None = None) -> Material:
        """The pigment in its binder, or in another one or another share of the volume.

        Raises
        ------
        ParameterError
            If it has no composition or the volume fraction is not within 0..1.
        """
        share = self.volume_fraction if volume_fraction is None else volume_fraction
        return paint([(self, 1.0)], share, self.binder if binder is None else binder)


def paint(
    parts: Sequence[tuple[Pigment, float]], volume_fraction: float, binder: str = "linseed oil"
) -> Material:
    """Pigments, by their shares of the pigments' volume, in a binder.

    Parameters
    ----------
    parts
        Pigments with their shares; the shares are normalised.
    volume_fraction
        What all pigments together have of the paint's volume, above 0, at most 1.
    binder
        Key of `BINDERS`.

    Raises
    ------
    ParameterError
        If a pigment has no composition, a share makes no sense, or the volume fraction is not
        above 0 and at most 1.
    """
    name = " + ".join(pigment.name for pigment, _ in parts)
    pigments = mixed(name, [(pigment.dry(), share) for pigment, share in parts])
    if not 0.0 < volume_fraction <= 1.0:
        raise ParameterError(
            f"The share of pigment in “{name}” makes no sense.",
            f"Found {volume_fraction:g} of the paint's volume; expected more than 0, at most 1.",
            "Lean paint has about 0.5, a glaze 0.1.",
        )
    formula, density = BINDERS[binder]
    if not formula:
        return pigments
    medium = material(binder, mass_fractions(formula), density)
    return mixed(
        f"{name} in {binder}",
        [(pigments, volume_fraction), (medium, 1.0 - volume_fraction)],
    )
