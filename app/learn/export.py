"""A network as an ONNX file with its card, checked number by number."""

import contextlib
import copy
import hashlib
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.core.recolouring.card import ModelCard, OutputKind
from app.errors import AppError
from app.io.atomic import written
from app.io.model_files import write_card
from app.io.onnx_graph import vetted
from app.learn.steady import steadied

OPSET = 18
TOLERANCE = 1e-4
"""How far the file may be off from the network: of values up to 1 absolutely, beyond relatively."""

KEYS = {
    OutputKind.RGB: "rgb",
    OutputKind.LOG_VARIANCE: "log_var",
    OutputKind.NOVELTY: "novelty",
    OutputKind.MAPS: "elements",
    OutputKind.LATENT: "latent",
    OutputKind.RECONSTRUCTION: "reconstruction",
}
"""What a network of `app.learn.networks` calls an output of each kind."""

_SEED = 20240611


class ExportError(AppError):
    """A network cannot be written as a file that gives the same numbers."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A network that was written.

    Parameters
    ----------
    path
        Of the file; its card lies beside it.
    card
        As written, with the file's checksum.
    difference
        The largest from the network's own numbers, of values up to 1 absolutely, beyond
        relatively.
    size
        Of the file, bytes.
    """

    path: Path
    card: ModelCard
    difference: float
    size: int


def export(network: nn.Module, path: Path, card: ModelCard, *, overwrite: bool = False) -> Exported:
    """Write a network and its card.

    The file takes any number of pixels, or pictures of any size that is a multiple of the
    card's; it holds its weights itself and nothing but ONNX's own operations. Before it takes
    the place of another, it is looked into as strangers' files are, and run beside the network
    on spectra of several sizes and counts, an empty one among them.

    Parameters
    ----------
    network
        As it is used after training; it is not changed.
    path
        Ends in .onnx.
    card
        What the network takes and gives; it has one input. The outputs it tells of are written,
        under its names.
    overwrite
        Whether a file that is there may be replaced.

    Raises
    ------
    ExportError
        If the network does not give what the card tells of, cannot be written, or the file
        gives other numbers.
    ModelError
        If the file is not as the card says.
    WriteError
        If a file is there already, or the system refuses.
    """
    keys = _keys(card)
    plain = _Ordered(copy.deepcopy(network).cpu().float(), keys).eval()
    data = _onnx(plain, card)
    told = replace(card, sha256=hashlib.sha256(data).hexdigest())
    _check_free(vetted(data, told).inputs[0].shape, card)
    difference = _compared(plain, data, card)
    if not difference <= TOLERANCE:
        raise ExportError(
            "The network gives other numbers as a file.",
            f"{card.name}: they differ by up to {difference:.2g}; at most {TOLERANCE:g} is let.",
            "Weights beyond what single precision bears may be the cause: train anew.",
        )
    with written(path, overwrite=overwrite) as beside:
        beside.write_bytes(data)
    write_card(told, path)
    return Exported(path, told, difference, len(data))


