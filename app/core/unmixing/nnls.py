"""Amounts that are never negative, for many pixels at once, with the weights of counting noise."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]

# a pixel that is not at rest then moves within its errors: the amounts are as likely
_ROUNDS = 6
# of the standard deviation of a pixel's counts: changes below change nothing that can be seen
_CLOSE_ENOUGH = 0.1
# of the mean counts per bin: what keeps the weight of empty bins finite
_FLOOR = 0.01
# of the diagonal: what keeps templates that are nearly sums of others from dividing by zero
_RIDGE = 1e-10
_PATIENCE = 3
_MOST_PIVOTS = 25
_NEGATIVE = -1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Amounts of templates in pixels.

    Parameters
    ----------
    amounts
        Counts of each group of templates, shape (pixels, groups), not negative.
    errors
        Standard errors by counting noise, shape (pixels, groups). That of an amount of 0 is the
        one it would have, were it let in. They take for granted which of the other templates
        are there, so that they are too small where templates are nearly sums of others.
    misfit
        Deviance of each pixel divided by the one that counting noise alone would leave: about 1
        where the templates explain the spectrum, 0 without counts. Shape (pixels,).
    """

    amounts: FloatArray
    errors: FloatArray
    misfit: FloatArray


def nothing() -> None:
    """Check nothing: nobody wants to stop the computation."""


def fit_counts(
    counts: NDArray[np.floating],
    shapes: FloatArray,
    owner: NDArray[np.intp],
    check: Callable[[], None] = nothing,
) -> Fit:
    """The amounts that make the counts most likely.

    Parameters
    ----------
    counts
        Not negative, shape (pixels, bins).
    shapes
        Templates, each of sum 1, shape (templates, bins).
    owner
        Number of the group of each template, from 0 on, shape (templates,).
    check
        Called between the rounds; may raise to stop.

    Returns
    -------
    Fit
        Of the most likely amounts under Poisson statistics, none below 0; amounts are counts.

    Notes
    -----
    Fisher scoring: least squares weighted with one over the expected counts of the round
    before, which ends at the maximum of the Poisson likelihood (P. J. Green, J. R. Stat. Soc. B
    46 (1984) 149). The weights come from the fit, never from the counts themselves, which would
    draw all amounts down. Each pixel has its own weights and so its own normal equations: they
    are one product of the weights with the pairwise products of templates. Time goes with
    pixels × bins × templates² for these, and with pixels × (templates that are not 0)³ for
    solving them.
    """
    values = counts.astype(np.float64)
    amounts, normal, passive = _most_likely(values, shapes, check)
    member = np.zeros((len(shapes), int(owner.max()) + 1))
    member[np.arange(len(shapes)), owner] = 1.0
    check()
    return Fit(
        amounts @ member,
        _errors(normal, passive, member),
        _misfit(values, amounts @ shapes, len(shapes)),
    )


def _most_likely(
    values: FloatArray, shapes: FloatArray, check: Callable[[], None]
) -> tuple[FloatArray, FloatArray, Flags]:
    """Amounts, their normal equations, and which of them are positive."""
    totals = values.sum(axis=1)
    templates, bins = shapes.shape
    pairs = _Pairs(shapes)
    floor = _FLOOR * totals[:, None] / bins + 1e-9
    # the first round takes all pixels to look alike
    mean = values.sum(axis=0)
    model = totals[:, None] * (mean / max(mean.sum(), 1e-12))
    passive = np.repeat(_needed(mean, shapes, floor.mean()), len(values), axis=0)
    passive[totals == 0] = False
    amounts = np.zeros((len(values), templates))
    normal = np.zeros((len(values), templates, templates))
    moving = np.flatnonzero(totals > 0)
    for _ in range(_ROUNDS):
        check()
        if not len(moving):
            break
        weights = 1.0 / (model[moving] + floor[moving])
        normal[moving] = pairs.normal(weights)
        right = (values[moving] * weights) @ shapes.T
        found, passive[moving] = not_negative(normal[moving], right, passive[moving])
        change = np.abs(found - amounts[moving]).max(axis=1)
        amounts[moving] = found
        model[moving] = found @ shapes
        moving = moving[change > _CLOSE_ENOUGH * np.sqrt(totals[moving])]
    return amounts, normal, passive


