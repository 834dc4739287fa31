"""Reports of scans: what was measured, each result with its doubts, how it was made."""

import errno
import hashlib
from pathlib import Path

import pytest

from app.core.batch.document import Facts, Plates, Sentences, Table
from app.engine import tasks
from app.engine.batch.reports import TaskResult, scan_report, write_report
from app.engine.jobs import run_now
from app.engine.recolouring import RecolourParameters, recolour_files
from app.engine.source import Source
from app.errors import WriteError
from app.io import report_pdf, store

RIDGE = "palette_ridge"
RECIPE = "sha256:" + "ab" * 32


def done(task, npz, out, **parameters):
    """A result of a task of the catalogue."""
    found = next(item for item in tasks.TASKS if item.name == task)
    values = found.parameters(**parameters)
    paths = run_now(lambda context: found.run(Source(npz), values, out, context))
    return TaskResult(task, parameters, paths, RECIPE)


def recoloured(npz, out, *, keeps=True):
    parameters = {"model": RIDGE}
    found, paths = run_now(
        lambda context: recolour_files(Source(npz), RecolourParameters(RIDGE), out, context)
    )
    return TaskResult("recolour", parameters, paths, RECIPE, found if keeps else None)


def report(npz, *results):
    scan = store.open_scan(npz)
    return run_now(lambda context: scan_report(scan, results, context))


def section(found, heading):
    return next(item for item in found.sections if item.heading == heading)


def parts(found, kind):
    return [part for part in found.parts if isinstance(part, kind)]


def facts(found):
    return dict(row for part in parts(found, Facts) for row in part.rows)


def words(found):
    return " ".join(text for part in parts(found, Sentences) for text in part.texts)


def test_the_scan_is_told_and_what_the_file_does_not_tell(npz):
    found = facts(section(report(npz), "The scan"))
    assert found["File"] == "panel.npz"
    assert found["Checksum"] == f"SHA-256 {hashlib.sha256(npz.read_bytes()).hexdigest()}"
    assert found["Size"] == "6 rows × 9 columns"
    assert found["Step"] == found["Tube"] == found["Time per pixel"] == ""
    assert "40 eV per channel" in found["Channels"]


def test_maps_have_element_line_window_limits_and_noise(npz, tmp_path):
    made = done("maps", npz, tmp_path / "maps", elements="Fe,Pb_Lb", windows="Own:2-3")
    found = section(report(npz, made), "Elemental maps")
    (plates,) = parts(found, Plates)
    titles = [plate.title for plate in plates.plates]
    assert titles == ["Iron · Fe Kα · 6.40 keV", "Lead · Pb Lβ · 12.61 keV", "Own"]
    caption = " ".join(plates.plates[0].caption)
    assert "Window 6.2" in caption
    assert "channels 157–163" in caption
    assert "background not subtracted" in caption
    assert "counting noise" in caption
    assert "99.5 %" in caption
    assert plates.plates[0].bar.unit == "counts"
    assert "no scale bar" in words(found)


def test_plates_show_what_the_task_wrote(npz, tmp_path):
    import numpy as np

    from app.core.display import MapDisplay, to_rgb
    from app.core.lines import line, roi_for
    from app.core.maps import elemental_map

    made = done("maps", npz, tmp_path / "maps", elements="Fe", net=True)
    (plates,) = parts(section(report(npz, made), "Elemental maps"), Plates)
    scan = store.open_scan(npz)
    roi = roi_for(line("Fe"), scan.cube.axis, channels=scan.cube.channels)
    truth = elemental_map(scan, roi, net=True).counts
    np.testing.assert_array_equal(plates.plates[0].rgb, to_rgb(truth, MapDisplay()))
    assert plates.plates[0].bar.unit == "net counts"


@pytest.mark.parametrize("suffix", ["png", "h5"])
def test_colours_stand_beside_their_uncertainty_with_model_and_verdict(npz, tmp_path, suffix):
    made = recoloured(npz, tmp_path / f"p.{suffix}")
    found = section(report(npz, made), "Predicted colours")
    (plates,) = parts(found, Plates)
    assert [plate.title for plate in plates.plates][:2] == ["Predicted colour", "Uncertainty"]
    assert plates.plates[0].rgb.shape == (6, 9, 4)
    assert plates.plates[1].bar.limits == (0.0, 0.25)
    told = facts(found)
    assert told["Network"] == "Palette, linear"
    assert len(told["Checksum"].removeprefix("SHA-256 ")) == 64
    assert told["Verdict"].startswith(("Fits", "Doubtful", "Does not fit"))
    assert told["Part of the scan"] == "all of it"
    assert "neither the original colour nor a restoration" in words(found)


def test_colours_are_read_back_from_a_file_that_holds_all(npz, tmp_path):
    kept = recoloured(npz, tmp_path / "p.h5")
    lost = TaskResult("recolour", kept.parameters, kept.outputs, RECIPE)
    first, second = (
        parts(section(report(npz, item), "Predicted colours"), Plates)[0].plates
        for item in (kept, lost)
    )
    for one, other in zip(first, second, strict=True):
        assert one.title == other.title
        assert (one.rgb == other.rgb).all()


