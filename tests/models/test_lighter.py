"""Rounded weights are int8 within half a step, in dense layers only, and the graph stays ONNX's."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.io.onnx_graph import vetted
from models.lighter import LEAST_WEIGHTS, lightened, rounded

IN, HIDDEN, OUT = 48, 96, 3


def weights(*shape, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, shape).astype(np.float32)


def network(**more):
    """Two dense layers of both forms and a small one, with weights of novelty beside."""
    tensors = {
        "first": weights(HIDDEN, IN),
        "second": weights(HIDDEN, HIDDEN, seed=1),
        "third": weights(HIDDEN, OUT, seed=2),
        "novelty.axes": weights(IN, HIDDEN, seed=3),
        **more,
    }
    nodes = [
        helper.make_node("Gemm", ["counts", "first"], ["a"], transB=1),
        helper.make_node("MatMul", ["a", "second"], ["b"]),
        helper.make_node("MatMul", ["b", "third"], ["rgb"]),
        helper.make_node("MatMul", ["counts", "novelty.axes"], ["new"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["n", IN])],
        [
            helper.make_tensor_value_info("rgb", TensorProto.FLOAT, ["n", OUT]),
            helper.make_tensor_value_info("new", TensorProto.FLOAT, ["n", HIDDEN]),
        ],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


def run(data, counts):
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(["rgb", "new"], {"counts": counts})


def test_rounding_is_within_half_a_step_of_each_output_s_own_scale():
    values = weights(5, 7) * np.array([[1.0], [100.0], [0.0], [1e-4], [3.0]], np.float32)
    whole, scale = rounded(values, 0)
    assert whole.dtype == np.int8
    assert scale.shape == (5,)
    assert (np.abs(whole).max(axis=1) == [127, 127, 0, 127, 127]).all()
    assert (np.abs(values - whole * scale[:, None]) <= 0.5001 * scale[:, None]).all()


def test_large_dense_layers_become_int8_and_give_nearly_the_same():
    data = network()
    light = lightened(data)
    assert light.layers == ("first", "second")
    assert len(light.data) < 0.6 * len(data)
    counts = np.abs(weights(11, IN, seed=4))
    exact, found = run(data, counts), run(light.data, counts)
    np.testing.assert_allclose(found[0], exact[0], atol=0.02 * np.abs(exact[0]).max())
    # what was left out is what it was, digit by digit
    np.testing.assert_array_equal(found[1], exact[1])
    vetted(light.data)


def test_a_point_s_answer_does_not_depend_on_which_others_are_asked_with_it():
    light = lightened(network())
    counts = np.abs(weights(6, IN, seed=5))
    others = counts.copy()
    others[1:] *= 1000
    np.testing.assert_allclose(
        run(light.data, counts)[0][0], run(light.data, others)[0][0], rtol=1e-6
    )


def test_convolutions_are_rounded_by_their_outputs():
    kernel = weights(16, 32, 3, 3)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "kernel"], ["y"], pads=[1, 1, 1, 1])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32, 4, 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 16, 4, 5])],
        [numpy_helper.from_array(kernel, "kernel")],
    )
    opset = [helper.make_opsetid("", 18)]
    data = helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()
    light = onnx.load_model_from_string(lightened(data).data)
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in light.graph.initializer}
    assert kept["kernel.int8"].shape == kernel.shape
    assert kept["kernel.scale"].shape == (16,)
    back = kept["kernel.int8"] * kept["kernel.scale"][:, None, None, None]
    np.testing.assert_allclose(back, kernel, atol=0.5001 * kept["kernel.scale"].max())


@pytest.mark.parametrize("left_out", [("first", "second", "novelty"), ("",)])
def test_where_nothing_is_to_be_rounded_the_bytes_stay(left_out):
    data = network()
    assert lightened(data, left_out=left_out).data == data
    assert HIDDEN * OUT < LEAST_WEIGHTS


def test_the_same_network_gives_the_same_bytes():
    assert lightened(network()).data == lightened(network()).data
