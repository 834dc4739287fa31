import json
import os

import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.provenance import Step
from app.errors import ParameterError, ReadError
from app.io import formats, hdf5_any
from app.io.formats import OpenOptions
from app.io.lazy import Hdf5Counts
from app.io.native import write_cube

ROWS, COLS, CHANNELS = 5, 7, 64


@pytest.fixture
def truth():
    return np.random.default_rng(11).integers(0, 900, (ROWS, COLS, CHANNELS), dtype=np.uint16)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scan.h5"


def energy_first(cube):
    return np.ascontiguousarray(np.moveaxis(cube, 2, 0))


def best(path):
    return formats.peek(path).best


def assert_counts(path, expected, **options):
    counts = formats.open_cube(path, OpenOptions(**options)).counts
    assert counts.shape == expected.shape
    np.testing.assert_array_equal(counts[:], expected)


def refused(path, options=None, kind=ReadError):
    """What opening (and, without options, also peeking) says."""
    if options is None:
        with pytest.raises(kind):
            formats.peek(path)
    with pytest.raises(kind) as caught:
        formats.open_cube(path, options)
    assert caught.value.path == path
    return caught.value


# --- our own layout


def test_own_file_comes_back_whole(path, truth):
    acquisition = Acquisition(
        tube_anode="Rh",
        tube_kv=40.0,
        dwell_s=3.0,
        live_time_s=2.5,
        step_mm=(0.5, 0.25),
        detectors=("a", "b"),
        detector="a",
    )
    steps = (Step("open", {"detector": "a"}), Step("convert", {"level": 1}))
    axis = EnergyAxis(-0.1, 0.02, 1e-7, source="assumed: as last year")
    write_cube(SpectralCube(truth, axis, acquisition, steps=steps), path)
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.shape, dataset.dtype) == ("cube", truth.shape, "uint16")
    assert (dataset.axis, dataset.step_mm, dataset.notes) == (axis, (0.5, 0.25), ())
    cube = formats.open_cube(path)
    assert (cube.axis, cube.axis.source) == (axis, "assumed: as last year")
    assert cube.steps == steps
    assert (cube.name, cube.format) == ("scan", "HDF5")
    assert cube.acquisition == Acquisition(
        tube_anode="Rh", tube_kv=40.0, dwell_s=3.0, live_time_s=2.5, step_mm=(0.5, 0.25),
        detector="a",
    )  # fmt: skip
    np.testing.assert_array_equal(cube.counts[:], truth)


@pytest.mark.parametrize("name", ["img", "/cube", "entry/instrument/detector/data", None])
def test_own_cube_opens_by_each_of_its_paths(path, truth, name):
    write_cube(SpectralCube(truth), path)
    assert_counts(path, truth, dataset=name)


def test_own_file_without_axis_says_so_by_none(path, truth):
    write_cube(SpectralCube(truth), path)
    dataset = best(path)
    assert (dataset.axis, dataset.default_axis, dataset.step_mm) == (None, None, None)
    assert dataset.notes == ()


def test_broken_history_does_not_keep_a_cube_from_opening(path, truth, caplog):
    write_cube(SpectralCube(truth, acquisition=Acquisition(tube_kv=40.0)), path)
    with h5py.File(path, "a") as file:
        del file["entry/velatura/steps"]
        file["entry/velatura/steps"] = "[{]"
    cube = formats.open_cube(path)
    assert cube.steps == ()
    assert "history" in caplog.text
    np.testing.assert_array_equal(cube.counts[:], truth)


def test_acquisition_from_elsewhere_is_taken_field_by_field(path, truth):
    write_cube(SpectralCube(truth), path)
    with h5py.File(path, "a") as file:
        del file["entry/velatura/acquisition"]
        file["entry/velatura"].attrs["acquisition"] = json.dumps({"tube_kv": 50, "moon": "full"})
    assert formats.open_cube(path).acquisition == Acquisition(tube_kv=50)


# --- layouts of other programs


def test_labec_img_suggests_its_usual_axis_visibly(path, truth):
    with h5py.File(path, "w") as file:
        file.create_dataset("img", data=truth.astype(float), compression="gzip")
    dataset = best(path)
    assert (dataset.name, dataset.shape, dataset.dtype) == ("img", truth.shape, "float64")
    assert dataset.axis is None
    energies = dataset.default_axis.energies_kev(CHANNELS)
    assert (energies[0], round(energies[-1], 9)) == (0.5, 38.5)
    assert dataset.default_axis.source.startswith("assumed: 0.5–38.5 keV")
    assert dataset.notes == (
        "The file carries no energy axis; 0.5–38.5 keV is usual for such files.",
    )
    assert formats.open_cube(path).axis is None
    assert_counts(path, truth)


