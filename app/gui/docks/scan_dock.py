"""What is open: its facts in a list."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QWidget

from app.core.scan import Scan
from app.gui.session import Session
from app.gui.views.numbers import grouped


class ScanPanel(QScrollArea):
    """Name, format, shape, counts, axis and its source, step size and checksum of the scan."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[str, ...] = ()
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        self._form = QFormLayout(content)
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.setWidget(content)
        session.scan_changed.connect(self._on_scan_changed)
        self._on_scan_changed(session.scan)

    @property
    def facts(self) -> dict[str, str]:
        """What is shown, by label."""
        found: dict[str, str] = {}
        for row in range(self._form.rowCount()):
            label = self._form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            field = self._form.itemAt(row, QFormLayout.ItemRole.FieldRole)
            if label is not None and field is not None:
                names, values = label.widget(), field.widget()
                if isinstance(names, QLabel) and isinstance(values, QLabel):
                    found[names.text()] = values.text()
        return found

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """Show what the reader wants the user to know, a sentence each."""
        self._notes = notes
        self._on_scan_changed(self._session.scan)

    @Slot(object)
    def _on_scan_changed(self, scan: Scan | None) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        if scan is None:
            words = QLabel(self.tr("Nothing is open."))
            words.setProperty("role", "muted")
            self._form.addRow(words)
            return
        for label, text in self._facts(scan):
            name = QLabel(label)
            name.setProperty("role", "muted")
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(name, value)

    def _facts(self, scan: Scan) -> list[tuple[str, str]]:
        cube, acquisition = scan.cube, scan.cube.acquisition
        size = self.tr("{} rows × {} columns × {} channels")
        facts = [
            (self.tr("Name"), cube.name),
            (self.tr("Format"), cube.format),
            (self.tr("Shape"), size.format(cube.rows, cube.cols, cube.channels)),
            (self.tr("Type"), f"{cube.counts.dtype}, {cube.bytes / 1e6:,.1f} MB"),
            (self.tr("Counts"), self._counts(scan)),
            *self._axis_facts(scan),
        ]
        if acquisition.step_mm is not None:
            down, across = acquisition.step_mm
            facts.append((self.tr("Step"), f"{down:g} × {across:g} mm"))
        for label, value, unit in (
            (self.tr("Tube"), acquisition.tube_anode, ""),
            (self.tr("Voltage"), acquisition.tube_kv, " kV"),
            (self.tr("Current"), acquisition.tube_ua, " µA"),
            (self.tr("Filter"), acquisition.filter, ""),
            (self.tr("Dwell"), acquisition.dwell_s, self.tr(" s per pixel")),
            (self.tr("Live time"), acquisition.live_time_s, self.tr(" s per pixel")),
        ):
            if value is not None:
                text = f"{value:g}" if isinstance(value, float) else str(value)
                facts.append((label, f"{text}{unit}"))
        if acquisition.detectors:
            of = ", ".join(acquisition.detectors)
            facts.append((self.tr("Detector"), f"{acquisition.detector} ({of})"))
        if cube.inputs and cube.inputs[0].checksum:
            # a long word is broken into pieces that fit the dock
            digits = cube.inputs[0].checksum.removeprefix("sha256:")
            pieces = [digits[start : start + 16] for start in range(0, len(digits), 16)]
            facts.append((self.tr("SHA-256"), " ".join(pieces)))
        facts.extend((self.tr("Note"), note) for note in self._notes)
        return facts

    def _counts(self, scan: Scan) -> str:
        total = scan.sum_spectrum.sum()
        pixels = scan.cube.rows * scan.cube.cols
        about = "≈ " if scan.is_preview else ""
        each = grouped(float(total) / pixels)
        return self.tr("{}{} ({} per pixel)").format(about, grouped(float(total)), each)

    def _axis_facts(self, scan: Scan) -> list[tuple[str, str]]:
        axis = scan.cube.axis
        if axis is None:
            return [(self.tr("Energy axis"), self.tr("unknown; set it with Scan ▸ Energy axis"))]
        low, high = axis.edges_kev(0, scan.cube.channels)
        text = self.tr("{:.3f} to {:.3f} keV, {:.6g} keV per channel")
        facts = [(self.tr("Energy axis"), text.format(low, high, axis.gain_kev))]
        if axis.source:
            facts.append((self.tr("Axis from"), axis.source))
        return facts
