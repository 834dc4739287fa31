"""The task that unmixes a scan."""

import csv
import json

import numpy as np
import pytest

from app.core.spectra import rebin, rebin_axis
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.source import Source
from app.engine.tasks import TASKS
from app.engine.unmixing import UnmixParameters, unmix_scan, unmix_task
from app.errors import Cancelled, ParameterError, WriteError
from app.io import store
from app.io.abundance_files import read_abundances
from app.io.formats import OpenOptions

NAMES = ("Haematite", "Azurite", "Lead white")
COUNTS = 2000


@pytest.fixture(scope="module")
def references():
    known = Libraries()
    return [known.find(name).pigment.spectra[0] for name in NAMES]


@pytest.fixture
def truth():
    """Counts of haematite left, azurite right, lead white growing downwards; (3, 5, 8)."""
    lead = np.linspace(0.0, 0.8, 5)[:, None] * np.ones(8)
    left = np.arange(8) < 4
    return COUNTS * np.stack([(1 - lead) * left, (1 - lead) * ~left, lead])


@pytest.fixture
def scan_file(tmp_path, references, truth):
    axis = rebin_axis(references[0].axis, 2)
    shapes = rebin(np.stack([item.counts for item in references]), 2)
    shapes = shapes / shapes.sum(axis=1, keepdims=True)
    counts = np.random.default_rng(3).poisson(np.moveaxis(truth, 0, -1) @ shapes)
    path = tmp_path / "panel.npz"
    np.savez(
        path,
        cube=counts.astype(np.uint16),
        kev_offset=axis.offset_kev,
        kev_slope=axis.gain_kev,
    )
    return path


def run(path, out, parameters, **more):
    return run_now(lambda context: unmix_task(Source(path), parameters, out, context, **more))


def test_the_maps_follow_the_truth(scan_file, tmp_path, truth):
    parameters = UnmixParameters(pigments=", ".join(NAMES), scatter="own")
    written = run(scan_file, tmp_path / "out", parameters)
    found = read_abundances(next(path for path in written if path.suffix == ".h5"))
    assert [group.name for group in found.groups] == list(NAMES)
    for values, expected in zip(found.maps, truth, strict=True):
        assert np.corrcoef(values.ravel(), expected.ravel())[0, 1] > 0.99
    assert found.steps[-1].action == "unmix"
    assert found.steps[-1].parameters["pigments"] == "Haematite, Azurite, Lead white"
    assert np.median(found.residual) == pytest.approx(1.0, abs=0.1)


def test_there_is_a_plate_for_each_map_a_table_and_words(scan_file, tmp_path):
    parameters = UnmixParameters(pigments="haematite, azurite, malachite, indigo")
    written = run(scan_file, tmp_path / "out", parameters)
    assert [path.name for path in written] == [
        "panel_unmixed_01_Haematite.png",
        "panel_unmixed_02_Azurite_or_Malachite.png",
        "panel_unmixed_03_Scatter.png",
        "panel_unmixed_04_Smooth_rest.png",
        "panel_unmixed_residual.png",
        *(f"panel_unmixed.{suffix}" for suffix in ("h5", "csv", "txt", "json")),
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in written
    )
    text = written[-2].read_text("utf-8")
    assert "The same to XRF here, so on one map: Azurite and Malachite." in text
    assert "neither shown nor excluded: Indigo." in text
    assert "have them computed for it" in text
    lines = [line for line in written[-3].read_text("utf-8").splitlines() if line[0] != "#"]
    rows = list(csv.DictReader(lines))
    assert [row["group"] for row in rows][:2] == ["Haematite", "Azurite or Malachite"]
    report = json.loads(written[-1].read_text("utf-8"))
    assert report["groups"][1]["pigments"] == ["Azurite", "Malachite"]


def test_spectra_can_be_computed_for_the_instrument(scan_file, tmp_path):
    parameters = UnmixParameters(pigments=", ".join(NAMES), instrument="Rh 50 kV")
    written = run(scan_file, tmp_path / "out", parameters)
    found = read_abundances(next(path for path in written if path.suffix == ".h5"))
    assert (found.dominant()[0] == np.repeat([0, 1], 4)).all()
    assert any("computed for Rh 50 kV" in note for note in found.notes)


