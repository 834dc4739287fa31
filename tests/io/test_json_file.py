"""Small JSON files: whole or not there, never lost."""

import pytest

from app.errors import ReadError, WriteError
from app.io.json_file import put_aside, read_json, write_json


def test_what_was_written_is_read_again(tmp_path):
    path = tmp_path / "list.json"
    write_json(path, {"name": "Maestà", "values": [1, 2.5, None]})
    assert read_json(path) == {"name": "Maestà", "values": [1, 2.5, None]}
    assert "Maestà" in path.read_text("utf-8")


def test_no_file_is_nothing(tmp_path):
    assert read_json(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"", b"[" * 100_000], ids=["cut", "bytes", "empty", "deep"]
)
def test_what_is_no_json_is_told_with_the_path(content, tmp_path):
    path = tmp_path / "list.json"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"list\.json"):
        read_json(path)
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path):
    path = tmp_path / "list.json"
    path.mkdir()
    with pytest.raises(ReadError, match=r"Cannot read list\.json"):
        read_json(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "list.json"
    write_json(path, [1])
    with pytest.raises(TypeError):
        write_json(path, object())
    with pytest.raises(WriteError):
        write_json(tmp_path / "nowhere" / "list.json", [2])
    assert read_json(path) == [1]
    assert [item.name for item in tmp_path.iterdir()] == ["list.json"]


def test_files_put_aside_never_replace_one_another(tmp_path):
    path = tmp_path / "list.json"
    asides = []
    for content in ("first", "second", "third"):
        path.write_text(content)
        asides.append(put_aside(path))
    assert [aside.name for aside in asides] == [
        "list.broken.json",
        "list.broken-2.json",
        "list.broken-3.json",
    ]
    assert [aside.read_text() for aside in asides] == ["first", "second", "third"]
    assert not path.exists()
