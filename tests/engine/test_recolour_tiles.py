"""Networks that look around are run in tiles, without seams."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.provenance import Step
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.preparation import Preparation
from app.core.region import Region
from app.engine import recolour_tiles
from app.engine.network import Network
from app.engine.recolour_canvas import Canvas
from app.errors import ParameterError

AXIS = EnergyAxis(1.0, 2.0)
SIZE = (75, 52)
LEVEL = 1 / 255


class Context:
    """Listens to a job and never cancels it."""

    def __init__(self):
        self.partials, self.fractions = [], []

    def progress(self, fraction, message=""):
        self.fractions.append(fraction)

    def check(self):
        """Never."""

    def partial(self, value):
        self.partials.append(value)


@pytest.fixture(scope="module")
def cube():
    """Counts that differ much from pixel to pixel, so that seams would show."""
    counts = np.random.default_rng(4).integers(0, 60, (*SIZE, 4)).astype(np.uint16)
    return SpectralCube(counts, AXIS, name="panel")


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    monkeypatch.setattr(recolour_tiles, "_FIRST_CORE", 16)
    monkeypatch.setattr(recolour_tiles, "_LARGEST_CORE", 16)


def conv(name, into, out, size, generator, **attributes):
    """A convolution that keeps the picture's size, with weights of its own."""
    import onnx

    weights = {
        f"{name}_w": generator.normal(0, 0.3, (out, into, size, size)).astype(np.float32) / size,
        f"{name}_b": generator.normal(0, 0.2, out).astype(np.float32),
    }

    def node(source, target):
        dilation = attributes.get("dilation", 1)
        pad = dilation * (size // 2)
        return onnx.helper.make_node(
            "Conv",
            (source, f"{name}_w", f"{name}_b"),
            (target,),
            pads=[pad] * 4,
            dilations=[dilation] * 2,
        )

    return node, weights


def plain_net(generator):
    """Two convolutions, one dilated: sees 1 + 2·2 = 5 pixels to each side."""
    first, w1 = conv("c1", 4, 6, 3, generator)
    second, w2 = conv("c2", 6, 3, 5, generator, dilation=2)
    nodes = [
        ("Mul", ("spectra", "scale"), ("x",)),
        first("x", "h"),
        ("Relu", ("h",), ("r",)),
        second("r", "s"),
        ("Sigmoid", ("s",), ("rgb",)),
    ]
    return nodes, {**w1, **w2, "scale": np.float32(0.05)}


def pooled_net(generator):
    """As a U-Net in small: halved, convolved, doubled again, joined: sees 7 pixels."""
    import onnx

    first, w1 = conv("c1", 4, 6, 3, generator)
    middle, w2 = conv("c2", 6, 6, 3, generator)
    last, w3 = conv("c3", 12, 3, 3, generator)
    pool = onnx.helper.make_node("MaxPool", ("r1",), ("p",), kernel_shape=[2, 2], strides=[2, 2])
    up = onnx.helper.make_node("ConvTranspose", ("r2", "up_w"), ("u",), strides=[2, 2])
    join = onnx.helper.make_node("Concat", ("u", "r1"), ("j",), axis=1)
    nodes = [
        ("Mul", ("spectra", "scale"), ("x",)),
        first("x", "h1"),
        ("Relu", ("h1",), ("r1",)),
        pool,
        middle("p", "h2"),
        ("Relu", ("h2",), ("r2",)),
        up,
        join,
        last("j", "s"),
        ("Sigmoid", ("s",), ("rgb",)),
    ]
    weights = {
        **w1,
        **w2,
        **w3,
        "up_w": generator.normal(0, 0.3, (6, 6, 2, 2)).astype(np.float32),
        "scale": np.float32(0.05),
    }
    return nodes, weights


NETS = {"plain": (plain_net, 5, 1), "pooled": (pooled_net, 7, 2)}


@pytest.fixture
def image_network(saved_network):
    def save(kind, *, layout="image_channels_first", field=None, fixed=(None, None), name=None):
        import onnx

        make, own_field, multiple = NETS[kind]
        nodes, weights = make(np.random.default_rng(7))
        sides = [one or free for one, free in zip(fixed, ("H", "W"), strict=True)]
        shapes = {"spectra": (1, 4, *sides), "rgb": (1, 3, *sides)}
        if layout == "image_channels_last":
            turn = onnx.helper.make_node("Transpose", ("spectra",), ("first",), perm=[0, 3, 1, 2])
            back = onnx.helper.make_node("Transpose", ("colours",), ("rgb",), perm=[0, 2, 3, 1])
            nodes = [
                turn,
                ("Mul", ("first", "scale"), ("x",)),
                *nodes[1:-1],
                ("Sigmoid", ("s",), ("colours",)),
                back,
            ]
            shapes = {"spectra": (1, *sides, 4), "rgb": (1, *sides, 3)}
        return saved_network(
            name or f"{kind}_{layout}_{field}_{fixed[0]}",
            graph={
                "nodes": nodes,
                "weights": weights,
                "inputs": {"spectra": shapes["spectra"]},
                "outputs": {"rgb": shapes["rgb"]},
            },
            layout=layout,
            receptive_field_px=own_field if field is None else field,
            multiple_px=multiple,
        )

    return save


def coloured(cube, path, card, region=None, context=None):
    region = region or Region(0, SIZE[0], 0, SIZE[1])
    with Network(path, card) as network:
        canvas = Canvas(network, region, (Step("recolour"),))
        recolour_tiles.colour_tiles(
            cube, network, Preparation(card, AXIS, 4), canvas, 800.0, context or Context()
        )
        return canvas.result()


def at_once(cube, path, card, multiple):
    """The whole picture in one run, continued to a multiple by its last row and column."""
    more = [(0, -side % multiple) for side in SIZE]
    counts = np.pad(cube.counts[:], [*more, (0, 0)], mode="edge").astype(np.float32)
    with Network(path, card) as network:
        found = network.run({"spectra": counts.transpose(2, 0, 1)[np.newaxis]})["rgb"]
    return found[0].transpose(1, 2, 0)[: SIZE[0], : SIZE[1]]


@pytest.mark.parametrize("kind", ["plain", "pooled"])
def test_tiles_agree_with_the_whole_picture(cube, image_network, kind):
    path, card = image_network(kind)
    context = Context()
    found = coloured(cube, path, card, context=context)
    whole = at_once(cube, path, card, NETS[kind][2])
    assert found.steps[-1].parameters["tiles"] == 5 * 4
    assert np.abs(found.rgb - whole).max() < 1e-6
    assert np.ptp(whole) > 0.3
    assert context.fractions == sorted(context.fractions)
    assert context.fractions[-1] == 1


def test_without_a_margin_seams_would_show(cube, image_network):
    path, card = image_network("plain", field=0)
    found = coloured(cube, path, card)
    whole = at_once(cube, path, card, 1)
    assert np.abs(found.rgb - whole).max() > 5 * LEVEL


def test_a_margin_that_is_a_little_short_leaves_less_than_half_a_level(cube, saved_network):
    """A network whose far neighbours hardly matter: what is left out is below half a level."""
    import onnx

    size = 25
    far = np.abs(np.arange(size) - size // 2)
    kernel = np.exp(-(far[:, None] + far[None, :]) / 1.2).astype(np.float32)
    kernel /= kernel.sum()
    weights = {"w": np.zeros((3, 4, size, size), np.float32), "scale": np.float32(0.02)}
    for band in range(3):
        weights["w"][band, band] = kernel
    blur = onnx.helper.make_node("Conv", ("x", "w"), ("rgb",), pads=[size // 2] * 4)
    graph = {
        "nodes": [("Min", ("spectra", "most"), ("c",)), ("Mul", ("c", "scale"), ("x",)), blur],
        "weights": {**weights, "most": np.float32(50)},
        "inputs": {"spectra": (1, 4, "H", "W")},
        "outputs": {"rgb": (1, 3, "H", "W")},
    }
    path, card = saved_network(graph=graph, layout="image_channels_first", receptive_field_px=9)
    found = coloured(cube, path, card)
    difference = np.abs(found.rgb - at_once(cube, path, card, 1)).max()
    assert 0 < difference < 0.5 * LEVEL


def test_both_orders_of_channels_give_the_same_picture(cube, image_network):
    first = coloured(cube, *image_network("pooled"))
    last = coloured(cube, *image_network("pooled", layout="image_channels_last"))
    assert np.abs(first.rgb - last.rgb).max() < 1e-6


def test_windows_of_one_size_agree_with_the_whole_picture(cube, image_network):
    path, card = image_network("plain", fixed=(32, 28))
    found = coloured(cube, path, card)
    free, free_card = image_network("plain")
    assert np.abs(found.rgb - at_once(cube, free, free_card, 1)).max() < 1e-6


def test_windows_too_small_for_the_margin_are_told(cube, image_network):
    path, card = image_network("plain", fixed=(32, 28), field=30)
    found = coloured(cube, path, card)
    assert np.isfinite(found.rgb).all()
    assert "seams" in found.notes[0]
    assert coloured(cube, *image_network("plain", fixed=(32, 28))).notes == ()


def test_regions_below_one_tile_are_coloured(cube, image_network):
    for kind in ("plain", "pooled"):
        path, card = image_network(kind)
        for region in (Region(3, 4, 5, 6), Region(10, 17, 0, 52)):
            found = coloured(cube, path, card, region)
            assert np.isfinite(found.rgb).all()
            assert found.rgb.shape[:2] == (
                region.row_stop - region.row_start,
                region.col_stop - region.col_start,
            )
    path, card = image_network("plain", fixed=(32, 28))
    assert np.isfinite(coloured(cube, path, card, Region(3, 4, 5, 6)).rgb).all()


def test_a_network_that_sees_everything_gets_everything_or_says_so(
    cube, image_network, saved_network
):
    path, card = image_network("plain", fixed=(32, 28))
    whole = card_from_plain({**card.to_plain(), "receptive_field_px": None})
    with pytest.raises(ParameterError, match="32 × 28 pixels; the region has 75 × 52"):
        coloured(cube, path, whole)
    path, card = image_network("plain")
    free = card_from_plain({**card.to_plain(), "receptive_field_px": None})
    found = coloured(cube, path, free)
    assert found.steps[-1].parameters["tiles"] == 1
    assert np.abs(found.rgb - at_once(cube, path, card, 1)).max() < 1e-6


def test_tiles_grow_as_far_as_the_memory_allows(monkeypatch):
    monkeypatch.setattr(recolour_tiles, "_FIRST_CORE", 64)
    monkeypatch.setattr(recolour_tiles, "_LARGEST_CORE", 1024)
    (tile,) = recolour_tiles.tiles((64, 64), (64, 64), margin=0)
    # 64 × 64 pixels took 10 MB
    larger = recolour_tiles._larger_core(tile, 16, 100.0, 110.0, 500.0)
    assert larger == 256
    assert (larger + 32) ** 2 / 64**2 * 10.0 + 100.0 < 500.0
    assert recolour_tiles._larger_core(tile, 16, 100.0, 300.0, 250.0) == 64
    assert recolour_tiles._larger_core(tile, 16, 100.0, 100.0, 1e6) == 1024


def test_single_spectra_are_taken_for_even_places(cube, image_network):
    path, card = image_network("plain")
    spectra = cube.counts[:3, 0].astype(np.float32)
    with Network(path, card) as network:
        found = recolour_tiles.spectra_as_pictures(network, {"spectra": spectra})
        assert found.rgb.shape == (3, 3)
        even = np.broadcast_to(spectra[1][:, None, None], (4, 40, 40))[np.newaxis]
        truth = network.run({"spectra": even})["rgb"][0, :, 20, 20]
    np.testing.assert_allclose(found.rgb[1], truth, atol=1e-6)
