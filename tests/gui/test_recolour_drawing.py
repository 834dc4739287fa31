"""Colours, doubt and maps become pictures with a legend."""

import numpy as np
import pytest

from app.core.display import MapDisplay
from app.core.emission import line
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.measured_maps import agreement
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.gui.recolour_drawing import PREDICTED_COLOUR, PREDICTED_MAP, drawn, drawn_map, looks_of
from app.gui.recolour_values import Look
from app.gui.views.numbers import MINUS

SHAPE = (4, 6)
REGION = Region(1, 3, 2, 5)


def found_of(card, **values):
    rgb = np.zeros((2, 3, 3), np.float32)
    rgb[...] = (1.0, 0.2, 0.0)
    rgb[0, 0] = np.nan
    usual = {"rgb": rgb, "log_variance": None, "novelty": None, "maps": None}
    return Recoloured(card=card, provider="cpu", region=REGION, **(usual | values))


@pytest.fixture
def card(recolour_card):
    return recolour_card()


@pytest.fixture
def maps_card(plain_card):
    outputs = [{"name": "maps", "kind": "maps", "elements": ["Fe", "Cu"]}]
    return card_from_plain(plain_card(task="maps", outputs=outputs))


def colours_and_maps(plain_card):
    outputs = [
        {"name": "rgb", "kind": "rgb"},
        {"name": "maps", "kind": "maps", "elements": ["Fe", "Cu"]},
    ]
    return card_from_plain(plain_card(outputs=outputs))


def test_looks_follow_what_is_known(card, maps_card):
    doubt = np.zeros((2, 3), np.float32)
    assert looks_of(found_of(card)) == (Look.COLOUR,)
    assert Look.UNCERTAINTY not in looks_of(found_of(card, novelty=doubt))
    everything = looks_of(found_of(card, novelty=doubt, log_variance=doubt))
    assert everything == (
        Look.COLOUR,
        Look.FADED,
        Look.HATCHED,
        Look.UNCERTAINTY,
        Look.NOVELTY,
    )
    maps = np.zeros((2, 2, 3), np.float32)
    assert looks_of(found_of(maps_card, maps=maps)) == (Look.MAP, Look.RESIDUAL)


def test_a_network_for_colours_that_tells_maps_offers_both_colours_first(plain_card):
    maps = np.zeros((2, 2, 3), np.float32)
    found = found_of(colours_and_maps(plain_card), maps=maps)
    assert looks_of(found) == (Look.COLOUR, Look.MAP, Look.RESIDUAL)
    assert drawn(found, Look.COLOUR, 1.0, SHAPE).badge == PREDICTED_COLOUR


def test_region_is_drawn_in_its_place_and_nothing_around_it(card):
    shown = drawn(found_of(card), Look.COLOUR, 1.0, SHAPE)
    assert shown.picture.shape == (*SHAPE, 4)
    assert tuple(shown.picture[2, 3]) == (255, 51, 0, 255)
    opacity = shown.picture[..., 3] > 0
    # the pixel that has no colour is clear as well
    assert opacity.sum() == 5
    assert not opacity[1, 2]
    assert shown.badge == PREDICTED_COLOUR
    assert shown.strip is None


def test_first_look_is_filled_up(card):
    rgb = np.full((2, 3, 3), np.nan, np.float32)
    rgb[0, ::2] = (0.0, 1.0, 0.0)
    shown = drawn(found_of(card, rgb=rgb, grid_step=2), Look.COLOUR, 1.0, SHAPE)
    assert (shown.picture[1:3, 2:5, 3] == 255).all()


def test_doubtful_colours_fade_the_more_the_stronger(card):
    doubt = np.full((2, 3), 2 * np.log(0.125), np.float32)
    found = found_of(card, log_variance=doubt)
    weak, strong = (drawn(found, Look.FADED, by, SHAPE).picture[2, 3] for by in (0.5, 1.0))
    # half of the doubt that hides all takes half of the way to grey
    assert tuple(strong) == (191, 89, 64, 255)
    assert tuple(weak) == (223, 70, 32, 255)
    shown = drawn(found, Look.FADED, 1.0, SHAPE)
    assert (shown.low, shown.high, shown.unit) == ("± 0", "± 64 of 255", "doubt")
    assert shown.strip is not None


def test_hatching_covers_what_is_never_seen(card):
    novelty = np.ones((2, 3), np.float32)
    shown = drawn(found_of(card, novelty=novelty), Look.HATCHED, 1.0, SHAPE)
    assert (shown.low, shown.high, shown.unit) == ("known", "new", "doubt")
    # lines are drawn finer than pixels
    assert shown.fineness == 100
    assert shown.picture.shape == (400, 600, 4)
    assert (shown.picture[250, 350, :3] != (255, 51, 0)).any()
    assert shown.picture[50, 350, 3] == 0


def test_uncertainty_and_novelty_have_a_scale_with_units(card):
    sd = np.array([[0.0, 0.125, 0.25]] * 2, np.float32)
    with np.errstate(divide="ignore"):
        found = found_of(card, log_variance=2 * np.log(sd), novelty=sd)
    doubt = drawn(found, Look.UNCERTAINTY, 1.0, SHAPE)
    assert (doubt.low, doubt.high) == ("± 0", "± 64 of 255")
    assert "of 255" in doubt.meaning
    lightness = doubt.picture[2, 2:5, :3].sum(axis=1, dtype=int)
    assert (np.diff(lightness) > 0).all()
    novelty = drawn(found, Look.NOVELTY, 1.0, SHAPE)
    assert (novelty.low, novelty.high) == ("0", "1")


@pytest.fixture
def predicted(maps_card):
    maps = np.stack([np.arange(6.0).reshape(2, 3), np.ones((2, 3))]).astype(np.float32)
    rgb = np.full((2, 3, 3), np.nan, np.float32)
    return found_of(maps_card, rgb=rgb, maps=maps)


def test_map_alone_is_in_the_models_unit(predicted):
    shown = drawn_map(predicted, "Fe", Look.MAP, None, MapDisplay(), SHAPE)
    assert shown.badge == PREDICTED_MAP
    assert shown.unit == "model's unit"
    assert shown.picture[..., 3].sum() == 6 * 255


def test_map_beside_the_measured_one_tells_r_and_is_on_its_scale(predicted):
    measured = 100 + 10 * np.arange(6.0).reshape(2, 3)
    told = agreement("Fe", predicted.maps[0], measured, line("Fe"))
    shown = drawn_map(predicted, "Fe", Look.MAP, told, MapDisplay(), SHAPE)
    assert shown.title.startswith("Fe Kα · r = 1.00 · predicted by ")
    assert (shown.low, shown.high) == ("100", "150")


def test_residual_is_red_where_too_much_was_predicted(predicted):
    # of six pixels one has less than the straight line through all, its neighbours more
    measured = np.array([[0.0, 10.0, 0.0], [30.0, 40.0, 50.0]])
    told = agreement("Fe", predicted.maps[0], measured, line("Fe"))
    shown = drawn_map(predicted, "Fe", Look.RESIDUAL, told, MapDisplay(), SHAPE)
    red, _, blue, opacity = shown.picture[1, 4].astype(int)
    assert told.residual[0, 2] < 0
    assert red > blue
    assert opacity == 255
    assert shown.low.startswith(MINUS)
    assert shown.unit == "counts"


def test_even_map_has_no_correlation(predicted):
    told = agreement("Cu", predicted.maps[1], np.ones((2, 3)), line("Cu"))
    shown = drawn_map(predicted, "Cu", Look.MAP, told, MapDisplay(), SHAPE)
    assert "r not defined" in shown.title
