"""HDF5 files from others: opening them, what is inside, and what goes wrong, in words."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from pathlib import Path
from typing import Any

from app.errors import ReadError
from app.io.formats import cannot_read

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
# unpacked chunks of a dataset that are kept, so that narrow row blocks share them; the row of
# chunks that our own writer leaves at most fits
CHUNK_CACHE_BYTES = 288 * 2**20
_MOST_OBJECTS = 100_000
_FAILURES = (OSError, RuntimeError, KeyError, ValueError)
# where a superblock of version 2 or 3 keeps its version and its marks, after the signature
_VERSION_BYTE, _MARKS_BYTE = 8, 11
_WRITTEN, _SWMR = 0b001, 0b100


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset and all paths that lead to it, the shortest first, without a leading slash."""

    dataset: Any
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path to show."""
        return self.names[0]


def has_signature(path: Path) -> bool:
    """Whether HDF5's signature is at byte 0, 512, 1024, 2048 and so on."""
    try:
        with path.open("rb") as stream:
            position = 0
            while True:
                stream.seek(position)
                head = stream.read(len(_SIGNATURE))
                if head == _SIGNATURE:
                    return True
                if len(head) < len(_SIGNATURE):
                    return False
                position = max(2 * position, 512)
    except OSError:
        return False


class WriterMark(StrEnum):
    """What an HDF5 file says of who has it open for writing."""

    NONE = "none"
    WRITTEN = "written"
    SWMR = "swmr"
    UNKNOWN = "unknown"


