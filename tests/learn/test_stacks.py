"""Stacks at random are what is told of them."""

import numpy as np

from app.learn.stacks import painted


def test_stacks_are_as_they_are_told_to_be(pigments, shares):
    stacks = painted(pigments, shares, np.random.default_rng(2))
    thickness = stacks.layers.thickness_um
    leaf = shares @ np.array([pigment.binder == "none" for pigment in pigments]) > 0
    paint = thickness[:, 1]
    assert ((paint >= 5) & (paint <= 50))[~leaf].all()
    assert ((paint >= 0.2) & (paint <= 5))[leaf].all()
    sums = stacks.layers.volumes.sum(axis=2)
    np.testing.assert_allclose(sums[thickness > 0], 1.0)
    assert (sums[thickness == 0] == 0).all()
    assert 0.3 < (thickness[:, 0] > 0).mean() < 0.5
    assert 0.03 < (thickness[:, 2] == 0).mean() < 0.2
    np.testing.assert_array_equal(stacks.grounds < 0, thickness[:, 2] == 0)
    used = {pigments[place].id for place in stacks.grounds if place >= 0}
    assert used == {
        *("chalk", "gypsum", "lead-white"),
        *("titanium-white", "lithopone", "zinc-white"),
    }
    # the pigments of the paint are those drawn
    volumes = stacks.layers.volumes[:, 1, : len(pigments)]
    np.testing.assert_allclose(volumes / volumes.sum(axis=1, keepdims=True), shares)


def test_a_pure_paint_has_its_pigment_s_colour(pigments):
    shares = np.eye(len(pigments))[[3, 20, 60]]
    stacks = painted(pigments, shares, np.random.default_rng(3))
    for place, row in zip((3, 20, 60), stacks.srgb, strict=True):
        np.testing.assert_allclose(row * 255, pigments[place].srgb, atol=2.0)
