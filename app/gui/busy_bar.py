"""What takes long just now: a line above the picture with progress and a way to stop it."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.gui.item_models import JobRow, JobsModel
from app.gui.views.labels import QuietLabel

# what is over sooner is not worth moving the picture for
DELAY_MS = 500
_PARTS = 1000
_BAR_WIDTH = 160


class BusyBar(QWidget):
    """Shows the job that has been waiting or running longest; hidden while there is none."""

    cancel_requested = Signal(int)

    def __init__(self, model: JobsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._row: JobRow | None = None
        self._words = QuietLabel("muted", self.tr("What is running"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(_BAR_WIDTH, 8)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self._on_cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 3, 6, 3)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.cancel)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MS)
        self._delay.timeout.connect(self._appear)
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged):
            signal.connect(self._refresh)
        self.hide()
        self._refresh()

    @property
    def text(self) -> str:
        """What is said of the job."""
        return self._words.text()

    def stop(self) -> None:
        """Show nothing more; for when the window closes."""
        self._delay.stop()

    @Slot()
    def _refresh(self) -> None:
        live = [row for row in self._model.rows if row.is_live]
        self._row = live[-1] if live else None
        if self._row is None:
            self._delay.stop()
            self.hide()
            return
        self._show(self._row)
        if self.isHidden() and not self._delay.isActive():
            self._delay.start()

    def _show(self, row: JobRow) -> None:
        percent = "" if row.fraction is None else f"{row.fraction:.0%}".replace("%", " %")
        parts = (row.title, row.message, percent)
        self._words.show_text(" · ".join(part for part in parts if part))
        self.cancel.setAccessibleName(self.tr("Cancel {}").format(row.title))
        # an endless bar while it is unknown how far the job is
        self.bar.setRange(0, 0 if row.fraction is None else _PARTS)
        if row.fraction is not None:
            self.bar.setValue(round(row.fraction * _PARTS))

    @Slot()
    def _appear(self) -> None:
        if self._row is not None:
            self.show()

    @Slot()
    def _on_cancel(self) -> None:
        if self._row is not None:
            self.cancel_requested.emit(self._row.id)
