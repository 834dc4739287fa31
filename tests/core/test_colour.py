"""Colours between sRGB, Lab and hexadecimal, and how far they are apart."""

import itertools

import numpy as np
import pytest

from app.core.colour import (
    delta_e2000,
    hex_of_srgb,
    lab_to_srgb,
    nearest,
    srgb_of_hex,
    srgb_to_lab,
)
from app.core.pigments import ColourGroup, Component, Pigment
from app.errors import ParameterError

# G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30 (2005) 21, doi:10.1002/col.20070, table 1
PUBLISHED_PAIRS = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000),
    ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0010), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0012), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0010, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
    ((50, 2.5, 0), (50, 3.2972, 0), 1.0000),
    ((50, 2.5, 0), (50, 1.8634, 0.5757), 1.0000),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def pigment(name, srgb):
    return Pigment(name, name, ColourGroup.BLUE, (Component("CuO"),), 6.3, srgb)


@pytest.mark.validation
@pytest.mark.parametrize(("first", "second", "published"), PUBLISHED_PAIRS)
def test_distances_are_those_published(first, second, published):
    assert delta_e2000(first, second) == pytest.approx(published, abs=1e-4)


@pytest.mark.validation
def test_lab_agrees_with_another_implementation():
    from skimage.color import rgb2lab

    colours = list(itertools.product((0, 3, 11, 97, 201, 255), repeat=3))
    theirs = rgb2lab(np.array(colours, np.uint8)[np.newaxis])[0]
    ours = np.array([srgb_to_lab(colour) for colour in colours])
    # the two round the matrix and white of the standard differently
    assert np.abs(ours - theirs).max() < 0.02


def test_white_and_black_have_no_hue():
    assert srgb_to_lab((255, 255, 255)) == pytest.approx((100, 0, 0), abs=1e-9)
    assert srgb_to_lab((0, 0, 0)) == pytest.approx((0, 0, 0), abs=1e-9)


def test_every_srgb_colour_comes_back_from_lab():
    for colour in itertools.product((0, 1, 10, 11, 128, 254, 255), repeat=3):
        assert lab_to_srgb(srgb_to_lab(colour)) == (colour, True)


def test_a_colour_beyond_srgb_is_clipped_and_said_to_be():
    colour, is_in = lab_to_srgb((60.0, -90.0, 0.0))
    assert not is_in
    assert colour[0] == 0


@pytest.mark.parametrize(
    "lab", [(-0.1, 0, 0), (100.1, 0, 0), (50, float("nan"), 0), (50, 0), (50, 0, float("inf"))]
)
def test_what_is_no_lab_colour_is_refused(lab):
    with pytest.raises(ParameterError, match="no Lab colour"):
        lab_to_srgb(lab)


@pytest.mark.parametrize("text", ["#c93b2a", "C93B2A", "  #C93b2A "])
def test_hexadecimal_is_read_in_either_case(text):
    assert srgb_of_hex(text) == (201, 59, 42)


def test_short_hexadecimal_doubles_its_digits():
    assert srgb_of_hex("#fa0") == (255, 170, 0)


def test_hexadecimal_is_written_with_six_digits():
    assert hex_of_srgb((1, 59, 255)) == "#013bff"


@pytest.mark.parametrize("text", ["", "#", "red", "#12345", "#1234567", "#12345g", "#12 456"])
def test_text_that_is_no_colour_says_what_is_expected(text):
    with pytest.raises(ParameterError) as caught:
        srgb_of_hex(text)
    assert f"“{text}”" in caught.value.message
    assert "six digits" in caught.value.message


@pytest.mark.parametrize("srgb", [(0, 0, 256), (-1, 0, 0), (1, 2), (0.5, 0, 0)])
def test_what_is_no_srgb_colour_is_refused(srgb):
    with pytest.raises(ParameterError, match="no sRGB colour"):
        srgb_to_lab(srgb)


def test_the_nearest_pigment_comes_first():
    known = [pigment("sky", (120, 160, 200)), pigment("night", (10, 20, 60))]
    near = nearest((118, 160, 200), known)
    assert [item.pigment.name for item in near] == ["sky", "night"]
    expected = delta_e2000(srgb_to_lab((118, 160, 200)), srgb_to_lab((120, 160, 200)))
    assert near[0].delta_e == pytest.approx(expected, abs=1e-12)


def test_a_pigment_of_the_very_colour_has_no_distance():
    (near,) = nearest((12, 34, 56), [pigment("same", (12, 34, 56))])
    assert near.delta_e == 0


def test_no_more_pigments_than_asked_for_and_equals_keep_their_order():
    known = [pigment(name, (9, 9, 9)) for name in ("a", "b", "c")]
    assert [item.pigment.name for item in nearest((9, 9, 9), known, 2)] == ["a", "b"]


def test_nothing_is_nearest_among_none():
    assert nearest((1, 2, 3), []) == ()
