"""Which templates are one to XRF, and which look like mixtures of others."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.physics.atoms import material_attenuation
from app.core.physics.materials import material

FloatArray = NDArray[np.float64]
Parts = tuple[tuple[int, float], ...]
"""Numbers of templates and their shares, the largest first."""

SAME = 0.04
"""Templates closer than this are one; see `distance`."""

_SIGMAS = 3.0
_LEAST_PART = 0.03
_NEARLY_ALL = 0.9
_RESIN_G_CM3 = 1.07
_SCATTER_BINS = 6
_TINY = 1e-9


def nothing() -> None:
    """Check nothing: nobody wants to stop the computation."""


def limit_for(counts_per_pixel: float) -> float:
    """Distance below which two templates cannot be told apart in a pixel of so many counts.

    The larger of 0.04 and of what three standard deviations of counting noise make, 9 / counts.
    0.04 is a root mean square difference of 20 %, which thickness, medium and layers above
    easily make between two places of the same pigment; a further line with 2 % of the counts
    is as far.
    """
    return max(SAME, _SIGMAS**2 / max(counts_per_pixel, 1.0))


def distance(first: FloatArray, second: FloatArray) -> FloatArray:
    """How far templates are apart: Σ 2·(p − q)² / (p + q), 0 to 4.

    Times the counts it is the squared distance in standard deviations of two spectra that are
    all one or all the other template.

    Parameters
    ----------
    first, second
        Templates of sum 1, shapes (..., bins).
    """
    apart = 2.0 * (first - second) ** 2 / (first + second + _TINY)
    return np.asarray(apart.sum(axis=-1))


def without_scatter(shapes: FloatArray, scatter: FloatArray) -> FloatArray:
    """Templates less as much scatter as fits below them everywhere.

    Parameters
    ----------
    shapes
        Shape (templates, bins).
    scatter
        A sample without lines, shape (bins,).

    Returns
    -------
    ndarray
        Not negative and not normalised: the sum is the share that is not scatter.
    """
    window = np.ones(_SCATTER_BINS)
    wide = np.convolve(scatter, window, "valid")
    used = wide > 0.1 * np.median(wide)
    left = np.empty_like(shapes)
    for place, shape in enumerate(shapes):
        ratio = np.convolve(shape, window, "valid")[used] / wide[used]
        left[place] = np.maximum(shape - ratio.min(initial=np.inf) * scatter, 0.0)
    return left


def varnish_passes(energies_kev: FloatArray, varnish_um: float) -> FloatArray:
    """Share of the radiation that gets through a varnish of a terpenoid resin at 45°.

    Parameters
    ----------
    energies_kev
        Above 0, shape (energies,).
    varnish_um
        Thickness, µm. 30 µm let through 0.25 at P Kα, 0.40 at S Kα and 0.79 at Ca Kα.
    """
    resin = material("varnish", mass_fractions("C10H16O"), _RESIN_G_CM3)
    depth = varnish_um * 1e-4 * _RESIN_G_CM3 * np.sqrt(2.0)
    return np.asarray(np.exp(-depth * material_attenuation(resin, energies_kev)))


def alike(shapes: FloatArray, limit: float) -> list[list[int]]:
    """Templates in groups whose members are all closer to each other than the limit.

    Parameters
    ----------
    shapes
        Templates of sum 1, shape (templates, bins).
    limit
        As `distance` measures.

    Returns
    -------
    list of list of int
        Numbers of templates, in their order; groups in the order of their first members.
    """
    if len(shapes) < 2:
        return [[place] for place in range(len(shapes))]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = np.array([distance(shapes, shape) for shape in shapes])
    tree = linkage(squareform(apart, checks=False), "complete")
    labels = fcluster(tree, limit, "distance")
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(place)
    return list(groups.values())


def mixtures(
    shapes: FloatArray, limit: float, check: Callable[[], None] = nothing
) -> dict[int, Parts]:
    """Templates that are sums of others, as near as the limit.

    One is taken out after another, the one best explained first, so that those that explain it
    stay or are explained in turn.

    Parameters
    ----------
    shapes, limit
        As for `alike`.
    check
        Called for every template; may raise to stop.

    Returns
    -------
    dict
        Of each that was taken out: which of those that stay it looks like, with their shares
        of its counts, the largest first.
    """
    left = list(range(len(shapes)))
    found: dict[int, Parts] = {}
    rests: dict[int, tuple[float, FloatArray, list[int]]] = {}
    while len(left) > 2:
        for place in left:
            # an explanation holds until one of its parts is taken out
            if place not in rests:
                check()
                others = [other for other in left if other != place]
                rests[place] = (*_explained(shapes[place], shapes[others]), others)
        best = min(left, key=lambda place: rests[place][0])
        rest, shares, others = rests[best]
        if rest > limit:
            break
        parts = [(others[at], float(shares[at])) for at in np.argsort(-shares, kind="stable")]
        found[best] = tuple(part for part in parts if part[1] >= _LEAST_PART)
        left.remove(best)
        rests = {
            place: kept
            for place, kept in rests.items()
            if place != best and not _uses(kept[1], kept[2], best)
        }
    return _settled(found)


def _settled(found: dict[int, Parts]) -> dict[int, Parts]:
    """The same, where a part was taken out later with what that one looks like in its place."""
    settled: dict[int, Parts] = {}
    # what was taken out last looks like none that was taken out
    for place in reversed(found):
        shares: dict[int, float] = {}
        for part, share in found[place]:
            for final, of_it in settled.get(part, ((part, 1.0),)):
                shares[final] = shares.get(final, 0.0) + share * of_it
        settled[place] = tuple(sorted(shares.items(), key=lambda item: -item[1]))
    return {place: settled[place] for place in found}


def twin(parts: Parts) -> int | None:
    """The one that a mixture is nearly all of, nine tenths of its counts; None if there is none.

    What is left, a little of another line, does not make it another material.
    """
    if not parts:
        return None
    part, share = parts[0]
    return part if share >= _NEARLY_ALL * sum(other for _, other in parts) else None


def _uses(shares: FloatArray, others: list[int], place: int) -> bool:
    return place in others and shares[others.index(place)] > 0


def _explained(shape: FloatArray, others: FloatArray) -> tuple[float, FloatArray]:
    """Distance of a template from the nearest sum of others, and the shares of these."""
    from scipy.optimize import nnls

    weight = 1.0 / np.sqrt(shape + 1e-5)
    shares, _ = nnls((others * weight).T, shape * weight)
    return float(distance(shape, shares @ others)), np.asarray(shares, np.float64)
