"""Batches follow from their numbers alone, and hold what scenes expect."""

import itertools

import numpy as np
import pytest

from app.learn.config import DataRecipe
from app.learn.jitter import AxisError, Measuring
from app.learn.split import Role
from app.learn.store import SceneStore
from app.learn.stream import Batching, Stream

RECIPE = DataRecipe(scenes=3, rows=12, cols=16, paints=(2, 4), levels=2)
MEASURING = Measuring((500.0, 500.0), 0.0, 0.0)


@pytest.fixture(scope="module")
def scenes():
    return SceneStore(RECIPE).scenes(Role.TRAINING)


def stream(scenes, layout, measuring=MEASURING, **changes):
    batching = Batching(layout, scenes=4, points=10, side=8, **changes)
    return Stream(scenes, batching, measuring, seed=3)


@pytest.mark.parametrize(
    ("layout", "counts", "rgb", "elements"),
    [
        ("pixel", (40, 512), (40, 3), (40, 8)),
        ("image", (4, 512, 8, 8), (4, 3, 8, 8), (4, 8, 8, 8)),
    ],
)
def test_shapes_and_kinds_are_those_of_the_layout(scenes, layout, counts, rgb, elements):
    batch = stream(scenes, layout, elements=True).batch(0)
    assert (batch.counts.shape, batch.rgb.shape, batch.elements.shape) == (counts, rgb, elements)
    for values in (batch.counts, batch.rgb, batch.elements):
        assert values.dtype == np.float32
    assert batch.rgb.max() <= 1
    assert stream(scenes, layout).batch(0).elements is None


@pytest.mark.parametrize("layout", ["pixel", "image"])
def test_a_batch_is_the_same_whenever_it_is_asked_for(scenes, layout):
    plain = stream(scenes, layout, Measuring(backlash_share=0.5))
    ahead = list(itertools.islice(plain.batches(2, ahead=3), 3))
    one_by_one = list(itertools.islice(plain.batches(2, ahead=0), 3))
    for first, second, number in zip(ahead, one_by_one, range(2, 5), strict=True):
        np.testing.assert_array_equal(first.counts, second.counts)
        np.testing.assert_array_equal(first.rgb, plain.batch(number).rgb)
    assert (ahead[0].counts != ahead[1].counts).any()


def test_colours_and_counts_are_of_the_same_points(scenes):
    """Points of one colour and scene have one spectrum but for noise and thickness."""
    one = [scenes[0]]
    batch = Stream(one, Batching("pixel", 1, points=4000), Measuring((1e5, 1e5), 0.0, 0.0), 4)
    drawn = batch.batch(0)
    expected = one[0].expected(AxisError())
    colours = one[0].srgb.reshape(-1, 3)
    for colour in np.unique(colours, axis=0)[:5]:
        wanted = expected[(colours == colour).all(axis=1)]
        found = drawn.counts[(np.round(drawn.rgb * 255) == colour).all(axis=1)]
        shares = wanted.mean(axis=0) / wanted.mean(axis=0).sum()
        np.testing.assert_allclose(found.mean(axis=0) / found.mean(axis=0).sum(), shares, atol=0.01)


def test_parts_are_laid_together_with_their_colours(scenes):
    how = Measuring((1e6, 1e6), 0.0, 0.0)
    batch = Stream(scenes, Batching("image", 6, side=8), how, 5).batch(0)
    flat = [scene.expected(AxisError()) for scene in scenes]
    colours = [scene.srgb.reshape(-1, 3) for scene in scenes]
    for part, rgb in zip(batch.counts, batch.rgb, strict=True):
        point = part[:, 2, 5] / part[:, 2, 5].sum()
        apart = [
            np.abs(item / item.sum(axis=1, keepdims=True) - point).sum(axis=1) for item in flat
        ]
        scene = int(np.argmin([item.min() for item in apart]))
        near = colours[scene][apart[scene] < apart[scene].min() + 0.01] / 255
        assert np.abs(near - rgb[:, 2, 5]).max(axis=1).min() < 1e-6


def test_the_number_of_counts_is_what_is_asked_for(scenes):
    counts = stream(scenes, "image").batch(1).counts
    assert counts.sum(axis=1).mean() == pytest.approx(500, rel=0.2)


def test_nothing_is_counted_where_an_axis_has_ended(scenes):
    how = Measuring((1e6, 1e6), 0.0, 0.0, short_share=1.0)
    counts = Stream(scenes, Batching("pixel", 8, points=5), how, 5).batch(0).counts
    ends = counts.reshape(8, 5, 512).max(axis=1)
    assert (ends[:, 511] == 0).all()
    assert (ends[:, 320] > 0).all()


def test_points_drawn_together_are_spread_over_batches(scenes):
    together = stream(scenes, "pixel", Measuring(backlash_share=0.5), elements=True)
    spread = stream(scenes, "pixel", Measuring(backlash_share=0.5), elements=True, spread=4)
    draws = [together.batch(number) for number in range(5, 12)]
    batch = spread.batch(5)
    assert batch.counts.shape == (40, 512)
    for name in ("counts", "rgb", "elements"):
        found, wanted = getattr(batch, name), [getattr(draw, name) for draw in draws]
        np.testing.assert_array_equal(
            found, np.concatenate([wanted[place][place::4] for place in range(4)])
        )
    # every point of a draw is in one batch
    seen = np.concatenate([spread.batch(number).counts for number in range(5, 9)])
    own = {row.tobytes() for row in draws[3].counts}
    assert own <= {row.tobytes() for row in seen}
    # and whoever begins later gets the same
    later = stream(scenes, "pixel", Measuring(backlash_share=0.5), elements=True, spread=4)
    np.testing.assert_array_equal(later.batch(8).counts, spread.batch(8).counts)
