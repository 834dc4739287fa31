"""A quiet label shortens its text and leaves its neighbours where they are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.gui.views.labels import QuietLabel

LONG = "row 12, col 25 · 3850 counts · x 12.5 mm, y 6.0 mm"


@pytest.fixture
def label(qtbot):
    label = QuietLabel("muted", "Read-out of the map")
    qtbot.addWidget(label)
    return label


def ink(label):
    """Columns of pixels in which something is drawn on the ground."""
    image = label.grab().toImage()
    ground = image.pixelColor(image.width() - 1, 0)
    return [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) != ground for y in range(image.height()))
    ]


def test_role_and_name_are_given(label):
    assert label.property("role") == "muted"
    assert label.accessibleName() == "Read-out of the map"


def test_any_text_may_be_squeezed_to_nothing_but_keeps_its_height(label):
    label.show_text(LONG)
    assert label.minimumSizeHint().width() == 0
    assert label.minimumSizeHint().height() >= label.fontMetrics().height()


def test_longer_text_does_not_move_the_neighbour(qtbot):
    row, label, neighbour = QWidget(), QuietLabel("muted"), QPushButton("Cancel")
    qtbot.addWidget(row)
    layout = QHBoxLayout(row)
    layout.addWidget(label, 1)
    layout.addWidget(neighbour)
    row.resize(240, 60)
    with qtbot.waitExposed(row):
        row.show()
    label.show_text("short")
    layout.activate()
    before = neighbour.geometry(), row.minimumSizeHint()
    label.show_text(LONG * 5)
    layout.activate()
    assert (neighbour.geometry(), row.minimumSizeHint()) == before


def test_same_text_again_costs_no_layout(label, monkeypatch):
    label.show_text("6.40 keV")
    changes = []
    monkeypatch.setattr(label, "setText", changes.append)
    label.show_text("6.40 keV")
    label.show_text("6.42 keV")
    assert changes == ["6.42 keV"]


def test_text_that_does_not_fit_ends_in_an_ellipsis_and_stays_known_whole(
    label, qtbot, monkeypatch
):
    label.show_text(LONG)
    drawn = []
    style = label.style()

    class Style:
        """Notes the text that is to be drawn."""

        def drawItemText(self, painter, place, flags, palette, enabled, text, role):
            drawn.append(text)
            style.drawItemText(painter, place, flags, palette, enabled, text, role)

    monkeypatch.setattr(label, "style", Style)
    label.resize(120, 24)
    label.grab()
    assert drawn[-1].startswith("row 12")
    assert drawn[-1].endswith("…")
    assert label.fontMetrics().horizontalAdvance(drawn[-1]) <= 120
    assert label.text() == LONG
    label.resize(label.fontMetrics().horizontalAdvance(LONG) + 20, 24)
    label.grab()
    assert drawn[-1] == LONG


def test_markup_is_shown_as_it_is_written(label):
    label.show_text("<b>hands</b>")
    label.resize(300, 24)
    shown = len(ink(label))
    label.show_text("hands")
    assert shown > len(ink(label)) > 0


def test_alignment_is_kept(label):
    label.show_text("7")
    label.resize(200, 24)
    assert max(ink(label)) < 100
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    assert min(ink(label)) > 100


def test_disabled_text_has_the_colour_of_what_is_disabled(qtbot):
    # a role that the style sheet does not dress
    label = QuietLabel("plain")
    qtbot.addWidget(label)
    label.show_text("7")
    label.resize(40, 24)
    palette = label.palette()
    palette.setColor(palette.ColorGroup.Disabled, label.foregroundRole(), QColor("#ff0000"))
    label.setPalette(palette)
    label.setEnabled(False)
    image = label.grab().toImage()
    colours = [image.pixelColor(x, y) for x in range(40) for y in range(24)]
    assert any(colour.red() > 150 and colour.green() < 60 for colour in colours)
