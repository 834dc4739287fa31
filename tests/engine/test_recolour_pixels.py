"""Pixels are coloured each by itself, coarse to fine, in batches as they pay."""

import json

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.provenance import Step
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.outputs import joined
from app.core.recolouring.preparation import Preparation
from app.core.region import Region
from app.engine import recolour_pixels
from app.engine.batch_size import BatchSize
from app.engine.model_library import Models
from app.engine.network import Limits, Network
from app.engine.recolour_canvas import Canvas

AXIS = EnergyAxis(1.0, 2.0)
WEIGHTS = np.linspace(-0.02, 0.02, 12, dtype=np.float32).reshape(4, 3)


@pytest.fixture(scope="module")
def cube():
    counts = np.random.default_rng(2).poisson(20, (37, 21, 4)).astype(np.uint16)
    return SpectralCube(counts, AXIS, name="panel")


class Context:
    """Listens to a job and never cancels it."""

    def __init__(self):
        self.partials, self.fractions, self.messages = [], [], []

    def progress(self, fraction, message=""):
        self.fractions.append(fraction)
        self.messages.append(message)

    def check(self):
        """Never."""

    def partial(self, value):
        self.partials.append(value)


def truth(cube):
    return 1 / (1 + np.exp(-(cube.counts[:].astype(np.float32) @ WEIGHTS)))


def coloured(cube, path, card, region, context, budget_mb=800.0):
    with Network(path, card) as network:
        canvas = Canvas(network, region, (Step("recolour"),))
        preparation = Preparation(card, AXIS, 4)
        recolour_pixels.colour_pixels(cube, network, preparation, canvas, budget_mb, context)
        return canvas.result()


def test_each_pixel_gets_its_colour_and_first_looks_come_coarse_to_fine(
    cube, saved_network, monkeypatch
):
    monkeypatch.setattr(recolour_pixels, "_AT_ONCE_S", 0.0)
    path, card = saved_network()
    context = Context()
    region = Region(1, 37, 2, 21)
    found = coloured(cube, path, card, region, context)
    expected = truth(cube)[1:37, 2:21]
    np.testing.assert_allclose(found.rgb, expected, atol=1e-6)
    steps = [item.grid_step for item in context.partials]
    assert steps == sorted(steps, reverse=True)
    assert set(steps) >= {16, 8, 4, 2}
    for item in context.partials:
        known = np.isfinite(item.rgb).all(axis=2)
        assert known[:: item.grid_step, :: item.grid_step].all()
        np.testing.assert_allclose(item.rgb[known], expected[known], atol=1e-6)
        assert np.isfinite(item.picture()).all()
    assert context.fractions == sorted(context.fractions)
    assert context.fractions[-1] == 1
    assert context.messages[-1].endswith("pixels/s")
    assert found.steps[-1].parameters["batch"] >= 4


def test_quick_networks_skip_the_coarse_grids(cube, saved_network, monkeypatch):
    monkeypatch.setattr(recolour_pixels, "_AT_ONCE_S", 1e9)
    # however slow the machine is
    monkeypatch.setattr(recolour_pixels, "_PARTIAL_EVERY_S", 1e9)
    path, card = saved_network()
    context = Context()
    found = coloured(cube, path, card, Region(0, 37, 0, 21), context)
    np.testing.assert_allclose(found.rgb, truth(cube), atol=1e-6)
    assert [item.grid_step for item in context.partials] == [16]


def test_a_network_with_a_fixed_number_of_pixels_is_filled_up(cube, saved_network):
    path, card = saved_network(graph={"inputs": {"spectra": (16, 4)}, "outputs": {"rgb": (16, 3)}})
    found = coloured(cube, path, card, Region(0, 5, 0, 7), Context())
    np.testing.assert_allclose(found.rgb, truth(cube)[:5, :7], atol=1e-6)
    with Network(path, card) as network:
        few = recolour_pixels.run_pixels(network, {"spectra": np.ones((3, 4), np.float32)})
        assert few.rgb.shape == (3, 3)


def test_several_inputs_get_each_their_own_preparation(tmp_path, cube, make_network, plain_card):
    """As AIRES-CH's fifth network: standardised and raw counts."""
    path = tmp_path / "two.onnx"
    path.write_bytes(
        make_network(
            nodes=[
                ("MatMul", ("standardised", "weights"), ("a",)),
                ("MatMul", ("raw", "weights"), ("b",)),
                ("Sub", ("a", "b"), ("sum",)),
                ("Sigmoid", ("sum",), ("rgb",)),
            ],
            inputs={"standardised": ("N", 4), "raw": ("N", 4)},
        )
    )
    energy = {"offset_kev": 1.0, "gain_kev": 2.0}
    card = card_from_plain(
        plain_card(
            inputs=[
                {
                    "name": "standardised",
                    "channels": 4,
                    "energy": energy,
                    "preprocessing": ["resample", "standardise_pixel"],
                },
                {"name": "raw", "channels": 4, "energy": energy, "preprocessing": ["resample"]},
            ]
        )
    )
    path.with_suffix(".json").write_text(json.dumps(card.to_plain()), "utf-8")
    region = Region(0, 9, 0, 8)
    found = coloured(cube, path, card, region, Context())
    raw = cube.counts[:9, :8].astype(np.float64)
    standardised = (raw - raw.mean(axis=2, keepdims=True)) / (raw.std(axis=2, keepdims=True) + 1)
    np.testing.assert_allclose(
        found.rgb, 1 / (1 + np.exp(-((standardised - raw) @ WEIGHTS))), atol=1e-5
    )


@pytest.mark.parametrize("pixels", [1, 7, 64, 500])
def test_batches_hold_each_pixel_once_and_are_full_but_for_the_last(cube, pixels):
    batch = BatchSize(800.0, 100.0, fixed=pixels)
    region = Region(1, 37, 2, 21)
    count = np.zeros((36, 19), int)
    sizes = []
    for done, step in ((None, 4), (4, 1)):
        for rows, cols, counts in recolour_pixels._batches(cube, region, step, done, batch):
            np.add.at(count, (rows, cols), 1)
            np.testing.assert_array_equal(counts, cube.counts[1 + rows, 2 + cols])
            sizes.append(len(rows))
        assert all(size == pixels for size in sizes[:-1])
        sizes = []
    assert (count == 1).all()


@pytest.mark.parametrize("pieces", [4, 8, 12, 20])
def test_the_last_digit_of_a_colour_does_not_depend_on_the_size_of_batches(pieces):
    entry = Models().find("palette_ridge")
    spectra = np.random.default_rng(3).poisson(2.0, (23, 512)).astype(np.float32)
    name = entry.card.inputs[0].name
    with Network(entry.path, entry.card, limits=Limits(threads=1)) as network:
        whole = recolour_pixels.run_pixels(network, {name: spectra})
        parts = joined(
            [
                recolour_pixels.run_pixels(network, {name: spectra[first : first + pieces]})
                for first in range(0, 23, pieces)
            ]
        )
    assert np.array_equal(parts.rgb, whole.rgb)
    assert np.array_equal(parts.novelty, whole.novelty)
