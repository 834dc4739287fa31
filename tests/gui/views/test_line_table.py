from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.core.lines import line
from app.core.physics.line_shares import LineShare
from app.gui.views.line_table import LineTable, RowDelegate


def test_rows_tell_counts_and_what_each_layer_has_of_them(qtbot):
    table = LineTable()
    qtbot.addWidget(table)
    shares = (
        LineShare(line("Cu_Ka"), (20000.0, 1.0, 0.0)),
        LineShare(line("Hg_La"), (0.0, 1.0, 3.0)),
    )
    table.set_shares(shares, ("paint", "underpaint", "ground"))
    heads = [table.horizontalHeaderItem(column).text() for column in range(5)]
    assert heads == ["Line", "Counts", "1 paint", "2 underpaint", "3 ground"]
    rows = [[table.item(row, column).text() for column in range(5)] for row in range(2)]
    assert rows == [
        ["Cu Kα", "20\u202f001", "100.0 %", "< 0.1 %", "–"],
        ["Hg Lα", "4", "–", "25.0 %", "75.0 %"],
    ]
    table.set_shares((), ())
    assert (table.rowCount(), table.columnCount()) == (0, 2)


def test_the_current_cell_is_drawn_like_the_rest_of_its_row(qtbot):
    table = LineTable()
    qtbot.addWidget(table)
    table.set_shares((LineShare(line("Cu_Ka"), (1.0,)),), ("paint",))
    flags = QStyle.StateFlag
    option = QStyleOptionViewItem()
    option.state = flags.State_HasFocus | flags.State_Selected
    delegate = table.itemDelegate()
    assert isinstance(delegate, RowDelegate)
    delegate.initStyleOption(option, table.model().index(0, 0))
    assert not option.state & flags.State_HasFocus
    assert option.state & flags.State_Selected
