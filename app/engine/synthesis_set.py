"""Many synthetic scans: every picture of a folder in every variation, with a manifest."""

import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.core.pigments import Pigment
from app.core.progress import part_of
from app.core.region import Region
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.named_values import with_values
from app.core.synthesis.plan import SynthesisParameters
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.synthesis import synthesise
from app.engine.synthesis_pigments import palette_named
from app.errors import AppError, ParameterError, WriteError
from app.io.atomic import check_free
from app.io.checksum import checksum
from app.io.formats import OpenOptions, open_cube
from app.io.pictures import is_picture
from app.io.variations import SetRow, Variation, read_manifest, read_variations, write_manifest

MANIFEST = "manifest.json"

_BEGUN, _MADE, _FAILED = "begun", "made", "failed"
# what a variation may give besides the parameters known by name
_OTHERS = ("physics", "pigments", "hidden", "crop")
_MOST_SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class SetReport:
    """What became of a set.

    Parameters
    ----------
    manifest
        Its file.
    rows
        All scans, in the order of pictures and variations.
    made, kept, failed
        Names of files: made now, there already and unchanged, not made.
    """

    manifest: Path
    rows: tuple[SetRow, ...]
    made: tuple[str, ...]
    kept: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """One scan to be made.

    Parameters
    ----------
    picture, variation
        What it is made of, and how.
    file
        Name of its file.
    parameters, pigments
        All else that decides it.
    """

    picture: Path
    variation: Variation
    file: str
    parameters: SynthesisParameters
    pigments: tuple[Pigment, ...]


@dataclass(frozen=True, slots=True)
class SetState:
    """What is going on with one scan of a set: an intermediate result.

    Parameters
    ----------
    file
        Name of its file.
    state
        "begun", "made", "kept" or "failed".
    message
        What failed.
    """

    file: str
    state: str
    message: str = ""


def synthesise_set(
    pictures: Path | Sequence[Path],
    variations: Path | Sequence[Variation],
    start: SynthesisParameters,
    pigments: str | Sequence[Pigment],
    out: Path,
    context: JobContext,
) -> SetReport:
    """Make a scan of every picture for every variation; tells a `SetState` before and after each.

    What the manifest in `out` says was made, from the same picture with the same parameters,
    and is still there as it was written, is not made again. The manifest is written after every
    scan, so that a set that was stopped goes on where it was. A scan that fails is a row of the
    manifest, and the others are made.

    Parameters
    ----------
    pictures
        A folder, or some files.
    variations
        Some, or a TOML file as `app.io.variations.read_variations` takes it. Besides parameters
        by name a variation may give `physics` (true or false), `pigments` (a text or list),
        `hidden` (a picture, from the TOML file's folder on if there is one) and `crop`. Where it
        gives no `seed`, that of `start` and the names of picture and variation decide it.
    start
        Parameters that hold where a variation says nothing.
    pigments
        Likewise, as `palette_named` takes them. Pigments themselves hold where a variation
        computes layers, or does not, as `start` does; the usual ones elsewhere.
    out
        A folder; made where it is absent.

    Raises
    ------
    AppError
        If there are no pictures, a variation makes no sense, or the manifest cannot be read or
        written.
    """
    scans = planned_set(pictures, variations, start, pigments)
    _make_folder(out)
    manifest = out / MANIFEST
    rows = {row.file: row for row in read_manifest(manifest)}
    states: dict[str, list[str]] = {"made": [], "kept": [], "failed": []}
    for number, scan in enumerate(scans):
        part = part_of(context.progress, number / len(scans), (number + 1) / len(scans))
        part(0.0, f"{scan.file} ({number + 1} of {len(scans)})")
        context.partial(SetState(scan.file, _BEGUN))

        def note(row: SetRow) -> None:
            rows[row.file] = row
            write_manifest(manifest, tuple(rows.values()))

        row, state = _made(scan, out, rows.get(scan.file), note, _Part(context, part))
        states[state].append(scan.file)
        note(row)
        context.partial(SetState(scan.file, state, row.error))
    wanted = tuple(rows[scan.file] for scan in scans)
    parts = (tuple(states[state]) for state in ("made", "kept", "failed"))
    return SetReport(manifest, wanted, *parts)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            "The folder for the scans cannot be made.",
            f"{out}: {error.strerror or error}.",
            "Choose another one.",
            path=out,
        ) from error


