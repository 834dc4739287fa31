"""Scenes keep what is expected of them, and give counts that are distributed about it."""

import numpy as np
import pytest

from app.core.physics.forward import ForwardModel
from app.learn.axis import CHANNELS, edges_kev
from app.learn.instruments import draw_instrument
from app.learn.jitter import AxisError, Measuring
from app.learn.scenes import ELEMENTS, LINES, Points, SceneSize, make_scene

SIZE = SceneSize(rows=16, cols=24, paints=(4, 6), levels=2, hidden=0.0)


@pytest.fixture(scope="module")
def instrument():
    return draw_instrument("Rh", np.random.default_rng(1))


def made(pigments, instrument, seed=1, size=SIZE, picture=None):
    return make_scene(size, picture, pigments, instrument, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def scene(pigments, instrument):
    return made(pigments, instrument)


def test_the_mean_point_expects_one_count(scene):
    expected = scene.expected(AxisError())
    assert expected.shape == (16 * 24, CHANNELS)
    assert expected.sum(axis=1).mean() == pytest.approx(1.0, rel=0.01)
    assert expected.min() >= 0


def test_a_part_of_the_points_expects_the_same(scene):
    error = AxisError(0.01, -0.02)
    whole = scene.expected(error)
    np.testing.assert_allclose(scene.expected(error, slice(50, 60)), whole[50:60], atol=1e-7)
    chosen = np.array([3, 200, 77])
    np.testing.assert_allclose(scene.expected(error, chosen), whole[chosen], atol=1e-7)
    cut = scene.part(slice(2, 7), slice(5, 17))
    np.testing.assert_allclose(
        cut.expected(error), whole.reshape(16, 24, -1)[2:7, 5:17].reshape(60, -1), atol=1e-7
    )
    np.testing.assert_array_equal(cut.rgb(), scene.rgb()[:, 2:7, 5:17])


def test_counts_are_poisson_about_what_is_expected(scene):
    how = Measuring((2000.0, 2000.0), 0.0, 0.0)
    rng = np.random.default_rng(2)
    drawn = np.stack([scene.counts_of(how, rng) for _ in range(40)])
    assert drawn.shape == (40, CHANNELS, 16, 24)
    expected = 2000 * scene.expected(AxisError()).T.reshape(CHANNELS, 16, 24)
    assert drawn.mean() == pytest.approx(expected.mean(), rel=0.003)
    seen = expected > 2
    dispersion = drawn.var(axis=0, ddof=1)[seen].sum() / expected[seen].sum()
    assert dispersion == pytest.approx(1.0, abs=0.02)


def test_lines_are_where_an_axis_error_puts_them(pigments, instrument):
    names = [pigment.id for pigment in pigments]
    only = [pigments[names.index("malachite")]]
    scene = made(only, instrument)
    centres = (edges_kev()[:-1] + edges_kev()[1:]) / 2
    window = (centres > 7.6) & (centres < 8.6)
    for error, wanted in ((AxisError(), 8.04), (AxisError(0.01, 0.03), 8.04 * 1.01 + 0.03)):
        spectrum = scene.expected(error).mean(axis=0)
        floor = np.interp(centres[window], [7.5, 8.7], np.interp([7.5, 8.7], centres, spectrum))
        net = np.maximum(spectrum[window] - floor, 0)
        assert net @ centres[window] / net.sum() == pytest.approx(wanted, abs=0.02)


def test_elements_are_shares_of_the_lines_that_the_physics_counts(pigments, instrument):
    names = [pigment.id for pigment in pigments]
    scene = made([pigments[names.index("malachite")]], instrument)
    shares = scene.elements()
    assert shares.shape == (len(ELEMENTS), 16 * 24)
    np.testing.assert_allclose(scene.elements(np.array([9, 300])), shares[:, [9, 300]], rtol=1e-6)
    copper = shares[ELEMENTS.index("Cu")]
    assert 0.005 < copper.min() < copper.max() < 1
    assert (shares[ELEMENTS.index("Hg")] == 0).all()
    # the net peak in the spectrum is what is told
    expected = scene.expected(AxisError())
    low, high = 96, 106
    peak = expected[:, low:high].sum(axis=1)
    floor = (expected[:, low - 1] + expected[:, high]) / 2 * (high - low)
    net = (peak - floor) / expected.sum(axis=1)
    np.testing.assert_allclose(net, copper, rtol=0.1)


def test_every_line_is_one_that_the_forward_model_knows(pigments, instrument):
    model = ForwardModel(instrument, [pigment.dry() for pigment in pigments])
    assert set(LINES) <= {item.key for item in model.lines}


def test_the_seed_decides_and_pictures_are_painted(pigments, instrument):
    picture = np.full((16, 24, 3), (180, 150, 110), np.uint8)
    picture[4:10, 6:15] = (50, 60, 110)
    one, same = (made(pigments, instrument, 5, picture=picture) for _ in range(2))
    np.testing.assert_array_equal(one.roots, same.roots)
    np.testing.assert_array_equal(one.srgb, same.srgb)
    assert np.abs(one.srgb.astype(float) - picture).mean() < 40


def test_backlash_moves_spectra_but_not_colours(scene):
    moved = scene.displaced(1)
    np.testing.assert_array_equal(moved.srgb, scene.srgb)
    whole = scene.expected(AxisError()).reshape(16, 24, -1)
    seen = moved.expected(AxisError()).reshape(16, 24, -1)
    np.testing.assert_allclose(seen[0], whole[0], atol=1e-7)
    np.testing.assert_allclose(seen[1, 1:], whole[1, :-1], atol=1e-7)


def test_hidden_pictures_change_spectra(pigments, instrument):
    hiding = SceneSize(rows=16, cols=24, paints=(4, 6), levels=2, hidden=1.0)
    scene = made(pigments, instrument, 3, size=hiding)
    assert scene.told["hidden"] is True
    assert scene.told["stacks"] == len(scene.argon)


def test_a_part_can_be_laid_in_eight_ways(scene):
    error = AxisError()
    whole = scene.expected(error).reshape(16, 24, -1)[3:11, 5:13]
    laid = [scene.turned(way, 3, 5, 8) for way in range(8)]
    np.testing.assert_array_equal(laid[0].srgb, scene.srgb[3:11, 5:13])
    np.testing.assert_array_equal(laid[1].srgb, scene.srgb[3:11, 5:13][::-1])
    np.testing.assert_array_equal(laid[2].srgb, scene.srgb[3:11, 5:13][:, ::-1])
    np.testing.assert_array_equal(laid[4].srgb, scene.srgb[3:11, 5:13].swapaxes(0, 1))
    assert len({item.srgb.tobytes() for item in laid}) == 8
    seen = laid[5].expected(error).reshape(8, 8, -1)
    np.testing.assert_allclose(seen, whole.swapaxes(0, 1)[::-1], atol=1e-7)


def test_two_points_in_a_beam_give_both_their_spectra_and_their_light(scene):
    error = AxisError()
    whole, colours = scene.expected(error), scene.colours(slice(None))
    points = Points(np.array([5, 60]), np.array([300, 7]), np.array([0.25, 0.0], np.float32))
    seen = scene.expected(error, points)
    np.testing.assert_allclose(seen[0], 0.75 * whole[5] + 0.25 * whole[300], atol=1e-7)
    np.testing.assert_allclose(seen[1], whole[60], atol=1e-7)
    found = scene.colours(points)
    np.testing.assert_allclose(found[1], colours[60], atol=1e-6)
    low, high = np.sort(colours[[5, 300]], axis=0)
    assert (found[0] >= low - 1e-6).all()
    assert (found[0] <= high + 1e-6).all()
    # light adds up, not its code
    light = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    wanted = 0.75 * light[5] + 0.25 * light[300]
    seen_light = np.where(
        found[0] <= 0.04045, found[0] / 12.92, ((found[0] + 0.055) / 1.055) ** 2.4
    )
    np.testing.assert_allclose(seen_light, wanted, atol=1e-5)


def test_other_surroundings_change_what_is_not_the_painting(scene):
    rng = np.random.default_rng(4)
    error = AxisError()
    seen = [scene.varied(rng) for _ in range(6)]
    spectra = np.stack([item.expected(error).mean(axis=0) for item in seen])
    assert len({item.surroundings.scatter for item in seen}) == 6
    assert np.ptp(spectra, axis=0).max() > 0
    # the mean point keeps about 1 count, but for what the efficiency takes
    assert (spectra.sum(axis=1) > 0.3).all()
    assert (spectra.sum(axis=1) < 3).all()
    shares = np.stack([item.elements() for item in seen])
    # more scatter, less of every line in all the counts
    order = np.argsort([item.surroundings.scatter for item in seen])
    strongest = shares.mean(axis=(0, 2)).argmax()
    assert shares[order[0], strongest].mean() > shares[order[-1], strongest].mean()
    np.testing.assert_array_equal(seen[0].srgb, scene.srgb)
