"""Makes synthetic scans from pictures: opens the dialog, looks for palettes, writes scans."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.pigments import Pigment
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.sketch import Sketch
from app.engine import synthesis
from app.engine.jobs import JobContext, Lane
from app.engine.pigment_libraries import Libraries
from app.errors import AppError, ParameterError
from app.gui.busy_bar import BusyBar
from app.gui.dialogs.synthesis import SynthesisDialog
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.io.pictures import SUFFIXES, Picture

SCAN_FILTER = "HDF5 (*.h5)"

# no screen shows more of a picture in a frame of a few hundred pixels
_SHOWN_SIDE = 1200


class Synthesising(QObject):
    """Opens one dialog at a time.

    Parameters
    ----------
    libraries
        Has the pigments that can be on the palette.
    window
        Owns the dialog.

    Signals
    -------
    failed(AppError)
        Something went wrong while no dialog is there to show it.
    written(Path)
        A scan was written and is to be opened.
    """

    failed = Signal(object)
    written = Signal(object)

    def __init__(
        self, libraries: Libraries, jobs: JobManager, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._libraries = libraries
        self._jobs = jobs
        self._preferences = preferences
        self._window = window
        self._dialog: SynthesisDialog | None = None
        self._busy: BusyBar | None = None
        self._source = Path()
        self._picture: Picture | None = None
        self._reading: int | None = None
        self._sketching: int | None = None

    @property
    def dialog(self) -> SynthesisDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @Slot()
    def ask(self) -> None:
        """Ask for a picture, then open the dialog with it."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Synthetic scan from a picture"),
            self._preferences.settings.last_open_folder or str(Path.home()),
            self.tr("Pictures ({});;All files (*)").format(patterns),
        )
        if chosen:
            self.open(Path(chosen))

    def offer(self, path: Path) -> None:
        """Ask whether a scan is to be made from a picture that was dropped."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("This is a picture"))
        box.setText(self.tr("{} is a picture, not a scan.").format(path.name))
        box.setInformativeText(
            self.tr("Velatura can generate a synthetic scan from it: its colours become pigments.")
        )
        make = box.addButton(self.tr("Generate a scan…"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        make.clicked.connect(partial(self.open, path))
        box.finished.connect(box.deleteLater)
        # not exec: the window goes on living, and so do the jobs
        box.open()

    def open(self, path: Path, _checked: bool = False) -> SynthesisDialog | None:
        """Open the dialog for a picture, in place of one that is open.

        None where the pigments cannot be read.
        """
        try:
            pigments = tuple(entry.pigment for entry in self._libraries.all_pigments())
            paper = self._paper()
        except AppError as error:
            self.failed.emit(error)
            return None
        self.close()
        dialog = SynthesisDialog(path.name, pigments, paper, self._window)
        self._dialog, self._source = dialog, path
        self._busy = BusyBar(self._jobs.model)
        self._busy.cancel_requested.connect(self._jobs.cancel)
        dialog.widgets.extra.addWidget(self._busy)
        dialog.palette_wanted.connect(partial(self._on_palette_wanted, dialog))
        dialog.generate_requested.connect(partial(self._on_generate, dialog))
        dialog.finished.connect(partial(self._on_finished, dialog))
        dialog.show()
        self._reading = self._jobs.submit(
            self.tr("Read {}").format(path.name),
            partial(_read, path),
            lane=Lane.SKETCH,
            on_done=partial(self._on_read, dialog),
            is_listed=False,
        )
        return dialog

    def close(self) -> None:
        """Close the dialog; a scan that is being generated goes on."""
        if self._dialog is not None:
            self._dialog.reject()

    def generate(
        self, target: Path, wanted: SynthesisParameters, pigments: tuple[Pigment, ...]
    ) -> int:
        """Generate a scan in the background, over what is there; gives the job's id."""
        dialog = self._dialog
        if dialog is not None:
            dialog.set_generating(True)
        return self._jobs.submit(
            self.tr("Generate {}").format(target.name),
            partial(_generated, self._source, pigments, wanted, target),
            on_done=partial(self._on_done, dialog, target),
            on_failed=partial(self._on_ended, dialog),
            on_cancelled=partial(self._on_ended, dialog),
        )

    def _paper(self) -> frozenset[str]:
        """Names of the pigments of the paper, as far as they are known."""
        found = set()
        for name in PAPER_PIGMENTS:
            try:
                found.add(self._libraries.find(name).pigment.name)
            except ParameterError:
                # a library without it: the others are offered
                continue
        return frozenset(found)

    def _on_read(self, dialog: SynthesisDialog, result: Picture | AppError) -> None:
        self._reading = None
        if dialog is not self._dialog:
            return
        if isinstance(result, AppError):
            dialog.show_error(result)
            return
        self._picture = result
        rows, cols = result.srgb.shape[:2]
        self._preferences.update(last_open_folder=str(self._source.parent))
        dialog.set_picture(_small(result.srgb), rows, cols, result.notes)

    def _on_palette_wanted(self, dialog: SynthesisDialog, wanted: SynthesisParameters) -> None:
        if self._picture is None:
            return
        # the newest is what counts: the lane gives up the one before
        self._sketching = self._jobs.submit(
            self.tr("Palette of {}").format(self._source.name),
            partial(_sketched, self._picture.srgb, wanted),
            lane=Lane.SKETCH,
            on_partial=partial(self._on_sketch, dialog),
            on_done=partial(self._on_sketch, dialog),
            is_listed=False,
        )

    def _on_sketch(self, dialog: SynthesisDialog, result: Sketch | AppError) -> None:
        if dialog is not self._dialog:
            return
        if isinstance(result, AppError):
            dialog.show_error(result)
        else:
            dialog.set_sketch(result)

    def _on_generate(
        self, dialog: SynthesisDialog, wanted: SynthesisParameters, pigments: tuple[Pigment, ...]
    ) -> None:
        """Ask for a name, then generate."""
        folder = Path(self._preferences.settings.last_export_folder or self._source.parent)
        start = str(folder / f"{self._source.stem}_synthetic.h5")
        chosen, _ = QFileDialog.getSaveFileName(
            dialog, self.tr("Generate a synthetic scan"), start, SCAN_FILTER
        )
        if not chosen:
            return
        target = Path(chosen)
        self._preferences.update(last_export_folder=str(target.parent))
        if target.suffix.lower() != ".h5":
            target = target.with_name(target.name + ".h5")
            # the file dialog has asked about the name that was chosen, not about the longer one
            words = self.tr("{} exists already in {}. Do you want to replace it?")
            if target.exists() and QMessageBox.StandardButton.Yes != QMessageBox.question(
                dialog, self.tr("Replace?"), words.format(target.name, target.parent)
            ):
                return
        self.generate(target, wanted, pigments)

    def _on_done(self, dialog: SynthesisDialog | None, target: Path, _result: object) -> None:
        self._on_ended(dialog)
        self.written.emit(target)

    def _on_ended(self, dialog: SynthesisDialog | None, error: BaseException | None = None) -> None:
        """Let the dialog go on, if it is still the one that asked."""
        if dialog is None or dialog is not self._dialog:
            return
        dialog.set_generating(False)
        if isinstance(error, AppError):
            dialog.show_error(error)

    def _on_finished(self, dialog: SynthesisDialog, _result: int) -> None:
        for job in (self._reading, self._sketching):
            if job is not None:
                self._jobs.cancel(job)
        self._reading = self._sketching = None
        if self._busy is not None:
            self._busy.stop()
        self._dialog = self._busy = self._picture = None
        dialog.deleteLater()


def _small(srgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as large as it can be seen."""
    step = max(-(-max(srgb.shape[:2]) // _SHOWN_SIDE), 1)
    return np.ascontiguousarray(srgb[::step, ::step])


def _read(path: Path, context: JobContext) -> Picture | AppError:
    """The picture; a failure that the dialog shows is a result like any other."""
    try:
        return synthesis.opened_picture(path, context)
    except AppError as error:
        return error


def _sketched(
    srgb: NDArray[np.uint8], wanted: SynthesisParameters, context: JobContext
) -> Sketch | AppError:
    try:
        return synthesis.sketched(srgb, wanted, context)
    except AppError as error:
        return error


def _generated(
    source: Path,
    pigments: tuple[Pigment, ...],
    wanted: SynthesisParameters,
    target: Path,
    context: JobContext,
) -> None:
    synthesis.synthesise(source, pigments, wanted, target, context, overwrite=True)
