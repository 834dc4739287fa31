import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from app.core.provenance import InputFile, Step
from app.errors import ReadError
from app.io import images

STEPS = (
    Step("open", {"axis": [0.0, 0.01]}, (InputFile("scän.h5", "sha256:00", 12),)),
    Step("map", {"name": "Fe Kα", "low_kev": 6.2}),
)


def picture(bands=3):
    values = np.arange(5 * 7 * bands, dtype=np.uint8).reshape(5, 7, bands)
    if bands == 4:
        values[..., 3] = 255
    return values


@pytest.mark.parametrize("bands", [3, 4])
def test_png_gives_pixels_and_steps_back(tmp_path, bands):
    path = tmp_path / "fe.png"
    images.write_png(picture(bands), path, STEPS)
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    with Image.open(path) as file:
        np.testing.assert_array_equal(np.asarray(file), picture(bands))
    assert images.read_png_steps(path) == STEPS


def test_png_texts_are_readable_by_anyone(tmp_path):
    path = tmp_path / "fe.png"
    images.write_png(picture(), path, STEPS, {"Title": "Fe Kα", "Comment": "Rückseite"})
    with Image.open(path) as file:
        texts = dict(file.text)
    assert texts["Software"].startswith("Velatura ")
    assert texts["Description"] == "open → map"
    assert (texts["Title"], texts["Comment"]) == ("Fe Kα", "Rückseite")
    assert [step["action"] for step in json.loads(texts["velatura:steps"])] == ["open", "map"]
    assert b"iTXtvelatura:steps\0" in path.read_bytes()


def test_any_slice_of_an_array_can_be_a_picture(tmp_path):
    path = tmp_path / "flipped.png"
    images.write_png(picture()[::-1, ::2], path, ())
    with Image.open(path) as file:
        np.testing.assert_array_equal(np.asarray(file), picture()[::-1, ::2])


def test_png_of_others_has_no_steps(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "other.png")
    assert images.read_png_steps(tmp_path / "other.png") == ()


@pytest.mark.parametrize("read", [images.read_png_steps, images.read_tiff_steps])
def test_what_is_no_picture_is_named(tmp_path, read):
    path = tmp_path / "notes.txt"
    path.write_text("no picture at all")
    with pytest.raises(
        ReadError, match=r"notes\.txt: expected a \w+ with its steps; the file holds something else"
    ):
        read(path)


def test_damaged_steps_are_named(tmp_path):
    images.write_png(picture(), tmp_path / "p.png", (), {images.STEPS_KEY: "unused"})
    assert images.read_png_steps(tmp_path / "p.png") == ()
    tifffile.imwrite(tmp_path / "t.tif", np.zeros((2, 3)), description='{"steps": [{"a": 1}]}')
    with pytest.raises(ReadError, match=r"t\.tif: .* damaged"):
        images.read_tiff_steps(tmp_path / "t.tif")


def test_an_existing_file_is_never_written_to(tmp_path):
    path = tmp_path / "there"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        images.write_png(picture(), path, ())
    with pytest.raises(FileExistsError):
        images.write_float_tiff(picture()[..., 0], path, steps=())
    assert path.read_bytes() == b"mine"


def test_a_vanished_picture_is_told(tmp_path):
    with pytest.raises(ReadError, match=r"gone\.png: .*No such file"):
        images.read_png_steps(tmp_path / "gone.png")


@pytest.mark.parametrize(
    ("counts", "stored"),
    [
        (np.arange(35, dtype=np.uint16), np.float32),
        (np.arange(35, dtype=np.uint32) + 2**24 - 34, np.float32),
        (np.arange(35, dtype=np.uint32) + 2**24 - 33, np.float64),
        (-np.arange(35, dtype=np.int64) - 2**24, np.float64),
        (np.linspace(-3.5, 4.5, 35, dtype=np.float32), np.float32),
        (np.arange(35.0) + 2**30, np.float64),
        (np.full(35, np.nan), np.float32),
    ],
)
def test_tiff_keeps_every_count(tmp_path, counts, stored):
    path = tmp_path / "map.tif"
    images.write_float_tiff(counts.reshape(5, 7), path, steps=STEPS)
    read = tifffile.imread(path)
    assert read.dtype == stored
    np.testing.assert_array_equal(read.reshape(-1), counts)


def test_pillow_reads_the_tiff(tmp_path):
    counts = np.arange(35, dtype=np.uint32).reshape(5, 7)
    images.write_float_tiff(counts, tmp_path / "map.tif", steps=STEPS, step_mm=(0.5, 0.5))
    with Image.open(tmp_path / "map.tif") as file:
        assert file.mode == "F"
        np.testing.assert_array_equal(np.asarray(file), counts)


def test_tiff_says_step_name_and_steps(tmp_path):
    path = tmp_path / "map.tif"
    images.write_float_tiff(
        np.zeros((5, 7), np.uint16), path, steps=STEPS, step_mm=(0.5, 0.25), name="Fe Kα"
    )
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        assert tags["XResolution"].value == (40, 1)
        assert tags["YResolution"].value == (20, 1)
        assert tags["ResolutionUnit"].value == 3
        description = json.loads(tags["ImageDescription"].value)
        assert tags["Software"].value.startswith("Velatura ")
    assert (description["name"], description["units"]) == ("Fe Kα", "counts")
    assert description["step_mm"] == [0.5, 0.25]
    assert images.read_tiff_steps(path) == STEPS


def test_tiff_without_step_claims_no_scale(tmp_path):
    images.write_float_tiff(np.zeros((5, 7)), tmp_path / "map.tif", steps=())
    with tifffile.TiffFile(tmp_path / "map.tif") as file:
        assert file.pages.first.tags["ResolutionUnit"].value == 1


def test_tiff_of_others_has_no_steps(tmp_path):
    tifffile.imwrite(tmp_path / "other.tif", np.zeros((2, 3)), description="a map")
    assert images.read_tiff_steps(tmp_path / "other.tif") == ()
