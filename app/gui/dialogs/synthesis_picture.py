"""The picture of a synthetic scan, the part of it that is scanned, and how finely."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.region import Region
from app.core.synthesis.size import ScanSize, scan_size
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.theme import figures_font
from app.gui.views.crop_view import CropView
from app.gui.views.numbers import grouped, in_bytes

# a photograph has far more pixels than a scanner takes points: this many are usual
USUAL_COLUMNS = 400


class PicturePanel(QWidget):
    """Shows the picture with its frame and takes rows, columns and step.

    Parameters
    ----------
    fields
        Has the editors of `cols` and `step_mm`.

    Signals
    -------
    changed()
        Another part of the picture was chosen.
    """

    changed = Signal()

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = fields
        self._size = (0, 0)
        self.view = CropView()
        self.whole = QPushButton(self.tr("Whole picture"))
        self.whole.setAutoDefault(False)
        self.edges = tuple(
            self._edge(name)
            for name in (
                self.tr("First row"),
                self.tr("Last row"),
                self.tr("First column"),
                self.tr("Last column"),
            )
        )
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setFont(figures_font(self.font()))
        self._notes = QLabel()
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self._notes.hide()
        cols = fields["cols"]
        if isinstance(cols, QSpinBox):
            cols.setSpecialValueText(self.tr("as the picture"))
        self._lay_out()
        self.view.cropped.connect(self._on_cropped)
        self.whole.clicked.connect(self._on_whole)
        self.setEnabled(False)

    @property
    def crop(self) -> Region | None:
        """The part that is scanned, in the picture's own pixels; None for all of it."""
        rows, cols = self._size
        region = self.region
        return None if region in (None, Region(0, max(rows, 1), 0, max(cols, 1))) else region

    @property
    def region(self) -> Region | None:
        """The same, also where it is all of the picture; None without a picture."""
        if self._size == (0, 0):
            return None
        first_row, last_row, first_col, last_col = (edge.value() for edge in self.edges)
        return Region(first_row, last_row + 1, first_col, last_col + 1)

    @property
    def scan_size(self) -> tuple[int, int]:
        """Rows and columns the scan will have; (0, 0) without a picture."""
        region = self.region
        if region is None:
            return 0, 0
        rows = region.row_stop - region.row_start
        cols = region.col_stop - region.col_start
        return scan_size(rows, cols, self._fields_cols())

    @property
    def words(self) -> str:
        """How large the scan will be, in words."""
        return self._words.text()

    def set_picture(
        self, small: NDArray[np.uint8], rows: int, cols: int, notes: tuple[str, ...]
    ) -> None:
        """Show a picture of rows × cols pixels, all of it in the frame.

        Parameters
        ----------
        small
            sRGB, shape (rows, cols, 3), uint8, of that size or a smaller one.
        notes
            What was changed while reading it.
        """
        self._size = (rows, cols)
        self.view.set_picture(small, rows, cols)
        self._show_edges(Region(0, rows, 0, cols))
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self.setEnabled(True)
        if cols > USUAL_COLUMNS and isinstance(spin := self._fields["cols"], QSpinBox):
            spin.setValue(USUAL_COLUMNS)

    def show_size(self, size: ScanSize | None, step_mm: float) -> None:
        """Say how large the scan will be; None says nothing."""
        if size is None:
            self._words.clear()
            return
        first = self.tr("{} rows × {} columns, {} × {} mm").format(
            grouped(size.rows),
            grouped(size.cols),
            f"{size.rows * step_mm:.4g}",
            f"{size.cols * step_mm:.4g}",
        )
        second = self.tr("{} spectra of {} channels, {} counts").format(
            grouped(size.rows * size.cols), size.channels, _short(size.counts)
        )
        third = self.tr("File about {}, memory about {}").format(
            in_bytes(size.file_bytes), in_bytes(size.memory_bytes)
        )
        self._words.setText("\n".join((first, second, third)))

    def _fields_cols(self) -> int:
        spin = self._fields["cols"]
        return spin.value() if isinstance(spin, QSpinBox) else 0

    def _edge(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._on_edge)
        return spin

    def _lay_out(self) -> None:
        rows, cols = QLabel(self.tr("Rows")), QLabel(self.tr("Columns"))
        rows.setBuddy(self.edges[0])
        cols.setBuddy(self.edges[2])
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        for line, label, first, last in (
            (0, rows, self.edges[0], self.edges[1]),
            (1, cols, self.edges[2], self.edges[3]),
        ):
            grid.addWidget(label, line, 0)
            pair = QHBoxLayout()
            pair.addWidget(first, 1)
            pair.addWidget(QLabel("–"))
            pair.addWidget(last, 1)
            grid.addLayout(pair, line, 1)
        grid.addWidget(self.whole, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        finely = QHBoxLayout()
        finely.setSpacing(8)
        finely.addWidget(self._fields["cols"], 1)
        finely.addWidget(self._fields.label("step_mm"))
        finely.addWidget(self._fields["step_mm"], 1)
        grid.addWidget(self._fields.label("cols", self.tr("Scan columns")), 2, 0)
        grid.addLayout(finely, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(self._notes)
        column.addLayout(grid)
        column.addWidget(self._words)

    def _show_edges(self, region: Region) -> None:
        """Write the numbers; each ends where the other begins."""
        rows, cols = self._size
        limits = (
            (0, region.row_stop - 1, region.row_start),
            (region.row_start, rows - 1, region.row_stop - 1),
            (0, region.col_stop - 1, region.col_start),
            (region.col_start, cols - 1, region.col_stop - 1),
        )
        for edge, (low, high, value) in zip(self.edges, limits, strict=True):
            with QSignalBlocker(edge):
                edge.setRange(low, high)
                edge.setValue(value)

    @Slot()
    def _on_edge(self) -> None:
        region = self.region
        if region is not None:
            self._show_edges(region)
            self.view.set_region(region)
            self.changed.emit()

    @Slot(object)
    def _on_cropped(self, region: Region) -> None:
        if region != self.region:
            self._show_edges(region)
            self.changed.emit()

    @Slot()
    def _on_whole(self) -> None:
        rows, cols = self._size
        region = Region(0, rows, 0, cols)
        self.view.set_region(region)
        self._on_cropped(region)


def _short(count: int) -> str:
    """A large number in words: 4.1 million."""
    for word, size in (("billion", 10**9), ("million", 10**6)):
        if count >= size:
            return f"{count / size:.3g} {word}"
    return grouped(count)
