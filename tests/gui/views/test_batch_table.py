"""The table of scans: a bar, files dropped on it, keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QStandardItem, QStandardItemModel

from app.gui.views.batch_table import BatchTable

ROLE = int(Qt.ItemDataRole.UserRole)


@pytest.fixture
def table(qtbot):
    table = BatchTable()
    model = QStandardItemModel(0, 3, table)
    table.setModel(model)
    table.set_columns((100, 100), 1, ROLE)
    qtbot.addWidget(table)
    table.resize(320, 200)
    with qtbot.waitExposed(table):
        table.show()
    return table


def add(table, name, fraction):
    items = [QStandardItem(name), QStandardItem(), QStandardItem("words")]
    items[1].setData(fraction, ROLE)
    table.model().appendRow(items)


def accented(table, row):
    """How many pixels of a row's second cell have the accent's colour."""
    rect = table.visualRect(table.model().index(row, 1))
    image = table.viewport().grab().toImage()
    accent = table.palette().highlight().color().rgb()
    y = rect.center().y()
    return sum(image.pixel(x, y) == accent for x in range(rect.left(), rect.right()))


def test_the_bar_is_as_long_as_the_fraction(table):
    for name, fraction in (("none", None), ("half", 0.5), ("too much", 2.0), ("nothing", 0.0)):
        add(table, name, fraction)
    none, half, whole, nothing = (accented(table, row) for row in range(4))
    assert (none, nothing) == (0, 0)
    assert whole == 100 - 2 * 6
    assert half == pytest.approx(whole / 2, abs=1)


def test_delete_and_enter_are_wishes(table, qtbot):
    add(table, "a", None)
    table.selectRow(0)
    table.setCurrentIndex(table.model().index(0, 0))
    assert table.chosen == (0,)
    with qtbot.waitSignal(table.remove_requested):
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    with qtbot.waitSignal(table.options_requested):
        qtbot.keyClick(table, Qt.Key.Key_Return)


def drop(table, *urls):
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.MoveAction | Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setDropAction(Qt.DropAction.MoveAction)
    table.dropEvent(event)
    return event


def test_files_are_copied_never_moved(table, qtbot):
    told = []
    table.dropped.connect(told.append)
    event = drop(table, "file:///scans/a.h5", "https://example.org/b.h5", "file:///scans/more")
    assert event.dropAction() == Qt.DropAction.CopyAction
    assert told == [[Path("/scans/a.h5"), Path("/scans/more")]]
    assert not drop(table, "https://example.org/b.h5").isAccepted()
    assert len(told) == 1


def test_what_to_do_is_said_while_there_are_no_rows(table):
    table.set_hint("Drop scans here.")
    with_words = table.viewport().grab().toImage()
    add(table, "a", None)
    table.model().removeRow(0)
    table.set_hint("")
    assert with_words != table.viewport().grab().toImage()
