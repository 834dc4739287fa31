"""One `.mca` spectrum: counts, calibration points and damaged files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.io.mca import parse_counts, parse_mca

PATH = Path("None_17.mca")


def content(
    counts=(0, 3, 1200, 4294967295), points=("100 2.1", "300 6.1"), end="<<END>>", line_end="\r\n"
):
    lines = [
        "<<PMCA SPECTRUM>>",
        "TAG - live_data_2",
        "DESCRIPTION - a - b",
        "LIVE_TIME - 0",
        "REAL_TIME - 3,004000",
        *(["<<CALIBRATION>>", "LABEL - Channel", *points] if points is not None else []),
        "<<DATA>>",
        *map(str, counts),
        end,
    ]
    return line_end.join(lines).encode("latin-1")


def refusal(data):
    with pytest.raises(ReadError) as caught:
        parse_mca(data, PATH)
    assert caught.value.title == "Cannot open this cube."
    assert caught.value.message.startswith("None_17.mca: ")
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("end", ["<<END>>", "<<END>>\r\n", "<<END>><<DPP STATUS>> x 12 <<END>>"])
def test_counts_and_properties_are_read(line_end, end):
    spectrum = parse_mca(content(line_end=line_end, end=end), PATH)
    np.testing.assert_array_equal(spectrum.counts, [0, 3, 1200, 4294967295])
    assert spectrum.counts.dtype == np.uint32
    assert spectrum.properties["DESCRIPTION"] == "a - b"
    assert spectrum.seconds("LIVE_TIME") is None
    assert spectrum.seconds("LIVE_TIME", "REAL_TIME") == 3.004


def test_two_points_give_the_exact_line():
    axis = parse_mca(content(), PATH).axis
    assert axis.gain_kev == pytest.approx(0.02, rel=1e-12)
    assert axis.offset_kev == pytest.approx(0.1, rel=1e-12)
    assert axis.source == "file: 2 calibration points"


def test_decimal_commas_and_tabs_are_understood():
    spectrum = parse_mca(content(points=("100,5\t2,11", "300  6,1")), PATH)
    assert spectrum.axis.gain_kev == pytest.approx(3.99 / 199.5, rel=1e-12)
    assert spectrum.notes == ()


def test_one_point_gives_a_line_through_zero_and_a_note():
    spectrum = parse_mca(content(points=("320 6.4",)), PATH)
    assert spectrum.axis == EnergyAxis(0.0, 0.02)
    assert spectrum.axis.source == "file: 1 calibration point"
    assert spectrum.notes == (
        "The file has a single calibration point; 0 keV is assumed at channel 0.",
    )


def test_more_points_give_least_squares_and_the_largest_deviation():
    # 0, 1 and 2 keV with the middle one raised by 0.3 keV: the line rises by a third of that
    axis = parse_mca(content(points=("0 0", "100 1.3", "200 2")), PATH).axis
    assert axis.gain_kev == pytest.approx(0.01, rel=1e-12)
    assert axis.offset_kev == pytest.approx(0.1, rel=1e-12)
    assert axis.source == "file: 3 calibration points, ±200 eV"


@pytest.mark.parametrize("points", [None, ()])
def test_no_points_give_no_axis(points):
    spectrum = parse_mca(content(points=points), PATH)
    assert (spectrum.axis, spectrum.notes) == (None, ())


@pytest.mark.parametrize(
    ("points", "note"),
    [
        (("100 2.1", "Fe 6.4"), "calibration line 'Fe 6.4' cannot be read"),
        (("100 2.1 3",), "calibration line '100 2.1 3' cannot be read"),
        (("100 2.1", "300 1.1"), "points are not used. Offset"),
        (("100 2.1", "100 6.1"), "points are not used. Offset"),
        (("0 2.1",), "points are not used. Offset"),
        (("1e300 1", "2e300 5", "3 1e308"), "points are not used. Offset"),
    ],
)
def test_unusable_points_are_told_and_leave_the_counts(points, note):
    spectrum = parse_mca(content(points=points), PATH)
    assert spectrum.axis is None
    assert note in spectrum.notes[0]
    assert spectrum.counts.size == 4


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the section <<DATA>> with the counts is missing"),
        (content().replace(b"<<DATA>>", b""), "<<DATA>> with the counts is missing"),
        (content(end=""), "cut short: 4 counts found, but no <<END>>"),
        (content(counts=(1, 2, "x7", 3)), "channel 2 holds 'x7'; a count of 0 or more"),
        (content(counts=(1, -2, 3)), "channel 1 holds '-2'; a count of 0 or more"),
        (content(counts=("1.5", 3)), "channel 0 holds '1.5'"),
        (content(counts=(1, "1_000")), "channel 1 holds '1_000'"),
        (content(counts=(1, "2\x00")), "channel 1 holds '2\\x00'"),
        (content(counts=(5,)), "1 count found; a spectrum has at least 2 channels"),
        (content(counts=()), "no counts found; a"),
        (content(counts=(1, 4294967296)), "a channel holds 4,294,967,296 counts"),
        (content(counts=(1, 10**30)), "counts, more than any detector"),
    ],
)
def test_damaged_files_are_refused_with_what_was_found(data, told):
    assert told in refusal(data)


@settings(max_examples=100, deadline=None)
@given(
    data=st.binary(max_size=200)
    | st.binary(max_size=80).map(lambda part: b"<<DATA>>" + part + b"<<END>>")
    | st.binary(max_size=80).map(lambda part: content().replace(b"LABEL - Channel", part))
    | st.integers(0, len(content())).map(lambda end: content()[:end])
    | st.text("0123456789 \n\r\t\v\f-+.,eE", max_size=60).map(
        lambda text: f"<<CALIBRATION>>{text}<<DATA>>1 2<<END>>".encode()
    )
)
def test_arbitrary_bytes_parse_or_are_refused(data):
    try:
        outcome = parse_mca(data, PATH)
    except ReadError as error:
        outcome = error
    if isinstance(outcome, ReadError):
        assert outcome.message.startswith("None_17.mca: ")
    else:
        assert outcome.counts.size >= 2


@settings(max_examples=50, deadline=None)
@given(
    counts=st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=40),
    space=st.sampled_from(["\r\n", "\n", " ", "\t", "\r\n\r\n"]),
)
def test_all_counts_survive_any_white_space(counts, space):
    data = f"<<DATA>>{space}{space.join(map(str, counts))}<<END>>".encode()
    assert parse_counts(data, PATH).tolist() == counts
