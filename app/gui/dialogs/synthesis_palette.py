"""The palette of a synthetic scan: how many colours are looked for, and which were found."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.core.synthesis.palette import Palette
from app.gui.dialogs.synthesis_fields import Fields, FieldsForm
from app.gui.views.labels import QuietLabel
from app.gui.views.palette_table import PaletteRow, PaletteTable
from app.gui.views.score_bars import ScoreBars


class PalettePanel(QWidget):
    """Takes the number of colours and shows those found with their silhouettes.

    Parameters
    ----------
    fields
        Has the editors of `clusters`, `delta`, `patience` and `materials`.
    """

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PaletteTable()
        self.bars = ScoreBars(self.tr("Silhouette of each number of colours"))
        self.bars.hide()
        self._state = QuietLabel("muted", self.tr("State of the palette"))
        self.form = FieldsForm()
        self._lay_out(fields)
        self.set_layers(False)

    @property
    def state(self) -> str:
        """What is said of the palette."""
        return self._state.text()

    def set_layers(self, on: bool) -> None:
        """Ask only for what applies where layers are computed, or reference spectra mixed."""
        self._has_layers = on
        self.form.show_rows(("clusters", "patience"), shown=not on)
        self.form.show_rows(("materials",), shown=on)

    def show_nothing(self) -> None:
        """There is no palette."""
        self.table.set_rows(())
        self.bars.set_scores((), None)

    def set_busy(self) -> None:
        """Say that colours are being looked for."""
        self._state.show_text(self.tr("looking for the colours …"))

    def set_reading(self) -> None:
        """Say that the picture is not there yet."""
        self._state.show_text(self.tr("reading the picture …"))

    def set_failed(self) -> None:
        """Say nothing of the palette: why is said elsewhere."""
        self._state.show_text("")

    def show_palette(self, palette: Palette, rows: Sequence[PaletteRow], *, is_final: bool) -> None:
        """Show colours, and how good each number of them was."""
        self.table.set_rows(rows)
        if not is_final:
            self._state.show_text(self.tr("a first look; the palette follows …"))
            return
        scores = palette.silhouettes
        best = max(scores, key=lambda item: item[1])[0] if scores else None
        self.bars.set_scores(scores, best)
        if best is None:
            words = self.tr("{} paints") if self._has_layers else self.tr("{} colours")
            words = words.format(palette.count)
        else:
            words = self.tr("{} colours have the best silhouette").format(best)
        self._state.show_text(words)

    def _lay_out(self, fields: Fields) -> None:
        some = QHBoxLayout()
        some.setContentsMargins(0, 0, 0, 0)
        plus = QLabel("±")
        plus.setBuddy(fields["delta"])
        for widget, stretch in ((fields["clusters"], 1), (plus, 0), (fields["delta"], 1)):
            some.addWidget(widget, stretch)
        stop = QHBoxLayout()
        stop.setContentsMargins(0, 0, 0, 0)
        without = QLabel(self.tr("numbers without gain"))
        without.setProperty("role", "muted")
        stop.addWidget(fields["patience"], 1)
        stop.addWidget(without, 1)
        for name, line, text in (
            ("clusters", some, self.tr("Colours")),
            ("patience", stop, self.tr("Stop after")),
        ):
            row = QWidget()
            row.setLayout(line)
            self.form.add(name, row, text)
        self.form.add("materials", fields["materials"], self.tr("Distinct paints"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addWidget(self.table, 1)
        column.addWidget(self._state)
        column.addWidget(self.bars)
