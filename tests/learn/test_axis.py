"""The networks' axis is the one their cards tell."""

import numpy as np

from app.learn.axis import CHANNELS, FINE_CHANNELS, GAIN_KEV, edges_kev, fine_edges_kev


def test_both_axes_reach_from_nothing_to_the_same_end():
    coarse, fine = edges_kev(), fine_edges_kev()
    assert (len(coarse), len(fine)) == (CHANNELS + 1, FINE_CHANNELS + 1)
    assert coarse[0] == fine[0] == 0.0
    np.testing.assert_allclose(coarse[-1], 40.96)
    np.testing.assert_allclose(fine[::2], coarse)
    np.testing.assert_allclose(np.diff(coarse), GAIN_KEV)
