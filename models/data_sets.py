"""What the networks are trained, calibrated and tested with; nothing is in two of the sets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.learn.backgrounds import shapes_of
from app.learn.instruments import TRAINING_ANODES, UNSEEN_ANODE, draw_instrument
from app.learn.jitter import Measuring, counted
from app.learn.paints import draw_shares, materials_for
from app.learn.stacks import Stacks, painted

FloatArray = NDArray[np.float64]
Tell = Callable[[str], None]

HOME, FEW, WRONG_AXIS = "3 000 counts", "300 counts", "axis off by +1 % and +30 eV"
OTHER, UNSEEN = "unseen instruments", "unseen tungsten tubes"
CONDITIONS = (HOME, FEW, WRONG_AXIS, OTHER, UNSEEN)
"""All but the first have 3 000 counts as well, where nothing else is said."""

NEVER_SEEN = MappingProxyType(
    {
        "titanium-white": "Ti",
        "cadmium-yellow": "Cd",
        "viridian": "Cr",
        "gold-leaf": "Au",
        "barytes": "Ba",
        "zinc-white": "Zn",
    }
)
"""Pigments, and the element by which all its pigments are left out of a second training, to see
whether these are recognised as new."""

_MANY = (3000.0, 3000.0)
_KINDS_OF_COUNTING = {
    HOME: Measuring(_MANY),
    FEW: Measuring((300.0, 300.0)),
    WRONG_AXIS: Measuring(_MANY, 0.01, 0.03, is_fixed=True),
    OTHER: Measuring(_MANY),
    UNSEEN: Measuring(_MANY),
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the sets are."""

    paints: int = 4000
    instruments: int = 16
    calibrated: int = 1500
    tested: int = 1500
    each_new: int = 40


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Counts on the networks' axis, and what they are of.

    Parameters
    ----------
    counts
        Shape (spectra, 512).
    srgb
        0 to 1, shape (spectra, 3).
    paints
        Number of each one's paint, shape (spectra,).
    shares
        Of the pigments in each paint, shape (paints, pigments).
    grounds
        Place of the ground's pigment under each, −1 without, shape (spectra,).
    """

    counts: NDArray[np.float32]
    srgb: FloatArray
    paints: NDArray[np.intp]
    shares: FloatArray
    grounds: NDArray[np.intp]

    def has(self, places: Sequence[int]) -> NDArray[np.bool_]:
        """Whether any of these pigments is in each one's paint or ground, shape (spectra,)."""
        paint = (self.shares[:, list(places)] > 0).any(axis=1)[self.paints]
        return np.asarray(paint | np.isin(self.grounds, list(places)))


@dataclass(frozen=True, slots=True, eq=False)
class DataSets:
    """All sets.

    Parameters
    ----------
    training
        Each paint in two stacks, each under two of the instruments.
    calibration
        Other paints under other instruments.
    tests
        Further paints by condition.
    new
        Pure paints of each of `NEVER_SEEN`, under the training instruments, 3 000 counts.
    instruments
        Those of the training.
    """

    training: Spectra
    calibration: Spectra
    tests: Mapping[str, Spectra]
    new: Mapping[str, Spectra]
    instruments: tuple[Instrument, ...]


def data_sets(
    pigments: Sequence[Pigment], sizes: Sizes, seed: int, tell: Tell = lambda _: None
) -> DataSets:
    """All sets, the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    trained = _instruments(TRAINING_ANODES, sizes.instruments, rng)
    others = _instruments(TRAINING_ANODES, 4, rng)
    last = _instruments(TRAINING_ANODES, 4, rng)
    unseen = _instruments((UNSEEN_ANODE,), 2, rng)
    shares = draw_shares(pigments, sizes.paints, rng)
    twice = np.concatenate([shares, shares])
    training = _measured(pigments, twice, trained, 2, Measuring(), rng, tell)
    training = replace(training, paints=training.paints % sizes.paints, shares=shares)
    asked = draw_shares(pigments, sizes.calibrated, rng)
    calibration = _measured(pigments, asked, others, 1, Measuring(), rng, tell)
    asked = draw_shares(pigments, sizes.tested, rng)
    tests = {}
    for name, how in _KINDS_OF_COUNTING.items():
        used = {OTHER: last, UNSEEN: unseen}.get(name, trained)
        tests[name] = _measured(pigments, asked, used, 1, how, rng, tell)
    names = [pigment.id for pigment in pigments]
    new = {}
    for name in NEVER_SEEN:
        pure = np.zeros((sizes.each_new, len(pigments)))
        pure[:, names.index(name)] = 1.0
        new[name] = _measured(pigments, pure, trained, 1, Measuring(_MANY), rng, tell)
    return DataSets(training, calibration, tests, new, trained)


def pure_shapes(
    pigments: Sequence[Pigment], pigment_id: str, number: int, seed: int
) -> tuple[FloatArray, Instrument]:
    """Expected spectra of stacks with a coat of one pigment, in channels of 40 eV."""
    rng = np.random.default_rng(seed)
    instrument = draw_instrument("Rh", rng)
    shares = np.zeros((number, len(pigments)))
    shares[:, [pigment.id for pigment in pigments].index(pigment_id)] = 1.0
    stacks = painted(pigments, shares, rng)
    return shapes_of(stacks, instrument, materials_for(pigments), rng), instrument


def _instruments(
    anodes: Sequence[str], number: int, rng: np.random.Generator
) -> tuple[Instrument, ...]:
    return tuple(draw_instrument(anodes[place % len(anodes)], rng) for place in range(number))


def _measured(
    pigments: Sequence[Pigment],
    shares: FloatArray,
    instruments: Sequence[Instrument],
    each: int,
    how: Measuring,
    rng: np.random.Generator,
    tell: Tell,
) -> Spectra:
    """A stack of each paint, measured with so many of the instruments, chosen at random."""
    stacks: Stacks = painted(pigments, shares, rng)
    chosen = np.stack([rng.permutation(len(instruments))[:each] for _ in range(len(shares))])
    materials = materials_for(pigments)
    counts, owners = [], []
    for place, instrument in enumerate(instruments):
        rows = np.flatnonzero((chosen == place).any(axis=1))
        if len(rows):
            shapes = shapes_of(stacks.part(rows), instrument, materials, rng, tell)
            counts.append(counted(shapes, how, rng))
            owners.append(rows)
    owner = np.concatenate(owners)
    return Spectra(np.concatenate(counts), stacks.srgb[owner], owner, shares, stacks.grounds[owner])
