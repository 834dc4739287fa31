"""The palette of a synthetic scan: how many colours are looked for, and which were found."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.core.synthesis.palette import Palette
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.views.labels import QuietLabel
from app.gui.views.palette_table import PaletteRow, PaletteTable
from app.gui.views.score_bars import ScoreBars


class PalettePanel(QWidget):
    """Takes the number of colours and shows those found with their silhouettes.

    Parameters
    ----------
    fields
        Has the editors of `clusters`, `delta`, `patience` and `seed`.
    """

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PaletteTable()
        self.bars = ScoreBars(self.tr("Silhouette of each number of colours"))
        self.bars.hide()
        self._state = QuietLabel("muted", self.tr("State of the palette"))
        self._lay_out(fields)

    @property
    def state(self) -> str:
        """What is said of the palette."""
        return self._state.text()

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
            words = self.tr("{} colours").format(palette.count)
        else:
            words = self.tr("{} colours have the best silhouette").format(best)
        self._state.show_text(words)

    def _lay_out(self, fields: Fields) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.addWidget(fields.label("clusters", self.tr("Colours")), 0, 0)
        grid.addWidget(fields["clusters"], 0, 1)
        plus = QLabel("±")
        plus.setBuddy(fields["delta"])
        grid.addWidget(plus, 0, 2)
        grid.addWidget(fields["delta"], 0, 3)
        grid.addWidget(fields.label("patience", self.tr("Stop after")), 1, 0)
        grid.addWidget(fields["patience"], 1, 1)
        without = QLabel(self.tr("numbers without gain"))
        without.setProperty("role", "muted")
        grid.addWidget(without, 1, 2, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addWidget(self.table, 1)
        column.addWidget(self._state)
        column.addWidget(self.bars)
