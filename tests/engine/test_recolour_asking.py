"""What a network says of a place, and why: with the shipped network in its own process."""

from pathlib import Path

import numpy as np
import pytest

from app.core.comparison.pictures import picture_scores
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.recolouring.card import OutputKind, TaskKind
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.jobs import run_now
from app.engine.network import Network
from app.engine.recolour_asking import explain, judged, maps_beside_measured
from app.engine.source import Source, open_scan
from app.errors import Cancelled, ParameterError
from app.io.formats import OpenOptions
from app.io.model_files import read_card

MODEL = Path(__file__).resolve().parents[2] / "models" / "palette_ridge.onnx"
OCHRE = Pigment("ochre", "Ochre", ColourGroup.RED, (Component("Fe2O3"),), 5.2, (140, 60, 40))
UMBER = Pigment("sienna", "Sienna", ColourGroup.BROWN, (Component("FeO2H"),), 4.3, (190, 130, 26))
MINIUM = Pigment("minium", "Minium", ColourGroup.ORANGE, (Component("Pb3O4"),), 8.9, (220, 90, 40))
PIGMENTS = (OCHRE, UMBER, MINIUM)
LEFT, RIGHT = Region(0, 6, 0, 5), Region(0, 6, 5, 9)
RHODIUM = Instrument(name="Rh 50 kV")


@pytest.fixture(scope="module")
def network():
    with Network(MODEL, read_card(MODEL), "cpu") as loaded:
        yield loaded


@pytest.fixture
def scan(npz):
    return run_now(lambda context: open_scan(npz, OpenOptions(), context))


@pytest.mark.parametrize(
    ("where", "element", "group"),
    [(LEFT, "Fe", {"Ochre", "Sienna"}), ((1, 8), "Pb", {"Minium"})],
)
def test_a_place_is_explained_by_its_elements_and_its_group(
    where, element, group, scan, npz, network
):
    told = [
        run_now(lambda context, it=it: explain(it, where, network, PIGMENTS, RHODIUM, context))
        for it in (scan, Source(npz))
    ]
    assert told[0] == told[1]
    first = told[0]
    assert first.effects[0].element == element
    assert set(first.group.names) == group
    assert first.pixels == (30 if where is LEFT else 1)
    assert all(0 <= band <= 255 for band in first.srgb)
    assert 0 < first.uncertainty < 1
    assert 0 <= first.novelty <= 1
    assert "estimate" in first.notes[0]


def test_the_network_sees_the_mean_of_the_pixels(scan, counts, network):
    """The sum of a region has as many more counts as pixels; the network knows single pixels."""
    asked = []

    class Spy:
        card = network.card
        facts = network.facts

        def __getattr__(self, name):
            return getattr(network, name)

        def run(self, inputs, **how):
            asked.append(float(inputs["counts"][0].sum()))
            return network.run(inputs, **how)

    run_now(lambda context: explain(scan, LEFT, Spy(), PIGMENTS, RHODIUM, context))
    assert asked[0] == pytest.approx(counts[:, :5].sum() / 30, rel=0.02)


def test_explaining_stops_when_nobody_waits(scan, network):
    def cancel(fraction, message=""):
        if "Leaving out" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_now(lambda context: explain(scan, LEFT, network, PIGMENTS, None, context), cancel)


def recoloured(network, rgb, maps=None):
    rows, cols = rgb.shape[:2]
    card = network.card
    return Recoloured(
        rgb.astype(np.float32), None, None, maps, card, "cpu", Region(0, rows, 0, cols)
    )


def test_a_picture_is_judged_on_its_pixels_and_as_it_would_be_padded(network):
    rng = np.random.default_rng(2)
    reference = rng.integers(0, 256, (20, 31, 3)).astype(np.uint8)
    rgb = np.clip(reference / 255.0 + 0.1, 0, 1)
    told = run_now(lambda context: judged(recoloured(network, rgb), reference, context))
    alone = picture_scores(reference, rgb.astype(np.float32).astype(np.float64))
    assert told.native.psnr_db == pytest.approx(alone.psnr_db)
    assert told.padded.mse < told.native.mse
    assert told.difference.mean > 1
    perfect = run_now(
        lambda context: judged(recoloured(network, reference / 255.0), reference, context)
    )
    assert perfect.difference.mean == pytest.approx(0.0, abs=1e-6)


def test_a_first_look_is_not_judged(network):
    rgb = np.zeros((4, 6, 3))
    rgb[1, 2] = np.nan
    with pytest.raises(ParameterError, match="no colours"):
        run_now(
            lambda context: judged(recoloured(network, rgb), np.zeros((4, 6, 3), np.uint8), context)
        )


def test_a_network_for_colours_has_no_maps(scan, network):
    assert network.card.task is TaskKind.RGB
    assert network.card.output_of(OutputKind.MAPS) is None
    with pytest.raises(ParameterError, match="no elemental maps"):
        run_now(
            lambda context: maps_beside_measured(
                scan, recoloured(network, np.zeros((6, 9, 3))), context
            )
        )
