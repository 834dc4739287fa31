"""Rectangles of pixels."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.region import Region
from app.errors import ParameterError

patient = settings(deadline=None)  # a busy machine is no failure


def test_a_region_counts_its_pixels():
    assert Region(2, 5, 1, 8).pixels == 21


@pytest.mark.parametrize(
    "ends",
    [(5, 5, 0, 1), (6, 5, 0, 1), (0, 1, 3, 3), (0, 1, 4, 3), (-1, 2, 0, 1), (0, 1, -2, 3)],
)
def test_a_region_without_pixels_is_refused(ends):
    r0, r1, c0, c1 = ends
    with pytest.raises(ParameterError) as raised:
        Region(*ends)
    assert raised.value.message == f"Rows {r0}:{r1}, columns {c0}:{c1}."


def test_the_text_of_the_command_line_is_read():
    assert Region.parse("10:20,30:45") == Region(10, 20, 30, 45)
    assert Region.parse(" 10 : 20 , 30:45 ") == Region(10, 20, 30, 45)


@patient
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_region_reads_its_own_text(row, rows, col, cols):
    region = Region(row, row + rows, col, col + cols)
    assert Region.parse(str(region)) == region


@pytest.mark.parametrize(
    "text", ["", "10:20", "10:20,30", "10:20,30:40,5:6", "1:2:3,4:5", "a:b,c:d", "1.5:2,3:4", ":,:"]
)
def test_another_text_is_refused_and_named(text):
    with pytest.raises(ParameterError) as raised:
        Region.parse(text)
    assert raised.value.message == f"Found {text!r}; expected r0:r1,c0:c1 in whole pixels."
    assert isinstance(raised.value.__cause__, ValueError)


def test_a_text_that_names_no_pixel_is_refused_as_empty():
    with pytest.raises(ParameterError, match="This region is empty"):
        Region.parse("20:10,0:1")


def test_a_region_that_fills_the_scan_is_inside():
    Region(0, 5, 0, 7).check_inside(5, 7)


@pytest.mark.parametrize("region", [Region(0, 6, 0, 7), Region(0, 5, 0, 8), Region(9, 10, 9, 10)])
def test_a_region_beyond_the_scan_names_both(region):
    with pytest.raises(ParameterError) as raised:
        region.check_inside(5, 7)
    assert raised.value.message == f"Region {region}; the scan has 5 rows and 7 columns."