def test_given_axis_replaces_the_file_s(path, truth):
    write_cube(SpectralCube(truth, EnergyAxis(0, 0.01)), path)
    axis = formats.open_cube(path, OpenOptions(axis=EnergyAxis(0.1, 0.02))).axis
    assert (axis, axis.source) == (EnergyAxis(0.1, 0.02), "given")


@pytest.mark.parametrize(("unit", "scale"), [("keV", 1.0), ("eV", 1000.0)])
def test_nexus_data_gives_axis_and_steps(path, truth, unit, scale):
    with h5py.File(path, "w") as file:
        group = file.create_group("scan/fluorescence")
        group.attrs.update({"NX_class": "NXdata", "signal": "counts"})
        group.attrs["axes"] = ["y", "x", "energy"]
        group["counts"] = truth
        group["energy"] = (np.arange(CHANNELS) * 0.02 + 0.3) * scale
        group["energy"].attrs["units"] = unit
        for name, step, length in (("y", 500.0, ROWS), ("x", 250.0, COLS)):
            group[name] = np.arange(length)[::-1] * step
            group[name].attrs["units"] = b"um"
    dataset = best(path)
    assert (dataset.name, dataset.notes) == ("scan/fluorescence/counts", ())
    assert dataset.axis.offset_kev == pytest.approx(0.3)
    assert dataset.axis.gain_kev == pytest.approx(0.02)
    assert dataset.axis.source == "file: scan/fluorescence/energy"
    assert dataset.step_mm == pytest.approx((0.5, 0.25))
    assert_counts(path, truth)


def test_nexus_axes_say_that_the_energy_is_first(path, truth):
    with h5py.File(path, "w") as file:
        group = file.create_group("data")
        group.attrs.update({"NX_class": "NXdata", "signal": "counts"})
        group["counts"] = energy_first(truth)
        group["counts"].attrs["axes"] = "energy:y:x"
    dataset = best(path)
    assert (dataset.shape, dataset.stored_shape) == (truth.shape, (CHANNELS, ROWS, COLS))
    assert_counts(path, truth)


@pytest.mark.parametrize(
    ("energies", "unit", "said"),
    [
        (np.arange(CHANNELS) ** 2 + 0.5, "keV", "are not evenly spaced"),
        (np.arange(CHANNELS) * -0.1, "keV", "are not energies that rise"),
        (np.full(CHANNELS, np.nan), "keV", "are not finite numbers"),
        (np.arange(CHANNELS) * 0.1, "mm", "are in “mm”, which is not eV or keV"),
    ],
)
def test_energies_that_are_none_are_left_aside_with_a_note(path, truth, energies, unit, said):
    with h5py.File(path, "w") as file:
        file["counts"], file["energy"] = truth, energies
        file["energy"].attrs["units"] = unit
    dataset = best(path)
    assert dataset.axis is None
    assert any(said in note for note in dataset.notes)


def pymca(file, cube, detector="detector_00", calibration=(0.1, 0.02, 1e-6), first=0):
    group = file.require_group(f"stack/instrument/{detector}")
    group.attrs["NX_class"] = "NXdetector"
    group["data"] = cube
    group["data"].attrs["interpretation"] = b"spectrum"
    group["calibration"] = calibration
    group["channels"] = np.arange(first, first + cube.shape[2], dtype=np.float32)
    group["live_time"] = np.linspace(1.0, 3.0, cube.shape[0] * cube.shape[1])


def test_pymca_export_gives_calibration_and_live_time(path, truth):
    with h5py.File(path, "w") as file:
        pymca(file, truth)
    dataset = best(path)
    assert dataset.name == "stack/instrument/detector_00/data"
    assert dataset.axis == EnergyAxis(0.1, 0.02, 1e-6)
    assert dataset.axis.source == "file: stack/instrument/detector_00/calibration"
    assert formats.open_cube(path).acquisition.live_time_s == pytest.approx(2.0)
    assert_counts(path, truth)


