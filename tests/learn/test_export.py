import copy
import json
import logging
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")
pytest.importorskip("onnxscript", reason="needs the extra train")

from app.core.recolouring.card import (  # noqa: E402
    EnergyBins,
    Layout,
    ModelCard,
    ModelInput,
    ModelOutput,
    OutputKind,
    PreparationStep,
    StepKind,
    TaskKind,
)
from app.errors import WriteError  # noqa: E402
from app.io.model_errors import ModelError  # noqa: E402
from app.io.model_files import read_card  # noqa: E402
from app.io.onnx_graph import vetted  # noqa: E402
from app.learn.export import KEYS, ExportError, export  # noqa: E402
from app.learn.networks.autoencoder import Autoencoder  # noqa: E402
from app.learn.networks.catalogue import NETWORKS, receptive_field_px  # noqa: E402
from app.learn.networks.dense import Dense  # noqa: E402
from app.learn.networks.dilres_unet import DilresUnet  # noqa: E402

CHANNELS = 24


def card(outputs=("rgb",), *, channels=CHANNELS, elements=(), **changes):
    kinds = {key: kind for kind, key in KEYS.items()}
    return ModelCard(
        **{
            "name": "Tried",
            "version": "1",
            "licence": "",
            "authors": (),
            "citation": "",
            "task": TaskKind.RGB if "rgb" in outputs else TaskKind.MAPS,
            "layout": Layout.PIXEL,
            "inputs": (
                ModelInput(
                    "counts",
                    channels,
                    EnergyBins(0.04, 0.08, channels),
                    (PreparationStep(StepKind.RESAMPLE),),
                ),
            ),
            "outputs": tuple(
                ModelOutput(
                    kinds[key].value,
                    kinds[key],
                    elements if kinds[key] is OutputKind.MAPS else (),
                )
                for key in outputs
            ),
            **changes,
        }
    )


def image_card(multiple_px, *, outputs=("rgb",), field=None, channels=CHANNELS):
    return card(
        outputs,
        channels=channels,
        layout=Layout.IMAGE_CHANNELS_FIRST,
        receptive_field_px=field,
        multiple_px=multiple_px,
    )


