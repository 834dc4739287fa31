"""The clustering task: a scan of iron and lead, written in clusters."""

import csv
import json
import pickle
from dataclasses import replace
from functools import partial

import h5py
import numpy as np
import pytest

from app.core.clustering.features import Transform
from app.core.progress import no_progress
from app.core.provenance import Step
from app.engine import clustering, tasks
from app.engine.jobs import run_now
from app.engine.pigment_measured import measured_at
from app.engine.source import open_scan
from app.errors import ParameterError, WriteError
from app.io import store
from app.io.cluster_files import read_clusters
from app.io.formats import OpenOptions
from app.io.images import read_png_steps

NAMES = [
    "panel_clusters.png",
    "panel_clusters.tif",
    "panel_clusters.h5",
    "panel_clusters.csv",
    "panel_clusters_spectra.csv",
    "panel_clusters.json",
]


def run(npz, out, *, overwrite=False, **values):
    parameters = tasks.ClusterParameters(**values)
    task = partial(
        tasks.cluster, tasks.Source(npz, OpenOptions()), parameters, out, overwrite=overwrite
    )
    return run_now(task)


def test_all_files_are_written_and_agree(npz, counts, tmp_path):
    written = run(npz, tmp_path / "out", numbers="2..4")
    assert [path.name for path in written] == NAMES
    found = read_clusters(written[2])
    expected = np.zeros((6, 9))
    expected[:, 5:] = 1
    np.testing.assert_array_equal(found.labels, expected)
    report = json.loads(written[5].read_text("utf-8"))
    assert [item["pixels"] for item in report["each"]] == [30, 24]
    assert report["clusters"] == 2
    assert report["pixels"] == 54
    assert 0 < report["explained"] < 1
    assert report["checksum"].startswith("sha256:")
    assert report["each"][0]["mean_counts"] == pytest.approx(counts[:, :5].sum() / 30, abs=1e-3)
    rows = [line for line in written[4].read_text("utf-8").splitlines() if line[0] != "#"]
    assert rows[0] == "channel,energy_kev,cluster_1,cluster_2"
    assert len(rows) == 401
    assert float(rows[161].split(",")[2]) == counts[:, :5, 160].mean()
    assert read_png_steps(written[0])[-1].action == "cluster"
    assert read_png_steps(written[0])[-1].parameters["on"] == "spectra"


def test_lines_and_pigments_of_clusters_are_named(npz, tmp_path):
    report = json.loads(run(npz, tmp_path / "out", numbers="2")[5].read_text("utf-8"))
    iron, lead = report["each"]
    assert iron["lines"][0]["line"] == "Fe_Ka"
    assert lead["lines"][0]["line"] == "Pb_La"
    best = iron["candidates"][0]
    assert "Fe_Ka" in best["lines"]
    # XRF sees iron, not which ochre
    assert len(best["same_to_xrf"]) > 3
    assert any("Pb" in line for line in lead["candidates"][0]["lines"])
    assert iron["not_excluded"]
    assert any("alone cannot say" in sentence for sentence in iron["undecided"])


def test_the_table_tells_the_same(npz, tmp_path):
    written = run(npz, tmp_path / "out", numbers="2")
    lines = [line for line in written[3].read_text("utf-8").splitlines() if line[0] != "#"]
    iron, lead = csv.DictReader(lines)
    assert (iron["cluster"], iron["pixels"], lead["pixels"]) == ("1", "30", "24")
    assert iron["lines"].startswith("Fe Kα")
    assert iron["not_told_apart"]


def test_maps_of_elements_can_be_compared(npz, tmp_path):
    written = run(npz, tmp_path / "out", numbers="2", on="maps", elements="Fe, Pb_Lb")
    found = read_clusters(written[2])
    assert found.sizes.tolist() == [30, 24]
    assert found.steps[-1].parameters["elements"] == "Fe, Pb_Lb"
    assert found.steps[-1].parameters["windows"] == 2


def test_a_region_alone_is_clustered(npz, tmp_path):
    written = run(npz, tmp_path / "out", numbers="2", region="1:4,3:8")
    labels = read_clusters(written[2]).labels
    assert (labels >= 0).sum() == 15
    assert (labels[1:4, 3:8] >= 0).all()


def test_a_scan_without_axis_has_clusters_but_no_names(tmp_path, counts):
    path = tmp_path / "bare.npy"
    np.save(path, counts)
    written = run(path, tmp_path / "out", numbers="2")
    report = json.loads(written[5].read_text("utf-8"))
    assert [item["pixels"] for item in report["each"]] == [30, 24]
    assert report["each"][0]["lines"] == []
    assert "candidates" not in report["each"][0]
    with pytest.raises(ParameterError, match="energy axis"):
        run(path, tmp_path / "maps", on="maps", elements="Fe")


