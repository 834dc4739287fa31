import sqlite3
from contextlib import closing
from types import MappingProxyType

import pytest

from app.io import pigment_schema


@pytest.fixture
def tables():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        pigment_schema.make_tables(connection)
        yield connection


def test_a_new_library_is_marked_and_of_todays_schema(tables):
    mark = tables.execute("PRAGMA application_id").fetchone()[0]
    assert mark.to_bytes(4, "big") == b"VELP"
    assert tables.execute("PRAGMA user_version").fetchone() == (pigment_schema.SCHEMA_VERSION,)
    names = {row[0] for row in tables.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    assert names == {"library", "pigment", "spectrum"}


def test_the_tables_themselves_refuse_what_makes_no_sense(tables):
    with pytest.raises(sqlite3.IntegrityError):
        tables.execute("INSERT INTO library VALUES (2, '', '', '', '')")
    columns = [row[1] for row in tables.execute("PRAGMA table_info(spectrum)")]
    values = dict.fromkeys(columns, 1) | {"channels": 2, "counts": b"\0" * 7}
    with pytest.raises(sqlite3.IntegrityError, match="length"):
        tables.execute(
            f"INSERT INTO spectrum VALUES ({', '.join('?' * len(columns))})", [*values.values()]
        )


def test_migrations_follow_one_another(tables, monkeypatch):
    monkeypatch.setattr(pigment_schema, "SCHEMA_VERSION", 3)
    steps = {
        1: ("ALTER TABLE library ADD COLUMN licence TEXT",),
        2: ("UPDATE library SET licence = 'of 3'", "CREATE TABLE source (number)"),
    }
    monkeypatch.setattr(pigment_schema, "MIGRATIONS", MappingProxyType(steps))
    tables.execute("INSERT INTO library VALUES (1, 'Lab', '', '', '')")
    pigment_schema.migrate(tables)
    assert tables.execute("PRAGMA user_version").fetchone() == (3,)
    assert tables.execute("SELECT licence FROM library").fetchone() == ("of 3",)
    pigment_schema.migrate(tables)
    assert tables.execute("PRAGMA user_version").fetchone() == (3,)


def test_every_older_schema_has_a_way_to_todays():
    assert set(pigment_schema.MIGRATIONS) == set(range(1, pigment_schema.SCHEMA_VERSION))
