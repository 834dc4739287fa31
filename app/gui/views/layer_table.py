"""The layers of a stack as a table, top to bottom."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.core.physics.stack_recipe import NO_BINDER, LayerRecipe
from app.gui.views.line_table import RowDelegate


class LayerTable(QTableWidget):
    """A row per layer: its part in the painting, material, binder and thickness."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = [self.tr("Layer"), self.tr("Material"), self.tr("Binder"), self.tr("Thickness")]
        self.setColumnCount(len(titles))
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(self.tr("Layers, top to bottom"))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(RowDelegate(self))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def set_layers(
        self, layers: Sequence[LayerRecipe], materials: Sequence[str], colours: Sequence[str]
    ) -> None:
        """Show layers.

        Parameters
        ----------
        layers
            From the top.
        materials
            What each is made of, in words.
        colours
            The colour of each one's curve, as #rrggbb.
        """
        self.setRowCount(len(layers))
        for row, (layer, material, colour) in enumerate(
            zip(layers, materials, colours, strict=True)
        ):
            is_paint = layer.binder != NO_BINDER
            medium = f"{100 * layer.volume_fraction:.3g} % in {layer.binder}" if is_paint else "–"
            thickness = f"{layer.thickness_um:g} µm"
            for column, text in enumerate((f"{row + 1} {layer.role}", material, medium, thickness)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 0:
                    item.setIcon(_square(colour))
                self.setItem(row, column, item)

    def mark(self, problems: dict[int, str]) -> None:
        """Say at the material of each layer, by its number, what is wrong with it."""
        for row in range(self.rowCount()):
            item = self.item(row, 1)
            if item is not None:
                item.setToolTip(problems.get(row, item.text()))


def _square(colour: str) -> QIcon:
    pixmap = QPixmap(10, 10)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
