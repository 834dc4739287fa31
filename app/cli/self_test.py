"""A check that an installed Velatura works: a tiny scan through every task."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.physics.instrument import Instrument
from app.core.progress import no_progress
from app.core.region import Region
from app.engine import exports, pigment_asking, pigment_spectra, tasks
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries, export
from app.errors import AppError

_MODEL = "palette_ridge"


def run_self_test() -> Iterator[str]:
    """Make a tiny scan, run every task of the catalogue on it, and read the results back.

    Yields
    ------
    str
        One line per check passed.

    Raises
    ------
    AppError
        At the first check that fails.
    """
    with tempfile.TemporaryDirectory(prefix="velatura-") as name:
        folder = Path(name)
        cube = tiny_cube()
        scan_file = folder / "tiny.h5"
        exports.write_cube(cube, scan_file, no_progress)
        source = tasks.Source(scan_file)
        yield _same_counts(cube, source, "written and read")
        runs = {
            "convert": (tasks.ConvertParameters(), folder / "tiny.rpl"),
            "maps": (tasks.MapsParameters(elements="Fe,Pb"), folder / "maps"),
            "spectrum": (tasks.SpectrumParameters(), folder / "spectra.csv"),
            "cluster": (tasks.ClusterParameters(numbers="2"), folder / "clusters"),
            "unmix": (tasks.UnmixParameters(pigments="Haematite, Lead white"), folder / "unmixed"),
            "recolour": (tasks.RecolourParameters(model=_MODEL), folder / "recoloured.png"),
        }
        for task in tasks.TASKS:
            parameters, out = runs[task.name]
            written = run_now(partial(task.run, source, parameters, out))
            missing = [file.name for file in written if not file.stat().st_size]
            if missing or not written:
                raise _failed(task.title, f"{', '.join(missing) or 'nothing'} was written")
            yield f"{task.title}: {', '.join(file.name for file in written)}"
        yield _same_counts(cube, tasks.Source(folder / "tiny.rpl"), "converted and read")
        yield from _pigments(folder, source)


def _pigments(folder: Path, source: tasks.Source) -> Iterator[str]:
    """Read the shipped pigments, keep, compute and exchange some, and ask about the tiny scan."""
    libraries = Libraries(folder / "pigments")
    shipped = libraries.shipped()
    yield f"{shipped.name} {shipped.version}: {len(shipped.pigments)} pigments"
    chosen = [pigment for pigment in shipped.pigments if pigment.components][:3]
    store = libraries.create("Self-test", chosen)
    instrument = Instrument(name="Self-test", tube_kv=20.0, channels=512, gain_kev=0.04)
    computed = run_now(partial(pigment_spectra.recompute_library, store, instrument)).computed
    if len(computed) != len(chosen):
        raise _failed("Computing spectra", f"{len(computed)} of {len(chosen)} were computed")
    yield f"Computed spectra: {', '.join(computed)}"
    kept = store.pigments()
    (archive,) = export(kept, folder / "tiny.pigments.zip")
    store.apply(remove=[pigment.id for pigment in kept])
    libraries.import_file(archive, "Self-test")
    if store.pigments() != kept:
        raise _failed(archive.name, "the pigments read are not those written")
    yield f"{archive.name}: written and read, {len(kept)} pigments"
    left = Region(0, 6, 0, 5)
    ask = partial(pigment_asking.ask, source, left, shipped.pigments, None)
    best = run_now(ask).candidates[:1]
    if not best or "Fe" not in best[0].pigment.elements:
        found = best[0].pigment.name if best else "none"
        raise _failed("Asking for an iron pigment", f"the best candidate is {found}")
    yield f"Asked about iron: {best[0].pigment.name}"


def tiny_cube() -> SpectralCube:
    """A cube of 6 × 9 pixels with an iron peak in the left half and lead in the right."""
    axis = EnergyAxis(0.0, 0.04)
    energies = axis.energies_kev(512)
    expected = np.full((6, 9, 512), 0.2)
    for energy_kev, columns in ((6.40, slice(0, 5)), (10.55, slice(5, 9)), (12.61, slice(5, 9))):
        expected[:, columns] += 40 * np.exp(-(((energies - energy_kev) / 0.07) ** 2) / 2)
    counts = np.random.default_rng(1).poisson(expected).astype(np.uint16)
    return SpectralCube(counts, axis, Acquisition(step_mm=(0.5, 0.5)), name="tiny")


def _same_counts(cube: SpectralCube, source: tasks.Source, what: str) -> str:
    scan = run_now(lambda context: tasks.open_scan(source.path, source.options, context))
    if not np.array_equal(np.asarray(scan.cube.counts[:]), np.asarray(cube.counts)):
        raise _failed(f"{source.path.name} {what}", "the counts differ")
    if scan.cube.axis != cube.axis:
        raise _failed(f"{source.path.name} {what}", f"the axis is {scan.cube.axis}")
    return f"{source.path.name}: {what}, {int(scan.sum_spectrum.sum())} counts"


def _failed(what: str, found: str) -> AppError:
    return AppError("The self-test failed.", f"{what}: {found}.", "Install Velatura anew.")