class _Part:
    """A job's context whose progress is a part of the whole."""

    def __init__(self, context: JobContext, progress: Callable[..., None]) -> None:
        self._context, self.progress = context, progress

    def check(self) -> None:
        self._context.check()

    def partial(self, value: Any) -> None:
        """A set shows nothing in between."""


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """The pictures of a folder by name; none where it cannot be read."""
    return tuple(sorted(path for path in folder.glob("*") if path.is_file() and is_picture(path)))


def planned_set(
    pictures: Path | Sequence[Path],
    variations: Path | Sequence[Variation],
    start: SynthesisParameters,
    pigments: str | Sequence[Pigment],
) -> list[PlannedScan]:
    """All scans of a set, as `synthesise_set` makes them.

    Raises
    ------
    AppError
        If there are no pictures, or two of one name, or a variation makes no sense.
    """
    found = list(pictures_in(pictures) if isinstance(pictures, Path) else pictures)
    if not found:
        raise ParameterError(
            "There are no pictures to make scans of.",
            f"{pictures or 'The list'}: found no PNG, JPEG, TIFF or BMP file.",
            "Choose a folder with pictures.",
        )
    names = [path.name.casefold() for path in found]
    twice = next((path.name for path in found if names.count(path.name.casefold()) > 1), "")
    if twice:
        raise ParameterError(
            "Two pictures have the same name.",
            f"Found {twice} more than once; their scans would have the same names, too.",
            "Leave one of them out, or rename it.",
        )
    scans = []
    known = read_variations(variations) if isinstance(variations, Path) else variations
    folder = variations.parent if isinstance(variations, Path) else Path()
    stems = [path.stem.casefold() for path in found]
    for variation in known:
        parameters, palette = _of(variation, folder, start, pigments)
        for path in found:
            name = path.stem if stems.count(path.stem.casefold()) == 1 else path.name
            seed = parameters.recipe.seed
            if "seed" not in variation.values:
                told = f"\n{seed}" if seed else ""
                seed = zlib.crc32(f"{path.name}\n{variation.name}{told}".encode()) % _MOST_SEEDS
            seeded = replace(parameters, recipe=replace(parameters.recipe, seed=seed))
            file = f"{name}.{variation.name}.h5"
            scans.append(PlannedScan(path, variation, file, seeded, palette))
    scans.sort(key=lambda scan: found.index(scan.picture))
    return scans


def _of(
    variation: Variation,
    folder: Path,
    start: SynthesisParameters,
    pigments: str | Sequence[Pigment],
) -> tuple[SynthesisParameters, tuple[Pigment, ...]]:
    """Parameters and palette of a variation."""
    try:
        values = dict(variation.values)
        others = {name: values.pop(name) for name in _OTHERS if name in values}
        has_layers = others.get("physics", start.physics is not None)
        if not isinstance(has_layers, bool):
            raise ParameterError("“physics” is true or false.", f"Found {has_layers!r}.")
        begin = replace(start, physics=start.physics or PhysicsRecipe() if has_layers else None)
        if "hidden" in others:
            begin = replace(begin, hidden=folder / str(others["hidden"]))
        if "crop" in others:
            begin = replace(begin, crop=Region.parse(str(others["crop"])))
        parameters = with_values(begin, values)
        if parameters.hidden is not None and not parameters.hidden.is_file():
            raise ParameterError(
                "The hidden picture cannot be opened.",
                f"{parameters.hidden}: there is no such file.",
                "Its place is told from the folder of the variations' file on.",
            )
        if parameters.physics is not None:
            Instruments().named(parameters.physics.instrument)
        is_other = has_layers is not (start.physics is not None)
        usual = "" if is_other and not isinstance(pigments, str) else pigments
        named = others.get("pigments", usual)
        return parameters, _palette(named, has_layers=has_layers)
    except AppError as error:
        raise ParameterError(
            f"The variation “{variation.name}” makes no sense.",
            f"{error.title} {error.message}",
            error.hint,
        ) from error


