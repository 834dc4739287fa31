"""What is known of one pigment: what it is, what XRF sees of it, its reference spectra."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.emission import EmissionLine
from app.core.pigments import BINDERS, Pigment
from app.core.visibility import visibility
from app.errors import ParameterError
from app.gui.pigment_models import PigmentRow, period_text, subscripted, swatch
from app.gui.views.pigment_plot import CurveRole, PigmentPlot, PlotCurve

_SWATCH_PIXELS = 34
_PLOT_HEIGHT = 220


class PigmentDetails(QScrollArea):
    """Swatch, names, composition, period, what XRF sees, and a plot of the reference spectra."""

    mark_requested = Signal(object)  # PigmentRow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: PigmentRow | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Details of the pigment"))
        self._swatch = QLabel()
        self._swatch.setFixedSize(_SWATCH_PIXELS, _SWATCH_PIXELS)
        self._name = _wrapped()
        self._name.setProperty("role", "title")
        self._synonyms = _wrapped()
        self._synonyms.setProperty("role", "muted")
        self._facts, self._rest = _wrapped(), _wrapped()
        for label in (self._facts, self._rest):
            label.setTextFormat(Qt.TextFormat.RichText)
        self.empty = _wrapped()
        self.empty.setProperty("role", "muted")
        self.plot = PigmentPlot()
        self.plot.setFixedHeight(_PLOT_HEIGHT)
        self.mark = QPushButton(self.tr("Mark lines in the spectrum"))
        self.mark.setToolTip(self.tr("Mark the lines of this pigment in the scan's spectrum"))
        self.mark.clicked.connect(self._on_mark)
        self._lay_out()
        self.set_rows(())

    @property
    def facts(self) -> str:
        """What is said of the pigment, as rich text; empty when none or several are chosen."""
        return self._facts.text() + self._rest.text() if self._row is not None else ""

    @property
    def lines(self) -> tuple[EmissionLine, ...]:
        """The lines that XRF can see the pigment by."""
        return () if self._row is None else _seen(self._row.pigment)[0]

    def set_rows(self, rows: tuple[PigmentRow, ...]) -> None:
        """Show one pigment; for none or several there are words instead."""
        self._row = rows[0] if len(rows) == 1 else None
        if len(rows) > 1:
            self.empty.setText(self.tr("{} pigments are chosen.").format(len(rows)))
        else:
            self.empty.setText(
                self.tr("Choose a pigment to see what it is and what XRF sees of it.")
            )
        for widget in (
            self._swatch,
            self._name,
            self._facts,
            self.plot,
            self.mark,
            self._rest,
        ):
            widget.setVisible(self._row is not None)
        self.empty.setVisible(self._row is None)
        self._synonyms.setVisible(self._row is not None and bool(self._row.pigment.synonyms))
        if self._row is not None:
            self._show(self._row)

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._synonyms)
        header = QHBoxLayout()
        header.addWidget(self._swatch, 0, Qt.AlignmentFlag.AlignTop)
        header.addLayout(names, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(2, 4, 6, 2)
        column.addWidget(self.empty)
        column.addLayout(header)
        column.addWidget(self._facts)
        column.addWidget(self.plot)
        column.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._rest)
        column.addStretch()
        self.setWidget(content)

    def _show(self, row: PigmentRow) -> None:
        pigment = row.pigment
        self._swatch.setPixmap(swatch(pigment.srgb, _SWATCH_PIXELS))
        self._swatch.setToolTip(pigment.colour_source)
        self._name.setText(pigment.name)
        self._synonyms.setText(", ".join(pigment.synonyms))
        lines, reason = _seen(pigment)
        energies = ", ".join(f"{line.label} {line.energy_kev:.2f}" for line in lines)
        facts = (
            (self.tr("Formula"), subscripted(pigment.formula) or self.tr("no composition given")),
            (self.tr("XRF"), reason),
        )
        rest = (
            (self.tr("Lines"), self.tr("{} keV").format(energies) if energies else ""),
            (self.tr("Remark"), pigment.xrf_note),
            (self.tr("Period"), period_text(pigment)),
            (self.tr("By mass"), _shares(pigment)),
            (self.tr("Paint"), self._paint(pigment)),
            (self.tr("Notes"), pigment.notes),
            (self.tr("Colour"), pigment.colour_source),
            (self.tr("Source"), pigment.source),
            (self.tr("Library"), row.library.title),
        )
        self._facts.setText(_listed(facts))
        self._rest.setText(_listed(rest))
        self.mark.setEnabled(bool(lines))
        self._plot(pigment, lines)

    def _paint(self, pigment: Pigment) -> str:
        if not pigment.components:
            return ""
        words = self.tr("{:.3g} g/cm³ dry").format(pigment.density_g_cm3)
        if BINDERS.get(pigment.binder, ("", 0.0))[0]:
            share = self.tr("{:.0f} % by volume in {}")
            words += "; " + share.format(100 * pigment.volume_fraction, pigment.binder)
        return words

    def _plot(self, pigment: Pigment, lines: tuple[EmissionLine, ...]) -> None:
        self.plot.setVisible(bool(pigment.spectra))
        self.plot.set_curves(
            tuple(
                PlotCurve(
                    spectrum.label,
                    spectrum.axis,
                    spectrum.counts,
                    CurveRole(spectrum.kind.value),
                    spectrum.live_time_s,
                )
                for spectrum in pigment.spectra
            )
        )
        self.plot.set_lines(lines)

    @Slot()
    def _on_mark(self) -> None:
        if self._row is not None:
            self.mark_requested.emit(self._row)


def _listed(facts: Iterable[tuple[str, str]]) -> str:
    """Facts that are known, a paragraph each."""
    return "".join(
        f"<p style='margin: 0 0 3px 0'><b>{escape(name)}:</b> {escape(text)}</p>"
        for name, text in facts
        if text
    )


def _wrapped() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _seen(pigment: Pigment) -> tuple[tuple[EmissionLine, ...], str]:
    """Lines to see a pigment by, and the sentence on its visibility."""
    try:
        seen = visibility(pigment, None)
    except ParameterError as error:
        return (), str(error)
    return seen.lines, seen.reason


def _shares(pigment: Pigment) -> str:
    try:
        fractions = pigment.fractions
    except ParameterError as error:
        return error.title
    return ", ".join(f"{symbol} {100 * share:.3g} %" for symbol, share in fractions.items())
