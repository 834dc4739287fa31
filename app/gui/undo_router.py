"""Undo for where the user is: the pigments' changes beside the scan's."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.pigment_desk import PigmentDesk
from app.gui.session import Session


class UndoRouter(QObject):
    """Sends undo and redo to the pigments while they have the focus, else to the session.

    Parameters
    ----------
    belongs_to_pigments
        Whether a widget is part of what shows or edits pigments.
    """

    changed = Signal()  # what can be undone and done again, and in whose place

    def __init__(
        self,
        session: Session,
        desk: PigmentDesk,
        belongs_to_pigments: Callable[[QWidget], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._desk = desk
        self._belongs = belongs_to_pigments
        self.group = QUndoGroup(self)
        self.group.addStack(session.undo_stack)
        self.group.addStack(desk.undo_stack)
        self.group.setActiveStack(session.undo_stack)
        session.undo_changed.connect(self.changed)
        desk.undo_changed.connect(self.changed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @property
    def is_at_pigments(self) -> bool:
        """Whether undo takes back changes of pigments."""
        return self.group.activeStack() is self._desk.undo_stack

    @property
    def can_undo(self) -> bool:
        """There is a change to take back."""
        return self.group.canUndo()

    @property
    def can_redo(self) -> bool:
        """There is a change to do again."""
        return self.group.canRedo()

    @property
    def undo_text(self) -> str:
        """What would be taken back: "edit Azurite"."""
        return self.group.undoText()

    @property
    def redo_text(self) -> str:
        """What would be done again."""
        return self.group.redoText()

    def set_at_pigments(self, on: bool) -> None:
        """Undo changes of pigments, or of the session."""
        if on != self.is_at_pigments:
            stack = self._desk.undo_stack if on else self._session.undo_stack
            self.group.setActiveStack(stack)
            self.changed.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        if self.is_at_pigments:
            self._desk.undo()
        else:
            self.group.undo()

    @Slot()
    def redo(self) -> None:
        """Do the next change again."""
        if self.is_at_pigments:
            self._desk.redo()
        else:
            self.group.redo()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # while a menu is open, or another program in front, it stays where it was
        if now is not None:
            self.set_at_pigments(self._belongs(now))
