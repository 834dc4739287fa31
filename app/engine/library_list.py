"""Which files are on the list of the user's own pigment libraries, and what each says of itself."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import paths
from app.errors import AppError, ReadError
from app.io.json_file import put_aside, read_json, write_json
from app.io.pigment_store import SUFFIX, PigmentStore

FILE_NAME = "libraries.json"


@dataclass(frozen=True, slots=True)
class ListedLibrary:
    """One row of the list of libraries.

    Parameters
    ----------
    name
        Unique in the list; where two files have one name inside, the file's name is added.
    path
        The file; None for the shipped library.
    count
        How many pigments it holds; 0 where it cannot be read.
    library_version
        Version of the content.
    is_read_only
        Whether pigments can be changed in it.
    problem
        Why it cannot be read; None where it can.
    """

    name: str
    path: Path | None
    count: int
    library_version: str
    is_read_only: bool
    problem: AppError | None = None


class LibraryList:
    """The libraries of a folder, without those left out, and files elsewhere that were added.

    Parameters
    ----------
    folder
        Where the libraries lie, and the file that keeps what differs from that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> tuple[Path, ...]:
        """The files on the list, those of the folder first."""
        elsewhere, hidden = self._kept()
        folder = self._folder
        inside = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
        outside = [Path(entry) for entry in elsewhere if Path(entry) not in inside]
        return tuple(path for path in (*inside, *outside) if str(path) not in hidden)

    def add(self, path: Path) -> None:
        """Put a file on the list; raises WriteError if that cannot be kept."""
        entry = str(path)
        elsewhere, hidden = self._kept()
        if path.parent != self._folder and entry not in elsewhere:
            elsewhere = [*elsewhere, entry]
        self._keep(elsewhere, [known for known in hidden if known != entry])

    def leave_out(self, path: Path) -> None:
        """Take a file off the list; raises WriteError if that cannot be kept."""
        entry = str(path)
        elsewhere, hidden = self._kept()
        if path.parent == self._folder and entry not in hidden:
            hidden = [*hidden, entry]
        self._keep([known for known in elsewhere if known != entry], hidden)

    def _kept(self) -> tuple[list[str], list[str]]:
        """Files elsewhere and files left out; both empty where what was kept cannot be read."""
        try:
            document = read_json(self._folder / FILE_NAME)
        except ReadError:
            document = None
        table = document if isinstance(document, dict) else {}
        return _texts(table.get("elsewhere")), _texts(table.get("left_out"))

    def _keep(self, elsewhere: Sequence[str], hidden: Sequence[str]) -> None:
        target = paths.made_folder(self._folder) / FILE_NAME
        try:
            read_json(target)
        except ReadError:
            put_aside(target)
        write_json(target, {"elsewhere": list(elsewhere), "left_out": list(hidden)})


def listed(path: Path) -> ListedLibrary:
    """What a file says of itself, or why it cannot be read."""
    try:
        info = PigmentStore(path, read_only=True).info()
    except AppError as error:
        return ListedLibrary(path.stem, path, 0, "", is_read_only=True, problem=error)
    is_fixed = not os.access(path, os.W_OK)
    return ListedLibrary(info.name, path, info.count, info.library_version, is_fixed)


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