def test_a_picture_alone_says_that_its_uncertainty_is_not_known(npz, tmp_path):
    found = section(
        report(npz, recoloured(npz, tmp_path / "p.png", keeps=False)), "Predicted colours"
    )
    assert "How sure the network is of each colour was not told." in words(found)
    assert facts(found)["Network"] == "Palette, linear"


def test_clusters_have_a_legend_of_their_colours(npz, tmp_path):
    made = done("cluster", npz, tmp_path / "clusters", numbers="2")
    found = section(report(npz, made), "Clusters")
    (table,) = parts(found, Table)
    assert len(table.rows) == len(table.swatches) == 2
    assert sorted(row[1] for row in table.rows) == ["24", "30"]
    assert any("Fe Kα" in row[4] for row in table.rows)
    (plates,) = parts(found, Plates)
    shown = {tuple(colour) for colour in plates.plates[0].rgb.reshape(-1, 3).tolist()}
    assert shown == set(table.swatches)


def test_unmixed_maps_stand_beside_their_standard_errors(npz, tmp_path):
    made = done("unmix", npz, tmp_path / "u", method="nmf", components=2)
    found = section(report(npz, made), "Unmixing")
    (plates,) = parts(found, Plates)
    *pairs, last = [plate.title for plate in plates.plates]
    assert set(pairs[1::2]) == {"Its standard error"}
    assert len(set(pairs[::2])) == len(pairs) // 2 > 1
    assert last == "Residual"
    (table,) = parts(found, Table)
    assert {f"{row[0]}  {row[1]}" for row in table.rows} >= set(pairs[::2])
    assert words(found)


def test_high_plates_stand_three_beside_each_other(tmp_path):
    import numpy as np

    path = tmp_path / "high.npz"
    counts = np.random.default_rng(1).poisson(3.0, (30, 8, 400)).astype(np.uint16)
    np.savez(path, cube=counts, kev_offset=0.0, kev_slope=0.04)
    made = done("maps", path, tmp_path / "maps", elements="Fe")
    (plates,) = parts(section(report(path, made), "Elemental maps"), Plates)
    assert plates.beside == 3


def test_spectra_of_a_region_are_drawn_and_conversions_named(npz, tmp_path):
    region = done("spectrum", npz, tmp_path / "s.csv", region="0:2,0:4")
    converted = done("convert", npz, tmp_path / "c.h5")
    found = report(npz, region, converted)
    assert "8 pixels" in section(found, "Spectra").parts[0].caption
    assert "c.h5" in words(section(found, "Converted"))


def test_how_it_was_made_tells_steps_recipes_and_checksums_of_files(npz, tmp_path):
    made = done("maps", npz, tmp_path / "maps", elements="Fe,Cu")
    found = report(npz, made)
    last = section(found, "How it was made")
    steps, files = parts(last, Table)
    assert [row[1] for row in steps.rows] == ["open", "map", "map"]
    assert {row[0]: row[2] for row in files.rows} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.outputs
    }
    told = facts(last)
    assert told["Recipe of “maps”"] == "SHA-256 " + "ab" * 32
    assert "Velatura" in told["Programs"]
    assert found.date == max(row[3] for row in steps.rows).replace(" UTC", "+00:00").replace(
        " ", "T"
    )


def test_the_report_is_written_and_the_same_results_give_the_same_bytes(npz, tmp_path, pdf_text):
    made = done("maps", npz, tmp_path / "maps", elements="Fe")
    for name in ("a.pdf", "b.pdf"):
        written = run_now(
            lambda context, to=tmp_path / name: write_report(Source(npz), [made], to, context)
        )
        assert written == (tmp_path / name,)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    lines = pdf_text(tmp_path / "a.pdf").splitlines()
    assert {"panel", "The scan", "Elemental maps", "How it was made"} <= set(lines)


@pytest.mark.parametrize("name", ["Крест", "Maestà e Bambino", "聖母 1"])
def test_scans_of_any_name_get_their_report(npz, tmp_path, name):
    path = npz.rename(npz.with_name(f"{name}.npz"))
    made = done("maps", path, tmp_path / "out", elements="Fe")
    target = tmp_path / f"{name}.pdf"
    run_now(lambda context: write_report(Source(path), [made], target, context))
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_report_is_not_overwritten_unasked(npz, tmp_path):
    target = tmp_path / "a.pdf"
    target.write_bytes(b"mine")
    with pytest.raises(WriteError):
        run_now(lambda context: write_report(Source(npz), [], target, context))
    assert target.read_bytes() == b"mine"
    run_now(lambda context: write_report(Source(npz), [], target, context, overwrite=True))
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_full_disk_leaves_nothing_behind(npz, tmp_path, monkeypatch):
    def full(report: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report_pdf, "write_report", full)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(WriteError, match="No space left"):
        run_now(lambda context: write_report(Source(npz), [], folder / "a.pdf", context))
    assert list(folder.iterdir()) == []
