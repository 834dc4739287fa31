"""Parts of a report refuse what could not be drawn."""

import pytest

from app.core.batch.document import Table


def test_a_table_needs_as_many_texts_in_each_row_as_in_its_head():
    with pytest.raises(ValueError, match="needs 2 texts"):
        Table(("a", "b"), (("1", "2"), ("3",)))


def test_a_table_needs_a_share_for_each_column_and_a_swatch_for_each_row():
    rows = (("1", "2"),)
    with pytest.raises(ValueError, match="shares"):
        Table(("a", "b"), rows, shares=(1.0,))
    with pytest.raises(ValueError, match="swatches"):
        Table(("a", "b"), rows, swatches=((0, 0, 0), (1, 1, 1)))
