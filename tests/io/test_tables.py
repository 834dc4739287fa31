import csv

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.provenance import InputFile, Step, steps_from_json
from app.io import tables

STEPS = (Step("map", {"name": "Fe Kα"}, (InputFile("scan.h5", "sha256:00", 12),)),)


def map_lines(path, counts, **changes):
    values = {"name": "Fe Kα", "steps": STEPS, "step_mm": (0.5, 0.25), **changes}
    tables.write_map_csv(counts, path, **values)
    return path.read_bytes().decode("utf-8").split("\n")


def test_whole_counts_are_whole_numbers(tmp_path):
    counts = np.arange(12, dtype=np.uint32).reshape(3, 4)
    lines = map_lines(tmp_path / "m.csv", counts)
    assert lines[-4:] == ["0,1,2,3", "4,5,6,7", "8,9,10,11", ""]
    read = np.genfromtxt(tmp_path / "m.csv", delimiter=",", dtype=np.uint32)
    np.testing.assert_array_equal(read, counts)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fractions_come_back_exactly_and_short(tmp_path, dtype):
    counts = np.array([[0.1, -1 / 3, 1e-30], [2.5e20, 7, np.pi]], dtype)
    lines = map_lines(tmp_path / "m.csv", counts)
    assert lines[-3].startswith("0.1,-0.3333")
    read = np.genfromtxt(tmp_path / "m.csv", delimiter=",").astype(dtype)
    np.testing.assert_array_equal(read, counts)


def test_the_head_says_what_the_map_is(tmp_path):
    lines = map_lines(tmp_path / "m.csv", np.zeros((2, 3), np.uint16))
    assert lines[0].startswith("# Velatura ")
    assert lines[1:4] == ["# Fe Kα", "# counts; 2 rows, 3 columns", "# step: 0.5 mm, 0.25 mm"]
    assert steps_from_json(lines[4].removeprefix("# steps: ")) == STEPS
    assert lines[5:] == ["0,0,0", "0,0,0", ""]


def test_a_name_of_two_lines_stays_a_comment(tmp_path):
    lines = map_lines(tmp_path / "m.csv", np.zeros((1, 2), int), name="Fe\n1,2", step_mm=None)
    assert lines[1] == "# Fe 1,2"
    assert lines[3] == "# step: unknown"
    assert lines[5:] == ["0,0", ""]


def spectra_rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[:3], list(csv.reader(line for line in lines if not line.startswith("# ")))


def test_spectra_stand_side_by_side(tmp_path):
    path = tmp_path / "s.csv"
    axis = EnergyAxis(-0.1, 0.02, source="file: header")
    columns = {"sum": np.array([7, 2**40, 0]), "mean, region": np.array([0.5, 1 / 3, 0.0])}
    tables.write_spectra_csv(columns, axis, path, steps=STEPS)
    head, rows = spectra_rows(path)
    assert head[1] == "# energy_kev = -0.1 + 0.02·channel (file: header)"
    assert steps_from_json(head[2].removeprefix("# steps: ")) == STEPS
    assert rows[0] == ["channel", "energy_kev", "sum", "mean, region"]
    assert rows[1] == ["0", "-0.1", "7", "0.5"]
    assert [row[2] for row in rows[1:]] == ["7", "1099511627776", "0"]
    energies = [float(row[1]) for row in rows[1:]]
    assert energies == axis.energies_kev(3).tolist()
    assert float(rows[2][3]) == 1 / 3
    assert b"\r" not in path.read_bytes()


def test_genfromtxt_reads_spectra_with_their_names(tmp_path):
    path = tmp_path / "s.csv"
    columns = {"sum": np.array([7, 8, 9]), "maximum": np.array([1, 2, 3])}
    tables.write_spectra_csv(columns, EnergyAxis(0.0, 0.5, 0.25), path, steps=STEPS)
    head, _ = spectra_rows(path)
    assert head[1] == "# energy_kev = 0.0 + 0.5·channel + 0.25·channel²"
    read = np.genfromtxt(path, delimiter=",", names=True, skip_header=3, encoding="utf-8")
    assert read.dtype.names == ("channel", "energy_kev", "sum", "maximum")
    assert read["energy_kev"].tolist() == [0.0, 0.75, 2.0]
    assert read["maximum"].tolist() == [1.0, 2.0, 3.0]


def test_without_axis_there_are_only_channels(tmp_path):
    tables.write_spectra_csv({"sum": np.array([4, 5])}, None, tmp_path / "s.csv", steps=())
    head, rows = spectra_rows(tmp_path / "s.csv")
    assert head[1:] == ["# energy axis: unknown", "# steps: []"]
    assert rows == [["channel", "sum"], ["0", "4"], ["1", "5"]]


def test_spectra_of_different_length_are_refused_before_a_file_exists(tmp_path):
    columns = {"a": np.zeros(3), "b": np.zeros(4)}
    with pytest.raises(ValueError, match=r"one length are needed, not \[3, 4\]"):
        tables.write_spectra_csv(columns, None, tmp_path / "s.csv", steps=())
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_never_written_to(tmp_path):
    path = tmp_path / "there.csv"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        map_lines(path, np.zeros((2, 3)))
    with pytest.raises(FileExistsError):
        tables.write_spectra_csv({"sum": np.zeros(3)}, None, path, steps=())
    assert path.read_bytes() == b"mine"


def test_scores_come_back_exactly_and_what_is_not_defined_stays_empty(tmp_path):
    rows = [("spectral", "hellinger", 0.1 + 0.2, "0 to 1"), ("native", "ssim", None, "1 to -1")]
    path = tmp_path / "scores.csv"
    tables.write_scores_csv(rows, path, notes=["compared:\na, b"], steps=STEPS)
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines[1] == "# compared: a, b"
    assert steps_from_json(lines[2].removeprefix("# steps: ")) == STEPS
    table = list(csv.reader(lines[3:-1]))
    assert table[0] == ["of", "measure", "value", "limits"]
    assert (float(table[1][2]), table[1][3]) == (0.1 + 0.2, "0 to 1")
    assert table[2] == ["native", "ssim", "", "1 to -1"]
    with pytest.raises(FileExistsError):
        tables.write_scores_csv(rows, path, notes=[], steps=())
