"""Opens the stack editor and gives it what it needs: pigments, spectra, files to write."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Stack
from app.core.physics.stack_recipe import StackRecipe, from_json, to_json
from app.core.pigment_checks import new_id
from app.core.pigments import Pigment
from app.engine.exports import export_spectra
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.pigment_spectra import SpectrumCache, composition, compute_stack
from app.errors import AppError
from app.gui.dialogs.layers import StackEditor
from app.gui.draft_spectra import DraftSpectra
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import ALL, PigmentRow
from app.io.json_file import read_json, write_json

STACK_SUFFIX = ".json"
STACK_FILTER = "Stack of layers (*.json)"
SPECTRUM_FILTERS = "Table (*.csv);;Picture (*.png)"


class LayerEditing(QObject):
    """Opens one stack editor at a time.

    Parameters
    ----------
    desk
        Has the pigments that layers can be made of.
    jobs
        Computes spectra and writes files.
    instruments
        What spectra can be computed for.
    window
        Owns the editor.

    Signals
    -------
    failed(AppError)
        Something went wrong that the editor cannot show.
    written(Path)
        A spectrum was written.
    """

    failed = Signal(object)
    written = Signal(object)

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
        self._editor: StackEditor | None = None
        self._left: tuple[StackRecipe | None, str] = (None, "")

    @property
    def editor(self) -> StackEditor | None:
        """The editor, while it is open."""
        return self._editor

    @Slot()
    def open(self) -> StackEditor | None:
        """Open the editor, or bring it to the front; None where the pigments cannot be read.

        It shows the stack and the instrument it was left with.
        """
        if self._editor is not None:
            self._editor.raise_()
            self._editor.activateWindow()
            return self._editor
        try:
            pigments = told_apart(self._desk.rows_of(ALL))
        except AppError as error:
            self.failed.emit(error)
            return None
        recipe, instrument = self._left
        editor = StackEditor(pigments, self._instruments.all(), recipe, parent=self._window)
        editor.choose_instrument(instrument)
        self._editor = editor
        editor.draft_changed.connect(partial(self._on_draft, editor))
        editor.export_requested.connect(partial(self._on_export, editor))
        editor.save_requested.connect(partial(self._on_save, editor))
        editor.open_requested.connect(partial(self._on_open, editor))
        editor.finished.connect(partial(self._on_finished, editor))
        editor.show()
        return editor

    @Slot()
    def refresh_instruments(self) -> None:
        """Offer the instruments there are now."""
        if self._editor is not None:
            self._editor.set_instruments(self._instruments.all())

    def close_all(self) -> None:
        """Close the editor; nothing is delivered to it any more."""
        if self._editor is not None:
            self._editor.reject()

    def export(self, spectrum: ComputedSpectrum, target: Path) -> None:
        """Write a spectrum with its layers in the background, as `.csv` or `.png`."""
        self._jobs.submit(
            self.tr("Write {}").format(target.name),
            partial(_exported, spectrum, target),
            on_done=partial(self._on_written, target),
        )

    def _on_draft(self, editor: StackEditor, stack: Stack, instrument: Instrument) -> None:
        self._drafts.request(
            editor,
            self.tr("Spectrum of a stack"),
            partial(_computed, stack, instrument, self._cache),
            on_spectrum=editor.set_computed,
            on_error=editor.show_error,
        )

    def _on_finished(self, editor: StackEditor, _result: int) -> None:
        self._editor = None
        self._left = (editor.recipe, editor.instrument.name)
        self._drafts.drop(editor)
        editor.deleteLater()

    def _on_export(self, editor: StackEditor, spectrum: ComputedSpectrum) -> None:
        start = str(Path.home() / "stack_spectrum.csv")
        chosen, used = QFileDialog.getSaveFileName(
            editor, self.tr("Export spectrum"), start, SPECTRUM_FILTERS
        )
        if not chosen:
            return
        suffixes = (".png", ".csv") if "png" in used else (".csv", ".png")
        target = self._target(editor, Path(chosen), suffixes)
        if target is not None:
            self.export(spectrum, target)

    def _on_save(self, editor: StackEditor, recipe: StackRecipe) -> None:
        """Ask where, and keep the stack in a small file."""
        start = str(Path.home() / f"stack{STACK_SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(
            editor, self.tr("Save the stack"), start, STACK_FILTER
        )
        if not chosen:
            return
        target = self._target(editor, Path(chosen), (STACK_SUFFIX,))
        if target is None:
            return
        try:
            write_json(target, to_json(replace(recipe, name=target.stem)))
        except AppError as error:
            editor.show_error(error)
        else:
            self.written.emit(target)

    def _target(self, editor: StackEditor, chosen: Path, suffixes: tuple[str, ...]) -> Path | None:
        """A name with one of the suffixes, the first by default; None where it shall stay.

        The file dialog has asked about the name that was chosen, not about the longer one.
        """
        if chosen.suffix.lower() in suffixes:
            return chosen
        target = chosen.with_name(chosen.name + suffixes[0])
        words = self.tr("{} exists already in {}. Do you want to replace it?")
        yes = QMessageBox.StandardButton.Yes
        if target.exists() and yes != QMessageBox.question(
            editor, self.tr("Replace?"), words.format(target.name, target.parent)
        ):
            return None
        return target

    def _on_open(self, editor: StackEditor) -> None:
        """Ask for a file, and show the stack in it; what was shown stays where that fails."""
        chosen, _ = QFileDialog.getOpenFileName(
            editor, self.tr("Open a stack"), str(Path.home()), STACK_FILTER
        )
        if not chosen:
            return
        try:
            editor.set_recipe(from_json(read_json(Path(chosen))))
        except AppError as error:
            editor.show_error(error)

    def _on_written(self, target: Path, _result: object) -> None:
        self.written.emit(target)


def told_apart(rows: Sequence[PigmentRow]) -> tuple[Pigment, ...]:
    """The pigments of several libraries under names and ids of their own.

    Of those that share a name or an id the first keeps it. Another of that name is called by its
    library, too; one of the same name and composition is left out.
    """
    found: dict[str, Pigment] = {}
    ids: set[str] = set()
    for row in rows:
        pigment, name, number = row.pigment, row.pigment.name, 1
        like = found.get(name.casefold())
        if like is not None and composition(like) == composition(pigment):
            continue
        while name.casefold() in found:
            place = row.library.title if number == 1 else f"{row.library.title} {number}"
            name, number = f"{row.pigment.name} ({place})", number + 1
        key = new_id(name, ids) if pigment.id in ids else pigment.id
        found[name.casefold()] = replace(pigment, id=key, name=name)
        ids.add(key)
    return tuple(found.values())


def _computed(
    stack: Stack, instrument: Instrument, cache: SpectrumCache, context: JobContext
) -> ComputedSpectrum:
    return compute_stack(stack, instrument, context, cache)


def _exported(spectrum: ComputedSpectrum, target: Path, context: JobContext) -> None:
    context.progress(None, "Writing")
    spectra = {"total": spectrum.counts}
    for number, (name, counts) in enumerate(
        zip(spectrum.layer_names, spectrum.layers, strict=True), 1
    ):
        spectra[f"{number} {name}"] = counts
    spectra["scatter"] = spectrum.scatter
    if spectrum.air.any():
        spectra["argon of the air"] = spectrum.air
    export_spectra(spectra, spectrum.instrument.axis, target, steps=spectrum.steps, overwrite=True)
