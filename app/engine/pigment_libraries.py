"""The pigment libraries: the shipped one, which nobody changes, and the user's own files."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from app import paths
from app.core.pigments import Pigment
from app.engine import exports
from app.engine.library_list import LibraryList, ListedLibrary, listed
from app.errors import ParameterError, ReadError
from app.io import pigment_archive, pigment_files
from app.io.pigment_archive import LibraryContent
from app.io.pigment_records import folded, free_name
from app.io.pigment_store import SUFFIX, Clash, MergeReport, PigmentStore

SHIPPED = "pigments/velatura.pigments.zip"
DEFAULT_NAME = "My pigments"
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class LibraryPigment:
    """A pigment and where it is from."""

    library: str
    pigment: Pigment


class Libraries:
    """The shipped library and the user's own.

    The user's own are the `.pigments` files of a folder, and files elsewhere that were added to
    the list, such as one on a shared drive. Each question looks at the files anew: what another
    program adds is there the next time. No file is ever deleted here.

    Parameters
    ----------
    folder
        Where the user's own are; by default `pigments` in the folder of the user's data.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the user's own are; raises as `app.paths.data_dir`."""
        return self._folder or paths.data_dir() / "pigments"

    def shipped(self) -> LibraryContent:
        """The library that comes with the program, read once.

        Raises
        ------
        ReadError
            If the installation is damaged.
        """
        return self._shipped

    @cached_property
    def _shipped(self) -> LibraryContent:
        try:
            path = paths.resource(SHIPPED)
        except FileNotFoundError as error:
            raise ReadError(
                "The pigments that come with Velatura are missing.", f"{error}.", "Install it anew."
            ) from error
        return pigment_archive.read_archive(path)

    def own(self) -> tuple[ListedLibrary, ...]:
        """The user's own, by name; one that cannot be read is listed with its problem."""
        found = [listed(path) for path in LibraryList(self.folder).files()]
        names = [item.name.casefold() for item in found]
        taken = {name for name in names if names.count(name) > 1}
        taken.add(self.shipped().name.casefold())
        unique = (_told_apart(item) if item.name.casefold() in taken else item for item in found)
        return tuple(sorted(unique, key=lambda item: item.name.casefold()))

    def all(self) -> tuple[ListedLibrary, ...]:
        """The shipped one first, then the user's own."""
        content = self.shipped()
        shipped = ListedLibrary(
            content.name, None, len(content.pigments), content.version, is_read_only=True
        )
        return (shipped, *self.own())

    def named(self, which: str | Path) -> ListedLibrary:
        """A library by its name, small and capital letters alike, or by its file.

        Raises
        ------
        ParameterError
            If there is none; the message lists the known ones.
        """
        known = self.all()
        wanted = str(which).strip().casefold()
        for item in known:
            if item.name.casefold() == wanted:
                return item
        path = Path(which)
        if path.suffix.casefold() == SUFFIX and path.exists():
            return listed(path.absolute())
        raise ParameterError(
            f"There is no pigment library “{which}”.",
            f"Known are {', '.join(item.name for item in known)}.",
            "Choose one of these, or give the path of a .pigments file that is there.",
            path=path,
        )

    def open(self, which: str | Path) -> PigmentStore:
        """One of the user's own, to read and to change.

        Raises
        ------
        ParameterError
            If there is none of that name, or it is the shipped one.
        ReadError
            If the file cannot be read.
        """
        item = self.named(which)
        if item.path is None:
            raise ParameterError(
                f"“{item.name}” comes with Velatura and is not changed.",
                "Every copy of this version has the same pigments in it.",
                "Copy the pigment into a library of your own and change it there.",
            )
        if item.problem is not None:
            raise item.problem
        return PigmentStore(item.path)

    def pigments(self, which: str | Path) -> tuple[Pigment, ...]:
        """The pigments of a library by name or file; raises as `open`, but takes the shipped."""
        item = self.named(which)
        if item.path is None:
            return self.shipped().pigments
        if item.problem is not None:
            raise item.problem
        return PigmentStore(item.path, read_only=True).pigments()

    def all_pigments(self) -> tuple[LibraryPigment, ...]:
        """The pigments of all libraries that can be read, the shipped ones first."""
        found: list[LibraryPigment] = []
        for item in self.all():
            if item.problem is None:
                found += [LibraryPigment(item.name, entry) for entry in self.pigments(item.name)]
        return tuple(found)

    def find(self, name: str, which: str | Path | None = None) -> LibraryPigment:
        """A pigment by its name, id or a synonym, small and capital letters alike.

        Parameters
        ----------
        name
            A name counts more than an id, an id more than a synonym.
        which
            The library to look in; None for all, the user's own before the shipped one.

        Raises
        ------
        ParameterError
            If there is none; the message lists names that are nearly the same.
        ReadError
            If the library that was named cannot be read.
        """
        if which is None:
            entries = self.all_pigments()
            shipped = self.shipped().name
            entries = tuple(sorted(entries, key=lambda entry: entry.library == shipped))
        else:
            library = self.named(which).name
            entries = tuple(LibraryPigment(library, item) for item in self.pigments(which))
        wanted = name.strip().casefold()
        for texts in (_names, _identifiers, _synonyms):
            for entry in entries:
                if wanted in texts(entry.pigment):
                    return entry
        raise _no_pigment(name, which, [entry.pigment for entry in entries])

    def default_own(self) -> PigmentStore:
        """The library new pigments go to where none is named, created when first needed.

        Raises
        ------
        AppError
            If it cannot be read or created.
        """
        for item in self.own():
            if item.name.casefold() == DEFAULT_NAME.casefold():
                return self.open(item.name)
        return self.create(DEFAULT_NAME)

    def create(self, name: str, pigments: Iterable[Pigment] = ()) -> PigmentStore:
        """A new library in the folder, empty or with pigments.

        Raises
        ------
        ParameterError
            If the name is empty, too long or taken.
        WriteError
            If the file cannot be written.
        """
        plain = self._checked_name(name)
        folder = paths.made_folder(self.folder)
        return PigmentStore.create(_free_path(folder, plain), plain, pigments=pigments)

    def duplicate(self, which: str | Path, name: str) -> PigmentStore:
        """A copy of a library, the shipped one too, under a new name.

        Raises
        ------
        ParameterError
            If there is no such library or the new name cannot be used.
        AppError
            If it cannot be read or written.
        """
        return self.create(name, self.pigments(which))

    def add(self, path: Path) -> ListedLibrary:
        """Put a library that lies elsewhere on the list; the file stays where it is.

        Raises
        ------
        ReadError
            If it is no pigment library.
        WriteError
            If the list cannot be written.
        """
        whole = path.absolute()
        item = listed(whole)
        if item.problem is not None:
            raise item.problem
        LibraryList(self.folder).add(whole)
        return item

    def forget(self, which: str | Path) -> ListedLibrary:
        """Take a library off the list; its file is neither moved nor changed.

        Raises
        ------
        ParameterError
            If there is none of that name, or it is the shipped one.
        WriteError
            If the list cannot be written.
        """
        item = self.named(which)
        if item.path is None:
            raise ParameterError(
                f"“{item.name}” comes with Velatura and stays on the list.",
                "Its pigments are the ones others mean, too.",
                "Filter the pigments instead.",
            )
        LibraryList(self.folder).leave_out(item.path)
        return item

    def import_file(
        self, path: Path, into: str | Path | None = None, clash: Clash = Clash.SKIP
    ) -> MergeReport:
        """Take the pigments of a file into a library, all of them or none.

        Parameters
        ----------
        path
            Any file `app.io.pigment_files.read_pigments` reads.
        into
            One of the user's own; None for the default one.
        clash
            What happens to a pigment whose name is there already.

        Raises
        ------
        ReadError
            If the file cannot be read.
        AppError
            If the library cannot be written; it is as before then.
        """
        content = pigment_files.read_pigments(path)
        store = self.default_own() if into is None else self.open(into)
        return store.merge(content.pigments, clash)

    def free_name(self, name: str) -> str:
        """A name that no library has yet: "Mock-ups" becomes "Mock-ups (2)" where it is taken."""
        return free_name(name, {folded(item.name) for item in self.all()})

    def _checked_name(self, name: str) -> str:
        plain = " ".join(name.split())
        if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
            raise ParameterError(
                "This name cannot be given to a library.",
                f"Found {len(plain)} characters; expected 1 to {_LONGEST_NAME}.",
                "Write a name such as “Mock-ups 2024”.",
            )
        if plain.casefold() in {item.name.casefold() for item in self.all()}:
            raise ParameterError(
                f"There is a pigment library “{plain}” already.",
                "Names differ by more than small and capital letters.",
                "Choose another name.",
            )
        return plain


