"""Reading pictures."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from app.errors import ReadError
from app.io.pictures import is_picture, picture_size, read_picture

COLOURS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 10


def saved(path, values, mode=None):
    Image.fromarray(values, mode).save(path) if mode else Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_colours_are_read_as_they_are(tmp_path, suffix):
    picture = read_picture(saved(tmp_path / f"a{suffix}", COLOURS))
    np.testing.assert_array_equal(picture.srgb, COLOURS)
    assert picture.notes == ()


def test_grey_becomes_three_equal_values(tmp_path):
    picture = read_picture(saved(tmp_path / "grey.png", COLOURS[..., 0].copy()))
    assert picture.srgb.shape == (2, 3, 3)
    assert (picture.srgb == COLOURS[..., :1]).all()


def test_transparency_shows_white(tmp_path):
    values = np.zeros((1, 2, 4), np.uint8)
    values[0, 1, 3] = 255
    picture = read_picture(saved(tmp_path / "a.png", values))
    assert picture.srgb.tolist() == [[[255, 255, 255], [0, 0, 0]]]
    assert "transparent" in picture.notes[0]


def test_sixteen_bits_of_grey_become_eight(tmp_path):
    values = np.array([[0, 257, 65535]], np.uint16)
    picture = read_picture(saved(tmp_path / "a.png", values))
    assert picture.srgb[0, :, 0].tolist() == [0, 1, 255]
    assert "16 bits" in picture.notes[0]


def test_sixteen_bits_of_colour_become_eight(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, COLOURS.astype(np.uint16) * 257, photometric="rgb")
    np.testing.assert_array_equal(read_picture(path).srgb, COLOURS)


def test_a_camera_s_turn_is_undone(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    Image.fromarray(COLOURS).save(tmp_path / "a.png", exif=exif)
    picture = read_picture(tmp_path / "a.png")
    assert picture.srgb.shape == (3, 2, 3)
    np.testing.assert_array_equal(picture.srgb, np.rot90(COLOURS, -1))
    assert "upright" in picture.notes[0]


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n broken"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_what_is_no_picture_is_named(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(ReadError, match="broken") as raised:
        read_picture(path)
    assert raised.value.title == "Cannot open this picture."


def test_half_a_picture_is_refused(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (80, 90, 3)).astype(np.uint8)
    path = saved(tmp_path / "half.png", noise)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(ReadError, match=r"half\.png"):
        read_picture(path)


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        read_picture(tmp_path / "none.png")


def test_a_folder_is_named_as_such(tmp_path):
    with pytest.raises(ReadError, match="it is a folder") as caught:
        read_picture(tmp_path)
    assert caught.value.hint == "Choose one of the pictures in it."


def test_a_picture_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("app.io.pictures.LARGEST_PIXELS", 5)
    with pytest.raises(ReadError, match="3 × 2 pixels"):
        read_picture(saved(tmp_path / "a.png", COLOURS))


def test_pictures_are_known_by_their_names(tmp_path):
    assert is_picture(tmp_path / "A.JPG")
    assert not is_picture(tmp_path / "a.h5")


def test_the_size_is_that_of_the_upright_picture(tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (30, 20)).save(path, exif=exif)
    assert picture_size(path) == read_picture(path).srgb.shape[:2] == (30, 20)


def test_the_size_of_what_only_the_other_reader_knows(tmp_path):
    path = tmp_path / "deep.tif"
    tifffile.imwrite(path, np.zeros((5, 7, 3), np.uint16), photometric="rgb")
    assert picture_size(path) == (5, 7)
    (tmp_path / "none.png").write_bytes(b"nothing")
    with pytest.raises(ReadError, match="no picture"):
        picture_size(tmp_path / "none.png")
