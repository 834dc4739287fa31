"""Taking results home: asking for a file name, then writing in the background."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.engine import exports
from app.engine.jobs import JobContext
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.session_state import SessionState

MAP_FILTERS = "Picture with scale (*.png);;Counts as TIFF (*.tif *.tiff);;Table (*.csv)"
MAPS_FILTERS = "HDF5 (*.h5)"
SPECTRUM_FILTERS = "Table (*.csv);;Picture (*.png)"
CUBE_FILTERS = "HDF5 (*.h5);;Ripple (*.rpl)"


class Exporter(QObject):
    """Writes what is on screen, as it is when asked, whatever is changed meanwhile."""

    written = Signal(object)  # Path

    def __init__(
        self, session: Session, jobs: JobManager, preferences: Preferences, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._preferences = preferences
        self._window = parent

    @Slot()
    def export_map(self) -> None:
        """Ask where, and write the map of the energy window."""
        elemental, scan = self._session.current_map(), self._session.scan
        if scan is None:
            return
        name = f"{scan.cube.name}_{exports.file_name(elemental.name)}"
        target = self._ask(self.tr("Export map"), name, MAP_FILTERS)
        if target is not None:
            work = partial(
                exports.export_map,
                elemental,
                target,
                display=self._session.display,
                step_mm=scan.cube.acquisition.step_mm,
                overwrite=True,
            )
            self._submit(target, partial(_run, work))

    @Slot()
    def export_maps(self) -> None:
        """Ask where, and write all kept maps into one file."""
        scan = self._session.scan
        if scan is None or not self._session.kept:
            return
        target = self._ask(self.tr("Export all maps"), f"{scan.cube.name}_maps", MAPS_FILTERS)
        if target is not None:
            work = partial(
                exports.export_maps,
                [item.map for item in self._session.kept],
                target,
                step_mm=scan.cube.acquisition.step_mm,
                overwrite=True,
            )
            self._submit(target, partial(_run_beside, scan, target, work))

    @Slot()
    def export_spectrum(self) -> None:
        """Ask where, and write the spectra shown."""
        scan = self._session.scan
        if scan is None:
            return
        name = f"{scan.cube.name}_spectrum"
        target = self._ask(self.tr("Export spectrum"), name, SPECTRUM_FILTERS)
        if target is not None:
            self._submit(
                target,
                partial(_write_spectra, scan, self._session.state, target),
            )

    @Slot()
    def export_cube(self) -> None:
        """Ask where, and write the whole scan."""
        scan = self._session.scan
        if scan is None:
            return
        target = self._ask(self.tr("Export cube"), scan.cube.name, CUBE_FILTERS)
        if target is not None:
            work = partial(exports.export_cube, scan, target, overwrite=True)
            self._submit(target, work)

    def _ask(self, title: str, name: str, filters: str) -> Path | None:
        """Where to write, replacing what the user agreed to replace; None when dismissed."""
        folder = self._preferences.settings.last_export_folder
        first = filters.split(";;")[0]
        start = Path(folder or Path.home()) / f"{name}{_suffix(first)}"
        chosen, used = QFileDialog.getSaveFileName(self._window, title, str(start), filters, first)
        if not chosen:
            return None
        target = Path(chosen)
        self._preferences.update(last_export_folder=str(target.parent))
        # of a name with its suffix the dialog itself has asked whether it may be replaced
        asked = {target}
        if target.suffix.lower() not in filters.replace(")", " ").replace("*", " ").split():
            target = target.with_name(target.name + _suffix(used or first))
        written = [target]
        if target.suffix.lower() == ".rpl":
            written.append(target.with_suffix(".raw"))
        there = [path for path in written if path not in asked and path.exists()]
        return target if not there or self._may_replace(title, there) else None

    def _may_replace(self, title: str, there: list[Path]) -> bool:
        names = ", ".join(path.name for path in there)
        words = self.tr("{} exists already in {}. Do you want to replace it?")
        answer = QMessageBox.question(self._window, title, words.format(names, there[0].parent))
        return answer == QMessageBox.StandardButton.Yes

    def _submit(self, target: Path, work: Callable[[JobContext], None]) -> None:
        self._jobs.submit(
            self.tr("Write {}").format(target.name), work, on_done=partial(self._on_done, target)
        )

    def _on_done(self, target: Path, _result: object) -> None:
        self.written.emit(target)


def _suffix(name_filter: str) -> str:
    """The first suffix of a file dialog's filter: ".tif" of "TIFF (*.tif *.tiff)"."""
    return name_filter.partition("(*")[2].partition(")")[0].split()[0]


def _run(work: Callable[[], None], context: JobContext) -> None:
    context.progress(None, "Writing")
    work()


def _run_beside(scan: Scan, target: Path, work: Callable[[], None], context: JobContext) -> None:
    """Write what is laid out as scans are, but never over the scan itself."""
    exports.check_not_own(target, scan.cube)
    _run(work, context)


def _write_spectra(scan: Scan, state: SessionState, target: Path, context: JobContext) -> None:
    spectra = {"sum": scan.sum_spectrum, "maximum_pixel": scan.maximum_pixel_spectrum}
    if state.pixel is not None:
        row, col = state.pixel
        spectra[f"pixel_{row}_{col}"] = scan.cube.spectrum(row, col)
    if state.region is not None:
        spectra["region"] = region_spectrum(scan.cube, state.region, context.progress)
    context.check()
    exports.export_spectra(spectra, scan.cube.axis, target, steps=scan.cube.steps, overwrite=True)
