"""Looking into a network of unknown origin before anything runs it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.recolouring.card import ModelCard
from app.errors import ReadError
from app.io.model_errors import ModelError
from app.io.onnx_card import TensorFacts, check_card
from app.io.onnx_memory import check_memory
from app.io.onnx_parts import check_names, check_nodes, check_tensors, opset_of
from app.io.onnx_wire import check_wire

__all__ = ["MOST_BYTES", "ModelError", "TensorFacts", "VettedModel", "vetted"]

MOST_BYTES = 256 * 2**20
"""A larger file is no network for colours."""

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class VettedModel:
    """A network that was looked into and may be given to ONNX Runtime, as these very bytes.

    Parameters
    ----------
    data
        The file's bytes, exactly those that were looked into.
    sha256
        Of the bytes, 64 hexadecimal digits.
    inputs, outputs
        Names, shapes and types of what goes in and comes out.
    opset
        Version of ONNX's operations.
    nodes
        How many operations there are.
    """

    data: bytes
    sha256: str
    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]
    opset: int
    nodes: int


def vetted(source: Path | bytes, card: ModelCard | None = None) -> VettedModel:
    """Look into a network; give its bytes only if nothing in it is broken, unsafe or unlike told.

    Refused are files above 256 MB, cut off or of another form; data outside the file; sparse
    weights; sub-graphs, functions of the file's own and operations beyond ONNX's; sequences,
    maps and texts; chance; more than 20 000 operations; weights unlike their announced size;
    arrays of more than 1 GB for a single pixel; inputs that are not float32; and whatever is
    not as the card tells. What shows only when it runs is not seen here: it must be tried in a
    process of its own, with limits of time and memory.

    Parameters
    ----------
    source
        The file, or its bytes.
    card
        What it is said to be; None to look at the file alone.

    Raises
    ------
    ModelError
        Naming the first defect that was found.
    ReadError
        If the system refuses to read the file.
    """
    path = source if isinstance(source, Path) else None
    try:
        data = _bytes(source) if isinstance(source, Path) else source
        return _vetted(data, card)
    except ModelError as error:
        raise error.at(path) from error


def _vetted(data: bytes, card: ModelCard | None) -> VettedModel:
    if len(data) > MOST_BYTES:
        raise _too_large(len(data))
    check_wire(data)
    digits = hashlib.sha256(data).hexdigest()
    if card is not None and card.sha256 and card.sha256 != digits:
        raise ModelError(
            f"It is not the file its card was written for: the card tells checksum "
            f"{card.sha256[:12]}…, the file has {digits[:12]}….",
            "Find the card of this file, or remove the checksum from the card if you know that "
            "it fits.",
        )
    model = _parsed(data)
    opset = opset_of(model)
    check_nodes(model)
    check_tensors(model)
    check_names(model)
    _check_form(model)
    fixed = {tensor.name for tensor in model.graph.initializer}
    inputs = tuple(TensorFacts.of(item) for item in model.graph.input if item.name not in fixed)
    _check_inputs(inputs)
    outputs = tuple(TensorFacts.of(item) for item in check_memory(model).graph.output)
    if not outputs:
        raise ModelError("It gives no output; expected colours or maps.")
    _check_sizes(outputs)
    if card is not None:
        check_card(inputs, outputs, card)
    return VettedModel(data, digits, inputs, outputs, opset, len(model.graph.node))


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "a folder" if path.is_dir() else "not there, or no file"
            raise ModelError(f"{path} is {what}.", "Choose a file with a network (.onnx).")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _too_large(size)
        with path.open("rb") as stream:
            # the file may grow meanwhile
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReadError(
            f"Cannot read the network {path.name}.",
            f"{path}: {error.strerror or error}.",
            "Check that the file is still there, that you may read it and that its drive answers.",
            path=path,
        ) from error


def _too_large(size: int) -> ModelError:
    return ModelError(
        f"The file has {size / 2**20:,.0f} MB; at most {MOST_BYTES // 2**20} MB are taken.",
        "Networks for colours are smaller: check that it is the right file.",
    )


def _parsed(data: bytes) -> Any:
    """The model as onnx reads it."""
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        return onnx.load_model_from_string(data)
    except DecodeError as error:
        raise ModelError(f"Its bytes cannot be read as ONNX ({_reason(error)}).") from error


def _check_form(model: Any) -> None:
    """Let onnx itself judge whether the graph is a graph: order, attributes, inputs."""
    import onnx

    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ModelError(f"Its graph is not valid ONNX: {_reason(error)}.") from error


def _check_inputs(inputs: tuple[TensorFacts, ...]) -> None:
    """Raise ModelError unless single-precision numbers go in."""
    if not inputs:
        raise ModelError("It takes no input; expected one for spectra.")
    for item in inputs:
        if item.dtype != "float32":
            raise ModelError(
                f"Its input “{item.name:.60}” takes {item.dtype}; expected float32.",
                "Export the network for single-precision numbers.",
            )
    _check_sizes(inputs)


def _check_sizes(ends: tuple[TensorFacts, ...]) -> None:
    for item in ends:
        if item.shape is not None and any(size is not None and size < 1 for size in item.shape):
            raise ModelError(
                f"“{item.name:.60}” has the impossible shape {item.shown_shape}; expected sizes "
                "of 1 or more."
            )


def _reason(error: Exception) -> str:
    """The first line of what a library says, not longer than a message bears."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    return text.rstrip(".")[:_LONGEST_REASON]
