"""The parts of a network's graph: operations, weights and names, each looked at by itself."""

import math
from collections.abc import Iterator
from typing import Any

from app.io.model_errors import ModelError

OLDEST_OPSET = 7
NEWEST_OPSET = 26
"""Versions of ONNX's operations that ONNX Runtime 1.31 runs."""

_OLDEST_IR = 3
# of the file format; newer ones ONNX Runtime 1.31 refuses, though onnx itself reads them
_NEWEST_IR = 13
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_NO_ARRAYS = ("Sequence", "Optional", "String", "SplitToSequence", "ConcatFromSequence")
_TEXTS = (
    "RegexFullMatch",
    "TfIdfVectorizer",
    "ImageDecoder",
    "CastMap",
    "DictVectorizer",
    "ZipMap",
)
_BY_CHANCE = ("RandomNormal", "RandomUniform", "Multinomial", "Bernoulli")
_INNER = ("If", "Loop", "Scan", "SequenceMap")


def opset_of(model: Any) -> int:
    """The version of ONNX's operations; raises ModelError for one that cannot be run."""
    import onnx

    newest_ir = min(_NEWEST_IR, int(onnx.IR_VERSION))
    if not _OLDEST_IR <= model.ir_version <= newest_ir:
        raise ModelError(
            f"It is written in version {model.ir_version} of the file format; versions "
            f"{_OLDEST_IR} to {newest_ir} are read.",
            "Export it with an older version of the format.",
        )
    versions = {item.version for item in model.opset_import if item.domain in _DOMAINS[:2]}
    if len(versions) != 1:
        raise ModelError(f"It tells {len(versions)} versions of ONNX's operations; expected one.")
    (version,) = versions
    newest = min(NEWEST_OPSET, onnx.defs.onnx_opset_version())
    if not OLDEST_OPSET <= version <= newest:
        raise ModelError(
            f"It uses version {version} of ONNX's operations (opset); versions {OLDEST_OPSET} to "
            f"{newest} are run.",
            "Export it for opset 17 or 18.",
        )
    return int(version)


def check_nodes(model: Any) -> None:
    """Raise ModelError for an operation that is not ONNX's own, or not run here."""
    import onnx

    nodes = model.graph.node
    if not nodes:
        raise ModelError("It has no operations: it does nothing.")
    versions = {item.domain or "ai.onnx": int(item.version) for item in model.opset_import}
    known: set[tuple[str, str]] = set()
    for node in nodes:
        kind = (node.domain, node.op_type)
        if node.domain not in _DOMAINS:
            raise ModelError(
                f"Its operation “{node.op_type:.60}” is of “{node.domain:.60}”, not of ONNX: "
                "operations of others are not run.",
                "Export it with ONNX's own operations only.",
            )
        if kind not in known:
            _check_kind(node.op_type)
            domain = "" if node.domain == "ai.onnx" else node.domain
            version = versions.get(domain or "ai.onnx", 1)
            try:
                schema = onnx.defs.get_schema(node.op_type, version, domain)
            except onnx.defs.SchemaError:
                schema = None
            if schema is None or schema.deprecated:
                raise ModelError(
                    f"Its operation “{node.op_type:.60}” is not one of ONNX, version {version}."
                )
            known.add(kind)
        if node.op_type == "Cast" and any(
            item.name == "to" and item.i == onnx.TensorProto.STRING for item in node.attribute
        ):
            raise _texts("Cast")


def check_tensors(model: Any) -> None:
    """Raise ModelError for weights that lie outside the file or are unlike their size."""
    for tensor, name in _tensors(model):
        _check_tensor(tensor, name)
    for item in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        for size in item.type.tensor_type.shape.dim:
            if size.HasField("dim_value") and size.dim_value < 0:
                raise ModelError(
                    f"“{item.name:.60}” has a size of {size.dim_value}; expected 1 or more."
                )


