import os
import pickle
import zipfile

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io import formats, numpy_files
from app.io.formats import OpenOptions
from app.io.lazy import RawCounts, TransposedCounts
from app.io.npz_counts import NpzCounts

ROWS, COLS, CHANNELS = 5, 7, 64


class Booby:
    """Runs a command when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (os.mkdir, (str(self.trace),))


@pytest.fixture
def truth():
    return np.random.default_rng(5).integers(0, 900, (ROWS, COLS, CHANNELS), dtype=np.uint16)


def saved(path, array):
    np.save(path, array)
    return path


def archived(path, *, compressed=True, **arrays):
    (np.savez_compressed if compressed else np.savez)(path, **arrays)
    return path


def refused(path, kind=ReadError, options=None):
    """What opening (and, without options, also peeking) says."""
    if options is None:
        with pytest.raises(kind) as caught:
            formats.peek(path)
    with pytest.raises(kind) as caught:
        formats.open_cube(path, options)
    assert caught.value.path == path
    return caught.value


def test_npy_is_read_from_the_file(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", truth)
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.shape, dataset.stored_shape) == ("", truth.shape, truth.shape)
    assert (dataset.dtype, dataset.bytes, dataset.notes) == ("uint16", 4480, ())
    assert dataset.axis is None
    assert dataset.default_axis is None
    cube = formats.open_cube(path)
    assert isinstance(cube.counts, RawCounts)
    assert (cube.name, cube.format, cube.axis) == ("scan", "NumPy array", None)
    np.testing.assert_array_equal(cube.counts[:], truth)


def test_given_axis_is_taken_and_called_given(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", truth)
    axis = formats.open_cube(path, OpenOptions(axis=EnergyAxis(0.1, 0.02))).axis
    assert (axis, axis.source) == (EnergyAxis(0.1, 0.02), "given")


def test_big_endian_counts_come_out_in_the_order_of_the_machine(tmp_path, truth):
    counts = formats.open_cube(saved(tmp_path / "scan.npy", truth.astype(">u2"))).counts
    assert counts.dtype == np.dtype("=u2")
    np.testing.assert_array_equal(counts[2], truth[2])


def test_npy_in_fortran_order_is_read_transposed(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", np.asfortranarray(truth))
    assert formats.peek(path).best.notes == (
        "Its order in the file (Fortran) makes reading slower.",
    )
    counts = formats.open_cube(path).counts
    assert isinstance(counts, TransposedCounts)
    np.testing.assert_array_equal(counts[:], truth)
    np.testing.assert_array_equal(counts[1:4, 2, 5:9], truth[1:4, 2, 5:9])


@pytest.mark.parametrize("fortran", [False, True])
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_channels_in_front_are_noticed_and_said(tmp_path, truth, fortran, suffix):
    stored = np.moveaxis(truth, 2, 0)
    stored = np.asfortranarray(stored) if fortran else np.ascontiguousarray(stored)
    path = tmp_path / f"scan{suffix}"
    if suffix == ".npy":
        saved(path, stored)
    else:
        archived(path, cube=stored)
    dataset = formats.peek(path).best
    assert (dataset.shape, dataset.stored_shape) == (truth.shape, (CHANNELS, ROWS, COLS))
    assert "first axis is taken for the energy" in dataset.notes[0]
    np.testing.assert_array_equal(formats.open_cube(path).counts[:], truth)


def test_tall_scan_with_a_usual_number_of_channels_keeps_its_last_axis(tmp_path):
    path = saved(tmp_path / "scan.npy", np.zeros((1000, 3, 256), np.uint8))
    assert formats.peek(path).best.shape == (1000, 3, 256)


@pytest.mark.parametrize("options", [{"rows": 5, "cols": 7}, {"rows": 5}, {"cols": 7}])
def test_list_of_pixels_folds_into_a_picture(tmp_path, truth, options):
    path = saved(tmp_path / "list.npy", truth.reshape(35, CHANNELS))
    dataset = formats.peek(path).best
    assert dataset.shape is None
    assert dataset.notes == ("A list of 35 pixels: give rows and columns, as 5 × 7 or 1 × 35.",)
    cube = formats.open_cube(path, OpenOptions(**options))
    np.testing.assert_array_equal(cube.counts[:], truth)


def test_list_of_pixels_in_fortran_order_folds_too(tmp_path, truth):
    path = saved(tmp_path / "list.npy", np.asfortranarray(truth.reshape(35, CHANNELS)))
    cube = formats.open_cube(path, OpenOptions(rows=5, cols=7))
    np.testing.assert_array_equal(cube.counts[:], truth)


def test_list_of_pixels_asks_for_its_size_and_names_fitting_ones(tmp_path):
    path = saved(tmp_path / "list.npy", np.zeros((200, 64), np.uint16))
    error = refused(path, ParameterError, OpenOptions())
    assert error.title == "The size of the picture is needed."
    assert "list of 200 pixels; neither rows nor columns" in error.message
    assert "10 × 20 or 8 × 25 or 5 × 40" in error.hint


@pytest.mark.parametrize(
    ("rows", "cols", "said"),
    [(3, 7, "3 rows × 7 columns"), (4, None, "4 rows × ? columns"), (0, 7, "? rows × 7 columns")],
)
def test_size_that_does_not_fit_is_refused(tmp_path, truth, rows, cols, said):
    path = saved(tmp_path / "list.npy", truth.reshape(35, CHANNELS))
    error = refused(path, ParameterError, OpenOptions(rows=rows, cols=cols))
    assert f"list of 35 pixels; {said} do not give that" in error.message
    assert "5 × 7" in error.hint


def test_detectors_in_a_list_of_pixels_are_summed_or_chosen(tmp_path, truth):
    second = truth + np.uint16(65000 - 900)
    stored = np.stack([truth.reshape(35, CHANNELS), second.reshape(35, CHANNELS)], axis=1)
    path = saved(tmp_path / "list.npy", stored)
    assert "35 pixels from 2 detectors" in formats.peek(path).best.notes[0]
    summed = formats.open_cube(path, OpenOptions(rows=5, cols=7))
    assert summed.counts.dtype == np.uint32
    assert (summed.acquisition.detectors, summed.acquisition.detector) == (("0", "1"), "sum")
    np.testing.assert_array_equal(summed.counts[1:3], truth[1:3] + second[1:3].astype(np.uint32))
    one = formats.open_cube(path, OpenOptions(rows=5, cols=7, detector="1"))
    assert one.acquisition.detector == "1"
    np.testing.assert_array_equal(one.counts[:, 2], second[:, 2])
    with pytest.raises(ParameterError, match=r"no detector “2”; there are: 0, 1"):
        formats.open_cube(path, OpenOptions(rows=5, cols=7, detector="2"))


def test_npz_with_axis_is_unpacked_on_demand(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", cube=truth, kev_offset=-0.0155, kev_slope=0.029221)
    dataset = formats.peek(path).best
    assert (dataset.name, dataset.shape, dataset.dtype) == ("cube", truth.shape, "uint16")
    assert dataset.axis == EnergyAxis(-0.0155, 0.029221)
    assert dataset.axis.source == "file: kev_offset, kev_slope"
    cube = formats.open_cube(path)
    assert isinstance(cube.counts, NpzCounts)
    assert (cube.name, cube.format, cube.axis) == ("scan", "NumPy archive", dataset.axis)
    np.testing.assert_array_equal(cube.counts[:], truth)


def test_stored_member_is_read_by_position(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", compressed=False, first=np.arange(9), cube=truth)
    counts = formats.open_cube(path).counts
    assert isinstance(counts, RawCounts)
    np.testing.assert_array_equal(counts[2:4, 1], truth[2:4, 1])


@pytest.mark.parametrize("compressed", [False, True])
def test_member_in_fortran_order_is_read_right(tmp_path, truth, compressed):
    path = archived(tmp_path / "scan.npz", compressed=compressed, cube=np.asfortranarray(truth))
    notes = formats.peek(path).best.notes
    assert (notes == ("Its order in the file needs all of it in memory.",)) == compressed
    counts = formats.open_cube(path).counts
    np.testing.assert_array_equal(counts[:], truth)


def test_img_without_axis_gets_the_usual_one_suggested_only(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", img=truth)
    dataset = formats.peek(path).best
    assert dataset.axis is None
    energies = dataset.default_axis.energies_kev(CHANNELS)
    assert (energies[0], round(energies[-1], 9)) == (0.5, 38.5)
    assert dataset.default_axis.source.startswith("assumed: 0.5–38.5 keV")
    assert "carries no energy axis" in dataset.notes[0]
    assert formats.open_cube(path).axis is None


def test_two_cubes_are_both_listed_and_chosen_by_name(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", other=truth[:, :6], cube=truth[:2], note=np.arange(3))
    names = [dataset.name for dataset in formats.peek(path).datasets]
    assert names == ["cube", "other"]
    cube = formats.open_cube(path, OpenOptions(dataset="other"))
    np.testing.assert_array_equal(cube.counts[:], truth[:, :6])
    error = refused(path, options=OpenOptions(dataset="third"))
    assert "no cube named “third” in it; there are: cube, other" in error.message


def test_calibration_without_sense_is_left_aside_with_a_note(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", cube=truth, kev_offset=0.0, kev_slope=0.0)
    dataset = formats.peek(path).best
    assert dataset.axis is None
    assert "calibration in the file was left aside" in dataset.notes[0]


def test_one_pixel_is_a_cube(tmp_path):
    path = saved(tmp_path / "spot.npy", np.arange(64, dtype=np.uint16).reshape(1, 1, 64))
    assert formats.open_cube(path).spectrum(0, 0).sum() == 2016


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((5, 7, 1), np.uint16), "it has 1 channel, a spectrum needs at least 2"),
        (np.zeros((5, 0, 64), np.uint16), "it is empty"),
        (np.zeros((5, 7, 64), bool), "its type is bool, not numbers"),
        (np.zeros((5, 7, 64), complex), "its type is complex128, not numbers"),
        (np.zeros((5, 7, 64), "S3"), "not numbers"),
        (np.zeros((5, 7, 64), [("x", "u2")]), "its type is a record, not numbers"),
        (np.zeros(64, np.uint16), "it has not three dimensions"),
        (np.zeros((2, 2, 2, 2, 2), np.uint16), "it has not three dimensions"),
    ],
    ids=["one channel", "empty", "bool", "complex", "text", "record", "1-D", "5-D"],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_array_that_is_no_cube_is_refused(tmp_path, array, said, suffix):
    path = tmp_path / f"scan{suffix}"
    if suffix == ".npy":
        saved(path, array)
    else:
        archived(path, cube=array)
    error = refused(path)
    assert error.title == "Cannot open this cube."
    assert "it holds no spectral cube" in error.message
    assert said in error.message


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_pickled_objects_are_refused_and_never_run(tmp_path, suffix):
    trace = tmp_path / "ran"
    objects = np.empty((1, 1, 2), object)
    objects[:] = Booby(trace)
    path = tmp_path / f"scan{suffix}"
    if suffix == ".npy":
        np.save(path, objects, allow_pickle=True)
    else:
        np.savez(path, cube=objects)
    error = refused(path)
    assert "Python objects, which are never loaded" in error.message
    assert not trace.exists()


def test_bare_pickle_named_npy_is_refused_and_never_run(tmp_path):
    trace = tmp_path / "ran"
    path = tmp_path / "scan.npy"
    path.write_bytes(pickle.dumps(Booby(trace)))
    assert "no format that Velatura knows" in refused(path).message
    assert not trace.exists()


def test_truncated_npy_names_both_sizes(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", truth)
    os.truncate(path, 1000)
    error = refused(path)
    assert error.title == "Cannot read the counts."
    assert "1,000 bytes found, at least 4,608 expected" in error.message


def test_npy_cut_in_its_header_is_refused(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", truth)
    os.truncate(path, 40)
    error = refused(path)
    assert "begins as a NumPy array but its header cannot be read" in error.message


def test_npy_with_a_program_for_a_header_is_refused(tmp_path):
    header = b"__import__('os').mkdir('ran')".ljust(117) + b"\n"
    path = tmp_path / "scan.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    assert "its header cannot be read" in refused(path).message
    assert not os.path.exists("ran")


def test_npy_with_an_endless_header_is_refused(tmp_path):
    header = b"{'descr': '<u2', 'fortran_order': False, 'shape': ((5, 7, 64), }".ljust(117) + b"\n"
    path = tmp_path / "scan.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    assert "its header cannot be read" in refused(path).message


def test_member_shorter_than_its_header_says_is_refused(tmp_path, truth):
    plain = saved(tmp_path / "cube.npy", truth)
    path = tmp_path / "scan.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cube.npy", plain.read_bytes()[:1000])
    assert "it is cut short, 1,000 of 4,608 bytes" in refused(path).message


def test_negative_length_is_refused(tmp_path):
    header = b"{'descr': '<u2', 'fortran_order': False, 'shape': (5, -7, 64)}".ljust(117) + b"\n"
    path = tmp_path / "scan.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    assert "it is empty" in refused(path).message


def test_truncated_npz_is_refused(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", cube=truth)
    os.truncate(path, 3000)
    error = refused(path)
    assert error.title == "Cannot open this cube."
    assert "it begins as a zip of arrays but is not complete or damaged" in error.message


def test_npz_without_arrays_is_refused(tmp_path):
    path = tmp_path / "scan.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert "it holds no spectral cube" in refused(path).message
    assert "Found: nothing." in refused(path).message
    path.write_bytes(archive_without_members())
    assert "Found: nothing." in refused(path).message


def archive_without_members():
    return b"PK\x05\x06" + bytes(18)


def test_npz_with_a_broken_header_says_which(tmp_path):
    path = tmp_path / "scan.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cube.npy", b"not an array")
    assert "cube: its header cannot be read" in refused(path).message


def test_other_zip_is_not_taken_for_an_archive(tmp_path):
    path = tmp_path / "letter.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert not numpy_files.sniff_npz(path)
    assert not numpy_files.sniff_npz(tmp_path)
    assert not numpy_files.sniff_npy(tmp_path / "absent.npy")


def test_member_packed_otherwise_is_loaded_with_a_note(tmp_path, truth):
    plain = saved(tmp_path / "cube.npy", truth)
    path = tmp_path / "scan.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.write(plain, "cube.npy")
    assert formats.peek(path).best.notes == ("Its order in the file needs all of it in memory.",)
    np.testing.assert_array_equal(formats.open_cube(path).counts[:], truth)


def test_unknown_detector_of_a_plain_cube_is_refused(tmp_path, truth):
    path = saved(tmp_path / "scan.npy", truth)
    error = refused(path, ParameterError, OpenOptions(detector="b"))
    assert "no detector “b”; there are: only one, unnamed" in error.message
    assert formats.open_cube(path, OpenOptions(detector="0")).channels == CHANNELS


def test_real_painting_opens_with_its_axis(shared_data):
    cube = formats.open_cube(shared_data("painted_hands/detector_10264.npz"))
    assert cube.counts.shape == (60, 120, 1024)
    assert cube.axis == EnergyAxis(-0.0155, 0.029221)
    total = sum(int(block.sum()) for _, block in cube.blocks(2**21))
    assert total == 193_075_411


def test_real_logo_holds_all_its_photons(shared_data):
    cube = formats.open_cube(shared_data("labec_logo/cube.npz"))
    assert cube.counts.shape == (61, 52, 4096)
    assert cube.axis is None
    assert sum(int(block.sum()) for _, block in cube.blocks(2**21)) == 175_360


def test_real_rock_folds_into_two_detectors(shared_data):
    path = shared_data("rock_two_detectors/ts2_01_sub_export_data.npy")
    dataset = formats.peek(path).best
    assert dataset.shape == (200, 2, 4096)
    assert "200 pixels from 2 detectors" in dataset.notes[0]
    cube = formats.open_cube(path, OpenOptions(rows=10, cols=20))
    assert cube.counts.shape == (10, 20, 4096)
    assert cube.counts[:].sum() == 1_777_000
    parts = [formats.open_cube(path, OpenOptions(rows=10, cols=20, detector=d)) for d in "01"]
    np.testing.assert_array_equal(parts[0].spectrum(3, 4), np.load(path)[64, 0])
    assert sum(int(part.counts[:].sum()) for part in parts) == 1_777_000


def test_an_array_behind_a_password_is_told(tmp_path, truth):
    path = archived(tmp_path / "scan.npz", cube=truth)
    content = bytearray(path.read_bytes())
    # the flag of the member in the zip directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "cube: it is protected by a password" in refused(path).message
