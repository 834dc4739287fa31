"""What is running, and how what ran has ended."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui.item_models import JobRow, JobsModel

_PARTS = 1000


class JobWidget(QFrame):
    """One job: its title, a progress bar and a cancel button while it lives, then its end."""

    cancel_requested = Signal(int)

    def __init__(self, row: JobRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = row.id
        self._title = QLabel(row.title)
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._state = QLabel()
        self._state.setProperty("role", "muted")
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of {}").format(row.title))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel {}").format(row.title))
        self.cancel.clicked.connect(self._on_cancel)
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(3)
        layout.addWidget(self._title)
        layout.addLayout(line)
        layout.addWidget(self._state)
        self.show_row(row)

    @property
    def state_text(self) -> str:
        """How the job stands, in words."""
        return self._state.text()

    def show_row(self, row: JobRow) -> None:
        """Show how the job stands now."""
        names = {
            "queued": self.tr("Waiting"),
            "running": self.tr("Running"),
            "done": self.tr("Done"),
            "failed": self.tr("Failed"),
            "cancelled": self.tr("Cancelled"),
        }
        text = names[row.state]
        self._state.setText(f"{text}: {row.message}" if row.message else text)
        self.bar.setVisible(row.is_live)
        self.cancel.setVisible(row.is_live)
        if row.fraction is None:
            # an endless bar while it is unknown how far a running job is
            self.bar.setRange(0, 0 if row.state == "running" else _PARTS)
        else:
            self.bar.setRange(0, _PARTS)
            self.bar.setValue(round(row.fraction * _PARTS))

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel_requested.emit(self._id)


class JobsPanel(QWidget):
    """All jobs, the latest on top."""

    cancel_requested = Signal(int)

    def __init__(self, model: JobsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.widgets: list[JobWidget] = []
        self._empty = QLabel(self.tr("Nothing is running."))
        self._empty.setProperty("role", "muted")
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        self._clear = QPushButton(self.tr("Clear ended"))
        self._clear.clicked.connect(model.clear_ended)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._empty)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        model.rowsInserted.connect(self._on_inserted)
        model.rowsAboutToBeRemoved.connect(self._on_removed)
        # only then does the model no longer count the rows
        model.rowsRemoved.connect(self._refresh)
        model.dataChanged.connect(self._on_changed)
        self._on_inserted(QModelIndex(), 0, len(model.rows) - 1)

    @Slot(QModelIndex, int, int)
    def _on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        for position in range(first, last + 1):
            widget = JobWidget(self._model.rows[position])
            widget.cancel_requested.connect(self.cancel_requested)
            self.widgets.insert(position, widget)
            self._list.insertWidget(position, widget)
        self._refresh()

    @Slot(QModelIndex, int, int)
    def _on_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        for position in reversed(range(first, last + 1)):
            widget = self.widgets.pop(position)
            self._list.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    @Slot(QModelIndex, QModelIndex)
    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for position in range(first.row(), last.row() + 1):
            self.widgets[position].show_row(self._model.rows[position])
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._empty.setVisible(not self.widgets)
        self._clear.setEnabled(any(not row.is_live for row in self._model.rows))
