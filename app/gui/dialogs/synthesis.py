"""Generating a synthetic scan from a picture: palette, mixtures, counts and a live look at it."""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QDialog, QWidget

from app.core.colour import Srgb
from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import Draft
from app.core.synthesis.paint_look import PaintLook
from app.core.synthesis.paints import common_labels
from app.core.synthesis.plan import SynthesisParameters, as_in_the_paper
from app.core.synthesis.sketch import Sketch
from app.errors import AppError, ParameterError
from app.gui.dialogs.synthesis_inputs import (
    channels_of,
    palette_key,
    parameters_of,
    physics_of,
    recipe_of,
    show_parameters,
    show_size,
)
from app.gui.dialogs.synthesis_layout import SynthesisWidgets
from app.gui.dialogs.synthesis_pigments import PigmentChoice
from app.gui.dialogs.synthesis_rows import (
    Paints,
    palette_rows,
    share_rows,
    srgb_of,
    tile_pictures,
)
from app.gui.dialogs.synthesis_states import ModeState, first_state

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
    paper, oil
        Names of the pigments that are chosen first: of the ganX paper, and of an oil painter
        where layers are computed.
    instruments
        That layers can be computed for.

    Signals
    -------
    palette_wanted(SynthesisParameters)
        The colours of the picture are to be looked for; answered by `set_sketch` and, where
        layers are computed, by `set_look`.
    look_wanted(Sketch, SynthesisParameters)
        Maps of some pixels are to be computed from layers; answered by `set_look`.
    hidden_wanted()
        A hidden picture is to be chosen; answered by `widgets.layers.hidden`.
    generate_requested(SynthesisParameters, tuple of Pigment)
        The user wants the scan.
    set_requested(SynthesisParameters, tuple of Pigment)
        The user wants a set of scans.
    """

    palette_wanted = Signal(object)
    look_wanted = Signal(object, object)
    hidden_wanted = Signal()
    generate_requested = Signal(object, object)
    set_requested = Signal(object, object)

    def __init__(
        self,
        name: str,
        pigments: Sequence[Pigment],
        paper: Collection[str],
        parent: QWidget | None = None,
        *,
        oil: Collection[str] = (),
        instruments: Sequence[Instrument] = tuple(PRESETS.values()),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Synthetic scan from {}").format(name))
        self._known = tuple({item.name: item for item in reversed(pigments)}.values())[::-1]
        self._states = (
            first_state(self._known, paper, layers=False),
            first_state(self._known, oil, layers=True),
        )
        self._draft: Draft | None = None
        self._note = ""
        self._error = ""
        self.widgets = SynthesisWidgets(self, instruments)
        self._later, self._palette_later = self._timer(DRAFT_MS), self._timer(PALETTE_MS)
        self._later.timeout.connect(self._refresh)
        self._palette_later.timeout.connect(self._ask)
        self._connect()
        self.widgets.palette.set_reading()
        self.widgets.counts.set_labels(common_labels(self._state.chosen))
        self._on_pigments(self._state.chosen)

    @property
    def changes(self) -> Changes:
        """What was changed by hand."""
        return self._state.changes

    @property
    def draft(self) -> Draft | None:
        """What is shown; None while there is no palette or something is wrong."""
        return self._draft

    @property
    def has_layers(self) -> bool:
        """Whether layers are to be computed, rather than reference spectra mixed."""
        return self.widgets.mode.has_layers

    @property
    def pigments(self) -> tuple[Pigment, ...]:
        """What may be on the palette."""
        return self._state.chosen

    @property
    def problem(self) -> str:
        """What keeps the scan from being generated; empty when nothing does."""
        try:
            self.values()
        except ParameterError as error:
            return f"{error.title} {error.message}"
        return self._error

    @property
    def _state(self) -> ModeState:
        return self._states[self.has_layers]

    def values(self) -> SynthesisParameters:
        """The scan as it is wanted.

        Raises
        ------
        ParameterError
            If the values do not go together.
        """
        return parameters_of(self.widgets, self._state.changes)

    def set_values(self, wanted: SynthesisParameters) -> None:
        """Show other numbers; the part of the picture and changes by hand stay as they are."""
        show_parameters(self.widgets, wanted)

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
        self._ask()
        self._refresh()

    def set_sketch(self, sketch: Sketch, *, layers: bool = False) -> None:
        """Show a palette; changes by hand go over to the same colours of the new one.

        Parameters
        ----------
        layers
            Whether it was asked for to compute layers.
        """
        state = self._states[layers]
        lost = state.set_sketch(sketch)
        if state is not self._state:
            return
        if lost:
            words = self.tr("Changes by hand were let go with colours that are gone: {}.")
            self._note = words.format(", ".join(str(number + 1) for number in lost))
        self._refresh()
        self._palette_later.start()

    def set_look(self, look: PaintLook) -> None:
        """Show maps computed from layers."""
        self._states[True].set_look(look)
        self._refresh()

    def show_error(self, error: AppError) -> None:
        """Say what failed, and what to do about it."""
        self.widgets.picture.setEnabled(self.widgets.picture.region is not None)
        if self._state.is_waiting or self._state.sketch is None:
            self.widgets.palette.set_failed()
        self._state.put_aside()
        # kept until something is changed: what is shown anew meanwhile must not wipe it away
        self._note = f"{error.title} {error.message} {error.hint}".strip()
        self._show_look()
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
        widgets.mode.changed.connect(self._on_mode)
        hidden = widgets.layers.hidden
        for part in (widgets.fields, widgets.picture, widgets.scanner, hidden):
            part.changed.connect(self._on_changed)
        hidden.choose_requested.connect(self.hidden_wanted)
        widgets.palette.table.chosen.connect(self._later.start)
        widgets.mixture.colour_given.connect(self._on_colour)
        widgets.mixture.table.share_given.connect(self._on_share)
        widgets.mixture.reset_requested.connect(self._on_reset)
        widgets.mixture.pigments_requested.connect(self.choose_pigments)
        widgets.counts.spectrum_changed.connect(self._on_changed)
        widgets.counts.paper_requested.connect(self._on_paper)
        widgets.generate.clicked.connect(partial(self._hand_over, self.generate_requested))
        widgets.several.clicked.connect(partial(self._hand_over, self.set_requested))
        widgets.buttons.rejected.connect(self.reject)

    @Slot()
    def choose_pigments(self) -> None:
        """Ask which pigments may be on the palette."""
        state, layers = self._state, self.has_layers
        choice = PigmentChoice(
            self._known,
            {pigment.name for pigment in state.chosen},
            state.usual,
            self,
            needs_spectra=not layers,
            needs_compositions=layers,
            set_name=self.tr("An oil painter's") if layers else "",
        )
        choice.accepted.connect(lambda: self._on_pigments(choice.chosen))
        choice.finished.connect(choice.deleteLater)
        choice.open()

    @Slot()
    def _on_changed(self) -> None:
        """Show what follows soon; look for the colours once the hand rests."""
        self._error = self._note = ""
        if not self._later.isActive():
            self._later.start()
        self._palette_later.start()

    @Slot(bool)
    def _on_mode(self, layers: bool) -> None:
        """Show the other mode as it was left."""
        self.widgets.set_layers(layers)
        self.widgets.mixture.show_pigments(len(self._state.chosen))
        if self._state.sketch is None:
            self.widgets.palette.show_nothing()
            self.widgets.mixture.show_nothing()
        self._on_changed()
        # what was shown belongs to the other mode
        self._refresh()

    @Slot()
    def _ask(self) -> None:
        """Ask for a palette where that may have changed, or else for a look at layers."""
        if self.widgets.picture.region is None:
            return
        try:
            wanted = self.values()
        except ParameterError:
            return
        state, key = self._state, palette_key(self.widgets)
        look_key = wanted, state.chosen
        if key != state.asked:
            self._states[not self.has_layers].put_aside()
            state.asked, state.is_waiting = key, True
            state.look_asked, state.is_looking = look_key, self.has_layers
            self.widgets.palette.set_busy()
            self._show_look()
            self.palette_wanted.emit(wanted)
            return
        can_look = self.has_layers and state.is_final and not state.is_waiting and not self._error
        if can_look and look_key != state.look_asked:
            self._states[False].put_aside()
            state.look_asked, state.is_looking = look_key, True
            self._show_look()
            self.look_wanted.emit(state.sketch, wanted)

    def _on_pigments(self, chosen: Sequence[Pigment]) -> None:
        state = self._state
        state.chosen = tuple(chosen)
        state.changes = state.changes.among({pigment.name for pigment in chosen})
        self.widgets.mixture.show_pigments(len(state.chosen))
        if not self.has_layers:
            self.widgets.counts.set_labels(common_labels(state.chosen))
        self._on_changed()

    @Slot()
    def _on_paper(self) -> None:
        """Recipe and pigments of the paper."""
        state = self._state
        chosen = tuple(pigment for pigment in self._known if pigment.name in state.usual)
        if chosen:
            self._on_pigments(chosen)
        channels = channels_of(self.widgets, self.pigments)
        self.widgets.fields.set_values(as_in_the_paper(recipe_of(self.widgets), channels))

    @Slot(object)
    def _on_colour(self, srgb: Srgb) -> None:
        self._change(self.changes.with_colour(self.widgets.palette.table.number, srgb))

    @Slot(str, object)
    def _on_share(self, name: str, share: float | None) -> None:
        self._change(self.changes.with_share(self.widgets.palette.table.number, name, share))

    @Slot()
    def _on_reset(self) -> None:
        self._change(self.changes.without(self.widgets.palette.table.number))

    def _change(self, changes: Changes) -> None:
        if self._state.is_final:
            self._state.changes = changes
            self._note = ""
            self._palette_later.start()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Show everything anew."""
        self._later.stop()
        self._draft = None
        self._error = ""
        state = self._state
        try:
            recipe, physics = recipe_of(self.widgets), physics_of(self.widgets)
            made, chosen = state.draft(recipe, physics, self.widgets.counts.label)
            if made is not None:
                self._draft = made
                self._show(made, chosen, state.changes if state.is_final else Changes())
        except ParameterError as error:
            self._error = f"{error.title} {error.message}"
        self._show_look()
        mean_counts = None if self._draft is None else self._draft.mean_counts
        show_size(self.widgets, state.chosen, mean_counts)
        self._check()

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
        words = self.tr("Picture"), self.tr("Colour {}").format(number + 1), self.tr("not reached")
        widgets.tiles.set_pictures(tile_pictures(draft, number, *words, self.tr("…")))

    def _show_look(self) -> None:
        """Say what the maps are made of."""
        look = None if self._draft is None else self._state.look
        self.widgets.show_look(look, is_looking=self._state.is_looking)

    def _check(self) -> None:
        """Say what is wrong, and let the scan be generated where nothing is."""
        problem = self.problem
        self.widgets.problem.show_problem(problem or self._note)
        is_right = not problem and self._draft is not None
        self.widgets.generate.setEnabled(is_right and not self.widgets.is_generating)
        self.widgets.several.setEnabled(not problem)

    def _hand_over(self, signal: SignalInstance, _checked: bool = False) -> None:
        if not self.problem:
            signal.emit(self.values(), self.pigments)
