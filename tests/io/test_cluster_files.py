"""Clusters written and read back."""

import csv
import json

import h5py
import numpy as np
import pytest
import tifffile

from app.core.axis import EnergyAxis
from app.core.clustering.clusters import Clusters
from app.core.provenance import InputFile, Step
from app.errors import ReadError
from app.io.cluster_files import (
    labels_to_numbers,
    numbers_to_labels,
    read_clusters,
    write_clusters,
    write_labels_tiff,
    write_summary_csv,
)
from app.io.images import read_tiff_steps

AXIS = EnergyAxis(0.1, 0.5)


@pytest.fixture
def clusters():
    labels = np.array([[0, 0, 1, -1], [0, 1, 2, -1]], np.int16)
    return Clusters(
        labels=labels,
        sizes=np.array([3, 2, 1]),
        means=np.arange(15.0).reshape(3, 5) / 7,
        silhouettes=((2, 0.4), (3, 0.6)),
        cluster_silhouettes=np.array([0.5, 0.25, np.nan]),
        inertia=12.5,
        total_inertia=99.25,
        steps=(Step("cluster", {"numbers": [2, 3]}, (InputFile("a.h5", "sha256:0", 3),), 4),),
    )


def test_clusters_come_back_as_they_were(tmp_path, clusters):
    path = tmp_path / "made.h5"
    write_clusters(clusters, path, title="made", axis=AXIS, step_mm=(0.5, 0.25))
    back = read_clusters(path)
    for name in ("labels", "sizes", "means", "cluster_silhouettes"):
        np.testing.assert_array_equal(getattr(back, name), getattr(clusters, name))
    assert back.labels.dtype == np.int16
    for name in ("silhouettes", "inertia", "total_inertia", "steps"):
        assert getattr(back, name) == getattr(clusters, name)


def test_other_programs_find_the_map_with_its_places(tmp_path, clusters):
    path = tmp_path / "made.h5"
    write_clusters(clusters, path, title="made", axis=AXIS, step_mm=(0.5, 0.25))
    with h5py.File(path) as file:
        group = file[file["entry"].attrs["default"].join(["entry/", ""])]
        assert group.attrs["NX_class"] == "NXdata"
        assert list(group.attrs["axes"]) == ["y", "x"]
        np.testing.assert_array_equal(group["x"], [0, 0.25, 0.5, 0.75])
        np.testing.assert_array_equal(group["labels"], [[1, 1, 2, 0], [1, 2, 3, 0]])
        np.testing.assert_allclose(file["entry/spectra/energy"], [0.1, 0.6, 1.1, 1.6, 2.1])


def test_without_axis_and_step_there_are_channels_and_pixels(tmp_path, clusters):
    path = tmp_path / "made.h5"
    write_clusters(clusters, path, title="made", axis=None, step_mm=None)
    with h5py.File(path) as file:
        assert list(file["entry/spectra"].attrs["axes"]) == ["cluster", "channel"]
        np.testing.assert_array_equal(file["entry/clusters/y"], [0, 1])
        assert file["entry/clusters/y"].attrs["units"] == ""
    assert read_clusters(path).count == 3


def test_files_without_clusters_are_told(tmp_path):
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file["cube"] = [1, 2]
    with pytest.raises(ReadError, match=r"other\.h5"):
        read_clusters(path)
    path.write_bytes(b"no HDF5")
    with pytest.raises(ReadError, match=r"other\.h5"):
        read_clusters(path)
    with pytest.raises(ReadError, match=r"absent\.h5"):
        read_clusters(tmp_path / "absent.h5")


def test_the_tiff_holds_whole_numbers_steps_and_resolution(tmp_path, clusters):
    path = tmp_path / "made.tif"
    write_labels_tiff(clusters, path, step_mm=(0.5, 0.25), name="made")
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        assert page.dtype == np.uint8
        np.testing.assert_array_equal(page.asarray(), [[1, 1, 2, 0], [1, 2, 3, 0]])
        assert page.tags["XResolution"].value == (40, 1)
        assert json.loads(page.description)["units"].endswith("0 outside")
    assert read_tiff_steps(path) == clusters.steps


def test_nothing_is_written_over(tmp_path, clusters):
    path = tmp_path / "mine.tif"
    path.write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        write_labels_tiff(clusters, path, step_mm=None, name="made")
    with pytest.raises(FileExistsError):
        write_clusters(clusters, path, title="", axis=None, step_mm=None)
    with pytest.raises(FileExistsError):
        write_summary_csv([{"cluster": 1}], path, notes=[])
    assert path.read_text("utf-8") == "mine"


def test_the_table_has_a_head_and_notes_of_one_line(tmp_path):
    path = tmp_path / "made.csv"
    rows = [{"cluster": 1, "lines": "Fe Kα; Cu Kα"}, {"cluster": 2, "lines": "a, b"}]
    write_summary_csv(rows, path, notes=["panel\nof two"])
    text = path.read_text("utf-8").splitlines()
    assert text[1] == "# panel of two"
    read = list(csv.DictReader(text[2:]))
    assert read == [{"cluster": "1", "lines": "Fe Kα; Cu Kα"}, {"cluster": "2", "lines": "a, b"}]


def test_a_hundred_clusters_have_their_numbers():
    labels = np.arange(-1, 100, dtype=np.int16)
    numbers = labels_to_numbers(labels)
    np.testing.assert_array_equal(numbers, np.arange(101))
    np.testing.assert_array_equal(numbers_to_labels(numbers), labels)
