"""Makes a synthetic scan again from the record in its own file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.core.cube import CountsArray, SpectralCube
from app.core.progress import part_of
from app.core.provenance import InputFile, Step
from app.core.synthesis.generate import SyntheticScan, drawn
from app.core.synthesis.physical import drawn_physically
from app.core.synthesis.physical_truth import PhysicalScan
from app.engine.jobs import JobContext
from app.engine.synthesis import check_output, write_synthetic
from app.errors import ParameterError
from app.io.checksum import checksum
from app.io.formats import OpenOptions, open_cube
from app.io.physical_truth import read_physical_truth
from app.io.truth import read_truth


@dataclass(frozen=True, slots=True)
class Remade:
    """A scan made again.

    Parameters
    ----------
    path
        The new file.
    is_same
        Whether its counts are those of the first file, bit for bit.
    """

    path: Path
    is_same: bool


def synthesise_again(
    source: Path,
    out: Path,
    context: JobContext,
    *,
    is_quick: bool = False,
    overwrite: bool = False,
) -> Remade:
    """Draw the counts of a synthetic scan anew and compare them with those in its file.

    Labels, expected spectra, numbers of counts and seed are read from the file's truth; neither
    the picture nor the pigments' library is needed.

    Parameters
    ----------
    source
        A synthetic scan with its truth.
    out
        The new file, .h5.

    Raises
    ------
    AppError
        If the file has no truth, cannot be read, or the new one cannot be written; nothing is
        left behind then.
    """
    check_output(out, source, overwrite=overwrite)
    counts, seed, made = _record(source)
    before = open_cube(source, OpenOptions())
    inputs = (InputFile(source.name, checksum((source,)), source.stat().st_size),)
    step = Step("synthesise again", {}, inputs, seed=seed)
    cube = replace(before, counts=counts, name=out.stem, steps=(*before.steps, step))
    if cube.counts.shape != before.counts.shape:
        raise ParameterError(
            f"The truth in {source.name} does not belong to its counts.",
            f"The counts are {before.counts.shape}, the truth describes {cube.counts.shape}.",
            "Generate the scan again from its picture.",
            path=source,
        )
    part = part_of(context.progress, 0.0, 0.8)
    write_synthetic(made(cube), out, part, is_quick=is_quick, overwrite=overwrite)
    after = open_cube(out, OpenOptions())
    return Remade(out, _is_same(before, after, context))


def _record(
    source: Path,
) -> tuple[CountsArray, int, Callable[[SpectralCube], SyntheticScan | PhysicalScan]]:
    """Counts as the record draws them, its seed, and what makes a cube a scan with its truth."""
    physical = read_physical_truth(source)
    if physical is not None:
        layers = physical
        return drawn_physically(layers), layers.recipe.seed, lambda cube: PhysicalScan(cube, layers)
    found = read_truth(source)
    if found is None:
        raise ParameterError(
            f"{source.name} is no synthetic scan.",
            "It holds no record of how its counts were drawn.",
            "Give a scan that was made by Velatura's synthesis.",
            path=source,
        )
    truth, recipe = found
    return drawn(truth, recipe), recipe.seed, lambda cube: SyntheticScan(cube, truth, recipe)


def _is_same(first: SpectralCube, second: SpectralCube, context: JobContext) -> bool:
    rows = first.block_rows()
    for start in range(0, first.rows, rows):
        context.progress(0.8 + 0.2 * start / first.rows, "Comparing the counts")
        block = slice(start, start + rows)
        if not np.array_equal(first.counts[block], second.counts[block]):
            return False
    return True
