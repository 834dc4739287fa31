"""Numbers and units as files write them."""

import math

_KEV = {"kev": 1.0, "ev": 1e-3, "mev": 1e3}
_MM = {
    "mm": 1.0,
    "millimeter": 1.0,
    "millimetre": 1.0,
    "cm": 10.0,
    "m": 1e3,
    "nm": 1e-6,
    # the sign for micro exists twice
    "um": 1e-3,
    "µm": 1e-3,
    "μm": 1e-3,
    "micron": 1e-3,
}


def kev_per(unit: str) -> float | None:
    """How many keV one of this unit of energy is; None for other words."""
    return _KEV.get(unit.strip().lower())


def mm_per(unit: str) -> float | None:
    """How many mm one of this unit of length is; None for other words."""
    return _MM.get(unit.strip().lower())


def decimal(text: str) -> float | None:
    """A finite number, its decimal sign a point or a comma; None for anything else."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
