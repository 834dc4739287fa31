"""Variations as texts: what has no column stands in the last one."""

import pytest

from app.gui.views.variation_table import VariationTable


@pytest.fixture
def table(qtbot):
    table = VariationTable()
    qtbot.addWidget(table)
    table.set_columns({"seed": "Seed", "counts": "Counts"})
    return table


def test_rows_go_in_and_come_out_and_empty_texts_are_not_there(table):
    rows = ({"name": "a", "seed": "1", "paint_um": "10", "ground": "gypsum"}, {"name": "b"})
    table.set_rows(rows)
    assert table.rows == rows
    assert table.item(0, 3).text() == "paint_um = 10; ground = gypsum"


def test_what_is_typed_is_told_and_taken(table, qtbot):
    table.set_rows(({"name": "a"},))
    with qtbot.waitSignal(table.changed):
        table.item(0, 2).setText(" 90 ")
    table.item(0, 3).setText("varnish_um=0;; binder = egg yolk")
    assert table.rows == ({"name": "a", "counts": "90", "varnish_um": "0", "binder": "egg yolk"},)


def test_a_word_without_a_value_is_kept_to_be_refused(table):
    table.set_rows(({"name": "a"},))
    table.item(0, 3).setText("varnish_um")
    assert table.rows[0]["varnish_um"] == ""


def test_rows_come_and_go_but_the_last(table, qtbot):
    table.set_rows(({"name": "a"},))
    with qtbot.waitSignal(table.changed):
        table.add_row({"name": "b"})
    assert table.currentRow() == 1
    table.remove_row()
    table.setCurrentCell(0, 0)
    table.remove_row()
    assert table.rows == ({"name": "a"},)
