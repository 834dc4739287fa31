"""The one command: states in, states out."""

from PySide6.QtGui import QUndoCommand, QUndoStack

from app.gui.commands import ChangeCommand


def test_change_is_applied_when_pushed_and_taken_back(qapp):
    seen = []
    stack = QUndoStack()
    stack.push(ChangeCommand("add one", seen.append, 1, 2))
    stack.undo()
    assert seen == [2, 1]
    assert stack.redoText() == "add one"


def test_changes_of_one_gesture_become_one(qapp):
    seen = []
    stack = QUndoStack()
    stack.push(ChangeCommand("drag", seen.append, 1, 2, gesture=7))
    stack.push(ChangeCommand("drag", seen.append, 2, 3, gesture=7))
    stack.push(ChangeCommand("drag", seen.append, 3, 4, gesture=8))
    assert stack.count() == 2
    stack.undo()
    stack.undo()
    assert seen == [2, 3, 4, 3, 1]


def test_foreign_command_is_not_merged(qapp):
    assert not ChangeCommand("drag", print, 1, 2, gesture=7).mergeWith(QUndoCommand("other"))


def test_states_can_be_completed_later(qapp):
    seen = []
    stack = QUndoStack()
    command = ChangeCommand("open", seen.append, "none", "coarse")
    stack.push(command)
    command.rewrite(lambda state: state.replace("coarse", "whole"))
    stack.undo()
    stack.redo()
    assert seen == ["coarse", "none", "whole"]
