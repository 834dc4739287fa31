"""`velatura synthesise FOLDER --variations`."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pictures").mkdir()
    picture = np.random.default_rng(0).choice([40, 220], (4, 5, 3)).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "pictures/a.png")
    text = '[[variation]]\nname = "few"\ncounts = 5\n[[variation]]\nname = "many"\ncounts = 50\n'
    (tmp_path / "v.toml").write_text(text, "utf-8")
    return tmp_path


def arguments(folder, *more):
    return (
        "synthesise",
        folder / "pictures",
        "--variations",
        folder / "v.toml",
        "--out",
        folder / "out",
        "--bin",
        "32",
        *more,
    )


def test_a_set_is_made_reported_and_kept(velatura, folder):
    made = velatura(*arguments(folder))
    assert made.code == 0
    assert "made    a.few.h5" in made.out
    assert "2 made, 0 kept, 0 failed" in made.out
    report = velatura(*arguments(folder, "--json")).json
    assert report["kept"] == ["a.few.h5", "a.many.h5"]
    assert report["scans"][0]["counts_checksum"].startswith("sha256:")


def test_a_failure_is_told_and_gives_a_code(velatura, folder):
    (folder / "pictures/b.png").write_bytes(b"broken")
    made = velatura(*arguments(folder))
    assert made.code == 2
    assert "2 made, 0 kept, 2 failed" in made.out
    assert "failed  b.few.h5: Cannot open this picture." in made.out


def test_a_set_cannot_be_forced(velatura, folder):
    made = velatura(*arguments(folder, "--force"))
    assert made.code == 2
    assert "--force would do nothing here." in made.err
    assert not (folder / "out").exists()
