import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.gui.views.element_picker import ElementPicker
from app.gui.views.map_view import MapView
from app.gui.views.spectrum_view import SpectrumView


def map_view():
    view = MapView()
    view.set_map(np.eye(5, 7), title="Fe", display=MapDisplay(), step_mm=(1.0, 1.0))
    return view


def spectrum_view():
    view = SpectrumView()
    view.set_axis(EnergyAxis(0.0, 0.02), 64)
    view.set_curve("Sum", np.arange(64))
    return view


@pytest.mark.parametrize("make", [map_view, spectrum_view, ElementPicker])
def test_everything_that_takes_the_keyboard_has_a_name(qtbot, make):
    view = make()
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    focusable = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        # a viewport hands the keyboard on; the inner field of a spin box is part of it
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_spinbox")
    ]
    assert focusable
    for widget in focusable:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
