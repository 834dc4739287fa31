"""Choosing an element: the periodic table, or why it cannot be used."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.lines import EmissionLine, confusions
from app.core.scan import Scan
from app.gui.session import Session
from app.gui.views.element_picker import ElementPicker


class ElementsPanel(QWidget):
    """The element picker, what the chosen line may be confused with, and the lines found."""

    line_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._chosen: EmissionLine | None = None
        self.picker = ElementPicker()
        # the advice stands right below it, however tall the dock is
        self.picker.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._reason = QLabel()
        self._reason.setWordWrap(True)
        self._advice = QLabel()
        self._advice.setWordWrap(True)
        self._advice.setTextFormat(Qt.TextFormat.PlainText)
        self._advice.setProperty("role", "muted")
        self._advice.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._reason)
        layout.addWidget(self.picker)
        layout.addWidget(self._advice)
        layout.addStretch()
        self.picker.line_chosen.connect(self.line_chosen)
        session.scan_changed.connect(self._on_scan_changed)
        session.lines_changed.connect(self._on_window_changed)
        session.window_changed.connect(self._on_window_changed)
        self._on_scan_changed(session.scan)

    @property
    def reason(self) -> str:
        """Why no element can be chosen; empty when one can."""
        return self._reason.text()

    @property
    def advice(self) -> str:
        """What the chosen line may be confused with; empty when nothing is chosen."""
        return self._advice.text()

    def set_found(self, elements: tuple[str, ...]) -> None:
        """Mark the elements whose lines stand out in the sum spectrum."""
        self.picker.set_found(elements)

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        axis = None if scan is None else scan.cube.axis
        if scan is None:
            reason = self.tr("Open a scan to choose elements.")
        elif axis is None:
            reason = self.tr(
                "The energy axis is unknown, so no element can be placed. "
                "Set it with Scan ▸ Energy axis."
            )
        else:
            reason = ""
            self.picker.set_axis(axis, scan.cube.channels)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self.picker.setEnabled(not reason)
        self._on_window_changed()

    @Slot()
    def _on_window_changed(self) -> None:
        title = self._session.state.window_name
        chosen = next((line for line in self._session.lines if line.label == title), None)
        # while the window is dragged this comes many times a second and rarely differs
        if chosen != self._chosen:
            self._chosen = chosen
            self.picker.set_line(None if chosen is None else chosen.key)
            self._advice.setText("" if chosen is None else "\n".join(confusions(chosen)))
            self._advice.setVisible(bool(self.advice))
