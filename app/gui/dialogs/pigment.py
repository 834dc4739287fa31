"""Editing one pigment: its fields, and its spectrum as it would be measured."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.physics.line_shares import line_shares
from app.core.pigments import Pigment, PigmentSpectrum, SpectrumKind
from app.core.visibility import visibility
from app.errors import AppError
from app.gui.dialogs.fields import EditorDialog, ProblemLabel
from app.gui.dialogs.pigment_fields import PigmentFields
from app.gui.dialogs.spectra_panel import SpectraPanel

# typing is followed at this distance: quick enough to seem live, slow enough not to pile up
DRAFT_MS = 25
_LABELLED_LINES = 12


class PigmentEditor(EditorDialog):
    """Edits one pigment beside its spectrum; it never blocks the window.

    Parameters
    ----------
    pigment
        What is shown first.
    other_names
        Names the pigment must not have, as others have them.
    instruments
        What spectra can be computed for, at least one.
    read_only
        Whether the pigment can only be looked at and copied.
    is_new
        Whether the pigment is in no library yet, so that leaving it always asks.

    Signals
    -------
    draft_changed(Pigment, Instrument)
        What decides the spectrum differs from what was told last, and makes sense.
    duplicate_requested()
        The user wants a copy that can be changed.
    spectrum_import_requested()
        The user wants to add a spectrum from a file; see `add_measured`.
    save_requested(Pigment)
        The user is done. The editor stays open until `finish` is called, so that nothing is
        lost where the pigment cannot be stored.
    """

    draft_changed = Signal(object, object)
    duplicate_requested = Signal()
    spectrum_import_requested = Signal()
    save_requested = Signal(object)

    def __init__(
        self,
        pigment: Pigment,
        other_names: frozenset[str],
        instruments: Sequence[Instrument],
        read_only: bool = False,
        *,
        is_new: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._before = pigment
        self._is_read_only = read_only
        self._is_new = is_new
        self._told: tuple[object, ...] | None = None
        self._is_full_shown = False
        self.fields = PigmentFields(pigment, other_names)
        self.panel = SpectraPanel(pigment.spectra, instruments)
        self._visibility = QLabel()
        self._visibility.setWordWrap(True)
        self._visibility.setTextFormat(Qt.TextFormat.PlainText)
        self._visibility.setAccessibleName(self.tr("What XRF sees of it"))
        self._problem = ProblemLabel()
        self._buttons = QDialogButtonBox()
        self._make_buttons()
        self._lay_out()
        self.fields.set_read_only(read_only)
        self.panel.set_read_only(read_only)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DRAFT_MS)
        self._later.timeout.connect(self._tell_draft)
        # what is shown of it: leaving at once loses nothing, however it was written
        self._before = self.pigment
        self.fields.changed.connect(self._on_changed)
        self.panel.spectra_changed.connect(self._on_changed)
        self.panel.instrument_changed.connect(self._on_changed)
        self.panel.import_requested.connect(self.spectrum_import_requested)
        self._on_changed()

    @property
    def pigment(self) -> Pigment:
        """The pigment as edited; only of use where `problem` is empty.

        Spectra computed for the composition before are not part of it.
        """
        draft, spectra = self.fields.draft, self.panel.spectra
        if _decisive(draft) != _decisive(self._before):
            spectra = tuple(item for item in spectra if item.kind is not SpectrumKind.COMPUTED)
        return replace(draft, spectra=spectra)

    @property
    def to_keep(self) -> ComputedSpectrum | None:
        """The full spectrum shown where the pigment has a new composition, to be kept with it."""
        draft = self.fields.draft
        is_current = self._told == (*_decisive(draft), self.instrument)
        is_new = self._is_new or _decisive(draft) != _decisive(self._before)
        return self.panel.computed if self._is_full_shown and is_current and is_new else None

    @property
    def instrument(self) -> Instrument:
        """What the spectrum is computed for."""
        return self.panel.instrument

    @property
    def problem(self) -> str:
        """What keeps the pigment from being accepted; empty when nothing does."""
        return self.fields.problem

    @property
    def is_changed(self) -> bool:
        """Whether leaving now would lose something."""
        if self._is_read_only:
            return False
        return self._is_new or self.pigment != self._before

    @property
    def visibility_text(self) -> str:
        """What XRF sees of the pigment, in words."""
        return self._visibility.text()

    def set_computed(self, spectrum: ComputedSpectrum) -> None:
        """Show a computed spectrum: the primary one, then the full one."""
        self.panel.set_computed(spectrum)
        shares = line_shares(spectrum)[:_LABELLED_LINES]
        self.panel.set_lines(tuple(share.line for share in shares))
        self._is_full_shown = spectrum.is_full
        done = self.tr("with secondary excitation")
        more = self.tr("primary excitation; secondary follows …")
        self.panel.set_state(done if spectrum.is_full else more)
        self._say_left_over()

    def set_busy(self, on: bool) -> None:
        """Say that a spectrum is being computed."""
        if on:
            self.panel.set_state(self.tr("computing …"))
        elif self.panel.state.endswith("…"):
            self.panel.set_state("")

    def add_measured(self, spectrum: PigmentSpectrum) -> None:
        """Keep a measured spectrum with the pigment."""
        self._problem.show_problem(self._reason())
        self.panel.add(spectrum)

    def show_error(self, error: AppError) -> None:
        """Say what failed, and what to do about it."""
        self.set_busy(False)
        self._problem.show_problem(f"{error.title} {error.message} {error.hint}".strip())

    def set_instruments(self, instruments: Sequence[Instrument]) -> None:
        """Offer other instruments."""
        self.panel.set_instruments(instruments)

    def abandon(self) -> None:
        """Close without asking."""
        self._later.stop()
        super().reject()

    def accept(self) -> None:
        """Ask for the pigment to be stored, unless something is wrong with it."""
        if not self.problem and not self._is_read_only:
            self.save_requested.emit(self.pigment)

    def finish(self) -> None:
        """Close: the pigment has been stored."""
        self._later.stop()
        super().accept()

    def reject(self) -> None:
        """Close without the changes, having asked when there are any."""
        if self.may_close():
            self.abandon()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask as `reject` does."""
        if self.isVisible() and not self.may_close():
            event.ignore()
            return
        self.abandon()
        event.accept()

    def may_close(self) -> bool:
        """Whether nothing would be lost, or the user agrees to lose it."""
        if not self.is_changed:
            return True
        box = QMessageBox.StandardButton
        words = self.tr("The changes to “{}” have not been saved.")
        answer = QMessageBox.question(
            self,
            self.tr("Discard the changes?"),
            words.format(self.pigment.name or self.tr("the new pigment")),
            box.Discard | box.Cancel,
            box.Cancel,
        )
        return answer == box.Discard

    def _make_buttons(self) -> None:
        standard = QDialogButtonBox.StandardButton
        if self._is_read_only:
            self._buttons.addButton(standard.Close)
            duplicate = QPushButton(self.tr("Duplicate into my library"))
            duplicate.clicked.connect(self.duplicate_requested)
            self._buttons.addButton(duplicate, QDialogButtonBox.ButtonRole.ActionRole)
        else:
            self._buttons.addButton(standard.Ok)
            self._buttons.addButton(standard.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.fields)
        self.fields.setContentsMargins(0, 0, 8, 0)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.panel, 1)
        column.addWidget(self._visibility)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(scroll)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([480, 640])
        # beside the buttons: nothing moves when there is something to say
        bottom = QHBoxLayout()
        bottom.addWidget(self._problem, 1)
        bottom.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(bottom)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1140, 720)

    def _reason(self) -> str:
        """Why the pigment cannot be accepted, for the line above the buttons."""
        return "" if self._is_read_only else self.problem

    def _on_changed(self) -> None:
        pigment = self.fields.draft
        name = pigment.name or self.tr("New pigment")
        mark = self.tr(" (shipped, read-only)") if self._is_read_only else ""
        self.setWindowTitle(f"{name}{mark}[*]")
        self.setWindowModified(self.is_changed)
        self._problem.show_problem(self._reason())
        is_recomposed = _decisive(pigment) != _decisive(self._before)
        self.panel.set_outdated(is_recomposed, is_replaced=self._is_new or is_recomposed)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not self.problem)
        if not self._later.isActive():
            self._later.start()

    def _tell_draft(self) -> None:
        """Tell what has to be computed, if it makes sense and is not what was told last."""
        if not self._is_computable():
            self._told = None
            self._say_left_over()
            return
        pigment, instrument = self.fields.draft, self.instrument
        told = (*_decisive(pigment), instrument)
        if told == self._told:
            return
        self._told, self._is_full_shown = told, False
        self._visibility.setText(visibility(pigment, instrument).reason)
        if not pigment.components:
            self.panel.set_computed(None)
            self.panel.set_lines(())
            self.panel.set_state(self.tr("nothing to compute: no composition"))
            return
        self.set_busy(True)
        self.draft_changed.emit(pigment, instrument)

    def _say_left_over(self) -> None:
        """Say that a spectrum does not belong to what is typed, as that makes no sense."""
        if self.panel.computed is not None and not self._is_computable():
            self.panel.set_state(self.tr("of the last valid values"))

    def _is_computable(self) -> bool:
        """Whether nothing is wrong with what decides the spectrum; a taken name is no matter."""
        names = ("components", "density_g_cm3", "volume_fraction")
        return not any(self.fields.field_problem(name) for name in names) and not (
            self.fields.composition.problem
        )


def _decisive(pigment: Pigment) -> tuple[object, ...]:
    """All of a pigment that decides its computed spectrum."""
    return (
        pigment.components,
        pigment.density_g_cm3,
        pigment.binder,
        pigment.volume_fraction,
    )
