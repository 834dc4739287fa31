"""Scenes by number, made when they are first asked for and kept in files.

Everything of a scene follows from the recipe, its role and its number, so that a set can be made
anew anywhere; `manifest` tells what came out.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress
from app.errors import ParameterError
from app.io.atomic import written
from app.io.pictures import read_picture
from app.io.pigment_archive import read_archive
from app.learn.boards import make_board
from app.learn.config import DataRecipe
from app.learn.cuts import cut, within
from app.learn.fields import coloured, draw_field
from app.learn.instruments import anodes_without, draw_instrument, filtered
from app.learn.scenes import Scene, SceneSize, make_scene
from app.learn.split import Role, divided, pictures_in
from app.learn.surroundings import Surroundings
from app.paths import resource

VERSION = 2
"""Of how scenes are made: files of another version are not taken."""

_LARGEST_PICTURE = 1200
_ROLES = tuple(Role)
# no number of a role
_BOARDS = 100
_ARRAYS = (
    *("roots", "steps", "argon", "argon_shape", "lines", "means", "places", "weights", "srgb"),
)


def shipped_pigments(
    without_elements: Sequence[str] = (), without_pigments: Sequence[str] = ()
) -> tuple[Pigment, ...]:
    """The shipped library, but for pigments with one of these elements or of these ids.

    Raises
    ------
    ParameterError
        If none is left, or an id is not in the library.
    """
    content = read_archive(resource("pigments/velatura.pigments.zip"))
    known = {pigment.id for pigment in content.pigments}
    for name in without_pigments:
        if name not in known:
            raise ParameterError(
                "A pigment that is to be left out is not known.",
                f"Found “{name}”; the shipped library has no pigment of this id.",
                "Correct the id in without_pigments.",
            )
    kept = tuple(
        pigment
        for pigment in content.pigments
        if pigment.components
        and pigment.id not in without_pigments
        and not set(without_elements).intersection(pigment.elements)
    )
    if not kept:
        raise ParameterError(
            "There is nothing to paint with.",
            f"No pigment is without {', '.join((*without_elements, *without_pigments))}.",
            "Leave out fewer elements and pigments.",
        )
    return kept


class SceneStore:
    """The scenes of a recipe.

    Parameters
    ----------
    recipe
        Decides all.
    folder
        Where scenes are kept, in a folder of the recipe's own; None to keep none.

    Raises
    ------
    ParameterError
        If pictures are missing.
    ReadError
        If a picture cannot be read.
    """

    def __init__(self, recipe: DataRecipe, folder: Path | None = None) -> None:
        self.recipe = recipe
        self.pigments = shipped_pigments(recipe.without_elements, recipe.without_pigments)
        self.pictures: dict[str, NDArray[np.uint8]] = {}
        self.checksums: dict[str, str] = {}
        self.roles: Mapping[Role, tuple[str, ...]] = dict.fromkeys(_ROLES, ())
        if recipe.pictures:
            paths = pictures_in(Path(recipe.pictures))
            self.roles = divided(tuple(paths), recipe.validation_pictures, recipe.test_pictures)
            for name, path in paths.items():
                picture = within(read_picture(path).srgb, _LARGEST_PICTURE)
                self.pictures[name] = picture
                self.checksums[name] = hashlib.sha256(picture.tobytes()).hexdigest()
        self.folder = None if folder is None else folder / self._key()

    def number_of(self, role: Role) -> int:
        """How many scenes a role has; none are made for the test, which has its own."""
        counts = {
            Role.TRAINING: self.recipe.scenes,
            Role.VALIDATION: self.recipe.validation_scenes,
        }
        return counts.get(role, 0)

    def scene(self, role: Role, number: int) -> Scene:
        """A scene, from its file or made; the same either way."""
        return self._kept(f"{role.value}-{number:05}.npz", lambda: self._made(role, number))

    def _kept(self, name: str, make: Callable[[], Scene]) -> Scene:
        """What is in a file of the folder, made and written where it is not there."""
        path = None if self.folder is None else self.folder / name
        if path is not None and path.is_file():
            found = _read(path)
            if found is not None:
                return found
        made = make()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(made, path)
        return made

    def boards(self, progress: Progress = no_progress) -> list[Scene]:
        """All boards, which only trainings of single points take."""
        number = self.recipe.boards
        found = []
        for place in range(number):
            progress(place / number, f"Painting board {place + 1} of {number}")
            found.append(self.board(place))
        return found

    def board(self, number: int) -> Scene:
        """A board, from its file or made; the same either way."""
        return self._kept(f"board-{number:05}.npz", lambda: self._made_board(number))

    def scenes(self, role: Role, progress: Progress = no_progress) -> list[Scene]:
        """All scenes of a role."""
        number = self.number_of(role)
        found = []
        for place in range(number):
            progress(place / number, f"Painting scene {place + 1} of {number} ({role.value})")
            found.append(self.scene(role, place))
        return found

    def _key(self) -> str:
        """A name that changes whenever scenes do."""
        recipe = self.recipe.to_plain()
        # how many, and how they are counted, changes no scene
        for name in (
            "scenes",
            "validation_scenes",
            "boards",
            "counts",
            "gain_error",
            "offset_error_ev",
            "varied_share",
            "short_share",
            "mixed_beam_share",
        ):
            del recipe[name]
        del recipe["pictures"], recipe["backlash_share"]
        pigments = [
            [item.id, item.srgb, item.volume_fraction, item.elements] for item in self.pigments
        ]
        told = json.dumps([VERSION, recipe, self.checksums, pigments], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def _made_board(self, number: int) -> Scene:
        rng = np.random.default_rng([self.recipe.seed, _BOARDS, number])
        anodes = anodes_without(self.recipe.without_elements)
        instrument = draw_instrument(anodes[number % len(anodes)], rng)
        told = {"role": Role.TRAINING.value, "number": number, "seed": self.recipe.seed}
        pictures = [self.pictures[name] for name in self.roles[Role.TRAINING]]
        return make_board(self.pigments, instrument, rng, told, pictures)

    def _made(self, role: Role, number: int) -> Scene:
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, _ROLES.index(role), number])
        instrument = self._instrument(role, number, rng)
        size = SceneSize(
            recipe.rows, recipe.cols, recipe.paints, recipe.levels, recipe.hidden_share
        )
        kind, picture = self._picture(role, rng)
        _, below = self._picture(role, rng)
        told = {"role": role.value, "number": number, "seed": recipe.seed, "kind": kind}
        return make_scene(size, picture, self.pigments, instrument, rng, told, hidden=below)

    def _instrument(self, role: Role, number: int, rng: np.random.Generator) -> Instrument:
        """Each scene has its own; half of those for validation are of a kind never trained on."""
        anodes = anodes_without(self.recipe.without_elements)
        anode = anodes[number % len(anodes)]
        drawn = draw_instrument(anode, rng)
        is_filtered = role is Role.VALIDATION and (number // len(anodes)) % 2 == 1
        return filtered(drawn, rng) if is_filtered else drawn

    def _picture(
        self, role: Role, rng: np.random.Generator
    ) -> tuple[str, NDArray[np.uint8] | None]:
        """What is painted, and what it is called."""
        recipe, known = self.recipe, self.roles[role]
        drawn = rng.random(2)
        if known and drawn[0] < recipe.painted_share:
            name = known[int(rng.integers(len(known)))]
            return name, cut(self.pictures[name], recipe.rows, recipe.cols, rng)
        if drawn[1] < recipe.mixed_share:
            return "random paints", None
        areas = int(rng.integers(4, 20))
        field = draw_field(recipe.rows, recipe.cols, areas, rng)
        return "made-up picture", coloured(field, areas, rng)


def _write(scene: Scene, path: Path) -> None:
    told = {
        "instrument": scene.instrument.to_json(),
        "told": dict(scene.told),
        "scatter": scene.surroundings.scatter,
        "argon": scene.surroundings.argon,
    }
    arrays: dict[str, Any] = {name: getattr(scene, name) for name in _ARRAYS}
    with written(path, overwrite=True) as beside:
        extra = scene.surroundings.extra
        np.savez(beside, about=np.array(json.dumps(told)), extra=extra, **arrays)


def _read(path: Path) -> Scene | None:
    """A scene of a file; None where the file is broken, so that it is made again."""
    try:
        # opened here, since numpy leaves a broken file open
        with path.open("rb") as stream, np.load(stream) as stored:
            about = json.loads(str(stored["about"]))
            arrays = {name: stored[name] for name in _ARRAYS}
            surroundings = Surroundings(about["scatter"], about["argon"], stored["extra"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    instrument = Instrument.from_json(about["instrument"])
    return Scene(instrument=instrument, surroundings=surroundings, told=about["told"], **arrays)
