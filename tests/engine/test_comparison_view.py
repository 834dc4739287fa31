"""A second scan is read beside an open one, on one energy axis."""

from functools import partial

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.engine.comparison_view import open_beside
from app.engine.jobs import run_now
from app.engine.source import Source
from app.errors import Cancelled, ParameterError
from app.io import store
from app.io.formats import OpenOptions

COUNTS = np.random.default_rng(7).poisson(3.0, (4, 6, 80)).astype(np.uint16)


def saved(path, counts, offset=0.0, slope=0.1):
    np.savez(path, cube=counts, kev_offset=offset, kev_slope=slope)
    return path


@pytest.fixture
def first(tmp_path):
    return saved(tmp_path / "a.npz", COUNTS)


def beside(first, second, axis=None):
    scan = store.open_scan(first, OpenOptions(axis=axis))
    return run_now(partial(open_beside, scan, Source(first), Source(second)))


def test_maps_and_spectra_are_those_of_both(first, tmp_path):
    found = beside(first, saved(tmp_path / "b.npz", 3 * COUNTS))
    np.testing.assert_array_equal(found.spectra[0], COUNTS.sum((0, 1)))
    np.testing.assert_array_equal(found.spectra[1], 3 * COUNTS.sum((0, 1)))
    assert found.factor == pytest.approx(1 / 3)
    one, other = found.maps(10, 25)
    np.testing.assert_array_equal(one, COUNTS[:, :, 10:25].sum(axis=2))
    np.testing.assert_array_equal(other, 3 * one)
    assert found.comparison.value("spectral", "correlation") == pytest.approx(1)


def test_counts_are_shared_out_where_edges_cut_channels(first, tmp_path):
    # its channels begin a quarter of a channel later
    found = beside(first, saved(tmp_path / "b.npz", COUNTS, offset=0.025))
    channels = found.common.channels
    expected = [found.common.of_first(COUNTS), found.common.of_second(COUNTS)]
    for window in ((0, channels), (5, 6), (3, 40)):
        for made, whole in zip(found.maps(*window), expected, strict=True):
            np.testing.assert_allclose(made, whole[:, :, slice(*window)].sum(axis=2), rtol=1e-12)


def test_axis_of_the_open_scan_counts_not_that_of_its_file(first, tmp_path):
    found = beside(first, saved(tmp_path / "b.npz", COUNTS), axis=EnergyAxis(0.0, 0.05))
    assert found.comparison.axis == found.common.axis
    assert found.common.note == found.comparison.notes[0]
    assert "energy axes differ" in found.common.note


def test_scan_without_counts_is_not_scaled(first, tmp_path):
    found = beside(first, saved(tmp_path / "b.npz", 0 * COUNTS))
    assert found.factor == 1.0


def test_scan_of_another_size_is_refused_before_it_is_read(first, tmp_path, monkeypatch):
    scan = store.open_scan(first)
    other = saved(tmp_path / "b.npz", COUNTS[:, :5])
    monkeypatch.setattr(store, "open_scan", None)
    with pytest.raises(ParameterError, match="different sizes"):
        run_now(partial(open_beside, scan, Source(first), Source(other)))


def test_it_can_be_cancelled(first, tmp_path):
    scan = store.open_scan(first)
    other = saved(tmp_path / "b.npz", COUNTS)

    def stop(fraction, message=""):
        if fraction is not None and fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_now(partial(open_beside, scan, Source(first), Source(other)), stop)
