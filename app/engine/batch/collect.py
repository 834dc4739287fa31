"""The scans in files and folders, and what is in each, before anything is done to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from app.core.batch.plan import BatchInput
from app.engine.batch.outcome import source_of
from app.errors import AppError
from app.io import formats, mca_folder
from app.io.batch_ledger import FOLDER as LEDGER_FOLDER
from app.io.batch_ledger import LedgerReader
from app.io.formats import DatasetPeek, Peek

_HEADER, _RAW = ".rpl", ".raw"


@dataclass(frozen=True, slots=True)
class Collected:
    """A scan and what is known of it without its counts.

    Parameters
    ----------
    input
        How it would be opened.
    peek
        What is in it; None where that cannot be read.
    problem
        Why it cannot be worked on as it is, in words; empty where it can.
    """

    input: BatchInput
    peek: Peek | None = None
    problem: str = ""


def collected(
    paths: Iterable[Path], patterns: Sequence[str] = (), *, recursive: bool = True
) -> Iterator[Collected]:
    """What `found` finds, each looked at, one after the other.

    Parameters
    ----------
    paths, patterns, recursive
        As in `found`.
    """
    for path in found(paths, patterns, recursive=recursive):
        yield looked_at(BatchInput(str(path)))


def found(
    paths: Iterable[Path],
    patterns: Sequence[str] = (),
    *,
    recursive: bool = True,
    only_inside: bool = False,
) -> tuple[Path, ...]:
    """The scans in files and folders, by their names alone, each once.

    Parameters
    ----------
    paths
        Files, which are taken as they are, and folders, in which scans are looked for. A folder
        of `.mca` files is a scan itself. What batches have written into folders is none.
    patterns
        As `*.h5` or `panel-?.*`; of what lies in folders only names that fit one of them are
        taken, whatever their capitals. None takes all that have the suffix of a scan.
    recursive
        Whether folders within folders are looked into, too. Hidden ones are not.
    only_inside
        Whether a folder that is given is never a scan itself, whatever lies in it.

    Returns
    -------
    tuple of Path
        From the root on, in the order given, within a folder by name. What is not there or
        cannot be listed is among them: `looked_at` tells why.

    Raises
    ------
    ReadError
        If the ledger of an earlier batch cannot be read.
    """
    known: dict[Path, None] = {}
    for path in paths:
        whole = path.absolute()
        if whole.is_dir():
            inside = _within(whole, tuple(patterns), recursive, may_be_scan=not only_inside)
            known.update(dict.fromkeys(_without_results(tuple(inside))))
        else:
            known[whole] = None
    # of a Ripple cube both halves may have been given
    return tuple(path for path in known if not _is_second_half(path, known))


def _without_results(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths without what batches have written, as ledgers in or above their folders tell."""
    folders = {folder for path in paths for folder in path.parents}
    own = {
        target
        for folder in folders
        if (folder / LEDGER_FOLDER).is_dir()
        for target in LedgerReader(folder).own_targets()
    }
    return tuple(path for path in paths if own.isdisjoint((path, *path.parents)))


def looked_at(item: BatchInput) -> Collected:
    """Look into a scan's header; what is wrong with it is told, not raised."""
    source = source_of(item)
    try:
        peek = formats.peek(source.path)
        dataset = chosen_dataset(peek, item)
        if dataset.shape is None and item.rows is None:
            return Collected(item, peek, "It does not say how many rows and columns it has.")
        formats.open_cube(source.path, source.options)
    except AppError as error:
        return Collected(item, None, f"{error} {error.hint}".strip())
    return Collected(item, peek)


def chosen_dataset(peek: Peek, item: BatchInput) -> DatasetPeek:
    """The cube of a file that would be opened."""
    return next((entry for entry in peek.datasets if entry.name == item.dataset), peek.best)


def _within(
    folder: Path, patterns: tuple[str, ...], recursive: bool, *, may_be_scan: bool = True
) -> Iterator[Path]:
    """Scans in a folder; the folder itself where it is one or cannot be listed."""
    try:
        if may_be_scan and mca_folder.sniff(folder):
            yield folder
            return
        entries = sorted(folder.iterdir(), key=lambda path: path.name.casefold())
    except OSError:
        yield folder
        return
    suffixes = formats.suffixes()
    names = {entry.name.casefold() for entry in entries}
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            # a link to a folder above would lead round for ever
            if recursive and not entry.is_symlink():
                yield from _fitting(entry, patterns)
        elif entry.suffix.lower() in suffixes and _fits(entry, patterns):
            is_half = entry.suffix.lower() == _RAW
            if not (is_half and f"{entry.stem}{_HEADER}".casefold() in names):
                yield entry


def _fitting(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """Scans in a folder within a folder; one that is a scan itself has to fit the patterns."""
    for path in _within(folder, patterns, True):
        if path != folder or _fits(path, patterns):
            yield path


def _fits(path: Path, patterns: tuple[str, ...]) -> bool:
    name = path.name.casefold()
    return not patterns or any(fnmatch(name, pattern.casefold()) for pattern in patterns)


def _is_second_half(path: Path, known: dict[Path, None]) -> bool:
    return path.suffix.lower() == _RAW and any(
        path.with_suffix(suffix) in known for suffix in (_HEADER, _HEADER.upper())
    )
