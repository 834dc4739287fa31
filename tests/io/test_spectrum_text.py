from pathlib import Path

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.io.spectrum_text import read_text
from app.io.tables import write_spectra_csv

COUNTS = [5.0, 6.5, 7.0, 0.0]


def read(text, axis=None, encoding="utf-8"):
    return read_text(Path("a.txt"), text.encode(encoding), axis)


@pytest.mark.parametrize(
    "text",
    [
        "0.1,5\n0.2,6.5\n0.3,7\n0.4,0\n",
        "0.1, 5\r\n0.2, 6.5\r\n0.3, 7\r\n0.4, 0\r\n",
        "0,1;5\n0,2;6,5\n0,3;7\n0,4;0\n",
        "0,1\t5\n0,2\t6,5\n0,3\t7\n0,4\t0\n",
        "0,1 5\n0,2 6,5\n0,3 7\n0,4 0\n",
        "  0.1   5.0e0\n  0.2   6.5\n\n  0.3   7\n  0.4   0\n",
        "0.1;5;\n0.2;6.5;\n0.3;7;\n0.4;0;\n",
        "energy_kev,counts\n0.1,5\n0.2,6.5\n0.3,7\n0.4,0\n",
        '"E / keV";"N"\n0,1;5\n0,2;6,5\n0,3;7\n0,4;0\n',
        "Energy (eV)\tCounts\n100\t5\n200\t6.5\n300\t7\n400\t0\n",
        "counts,energy_ev\n5,100\n6.5,200\n7,300\n0,400\n",
        "Sample 5\nmeasured on Monday\nkeV counts\n0.1 5\n0.2 6.5\n0.3 7\n0.4 0\n",
        "# a remark\n% another\n0.1 5\n0.2 6.5\n0.3 7\n0.4 0\n# end\n",
        "channel,energy_kev,counts\n0,0.1,5\n1,0.2,6.5\n2,0.3,7\n3,0.4,0\n",
        "1 0.1 5\n2 0.2 6.5\n3 0.3 7\n4 0.4 0\n",
    ],
)
def test_two_columns_are_read_however_they_are_parted(text):
    found = read(text)
    np.testing.assert_array_equal(found.counts, COUNTS)
    assert (found.axis.offset_kev, found.axis.gain_kev) == pytest.approx((0.1, 0.1), abs=1e-12)
    assert found.name == "a"
    assert found.live_time_s is None


@pytest.mark.parametrize(
    "text",
    [
        "# energy_kev = 0.1 + 0.1·channel (a file)\n5\n6.5\n7\n0\n",
        "# offset: 0.1 keV, gain: 0.1 keV\n5\n6.5\n7\n0\n",
        "# Offset = 100 eV\n# Gain = 100 eV per channel\n5\n6.5\n7\n0\n",
        "# zero_eV 100\n# gain_eV 100\n5\n6.5\n7\n0\n",
        "#offset (keV): 0,1\n#gain (keV/channel): 0,1\n5\n6,5\n7\n0\n".replace("6,5", "6.5"),
        "offset_kev = 0.1\ngain_kev = 0.1\ncounts\n5\n6.5\n7\n0\n",
        "# offset 0.1\n# slope 0.1\nchannel;counts\n0;5\n1;6,5\n2;7\n3;0\n",
    ],
)
def test_counts_alone_have_their_axis_above_them(text):
    found = read(text)
    np.testing.assert_array_equal(found.counts, COUNTS)
    assert (found.axis.offset_kev, found.axis.gain_kev) == pytest.approx((0.1, 0.1), abs=1e-12)
    assert found.axis.source == "file: header"


def test_an_axis_is_needed_from_somewhere():
    text = "5\n6.5\n7\n0\n"
    with pytest.raises(ReadError, match="no energy axis"):
        read(text)
    given = EnergyAxis(0.5, 0.25)
    assert read(text, given).axis is given
    # channel numbers are no energies
    with pytest.raises(ReadError, match="no energy axis"):
        read("0 5\n1 6.5\n2 7\n3 0\n")
    # and what the file says goes before what is given
    assert read("0.1 5\n0.2 6\n0.3 7\n", given).axis.gain_kev == pytest.approx(0.1)


def test_prose_above_the_counts_gives_no_axis():
    text = (
        "# a huge energy offset and you will need more\n# than 4 of them; gain unknown\n5\n6\n7\n"
    )
    with pytest.raises(ReadError, match="no energy axis"):
        read(text)


@pytest.mark.parametrize(
    ("remark", "live_time_s"),
    [
        ("live time: 12.5 s", 12.5),
        ("LIVE_TIME = 12,5", 12.5),
        ("live-time (ms): 300", 0.3),
        ("live time 300 ms", 0.3),
        ("live time: unknown", None),
        ("live time: 0", None),
    ],
)
def test_a_live_time_in_a_remark_is_read(remark, live_time_s):
    assert read(f"# {remark}\n0.1 5\n0.2 6\n0.3 7\n").live_time_s == live_time_s


def test_of_several_spectra_the_first_is_read():
    found = read("energy_kev,sum,maximum\n0.1,5,9\n0.2,6.5,9\n0.3,7,9\n0.4,0,9\n")
    np.testing.assert_array_equal(found.counts, COUNTS)
    assert found.notes == ("The file holds 2 spectra side by side; this is the first, “sum”.",)


def test_a_missing_unit_is_told():
    assert read("100 5\n200 6\n300 7\n").notes == ("The energies carry no unit; taken for eV.",)
    assert read("energy_kev,n\n100,5\n200,6\n300,7\n").notes == ()


def test_our_own_tables_are_read(tmp_path):
    path = tmp_path / "s.csv"
    axis = EnergyAxis(-0.1, 0.02, 1e-6)
    counts = np.array([0.1, 3.0, 1 / 3, 0.0])
    write_spectra_csv({"Fe, region": counts}, axis, path, steps=())
    found = read_text(path, path.read_bytes())
    np.testing.assert_array_equal(found.counts, counts)
    # the formula above the table is exact, also for a bent axis
    assert found.axis == axis


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_any_encoding_is_read(encoding):
    found = read("Energie für keV;Zähler\n0,1;5\n0,2;6,5\n0,3;7\n0,4;0\n", encoding=encoding)
    np.testing.assert_array_equal(found.counts, COUNTS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.1,5\n0.2,6\nx,7\n0.4,8\n", "line 3, column 1 holds 'x'"),
        ("# r\n\n0.1,5\n0.2,6,7\n0.3,7\n", "line 4 has 3 columns; the first row has 2"),
        ("0.1 5\n0.2 6\n0.4 7\n0.5 8\n0.6 9\n", "from line 2 to line 3"),
        ("energy\n0.1\n0.2\n0.3\n", "energies only"),
        ("0.1,5\n0.2,nan\n0.3,7\n", "line 2, column 2 holds 'nan'"),
        ("# gain: 0\n5\n6\n", "a positive gain"),
        ("5\n", "no energy axis|1 channels found"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text, words):
    with pytest.raises(ReadError, match=words):
        read(text)


def test_a_table_without_end_is_refused():
    with pytest.raises(ReadError, match="more than 65,536 rows"):
        read("1\n" * 70_000)