def export(
    pigments: Sequence[Pigment], target: Path, *, name: str = "", overwrite: bool = False
) -> tuple[Path, ...]:
    """Write pigments as a library, an archive, in ganX's layout or as a table.

    Parameters
    ----------
    pigments
        At least one.
    target
        Its suffix decides: `.pigments`, `.pigments.zip`, `.csv`, or `.json` for ganX's layout,
        which is a folder: `lab.json` becomes `lab/lab.json` with HDF5 files beside it.
    name
        What the library is called; the file's name by default.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ParameterError
        If the suffix is another one or there are no pigments.
    WriteError
        If a target exists and `overwrite` is off, or the system refuses; nothing is left
        behind then.
    """
    if not pigments:
        raise ParameterError(
            "There is nothing to export.", "No pigment was chosen.", "Choose at least one."
        )
    return pigment_files.write_pigments(
        target,
        LibraryContent(name or pigment_files.library_stem(target), "", tuple(pigments)),
        overwrite=overwrite,
    )


def _names(pigment: Pigment) -> list[str]:
    return [pigment.name.casefold()]


def _identifiers(pigment: Pigment) -> list[str]:
    return [pigment.id]


def _synonyms(pigment: Pigment) -> list[str]:
    return [synonym.casefold() for synonym in pigment.synonyms]


def _no_pigment(name: str, which: str | Path | None, pigments: Sequence[Pigment]) -> ParameterError:
    spellings = {
        spelling: pigment.name
        for pigment in reversed(pigments)
        for spelling in (*_synonyms(pigment), *_names(pigment))
    }
    near = difflib.get_close_matches(name.strip().casefold(), spellings, n=4, cutoff=0.6)
    names = ", ".join(dict.fromkeys(spellings[spelling] for spelling in near))
    where = "any library" if which is None else f"the library “{which}”"
    return ParameterError(
        f"There is no pigment “{name}” in {where}.",
        f"Looked at {len(pigments)} pigments; nearly the same: {names or 'none'}.",
        "See velatura pigments list.",
    )


def _told_apart(item: ListedLibrary) -> ListedLibrary:
    file = item.path.name if item.path is not None else ""
    return replace(item, name=f"{item.name} ({file})")


def _free_path(folder: Path, name: str) -> Path:
    """A file for a library of that name which is not there yet."""
    stem = exports.file_name(name)
    number, path = 1, folder / f"{stem}{SUFFIX}"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{SUFFIX}"
    return path
