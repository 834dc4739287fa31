"""Background below peaks."""

import numpy as np
import pytest

from app.core.background import snip


def test_background_follows_a_slope_and_cuts_off_a_peak():
    channels = np.arange(400.0)
    slope = 5000 - 8 * channels
    peak = 20_000 * np.exp(-0.5 * ((channels - 200) / 4) ** 2)
    background = snip(slope + peak, 30)
    assert background == pytest.approx(slope, rel=0.05)
    net = (slope + peak - background)[180:221].sum()
    assert net == pytest.approx(peak.sum(), rel=0.03)


def test_background_never_exceeds_the_counts():
    counts = np.random.default_rng(3).poisson(200, 333)
    assert (snip(counts, 12) <= counts + 1e-9).all()


def test_flat_and_empty_spectra_are_their_own_background():
    assert snip(np.full(50, 7), 10) == pytest.approx(np.full(50, 7.0))
    assert snip(np.zeros(20), 5) == pytest.approx(np.zeros(20))
    assert snip(np.zeros(0), 5).shape == (0,)


def test_width_may_differ_from_channel_to_channel():
    channels = np.arange(300.0)
    narrow = 1000 * np.exp(-0.5 * ((channels - 60) / 2) ** 2)
    broad = 1000 * np.exp(-0.5 * ((channels - 220) / 12) ** 2)
    widths = np.where(channels < 140, 10, 60)
    background = snip(100 + narrow + broad, widths)
    assert background[60] == pytest.approx(100, rel=0.05)
    assert background[220] == pytest.approx(100, rel=0.05)
