import sqlite3

import pytest

from app.errors import ReadError, WriteError
from app.io.pigment_sqlite import (
    check_no_journal,
    made,
    reading,
    schema_on_disk,
    transaction,
    writing,
)
from app.io.pigment_store import PigmentStore


@pytest.fixture
def path(tmp_path, make_pigment):
    path = tmp_path / "lab.pigments"
    PigmentStore.create(path, "Lab", pigments=[make_pigment()])
    return path


def fail_after(path, statement):
    with writing(path, patience_s=0.1) as connection:
        connection.execute(statement)
        raise RuntimeError("mine")


def test_a_change_is_on_disk_only_when_all_went_well(path):
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="mine"):
        fail_after(path, "UPDATE pigment SET notes = 'lost'")
    assert path.read_bytes() == before
    with writing(path, patience_s=0.1) as connection:
        connection.execute("UPDATE pigment SET notes = 'kept'")
    assert PigmentStore(path).pigments()[0].notes == "kept"


def test_a_reader_sees_one_state(path):
    with reading(path, read_only=True, patience_s=0.1) as connection:
        assert connection.execute("SELECT count(*) FROM pigment").fetchone() == (1,)
        # whoever writes must wait for it
        with pytest.raises(WriteError, match="locked"), writing(path, patience_s=0.0) as other:
            other.execute("DELETE FROM pigment")
        assert connection.execute("SELECT count(*) FROM pigment").fetchone() == (1,)


def test_a_reader_cannot_write(path):
    with (
        pytest.raises(ReadError, match="may only be read"),
        reading(path, read_only=True, patience_s=0.1) as connection,
    ):
        connection.execute("DELETE FROM pigment")


def test_foreign_keys_and_safe_writing_are_on(path):
    with writing(path, patience_s=0.1) as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_schema_is_looked_up_without_recovering_anything(path):
    assert schema_on_disk(path) == 1
    journal = path.with_name(f"{path.name}-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    assert schema_on_disk(path) == 1
    assert journal.exists()


def test_another_programs_interrupted_change_is_left_alone(tmp_path):
    path = tmp_path / "other.pigments"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (number)")
    connection.close()
    journal = tmp_path / "other.pigments-journal"
    journal.write_bytes(b"anything")
    with (
        pytest.raises(ReadError, match="another program"),
        reading(path, read_only=False, patience_s=0.1),
    ):
        pass
    assert journal.read_bytes() == b"anything"


def test_a_file_is_made_in_one_go(tmp_path):
    with made(tmp_path / "a.part", tmp_path / "a") as connection, transaction(connection):
        connection.execute("CREATE TABLE one (number)")
    assert [item.name for item in tmp_path.iterdir()] == ["a.part"]
    with (
        pytest.raises(WriteError, match=r"^Cannot change .* b: "),
        made(tmp_path / "gone" / "b.part", tmp_path / "gone" / "b"),
    ):
        pass


@pytest.mark.parametrize("name", ["lab.pigments-journal", "lab.pigments-wal"])
def test_a_journal_left_behind_is_told(tmp_path, name):
    check_no_journal(tmp_path / "lab.pigments")
    (tmp_path / name).touch()
    with pytest.raises(WriteError, match=name):
        check_no_journal(tmp_path / "lab.pigments")
