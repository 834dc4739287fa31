"""Networks of ONNX's standard operators, written down node by node.

Both take counts on the networks' energy axis, shape (pixels, 512), and normalise them
themselves: the fraction of the total in bins of 160 eV from 0.96 to 32 keV, times 200, plus 1,
its logarithm. They give `rgb` (pixels, 3), 0 to 1; `log_variance` (pixels, 1), the natural
logarithm of the mean squared error of a band that is to be expected; and `novelty` (pixels, 1),
the share of the training spectra that are less unlike all the others, 0 to 1.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.learn.axis import CHANNELS
from app.learn.steady import steadied

FloatArray = NDArray[np.float64]

TIMES = 200.0
"""What the fractions are multiplied with before the logarithm."""

NEIGHBOURS = 10
FIRST_BIN, LAST_BIN, TOGETHER = 12, 400, 2
"""The part of the axis that is looked at, 0.96 to 32 keV, and how many bins are joined."""

OPSET, IR_VERSION = 17, 8
_TINY = 1e-6
_LOG_VARIANCE = (-9.0, -1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Novelty:
    """How unlike the training spectra a spectrum is.

    Parameters
    ----------
    mean
        Of the features, shape (features,).
    axes
        Directions in which training spectra vary, shape (features, axes).
    expected
        Coefficients of 1, ln N and (ln N)² for the logarithm of the squared residual of a
        training spectrum of N counts.
    log_counts
        Lowest and highest ln N seen.
    knots, shares
        Residuals above what is expected, and the share of training spectra below each.
    """

    mean: FloatArray
    axes: FloatArray
    expected: FloatArray
    log_counts: tuple[float, float]
    knots: FloatArray
    shares: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """Linear regression: a colour, and the logarithm of its variance.

    Parameters
    ----------
    weights, offset
        From features to sRGB, shapes (features, 3) and (3,).
    doubt_weights, doubt_offset
        From features to the logarithm of the variance, shapes (features, 1) and (1,).
    novelty
        As for all networks.
    """

    weights: FloatArray
    offset: FloatArray
    doubt_weights: FloatArray
    doubt_offset: FloatArray
    novelty: Novelty


@dataclass(frozen=True, slots=True, eq=False)
class Knn:
    """The weighted mean colour of the nearest spectra learnt.

    Parameters
    ----------
    mean, axes
        From features to places, shapes (features,) and (features, dimensions).
    places, colours
        The spectra learnt, shapes (spectra, dimensions) and (spectra, 3).
    doubt
        Coefficients of 1, the logarithm of the variance of the neighbours' colours, that of their
        mean distance, ln N, and the ridge's logarithm of the variance.
    ridge
        A linear regression of the same spectra.
    """

    mean: FloatArray
    axes: FloatArray
    places: FloatArray
    colours: FloatArray
    doubt: FloatArray
    ridge: Ridge


def joining() -> FloatArray:
    """Which bins of the axis make each feature, shape (512, features)."""
    table = np.zeros((CHANNELS, (LAST_BIN - FIRST_BIN) // TOGETHER))
    for place in range(FIRST_BIN, LAST_BIN):
        table[place, (place - FIRST_BIN) // TOGETHER] = 1.0
    return table


def features(counts: NDArray[np.floating]) -> FloatArray:
    """The features of counts, shape (spectra, features), as the graphs compute them."""
    values = np.asarray(counts, np.float64)
    total = np.maximum(values.sum(axis=1, keepdims=True), 1.0)
    return np.asarray(np.log1p(TIMES * (values @ joining()) / total))


def ridge_file(model: Ridge, texts: dict[str, str]) -> bytes:
    """The linear regression as a file."""
    graph = _Graph()
    x, log_counts = _features(graph)
    _colour(graph, graph.add("Add", graph.add("MatMul", x, model.weights), model.offset))
    _doubt(graph, _ridge_doubt(graph, x, model))
    _novelty(graph, x, log_counts, model.novelty)
    return graph.file("ridge", texts)


def knn_file(model: Knn, texts: dict[str, str]) -> bytes:
    """The nearest neighbours as a file."""
    graph = _Graph()
    x, log_counts = _features(graph)
    place = graph.add("MatMul", graph.add("Sub", x, model.mean), model.axes)
    own = graph.total(graph.add("Mul", place, place))
    products = graph.add("MatMul", place, (-2.0 * model.places).T)
    theirs = (model.places**2).sum(axis=1)[None, :]
    squares = graph.add("Add", graph.add("Add", products, own), theirs)
    count = graph.constant(np.array([NEIGHBOURS], np.int64))
    near, which = graph.add("TopK", squares, count, outputs=2, axis=1, largest=0, sorted=1)
    distance = graph.add("Sqrt", graph.add("Max", near, np.array(_TINY)))
    inverse = graph.add("Reciprocal", distance)
    share = graph.add("Div", inverse, graph.total(inverse))
    # (pixels, 1, neighbours) · (pixels, neighbours, 3)
    share = graph.add("Unsqueeze", share, np.array([1], np.int64))
    colours = graph.add("Gather", model.colours, which, axis=0)
    mean = graph.add("MatMul", share, colours)
    apart = graph.add("Sub", colours, mean)
    variance = graph.add("MatMul", share, graph.add("Mul", apart, apart))
    _colour(graph, graph.add("Squeeze", mean, np.array([1], np.int64)))
    spread = graph.mean(graph.add("Squeeze", variance, np.array([1], np.int64)), 3)
    one, scatter, far, many, linear = model.doubt
    parts = [
        graph.add("Mul", graph.log(spread, 1e-4), np.array(scatter)),
        graph.add("Mul", graph.log(graph.mean(distance, NEIGHBOURS), _TINY), np.array(far)),
        graph.add("Mul", log_counts, np.array(many)),
        graph.add("Mul", _ridge_doubt(graph, x, model.ridge), np.array(linear)),
    ]
    _doubt(graph, graph.add("Add", graph.add("Sum", *parts), np.array(one)))
    _novelty(graph, x, log_counts, model.ridge.novelty)
    return graph.file("knn", texts)


class _Graph:
    """Nodes and constants of a network being written."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: NDArray[Any]) -> str:
        """A constant, floats as float32."""
        from onnx import numpy_helper

        kept = values.astype(np.float32) if values.dtype.kind == "f" else values
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def add(
        self, kind: str, *given: str | NDArray[Any], outputs: int = 1, name: str = "", **how: Any
    ) -> Any:
        """One node; the name of its output, or their names."""
        from onnx import helper

        inputs = [item if isinstance(item, str) else self.constant(item) for item in given]
        number = len(self._nodes)
        names = [name or f"{kind.lower()}_{number}_{place}" for place in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, **how))
        return names[0] if outputs == 1 else names

    def total(self, values: str) -> str:
        """The sum over the last axis, which stays."""
        return str(self.add("ReduceSum", values, np.array([-1], np.int64), keepdims=1))

    def mean(self, values: str, number: int) -> str:
        """The mean over the last axis, which has so many values."""
        return str(self.add("Div", self.total(values), np.array(float(number))))

    def log(self, values: str, add: float) -> str:
        """The natural logarithm of values that are not negative, and a little."""
        return str(self.add("Log", self.add("Add", values, np.array(add))))

    def file(self, name: str, texts: dict[str, str]) -> bytes:
        """The network, checked."""
        import onnx
        from onnx import TensorProto, helper

        def tensor(label: str, width: int) -> Any:
            return helper.make_tensor_value_info(label, TensorProto.FLOAT, ["pixels", width])

        outputs = [tensor("rgb", 3), tensor("log_variance", 1), tensor("novelty", 1)]
        graph = helper.make_graph(
            self._nodes, name, [tensor("counts", CHANNELS)], outputs, self._constants
        )
        model = helper.make_model(
            graph,
            producer_name="velatura",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
        helper.set_model_props(model, texts)
        onnx.checker.check_model(model, full_check=True)
        return steadied(bytes(model.SerializeToString(deterministic=True)))


def _features(graph: _Graph) -> tuple[str, str]:
    """Features and ln N of the counts."""
    total = graph.add("Max", graph.total("counts"), np.array(1.0))
    joined = graph.add("MatMul", "counts", joining())
    part = graph.add("Mul", graph.add("Div", joined, total), np.array(TIMES))
    return graph.log(part, 1.0), graph.add("Log", total)


def _colour(graph: _Graph, colour: str) -> None:
    graph.add("Clip", colour, np.array(0.0), np.array(1.0), name="rgb")


def _ridge_doubt(graph: _Graph, x: str, model: Ridge) -> str:
    weighted = graph.add("MatMul", x, model.doubt_weights)
    return str(graph.add("Add", weighted, model.doubt_offset))


def _doubt(graph: _Graph, doubt: str) -> None:
    low, high = _LOG_VARIANCE
    graph.add("Clip", doubt, np.array(low), np.array(high), name="log_variance")


def _novelty(graph: _Graph, x: str, log_counts: str, model: Novelty) -> None:
    """The residual of a spectrum against what its counts let expect, as a share of those learnt."""
    centred = graph.add("Sub", x, model.mean)
    inside = graph.add("MatMul", graph.add("MatMul", centred, model.axes), model.axes.T)
    rest = graph.add("Sub", centred, inside)
    residual = graph.log(graph.total(graph.add("Mul", rest, rest)), _TINY)
    low, high = model.log_counts
    many = graph.add("Clip", log_counts, np.array(low), np.array(high))
    constant, linear, square = model.expected
    expected = graph.add("Mul", many, np.array(square))
    expected = graph.add("Mul", graph.add("Add", expected, np.array(linear)), many)
    excess = graph.add("Sub", residual, graph.add("Add", expected, np.array(constant)))
    steps = graph.add("Sub", excess, model.knots[None, :-1])
    steps = graph.add("Div", steps, np.diff(model.knots)[None, :])
    steps = graph.add("Clip", steps, np.array(0.0), np.array(1.0))
    graph.add("MatMul", steps, np.diff(model.shares)[:, None], name="novelty")
