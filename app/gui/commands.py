"""The one undoable command: it puts the session into the state after, or before, a change."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

State = TypeVar("State")


class ChangeCommand(QUndoCommand, Generic[State]):
    """A change of the session's state that can be taken back.

    Parameters
    ----------
    text
        Names the change, to follow "Undo" and "Redo": "move energy window".
    apply
        Puts the session into a state.
    before, after
        The whole states; both are immutable and share what they have in common.
    gesture
        Changes of one gesture (a drag) become one command; 0 stands alone.
    """

    def __init__(
        self,
        text: str,
        apply: Callable[[State], None],
        before: State,
        after: State,
        *,
        gesture: int = 0,
    ) -> None:
        super().__init__(text)
        self._apply = apply
        self.before = before
        self.after = after
        self._gesture = gesture

    def id(self) -> int:
        """Qt merges neighbours of the same number; -1 is never merged."""
        return self._gesture or -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the end of a later change of the same gesture."""
        if not isinstance(other, ChangeCommand):
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        other.release()
        return True

    def release(self) -> None:
        """Let go of the states of a command that Qt has no more use for.

        Qt deletes a merged command, but its Python half lives on as long as the stack; it must
        not keep scans and their open files with it.
        """
        del self.before, self.after, self._apply

    def redo(self) -> None:
        """Put the session into the state after the change."""
        self._apply(self.after)

    def undo(self) -> None:
        """Put the session into the state before the change."""
        self._apply(self.before)

    def rewrite(self, change: Callable[[State], State]) -> None:
        """Replace both states, where what they refer to was completed meanwhile."""
        self.before = change(self.before)
        self.after = change(self.after)
