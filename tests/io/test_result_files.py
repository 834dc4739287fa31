"""Results tell how they were made, and predicted colours come back as they were."""

import json

import numpy as np
import pytest
from PIL import Image

from app.core.provenance import Step
from app.errors import ReadError
from app.io import images, tables
from app.io.hdf5_writing import created
from app.io.recoloured_files import GROUP
from app.io.result_files import STEPS, read_colours, steps_of

STEPS_MADE = (Step("open", {"detector": "sum"}), Step("map", {"name": "Fe Kα", "net": True}))
RGBA = np.array([[[10, 20, 30, 255], [0, 0, 0, 0], [250, 128, 3, 255]]], np.uint8)


def write(path):
    if path.suffix == ".png":
        images.write_png(RGBA, path, STEPS_MADE, {"velatura:model": "net", "Title": "x"})
    elif path.suffix == ".tif":
        images.write_float_tiff(np.ones((2, 3)), path, steps=STEPS_MADE)
    elif path.suffix == ".csv":
        tables.write_map_csv(np.ones((2, 3)), path, name="Fe", steps=STEPS_MADE, step_mm=(0.5, 0.5))
    return path


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.csv"])
def test_steps_come_back_from_each_kind_of_file(tmp_path, name):
    assert steps_of(write(tmp_path / name)) == STEPS_MADE


def test_files_of_other_kinds_tell_nothing(tmp_path):
    for name in ("a.txt", "a.json", "a.raw"):
        (tmp_path / name).write_text("words")
        assert steps_of(tmp_path / name) == ()
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n")
    assert steps_of(tmp_path / "plain.csv") == ()


def test_damaged_steps_are_told(tmp_path):
    (tmp_path / "a.csv").write_text("# Velatura\n# steps: [{]\n")
    with pytest.raises(ReadError, match=r"a\.csv"):
        steps_of(tmp_path / "a.csv")
    with pytest.raises(ReadError):
        steps_of(tmp_path / "absent.csv")
    (tmp_path / "a.h5").write_bytes(b"no HDF5")
    with pytest.raises(ReadError):
        steps_of(tmp_path / "a.h5")


def test_colours_of_a_png_come_back_with_what_it_says(tmp_path):
    found = read_colours(write(tmp_path / "a.png"))
    np.testing.assert_array_equal(found.rgba, RGBA)
    assert found.texts == {"velatura:model": "net", "velatura:steps": found.texts["velatura:steps"]}
    assert found.steps == STEPS_MADE
    assert found.uncertainty is None


def test_colours_of_an_hdf5_come_back_with_their_doubt(tmp_path):
    from app.core.provenance import steps_to_json

    rgb = np.array([[[0.0, 1.0, 0.5], [np.nan] * 3]], np.float32)
    with created(tmp_path / "a.h5") as (file, _):
        group = file.create_group(GROUP)
        group["rgb"], group["uncertainty"] = rgb, np.array([[0.1, np.nan]], np.float32)
        group.attrs["velatura:model"] = "net"
        file[STEPS] = steps_to_json(STEPS_MADE)
    found = read_colours(tmp_path / "a.h5")
    assert found.rgba.tolist() == [[[0, 255, 128, 255], [0, 0, 0, 0]]]
    assert found.uncertainty[0, 0] == np.float32(0.1)
    assert found.novelty is None
    assert (found.texts, found.steps) == ({"velatura:model": "net"}, STEPS_MADE)
    assert steps_of(tmp_path / "a.h5") == STEPS_MADE


def test_an_hdf5_of_maps_alone_has_no_colours(tmp_path):
    with created(tmp_path / "a.h5") as (file, _):
        file.create_group(GROUP)["maps"] = np.zeros((1, 2, 3), np.float32)
    assert read_colours(tmp_path / "a.h5") is None


def test_colours_of_a_tiff_come_back(tmp_path):
    import tifffile

    text = json.dumps({"velatura:model": "net", "steps": []})
    tifffile.imwrite(
        tmp_path / "a.tif", RGBA, photometric="rgb", extrasamples=["unassalpha"], description=text
    )
    found = read_colours(tmp_path / "a.tif")
    np.testing.assert_array_equal(found.rgba, RGBA)
    assert found.texts["velatura:model"] == "net"


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.h5"])
def test_what_holds_no_colours_is_told(tmp_path, name):
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(ReadError):
        read_colours(tmp_path / name)


def test_a_tiff_of_counts_holds_no_colours(tmp_path):
    with pytest.raises(ReadError, match="missing or damaged"):
        read_colours(write(tmp_path / "a.tif"))


def test_a_plain_picture_is_read_without_words(tmp_path):
    Image.fromarray(RGBA[..., :3]).save(tmp_path / "a.png")
    found = read_colours(tmp_path / "a.png")
    assert (found.texts, found.steps) == ({}, ())
