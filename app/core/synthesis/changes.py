"""What a user changes by hand in a synthetic scan: colours of the palette, shares of pigments."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.colour import Srgb
from app.core.synthesis.mixing import MixingRule, similarities, weights
from app.core.synthesis.paints import Paints
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

# colours of two palettes no further apart than this, in sRGB of 0..255, are taken for one
_SAME_COLOUR = 20.0


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes by hand, by the number of the colour they belong to, counted from 0.

    Parameters
    ----------
    colours
        sRGB of 0..255 each that a colour of the palette is given instead of its own.
    shares
        Shares of 0..1 that pigments of a colour are given, by the pigment's name; 0 leaves a
        pigment out.
    """

    colours: Mapping[int, Srgb] = field(default_factory=dict)
    shares: Mapping[int, Mapping[str, float]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.colours) or any(self.shares.values())

    def with_colour(self, number: int, srgb: Srgb | None) -> "Changes":
        """Another colour for one number; None gives it its own again."""
        colours = {key: value for key, value in self.colours.items() if key != number}
        return Changes(colours if srgb is None else {**colours, number: srgb}, self.shares)

    def with_share(self, number: int, name: str, share: float | None) -> "Changes":
        """Another share for a pigment of one colour; None leaves it to the rule again."""
        given = {key: value for key, value in self.given(number).items() if key != name}
        if share is not None:
            given[name] = share
        others = {key: value for key, value in self.shares.items() if key != number}
        return Changes(self.colours, {**others, number: given} if given else others)

    def among(self, names: Collection[str]) -> "Changes":
        """Only what concerns these pigments."""
        shares = {
            number: {name: share for name, share in given.items() if name in names}
            for number, given in self.shares.items()
        }
        return Changes(self.colours, {k: given for k, given in shares.items() if given})

    def without(self, number: int) -> "Changes":
        """Nothing changed by hand in one colour."""
        shares = {key: value for key, value in self.shares.items() if key != number}
        return Changes({k: v for k, v in self.colours.items() if k != number}, shares)

    def given(self, number: int) -> Mapping[str, float]:
        """Shares given to the pigments of one colour."""
        return self.shares.get(number, {})

    def colours_of(self, colours: FloatArray) -> FloatArray:
        """The palette's colours, shape (colours, 3), with those changed by hand."""
        changed = colours.copy()
        for number, srgb in self.colours.items():
            changed[number] = srgb
        return changed

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "colours": {str(number): list(srgb) for number, srgb in self.colours.items()},
            "shares": {str(number): dict(given) for number, given in self.shares.items()},
        }

    @classmethod
    def from_plain(cls, value: Any) -> "Changes":
        """Read what `to_plain` gives.

        Raises
        ------
        ParameterError
            If the value has another form.
        """
        try:
            colours = {
                int(number): _srgb(srgb) for number, srgb in value.get("colours", {}).items()
            }
            shares = {
                int(number): {str(name): float(share) for name, share in given.items()}
                for number, given in value.get("shares", {}).items()
            }
        except (AttributeError, TypeError, ValueError) as error:
            raise ParameterError(
                "These changes by hand cannot be read.",
                f"{error}; expected colours and shares by the number of the colour.",
                'For example {"colours": {"0": [200, 30, 30]}, "shares": {"1": {"Azurite": 0.5}}}.',
            ) from error
        return cls(colours, shares)


def mixture(colours: FloatArray, paints: Paints, rule: MixingRule, changes: Changes) -> FloatArray:
    """Share of every pigment in every colour, shape (colours, pigments); rows sum to 1.

    Parameters
    ----------
    colours
        The palette as it was found, sRGB 0..255, shape (colours, 3).
    paints
        What may be on the palette.
    rule
        Decides all that was not changed by hand.
    changes
        Shares given by hand are kept as they are; the other pigments of the colour divide the
        rest in the proportion of their likeness. Where nothing is left over for them, or there
        is no other pigment, the given shares are scaled to a sum of 1. Where all pigments of
        the rule were left out, the most similar of those that were not takes their place.

    Raises
    ------
    ParameterError
        If a change names a colour or pigment that is not there, a share is not within 0..1,
        or no pigment is left for a colour.
    """
    _check(len(colours), paints.names, changes)
    wanted = changes.colours_of(colours)
    shares = weights(wanted, paints.srgb, rule)
    return _given(shares, wanted, paints.names, paints.srgb, rule, changes)


