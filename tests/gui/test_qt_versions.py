"""The pinned Qt and pyqtgraph work together: what newer ones broke is tried here first."""

import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from pyqtgraph.exporters import SVGExporter
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

EMISSIONS = 1000


class Emitter(QObject):
    toggled = Signal(bool)
    chosen = Signal(object)


class Counter(QObject):
    def __init__(self):
        super().__init__()
        self.received = []

    def receive(self, value):
        self.received.append(value)


def test_plot_exports_as_svg_with_its_curve(qtbot, tmp_path):
    view = pg.GraphicsLayoutWidget(size=(320, 200))
    qtbot.addWidget(view)
    plot = view.addPlot()
    plot.plot(np.arange(64.0), np.arange(64.0) ** 2, pen="w")
    plot.setLabel("bottom", "Energy (keV)")
    path = tmp_path / "plot.svg"
    SVGExporter(plot).export(str(path))
    root = ElementTree.fromstring(path.read_bytes())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert any(item.tag.endswith(("path", "polyline")) for item in root.iter())
    assert "Energy (keV)" in "".join(root.itertext())


# from 3.12 on these objects are immortal, and what their counter says means nothing
counted = pytest.mark.skipif(sys.version_info >= (3, 12), reason="True and None are immortal")


@counted
@pytest.mark.parametrize("value", [True, False])
def test_emitting_a_bool_keeps_its_reference_count(qapp, value):
    emitter, counter = Emitter(), Counter()
    emitter.toggled.connect(counter.receive)
    before = sys.getrefcount(value)
    for _ in range(EMISSIONS):
        emitter.toggled.emit(value)
    assert counter.received == [value] * EMISSIONS
    counter.received.clear()
    assert abs(sys.getrefcount(value) - before) < EMISSIONS // 10


@counted
def test_showing_and_hiding_keeps_the_reference_count_of_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for turn in range(EMISSIONS):
        widget.setVisible(turn % 2 == 0)
    assert not widget.isVisible()
    assert abs(sys.getrefcount(None) - before) < EMISSIONS // 10


def test_emitting_an_array_hands_over_the_array_itself(qapp):
    emitter, counter = Emitter(), Counter()
    emitter.chosen.connect(counter.receive)
    counts = np.arange(35, dtype=np.uint16).reshape(5, 7)
    emitter.chosen.emit(counts)
    assert counter.received[0] is counts
