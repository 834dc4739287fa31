"""Networks with their dense weights as int8, by ONNX's own operations.

Weights alone are rounded, symmetrically and with one scale for each output (weights-only,
per-channel quantisation of R. Krishnamoorthi, arXiv:1806.08342); numbers between layers stay as
they are. Rounding those too would need a scale that
is found anew from all points of a batch, so that a point's colour would depend on which others
are coloured with it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_WEIGHTS = 4096
"""Smaller layers are left as they are: nothing is gained by them."""

_MOST = 127
_DENSE = ("MatMul", "Gemm", "Conv")


@dataclass(frozen=True, slots=True)
class Lightened:
    """A network with rounded weights.

    Parameters
    ----------
    data
        Its file.
    layers
        Names of the weights that were rounded.
    """

    data: bytes
    layers: tuple[str, ...]


def lightened(data: bytes, *, left_out: tuple[str, ...] = ("novelty",)) -> Lightened:
    """The same network with the weights of large dense layers and convolutions as int8.

    Parameters
    ----------
    data
        A network's file, opset 13 or later.
    left_out
        Weights with one of these texts in their names are left as they are. Novelty is judged by
        residuals whose scale was measured with the exact components.

    Returns
    -------
    Lightened
        With no layers and the bytes as they were where nothing is large enough.
    """
    import onnx

    model = onnx.load_model_from_string(data)
    found = []
    for tensor, axis in _dense_weights(model.graph):
        if not any(text in tensor.name for text in left_out):
            _round(model.graph, tensor, axis)
            found.append(tensor.name)
    if not found:
        return Lightened(data, ())
    return Lightened(bytes(model.SerializeToString(deterministic=True)), tuple(found))


def rounded(weights: NDArray[Any], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers of −127 to 127, and the scale of each output along an axis."""
    others = tuple(place for place in range(weights.ndim) if place != axis)
    most = np.abs(weights).max(axis=others, keepdims=True).astype(np.float64)
    scale = np.where(most > 0, most / _MOST, 1.0).astype(np.float32)
    whole = np.rint(weights / scale).clip(-_MOST, _MOST).astype(np.int8)
    return whole, scale.reshape(-1)


def _dense_weights(graph: Any) -> list[tuple[Any, int]]:
    """Large weights that one layer alone takes, with the axis of the layer's outputs."""
    from onnx import TensorProto

    tensors = {tensor.name: tensor for tensor in graph.initializer}
    uses: dict[str, list[tuple[Any, int]]] = {}
    for node in graph.node:
        for place, name in enumerate(node.input):
            uses.setdefault(name, []).append((node, place))
    found = []
    for name, tensor in tensors.items():
        several = uses.get(name, [])
        is_large = tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= LEAST_WEIGHTS
        if not is_large or len(tensor.dims) < 2:
            continue
        axes = {_axis(node, place, len(tensor.dims)) for node, place in several}
        # the same layers may look at several scales: they agree on the axis
        if len(axes) == 1 and (axis := axes.pop()) is not None:
            found.append((tensor, axis))
    return found


def _axis(node: Any, place: int, sides: int) -> int | None:
    """The axis of a layer's outputs in its weights; None where it is no such layer."""
    if place != 1 or node.op_type not in _DENSE:
        return None
    if node.op_type == "MatMul":
        return sides - 1 if sides == 2 else None
    if node.op_type == "Gemm":
        turned = any(item.name == "transB" and item.i for item in node.attribute)
        return 0 if turned else 1
    return 0


def _round(graph: Any, tensor: Any, axis: int) -> None:
    """Put int8, scales and their product in the place of a weight."""
    from onnx import helper, numpy_helper

    whole, scale = rounded(numpy_helper.to_array(tensor), axis)
    name = tensor.name
    graph.initializer.remove(tensor)
    graph.initializer.append(numpy_helper.from_array(whole, f"{name}.int8"))
    graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
    node = helper.make_node(
        "DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], name=name, axis=axis
    )
    graph.node.insert(0, node)
