"""How many counts of every pixel each group of pigments accounts for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.progress import Progress, no_progress
from app.core.provenance import Step
from app.core.region import Region
from app.core.unmixing.binning import binned_pixels
from app.core.unmixing.grouping import nothing
from app.core.unmixing.nnls import fit_counts
from app.core.unmixing.templates import Group, Templates

Maps = NDArray[np.float32]

# what the normal equations of a block take
_EQUATION_BYTES = 96 * 2**20
_MOST_PIXELS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Abundances:
    """Maps of groups, with their errors and what is left unexplained.

    Parameters
    ----------
    groups
        What the maps are of; scatter and smooth rest, where they take part, come last.
    maps
        Counts that each group accounts for, not negative, shape (groups, rows, cols).
    errors
        Standard errors of the maps by counting noise alone, counts, shape (groups, rows, cols).
        That the templates may be wrong is not in them; the residual shows that.
    residual
        Deviance of each pixel over the one that noise alone would leave, shape (rows, cols): 1
        where the templates explain the spectrum, more where they do not.
    templates
        What was fitted.
    region
        Which part of the scan this is.
    scan
        Name of the scan.
    step_mm
        Distance between rows and between columns, mm, where known.
    notes
        Sentences: what cannot be told apart, how well it fits.
    steps
        How the maps were made.
    """

    groups: tuple[Group, ...]
    maps: Maps
    errors: Maps
    residual: Maps
    templates: Templates
    region: Region
    scan: str = ""
    step_mm: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def dominant(self) -> NDArray[np.int16]:
        """Number of the group with most counts in each pixel, shape (rows, cols).

        Scatter and smooth rest do not take part; −1 where no other group has any counts.
        """
        chosen = [place for place, group in enumerate(self.groups) if not group.is_rest]
        if not chosen:
            return np.full(self.residual.shape, -1, np.int16)
        some = self.maps[chosen]
        return np.where(some.max(axis=0) > 0, np.array(chosen)[some.argmax(axis=0)], -1).astype(
            np.int16
        )


def unmix(
    cube: SpectralCube,
    templates: Templates,
    *,
    region: Region | None = None,
    steps: tuple[Step, ...] = (),
    progress: Progress = no_progress,
    check: Callable[[], None] = nothing,
    block_bytes: int = BLOCK_BYTES,
) -> Abundances:
    """Unmix every pixel of a scan or of a part of it.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels); read in blocks of about `block_bytes`.
    templates, region
        Made for the bins of this scan; part of the picture, everything by default.
    steps
        How the templates were made: added to the scan's own.
    progress, check
        Called after every block, and more often; both may raise to stop.

    Returns
    -------
    Abundances
        The same however much is read at a time.

    Raises
    ------
    ParameterError
        If the region reaches beyond the scan, or counts are negative or not finite.
    """
    used = region or Region(0, cube.rows, 0, cube.cols)
    used.check_inside(cube.rows, cube.cols)
    shape = (used.row_stop - used.row_start, used.col_stop - used.col_start)
    maps = np.zeros((len(templates.groups), used.pixels), np.float32)
    errors, residual = np.zeros_like(maps), np.zeros(used.pixels, np.float32)
    size = _step_size(templates)
    for start, binned in binned_pixels(cube, used, templates.binning, block_bytes):
        for first in range(0, len(binned), size):
            part = binned[first : first + size]
            fit = fit_counts(part, templates.shapes, templates.owner, check)
            place = slice(start + first, start + first + len(part))
            maps[:, place], errors[:, place] = fit.amounts.T, fit.errors.T
            residual[place] = fit.misfit
            progress(place.stop / used.pixels, "Unmixing")
    return Abundances(
        groups=templates.groups,
        maps=maps.reshape(-1, *shape),
        errors=errors.reshape(-1, *shape),
        residual=residual.reshape(shape),
        templates=templates,
        region=used,
        scan=cube.name,
        step_mm=cube.acquisition.step_mm,
        notes=(*templates.notes, _about_fit(residual)),
        steps=(*cube.steps, *steps),
    )


def with_notes(abundances: Abundances, notes: tuple[str, ...]) -> Abundances:
    """The same with further sentences before its own."""
    return replace(abundances, notes=(*notes, *abundances.notes))


def _step_size(templates: Templates) -> int:
    """How many pixels are fitted at a time."""
    return max(min(_EQUATION_BYTES // (8 * 4 * len(templates.shapes) ** 2), _MOST_PIXELS), 1)


def _about_fit(residual: NDArray[np.float32]) -> str:
    middle, high = np.percentile(residual, [50, 95])
    told = (
        f"The residual is {middle:.2f} in the median and {high:.2f} at the 95th percentile; "
        "1 means that the templates explain a spectrum within its counting noise."
    )
    if middle > 1.5:
        told += (
            " Here they do not: what is in the maps depends on the templates' faults, such as "
            "layers, thickness, or elements that none of them has."
        )
    return told
