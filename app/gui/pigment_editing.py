"""Opens pigment editors and gives them what they need: computed spectra, files, instruments."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.pigment_checks import new_id
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.pigment_measured import spectrum_of_file
from app.engine.pigment_spectra import SpectrumCache, compute, reference_spectrum, with_spectrum
from app.errors import AppError
from app.gui.dialogs.axis import GIVEN, AxisDialog
from app.gui.dialogs.instrument import InstrumentDialog
from app.gui.dialogs.pigment import PigmentEditor
from app.gui.draft_spectra import DraftSpectra
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import PigmentRow
from app.io.spectrum_files import SUFFIXES, NoAxisError

_BLANK = Pigment(
    id="new-pigment",
    name="",
    group=ColourGroup.WHITE,
    components=(Component(""),),
    density_g_cm3=4.0,
    srgb=(200, 200, 200),
)


class PigmentEditing(QObject):
    """Opens an editor per pigment and stores what is edited through the desk.

    Parameters
    ----------
    desk
        Writes the changes, undoably.
    jobs
        Computes spectra and reads files.
    instruments
        What spectra can be computed for.
    window
        Owns the editors.

    Signals
    -------
    failed(AppError)
        Something went wrong that no editor can show.
    instruments_changed()
        The user has changed instruments of their own.
    """

    failed = Signal(object)
    instruments_changed = Signal()

    def __init__(
        self, desk: PigmentDesk, jobs: JobManager, instruments: Instruments, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._jobs = jobs
        self._instruments = instruments
        self._window = window
        self._drafts = DraftSpectra.of(jobs)
        self._cache = SpectrumCache()
        self._editors: dict[PigmentEditor, tuple[str, str] | None] = {}
        self._saving: PigmentEditor | None = None
        self._folder = Path.home()
        self._axis: EnergyAxis | None = None
        desk.failed.connect(self._on_desk_failed)

    @property
    def editors(self) -> tuple[PigmentEditor, ...]:
        """The editors that are open."""
        return tuple(self._editors)

    @Slot(object)
    def edit(self, row: PigmentRow) -> PigmentEditor:
        """Open the editor of a pigment, or bring the one that is open to the front.

        One of a read-only library can be looked at, and copied.
        """
        for editor, place in self._editors.items():
            if place == row.place:
                editor.raise_()
                editor.activateWindow()
                return editor
        names = frozenset(self._desk.names_in(row.library.key)) - {row.pigment.name}
        editor = PigmentEditor(
            row.pigment,
            names,
            self._instruments.all(),
            row.library.is_read_only,
            parent=self._window,
        )
        editor.save_requested.connect(
            partial(self._on_save, editor, partial(self._change, editor, row))
        )
        editor.duplicate_requested.connect(partial(self._on_duplicate, editor, row))
        return self._open(editor, row.place)

    @Slot(object)
    def create(self, pigment: Pigment | None = None) -> PigmentEditor:
        """Open the editor of a pigment that is in no library yet: an empty one, or one given."""
        names = frozenset(self._desk.names_in(self._desk.shown))
        editor = PigmentEditor(
            pigment or _BLANK, names, self._instruments.all(), is_new=True, parent=self._window
        )
        editor.save_requested.connect(partial(self._on_save, editor, self._add))
        return self._open(editor, None)

    def open_instruments(self) -> InstrumentDialog:
        """Open the list of instruments; what is saved there is kept when it is accepted."""
        dialog = InstrumentDialog(
            self._instruments.presets(), self._instruments.own(), parent=self._window
        )
        dialog.accepted.connect(partial(self._on_instruments, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def may_close(self) -> bool:
        """Whether no editor has changes that would be lost, or the user agrees to lose them."""
        return all(editor.may_close() for editor in self.editors)

    def close_all(self) -> None:
        """Close all editors without asking; nothing is delivered to them any more."""
        for editor in self.editors:
            editor.abandon()

    def _open(self, editor: PigmentEditor, place: tuple[str, str] | None) -> PigmentEditor:
        self._editors[editor] = place
        editor.draft_changed.connect(partial(self._on_draft, editor))
        editor.spectrum_import_requested.connect(partial(self._on_import, editor))
        editor.finished.connect(partial(self._on_finished, editor))
        editor.show()
        return editor

    def _on_draft(self, editor: PigmentEditor, pigment: Pigment, instrument: Instrument) -> None:
        self._drafts.request(
            editor,
            self.tr("Spectrum of {}").format(pigment.name),
            partial(_computed, pigment, instrument, self._cache),
            on_spectrum=editor.set_computed,
            on_error=editor.show_error,
        )

    def _on_finished(self, editor: PigmentEditor, _result: int) -> None:
        self._editors.pop(editor, None)
        self._drafts.drop(editor)
        editor.deleteLater()

    def _on_save(
        self, editor: PigmentEditor, store: Callable[[Pigment], bool], pigment: Pigment
    ) -> None:
        """Close the editor once its pigment is stored; what went wrong is said in it.

        One of a new composition keeps the spectrum that was shown.
        """
        if editor.to_keep is not None:
            pigment = with_spectrum(pigment, reference_spectrum(editor.to_keep))
        self._saving = editor
        is_stored = store(pigment)
        self._saving = None
        if is_stored:
            editor.finish()

    def _change(self, editor: PigmentEditor, row: PigmentRow, pigment: Pigment) -> bool:
        """Store a change; where the pigment is another by now, the user decides."""
        try:
            now = self._desk.row_at(row.place)
        except AppError:
            now = row  # storing will tell
        name, title = row.pigment.name, row.library.title
        if now is None:
            words = self.tr("“{}” is no longer in “{}”. Do you want to add it again?")
            if not _agreed(editor, self.tr("Add it again?"), words.format(name, title)):
                return False
            return self._desk.add(pigment, row.library.key) is not None
        if now.pigment != row.pigment:
            words = self.tr(
                "“{}” has been changed in “{}” since it was opened here. Do you want to replace "
                "it with yours?"
            )
            if not _agreed(editor, self.tr("Replace it?"), words.format(name, title)):
                return False
        return self._desk.edit(now, pigment) is not None

    def _add(self, pigment: Pigment) -> bool:
        return self._desk.add(replace(pigment, id=new_id(pigment.name))) is not None

    def _on_desk_failed(self, error: AppError) -> None:
        if self._saving is not None:
            self._saving.show_error(error)

    def _on_duplicate(self, editor: PigmentEditor, row: PigmentRow) -> None:
        before = self._desk.selection
        self._saving = editor
        self._desk.duplicate((row,))
        self._saving = None
        made = self._desk.selection
        if made != before and len(made) == 1 and not made[0].library.is_read_only:
            editor.abandon()
            self.edit(made[0])

    def _on_import(self, editor: PigmentEditor) -> None:
        filters = self.tr("Spectra ({});;All files (*)").format(
            " ".join(f"*{suffix}" for suffix in SUFFIXES)
        )
        chosen, _ = QFileDialog.getOpenFileName(
            editor, self.tr("Import a spectrum"), str(self._folder), filters
        )
        if chosen:
            self._folder = Path(chosen).parent
            self.import_spectrum(editor, Path(chosen))

    def import_spectrum(
        self, editor: PigmentEditor, path: Path, axis: EnergyAxis | None = None
    ) -> None:
        """Read a measured spectrum in the background and add it to an editor's pigment."""
        self._jobs.submit(
            self.tr("Read {}").format(path.name),
            partial(_measured, path, axis),
            on_done=partial(self._on_imported, editor, path),
            is_brief=True,
        )

    def _on_imported(
        self, editor: PigmentEditor, path: Path, result: PigmentSpectrum | AppError
    ) -> None:
        if editor not in self._editors:
            return
        if isinstance(result, NoAxisError):
            self._ask_axis(editor, path, result.channels)
        elif isinstance(result, AppError):
            editor.show_error(result)
        else:
            editor.add_measured(result)

    def _ask_axis(self, editor: PigmentEditor, path: Path, channels: int) -> None:
        """Ask for the energies that a file does not have, beginning with those given last."""
        dialog = AxisDialog(self._axis, channels, editor)
        dialog.setWindowTitle(self.tr("Energy axis of {}").format(path.name))
        dialog.accepted.connect(partial(self._on_axis, editor, path, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_axis(self, editor: PigmentEditor, path: Path, dialog: AxisDialog) -> None:
        given = replace(dialog.values(), source=GIVEN)
        self._axis = replace(given, source=self.tr("as given for {}").format(path.name))
        self.import_spectrum(editor, path, given)

    def _on_instruments(self, dialog: InstrumentDialog) -> None:
        before = {item.name: item for item in self._instruments.own()}
        after = {item.name: item for item in dialog.own}
        try:
            for name in before.keys() - after.keys():
                self._instruments.delete(name)
            for name, item in after.items():
                if before.get(name) != item:
                    self._instruments.save(item, overwrite=True)
        except AppError as error:
            self.failed.emit(error)
        for editor in self.editors:
            editor.set_instruments(self._instruments.all())
        self.instruments_changed.emit()


def _agreed(parent: QWidget, title: str, words: str) -> bool:
    yes = QMessageBox.StandardButton.Yes
    return QMessageBox.question(parent, title, words) == yes


def _computed(
    pigment: Pigment, instrument: Instrument, cache: SpectrumCache, context: JobContext
) -> ComputedSpectrum:
    return compute(pigment, instrument, context, cache)


def _measured(
    path: Path, axis: EnergyAxis | None, context: JobContext
) -> PigmentSpectrum | AppError:
    """The spectrum of a file; a failure that its editor shows itself is a result."""
    context.progress(None, "Reading")
    try:
        return spectrum_of_file(path, axis=axis)
    except AppError as error:
        return error
