"""Spin boxes that leave undo and redo to the window."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox

_LEFT_TO_WINDOW = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class StepSpinBox(QDoubleSpinBox):
    """A spin box whose every step is a change of the window.

    An ordinary one keeps the undo keys for the text being typed, so that after a step the
    window's undo would seem dead.
    """

    def event(self, event: QEvent) -> bool:
        """Let the window's shortcuts have the undo keys."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in _LEFT_TO_WINDOW)
        ):
            event.ignore()
            return False
        return super().event(event)
