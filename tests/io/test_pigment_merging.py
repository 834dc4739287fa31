import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import ParameterError, WriteError
from app.io import pigment_schema
from app.io.pigment_merging import Clash, Merging, check_expected, exchange, names
from app.io.pigment_rows import add_row, pigments_in


@pytest.fixture
def tables(make_pigment, dye):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        pigment_schema.make_tables(connection)
        add_row(connection, make_pigment())
        add_row(connection, dye)
        yield connection


def test_the_entries_are_listed(tables):
    assert names(tables) == [(1, "azurite", "azurite"), (2, "madder", "färberröte")]


def test_rows_are_exchanged_in_their_places(tables, make_pigment):
    exchange(tables, [1], [(1, make_pigment("Smalt")), (None, make_pigment())])
    assert names(tables) == [
        (1, "smalt", "smalt"),
        (2, "madder", "färberröte"),
        (3, "azurite", "azurite"),
    ]


def test_what_stays_keeps_its_name_and_id(tables, make_pigment):
    with pytest.raises(ParameterError, match="“FÄRBERRÖTE” already"):
        exchange(tables, [1], [(1, make_pigment("FÄRBERRÖTE", id="x"))])
    with pytest.raises(ParameterError, match="id “madder”"):
        exchange(tables, [], [(None, make_pigment("Smalt", id="madder"))])


def test_the_name_decides_before_the_id(tables, make_pigment):
    merging = Merging(tables)
    both = make_pigment("Färberröte", id="azurite", notes="new")
    merging.take(both, Clash.REPLACE)
    assert merging.report().replaced == ("Färberröte",)
    found = pigments_in(tables)
    assert [(item.id, item.name) for item in found] == [
        ("azurite", "Azurite"),
        ("madder", "Färberröte"),
    ]
    assert found[1].notes == "new"


def test_one_of_the_same_id_alone_keeps_its_name(tables, make_pigment):
    merging = Merging(tables)
    merging.take(make_pigment("Smalt", id="azurite"), Clash.KEEP_BOTH)
    report = merging.report()
    assert (report.added, report.renamed) == (("Smalt",), ())
    assert names(tables)[2] == (3, "smalt", "smalt")


def test_only_what_is_concerned_is_compared(tables, make_pigment):
    check_expected(tables, {"azurite"}, (make_pigment(),), Path("x"))
    check_expected(tables, {"new"}, (), Path("x"))
    for ids, expected in (
        ({"azurite"}, ()),
        ({"azurite"}, (make_pigment(notes="other"),)),
        (set(), (make_pigment("Gone"),)),
    ):
        with pytest.raises(WriteError, match="edited from elsewhere"):
            check_expected(tables, ids, expected, Path("x"))
