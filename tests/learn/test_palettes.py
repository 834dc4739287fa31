"""Palettes at random have what a painter needs."""

import numpy as np

from app.core.pigments import ColourGroup
from app.learn.paints import HISTORIC_YEAR
from app.learn.palettes import draw_palette


def test_palettes_have_whites_blacks_and_colours_but_no_leaf(pigments):
    rng = np.random.default_rng(1)
    for _ in range(60):
        drawn = draw_palette(pigments, rng)
        assert 5 <= len(drawn) <= 15
        assert len(set(drawn)) == len(drawn)
        groups = {pigments[place].group for place in drawn}
        assert {
            ColourGroup.WHITE,
            ColourGroup.BLACK,
            ColourGroup.RED,
            ColourGroup.YELLOW,
            ColourGroup.BLUE,
        } <= groups
        assert all(pigments[place].binder != "none" for place in drawn)


def test_about_two_of_three_palettes_have_no_modern_pigment(pigments):
    rng = np.random.default_rng(2)
    modern = np.array([(pigment.from_year or 0) >= HISTORIC_YEAR for pigment in pigments])
    has_modern = [modern[list(draw_palette(pigments, rng))].any() for _ in range(300)]
    assert 0.2 < np.mean(has_modern) < 0.45


def test_all_pigments_that_are_paint_are_taken_now_and_then(pigments):
    rng = np.random.default_rng(3)
    taken = {place for _ in range(1500) for place in draw_palette(pigments, rng)}
    missing = [
        pigment.id
        for place, pigment in enumerate(pigments)
        if place not in taken and pigment.group is not ColourGroup.METAL
    ]
    assert len(taken) > 60
    assert len(missing) < 15, missing


def test_a_few_pigments_make_a_palette_too(pigments):
    few = [pigment for pigment in pigments if pigment.id in ("lead-white", "vermilion")]
    assert set(draw_palette(few, np.random.default_rng(4))) == {0, 1}