def run(path, counts):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [item.name for item in session.get_outputs()]
    return dict(zip(names, session.run(names, {"counts": counts}), strict=True))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Give a network for pixels and what came of writing it."""
    torch.manual_seed(0)
    network = Dense(CHANNELS, (9, 7), drop=0.5).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    return network, before, export(network, tmp_path_factory.mktemp("small") / "a.onnx", card())


def test_a_file_gives_the_network_s_colours_for_any_number_of_pixels(small):
    network, _, done = small
    assert done.difference < 1e-5
    assert done.size == done.path.stat().st_size
    for number in (1, 2, 33):
        counts = np.random.default_rng(1).poisson(3.0, (number, CHANNELS)).astype(np.float32)
        with torch.no_grad():
            expected = copy.deepcopy(network).eval()(torch.from_numpy(counts))["rgb"].numpy()
        np.testing.assert_allclose(run(done.path, counts)["rgb"], expected, atol=1e-5)


def test_the_network_is_left_as_it_was(small):
    network, before, _ = small
    assert network.training
    assert all(torch.equal(network.state_dict()[name], value) for name, value in before.items())


def test_card_and_file_belong_together_and_pass_as_a_stranger_s(small):
    _, _, done = small
    kept = read_card(done.path)
    assert kept == done.card
    looked = vetted(done.path, kept)
    assert looked.sha256 == kept.sha256
    assert looked.opset == 18
    assert [item.shape for item in looked.inputs] == [(None, CHANNELS)]
    assert json.loads(done.path.with_suffix(".json").read_text("utf-8"))["name"] == "Tried"


def test_the_same_network_gives_the_same_bytes_and_tells_of_no_code(small, tmp_path):
    network, _, done = small
    again = export(network, tmp_path / "again.onnx", card())
    data = done.path.read_bytes()
    assert data == again.path.read_bytes()
    assert b".py" not in data
    assert done.card.sha256 == again.card.sha256


def test_a_file_takes_pictures_of_every_size_that_fits(tmp_path):
    torch.manual_seed(0)
    network = DilresUnet(CHANNELS, (3, 4, 4), neck=5, blocks=1).eval()
    done = export(network, tmp_path / "tried.onnx", image_card(8))
    for shape in ((1, CHANNELS, 8, 8), (2, CHANNELS, 8, 40), (1, CHANNELS, 56, 16)):
        counts = np.random.default_rng(1).poisson(3.0, shape).astype(np.float32)
        with torch.no_grad():
            expected = network(torch.from_numpy(counts))["rgb"].numpy()
        np.testing.assert_allclose(run(done.path, counts)["rgb"], expected, atol=1e-5)


def test_outputs_have_the_card_s_names_and_order_and_there_are_no_others(tmp_path):
    network = Autoencoder(CHANNELS, (8, 6, 5, 4))
    done = export(network, tmp_path / "tried.onnx", card(("reconstruction", "rgb", "latent")))
    found = run(done.path, np.ones((2, CHANNELS), np.float32))
    assert list(found) == ["reconstruction", "rgb", "latent"]
    np.testing.assert_array_equal(found["rgb"], found["latent"])
    done = export(network, done.path, card(("rgb",)), overwrite=True)
    assert list(run(done.path, np.ones((2, CHANNELS), np.float32))) == ["rgb"]


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path):
    path = tmp_path / "tried.onnx"
    path.write_bytes(b"mine")
    with pytest.raises(WriteError):
        export(Dense(CHANNELS, (5,)), path, card())
    assert path.read_bytes() == b"mine"
    assert not path.with_suffix(".json").exists()
    export(Dense(CHANNELS, (5,)), path, card(), overwrite=True)
    assert path.read_bytes() != b"mine"


def test_an_output_that_the_network_has_not_is_told(tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        export(Dense(CHANNELS, (5,)), tmp_path / "tried.onnx", card(("rgb", "log_var")))
    assert not list(tmp_path.iterdir())


def test_a_kind_of_output_that_no_network_of_ours_has_is_told(tmp_path):
    told = card()
    wrong = replace(told, outputs=(*told.outputs, ModelOutput("several", OutputKind.QUANTILES)))
    with pytest.raises(ExportError, match="does not fit"):
        export(Dense(CHANNELS, (5,)), tmp_path / "tried.onnx", wrong)


def test_a_card_of_other_channels_is_refused(tmp_path):
    maps = card(("elements",), elements=("Fe", "Cu"))
    network = NETWORKS["element_mlp"].build(channels=CHANNELS, elements=("Fe", "Cu", "Pb"))
    with pytest.raises(ModelError, match="channels"):
        export(network, tmp_path / "tried.onnx", maps)
    assert not list(tmp_path.iterdir())


def test_numbers_that_are_none_are_no_network(tmp_path):
    network = Dense(CHANNELS, (5,))
    with torch.no_grad():
        network.layers[1].weight[0, 0] = float("nan")
    with pytest.raises(ExportError, match="other numbers"):
        export(network, tmp_path / "tried.onnx", card())
    assert not list(tmp_path.iterdir())


def test_nothing_is_said_of_torch_s_own_parts(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        export(Dense(CHANNELS, (5,)), tmp_path / "tried.onnx", card())
    assert [item for item in caplog.records if "torchvision" in item.getMessage()] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_can_be_written_and_gives_the_same_numbers(tmp_path, name):
    row = NETWORKS[name]
    torch.manual_seed(0)
    network = row.build(channels=512)
    elements = getattr(network, "elements", ())
    if row.layout == "image":
        field = receptive_field_px(network)
        told = image_card(row.multiple_px, outputs=row.outputs, field=field, channels=512)
    else:
        told = card(row.outputs, channels=512, elements=elements)
    assert export(network, tmp_path / "tried.onnx", told).difference < 1e-5
