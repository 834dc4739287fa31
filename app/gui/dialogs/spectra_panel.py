"""A pigment's spectra beside its fields: computed for an instrument, measured, over one another."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.lines import EmissionLine
from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.gui.views.labels import QuietLabel
from app.gui.views.pigment_plot import CurveRole, PigmentPlot, PlotCurve

_SHOWN_ROWS = 4


class SpectraPanel(QWidget):
    """Instrument, plot and the list of the spectra an entry keeps.

    Parameters
    ----------
    spectra
        What the entry keeps; measured ones are shown at first.
    instruments
        What spectra can be computed for, at least one.

    Signals
    -------
    instrument_changed(Instrument)
        Another instrument was chosen.
    import_requested()
        The user wants to add a spectrum from a file.
    spectra_changed()
        A kept spectrum was added or removed.
    """

    instrument_changed = Signal(object)
    import_requested = Signal()
    spectra_changed = Signal()

    def __init__(
        self,
        spectra: Sequence[PigmentSpectrum],
        instruments: Sequence[Instrument],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._spectra = list(spectra)
        self._instruments = list(instruments)
        self._computed: ComputedSpectrum | None = None
        self._is_outdated = False
        self._is_replaced = False
        self.instrument_box = QComboBox()
        self.instrument_box.addItems([instrument.name for instrument in instruments])
        self.instrument_box.setAccessibleName(self.tr("Instrument the spectrum is computed for"))
        self._state = QuietLabel("muted", self.tr("State of the computed spectrum"))
        self.plot = PigmentPlot()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Spectra kept with the pigment"))
        self.import_button = QPushButton(self.tr("Import spectrum…"))
        self.remove_button = QPushButton(self.tr("Remove spectrum"))
        self._kept = QuietLabel("muted", self.tr("What is kept"))
        self._say_kept()
        self._lay_out()
        self._fill(self._is_shown_first)
        self.instrument_box.currentIndexChanged.connect(self._on_instrument)
        self.list.itemChanged.connect(self._draw)
        self.list.currentRowChanged.connect(self._update_buttons)
        self.import_button.clicked.connect(self.import_requested)
        self.remove_button.clicked.connect(self._on_remove)

    @property
    def instrument(self) -> Instrument:
        """What spectra are computed for."""
        return self._instruments[self.instrument_box.currentIndex()]

    @property
    def spectra(self) -> tuple[PigmentSpectrum, ...]:
        """What the entry keeps."""
        return tuple(self._spectra)

    @property
    def computed(self) -> ComputedSpectrum | None:
        """The computed spectrum shown."""
        return self._computed

    @property
    def state(self) -> str:
        """What is said about the computed spectrum."""
        return self._state.text()

    def set_instruments(self, instruments: Sequence[Instrument]) -> None:
        """Offer other instruments; the chosen one stays chosen where its name is still there."""
        chosen = self.instrument
        with QSignalBlocker(self.instrument_box):
            self._instruments = list(instruments)
            self.instrument_box.clear()
            self.instrument_box.addItems([instrument.name for instrument in instruments])
            self.instrument_box.setCurrentIndex(max(self.instrument_box.findText(chosen.name), 0))
        if self.instrument != chosen:
            self.instrument_changed.emit(self.instrument)

    def set_computed(self, spectrum: ComputedSpectrum | None) -> None:
        """Show a computed spectrum; None where there is nothing to compute from."""
        self._computed = spectrum
        self._say_kept()
        self._draw()

    def set_state(self, text: str) -> None:
        """Say how far the computed spectrum is."""
        self._state.show_text(text)

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Lines to label."""
        self.plot.set_lines(lines)

    def add(self, spectrum: PigmentSpectrum) -> None:
        """Keep one more spectrum and show it."""
        self._spectra.append(spectrum)
        shown = self._checked() | {len(self._spectra) - 1}
        self._fill(lambda number, _: number in shown)
        self.list.setCurrentRow(len(self._spectra) - 1)
        self.spectra_changed.emit()

    def set_outdated(self, on: bool, *, is_replaced: bool) -> None:
        """Say that kept spectra were computed for another composition, and what saving keeps.

        Parameters
        ----------
        on
            Whether the composition differs from the one they were computed for.
        is_replaced
            Whether saving keeps the computed spectrum shown.
        """
        self._is_replaced = is_replaced
        self._say_kept()
        if on != self._is_outdated:
            self._is_outdated = on
            row, shown = self.list.currentRow(), self._checked()
            self._fill(lambda number, _: number in shown)
            self.list.setCurrentRow(row)

    def set_read_only(self, on: bool) -> None:
        """Spectra can be looked at, not changed."""
        self.import_button.setVisible(not on)
        self.remove_button.setVisible(not on)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        label = QLabel(self.tr("Computed for"))
        label.setBuddy(self.instrument_box)
        top.addWidget(label)
        top.addWidget(self.instrument_box)
        top.addWidget(self._state, 1)
        buttons = QVBoxLayout()
        buttons.addWidget(self.import_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.list, 1)
        bottom.addLayout(buttons)
        row = self.list.fontMetrics().lineSpacing() + 6
        self.list.setFixedHeight(_SHOWN_ROWS * row + 2 * self.list.frameWidth())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        column.addWidget(self._kept)
        column.addLayout(bottom)

    def _say_kept(self) -> None:
        more = self.tr("Kept with the pigment; saving adds the computed spectrum")
        is_added = self._is_replaced and self._computed is not None
        self._kept.show_text(more if is_added else self.tr("Kept with the pigment"))

    def _is_shown_first(self, _number: int, spectrum: PigmentSpectrum) -> bool:
        return spectrum.kind is SpectrumKind.MEASURED

    def _fill(self, is_shown: Callable[[int, PigmentSpectrum], bool]) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            for number, spectrum in enumerate(self._spectra):
                item = QListWidgetItem(_unlike(self._words(spectrum), self._texts()))
                item.setToolTip(self._tip(spectrum))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                on = is_shown(number, spectrum)
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                self.list.addItem(item)
        self._update_buttons()
        self._draw()

    def _words(self, spectrum: PigmentSpectrum) -> str:
        if self._is_left_over(spectrum):
            return self.tr("{} ({} before the change)").format(spectrum.label, spectrum.kind.value)
        return self.tr("{} ({})").format(spectrum.label, spectrum.kind.value)

    def _tip(self, spectrum: PigmentSpectrum) -> str:
        if self._is_left_over(spectrum):
            return self.tr("Computed for the composition before; saving removes it.")
        return spectrum.source or spectrum.instrument

    def _is_left_over(self, spectrum: PigmentSpectrum) -> bool:
        return self._is_outdated and spectrum.kind is SpectrumKind.COMPUTED

    def _texts(self) -> set[str]:
        return {self.list.item(row).text() for row in range(self.list.count())}

    def _checked(self) -> set[int]:
        rows = range(self.list.count())
        return {row for row in rows if self.list.item(row).checkState() is Qt.CheckState.Checked}

    def _draw(self) -> None:
        checked = self._checked()
        curves = [
            PlotCurve(
                self.list.item(number).text(),
                spectrum.axis,
                spectrum.counts,
                CurveRole(spectrum.kind.value),
                spectrum.live_time_s,
            )
            for number, spectrum in enumerate(self._spectra)
            if number in checked
        ]
        computed = self._computed
        if computed is not None:
            instrument = computed.instrument
            name = self.tr("Computed, {}").format(instrument.name)
            curves.append(
                PlotCurve(
                    name,
                    instrument.axis,
                    computed.counts,
                    CurveRole.COMPUTED,
                    instrument.live_time_s,
                )
            )
        self.plot.set_curves(tuple(curves))

    def _update_buttons(self) -> None:
        self.remove_button.setEnabled(self.list.currentRow() >= 0)

    def _on_instrument(self) -> None:
        self.instrument_changed.emit(self.instrument)

    def _on_remove(self) -> None:
        row = self.list.currentRow()
        if row < 0:
            return
        shown = {number - (number > row) for number in self._checked() if number != row}
        del self._spectra[row]
        self._fill(lambda number, _: number in shown)
        self.list.setCurrentRow(min(row, len(self._spectra) - 1))
        self.spectra_changed.emit()


def _unlike(text: str, taken: set[str]) -> str:
    """A text with a number behind it where it is taken, so that curves can be told apart."""
    found, number = text, 1
    while found in taken:
        number += 1
        found = f"{text} {number}"
    return found
