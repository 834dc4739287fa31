"""Comparing the open scan with another one: asks for it, reads it, shows both."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.scan import Scan
from app.engine import comparison
from app.engine.comparison_view import Beside, open_beside
from app.engine.jobs import JobContext
from app.engine.source import Source, peek
from app.errors import AppError, ParameterError
from app.gui.dialogs.comparison import ComparedScans, ComparisonDialog
from app.gui.dialogs.open import OpenDialog, must_ask
from app.gui.job_manager import JobManager
from app.gui.opening import Opener, remembered
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.io import formats
from app.io.formats import OpenOptions, Peek

FILTERS = "Table (*.csv);;JSON (*.json)"


class Comparing(QObject):
    """Reads one scan at a time beside the open one; each comparison has a window of its own.

    The session is left as it is: there is nothing to undo. A comparison is of the scan that was
    open, on the energy axis it had when it was asked for.

    Parameters
    ----------
    opener
        Knows where the open scan is from.
    window
        Owns the dialogs.
    """

    failed = Signal(object)  # AppError
    written = Signal(object)  # Path
    compared = Signal(object)  # ComparisonDialog, on screen

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        opener: Opener,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._opener = opener
        self._window = window
        self._job: int | None = None
        self._question: OpenDialog | None = None
        self._dialogs: list[ComparisonDialog] = []

    @property
    def dialogs(self) -> tuple[ComparisonDialog, ...]:
        """The comparisons on screen, the latest last."""
        return tuple(self._dialogs)

    @property
    def question(self) -> OpenDialog | None:
        """What is asked about the second file, while it is."""
        return self._question

    @Slot()
    def ask(self) -> None:
        """Ask for another scan and compare the open one with it."""
        if self._session.scan is None or self._session.scan.is_preview:
            return
        patterns = " ".join(f"*{suffix}" for suffix in formats.suffixes())
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Compare {} with").format(self._session.scan.cube.name),
            self._preferences.settings.last_open_folder or str(Path.home()),
            self.tr("Scans ({});;All files (*)").format(patterns),
        )
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path, options: OpenOptions | None = None) -> None:
        """Compare the open scan with a file or folder; what was under way is given up.

        Parameters
        ----------
        options
            How to open it; None asks for what it does not say.
        """
        scan, source = self._session.scan, self._opener.source_of(self._session.scan)
        if scan is None or scan.is_preview:
            return
        if source is None:
            self.failed.emit(
                ParameterError(
                    self.tr("This scan cannot be compared."),
                    self.tr("{}: it is not known which file it is from.").format(scan.cube.name),
                    self.tr("Open it again, and then compare it."),
                )
            )
            return
        self.cancel()
        first = Source(source.path, source.options)
        if options is not None:
            self._read(scan, first, Source(path, options))
            return
        self._job = self._jobs.submit(
            self.tr("Look into {}").format(path.name),
            partial(_peek, path),
            on_done=partial(self._on_peeked, scan, first, path),
            on_failed=self._on_ended,
            on_cancelled=self._on_ended,
            is_brief=True,
        )

    def cancel(self) -> None:
        """Give up what is being asked or read."""
        if self._question is not None:
            self._question.reject()
        if self._job is not None:
            self._jobs.cancel(self._job)

    def close(self) -> None:
        """Close all comparisons; for when the window closes."""
        self.cancel()
        for dialog in self.dialogs:
            dialog.reject()

    def _on_peeked(self, scan: Scan, first: Source, path: Path, found: Peek) -> None:
        self._job = None
        known = self._preferences.settings.options_for(path)
        options = None if known is None else remembered(known, found)
        if options is None and not must_ask(found):
            options = OpenOptions(dataset=found.best.name or None)
        if options is not None:
            self._read(scan, first, Source(path, options))
            return
        dialog = OpenDialog(found, None, self._window)
        self._question = dialog
        dialog.accepted.connect(partial(self._on_answered, scan, first, path))
        dialog.finished.connect(self._on_question_closed)
        dialog.open()

    def _on_answered(self, scan: Scan, first: Source, path: Path) -> None:
        if self._question is not None:
            self._read(scan, first, Source(path, self._question.values()))

    @Slot()
    def _on_question_closed(self) -> None:
        if self._question is not None:
            self._question.deleteLater()
            self._question = None

    def _read(self, scan: Scan, first: Source, second: Source) -> None:
        title = self.tr("Compare {} with {}").format(scan.cube.name, second.path.name)
        self._job = self._jobs.submit(
            title,
            partial(open_beside, scan, first, second),
            on_done=self._on_read,
            on_failed=self._on_ended,
            on_cancelled=self._on_ended,
        )

    def _on_ended(self, _error: BaseException | None = None) -> None:
        self._job = None

    def _on_read(self, beside: Beside) -> None:
        self._job = None
        dialog = ComparisonDialog(_compared(beside), self._window)
        dialog.set_display(self._session.display)
        dialog.window_changed.connect(partial(self._on_window, dialog, beside))
        dialog.export_requested.connect(partial(self._on_export, dialog, beside))
        dialog.finished.connect(partial(self._on_closed, dialog))
        self._session.display_changed.connect(dialog.set_display)
        self._dialogs.append(dialog)
        self._place_window(dialog, beside)
        dialog.show()
        self.compared.emit(dialog)

    def _place_window(self, dialog: ComparisonDialog, beside: Beside) -> None:
        """Begin with the window of the session, where the open scan is still the first one."""
        scan, axis = self._session.scan, beside.common.axis
        channels = beside.common.channels
        first, stop = self._session.window
        is_same = scan is not None and scan.cube is beside.first.cube
        if scan is None or not is_same or (first, stop) == (0, scan.cube.channels):
            dialog.set_window(0, channels)
        elif axis is None or scan.cube.axis is None:
            dialog.set_window(first, stop)
        else:
            low, high = scan.cube.axis.edges_kev(first, stop)
            dialog.set_window(round(axis.channel(low) + 0.5), round(axis.channel(high) + 0.5))

    def _on_window(self, dialog: ComparisonDialog, beside: Beside, first: int, stop: int) -> None:
        dialog.set_maps(*beside.maps(first, stop))

    def _on_closed(self, dialog: ComparisonDialog, _result: int) -> None:
        self._session.display_changed.disconnect(dialog.set_display)
        self._dialogs.remove(dialog)
        dialog.deleteLater()

    def _on_export(self, dialog: ComparisonDialog, beside: Beside) -> None:
        found = beside.comparison
        folder = Path(self._preferences.settings.last_export_folder or Path.home())
        start = folder / f"{beside.first.cube.name}_and_{beside.second.cube.name}.csv"
        title = self.tr("Export scores")
        chosen, used = QFileDialog.getSaveFileName(dialog, title, str(start), FILTERS)
        if not chosen:
            return
        target = Path(chosen)
        self._preferences.update(last_export_folder=str(target.parent))
        if target.suffix.lower() not in comparison.REPORT_SUFFIXES:
            target = target.with_name(target.name + (".json" if "json" in used else ".csv"))
            # the file dialog has asked about the name that was chosen, not about the longer one
            words = self.tr("{} exists already in {}. Do you want to replace it?")
            if target.exists() and QMessageBox.StandardButton.Yes != QMessageBox.question(
                dialog, title, words.format(target.name, target.parent)
            ):
                return
        try:
            comparison.write_report(found, target, overwrite=True)
        except AppError as error:
            self.failed.emit(error)
        else:
            self.written.emit(target)


def _peek(path: Path, context: JobContext) -> Peek:
    context.check()
    return peek(path)


def _compared(beside: Beside) -> ComparedScans:
    first, second = beside.first.cube, beside.second.cube
    return ComparedScans(
        names=(first.name, second.name),
        axis=beside.common.axis,
        channels=beside.common.channels,
        spectra=beside.spectra,
        factor=beside.factor,
        lines=beside.lines,
        scores=beside.comparison.rows,
        notes=beside.comparison.notes,
        step_mm=first.acquisition.step_mm or second.acquisition.step_mm,
    )
