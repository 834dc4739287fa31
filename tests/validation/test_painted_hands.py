"""A real scan of a painting, seen through the program from the file to the map.

Two silicon drift detectors, 60 × 120 pixels of 3 s; calibrated by its authors to
keV = 0.029221 · channel − 0.0155 (P. Pesic et al., ICETRAN 2026).
"""

import tarfile

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import line, roi_for
from app.core.maps import elemental_map
from app.core.peaks import NetSpectrum
from app.io import store

pytestmark = pytest.mark.validation

TRUE_AXIS = EnergyAxis(-0.0155, 0.029221)
DETECTORS = ("10264", "19511")

# strongest line of each family, keV: X-ray Data Booklet, table 1-2
PEAKS = {"Ca_Ka": 3.6917, "Fe_Ka": 6.4038, "Cu_Ka": 8.0478, "Pb_La": 10.5515, "Pb_Lb": 12.6137}


@pytest.fixture
def scans(shared_data):
    return [
        store.open_scan(shared_data(f"painted_hands/detector_{name}.npz")) for name in DETECTORS
    ]


def test_peaks_lie_where_the_tables_put_them(scans):
    """Within 30 eV, which is a channel of this scan."""
    for scan in scans:
        assert scan.cube.axis == TRUE_AXIS
        found = NetSpectrum(scan.sum_spectrum, TRUE_AXIS).peaks(0.9)
        for key, energy_kev in PEAKS.items():
            nearest = min(found, key=lambda peak: abs(peak.energy_kev - energy_kev))
            assert nearest.energy_kev == pytest.approx(energy_kev, abs=0.030), key
            # the program's own idea of the line is no farther away
            assert line(key).energy_kev == pytest.approx(nearest.energy_kev, abs=0.030), key


def test_both_detectors_see_the_same_iron(scans):
    """The same beam spot from two sides: Pearson's r above 0.9, net counts as well."""
    roi = roi_for(line("Fe"), TRUE_AXIS)
    for net in (False, True):
        first, second = (elemental_map(scan, roi, net=net).counts.ravel() for scan in scans)
        assert np.corrcoef(first, second)[0, 1] > 0.9


def test_a_map_is_the_sum_of_the_files_own_counts(scans, shared_data):
    """Straight from the array, without the program's readers and stores."""
    roi = roi_for(line("Pb_Lb"), TRUE_AXIS)
    for scan, name in zip(scans, DETECTORS, strict=True):
        with np.load(shared_data(f"painted_hands/detector_{name}.npz")) as arrays:
            counts = arrays["cube"]
        made = elemental_map(scan, roi)
        expected = counts[:, :, made.first : made.stop].sum(axis=2, dtype=np.int64)
        np.testing.assert_array_equal(made.counts, expected)
        np.testing.assert_array_equal(scan.sum_spectrum, counts.sum((0, 1), dtype=np.int64))
        np.testing.assert_array_equal(scan.maximum_pixel_spectrum, counts.max((0, 1)))


@pytest.mark.slow
def test_the_scanners_own_files_open_to_the_same_counts(shared_data, tmp_path):
    """One .mca file per pixel against the array its authors made of them, to the last count."""
    archive = shared_data("painted_hands/mca_folder_detector_10264.tar.gz")
    with tarfile.open(archive) as stream:
        stream.extractall(tmp_path, filter="data")
    from_files = store.open_scan(next(tmp_path.rglob("colonneXrighe.txt")).parent)
    from_array = store.open_scan(shared_data("painted_hands/detector_10264.npz"))
    np.testing.assert_array_equal(from_files.cube.counts[:], from_array.cube.counts[:])
    np.testing.assert_array_equal(from_files.sum_spectrum, from_array.sum_spectrum)
    np.testing.assert_array_equal(
        from_files.window_counts(200, 240), from_array.window_counts(200, 240)
    )
