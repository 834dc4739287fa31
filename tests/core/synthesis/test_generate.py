"""The synthetic scan of a picture."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.core.synthesis.generate import (
    Noise,
    SynthesisRecipe,
    counts_of_pixels,
    generate,
    mixed_spectra,
)
from app.core.synthesis.paints import paints
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.5)
FIXED = SynthesisRecipe(clusters=2, delta=0, counts=300, noise=Noise.FIXED, threshold=0.9)


def pigment(name, srgb, channel, axis=AXIS, channels=24):
    counts = np.full(channels, 0.5, np.float32)
    counts[channel] = 100
    spectrum = PigmentSpectrum("Test", SpectrumKind.COMPUTED, axis, counts)
    return Pigment(
        name, name, ColourGroup.RED, (Component("Fe2O3"),), 5.0, srgb, spectra=(spectrum,)
    )


RED, BLUE = pigment("red", (200, 20, 20), 5), pigment("blue", (20, 30, 200), 15)


def two_colours(rows=6, cols=9):
    picture = np.empty((rows, cols, 3), np.uint8)
    picture[:, :4], picture[:, 4:] = RED.srgb, BLUE.srgb
    return picture


def made(recipe=FIXED, picture=None, pigments=(RED, BLUE)):
    picture = two_colours() if picture is None else picture
    return generate(picture, pigments, "Test", recipe)


def test_every_colour_gets_the_spectrum_of_its_pigment():
    counts = made().cube.counts[0:6]
    assert counts.shape == (6, 9, 24)
    left, right = counts[:, :4].sum(axis=(0, 1)), counts[:, 4:].sum(axis=(0, 1))
    assert left.argmax() == 5
    assert right.argmax() == 15
    assert left[15] < 0.05 * right[15]


def test_in_the_paper_s_mode_every_pixel_has_exactly_its_counts():
    assert (made().cube.counts[0:6].sum(axis=2) == 300).all()


@pytest.mark.validation
def test_poisson_counts_have_an_index_of_dispersion_of_one():
    recipe = replace(FIXED, noise=Noise.POISSON, counts=500)
    picture = np.full((200, 250, 3), 90, np.uint8)
    totals = made(replace(recipe, clusters=1), picture).truth.numbers
    assert totals.var() / totals.mean() == pytest.approx(1.0, abs=0.02)


def test_any_part_is_the_same_however_it_is_read():
    scan = made(replace(FIXED, noise=Noise.POISSON)).cube
    whole = scan.counts[0:6]
    again = made(replace(FIXED, noise=Noise.POISSON)).cube
    for rows in (1, 2, 4):
        blocks = [again.counts[row : row + rows] for row in range(0, 6, rows)]
        np.testing.assert_array_equal(np.concatenate(blocks), whole)
    np.testing.assert_array_equal(scan.counts[3, 5], whole[3, 5])
    np.testing.assert_array_equal(scan.counts[-1], whole[-1])
    np.testing.assert_array_equal(scan.counts[1:4, 2:5, 3:20], whole[1:4, 2:5, 3:20])
    np.testing.assert_array_equal(scan.counts[2, 3:7, 4], whole[2, 3:7, 4])


def test_rows_drawn_into_a_used_array_are_the_same():
    scan = made(replace(FIXED, noise=Noise.POISSON)).cube
    room = np.full((3, 9, 24), 7, scan.counts.dtype)
    scan.counts.read_rows(2, room)
    np.testing.assert_array_equal(room, scan.counts[2:5])


def test_another_seed_gives_other_counts_of_the_same_painting():
    first, second = made(), made(replace(FIXED, seed=1))
    assert (first.cube.counts[0:6] != second.cube.counts[0:6]).any()
    np.testing.assert_array_equal(first.truth.shares, second.truth.shares)


def test_brighter_pixels_have_more_counts_and_black_ones_still_some():
    picture = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    numbers = counts_of_pixels(picture, replace(FIXED, by_luminosity=True, counts=550))
    assert numbers.tolist() == [[100, 1000]]


def test_joined_channels_keep_the_counts_and_widen_the_axis():
    scan = made(replace(FIXED, join=4)).cube
    assert scan.channels == 6
    assert scan.axis == EnergyAxis(0.75, 2.0)
    assert (scan.counts[0:6].sum(axis=2) == 300).all()


def test_the_truth_says_who_is_where():
    truth = made().truth
    np.testing.assert_allclose(truth.abundances().sum(axis=0), 1.0)
    assert truth.abundances().shape == (2, 6, 9)
    assert truth.abundances()[0, :, :4].min() == pytest.approx(1.0)


def test_the_step_tells_how_it_was_made():
    (step,) = made(replace(FIXED, seed=7)).cube.steps
    assert step.action == "synthesise"
    assert step.seed == 7
    assert step.parameters["pigments"] == ("red", "blue")
    assert step.parameters["threshold"] == 0.9


@pytest.mark.parametrize("picture", [np.zeros((2, 3, 3), np.uint8), two_colours(1, 1)])
def test_black_and_tiny_pictures_work(picture):
    recipe = SynthesisRecipe(noise=Noise.FIXED, counts=40)
    assert (made(recipe, picture).cube.counts[0:2].sum(axis=2) == 40).all()


def test_a_pigment_without_that_spectrum_is_named():
    with pytest.raises(ParameterError, match="red has no spectrum “Mo”"):
        generate(two_colours(), [RED, BLUE], "Mo", FIXED)


def test_spectra_on_different_axes_are_refused():
    other = pigment("other", (0, 0, 0), 3, EnergyAxis(0.0, 0.4))
    with pytest.raises(ParameterError, match="do not fit together"):
        made(pigments=(RED, other))


def test_no_pigments_no_painting():
    with pytest.raises(ParameterError, match="nothing to paint with"):
        made(pigments=())


def test_fewer_than_one_colour_is_refused():
    with pytest.raises(ParameterError, match="3 ± 3"):
        SynthesisRecipe(clusters=3, delta=3)


def test_the_dwell_time_decides_counts_by_the_references_own_rates_less_dead_time():
    red, blue = RED, BLUE
    slow = replace(blue.spectra[0], counts=blue.spectra[0].counts * 0.25, live_time_s=2.0)
    pair = (
        replace(red, spectra=(replace(red.spectra[0], live_time_s=1.0),)),
        replace(blue, spectra=(slow,)),
    )
    picture = np.zeros((400, 50, 3), np.uint8)
    picture[:, :20], picture[:, 20:] = red.srgb, blue.srgb
    recipe = replace(FIXED, clusters=2, noise=Noise.DWELL, dwell_s=2.0, dead_time_us=1e3)
    made = generate(picture, pair, "Test", recipe)
    rate = float(red.spectra[0].counts.sum())
    expected = {20: rate * 2 / (1 + rate * 1e-3), 30: rate / 4 / (1 + rate / 8 * 1e-3)}
    for part, columns in ((slice(0, 20), 20), (slice(20, 50), 30)):
        numbers = made.truth.numbers[:, part]
        assert numbers.mean() == pytest.approx(expected[columns], rel=0.01)
        assert numbers.var() / numbers.mean() == pytest.approx(1.0, abs=0.06)


def test_by_dwell_pigments_are_mixed_with_their_rates():
    known = replace(paints((RED, BLUE), "Test"), rates=np.array([300.0, 100.0]))
    recipe = replace(FIXED, noise=Noise.DWELL, dwell_s=2.0)
    expected, means = mixed_spectra(np.array([[0.5, 0.5]]), known, recipe)
    assert means == pytest.approx([400.0])
    assert expected[0] == pytest.approx(0.75 * known.spectra[0] + 0.25 * known.spectra[1])


def test_without_live_times_the_dwell_time_cannot_decide():
    with pytest.raises(ParameterError) as caught:
        generate(two_colours(), (RED, BLUE), "Test", replace(FIXED, noise=Noise.DWELL))
    assert "no live time" in caught.value.message
