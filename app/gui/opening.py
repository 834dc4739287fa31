"""Opening a scan: looking into the file, asking what it does not say, reading it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.axis import EnergyAxis
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.engine.source import open_scan, peek
from app.errors import ParameterError
from app.gui.dialogs.axis import GIVEN
from app.gui.dialogs.open import OpenDialog, must_ask, suggested_options
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.io.formats import OpenOptions, Peek
from app.settings import RememberedOptions

_SOURCES_LIMIT = 20


class Ask(StrEnum):
    """When the open dialog is shown."""

    NEEDED = "needed"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, eq=False)
class OpenedFile:
    """Where a scan came from, and what was added to it.

    Parameters
    ----------
    counts
        The scan's counts, by which it is known whatever axis it was given since.
    """

    counts: Any
    path: Path
    options: OpenOptions
    notes: tuple[str, ...]


class Opener(QObject):
    """Brings files into the session; one at a time, the latest wish wins.

    Parameters
    ----------
    parent
        The window that dialogs belong to.
    """

    opened = Signal(object)  # OpenedFile, when the whole scan is there
    failed = Signal(object)  # AppError, when a file cannot even be asked about

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._window = parent
        self._job: int | None = None
        self._preview: Scan | None = None
        self._dialog: OpenDialog | None = None
        self._sources: list[OpenedFile] = []

    @property
    def is_busy(self) -> bool:
        """Whether a file is being opened or asked about."""
        return self._job is not None or self._dialog is not None

    @property
    def dialog(self) -> OpenDialog | None:
        """The question on screen, if there is one."""
        return self._dialog

    def source_of(self, scan: Scan | None) -> OpenedFile | None:
        """Where an opened scan came from."""
        if scan is None:
            return None
        found = [item for item in self._sources if item.counts is scan.cube.counts]
        return found[-1] if found else None

    def open(self, path: Path, ask: Ask = Ask.NEEDED, options: OpenOptions | None = None) -> None:
        """Open a file or folder in the background; what was being opened is given up.

        With options nothing is asked and nothing remembered is used.
        """
        self.cancel()
        self._job = self._jobs.submit(
            self.tr("Look into {}").format(path.name),
            partial(_peek, path),
            on_done=partial(self._on_peeked, path, ask, options),
            on_failed=self._on_failed,
            on_cancelled=self._on_cancelled,
            is_brief=True,
        )

    def cancel(self) -> None:
        """Give up what is being opened; the session is as before."""
        if self._dialog is not None:
            self._dialog.reject()
        if self._job is not None:
            self._jobs.cancel(self._job)

    def remember_axis(self, axis: EnergyAxis) -> None:
        """Take the axis the user gave for the open scan again next time."""
        source = self.source_of(self._session.scan)
        if source is not None:
            known = self._preferences.settings.options_for(source.path)
            options = _remembered(source.options) if known is None else known
            given = RememberedOptions(
                options.dataset,
                options.detector,
                axis.offset_kev,
                axis.gain_kev,
                options.rows,
                options.cols,
            )
            self._preferences.apply(partial(_with_options, path=source.path, options=given))

    def _on_peeked(self, path: Path, ask: Ask, given: OpenOptions | None, peek: Peek) -> None:
        self._job = None
        if given is not None:
            self._read(path, peek, given)
            return
        known = self._preferences.settings.options_for(path)
        options = None if known is None else remembered(known, peek)
        if ask is Ask.NEVER:
            self._read_unasked(path, peek, options)
        elif ask is Ask.ALWAYS or (options is None and must_ask(peek)):
            self._show_dialog(path, peek, options)
        else:
            self._read(path, peek, options or OpenOptions(dataset=peek.best.name or None))

    def _read_unasked(self, path: Path, peek: Peek, options: OpenOptions | None) -> None:
        try:
            chosen = options or suggested_options(peek)
        except ParameterError as error:
            self.failed.emit(error)
        else:
            self._read(path, peek, chosen)

    def _show_dialog(self, path: Path, peek: Peek, options: OpenOptions | None) -> None:
        dialog = OpenDialog(peek, options, self._window)
        self._dialog = dialog
        dialog.accepted.connect(partial(self._on_accepted, path, peek))
        dialog.rejected.connect(self._on_rejected)
        # not exec: the window goes on living, and so do the jobs
        dialog.open()

    def _on_accepted(self, path: Path, peek: Peek) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        options = dialog.values()
        dialog.deleteLater()
        change = partial(_with_options, path=path, options=_remembered(options))
        self._preferences.apply(change)
        self._read(path, peek, options)

    @Slot()
    def _on_rejected(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _read(self, path: Path, peek: Peek, options: OpenOptions) -> None:
        chosen = [item for item in peek.datasets if item.name == (options.dataset or "")]
        notes = (chosen or [peek.best])[0].notes
        source = partial(OpenedFile, path=path, options=options, notes=notes)
        self._job = self._jobs.submit(
            self.tr("Open {}").format(path.name),
            partial(open_scan, path, options),
            on_partial=partial(self._on_preview, source),
            on_done=partial(self._on_opened, source),
            on_failed=self._on_failed,
            on_cancelled=self._on_cancelled,
        )

    def _on_preview(self, source: "partial[OpenedFile]", scan: Scan) -> None:
        self._remember_source(source(scan.cube.counts))
        if self._preview is None:
            self._preview = scan
            self._session.open_scan(scan)
        else:
            self._session.complete_scan(self._preview, scan)
            self._preview = scan

    def _on_opened(self, source: "partial[OpenedFile]", scan: Scan) -> None:
        opened = source(scan.cube.counts)
        self._remember_source(opened)
        preview, self._preview, self._job = self._preview, None, None
        if preview is None:
            self._session.open_scan(scan)
        else:
            self._session.complete_scan(preview, scan)
        self._preferences.apply(partial(_with_recent, path=opened.path))
        self.opened.emit(opened)

    def _on_failed(self, _error: BaseException) -> None:
        self._on_cancelled()

    def _on_cancelled(self) -> None:
        preview, self._preview, self._job = self._preview, None, None
        if preview is not None:
            self._session.drop_preview(preview)

    def _remember_source(self, source: OpenedFile) -> None:
        others = [item for item in self._sources if item.counts is not source.counts]
        self._sources = [*others, source][-_SOURCES_LIMIT:]


def _peek(path: Path, context: JobContext) -> Peek:
    context.check()
    return peek(path)


def _with_options(settings: Any, *, path: Path, options: RememberedOptions) -> Any:
    return settings.with_options(path, options)


def _with_recent(settings: Any, *, path: Path) -> Any:
    return settings.with_recent(path)


def _remembered(options: OpenOptions) -> RememberedOptions:
    axis = options.axis
    return RememberedOptions(
        options.dataset,
        options.detector,
        None if axis is None else axis.offset_kev,
        None if axis is None else axis.gain_kev,
        options.rows,
        options.cols,
    )


def remembered(known: RememberedOptions, peek: Peek) -> OpenOptions | None:
    """What was chosen last time, or None where the file no longer holds it."""
    chosen = [item for item in peek.datasets if item.name == (known.dataset or peek.best.name)]
    if not chosen:
        return None
    axis = None
    if known.axis_offset_kev is not None and known.axis_gain_kev is not None:
        axis = EnergyAxis(known.axis_offset_kev, known.axis_gain_kev, source=GIVEN)
    return OpenOptions(known.dataset, known.detector, axis, known.rows, known.cols)
