"""How large a set of synthetic scans becomes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.core.pigments import Pigment
from app.core.synthesis.generate import Noise
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.size import estimated, scan_size
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.synthesis_set import PlannedScan
from app.errors import ReadError
from app.io.pictures import picture_size

Sizes = Mapping[Path, tuple[int, int] | None]


def picture_sizes(
    pictures: Sequence[Path], context: JobContext
) -> dict[Path, tuple[int, int] | None]:
    """Rows and columns of pictures; None for what is none."""
    found: dict[Path, tuple[int, int] | None] = {}
    for number, path in enumerate(pictures):
        context.progress(number / len(pictures), f"Looking at {path.name}")
        try:
            found[path] = picture_size(path)
        except ReadError:
            # why is said when its scan is to be made
            found[path] = None
    return found


def set_bytes(scans: Sequence[PlannedScan], sizes: Sizes, counts_per_s: float | None) -> int | None:
    """Bytes of all files together, within about a factor of 1.5.

    Parameters
    ----------
    scans
        All of known instruments.
    sizes
        Rows and columns of their pictures; those that are none take nothing.
    counts_per_s
        Counts of a point in a second, for scans whose counts the dwell time decides.

    Returns
    -------
    int | None
        None where a picture's size or the counts are not known.
    """
    channels: dict[object, int] = {}
    total = 0
    for scan in scans:
        wanted, recipe = scan.parameters, scan.parameters.recipe
        if scan.picture not in sizes or (recipe.noise is Noise.DWELL and counts_per_s is None):
            return None
        size = sizes[scan.picture]
        if size is None:
            continue
        if scan.variation.name not in channels:
            channels[scan.variation.name] = _channels(wanted, scan.pigments)
        counts: float = recipe.counts
        if recipe.noise is Noise.DWELL and counts_per_s is not None:
            counts = counts_per_s * recipe.dwell_s
        total += estimated(
            *scan_size(*size, wanted.cols),
            channels[scan.variation.name],
            max(round(counts), 1),
            is_quick=wanted.is_quick,
        ).file_bytes
    return total


def _channels(wanted: SynthesisParameters, pigments: Sequence[Pigment]) -> int:
    """Channels of a scan's spectra; 1 where its pigments have none of these."""
    if wanted.physics is not None:
        return Instruments().named(wanted.physics.instrument).channels // wanted.recipe.join
    spectra = pigments[0].spectra if pigments else ()
    whole = next((len(item.counts) for item in spectra if item.label == wanted.spectrum), 0)
    return max(whole // wanted.recipe.join, 1)
