"""The outer form of an ONNX file, looked through byte by byte before anything is made of it.

A file of a few megabytes can announce millions of parts, each of which takes hundreds of bytes
once a library has read it. Here only lengths are followed, nothing is made, and the walk ends
as soon as there is too much of anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.io.model_errors import EXPORT_AGAIN, ModelError

MOST_NODES = 20_000
"""More operations than this no network for colours has."""

_MOST_PARTS = 1_000_000
# single numbers of long lists, as forests of decision trees have them; they stay small in memory
_MOST_NUMBERS = 10_000_000
_MOST_PACKED_BYTES = 32 * 2**20

Buffer = bytes | memoryview


@dataclass(frozen=True, slots=True)
class _Message:
    """A kind of message: by a field's number, its name and the kind of message in it."""

    inside: dict[int, tuple[str, str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    packed: frozenset[int] = frozenset()
    texts: frozenset[int] = frozenset()


_SPARSE = "It keeps weights in sparse form, which is not read."
_INNER = "It has graphs within operations (as If, Loop and Scan have), which are not run."
_DEVICES = "It is divided among several devices, which is not supported."
_NO_TENSOR = (
    "It handles lists, maps or other values that are no plain arrays, which is not supported."
)

# numbers and names of fields: onnx/onnx.proto3 of ONNX 1.17, github.com/onnx/onnx
_MESSAGES = {
    "model": _Message(
        {7: ("graph", "graph"), 8: ("opset_import", "pair"), 14: ("metadata_props", "pair")},
        {
            20: "It holds instructions for training, which are not run.",
            25: "It defines operations of its own (local functions), which are not run.",
            26: _DEVICES,
        },
        texts=frozenset({2, 3, 4, 6}),
    ),
    "graph": _Message(
        {
            1: ("node", "node"),
            5: ("initializer", "tensor"),
            11: ("input", "value"),
            12: ("output", "value"),
            13: ("value_info", "value"),
            14: ("quantization_annotation", "annotation"),
            16: ("metadata_props", "pair"),
        },
        {15: _SPARSE},
        texts=frozenset({2, 10}),
    ),
    "node": _Message(
        {5: ("attribute", "attribute"), 9: ("metadata_props", "pair")},
        {10: _DEVICES},
        texts=frozenset({1, 2, 3, 4, 6, 7, 8}),
    ),
    "attribute": _Message(
        {5: ("t", "tensor"), 10: ("tensors", "tensor")},
        {6: _INNER, 11: _INNER, 14: _NO_TENSOR, 15: _NO_TENSOR, 22: _SPARSE, 23: _SPARSE},
        packed=frozenset({8}),
        texts=frozenset({1, 13, 21}),
    ),
    "tensor": _Message(
        {13: ("external_data", "pair"), 16: ("metadata_props", "pair")},
        packed=frozenset({1, 5, 7, 11}),
        texts=frozenset({8, 12}),
    ),
    "value": _Message(
        {2: ("type", "type"), 4: ("metadata_props", "pair")}, texts=frozenset({1, 3})
    ),
    "type": _Message(
        {1: ("tensor_type", "tensor type")},
        {4: _NO_TENSOR, 5: _NO_TENSOR, 7: _NO_TENSOR, 8: _SPARSE, 9: _NO_TENSOR},
        texts=frozenset({6}),
    ),
    "tensor type": _Message({2: ("shape", "shape")}),
    "shape": _Message({1: ("dim", "size")}),
    "size": _Message(texts=frozenset({2, 3})),
    "annotation": _Message({2: ("parameters", "pair")}, texts=frozenset({1})),
    "pair": _Message(texts=frozenset({1, 2})),
}


@dataclass(slots=True)
class _Budget:
    """What is left of parts, numbers and operations; each taking raises ModelError at the end."""

    parts: int = _MOST_PARTS
    numbers: int = _MOST_NUMBERS
    packed: int = _MOST_PACKED_BYTES
    nodes: int = MOST_NODES

    def take(self, *, is_number: bool) -> None:
        if is_number:
            self.numbers -= 1
            if self.numbers < 0:
                raise ModelError(f"It is made of more than {_MOST_NUMBERS:,} single numbers.")
        else:
            self.parts -= 1
            if self.parts < 0:
                raise ModelError(f"It is made of more than {_MOST_PARTS:,} parts.")

    def take_packed(self, count: int) -> None:
        self.packed -= count
        if self.packed < 0:
            raise ModelError(
                f"It keeps more than {_MOST_PACKED_BYTES // 2**20} MB of numbers in a form that "
                "takes many times as much in memory."
            )

    def take_node(self) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise ModelError(
                f"It has more than {MOST_NODES:,} operations.",
                "Export it without unrolled loops.",
            )


def check_wire(data: Buffer) -> None:
    """Raise ModelError if bytes are no ONNX file, cut off, too much, or hold what is refused.

    Refused are sub-graphs, functions of the file's own, instructions for training, sparse
    weights, more than 20 000 operations, and more than a million parts of any kind.
    """
    if not data:
        raise ModelError("The file is empty.")
    budget = _Budget()
    names = _walk(memoryview(data), "model", budget)
    if "graph" not in names:
        raise ModelError("The file holds no network: it is not ONNX, or only its beginning.")
    if "opset_import" not in names:
        raise ModelError(
            "It does not tell the version of ONNX it is written in: the file may be cut off."
        )


def metadata(data: Buffer, key: str) -> str | None:
    """The text that an ONNX file keeps under a key; None where there is none.

    Only the outermost parts are looked at, so this is quick whatever the file's size.

    Raises
    ------
    ModelError
        If the bytes are no ONNX file or cut off.
    """
    found = None
    for number, entry in fields(memoryview(data)):
        if number == 14 and isinstance(entry, memoryview):
            pair = {n: bytes(v) for n, v in fields(entry) if isinstance(v, memoryview)}
            if pair.get(1) == key.encode():
                found = pair.get(2, b"")
    try:
        return None if found is None else found.decode()
    except UnicodeDecodeError as error:
        raise ModelError(f"What it keeps under “{key}” is no text.", EXPORT_AGAIN) from error


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of one message: number, and a single number's bits or the bytes of a part.

    The form is that of Protocol Buffers (protobuf.dev/programming-guides/encoding).

    Raises
    ------
    ModelError
        If the bytes end within a field, or are of no such form.
    """
    place, size = 0, len(data)
    while place < size:
        tag = data[place]
        if tag < 128:
            place += 1
        else:
            tag, place = _varint(data, place)
        number, kind = tag >> 3, tag & 7
        if number == 0 or number >= 2**29:
            raise _no_onnx()
        if kind == 0:
            value, place = _varint(data, place)
            yield number, value
            continue
        if kind == 2:
            length, place = _varint(data, place)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise _no_onnx()
        if length > size - place:
            raise ModelError(
                f"The file is cut off or broken: a part of {length:,} bytes is announced where "
                f"{size - place:,} are left.",
                "Copy or download the file again.",
            )
        part = data[place : place + length]
        yield number, part if kind == 2 else int.from_bytes(part, "little")
        place += length


def _walk(data: memoryview, kind: str, budget: _Budget) -> set[str]:
    """Look through one message and what is in it; the names of what it holds."""
    message = _MESSAGES[kind]
    names = set()
    for number, value in fields(data):
        budget.take(is_number=isinstance(value, int))
        if number in message.refused:
            raise ModelError(message.refused[number])
        if number in message.packed and isinstance(value, memoryview):
            budget.take_packed(len(value))
        if number in message.texts and isinstance(value, memoryview):
            _check_text(value)
        if number not in message.inside:
            continue
        name, inner = message.inside[number]
        if not isinstance(value, memoryview):
            raise _no_onnx()
        names.add(name)
        if inner == "node":
            budget.take_node()
        _walk(value, inner, budget)
    return names


def _check_text(value: memoryview) -> None:
    try:
        str(value, "utf-8")
    except UnicodeDecodeError as error:
        shown = bytes(value[:30]).decode("utf-8", "replace")
        raise ModelError(f"A name in it is no text (“{shown}”): the file is broken.") from error


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    """A number of up to ten bytes, and the place behind it."""
    value = shift = 0
    while True:
        if place >= len(data):
            raise ModelError(
                "The file is cut off or broken: it ends within a number.",
                "Copy or download the file again.",
            )
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7
        if shift > 63:
            raise _no_onnx()


def _no_onnx() -> ModelError:
    return ModelError(
        "The file is not ONNX: its bytes have another form.", "Choose a file with a network."
    )
