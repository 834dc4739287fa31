import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io import choose
from app.io.formats import DatasetPeek, OpenOptions, Peek


@pytest.mark.parametrize(
    ("pixels", "sizes"),
    [
        (200, ((10, 20), (8, 25), (5, 40))),
        (49, ((7, 7), (1, 49))),
        (7, ((1, 7),)),
        (1, ((1, 1),)),
    ],
)
def test_sizes_nearest_to_a_picture_come_first(pixels, sizes):
    assert choose.picture_sizes(pixels) == sizes


@pytest.mark.parametrize(
    ("shape", "first"),
    [
        ((2048, 11, 9), True),
        ((4096, 534, 539), True),
        ((1024, 300, 400), True),
        ((534, 539, 4096), False),
        ((1000, 30, 256), False),
        ((300, 200, 180), False),
        ((5, 7, 64), False),
    ],
)
def test_energy_is_first_only_when_clearly_longest(shape, first):
    assert choose.energy_is_first(shape) is first


def test_detectors_of_a_list_have_a_limit(tmp_path):
    path = tmp_path / "scan.npy"
    assert choose.folded(path, (10, 64), OpenOptions(rows=2, cols=5)) == (2, 5, 64)
    with pytest.raises(ParameterError, match="2 rows × 5 columns do not give that"):
        choose.folded(path, (10, 65), OpenOptions(rows=2, cols=5))


def test_a_cube_that_is_folded_counts_all_its_pixels(tmp_path):
    with pytest.raises(ParameterError) as caught:
        choose.folded(tmp_path / "scan.npz", (60, 120), OpenOptions(rows=3, cols=5))
    assert "a list of 7200 pixels" in caught.value.message
    assert "80 × 90" in caught.value.hint


def test_two_axes_of_pixels_fold_into_one_picture(tmp_path):
    options = OpenOptions(rows=14, cols=5)
    assert choose.folded(tmp_path / "scan.npy", (10, 7), options) == (14, 5, 1)


@pytest.mark.parametrize(
    ("energies", "unit", "offset", "gain", "note"),
    [
        ([100.0, 110.0, 120.0], "eV", 0.1, 0.01, ""),
        ([0.1, 0.11, 0.12], "keV", 0.1, 0.01, ""),
        ([100.0, 200.0, 300.0], "", 0.1, 0.1, "taken for eV."),
        ([0.1, 0.2, 0.3], "", 0.1, 0.1, "taken for keV."),
    ],
)
def test_energies_on_a_line_become_an_axis(energies, unit, offset, gain, note):
    axis, said = choose.linear_axis(np.array(energies), unit, "file: energy")
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((offset, gain))
    assert axis.source == "file: energy"
    assert said.endswith(note)
    assert bool(said) == bool(note)


def test_channel_numbers_are_no_energies():
    axis, note = choose.linear_axis(np.arange(64), "", "file: energy")
    assert axis is None
    assert "not energies that rise" in note


@pytest.mark.parametrize(
    ("positions", "unit", "step"),
    [
        ([0.0, 0.5, 1.0], "mm", 0.5),
        ([1000.0, 500.0, 0.0], "um", 0.5),
        ([0.0, 0.5], "pixel", None),
        ([0.0, 0.5], "", None),
        ([3.0], "mm", None),
        ([3.0, 3.0], "mm", None),
        ([0.0, float("nan")], "mm", None),
    ],
)
def test_step_needs_a_length_unit_and_two_places(positions, unit, step):
    assert choose.step_in_mm(np.array(positions), unit) == step


def test_assumed_axis_stays_assumed_and_a_plain_one_is_given():
    dataset = DatasetPeek("", (2, 3, 4), (2, 3, 4), "uint16", 48, axis=EnergyAxis(0, 1))
    assumed = choose.labec_axis(4)
    assert choose.chosen_axis(dataset, OpenOptions(axis=assumed)).source == assumed.source
    assert choose.chosen_axis(dataset, OpenOptions(axis=EnergyAxis(0, 2))).source == "given"
    assert choose.chosen_axis(dataset, OpenOptions()) is dataset.axis


def test_unknown_dataset_lists_the_known_ones(tmp_path):
    datasets = tuple(DatasetPeek(n, (2, 3, 4), (2, 3, 4), "u2", 48) for n in ("a", "b/c"))
    peek = Peek(tmp_path / "scan.h5", "HDF5", datasets)
    assert choose.chosen_dataset(peek, "/b/c") is datasets[1]
    assert choose.chosen_dataset(peek, None) is datasets[0]
    with pytest.raises(ReadError, match="no cube named “x” in it; there are: a, b/c"):
        choose.chosen_dataset(peek, "x")


def test_long_list_of_what_was_found_is_cut(tmp_path):
    error = choose.no_cube(tmp_path / "scan.h5", [f"d{number}" for number in range(9)])
    assert "d5; and 3 more" in error.message
    assert "d6" not in error.message
