"""A folder whose scans are taken into a batch as they arrive."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.gui.dialogs.batch_output import CHECK_MS

_STILL_S = 10.0
_LEAST_STILL_S, _MOST_STILL_S = 1.0, 3600.0


class ArrivalsLine(QWidget):
    """Whether a folder is watched, which, and when a scan in it counts as whole.

    Signals
    -------
    changed()
        Something was changed, and the hand rests.
    folder_requested()
        A folder is to be chosen.
    """

    changed = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_wanted = QCheckBox(self.tr("Watch folder"))
        self.is_wanted.setToolTip(
            self.tr(
                "Go on with scans that arrive in a folder, each once it has stopped growing, "
                "until the batch is cancelled. They are opened as “Options…” was last told."
            )
        )
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder in which scans arrive"))
        self.folder.setPlaceholderText(self.tr("no folder yet"))
        self.browse = QPushButton(self.tr("Choose…"))
        self.browse.setAccessibleName(self.tr("Choose the folder in which scans arrive"))
        self.still = QDoubleSpinBox()
        self.still.setRange(_LEAST_STILL_S, _MOST_STILL_S)
        self.still.setDecimals(0)
        self.still.setValue(_STILL_S)
        self.still.setSuffix(" s")
        self.still.setAccessibleName(self.tr("A scan is whole after so long without a change"))
        self.still.setToolTip(self.still.accessibleName())
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_MS)
        self._later.timeout.connect(self.changed)
        self._lay_out()
        self.browse.clicked.connect(self.folder_requested)
        self.is_wanted.toggled.connect(self._on_changed)
        self.folder.textChanged.connect(self._on_changed)
        self.still.valueChanged.connect(self._on_changed)
        self._refresh()

    @property
    def problem(self) -> str:
        """Why the folder cannot be watched; empty where it can, or none is wanted."""
        text = self.folder.text().strip()
        if not self.is_wanted.isChecked():
            return ""
        if not text:
            return self.tr("No folder to be watched was chosen yet.")
        if not Path(text).is_absolute():
            return self.tr("The folder to be watched is not given from the root on.")
        if not Path(text).is_dir():
            return self.tr("The folder to be watched is not there: {}").format(text)
        return ""

    @property
    def folders(self) -> tuple[Path, ...]:
        """What is to be watched."""
        text = self.folder.text().strip()
        return (Path(text),) if self.is_wanted.isChecked() and text else ()

    @property
    def still_s(self) -> float:
        """How long a scan must stay as it is to count as whole, s."""
        return self.still.value()

    def set_folder(self, folder: str) -> None:
        """Watch another folder."""
        self.folder.setText(folder)
        self.is_wanted.setChecked(True)

    def stop(self) -> None:
        """Look at nothing any more."""
        self._later.stop()

    @Slot()
    def _on_changed(self) -> None:
        self._refresh()
        self._later.start()

    def _refresh(self) -> None:
        for part in (self.folder, self.still, self._whole):
            part.setEnabled(self.is_wanted.isChecked())

    def _lay_out(self) -> None:
        self._whole = QLabel(self.tr("whole after"))
        self._whole.setBuddy(self.still)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.is_wanted)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        row.addSpacing(12)
        row.addWidget(self._whole)
        row.addWidget(self.still)