def test_calibration_counts_from_the_first_channel_number(path, truth):
    with h5py.File(path, "w") as file:
        pymca(file, truth, calibration=(0.1, 0.02, 0.0), first=10)
    axis = best(path).axis
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((0.3, 0.02))


def test_calibration_of_channel_numbers_is_no_axis(path, truth):
    with h5py.File(path, "w") as file:
        pymca(file, truth, calibration=(0.0, 1.0, 0.0))
    assert best(path).axis is None


def test_calibration_without_sense_is_left_aside_with_a_note(path, truth):
    with h5py.File(path, "w") as file:
        pymca(file, truth, calibration=(0.0, -1.0, 0.0))
        pymca(file, truth[:2], "other", calibration=(1.0, 2.0, 3.0, 4.0))
    first, second = formats.peek(path).datasets
    assert "was left aside: Offset" in first.notes[0]
    assert "is not of the form a, b, c" in second.notes[0]


def test_pymca_detectors_are_summed_or_chosen_with_their_own_axis(path, truth):
    with h5py.File(path, "w") as file:
        pymca(file, truth, "detector_00")
        pymca(file, truth * 2, "detector_01", calibration=(0.2, 0.03, 0.0))
    (dataset,) = formats.peek(path).datasets
    assert dataset.name == "stack/instrument/detector/data"
    assert dataset.detectors == ("detector_00", "detector_01")
    assert_counts(path, truth * 3)
    assert_counts(path, truth * 2, detector="detector_01")
    assert_counts(path, truth, detector="0")
    assert formats.open_cube(path, OpenOptions(detector="1")).axis == EnergyAxis(0.2, 0.03)


@pytest.mark.parametrize(
    ("place", "energies", "calibration"),
    [
        ("MAPS/Spectra", "MAPS/Spectra/Energy", "MAPS/Spectra/Energy_Calibration"),
        ("MAPS", "MAPS/energy", "MAPS/energy_calib"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_maps_file_has_channels_first(path, truth, place, energies, calibration, listed):
    with h5py.File(path, "w") as file:
        file[f"{place}/mca_arr"] = energy_first(truth)
        if listed:
            file[energies] = np.arange(CHANNELS) * 0.0095 - 0.004
        file[calibration] = [-0.004, 0.0095, 0.0]
        file["MAPS/XRF_fits"] = np.zeros((3, ROWS, COLS))
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.shape) == (f"{place}/mca_arr", truth.shape)
    axis = dataset.axis
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((-0.004, 0.0095))
    assert axis.source == f"file: {energies if listed else calibration}"
    assert_counts(path, truth)


def test_raw_maps_detectors_are_summed_or_chosen(path, truth):
    with h5py.File(path, "w") as file:
        for number, letter in enumerate("abcd"):
            file[f"MAPS_RAW/data_{letter}"] = energy_first(truth + number).astype(np.int16)
        file["MAPS_RAW/livetime"] = np.full((4, ROWS, COLS), 0.5, np.float32)
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.shape) == ("MAPS_RAW/data", truth.shape)
    assert dataset.stored_shape == (CHANNELS, ROWS, COLS)
    assert (dataset.detectors, dataset.dtype) == (("a", "b", "c", "d"), "int32")
    assert dataset.bytes == truth.size * 4
    assert dataset.axis is None
    assert dataset.default_axis.source.startswith("assumed: 9.5 eV per channel")
    assert dataset.notes[0].startswith("The file carries no energy calibration")
    cube = formats.open_cube(path)
    assert cube.acquisition == Acquisition(
        live_time_s=0.5, detectors=("a", "b", "c", "d"), detector="sum"
    )
    assert_counts(path, truth.astype(np.int32) * 4 + 6)
    assert_counts(path, truth + 1, detector="b")
    assert_counts(path, truth + 3, detector="3")
    error = refused(path, OpenOptions(detector="e"), ParameterError)
    assert "no detector “e”; there are: a, b, c, d" in error.message


def test_larch_sum_and_detectors(path, truth):
    with h5py.File(path, "w") as file:
        for name, factor in (("mcasum", 3), ("mca1", 1), ("mca2", 2)):
            file[f"xrmmap/{name}/counts"] = truth * factor
            file[f"xrmmap/{name}/energy"] = np.arange(CHANNELS) * 0.01 * factor + 0.02
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.detectors) == ("xrmmap/mcasum/counts", ("mca1", "mca2"))
    assert dataset.dtype == "uint16"
    assert dataset.axis.gain_kev == pytest.approx(0.03)
    assert "carry no unit; taken for keV" in dataset.notes[0]
    assert_counts(path, truth * 3)
    assert_counts(path, truth * 2, detector="mca2")
    axis = formats.open_cube(path, OpenOptions(detector="mca1")).axis
    assert axis.gain_kev == pytest.approx(0.01)


