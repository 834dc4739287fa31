"""Whether what is judged by was learnt from: pictures that are on two sides.

Nothing here needs torch.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.core.recolouring.card import ModelCard
from app.errors import ParameterError
from app.learn.cuts import fitted
from app.learn.split import Role

_SIDE = 16
# of seven famous paintings copies of 11 to 137 % of the size, saved as JPEG of quality 30 to 90,
# are 0.1 to 3.2 from the whole, different paintings at least 37 from each other
_ALIKE = 3.5
_LEARNT_FROM = ("pictures", "pictures_of_validation")


def check_apart(
    pictures: Mapping[str, NDArray[np.uint8]], roles: Mapping[Role, Sequence[str]]
) -> None:
    """Raise ParameterError if one picture is on two sides under two names.

    Copies are found that have another name, size or compression: shrunk to 16 × 16 points, their
    values (0 to 255) differ by less than 3.5 in the mean. Other photographs or parts of a painting
    are not found.

    Parameters
    ----------
    pictures
        By name, sRGB of shape (rows, cols, 3).
    roles
        Names by what they are for.
    """
    side_of = {name: role for role, names in roles.items() for name in names}
    small = {
        name: fitted(pictures[name], _SIDE, _SIDE).astype(np.float64) for name in sorted(side_of)
    }
    for one, other in combinations(small, 2):
        if side_of[one] is side_of[other]:
            continue
        if np.abs(small[one] - small[other]).mean() < _ALIKE:
            raise ParameterError(
                "A picture is on two sides.",
                f"“{one}” is for {side_of[one].value} and “{other}” for {side_of[other].value}, "
                "but they show the same.",
                "Remove one of them.",
            )


def check_unseen(names: Sequence[str], cards: Sequence[ModelCard]) -> None:
    """Raise ParameterError if a network has learnt from a picture that it is to be judged by.

    Parameters
    ----------
    names
        Of the pictures that are judged by, without suffix.
    cards
        Of the networks; what one does not tell cannot be checked.
    """
    for card in cards:
        for key in _LEARNT_FROM:
            told = card.trained_on.get(key, ())
            known = set(told) if isinstance(told, list | tuple) else set()
            seen = sorted(known.intersection(names))
            if seen:
                raise ParameterError(
                    "A network would be judged by what it has learnt from.",
                    f"{card.name}: the picture “{seen[0]}” was among its pictures of "
                    f"{'training' if key == 'pictures' else 'validation'}.",
                    "Judge it by the data of its own training (--config), or by other pictures.",
                )