def test_components_need_no_pigments(scan_file, tmp_path):
    parameters = UnmixParameters(method="nmf", components=3, seed=2, region="0:5,0:6")
    first = run(scan_file, tmp_path / "a", parameters)
    second = run(scan_file, tmp_path / "b", parameters)
    found, again = (
        read_abundances(next(path for path in written if path.suffix == ".h5"))
        for written in (first, second)
    )
    assert found.maps.shape == (3, 5, 6)
    np.testing.assert_array_equal(found.maps, again.maps)
    assert found.steps[-1].seed == 2
    assert {group.elements[0] for group in found.groups} == {"Fe", "Cu", "Pb"}


def test_a_synthetic_scan_leaves_pigments_their_scatter(scan_file):
    scan = store.open_scan(scan_file, OpenOptions())
    from dataclasses import replace

    from app.core.provenance import Step

    made = replace(scan, cube=replace(scan.cube, steps=(Step("synthesise"),)))
    parameters = UnmixParameters(pigments="haematite, azurite")
    measured = run_now(lambda context: unmix_scan(scan, parameters, context))
    synthetic = run_now(lambda context: unmix_scan(made, parameters, context))
    assert [group.is_rest for group in measured.groups] == [False, False, True, True]
    assert [group.is_rest for group in synthetic.groups] == [False, False]


def test_existing_files_are_not_overwritten_unless_told(scan_file, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "panel_unmixed.csv").write_text("mine", "utf-8")
    parameters = UnmixParameters(pigments="haematite")
    with pytest.raises(WriteError, match=r"panel_unmixed\.csv"):
        run(scan_file, out, parameters)
    assert [path.name for path in out.iterdir()] == ["panel_unmixed.csv"]
    run(scan_file, out, parameters, overwrite=True)
    assert (out / "panel_unmixed.csv").read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (UnmixParameters(method="pca"), "nnls, nmf"),
        (UnmixParameters(pigments="azurrite"), "azurrite"),
        (UnmixParameters(instrument="M7"), "M7"),
        (UnmixParameters(spectrum="Cr 20 kV"), "Cr 20 kV"),
        (UnmixParameters(region="0:9,0:2"), "5 rows and 8 columns"),
        (UnmixParameters(method="nmf", components=0), "1 to 40"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(scan_file, tmp_path, parameters, message):
    with pytest.raises(ParameterError, match=message):
        run(scan_file, tmp_path / "out", parameters)
    assert not (tmp_path / "out").exists()


def test_a_scan_without_an_axis_is_refused(tmp_path):
    np.savez(tmp_path / "bare.npz", cube=np.ones((2, 3, 200), np.uint16))
    with pytest.raises(ParameterError, match="energy axis"):
        run(tmp_path / "bare.npz", tmp_path / "out", UnmixParameters())


def test_an_axis_far_above_the_references_is_refused(tmp_path):
    np.savez(
        tmp_path / "far.npz",
        cube=np.ones((2, 3, 200), np.uint16),
        kev_offset=60.0,
        kev_slope=0.02,
    )
    with pytest.raises(ParameterError, match="0 bins"):
        run(tmp_path / "far.npz", tmp_path / "out", UnmixParameters(refine=False))


def test_it_can_be_cancelled(scan_file):
    scan = store.open_scan(scan_file, OpenOptions())

    class Impatient:
        def progress(self, fraction, message=""):
            raise Cancelled

        def check(self):
            raise Cancelled

        def partial(self, value):
            raise Cancelled

    with pytest.raises(Cancelled):
        unmix_scan(scan, UnmixParameters(pigments="haematite, azurite"), Impatient())


def test_it_is_in_the_catalogue():
    assert ("unmix", UnmixParameters, unmix_task) in [
        (task.name, task.parameters, task.run) for task in TASKS
    ]
