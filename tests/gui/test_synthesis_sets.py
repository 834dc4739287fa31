"""From pictures and variations to files: counted, made, stopped and resumed."""

import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.engine.synthesis_pigments import palette_named

START = SynthesisParameters(
    recipe=SynthesisRecipe(clusters=2, delta=0, counts=20, join=8),
    changes=Changes(shares={7: {"Azurite": 0.5}}),
)


@pytest.fixture
def folder(tmp_path):
    generator = np.random.default_rng(0)
    (tmp_path / "pictures").mkdir()
    for name in ("a.png", "b.png"):
        picture = generator.choice([40, 220], (4, 5, 3)).astype(np.uint8)
        Image.fromarray(picture).save(tmp_path / "pictures" / name)
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.fixture
def sets(window):
    return window.synthesis.sets


@pytest.fixture
def pigments():
    return palette_named("lead white, azurite, vermilion", has_layers=False)


@pytest.fixture
def dialog(sets, folder, pigments, qtbot, monkeypatch):
    """The dialog with two pictures and a folder, chosen as a user does."""
    dialog = sets.open(START, pigments, None)
    chosen = iter((str(folder / "pictures"), str(folder / "out")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(chosen))
    dialog.folder_requested.emit()
    dialog.out_requested.emit()
    qtbot.waitUntil(dialog.run.isEnabled)
    qtbot.waitUntil(lambda: "about" in dialog.count.text())
    return dialog


def files(folder):
    return sorted(path.name for path in (folder / "out").glob("*.h5"))


def test_scans_are_counted_while_variations_come(dialog, qtbot):
    assert dialog.count.text().startswith("Pictures: 2 × variations: 1 = scans: 2, about ")
    dialog.table.add_row({"name": "many", "counts": "900"})
    qtbot.waitUntil(lambda: "variations: 2 = scans: 4" in dialog.count.text())
    assert dialog.scans.rowCount() == 4


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "v1"}, "two variations are named"),
        ({"name": "a/b"}, "has no name"),
        ({"name": "x", "counts": "many"}, "Expected a whole number"),
        ({"name": "x", "paint": "9"}, "no parameter “paint”"),
        ({"name": "x", "paint_um": "9"}, "is a parameter of layers"),
    ],
)
def test_what_makes_no_sense_is_said_at_once(dialog, qtbot, row, words):
    dialog.table.add_row(row)
    qtbot.waitUntil(lambda: words.lower() in dialog.problem.text().lower())
    assert not dialog.run.isEnabled()


def test_a_set_is_made_and_what_is_there_is_not_made_again(dialog, folder, sets, qtbot):
    dialog.table.add_row({"name": "deep", "physics": "true", "materials": "2"})
    qtbot.waitUntil(dialog.run.isEnabled)
    dialog.run.click()
    assert not dialog.run.isEnabled()
    qtbot.waitUntil(dialog.run.isEnabled, timeout=30_000)
    assert dialog.count.text() == "4 made, 0 there already, 0 failed"
    assert files(folder) == ["a.deep.h5", "a.v1.h5", "b.deep.h5", "b.v1.h5"]
    assert dialog.state_of("b.deep.h5")[0] == "made"
    (folder / "out/a.v1.h5").unlink()
    dialog.run.click()
    qtbot.waitUntil(dialog.run.isEnabled, timeout=30_000)
    assert dialog.count.text() == "1 made, 3 there already, 0 failed"
    sets.plan()
    assert dialog.state_of("a.deep.h5")[0] == "there already"


def test_a_broken_picture_is_a_row(dialog, folder, qtbot):
    (folder / "pictures/a.png").write_bytes(b"broken")
    dialog.run.click()
    qtbot.waitUntil(dialog.run.isEnabled, timeout=30_000)
    state, message = dialog.state_of("a.v1.h5")
    assert (state, "no picture" in message) == ("failed", True)
    assert files(folder) == ["b.v1.h5"]


def test_cancelled_it_can_go_on(dialog, folder, sets, window, qtbot):
    dialog.table.set_rows(({"name": "big", "counts": "3000000"},))
    qtbot.waitUntil(dialog.run.isEnabled)
    job = sets.run()
    qtbot.waitUntil(lambda: dialog.is_begun("a.big.h5"))
    window.jobs.cancel(job)
    assert dialog.run.isEnabled()
    assert dialog.state_of("a.big.h5")[0] == "cancelled"
    dialog.table.set_rows(({"name": "big", "counts": "30"},))
    qtbot.waitUntil(dialog.run.isEnabled)
    dialog.run.click()
    qtbot.waitUntil(lambda: dialog.count.text().startswith("2 made"), timeout=30_000)
    rows = json.loads((folder / "out/manifest.json").read_text("utf-8"))["scans"]
    assert {row["state"] for row in rows} == {"made"}


def test_variations_come_from_a_file(dialog, folder, qtbot, monkeypatch):
    path = folder / "v.toml"
    path.write_text(
        '[[variation]]\nname = "thin"\nphysics = true\npaint_um = 9.5\n'
        'hidden = "u.png"\nseed = 3\n',
        "utf-8",
    )
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    dialog.variations_requested.emit()
    assert dialog.table.rows == (
        {
            "name": "thin",
            "seed": "3",
            "physics": "true",
            "paint_um": "9.5",
            "hidden": str(folder / "u.png"),
        },
    )
    path.write_text("nothing", "utf-8")
    dialog.variations_requested.emit()
    assert "v.toml" in dialog.problem.text()


def test_a_folder_without_pictures_or_with_a_foreign_manifest_is_said(
    dialog, folder, qtbot, monkeypatch
):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    dialog.folder_requested.emit()
    assert "no PNG" in dialog.problem.text()
    (folder / "manifest.json").write_text('{"schema": 1}', "utf-8")
    dialog.set_pictures((folder / "pictures/a.png",))
    dialog.out_requested.emit()
    qtbot.waitUntil(lambda: "no manifest" in dialog.problem.text())


def test_layers_have_columns_of_their_own(sets, pigments, qtbot):
    recipe = SynthesisRecipe(noise=Noise.DWELL, dwell_s=0.5)
    start = SynthesisParameters(recipe=recipe, physics=PhysicsRecipe(gain_percent=1.5))
    dialog = sets.open(start, pigments, 800.0)
    assert dict(dialog.table.rows[0]) == {
        "name": "v1",
        "seed": "0",
        "dwell_s": "0.5",
        "instrument": "Rh 50 kV",
        "gain_percent": "1.5",
        "offset_ev": "0",
    }


def test_closed_it_lets_the_set_go_on(dialog, folder, sets, window, qtbot):
    sets.run()
    dialog.reject()
    assert sets.dialog is None
    qtbot.waitUntil(lambda: not window.jobs.has_any, timeout=30_000)
    assert files(folder) == ["a.v1.h5", "b.v1.h5"]
