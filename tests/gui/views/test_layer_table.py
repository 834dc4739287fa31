from PySide6.QtGui import QColor

from app.core.physics.stack_recipe import LayerRecipe, LayerRole
from app.gui.views.layer_table import LayerTable

LAYERS = (
    LayerRecipe(LayerRole.VARNISH, formula="C10H16O", binder="none", thickness_um=20.0),
    LayerRecipe(LayerRole.GROUND, formula="CaCO3", volume_fraction=0.45, thickness_um=0.5),
)


def test_rows_tell_part_material_binder_and_thickness(qtbot):
    table = LayerTable()
    qtbot.addWidget(table)
    table.set_layers(LAYERS, ("resin", "chalk"), ("#0072b2", "#d55e00"))
    rows = [[table.item(row, column).text() for column in range(4)] for row in range(2)]
    assert rows == [
        ["1 varnish", "resin", "–", "20 µm"],
        ["2 ground", "chalk", "45 % in linseed oil", "0.5 µm"],
    ]
    icon = table.item(1, 0).icon().pixmap(10, 10).toImage()
    assert icon.pixelColor(5, 5) == QColor("#d55e00")


def test_a_wrong_layer_says_so_and_a_mended_one_no_longer(qtbot):
    table = LayerTable()
    qtbot.addWidget(table)
    table.set_layers(LAYERS, ("resin", "chalk"), ("#0072b2", "#d55e00"))
    table.mark({1: "too thin"})
    assert [table.item(row, 1).toolTip() for row in range(2)] == ["resin", "too thin"]
    table.mark({})
    assert table.item(1, 1).toolTip() == "chalk"