def test_ten_detectors_keep_their_order(path, truth):
    with h5py.File(path, "w") as file:
        for number in range(1, 11):
            file[f"xrmmap/mca{number}/counts"] = truth + number
    dataset = best(path)
    assert (dataset.name, dataset.detectors[-1]) == ("xrmmap/mca/counts", "mca10")
    assert_counts(path, truth + 10, detector="9")


def test_pyxrf_sum_opens_without_its_positions(path, truth):
    with h5py.File(path, "w") as file:
        file["xrfmap/detsum/counts"] = truth
        file["xrfmap/positions/pos"] = np.zeros((2, ROWS, COLS))
        file["xrfmap/scalers/val"] = np.zeros((ROWS, COLS, 4))
    (dataset,) = formats.peek(path).datasets
    assert dataset.name == "xrfmap/detsum/counts"
    assert_counts(path, truth)


@pytest.mark.parametrize("axis", [0, 2])
def test_detectors_on_a_fourth_axis(path, truth, axis):
    with h5py.File(path, "w") as file:
        file["data"] = np.stack([truth, truth + 1, truth + 2], axis=axis)
    dataset = best(path)
    assert (dataset.shape, dataset.detectors) == (truth.shape, ("0", "1", "2"))
    assert_counts(path, truth.astype(np.uint32) * 3 + 3)
    assert_counts(path, truth + 2, detector="2")


