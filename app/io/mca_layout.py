"""Which files of a folder are the pixels of a scan kept as one `.mca` file per pixel.

Nothing is read here but file names and the small file with the size of the picture.
"""

import contextlib
import itertools
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from app.errors import ReadError
from app.io.formats import cannot_read
from app.io.units import decimal

_SIZE_FILE = "colonneXrighe.txt"
_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})\.mca", re.IGNORECASE | re.DOTALL)
# single points measured beside the map
_SPOTS = "spot_"
# recognising a folder stops here: a folder of anything else may hold very many files
_SNIFFED_FILES = 1000
_MOST_FOLDERS = 32


@dataclass(frozen=True, slots=True)
class PixelFiles:
    """The pixel files of one folder by number, and how many others lie with them."""

    folder: Path
    files: dict[int, Path]
    spots: int
    others: int

    @property
    def first(self) -> int:
        """Number of the first pixel."""
        return 0 if 0 in self.files else 1

    @property
    def pixels(self) -> int:
        """Pixels up to the highest number."""
        return max(self.files) - self.first + 1


@dataclass(frozen=True, slots=True)
class PictureSize:
    """What the size file says; None where it does not."""

    rows: int | None = None
    cols: int | None = None
    dwell_s: float | None = None
    note: str = ""


def has_pixel_files(path: Path) -> bool:
    """Whether a folder, or a folder inside it, holds numbered `.mca` files."""
    return _has_numbered_files(path) or any(map(_has_numbered_files, _folders(path)))


def find_detectors(path: Path) -> tuple[PixelFiles, ...]:
    """The folder itself if it holds pixel files, else those of its folders that do.

    Raises
    ------
    ReadError
        If there are none, or it cannot be told which files are the pixels.
    """
    alone = _detector(path)
    if alone is not None:
        return (alone,)
    found = [item for item in map(_detector, _folders(path)) if item is not None]
    if not found:
        raise refusal(
            path,
            "no numbered .mca files found in it or in the folders inside; single points "
            "(SPOT_1.mca, …) make no map.",
            "Choose the folder with one .mca file per pixel, or the one above it.",
        )
    return tuple(found)


def _detector(folder: Path) -> PixelFiles | None:
    """The series of pixel files in a folder; None when there is none.

    Raises
    ------
    ReadError
        If two series are equally long, or two files have the same number.
    """
    series: dict[str, dict[int, Path]] = defaultdict(dict)
    unnumbered = 0
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        parts = _numbered(name)
        if parts is None:
            unnumbered += name.lower().endswith(".mca") and not name.startswith(".")
            continue
        prefix, number = parts
        if number in series[prefix]:
            twin = series[prefix][number].name
            raise refusal(
                folder, f"{twin} and {name} have the same number.", "Remove the wrong one."
            )
        series[prefix][number] = folder / name
    spots = series.pop(_SPOTS, {})
    if not series:
        return None
    longest = max(series, key=lambda prefix: len(series[prefix]))
    files = series.pop(longest)
    for prefix, rival in series.items():
        if len(rival) == len(files):
            raise refusal(
                folder,
                f"two series of {len(files)} files each, {longest}… and {prefix}…; which of them "
                "is the map cannot be told.",
                "Put each series into a folder of its own.",
            )
    others = unnumbered + sum(len(rival) for rival in series.values())
    return PixelFiles(folder, files, len(spots), others)


def in_order(detector: PixelFiles, rows: int, cols: int) -> tuple[Path, ...]:
    """The files of a picture, row by row.

    Raises
    ------
    ReadError
        If some are missing; the message says how many and which are the first.
    """
    start, pixels = detector.first, rows * cols
    there = sum(start <= number < start + pixels for number in detector.files)
    if there == pixels:
        return tuple(detector.files[number] for number in range(start, start + pixels))
    absent = (number for number in range(start, start + pixels) if number not in detector.files)
    first = list(itertools.islice(absent, min(5, pixels - there)))
    shown = ", ".join(str(number) for number in first) + (", …" if pixels - there > 5 else "")
    whole_rows = (first[0] - start) // cols
    hint = "Copy the folder again."
    if 0 < whole_rows < rows:
        hint += (
            f" If the scan was stopped early: its first {whole_rows} rows are complete; give "
            f"{whole_rows} rows and {cols} columns, or write that into the size file of a copy."
        )
    raise refusal(
        detector.folder,
        f"{pixels - there:,} of {pixels:,} pixel files ({rows} rows × {cols} columns) are "
        f"missing, numbers {shown}.",
        hint,
    )


def find_size_file(folder: Path) -> Path | None:
    """The size file in a folder or the one above."""
    for place in (folder, folder.absolute().parent):
        if (place / _SIZE_FILE).is_file():
            return place / _SIZE_FILE
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.name.casefold() == _SIZE_FILE.casefold() and entry.is_file():
                    return place / entry.name
    return None


def read_size(folder: Path) -> PictureSize:
    """What the size file of a folder says; a file that makes no sense gives a note.

    Raises
    ------
    ReadError
        If the system refuses to read it.
    """
    path = find_size_file(folder)
    if path is None:
        return PictureSize()
    values = {}
    for line in read_content(path).decode("utf-8-sig", "replace").splitlines():
        words = line.split()
        if len(words) == 2:
            values[words[0].lower()] = decimal(words[1])
    rows, cols = values.get("righe"), values.get("colonne")
    dwell_s = max(values.get("dwell-time") or 0.0, 0.0) or None
    if not rows or not cols or min(rows, cols) < 1 or rows % 1 or cols % 1:
        return PictureSize(
            dwell_s=dwell_s,
            note=f"{path.name} cannot be read: it should give whole numbers of righe (rows) and "
            "colonne (columns).",
        )
    return PictureSize(int(rows), int(cols), dwell_s)


def read_content(path: Path) -> bytes:
    """The whole of a small file; ReadError if the system refuses."""
    try:
        with path.open("rb", buffering=0) as stream:
            return stream.read()
    except OSError as error:
        raise cannot_read(path, error) from error


def refusal(path: Path, found: str, hint: str) -> ReadError:
    """The error for a file or folder of a scan."""
    return ReadError("Cannot open this cube.", f"{path.absolute().name}: {found}", hint, path=path)


def _has_numbered_files(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            first = itertools.islice(entries, _SNIFFED_FILES)
            return any(_numbered(entry.name) for entry in first)
    except OSError:
        return False


def _numbered(name: str) -> tuple[str, int] | None:
    """Prefix and number of a pixel file's name; None for other names."""
    match = _NUMBERED.fullmatch(name)
    # some systems leave a small hidden file of the same name beside each one
    if match is None or name.startswith("."):
        return None
    return match[1].casefold(), int(match[2])


def _folders(path: Path) -> list[Path]:
    """Folders inside, by name; unreadable ones are found out when they are entered."""
    with os.scandir(path) as entries:
        names = sorted(
            entry.name for entry in entries if _is_folder(entry) and not entry.name.startswith(".")
        )
    return [path / name for name in names[:_MOST_FOLDERS]]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # a link that leads to itself leads to no folder
        return False