def _needed(mean: FloatArray, shapes: FloatArray, floor: float) -> Flags:
    """Which templates the sum of all pixels calls for: a start, shape (1, templates)."""
    weighted = shapes / (mean + floor)
    return not_negative((weighted @ shapes.T)[None], (weighted @ mean)[None])[1]


class _Pairs:
    """Products of all pairs of templates, for normal equations with any weights."""

    def __init__(self, shapes: FloatArray) -> None:
        self._first, self._second = np.triu_indices(len(shapes))
        self._products = np.ascontiguousarray((shapes[self._first] * shapes[self._second]).T)
        self._templates = len(shapes)

    def normal(self, weights: FloatArray) -> FloatArray:
        """Aᵀ W A of each pixel, shape (pixels, templates, templates)."""
        halves = weights @ self._products
        made = np.empty((len(weights), self._templates, self._templates))
        made[:, self._first, self._second] = halves
        made[:, self._second, self._first] = halves
        places = np.arange(self._templates)
        made[:, places, places] *= 1.0 + _RIDGE
        return made


def not_negative(
    normal: FloatArray, right: FloatArray, start: Flags | None = None
) -> tuple[FloatArray, Flags]:
    """Solve many small least squares problems without negative unknowns.

    Parameters
    ----------
    normal
        Aᵀ W A of each problem, positive definite, shape (problems, unknowns, unknowns).
    right
        Aᵀ W b, shape (problems, unknowns).
    start
        Which unknowns are taken for positive at first, shape as `right`; none by default.

    Returns
    -------
    tuple of ndarray
        The unknowns, and which of them are positive, both of shape (problems, unknowns).

    Notes
    -----
    Block principal pivoting (J. Kim and H. Park, SIAM J. Sci. Comput. 33 (2011) 3261), all
    problems together; exact up to rounding. One that does not come to rest so is handed to
    Lawson and Hanson's method.
    """
    problems, unknowns = right.shape
    passive: Flags = np.zeros(right.shape, bool) if start is None else start.copy()
    found = np.zeros(right.shape)
    best = np.full(problems, unknowns + 1)
    patience = np.full(problems, _PATIENCE)
    scale = np.abs(right).max(axis=1, initial=0.0)[:, None]
    size = np.abs(right / np.maximum(np.einsum("nii->ni", normal), 1e-300)).max(
        axis=1, initial=0.0
    )[:, None]
    left = np.arange(problems)
    for _ in range(_MOST_PIVOTS):
        solved = _solved(normal[left], right[left], passive[left])
        slack = np.einsum("nij,nj->ni", normal[left], solved) - right[left]
        wrong = np.where(
            passive[left], solved < _NEGATIVE * size[left], slack < _NEGATIVE * scale[left]
        )
        found[left] = np.maximum(solved, 0.0)
        many = wrong.sum(axis=1)
        going = many > 0
        left, wrong, many = left[going], wrong[going], many[going]
        if not len(left):
            break
        better = many < best[left]
        best[left[better]] = many[better]
        patience[left] = np.where(better, _PATIENCE, patience[left] - 1)
        # where exchanging all does not help any more, only the last is exchanged
        last = unknowns - 1 - wrong[:, ::-1].argmax(axis=1)
        single = np.zeros(wrong.shape, bool)
        single[np.arange(len(left)), last] = True
        passive[left] ^= np.where((better | (patience[left] >= 0))[:, None], wrong, single)
    for problem in left:
        found[problem] = _slowly(normal[problem], right[problem])
        passive[problem] = found[problem] > 0
    return found, passive


def _slowly(normal: FloatArray, right: FloatArray) -> FloatArray:
    """One problem by Lawson and Hanson's method, which always comes to rest."""
    from scipy.linalg import solve_triangular
    from scipy.optimize import nnls

    root = np.linalg.cholesky(normal + np.diag(1e-9 * np.diag(normal)))
    return np.asarray(nnls(root.T, solve_triangular(root, right, lower=True))[0], np.float64)


def _chosen(passive: Flags) -> tuple[NDArray[np.intp], Flags]:
    """Positions of the positive unknowns, and which of these are no padding.

    Both of shape (problems, most): padded to the most that any problem has.
    """
    most = int(passive.sum(axis=1).max(initial=0))
    order = np.argsort(~passive, axis=1, kind="stable")[:, :most]
    return order, np.take_along_axis(passive, order, axis=1)


