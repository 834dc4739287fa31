"""Features are shares, whatever the time and the axis."""

import numpy as np

from app.learn.axis import CHANNELS
from app.learn.features import features, own_axis
from app.learn.jitter import AxisError
from app.learn.trials import axis_told


def test_features_do_not_depend_on_the_time_measured():
    counts = np.random.default_rng(1).poisson(5.0, (4, CHANNELS)).astype(np.float32)
    np.testing.assert_allclose(features(3 * counts), features(counts), rtol=1e-5)
    assert features(counts).shape == (4, 194)
    assert (features(0 * counts) == 0).all()


def test_pairs_of_fine_channels_become_bins():
    counts = np.random.default_rng(2).poisson(5.0, (3, 2 * CHANNELS)).astype(np.float32)
    found = own_axis(counts, axis_told(AxisError()))
    np.testing.assert_allclose(found, counts.reshape(3, CHANNELS, 2).sum(axis=2), rtol=1e-5)
