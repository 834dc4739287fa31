"""Components that a scan itself suggests: non-negative matrix factorisation of its spectra."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.lines import strongest_lines
from app.core.progress import Progress, no_progress
from app.core.region import Region
from app.core.unmixing.binning import Binning, binned_pixels
from app.core.unmixing.grouping import nothing
from app.core.unmixing.templates import Group, Templates
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

MOST_COMPONENTS = 40
SAMPLE = 20_000
"""Pixels that components are found from."""

_STEPS_AT_ONCE = 10
_MOST_STEPS = 600
_CLOSE_ENOUGH = 1e-5
_NAMED_LINES = 3
_COUNTS = 1e6


def components(
    cube: SpectralCube,
    binning: Binning,
    count: int,
    *,
    seed: int = 0,
    region: Region | None = None,
    progress: Progress = no_progress,
    check: Callable[[], None] = nothing,
    block_bytes: int = BLOCK_BYTES,
) -> Templates:
    """Find spectra whose sums, never differences, make up the spectra of a scan.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels).
    binning
        Made for this scan's axis.
    count
        How many components, at least 1.
    seed
        Decides which pixels are looked at, and the start; the same seed, the same components.
    region
        Part of the picture; everything by default.
    progress, check
        Called at every tenth step; both may raise to stop.

    Returns
    -------
    Templates
        Components, that of most counts first, named by their strongest lines. Unmixing with
        them gives their maps.

    Raises
    ------
    ParameterError
        If there are more components than pixels with counts or than bins, or none.

    Notes
    -----
    D. D. Lee and H. S. Seung, Nature 401 (1999) 788, by coordinate descent (A. Cichocki and
    A.-H. Phan, IEICE Trans. Fundam. E92-A (2009) 708), from a start by singular vectors. Pixels
    and bins are divided by the root of their mean counts first, so that the least squares are
    those of counting noise (M. R. Keenan and P. G. Kotula, Surf. Interface Anal. 36 (2004) 203).
    Components are no pigments: what always comes together is one component, and what differs
    in one place may be several.
    """
    used = region or Region(0, cube.rows, 0, cube.cols)
    used.check_inside(cube.rows, cube.cols)
    sample = _sample(cube, used, binning, seed, block_bytes)
    _check(count, sample)
    shapes = _factored(sample, count, seed, progress, check)
    groups = tuple(_named(number, shape, binning) for number, shape in enumerate(shapes, 1))
    note = (
        f"The {count} components are what the scan itself suggests (seed {seed}), no pigments: "
        "what always comes together is one component, and another number or seed may give others."
    )
    return Templates(groups, shapes, np.arange(count, dtype=np.intp), binning, (note,))


def _check(count: int, sample: FloatArray) -> None:
    pixels, bins = sample.shape
    most = min(MOST_COMPONENTS, pixels, bins)
    if not 1 <= count <= most:
        raise ParameterError(
            "So many components cannot be found.",
            f"Found {count}; expected 1 to {most} with {pixels} pixels that have counts and "
            f"{bins} bins.",
            "Choose another number, or a larger region.",
        )


def _sample(
    cube: SpectralCube, region: Region, binning: Binning, seed: int, block_bytes: int
) -> FloatArray:
    """Counts of some pixels that have any, shape (pixels, bins)."""
    generator = np.random.default_rng(seed)
    number = min(SAMPLE, region.pixels)
    chosen = np.sort(generator.choice(region.pixels, number, replace=False))
    parts = []
    for first, binned in binned_pixels(cube, region, binning, block_bytes):
        inside = chosen[(chosen >= first) & (chosen < first + len(binned))]
        parts.append(binned[inside - first])
    sample = np.concatenate(parts).astype(np.float64)
    return np.asarray(sample[sample.sum(axis=1) > 0])


def _factored(
    sample: FloatArray, count: int, seed: int, progress: Progress, check: Callable[[], None]
) -> FloatArray:
    """Components of sum 1, shape (components, bins), that of most counts first."""
    from sklearn.decomposition import non_negative_factorization
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    pixels = np.sqrt(sample.mean(axis=1))[:, None]
    # an empty bin is no reason to divide by nothing
    bins = np.sqrt(sample.mean(axis=0) + 1e-3 * sample.mean())
    scaled = sample / pixels / bins
    # several threads would sum in another order each time
    with threadpool_limits(1):
        check()
        start = randomized_svd(scaled, count, random_state=seed)
        amounts, shapes = _start(*start)
        before = np.inf
        for done in range(0, _MOST_STEPS, _STEPS_AT_ONCE):
            progress(done / _MOST_STEPS, "Looking for components")
            check()
            amounts, shapes, _ = non_negative_factorization(
                scaled,
                amounts,
                shapes,
                n_components=count,
                init="custom",
                max_iter=_STEPS_AT_ONCE,
                tol=0.0,
            )
            rest = float(np.linalg.norm(scaled - amounts @ shapes))
            if before - rest <= _CLOSE_ENOUGH * rest:
                break
            before = rest
    spectra = shapes * bins
    totals = (amounts * pixels).sum(axis=0) * spectra.sum(axis=1)
    order = np.argsort(-totals, kind="stable")
    spectra = np.maximum(spectra[order], 1e-12)
    return np.asarray(spectra / spectra.sum(axis=1, keepdims=True), np.float64)


def _start(left: FloatArray, values: FloatArray, right: FloatArray) -> tuple[FloatArray, ...]:
    """A start from singular vectors: of each pair the larger of its two signs.

    C. Boutsidis and E. Gallopoulos, Pattern Recognit. 41 (2008) 1350; zeros, which would stay
    zero, are filled with a trifle.
    """
    amounts, shapes = np.empty_like(left), np.empty_like(right)
    for place, value in enumerate(values):
        signs = [
            (np.maximum(sign * left[:, place], 0), np.maximum(sign * right[place], 0))
            for sign in (1.0, -1.0)
        ]
        first, second = max(signs, key=lambda pair: float(pair[0].sum() * pair[1].sum()))
        root = np.sqrt(value)
        amounts[:, place], shapes[place] = root * first, root * second
    trifle = 0.01 * max(float(amounts.mean()), 1e-12), 0.01 * max(float(shapes.mean()), 1e-12)
    return np.maximum(amounts, trifle[0]), np.maximum(shapes, trifle[1])


def _named(number: int, shape: FloatArray, binning: Binning) -> Group:
    found = strongest_lines(_COUNTS * shape, binning.axis, _NAMED_LINES)
    elements = tuple(dict.fromkeys(item.line.element for item in found))
    name = f"Component {number}"
    return Group(f"{name} ({', '.join(elements)})" if elements else name, (), elements)
