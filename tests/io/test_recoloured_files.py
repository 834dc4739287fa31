"""Pictures of predicted colours say so in their metadata, and visibly on wish."""

import json
from dataclasses import replace

import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image

from app.core.provenance import Step
from app.core.recolouring.card import TaskKind, card_from_plain
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.errors import WriteError
from app.io import recoloured_files
from app.io.images import read_png_steps, read_tiff_steps


@pytest.fixture
def found(plain_card):
    card = card_from_plain(
        plain_card(
            version="3",
            outputs=[
                {"name": "rgb", "kind": "rgb"},
                {"name": "maps", "kind": "maps", "elements": ["Fe", "Pb"]},
            ],
        )
    )
    rgb = np.random.default_rng(3).random((4, 7, 3)).astype(np.float32)
    rgb[2, 5] = np.nan
    step = Step("recolour", {"model": card.name, "sha256": "ab" * 32})
    return Recoloured(
        rgb,
        np.full((4, 7), np.log(0.01), np.float32),
        np.full((4, 7), 0.5, np.float32),
        np.ones((2, 4, 7), np.float32),
        card,
        "cpu",
        Region(2, 6, 1, 8),
        (step,),
        ("A note.",),
    )


def test_a_png_says_what_its_colours_are(found, tmp_path):
    path = tmp_path / "p.png"
    recoloured_files.write(found, path, name="panel")
    with Image.open(path) as picture:
        text, pixels = picture.text, np.asarray(picture)
    assert text["Title"] == "Predicted colour of panel"
    assert "estimate from chemistry" in text["Description"]
    assert text["velatura:content"] == "predicted colour"
    assert text["velatura:model"] == "Four channels"
    assert text["velatura:model-version"] == "3"
    assert text["velatura:model-sha256"] == "ab" * 32
    assert text["velatura:region"] == "2:6,1:8"
    assert text["velatura:notes"] == "A note."
    assert read_png_steps(path)[-1].action == "recolour"
    known = np.isfinite(found.rgb).all(axis=2)
    np.testing.assert_array_equal(pixels[known][:, :3], np.rint(255 * found.rgb[known]))
    assert (pixels[known][:, 3] == 255).all()
    assert pixels[2, 5].tolist() == [0, 0, 0, 0]


def test_a_stamp_stands_below_the_picture(found):
    plain, stamped = (
        recoloured_files.picture(found),
        recoloured_files.picture(found, is_stamped=True),
    )
    factor = stamped.shape[1] // 7
    assert stamped.shape[1] >= 320
    np.testing.assert_array_equal(stamped[: 4 * factor : factor, ::factor], plain)
    strip = stamped[4 * factor :]
    assert strip.shape[0] >= 20
    # dark words on a light ground
    assert strip[..., 0].max() == 255
    assert strip[..., 0].min() < 80
    long = replace(found, card=replace(found.card, name="Long words " * 12))
    assert recoloured_files.picture(long, is_stamped=True).shape[0] > stamped.shape[0]


def test_a_tiff_carries_the_same_words(found, tmp_path):
    path = tmp_path / "p.tif"
    recoloured_files.write(found, path, tmp_path / "u.tif", name="panel")
    with tifffile.TiffFile(path) as file:
        description = json.loads(file.pages.first.description)
        assert file.asarray().shape == (4, 7, 4)
    assert description["velatura:content"] == "predicted colour"
    assert read_tiff_steps(path)[-1].action == "recolour"
    np.testing.assert_allclose(tifffile.imread(tmp_path / "u.tif"), 0.1, rtol=1e-5)
    with tifffile.TiffFile(tmp_path / "u.tif") as file:
        description = json.loads(file.pages.first.description)
    assert description["units"] == "sRGB of 0 to 1"
    assert description["Title"] == "Uncertainty of the predicted colour of panel"
    assert description["velatura:content"] == "predicted colour"
    assert description["velatura:model-sha256"] == "ab" * 32


