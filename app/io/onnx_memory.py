"""How much memory a network's arrays would take, told from its graph without running it."""

import math
from typing import Any

from app.io.model_errors import ModelError

MOST_ARRAY_BYTES = 2**30
"""For a single pixel, or a picture of one pixel where its size is free."""

_LARGE_WEIGHT = 4096
_LONGEST_REASON = 300


def check_memory(model: Any) -> Any:
    """The model with the shapes of all arrays as far as they can be told.

    Weights of more than 4096 numbers are left out of it.

    Raises
    ------
    ModelError
        If operations do not fit together, or one gives more than 1 GB where all free sizes
        are 1.
    """
    import onnx

    try:
        inferred = onnx.shape_inference.infer_shapes(
            _without_weights(model), check_type=True, strict_mode=True, data_prop=True
        )
    except (onnx.shape_inference.InferenceError, ValueError) as error:
        raise ModelError(f"Its operations do not fit together: {_reason(error)}.") from error
    made_by = {name: node.op_type for node in model.graph.node for name in node.output}
    for item in (*inferred.graph.value_info, *inferred.graph.output, *inferred.graph.input):
        tensor = item.type.tensor_type
        sizes = [size.dim_value if size.HasField("dim_value") else 1 for size in tensor.shape.dim]
        if any(size < 0 for size in sizes):
            raise ModelError(f"“{item.name:.60}” gets a size of {min(sizes)}; expected 1 or more.")
        count = math.prod(sizes)
        if count * _itemsize(tensor.elem_type) > MOST_ARRAY_BYTES:
            by = made_by.get(item.name)
            what = f"Its operation “{by}” gives" if by else f"Its input “{item.name:.60}” takes"
            raise ModelError(
                f"{what} an array of {' × '.join(map(str, sizes))} numbers, "
                f"{count * _itemsize(tensor.elem_type) / 2**30:,.1f} GB, for a single pixel; at "
                f"most {MOST_ARRAY_BYTES // 2**30} GB is let."
            )
    return inferred


def _without_weights(model: Any) -> Any:
    """A copy whose large weights are inputs: their numbers say nothing about shapes."""
    import onnx

    light = onnx.ModelProto()
    light.ir_version = model.ir_version
    light.opset_import.extend(model.opset_import)
    graph = light.graph
    graph.name = model.graph.name or "graph"
    graph.node.extend(model.graph.node)
    graph.output.extend(model.graph.output)
    graph.value_info.extend(model.graph.value_info)
    graph.input.extend(model.graph.input)
    told = {item.name for item in model.graph.input}
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) <= _LARGE_WEIGHT:
            graph.initializer.append(tensor)
        elif tensor.name not in told:
            value = onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            graph.input.append(value)
    return light


def _itemsize(data_type: int) -> int:
    import onnx

    try:
        return max(onnx.helper.tensor_dtype_to_np_dtype(data_type).itemsize, 1)
    except KeyError:
        return 1


def _reason(error: Exception) -> str:
    """The first of the faults that onnx found, from which the others follow."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first.rpartition("Inference error(s): ")[2].rstrip(".")[:_LONGEST_REASON]
