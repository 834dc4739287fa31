import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.gui.dialogs.fields import CheckedField, NumberEdit, TextEdit, YearEdit, tab_before


def test_problem_is_written_below_and_told_to_screen_readers(qtbot):
    field = CheckedField(QLineEdit(), "Density")
    qtbot.addWidget(field)
    field.show_problem("Found -3 g/cm³.")
    assert field.problem == "Found -3 g/cm³."
    assert field.editor.accessibleName() == "Density"
    assert field.editor.accessibleDescription() == "Found -3 g/cm³."
    field.show_problem("")
    assert field.problem == field.editor.accessibleDescription() == ""


@pytest.mark.parametrize(
    ("text", "value"), [("3.5", 3.5), ("3,5", 3.5), (" −2 ", -2.0), ("1e-3", 0.001)]
)
def test_numbers_are_read_as_people_write_them(qtbot, text, value):
    edit = NumberEdit("Density", "g/cm³")
    qtbot.addWidget(edit)
    edit.line.setText(text)
    assert edit.value == value
    assert edit.problem == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "A number is due."),
        ("3.5.1", "“3.5.1” is not a number."),
        ("nan", "“nan” is not a number."),
        ("inf", "“inf” is not a number."),
        ("heavy", "“heavy” is not a number."),
    ],
)
def test_what_is_no_number_is_said_and_not_changed(qtbot, text, problem):
    edit = NumberEdit("Density", "g/cm³")
    qtbot.addWidget(edit)
    edit.line.setText(text)
    assert edit.value is None
    assert edit.problem == problem
    assert edit.line.text() == text


def test_number_is_shown_without_noise_and_has_its_unit_in_its_name(qtbot):
    edit = NumberEdit("Density", "g/cm³")
    qtbot.addWidget(edit)
    edit.set_value(0.1 + 0.2)
    assert edit.line.text() == "0.3"
    assert edit.line.accessibleName() == "Density (g/cm³)"
    edit.set_read_only(True)
    assert edit.line.isReadOnly()


@pytest.mark.parametrize(
    ("text", "year"),
    [("", None), ("1724", 1724), ("-3100", -3100), ("3100 BC", -3100), ("44 bce", -44)],
)
def test_years_reach_before_our_era(qtbot, text, year):
    edit = YearEdit("From year")
    qtbot.addWidget(edit)
    edit.setText(text)
    assert edit.value == year
    assert edit.problem == ""


def test_year_comes_back_as_it_was_shown(qtbot):
    edit = YearEdit("From year")
    qtbot.addWidget(edit)
    for year in (-3000, 0, 1824, None):
        edit.set_value(year)
        assert edit.value == year
    edit.setText("early")
    assert edit.value is None
    assert "“early” is not a year" in edit.problem


def test_tab_leaves_a_text(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    text, after = TextEdit(2), QLineEdit()
    row.addWidget(text)
    row.addWidget(after)
    with qtbot.waitActive(window):
        window.show()
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText() == ""
    assert after.hasFocus()


def test_what_is_made_later_can_come_before_what_was_there(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    first, last, beyond, later, latest = (QLineEdit(window) for _ in range(5))
    tab_before(last, (later, latest))
    order, widget = [], first
    for _ in range(5):
        order.append(widget)
        widget = widget.nextInFocusChain()
    assert order == [first, later, latest, last, beyond]
