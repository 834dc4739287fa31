"""Benchmarks: ratios of ways to do the same thing, measured in one run.

Run with `pytest -m benchmark tests/benchmarks -s`. Figures are printed and, with
VELATURA_BENCHMARKS set to a file, appended there as JSON lines.
"""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

SHAPE = (500, 480, 2048)


@pytest.fixture(scope="session")
def cube():
    """Counts of shape 500 × 480 × 2048, uint16, about 600 per pixel."""
    generator = np.random.default_rng(11)
    energies = np.arange(SHAPE[2])
    peaks = sum(
        height * np.exp(-(((energies - centre) / 6.0) ** 2) / 2)
        for centre, height in ((320, 8.0), (402, 5.0), (527, 12.0), (630, 9.0))
    )
    expected = 0.15 + peaks * 0.2
    rows = [generator.poisson(expected, (SHAPE[1], SHAPE[2])).astype(np.uint16) for _ in range(25)]
    return np.stack([rows[index % 25] for index in range(SHAPE[0])])


@pytest.fixture
def report(request):
    """Print one figure and keep it where VELATURA_BENCHMARKS says."""

    def tell(name, value, unit, **details):
        line = {"benchmark": name, "value": round(value, 4), "unit": unit, **details}
        target = os.environ.get("VELATURA_BENCHMARKS")
        if target:
            with Path(target).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            os.write(1, f"\n{name}: {value:.4g} {unit} {details or ''}".encode())

    return tell


@pytest.fixture(scope="session")
def median_ms():
    """Median time of a call, ms, after one call that is not counted."""

    def measure(function, repeats=15):
        function()
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
        return 1e3 * float(np.median(times))

    return measure
