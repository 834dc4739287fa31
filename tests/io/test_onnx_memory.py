"""Memory of networks, told from their graphs."""

import numpy as np
import onnx
import pytest

from app.io.model_errors import ModelError
from app.io.onnx_memory import check_memory


def parsed(data):
    return onnx.load_model_from_string(data)


def sizes(value):
    return [
        d.dim_value if d.HasField("dim_value") else None for d in value.type.tensor_type.shape.dim
    ]


def test_shapes_are_told_and_large_weights_left_out(make_network):
    weights = np.zeros((4, 3000), dtype=np.float32)
    model = parsed(make_network(weights={"weights": weights}, outputs={"rgb": None}))
    found = check_memory(model)
    assert sizes(found.graph.output[0]) == [None, 3000]
    assert not found.graph.initializer
    assert len(model.graph.initializer) == 1


def test_shapes_kept_in_weights_are_followed(make_network):
    nodes = [("Reshape", ["spectra", "shape"], ["rgb"])]
    weights = {"shape": np.array([-1, 2, 2], dtype=np.int64)}
    found = check_memory(parsed(make_network(nodes, outputs={"rgb": None}, weights=weights)))
    assert sizes(found.graph.output[0]) == [None, 2, 2]


@pytest.mark.parametrize(("count", "is_let"), [(2**28, True), (2**28 + 1, False)])
def test_a_gigabyte_is_let_and_no_more(count, is_let, make_network):
    nodes = [("ConstantOfShape", ["shape"], ["zeros"]), ("Add", ["spectra", "zeros"], ["rgb"])]
    weights = {"shape": np.array([count, 1], dtype=np.int64)}
    model = parsed(make_network(nodes, outputs={"rgb": None}, weights=weights))
    if is_let:
        # the sum is four times as large
        with pytest.raises(ModelError, match=f"“Add” gives an array of {count} × 4"):
            check_memory(model)
    else:
        with pytest.raises(ModelError, match=rf"“ConstantOfShape” gives .* {count} × 1 .*1\.0 GB"):
            check_memory(model)


def test_an_input_of_gigabytes_is_told(make_network):
    nodes = [("Relu", ["spectra"], ["rgb"])]
    model = parsed(make_network(nodes, {"spectra": (70_000, 4096)}, {"rgb": None}, {}))
    with pytest.raises(ModelError, match="GB, for a single pixel"):
        check_memory(model)


def test_operations_that_do_not_fit_are_told_in_one_line(make_network):
    model = parsed(make_network(weights={"weights": np.ones((5, 3), dtype=np.float32)}))
    with pytest.raises(ModelError, match=r"do not fit together: .*MatMul") as caught:
        check_memory(model)
    assert "\n" not in caught.value.message
