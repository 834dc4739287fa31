import pytest
from PySide6.QtGui import QColor

from app.gui.views.stack_drawing import SectionLayer, StackDrawing


def drawing(qtbot, *thicknesses):
    drawing = StackDrawing()
    qtbot.addWidget(drawing)
    drawing.set_layers(
        tuple(SectionLayer(f"{n}", um, "#c83228", "#0072b2") for n, um in enumerate(thicknesses))
    )
    return drawing


def test_layers_are_to_scale_above_the_thinnest_that_is_seen(qtbot):
    heights = drawing(qtbot, 20.0, 40.0, 40.0).heights(115.0)
    assert heights == ((5 + 20, False), (5 + 40, False), (5 + 40, False))


def test_a_layer_that_leaves_no_room_is_cut(qtbot):
    heights = drawing(qtbot, 20.0, 20.0, 5000.0).heights(115.0)
    assert [cut for _, cut in heights] == [False, False, True]
    assert sum(height for height, _ in heights) == pytest.approx(115.0)
    assert heights[2][0] == pytest.approx(5 + 60)


def test_one_layer_fills_the_drawing_uncut(qtbot):
    assert drawing(qtbot, 70.0).heights(100.0) == ((100.0, False),)


def test_nothing_is_drawn_of_nothing(qtbot):
    assert drawing(qtbot).heights(100.0) == ()
    assert drawing(qtbot, 0.0).heights(100.0) == ()


def test_section_shows_colours_and_tells_thicknesses(qtbot):
    section = drawing(qtbot, 30.0, 30.0)
    section.resize(200, 120)
    image = section.grab().toImage()
    colours = {image.pixelColor(x, 40).name() for x in range(80)}
    assert {QColor("#c83228").name(), QColor("#0072b2").name()} <= colours
    assert section.accessibleDescription() == "0 30 µm, 1 30 µm"
