"""What goes into a network and comes out, held against what its card says."""

from dataclasses import dataclass
from typing import Any

from app.core.recolouring.card import Layout, ModelCard, ModelInput, ModelOutput, OutputKind
from app.io.model_errors import ModelError

_FIX_CARD = "Correct the card, or choose the file it was written for."


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """Name, shape and type of an input or output.

    Parameters
    ----------
    name
        In the graph.
    shape
        Sizes, None for those that are free; None as a whole where even the rank is not told.
    dtype
        As numpy names it: "float32".
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str

    @classmethod
    def of(cls, value: Any) -> "TensorFacts":
        """The facts of onnx's ValueInfoProto."""
        import onnx

        tensor = value.type.tensor_type
        try:
            dtype = onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
        except ValueError:
            dtype = f"numbers of an unknown type ({tensor.elem_type})"
        shape = None
        if tensor.HasField("shape"):
            shape = tuple(
                int(size.dim_value) if size.HasField("dim_value") else None
                for size in tensor.shape.dim
            )
        return cls(value.name, shape, {"float": "float32", "double": "float64"}.get(dtype, dtype))

    @property
    def shown_shape(self) -> str:
        """The shape in a message: "n × 500"."""
        if self.shape is None:
            return "of any kind"
        sizes = ("n" if size is None else f"{size}" for size in self.shape)
        return " × ".join(sizes) or "of a single number"


def check_card(
    inputs: tuple[TensorFacts, ...], outputs: tuple[TensorFacts, ...], card: ModelCard
) -> None:
    """Raise ModelError where names, ranks, channels or types are not as the card says.

    All inputs must be on the card; outputs that are not on it are passed over.
    """
    _check_names("input", [item.name for item in inputs], [item.name for item in card.inputs])
    extra = [item.name for item in inputs if item.name not in {known.name for known in card.inputs}]
    if extra:
        raise ModelError(
            f"It takes {len(inputs)} inputs, the card tells of {len(card.inputs)}: nothing is "
            f"known of {_quoted(extra)}.",
            _FIX_CARD,
        )
    _check_names("output", [item.name for item in outputs], [item.name for item in card.outputs])
    taken_by = {item.name: item for item in inputs}
    for taken in card.inputs:
        _check_input(taken_by[taken.name], taken, card.layout)
    given_by = {item.name: item for item in outputs}
    for given in card.outputs:
        _check_output(given_by[given.name], given, card.layout)


def _check_names(what: str, found: list[str], told: list[str]) -> None:
    absent = [name for name in told if name not in found]
    if absent:
        raise ModelError(
            f"The card tells of the {what} {_quoted(absent)}; the network has {_quoted(found)}.",
            _FIX_CARD,
        )


def _check_input(found: TensorFacts, told: ModelInput, layout: Layout) -> None:
    where = f"Its input “{found.name}” is {found.shown_shape}"
    if found.shape is None:
        return
    rank = 2 if layout is Layout.PIXEL else 4
    if len(found.shape) != rank:
        raise ModelError(
            f"{where}; the card's layout “{layout}” means {_wanted(layout, str(told.channels))}.",
            _FIX_CARD,
        )
    size = found.shape[_channel_place(layout)]
    if size not in (None, told.channels):
        raise ModelError(f"{where}; the card tells of {told.channels} channels.", _FIX_CARD)
    if layout is not Layout.PIXEL and found.shape[0] not in (None, 1):
        raise ModelError(f"{where}; expected one picture at a time.", _FIX_CARD)


def _check_output(found: TensorFacts, told: ModelOutput, layout: Layout) -> None:
    where = f"Its output “{found.name}” is {found.shown_shape}"
    if found.dtype != "float32":
        raise ModelError(f"Its output “{found.name}” gives {found.dtype}; expected float32.")
    if found.shape is None:
        return
    rank = 2 if layout is Layout.PIXEL else 4
    sizes, text = _channels_of(told)
    if len(found.shape) == rank - 1 and 1 in sizes:
        # one number for each pixel needs no place for channels
        return
    if len(found.shape) != rank:
        raise ModelError(
            f"{where}; “{told.kind}” in the card's layout “{layout}” means "
            f"{_wanted(layout, text)}.",
            _FIX_CARD,
        )
    size = found.shape[_channel_place(layout)]
    fits = size is None or not sizes or size in sizes
    if told.kind is OutputKind.QUANTILES and size is not None:
        fits = size % 3 == 0
    if not fits:
        raise ModelError(f"{where}; “{told.kind}” on its card means {text} channels.", _FIX_CARD)


def _channels_of(told: ModelOutput) -> tuple[tuple[int, ...], str]:
    """How many channels an output may have, none for any, and that in words."""
    match told.kind:
        case OutputKind.RGB:
            return (3,), "3"
        case OutputKind.MAPS:
            return (len(told.elements),), f"{len(told.elements)}"
        case OutputKind.LOG_VARIANCE:
            return (1, 3), "1 or 3"
        case OutputKind.NOVELTY | OutputKind.NEIGHBOURS:
            return (1,), "1"
        case OutputKind.QUANTILES:
            return (), "a multiple of 3"
    return (), "any number of"


def _channel_place(layout: Layout) -> int:
    return 1 if layout is not Layout.IMAGE_CHANNELS_LAST else 3


def _wanted(layout: Layout, channels: str) -> str:
    match layout:
        case Layout.PIXEL:
            return f"pixels × {channels}"
        case Layout.IMAGE_CHANNELS_FIRST:
            return f"1 × {channels} × rows × columns"
    return f"1 × rows × columns × {channels}"


def _quoted(names: list[str]) -> str:
    shown = ", ".join(f"“{name:.60}”" for name in names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
