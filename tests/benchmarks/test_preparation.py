"""Counts on a network's energy axis against cubics of the running sum, spectrum by spectrum.

Both work with one thread and are measured in CPU seconds, taking turns.
"""

import time

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from app.core.axis import EnergyAxis
from app.core.recolouring.card_energy import EnergyBins
from app.core.recolouring.rebinning import Rebinning
from app.core.resampling import counts_between

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

SPECTRA, CHANNELS = 8192, 2048


def cpu_seconds(work):
    begun = time.process_time()
    work()
    return time.process_time() - begun


def test_whole_cubes_are_resampled_ten_times_as_quickly_as_by_cubics(report):
    counts = np.random.default_rng(0).poisson(1.5, (SPECTRA, CHANNELS)).astype(np.uint16)
    axis, edges = EnergyAxis(0.0, 0.02), EnergyBins(0.538, 0.076, 500).edges_kev
    rebinning = Rebinning(axis, CHANNELS, edges)
    few = counts[:512]
    with threadpool_limits(1):
        rebinning.rebinned(few)
        pairs = [
            (
                cpu_seconds(lambda: rebinning.rebinned(counts)) / SPECTRA,
                cpu_seconds(lambda: counts_between(few, axis, edges)) / len(few),
            )
            for _ in range(5)
        ]
    ratio = float(np.median([slow / quick for quick, slow in pairs]))
    speed = 1 / float(np.median([quick for quick, _ in pairs]))
    report("resampling for networks", speed, "spectra per CPU second", channels=CHANNELS, bins=500)
    report("resampling for networks against cubics", ratio, "x")
    assert ratio > 10
