"""Pigments: first and full spectrum while editing, the whole library anew, candidates."""

import time
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.physics.materials import Layer, material
from app.core.physics.presets import PRESETS
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.pigment_spectra import SpectrumCache, compute, compute_stack, recompute_library

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

M6 = PRESETS["Bruker M6 Jetstream"]


@pytest.fixture
def shipped():
    return Libraries().shipped().pigments


@pytest.fixture
def lead_tin_yellow(shipped):
    return next(pigment for pigment in shipped if "Sn" in pigment.elements[:2])


def seconds(function):
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def test_first_spectrum_while_editing_and_the_full_one(lead_tin_yellow, report, median_ms):
    densities = iter(np.linspace(5.0, 6.0, 200))

    def edited(secondary):
        # every draft is another pigment, so that no answer is remembered
        draft = replace(lead_tin_yellow, density_g_cm3=float(next(densities)))
        return computed_spectrum(pigment_stack(draft), M6, secondary=secondary)

    primary = median_ms(lambda: edited(False), 21)
    full = median_ms(lambda: edited(True), 21)
    report("first spectrum of a draft", primary, "ms")
    report("full spectrum of a draft", full, "ms")
    assert primary < 100
    assert full < 3000
    assert primary < 1.1 * full


def test_first_spectrum_for_an_instrument_never_used(lead_tin_yellow, report):
    voltages = (37.1, 41.3, 43.7)
    stack = pigment_stack(lead_tin_yellow)
    times = [
        seconds(lambda kv=kv: computed_spectrum(stack, replace(M6, tube_kv=kv), secondary=False))[0]
        for kv in voltages
    ]
    report("first spectrum for a new instrument", 1e3 * float(np.median(times)), "ms")
    assert np.median(times) < 3


def test_a_stack_of_five_layers(shipped, report, median_ms):
    paints = {pigment.elements[0]: pigment.paint() for pigment in shipped if pigment.components}
    chalk = material("chalk", {"Ca": 40.08, "C": 12.01, "O": 48.0}, 2.71)
    varnish = material("varnish", {"C": 120.1, "H": 16.1, "O": 16.0}, 1.07)
    thicknesses = iter(np.linspace(10, 30, 100))

    def compute_one():
        stack = (
            Layer("varnish", varnish, 20.0),
            Layer("paint", paints["Cu"], float(next(thicknesses))),
            Layer("underpaint", paints["Hg"], 20.0),
            Layer("imprimatura", paints["Pb"], 10.0),
            Layer("ground", chalk, 200.0),
        )
        return run_now(lambda context: compute_stack(stack, M6, context))

    both = median_ms(compute_one, 9)
    report("stack of five layers, primary and full", both, "ms")
    assert both < 3000


def test_what_is_remembered_comes_at_once(lead_tin_yellow, report, median_ms):
    cache = SpectrumCache()
    run_now(lambda context: compute(lead_tin_yellow, M6, context, cache))
    known = median_ms(
        lambda: run_now(lambda context: compute(lead_tin_yellow, M6, context, cache)), 51
    )
    anew = median_ms(lambda: run_now(lambda context: compute(lead_tin_yellow, M6, context)), 15)
    report("remembered against computed", anew / known, "×", known_ms=known)
    assert anew / known > 20


def test_the_whole_library_for_a_new_instrument(shipped, report):
    libraries = Libraries()
    store = libraries.create("Benchmark", shipped)
    instrument = replace(M6, name="Benchmark", tube_kv=44.4)
    took, done = seconds(
        lambda: run_now(lambda context: recompute_library(store, instrument, context))
    )
    report("whole library recomputed", took, "s", pigments=len(done.computed))
    assert len(done.computed) >= 60
    assert took < 300


def test_candidates_of_a_spectrum(shipped, report, median_ms):
    from app.core.candidates import candidates

    axis = EnergyAxis(0.0, 0.02)
    pigment = next(item for item in shipped if "Cu" in item.elements[:1])
    expected = computed_spectrum(pigment_stack(pigment), replace(M6, offset_kev=0, gain_kev=0.02))
    counts = np.random.default_rng(2).poisson(expected.counts[:2048])
    took = median_ms(lambda: candidates(counts, axis, shipped, instrument=M6), 9)
    report("candidates among all shipped pigments", took, "ms", pigments=len(shipped))
    assert took < 2000


def test_reading_the_shipped_library(report, median_ms):
    took = median_ms(lambda: Libraries().shipped(), 9)
    report("shipped library read", took, "ms")
    assert took < 1000
