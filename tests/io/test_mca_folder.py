"""Folders of one `.mca` file per pixel: layout, detectors, and folders with something wrong."""

import tarfile

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io.formats import OpenOptions
from app.io.mca_folder import FORMAT

ROWS, COLS, CHANNELS = 5, 7, 64


def counts_of(seed=0, shape=(ROWS, COLS, CHANNELS)):
    return np.random.default_rng(seed).integers(0, 2000, shape).astype(np.uint32)


def spectrum_text(counts, points=("100 2.1", "300 6.1"), real_time="3.004"):
    lines = ["<<PMCA SPECTRUM>>", "LIVE_TIME - 0", f"REAL_TIME - {real_time}"]
    lines += ["<<CALIBRATION>>", "LABEL - Channel", *points, "<<DATA>>"]
    return "\r\n".join([*lines, *map(str, counts), "<<END>>"])


def store(folder, counts=None, prefix="None_", first=1, **texts):
    folder.mkdir(parents=True, exist_ok=True)
    counts = counts_of() if counts is None else counts
    for number, spectrum in enumerate(counts.reshape(-1, counts.shape[-1]), first):
        (folder / f"{prefix}{number}.mca").write_text(spectrum_text(spectrum, **texts))
    return folder


def store_size(folder, rows=ROWS, cols=COLS, dwell="3,000000"):
    text = f"righe  {rows}\r\ncolonne {cols}\r\ndwell-time {dwell}\r\n"
    (folder / "colonneXrighe.txt").write_text(text)


def refusal(path, error=ReadError, options=None):
    if error is ReadError and options is None:
        with pytest.raises(ReadError):
            FORMAT.peek(path)
    with pytest.raises(error) as caught:
        FORMAT.open(path, options or OpenOptions())
    assert caught.value.hint
    return caught.value.message


def test_size_file_in_the_parent_gives_the_picture(tmp_path):
    store_size(tmp_path)
    folder = store(tmp_path / "10264")
    for path in (tmp_path, folder):
        assert FORMAT.sniff(path)
        dataset = FORMAT.peek(path).best
        assert dataset.shape == dataset.stored_shape == (ROWS, COLS, CHANNELS)
        assert (dataset.dtype, dataset.bytes) == ("uint32", ROWS * COLS * CHANNELS * 4)
        assert dataset.detectors == ("10264",)
        assert dataset.notes == ()
        cube = FORMAT.open(path, OpenOptions())
        np.testing.assert_array_equal(cube.counts[:], counts_of())
        assert cube.name == path.name
        assert cube.axis.source == "file: 2 calibration points"
        assert cube.acquisition.dwell_s == 3.0
        assert cube.acquisition.live_time_s is None


@pytest.mark.parametrize(
    "key",
    [np.s_[2], np.s_[-1], np.s_[1:3], np.s_[2, 3], np.s_[-2, 1:4, 10:20], np.s_[:, :, 5]],
    ids=str,
)
def test_parts_are_read_as_of_an_array(tmp_path, key):
    store_size(tmp_path)
    cube = FORMAT.open(store(tmp_path / "a"), OpenOptions())
    np.testing.assert_array_equal(cube.counts[key], counts_of()[key])


@pytest.mark.parametrize(("prefix", "first"), [("", 1), ("scan 2_", 0), ("PX-0", 1)])
def test_any_prefix_and_numbers_from_0_or_1_are_understood(tmp_path, prefix, first):
    folder = store(tmp_path / "scan", prefix=prefix, first=first)
    store_size(folder)
    cube = FORMAT.open(folder, OpenOptions())
    np.testing.assert_array_equal(cube.counts[:], counts_of())


def test_single_points_and_strangers_are_told_and_left_out(tmp_path):
    folder = store(tmp_path / "scan")
    store_size(folder)
    store(folder, counts_of(1, (1, 4, CHANNELS)), prefix="SPOT_")
    store(folder, counts_of(1, (1, 2, CHANNELS)), first=36)
    (folder / "sum.mca").write_text("")
    (folder / "._None_1.mca").write_text("")
    notes = FORMAT.peek(folder).best.notes
    assert notes == (
        "Single points (SPOT_n.mca, 4 found) are not part of the map.",
        ".mca files with other names (1 found) are not part of the map.",
        "Files numbered 36 and more (2 found in scan) lie beyond 5 rows × 7 columns and are not "
        "used.",
    )
    cube = FORMAT.open(folder, OpenOptions())
    np.testing.assert_array_equal(cube.counts[:], counts_of())


