"""A batch: scans on the left, what is done to them on the right, how far it is below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.gui.batch_rows import PROGRESS, BatchRowsModel, FractionRole
from app.gui.dialogs.batch_arrivals import ArrivalsLine
from app.gui.dialogs.batch_output import OutputPage
from app.gui.dialogs.batch_reports import ReportsPage
from app.gui.dialogs.batch_tasks import TaskKind, TasksPage
from app.gui.dialogs.fields import EditorDialog, ProblemLabel
from app.gui.views.batch_table import BatchTable
from app.gui.views.labels import QuietLabel

SIZE = (1240, 740)
_WIDTHS = (160, 160, 82, 76, 62)
_SPLIT = (800, 440)
_PARTS = 1000


class BatchDialog(EditorDialog):
    """Takes scans and tasks, and shows what becomes of them; all else goes on meanwhile.

    Parameters
    ----------
    kinds
        Tasks that can be chosen.
    model
        The rows of the scans.

    Signals
    -------
    files_requested(), folder_requested(), open_scan_requested(), remove_requested(),
    options_requested(), load_requested(), save_requested()
        Files are to be chosen, rows taken out or opened in another way, or a plan opened or
        saved.
    dropped(list of Path)
        Files and folders were dropped.
    changed()
        Something that decides what is written was changed, and the hand rests.
    run_requested(), pause_requested(), cancel_requested(), cancel_chosen_requested(),
    retry_requested(), show_folder_requested(), close_requested()
        What the buttons say; who hears of the last one hides the window, or asks first.
    resume_requested(), forget_requested()
        The answer to the offer to resume a batch that did not end.
    """

    files_requested = Signal()
    folder_requested = Signal()
    open_scan_requested = Signal()
    remove_requested = Signal()
    options_requested = Signal()
    load_requested = Signal()
    save_requested = Signal()
    dropped = Signal(object)
    changed = Signal()
    run_requested = Signal()
    pause_requested = Signal()
    cancel_requested = Signal()
    cancel_chosen_requested = Signal()
    retry_requested = Signal()
    show_folder_requested = Signal()
    close_requested = Signal()
    resume_requested = Signal()
    forget_requested = Signal()

    def __init__(
        self, kinds: Sequence[TaskKind], model: BatchRowsModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Batch"))
        self.setAcceptDrops(True)
        self._is_running = False
        self._problem, self._failure = "", ""
        self.tasks, self.output, self.reports = TasksPage(kinds), OutputPage(), ReportsPage()
        self.table = BatchTable()
        self.table.setModel(model)
        self.pattern = QLineEdit()
        self.recursive = QCheckBox(self.tr("Subfolders"))
        self.arrivals = ArrivalsLine()
        self.scans_words = QuietLabel("muted", self.tr("How many scans"))
        self.offer = _Offer()
        self.bar = QProgressBar()
        self.words = QuietLabel("title", self.tr("How far the batch is"))
        self.problem = ProblemLabel()
        self.tabs = QTabWidget()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.show_progress(None, "")
        self.set_running(False)
        self.resize(*SIZE)

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names that folders are searched for; none for all that can be opened."""
        return tuple(part.strip() for part in self.pattern.text().split(";") if part.strip())

    def show_problem(self, problem: str) -> None:
        """Say what keeps the batch from being run; an empty text lets it run."""
        self._problem = problem
        self._check()

    def show_error(self, error: AppError) -> None:
        """Say what failed, until something is changed."""
        self._failure = f"{error.title} {error.message} {error.hint}".strip()
        self._check()

    def show_progress(self, fraction: float | None, words: str) -> None:
        """Show how far all of it is; no bar while the fraction is None."""
        self.bar.setVisible(fraction is not None)
        if fraction is not None:
            self.bar.setValue(round(fraction * _PARTS))
        self.words.show_text(words)

    def show_offer(self, words: str) -> None:
        """Offer to resume a batch that did not end; an empty text takes the offer back."""
        self.offer.words.show_text(words)
        self.offer.words.setToolTip(words)
        self.offer.setVisible(bool(words))

    def set_running(self, on: bool, *, is_paused: bool = False, has_failed: bool = False) -> None:
        """Let what is decided be; offer what can be done now.

        Parameters
        ----------
        has_failed
            Whether there is something to be tried again.
        """
        if on and not self._is_running:
            self._failure = ""
        self._is_running = on
        # the pages, not the tabs: what was decided can still be looked at
        pages = self.tasks, self.output, self.reports
        for part in (*pages, self.adding, self.arrivals, self.load, self.offer):
            part.setEnabled(not on)
        self.pause.setEnabled(on)
        self.pause.setText(self.tr("Go on") if is_paused else self.tr("Pause"))
        self.cancel_all.setEnabled(on)
        self.retry.setEnabled(has_failed and not on)
        self.on_chosen()
        self._check()

    @Slot()
    def on_chosen(self) -> None:
        """Offer what can be done with the rows that are chosen."""
        has_rows = bool(self.table.chosen)
        self.cancel_one.setEnabled(self._is_running and has_rows)
        self.remove.setEnabled(not self._is_running and has_rows)
        self.options.setEnabled(not self._is_running and has_rows)

    def reject(self) -> None:
        """Ask whether the window may go, as Escape and its close button do."""
        self.close_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether the window may go."""
        self.close_requested.emit()
        event.setAccepted(self.isHidden())

    def stop(self) -> None:
        """Look at nothing any more; for when the program ends."""
        self.output.stop()
        self.arrivals.stop()
        self.reports.stop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files anywhere while nothing runs."""
        if not self._is_running:
            self.table.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if not self._is_running:
            self.table.dropEvent(event)

    def _check(self) -> None:
        self.problem.show_problem(self._failure or ("" if self._is_running else self._problem))
        self.run.setEnabled(not self._is_running and not self._problem)

    @Slot()
    def _on_changed(self) -> None:
        self._failure = ""
        self._check()
        self.changed.emit()

    def _make_buttons(self) -> None:
        self.run = QPushButton(self.tr("Run"))
        self.pause = QPushButton(self.tr("Pause"))
        self.cancel_one = QPushButton(self.tr("Cancel chosen"))
        self.cancel_all = QPushButton(self.tr("Cancel all"))
        self.retry = QPushButton(self.tr("Retry failed"))
        self.show_folder = QPushButton(self.tr("Show results"))
        for button in (
            *(self.run, self.pause, self.cancel_one),
            *(self.cancel_all, self.retry, self.show_folder),
        ):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.add = QPushButton(self.tr("Add scans"))
        menu = QMenu(self.add)
        menu.addAction(self.tr("Files…")).triggered.connect(self.files_requested)
        menu.addAction(self.tr("Folder…")).triggered.connect(self.folder_requested)
        menu.addAction(self.tr("The open scan")).triggered.connect(self.open_scan_requested)
        self.add.setMenu(menu)
        self.remove = QPushButton(self.tr("Remove"))
        self.options = QPushButton(self.tr("Options…"))
        self.options.setToolTip(self.tr("How the chosen scans are opened: dataset, axis, size"))
        self.load = QPushButton(self.tr("Open plan…"))
        self.save = QPushButton(self.tr("Save plan…"))

    def _connect(self) -> None:
        pairs: tuple[tuple[QPushButton, SignalInstance], ...] = (
            (self.run, self.run_requested),
            (self.pause, self.pause_requested),
            (self.cancel_one, self.cancel_chosen_requested),
            (self.cancel_all, self.cancel_requested),
            (self.retry, self.retry_requested),
            (self.show_folder, self.show_folder_requested),
            (self.remove, self.remove_requested),
            (self.options, self.options_requested),
            (self.load, self.load_requested),
            (self.save, self.save_requested),
            (self.offer.resume, self.resume_requested),
            (self.offer.forget, self.forget_requested),
        )
        for button, signal in pairs:
            button.clicked.connect(signal)
        self.buttons.rejected.connect(self.reject)
        self.table.dropped.connect(self._on_dropped)
        self.table.remove_requested.connect(self._on_remove)
        self.table.options_requested.connect(self._on_options)
        self.table.selectionModel().selectionChanged.connect(self.on_chosen)
        for page in (self.tasks, self.output, self.reports, self.arrivals):
            page.changed.connect(self._on_changed)

    @Slot(object)
    def _on_dropped(self, paths: object) -> None:
        if not self._is_running:
            self.dropped.emit(paths)

    @Slot()
    def _on_remove(self) -> None:
        if not self._is_running:
            self.remove_requested.emit()

    @Slot()
    def _on_options(self) -> None:
        if not self._is_running:
            self.options_requested.emit()

    def _lay_out(self) -> None:
        self.table.set_columns(_WIDTHS, PROGRESS, int(FractionRole))
        self.table.set_hint(self.tr("Drop scans or folders of scans here, or add them above."))
        self.bar.setRange(0, _PARTS)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(220, 8)
        self.bar.setAccessibleName(self.tr("Progress of the batch"))
        for title, page in (
            (self.tr("Tasks"), self.tasks),
            (self.tr("Output"), self.output),
            (self.tr("Reports"), self.reports),
        ):
            self.tabs.addTab(page, title)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._adding_line())
        column.addWidget(self.table, 1)
        column.addWidget(self.scans_words)
        column.addWidget(self.arrivals)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self.tabs)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes(list(_SPLIT))
        far = QHBoxLayout()
        far.addWidget(self.words, 1)
        far.addWidget(self.bar)
        plan = QHBoxLayout()
        plan.addWidget(self.load)
        plan.addWidget(self.save)
        plan.addWidget(self.buttons, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(self.offer)
        whole.addWidget(splitter, 1)
        whole.addLayout(far)
        whole.addWidget(self.problem)
        whole.addLayout(plan)

    def _adding_line(self) -> QWidget:
        self.adding = QWidget()
        self.pattern.setAccessibleName(self.tr("Names of files that folders are searched for"))
        self.pattern.setPlaceholderText(self.tr("all that can be opened"))
        self.pattern.setToolTip(self.tr("Such as: *.h5; hands*.rpl"))
        self.recursive.setChecked(True)
        self.recursive.setToolTip(self.tr("Also look into folders within folders"))
        words = QLabel(self.tr("From folders take"))
        words.setBuddy(self.pattern)
        row = QHBoxLayout(self.adding)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addWidget(self.options)
        row.addSpacing(12)
        row.addWidget(words)
        row.addWidget(self.pattern, 1)
        row.addWidget(self.recursive)
        return self.adding


class _Offer(QFrame):
    """A line that offers to resume a batch that did not end."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.words = QuietLabel("", self.tr("A batch that did not end"))
        self.resume = QPushButton(self.tr("Resume"))
        self.forget = QPushButton(self.tr("Forget it"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.resume)
        row.addWidget(self.forget)
        self.hide()
