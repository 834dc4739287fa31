"""Sums whose last digit does not depend on where in a batch a spectrum stands."""

from typing import Any

import numpy as np

ALIGNED = 4
"""Values that onnxruntime adds up at once: rows of a multiple of it are all added up alike."""


def steadied(data: bytes) -> bytes:
    """Put products with ones in the place of sums over rows of another length.

    onnxruntime begins to add up a row one by one until memory is aligned, and so adds up a row of
    odd length in an order that depends on how many rows are before it. A product of matrices goes
    through all rows alike.

    Parameters
    ----------
    data
        A network's file. Sums over the last axis, which they keep, are looked at, where its
        length is known.

    Returns
    -------
    bytes
        The network's file; the same bytes where it has no such sum.
    """
    import onnx
    from onnx import helper, numpy_helper, shape_inference

    model = onnx.load_model_from_string(data)
    graph = model.graph
    lengths = _lengths(shape_inference.infer_shapes(model).graph)
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    ones: set[str] = set()
    nodes = []
    for node in graph.node:
        length = _summed(node, lengths, values)
        if length is None or length % ALIGNED == 0:
            nodes.append(node)
            continue
        name = f"{length}_ones"
        if name not in ones:
            ones.add(name)
            graph.initializer.append(
                numpy_helper.from_array(np.ones((length, 1), np.float32), name)
            )
        nodes.append(helper.make_node("MatMul", [node.input[0], name], node.output, node.name))
    if not ones:
        return data
    used = {name for node in nodes for name in node.input}
    kept = [item for item in graph.initializer if item.name in used]
    for field, content in ((graph.node, nodes), (graph.initializer, kept)):
        copies = [type(item).FromString(item.SerializeToString()) for item in content]
        del field[:]
        field.extend(copies)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _lengths(graph: Any) -> dict[str, list[int | None]]:
    """Sizes of all values that are known, None for those that are free."""
    return {
        value.name: [
            size.dim_value if size.HasField("dim_value") else None
            for size in value.type.tensor_type.shape.dim
        ]
        for value in (*graph.value_info, *graph.input, *graph.output)
    }


def _summed(node: Any, lengths: dict[str, list[int | None]], values: dict[str, Any]) -> int | None:
    """How many values a node adds up; None where it is no sum over the last axis that stays."""
    sizes = lengths.get(node.input[0], []) if node.input else []
    if node.op_type != "ReduceSum" or len(node.input) != 2 or len(sizes) < 2:
        return None
    keeps = next((item.i for item in node.attribute if item.name == "keepdims"), 1)
    axes = values.get(node.input[1])
    if not keeps or axes is None or [int(axis) % len(sizes) for axis in axes] != [len(sizes) - 1]:
        return None
    return sizes[-1]
