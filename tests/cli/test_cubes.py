"""Commands that read a cube, as a script sees them."""

import csv

import numpy as np
import pytest

from app import paths
from app.io import formats


def test_info_for_people_says_what_there_is(velatura, npz, counts):
    ran = velatura("info", npz)
    assert (ran.code, ran.err) == (0, "")
    facts = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert facts["file"] == "panel.npz"
    assert facts["shape"] == "5 rows × 7 columns × 300 channels, uint16"
    assert facts["counts"] == f"{counts.sum():,}"
    assert facts["axis"].startswith("0 keV + 0.05 keV per channel (file: ")


def test_info_tells_step_and_lines_of_the_sample(velatura):
    ran = velatura("info", paths.sample_scan())
    facts = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert facts["step"] == "0.5 mm between rows, 0.5 mm between columns"
    assert "Pb Lα 10.5" in facts["lines"]
    assert " keV, " in facts["lines"]


def test_info_as_json_holds_what_scripts_rely_on(velatura, npz, counts):
    report = velatura("info", npz, "--json").json
    assert report["format"] == "NumPy archive"
    assert report["shape"] == [5, 7, 300]
    assert report["dtype"] == "uint16"
    assert report["bytes"] == counts.nbytes
    assert report["total_counts"] == int(counts.sum())
    assert report["axis"]["gain_kev"] == 0.05
    assert report["detectors"] == []
    assert isinstance(report["strongest_lines"], list)


def test_info_without_an_axis_says_how_to_give_it(velatura, tmp_path, counts):
    path = tmp_path / "bare.npy"
    np.save(path, counts)
    ran = velatura("info", path)
    assert "unknown; give it with --axis OFFSET_KEV,GAIN_KEV" in ran.out
    given = velatura("info", path, "--axis", "0.1,0.02", "--json").json
    assert given["axis"] == {
        "offset_kev": 0.1,
        "gain_kev": 0.02,
        "quadratic": 0.0,
        "source": "command line",
    }


def test_info_suggests_the_usual_axis_of_a_format(velatura, tmp_path, counts):
    import h5py

    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["img"] = counts
    ran = velatura("info", path)
    (suggested,) = (line for line in ran.out.splitlines() if "perhaps --axis" in line)
    assert "0.5,0.127" in suggested
    assert velatura("info", path, "--json").json["suggested_axis"]["offset_kev"] == 0.5


def test_detectors_can_be_chosen(velatura, tmp_path):
    pair = np.arange(12 * 2 * 40, dtype=np.uint16).reshape(12, 2, 40)
    path = tmp_path / "pair.npy"
    np.save(path, pair)
    size = ("--rows", "3", "--cols", "4")
    for detector, expected in (("0", pair[:, 0]), ("1", pair[:, 1]), ("sum", pair)):
        ran = velatura("info", path, *size, "--detector", detector, "--json")
        assert ran.json["total_counts"] == int(expected.sum())
    ran = velatura("info", path, *size)
    assert "detectors   0, 1 (shown: sum)" in ran.out
    assert velatura("info", path, *size, "--detector", "2").code == 2


@pytest.mark.parametrize("name", ["Maestà 聖母.h5", "Крест 1.rpl"])
def test_convert_writes_names_of_any_script(velatura, npz, counts, tmp_path, name):
    ran = velatura("convert", npz, tmp_path / name)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == str(tmp_path / name)
    np.testing.assert_array_equal(formats.open_cube(tmp_path / name).counts[:], counts)


def test_convert_joins_channels(velatura, npz, counts, tmp_path):
    ran = velatura("convert", npz, tmp_path / "few.h5", "--bin", "3", "--json")
    assert ran.json == {"outputs": [str(tmp_path / "few.h5")]}
    back = formats.open_cube(tmp_path / "few.h5")
    np.testing.assert_array_equal(back.counts[:], counts.reshape(5, 7, 100, 3).sum(-1))


def test_maps_of_elements_and_windows(velatura, npz, counts, tmp_path):
    out = tmp_path / "maps"
    ran = velatura(
        *("maps", npz, "--out", out, "--format", "csv", "--elements", "Fe"),
        *("--roi", "Maestà:2-3", "--roi", "5-6"),
    )
    assert (ran.code, ran.err) == (0, "")
    names = ["panel_Fe_Ka.csv", "panel_Maestà.csv", "panel_5-6_keV.csv"]
    assert ran.out.splitlines() == [str(out / name) for name in names]
    table = np.loadtxt(out / names[1], delimiter=",", comments="#")
    # channel 40 reaches from 1.975 to 2.025 keV, channel 60 likewise about 3 keV
    np.testing.assert_array_equal(table, counts[:, :, 40:61].sum(-1))


def test_net_maps_say_so_in_their_file(velatura, npz, tmp_path):
    ran = velatura("maps", npz, "--out", tmp_path, "--elements", "Fe", "--net", "--format", "csv")
    assert ran.code == 0
    assert "net counts" in (tmp_path / "panel_Fe_Ka.csv").read_text("utf-8")


def test_spectrum_of_a_region(velatura, npz, counts, tmp_path):
    out = tmp_path / "part.csv"
    ran = velatura("spectrum", npz, "--out", out, "--region", "1:3,2:6", "--json")
    assert ran.json == {"outputs": [str(out)]}
    lines = [line for line in out.read_text("utf-8").splitlines() if not line.startswith("#")]
    table = list(csv.DictReader(lines))
    part = counts[1:3, 2:6]
    assert [int(row["sum"]) for row in table] == part.sum((0, 1)).tolist()
    assert [int(row["maximum_pixel"]) for row in table] == part.max((0, 1)).tolist()
