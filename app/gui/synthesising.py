"""Makes synthetic scans from pictures: opens the dialog, looks for palettes, writes scans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.pigments import Pigment
from app.core.synthesis.oil import OIL_PIGMENTS
from app.core.synthesis.paint_look import PaintLook
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.sketch import Sketch
from app.engine import synthesis
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext, JobFunction, Lane
from app.engine.physical_preview import looked_at, sketched_layers
from app.engine.pigment_libraries import Libraries
from app.errors import AppError, ParameterError
from app.gui.busy_bar import BusyBar
from app.gui.dialogs.synthesis import SynthesisDialog
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.synthesis_sets import SynthesisSets
from app.io.pictures import SUFFIXES, Picture, read_picture

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
        self.sets = SynthesisSets(jobs, preferences, window)
        self._dialog: SynthesisDialog | None = None
        self._busy: BusyBar | None = None
        self._source = Path()
        self._picture: Picture | None = None
        self._reading: int | None = None
        self._hidden = _Hidden()
        self._sketching: int | None = None

    @property
    def dialog(self) -> SynthesisDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @Slot()
    def ask(self) -> None:
        """Ask for a picture, then open the dialog with it."""
        chosen = self._asked_picture(self._window, self.tr("Synthetic scan from a picture"))
        if chosen is not None:
            self.open(chosen)

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
            paper, oil = self._named(PAPER_PIGMENTS), self._named(OIL_PIGMENTS)
        except AppError as error:
            self.failed.emit(error)
            return None
        self._close_dialog()
        dialog = SynthesisDialog(
            path.name, pigments, paper, self._window, oil=oil, instruments=Instruments().all()
        )
        self._dialog, self._source = dialog, path
        self._busy = BusyBar(self._jobs.model)
        self._busy.cancel_requested.connect(self._jobs.cancel)
        dialog.widgets.extra.addWidget(self._busy)
        dialog.palette_wanted.connect(partial(self._on_palette_wanted, dialog))
        dialog.look_wanted.connect(partial(self._on_look_wanted, dialog))
        dialog.hidden_wanted.connect(partial(self._on_hidden_wanted, dialog))
        dialog.set_requested.connect(partial(self._on_set_requested, dialog))
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
        """Close the dialog; a scan that is being generated goes on, and so does a set."""
        self._close_dialog()
        self.sets.close()

    def _close_dialog(self) -> None:
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

    def _named(self, names: Sequence[str]) -> frozenset[str]:
        """Names of pigments as the libraries have them, as far as they are known."""
        found = set()
        for name in names:
            try:
                found.add(self._libraries.find(name).pigment.name)
            except ParameterError:
                # a library without it: the others are offered
                continue
        return frozenset(found)

    def _asked_picture(self, parent: QWidget, title: str) -> Path | None:
        """Ask for a picture's file."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileName(
            parent,
            title,
            self._preferences.settings.last_open_folder or str(Path.home()),
            self.tr("Pictures ({});;All files (*)").format(patterns),
        )
        return Path(chosen) if chosen else None

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
        if wanted.physics is None:
            self._sketch(dialog, partial(_sketched, self._picture.srgb, wanted), layers=False)
        else:
            known = partial(_of_layers, self._hidden, wanted.hidden)
            find = partial(sketched_layers, self._picture.srgb, dialog.pigments, wanted)
            self._sketch(dialog, partial(known, find), layers=True)

    def _on_look_wanted(
        self, dialog: SynthesisDialog, sketch: Sketch, wanted: SynthesisParameters
    ) -> None:
        look = partial(looked_at, sketch, dialog.pigments, wanted)
        self._sketch(dialog, partial(_of_layers, self._hidden, wanted.hidden, look), layers=True)

    def _sketch(self, dialog: SynthesisDialog, work: JobFunction[Any], *, layers: bool) -> None:
        """Start what the dialog shows; the newest is what counts, the one before is given up."""
        show = partial(self._on_sketch, dialog, layers)
        self._sketching = self._jobs.submit(
            self.tr("Palette of {}").format(self._source.name),
            work,
            lane=Lane.SKETCH,
            on_partial=show,
            on_done=show,
            is_listed=False,
        )

    def _on_sketch(
        self,
        dialog: SynthesisDialog,
        layers: bool,
        result: "Sketch | PaintLook | _Hidden | AppError",
    ) -> None:
        if dialog is not self._dialog:
            return
        match result:
            case AppError():
                dialog.show_error(result)
            case PaintLook():
                dialog.set_look(result)
            case Sketch():
                dialog.set_sketch(result, layers=layers)
            case _Hidden():
                self._hidden = result
                self._show_hidden(dialog, result)

    def _on_hidden_wanted(self, dialog: SynthesisDialog) -> None:
        """Ask for a picture that lies under the paint."""
        chosen = self._asked_picture(dialog, self.tr("Hidden picture"))
        if chosen:
            dialog.widgets.layers.hidden.set_path(chosen)
            if self._hidden.path == chosen:
                self._show_hidden(dialog, self._hidden)

    def _on_set_requested(
        self, dialog: SynthesisDialog, wanted: SynthesisParameters, pigments: tuple[Pigment, ...]
    ) -> None:
        mean_counts = None if dialog.draft is None else dialog.draft.mean_counts
        self.sets.open(wanted, pigments, mean_counts)

    def _show_hidden(self, dialog: SynthesisDialog, hidden: "_Hidden") -> None:
        panel = dialog.widgets.layers.hidden
        if hidden.path is not None and hidden.srgb is not None:
            panel.set_picture(hidden.path, _small(hidden.srgb))
        elif hidden.path == panel.path:
            # what cannot be read is let go; why is said by the error that follows
            panel.set_path(None)

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
        self._hidden = _Hidden()
        dialog.deleteLater()


@dataclass(frozen=True, slots=True, eq=False)
class _Hidden:
    """The hidden picture that was read last; without colours where that failed."""

    path: Path | None = None
    srgb: NDArray[np.uint8] | None = None


def _of_layers(
    known: _Hidden,
    path: Path | None,
    find: Callable[[NDArray[np.uint8] | None, JobContext], PaintLook],
    context: JobContext,
) -> PaintLook | AppError:
    """What follows from layers, with the hidden picture, which is read where it is another."""
    try:
        if path is not None and known.path != path:
            try:
                known = _Hidden(path, read_picture(path).srgb)
            except AppError:
                context.partial(_Hidden(path))
                raise
            context.partial(known)
        return find(None if path is None else known.srgb, context)
    except AppError as error:
        return error


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
