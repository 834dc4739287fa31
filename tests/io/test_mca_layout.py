"""Which files of a folder are the pixels."""

import pytest

from app.errors import ReadError
from app.io import mca_layout


def fill(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


def series(prefix, first, stop):
    return [f"{prefix}{number}.mca" for number in range(first, stop)]


def test_pixels_are_in_the_order_of_their_numbers(tmp_path):
    fill(tmp_path, *series("None_", 1, 13), "SPOT_1.mca", "notes.txt", "start.mca")
    (detector,) = mca_layout.find_detectors(tmp_path)
    assert (detector.first, detector.pixels, detector.spots, detector.others) == (1, 12, 1, 1)
    names = [path.name for path in mca_layout.in_order(detector, 3, 4)]
    assert names == series("None_", 1, 13), "10 comes after 9, not after 1"


def test_numbers_may_begin_at_0(tmp_path):
    fill(tmp_path, *series("p", 0, 6))
    (detector,) = mca_layout.find_detectors(tmp_path)
    assert (detector.first, detector.pixels) == (0, 6)
    assert mca_layout.in_order(detector, 2, 3)[0].name == "p0.mca"


def test_folders_inside_are_detectors_by_name(tmp_path):
    for name in ("19511", "10264"):
        fill(tmp_path / name, *series("None_", 1, 5))
    fill(tmp_path / ".hidden", *series("None_", 1, 5))
    fill(tmp_path / "report", "page.txt")
    found = mca_layout.find_detectors(tmp_path)
    assert [item.folder.name for item in found] == ["10264", "19511"]
    assert mca_layout.has_pixel_files(tmp_path)


def test_hidden_twins_of_other_systems_are_no_pixels(tmp_path):
    fill(tmp_path, *series("None_", 1, 5), *series("._None_", 1, 5))
    (detector,) = mca_layout.find_detectors(tmp_path)
    assert (detector.pixels, detector.others) == (4, 0)


def test_single_points_make_no_map(tmp_path):
    fill(tmp_path, "SPOT_1.mca", "SPOT_2.mca")
    with pytest.raises(ReadError, match="single points"):
        mca_layout.find_detectors(tmp_path)


def test_the_longer_series_is_the_map(tmp_path):
    fill(tmp_path, *series("map_", 1, 7), *series("test_", 1, 3))
    (detector,) = mca_layout.find_detectors(tmp_path)
    assert (detector.pixels, detector.others) == (6, 2)


def test_two_series_of_one_length_are_not_guessed_at(tmp_path):
    fill(tmp_path, *series("a", 1, 5), *series("b", 1, 5))
    with pytest.raises(ReadError, match="two series of 4 files each"):
        mca_layout.find_detectors(tmp_path)


def test_one_number_twice_is_refused(tmp_path):
    fill(tmp_path, "p1.mca", "p01.mca", "p2.mca")
    with pytest.raises(ReadError, match=r"p01\.mca and p1\.mca have the same number"):
        mca_layout.find_detectors(tmp_path)


def test_missing_pixels_are_counted_and_whole_rows_offered(tmp_path):
    fill(tmp_path, *series("None_", 1, 10))
    (detector,) = mca_layout.find_detectors(tmp_path)
    with pytest.raises(ReadError) as caught:
        mca_layout.in_order(detector, 4, 4)
    assert "7 of 16 pixel files" in caught.value.message
    assert "numbers 10, 11, 12, 13, 14, …" in caught.value.message
    assert "2 rows and 4 columns" in caught.value.hint
    assert len(mca_layout.in_order(detector, 2, 4)) == 8


@pytest.mark.parametrize(
    ("text", "rows", "cols", "dwell_s"),
    [
        ("righe 60\ncolonne 120\ndwell-time 3,5\n", 60, 120, 3.5),
        ("\ufeffColonne\t120\r\nRighe\t60\r\n", 60, 120, None),
        ("righe 60,5\ncolonne 120\n", None, None, None),
        ("righe 0\ncolonne 120\ndwell-time -1\n", None, None, None),
        ("", None, None, None),
    ],
)
def test_the_size_file_is_read_as_scanners_write_it(tmp_path, text, rows, cols, dwell_s):
    fill(tmp_path / "10264", "None_1.mca")
    (tmp_path / "COLONNExrighe.TXT").write_text(text, "utf-8", newline="")
    found = mca_layout.read_size(tmp_path / "10264")
    assert (found.rows, found.cols, found.dwell_s) == (rows, cols, dwell_s)
    assert bool(found.note) == (rows is None)


def test_without_a_size_file_nothing_is_claimed(tmp_path):
    fill(tmp_path / "deep" / "10264", "None_1.mca")
    assert mca_layout.read_size(tmp_path / "deep" / "10264") == mca_layout.PictureSize()
