"""Tasks come, go and keep what was typed into their forms."""

from dataclasses import dataclass

import pytest

from app.core.parameters import parameter
from app.gui.dialogs.batch_tasks import ChosenTask, TaskForm, TaskKind, TasksPage


@dataclass(frozen=True)
class Paint:
    layers: int = parameter(2, label="Layers", minimum=1, maximum=9)
    binder: str = parameter("oil", label="Binder")
    format: str = parameter("png", label="Format", choices=("png", "csv"))


@dataclass(frozen=True)
class Strict:
    name: str = parameter("", label="Name")

    def __post_init__(self):
        from app.errors import ParameterError

        if self.name == "none":
            raise ParameterError("No name.", "Found none.")


KINDS = (
    TaskKind("paint", "Paint", Paint, ("png", "csv"), {"binder": ("oil", "egg")}, ("format",)),
    TaskKind("strict", "Strict", Strict, start=Strict("first")),
)


@pytest.fixture
def page(qtbot):
    page = TasksPage(KINDS)
    qtbot.addWidget(page)
    return page


def test_a_form_offers_texts_and_leaves_out_what_is_not_asked(qtbot):
    form = TaskForm(KINDS[0])
    qtbot.addWidget(form)
    box = form.form.editor("binder")
    assert [box.itemText(i) for i in range(box.count())] == ["oil", "egg"]
    box.setEditText("resin")
    form.boxes["csv"].setChecked(True)
    assert form.chosen() == ChosenTask("paint", Paint(binder="resin"), ("png", "csv"))
    with pytest.raises(KeyError):
        form.form.editor("format")
    for item in form.boxes.values():
        item.setChecked(False)
    assert form.problem == "Choose at least one format."


def test_tasks_keep_their_values_while_others_are_looked_at(page, qtbot):
    assert page.problem == "No task was chosen yet."
    with qtbot.waitSignal(page.changed):
        page.add_button.menu().actions()[0].trigger()
    page.add("strict")
    page.form(0).form.editor("layers").setValue(7)
    page.list.setCurrentRow(0)
    assert page.stack.currentIndex() == 1
    assert page.tasks() == (
        ChosenTask("paint", Paint(7), ("png",)),
        ChosenTask("strict", Strict("first")),
    )
    assert page.problem == ""


def test_a_task_that_cannot_be_done_is_named(page):
    page.add("strict")
    page.form(0).form.editor("name").setText("none")
    assert page.problem == "Strict: No name. Found none."
    assert page.tasks() == ()


def test_the_right_one_of_two_is_removed(page):
    page.add("paint")
    page.add("paint")
    page.form(0).form.editor("layers").setValue(5)
    page.list.setCurrentRow(1)
    page.remove_button.click()
    assert [task.values.layers for task in page.tasks()] == [5]
    page.remove_button.click()
    assert page.tasks() == ()
    assert not page.remove_button.isEnabled()
    assert page.stack.currentIndex() == 0


def test_other_tasks_take_their_place(page):
    page.add("strict")
    chosen = (ChosenTask("paint", Paint(4, "egg"), ("csv",)), ChosenTask("unknown", None))
    page.set_tasks(chosen)
    assert page.tasks() == chosen[:1]
    assert page.list.currentRow() == 0
    page.set_tasks(())
    assert page.stack.currentIndex() == 0


def test_what_a_recipe_leaves_out_takes_room_only_while_there_is_any(page, qtbot):
    with qtbot.waitExposed(page):
        page.show()
    assert not page.notes_area.isVisible()
    page.set_notes(("One.", "Two."))
    assert page.notes_area.isVisible()
    assert page.notes.text() == "One.\nTwo."
    with qtbot.waitSignal(page.recipe_requested):
        page.recipe_button.click()
