"""Predicted colours are scored against a picture of the painting."""

import numpy as np
import pytest
from PIL import Image

from app.core.recolouring.card import card_from_plain
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.jobs import run_now
from app.engine.recolour_scoring import score_against
from app.errors import AppError, ParameterError

SHAPE = (24, 36)
WHOLE = Region(0, SHAPE[0], 0, SHAPE[1])


@pytest.fixture
def picture():
    generator = np.random.default_rng(4)
    return generator.integers(0, 256, (*SHAPE, 3), dtype=np.uint8)


@pytest.fixture
def make(plain_card):
    def make(srgb, region=WHOLE):
        rgb = (srgb / 255).astype(np.float32)
        card = card_from_plain(plain_card())
        return Recoloured(rgb, None, None, None, card, "cpu", region)

    return make


@pytest.fixture
def saved(tmp_path):
    def save(srgb):
        path = tmp_path / "photo.png"
        Image.fromarray(srgb).save(path)
        return path

    return save


def score(found, path):
    return run_now(lambda context: score_against(found, path, SHAPE, context))


def value(scores, name):
    return {item.name: item.value for item in scores.scores}[name]


def test_equal_pictures_score_best(make, saved, picture):
    scores = score(make(picture), saved(picture))
    assert value(scores, "SSIM") == pytest.approx(1)
    assert value(scores, "ΔE2000, mean") == pytest.approx(0, abs=1e-6)
    assert value(scores, "MSE") == pytest.approx(0, abs=1e-12)
    assert value(scores, "MS-SSIM") is None
    assert scores.notes == ()
    assert {item.name for item in scores.padded} >= {"SSIM", "MSE"}


def test_one_level_off_is_the_mean_squared_error_it_is(make, saved, picture):
    dark = np.minimum(picture, 254)
    scores = score(make(dark + 1), saved(dark))
    assert value(scores, "MSE") == pytest.approx((1 / 255) ** 2, rel=1e-4)


def test_region_is_compared_with_its_place_in_the_picture(make, saved, picture):
    region = Region(3, 19, 5, 30)
    scores = score(make(picture[3:19, 5:30], region), saved(picture))
    assert value(scores, "MSE") == pytest.approx(0, abs=1e-12)
    assert scores.notes == ("Only the recoloured region of it is looked at.",)


def test_larger_photograph_is_brought_to_the_size_and_said_so(make, saved, picture):
    even = np.full((*SHAPE, 3), (200, 100, 50), np.uint8)
    large = np.full((72, 108, 3), (200, 100, 50), np.uint8)
    scores = score(make(even), saved(large))
    assert value(scores, "MSE") == pytest.approx(0, abs=1e-10)
    assert "from 72 × 108 to 24 × 36" in scores.notes[0]
    assert "not registered" in scores.notes[0]


def test_picture_of_the_region_alone_may_have_another_size(make, saved):
    region = Region(0, 20, 0, 20)
    even = np.full((20, 20, 3), 90, np.uint8)
    scores = score(make(even, region), saved(np.full((40, 40, 3), 90, np.uint8)))
    assert value(scores, "MSE") == pytest.approx(0, abs=1e-10)
    assert "to 20 × 20" in scores.notes[0]


def test_picture_of_something_else_is_refused(make, saved, picture):
    with pytest.raises(ParameterError, match=r"24 × 24 pixels, the scan 24 × 36"):
        score(make(picture), saved(picture[:, :24]))


def test_unfinished_picture_is_refused(make, saved, picture):
    found = make(picture)
    found.rgb[3, 4] = np.nan
    with pytest.raises(AppError):
        score(found, saved(picture))
