"""What a spectrum has that is not the painting's lines: scatter, air, background, efficiency.

Kept apart from what is computed of a painting, so that the same painting can be seen under other
ones in every batch: what a network could otherwise learn by heart of a scene.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.learn.axis import FINE_KEV, fine_edges_kev
from app.learn.backgrounds import background, stray
from app.learn.chance import log_uniform

Float32 = NDArray[np.float32]

_SCATTER, _ARGON = (1.0, 40.0), (0.3, 3.0)

_LOW_KEV, _LOW_DEPTH = 2.0, (-0.4, 0.8)
_HIGH_KEV, _HIGH_DEPTH = 15.0, 0.6
_KNOTS_KEV, _WAVES = 5.0, 0.12
_BOUNDS = (0.05, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is about a painting.

    Parameters
    ----------
    scatter, argon
        Times what the painting alone scatters, and the air alone gives.
    extra
        Background as shares of all counts, by fine channel, shape (1024,).
    response
        Factor of each fine channel, shape (1024,); None for 1.
    """

    scatter: float
    argon: float
    extra: Float32
    response: Float32 | None = None

    def bent(self, energies_kev: Float32 | NDArray[np.float64]) -> Float32:
        """The response at some energies, same shape, read from the channels."""
        if self.response is None:
            return np.ones(np.shape(energies_kev), np.float32)
        return np.interp(energies_kev, _centres_kev(), self.response).astype(np.float32)


def draw_surroundings(instrument: Instrument, rng: np.random.Generator) -> Surroundings:
    """Surroundings at random.

    Scatter is 1 to 40 times what a stack alone gives, evenly on a logarithmic scale, as scans of
    paintings have it (`app.core.physics.spectrum`), argon 0.3 to 3 times, smooth background and
    stray lines as in `backgrounds`: each the same in all the scene, as far as one scanner before
    one painting is the same.
    """
    scatter, argon = (float(log_uniform(rng, *bounds, 1)[0]) for bounds in (_SCATTER, _ARGON))
    extra = background(instrument, 1, rng) + stray(instrument, 1, rng)
    return Surroundings(scatter, argon, extra[0].astype(np.float32))


def varied(found: Surroundings, instrument: Instrument, rng: np.random.Generator) -> Surroundings:
    """Others in place of these, seen with another efficiency.

    Parameters
    ----------
    found
        Those of a scene, whose stray lines and humps are kept in half of the cases.
    instrument
        Of the scene.
    rng
        Decides all.

    Notes
    -----
    The efficiency is bent as another window, path or gas does below some keV (a transmission
    with the third power of the energy), as another thickness of the detector or another voltage
    does above 15 keV, and by waves of 12 % over 5 keV, as optics and filters have them.
    """
    drawn = draw_surroundings(instrument, rng) if rng.random() < 0.5 else found
    scatter, argon = (float(log_uniform(rng, *bounds, 1)[0]) for bounds in (_SCATTER, _ARGON))
    return Surroundings(scatter, argon, drawn.extra, _response(rng))


def _response(rng: np.random.Generator) -> Float32:
    energies = _centres_kev()
    low = rng.uniform(*_LOW_DEPTH) * (_LOW_KEV / np.maximum(energies, _LOW_KEV / 2)) ** 3
    high = rng.uniform(-_HIGH_DEPTH, _HIGH_DEPTH) * np.maximum(energies - _HIGH_KEV, 0) / 15.0
    knots = np.arange(0.0, fine_edges_kev()[-1] + _KNOTS_KEV, _KNOTS_KEV)
    waves = np.interp(energies, knots, rng.normal(0, _WAVES, len(knots)))
    return np.clip(np.exp(waves - low - high), *_BOUNDS).astype(np.float32)


def _centres_kev() -> NDArray[np.float64]:
    """Energies of the fine channels, shape (1024,)."""
    return fine_edges_kev()[:-1] + FINE_KEV / 2
