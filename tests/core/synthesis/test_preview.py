"""The eight maps of the paper, small."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.emission import line
from app.core.lines import roi_for
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.preview import PAPER_LINES, Thumbnail, preview, thumbnail

AXIS = EnergyAxis(0.0, 0.05)
CHANNELS = 300
RECIPE = SynthesisRecipe(counts=500, noise=Noise.FIXED)


def spectra():
    """Colour 0 has all its counts at Fe Kα, colour 1 half at Pb Lα and half in no window."""
    expected = np.zeros((2, CHANNELS))
    expected[0, round(AXIS.channel(6.4))] = 1.0
    expected[1, round(AXIS.channel(10.55))] = 0.5
    expected[1, 10] = 0.5
    return expected


def small(rows=40, cols=50):
    labels = np.zeros((rows, cols), np.uint8)
    labels[:, cols // 2 :] = 1
    return Thumbnail(np.full((rows, cols, 3), 120, np.uint8), labels, 1)


def by_key(maps):
    return {item.line.key: item.counts for item in maps}


def test_every_map_holds_the_counts_of_its_line():
    maps = by_key(preview(small(), spectra(), AXIS, RECIPE))
    assert tuple(maps) == PAPER_LINES
    assert (maps["Fe_Ka"][:, :25] == 500).all()
    assert (maps["Fe_Ka"][:, 25:] == 0).all()
    assert (maps["Pb_La"][:, :25] == 0).all()
    lead = maps["Pb_La"][:, 25:]
    assert lead.mean() == pytest.approx(250, abs=3)
    # half of 500 counts: binomial
    assert lead.var() == pytest.approx(125, rel=0.15)
    assert maps["K_Ka"].sum() == 0


def test_poisson_numbers_of_counts_spread_as_poisson_does():
    recipe = SynthesisRecipe(counts=500)
    iron = by_key(preview(small(), spectra(), AXIS, recipe))["Fe_Ka"][:, :25]
    assert iron.var() / iron.mean() == pytest.approx(1.0, abs=0.15)


def test_the_same_recipe_gives_the_same_maps_and_another_seed_others():
    first, again, other = (
        by_key(preview(small(), spectra(), AXIS, SynthesisRecipe(seed=seed))) for seed in (3, 3, 4)
    )
    for key in PAPER_LINES:
        np.testing.assert_array_equal(first[key], again[key])
    assert (first["Pb_La"] != other["Pb_La"]).any()


def test_windows_that_overlap_count_in_both_maps():
    wide = EnergyAxis(0.0, 1.0)
    expected = np.zeros((1, 20))
    expected[0, 10] = 1.0
    one = Thumbnail(np.zeros((2, 3, 3), np.uint8), np.zeros((2, 3), np.uint8), 1)
    maps = by_key(preview(one, expected, wide, RECIPE))
    for key in PAPER_LINES:
        first, stop = window_of(key, wide)
        assert (maps[key] == (500 if first <= 10 < stop else 0)).all(), key
    assert (maps["Hg_La"] == 500).all()


def window_of(key, axis):
    roi = roi_for(line(key), axis, channels=20)
    return axis.channel_range(roi.low_kev, roi.high_kev, 20)


def test_lines_beyond_the_axis_have_no_map():
    maps = by_key(preview(small(), spectra()[:, :200] + 1e-6, AXIS, RECIPE))
    assert maps["Pb_La"] is None
    assert maps["Cu_Ka"] is not None


def test_a_thumbnail_is_every_so_many_pixels_and_no_larger_than_its_side():
    picture = np.arange(130 * 90 * 3, dtype=np.uint32).reshape(130, 90, 3).astype(np.uint8)
    labels = (np.arange(130 * 90) % 7).reshape(130, 90).astype(np.uint8)
    found = thumbnail(picture, labels)
    assert found.step == 3
    assert found.labels.shape == (44, 30)
    np.testing.assert_array_equal(found.picture, picture[::3, ::3])
    np.testing.assert_array_equal(found.labels, labels[::3, ::3])
    assert thumbnail(picture[:5, :9], labels[:5, :9]).step == 1
