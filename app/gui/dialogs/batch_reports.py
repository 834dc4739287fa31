"""What a batch tells of its results: reports, a contact sheet, statistics of regions."""

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.region import Region
from app.errors import ParameterError
from app.gui.dialogs.batch_output import CHECK_MS
from app.gui.dialogs.fields import CheckedField

ALL = "all"
_SHEETS = ("", "png", "pdf", "both")
_SCALINGS = ("shared", "own")


@dataclass(frozen=True, slots=True)
class ReportsChoice:
    """What is written beside the results; each as `app.core.batch.plan.BatchPlan` has it."""

    reports: bool = False
    contact_sheet: str = ""
    scaling: str = "shared"
    regions: str = ""
    elements: str = ""


class ReportsPage(QWidget):
    """Asks what else is to be written.

    Signals
    -------
    changed()
        Something was changed, and the hand rests.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reports = QCheckBox(self.tr("A report of each scan (PDF)"))
        self.sheet, self.scaling = QComboBox(), QComboBox()
        for value, words in zip(
            _SHEETS,
            (self.tr("none"), self.tr("PNG"), self.tr("PDF"), self.tr("PNG and PDF")),
            strict=True,
        ):
            self.sheet.addItem(words, value)
        for value, words in zip(
            _SCALINGS,
            (self.tr("the same for all scans"), self.tr("each scan its own")),
            strict=True,
        ):
            self.scaling.addItem(words, value)
        self.sheet.setAccessibleName(self.tr("Contact sheet"))
        self.scaling.setAccessibleName(self.tr("Limits of the maps on the contact sheet"))
        self.table = QCheckBox(self.tr("A table of counts and their uncertainties (CSV)"))
        self.regions, self.elements = QLineEdit(), QLineEdit()
        self.regions_field = CheckedField(self.regions, self.tr("Regions of the table"))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_MS)
        self._later.timeout.connect(self.changed)
        self._lay_out()
        self.reports.toggled.connect(self._on_changed)
        self.sheet.currentIndexChanged.connect(self._on_changed)
        self.scaling.currentIndexChanged.connect(self._on_changed)
        self.table.toggled.connect(self._on_changed)
        self.regions.textChanged.connect(self._on_changed)
        self.elements.textChanged.connect(self._on_changed)
        self.set_values(ReportsChoice())

    @property
    def problem(self) -> str:
        """What is wrong with the regions; empty when nothing is."""
        return self._regions_problem() if self.table.isChecked() else ""

    def values(self) -> ReportsChoice:
        """What is chosen now."""
        has_table = self.table.isChecked()
        return ReportsChoice(
            self.reports.isChecked(),
            str(self.sheet.currentData()),
            str(self.scaling.currentData()),
            (self.regions.text().strip() or ALL) if has_table else "",
            self.elements.text().strip() if has_table else "",
        )

    def set_values(self, choice: ReportsChoice) -> None:
        """Show another choice."""
        self.reports.setChecked(choice.reports)
        self.sheet.setCurrentIndex(max(self.sheet.findData(choice.contact_sheet), 0))
        self.scaling.setCurrentIndex(max(self.scaling.findData(choice.scaling), 0))
        self.table.setChecked(bool(choice.regions))
        self.regions.setText("" if choice.regions == ALL else choice.regions)
        self.elements.setText(choice.elements)
        self._on_changed()

    def stop(self) -> None:
        """Look at nothing any more."""
        self._later.stop()

    def _regions_problem(self) -> str:
        for part in self.regions.text().split(";"):
            text = part.strip()
            name, has_name, corners = text.rpartition("=")
            if not text or text == ALL:
                continue
            if not (has_name and name.strip()):
                return self.tr("“{}” is no region; write Name=r0:r1,c0:c1.").format(text)
            try:
                Region.parse(corners)
            except ParameterError as error:
                return error.message
        return ""

    @Slot()
    def _on_changed(self) -> None:
        has_table = self.table.isChecked()
        for part in (self.regions_field, self.elements):
            part.setEnabled(has_table)
        self.scaling.setEnabled(bool(self.sheet.currentData()))
        self.regions_field.show_problem(self.problem)
        self._later.start()

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "With pictures, element, line, window, limits, how the scan was measured, the "
                "model and what speaks against it, and all steps that led there."
            )
        )
        self.regions.setPlaceholderText(self.tr("the whole scan"))
        self.regions.setToolTip(self.tr("Such as: Sky=0:20,0:60; Robe=30:60,10:40"))
        self.elements.setPlaceholderText(self.tr("those that are found"))
        self.elements.setAccessibleName(self.tr("Elements of the table"))
        self.elements.setToolTip(self.tr("Such as: Fe,Cu,Pb_Lb"))
        each, sheet = QGroupBox(self.tr("Each scan")), QGroupBox(self.tr("All scans"))
        counts = QGroupBox(self.tr("Counts"))
        first = QVBoxLayout(each)
        first.addWidget(self.reports)
        first.addWidget(about)
        second = QFormLayout(sheet)
        second.addRow(self.tr("Contact sheet"), self.sheet)
        second.addRow(self.tr("Limits of maps"), self.scaling)
        help_line = QLabel(
            self.tr(
                "Sum, mean and net area of each line in each region, with the uncertainty of "
                "counting. Regions are pixels: Name=first row:row after the last,columns alike."
            )
        )
        for label in (about, help_line):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
        third = QFormLayout(counts)
        third.addRow(self.table)
        third.addRow(self.tr("Regions"), self.regions_field)
        third.addRow(self.tr("Elements"), self.elements)
        third.addRow(help_line)
        for form in (second, third):
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(self)
        for box in (each, sheet, counts):
            column.addWidget(box)
        column.addStretch(1)