def test_several_detectors_are_summed_and_each_can_be_chosen(tmp_path):
    store_size(tmp_path)
    store(tmp_path / "10264")
    store(tmp_path / "19511", counts_of(1), points=("100 2.0", "300 6.0"))
    (tmp_path / "reports").mkdir()
    dataset = FORMAT.peek(tmp_path).best
    assert dataset.detectors == ("10264", "19511")
    assert dataset.notes == (
        "The folders inside are taken as detectors of one scan: 10264, 19511.",
        "The detectors' energy axes lie up to 100 eV apart; their sum uses that of 10264.",
    )
    total = FORMAT.open(tmp_path, OpenOptions())
    np.testing.assert_array_equal(total.counts[:], counts_of() + counts_of(1))
    assert total.counts.dtype == np.dtype(dataset.dtype)
    assert total.acquisition.detector == "sum"
    for wanted in ("19511", "1"):
        one = FORMAT.open(tmp_path, OpenOptions(detector=wanted))
        np.testing.assert_array_equal(one.counts[:], counts_of(1))
        assert one.acquisition.detector == "19511"
        assert one.axis.offset_kev == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(ParameterError, match="no detector “7”; there are: 10264, 19511"):
        FORMAT.open(tmp_path, OpenOptions(detector="7"))


def test_files_are_the_size_file_and_the_pixels_in_order(tmp_path):
    store_size(tmp_path)
    folder = store(tmp_path / "10264")
    names = [path.name for path in FORMAT.files(folder)]
    assert names == ["colonneXrighe.txt", *(f"None_{number}.mca" for number in range(1, 36))]


def test_unknown_size_is_asked_with_sizes_that_fit(tmp_path):
    folder = store(tmp_path / "scan")
    dataset = FORMAT.peek(folder).best
    assert dataset.shape is None
    assert dataset.stored_shape == (35, CHANNELS)
    assert "35 spectra could be 5 × 7 or 1 × 35 pixels" in dataset.notes[0]
    assert "a list of 35 pixels" in refusal(folder, ParameterError)
    cube = FORMAT.open(folder, OpenOptions(rows=5))
    np.testing.assert_array_equal(cube.counts[:], counts_of())
    assert cube.acquisition.dwell_s == 3.004
    assert "4 rows × ? columns" in refusal(folder, ParameterError, OpenOptions(rows=4))
    assert "9 rows × 9 columns" in refusal(folder, ParameterError, OpenOptions(rows=9, cols=9))
    assert "-5 rows × -7 columns" in refusal(folder, ParameterError, OpenOptions(rows=-5, cols=-7))


@pytest.mark.parametrize("text", ["", "righe viele\ncolonne 7", "righe 5", "righe 0\ncolonne 7"])
def test_unreadable_size_file_is_told_and_the_size_asked(tmp_path, text):
    folder = store(tmp_path / "scan")
    (tmp_path / "COLONNExRIGHE.TXT").write_text(text)
    dataset = FORMAT.peek(folder).best
    assert dataset.shape is None
    assert dataset.notes[0].lower().startswith("colonnexrighe.txt cannot be read: it should give")
    assert "a list of 35 pixels" in refusal(folder, ParameterError)
    assert FORMAT.open(folder, OpenOptions(rows=5, cols=7)).rows == 5


def test_single_pixel_needs_no_size(tmp_path):
    folder = store(tmp_path / "scan", counts_of(0, (1, 1, CHANNELS)), real_time="0")
    assert FORMAT.peek(folder).best.shape == (1, 1, CHANNELS)
    cube = FORMAT.open(folder, OpenOptions())
    np.testing.assert_array_equal(cube.spectrum(0, 0), counts_of(0, (1, 1, CHANNELS))[0, 0])
    assert cube.acquisition.dwell_s is None


def test_given_axis_replaces_the_points(tmp_path):
    store_size(tmp_path)
    axis = EnergyAxis(-0.0155, 0.029221)
    cube = FORMAT.open(store(tmp_path / "a"), OpenOptions(axis=axis))
    assert (cube.axis, cube.axis.source) == (axis, "given")


# folders with something wrong


def test_missing_pixels_are_counted_and_named(tmp_path):
    folder = store(tmp_path / "scan")
    store_size(folder)
    for number in (17, 18, 20, 30, 31, 33, 35):
        (folder / f"None_{number}.mca").unlink()
    message = refusal(folder)
    assert "scan: 7 of 35 pixel files (5 rows × 7 columns) are missing" in message
    assert "numbers 17, 18, 20, 30, 31, …" in message
    with pytest.raises(ReadError) as caught:
        FORMAT.peek(folder)
    assert "first 2 rows are complete; give 2 rows and 7 columns" in caught.value.hint
    cube = FORMAT.open(folder, OpenOptions(rows=2, cols=7))
    np.testing.assert_array_equal(cube.counts[:], counts_of()[:2])


def test_missing_pixel_is_named_without_a_size_too(tmp_path):
    folder = store(tmp_path / "scan")
    (folder / "None_4.mca").unlink()
    with pytest.raises(ReadError, match=r"1 of 35 pixel files .* are missing, numbers 4\."):
        FORMAT.peek(folder)


def test_absurd_numbers_do_not_hang(tmp_path):
    folder = store(tmp_path / "scan")
    (folder / "None_999999999.mca").write_text("")
    with pytest.raises(ReadError, match="999,999,963 of 999,999,999 pixel files"):
        FORMAT.peek(folder)


