"""Taking home what is open."""

import json

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.display import MapDisplay
from app.core.maps import ElementalMap, Roi
from app.core.progress import no_progress
from app.core.provenance import Step
from app.engine import exports
from app.errors import ParameterError, WriteError
from app.io import formats, store

PICTURE = np.arange(35, dtype=np.uint32).reshape(5, 7)
STEPS = (Step("open", {"detector": "sum"}), Step("map", {"name": "Fe Kα"}))


def map_of(counts=PICTURE, name="Fe Kα", **changes):
    roi = Roi(name, 6.2, 6.6)
    return ElementalMap(name, roi, 155, 166, counts, steps=STEPS, **changes)


def export(target, item=None, step_mm=(0.5, 0.25), **options):
    exports.export_map(item or map_of(), target, display=MapDisplay(), step_mm=step_mm, **options)


@pytest.mark.parametrize("suffix", [".h5", ".HDF5", ".rpl"])
def test_a_cube_comes_back_as_it_was(cube, counts, tmp_path, suffix):
    target = tmp_path / f"panel{suffix}"
    exports.write_cube(cube, target, no_progress)
    back = formats.open_cube(target)
    np.testing.assert_array_equal(back.counts[:], counts)
    assert (back.axis, back.acquisition.step_mm) == (cube.axis, (0.5, 0.5))


@pytest.mark.parametrize(
    ("opened", "target"),
    [("panel.h5", "panel.h5"), ("panel.rpl", "panel.rpl"), ("panel.raw", "panel.rpl")],
)
def test_an_open_scan_is_not_exported_onto_its_own_file(cube, tmp_path, opened, target):
    exports.write_cube(cube, (tmp_path / opened).with_suffix(target[5:]), no_progress)
    scan = store.open_scan(tmp_path / opened)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    context = Context()
    with pytest.raises(WriteError, match="is the scan that is read"):
        exports.export_cube(scan, tmp_path / target, context, overwrite=True)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    other = tmp_path / "other.h5"
    other.write_bytes(b"something else")
    exports.export_cube(scan, other, context, overwrite=True)
    assert formats.open_cube(other).axis == cube.axis


class Context:
    def progress(self, fraction, message=""):
        pass

    def check(self):
        pass

    def partial(self, value):
        pass


def test_the_numbers_of_a_map_come_back_exactly(tmp_path):
    values = np.array([[0.1, -2.5, 1e-7], [3.0, 123456.789, 2.0**-20]], np.float32)
    net = map_of(values, is_net=True)
    export(tmp_path / "map.csv", net)
    read = np.loadtxt(tmp_path / "map.csv", delimiter=",", comments="#")
    np.testing.assert_array_equal(read.astype(np.float32), values)
    export(tmp_path / "map.tif", net)
    with Image.open(tmp_path / "map.tif") as picture:
        np.testing.assert_array_equal(np.asarray(picture), values)


def test_a_picture_of_a_map_carries_how_it_was_made(tmp_path):
    export(tmp_path / "map.png")
    with Image.open(tmp_path / "map.png") as picture:
        texts = " ".join(picture.text.values())
        assert picture.width > 800
    assert "Fe Kα" in texts
    assert '"action": "open"' in texts


def test_maps_of_one_scan_go_into_one_file(tmp_path):
    both = [map_of(), map_of(PICTURE * 2, "Pb Lα")]
    exports.export_maps(both, tmp_path / "all.h5", step_mm=(0.5, 0.25))
    with h5py.File(tmp_path / "all.h5") as file:
        group = file["entry/maps"]
        assert group.attrs["signal"] == "Fe_Ka"
        np.testing.assert_array_equal(group["Pb_La"][()], PICTURE * 2)
        np.testing.assert_allclose(group["x"][()], 0.25 * np.arange(7))
        steps = file["entry/velatura/steps"][()]
    assert [step["action"] for step in json.loads(steps)] == ["open"]


