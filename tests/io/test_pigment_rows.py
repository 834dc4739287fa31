import sqlite3
from contextlib import closing

import numpy as np
import pytest

from app.io import pigment_schema
from app.io.pigment_records import RecordError
from app.io.pigment_rows import add_row, pigments_in


@pytest.fixture
def tables():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        pigment_schema.make_tables(connection)
        yield connection


def test_rows_come_back_in_their_order(tables, make_pigment, make_spectrum, dye):
    spectra = tuple(make_spectrum(f"{number}", 3 + number, number) for number in range(3))
    azurite = make_pigment(spectra=spectra)
    add_row(tables, dye, 7)
    add_row(tables, azurite, 2)
    add_row(tables, make_pigment("Smalt"))
    assert pigments_in(tables) == (azurite, dye, make_pigment("Smalt"))


def test_counts_are_little_endian_floats(tables, make_pigment, make_spectrum):
    counts = np.array([1.0, 0.1, 3e9], ">f4")
    add_row(tables, make_pigment(spectra=(make_spectrum(counts=counts),)))
    (content,) = tables.execute("SELECT counts FROM spectrum").fetchone()
    assert content == counts.astype("<f4").tobytes()
    assert pigments_in(tables)[0].spectra[0].counts.dtype == np.float32


def test_a_damaged_spectrum_is_noticed(tables, make_pigment, make_spectrum):
    add_row(tables, make_pigment(spectra=(make_spectrum(channels=3),)))
    tables.execute("UPDATE spectrum SET counts = zeroblob(12)")
    with pytest.raises(RecordError, match="spectrum “Rh 50 kV”: its counts are damaged"):
        pigments_in(tables)


@pytest.mark.parametrize("value", ["[1,", "", None, "3"])
def test_a_damaged_list_is_noticed(tables, make_pigment, value):
    add_row(tables, make_pigment())
    tables.execute("CREATE TABLE copy AS SELECT * FROM pigment")
    tables.execute("UPDATE copy SET synonyms = ?", (value,))
    tables.execute("DROP TABLE pigment")
    tables.execute("ALTER TABLE copy RENAME TO pigment")
    with pytest.raises(RecordError, match="pigment “Azurite”"):
        pigments_in(tables)
