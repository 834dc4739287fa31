from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.gui.views.legend import FlowLayout, Legend, stroke_icon


def flow_of(sizes, parent):
    flow = FlowLayout(parent, gap=2)
    flow.setContentsMargins(0, 0, 0, 0)
    for width, height in sizes:
        box = QWidget()
        box.setFixedSize(width, height)
        flow.addWidget(box)
    return flow


def test_what_does_not_fit_goes_on_in_the_next_row(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    flow = flow_of([(40, 10), (40, 20), (40, 10)], parent)
    assert flow.heightForWidth(130) == 20
    assert flow.heightForWidth(85) == 32
    assert flow.heightForWidth(40) == 44
    flow.setGeometry(QRect(0, 0, 85, 32))
    places = [flow.itemAt(number).geometry().topLeft().toTuple() for number in range(3)]
    assert places == [(0, 0), (42, 0), (0, 22)]


def test_layout_gives_its_items_back(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    flow = flow_of([(40, 10), (30, 20)], parent)
    assert flow.sizeHint().toTuple() == (74, 20)
    assert flow.minimumSize().toTuple() == (40, 20)
    assert flow.itemAt(2) is None
    assert flow.takeAt(5) is None
    assert flow.takeAt(0).sizeHint().width() == 40
    assert flow.count() == 1
    assert flow.expandingDirections() == Qt.Orientation(0)


def test_pressing_a_name_hides_its_curve_and_it_stays_hidden(qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries((("Total", "#000000"), ("1 paint", "#ff0000")))
    with qtbot.waitSignal(legend.toggled) as told:
        legend.buttons["1 paint"].click()
    assert told.args == ["1 paint", False]
    assert legend.hidden == {"1 paint"}
    legend.set_entries((("1 paint", "#00ff00"), ("2 ground", "#0000ff")))
    assert legend.hidden == {"1 paint"}
    assert list(legend.buttons) == ["1 paint", "2 ground"]


def test_every_button_has_a_name_for_screen_readers(qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries((("R&D", "#000000"),))
    assert legend.buttons["R&D"].accessibleName() == "Show the curve “R&D”"


def test_stroke_has_the_colour_of_its_curve(qapp):
    image = stroke_icon("#c8451b").pixmap(14, 14).toImage()
    assert QColor("#c8451b") in [
        image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
    ]
