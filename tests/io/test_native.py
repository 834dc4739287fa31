import json

import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.maps import ElementalMap, Roi
from app.core.provenance import InputFile, Step, steps_from_json
from app.errors import Cancelled, ParameterError
from app.io import formats, native

ROWS, COLS, CHANNELS = 5, 7, 300
AXIS = EnergyAxis(-0.0956, 0.0100020003, 1.5e-8, source="file: header")
STEPS = (Step("convert", {"bin": 1}, (InputFile("scan.raw", "sha256:00", 12),)),)


def counts(dtype=np.uint16):
    values = np.arange(ROWS * COLS * CHANNELS).reshape(ROWS, COLS, CHANNELS)
    return (values % 1000).astype(dtype)


def cube(**changes):
    acquisition = Acquisition(tube_anode="Rh", tube_kv=40.0, live_time_s=0.25, step_mm=(0.5, 0.75))
    values = {
        "counts": counts(),
        "axis": AXIS,
        "acquisition": acquisition,
        "name": "panel",
        "steps": STEPS,
    }
    return SpectralCube(**{**values, **changes})


def maps():
    picture = np.arange(ROWS * COLS, dtype=np.uint32).reshape(ROWS, COLS)
    return (
        ElementalMap("Fe Kα", Roi("Fe Kα", 6.2, 6.6), 630, 671, picture, steps=STEPS),
        ElementalMap("Pb Lα", Roi("Pb Lα", 10.3, 10.7), 1040, 1081, picture + 1),
        ElementalMap("S/Pb", Roi("S/Pb", 2.2, 2.4), 230, 251, -1.5 * picture, is_net=True),
    )


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "panel.h5"
    native.write_cube(cube(), path)
    return path


def test_counts_and_axis_come_back_bit_by_bit(written):
    with h5py.File(written) as file:
        stored = file["/entry/instrument/detector/data"]
        assert stored.dtype == np.uint16
        np.testing.assert_array_equal(stored[()], counts())
        calibration = file["/entry/instrument/detector/calibration"]
        assert calibration.dtype == np.float64
        assert tuple(calibration[()]) == (AXIS.offset_kev, AXIS.gain_kev, AXIS.quadratic)
        assert calibration.attrs["source"] == "file: header"


def test_all_names_lead_to_one_dataset(written):
    with h5py.File(written) as file:
        names = ["/img", "/entry/instrument/detector/data", "/entry/measurement/data"]
        names.append("/xrfmap/detsum/counts")
        assert all(file[name] == file["/cube"] for name in names)
        assert file.get("/img", getlink=True).path == "/cube"
        # PyMca looks for the calibration beside what the link names
        signal = file.get("/entry/measurement/data", getlink=True).path
        assert signal == "/entry/instrument/detector/data"
        assert next(iter(file)) == "cube"


def test_chunks_and_filters_are_those_for_exchange(written):
    with h5py.File(written) as file:
        data = file["cube"]
        assert data.chunks == (5, 7, 64)
        assert (data.compression, data.compression_opts, data.shuffle) == ("gzip", 1, True)


def test_chunks_hold_fewer_rows_where_a_block_would_not_fit():
    assert native._chunks((1273, 1662, 4096), 2) == (16, 32, 64)
    assert native._chunks((1273, 1662, 4096), 8) == (4, 32, 64)
    assert native._chunks((500, 480, 2048), 2) == (32, 32, 64)
    assert native._chunks((3, 40, 10), 2) == (3, 20, 10)
    assert native._chunks((300, 400, 1024), 2) == (30, 31, 64)


def test_root_says_what_xismus_reads(written):
    with h5py.File(written) as file:
        assert file.attrs["datatypes"] == 0
        assert file.attrs["datatypes"].dtype == np.int32
        pairs = [[1, AXIS.energy_kev(1)], [CHANNELS, AXIS.energy_kev(CHANNELS)]]
        np.testing.assert_array_equal(file.attrs["calibration"], np.array(pairs, np.float32))


def test_positions_and_live_time_are_in_mm_and_s(written):
    with h5py.File(written) as file:
        y, x = file["/entry/measurement/y"], file["/entry/measurement/x"]
        assert (y.attrs["units"], x.attrs["units"]) == ("mm", "mm")
        assert y[()].tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
        assert x[()].tolist() == [0.0, 0.75, 1.5, 2.25, 3.0, 3.75, 4.5]
        position = file["/xrfmap/positions/pos"]
        assert position.shape == (2, ROWS, COLS)
        assert position[:, 2, 3].tolist() == [2.25, 1.0]
        assert file["/xrfmap/positions/name"][()].tolist() == [b"x_pos", b"y_pos"]
        live_time = file["/entry/instrument/detector/live_time"]
        assert live_time.attrs["units"] == "s"
        np.testing.assert_array_equal(live_time[()], np.full((ROWS, COLS), 0.25))