class _Ordered(nn.Module):
    """The network with outputs in the card's order and no others."""

    def __init__(self, network: nn.Module, keys: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        self.keys = keys

    def forward(self, counts: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(counts)
        # one tensor under two names would be one output of the file
        return tuple(outputs[key].clone() for key in self.keys)


def _keys(card: ModelCard) -> tuple[str, ...]:
    unknown = [item.kind.value for item in card.outputs if item.kind not in KEYS]
    if unknown or len(card.inputs) != 1:
        found = f"outputs of kind {', '.join(unknown)}" if unknown else f"{len(card.inputs)} inputs"
        raise ExportError(
            "The card does not fit a network of our own.",
            f"{card.name}: it tells of {found}; expected one input and outputs of the kinds "
            f"{', '.join(kind.value for kind in KEYS)}.",
            "Correct the card.",
        )
    return tuple(KEYS[item.kind] for item in card.outputs)


def _sizes(card: ModelCard) -> tuple[tuple[int, ...], ...]:
    """Shapes that the network is written and tried with; none has a side of 1 first."""
    channels, multiple = card.inputs[0].channels, card.multiple_px
    if not card.is_image:
        return (7, channels), (1, channels), (64, channels)
    sides = ((2, 2, 3), (1, 3, 1), (1, 1, 4))
    return tuple((n, channels, rows * multiple, cols * multiple) for n, rows, cols in sides)


def _free_sizes(card: ModelCard) -> dict[int, Any]:
    """Which sizes of the input are free, and of what they are multiples."""
    dim = torch.export.Dim
    if not card.is_image:
        return {0: dim("pixels")}
    rows, columns = dim("rows_of_grid"), dim("columns_of_grid")
    if card.multiple_px == 1:
        return {0: dim("pictures"), 2: rows, 3: columns}
    multiple = card.multiple_px
    return {0: dim("pictures"), 2: multiple * rows, 3: multiple * columns}


def _onnx(network: nn.Module, card: ModelCard) -> bytes:
    """The network as ONNX's bytes."""
    counts = torch.from_numpy(_spectra(_sizes(card)[0]))
    try:
        with torch.no_grad(), _quiet():
            network(counts)
            program = torch.onnx.export(
                network,
                (counts,),
                dynamo=True,
                opset_version=OPSET,
                input_names=[card.inputs[0].name],
                output_names=[item.name for item in card.outputs],
                dynamic_shapes=(_free_sizes(card),),
                external_data=False,
                verbose=False,
            )
    except (KeyError, torch.onnx.errors.OnnxExporterError) as error:
        raise ExportError(
            "The network cannot be written as ONNX.",
            f"{card.name}: {type(error).__name__}: {str(error).strip().splitlines()[0][:300]}.",
            "The card may tell of outputs that the network has not.",
        ) from error
    model = program.model_proto
    # names of modules and of the places in the code that made them are of no use to others
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    graph = model.graph
    for value in (*graph.input, *graph.output, *graph.value_info, *graph.initializer, graph):
        del value.metadata_props[:]
    model.doc_string = ""
    model.producer_name, model.producer_version = "velatura", ""
    return steadied(bytes(model.SerializeToString(deterministic=True)))


def _check_free(shape: tuple[int | None, ...] | None, card: ModelCard) -> None:
    """Raise ExportError where the number of pixels or the picture's size became fixed."""
    fixed = [] if shape is None else [axis for axis in _free_sizes(card) if shape[axis] is not None]
    if fixed:
        raise ExportError(
            "The network takes one size only.",
            f"{card.name}: the size of axis {fixed[0]} of its input is fixed to "
            f"{shape[fixed[0]] if shape else 0}; expected any.",
            "Something in it depends on how many pixels there are, such as len() of a tensor.",
        )


def _compared(network: nn.Module, data: bytes, card: ModelCard) -> float:
    """The largest difference between the network and its file."""
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    worst = 0.0
    for shape in _sizes(card):
        counts = _spectra(shape)
        found = session.run([item.name for item in card.outputs], {card.inputs[0].name: counts})
        with torch.no_grad():
            expected = [values.numpy() for values in network(torch.from_numpy(counts))]
        for mine, theirs in zip(expected, found, strict=True):
            if mine.shape != theirs.shape or not np.isfinite(mine).all():
                return float("inf")
            apart = np.abs(mine - theirs) / np.maximum(np.abs(mine), 1.0)
            worst = max(worst, float(np.max(apart, initial=0.0)))
    return worst


def _spectra(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Spectra of a few peaks on a background, of 50 to 50 000 counts, the first one empty."""
    rng = np.random.default_rng(_SEED)
    channels, number = shape[1], int(np.prod(shape)) // shape[1]
    bins = np.arange(channels)
    places, heights = rng.uniform(0, channels, (number, 5, 1)), rng.exponential(1, (number, 5, 1))
    peaks = heights * np.exp(-0.5 * ((bins - places) / 2.0) ** 2)
    expected = peaks.sum(axis=1) + 0.02
    # a picture is measured with one time per pixel
    each = 1 if len(shape) == 2 else number // shape[0]
    total = np.exp(rng.uniform(np.log(50), np.log(50_000), number // each)).repeat(each)
    total *= rng.uniform(0.5, 2.0, number)
    expected *= (total / expected.sum(axis=1))[:, None]
    drawn = rng.poisson(expected).astype(np.float32)
    drawn[0] = 0.0
    if len(shape) == 2:
        return drawn
    pictures = drawn.reshape(shape[0], *shape[2:], channels)
    return np.ascontiguousarray(np.moveaxis(pictures, -1, 1))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what torch warns of its own inner parts."""
    log = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
