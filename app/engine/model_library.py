"""The networks there are: those that come with the program, the user's own, and dropped ones."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app import paths
from app.core.recolouring.card import ModelCard, TaskKind
from app.errors import AppError, ParameterError, ReadError
from app.io import model_files

SUFFIX = ".onnx"

OWN_FIRST = ("velatura_pixel", "velatura_image", "element_mlp")
"""Files of Velatura's own networks, the one to begin with first."""

BASELINES = "palette_"
"""How files begin of what networks are compared with; they come last."""


class Origin(StrEnum):
    """Where a network is from."""

    SHIPPED = "shipped"
    OWN = "own"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A network's file and what is known of it.

    Parameters
    ----------
    path
        The ONNX file.
    card
        Its card; None where there is none yet, or it cannot be used.
    problem
        Why it cannot be used, in words; empty where it can, or only a card is missing.
    origin
        Where it is from.
    """

    path: Path
    card: ModelCard | None
    problem: str
    origin: Origin

    @property
    def name(self) -> str:
        """The card's name, or that of the file."""
        return self.path.stem if self.card is None else self.card.name

    @property
    def needs_card(self) -> bool:
        """Whether only a card is missing for it to be used."""
        return self.card is None and not self.problem


class Models:
    """The networks that can be chosen by name.

    Each question looks at the folders anew. Nothing of a network is run here; files are only
    listed, and their cards read.

    Parameters
    ----------
    own
        Folder of the user's own; by default `models` in the folder of the user's data.
    shipped
        Folder of those that come with the program.
    dropped
        Files elsewhere, such as one that was dropped on the window.
    """

    def __init__(
        self,
        own: Path | None = None,
        shipped: Path | None = None,
        dropped: Iterable[Path] = (),
    ) -> None:
        self._own = own
        self._shipped = shipped
        self._dropped = list(dropped)

    @property
    def folder(self) -> Path:
        """Where the user's own are; raises as `app.paths.data_dir`."""
        return self._own or paths.data_dir() / "models"

    def add(self, path: Path) -> ModelEntry:
        """List a file elsewhere, too, and give its entry."""
        known = {entry.path.absolute(): entry for entry in self.entries()}
        if path.absolute() in known:
            return known[path.absolute()]
        self._dropped.append(path)
        return entry_of(path, Origin.DROPPED)

    def entries(self) -> tuple[ModelEntry, ...]:
        """All networks: those that come with the program first, then the user's own, by name.

        Of those that come with the program our own are the first and baselines the last.
        """
        shipped = self._shipped or paths.bundle_root() / "models"
        found: list[ModelEntry] = []
        for folder, origin in ((shipped, Origin.SHIPPED), (self.folder, Origin.OWN)):
            if folder.is_dir():
                own = [entry_of(path, origin) for path in model_files.model_files(folder)]
                found += sorted(own, key=_place)
        there = {entry.path.absolute() for entry in found}
        found += [
            entry_of(path, Origin.DROPPED) for path in self._dropped if path.absolute() not in there
        ]
        return tuple(found)

    def default(self) -> ModelEntry:
        """The network for colours to begin with: the first that can be used.

        Raises
        ------
        ParameterError
            If there is none.
        """
        for entry in self.entries():
            if entry.card is not None and entry.card.task is TaskKind.RGB:
                return entry
        raise ParameterError(
            "There is no model that gives colours.",
            f"Looked into the program's models and {self.folder}.",
            "Give the path of an .onnx file with a card.",
        )

    def find(self, name_or_path: str | Path) -> ModelEntry:
        """A network by the name on its card, its file's name, or the path of its file.

        Parameters
        ----------
        name_or_path
            Empty for `default`.

        Raises
        ------
        ParameterError
            If there is none, or several have this name.
        ReadError
            If the path names a file that cannot be read.
        """
        text = str(name_or_path).strip()
        if not text:
            return self.default()
        path = Path(text)
        if path.suffix.lower() == SUFFIX and (path.is_file() or len(path.parts) > 1):
            return entry_of(path, Origin.DROPPED)
        entries = self.entries()
        wanted = text.casefold()
        fitting = [entry for entry in entries if entry.name.casefold() == wanted] or [
            entry
            for entry in entries
            if wanted in (entry.path.stem.casefold(), entry.path.name.casefold())
        ]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise ParameterError(
                f"Several models are called {text!r}.",
                f"Found {', '.join(str(entry.path) for entry in fitting)}.",
                "Give the path of one of them.",
            )
        names = [entry.name for entry in entries]
        near = difflib.get_close_matches(text, names, 3, 0.4)
        known = ", ".join(near or names) or "none"
        raise ParameterError(
            f"There is no model {text!r}.",
            f"{'The nearest are' if near else 'There are'}: {known}.",
            "Give one of these, or the path of an .onnx file (velatura models list).",
        )


def _place(entry: ModelEntry) -> tuple[int, str]:
    """Where in its folder's list an entry stands; the user's own stand by name alone."""
    stem, last = entry.path.stem, len(OWN_FIRST) + 1
    name = entry.name.casefold()
    if entry.origin is not Origin.SHIPPED:
        return 0, name
    if stem in OWN_FIRST:
        return OWN_FIRST.index(stem), name
    return (last if stem.startswith(BASELINES) else last - 1), name


def entry_of(path: Path, origin: Origin) -> ModelEntry:
    """A file's entry with its card, from beside it, from within, or known by its checksum."""
    try:
        card = model_files.read_card(path)
        if card is None:
            card = model_files.known_card(model_files.file_sha256(path))
    except AppError as error:
        return ModelEntry(path, None, f"{error} {error.hint}".strip(), origin)
    return ModelEntry(path, card, "", origin)


def required_card(entry: ModelEntry) -> ModelCard:
    """The card of a network that is to be used.

    Raises
    ------
    ReadError
        If there is none, or it cannot be used; the message says why.
    """
    if entry.card is not None:
        return entry.card
    if entry.problem:
        raise ReadError(
            f"The model {entry.path.name} cannot be used.",
            entry.problem,
            "Correct what is named, or choose another model.",
            path=entry.path,
        )
    raise ReadError(
        f"The model {entry.path.name} has no card.",
        f"{entry.path}: nothing tells its energy axis and preprocessing; expected "
        f"{entry.path.stem}.json beside it, or the metadata key “velatura” inside.",
        "Drop it on the window, which asks for what is missing, or write the card by hand.",
        path=entry.path,
    )
