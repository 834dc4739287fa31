"""Pigments whose colour comes nearest to a chosen one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.colour import nearest
from app.core.pigments import Pigment
from app.gui.pigment_models import swatch
from app.gui.theme import figures_font
from app.gui.views.colour_field import ColourField

COUNT = 12


class NearestDialog(QDialog):
    """A colour to choose and the pigments nearest to it, by ΔE2000.

    Parameters
    ----------
    pigments
        Those that are compared.
    srgb
        The colour at first, 0..255 each.
    """

    pigment_chosen = Signal(object)  # Pigment

    def __init__(
        self,
        pigments: tuple[Pigment, ...],
        srgb: tuple[int, int, int] = (128, 100, 70),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Nearest pigments to a colour"))
        self._pigments = pigments
        self.colour = ColourField()
        self.colour.set_srgb(srgb)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Pigment"), self.tr("ΔE2000"), self.tr("Colour from")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName(self.tr("Nearest pigments"))
        self.list.setColumnWidth(0, 190)
        self.list.setColumnWidth(1, 70)
        words = QLabel(
            self.tr(
                "By CIEDE2000 under D65. Up to about 1 the eye sees no difference, above 5 it is "
                "plain; a pigment's colour also depends on grain, binder and varnish."
            )
        )
        words.setWordWrap(True)
        words.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.colour)
        column.addWidget(self.list, 1)
        column.addWidget(words)
        column.addWidget(buttons)
        self.resize(460, 480)
        self.colour.changed.connect(self._fill)
        self.list.itemActivated.connect(self._on_activated)
        self._fill()

    @property
    def found(self) -> tuple[Pigment, ...]:
        """The pigments listed, the nearest first."""
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return tuple(item.data(0, Qt.ItemDataRole.UserRole) for item in items if item is not None)

    @Slot()
    def _fill(self) -> None:
        self.list.clear()
        figures = figures_font(self.font())
        for near in nearest(self.colour.srgb, self._pigments, COUNT):
            item = QTreeWidgetItem(
                [near.pigment.name, f"{near.delta_e:.1f}", near.pigment.colour_source]
            )
            item.setIcon(0, QIcon(swatch(near.pigment.srgb)))
            item.setFont(1, figures)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(2, near.pigment.colour_source)
            item.setData(0, Qt.ItemDataRole.UserRole, near.pigment)
            self.list.addTopLevelItem(item)

    @Slot(QTreeWidgetItem, int)
    def _on_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        self.pigment_chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
