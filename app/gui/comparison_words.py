"""What the scores of a comparison are called, and how each is defined, for people."""

from app.core.comparison.spectral import MEASURES

GROUPS = {
    "spectral": (
        "Total spectra, each normalised",
        "All pixels of a scan together, on the common channels, divided by their sum; p is the "
        "spectrum of A, q that of B.",
    ),
    "structural": (
        "Cubes laid flat",
        "Pixels as rows, channels as columns, counts x as tanh(ln(1 + x)) (Bombini et al., "
        "arXiv:2304.14078). The map saturates: ten counts give 0.984. With many counts nearly "
        "everything is 1; compare with the scores of noise below.",
    ),
    "structural_noise": (
        "… of A and noise without lines or picture",
        "A and Poisson noise with the same mean count everywhere: what a cube scores that has "
        "neither lines nor picture.",
    ),
    "structural_mean_spectrum": (
        "… of A and noise around its mean spectrum",
        "A and Poisson noise around its mean spectrum in every pixel: what a cube scores that has "
        "the lines but no picture.",
    ),
}
"""Title and meaning of each group of scores, in the order of the report."""

_SPECTRAL = {
    "correlation": "Pearson's correlation: Σ(p−p̄)(q−q̄) / √(Σ(p−p̄)² Σ(q−q̄)²).",
    "cosine": "Σpq / √(Σp² Σq²), the cosine of the spectral angle; its distance is 1 minus it.",
    "jensen_shannon": "√(½ Σ p ln(p/m) + ½ Σ q ln(q/m)) with m = (p+q)/2, natural logarithms.",
    "chebyshev": "max |p−q|: the largest difference of any channel.",
    "bray_curtis_ratios": "Σ |p−q| / (p+q), a sum of ratios as the ganX paper writes it, elsewhere "
    "the Canberra distance. Every channel weighs the same, so that empty ends outweigh lines.",
    "bray_curtis": "Σ|p−q| / Σ(p+q), the usual ratio of sums: half of all differences.",
    "chi_square": "Σ (p−q)² / (p+q), symmetric; no test of significance.",
    "bhattacharyya": "−ln Σ√(pq); infinite where no channel has counts in both.",
    "hellinger": "√(½ Σ (√p−√q)²) = √(1 − Σ√(pq)).",
}
_STRUCTURAL = {
    "ssim": (
        "SSIM",
        "Mean structural similarity in a Gaussian window of 11 × 11 with σ = 1.5 (Wang et al. "
        "2004).",
    ),
    "ms_ssim": (
        "MS-SSIM",
        "Structural similarity at five scales together (Wang et al. 2003); none below 161 pixels "
        "or channels.",
    ),
}


def title_of(group: str, measure: str) -> str:
    """Name of a score for people; its key where it has none."""
    if group == "spectral":
        return {item.key: item.title for item in MEASURES}.get(measure, measure)
    return _STRUCTURAL.get(measure, (measure, ""))[0]


def definition_of(group: str, measure: str) -> str:
    """How a score is defined."""
    if group == "spectral":
        return _SPECTRAL.get(measure, "")
    return _STRUCTURAL.get(measure, ("", ""))[1]


def limits_in_words(limits: str) -> str:
    """Say which end is which: "1 (equal) to −1" for "1 to -1"."""
    best, _, worst = limits.partition(" to ")
    return f"{best} (equal) to {worst}".replace("-", "−")
