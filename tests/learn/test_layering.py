"""Points are made of the right stacks, and stacks of the right layers."""

import numpy as np

from app.learn.fields import Field
from app.learn.layering import layered
from app.learn.surfaces import Surface, painted_at_random

ROWS, COLS = 20, 28


def of_two(pigments, share):
    """Half one pigment, half another, the second with a share of the first everywhere."""
    first = np.zeros((ROWS, COLS), np.uint16)
    first[:, COLS // 2 :] = 1
    names = [pigment.id for pigment in pigments]
    shares = np.zeros((2, len(pigments)))
    shares[0, names.index("azurite")] = shares[1, names.index("vermilion")] = 1.0
    field = Field(first, 1 - first, np.full((ROWS, COLS), share, np.float32))
    return Surface(field, shares, np.zeros((2, 3)))


def share_of(layering, name, layer):
    """Of a material in the volume of a layer, at every point."""
    place = [item.name for item in layering.materials].index(name)
    volumes = layering.stacks.volumes[:, layer, place]
    return (volumes[layering.places] * layering.weights).sum(axis=0)


def test_shares_of_points_sum_to_one_and_places_are_stacks(pigments):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        surface = painted_at_random(ROWS, COLS, 8, pigments, rng)
        made = layered(surface, None, 3, pigments, rng)
        assert made.places.shape == made.weights.shape == (4, ROWS, COLS)
        np.testing.assert_allclose(made.weights.sum(axis=0), 1.0, atol=1e-6)
        assert made.places.max() == len(made.stacks) - 1
        assert len(made.stacks) <= 8 * 3
        thickness = made.stacks.thickness_um
        sums = made.stacks.volumes.sum(axis=2)
        np.testing.assert_allclose(sums[thickness > 0], 1.0)
        assert (thickness[:, 2] == 0).all()


def test_each_point_has_its_paints_in_their_shares(pigments):
    made = layered(of_two(pigments, 0.25), None, 3, pigments, np.random.default_rng(1))
    blue, red = share_of(made, "Azurite", 1), share_of(made, "Vermilion", 1)
    left = slice(0, COLS // 2)
    np.testing.assert_allclose(blue[:, left] / blue[:, left].max(), 1.0, rtol=1e-5)
    full = blue[0, 0] / 0.75
    np.testing.assert_allclose(blue[:, COLS // 2 :], 0.25 * full, rtol=1e-5)
    assert (red[:, left] < red[:, COLS // 2 :]).all()


def test_thickness_varies_smoothly_about_each_pigments_own(pigments):
    made = layered(of_two(pigments, 0.0), None, 3, pigments, np.random.default_rng(2))
    thick = (made.stacks.thickness_um[:, 1][made.places] * made.weights).sum(axis=0)
    half = thick[:, : COLS // 2]
    assert 2 < half.mean() < 90
    assert np.abs(np.diff(half, axis=1)).max() < 0.3 * half.mean()
    assert thick.std() > 0


def test_what_is_hidden_lies_below_the_paint(pigments):
    visible, below = of_two(pigments, 0.0), of_two(pigments, 0.0)
    below.field.first[:] = 0
    below.field.first[5:9] = 1
    made = layered(visible, below, 2, pigments, np.random.default_rng(3))
    hidden = share_of(made, "Vermilion", 2)
    assert (hidden[5:9] > 0).all()
    assert (hidden[10:] == 0).all()
    assert (share_of(made, "Azurite", 2)[10:] > 0).all()


def test_grounds_varnishes_and_media_vary_between_scenes(pigments):
    found = set()
    for seed in range(60):
        made = layered(of_two(pigments, 0.0), None, 2, pigments, np.random.default_rng(seed))
        volumes, thickness = made.stacks.volumes[0], made.stacks.thickness_um[0]
        names = np.array([item.name for item in made.materials])
        for layer in (0, 1, 3):
            if thickness[layer]:
                found |= {(layer, str(name)) for name in names[volumes[layer] > 0]}
            else:
                found.add((layer, "none"))
    assert {(0, "none"), (0, "varnish"), (3, "none"), (1, "egg tempera")} <= found
    assert {(3, "Chalk"), (3, "Gypsum"), (3, "Lead white"), (3, "animal glue")} <= found
    assert (3, "Titanium white") in found
