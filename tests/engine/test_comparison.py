"""Comparing files: scans with scans, pictures with pictures, and the report."""

import csv
import json
from functools import partial

import h5py
import numpy as np
import pytest
from PIL import Image

from app.core.axis import EnergyAxis
from app.core.comparison.spectral import spectral_scores
from app.engine import comparison
from app.engine.comparison import Kind, compare, kind_of, write_report
from app.engine.jobs import run_now
from app.engine.source import Source, open_scan
from app.errors import Cancelled, ParameterError, ReadError, WriteError
from app.io.formats import OpenOptions

AXIS = EnergyAxis(0.0, 0.04)


def run(first, second, seed=0, **options):
    sources = [Source(path, OpenOptions(**options)) for path in (first, second)]
    return run_now(partial(compare, *sources, seed=seed))


@pytest.fixture
def other_counts(counts):
    return np.random.default_rng(12).poisson(counts + 0.2).astype(np.uint16)


@pytest.fixture
def other(tmp_path, other_counts):
    path = tmp_path / "other.npz"
    np.savez_compressed(path, cube=other_counts, kev_offset=0.0, kev_slope=0.04)
    return path


def picture(path, rows=170, cols=165, seed=2, **options):
    values = np.random.default_rng(seed).integers(0, 256, (rows, cols, 3)).astype(np.uint8)
    Image.fromarray(values).save(path, **options)
    return path


def test_scans_are_compared_by_their_total_spectra(npz, other, counts, other_counts):
    found = run(npz, other)
    expected = spectral_scores(counts.sum(axis=(0, 1)), other_counts.sum(axis=(0, 1)))
    assert found.kind is Kind.SCAN
    for measure, value in expected.items():
        assert found.value("spectral", measure) == pytest.approx(value, rel=1e-12)
    assert found.first.total_counts == counts.sum()
    assert found.first.shape == (6, 9, 400)
    assert (found.axis, found.channels) == (AXIS, 400)


def test_scans_laid_flat_stand_beside_noise(npz, other):
    found = run(npz, other)
    assert 0 < found.value("structural", "ssim") < 1
    assert found.value("structural_noise", "ssim") < found.value("structural", "ssim")
    assert found.value("structural_mean_spectrum", "ssim") < 1
    # 54 pixels are too few for five scales
    assert found.value("structural", "ms_ssim") is None
    assert "No MS-SSIM: 54 × 400 is smaller than the 161 × 161" in " ".join(found.notes)


def test_a_scan_is_equal_to_itself_in_another_format(npz, tmp_path, counts):
    path = tmp_path / "same.h5"
    with h5py.File(path, "w") as file:
        file["img"] = counts
    found = run(npz, path, axis=AXIS)
    assert found.value("spectral", "hellinger") == 0
    assert found.value("structural", "ssim") == pytest.approx(1, abs=1e-5)


def test_the_steps_tell_both_inputs_and_the_seed(npz, other):
    found = run(npz, other, seed=7)
    *_, step = found.steps
    assert (step.action, step.seed) == ("compare", 7)
    assert [item.name for item in step.inputs] == ["panel.npz", "other.npz"]
    assert all(item.checksum.startswith("sha256:") for item in step.inputs)
    assert [step.action for step in found.steps] == ["open", "open", "compare"]


def test_a_working_store_that_is_there_is_used(npz, other, monkeypatch):
    first = run(npz, other).report()
    for path in (npz, other):
        run_now(partial(open_scan, path, OpenOptions()))
    monkeypatch.setattr(comparison, "summed", None)
    assert run(npz, other).report() == first


def test_scans_on_other_channels_are_rebinned_and_that_is_said(npz, tmp_path, counts):
    path = tmp_path / "wide.npz"
    joined = counts.reshape(6, 9, 200, 2).sum(axis=3).astype(np.uint16)
    np.savez_compressed(path, cube=joined, kev_offset=0.02, kev_slope=0.08)
    found = run(npz, path)
    assert found.channels == 200
    assert found.value("spectral", "hellinger") == pytest.approx(0, abs=1e-8)
    assert found.notes[0].startswith("The energy axes differ: compared on 200 channels of wide")
    assert not any("outside" in note for note in found.notes)


