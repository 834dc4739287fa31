"""The pigments' part of the window: panels, what drives them, and how they work together."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QInputDialog, QMainWindow, QWidget

from app.core.candidates import Candidate
from app.core.emission import EmissionLine
from app.core.pigments import Pigment
from app.engine.instruments import Instruments
from app.engine.pigment_libraries import Libraries
from app.errors import AppError
from app.gui.asking import Asking
from app.gui.dialogs.nearest import NearestDialog
from app.gui.docks.candidates_dock import CandidatesPanel
from app.gui.docks.pigments_dock import PigmentsPanel
from app.gui.job_manager import JobManager
from app.gui.layer_editing import LayerEditing
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_editing import PigmentEditing
from app.gui.pigment_exchange import PigmentExchange
from app.gui.pigment_models import PigmentRow
from app.gui.preferences import Preferences
from app.gui.recomputing import Recomputing
from app.gui.session import Session

WIDTH = 340


class PigmentParts(QObject):
    """Makes the panels of pigments and candidates and connects them with their work.

    Parameters
    ----------
    window
        Owns the dialogs; the docks are added to it by itself, see `attach`.
    """

    failed = Signal(object)  # AppError
    told = Signal(str, str)
    written = Signal(object)  # Path
    shown_changed = Signal(bool)

    def __init__(
        self, session: Session, jobs: JobManager, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self.session = session
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self.libraries = Libraries()
        self.instruments = Instruments()
        self.desk = PigmentDesk(self.libraries, self)
        self.panel = PigmentsPanel()
        self.candidates = CandidatesPanel()
        self.editing = PigmentEditing(self.desk, jobs, self.instruments, window)
        self.layers = LayerEditing(self.desk, jobs, self.instruments, window)
        self.exchange = PigmentExchange(self.desk, jobs, preferences, window)
        self.recomputing = Recomputing(self.desk, jobs, self.instruments, window)
        self.asking = Asking(
            session, jobs, self.candidates, self._asked_pigments, self.instruments, self
        )
        self._connect_desk()
        self._connect_panels()
        for part in (
            self.desk,
            self.editing,
            self.layers,
            self.exchange,
            self.recomputing,
            self.asking,
        ):
            part.failed.connect(self.failed)
        for speaker in (self.desk, self.exchange, self.recomputing):
            speaker.told.connect(self.told)
        self.exchange.written.connect(self.written)
        self.layers.written.connect(self.written)

    def attach(self, docks: dict[str, QDockWidget]) -> None:
        """Take the docks the panels are in: "pigments" and "candidates"."""
        self._docks = docks
        docks["pigments"].visibilityChanged.connect(self._on_pigments_visible)
        docks["candidates"].visibilityChanged.connect(self._on_candidates_visible)

    def contains(self, widget: QWidget) -> bool:
        """Whether a widget belongs to the pigments' panel or to one of their editors."""
        dock = self._docks.get("pigments")
        in_dock = dock is not None and (widget is dock or dock.isAncestorOf(widget))
        return in_dock or widget.window() in self.editing.editors

    def may_close(self) -> bool:
        """Whether nothing edited would be lost, or the user agrees to lose it."""
        return self.editing.may_close()

    def stop(self) -> None:
        """Let go of everything that waits or watches; for when the window closes."""
        self.desk.stop()
        self.editing.close_all()
        self.layers.close_all()

    def import_file(self, path: Path) -> None:
        """Show the pigments, and offer to take in those of a file."""
        self.show_panel("pigments")
        self.exchange.import_file(path)

    def to_ask(self) -> tuple[Pigment, ...]:
        """The pigments that a spectrum can be asked about; libraries are read for it."""
        self.desk.load()
        return self.desk.pigments

    @property
    def is_shown(self) -> bool:
        """Whether a panel of this part is on screen, be it behind the other one."""
        return any(not dock.isHidden() for dock in self._docks.values())

    def choose_named(self, name: str) -> None:
        """Choose a pigment by its name, an id or a synonym.

        Raises
        ------
        ParameterError
            If there is none; the message names what is near.
        """
        self.desk.choose(self.libraries.find(name).pigment)

    def show_panel(self, name: str) -> None:
        """Show both panels, with "pigments" or "candidates" in front."""
        was_shown = self.is_shown
        for dock in self._docks.values():
            dock.show()
        dock = self._docks[name]
        dock.raise_()
        if not was_shown and isinstance(self._window, QMainWindow) and not dock.isFloating():
            self._window.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)

    @Slot(bool)
    def show_pigments(self, on: bool = True) -> None:
        """Show both panels with the pigments in front, or put both away."""
        if on:
            self.show_panel("pigments")
        else:
            for dock in self._docks.values():
                dock.hide()

    @Slot()
    def show_candidates(self) -> None:
        """Ask what the chosen place could be."""
        self.show_panel("candidates")

    @Slot()
    def open_layers(self) -> None:
        """Open the editor of stacks."""
        self.desk.load()
        self.layers.open()

    @Slot()
    def open_instruments(self) -> None:
        """Open the list of instruments."""
        self.editing.open_instruments()

    @Slot()
    def open_nearest(self) -> None:
        """Ask for a colour and list the pigments nearest to it."""
        self.desk.load()
        try:
            pigments = self.desk.all_pigments()
        except AppError as error:
            self.failed.emit(error)
            return
        dialog = NearestDialog(pigments, parent=self._window)
        dialog.pigment_chosen.connect(self._show_pigment)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    @Slot()
    def ask_make_pigment(self) -> None:
        """Ask for a name and make a pigment of the chosen place."""
        self.desk.load()
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Make a pigment"))
        dialog.setLabelText(self.tr("Name of the pigment measured here:"))
        scan = self.session.scan
        dialog.setTextValue("" if scan is None else self.tr("From {}").format(scan.cube.name))
        dialog.textValueSelected.connect(self.asking.make_pigment)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _connect_desk(self) -> None:
        desk, panel = self.desk, self.panel
        desk.library_changed.connect(self._on_library_changed)
        desk.pigments_changed.connect(panel.set_rows)
        desk.selection_changed.connect(panel.set_selection)
        desk.pigments_changed.connect(self.asking.ask_again)
        self.asking.made.connect(self.editing.create)
        self.editing.instruments_changed.connect(self.layers.refresh_instruments)

    def _connect_panels(self) -> None:
        desk, panel = self.desk, self.panel
        panel.library_chosen.connect(desk.show_library)
        panel.selection_changed.connect(desk.select)
        panel.add_requested.connect(self._on_add)
        panel.edit_requested.connect(self._on_edit)
        panel.duplicate_requested.connect(self._on_duplicate)
        panel.delete_requested.connect(self._on_delete)
        panel.mark_requested.connect(self._on_mark_row)
        self.candidates.candidate_chosen.connect(self._on_mark_candidate)
        self.candidates.candidate_opened.connect(self._on_candidate_opened)
        self.candidates.make_requested.connect(self.ask_make_pigment)
        self.candidates.nearest_requested.connect(self.open_nearest)

    def _asked_pigments(self) -> tuple[Pigment, ...]:
        return self.desk.pigments

    @Slot()
    def _on_library_changed(self) -> None:
        self.panel.set_libraries(self.desk.entries, self.desk.shown)

    @Slot(bool)
    def _on_pigments_visible(self, on: bool) -> None:
        if on:
            self.desk.load()
        self.shown_changed.emit(self.is_shown)

    @Slot(bool)
    def _on_candidates_visible(self, on: bool) -> None:
        if on:
            # before it asks: pigments that come later would make it ask twice
            self.desk.load()
        self.asking.set_live(on)
        self.shown_changed.emit(self.is_shown)

    @Slot()
    def _on_add(self) -> None:
        self.desk.load()
        self.editing.create()

    @Slot()
    def _on_edit(self) -> None:
        rows = self.panel.selection
        if len(rows) == 1:
            self.editing.edit(rows[0])

    @Slot()
    def _on_duplicate(self) -> None:
        self.desk.duplicate(self.panel.selection)

    @Slot()
    def _on_delete(self) -> None:
        self.desk.remove(self.panel.selection)

    @Slot(object)
    def _on_mark_row(self, row: PigmentRow) -> None:
        self._mark(row.pigment.name, self.panel.details.lines)

    @Slot(object)
    def _on_mark_candidate(self, candidate: Candidate) -> None:
        evidence = (*candidate.supporting, *candidate.missing)
        self._mark(candidate.pigment.name, tuple(item.line for item in evidence))

    def _mark(self, name: str, lines: tuple[EmissionLine, ...]) -> None:
        self.session.mark_lines(name, tuple(line.key for line in lines))

    @Slot(object)
    def _on_candidate_opened(self, candidate: Candidate) -> None:
        self._show_pigment(candidate.pigment)

    @Slot(object)
    def _show_pigment(self, pigment: Pigment) -> None:
        """Choose a pigment in the panel, wherever it is."""
        self.show_panel("pigments")
        self.desk.choose(pigment)