def test_folder_without_pixels_is_no_scan(tmp_path):
    (tmp_path / "photo.png").write_text("")
    (tmp_path / "inside").mkdir()
    assert not FORMAT.sniff(tmp_path)
    assert not FORMAT.sniff(tmp_path / "photo.png")
    assert "no numbered .mca files found" in refusal(tmp_path)


def test_folder_of_single_points_is_no_map(tmp_path):
    folder = store(tmp_path / "scan", prefix="SPOT_")
    assert "single points (SPOT_1.mca, …) make no map" in refusal(folder)


def test_spectrum_of_another_length_is_named(tmp_path):
    folder = store(tmp_path / "scan")
    store_size(folder)
    (folder / "None_9.mca").write_text(spectrum_text([1, 2, 3]))
    cube = FORMAT.open(folder, OpenOptions())
    np.testing.assert_array_equal(cube.counts[0], counts_of()[0])
    with pytest.raises(ReadError, match=r"None_9\.mca: 3 channels found; the other .* have 64"):
        cube.counts[1:3]


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "<<DATA>> with the counts is missing"), ("<<DATA>>\n1\n2", "cut short: 2 counts")],
)
def test_damaged_pixel_is_named_when_it_is_read(tmp_path, content, told):
    folder = store(tmp_path / "scan")
    store_size(folder)
    (folder / "None_35.mca").write_text(content)
    cube = FORMAT.open(folder, OpenOptions())
    with pytest.raises(ReadError, match=rf"None_35\.mca: .*{told}"):
        cube.spectrum(4, 6)


def test_pixel_that_vanished_is_named_when_it_is_read(tmp_path):
    folder = store(tmp_path / "scan")
    store_size(folder)
    cube = FORMAT.open(folder, OpenOptions())
    (folder / "None_1.mca").unlink()
    with pytest.raises(ReadError, match=r"None_1\.mca: No such file"):
        cube.spectrum(0, 0)


def test_two_series_of_one_length_are_refused(tmp_path):
    folder = store(tmp_path / "scan")
    store(folder, prefix="B_")
    assert "two series of 35 files each, b_… and none_…" in refusal(folder)


def test_two_files_of_one_number_are_refused(tmp_path):
    folder = store(tmp_path / "scan")
    (folder / "None_01.mca").write_text("")
    assert "None_01.mca and None_1.mca have the same number" in refusal(folder)


def test_detectors_of_different_channels_are_refused(tmp_path):
    store_size(tmp_path)
    store(tmp_path / "a")
    store(tmp_path / "b", counts_of(0, (ROWS, COLS, 32)))
    assert "detector a has 64 channels, b has 32" in refusal(tmp_path)


def test_scans_of_different_sizes_are_not_taken_for_detectors(tmp_path):
    store_size(store(tmp_path / "a"))
    store_size(store(tmp_path / "b"), rows=7, cols=5)
    assert "(a, b) hold scans of different sizes" in refusal(tmp_path)


# a real scan


@pytest.mark.slow
def test_real_scan_has_the_counts_of_the_same_scan_as_an_array(shared_data, tmp_path):
    archive = shared_data("painted_hands/mca_folder_detector_10264.tar.gz")
    with np.load(shared_data("painted_hands/detector_10264.npz")) as arrays:
        truth = arrays["cube"]
    with tarfile.open(archive) as stream:
        stream.extractall(tmp_path, filter="data")
    cube = FORMAT.open(next(tmp_path.rglob("colonneXrighe.txt")).parent, OpenOptions())
    np.testing.assert_array_equal(cube.counts[:], truth)
    assert cube.acquisition.dwell_s == 3.0
    assert cube.axis.source == "file: 5 calibration points, ±82 eV"
    # the axis is the file's own, 73 eV too low at Pb Lα, and stays so
    pb_la = (10.5515 + 0.0155) / 0.029221
    assert cube.axis.energy_kev(pb_la) == pytest.approx(10.5515 - 0.0733, abs=1e-4)


def test_one_side_of_the_picture_is_enough_for_another_layout(tmp_path):
    store_size(store(tmp_path / "scan"))
    cube = FORMAT.open(tmp_path / "scan", OpenOptions(rows=COLS))
    assert cube.counts.shape == (COLS, ROWS, CHANNELS)
    np.testing.assert_array_equal(cube.counts[:], counts_of().reshape(COLS, ROWS, CHANNELS))


def test_notes_say_which_detector_they_are_about(tmp_path):
    store_size(tmp_path)
    store(tmp_path / "a")
    store(tmp_path / "b", points=("channel energy",))
    notes = FORMAT.peek(tmp_path).best.notes
    assert "The calibration line 'channel energy' cannot be read; not used in b." in notes
    assert "Not all detectors have an energy axis; their sum uses that of the first." in notes


def test_detectors_without_any_axis_need_no_note_on_it(tmp_path):
    store_size(tmp_path)
    for name in "ab":
        store(tmp_path / name, points=())
    dataset = FORMAT.peek(tmp_path).best
    assert dataset.axis is None
    assert not [note for note in dataset.notes if "axis" in note]
