"""Expected spectra of stacks with what real scans have besides: scatter, stray lines, humps."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.line_shapes import families_of, family_shape
from app.core.physics.forward import ForwardModel
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Material
from app.core.resampling import channel_edges
from app.learn.chance import log_uniform
from app.learn.stacks import Stacks

FloatArray = NDArray[np.float64]

LEFT_OUT = (
    "secondary fluorescence is approximated; left out: pile-up; pores, grains, rough and curved "
    "surfaces; paint between two areas; more than one coat of paint; restorations; copper, slate "
    "and stone supports; nails, stretchers and walls behind the painting; colours through thin "
    "coats, varnish and ageing (a colour is that of an opaque coat of the mixture, and a "
    "pigment has one colour whatever its grain)"
)

# metals about instrument, frame and wall, and how much of a spectrum their lines are at most
_STRAY = ("Ti", "Fe", "Ni", "Cu", "Zn")
_STRAY_SHARE = 0.005


def shapes_of(
    stacks: Stacks,
    instrument: Instrument,
    materials: Sequence[Material],
    rng: np.random.Generator,
    tell: Callable[[str], None] = lambda _: None,
) -> FloatArray:
    """Expected spectra, each of sum 1, in channels of 40 eV, shape (stacks, 1024).

    Scatter is 1 to 40 times what the stack alone gives (evenly on a logarithmic scale), as
    scans of paintings have it (`app.core.physics.spectrum`), argon 0.3 to 3 times. Smooth
    background and lines of the instrument's metals are added, see `background` and `stray`.
    """
    tell(f"{len(stacks.srgb)} stacks under {instrument.anode} at {instrument.tube_kv:g} kV")
    lines, scatter, argon = ForwardModel(instrument, materials, secondary=True).expected_parts(
        stacks.layers
    )
    number = len(lines)
    lines += scatter * log_uniform(rng, 1, 40, number)[:, None]
    lines += argon * log_uniform(rng, 0.3, 3, number)[:, None]
    total = lines.sum(axis=1, keepdims=True)
    lines += total * (background(instrument, number, rng) + stray(instrument, number, rng))
    return np.asarray(lines / lines.sum(axis=1, keepdims=True))


def background(instrument: Instrument, number: int, rng: np.random.Generator) -> FloatArray:
    """What lies under the lines, as shares of the counts, shape (spectra, channels).

    A hump about 4–14 keV and one about 15–35 keV, as far scatter and the detector's shelf make,
    each up to 15 % of the counts, and up to 5 % that fall off from 0 keV, as charge that is
    collected in part.
    """
    energies = instrument.axis.energies_kev(instrument.channels)
    found = np.zeros((number, len(energies)))
    for peaks, widths in (((4, 14), (3, 9)), ((15, 35), (5, 15))):
        peak, width = rng.uniform(*peaks, (number, 1)), rng.uniform(*widths, (number, 1))
        hump = np.exp(-0.5 * ((energies - peak) / width) ** 2) * (energies < instrument.tube_kv)
        found += hump / hump.sum(axis=1, keepdims=True) * rng.uniform(0, 0.15, (number, 1))
    falling = np.exp(-energies / rng.uniform(0.5, 3, (number, 1)))
    found += falling / falling.sum(axis=1, keepdims=True) * rng.uniform(0, 0.05, (number, 1))
    return found


def stray(instrument: Instrument, number: int, rng: np.random.Generator) -> FloatArray:
    """K lines of metals that are not the painting's, each up to 0.5 % of the counts."""
    found = np.zeros((number, instrument.channels))
    for shape in _stray_shapes(instrument):
        found += rng.uniform(0, _STRAY_SHARE, (number, 1)) * shape / shape.sum()
    return found


@lru_cache(maxsize=4096)
def _stray_shapes(instrument: Instrument) -> tuple[FloatArray, ...]:
    """Each metal's K lines, shape (channels,); trainings ask for the same ones again."""
    edges = channel_edges(instrument.axis, instrument.channels)
    shapes = []
    for symbol in _STRAY:
        shape = np.zeros(instrument.channels)
        for family in families_of(symbol, instrument.tube_kv):
            if family.shell == "K":
                shape += family.strength * family_shape(family, edges, instrument.resolution_ev)
        shapes.append(shape)
    return tuple(shapes)
