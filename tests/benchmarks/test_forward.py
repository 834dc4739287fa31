"""Spectra of many stacks at a time against one by one, and models for new instruments."""

import time
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.materials import Layer, mixed
from app.core.physics.pileup import piled_up
from app.core.physics.presets import PRESETS
from app.core.physics.spectrum import computed_spectrum
from app.engine.pigment_libraries import Libraries

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

RH = PRESETS["Rh 50 kV"]


@pytest.fixture(scope="module")
def paints():
    pigments = [item for item in Libraries().shipped().pigments if item.components]
    return tuple(pigment.paint() for pigment in pigments)


def random_stacks(number, materials, seed=4):
    """Four layers of 5 to 100 µm, each mixed of all of ten materials."""
    generator = np.random.default_rng(seed)
    volumes = np.zeros((number, 4, materials))
    for layer in volumes.reshape(-1, materials):
        layer[generator.choice(materials, 10, replace=False)] = generator.dirichlet(np.ones(10))
    return LayerStacks(volumes, generator.uniform(5, 100, (number, 4)))


def one_of(stacks, materials, index):
    return tuple(
        Layer(
            "layer",
            mixed("mixture", [(materials[i], shares[i]) for i in np.flatnonzero(shares)]),
            float(thickness),
        )
        for shares, thickness in zip(stacks.volumes[index], stacks.thickness_um[index], strict=True)
    )


@pytest.mark.parametrize("secondary", [False, True])
def test_four_layers_of_ten_pigments(paints, report, median_ms, secondary):
    chosen = paints[:: len(paints) // 10][:10]
    model = ForwardModel(RH, chosen, secondary=secondary)
    stacks = random_stacks(256, 10)
    each = median_ms(lambda: model.expected(stacks), 7) / 256
    places = iter(range(256))
    alone = median_ms(
        lambda: computed_spectrum(one_of(stacks, chosen, next(places)), RH, secondary=secondary),
        9,
    )
    name = "with secondary excitation" if secondary else "primary"
    report(f"a stack among many, {name}", each, "ms", one_by_one_ms=round(alone, 2))
    report(f"one by one against many, {name}", alone / each, "×")
    assert alone / each > 5
    assert each < 5


def test_all_paints_of_the_library(paints, report, median_ms):
    model = ForwardModel(RH, paints)
    stacks = random_stacks(256, len(paints))
    report(
        f"a stack of any of {len(paints)} paints",
        median_ms(lambda: model.expected(stacks), 5) / 256,
        "ms",
    )


def test_a_model_for_an_instrument_never_used(paints, report):
    """Another voltage, filter and detector each time, as for training."""
    times = []
    for number, kilovolts in enumerate((37.3, 41.7, 44.9, 48.1, 33.3)):
        instrument = replace(
            RH,
            tube_kv=kilovolts,
            filter_element="Al",
            filter_um=10.0 * number,
            resolution_ev=130.0 + number,
            channels=1024,
            gain_kev=0.04,
        )
        start = time.perf_counter()
        ForwardModel(instrument, paints)
        times.append(time.perf_counter() - start)
    report("a model for a new instrument", 1e3 * float(np.median(times)), "ms")
    assert np.median(times) < 1.0


def test_pile_up(report, median_ms):
    counts = np.random.default_rng(0).gamma(0.3, 10.0, (64, 2048))
    took = median_ms(lambda: piled_up(counts, EnergyAxis(0.0, 0.02), 1e5, 1e-7), 7)
    report("pile-up of a spectrum of 2048 channels", took / 64, "ms")
    assert took / 64 < 5
