"""Digests come back as they were, the same bytes each time; damaged ones are told."""

import numpy as np
import pytest

from app.core.batch.sheet import Digest, Tile
from app.errors import ReadError
from app.io import digest_files
from app.io.digest_files import read_digest, write_digest

DIGEST = Digest(
    "聖母 \udcff",
    "4 rows × 5 columns",
    1.5,
    (
        Tile("Fe Kα", np.arange(20, dtype=np.float32).reshape(4, 5), (0.0, 19.0), "counts"),
        Tile("Predicted", np.full((4, 5, 4), 7, np.uint8)),
    ),
    "2026-03-01T10:00:00+00:00",
)


def test_a_digest_comes_back_as_it_was(tmp_path):
    write_digest(DIGEST, tmp_path / "a.velatura-digest")
    found = read_digest(tmp_path / "a.velatura-digest")
    assert (found.name, found.details, found.aspect, found.date) == (
        DIGEST.name,
        DIGEST.details,
        DIGEST.aspect,
        DIGEST.date,
    )
    for tile, before in zip(found.tiles, DIGEST.tiles, strict=True):
        assert (tile.column, tile.limits, tile.unit) == (before.column, before.limits, before.unit)
        np.testing.assert_array_equal(tile.picture, before.picture)
        assert tile.picture.dtype == before.picture.dtype


def test_the_same_digest_gives_the_same_bytes(tmp_path):
    write_digest(DIGEST, tmp_path / "a")
    write_digest(DIGEST, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_damaged_and_other_files_are_told(tmp_path):
    write_digest(DIGEST, tmp_path / "a")
    data = (tmp_path / "a").read_bytes()
    for number, content in enumerate((b"", b"words", data[:-40], data[:30])):
        path = tmp_path / f"broken{number}"
        path.write_bytes(content)
        with pytest.raises(ReadError, match=path.name):
            read_digest(path)
    with pytest.raises(ReadError):
        read_digest(tmp_path / "absent")


def test_a_digest_of_a_later_version_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(digest_files, "_VERSION", 2)
    write_digest(DIGEST, tmp_path / "a")
    monkeypatch.undo()
    with pytest.raises(ReadError, match="later version"):
        read_digest(tmp_path / "a")
