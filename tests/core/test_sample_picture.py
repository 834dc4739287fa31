"""The painting of the sample scan."""

import numpy as np
import pytest

from app.core.sample_picture import ASPECT, PIGMENTS, draw


@pytest.fixture(scope="module")
def painting():
    return draw(40, 60)


def test_every_pigment_has_a_plane_of_masses(painting):
    assert ASPECT == 1.5
    assert set(painting.visible) == set(PIGMENTS)
    for plane in (*painting.visible.values(), painting.hidden):
        assert plane.shape == (40, 60)
        assert np.isfinite(plane).all()
        assert plane.min() >= 0.0
        assert plane.max() < 20.0


def test_every_pigment_is_somewhere_and_none_everywhere_alike(painting):
    for name, plane in painting.visible.items():
        assert plane.max() > 0.3, name
        assert plane.std() > 0.02, name


def test_paint_covers_the_whole_picture(painting):
    assert sum(painting.visible.values()).min() > 0.1


def test_the_face_is_lead_white_and_the_cloak_vermilion(painting):
    white, red = painting.visible["lead white"], painting.visible["vermilion"]
    # fractions of the height: a place in the cheek, and one in the cloak on the left
    cheek, cloak = (int(0.40 * 40), int(0.52 * 40)), (int(0.88 * 40), int(0.20 * 40))
    assert white[cheek] > 1.0
    assert red[cheek] < 1.0 < red[cloak]


def test_the_hidden_head_lies_in_the_right_half(painting):
    columns = np.average(np.arange(60), weights=painting.hidden.sum(axis=0))
    assert columns > 35
    assert painting.hidden[:, :25].max() == 0.0


def test_the_picture_is_the_same_each_time_and_at_any_size(painting):
    again = draw(40, 60)
    assert all((again.visible[name] == painting.visible[name]).all() for name in PIGMENTS)
    fine = draw(80, 120).visible["vermilion"].reshape(40, 2, 60, 2).mean(axis=(1, 3))
    assert np.corrcoef(fine.ravel(), painting.visible["vermilion"].ravel())[0, 1] > 0.95