def mixed_by(
    mix: Callable[[FloatArray], FloatArray],
    colours: FloatArray,
    names: Sequence[str],
    srgb: FloatArray,
    rule: MixingRule,
    changes: Changes,
) -> FloatArray:
    """As `mixture`, with shares from any other way of mixing.

    Parameters
    ----------
    mix
        Gives the shares, shape (colours, pigments), of sRGB colours, shape (colours, 3).
    names, srgb
        Of the pigments; colours of 0..255, shape (pigments, 3).
    rule
        Its likeness decides which pigment takes the place of those left out.
    """
    _check(len(colours), names, changes)
    wanted = changes.colours_of(colours)
    return _given(mix(wanted), wanted, names, srgb, rule, changes)


def _given(
    shares: FloatArray,
    wanted: FloatArray,
    names: Sequence[str],
    srgb: FloatArray,
    rule: MixingRule,
    changes: Changes,
) -> FloatArray:
    """Shares with those given by hand kept."""
    numbers = [number for number, given in changes.shares.items() if given]
    if numbers:
        alike = similarities(wanted[numbers], srgb, rule.similarity)
        for number, likeness in zip(numbers, alike, strict=True):
            given = [changes.given(number).get(name, np.nan) for name in names]
            shares[number] = _kept(number, shares[number], np.array(given), likeness)
    return shares


def carried(
    changes: Changes, before: FloatArray, after: FloatArray
) -> tuple[Changes, tuple[int, ...]]:
    """Changes by hand taken over to another palette, and the numbers of those that could not be.

    Each goes to the nearest colour of the new palette, if it is nearly the same one and no
    other change has gone there.

    Parameters
    ----------
    before, after
        The palettes as they were found, sRGB 0..255, shapes (colours, 3).
    """
    colours: dict[int, Srgb] = {}
    shares: dict[int, Mapping[str, float]] = {}
    lost, taken = [], set()
    for number in sorted({*changes.colours, *changes.shares}):
        distances = np.linalg.norm(after - before[number], axis=1)
        place = int(distances.argmin())
        if distances[place] > _SAME_COLOUR or place in taken:
            lost.append(number)
            continue
        taken.add(place)
        if number in changes.colours:
            colours[place] = changes.colours[number]
        if number in changes.shares:
            shares[place] = changes.shares[number]
    return Changes(colours, shares), tuple(lost)


def _kept(number: int, shares: FloatArray, given: FloatArray, likeness: FloatArray) -> FloatArray:
    """Shares of one colour with those given kept, shape (pigments,); NaN where not given."""
    is_free = np.isnan(given)
    kept = np.where(is_free, 0.0, given)
    rest = np.where(is_free, shares, 0.0)
    if kept.sum() == 0 and rest.sum() == 0:
        if not is_free.any():
            raise ParameterError(
                f"Colour {number + 1} has no pigment left.",
                "All its pigments were left out.",
                "Give one of them a share above 0.",
            )
        rest[np.where(is_free, likeness, -np.inf).argmax()] = 1.0
    if kept.sum() >= 1 or rest.sum() == 0:
        return kept / kept.sum()
    return kept + rest / rest.sum() * (1.0 - kept.sum())


def _check(count: int, names: Sequence[str], changes: Changes) -> None:
    for number in (*changes.colours, *changes.shares):
        if not 0 <= number < count:
            raise ParameterError(
                "A change belongs to a colour that is not there.",
                f"Found colour {number + 1}; the palette has {count}.",
                "Take the change back; colours are numbered from the largest to the smallest.",
            )
    for number, given in changes.shares.items():
        for name, share in given.items():
            if name not in names:
                raise ParameterError(
                    f"There is no “{name}” among the pigments chosen.",
                    f"Colour {number + 1} gives it a share; chosen are {', '.join(names)}.",
                    "Choose the pigment, or take the change back.",
                )
            # asked this way round, "not a number" is out of the limits
            if not 0 <= share <= 1:
                raise ParameterError(
                    f"{name} cannot have this share.",
                    f"Found {share:g} in colour {number + 1}; expected 0 to 1.",
                    "Change the share.",
                )


def _srgb(value: Any) -> Srgb:
    red, green, blue = (int(band) for band in value)
    if not all(0 <= band <= 255 for band in (red, green, blue)):
        raise ValueError(f"{list(value)} is no sRGB colour of 0 to 255 each")
    return red, green, blue
