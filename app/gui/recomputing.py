"""Computes the spectra of a whole library for another instrument."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QWidget

from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.pigment_spectra import composition, computed_label, recompute, with_spectrum
from app.errors import AppError
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import ALL, SHIPPED, LibraryEntry
from app.io.pigment_store import PigmentStore


class Recomputing(QObject):
    """Asks for an instrument, computes in the background and writes all spectra at the end.

    Cancelled or failed, the library is as it was. The shipped library is not written: its
    pigments go into a new library named after the instrument.
    """

    failed = Signal(object)  # AppError
    told = Signal(str, str)

    def __init__(
        self, desk: PigmentDesk, jobs: JobManager, instruments: Instruments, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._jobs = jobs
        self._instruments = instruments
        self._window = window

    @Slot()
    def ask(self) -> None:
        """Ask for the instrument, then compute for the library shown."""
        self._desk.load()
        try:
            names = self._instruments.names()
        except AppError as error:
            self.failed.emit(error)
            return
        entry = self._entry()
        if entry is None:
            return
        words = self.tr("Compute the spectra of all pigments of “{}” for:").format(entry.title)
        if entry.is_read_only:
            words += "\n" + self.tr("They go into a new library, as this one is read-only.")
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Recompute spectra"))
        dialog.setLabelText(words)
        dialog.setComboBoxItems(list(names))
        dialog.textValueSelected.connect(partial(self._on_chosen, entry))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def start(self, entry: LibraryEntry, instrument: Instrument) -> int:
        """Compute for a library; gives the job's id."""
        before = tuple(row.pigment for row in self._desk.rows_of(entry.key))
        return self._jobs.submit(
            self.tr("Compute {} for {}").format(entry.title, instrument.name),
            partial(_recompute, before, instrument),
            on_done=partial(self._on_done, entry, instrument, before),
        )

    def _entry(self) -> LibraryEntry | None:
        """The library shown, the shipped one for all; None where none can be read."""
        return self._desk.entry(SHIPPED if self._desk.shown == ALL else self._desk.shown)

    def _on_chosen(self, entry: LibraryEntry, name: str) -> None:
        try:
            self.start(entry, self._instruments.named(name))
        except AppError as error:
            self.failed.emit(error)

    def _on_done(
        self,
        entry: LibraryEntry,
        instrument: Instrument,
        before: tuple[Pigment, ...],
        after: tuple[Pigment, ...],
    ) -> None:
        if entry.is_read_only:
            self._make_library(f"{entry.title}, {instrument.name}", after)
            return
        path = Path(entry.key)
        try:
            now = PigmentStore(path, read_only=True).pigments()
        except AppError as error:
            self.failed.emit(error)
            return
        old, new = _still_valid(before, after, now, instrument)
        text = self.tr("compute spectra for {}").format(instrument.name)
        if new and not self._desk.rewrite(path, old, new, text):
            return
        left = sum(bool(pigment.components) for pigment in before) - len(new)
        words = self.tr("{} were edited or deleted meanwhile; nothing was written for them.")
        self.told.emit(
            self.tr("{} spectra were computed for {}.").format(len(new), instrument.name),
            words.format(left) if left else "",
        )

    def _make_library(self, name: str, pigments: tuple[Pigment, ...]) -> None:
        try:
            name = self._desk.libraries.free_name(name)
            store = self._desk.libraries.create(name, pigments)
        except AppError as error:
            self.failed.emit(error)
            return
        self._desk.refresh()
        self._desk.show_library(str(store.path))
        self.told.emit(
            self.tr("The spectra are in the new library “{}”.").format(name),
            self.tr("It lies in {}.").format(store.path.parent),
        )


def _recompute(
    pigments: tuple[Pigment, ...], instrument: Instrument, context: JobContext
) -> tuple[Pigment, ...]:
    return recompute(pigments, instrument, context)


def _still_valid(
    before: Sequence[Pigment],
    after: Sequence[Pigment],
    now: Sequence[Pigment],
    instrument: Instrument,
) -> tuple[tuple[Pigment, ...], tuple[Pigment, ...]]:
    """Pigments as they are, and with the new spectra, where what was computed still holds."""
    current = {pigment.id: pigment for pigment in now}
    old, new = [], []
    for was, made in zip(before, after, strict=True):
        pigment = current.get(was.id)
        if pigment is None or not was.components or composition(pigment) != composition(was):
            continue
        old.append(pigment)
        new.append(with_spectrum(pigment, computed_label(made, instrument)))
    return tuple(old), tuple(new)