def test_counts_outside_the_common_energies_are_told(npz, tmp_path, counts):
    path = tmp_path / "half.npz"
    np.savez_compressed(path, cube=counts[..., :200], kev_offset=0.0, kev_slope=0.04)
    found = run(npz, path)
    lost = counts[..., 200:].sum() / counts.sum()
    assert f"{lost:.2%} of the counts of panel lie outside it." in found.notes
    assert found.value("spectral", "hellinger") == 0


def test_an_empty_scan_has_no_spectral_measures_and_that_is_said(npz, tmp_path, counts):
    path = tmp_path / "dark.npz"
    np.savez_compressed(path, cube=0 * counts, kev_offset=0.0, kev_slope=0.04)
    found = run(npz, path)
    assert {row[2] for row in found.rows if row[0] == "spectral"} == {None}
    assert "dark has no counts: measures of its spectrum are not defined." in found.notes
    assert found.value("structural", "ssim") is not None


def test_scans_of_different_sizes_are_refused_before_they_are_read(npz, tmp_path, monkeypatch):
    path = tmp_path / "turned.npz"
    np.savez_compressed(path, cube=np.zeros((9, 6, 400), np.uint16))
    monkeypatch.setattr(comparison, "summed", None)
    with pytest.raises(ParameterError, match="6 × 9 pixels, turned has 9 × 6 pixels"):
        run(npz, path)


def test_something_that_is_no_count_is_refused(npz, tmp_path, counts):
    path = tmp_path / "nan.npz"
    np.savez_compressed(path, cube=np.where(counts > 50, np.nan, counts), kev_offset=0.0)
    with pytest.raises(ReadError, match="nan"):
        run(npz, path)


def test_a_negative_seed_is_refused(npz, other):
    with pytest.raises(ParameterError, match="seed"):
        run(npz, other, seed=-1)


def test_a_comparison_can_be_cancelled(npz, other):
    def stop(fraction, message=""):
        if message.startswith("Comparing"):
            raise Cancelled

    with pytest.raises(Cancelled):
        run_now(partial(compare, Source(npz), Source(other)), stop)


@pytest.mark.parametrize(("suffix", "options"), [(".png", {}), (".tif", {}), (".bmp", {})])
def test_pictures_are_compared_whatever_their_format(tmp_path, suffix, options):
    found = run(picture(tmp_path / "a.png"), picture(tmp_path / f"b{suffix}", **options))
    assert found.kind is Kind.PICTURE
    assert found.value("native", "mse") == 0
    assert found.value("native", "ms_ssim") == pytest.approx(1)
    assert found.value("delta_e2000", "percentile_95") == 0
    assert found.value("native", "psnr_db") is None
    assert "The pictures are equal: their PSNR is infinite." in found.notes


def test_both_protocols_of_pictures_stand_side_by_side(tmp_path):
    found = run(picture(tmp_path / "a.png"), picture(tmp_path / "b.jpg", seed=3))
    assert found.value("padded", "mse") < found.value("native", "mse")
    assert found.value("native", "bce_excess") == pytest.approx(
        found.value("native", "bce") - found.value("native", "bce_floor")
    )
    assert any(note.startswith("Padded: both scaled to fit 288 × 384") for note in found.notes)


def test_small_pictures_say_which_scores_they_lack(tmp_path):
    found = run(picture(tmp_path / "a.png", 40, 9), picture(tmp_path / "b.png", 40, 9, seed=3))
    assert found.value("native", "ssim") is None
    assert found.value("padded", "ms_ssim") is not None
    assert "No SSIM: 40 × 9 is smaller than its window of 11 × 11." in found.notes


def test_what_was_changed_on_reading_a_picture_is_told(tmp_path):
    values = np.full((20, 30), 40_000, np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    found = run(tmp_path / "deep.png", tmp_path / "deep.png")
    assert any(note.startswith("deep.png: ") for note in found.notes)


def test_pictures_of_different_sizes_are_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"a\.png has 20 × 30 pixels, b\.png has 30 × 20"):
        run(picture(tmp_path / "a.png", 20, 30), picture(tmp_path / "b.png", 30, 20))