def check_names(model: Any) -> None:
    """Raise ModelError if two things in the graph have one name, or one has none."""
    graph = model.graph
    fixed = [tensor.name for tensor in graph.initializer]
    names = [item.name for item in graph.input if item.name not in set(fixed)] + fixed
    names += [name for node in graph.node for name in node.output if name]
    seen = set()
    for name in names:
        if not name:
            raise ModelError("An input or a weight of it has no name.")
        if name in seen:
            raise ModelError(f"Two things in it have the name “{name:.60}”; expected one of each.")
        seen.add(name)
    outputs = [item.name for item in graph.output]
    for name in outputs:
        if outputs.count(name) > 1:
            raise ModelError(f"Two outputs have the name “{name:.60}”; expected one of each.")
        if name not in seen:
            raise ModelError(f"Nothing in it makes its output “{name:.60}”.")


def _check_kind(name: str) -> None:
    if name in _INNER:
        raise ModelError(
            f"Its operation “{name}” has graphs within, which are not run.",
            "Export it without loops and branches.",
        )
    if name.startswith(_NO_ARRAYS) or name in _TEXTS:
        raise _texts(name)
    if name.startswith(_BY_CHANCE):
        raise ModelError(
            f"Its operation “{name}” draws by chance: the same spectrum would get another colour "
            "each time.",
            "Export it as it is used after training.",
        )


def _texts(name: str) -> ModelError:
    return ModelError(
        f"Its operation “{name}” handles texts or lists; expected arrays of numbers only."
    )


def _tensors(model: Any) -> Iterator[tuple[Any, str]]:
    for tensor in model.graph.initializer:
        yield tensor, f"weight “{tensor.name:.60}”"
    for node in model.graph.node:
        for item in node.attribute:
            where = f"“{item.name:.60}” of its operation “{node.op_type:.60}”"
            if item.HasField("t"):
                yield item.t, where
            for tensor in item.tensors:
                yield tensor, where
            if node.op_type == "Constant" and item.name in ("value_string", "value_strings"):
                raise _texts("Constant")


def _check_tensor(tensor: Any, where: str) -> None:
    import onnx

    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        places = [item.value for item in tensor.external_data if item.key == "location"]
        target = f"“{places[0]:.80}”" if places else "another file"
        raise ModelError(
            f"The {where} lies in {target}, outside the file; nothing but the file itself is read."
        )
    if any(size < 0 for size in tensor.dims):
        raise ModelError(f"The {where} has a size of {min(tensor.dims)}; expected 0 or more.")
    try:
        kind = onnx.TensorProto.DataType.Name(tensor.data_type)
    except ValueError:
        kind = "UNDEFINED"
    if kind in ("UNDEFINED", "STRING", "COMPLEX64", "COMPLEX128"):
        raise ModelError(f"The {where} is of type {kind.lower()}; expected real numbers.")
    count = math.prod(tensor.dims)
    bits = _bits(tensor.data_type, kind)
    announced = (count * bits + 7) // 8
    if tensor.HasField("raw_data"):
        held = len(tensor.raw_data)
    else:
        field = onnx.helper.tensor_dtype_to_field(tensor.data_type)
        numbers = len(getattr(tensor, field))
        # numbers below 8 bits are kept several in one
        per_number = 1 if bits >= 8 else 8 // bits
        if numbers == -(-count // per_number):
            return
        held = numbers * per_number * bits // 8
    if held != announced:
        raise ModelError(
            f"The {where} is announced with {' × '.join(map(str, tensor.dims)) or 'one'} numbers, "
            f"{_size(announced)}, and the file has {_size(held)} of it."
        )


def _bits(data_type: int, kind: str) -> int:
    """How many bits a number of a type takes in a file."""
    import onnx

    if kind.endswith("INT4") or kind.startswith("FLOAT4"):
        return 4
    if kind.endswith("INT2"):
        return 2
    return int(onnx.helper.tensor_dtype_to_np_dtype(data_type).itemsize * 8)


def _size(count: int) -> str:
    return f"{count / 2**30:,.1f} GB" if count >= 2**30 else f"{count:,} bytes"