def _palette(named: Any, *, has_layers: bool) -> tuple[Pigment, ...]:
    """Pigments themselves, or by the names that a variation or a command line gives."""
    parts = named if isinstance(named, list | tuple) else [named]
    pigments = tuple(item for item in parts if isinstance(item, Pigment))
    if pigments:
        return pigments
    return palette_named(", ".join(str(part) for part in parts), has_layers=has_layers)


def _made(
    scan: PlannedScan,
    out: Path,
    before: SetRow | None,
    note: Callable[[SetRow], None],
    context: JobContext,
) -> tuple[SetRow, str]:
    """The row of a scan, and whether it was made, kept or failed."""
    row = SetRow(scan.file, scan.picture.name, scan.variation.name, scan.parameters.recipe.seed)
    target = out / scan.file
    try:
        hidden = scan.parameters.hidden
        row = replace(
            row,
            picture_checksum=checksum((scan.picture,)),
            hidden_checksum="" if hidden is None else checksum((hidden,)),
            recipe_checksum=_recipe_checksum(scan),
        )
        if before is not None and _is_kept(row, before, target):
            return before, "kept"
        # only what an earlier run of this set has made, or was about to make
        overwrite = before is not None and before.state in (_MADE, _BEGUN)
        check_free([target], overwrite=overwrite)
        note(replace(row, state=_BEGUN))
        synthesise(
            scan.picture, scan.pigments, scan.parameters, target, context, overwrite=overwrite
        )
        made = replace(
            row,
            state=_MADE,
            file_checksum=checksum((target,)),
            counts_checksum=counts_checksum(target, context),
        )
        return made, _MADE
    except AppError as error:
        return replace(row, state=_FAILED, error=f"{error.title} {error.message}"), _FAILED


def _is_kept(row: SetRow, before: SetRow, target: Path) -> bool:
    """Whether a scan that was made before is still what would be made now."""
    same = ("picture_checksum", "hidden_checksum", "recipe_checksum", "seed")
    if before.state != _MADE or any(getattr(row, key) != getattr(before, key) for key in same):
        return False
    return target.exists() and checksum((target,)) == before.file_checksum


def counts_checksum(path: Path, context: JobContext) -> str:
    """SHA-256 of a scan's counts as little-endian numbers, row by row and point by point.

    Raises
    ------
    ReadError
        If the scan cannot be read.
    """
    digest = hashlib.sha256()
    for _, block in open_cube(path, OpenOptions()).blocks():
        context.check()
        little = block if sys.byteorder == "little" else block.byteswap()
        digest.update(np.ascontiguousarray(little).data)
    return f"sha256:{digest.hexdigest()}"


def _recipe_checksum(scan: PlannedScan) -> str:
    """SHA-256 of parameters, instrument and pigments."""
    physics = scan.parameters.physics
    known = {
        "parameters": {**asdict(scan.parameters), "hidden": None, "is_quick": False},
        "instrument": None
        if physics is None
        else Instruments().named(physics.instrument).to_json(),
        "pigments": [_pigment(pigment, scan.parameters) for pigment in scan.pigments],
    }
    text = json.dumps(known, sort_keys=True, default=str, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _pigment(pigment: Pigment, parameters: SynthesisParameters) -> dict[str, Any]:
    """What of a pigment decides a scan."""
    parts: Sequence[Any] = [asdict(component) for component in pigment.components]
    spectra = [
        hashlib.sha256(item.counts.astype("<f4").tobytes()).hexdigest()
        for item in pigment.spectra
        if parameters.physics is None and item.label == parameters.spectrum
    ]
    return {
        "name": pigment.name,
        "srgb": pigment.srgb,
        "components": parts,
        "density": pigment.density_g_cm3,
        "spectra": spectra,
    }