def test_a_scan_and_a_picture_are_refused(npz, tmp_path):
    with pytest.raises(ParameterError, match=r"panel\.npz is a scan, a\.png is a picture"):
        run(npz, picture(tmp_path / "a.png"))


def test_what_is_neither_is_refused(npz, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to see")
    for name in ("notes.txt", "absent.h5"):
        with pytest.raises(ReadError, match="Expected a scan, or a picture"):
            run(npz, tmp_path / name)


def test_a_broken_picture_is_refused(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    with pytest.raises(ReadError, match="broken"):
        run(picture(tmp_path / "a.png"), tmp_path / "broken.png")


def test_kinds_are_known_by_suffix_or_content(npz, tmp_path):
    assert kind_of(npz) is Kind.SCAN
    assert kind_of(tmp_path / "later.JPG") is Kind.PICTURE


def test_the_report_is_plain_json(npz, other):
    report = json.loads(json.dumps(run(npz, other, seed=3).report(), allow_nan=False))
    assert report["kind"] == "scans"
    assert (report["seed"], report["channels"]) == (3, 400)
    assert report["axis"]["gain_kev"] == 0.04
    assert report["first"]["file"] == "panel.npz"
    assert len(report["spectral"]) == 9
    assert set(report["structural_noise"]) == {"ssim", "ms_ssim"}


def test_infinite_and_undefined_scores_are_null(tmp_path):
    left, right = np.zeros((2, 4, 5, 20), np.uint16)
    left[..., :4], right[..., 9:] = 2, 3
    for name, cube in (("left", left), ("right", right)):
        np.save(tmp_path / f"{name}.npy", cube)
    found = run(tmp_path / "left.npy", tmp_path / "right.npy")
    assert found.value("spectral", "bhattacharyya") is None
    assert found.notes[0] == "No energy axis is known: channel against channel."
    assert "Bhattacharyya distance is infinite" in " ".join(found.notes)
    assert json.loads(json.dumps(found.report(), allow_nan=False))["axis"] is None


def test_a_table_holds_every_score_and_how_it_came_about(npz, other, tmp_path):
    found = run(npz, other)
    write_report(found, tmp_path / "scores.csv")
    lines = (tmp_path / "scores.csv").read_text("utf-8").splitlines()
    notes = [line for line in lines if line.startswith("#")]
    assert "# compared: panel.npz, other.npz" in notes
    assert any(line.startswith("# steps: ") for line in notes)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    read = [
        (row["of"], row["measure"], float(row["value"]) if row["value"] else None) for row in rows
    ]
    assert read == [row[:3] for row in found.rows]


def test_a_json_file_holds_the_report_and_the_steps(npz, other, tmp_path):
    found = run(npz, other)
    write_report(found, tmp_path / "scores.json")
    read = json.loads((tmp_path / "scores.json").read_text("utf-8"))
    steps = read.pop("steps")
    assert read == found.report()
    assert steps[-1]["action"] == "compare"


def test_a_report_is_not_written_over_or_as_something_else(npz, other, tmp_path):
    (tmp_path / "scores.csv").write_text("kept")
    with pytest.raises(WriteError, match="exists already"):
        comparison.check_report(tmp_path / "scores.csv", (npz, other))
    comparison.check_report(tmp_path / "scores.csv", (npz, tmp_path / "absent"), overwrite=True)
    with pytest.raises(ParameterError, match=r"expected \.csv, \.json"):
        comparison.check_report(tmp_path / "scores.xlsx", (npz, other))
    found = run(npz, other)
    with pytest.raises(WriteError):
        write_report(found, tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_text() == "kept"


def test_an_unknown_score_is_a_key_error(npz):
    with pytest.raises(KeyError):
        run(npz, npz).value("spectral", "loudness")


@pytest.mark.validation
def test_two_detectors_of_a_real_scan_saw_the_same_painting(shared_data):
    found = run(
        shared_data("painted_hands/detector_10264.npz"),
        shared_data("painted_hands/detector_19511.npz"),
    )
    assert 0.9 < found.value("spectral", "correlation") < 1
    assert found.value("spectral", "bray_curtis") < 0.2
