"""What unmixing found, in the words and rows of its panel."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.core.clustering.colours import cluster_colours
from app.core.pigments import Pigment
from app.core.region import Region
from app.core.scan import Scan
from app.core.unmixing.abundances import Abundances
from app.core.unmixing.summary import GroupSummary, summaries
from app.engine import unmixing
from app.gui.docks.unmixing_dock import Srgb, UnmixedRow
from app.gui.views.numbers import grouped

_WEAK = 0.01
"""A group above three of its errors in fewer pixels than this share is listed when asked for."""

_GOOD_FIT = 1.5
"""Above this median residual the maps are to be read with care."""


@dataclass(frozen=True, slots=True, eq=False)
class Unmixed:
    """What was found, with the scan it is of.

    Parameters
    ----------
    scan
        Which was unmixed.
    found
        The maps.
    order
        Numbers of the groups as they are listed; those without any counts are not.
    told
        A summary of each group.
    colours
        Of the pigments, by their names.
    """

    scan: Scan
    found: Abundances
    order: tuple[int, ...]
    told: tuple[GroupSummary, ...]
    colours: dict[str, Srgb]

    def is_of(self, scan: Scan | None) -> bool:
        """Whether it is of the same counts on the same energy axis."""
        if scan is None:
            return False
        return scan.prefix is self.scan.prefix and scan.cube.axis == self.scan.cube.axis


def listed(scan: Scan, found: Abundances, pigments: Iterable[Pigment]) -> Unmixed:
    """What was found in a scan, in the order of the panel.

    Parameters
    ----------
    pigments
        Those that took part, for their colours.
    """
    told = summaries(found)
    some = [place for place, item in enumerate(told) if item.counts > 0]
    # scatter and smooth rest are no pigments, however many counts they have
    order = sorted(some, key=lambda place: (found.groups[place].is_rest, -told[place].counts))
    colours = {item.name: item.srgb for item in pigments if item.srgb is not None}
    return Unmixed(scan, found, tuple(order), told, colours)


def rows_of(unmixed: Unmixed) -> tuple[UnmixedRow, ...]:
    """What the panel lists: groups, the strongest first, and the residual."""
    found = unmixed.found
    is_nmf = found.steps[-1].parameters["method"] == unmixing.NMF
    palette = cluster_colours(len(found.groups)).tolist() if is_nmf else []
    rows = []
    for place in unmixed.order:
        group, item = found.groups[place], unmixed.told[place]
        colours = tuple(unmixed.colours[name] for name in group.pigments if name in unmixed.colours)
        if is_nmf:
            colours = (tuple(palette[place]),)
        rows.append(
            UnmixedRow(
                group.name,
                () if group.is_rest else colours,
                group.elements,
                item.share,
                _details(item, found),
                is_weak=item.shown < _WEAK and not group.is_rest,
            )
        )
    residual = "How much worse a spectrum is explained than its counting noise would allow."
    return (*rows, UnmixedRow("Residual", details=f"Residual: {residual}"))


def _details(item: GroupSummary, found: Abundances) -> str:
    group = item.group
    parts = [
        f"{group.name}: {grouped(item.counts)} counts, above three errors in "
        f"{grouped(100 * item.shown, 1)} % of the pixels, most of all groups in "
        f"{grouped(100 * item.dominant, 1)} %; mean error of a pixel "
        f"{grouped(item.mean_error, 1)} counts."
    ]
    if len(group.pigments) > 1 and not group.is_rest:
        parts.append(f"XRF cannot tell apart here: {', '.join(group.pigments)}.")
    if group.pigments and group.is_rest:
        parts.append(f"Like it, without lines of their own: {', '.join(group.pigments)}.")
    parts += [
        note
        for note in found.notes
        if note.startswith("Not on a map of its own") and f" {group.name} (" in note
    ]
    return "\n\n".join(parts)


def fit_in_words(found: Abundances) -> str:
    """How well the spectra are explained, and what follows from it."""
    middle = float(np.median(found.residual))
    if middle <= _GOOD_FIT:
        return f"Median residual {middle:.2f}; 1 would be noise alone."
    return (
        f"Median residual {middle:.1f}, 1 would be noise alone: these spectra are not fully "
        "explained; read the maps with care."
    )


def made_in_words(unmixed: Unmixed) -> str:
    """How it was found: "Pigments of Velatura, references “Rh 50 kV”"."""
    made = unmixed.found.steps[-1].parameters
    if made["method"] == unmixing.NMF:
        parts = [f"{made['components']} components of the scan itself, seed {made['seed']}"]
    else:
        spectra = f"references “{made['spectrum']}”"
        if made["instrument"]:
            spectra = f"spectra computed for {made['instrument']}"
        names = str(made["pigments"])
        # one name alone may be that of a pigment
        known = {name for group in unmixed.found.groups for name in group.pigments}
        is_library = ", " not in names and names not in known
        what = f"Pigments of {names}" if is_library else "Chosen pigments"
        parts = [what if names else "Pigments of the shipped library", spectra]
    if made["region"]:
        parts.append(region_in_words(Region.parse(str(made["region"]))))
    return ", ".join(parts) + "."


def region_in_words(region: Region) -> str:
    """Where a region is: "rows 1–2, columns 2–5"."""
    rows = f"rows {region.row_start}–{region.row_stop - 1}"
    return f"{rows}, columns {region.col_start}–{region.col_stop - 1}"
