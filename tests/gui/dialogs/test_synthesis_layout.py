"""The dialog's parts and their places."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.gui.dialogs.synthesis import SynthesisDialog


@pytest.fixture
def dialog(paintbox, qtbot):
    dialog = SynthesisDialog("painting.png", paintbox, ("Vermilion", "Azurite"))
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    yield dialog
    dialog.reject()


def test_it_fits_a_small_screen(dialog):
    assert dialog.minimumSizeHint().width() <= 1180
    assert dialog.minimumSizeHint().height() <= 700
    assert dialog.size().width() <= 1280
    assert dialog.size().height() <= 760


def test_everything_that_takes_the_keyboard_has_a_name(dialog):
    for widget in dialog.findChildren(QWidget):
        if (
            widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
            and not widget.objectName().startswith("qt_spinbox")
        ):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget


def test_the_button_says_that_a_scan_is_being_generated(dialog):
    dialog.widgets.set_generating(True)
    assert dialog.widgets.generate.text() == "Generating …"
    dialog.widgets.set_generating(False)
    assert dialog.widgets.generate.text() == "Generate…"
