"""Small pictures of results, and the sheet of many scans made of them."""

import numpy as np
import pytest
from PIL import Image

from app.core.batch.sheet import Scaling
from app.engine import tasks
from app.engine.batch.digests import SheetEntry, read_sheet, write_contact_sheet, write_digest
from app.engine.batch.report_parts import TaskResult
from app.engine.jobs import run_now
from app.engine.recolouring import RecolourParameters, recolour_files
from app.engine.source import Source
from app.errors import WriteError
from app.io.digest_files import read_digest


def maps(npz, out, **parameters):
    values = tasks.MapsParameters(**parameters)
    paths = run_now(lambda context: tasks.maps(Source(npz), values, out, context))
    return TaskResult("maps", parameters, paths)


@pytest.fixture
def digest(npz, tmp_path):
    target = tmp_path / "one.velatura-digest"
    made = maps(npz, tmp_path / "maps", elements="Fe,Pb")
    run_now(lambda context: write_digest(Source(npz), [made], target, context))
    return target


def sheet_of(entries, target, **options):
    return run_now(lambda context: write_contact_sheet(entries, target, context, **options))


def test_maps_are_kept_with_names_and_limits(digest, counts):
    found = read_digest(digest)
    assert (found.name, found.details) == ("panel", "6 rows × 9 columns")
    assert [tile.column for tile in found.tiles] == ["Fe Kα", "Pb Lα"]
    iron = found.tile("Fe Kα").picture
    assert iron.shape == (6, 9)
    assert iron[:, :5].min() > 5 * iron[:, 5:].max()
    assert found.date


def test_colours_clusters_and_unmixed_maps_are_kept(npz, tmp_path):
    found, paths = run_now(
        lambda context: recolour_files(
            Source(npz), RecolourParameters("palette_ridge"), tmp_path / "p.png", context
        )
    )
    results = [TaskResult("recolour", {"model": "palette_ridge"}, paths, "", found)]
    for task, values in (
        ("cluster", tasks.ClusterParameters(numbers="2")),
        ("unmix", tasks.UnmixParameters(method="nmf", components=2)),
    ):
        run = next(item for item in tasks.TASKS if item.name == task).run
        written = run_now(
            lambda context, run=run, values=values, to=tmp_path / task: run(
                Source(npz), values, to, context
            )
        )
        results.append(TaskResult(task, {}, written))
    target = tmp_path / "a.velatura-digest"
    run_now(lambda context: write_digest(Source(npz), results, target, context))
    kept = read_digest(target)
    columns = [tile.column for tile in kept.tiles]
    assert columns[:2] == ["Predicted: Palette, linear", "Clusters, each scan's own"]
    assert len(columns) == 4
    with Image.open(tmp_path / "p.png") as picture:
        np.testing.assert_array_equal(kept.tiles[0].picture, np.asarray(picture))


def test_two_tasks_of_one_kind_have_columns_of_their_own(npz, tmp_path):
    results = [
        maps(npz, tmp_path / "gross", elements="Fe"),
        maps(npz, tmp_path / "net", elements="Fe", net=True),
    ]
    target = tmp_path / "a.velatura-digest"
    run_now(lambda context: write_digest(Source(npz), results, target, context))
    assert [tile.column for tile in read_digest(target).tiles] == ["Fe Kα", "Fe Kα (2)"]


@pytest.mark.parametrize("suffix", ["png", "pdf"])
@pytest.mark.parametrize("scaling", list(Scaling))
def test_the_sheet_is_written_and_the_same_each_time(digest, tmp_path, suffix, scaling):
    entries = [SheetEntry("panel", digest), SheetEntry("聖母.h5", None, "It is broken.")]
    first, second = (
        sheet_of(entries, tmp_path / f"{name}.{suffix}", scaling=scaling, title="Campaign")
        for name in "ab"
    )
    assert first == (tmp_path / f"a.{suffix}",)
    assert first[0].read_bytes() == second[0].read_bytes()


def test_scans_without_a_readable_digest_are_named_with_the_reason(digest, tmp_path):
    (tmp_path / "bad.velatura-digest").write_bytes(b"x")
    entries = [
        SheetEntry("panel", digest),
        SheetEntry("lost", tmp_path / "bad.velatura-digest"),
        SheetEntry("failed", None, "No energy axis."),
    ]
    sheet = run_now(lambda context: read_sheet(entries, "all", Scaling.OWN, context))
    assert [item.name for item in sheet.digests] == ["panel"]
    assert [name for name, _ in sheet.missing] == ["lost", "failed"]
    assert "bad.velatura-digest" in sheet.missing[0][1]


def test_the_sheets_picture_names_its_title(digest, tmp_path):
    sheet_of([SheetEntry("panel", digest)], tmp_path / "a.png", title="Крест")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.text["Title"] == "Крест"


def test_a_sheet_of_nothing_and_one_that_is_there_are_refused(digest, tmp_path):
    with pytest.raises(WriteError, match="no scan"):
        sheet_of([], tmp_path / "a.png")
    (tmp_path / "a.pdf").write_bytes(b"mine")
    with pytest.raises(WriteError):
        sheet_of([SheetEntry("panel", digest)], tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == b"mine"