def test_steps_and_acquisition_travel_along(written):
    with h5py.File(written) as file:
        group = file["/entry/velatura"]
        assert steps_from_json(group["steps"].asstr()[()]) == STEPS
        acquisition = json.loads(group["acquisition"].asstr()[()])
        assert acquisition["tube_anode"] == "Rh"
        assert acquisition["step_mm"] == [0.5, 0.75]


def test_without_axis_and_step_nothing_is_made_up(tmp_path):
    path = tmp_path / "bare.h5"
    native.write_cube(SpectralCube(counts()), path)
    with h5py.File(path) as file:
        assert "calibration" not in file.attrs
        assert set(file["/entry/instrument/detector"]) == {"data", "channels"}
        group = file["/entry/measurement"]
        assert list(group.attrs["axes"]) == ["y", "x", "channel"]
        assert "energy" not in group
        assert group["channel"][()].tolist() == list(range(CHANNELS))
        assert [group[name].attrs["units"] for name in ("y", "x", "channel")] == ["", "", ""]


@pytest.mark.parametrize("dtype", ["uint8", ">u2", "uint32", "float32", "float64"])
def test_the_type_of_the_counts_is_kept(tmp_path, dtype):
    path = tmp_path / "typed.h5"
    native.write_cube(SpectralCube(counts(dtype), AXIS), path)
    with h5py.File(path) as file:
        assert file["cube"].dtype == np.dtype(dtype)
        np.testing.assert_array_equal(file["cube"][()], counts(dtype))


class RowsOnly:
    """Counts that are read in row blocks; remembers the largest."""

    shape, dtype = (70, 41, 100), np.dtype(np.uint32)

    def __init__(self):
        self.largest = 0

    def __getitem__(self, key):
        rows = np.arange(*key.indices(self.shape[0]))
        self.largest = max(self.largest, len(rows))
        return np.broadcast_to(
            rows[:, None, None] * 1000 + np.arange(100, dtype=np.uint32), (len(rows), 41, 100)
        ).astype(np.uint32)


def test_a_cube_larger_than_a_block_is_written_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(native, "_BLOCK_BYTES", 41 * 100 * 4 * 20)
    monkeypatch.setattr(native, "_PIECE_BYTES", 1)
    source, path, told = RowsOnly(), tmp_path / "large.h5", []
    native.write_cube(
        SpectralCube(source), path, lambda fraction, message="": told.append(fraction)
    )
    assert source.largest == 14
    assert told == sorted(told)
    assert len(told) == 2 * 5 + 1
    assert (told[0], told[-1]) == (0.0, 1.0)
    with h5py.File(path) as file:
        assert file["cube"].chunks == (14, 21, 64)
        np.testing.assert_array_equal(file["cube"][()], source[:])


def test_stopping_leaves_through_the_progress(tmp_path):
    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        native.write_cube(cube(), tmp_path / "stopped.h5", stop)
    (tmp_path / "stopped.h5").unlink()


def test_an_existing_file_is_never_written_to(tmp_path):
    path = tmp_path / "there.h5"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        native.write_cube(cube(), path)
    assert path.read_bytes() == b"mine"


def test_pymca_finds_counts_calibration_and_live_time(written):
    nexus = pytest.importorskip("PyMca5.PyMcaCore.NexusTools")
    with h5py.File(written) as file:
        assert nexus.getMcaList(file, "/entry") == ["/entry/instrument/detector/data"]
        found = nexus.getMcaObjectPaths(file, "/entry/instrument/detector/data")
        assert set(found) == {"counts", "target", "channels", "calibration", "live_time"}
        np.testing.assert_array_equal(file[found["counts"]][()], counts())
        assert file[found["calibration"]][()].tolist() == [-0.0956, 0.0100020003, 1.5e-8]
        assert nexus.getTitle(file, "/entry") == "panel"


def test_pymca_loads_the_stack_with_its_axis(written):
    stacks = pytest.importorskip("PyMca5.PyMcaIO.HDF5Stack1D")
    stack = stacks.HDF5Stack1D([str(written)], {"y": "/instrument/detector/data"})
    np.testing.assert_array_equal(stack.data, counts())
    assert list(stack.info["McaCalib"]) == [-0.0956, 0.0100020003, 1.5e-8]
    np.testing.assert_array_equal(stack.info["McaLiveTime"], np.full(ROWS * COLS, 0.25))


def test_silx_plots_the_cube_by_default(written):
    silx_io = pytest.importorskip("silx.io")
    nxdata = pytest.importorskip("silx.io.nxdata")
    with silx_io.open(str(written)) as file:
        default = nxdata.get_default(file, validate=True)
        assert default.group.name == "/entry/measurement"
        assert default.interpretation == "spectrum"
        np.testing.assert_array_equal(default.signal[()], counts())
        np.testing.assert_array_equal(default.axes[2][()], AXIS.energies_kev(CHANNELS))
        assert [axis.attrs["units"] for axis in default.axes] == ["mm", "mm", "keV"]


