"""Taking a recoloured picture home, and scoring it against a photograph."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.recolouring.recoloured import Recoloured
from app.core.scan import Scan
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.recolour_scoring import ColourScores, score_against
from app.gui.dialogs.colour_scores import ColourScoresDialog, ScoreRow
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.io import recoloured_files
from app.io.pictures import SUFFIXES

FILTERS = "Picture (*.png);;TIFF (*.tif *.tiff);;All predicted maps, HDF5 (*.h5)"
MAP_FILTERS = "All predicted maps, HDF5 (*.h5)"


class RecolourSaving(QObject):
    """Asks for names and writes in the background.

    Parameters
    ----------
    window
        Owns the dialogs.
    """

    written = Signal(object)  # Path

    def __init__(self, jobs: JobManager, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._preferences = preferences
        self._window = window

    def export(self, found: Recoloured, scan: Scan, *, is_stamped: bool) -> None:
        """Ask where, and write the picture, with one of its uncertainty beside it."""
        title = self.tr("Export recoloured picture")
        filters = FILTERS if found.has_colours else MAP_FILTERS
        target = self._ask(title, f"{scan.cube.name}_{found.card.name}", filters)
        if target is None:
            return
        doubt = _doubt_beside(target) if _has_doubt_beside(found, target) else None
        if doubt is not None and doubt.exists() and not self._may_replace(title, doubt):
            return
        work = partial(
            recoloured_files.write,
            found,
            target,
            doubt,
            is_stamped=is_stamped,
            name=scan.cube.name,
            overwrite=True,
        )
        self._jobs.submit(
            self.tr("Write {}").format(target.name),
            partial(_run, scan, target, work),
            on_done=partial(self._on_written, target),
        )

    def score(self, found: Recoloured, scan: Scan) -> None:
        """Ask for a picture, score the colours against it, and show how they did."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Compare with a picture of the painting"),
            self._preferences.settings.last_open_folder or str(Path.home()),
            self.tr("Pictures ({});;All files (*)").format(patterns),
        )
        if chosen:
            region = found.region
            shape = max(scan.cube.rows, region.row_stop), max(scan.cube.cols, region.col_stop)
            self._jobs.submit(
                self.tr("Compare with {}").format(Path(chosen).name),
                partial(score_against, found, Path(chosen), shape),
                on_done=partial(self._on_scored, found),
            )

    def _ask(self, title: str, name: str, filters: str) -> Path | None:
        """Where to write, replacing what the user agreed to replace; None when dismissed."""
        folder = self._preferences.settings.last_export_folder
        first = filters.split(";;")[0]
        start = Path(folder or Path.home()) / f"{exports.file_name(name)}{_suffix(first)}"
        chosen, used = QFileDialog.getSaveFileName(self._window, title, str(start), filters, first)
        if not chosen:
            return None
        target = Path(chosen)
        self._preferences.update(last_export_folder=str(target.parent))
        if target.suffix.lower() in filters.replace(")", " ").replace("*", " ").split():
            # of a name with its suffix the dialog itself has asked
            return target
        target = target.with_name(target.name + _suffix(used or first))
        return target if not target.exists() or self._may_replace(title, target) else None

    def _may_replace(self, title: str, target: Path) -> bool:
        words = self.tr("{} exists already in {}. Do you want to replace it?")
        text = words.format(target.name, target.parent)
        answer = QMessageBox.question(self._window, title, text)
        return answer == QMessageBox.StandardButton.Yes

    def _on_written(self, target: Path, _result: object) -> None:
        self.written.emit(target)

    def _on_scored(self, found: Recoloured, scores: ColourScores) -> None:
        title = self.tr("{} before {}").format(found.card.name, scores.reference)
        columns = [
            tuple(ScoreRow(item.name, item.value, item.unit, item.meaning) for item in rows)
            for rows in (scores.scores, scores.padded)
        ]
        dialog = ColourScoresDialog(title, columns[0], columns[1], scores.notes, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _suffix(name_filter: str) -> str:
    """The first suffix of a file dialog's filter."""
    return name_filter.partition("(*")[2].partition(")")[0].split()[0]


def _has_doubt_beside(found: Recoloured, target: Path) -> bool:
    return found.log_variance is not None and target.suffix.lower() in (".png", ".tif", ".tiff")


def _doubt_beside(target: Path) -> Path:
    return target.with_name(f"{target.stem}_uncertainty{target.suffix}")


def _run(scan: Scan, target: Path, work: Callable[[], None], context: JobContext) -> None:
    exports.check_not_own(target, scan.cube)
    context.progress(None, "Writing")
    work()
