"""What a scan is unmixed into: groups of pigments, scatter, and a smooth rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.degenerate import joined
from app.core.elements import ELEMENTS
from app.core.resampling import counts_between
from app.core.unmixing.binning import Binning
from app.core.unmixing.grouping import (
    Parts,
    alike,
    limit_for,
    mixtures,
    nothing,
    twin,
    varnish_passes,
    without_scatter,
)
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

SCATTER = "Scatter"
SMOOTH = "Smooth rest"

_LEAST_NET = 0.1
_MOST_NAMES = 3
_LIGHTEST = ELEMENTS.index("Na")
_KNOTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A spectrum that a template is made from.

    Parameters
    ----------
    name
        Of the pigment.
    elements
        Its elements, the one with most mass first.
    axis
        Energy axis of the counts.
    counts
        Shape (channels,).
    scatter
        What of the counts is scattered radiation, shape (channels,); None where that is not
        known.
    """

    name: str
    elements: tuple[str, ...]
    axis: EnergyAxis
    counts: NDArray[np.floating]
    scatter: NDArray[np.floating] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Pigments that are one to XRF, or what else takes part.

    Parameters
    ----------
    name
        For titles: "Azurite, Malachite or 4 more".
    pigments
        Names of all its pigments; none for scatter, smooth rest and components.
    elements
        What they have in common that XRF can see.
    is_rest
        Whether it stands for what is no pigment: scatter and smooth rest.
    """

    name: str
    pigments: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    is_rest: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """Shapes that are fitted, and what they stand for.

    Parameters
    ----------
    groups
        What maps are made of.
    shapes
        Each of sum 1, shape (templates, bins).
    owner
        Number of the group of each template, shape (templates,).
    binning
        Which channels the bins are.
    notes
        Sentences for the user: what cannot be told apart, what was left out.
    """

    groups: tuple[Group, ...]
    shapes: FloatArray
    owner: NDArray[np.intp]
    binning: Binning
    notes: tuple[str, ...] = ()


def templates_for(
    references: Sequence[Reference],
    binning: Binning,
    counts_per_pixel: float,
    *,
    scatter: Sequence[Reference] = (),
    own_scatter: bool = False,
    keep_mixtures: bool = False,
    varnish_um: float = 0.0,
    check: Callable[[], None] = nothing,
) -> Templates:
    """Templates of pigments on the bins of a scan.

    Parameters
    ----------
    references
        A spectrum for each pigment.
    binning
        Bins of the scan.
    counts_per_pixel
        Mean counts of a pixel: with few, more pigments look the same.
    scatter
        Samples without lines, for what the tube scatters; the first is taken out of references.
    own_scatter
        Whether each pigment keeps the scatter of its reference, as in scans generated from
        these. Otherwise scatter, which canvas and wood give as well, and a smooth rest are free.
    keep_mixtures
        Whether pigments that look like mixtures of others take part, too. Otherwise one that
        is nearly all like one other joins its group, and the rest have no map of their own.
    varnish_um
        So much varnish may lie above, µm: what is the same through it is one group, since
        nobody knows how much of a soft line it takes: bone black and chalk then differ by a
        little P Kα. Each of the two has its template as without varnish; their counts are summed.
    check
        Called now and then; may raise to stop.

    Raises
    ------
    ParameterError
        If there is no reference, one is empty, negative or not finite in the scan's range, or
        there are more templates than bins.
    """
    kinds = _Kinds(references, scatter, binning)
    sets = kinds.sets(limit_for(counts_per_pixel))
    notes = [*_about_twins(references, sets), *_about_no_lines(references, kinds.without)]
    near: dict[int, list[int]] = {}
    if not keep_mixtures and len(sets) > 2:
        means = np.array([kinds.lines[members].mean(axis=0) for members in sets])
        found = mixtures(means, limit_for(counts_per_pixel), check)
        near = _twins_of(sets, found)
        notes += _about_mixtures(references, sets, found)
        sets = [members for place, members in enumerate(sets) if place not in found]
    shapes = kinds.full if own_scatter else kinds.lines
    made = _Builder(binning)
    for together in _through_varnish(kinds, sets, varnish_um, limit_for(counts_per_pixel)):
        notes += _about_varnish(references, together)
        group = _group([references[at] for at in _joint(together, near)])
        made.add(group, np.array([shapes[members].mean(axis=0) for members in together]))
    _add_rest(made, kinds, references, own_scatter=own_scatter)
    return made.templates(notes)


class _Kinds:
    """The references on the bins, with and without their scatter."""

    def __init__(
        self, references: Sequence[Reference], scatter: Sequence[Reference], binning: Binning
    ) -> None:
        if not references:
            raise ParameterError(
                "There is nothing to unmix into.",
                "Found no pigments; expected at least one.",
                "Choose some pigments or a library.",
            )
        self.binning = binning
        self.full = np.stack([_shape(reference, binning) for reference in references])
        self.free = [_shape(reference, binning) for reference in scatter]
        pairs = zip(references, self.full, strict=True)
        net = np.stack([_net(reference, shape, self.free, binning) for reference, shape in pairs])
        shares = net.sum(axis=1)
        self.lines = net / np.maximum(shares, 1e-12)[:, None]
        self._with_lines = np.flatnonzero(shares >= _LEAST_NET).tolist()
        self.without: list[int] = np.flatnonzero(shares < _LEAST_NET).tolist()

    def sets(self, limit: float) -> list[list[int]]:
        """Numbers of references with lines, those that are one together."""
        found = alike(self.lines[self._with_lines], limit)
        return [[self._with_lines[at] for at in members] for members in found]


def _through_varnish(
    kinds: _Kinds, sets: Sequence[list[int]], varnish_um: float, limit: float
) -> list[list[list[int]]]:
    """The sets, those together that are the same through a varnish."""
    if varnish_um == 0:
        return [[members] for members in sets]
    seen = np.array([kinds.lines[members].mean(axis=0) for members in sets])
    seen *= varnish_passes(kinds.binning.axis.energies_kev(kinds.binning.bins), varnish_um)
    seen /= np.maximum(seen.sum(axis=1, keepdims=True), 1e-12)
    return [[sets[place] for place in places] for places in alike(seen, limit)]


def _joint(together: Sequence[list[int]], near: dict[int, list[int]]) -> list[int]:
    """All members of sets, each with those that are nearly the same after it."""
    return [at for members in together for at in (*members, *near.get(members[0], ()))]


class _Builder:
    """Groups as they are added, with their shapes."""

    def __init__(self, binning: Binning) -> None:
        self._binning = binning
        self._groups: list[Group] = []
        self._shapes: list[FloatArray] = []
        self._owner: list[int] = []

    def add(self, group: Group, shapes: FloatArray) -> None:
        """A group with one template or more, shape (templates, bins)."""
        self._owner += [len(self._groups)] * len(shapes)
        self._groups.append(group)
        self._shapes.append(shapes)

    def templates(self, notes: Sequence[str]) -> Templates:
        """All of them; raises ParameterError where there are more than bins."""
        shapes = np.concatenate(self._shapes)
        shapes = shapes / shapes.sum(axis=1, keepdims=True)
        if len(shapes) > self._binning.bins:
            raise ParameterError(
                "There are more templates than the spectra can tell of.",
                f"Found {len(shapes)} templates and {self._binning.bins} bins of "
                f"{self._binning.factor} channels.",
                "Choose fewer pigments, or a scan with more channels.",
            )
        owner = np.array(self._owner, np.intp)
        return Templates(tuple(self._groups), shapes, owner, self._binning, tuple(notes))


def _add_rest(
    made: _Builder, kinds: _Kinds, references: Sequence[Reference], *, own_scatter: bool
) -> None:
    """Pigments without lines; scatter and a smooth rest where they are free."""
    names = tuple(references[place].name for place in kinds.without)
    if own_scatter:
        if names:
            shape = kinds.full[kinds.without].mean(axis=0)
            made.add(Group(_short(names), names), np.array([shape]))
        return
    if kinds.free:
        made.add(Group(SCATTER, names, is_rest=True), np.array(kinds.free))
    made.add(Group(SMOOTH, is_rest=True), smooth_shapes(kinds.binning))


def _shape(reference: Reference, binning: Binning) -> FloatArray:
    """A reference on the bins, of sum 1."""
    counts = np.asarray(reference.counts, np.float64)
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise ParameterError(
            f"The spectrum of {reference.name} cannot be used.",
            "It holds negative or missing values; expected counts.",
            "Correct it, or leave this pigment out.",
        )
    shape = counts_between(counts, reference.axis, binning.edges_kev)
    total = shape.sum()
    if total <= 0:
        raise ParameterError(
            f"The spectrum of {reference.name} is empty.",
            f"It has no counts from {binning.edges_kev[0]:.2f} to {binning.edges_kev[-1]:.2f} "
            "keV, the range of this scan.",
            "Compute it anew, or leave this pigment out.",
        )
    return np.asarray(shape / total)


def _net(
    reference: Reference, shape: FloatArray, free: Sequence[FloatArray], binning: Binning
) -> FloatArray:
    """The template without scatter; its sum is the share that is not scatter."""
    if reference.scatter is not None:
        total = counts_between(reference.counts, reference.axis, binning.edges_kev).sum()
        own = counts_between(reference.scatter, reference.axis, binning.edges_kev)
        return np.maximum(shape - own / total, 0.0)
    return without_scatter(shape[None], free[0])[0] if free else shape


def smooth_shapes(binning: Binning) -> FloatArray:
    """Triangles on a logarithmic energy scale, together a smooth background of any shape.

    Returns
    -------
    ndarray
        Each of sum 1, shape (triangles, bins); half as wide as their energy, no line among them.
    """
    centres = np.log((binning.edges_kev[1:] + binning.edges_kev[:-1]) / 2)
    knots = np.linspace(centres[0], centres[-1], min(_KNOTS, max(binning.bins // 4, 2)))
    shapes = np.array([np.interp(centres, knots, row) for row in np.eye(len(knots))])
    shapes *= np.diff(binning.edges_kev)
    return np.asarray(shapes / shapes.sum(axis=1, keepdims=True))


def _group(members: Sequence[Reference]) -> Group:
    names = tuple(member.name for member in members)
    common = set(members[0].elements).intersection(*(member.elements for member in members))
    seen = tuple(
        symbol
        for symbol in members[0].elements
        if symbol in common and ELEMENTS.index(symbol) >= _LIGHTEST
    )
    return Group(_short(names), names, seen)


def _short(names: Sequence[str]) -> str:
    """Up to three names: "Azurite, Malachite or 4 more"."""
    if len(names) <= _MOST_NAMES:
        return joined(names, "or")
    return joined([*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"], "or")


def _about_twins(references: Sequence[Reference], sets: Sequence[Sequence[int]]) -> list[str]:
    told = []
    for members in sets:
        if len(members) > 1:
            names = [references[place].name for place in members]
            told.append(f"The same to XRF here, so on one map: {joined(names)}.")
    return told


def _about_varnish(references: Sequence[Reference], together: Sequence[list[int]]) -> list[str]:
    if len(together) < 2:
        return []
    names = [_short([references[place].name for place in members]) for members in together]
    return [f"The same to XRF through a varnish, so on one map: {joined(names)}."]


def _about_no_lines(references: Sequence[Reference], without: Sequence[int]) -> list[str]:
    if not without:
        return []
    names = joined([references[place].name for place in without])
    return [f"Without lines of their own, so neither shown nor excluded: {names}."]


def _twins_of(sets: Sequence[Sequence[int]], found: dict[int, Parts]) -> dict[int, list[int]]:
    """References to join a group, by the first member of the group."""
    near: dict[int, list[int]] = {}
    for place, parts in found.items():
        other = twin(parts)
        if other is not None:
            near.setdefault(sets[other][0], []).extend(sets[place])
    return near


def _about_mixtures(
    references: Sequence[Reference], sets: Sequence[Sequence[int]], found: dict[int, Parts]
) -> list[str]:
    def name(place: int) -> str:
        return _short([references[member].name for member in sets[place]])

    told = []
    for place, parts in found.items():
        other = twin(parts)
        if other is None:
            shares = joined([f"{name(part)} ({share:.0%})" for part, share in parts])
            shares = shares or "a little of anything with so few counts"
            told.append(f"Not on a map of its own: {name(place)}, which would look like {shares}.")
        else:
            told.append(
                f"Nearly the same to XRF here, so on one map: {name(other)} and {name(place)}."
            )
    return told
