"""Sums give the same last digit wherever in a batch a row stands."""

import numpy as np
import onnx
import onnxruntime
import pytest

from app.learn.steady import steadied


def run(data, values):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    (name,) = (item.name for item in session.get_inputs())
    return session.run(None, {name: values})[0]


def summing(make_network, length, axes=(1,), keepdims=1):
    nodes = (("Mul", ("x", "x"), ("squares",)), ("ReduceSum", ("squares", "axes"), ("sum",)))
    sizes = ["n", 1] if keepdims else ["n"]
    data = make_network(nodes, {"x": ["n", length]}, {"sum": sizes}, {"axes": np.array(axes)})
    model = onnx.load_model_from_string(data)
    model.graph.node[1].attribute.append(onnx.helper.make_attribute("keepdims", keepdims))
    return model.SerializeToString()


def kinds(data):
    return [node.op_type for node in onnx.load_model_from_string(data).graph.node]


def test_rows_are_added_up_alike_wherever_they_stand(make_network):
    rng = np.random.default_rng(1)
    values = np.sqrt(rng.poisson(5, (400, 193))).astype(np.float32) + rng.random((400, 193)) / 3
    values = values.astype(np.float32)
    data = summing(make_network, 193)
    steady = steadied(data)
    assert kinds(steady) == ["Mul", "MatMul"]
    # what was only the sum's is gone
    held = [item.name for item in onnx.load_model_from_string(steady).graph.initializer]
    assert held == ["193_ones"]
    order = rng.permutation(400)
    np.testing.assert_array_equal(run(steady, values)[order], run(steady, values[order]))
    np.testing.assert_allclose(run(steady, values), run(data, values), rtol=1e-6)
    # or nothing would be gained
    assert (run(data, values)[order] != run(data, values[order])).any()


@pytest.mark.parametrize(
    ("length", "axes", "keepdims"), [(192, (1,), 1), (193, (0,), 1), (193, (1,), 0)]
)
def test_all_else_stays_as_it_is(make_network, length, axes, keepdims):
    data = summing(make_network, length, axes, keepdims)
    assert steadied(data) is data


def test_sums_over_an_axis_counted_from_the_end_are_found(make_network):
    assert kinds(steadied(summing(make_network, 10, (-1,)))) == ["Mul", "MatMul"]