def writer_mark(path: Path) -> WriterMark:
    """Whether somebody has an HDF5 file open for writing, as far as it tells.

    Returns
    -------
    WriterMark
        SWMR where others may read it meanwhile, WRITTEN where they may not yet. UNKNOWN for
        files of the library's older layouts, which carry no such mark, and for what is no
        HDF5 file (yet). A writer that was killed leaves its mark behind.

    Notes
    -----
    File consistency flags of superblock version 3: HDF5 File Format Specification 3.0, The HDF
    Group, section II.A.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_MARKS_BYTE + 1)
    except OSError:
        return WriterMark.UNKNOWN
    if len(head) <= _MARKS_BYTE or head[:8] != _SIGNATURE or head[_VERSION_BYTE] < 3:
        return WriterMark.UNKNOWN
    marks = head[_MARKS_BYTE]
    if marks & _SWMR:
        return WriterMark.SWMR
    return WriterMark.WRITTEN if marks & _WRITTEN else WriterMark.NONE


def datasets_in(file: Any) -> tuple[list[Found], list[str]]:
    """All datasets of an open file, each once, and a sentence for each link not followed.

    Groups that contain themselves are entered once. Soft links give further names to a dataset;
    links to other files are not followed.
    """
    names: dict[Any, list[str]] = {}
    soft: list[str] = []
    notes: list[str] = []
    seen = {file["/"]}
    waiting = deque([("", file["/"])])
    while waiting and len(seen) + len(names) < _MOST_OBJECTS:
        prefix, group = waiting.popleft()
        try:
            for key in group:
                _visit(group, key, f"{prefix}{key}", names, soft, notes, seen, waiting)
        except _FAILURES:
            notes.append(f"The group “{prefix.rstrip('/') or '/'}” cannot be read.")
    for name in soft:
        _add_alias(file, name, names, notes)
    # hard links were met breadth first; soft ones come after them
    return [Found(dataset, tuple(found)) for dataset, found in names.items()], notes


def _visit(
    group: Any,
    key: str,
    name: str,
    names: dict[Any, list[str]],
    soft: list[str],
    notes: list[str],
    seen: set[Any],
    waiting: deque[tuple[str, Any]],
) -> None:
    import h5py

    link = group.get(key, getlink=True)
    if isinstance(link, h5py.SoftLink):
        soft.append(name)
        return
    if isinstance(link, h5py.ExternalLink):
        other = Path(link.filename).name
        notes.append(f"“{name}” lies in another file, {other}, and is not shown; open that one.")
        return
    try:
        item = group[key]
    except _FAILURES:
        notes.append(f"“{name}” cannot be read.")
        return
    if isinstance(item, h5py.Dataset):
        names.setdefault(item, []).append(name)
    elif isinstance(item, h5py.Group) and item not in seen:
        seen.add(item)
        waiting.append((f"{name}/", item))


def _add_alias(file: Any, name: str, names: dict[Any, list[str]], notes: list[str]) -> None:
    import h5py

    try:
        item = file[name]
    except _FAILURES:
        notes.append(f"The link “{name}” leads nowhere.")
        return
    if isinstance(item, h5py.Dataset) and item in names:
        names[item].append(name)


def text_of(value: Any) -> str:
    """An attribute or scalar dataset as text; empty when it is none."""
    while hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def open_hdf5(path: Path) -> Any:
    """Open an HDF5 file for reading, without locks so that network drives work.

    One that a scanner is writing so that others may read it (SWMR) is opened as it is now.

    Raises
    ------
    ReadError
        If the system refuses or it is not a whole HDF5 file.
    """
    import h5py
    import hdf5plugin  # noqa: F401  (registers the filters that files may be packed with)

    try:
        # the system's own words for a missing or forbidden file are clearer than the library's
        path.open("rb").close()
    except OSError as error:
        raise cannot_read(path, error) from error
    try:
        is_live = writer_mark(path) is WriterMark.SWMR
        return h5py.File(path, "r", locking=False, swmr=is_live)
    except (OSError, RuntimeError) as error:
        raise hdf5_trouble(path, "", error) from error


def kept(dataset: Any) -> Any:
    """The dataset, to be held open; None, and its file closed, while that is being written (SWMR).

    Who else of this program follows such a file would see it as it was when it was opened here, as
    the library shares what it knows of a file among all handles.
    """
    if not dataset.file.swmr_mode:
        return dataset
    dataset.file.close()
    return None


def hdf5_trouble(path: Path, dataset: str, error: Exception) -> ReadError:
    """Tell in words why HDF5 would not read a file or one of its datasets."""
    reason = str(error)
    where = f"the dataset “{dataset}”" if dataset else "the file"
    hint = "Copy the file again from where it was measured."
    if "filter" in reason or "plugin" in reason:
        found = f"{where} is packed with a filter that is unknown or finds damaged data"
        hint = "Have it saved with a common filter (gzip, LZ4, Blosc), or copy it again."
    elif "signature" in reason:
        found = "it is not an HDF5 file"
    elif isinstance(error, KeyError):
        found = f"{where} is not in it"
        hint = "Choose another dataset."
    elif "already open for write" in reason:
        found = "another program has it open for writing, or was ended while it had"
        hint = "Wait until it is closed; if nothing writes it any more, run h5clear -s on a copy."
    elif "truncated" in reason:
        found = "the file is cut short; its header announces more bytes than there are"
    else:
        found = f"{where} cannot be read; it is damaged or cut short"
    return ReadError("Cannot open this cube.", f"{path.name}: {found}.", hint, path=path)


def with_chunk_cache(file: Any, name: str, rows_axis: int, most_bytes: int) -> Any:
    """The dataset of that name, keeping one row of its unpacked chunks if `most_bytes` allow."""
    import h5py

    plain = file[name]
    if plain.chunks is None:
        return plain
    wanted = plain.dtype.itemsize * plain.chunks[rows_axis]
    wanted *= prod(n for axis, n in enumerate(plain.shape) if axis != rows_axis)
    # as long as a dataset is open, all openings of it share the first one's cache
    del plain
    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
    # the number of slots should be a prime, well above the number of chunks kept
    access.set_chunk_cache(100_003, min(wanted + 2**20, most_bytes), 0.75)
    return h5py.Dataset(h5py.h5d.open(file.id, name.encode(), access))
