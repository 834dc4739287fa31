"""What the dialog for synthetic scans knows in each of its two modes, and a draft made of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes, carried
from app.core.synthesis.draft import Draft, drafted
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import PaintLook, paint_draft
from app.core.synthesis.paints import Paints, paints
from app.core.synthesis.sketch import Sketch


@dataclass(frozen=True, slots=True, eq=False)
class Tubes:
    """Names and colours of pigments whose spectra are computed."""

    names: tuple[str, ...]
    srgb: NDArray[Any]


@dataclass(slots=True)
class ModeState:
    """Palette, pigments and changes by hand of one mode; the other has its own.

    Parameters
    ----------
    chosen
        Pigments that may be on the palette.
    usual
        Names of those chosen first.
    sketch, final
        The palette shown, and the last one that was not a first look.
    changes
        By hand.
    asked
        What the palette was last asked for with; None where it is to be asked for.
    is_waiting
        Whether that palette has not come yet.
    look
        A look at layers, if there is one.
    look_asked
        What it was last asked for with.
    is_looking
        Whether that look has not come yet.
    """

    chosen: tuple[Pigment, ...]
    usual: frozenset[str]
    sketch: Sketch | None = None
    final: Sketch | None = None
    changes: Changes = field(default_factory=Changes)
    asked: tuple[Any, ...] | None = None
    is_waiting: bool = False
    look: PaintLook | None = None
    look_asked: tuple[Any, ...] | None = None
    is_looking: bool = False
    _paints: Paints | None = None
    _painted_with: tuple[Any, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the palette shown is the one the scan will have."""
        return self.sketch is not None and self.sketch.is_final

    def put_aside(self) -> None:
        """What was asked for will not come, as something else was asked for."""
        if self.is_waiting:
            self.asked, self.is_waiting = None, False
        if self.is_looking:
            self.look_asked, self.is_looking = None, False

    def set_sketch(self, sketch: Sketch) -> tuple[int, ...]:
        """Take a palette; gives the colours whose changes by hand were let go with them."""
        self.sketch = sketch
        if not sketch.is_final:
            return ()
        before, self.final, self.is_waiting = self.final, sketch, False
        if before is None or not self.changes:
            return ()
        self.changes, lost = carried(self.changes, before.palette.colours, sketch.palette.colours)
        return tuple(lost)

    def set_look(self, look: PaintLook) -> None:
        """Take a look; it is the last one only when the palette is final."""
        self.look = look
        self.is_looking = self.is_waiting

    def paints(self, label: str, join: int) -> Paints:
        """The pigments' reference spectra, made once; raises as `app.core…paints.paints`."""
        key = (label, join, self.chosen)
        if self._paints is None or key != self._painted_with:
            self._paints, self._painted_with = None, ()
            self._paints, self._painted_with = paints(self.chosen, label, join), key
        return self._paints

    def tubes(self) -> Tubes:
        """The pigments' names and colours."""
        return Tubes(
            tuple(pigment.name for pigment in self.chosen),
            np.array([pigment.srgb for pigment in self.chosen], np.float64).reshape(-1, 3),
        )

    def draft(
        self, recipe: SynthesisRecipe, physics: PhysicsRecipe | None, label: str
    ) -> tuple[Draft | None, Paints | Tubes]:
        """What follows from all this, as far as there is a palette.

        Raises
        ------
        ParameterError
            If the pigments cannot be used or a change does not fit.
        """
        changes = self.changes if self.is_final else Changes()
        if physics is None:
            chosen = self.paints(label, recipe.join)
            if self.sketch is None:
                return None, chosen
            return drafted(self.sketch, chosen, recipe, changes), chosen
        if self.sketch is None:
            return None, self.tubes()
        made = paint_draft(self.sketch, self.chosen, recipe, physics, changes, self.look)
        return made, self.tubes()


def first_state(known: Sequence[Pigment], usual: Collection[str], *, layers: bool) -> ModeState:
    """A mode before anything was done in it.

    Parameters
    ----------
    known
        All pigments.
    usual
        Names of those that are chosen first; all that can be used where none of these is known.
    layers
        Whether layers are computed, for which compositions must be known.
    """
    names = frozenset(usual)
    chosen = tuple(pigment for pigment in known if pigment.name in names)
    usable = (pigment for pigment in known if pigment.components or not layers)
    return ModeState(chosen or tuple(usable), names)