def test_a_scan_without_counts_is_one_cluster(tmp_path):
    path = tmp_path / "empty.npz"
    np.savez(path, cube=np.zeros((3, 4, 200), np.uint16), kev_offset=0.0, kev_slope=0.05)
    report = json.loads(run(path, tmp_path / "out")[5].read_text("utf-8"))
    assert report["clusters"] == 1
    assert report["explained"] == 1.0
    assert report["each"][0]["candidates"] == []


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"numbers": "0"}, "number of clusters"),
        ({"numbers": "9..3"}, "number of clusters"),
        ({"region": "0:7,0:3"}, "beyond the scan"),
        ({"region": "everything"}, "region"),
        ({"on": "colours"}, "Compare"),
        ({"on": "maps"}, "no maps"),
        ({"on": "maps", "elements": "Fe,Xx"}, "Xx"),
        ({"on": "maps", "elements": "U_Lb"}, "outside the energy axis"),
        ({"elements": "Fe"}, "for clustering maps"),
        ({"patience": 0}, "Tries without gain"),
        ({"seed": -1}, "Seed"),
    ],
)
def test_what_does_not_fit_is_told_before_the_scan_is_read(npz, tmp_path, values, what):
    with pytest.raises(ParameterError) as caught:
        run(npz, tmp_path / "out", **values)
    assert what in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert list(store.store_dir().iterdir()) == []


def test_nothing_is_overwritten_unless_told(npz, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / NAMES[3]).write_text("mine", "utf-8")
    with pytest.raises(WriteError, match=NAMES[3]):
        run(npz, out, numbers="2")
    assert [path.name for path in out.iterdir()] == [NAMES[3]]
    run(npz, out, numbers="2", overwrite=True)
    assert (out / NAMES[3]).read_text("utf-8") != "mine"
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)


def test_cancelling_leaves_nothing(npz, tmp_path):
    from app.errors import Cancelled

    def progress(fraction, message=""):
        if fraction is not None and fraction > 0.6:
            raise Cancelled

    task = partial(
        tasks.cluster, tasks.Source(npz), tasks.ClusterParameters(numbers="2"), tmp_path / "out"
    )
    with pytest.raises(Cancelled):
        run_now(task, progress)
    assert not (tmp_path / "out").exists()


def test_an_open_scan_is_clustered_without_files(npz):
    scan = run_now(lambda context: open_scan(npz, OpenOptions(), context))
    fractions = []
    report = run_now(
        partial(clustering.find_clusters, scan, tasks.ClusterParameters(numbers="2..3")),
        lambda fraction, message="": fractions.append(fraction),
    )
    assert report.clusters.count == len(report.summaries) == 2
    assert fractions == sorted(fractions)


def test_steps_say_what_the_file_says(npz, tmp_path):
    written = run(npz, tmp_path / "out", numbers="2", transform=Transform.SHARES, seed=3)
    with h5py.File(written[2]) as file:
        step = json.loads(file["entry/velatura/steps"][()])[-1]
    assert (step["action"], step["seed"]) == ("cluster", 3)
    assert step["parameters"]["transform"] == "shares"


def test_parameters_travel_to_another_process():
    parameters = tasks.ClusterParameters(transform=Transform.COUNTS)
    assert pickle.loads(pickle.dumps(parameters)) == parameters


def found_in(npz, **values):
    scan = run_now(partial(open_scan, npz, OpenOptions()))
    parameters = tasks.ClusterParameters(**values)
    return scan, run_now(partial(clustering.find_clusters, scan, parameters))


def test_report_of_an_open_scan_is_written_as_by_the_task(npz, tmp_path):
    scan, report = found_in(npz, numbers="2")
    work = partial(clustering.write_report, report, scan.cube, tmp_path / "open")
    written = run_now(work)
    assert [path.name for path in written] == NAMES == list(clustering.file_names(scan.cube))
    by_task = run(npz, tmp_path / "task", numbers="2")
    for one, other in zip(written[3:], by_task[3:], strict=True):
        # the notes tell the time
        first, second = (
            [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
            for path in (one, other)
        )
        assert first == second
    with pytest.raises(WriteError, match="exist already"):
        run_now(work)


def test_lines_are_named_anew_by_another_axis(npz):
    scan, report = found_in(npz, numbers="2")
    before = report.summaries[0].elements
    cube = scan.cube
    axis = replace(cube.axis, gain_kev=cube.axis.gain_kev * 1.25)
    given = Step("axis", {}, cube.inputs)
    changed = replace(scan, cube=replace(cube, axis=axis, steps=(*cube.steps, given)))
    anew = run_now(partial(clustering.told_anew, report, changed))
    assert anew.summaries[0].elements != before
    np.testing.assert_array_equal(anew.clusters.labels, report.clusters.labels)
    assert [step.action for step in anew.clusters.steps[-2:]] == ["axis", "cluster"]
    assert anew.clusters.steps[-1] == report.clusters.steps[-1]


def test_spectrum_of_a_cluster_is_the_sum_of_its_pixels(npz, counts):
    scan, report = found_in(npz, numbers="2")
    measured = clustering.measured_in(report, scan, 1)
    np.testing.assert_allclose(measured.counts, counts[:, 5:].sum((0, 1)), rtol=1e-12)
    assert measured.pixels == 24
    assert measured.place == "cluster 2 of 2 (24 pixels)"
    assert measured_at(scan, measured, no_progress) is measured


def test_cluster_of_a_scan_without_axis_cannot_be_asked_about(npz):
    scan, report = found_in(npz, numbers="2")
    with pytest.raises(ParameterError, match="energy axis"):
        clustering.measured_in(report, replace(scan, cube=replace(scan.cube, axis=None)), 0)
