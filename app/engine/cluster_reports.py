"""What clusters hold: size, strong lines and what pigments these may be of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.axis import EnergyAxis
from app.core.candidates import CandidateReport, candidates
from app.core.clustering.clusters import Clusters
from app.core.lines import FoundLine, strongest_lines
from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress

_LINES = 8
_CANDIDATES = 6
_SHOWN_ELEMENTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class ClusterSummary:
    """One cluster in words and numbers.

    Parameters
    ----------
    number
        From 1 on, the largest first.
    pixels, share
        How many pixels, and which share of all that were clustered, 0..1.
    silhouette
        Mean silhouette, −1..1: near 0 it runs into its neighbour; NaN where the sample holds
        none of it.
    mean_counts
        Mean of all counts of a pixel.
    lines
        Strongest lines of its spectrum; empty without an energy axis.
    report
        What pigments its spectrum may be of; None without an energy axis.
    """

    number: int
    pixels: int
    share: float
    silhouette: float
    mean_counts: float
    lines: tuple[FoundLine, ...]
    report: CandidateReport | None

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements of its strongest lines, those of tube and air left out."""
        return tuple(found.line.element for found in self.lines if not _is_instrument(found))

    def json(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        silhouette = None if np.isnan(self.silhouette) else round(self.silhouette, 4)
        found = {
            "cluster": self.number,
            "pixels": self.pixels,
            "share": round(self.share, 6),
            "silhouette": silhouette,
            "mean_counts": round(self.mean_counts, 3),
            "lines": [_line_json(item) for item in self.lines],
        }
        return found if self.report is None else found | _report_json(self.report)

    def row(self) -> dict[str, str | int | float]:
        """It as a row of a table."""
        best = [] if self.report is None else self.report.candidates[:_CANDIDATES]
        return {
            "cluster": self.number,
            "pixels": self.pixels,
            "share": round(self.share, 6),
            "silhouette": "" if np.isnan(self.silhouette) else round(self.silhouette, 4),
            "mean_counts": round(self.mean_counts, 3),
            "lines": "; ".join(_line_text(item) for item in self.lines),
            "candidates": "; ".join(f"{item.pigment.name} ({item.score:.2f})" for item in best),
            "not_told_apart": "; ".join(sorted({name for item in best for name in item.same_as})),
        }

    def details(self) -> tuple[str, ...]:
        """Lines below its name in a legend."""
        size = f"{self.pixels:,} pixels · {100 * self.share:.1f} %".replace(",", "\u00a0")
        elements = ", ".join(self.elements[:_SHOWN_ELEMENTS])
        return (size, elements) if elements else (size,)


def summaries(
    clusters: Clusters,
    axis: EnergyAxis | None,
    pigments: Sequence[Pigment],
    progress: Progress = no_progress,
) -> tuple[ClusterSummary, ...]:
    """A summary of every cluster, the largest first.

    Parameters
    ----------
    clusters
        Of a scan.
    axis
        The scan's energy axis; without one neither lines nor pigments can be named.
    pigments
        Those that are asked about.
    progress
        Told before every cluster; may raise to stop.

    Notes
    -----
    Lines and pigments are those of the summed spectrum of the cluster's pixels. What lies
    together in one cluster need not lie in one paint, nor in one layer.
    """
    made = []
    for place in range(clusters.count):
        progress(place / clusters.count, f"Naming lines of cluster {place + 1}")
        pixels = int(clusters.sizes[place])
        total = clusters.means[place] * pixels
        report = None
        if axis is not None:
            report = candidates(total, axis, pigments, pixels=pixels)
        made.append(
            ClusterSummary(
                number=place + 1,
                pixels=pixels,
                share=float(clusters.shares[place]),
                silhouette=float(clusters.cluster_silhouettes[place]),
                mean_counts=float(clusters.means[place].sum()),
                lines=() if axis is None else strongest_lines(total, axis, _LINES),
                report=report,
            )
        )
    return tuple(made)


def _is_instrument(found: FoundLine) -> bool:
    return found.line.element == "Ar" or "anode" in found.note


def _line_text(found: FoundLine) -> str:
    return f"{found.line.label} ({found.note})" if found.note else found.line.label


def _line_json(found: FoundLine) -> dict[str, Any]:
    return {
        "line": found.line.key,
        "energy_kev": round(found.energy_kev, 4),
        "counts": round(float(found.counts), 1),
        "note": found.note,
    }


def _report_json(report: CandidateReport) -> dict[str, Any]:
    return {
        "candidates": [
            {
                "pigment": item.pigment.name,
                "score": item.score,
                "rank": item.rank,
                "lines": [seen.line.key for seen in item.supporting],
                "missing": [seen.line.key for seen in item.missing],
                "same_to_xrf": list(item.same_as),
                "remark": item.remark,
            }
            for item in report.candidates[:_CANDIDATES]
        ],
        "undecided": list(report.undecided),
        "not_excluded": [pigment.name for pigment in report.not_excluded],
    }