def test_the_uncertainty_becomes_grey(found, tmp_path):
    recoloured_files.write(found, tmp_path / "p.png", tmp_path / "u.png", name="panel")
    with Image.open(tmp_path / "u.png") as picture:
        assert "0.25" in picture.text["Comment"]
        assert picture.text["Title"] == "Uncertainty of the predicted colour of panel"
        assert np.asarray(picture)[0, 0].tolist() == [102, 102, 102, 255]


def test_hdf5_holds_everything(found, tmp_path):
    path = tmp_path / "all.h5"
    recoloured_files.write(found, path, name="panel")
    with h5py.File(path) as file:
        assert file.attrs["default"] == "entry"
        group = file[recoloured_files.GROUP]
        assert group.attrs["signal"] == "rgb"
        assert group.attrs["velatura:model-sha256"] == "ab" * 32
        np.testing.assert_array_equal(group["rgb"][()], found.rgb)
        np.testing.assert_allclose(group["uncertainty"][()], 0.1, rtol=1e-5)
        assert group["maps"].shape == (2, 4, 7)
        assert group["elements"].asstr()[()].tolist() == ["Fe", "Pb"]
        assert "neighbours" not in group
        assert json.loads(file["entry/velatura/model_card"].asstr()[()])["version"] == "3"


def test_what_there_is_not_is_not_written(found, tmp_path):
    sure = replace(found, log_variance=None)
    with pytest.raises(WriteError, match="how sure it is"):
        recoloured_files.write(sure, tmp_path / "p.png", tmp_path / "u.png")
    maps = replace(
        found, card=replace(found.card, task=TaskKind.MAPS, outputs=found.card.outputs[1:])
    )
    with pytest.raises(WriteError, match="maps of Fe, Pb, not colours"):
        recoloured_files.write(maps, tmp_path / "p.png")
    with pytest.raises(WriteError, match=r"expected \.png"):
        recoloured_files.write(found, tmp_path / "p.jpg")
    with pytest.raises(WriteError, match=r"expected \.png, \.tif, \.tiff\."):
        recoloured_files.write(found, tmp_path / "p.png", tmp_path / "u.h5")
    (tmp_path / "u.png").write_bytes(b"x")
    with pytest.raises(WriteError, match="exist"):
        recoloured_files.write(found, tmp_path / "p.png", tmp_path / "u.png")
    assert [path.name for path in tmp_path.iterdir()] == ["u.png"]
    recoloured_files.write(maps, tmp_path / "maps.h5")


def test_targets_that_cannot_be_are_told_by_the_card_alone(found, tmp_path):
    picture, doubt = tmp_path / "p.png", tmp_path / "u.png"
    with pytest.raises(WriteError, match="how sure it is"):
        recoloured_files.check_targets(found.card, picture, doubt)
    recoloured_files.check_targets(found.card, picture, doubt, tells_doubt=True)
    twice = tmp_path / "." / "p.png"
    with pytest.raises(WriteError, match="both the colours and their uncertainty"):
        recoloured_files.check_targets(found.card, picture, twice, tells_doubt=True)
    with pytest.raises(WriteError, match="No such file or directory") as caught:
        recoloured_files.check_targets(found.card, tmp_path / "absent" / "p.png")
    assert caught.value.hint == "Create the folder first or choose another one."
    with pytest.raises(WriteError, match="both the colours"):
        recoloured_files.write(found, picture, picture)
    assert list(tmp_path.iterdir()) == []


def test_a_stamp_names_model_version_and_checksum(found, monkeypatch):
    words = []
    drawn = recoloured_files._wrapped
    monkeypatch.setattr(
        recoloured_files, "_wrapped", lambda text, *more: words.append(text) or drawn(text, *more)
    )
    recoloured_files.picture(found, is_stamped=True)
    assert words == ["Predicted colour · Four channels · 3 · sha256 abababababab…"]
