"""How many counts a synthetic scan has, of which spectra, and how its file is packed."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.gui.dialogs.synthesis_fields import Fields, FieldsForm


class CountsPanel(QWidget):
    """Takes everything about counts.

    Parameters
    ----------
    fields
        Has the editors of `counts`, `noise`, `dwell_s`, `dead_time_us`, `by_luminosity`, `join`,
        `seed` and `is_quick`.

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
        self.form = FieldsForm()
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
        self._fields = fields
        self._has_layers = False
        self._lay_out()
        self._show_rows()
        fields.changed.connect(self._show_rows)
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

    def set_layers(self, on: bool) -> None:
        """Ask only for what applies where layers are computed, or reference spectra mixed."""
        self._has_layers = on
        self._show_rows()

    def _lay_out(self) -> None:
        fields, form = self._fields, self.form
        form.add("spectrum", self.spectrum, self.tr("Spectra of"))
        for name, text in (
            ("join", self.tr("Channels joined")),
            ("noise", self.tr("Their number")),
            ("counts", self.tr("Counts per pixel")),
            ("dwell_s", self.tr("Dwell time")),
            ("dead_time_us", self.tr("Dead time")),
            ("by_luminosity", ""),
            ("seed", self.tr("Seed")),
        ):
            form.add(name, fields[name], text)
        last = QHBoxLayout()
        last.addWidget(fields["is_quick"], 1)
        last.addWidget(self.paper)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(form)
        column.addLayout(last)
        column.addStretch(1)

    @Slot()
    def _show_rows(self) -> None:
        """Show what applies."""
        is_timed = self._fields.values(SynthesisRecipe)["noise"] is Noise.DWELL
        mixes = not self._has_layers
        self.form.show_rows(("counts",), shown=not is_timed)
        self.form.show_rows(("dwell_s", "dead_time_us"), shown=is_timed)
        self.form.show_rows(("spectrum", "by_luminosity"), shown=mixes)
        self.paper.setVisible(mixes)
