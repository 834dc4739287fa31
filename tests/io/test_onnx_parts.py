"""Operations, weights and names of networks."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from app.io.model_errors import ModelError
from app.io.onnx_parts import (
    NEWEST_OPSET,
    OLDEST_OPSET,
    check_names,
    check_nodes,
    check_tensors,
    opset_of,
)


def parsed(data):
    return onnx.load_model_from_string(data)


@pytest.mark.parametrize("version", [OLDEST_OPSET, 17, NEWEST_OPSET])
def test_versions_that_are_let_are_run(version, make_network):
    data = make_network(opset=version)
    assert opset_of(parsed(data)) == version
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (rgb,) = session.run(["rgb"], {"spectra": np.zeros((2, 4), dtype=np.float32)})
    np.testing.assert_array_equal(rgb, np.full((2, 3), 0.5))


@pytest.mark.parametrize("version", [OLDEST_OPSET - 1, NEWEST_OPSET + 1, -3])
def test_other_versions_are_told(version, make_network):
    model = parsed(make_network())
    model.opset_import[0].version = version
    with pytest.raises(ModelError, match=f"version {version} of ONNX's operations"):
        opset_of(model)


def test_two_versions_at_once_are_told(make_network):
    model = parsed(make_network())
    model.opset_import.add(domain="ai.onnx", version=18)
    with pytest.raises(ModelError, match="tells 2 versions"):
        opset_of(model)


def test_operations_of_machine_learning_are_onnx_too(make_network):
    scaler = helper.make_node(
        "Scaler", ["spectra"], ["rgb"], domain="ai.onnx.ml", offset=[0.0], scale=[1.0]
    )
    model = parsed(make_network([scaler]))
    model.opset_import.add(domain="ai.onnx.ml", version=3)
    check_nodes(model)


def test_an_import_of_others_that_nothing_uses_is_let(make_network):
    """Some exporters always write one."""
    model = parsed(make_network())
    model.opset_import.add(domain="com.microsoft", version=1)
    check_nodes(model)


def test_an_operation_that_was_taken_out_is_told(make_network):
    node = helper.make_node("Upsample", ["spectra"], ["rgb"])
    with pytest.raises(ModelError, match="“Upsample” is not one of ONNX, version 17"):
        check_nodes(parsed(make_network([node])))


@pytest.mark.parametrize(
    "kind",
    ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "uint64", "bool"],
)
@pytest.mark.parametrize("is_raw", [True, False])
def test_weights_of_each_type_pass_in_both_forms(kind, is_raw, make_network):
    model = parsed(make_network())
    data_type = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    values = np.ones((2, 3), dtype=kind)
    content = values.tobytes() if is_raw else values.ravel().tolist()
    model.graph.initializer.append(helper.make_tensor("more", data_type, (2, 3), content, is_raw))
    check_tensors(model)


@pytest.mark.parametrize("is_raw", [True, False])
def test_weights_of_half_a_byte_pass(is_raw, make_network):
    model = parsed(make_network())
    tensor = helper.make_tensor(
        "more", TensorProto.INT4, (5,), b"\x11\x11\x01" if is_raw else [1] * 5, is_raw
    )
    model.graph.initializer.append(tensor)
    check_tensors(model)
    tensor.dims[0] = 50
    model.graph.initializer.append(tensor)
    with pytest.raises(ModelError, match="announced with 50 numbers, 25 bytes"):
        check_tensors(model)


def test_a_weight_of_no_known_type_is_told(make_network):
    for kind in (0, 99):
        model = parsed(make_network())
        model.graph.initializer[0].data_type = kind
        with pytest.raises(ModelError, match="of type undefined; expected real numbers"):
            check_tensors(model)


def test_an_empty_weight_is_let(make_network):
    model = parsed(make_network())
    model.graph.initializer.append(helper.make_tensor("roi", TensorProto.FLOAT, (0,), []))
    check_tensors(model)


def test_texts_in_constants_are_told(make_network):
    node = helper.make_node("Constant", [], ["rgb"], value_string="text")
    with pytest.raises(ModelError, match="“Constant” handles texts"):
        check_tensors(parsed(make_network([node])))


def test_weights_given_as_inputs_too_are_one_thing(make_network):
    """Older files list weights among the inputs."""
    model = parsed(make_network())
    value = helper.make_tensor_value_info("weights", TensorProto.FLOAT, (4, 3))
    model.graph.input.append(value)
    check_names(model)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda graph: graph.input.add(name="spectra"), "have the name “spectra”"),
        (lambda graph: graph.input.add(name=""), "has no name"),
        (lambda graph: graph.output.append(graph.output[0]), "Two outputs have the name “rgb”"),
        (lambda graph: graph.output.add(name="grey"), "Nothing in it makes its output “grey”"),
        (lambda graph: graph.node[0].output.append("rgb"), "have the name “rgb”"),
    ],
)
def test_names_that_are_not_one_thing_are_told(change, sentence, make_network):
    model = parsed(make_network())
    change(model.graph)
    with pytest.raises(ModelError, match=sentence):
        check_names(model)
