"""How near predicted colours come to those of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import figures_font
from app.gui.views.numbers import MINUS


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score; None where it is not defined for a picture of this size."""

    name: str
    value: float | None
    unit: str = ""
    meaning: str = ""

    @property
    def text(self) -> str:
        """The value with its unit."""
        if self.value is None:
            return "–"
        if self.value == float("inf"):
            return "∞"
        return f"{self.value:.4g} {self.unit}".strip().replace("-", MINUS)


class ColourScoresDialog(QDialog):
    """Shows scores with their meaning.

    Parameters
    ----------
    title
        What was compared with what.
    rows
        Of the pictures as they are.
    padded
        In the protocol of AIRES-CH's two-dimensional networks, in a column of their own.
    notes
        What a reader should know.
    """

    def __init__(
        self,
        title: str,
        rows: Sequence[ScoreRow],
        padded: Sequence[ScoreRow] = (),
        notes: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Predicted colours and a picture"))
        head = QLabel(title)
        head.setProperty("role", "title")
        head.setWordWrap(True)
        head.setTextFormat(Qt.TextFormat.PlainText)
        self.table = QTreeWidget()
        self.table.setHeaderLabels(
            [self.tr("Score"), self.tr("As it is"), self.tr("Padded"), self.tr("Meaning")]
        )
        self.table.headerItem().setToolTip(
            2,
            self.tr("Both brought to 288 × 384 with black around, as AIRES-CH scores its networks"),
        )
        self.table.setRootIsDecorated(False)
        self.table.setAccessibleName(self.tr("Scores"))
        others = {row.name: row for row in padded}
        font = figures_font(self.font())
        for row in rows:
            other = others.get(row.name)
            item = QTreeWidgetItem(
                [row.name, row.text, "" if other is None else other.text, row.meaning]
            )
            for column in (1, 2):
                item.setFont(column, font)
                item.setTextAlignment(
                    column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )
            item.setToolTip(3, row.meaning)
            self.table.addTopLevelItem(item)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.header().setStretchLastSection(True)
        self._notes = QLabel("\n".join(notes))
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setVisible(bool(notes))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (head, self.table, self._notes, buttons):
            layout.addWidget(widget)
        self.resize(640, 400)

    @property
    def notes(self) -> str:
        """What a reader should know."""
        return self._notes.text()
