import h5py
import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.io import spectrum_files
from app.io.spectrum_files import SUFFIXES, MeasuredSpectrum, NoAxisError, read_spectrum, read_xy

MCA = """<<PMCA SPECTRUM>>
LIVE_TIME - {live}
REAL_TIME - 1.5
SERIAL_NUMBER - 10264
<<CALIBRATION>>
LABEL - Channel
{points}
<<DATA>>
1
2
3
<<END>>
"""


def mca(tmp_path, live="0", points="100 2.0\n200 4.0"):
    path = tmp_path / "spot.mca"
    path.write_text(MCA.format(live=live, points=points), encoding="utf-8")
    return path


def xy(path, group="", unit=None, x=(0.1, 0.2, 0.3), y=(4, 5, 6)):
    with h5py.File(path, "a") as file:
        place = file.require_group(group) if group else file
        place["x"], place["y"] = x, y
        if unit:
            place["x"].attrs["units"] = unit
    return path


def test_an_mca_file_is_read(tmp_path):
    found = read_spectrum(mca(tmp_path, live="1.25"))
    np.testing.assert_array_equal(found.counts, [1.0, 2.0, 3.0])
    assert (found.axis.offset_kev, found.axis.gain_kev) == pytest.approx((0.0, 0.02), abs=1e-12)
    assert (found.live_time_s, found.name, found.instrument) == (1.25, "spot", "10264")
    assert found.notes == ()


def test_an_mca_file_without_live_time_says_so(tmp_path):
    found = read_spectrum(mca(tmp_path))
    assert found.live_time_s is None
    assert found.notes == ("The file gives no live time; the real time was 1.5 s.",)


def test_an_mca_file_without_points_needs_an_axis(tmp_path):
    path = mca(tmp_path, points="")
    with pytest.raises(NoAxisError, match="no energy axis") as caught:
        read_spectrum(path)
    assert caught.value.channels == read_spectrum(path, axis=EnergyAxis(0.0, 0.03)).counts.size
    axis = EnergyAxis(0.0, 0.03)
    assert read_spectrum(path, axis=axis).axis is axis


@pytest.mark.parametrize("group", ["", "entry", "entry/data/deep"])
def test_x_and_y_are_found_in_any_group(tmp_path, group):
    path = xy(tmp_path / "a.h5", group)
    found = read_spectrum(path)
    np.testing.assert_array_equal(found.counts, [4.0, 5.0, 6.0])
    assert (found.axis.offset_kev, found.axis.gain_kev) == pytest.approx((0.1, 0.1), abs=1e-12)
    assert found.axis.source == "file: " + (f"{group}/x" if group else "x")


def test_the_outermost_of_several_is_read(tmp_path):
    path = xy(tmp_path / "a.h5", "deep/one", y=(7, 8, 9))
    found = read_xy(xy(path, "two", "eV", x=(100, 200, 300)))
    np.testing.assert_array_equal(found.counts, [4.0, 5.0, 6.0])
    assert found.axis.gain_kev == pytest.approx(0.1)
    assert found.notes == ("The file holds 2 spectra; this is the first, “two”.",)


def test_x_without_a_unit_is_told_of(tmp_path):
    assert read_xy(xy(tmp_path / "a.h5")).notes == ("The energies carry no unit; taken for keV.",)
    assert read_xy(xy(tmp_path / "b.h5", unit="keV")).notes == ()


def test_a_large_dataset_is_not_read(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", (10**9,), "f8", chunks=(1000,))
        file.create_dataset("y", (10**9,), "f8", chunks=(1000,))
    with pytest.raises(ReadError, match="1,000,000,000 values; at most 65,536"):
        read_spectrum(tmp_path / "a.h5")


def test_a_large_text_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(spectrum_files, "_MOST_BYTES", 10)
    (tmp_path / "a.txt").write_text("0.1 2\n" * 10, encoding="utf-8")
    with pytest.raises(ReadError, match="at most 0 MB"):
        read_spectrum(tmp_path / "a.txt")


def test_all_errors_speak_of_a_spectrum(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    (tmp_path / "a.mca").write_text("<<PMCA SPECTRUM>>\n<<DATA>>\n1\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    for name in ("a.h5", "a.mca", "a.csv", "gone"):
        with pytest.raises(ReadError) as caught:
            read_spectrum(tmp_path / name)
        assert caught.value.title == "Cannot read this spectrum."
        assert name in caught.value.message


def test_the_content_decides_not_the_ending(tmp_path):
    path = mca(tmp_path).rename(tmp_path / "spot.txt")
    assert read_spectrum(path).counts.size == 3
    assert ".spx" in SUFFIXES


def test_spectra_of_a_real_scan_are_read(shared_data, tmp_path):
    import tarfile

    archive = shared_data("painted_hands/mca_folder_detector_10264.tar.gz")
    with tarfile.open(archive) as files:
        names = [name for name in files.getnames() if "SPOT_" in name]
        files.extractall(tmp_path, [files.getmember(name) for name in names], filter="data")
    spots = [read_spectrum(tmp_path / name) for name in sorted(names)]
    assert [int(spot.counts.sum()) for spot in spots] == [6847, 20438, 34230, 34020]
    assert [spot.axis.gain_kev for spot in spots] == pytest.approx([0.029166] * 4, abs=1e-6)
    assert all(isinstance(spot, MeasuredSpectrum) for spot in spots)
    assert "real time was 1.005 s" in spots[0].notes[0]


def test_a_real_column_of_counts_is_read_with_an_axis(shared_data):
    path = shared_data("single_spectra/XRFSpectrum.mca")
    with pytest.raises(NoAxisError, match="no energy axis") as caught:
        read_spectrum(path)
    assert caught.value.channels == 4096
    found = read_spectrum(path, axis=EnergyAxis(0.0, 0.00475))
    assert (found.counts.shape, found.counts.sum()) == ((4096,), 56_640_073.0)
