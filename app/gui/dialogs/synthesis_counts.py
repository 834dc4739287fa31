"""How many counts a synthetic scan has, of which spectra, and how its file is packed."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.dialogs.synthesis_fields import Fields


class CountsPanel(QWidget):
    """Takes everything about counts.

    Parameters
    ----------
    fields
        Has the editors of `counts`, `noise`, `by_luminosity`, `join`, `seed` and `is_quick`.

    Signals
    -------
    spectrum_changed()
        Other reference spectra were chosen.
    paper_requested()
        The user wants everything as it is in the ganX paper.
    """

    spectrum_changed = Signal()
    paper_requested = Signal()

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spectrum = QComboBox()
        self.spectrum.setAccessibleName(self.tr("Reference spectra"))
        self.spectrum.setToolTip(
            self.tr("The instrument whose spectra the pigments have; all chosen ones have these")
        )
        self.spectrum.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.paper = QPushButton(self.tr("As in the ganX paper"))
        self.paper.setAutoDefault(False)
        self.paper.setToolTip(
            self.tr(
                "The recipe of arXiv:2304.14078: 400 counts in every pixel, 1024 channels, "
                "ΔE 2000 with a least similarity of 0.2, and its nine pigments"
            )
        )
        self._lay_out(fields)
        self.spectrum.currentIndexChanged.connect(self.spectrum_changed)
        self.paper.clicked.connect(self.paper_requested)

    @property
    def label(self) -> str:
        """Label of the reference spectra; empty where there are none in common."""
        return self.spectrum.currentText()

    def set_labels(self, labels: Sequence[str]) -> None:
        """Offer other reference spectra; the chosen ones stay chosen where they are offered."""
        before = self.label
        with QSignalBlocker(self.spectrum):
            self.spectrum.clear()
            self.spectrum.addItems(list(labels))
            self.spectrum.setCurrentIndex(max(self.spectrum.findText(before), 0))
        if self.label != before:
            self.spectrum_changed.emit()

    def _lay_out(self, fields: Fields) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        spectra = QLabel(self.tr("Spectra of"))
        spectra.setBuddy(self.spectrum)
        grid.addWidget(spectra, 0, 0)
        grid.addWidget(self.spectrum, 0, 1)
        for line, name, text in (
            (1, "join", self.tr("Channels joined")),
            (2, "counts", self.tr("Counts per pixel")),
            (3, "noise", self.tr("Their number")),
            (5, "seed", self.tr("Seed")),
        ):
            grid.addWidget(fields.label(name, text), line, 0)
            grid.addWidget(fields[name], line, 1)
        grid.addWidget(fields["by_luminosity"], 4, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        last = QHBoxLayout()
        last.addWidget(fields["is_quick"], 1)
        last.addWidget(self.paper)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addLayout(last)
        column.addStretch(1)
