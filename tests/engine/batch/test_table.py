"""The table while a batch runs."""

import pytest

from app.core.batch.states import RowEvent, RowState
from app.engine.batch.table import Clock, Table


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def table(now):
    heard = []
    found = Table(3, heard.append)
    found.heard = heard
    found.clock = Clock(lambda: now[0])
    return found


def test_a_clock_stands_while_it_is_stopped(now):
    clock = Clock(lambda: now[0])
    assert clock.seconds == 0
    clock.start()
    now[0] += 5
    clock.start()  # again has no effect
    assert clock.seconds == 5
    clock.stop()
    now[0] += 7
    assert clock.seconds == 5
    clock.start()
    now[0] += 1
    assert clock.seconds == 6


def test_rows_wait_at_first_and_every_change_is_told(table):
    assert [row.state for row in table.rows] == [RowState.WAITING] * 3
    event = RowEvent(1, RowState.RUNNING, 0.5, "Reading")
    table.put(event)
    table.move(2, RowState.CANCELLED)
    assert table.heard == [event, RowEvent(2, RowState.CANCELLED)]
    assert table.in_state(RowState.WAITING, RowState.CANCELLED) == (0, 2)
    assert table[1] == event


def test_a_row_that_waits_again_forgets_what_it_was(table):
    table.put(RowEvent(0, RowState.FAILED, 0.7, "Broken", ("/a",), 3.0))
    table.move(0, RowState.WAITING)
    assert table[0] == RowEvent(0, RowState.WAITING)


def test_time_left_is_in_proportion_to_sizes(table, now):
    for number, size in enumerate((10.0, 20.0, 30.0)):
        table.set_size(number, size)
    table.clock.start()
    assert table.time_left_s is None
    now[0] += 4
    table.put(RowEvent(0, RowState.DONE))
    assert table.time_left_s == pytest.approx(4 * 50 / 10)
    table.put(RowEvent(1, RowState.RUNNING, 0.5))
    assert table.time_left_s == pytest.approx(4 * 40 / 20)


def test_what_was_there_already_says_nothing_of_the_time(table, now):
    for number in range(3):
        table.set_size(number, 10.0)
    table.clock.start()
    now[0] += 2
    table.put(RowEvent(0, RowState.UP_TO_DATE))
    assert table.time_left_s is None
    table.put(RowEvent(1, RowState.FAILED))
    assert table.time_left_s == pytest.approx(2)


def test_scans_of_unknown_size_are_taken_for_usual_ones(table, now):
    table.set_size(0, 10.0)
    table.set_size(1, 30.0)
    table.clock.start()
    now[0] += 1
    table.put(RowEvent(0, RowState.DONE))
    assert table.time_left_s == pytest.approx(1 * 50 / 10)