def test_four_long_axes_are_no_cube(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("data", (70, 2, 70, 64), "u2")
    assert "none can be the detectors" in refused(path).message


def test_unknown_layouts_say_what_was_assumed(path, truth):
    with h5py.File(path, "w") as file:
        file["a"] = truth
        file["b"] = energy_first(truth)
        file["c"] = np.zeros((9, 7, 8), np.uint8)
    notes = {dataset.name: dataset.notes[0] for dataset in formats.peek(path).datasets}
    assert notes == {
        "a": "The last axis is taken for the energy, since it is the longest.",
        "b": "The first axis is taken for the energy, since it is by far the longest.",
        "c": "Nothing says which axis is the energy; the last one is taken.",
    }
    assert_counts(path, truth, dataset="b")


def test_all_cubes_are_listed_the_likeliest_first(path, truth):
    with h5py.File(path, "w") as file:
        file["zz/floats"] = np.zeros((20, 20, 64))
        file["a/counts"] = np.zeros((20, 20, 64), np.uint16)
        file["m/spectra"] = truth
        file["m/spectra"].attrs["interpretation"] = "spectrum"
        file["picture"] = np.zeros((20, 20, 3), np.uint8)
        file["picture"].attrs["interpretation"] = "rgb-image"
        file["img"] = truth[:1]
    names = [dataset.name for dataset in formats.peek(path).datasets]
    assert names == ["img", "m/spectra", "a/counts", "zz/floats"]


@pytest.mark.parametrize("kind", ["i2", ">u4", "f4", ">f8", "u1"])
def test_numbers_of_all_kinds_are_read(path, truth, kind):
    stored = (truth % 100).astype(kind)
    with h5py.File(path, "w") as file:
        file["img"] = stored
    counts = formats.open_cube(path).counts
    assert counts.dtype == np.dtype(kind).newbyteorder("=")
    np.testing.assert_array_equal(counts[2:4, :, 5], stored[2:4, :, 5])


def test_packed_with_a_plugin_filter(path, truth):
    import hdf5plugin

    with h5py.File(path, "w") as file:
        file.create_dataset("img", data=truth, chunks=(2, 3, 16), **hdf5plugin.Bitshuffle())
    assert_counts(path, truth)


def test_signature_behind_a_user_block_is_found(path, truth):
    with h5py.File(path, "w", userblock_size=1024) as file:
        file["img"] = truth
    assert hdf5_any.sniff(path)
    assert_counts(path, truth)


@pytest.mark.parametrize(
    "key", [np.s_[1:3], np.s_[-1], np.s_[2, 3], np.s_[..., 7], np.s_[::2, ::-1, 3:9], np.s_[3:1]]
)
@pytest.mark.parametrize("first", [False, True])
def test_hdf5_counts_index_like_the_array(path, truth, key, first):
    with h5py.File(path, "w") as file:
        file["data"] = energy_first(truth) if first else truth
    counts = Hdf5Counts(path, "data", energy_first=first)
    np.testing.assert_array_equal(counts[key], truth[key])
    assert counts[1:3].flags.c_contiguous


def test_file_is_closed_after_peeking(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    formats.peek(path)
    with h5py.File(path, "a") as file:
        file["later"] = 1
    assert_counts(path, truth)


def test_opened_cube_keeps_a_row_of_unpacked_chunks(path):
    cube = np.arange(64 * 7 * 64, dtype=np.uint32).reshape(64, 7, 64)
    with h5py.File(path, "w") as file:
        file.create_dataset("img", data=cube, chunks=(32, 7, 16), compression="gzip")
    counts = formats.open_cube(path).counts
    _, kept_bytes, _ = counts._opened().id.get_access_plist().get_chunk_cache()
    assert kept_bytes == 32 * 7 * 64 * 4 + 2**20
    # what was unpacked stays readable when the bytes in the file are spoilt
    np.testing.assert_array_equal(counts[0], cube[0])
    with path.open("r+b") as stream:
        stream.write(b"\xff" * path.stat().st_size)
    np.testing.assert_array_equal(counts[1:32], cube[1:32])


# --- links


def test_links_in_circles_and_aliases_are_listed_once(path, truth):
    with h5py.File(path, "w") as file:
        file["a/img"] = truth
        file["a/again"] = file["a/img"]
        file["a/loop"] = file["/"]
        file["a/soft"] = h5py.SoftLink("/a/img")
        file["round"] = h5py.SoftLink("/round")
    (dataset,) = formats.peek(path).datasets
    assert dataset.name == "a/again"
    assert "The link “round” leads nowhere." in dataset.notes
    assert_counts(path, truth, dataset="/a/soft")


def test_broken_and_external_links_are_left_out_with_a_note(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
        file["broken"] = h5py.SoftLink("/nowhere/at/all")
        file["gone"] = h5py.ExternalLink("/far/away/other.h5", "/data")
    (dataset,) = formats.peek(path).datasets
    assert "The link “broken” leads nowhere." in dataset.notes
    assert any("“gone” lies in another file, other.h5" in note for note in dataset.notes)
    assert_counts(path, truth)


def test_file_of_external_links_only_says_where_the_data_are(path):
    with h5py.File(path, "w") as file:
        file["data"] = h5py.ExternalLink("other.h5", "/data")
    assert "“data” lies in another file, other.h5" in refused(path).message


# --- bad inputs


def test_truncated_file_is_refused(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    os.truncate(path, path.stat().st_size - 1000)
    error = refused(path)
    assert error.title == "Cannot open this cube."
    assert error.message == (
        "scan.h5: the file is cut short; its header announces more bytes than there are."
    )


def test_file_cut_behind_its_signature_is_refused(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert "the file cannot be read; it is damaged or cut short" in refused(path).message


def test_damaged_chunk_is_named_when_it_is_read(path):
    cube = np.random.default_rng(2).integers(0, 9, (ROWS, COLS, 512), dtype=np.uint16)
    with h5py.File(path, "w") as file:
        data = file.create_dataset("img", data=cube, chunks=(1, COLS, 512), compression="gzip")
        place = data.id.get_chunk_info(3).byte_offset
    with path.open("r+b") as stream:
        stream.seek(place + 20)
        stream.write(b"\xff" * 64)
    counts = formats.open_cube(path).counts
    np.testing.assert_array_equal(counts[:3], cube[:3])
    with pytest.raises(ReadError, match=r"scan\.h5: the dataset “img” .* damaged"):
        counts[3]
    np.testing.assert_array_equal(counts[4], cube[4])


def test_file_without_cube_lists_what_it_holds(path):
    with h5py.File(path, "w") as file:
        file["map"] = np.zeros((5, 7))
        file["line"] = np.zeros(64)
        file["flags"] = np.zeros((5, 7, 64), bool)
        file["words"] = np.full((1, 2, 3), b"abc")
    error = refused(path)
    assert error.title == "Cannot open this cube."
    assert "it holds no spectral cube" in error.message
    assert "map (5, 7): it has not three dimensions" in error.message
    assert "flags (5, 7, 64): its type is bool, not numbers" in error.message
    assert "words (1, 2, 3): its type is bytes24, not numbers" in error.message
    assert "line" not in error.message


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((5, 0, 64), "it is empty"),
        ((0, 0, 0), "it is empty"),
        ((5, 7, 1), "it has 1 channel, a spectrum needs at least 2"),
        ((1, 1, 1), "it has 1 channel, a spectrum needs at least 2"),
    ],
)
def test_cube_without_spectra_is_refused(path, shape, said):
    with h5py.File(path, "w") as file:
        file.create_dataset("img", shape, "u2")
    assert said in refused(path).message


def test_one_pixel_is_a_cube(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth[:1, :1]
    assert_counts(path, truth[:1, :1])


def test_text_named_h5_is_of_no_known_format(path):
    path.write_text("energy counts\n" * 100)
    error = refused(path)
    assert "its content is of no format that Velatura knows" in error.message
    with pytest.raises(ReadError, match=r"scan\.h5: it is not an HDF5 file"):
        hdf5_any.peek(path)


def test_empty_file_is_named_empty(path):
    path.touch()
    assert "the file is empty (0 bytes)" in refused(path).message


def test_directory_is_no_hdf5(tmp_path):
    folder = tmp_path / "scan.h5"
    folder.mkdir()
    assert not hdf5_any.sniff(folder)
    error = refused(folder)
    assert error.message.startswith("scan.h5: ")
    with pytest.raises(ReadError, match=r"scan\.h5: Is a directory"):
        hdf5_any.peek(folder)


def test_missing_file_is_named(path):
    assert "scan.h5: No such file or directory" in refused(path).message
    assert not hdf5_any.sniff(path)


def test_unknown_dataset_lists_the_known_ones(path, truth):
    with h5py.File(path, "w") as file:
        file["img"], file["more/counts"] = truth, truth[:2]
    error = refused(path, OpenOptions(dataset="nothing"))
    assert "no cube named “nothing” in it; there are: img, more/counts" in error.message


def test_size_that_contradicts_the_file_is_refused(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    assert_counts(path, truth, rows=5, cols=7)
    error = refused(path, OpenOptions(rows=7, cols=5), ParameterError)
    assert error.message == "scan.h5: the cube “img” has 5 rows × 7 columns, 7 × 5 were given."


def test_file_that_vanishes_between_open_and_read_is_named(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    counts = Hdf5Counts(path, "img")
    path.unlink()
    with pytest.raises(ReadError, match=r"scan\.h5: No such file"):
        counts[1]
    with pytest.raises(ReadError, match=r"scan\.h5: No such file"):
        Hdf5Counts(path, "img")


def test_file_that_shrinks_after_opening_is_told_instead_of_zeros(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    counts = formats.open_cube(path).counts
    full = path.stat().st_size
    os.truncate(path, full - 1000)
    with pytest.raises(ReadError, match=f"{full - 1000:,} bytes found, at least {full:,} expected"):
        counts[4]


def test_dataset_that_is_not_there_is_named(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    with pytest.raises(ReadError, match=r"scan\.h5: the dataset “cube” is not in it"):
        Hdf5Counts(path, "cube")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_forbidden_file_is_named(path, truth):
    with h5py.File(path, "w") as file:
        file["img"] = truth
    path.chmod(0)
    assert "scan.h5: Permission denied" in refused(path).message


# --- a real file


def test_real_synchrotron_scan(shared_data):
    path = shared_data("synchrotron_h5/2xfm_0011_2xfm3__0.h5")
    (dataset,) = formats.peek(path).datasets
    assert (dataset.name, dataset.shape) == ("MAPS_RAW/data", (11, 9, 2048))
    assert dataset.axis is None
    assert dataset.default_axis is not None
    cube = formats.open_cube(path)
    assert cube.counts[:].sum() == 295_352
    assert cube.acquisition.live_time_s == pytest.approx(0.578, abs=1e-3)
    parts = [formats.open_cube(path, OpenOptions(detector=d)).counts[:].sum() for d in "abcd"]
    assert parts == [100_311, 96_080, 48_479, 50_482]
