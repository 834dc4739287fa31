"""Spectra with their legend, the choice of the counts axis and a read-out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.core.lines import EmissionLine
from app.gui.theme import figures_font
from app.gui.views.energy_plot import DrawnCurve, EnergyPlot
from app.gui.views.labels import QuietLabel
from app.gui.views.legend import Legend
from app.gui.views.line_readout import line_text
from app.gui.views.numbers import grouped


class CurvesView(QWidget):
    """Shows spectra that the views built upon it give to `show_curves`.

    Parameters
    ----------
    is_log
        Whether the counts axis is logarithmic at first.
    """

    def __init__(self, *, is_log: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = EnergyPlot()
        self.legend = Legend()
        self._all: tuple[DrawnCurve, ...] = ()
        self._limits = (0.0, 1.0)
        self._unit = self.tr("counts")
        self._lines: tuple[EmissionLine, ...] = ()
        self._energy: float | None = None
        self.log_button = QCheckBox(self.tr("Log"))
        self.log_button.setToolTip(self.tr("Logarithmic axis: weak lines beside strong ones"))
        self.log_button.setAccessibleName(self.tr("Logarithmic counts axis"))
        self._readout = QuietLabel("muted", self.tr("Read-out of the spectra"))
        self._readout.setFont(figures_font(self.font()))
        self._hint = self.tr("The wheel zooms, dragging moves, a double click shows everything")
        self._lay_out()
        self.setFocusProxy(self.plot)
        self.log_button.toggled.connect(self.plot.set_log)
        self.log_button.setChecked(is_log)
        self.legend.toggled.connect(self._show)
        self.plot.hovered.connect(self._on_hovered)
        self.plot.theme_changed.connect(self.recolour)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(4, 0, 4, 0)
        header.addWidget(self.legend, 1)
        header.addWidget(self.log_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(header)
        column.addWidget(self.plot, 1)
        column.addWidget(self._readout)

    @property
    def readout(self) -> str:
        """What is said about the place under the pointer."""
        return self._readout.text()

    @property
    def lines(self) -> tuple[EmissionLine, ...]:
        """The lines that are marked."""
        return self._lines

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Emission lines to mark and to name under the pointer."""
        self._lines = lines
        self.plot.set_lines(lines)
        self._update_readout()

    def recolour(self) -> None:
        """Choose the colours again; each view knows its own."""

    def show_curves(self, curves: tuple[DrawnCurve, ...], label: str, unit: str) -> None:
        """Draw curves, less those that the user has hidden.

        Parameters
        ----------
        curves
            The last lies in front.
        label
            What the heights are, with their unit, for the axis.
        unit
            Unit of the heights for the read-out.
        """
        self._all, self._unit = curves, unit
        edges = [curve.ruler.limits for curve in curves]
        self._limits = (
            (max(min(low for low, _ in edges), 0.0), max(high for _, high in edges))
            if edges
            else (0.0, 1.0)
        )
        self.legend.set_entries(tuple((curve.name, curve.colour) for curve in curves))
        self.plot.set_counts_label(label)
        self._show()

    def _show(self) -> None:
        hidden = self.legend.hidden
        shown = tuple(curve for curve in self._all if curve.name not in hidden)
        self.plot.set_curves(shown, self._limits)
        self._update_readout()

    def _on_hovered(self, energy_kev: float | None) -> None:
        self._energy = energy_kev
        self._update_readout()

    def _update_readout(self) -> None:
        if self._energy is None or not self._all:
            self._readout.show_text(self._hint if self._all else "")
            return
        energy = self._energy
        found = [(curve.name, curve.at(energy)) for curve in self.plot.curves]
        each = [f"{name} {_figure(value)}" for name, value in found if value is not None]
        parts = [f"{energy:.2f} keV"]
        if each:
            parts.append(f"{', '.join(each)} {self._unit}")
        parts.append(line_text(self._lines, energy))
        self._readout.show_text(" · ".join(part for part in parts if part))


def _figure(value: float) -> str:
    """A height with about three figures."""
    if abs(value) >= 100 or value == 0:
        return grouped(value)
    return grouped(value, 1) if abs(value) >= 1 else f"{value:.2g}"