def _small(normal: FloatArray, order: NDArray[np.intp], real: Flags) -> FloatArray:
    """The normal equations of the positive unknowns; padding solves itself."""
    rows = np.arange(len(normal))[:, None, None]
    small = normal[rows, order[:, :, None], order[:, None, :]]
    small *= real[:, :, None] & real[:, None, :]
    places = np.arange(order.shape[1])
    small[:, places, places] += ~real
    return small


def _solved(normal: FloatArray, right: FloatArray, passive: Flags) -> FloatArray:
    """The unknowns when those that are not passive are 0."""
    order, real = _chosen(passive)
    found = np.zeros(right.shape)
    if order.shape[1]:
        wanted = np.take_along_axis(right, order, axis=1) * real
        part = np.linalg.solve(_small(normal, order, real), wanted[..., None])[..., 0]
        np.put_along_axis(found, order, part * real, axis=1)
    return found


def _errors(normal: FloatArray, passive: Flags, member: FloatArray) -> FloatArray:
    """Standard errors from the Fisher information, shape (pixels, groups).

    `member`, of shape (templates, groups), holds a 1 where a template belongs to a group.
    """
    order, real = _chosen(passive)
    inverse = np.linalg.inv(_small(normal, order, real)) * (real[:, :, None] & real[:, None, :])
    belongs = member[order] * real[:, :, None]
    variance = np.einsum("nkg,nkl,nlg->ng", belongs, inverse, belongs, optimize=True)
    # a group at 0 has what is left of its information when the others are known
    own = np.einsum("nii->ni", normal)
    rows = np.arange(len(normal))[:, None, None]
    across = normal[rows, np.arange(normal.shape[1])[:, None], order[:, None, :]]
    across = across * real[:, None, :]
    explained = np.einsum("nik,nkl,nil->ni", across, inverse, across, optimize=True)
    single = 1.0 / np.maximum(own - explained, 1e-12 * own + 1e-300)
    widest = np.stack([single[:, column > 0].max(axis=1) for column in member.T], axis=1)
    variance = np.where(belongs.any(axis=1), variance, widest)
    # a pixel without counts says nothing about any amount
    known = own.max(axis=1, initial=0.0)[:, None] > 0
    return np.where(known, np.sqrt(np.maximum(variance, 0.0)), 0.0)


def _misfit(counts: FloatArray, model: FloatArray, templates: int) -> FloatArray:
    """Deviance over the one expected, shape (pixels,)."""
    bins = counts.shape[1]
    expected = np.maximum(model, 1e-6)
    ratio = np.where(counts > 0, counts / expected, 1.0)
    deviance = 2.0 * (counts * np.log(ratio) - counts + expected)
    usual = expected_deviance(expected).sum(axis=1) * max(bins - templates, 1) / bins
    return np.where(counts.any(axis=1), deviance.sum(axis=1) / np.maximum(usual, 1e-12), 0.0)


def expected_deviance(mean: FloatArray) -> FloatArray:
    """Mean deviance 2·(n·ln(n/µ) − n + µ) of a Poisson number n with mean µ.

    It tends to 1 for many counts, is 1.15 at 1 and falls to 0 with the mean, so that a sum of
    deviances cannot be judged by the number of bins alone.
    """
    means, values = _deviance_table()
    small = np.interp(np.log(np.clip(mean, means[0], means[-1])), np.log(means), values)
    # the series for large means: 1 + 1/(6µ)
    return np.where(mean > means[-1], 1.0 + 1.0 / (6.0 * np.maximum(mean, 1.0)), small)


@lru_cache(maxsize=1)
def _deviance_table() -> tuple[FloatArray, FloatArray]:
    from scipy.special import gammaln, xlogy

    means = np.geomspace(1e-6, 100.0, 400)
    numbers = np.arange(400.0)
    chance = np.exp(xlogy(numbers, means[:, None]) - means[:, None] - gammaln(numbers + 1))
    deviance = 2.0 * (
        xlogy(numbers, numbers) - xlogy(numbers, means[:, None]) - numbers + means[:, None]
    )
    return means, (chance * deviance).sum(axis=1)
