"""What maps of groups come to, in numbers and in words."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.unmixing.abundances import Abundances
from app.core.unmixing.templates import Group

_SIGMAS = 3.0


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """A group and its map in numbers.

    Parameters
    ----------
    number
        From 1 on, as in file names.
    group
        What it is.
    counts
        Counts that it accounts for, all pixels together.
    share
        The same as a share of what all groups account for, 0 to 1.
    mean_error
        Mean standard error of a pixel, counts.
    shown
        Share of the pixels where it is more than three standard errors, 0 to 1.
    dominant
        Share of the pixels where no other group has more, 0 to 1; always 0 for scatter and
        smooth rest.
    """

    number: int
    group: Group
    counts: float
    share: float
    mean_error: float
    shown: float
    dominant: float

    def row(self) -> dict[str, str | int | float]:
        """The summary as a line of a table."""
        return {
            "number": self.number,
            "group": self.group.name,
            "elements": " ".join(self.group.elements),
            "counts": round(self.counts, 1),
            "share": round(self.share, 5),
            "mean_error_per_pixel": round(self.mean_error, 3),
            "share_of_pixels_above_3_errors": round(self.shown, 5),
            "share_of_pixels_where_most": round(self.dominant, 5),
            "pigments": "; ".join(self.group.pigments),
        }

    def json(self) -> dict[str, Any]:
        """The same with lists."""
        return {
            **self.row(),
            "elements": list(self.group.elements),
            "pigments": list(self.group.pigments),
        }


def summaries(abundances: Abundances) -> tuple[GroupSummary, ...]:
    """A summary of each group, in the order of the maps."""
    totals = abundances.maps.sum(axis=(1, 2), dtype=np.float64)
    whole = max(float(totals.sum()), 1e-12)
    dominant = abundances.dominant()
    return tuple(
        GroupSummary(
            number=place + 1,
            group=group,
            counts=float(totals[place]),
            share=float(totals[place]) / whole,
            mean_error=float(abundances.errors[place].mean(dtype=np.float64)),
            shown=float((abundances.maps[place] > _SIGMAS * abundances.errors[place]).mean()),
            dominant=float((dominant == place).mean()),
        )
        for place, group in enumerate(abundances.groups)
    )


def readable(abundances: Abundances) -> list[str]:
    """Everything in lines for people: groups by their counts, then what is to be known."""
    lines = []
    for item in sorted(summaries(abundances), key=lambda item: -item.counts):
        if item.counts <= 0:
            continue
        elements = f" [{' '.join(item.group.elements)}]" if item.group.elements else ""
        lines.append(
            f"{item.number:>3}  {item.share:6.1%} of the counts, most in {item.dominant:6.1%} of "
            f"the pixels: {item.group.name}{elements}"
        )
    absent = [item.group.name for item in summaries(abundances) if item.counts <= 0]
    if absent:
        lines.append(f"Nothing at all of: {'; '.join(absent)}.")
    return [*lines, *abundances.notes]
