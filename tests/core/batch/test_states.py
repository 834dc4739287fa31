"""States of rows, and the time left."""

import pytest

from app.core.batch.states import RowState, time_left_s


def test_four_states_are_final_and_two_of_them_good():
    assert [state for state in RowState if state.is_final] == [
        RowState.DONE,
        RowState.UP_TO_DATE,
        RowState.FAILED,
        RowState.CANCELLED,
    ]
    assert [state for state in RowState if state.is_good] == [RowState.DONE, RowState.UP_TO_DATE]


@pytest.mark.parametrize(
    ("elapsed", "done", "total", "left"),
    [(10, 2, 8, 30), (10, 8, 8, 0), (10, 0, 8, None), (0, 2, 8, None), (10, 9, 8, 0)],
)
def test_the_rest_takes_as_long_in_proportion(elapsed, done, total, left):
    assert time_left_s(elapsed, done, total) == left
