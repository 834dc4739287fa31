"""How far two spectra are apart: the measures by which synthetic scans are judged.

All work on spectra whose sum is 1, p and q below, both of shape (channels,). The choice of measures
is that of A. Bombini et al., "ganX - generate artificially new XRF", arXiv:2304.14078 (2023),
which applies them to the total spectra of a generated and a measured scan. Where a measure has
several forms in the literature the docstring says which is taken here and whose it is; its values
are comparable with those of the paper only where the paper took the same.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with what a reader of a table needs to know.

    Parameters
    ----------
    key
        Name in reports.
    title
        Name for people.
    limits
        From the value for equal spectra to that of the least alike.
    function
        Takes two spectra whose sums are 1; NaN where the measure is not defined.
    """

    key: str
    title: str
    limits: str
    function: Callable[[FloatArray, FloatArray], float]


def normalised(total: NDArray[Any]) -> FloatArray:
    """The spectrum divided by its sum, shape (channels,); all NaN for one without counts.

    A spectrum without counts has no shape: whatever is computed from it is NaN as well.
    """
    counts = np.asarray(total, np.float64)
    size = counts.sum()
    return counts / size if size > 0 else np.full(counts.shape, np.nan)


def spectral_scores(first: NDArray[Any], second: NDArray[Any]) -> dict[str, float]:
    """All measures of two total spectra, which are normalised first.

    Parameters
    ----------
    first, second
        Counts of shape (channels,), on the same energy axis.

    Returns
    -------
    dict
        Value of each measure of `MEASURES` by its key; NaN where it is not defined (a spectrum
        without counts; for the correlation also one that is the same in every channel),
        infinite for the Bhattacharyya distance of spectra that share no channel.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"spectra of one length are needed, not {first.shape}, {second.shape}")
    p, q = normalised(first), normalised(second)
    return {measure.key: measure.function(p, q) for measure in MEASURES}


def correlation(p: FloatArray, q: FloatArray) -> float:
    """Pearson's correlation: Σ(p−p̄)(q−q̄) / √(Σ(p−p̄)² Σ(q−q̄)²), 1 (alike) to −1.

    NaN if a spectrum is the same in every channel. K. Pearson, Proc. R. Soc. Lond. 58 (1895) 240,
    doi:10.1098/rspl.1895.0041.
    """
    # asked before the mean is taken away, which leaves a little rounding instead of 0
    if np.ptp(p) == 0 or np.ptp(q) == 0:
        return math.nan
    return cosine(p - p.mean(), q - q.mean())


def cosine(p: FloatArray, q: FloatArray) -> float:
    """Cosine similarity: Σpq / √(Σp² Σq²), 1 (alike) to 0; the cosine distance is 1 minus it.

    The spectral angle mapper's cosine: F. A. Kruse et al., Remote Sens. Environ. 44 (1993) 145,
    doi:10.1016/0034-4257(93)90013-N.
    """
    return float(p @ q) / math.sqrt(float(p @ p) * float(q @ q))


def jensen_shannon(p: FloatArray, q: FloatArray) -> float:
    """Jensen–Shannon distance: √(½ Σ p ln(p/m) + ½ Σ q ln(q/m)), m = (p+q)/2; 0 to √ln 2.

    Natural logarithms, 0 ln 0 = 0; its square is the Jensen–Shannon divergence. D. M. Endres,
    J. E. Schindelin, IEEE Trans. Inf. Theory 49 (2003) 1858, doi:10.1109/TIT.2003.813506.
    """
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return math.sqrt(max(divergence, 0.0)) if not math.isnan(divergence) else math.nan


def chebyshev(p: FloatArray, q: FloatArray) -> float:
    """Chebyshev distance: max |p−q|, 0 to 1."""
    return float(np.abs(p - q).max())


def bray_curtis_ratios(p: FloatArray, q: FloatArray) -> float:
    """Bray–Curtis as the ganX paper writes it, a sum of ratios: Σ |p−q| / (p+q).

    From 0 to the number of channels in which there are counts; a channel that is empty in both
    adds nothing. Elsewhere this sum is known as the Canberra distance (G. N. Lance, W. T.
    Williams, Comput. J. 9 (1966) 60, doi:10.1093/comjnl/9.1.60). Every channel weighs the same,
    so that the empty ends of a spectrum, where the few counts are noise, outweigh its lines; for
    the usual form see `bray_curtis`.
    """
    return _sum_of_ratios(np.abs(p - q), p + q)


def bray_curtis(p: FloatArray, q: FloatArray) -> float:
    """Bray–Curtis dissimilarity, the standard ratio of sums: Σ|p−q| / Σ(p+q), 0 to 1.

    J. R. Bray, J. T. Curtis, Ecol. Monogr. 27 (1957) 325, doi:10.2307/1942268. For spectra whose
    sums are 1 this is half of Σ|p−q|, the total variation distance.
    """
    return float(np.abs(p - q).sum() / (p + q).sum())


def chi_square(p: FloatArray, q: FloatArray) -> float:
    """Symmetric χ² distance: Σ (p−q)² / (p+q), 0 to 2; a channel empty in both adds nothing.

    Some write it with a factor ½, and then it ends at 1. It stays finite where one spectrum is
    empty, unlike Pearson's Σ (p−q)²/q. It is no test of significance: normalised spectra no
    longer know how many counts they were. F. Topsøe, IEEE Trans. Inf. Theory 46 (2000) 1602,
    doi:10.1109/18.850703 (as triangular discrimination).
    """
    return _sum_of_ratios((p - q) ** 2, p + q)


def bhattacharyya(p: FloatArray, q: FloatArray) -> float:
    """Bhattacharyya distance: −ln Σ√(pq), 0 to ∞ (no channel with counts in both).

    A. Bhattacharyya, Bull. Calcutta Math. Soc. 35 (1943) 99.
    """
    overlap = float(np.sqrt(p * q).sum())
    if overlap == 0:
        return math.inf
    # rounding may leave a little more than 1 for equal spectra; NaN stays
    return -math.log(overlap) if not overlap > 1 else 0.0


def hellinger(p: FloatArray, q: FloatArray) -> float:
    """Hellinger distance: √(½ Σ (√p−√q)²) = √(1 − Σ√(pq)), 0 to 1.

    E. Hellinger, J. reine angew. Math. 136 (1909) 210, doi:10.1515/crll.1909.136.210.
    """
    return math.sqrt(float(((np.sqrt(p) - np.sqrt(q)) ** 2).sum()) / 2)


MEASURES: tuple[Measure, ...] = (
    Measure("correlation", "Correlation", "1 to -1", correlation),
    Measure("cosine", "Cosine similarity", "1 to 0", cosine),
    Measure("jensen_shannon", "Jensen–Shannon distance", "0 to 0.8326", jensen_shannon),
    Measure("chebyshev", "Chebyshev distance", "0 to 1", chebyshev),
    Measure(
        "bray_curtis_ratios", "Bray–Curtis, sum of ratios", "0 to channels", bray_curtis_ratios
    ),
    Measure("bray_curtis", "Bray–Curtis, standard", "0 to 1", bray_curtis),
    Measure("chi_square", "χ² distance", "0 to 2", chi_square),
    Measure("bhattacharyya", "Bhattacharyya distance", "0 to ∞", bhattacharyya),
    Measure("hellinger", "Hellinger distance", "0 to 1", hellinger),
)


def _relative_entropy(p: FloatArray, middle: FloatArray) -> float:
    """Σ p ln(p/m) over the channels with p above 0; NaN stays."""
    counted = ~(p <= 0)
    return float((p[counted] * np.log(p[counted] / middle[counted])).sum())


def _sum_of_ratios(above: FloatArray, below: FloatArray) -> float:
    counted = ~(below <= 0)
    return float((above[counted] / below[counted]).sum())
