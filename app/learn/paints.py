"""Paints at random: which pigments, how often, in which shares."""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.physics.materials import Material, material
from app.core.pigments import BINDERS, ColourGroup, Pigment

FloatArray = NDArray[np.float64]

FREQUENCY = MappingProxyType(
    {
        **dict.fromkeys(("lead-white", "vermilion", "yellow-ochre"), 8.0),
        **dict.fromkeys(("red-ochre", "azurite", "lead-tin-yellow-i", "bone-black"), 6.0),
        **dict.fromkeys(("carbon-black", "umber", "zinc-white", "titanium-white"), 5.0),
        **dict.fromkeys(("natural-ultramarine", "smalt", "green-earth", "verdigris"), 4.0),
        **dict.fromkeys(("red-lead", "malachite", "madder-lake", "artificial-ultramarine"), 3.0),
        **dict.fromkeys(("chrome-yellow", "cadmium-yellow", "cadmium-red", "viridian"), 3.0),
        **dict.fromkeys(("prussian-blue", "cobalt-blue", "burnt-sienna", "copper-resinate"), 3.0),
        **dict.fromkeys(("haematite", "raw-sienna", "naples-yellow", "carmine-lake"), 2.0),
        **dict.fromkeys(("chalk", "gypsum", "orpiment", "gold-leaf", "emerald-green"), 2.0),
        **dict.fromkeys(("cerulean-blue", "chromium-oxide-green", "burnt-umber"), 2.0),
        **dict.fromkeys(("indigo", "bole", "shell-gold", "egyptian-blue"), 1.0),
    }
)
"""How often a pigment is taken, against `RARE` for each of the others. A judgement of what is
common on European panels and canvases, not a count."""

RARE = 0.3

_OIL, _VARNISH, _CELLULOSE = "linseed oil", "varnish", "wood"
HISTORIC_YEAR = 1750
"""Palettes without modern pigments have none that came up in this year or later."""

_LIGHTEST_SHARE = 0.02


def materials_for(pigments: Sequence[Pigment]) -> tuple[Material, ...]:
    """What stacks are mixed of: the dry pigments, then oil, varnish and wood."""
    oil, density = BINDERS["linseed oil"]
    return (
        *(pigment.dry() for pigment in pigments),
        material(_OIL, mass_fractions(oil), density),
        # dammar and mastic: triterpenes
        material(_VARNISH, mass_fractions("C30H48O3"), 1.07),
        # wood, and canvas that is glued to it
        material(_CELLULOSE, mass_fractions("C6H10O5"), 0.6),
    )


def draw_shares(pigments: Sequence[Pigment], number: int, rng: np.random.Generator) -> FloatArray:
    """Shares of the pigments in random paints, rows sum to 1, shape (paints, pigments).

    Two of three palettes are of before 1750. A paint has one to three pigments; half of the
    mixtures have lead white among them. Leaf metal is alone.
    """
    names = [pigment.id for pigment in pigments]
    return np.stack([_paint_shares(pigments, names, rng) for _ in range(number)])


def _paint_shares(
    pigments: Sequence[Pigment], names: Sequence[str], rng: np.random.Generator
) -> FloatArray:
    """Shares of the pigments in one paint, shape (pigments,)."""
    is_historic = rng.random() < 2 / 3
    known = [
        place
        for place, pigment in enumerate(pigments)
        if not is_historic or (pigment.from_year or 0) < HISTORIC_YEAR
    ]
    # where all there is is modern
    known = known or list(range(len(pigments)))
    often = np.array([FREQUENCY.get(names[place], RARE) for place in known])
    shares = np.zeros(len(pigments))
    first = int(rng.choice(known, p=often / often.sum()))
    if pigments[first].binder == "none":
        shares[first] = 1.0
        return shares
    often *= [pigments[place].group is not ColourGroup.METAL for place in known]
    count = int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]))
    chosen = {first}
    count = min(count, max(int(np.count_nonzero(often)), 1))
    if count > 1 and rng.random() < 0.5 and "lead-white" in names:
        chosen.add(names.index("lead-white"))
    while len(chosen) < count:
        chosen.add(int(rng.choice(known, p=often / often.sum())))
    parts = np.maximum(rng.dirichlet(np.ones(len(chosen))), _LIGHTEST_SHARE)
    shares[sorted(chosen)] = parts / parts.sum()
    return shares
