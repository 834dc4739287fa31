"""What stands beside a cube in an HDF5 file."""

import h5py
import numpy as np
import pytest

from app.io.hdf5_axis import energy_axis, spectral_position, steps_mm, times_s

CHANNELS = 16


@pytest.fixture
def file(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        group = file.create_group("entry/data")
        group["cube"] = np.zeros((4, 5, CHANNELS), np.uint16)
        yield file


def found(file, name="entry/data/cube", position=2):
    return energy_axis(file, [name], CHANNELS, position)


def nexus(file, axes, signal="cube"):
    group = file["entry/data"]
    group.attrs.update({"NX_class": "NXdata", "signal": signal})
    group.attrs["axes"] = axes
    return group


def test_where_nothing_is_said_there_is_no_axis(file):
    assert found(file) == (None, ())
    assert spectral_position(file, ["entry/data/cube"]) is None
    assert steps_mm(file, ["entry/data/cube"], (0, 1, 2)) is None
    assert times_s(file, ["entry/data/cube"], 20) == (None, None)


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ([0.1, 0.02], "", (0.1, 0.02, 0.0)),
        ([0.1, 0.02, 1e-6], "keV", (0.1, 0.02, 1e-6)),
        ([100.0, 20.0, 0.0], "eV", (0.1, 0.02, 0.0)),
        ([[0.1, 0.02, 0.0]] * 20, "", (0.1, 0.02, 0.0)),
    ],
)
def test_a_calibration_beside_the_cube_is_its_axis(file, values, unit, expected):
    file["entry/data/calibration"] = np.array(values)
    file["entry/data/calibration"].attrs["units"] = unit
    axis, notes = found(file)
    assert (axis.offset_kev, axis.gain_kev, axis.quadratic) == pytest.approx(expected)
    assert axis.source == "file: entry/data/calibration"
    assert notes == ()


def test_channels_that_do_not_begin_at_0_shift_the_calibration(file):
    file["entry/data/calibration"] = np.array([0.1, 0.02, 0.001])
    file["entry/data/channels"] = np.arange(10, 10 + 2 * CHANNELS, 2)
    axis, _ = found(file)
    for channel in range(CHANNELS):
        number = 10 + 2 * channel
        assert axis.energy_kev(channel) == pytest.approx(0.1 + 0.02 * number + 0.001 * number**2)


def test_a_calibration_that_calibrates_nothing_is_passed_over(file):
    file["entry/data/calibration"] = np.array([0.0, 1.0, 0.0])
    file["entry/data/energy"] = 0.5 + 0.01 * np.arange(CHANNELS)
    axis, notes = found(file)
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((0.5, 0.01))
    assert "carry no unit; taken for keV" in notes[0]


@pytest.mark.parametrize("values", [[0.1, -0.02], [np.nan, 0.02], [1.0, 2.0, 3.0, 4.0]])
def test_a_calibration_that_makes_no_sense_is_left_aside_with_a_note(file, values):
    file["entry/data/calibration"] = np.array(values)
    axis, notes = found(file)
    assert axis is None
    assert "left aside" in notes[0]


def test_energies_that_nexus_names_are_the_axis(file):
    group = nexus(file, ["y", "x", "photon_energy"])
    group["photon_energy"] = 1000.0 + 10.0 * np.arange(CHANNELS)
    group["photon_energy"].attrs["units"] = "eV"
    axis, notes = found(file)
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((1.0, 0.01))
    assert notes == ()
    assert spectral_position(file, ["entry/data/cube"]) == 2


@pytest.mark.parametrize(
    ("axes", "position"),
    [(["energy", "y", "x"], 0), (["y", "x", "channel"], 2), (["a", "b", "c"], None)],
)
def test_the_name_of_an_axis_tells_where_the_energy_is(file, axes, position):
    nexus(file, axes)
    assert spectral_position(file, ["entry/data/cube"]) == position


def test_axes_of_another_signal_say_nothing(file):
    nexus(file, ["energy", "y", "x"], signal="other")
    assert spectral_position(file, ["entry/data/cube"]) is None


def test_steps_need_both_places_and_a_length(file):
    group = nexus(file, ["y", "x", "energy"])
    group["y"] = np.arange(4) * 500.0
    group["x"] = np.arange(5) * 0.25
    group["y"].attrs["units"] = "um"
    assert steps_mm(file, ["entry/data/cube"], (0, 1, 2)) is None
    group["x"].attrs["units"] = "mm"
    assert steps_mm(file, ["entry/data/cube"], (0, 1, 2)) == pytest.approx((0.5, 0.25))


def test_times_are_means_in_seconds(file):
    file["entry/data/live_time"] = np.full((4, 5), 250.0)
    file["entry/data/live_time"].attrs["units"] = "ms"
    file["entry/data/elapsed_time"] = 0.3
    assert times_s(file, ["entry/data/cube"], 20) == pytest.approx((0.3, 0.25))


@pytest.mark.parametrize(("values", "unit"), [(np.ones(7), "s"), (np.zeros(20), "s"), (1.0, "day")])
def test_times_that_do_not_fit_are_passed_over(file, values, unit):
    file["entry/data/live_time"] = values
    file["entry/data/live_time"].attrs["units"] = unit
    assert times_s(file, ["entry/data/cube"], 20) == (None, None)


def test_of_energies_for_every_pixel_only_the_first_row_is_read(file, monkeypatch):
    rows = np.zeros((20, CHANNELS))
    rows[0] = 0.5 + 0.01 * np.arange(CHANNELS)
    file["entry/data/energy"] = rows
    read, values_of = [], h5py.Dataset.__getitem__

    def watched(self, *arguments, **options):
        values = values_of(self, *arguments, **options)
        read.append(np.size(values))
        return values

    monkeypatch.setattr(h5py.Dataset, "__getitem__", watched)
    axis, _ = found(file)
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((0.5, 0.01))
    assert read == [CHANNELS]


@pytest.mark.parametrize("shape", [(CHANNELS + 1,), (3, CHANNELS - 1), (0, CHANNELS), ()])
def test_energies_of_another_number_of_channels_are_no_axis(file, shape):
    file["entry/data/energy"] = np.ones(shape)
    assert found(file) == (None, ())
