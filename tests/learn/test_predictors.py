"""Networks in files are asked as the application asks them."""

import json

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.core.axis import EnergyAxis
from app.errors import ParameterError
from app.learn.axis import FINE_CHANNELS
from app.learn.instruments import draw_instrument
from app.learn.predictors import PIXELS_AT_ONCE, ConstantColour, Fitted, NetworkFile, PictureMean
from app.learn.trials import CONDITIONS, Trial

ROWS, COLS = 15, 21


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(1)
    return Trial(
        "x",
        "painting",
        0,
        CONDITIONS[0],
        rng.poisson(2.0, (ROWS, COLS, FINE_CHANNELS)).astype(np.float32),
        EnergyAxis(0.02, 0.04),
        rng.uniform(0.2, 0.8, (ROWS, COLS, 3)).astype(np.float32),
        np.zeros((ROWS, COLS, 8), np.float32),
        draw_instrument("Rh", rng),
    )


def wanted(trial):
    """Shares of three parts of the axis: what the files below give as a colour."""
    parts = trial.counts.reshape(ROWS, COLS, 4, 256).sum(axis=3)[..., :3]
    return parts / 10_000


def save(folder, name, layout, nodes, given, made, outputs, constants, **more):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("counts", TensorProto.FLOAT, given)],
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, made[key]) for key in made],
        [numpy_helper.from_array(values, key) for key, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = folder / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    energy = {"offset_kev": 0.04, "gain_kev": 0.08}
    card = {
        "name": name.title(),
        "task": "rgb",
        "layout": layout,
        "inputs": [
            {"name": "counts", "channels": 512, "energy": energy, "preprocessing": ["resample"]}
        ],
        "outputs": outputs,
        **more,
    }
    path.with_suffix(".json").write_text(json.dumps(card), "utf-8")
    return path


def table():
    weights = np.zeros((512, 3), np.float32)
    for band in range(3):
        weights[128 * band : 128 * (band + 1), band] = 1e-4
    return weights


@pytest.fixture
def by_points(tmp_path):
    nodes = [
        helper.make_node("MatMul", ["counts", "weights"], ["rgb"]),
        helper.make_node("ReduceMean", ["rgb"], ["log_variance"], axes=[1], keepdims=1),
    ]
    return save(
        tmp_path,
        "points",
        "pixel",
        nodes,
        ["n", 512],
        {"rgb": ["n", 3], "log_variance": ["n", 1]},
        [{"name": "rgb", "kind": "rgb"}, {"name": "log_variance", "kind": "log_variance"}],
        {"weights": table()},
    )


@pytest.fixture
def by_picture(tmp_path):
    nodes = [helper.make_node("Conv", ["counts", "weights"], ["rgb"])]
    return save(
        tmp_path,
        "picture",
        "image_channels_first",
        nodes,
        [1, 512, "rows", "cols"],
        {"rgb": [1, 3, "rows", "cols"]},
        [{"name": "rgb", "kind": "rgb"}],
        {"weights": np.ascontiguousarray(table().T)[:, :, None, None]},
        receptive_field_px=0,
        multiple_px=8,
    )


def test_points_are_asked_in_blocks_and_come_back_in_order(by_points, trial):
    assert ROWS * COLS > PIXELS_AT_ONCE
    network = NetworkFile(by_points)
    answer = network.answer(trial)
    assert (network.name, network.title) == ("points", "Points")
    np.testing.assert_allclose(answer.rgb, wanted(trial), rtol=1e-4)
    np.testing.assert_allclose(answer.log_variance, wanted(trial).mean(axis=2), rtol=1e-4)
    assert answer.elements is None
    assert answer.novelty is None
    assert answer.seconds > 0


def test_pictures_are_padded_to_a_multiple_and_cut_again(by_picture, trial):
    answer = NetworkFile(by_picture).answer(trial)
    np.testing.assert_allclose(answer.rgb, wanted(trial), rtol=1e-4)


def test_facts_are_those_of_file_and_card(by_points):
    facts = NetworkFile(by_points).facts()
    assert facts["title"] == "Points"
    assert facts["megabytes"] == pytest.approx(by_points.stat().st_size / 1e6, abs=0.01)


def test_a_file_without_a_card_is_told(by_points):
    by_points.with_suffix(".json").unlink()
    with pytest.raises(ParameterError, match="has no card"):
        NetworkFile(by_points)


def test_the_published_network_is_known_and_muted(shared_data, trial):
    path = shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")
    answer = NetworkFile(path).answer(trial)
    assert answer.rgb.shape == (ROWS, COLS, 3)
    assert 0 <= answer.rgb.min() <= answer.rgb.max() <= 1


def test_the_simplest_rivals(trial):
    even = ConstantColour([0.1, 0.2, 0.3]).answer(trial).rgb
    assert even.shape == trial.rgb.shape
    np.testing.assert_allclose(even[3, 4], [0.1, 0.2, 0.3], rtol=1e-6)
    mean = PictureMean().answer(trial).rgb
    np.testing.assert_allclose(mean[0, 0], trial.rgb.mean(axis=(0, 1)), rtol=1e-5)


def test_regressions_get_features_and_stay_within_colours(trial):
    class Sum:
        def predict(self, x):
            assert x.shape == (ROWS * COLS, 194)
            return np.stack([x.sum(axis=1), -x[:, 0] - 1, x[:, 0] * 0 + 0.5], axis=1)

    answer = Fitted("sum", "Sum", Sum()).answer(trial)
    assert (answer.rgb[..., 0] == 1).all()
    assert (answer.rgb[..., 1] == 0).all()
    assert (answer.rgb[..., 2] == 0.5).all()
