"""Faults of some Qt and plot versions that the pinned ones must not have."""

import sys

import numpy as np
import pyqtgraph as pg
from pyqtgraph.exporters import SVGExporter
from PySide6.QtCore import QObject, Signal


class Sender(QObject):
    toggled = Signal(bool)


def test_emitting_true_does_not_lose_references_to_it(qapp):
    sender = Sender()
    received = []
    sender.toggled.connect(received.append)
    before = sys.getrefcount(True)
    for _ in range(1000):
        sender.toggled.emit(True)
        received.clear()
    assert abs(sys.getrefcount(True) - before) < 100


def test_a_plot_can_be_exported_as_svg(qtbot, tmp_path):
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    plot.plot(np.arange(9.0), np.arange(9.0) ** 2, pen="y")
    plot.resize(300, 200)
    plot.grab()
    target = tmp_path / "plot.svg"
    SVGExporter(plot.plotItem).export(str(target))
    text = target.read_text(encoding="utf-8")
    assert text.rstrip().endswith("</svg>")
    assert "polyline" in text or "path" in text
