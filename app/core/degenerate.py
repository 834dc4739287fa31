"""Pigments that one spectrum cannot tell apart, and sentences that say so."""

from collections.abc import Iterable, Mapping, Sequence

from app.core.evidence import AIR, Seen
from app.core.matching import Match

Kind = tuple[frozenset[str], bool]
"""Elements that set a pigment apart, and whether it misses one."""

_MOST_GROUPS = 4
_MOST_NAMES = 12
_LEAST_SCORE = 0.02


def same_to_xrf(item: Match, others: Iterable[Match]) -> tuple[Match, ...]:
    """Those of the others whose elements are the same as far as this spectrum can show.

    Elements that grounds, whites and fillers bring anyway do not tell two pigments apart, unless
    there is nothing else. A pigment that misses a line is not the same as one that misses none.
    """
    return _others_of(item, (other for other in others if kind(other) == kind(item)))


def kind(item: Match) -> Kind:
    """What is equal for two pigments that are the same to XRF here."""
    return item.signature, bool(item.missing)


class Kinds:
    """Pigments by kind, so that what each shares with others is found without comparing all.

    Parameters
    ----------
    matches
        Pigments before one spectrum.
    """

    def __init__(self, matches: Iterable[Match]) -> None:
        self._members: dict[Kind, list[Match]] = {}
        self._explaining: dict[str, set[Kind]] = {}
        for item in matches:
            own = kind(item)
            self._members.setdefault(own, []).append(item)
            for name in () if item.missing else item.present:
                self._explaining.setdefault(name, set()).add(own)

    def same_to_xrf(self, item: Match) -> tuple[Match, ...]:
        """As the function of this name, among all."""
        return _others_of(item, self._members.get(kind(item), ()))

    def shared(self, item: Match) -> tuple[str, ...]:
        """Elements of a pigment that others of another kind, which miss no line, have as well."""
        own = {kind(item)}
        return tuple(name for name in item.present if self._explaining.get(name, own) - own)


def _others_of(item: Match, members: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(other for other in members if other.pigment.id != item.pigment.id)


def undecided_sentences(matches: Sequence[Match], found: Mapping[str, Seen]) -> tuple[str, ...]:
    """What the spectrum leaves open about the pigments, a sentence each; none if it is empty."""
    if not any(seen.is_present for seen in found.values()):
        return ()
    return (
        *_groups(matches),
        *_hidden(matches, found),
        *_instrument(found),
        *_unknown(matches),
    )


def _groups(matches: Sequence[Match]) -> list[str]:
    """Which candidates are one to XRF, those of the best score first."""
    told: list[str] = []
    used: set[str] = set()
    for item in sorted(matches, key=lambda other: (-round(other.score, 2), other.pigment.name)):
        if item.score < _LEAST_SCORE or item.pigment.id in used or item.missing:
            continue
        chosen = [other for other in matches if other.score >= _LEAST_SCORE]
        twins = same_to_xrf(item, chosen)
        used |= {item.pigment.id, *(other.pigment.id for other in twins)}
        if twins and len(told) < _MOST_GROUPS:
            names = sorted(other.pigment.name for other in (item, *twins))
            elements = joined(sorted(item.signature))
            told.append(f"{elements} alone cannot say which it is: {joined(_short(names), 'or')}.")
    return told


def _hidden(matches: Sequence[Match], found: Mapping[str, Seen]) -> list[str]:
    """Pigments that hang upon elements which lie under others."""
    by_element: dict[str, list[str]] = {}
    for item in matches:
        # where other elements of the pigment can be judged, they do
        if item.only_common or not item.present:
            for element in item.hidden:
                by_element.setdefault(element, []).append(item.pigment.name)
    parts = [
        f"{element} under {found[element].hidden_by} ({joined(_short(names))})"
        for element, names in by_element.items()
        if found[element].hidden_by and not found[element].is_instrument
    ]
    if not parts:
        return []
    return [f"Hidden by stronger lines, so neither shown nor excluded: {'; '.join(parts)}."]


def _instrument(found: Mapping[str, Seen]) -> list[str]:
    symbols = [
        seen.element
        for seen in found.values()
        if seen.is_instrument and seen.is_present and seen.element not in AIR
    ]
    if not symbols:
        return []
    return [
        f"{joined(symbols)} may be the tube's anode: whether the painting holds any is left open."
    ]


def _unknown(matches: Sequence[Match]) -> list[str]:
    names = [
        item.pigment.name for item in matches if not item.pigment.components and not item.is_open
    ]
    if not names:
        return []
    return [f"The composition is not known, so nothing can be said of {joined(_short(names))}."]


def joined(names: Sequence[str], last: str = "and") -> str:
    """Names as in a sentence: "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _short(names: Sequence[str]) -> list[str]:
    if len(names) <= _MOST_NAMES:
        return list(names)
    return [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
