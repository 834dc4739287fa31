"""Spectra that were measured, and what they say of where they are from."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.cube import SpectralCube
from app.core.pigments import ColourGroup, Pigment, SpectrumKind
from app.core.progress import no_progress
from app.core.region import Region
from app.engine.jobs import run_now
from app.engine.pigment_measured import (
    attached,
    measured_at,
    measured_spectrum,
    place_in_words,
)
from app.engine.source import Source, open_scan
from app.errors import AppError, ParameterError
from app.io.checksum import checksum
from app.io.formats import OpenOptions

BARE = Pigment("trial", "Trial", ColourGroup.RED, (), 2.0, (200, 30, 30))


@pytest.fixture
def scan(npz):
    return run_now(lambda context: open_scan(npz, OpenOptions(), context))


@pytest.mark.parametrize(
    ("where", "key", "pixels", "place"),
    [
        (None, np.s_[:, :], 54, "whole scan (54 pixels)"),
        (Region(0, 6, 0, 9), np.s_[:, :], 54, "whole scan (54 pixels)"),
        (Region(1, 3, 2, 6), np.s_[1:3, 2:6], 8, "rows 1–2, columns 2–5 (8 pixels)"),
        ((4, 7), np.s_[4:5, 7:8], 1, "row 4, column 7 (1 pixel)"),
    ],
)
def test_the_same_counts_from_an_open_scan_and_from_its_file(
    where, key, pixels, place, scan, npz, counts
):
    expected = counts[key].astype(np.uint64).sum(axis=(0, 1))
    for input_ in (scan, Source(npz)):
        measured = measured_at(input_, where, no_progress)
        np.testing.assert_array_equal(measured.counts, expected)
        assert (measured.pixels, measured.place) == (pixels, place)
        assert measured.axis.gain_kev == 0.04


def test_asking_a_file_stores_nothing(npz, user_folders):
    measured_at(Source(npz), (0, 0), no_progress)
    assert not list(user_folders.rglob("*.h5"))
    assert not [path for path in user_folders.rglob("counts*") if path.is_file()]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ((6, 0), "Row 6, column 0; the scan has 6 rows and 9 columns"),
        ((0, 9), "outside"),
        ((-1, 0), "Row -1"),
        (Region(0, 7, 0, 1), "6 rows"),
    ],
)
def test_places_outside_the_scan_are_refused(where, words, scan, npz):
    for input_ in (scan, Source(npz)):
        with pytest.raises(ParameterError, match=words):
            measured_at(input_, where, no_progress)


def test_without_an_axis_there_is_nothing_to_compare(counts, tmp_path):
    path = tmp_path / "bare.npy"
    np.save(path, counts)
    with pytest.raises(AppError, match="axis"):
        measured_at(Source(path), None, no_progress)


def test_the_source_names_file_checksum_place_and_live_time(scan, npz):
    measured = measured_at(scan, Region(1, 3, 2, 6), no_progress)
    assert measured.live_time_s is None
    digits = checksum((npz,))
    assert measured.source == (
        f"panel.npz ({digits}), rows 1–2, columns 2–5 (8 pixels), live time unknown"
    )
    acquisition = replace(scan.cube.acquisition, dwell_s=0.25, tube_anode="Rh", tube_kv=50.0)
    timed = replace(scan, cube=replace(scan.cube, acquisition=acquisition))
    measured = measured_at(timed, Region(1, 3, 2, 6), no_progress)
    assert measured.live_time_s == 2.0
    assert measured.source.endswith("(8 pixels), live time 2 s")
    spectrum = measured_spectrum(measured)
    assert (spectrum.live_time_s, spectrum.instrument) == (2.0, "Rh anode, 50 kV")
    assert spectrum.source == measured.source
    assert spectrum.label == "panel, rows 1–2, columns 2–5 (8 pixels)"
    assert spectrum.kind is SpectrumKind.MEASURED
    np.testing.assert_array_equal(spectrum.counts, measured.counts.astype(np.float32))


def test_live_time_counts_more_than_dwell(cube):
    acquisition = replace(cube.acquisition, dwell_s=1.0, live_time_s=0.8)
    timed = SpectralCube(cube.counts, cube.axis, acquisition, "panel")
    from app.engine.pigment_measured import Measured

    measured = Measured(np.ones(400), cube.axis, 5, timed, "here")
    assert measured.live_time_s == 4.0
    assert measured.source == "panel, here, live time 4 s"


def test_counts_below_zero_are_none(cube):
    from app.engine.pigment_measured import Measured

    measured = Measured(np.array([-2.5, 0.0, 3.5]), cube.axis, 1, cube, "here")
    assert measured_spectrum(measured, "mine").counts.tolist() == [0.0, 0.0, 3.5]
    assert measured_spectrum(measured, "mine").label == "mine"


@pytest.fixture
def spectrum_file(tmp_path):
    path = tmp_path / "mock-up 12.csv"
    rows = "\n".join(f"{0.02 * channel:.2f},{channel % 7}" for channel in range(200))
    path.write_text(f"energy_kev,counts\n{rows}\n", "utf-8")
    return path


def test_a_spectrum_in_a_file_is_attached_with_name_and_checksum(spectrum_file):
    pigment = attached(BARE, spectrum_file)
    (spectrum,) = pigment.spectra
    assert spectrum.kind is SpectrumKind.MEASURED
    assert spectrum.counts.tolist() == [channel % 7 for channel in range(200)]
    assert spectrum.axis.gain_kev == pytest.approx(0.02)
    assert spectrum.label == "mock-up 12"
    assert f"mock-up 12.csv, {checksum((spectrum_file,))}" in spectrum.source


def test_a_label_that_is_there_is_replaced_only_when_asked(spectrum_file):
    pigment = attached(BARE, spectrum_file, label="Mock-up")
    with pytest.raises(ParameterError, match="“Mock-up” already"):
        attached(pigment, spectrum_file, label=" Mock-up ")
    again = attached(pigment, spectrum_file, label="Mock-up", overwrite=True)
    assert again.spectra == pigment.spectra
    assert len(attached(pigment, spectrum_file, label="Other").spectra) == 2


def test_what_is_no_spectrum_is_not_attached(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear all,\nsee you\n")
    with pytest.raises(AppError, match=r"letter\.txt"):
        attached(BARE, path)


def test_places_are_told_in_words():
    assert place_in_words(Region(1, 3, 2, 6)) == "rows 1–2, columns 2–5 (8 pixels)"
    assert place_in_words(Region(3, 4, 5, 6)) == "row 3, column 5 (1 pixel)"
    assert place_in_words((3, 5)) == "row 3, column 5 (1 pixel)"
