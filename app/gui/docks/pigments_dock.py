"""The pigment libraries: find a pigment, look at it, change it."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.core.pigment_search import Filter
from app.gui.docks.pigment_details import PigmentDetails
from app.gui.docks.pigment_filter import PigmentFilter
from app.gui.pigment_models import (
    ALL,
    LibraryEntry,
    PigmentRow,
    PigmentsModel,
    PigmentsProxy,
    RowRole,
)

_HEIGHTS = (260, 340)
_WIDTHS = (150, 110, 80, 120, 100, 160)


class PigmentsPanel(QWidget):
    """Library chooser, search, table and details; it asks for changes and makes none itself.

    In the table Enter edits, Delete deletes, Ctrl+D duplicates and Ctrl+N adds.
    """

    library_chosen = Signal(str)
    selection_changed = Signal(object)  # tuple of places (library key, pigment id)
    add_requested = Signal()
    edit_requested = Signal()
    duplicate_requested = Signal()
    delete_requested = Signal()
    mark_requested = Signal(object)  # PigmentRow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_filling = False
        self.model = PigmentsModel(self)
        self.proxy = PigmentsProxy(self.model, self)
        self.library = QComboBox()
        self.library.setAccessibleName(self.tr("Pigment library"))
        self.library.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.library.setMinimumContentsLength(12)
        self.more = QPushButton(self.tr("Libraries"))
        self.more.setToolTip(self.tr("Import, export, merge and make libraries"))
        self.filter = PigmentFilter()
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.count.setWordWrap(True)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.table = self._make_table()
        self.details = PigmentDetails()
        self.new_button = QPushButton(self.tr("New…"))
        self.edit_button = QPushButton(self.tr("Edit…"))
        self.duplicate_button = QPushButton(self.tr("Duplicate"))
        self.delete_button = QPushButton(self.tr("Delete"))
        self._lay_out()
        self._actions = self._make_actions()
        self._connect()
        self._refresh()

    @property
    def selection(self) -> tuple[PigmentRow, ...]:
        """The chosen pigments, top to bottom."""
        chosen = self.table.selectionModel().selectedRows()
        rows: list[PigmentRow] = [index.data(RowRole) for index in sorted(chosen)]
        return tuple(rows)

    @property
    def actions_of_table(self) -> tuple[QAction, ...]:
        """New, duplicate, edit and delete; their keys are heard in the table."""
        return tuple(self._actions.values())

    def set_menu(self, menu: QMenu) -> None:
        """What the button beside the chooser offers."""
        self.more.setMenu(menu)

    def set_libraries(self, entries: tuple[LibraryEntry, ...], shown: str) -> None:
        """List the libraries; `shown` is the key of the one in front."""
        self.library.blockSignals(True)
        self.library.clear()
        if len(entries) != 1:
            self.library.addItem(self.tr("All libraries"), ALL)
        for entry in entries:
            title = self.tr("{} (read-only)").format(entry.title)
            self.library.addItem(title if entry.is_read_only else entry.title, entry.key)
        self.library.setCurrentIndex(max(self.library.findData(shown), 0))
        self.library.blockSignals(False)
        self._refresh()

    def set_rows(self, rows: tuple[PigmentRow, ...]) -> None:
        """List pigments; those chosen stay so where they are still in sight."""
        chosen = [row.place for row in self.selection]
        self._is_filling = True
        self.model.set_rows(rows)
        self._select(chosen)
        self._is_filling = False
        self._on_selection_changed()

    def set_selection(self, rows: tuple[PigmentRow, ...]) -> None:
        """Choose pigments without telling; one that the filter hides makes it let go."""
        wanted = [row.place for row in rows]
        if set(wanted) == {row.place for row in self.selection}:
            return
        self._is_filling = True
        if self._select(wanted) < len(wanted):
            self.filter.clear()
            self._select(wanted)
        self._is_filling = False
        self._refresh()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.proxy)
        table.setAccessibleName(self.tr("Pigments"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        table.setMinimumHeight(90)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        return table

    def _lay_out(self) -> None:
        chooser = QHBoxLayout()
        chooser.addWidget(self.library, 1)
        chooser.addWidget(self.more)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in self._buttons():
            # four of them share a narrow dock
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(40)
            buttons.addWidget(button, 1)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(buttons)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.details)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes(list(_HEIGHTS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(5)
        layout.addLayout(chooser)
        layout.addWidget(self.filter)
        layout.addWidget(self.count)
        layout.addWidget(self.splitter, 1)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return (self.new_button, self.edit_button, self.duplicate_button, self.delete_button)

    def _make_actions(self) -> dict[str, QAction]:
        """What can be done with the table, by mouse, by key and from the window's menu."""
        made = {}
        for name, words, keys, signal in (
            ("new", self.tr("&New…"), ("Ctrl+N",), self.add_requested),
            ("duplicate", self.tr("&Duplicate"), ("Ctrl+D",), self.duplicate_requested),
            ("edit", self.tr("&Edit…"), ("Return", "Enter", "F2"), self.edit_requested),
            ("delete", self.tr("De&lete"), ("Del",), self.delete_requested),
        ):
            action = QAction(words, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            # heard in the table alone: elsewhere these keys mean something else
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(signal)
            self.table.addAction(action)
            made[name] = action
        return made

    def _connect(self) -> None:
        self.library.activated.connect(self._on_library_chosen)
        self.filter.changed.connect(self._on_filter_changed)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.doubleClicked.connect(self.edit_requested)
        self.new_button.clicked.connect(self.add_requested)
        self.edit_button.clicked.connect(self.edit_requested)
        self.duplicate_button.clicked.connect(self.duplicate_requested)
        self.delete_button.clicked.connect(self.delete_requested)
        self.details.mark_requested.connect(self.mark_requested)

    def _select(self, places: Iterable[tuple[str, str]]) -> int:
        """Choose rows by place; gives how many are shown."""
        wanted = set(places)
        chosen = QItemSelection()
        first = None
        for number in range(self.proxy.rowCount()):
            index = self.proxy.index(number, 0)
            row: PigmentRow = index.data(RowRole)
            if row.place in wanted:
                chosen.select(index, index)
                first = first or index
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        model.select(chosen, flags.ClearAndSelect | flags.Rows)
        if first is not None:
            model.setCurrentIndex(first, flags.NoUpdate)
            self.table.scrollTo(first)
        return len(chosen.indexes())

    @Slot(int)
    def _on_library_chosen(self, _position: int) -> None:
        self.library_chosen.emit(self.library.currentData())

    @Slot(object)
    def _on_filter_changed(self, wanted: Filter) -> None:
        self.proxy.set_filter(wanted)
        # Qt does not tell of chosen rows that a filter takes out of sight
        self._on_selection_changed()

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._is_filling:
            self._refresh()
            self.selection_changed.emit(tuple(row.place for row in self.selection))

    @Slot()
    def _refresh(self) -> None:
        found, total = self.proxy.rowCount(), self.model.rowCount()
        if not total:
            words = self.tr("This library is empty. Add a pigment with New, or import some.")
        else:
            words = self.tr("No pigment matches. Look for something else, or clear the filter.")
        self.empty.setText(words)
        self.empty.setVisible(not found)
        self.table.setVisible(bool(found))
        self.count.setText(
            self.tr("{} pigments").format(total)
            if found == total
            else self.tr("{} of {} pigments").format(found, total)
        )
        rows = self.selection
        is_own = not any(row.library.is_read_only for row in rows)
        for name, button, is_enabled in (
            ("edit", self.edit_button, len(rows) == 1),
            ("duplicate", self.duplicate_button, bool(rows)),
            ("delete", self.delete_button, bool(rows) and is_own),
        ):
            button.setEnabled(is_enabled)
            self._actions[name].setEnabled(is_enabled)
        # what cannot be changed can still be looked at
        self.edit_button.setText(self.tr("Edit…") if is_own else self.tr("Open…"))
        self._actions["edit"].setText(self.tr("&Edit…") if is_own else self.tr("Op&en…"))
        self.delete_button.setToolTip(
            "" if is_own else self.tr("Pigments of a read-only library cannot be deleted.")
        )
        self.details.set_rows(rows)
