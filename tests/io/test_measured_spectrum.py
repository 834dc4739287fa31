from pathlib import Path

import numpy as np
import pytest

from app.errors import ReadError
from app.io.measured_spectrum import (
    NoAxisError,
    check_size,
    checked_counts,
    content_of,
    even_axis,
    refusal,
    system_refused,
)

PATH = Path("a.csv")


def place(channel):
    return f"line {channel + 1}"


def axis_of(energies, kev=1.0):
    return even_axis(PATH, np.asarray(energies, np.float64), kev, "file: x", place)


def test_even_energies_give_their_axis():
    axis, note = axis_of(0.5 + 0.02 * np.arange(2048))
    assert (axis.offset_kev, axis.gain_kev) == pytest.approx((0.5, 0.02), abs=1e-12)
    assert (axis.source, axis.quadratic, note) == ("file: x", 0.0, "")


def test_rounded_energies_are_even():
    # 29.2 eV a channel written with two decimals makes steps of 20, 30 and 40 eV
    axis, _ = axis_of(np.round(-0.0155 + 0.029221 * np.arange(1024), 2))
    assert axis.gain_kev == pytest.approx(0.029221, abs=2e-7)
    assert axis.offset_kev == pytest.approx(-0.0155, abs=5e-4)


def test_energies_in_ev_become_kev():
    axis, note = axis_of([10, 20, 30], 1e-3)
    assert (axis.offset_kev, axis.gain_kev, note) == (pytest.approx(0.01), pytest.approx(0.01), "")


@pytest.mark.parametrize(("last", "unit", "gain"), [(40, "keV", 20.0), (4000, "eV", 2.0)])
def test_a_missing_unit_is_guessed_and_told(last, unit, gain):
    axis, note = axis_of([0, last / 2, last], None)
    assert note == f"The energies carry no unit; taken for {unit}."
    assert axis.gain_kev == pytest.approx(gain)


@pytest.mark.parametrize(
    ("energies", "words"),
    [
        # a lost channel
        ([1, 2, 3, 5, 6, 7], "from line 3 to line 4 they go from 3 to 5 keV; the usual step is 1"),
        ([1, 2, 2, 3, 4], "from line 2 to line 3 they go from 2 to 2"),
        ([3, 2, 1], "from line 1 to line 2"),
        ([1, 2, np.nan, 4], "the energy at line 3 is not a number"),
        (
            np.arange(100) + 2e-3 * np.arange(100) ** 2,
            "line 50 has 53.802 keV; on a straight line .* 58.702",
        ),
    ],
)
def test_uneven_energies_are_told_where(energies, words):
    with pytest.raises(ReadError, match=words):
        axis_of(energies)


def test_counts_are_checked():
    good = np.array([0.0, 1.5])
    assert checked_counts(PATH, good, place) is good
    for bad, words in (
        ([1.0], "1 channels found; 2 to 65,536"),
        ([1.0, -0.5, 3.0], r"channel 1 \(line 2\) holds -0.5"),
        ([1.0, np.inf], r"channel 1 \(line 2\) holds inf"),
    ):
        with pytest.raises(ReadError, match=words):
            checked_counts(PATH, np.array(bad), place)


def test_a_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    assert content_of(path, 100) == b"x" * 100
    with pytest.raises(ReadError, match="at most 0 MB"):
        content_of(path, 99)
    with pytest.raises(ReadError, match="folder"):
        check_size(tmp_path, 100)
    with pytest.raises(ReadError, match="No such file"):
        check_size(tmp_path / "gone", 100)


def test_errors_name_the_file():
    assert refusal(PATH, "odd.").message == "a.csv: odd."
    assert NoAxisError(PATH, 3).hint.startswith("Give the offset (keV)")
    assert system_refused(PATH, OSError("odd")).message == "a.csv: odd."
