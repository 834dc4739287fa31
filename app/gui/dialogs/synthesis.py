"""Generating a synthetic scan from a picture: palette, mixtures, counts and a live look at it."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from app.core.colour import Srgb
from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes, carried
from app.core.synthesis.draft import Draft, drafted
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.paints import Paints, common_labels, paints
from app.core.synthesis.plan import SynthesisParameters, as_in_the_paper
from app.core.synthesis.size import LARGEST_SIDE, estimated
from app.core.synthesis.sketch import Sketch
from app.errors import AppError, ParameterError
from app.gui.dialogs.synthesis_layout import SynthesisWidgets
from app.gui.dialogs.synthesis_pigments import PigmentChoice
from app.gui.dialogs.synthesis_rows import palette_rows, share_rows, srgb_of, tile_pictures

# typing and dragging are followed at this distance
DRAFT_MS = 25
# a palette takes up to seconds: it is asked for when the hand has come to rest
PALETTE_MS = 200


class SynthesisDialog(QDialog):
    """Takes all that decides a synthetic scan and shows what it will be; it blocks nothing.

    Parameters
    ----------
    name
        Of the picture.
    pigments
        What can be on the palette; of those with the same name the first counts.
    paper
        Names of the pigments of the ganX paper, which are chosen first.

    Signals
    -------
    palette_wanted(SynthesisParameters)
        The colours of the picture are to be looked for; answered by `set_sketch`.
    generate_requested(SynthesisParameters, tuple of Pigment)
        The user wants the scan.
    """

    palette_wanted = Signal(object)
    generate_requested = Signal(object, object)

    def __init__(
        self,
        name: str,
        pigments: Sequence[Pigment],
        paper: Collection[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Synthetic scan from {}").format(name))
        self._known = tuple({item.name: item for item in reversed(pigments)}.values())[::-1]
        self._paper = frozenset(paper)
        self._chosen = self._named(self._paper) or self._known
        self._paints: Paints | None = None
        self._joined = 0
        self._sketch: Sketch | None = None
        self._final: Sketch | None = None
        self._draft: Draft | None = None
        self._changes = Changes()
        self._asked: tuple[Any, ...] | None = None
        self._note = ""
        self._error = ""
        self.widgets = SynthesisWidgets(self)
        self._later, self._palette_later = self._timer(DRAFT_MS), self._timer(PALETTE_MS)
        self._later.timeout.connect(self._refresh)
        self._palette_later.timeout.connect(self._ask_palette)
        self._connect()
        self.widgets.palette.set_reading()
        self._on_pigments(self._chosen)

    @property
    def changes(self) -> Changes:
        """What was changed by hand."""
        return self._changes

    @property
    def draft(self) -> Draft | None:
        """What is shown; None while there is no palette or something is wrong."""
        return self._draft

    @property
    def pigments(self) -> tuple[Pigment, ...]:
        """What may be on the palette."""
        return self._chosen

    @property
    def problem(self) -> str:
        """What keeps the scan from being generated; empty when nothing does."""
        try:
            self.values()
        except ParameterError as error:
            return f"{error.title} {error.message}"
        return self._error

    def values(self) -> SynthesisParameters:
        """The scan as it is wanted.

        Raises
        ------
        ParameterError
            If the values do not go together.
        """
        fields, panel = self.widgets.fields, self.widgets.picture
        if max(panel.scan_size) > LARGEST_SIDE:
            raise ParameterError(
                self.tr("The scan would be too large."),
                self.tr("Found {} rows and {} columns; at most {} of each.").format(
                    *panel.scan_size, LARGEST_SIDE
                ),
                self.tr("Give fewer columns."),
            )
        return SynthesisParameters(
            recipe=SynthesisRecipe(**fields.values(SynthesisRecipe)),
            spectrum=self.widgets.counts.label,
            crop=panel.crop,
            changes=self._changes,
            **fields.values(SynthesisParameters),
        )

    def set_values(self, wanted: SynthesisParameters) -> None:
        """Show other numbers; the part of the picture and changes by hand stay as they are."""
        self.widgets.fields.set_values(wanted.recipe)
        self.widgets.fields.set_values(wanted)

    def set_picture(
        self, small: NDArray[np.uint8], rows: int, cols: int, notes: tuple[str, ...] = ()
    ) -> None:
        """Show the picture, of rows × cols pixels, and ask for its palette.

        Parameters
        ----------
        small
            sRGB, shape (rows, cols, 3), uint8, of that size or a smaller one.
        notes
            What was changed while reading it.
        """
        self.widgets.picture.set_picture(small, rows, cols, notes)
        self._palette_later.stop()
        self._ask_palette()
        self._refresh()

    def set_sketch(self, sketch: Sketch) -> None:
        """Show a palette; changes by hand go over to the same colours of the new one."""
        self._sketch = sketch
        if sketch.is_final:
            before, self._final = self._final, sketch
            if before is not None and self._changes:
                self._carry(before, sketch)
        self._refresh()

    def show_error(self, error: AppError) -> None:
        """Say what failed, and what to do about it."""
        self.widgets.picture.setEnabled(self.widgets.picture.region is not None)
        self.widgets.palette.set_failed()
        # kept until something is changed: what is shown anew meanwhile must not wipe it away
        self._note = f"{error.title} {error.message} {error.hint}".strip()
        self._check()

    def set_generating(self, on: bool) -> None:
        """Say that the scan is being generated; there is one at a time."""
        self.widgets.set_generating(on)
        self._check()

    def done(self, result: int) -> None:
        """Close; nothing is computed any more."""
        self._later.stop()
        self._palette_later.stop()
        super().done(result)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _connect(self) -> None:
        widgets = self.widgets
        widgets.fields.changed.connect(self._on_changed)
        widgets.picture.changed.connect(self._on_changed)
        widgets.palette.table.chosen.connect(self._later.start)
        widgets.mixture.colour_given.connect(self._on_colour)
        widgets.mixture.table.share_given.connect(self._on_share)
        widgets.mixture.reset_requested.connect(self._on_reset)
        widgets.mixture.pigments_requested.connect(self.choose_pigments)
        widgets.counts.spectrum_changed.connect(self._on_spectra)
        widgets.counts.paper_requested.connect(self._on_paper)
        widgets.generate.clicked.connect(self._on_generate)
        widgets.buttons.rejected.connect(self.reject)

    @Slot()
    def choose_pigments(self) -> None:
        """Ask which pigments may be on the palette."""
        names = {pigment.name for pigment in self._chosen}
        choice = PigmentChoice(self._known, names, self._paper, self)
        choice.accepted.connect(lambda: self._on_pigments(choice.chosen))
        choice.finished.connect(choice.deleteLater)
        choice.open()

    def _named(self, names: Collection[str]) -> tuple[Pigment, ...]:
        return tuple(pigment for pigment in self._known if pigment.name in names)

    @Slot()
    def _on_changed(self) -> None:
        """Show what follows soon; look for the colours once the hand rests."""
        self._error = self._note = ""
        if not self._later.isActive():
            self._later.start()
        if self._palette_key() != self._asked:
            self._palette_later.start()

    def _palette_key(self) -> tuple[Any, ...]:
        """All that the palette depends on."""
        numbers = self.widgets.fields.values(SynthesisRecipe)
        names = ("clusters", "delta", "patience", "seed")
        panel = self.widgets.picture
        return (panel.region, panel.scan_size, *(numbers[name] for name in names))

    def _ask_palette(self) -> None:
        if self.widgets.picture.region is None:
            return
        try:
            wanted = self.values()
        except ParameterError:
            return
        key = self._palette_key()
        if key != self._asked:
            self._asked = key
            self.widgets.palette.set_busy()
            self.palette_wanted.emit(wanted)

    def _on_pigments(self, chosen: Sequence[Pigment]) -> None:
        self._chosen = tuple(chosen)
        self._changes = self._changes.among({pigment.name for pigment in chosen})
        self.widgets.mixture.show_pigments(len(self._chosen))
        self.widgets.counts.set_labels(common_labels(self._chosen))
        self._on_spectra()

    @Slot()
    def _on_spectra(self) -> None:
        self._paints = None
        self._on_changed()

    @Slot()
    def _on_paper(self) -> None:
        """Recipe and pigments of the paper."""
        chosen = self._named(self._paper)
        if chosen:
            self._on_pigments(chosen)
        recipe = SynthesisRecipe(**self.widgets.fields.values(SynthesisRecipe))
        self.widgets.fields.set_values(as_in_the_paper(recipe, self._channels()))

    def _channels(self) -> int:
        """Channels of the reference spectra before any are joined."""
        label = self.widgets.counts.label
        spectra = self._chosen[0].spectra if self._chosen else ()
        return next((len(item.counts) for item in spectra if item.label == label), 0)

    @Slot(object)
    def _on_colour(self, srgb: Srgb) -> None:
        self._change(self._changes.with_colour(self.widgets.palette.table.number, srgb))

    @Slot(str, object)
    def _on_share(self, name: str, share: float | None) -> None:
        self._change(self._changes.with_share(self.widgets.palette.table.number, name, share))

    @Slot()
    def _on_reset(self) -> None:
        self._change(self._changes.without(self.widgets.palette.table.number))

    def _change(self, changes: Changes) -> None:
        if self._sketch is not None and self._sketch.is_final:
            self._changes = changes
            self._note = ""
        self._refresh()

    def _carry(self, before: Sketch, after: Sketch) -> None:
        found, lost = carried(self._changes, before.palette.colours, after.palette.colours)
        self._changes = found
        if lost:
            self._note = self.tr("Changes by hand were let go with colours that are gone: {}.")
            self._note = self._note.format(", ".join(str(number + 1) for number in lost))

    @Slot()
    def _refresh(self) -> None:
        """Show everything anew."""
        self._later.stop()
        self._draft = None
        self._error = ""
        try:
            chosen = self._painted()
            if self._sketch is not None:
                recipe = SynthesisRecipe(**self.widgets.fields.values(SynthesisRecipe))
                changes = self._changes if self._sketch.is_final else Changes()
                self._draft = drafted(self._sketch, chosen, recipe, changes)
                self._show(self._draft, chosen, changes)
        except ParameterError as error:
            self._error = f"{error.title} {error.message}"
        self._show_size()
        self._check()

    def _painted(self) -> Paints:
        """The pigments' spectra, made once; raises as `paints`."""
        join = self.widgets.fields.values(SynthesisRecipe)["join"]
        if self._paints is None or self._joined != join:
            self._paints = paints(self._chosen, self.widgets.counts.label, join)
            self._joined = join
        return self._paints

    def _show(self, draft: Draft, chosen: Paints, changes: Changes) -> None:
        widgets, palette = self.widgets, draft.sketch.palette
        is_final = draft.sketch.is_final
        rows = palette_rows(draft, chosen, changes)
        widgets.palette.show_palette(palette, rows, is_final=is_final)
        number = widgets.palette.table.number
        widgets.mixture.show_colour(
            number,
            srgb_of(draft, number),
            share_rows(draft, chosen, changes, number),
            is_changed=rows[number].is_changed,
            is_final=is_final,
        )
        words = self.tr("Picture"), self.tr("Colour {}").format(number + 1)
        widgets.tiles.set_pictures(tile_pictures(draft, number, *words, self.tr("not reached")))

    def _show_size(self) -> None:
        panel, fields = self.widgets.picture, self.widgets.fields
        numbers, values = fields.values(SynthesisRecipe), fields.values(SynthesisParameters)
        rows, cols = panel.scan_size
        if not rows:
            panel.show_size(None, 1.0)
            return
        channels = -(-self._channels() // numbers["join"])
        size = estimated(rows, cols, channels, numbers["counts"], is_quick=values["is_quick"])
        panel.show_size(size, values["step_mm"])

    def _check(self) -> None:
        """Say what is wrong, and let the scan be generated where nothing is."""
        problem = self.problem
        self.widgets.problem.show_problem(problem or self._note)
        self.widgets.generate.setEnabled(
            not problem and self._draft is not None and not self.widgets.is_generating
        )

    @Slot()
    def _on_generate(self) -> None:
        if not self.problem:
            self.generate_requested.emit(self.values(), self._chosen)
