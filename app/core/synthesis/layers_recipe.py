"""What a painting is made of in depth, and how it is scanned, for a scan computed by physics."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.parameters import check, parameter
from app.core.pigments import BINDERS

MOST_MATERIALS = 512
"""Most distinct compositions of the paint."""

_BINDERS = tuple(name for name in BINDERS if name != "none")


class Mixing(StrEnum):
    """How pigments are chosen for a colour."""

    KUBELKA_MUNK = "kubelka-munk"
    SIMILARITY = "similarity"


class Ground(StrEnum):
    """What lies between paint and support."""

    CHALK = "chalk"
    GYPSUM = "gypsum"
    LEAD_WHITE = "lead white"
    NONE = "none"


class Support(StrEnum):
    """What a painting is painted on."""

    CANVAS = "canvas"
    WOOD = "wood"
    COPPER = "copper"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PhysicsRecipe:
    """Layers and scanner of a scan whose spectra are computed from them.

    What it has in common with the other way to a synthetic scan stands in `SynthesisRecipe`:
    similarity, threshold and number of pigments of the mixing rule, the counts with dwell and
    dead time, channels joined, and the seed.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    instrument: str = parameter("Rh 50 kV", label="Instrument")
    mixing: Mixing = parameter(
        Mixing.KUBELKA_MUNK,
        label="Pigments for a colour",
        help="By the Kubelka–Munk theory of how pigments mix, or by likeness of colours.",
    )
    materials: int = parameter(
        64,
        label="Distinct paints",
        minimum=1,
        maximum=MOST_MATERIALS,
        help="So many colours of the picture are mixed; pixels between them take the nearest.",
    )
    binder: str = parameter("linseed oil", label="Binder", choices=_BINDERS)
    volume_fraction: float = parameter(
        0.3,
        label="Pigment in the paint",
        minimum=0.01,
        maximum=1.0,
        decimals=2,
        help="Share of the paint's volume; the binder has the rest.",
    )
    paint_um: float = parameter(
        30.0, label="Paint", unit="µm", minimum=0.1, maximum=1000, decimals=1
    )
    spread: float = parameter(
        0.2,
        label="Unevenness of the paint",
        minimum=0.0,
        maximum=1.0,
        decimals=2,
        help="Standard deviation of the thickness over its mean; 0 for even paint.",
    )
    spread_px: float = parameter(
        12.0,
        label="Size of the unevenness",
        unit="points",
        minimum=1,
        maximum=10_000,
        decimals=1,
        help="Over so many points of the scan the thickness changes.",
    )
    varnish_um: float = parameter(
        15.0, label="Varnish", unit="µm", minimum=0, maximum=1000, decimals=1, help="0 for none."
    )
    ground: Ground = parameter(Ground.CHALK, label="Ground")
    ground_um: float = parameter(
        150.0, label="Thickness of the ground", unit="µm", minimum=0.1, maximum=5000, decimals=1
    )
    support: Support = parameter(Support.CANVAS, label="Support")
    hidden_um: float = parameter(
        20.0,
        label="Hidden paint",
        unit="µm",
        minimum=0.1,
        maximum=1000,
        decimals=1,
        help="Thickness of the paint of a hidden picture, where there is one.",
    )
    hidden_materials: int = parameter(
        12, label="Distinct hidden paints", minimum=1, maximum=MOST_MATERIALS
    )
    has_scatter: bool = parameter(
        True, label="Scatter", help="Rayleigh and Compton scattered radiation of the tube."
    )
    has_escape: bool = parameter(True, label="Escape peaks", help="Si Kα leaving the detector.")
    has_secondary: bool = parameter(
        True, label="Secondary excitation", help="Fluorescence excited by fluorescence, estimated."
    )
    resolving_us: float = parameter(
        0.0,
        label="Pile-up within",
        unit="µs",
        minimum=0,
        maximum=100,
        decimals=3,
        help="Two photons within this time count as one of their summed energy; 0 for none.",
    )
    backlash_px: int = parameter(
        0,
        label="Backlash of odd rows",
        unit="points",
        minimum=-1000,
        maximum=1000,
        help="Rows 2, 4, 6 … show what lies so many points to their left.",
    )
    gain_percent: float = parameter(
        0.0,
        label="Miscalibrated gain",
        unit="%",
        minimum=-10,
        maximum=10,
        help="The real gain is so much larger than the file says.",
    )
    offset_ev: float = parameter(
        0.0,
        label="Miscalibrated offset",
        unit="eV",
        minimum=-1000,
        maximum=1000,
        decimals=1,
        help="The real offset is so much larger than the file says.",
    )

    def __post_init__(self) -> None:
        check(self)
