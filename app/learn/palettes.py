"""Palettes at random: the few pigments that a painter has at hand for one picture."""

from collections.abc import Sequence

import numpy as np

from app.core.pigments import ColourGroup, Pigment
from app.learn.paints import FREQUENCY, HISTORIC_YEAR, RARE

_OF_EACH = (
    (ColourGroup.WHITE, 1, 2),
    (ColourGroup.BLACK, 1, 1),
    (ColourGroup.RED, 1, 2),
    (ColourGroup.YELLOW, 1, 2),
    (ColourGroup.BLUE, 1, 2),
    (ColourGroup.GREEN, 0, 2),
    (ColourGroup.BROWN, 0, 2),
    (ColourGroup.ORANGE, 0, 1),
    (ColourGroup.PURPLE, 0, 1),
)


def draw_palette(pigments: Sequence[Pigment], rng: np.random.Generator) -> tuple[int, ...]:
    """Places of the pigments of a palette, 5 to 15 of them where there are as many.

    Two of three palettes are of before 1750. There are whites, a black, reds, yellows and blues
    in each, as far as there are any; leaf metal is in none.
    """
    is_historic = rng.random() < 2 / 3
    chosen: list[int] = []
    for group, fewest, most in _OF_EACH:
        known = [
            place
            for place, pigment in enumerate(pigments)
            if pigment.group is group
            and pigment.binder != "none"
            and not (is_historic and (pigment.from_year or 0) >= HISTORIC_YEAR)
        ]
        number = min(int(rng.integers(fewest, most + 1)), len(known))
        if number:
            often = np.array([FREQUENCY.get(pigments[place].id, RARE) for place in known])
            drawn = rng.choice(known, number, replace=False, p=often / often.sum())
            chosen += [int(place) for place in drawn]
    return tuple(sorted(chosen))
