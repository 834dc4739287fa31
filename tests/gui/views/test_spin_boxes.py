"""Undo and redo pass a spin box by; what is typed does not."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QDoubleSpinBox, QMainWindow

from app.gui.views.spin_boxes import StepSpinBox


@pytest.fixture
def spin(qtbot):
    spin = StepSpinBox()
    qtbot.addWidget(spin)
    return spin


def claims(spin, key):
    """Whether the box wants a key for itself rather than let a shortcut have it."""
    combination = QKeySequence(key)[0]
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, combination.key(), combination.keyboardModifiers()
    )
    event.ignore()
    spin.event(event)
    return event.isAccepted()


@pytest.mark.parametrize("key", [QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo])
def test_undo_keys_are_left_to_the_window(spin, key):
    assert not claims(spin, key)


def test_keys_that_edit_the_number_are_kept(spin, qtbot):
    ordinary = QDoubleSpinBox()
    qtbot.addWidget(ordinary)
    for key in (Qt.Key.Key_5, Qt.Key.Key_Up, QKeySequence.StandardKey.Copy):
        assert claims(spin, key) == claims(ordinary, key)


def test_window_undoes_a_step_while_the_box_has_the_focus(qtbot):
    window, stack, spin = QMainWindow(), QUndoStack(), StepSpinBox()
    qtbot.addWidget(window)
    undo = stack.createUndoAction(window)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    window.addAction(undo)
    window.setCentralWidget(spin)
    spin.valueChanged.connect(lambda value: stack.push(QUndoCommand(f"{value:g}")))
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    spin.setFocus()
    qtbot.waitUntil(spin.hasFocus)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert spin.value() == 1.0
    assert stack.index() == 1
    qtbot.keyClick(spin, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stack.index() == 0
