"""Small pictures of a scan's results, and the contact sheet of many scans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.batch.sheet import (
    Digest,
    Scaling,
    Sheet,
    Tile,
    colour_tile,
    map_tile,
    unique_columns,
)
from app.core.progress import part_of
from app.core.scan import Scan
from app.engine.batch.report_colours import made_colours
from app.engine.batch.report_parts import TaskResult, all_steps, size_text
from app.engine.batch.report_results import made_maps, result_of
from app.engine.exports import check_suffix
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.errors import AppError, WriteError
from app.io import abundance_files, cluster_files, digest_files, store
from app.io.atomic import check_free, written, written_together
from app.io.cluster_picture import cluster_rgb

_MOST_GROUPS = 6


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One scan of a contact sheet.

    Parameters
    ----------
    name
        Of the scan.
    digest
        The file that `write_digest` wrote; None where the scan was not done.
    message
        Why it was not.
    """

    name: str
    digest: Path | None
    message: str = ""


def write_digest(
    source: Source,
    results: Sequence[TaskResult],
    target: Path,
    context: JobContext,
    *,
    overwrite: bool = True,
) -> tuple[Path, ...]:
    """Write small pictures of a scan's results, for a contact sheet.

    Raises
    ------
    AppError
        If the scan or a result cannot be read, or the file cannot be written.
    """
    check_suffix(target, (digest_files.SUFFIX,), "digest")
    check_free([target], overwrite=overwrite)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.8)
    )
    digest = scan_digest(scan, results)
    context.progress(0.9, "Writing small pictures")
    with written(target, overwrite=overwrite) as beside:
        digest_files.write_digest(digest, beside)
    return (target,)


def scan_digest(scan: Scan, results: Sequence[TaskResult]) -> Digest:
    """The small pictures of a scan's results; raises AppError if a result cannot be read."""
    step = scan.cube.acquisition.step_mm
    return Digest(
        name=scan.cube.name,
        details=size_text(scan.cube),
        aspect=1.0 if step is None else step[0] / step[1],
        tiles=unique_columns(tile for item in results for tile in _tiles(scan, item)),
        date=max((item.time for item in all_steps(results)), default=""),
    )


def _tiles(scan: Scan, result: TaskResult) -> Iterator[Tile]:
    if result.task == "maps":
        for _, item in made_maps(scan, result):
            unit = "net counts" if item.is_net else "counts"
            yield map_tile(item.name, item.counts, unit)
    elif result.task == "recolour":
        colours = made_colours(result)
        if colours is not None:
            name = colours.texts.get("velatura:model", "")
            yield colour_tile(f"Predicted: {name}" if name else "Predicted colours", colours.rgba)
    elif result.task == "cluster":
        clusters = cluster_files.read_clusters(result_of(result, ".h5"))
        # one colour means one thing within a scan, and another thing in the next
        name = "Clusters, each scan's own"
        yield colour_tile(name, cluster_rgb(clusters.labels), is_even=True)
    elif result.task == "unmix":
        found = abundance_files.read_abundances(result_of(result, ".h5"))
        totals = found.maps.sum(axis=(1, 2))
        # the groups with the most counts; the report has them all
        for place in totals.argsort()[::-1][:_MOST_GROUPS]:
            if totals[place] > 0:
                yield map_tile(found.groups[place].name, found.maps[place])


def write_contact_sheet(
    entries: Sequence[SheetEntry],
    target: Path,
    context: JobContext,
    *,
    scaling: Scaling = Scaling.SHARED,
    title: str = "",
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the contact sheet of a batch as picture (`.png`) or with pages (`.pdf`).

    Parameters
    ----------
    entries
        All scans, in their order; those whose digest cannot be read are named among those
        that were not done.
    title
        Above all; the file's name by default.

    Returns
    -------
    tuple
        The file; of very many scans several PNG files, the further ones with -2, -3 in their
        names.

    Raises
    ------
    AppError
        If there is no scan, or the sheet cannot be written; nothing is left behind then.
    """
    check_suffix(target, (".png", ".pdf"), "contact sheet")
    check_free([target], overwrite=overwrite)
    if not entries:
        raise WriteError(
            f"Cannot write {target.name}.", "There is no scan for it.", "Add scans first."
        )
    sheet = read_sheet(entries, title or target.stem, scaling, context)
    context.progress(0.6, f"Writing {target.name}")
    if target.suffix.lower() == ".pdf":
        from app.io import contact_sheet_pdf

        with written(target, overwrite=overwrite) as beside:
            contact_sheet_pdf.write_sheet(sheet, beside)
        return (target,)
    return _write_pictures(sheet, target, overwrite=overwrite)


def read_sheet(
    entries: Sequence[SheetEntry], title: str, scaling: Scaling, context: JobContext
) -> Sheet:
    """The sheet before it is drawn."""
    digests: list[Digest] = []
    missing: list[tuple[str, str]] = []
    for number, entry in enumerate(entries):
        context.progress(0.6 * number / len(entries), f"Reading {entry.name}")
        if entry.digest is None:
            missing.append((entry.name, entry.message))
            continue
        try:
            digests.append(digest_files.read_digest(entry.digest))
        except AppError as error:
            missing.append((entry.name, str(error)))
    return Sheet(title, tuple(digests), tuple(missing), scaling)


def _write_pictures(sheet: Sheet, target: Path, *, overwrite: bool) -> tuple[Path, ...]:
    from app.io import contact_sheet, images

    pictures = contact_sheet.draw_sheet(sheet)
    further = [f"{target.stem}-{number}{target.suffix}" for number in range(2, len(pictures) + 1)]
    names = [target.name, *further]
    text = {"Title": sheet.title}
    with written_together(target.parent, names, overwrite=overwrite) as folder:
        for name, picture in zip(names, pictures, strict=True):
            images.write_png(picture, folder / name, (), text)
    return tuple(target.with_name(name) for name in names)