def test_no_maps_make_no_file(tmp_path):
    with pytest.raises(ParameterError, match="found 0 maps"):
        exports.export_maps([], tmp_path / "all.h5", step_mm=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("axis", [None, EnergyAxis(-0.0155, 0.029221)])
def test_the_numbers_of_spectra_come_back_exactly(tmp_path, axis):
    total = np.arange(50, dtype=np.uint64) * 10**15 + 7
    columns = {"sum": total, "mean": total / 7}
    exports.export_spectra(columns, axis, tmp_path / "s.csv", steps=STEPS)
    lines = (tmp_path / "s.csv").read_text("utf-8").splitlines()
    table = [line.split(",") for line in lines if not line.startswith("#")]
    assert [int(row[table[0].index("sum")]) for row in table[1:]] == total.tolist()
    assert [float(row[table[0].index("mean")]) for row in table[1:]] == (total / 7).tolist()
    if axis is not None:
        energies = [float(row[1]) for row in table[1:]]
        assert energies == axis.energies_kev(50).tolist()


def test_the_picture_of_spectra_leaves_the_mean_out(tmp_path, monkeypatch):
    drawn = {}

    def draw(columns, axis, **options):
        drawn.update(columns=list(columns), **options)
        return np.zeros((3, 4, 3), np.uint8)

    monkeypatch.setattr("app.io.spectrum_picture.draw_spectra", draw)
    columns = {"sum": np.ones(9), "mean": np.ones(9), "maximum_pixel": np.ones(9)}
    exports.export_spectra(columns, None, tmp_path / "own.png", steps=())
    assert drawn["columns"] == ["sum", "maximum_pixel"]
    assert drawn["title"] == "own"
    assert drawn["labels"] == []


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 500), (500, 1), (300, 3)], ids=lambda shape: f"{shape[0]}x{shape[1]}"
)
@pytest.mark.parametrize("step_mm", [None, (1.0, 0.25), (3e-4, 3e-4)])
def test_maps_of_any_shape_make_a_picture(tmp_path, shape, step_mm):
    export(tmp_path / "map.png", map_of(np.full(shape, 5, np.uint16)), step_mm)
    with Image.open(tmp_path / "map.png") as picture:
        assert min(picture.size) > 100
        assert max(picture.size) < 6000


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda target: exports.write_cube(cube_of_zeros(), target, no_progress), ".h5, .hdf5, "),
        (export, ".png, .tif, .tiff, .csv"),
        (lambda target: exports.export_maps([map_of()], target, step_mm=None), ".h5, .hdf5"),
        (lambda target: exports.export_spectra({}, None, target, steps=()), ".csv, .png"),
    ],
)
@pytest.mark.parametrize("name", ["out.docx", "out"])
def test_suffixes_that_cannot_be_written_are_named_with_those_that_can(
    tmp_path, write, expected, name
):
    with pytest.raises(ParameterError, match=name) as caught:
        write(tmp_path / name)
    assert expected in caught.value.message
    assert list(tmp_path.iterdir()) == []


def cube_of_zeros():
    return SpectralCube(np.zeros((2, 3, 4), np.uint16))


def test_what_is_there_is_kept_unless_told(tmp_path):
    target = tmp_path / "map.csv"
    target.write_text("mine", "utf-8")
    with pytest.raises(WriteError, match="exists already"):
        export(target)
    assert target.read_text("utf-8") == "mine"
    export(target, overwrite=True)
    assert "mine" not in target.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fe Kα", "Fe_Ka"),
        ("Pb Lβ", "Pb_Lb"),
        ("6.2–6.6 keV", "6.2-6.6_keV"),
        ("Maestà 聖母", "Maestà_聖母"),
        ("a/b\\c:d*?", "a_b_c_d"),
        ("../..", "map"),
        ("", "map"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("con", "con_"),
        ("LPT1.x", "LPT1.x_"),
        ("Console", "Console"),
    ],
)
def test_names_of_maps_become_names_of_files(text, name):
    assert exports.file_name(text) == name


def test_the_title_of_a_plate_says_window_and_kind():
    assert exports.plate_title(map_of()) == "Fe Kα · 6.20–6.60 keV · counts"
    assert exports.plate_title(map_of(is_net=True)).endswith("net counts")


def test_the_title_of_a_plate_without_an_axis_says_channels():
    item = ElementalMap("bright", None, 155, 166, PICTURE)
    assert exports.plate_title(item) == "bright · channels 155–165 · counts"
    unnamed = ElementalMap("Channels 155–165", None, 155, 166, PICTURE)
    assert exports.plate_title(unnamed) == "channels 155–165 · counts"
