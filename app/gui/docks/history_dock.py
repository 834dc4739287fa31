"""What was done: changes that can be undone, and the steps the scan carries."""

from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QLabel,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QUndoView,
    QVBoxLayout,
    QWidget,
)

from app.core.provenance import Step
from app.core.scan import Scan
from app.gui.session import Session
from app.gui.views.numbers import grouped


class HistoryPanel(QWidget):
    """The undo list above, the scan's processing steps with their parameters below."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._undo = QUndoView(session.undo_stack)
        self._undo.setEmptyLabel(self.tr("Start"))
        self._undo.setAccessibleName(self.tr("Changes"))
        self.steps = QTreeWidget()
        self.steps.setHeaderHidden(True)
        self.steps.setColumnCount(1)
        self.steps.setAccessibleName(self.tr("Steps of the scan"))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self._titled(self.tr("Changes (click to go back)"), self._undo))
        splitter.addWidget(self._titled(self.tr("Steps of the scan"), self.steps))
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(splitter)
        self._scan: Scan | None = None
        self._results: dict[str, Step] = {}
        session.scan_changed.connect(self._on_scan_changed)
        self._on_scan_changed(session.scan)

    @property
    def listed(self) -> tuple[Step, ...]:
        """All steps listed: those of the scan, then those of its results."""
        steps = () if self._scan is None else self._scan.cube.steps
        return (*steps, *self._results.values())

    def _titled(self, title: str, widget: QWidget) -> QWidget:
        frame = QWidget()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        label = QLabel(title)
        label.setProperty("role", "muted")
        layout.addWidget(label)
        layout.addWidget(widget, 1)
        return frame

    def set_result(self, kind: str, step: Step | None) -> None:
        """List how a result of the scan was found, after its own steps; None takes it away.

        Of each kind, as "clusters", there is one at most.
        """
        if step == self._results.get(kind):
            return
        self._results.pop(kind, None)
        if step is not None:
            self._results[kind] = step
        self._list_steps()

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        self._scan = scan
        self._list_steps()

    def _list_steps(self) -> None:
        self.steps.clear()
        for step in self.listed:
            self.steps.addTopLevelItem(_step_item(step))


def _step_item(step: Step) -> QTreeWidgetItem:
    item = QTreeWidgetItem([f"{step.action} – {_local_time(step.time)}"])
    for name, value in step.parameters.items():
        item.addChild(QTreeWidgetItem([f"{name}: {value}"]))
    for source in step.inputs:
        item.addChild(QTreeWidgetItem([f"{source.name}, {grouped(source.bytes)} bytes"]))
    if step.seed is not None:
        item.addChild(QTreeWidgetItem([f"seed: {step.seed}"]))
    versions = ", ".join(f"{name} {version}" for name, version in step.versions.items())
    item.addChild(QTreeWidgetItem([versions]))
    return item


def _local_time(text: str) -> str:
    """A step's time on the user's clock; another program's way of writing it stays as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text
