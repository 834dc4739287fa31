"""Unmixing of the open scan: asks into what, does it, and shows the map of each group."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.pigments import Pigment
from app.core.region import Region
from app.core.scan import Scan
from app.engine import unmixing
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.pigment_libraries import Libraries
from app.engine.unmixing import UnmixParameters
from app.errors import AppError
from app.gui.dialogs.unmixing import (
    Into,
    Library,
    Part,
    UnmixChoice,
    UnmixDialog,
    without_region,
)
from app.gui.docks.unmixing_dock import UnmixingPanel
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.unmixing_rows import (
    Unmixed,
    fit_in_words,
    listed,
    made_in_words,
    region_in_words,
    rows_of,
)
from app.gui.views.map_overlay import Overlay, ValuesOverlay, values_overlay
from app.gui.views.map_view import MapView


class Unmixing(QObject):
    """Connects the session with the panel of groups and the picture.

    Maps of groups are a result, no edit: there is nothing to undo, and another scan, or another
    energy axis, puts them out of sight. They are back when that scan is, until others are found.

    Parameters
    ----------
    libraries, instruments
        What can be chosen from.
    window
        Owns the dialogs.
    """

    found = Signal()
    failed = Signal(object)  # AppError
    written = Signal(object)  # Path of the first file
    step_changed = Signal(object)  # Step of what is shown, or None

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        preferences: Preferences,
        known: tuple[Libraries, Instruments],
        view: MapView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._libraries, self._instruments = known
        self._map = view
        self._window = window
        self._unmixed: Unmixed | None = None
        self._choice = UnmixChoice()
        self._job: int | None = None
        self._is_in_picture = False
        self._overlay: ValuesOverlay | None = None
        self.panel = UnmixingPanel()
        self._connect()
        self._on_scan_changed(session.scan)

    @property
    def shown(self) -> Unmixed | None:
        """What is on screen: that of the scan that is open."""
        unmixed = self._unmixed
        return unmixed if unmixed is not None and unmixed.is_of(self._session.scan) else None

    @property
    def is_in_picture(self) -> bool:
        """Whether a group takes the place of the map."""
        return self._is_in_picture and self.shown is not None

    @Slot()
    def ask(self) -> None:
        """Ask into what to unmix, and do it."""
        scan, region = self._session.scan, self._session.region
        if scan is None or scan.is_preview or scan.cube.axis is None:
            return
        try:
            libraries = self._readable()
            instruments = self._instruments.names()
        except AppError as error:
            self.failed.emit(error)
            return
        dialog = UnmixDialog(
            self._choice if region is not None else without_region(self._choice),
            libraries,
            instruments,
            region="" if region is None else region_in_words(region),
            parent=self._window,
        )
        dialog.accepted.connect(partial(self._on_chosen, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run(self, choice: UnmixChoice, pigments: Sequence[Pigment] | None = None) -> None:
        """Unmix the open scan; what was under way is given up.

        Parameters
        ----------
        pigments
            Those that take part; by default those of the shipped library.
        """
        scan = self._session.scan
        if scan is None or scan.is_preview:
            return
        self.cancel()
        self._choice = choice
        used = self._libraries.shipped().pigments if pigments is None else tuple(pigments)
        parameters = parameters_of(choice, self._session.region)
        self._job = self._jobs.submit(
            self.tr("Unmix {}").format(scan.cube.name),
            partial(_unmixed, scan, parameters, used),
            on_done=self._on_found,
            on_failed=self._on_ended,
            on_cancelled=self._on_ended,
        )

    def cancel(self) -> None:
        """Give up what is under way."""
        if self._job is not None:
            self._jobs.cancel(self._job)

    @Slot(bool)
    def set_in_picture(self, on: bool) -> None:
        """Show the chosen group in place of the map, or the map."""
        self._is_in_picture = on
        if on and self.panel.selected is None and self.panel.rows:
            self.panel.choose(0)
        self._show_picture()

    @Slot()
    def show_map(self) -> None:
        """Show the map, which was asked for."""
        if self._is_in_picture:
            self.set_in_picture(False)

    @Slot()
    def export(self) -> None:
        """Ask for a folder, and write everything into it."""
        unmixed = self.shown
        if unmixed is None:
            return
        title = self.tr("Export the unmixed scan into a folder")
        start = self._preferences.settings.last_export_folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self._window, title, start)
        if not chosen:
            return
        folder = Path(chosen)
        self._preferences.update(last_export_folder=chosen)
        names = unmixing.file_names(unmixed.found)
        there = [name for name in names if (folder / name).exists()]
        if there and not self._may_replace(title, there, folder):
            return
        work = partial(unmixing.write_unmixed, unmixed.found, folder, overwrite=True)
        self._jobs.submit(
            self.tr("Write the unmixed {}").format(unmixed.found.scan),
            work,
            on_done=self._on_written,
        )

    def _connect(self) -> None:
        session, panel = self._session, self.panel
        session.scan_changed.connect(self._on_scan_changed)
        session.window_changed.connect(self.show_map)
        session.display_changed.connect(self._show_picture)
        self._map.overlay_closed.connect(self.show_map)
        self._map.overlay_changed.connect(self._on_overlay_changed)
        panel.unmix_requested.connect(self.ask)
        panel.export_requested.connect(self.export)
        panel.picture_toggled.connect(self.set_in_picture)
        panel.chosen.connect(self._on_row_chosen)

    def _readable(self) -> tuple[Library, ...]:
        """The libraries that can be read, the shipped one first."""
        return tuple(
            Library(item.name, self._libraries.pigments(item.name))
            for item in self._libraries.all()
            if item.problem is None
        )

    def _on_chosen(self, dialog: UnmixDialog) -> None:
        self.run(dialog.values(), dialog.pigments)

    def _on_ended(self, _error: BaseException | None = None) -> None:
        self._job = None

    def _on_found(self, unmixed: Unmixed) -> None:
        self._job = None
        self._unmixed = unmixed
        self._is_in_picture = True
        self._on_scan_changed(self._session.scan)
        if self.shown is not None:
            self.panel.choose(0)
            self.found.emit()

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        why_not = ""
        if scan is not None and scan.cube.axis is None:
            why_not = self.tr("This scan has no energy axis; give it under Scan ▸ Energy axis.")
        can = scan is not None and not scan.is_preview and scan.cube.axis is not None
        self.panel.set_can_unmix(can, why_not)
        unmixed = self.shown
        if unmixed is None:
            self.panel.clear()
        else:
            self.panel.set_rows(
                rows_of(unmixed),
                made_in_words(unmixed),
                fit_in_words(unmixed.found),
                unmixed.found.notes,
            )
        self.step_changed.emit(None if unmixed is None else unmixed.found.steps[-1])
        self._show_picture()

    @Slot()
    def _show_picture(self) -> None:
        unmixed, row = self.shown if self._is_in_picture else None, self.panel.selected
        self.panel.set_picture_shown(unmixed is not None)
        if unmixed is None or row is None:
            before, self._overlay = self._overlay, None
            if before is not None:
                self._map.remove_overlay(before)
            return
        self._overlay = self._overlay_of(unmixed, row)
        self._map.set_overlay(self._overlay)

    def _overlay_of(self, unmixed: Unmixed, row: int) -> ValuesOverlay:
        """The map of a row of the panel; the last one is the residual."""
        found, display = unmixed.found, self._session.display
        outside = self.tr("not unmixed")
        if row == len(unmixed.order):
            values = _whole(found.residual, found.region, unmixed.scan)
            title = self.tr("Residual · 1 is noise alone")
            return values_overlay(values, display, title, "× noise", outside=outside)
        place = unmixed.order[row]
        return values_overlay(
            _whole(found.maps[place], found.region, unmixed.scan),
            display,
            self.tr("{} · unmixed").format(found.groups[place].name),
            "counts",
            errors=_whole(found.errors[place], found.region, unmixed.scan),
            outside=outside,
        )

    @Slot(object)
    def _on_overlay_changed(self, overlay: Overlay | None) -> None:
        """Something else took the place of the map: what is no longer seen is not ticked."""
        if overlay is not None and overlay is not self._overlay:
            self._is_in_picture, self._overlay = False, None
            self.panel.set_picture_shown(False)

    def _may_replace(self, title: str, there: list[str], folder: Path) -> bool:
        words = self.tr("{} files exist already in {}, such as {}. Do you want to replace them?")
        text = words.format(len(there), folder, there[0])
        answer = QMessageBox.question(self._window, title, text)
        return answer == QMessageBox.StandardButton.Yes

    def _on_written(self, paths: tuple[Path, ...]) -> None:
        self.written.emit(paths[0])

    @Slot(object)
    def _on_row_chosen(self, row: int | None) -> None:
        if row is not None:
            self._is_in_picture = True
        self._show_picture()


def parameters_of(choice: UnmixChoice, region: Region | None) -> UnmixParameters:
    """A user's choice as the task takes it."""
    details = choice.details
    has_pigments = choice.into is Into.PIGMENTS
    return UnmixParameters(
        pigments=(", ".join(choice.names) or choice.library) if has_pigments else "",
        method=unmixing.NNLS if has_pigments else unmixing.NMF,
        components=details.components,
        seed=details.seed,
        region=str(region) if details.part is Part.REGION and region is not None else "",
        spectrum=choice.spectrum,
        instrument=choice.instrument if has_pigments else "",
        scatter=details.scatter.value,
        keep_mixtures=details.keep_mixtures,
        varnish_um=details.varnish_um,
        refine=details.refine,
    )


def _unmixed(
    scan: Scan, parameters: UnmixParameters, pigments: tuple[Pigment, ...], context: JobContext
) -> Unmixed:
    return listed(scan, unmixing.unmix_scan(scan, parameters, context, pigments), pigments)


def _whole(part: NDArray[np.float32], region: Region, scan: Scan) -> NDArray[np.float32]:
    """Values of a region in the whole picture, not a number beside it."""
    if part.shape == (scan.cube.rows, scan.cube.cols):
        return part
    whole = np.full((scan.cube.rows, scan.cube.cols), np.nan, np.float32)
    whole[region.row_start : region.row_stop, region.col_start : region.col_stop] = part
    return whole
