"""What the window for batches asks by further dialogs: files, folders, plans, how to open."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.errors import ReadError
from app.gui.batch_scans import BatchScans
from app.gui.dialogs.batch import BatchDialog
from app.gui.dialogs.open import OpenDialog
from app.gui.preferences import Preferences
from app.io import formats
from app.io.batch_files import SUFFIX
from app.io.formats import OpenOptions


class BatchAsking(QObject):
    """Answers the dialog's wishes for files.

    Signals
    -------
    paths_chosen(list of Path), plan_chosen(Path), save_chosen(Path)
        Scans were chosen, a plan to be read, or where one is to be written.
    """

    paths_chosen = Signal(object)
    plan_chosen = Signal(object)
    save_chosen = Signal(object)

    def __init__(self, dialog: BatchDialog, scans: BatchScans, preferences: Preferences) -> None:
        super().__init__(dialog)
        self._dialog, self._scans, self._preferences = dialog, scans, preferences
        self._asked: OpenDialog | None = None
        dialog.files_requested.connect(self._on_files)
        dialog.folder_requested.connect(self._on_folder)
        dialog.remove_requested.connect(self._on_remove)
        dialog.options_requested.connect(self._on_options)
        dialog.arrivals.folder_requested.connect(self._on_arrivals)
        dialog.load_requested.connect(self._on_load)
        dialog.save_requested.connect(self._on_save)
        dialog.output.folder_requested.connect(self._on_output)

    @property
    def asked(self) -> OpenDialog | None:
        """The question how scans are opened, while it is on screen."""
        return self._asked

    @Slot()
    def _on_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in formats.suffixes())
        chosen, _ = QFileDialog.getOpenFileNames(
            self._dialog,
            self.tr("Scans"),
            self._open_folder(),
            self.tr("Scans ({});;All files (*)").format(patterns),
        )
        if chosen:
            self._preferences.update(last_open_folder=str(Path(chosen[0]).parent))
            self.paths_chosen.emit([Path(name) for name in chosen])

    @Slot()
    def _on_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._dialog, self.tr("Folder of scans"), self._open_folder()
        )
        if chosen:
            self._preferences.update(last_open_folder=chosen)
            self.paths_chosen.emit([Path(chosen)])

    @Slot()
    def _on_arrivals(self) -> None:
        now = self._dialog.arrivals.folder.text().strip()
        chosen = QFileDialog.getExistingDirectory(
            self._dialog, self.tr("Folder in which scans arrive"), now or self._open_folder()
        )
        if chosen:
            self._dialog.arrivals.set_folder(str(Path(chosen)))

    @Slot()
    def _on_output(self) -> None:
        now = self._dialog.output.folder.text().strip()
        chosen = QFileDialog.getExistingDirectory(
            self._dialog, self.tr("Folder for the results"), now or self._export_folder()
        )
        if chosen:
            self._preferences.update(last_export_folder=chosen)
            self._dialog.output.set_folder(str(Path(chosen)))

    @Slot()
    def _on_load(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._dialog, self.tr("Open a plan"), self._export_folder(), self._filter()
        )
        if chosen:
            self.plan_chosen.emit(Path(chosen))

    @Slot()
    def _on_save(self) -> None:
        start = str(Path(self._export_folder()) / f"batch{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(
            self._dialog, self.tr("Save the plan"), start, self._filter()
        )
        if chosen:
            path = Path(chosen)
            is_named = path.name.casefold().endswith(SUFFIX)
            self.save_chosen.emit(path if is_named else path.with_name(f"{path.name}{SUFFIX}"))

    @Slot()
    def _on_remove(self) -> None:
        self._scans.remove(self._dialog.table.chosen)

    @Slot()
    def _on_options(self) -> None:
        """Ask how the chosen scans are opened, by what is in the first of them."""
        places = self._dialog.table.chosen
        if not places or self._asked is not None:
            return
        item, peek = self._scans.inputs[places[0]], self._scans.peek_of(places[0])
        if peek is None:
            row = self._scans.model.rows[places[0]]
            words = row.problem or self.tr("It has not been looked into yet.")
            self._dialog.show_error(
                ReadError(self.tr("There is nothing to choose in {}.").format(row.path.name), words)
            )
            return
        known = {entry.name for entry in peek.datasets}
        options = OpenOptions(item.dataset, item.detector, item.axis, item.rows, item.cols)
        is_usual = item.dataset is None and item.axis is None and item.rows is None
        can_show = not is_usual and (item.dataset or peek.best.name) in known
        dialog = OpenDialog(peek, options if can_show else None, self._dialog)
        self._asked = dialog
        dialog.accepted.connect(partial(self._on_options_given, places))
        dialog.finished.connect(self._on_options_end)
        dialog.open()

    def _on_options_given(self, places: tuple[int, ...]) -> None:
        if self._asked is not None:
            given = self._asked.values()
            self._scans.set_options(
                [place for place in places if place < len(self._scans.inputs)],
                dataset=given.dataset,
                detector=given.detector,
                axis=given.axis,
                rows=given.rows,
                cols=given.cols,
            )

    @Slot()
    def _on_options_end(self) -> None:
        if self._asked is not None:
            self._asked.deleteLater()
            self._asked = None

    def _filter(self) -> str:
        return self.tr("Plans (*{})").format(SUFFIX)

    def _open_folder(self) -> str:
        return self._preferences.settings.last_open_folder or str(Path.home())

    def _export_folder(self) -> str:
        return self._preferences.settings.last_export_folder or self._open_folder()


def may_be_given_up(window: QWidget) -> bool:
    """Ask whether the program may end while a batch is running."""
    answer = QMessageBox.question(
        window,
        window.tr("A batch is running"),
        window.tr(
            "A batch is running. Close all the same? What is under way is given up; the batch "
            "can be resumed under File ▸ Batch, and what is done stays done."
        ),
    )
    return answer == QMessageBox.StandardButton.Yes


def ask_whether_to_go_on(
    dialog: QWidget, go_on: Callable[[], object], stop: Callable[[], object]
) -> None:
    """Ask what becomes of a batch whose window is closed; without an answer it stays open."""
    box = QMessageBox(dialog)
    box.setWindowTitle(dialog.tr("The batch is running"))
    box.setText(dialog.tr("Let the batch go on in the background?"))
    box.setInformativeText(dialog.tr("File ▸ Batch shows this window again."))
    first = box.addButton(dialog.tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
    second = box.addButton(dialog.tr("Stop the batch"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    first.clicked.connect(lambda: go_on())
    second.clicked.connect(lambda: stop())
    box.finished.connect(box.deleteLater)
    # not exec: the window goes on living, and so does the batch
    box.open()