def test_rosettasciio_reads_counts_and_axis(tmp_path):
    reader = pytest.importorskip("rsciio.nexus").file_reader
    path = tmp_path / "straight.h5"
    native.write_cube(cube(axis=EnergyAxis(-0.0956, 0.010002)), path)
    (signal,) = reader(str(path), use_default=True)
    np.testing.assert_array_equal(signal["data"], counts())
    y, x, energy = signal["axes"]
    assert (energy["name"], energy["units"], energy["navigate"]) == ("energy", "keV", False)
    assert energy["offset"] == -0.0956
    assert energy["scale"] == pytest.approx(0.010002, abs=1e-15)
    assert [(axis["scale"], axis["units"], axis["navigate"]) for axis in (y, x)] == [
        (0.5, "mm", True),
        (0.75, "mm", True),
    ]


def test_maps_are_one_group_that_silx_plots(tmp_path):
    silx_io = pytest.importorskip("silx.io")
    nxdata = pytest.importorskip("silx.io.nxdata")
    path = tmp_path / "maps.h5"
    native.write_maps(maps(), path, step_mm=(0.5, 0.75), title="panel", steps=STEPS)
    with silx_io.open(str(path)) as file:
        default = nxdata.get_default(file, validate=True)
        assert default.group.name == "/entry/maps"
        assert default.signal_name == "Fe Kα"
        assert default.auxiliary_signals_dataset_names == ["Pb_La", "S_Pb"]
        np.testing.assert_array_equal(default.signal[()], maps()[0].counts)
        np.testing.assert_array_equal(default.auxiliary_signals[1][()], maps()[2].counts)
        assert [axis.attrs["units"] for axis in default.axes] == ["mm", "mm"]


def test_each_map_says_its_window(tmp_path):
    path = tmp_path / "maps.h5"
    native.write_maps(maps(), path, step_mm=None, title="panel", steps=STEPS)
    with h5py.File(path) as file:
        iron, net = file["/entry/maps/Fe_Ka"], file["/entry/maps/S_Pb"]
        assert (iron.attrs["low_kev"], iron.attrs["high_kev"]) == (6.2, 6.6)
        assert (iron.attrs["first_channel"], iron.attrs["last_channel"]) == (630, 670)
        assert (iron.attrs["units"], iron.attrs["long_name"]) == ("counts", "Fe Kα")
        assert (bool(iron.attrs["is_net"]), bool(net.attrs["is_net"])) == (False, True)
        assert steps_from_json(iron.attrs["steps"]) == STEPS
        assert iron.dtype == np.uint32
        assert steps_from_json(file["/entry/velatura/steps"].asstr()[()]) == STEPS


def test_maps_ride_in_the_file_of_their_cube(tmp_path):
    path = tmp_path / "both.h5"
    native.write_cube(cube(), path, maps=maps())
    with h5py.File(path) as file:
        assert file["/entry"].attrs["default"] == "measurement"
        np.testing.assert_array_equal(file["/entry/maps/Pb_La"][()], maps()[1].counts)


def test_equal_and_empty_map_names_stay_apart():
    names = native._dataset_names(["Fe Kα", "Fe-Ka", "µ", "x", "Fe Ka"])
    assert names == ["Fe_Ka", "Fe_Ka_2", "map", "x_2", "Fe_Ka_3"]


def test_maps_of_different_size_are_refused_with_both_sizes(tmp_path):
    small = ElementalMap("Cu Kα", Roi("Cu", 7.9, 8.2), 0, 1, np.zeros((2, 3), np.uint16))
    with pytest.raises(ParameterError, match="5 × 7 pixels and “Cu Kα” 2 × 3 pixels"):
        native.write_maps((*maps(), small), tmp_path / "m.h5", step_mm=None, title="", steps=())
    with pytest.raises(ParameterError, match="found 0 maps"):
        native.write_maps((), tmp_path / "m.h5", step_mm=None, title="", steps=())
    assert not list(tmp_path.iterdir())


def test_velatura_reads_back_what_it_wrote(tmp_path):
    path = tmp_path / "panel.h5"
    native.write_cube(cube(), path, maps=maps())
    assert [item.name for item in formats.peek(path).datasets] == ["cube"]
    read = formats.open_cube(path)
    assert read.counts.dtype == np.uint16
    np.testing.assert_array_equal(read.counts[:], counts())
    assert read.axis == AXIS
    assert read.acquisition.step_mm == (0.5, 0.75)
    assert read.acquisition.tube_anode == "Rh"
    assert read.steps == STEPS
