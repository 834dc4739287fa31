"""Plans of batches as files, and what a killed run leaves beside its results."""

import contextlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from app.core.batch.plan import BatchPlan, plan_from_plain, plan_to_plain
from app.errors import ParameterError, ReadError
from app.io.batch_ledger import FOLDER
from app.io.json_file import read_json, write_json

SUFFIX = ".velatura-batch.json"

_SCHEMA = 1
_KIND = "velatura batch"
# what `app.io.atomic` calls files and folders that are not finished yet
_PART_FOLDER = re.compile(r"\.[0-9a-f]{8}\.part")
_PART_FILE = re.compile(r"\.(?P<stem>.+)\.[0-9a-f]{8}\.part(?P<suffix>\.[^.]*)?")


def is_plan(path: Path) -> bool:
    """Whether a path is named as a plan, and no folder."""
    return path.name.casefold().endswith(SUFFIX) and not path.is_dir()


def read_plan(path: Path) -> BatchPlan:
    """Read a plan; paths that are relative in it are told from its folder on.

    Raises
    ------
    ReadError
        If there is no such file, or it is no plan that this version can read.
    """
    document = read_json(path)
    if document is None:
        raise _unreadable(path, "there is no such file")
    if not isinstance(document, dict) or document.get("kind") != _KIND:
        raise _unreadable(path, f"it is no plan of a batch (no “kind”: “{_KIND}”)")
    schema = document.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise _unreadable(path, f"its version is {schema!r}; expected a number up to {_SCHEMA}")
    if schema > _SCHEMA:
        raise ReadError(
            f"Cannot read {path.name}.",
            f"{path}: a plan of version {schema}; this Velatura reads up to {_SCHEMA}.",
            "Open it with the newer Velatura that saved it, or make the plan again here.",
            path=path,
        )
    try:
        plan = plan_from_plain(_from_folder(document.get("plan"), path.absolute().parent))
    except ParameterError as error:
        raise _unreadable(path, error.message.rstrip(".")) from error
    return plan


def write_plan(plan: BatchPlan, path: Path) -> None:
    """Write a plan; the file is either the old or the new one.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    write_json(path, {"kind": _KIND, "schema": _SCHEMA, "plan": plan_to_plain(plan)})


def last_plan(output: Path) -> Path | None:
    """The plan of the last batch that wrote to a folder; None where there was none."""
    path = output / FOLDER / f"plan{SUFFIX}"
    return path if path.is_file() else None


def keep_plan(plan: BatchPlan) -> None:
    """Write a plan beside its ledger, so that it can be resumed from its output folder alone.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    write_plan(plan, Path(plan.output) / FOLDER / f"plan{SUFFIX}")


def remove_leftovers(targets: Iterable[Path]) -> tuple[Path, ...]:
    """Remove what a killed run left half written beside its targets, and say what that was.

    Only names that `app.io.atomic` gives, of these very targets, are touched. Nobody may be
    writing to them meanwhile.

    Parameters
    ----------
    targets
        Files, and folders for results of several files.
    """
    wanted = list(targets)
    names: dict[Path, set[str]] = {}
    for target in wanted:
        names.setdefault(target.parent, set()).add(target.stem)
    removed = []
    for folder, stems in names.items():
        for entry in _entries(folder):
            match = _PART_FILE.fullmatch(entry.name)
            if match and match["stem"] in stems and entry.is_file() and _unlinked(entry):
                removed.append(entry)
    for target in wanted:
        for entry in _entries(target):
            if _PART_FOLDER.fullmatch(entry.name) and entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
                removed.append(entry)
        if target.is_dir() and not any(_entries(target)):
            with contextlib.suppress(OSError):
                target.rmdir()
    return tuple(removed)


def _entries(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(folder.iterdir())
    except OSError:
        # not there, or no folder: nothing was left in it
        return ()


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _from_folder(entry: object, folder: Path) -> object:
    """The plan's entry with whole paths."""
    if not isinstance(entry, dict):
        return entry
    found = dict(entry)
    if isinstance(found.get("output"), str) and found["output"]:
        found["output"] = str(folder / found["output"])
    inputs = found.get("inputs")
    if isinstance(inputs, list):
        found["inputs"] = [
            {**item, "path": str(folder / item["path"])}
            if isinstance(item, dict) and isinstance(item.get("path"), str)
            else item
            for item in inputs
        ]
    return found


def _unreadable(path: Path, reason: str) -> ReadError:
    return ReadError(
        f"Cannot read {path.name}.",
        f"{path}: {reason}.",
        f"Choose a file that was saved as a plan (*{SUFFIX}).",
        path=path,
    )
