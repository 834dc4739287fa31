"""The maps the user set aside."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.item_models import THUMBNAIL_PIXELS, IdRole, KeptMapsModel
from app.gui.session import Session


class MapsPanel(QWidget):
    """Kept maps as pictures: a click shows one, F2 renames it, Delete lets it go."""

    export_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = KeptMapsModel(session, self)
        self._empty = QLabel(self.tr("Keep a map to compare it and to export several at once."))
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Kept maps"))
        self.view.setViewMode(QListView.ViewMode.IconMode)
        self.view.setIconSize(QSize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setMovement(QListView.Movement.Static)
        self.view.setSpacing(6)
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.view.clicked.connect(self._on_clicked)
        self._delete = QPushButton(self.tr("Delete"))
        self._delete.clicked.connect(self.delete_selected)
        self._export = QPushButton(self.tr("Export all…"))
        self._export.clicked.connect(self.export_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(self._delete)
        buttons.addStretch()
        buttons.addWidget(self._export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._empty)
        layout.addWidget(self.view, 1)
        layout.addLayout(buttons)
        self._add_shortcuts()
        session.kept_changed.connect(self._refresh)
        self.view.selectionModel().selectionChanged.connect(self._refresh)
        self._refresh()

    @Slot()
    def delete_selected(self) -> None:
        """Let go of the chosen maps."""
        for map_id in [index.data(IdRole) for index in self.view.selectedIndexes()]:
            self._session.remove_map(map_id)

    def _add_shortcuts(self) -> None:
        delete = QAction(self.tr("Delete map"), self.view)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.delete_selected)
        self.view.addAction(delete)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._session.show_map(index.data(IdRole))

    @Slot()
    def _refresh(self) -> None:
        has_maps = bool(self._session.kept)
        self._empty.setVisible(not has_maps)
        self.view.setVisible(has_maps)
        self._export.setEnabled(has_maps)
        self._delete.setEnabled(bool(self.view.selectedIndexes()))
