"""The colours of a palette."""

import pytest

from app.gui.views.palette_table import PaletteRow, PaletteTable, swatch_icon

ROWS = (
    PaletteRow((200, 30, 30), 0.42, "Vermilion 100 %"),
    PaletteRow((20, 30, 200), 0.0312, "Azurite 62 %, Indigo 38 %", is_changed=True),
    PaletteRow((9, 9, 9), 0.0999, "Indigo 100 %"),
)


@pytest.fixture
def table(qtbot):
    table = PaletteTable()
    qtbot.addWidget(table)
    table.set_rows(ROWS)
    return table


def texts(table, row):
    return [table.item(row, column).text() for column in range(3)]


def test_each_colour_says_its_area_and_what_it_is_mixed_from(table):
    assert texts(table, 0) == ["1", "42 %", "Vermilion 100 %"]
    assert texts(table, 1) == ["2*", "3.1 %", "Azurite 62 %, Indigo 38 %"]
    assert texts(table, 2)[1] == "10 %"
    assert table.item(1, 0).toolTip() == "Changed by hand"


def test_the_first_is_chosen_at_first_and_another_choice_is_told(table, qtbot):
    assert table.number == 0
    with qtbot.waitSignal(table.chosen) as told:
        table.setCurrentCell(2, 1)
    assert told.args == [2]
    with qtbot.assertNotEmitted(table.chosen):
        table.setCurrentCell(2, 0)


def test_the_chosen_place_stays_while_colours_change_and_tells_nobody(table, qtbot):
    table.setCurrentCell(1, 0)
    with qtbot.assertNotEmitted(table.chosen):
        table.set_rows(ROWS[::-1])
        assert table.number == 1
        table.set_rows(ROWS[:1])
        assert table.number == 0
        table.set_rows(())
    assert table.number == -1


def test_a_chosen_row_does_not_tint_its_colour(qapp):
    from PySide6.QtGui import QIcon

    icon = swatch_icon((200, 30, 30))
    drawn = [
        icon.pixmap(16, 16, mode).toImage().pixelColor(8, 8)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    ]
    assert drawn[0] == drawn[1]


def test_only_what_changed_is_filled_anew_and_columns_fit(table):
    kept, changed = table.item(0, 2), table.item(1, 2)
    table.set_rows((ROWS[0], ROWS[2], ROWS[2], *(ROWS[1],) * 97))
    assert table.item(0, 2) is kept
    assert table.item(1, 2) is not changed
    assert texts(table, 99)[0] == "100*"
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
