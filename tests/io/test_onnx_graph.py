"""Networks of unknown origin: whole ones pass unchanged, each broken one with its own sentence."""

import hashlib
import io
import itertools

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.core.recolouring.card import card_from_plain
from app.errors import AppError, ReadError
from app.io.onnx_graph import MOST_BYTES, ModelError, TensorFacts, vetted

FLOATS = np.ones(12, dtype=np.float32)


def test_a_whole_network_passes_as_the_very_same_bytes(make_network, plain_card, tmp_path):
    data = make_network()
    path = tmp_path / "four.onnx"
    path.write_bytes(data)
    card = card_from_plain(plain_card(sha256=hashlib.sha256(data).hexdigest()))
    for source in (path, data):
        found = vetted(source, card)
        assert found.data == data
        assert found.sha256 == hashlib.sha256(data).hexdigest()
        assert found.inputs == (TensorFacts("spectra", (None, 4), "float32"),)
        assert found.outputs == (TensorFacts("rgb", (None, 3), "float32"),)
        assert (found.opset, found.nodes) == (17, 2)


@pytest.mark.validation
def test_the_published_network_passes_with_the_card_that_ships(shared_data):
    """AIRES-CH's 1-D network, github.com/androbomb/AIRES_API."""
    from app.io.model_files import file_sha256, known_card

    path = shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")
    found = vetted(path, known_card(file_sha256(path)))
    assert found.inputs == (TensorFacts("spectra", (None, 500), "float32"),)
    assert found.outputs == (TensorFacts("rgb", (None, 3), "float32"),)


def truncated(make):
    return make()[:-40]


def half_a_number(make):
    return make() + b"\x80"


def cut_before_the_version(make):
    """Cut where a part ends, so that the form alone does not show it."""
    data = make()
    return data[: data.rindex(b"B\x04")] if data.endswith(b"B\x04\n\x00\x10\x11") else data[:-6]


def text(make):
    return b"A network should be here, but this is a letter about one.\n"


def html(make):
    return b"<!DOCTYPE html><html><body>404 Not Found</body></html>"


def empty(make):
    return b""


def only_zeros(make):
    return bytes(4096)


def picture(make):
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (8, 5)).save(stream, "PNG")
    return stream.getvalue()


def no_graph(make):
    return make(change=lambda model: model.ClearField("graph"))


def no_opset(make):
    return make(change=lambda model: model.ClearField("opset_import"))


def node(*arguments, **options):
    return helper.make_node(*arguments, **options)


def foreign_operation(make):
    return make([node("FusedMatMul", ["spectra", "weights"], ["rgb"], domain="com.microsoft")])


def unknown_operation(make):
    return make([node("Restore", ["spectra", "weights"], ["rgb"])])


def weights_elsewhere(make):
    def change(model):
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="../../../etc/passwd")

    return make(change=change)


def constant_elsewhere(make):
    tensor = numpy_helper.from_array(FLOATS.reshape(4, 3))
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/dev/zero")
    constant = node("Constant", [], ["w"], value=tensor)
    return make([constant, node("MatMul", ["spectra", "w"], ["rgb"])])


def inner_graph():
    value = helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)
    return helper.make_graph([node("Identity", ["spectra"], ["inner"])], "inner", [], [value])


def branches(make):
    inner = inner_graph()
    return make([node("If", ["yes"], ["rgb"], then_branch=inner, else_branch=inner)])


def loop(make):
    return make([node("Loop", ["", "", "spectra"], ["rgb"], body=inner_graph())])


def scan(make):
    return make([node("Scan", ["spectra"], ["rgb"], body=inner_graph(), num_scan_inputs=1)])


def loop_without_graph(make):
    return make([node("Loop", ["", "", "spectra"], ["rgb"])])


def own_function(make):
    opsets = [helper.make_opsetid("", 17)]
    relu = [node("Relu", ["a"], ["b"])]
    function = helper.make_function("own", "Mine", ["a"], ["b"], relu, opsets)
    return make(change=lambda model: model.functions.append(function))


def training(make):
    return make(change=lambda model: model.training_info.add())


def sparse_weights(make):
    values = helper.make_tensor("s", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("i", TensorProto.INT64, [1], [0])
    tensor = helper.make_sparse_tensor(values, places, [4, 3])
    return make(change=lambda model: model.graph.sparse_initializer.append(tensor))


def sparse_constant(make):
    values = helper.make_tensor("s", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("i", TensorProto.INT64, [1], [0])
    tensor = helper.make_sparse_tensor(values, places, [12])
    return make([node("Constant", [], ["rgb"], sparse_value=tensor)])


def too_many_operations(make):
    names = ["spectra", *(f"a{n}" for n in range(20_000)), "rgb"]
    return make([("Relu", [a], [b]) for a, b in itertools.pairwise(names)])


def millions_of_parts(make):
    """Empty operations: two bytes each in the file, hundreds in memory."""
    graph = b"\x72\x00" * 1_050_000
    length = helper.make_opsetid("", 17).SerializeToString()
    return b"\x08\x08" + b"\x3a" + varint(len(graph)) + graph + b"\x42" + varint(4) + length


def packed_numbers(make):
    """Numbers of a byte each, that take eight in memory."""
    tensor = b"\x08\x01\x3a" + varint(33 * 2**20) + bytes(33 * 2**20)
    graph = b"\x2a" + varint(len(tensor)) + tensor
    return b"\x08\x08\x3a" + varint(len(graph)) + graph


def varint(number):
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def nested_types(make):
    """Lists of lists of lists, a thousand deep."""
    kind = b""
    for _ in range(1000):
        kind = (
            b"\x22"
            + varint(len(kind) + 1 + len(varint(len(kind))))
            + b"\x0a"
            + (varint(len(kind)) + kind)
        )
    value = b"\x0a\x01x\x12" + varint(len(kind)) + kind
    graph = b"\x5a" + varint(len(value)) + value
    return b"\x08\x08\x3a" + varint(len(graph)) + graph


def nested_graphs(make):
    """Graphs within operations within graphs, a thousand deep."""
    graph = b""
    for _ in range(1000):
        attribute = b"\x32" + varint(len(graph)) + graph
        operation = b"\x2a" + varint(len(attribute)) + attribute
        graph = b"\x0a" + varint(len(operation)) + operation
    return b"\x08\x08\x3a" + varint(len(graph)) + graph


def newer_operations(make):
    return make(change=lambda model: setattr(model.opset_import[0], "version", 99))


def ancient_operations(make):
    return make(change=lambda model: setattr(model.opset_import[0], "version", 1))


def newer_format(make):
    return make(change=lambda model: setattr(model, "ir_version", 99))


def text_weights(make):
    def change(model):
        model.graph.initializer[0].CopyFrom(
            helper.make_tensor("weights", TensorProto.STRING, [1], [b"a"])
        )

    return make(change=change)


def text_cast(make):
    return make([node("Cast", ["spectra"], ["rgb"], to=TensorProto.STRING)])


def text_input(make):
    def change(model):
        model.graph.input[0].type.tensor_type.elem_type = TensorProto.STRING

    return make([("Identity", ["spectra"], ["rgb"])], change=change)


def list_of_arrays(make):
    return make([("SequenceConstruct", ["spectra"], ["s"]), ("SequenceLength", ["s"], ["rgb"])])


def by_chance(make):
    return make([("RandomNormalLike", ["spectra"], ["rgb"])])


def whole_number_input(make):
    def change(model):
        model.graph.input[0].type.tensor_type.elem_type = TensorProto.INT64

    return make(
        [node("Cast", ["spectra"], ["f"], to=1), ("MatMul", ["f", "weights"], ["rgb"])],
        change=change,
    )


def negative_size(make):
    def change(model):
        model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = -4

    return make(change=change)


def size_of_nothing(make):
    return make(inputs={"spectra": (0, 4)}, outputs={"rgb": (0, 3)})


def negative_weights(make):
    return make(change=lambda model: model.graph.initializer[0].dims.__setitem__(0, -4))


def weights_larger_than_told(make):
    def change(model):
        model.graph.initializer[0].dims[:] = [50_000, 50_000]

    return make(change=change)


def weights_of_few_floats(make):
    def change(model):
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.float_data.extend([1.0, 2.0])

    return make(change=change)


def complex_weights(make):
    return make(weights={"weights": np.ones((4, 3), dtype=np.complex64)})


def two_of_one_name(make):
    return make([("Relu", ["spectra"], ["rgb"]), ("Sigmoid", ["spectra"], ["rgb"])])


def two_weights_of_one_name(make):
    return make(change=lambda model: model.graph.initializer.append(model.graph.initializer[0]))


def nothing_makes_the_output(make):
    return make([("Relu", ["spectra"], ["grey"])])


def circle(make):
    return make(
        [("Add", ["b", "spectra"], ["a"]), ("Relu", ["a"], ["b"]), ("Relu", ["b"], ["rgb"])]
    )


def missing_weights(make):
    return make(weights={})


def no_operations(make):
    return make([])


def no_input(make):
    def change(model):
        del model.graph.input[:]

    constant = node("Constant", [], ["rgb"], value=numpy_helper.from_array(FLOATS.reshape(4, 3)))
    return make([constant], change=change)


def no_output(make):
    return make(change=lambda model: model.graph.ClearField("output"))


def shapes_that_do_not_fit(make):
    return make(weights={"weights": np.ones((5, 3), dtype=np.float32)})


def ten_gigabytes(kind):
    """An operation that makes 10 GB of a few bytes, then one colour of them."""

    def make_it(make):
        shape = numpy_helper.from_array(np.array([2_500_000_000], dtype=np.int64), "shape")
        pixels = ("ReduceMax", ["spectra"], ["one"])
        back = [("ReduceMax", ["huge"], ["most"]), ("Mul", ["most", "spectra"], ["rgb"])]
        extra = {}
        if kind == "ConstantOfShape":
            middle = [("ConstantOfShape", ["shape"], ["huge"])]
        elif kind == "Constant":
            constant = node("Constant", [], ["length"], value=shape)
            middle = [constant, ("Expand", ["one_number", "length"], ["huge"])]
            extra = {"one_number": np.ones(1, dtype=np.float32)}
        elif kind == "Tile":
            middle = [("Tile", ["one_number", "shape"], ["huge"])]
            extra = {"one_number": np.ones(1, dtype=np.float32)}
        elif kind == "Range":
            middle = [("Range", ["zero", "end", "step"], ["huge"])]
            extra = {
                "zero": np.array(0, dtype=np.float32),
                "end": np.array(2.5e9, dtype=np.float32),
                "step": np.array(1, dtype=np.float32),
            }
        else:
            middle = [("Expand", ["one", "shape"], ["huge"])]
        return make(
            [pixels, *middle, *back],
            outputs={"rgb": ("N", 4)},
            weights={"shape": numpy_helper.to_array(shape), **extra},
        )

    make_it.__name__ = f"ten_gigabytes_by_{kind}"
    return make_it


def product_beyond_64_bits(make):
    sizes = np.array([2**62, 2**62, 2**62], dtype=np.int64)
    nodes = [
        ("ReduceMax", ["spectra"], ["one"]),
        ("Expand", ["one", "sizes"], ["huge"]),
        ("ReduceMax", ["huge"], ["rgb"]),
    ]
    return make(nodes, outputs={"rgb": (1, 1, 1)}, weights={"sizes": sizes})


BAD_FILES = [
    (truncated, "cut off or broken"),
    (half_a_number, "ends within a number"),
    (cut_before_the_version, "cut off"),
    (text, "not ONNX"),
    (html, "not ONNX"),
    (empty, "is empty"),
    (only_zeros, "not ONNX"),
    (picture, "not ONNX"),
    (no_graph, "holds no network"),
    (no_opset, "does not tell the version"),
    (foreign_operation, "“FusedMatMul” is of “com.microsoft”"),
    (unknown_operation, "“Restore” is not one of ONNX, version 17"),
    (weights_elsewhere, r"weight “weights” lies in “\.\./\.\./\.\./etc/passwd”"),
    (constant_elsewhere, "“value” of its operation “Constant” lies in “/dev/zero”"),
    (branches, "graphs within operations"),
    (loop, "graphs within operations"),
    (scan, "graphs within operations"),
    (loop_without_graph, "“Loop” has graphs within"),
    (own_function, "operations of its own"),
    (training, "instructions for training"),
    (sparse_weights, "sparse form"),
    (sparse_constant, "sparse form"),
    (too_many_operations, "more than 20,000 operations"),
    (millions_of_parts, "more than 1,000,000 parts"),
    (packed_numbers, "more than 32 MB of numbers"),
    (nested_types, "lists, maps"),
    (nested_graphs, "graphs within operations"),
    (newer_operations, "version 99 of ONNX's operations"),
    (ancient_operations, "version 1 of ONNX's operations"),
    (newer_format, "version 99 of the file format"),
    (text_weights, "weight “weights” is of type string"),
    (text_cast, "“Cast” handles texts"),
    (text_input, "“spectra” takes string; expected float32"),
    (list_of_arrays, "“SequenceConstruct” handles texts or lists"),
    (by_chance, "“RandomNormalLike” draws by chance"),
    (whole_number_input, "“spectra” takes int64; expected float32"),
    (negative_size, "“spectra” has a size of -4"),
    (size_of_nothing, "impossible shape 0 × 4"),
    (negative_weights, "weight “weights” has a size of -4"),
    (weights_larger_than_told, r"50000 × 50000 numbers, 9\.3 GB, and the file has 48 bytes"),
    (weights_of_few_floats, "announced with 4 × 3 numbers, 48 bytes, and the file has 8 bytes"),
    (complex_weights, "of type complex64"),
    (two_of_one_name, "Two things in it have the name “rgb”"),
    (two_weights_of_one_name, "Two things in it have the name “weights”"),
    (nothing_makes_the_output, "Nothing in it makes its output “rgb”"),
    (circle, "not valid ONNX"),
    (missing_weights, "not valid ONNX"),
    (no_operations, "no operations"),
    (no_input, "takes no input"),
    (no_output, "gives no output"),
    (shapes_that_do_not_fit, "do not fit together"),
    *(
        (ten_gigabytes(kind), rf"“{by}” gives an array of (1 × )?2500000000 numbers, 9\.3 GB")
        for kind, by in (
            ("ConstantOfShape", "ConstantOfShape"),
            ("Expand", "Expand"),
            ("Constant", "Expand"),
            ("Tile", "Tile"),
            ("Range", "Range"),
        )
    ),
    (product_beyond_64_bits, "GB, for a single pixel"),
]


@pytest.mark.parametrize(
    ("make_bad", "sentence"), BAD_FILES, ids=lambda v: getattr(v, "__name__", "")
)
def test_each_bad_file_ends_in_one_sentence_that_names_its_defect(
    make_bad, sentence, make_network, tmp_path
):
    path = tmp_path / "bad.onnx"
    path.write_bytes(make_bad(make_network))
    with pytest.raises(ModelError, match=sentence) as caught:
        vetted(path)
    error = caught.value
    assert isinstance(error, AppError)
    assert error.title == "Cannot use the network bad.onnx."
    assert error.message.endswith(".")
    assert "\n" not in error.message
    assert len(error.message) < 400
    assert error.hint
    assert error.path == path


def test_there_are_enough_bad_files():
    assert len(BAD_FILES) >= 50


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sha256": "0" * 64}, "not the file its card was written for"),
        ({"inputs": "other name"}, "input “photons”; the network has “spectra”"),
        ({"inputs": "five channels"}, "“spectra” is n × 4; the card tells of 5 channels"),
        ({"inputs": "two"}, "input “raw”; the network has “spectra”"),
        (
            {"outputs": [{"name": "colour", "kind": "rgb"}]},
            "output “colour”; the network has “rgb”",
        ),
        (
            {"outputs": [{"name": "rgb", "kind": "rgb"}, {"name": "doubt", "kind": "novelty"}]},
            "output “doubt”; the network has “rgb”",
        ),
        ({"layout": "image_channels_first", "receptive_field_px": 3}, "1 × 4 × rows × columns"),
    ],
)
def test_a_card_that_tells_otherwise_is_refused(changes, sentence, make_network, plain_card):
    (spectra,) = plain_card()["inputs"]
    variants = {
        "other name": [{**spectra, "name": "photons"}],
        "five channels": [{**spectra, "channels": 5}],
        "two": [spectra, {**spectra, "name": "raw"}],
    }
    if isinstance(changes.get("inputs"), str):
        changes = {"inputs": variants[changes["inputs"]]}
    with pytest.raises(ModelError, match=sentence):
        vetted(make_network(), card_from_plain(plain_card(**changes)))


def test_an_oversized_file_is_refused_unread(tmp_path):
    path = tmp_path / "large.onnx"
    with path.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(ModelError, match="at most 256 MB"):
        vetted(path)


def test_what_is_no_file_is_told(tmp_path):
    with pytest.raises(ModelError, match="is a folder"):
        vetted(tmp_path)
    with pytest.raises(ModelError, match="not there"):
        vetted(tmp_path / "none.onnx")


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    path = tmp_path / "four.onnx"
    path.write_bytes(b"\x08\x08")

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(ReadError, match="Permission denied"):
        vetted(path)


def test_any_cut_and_any_flipped_byte_ends_in_an_answer_or_one_error(make_network):
    """Whatever is broken, nothing but the one family of errors comes out."""
    data = make_network()
    refused = 0
    for place in range(0, len(data), 5):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        for broken in (data[:place], bytes(flipped)):
            try:
                vetted(broken)
            except ModelError:
                refused += 1
    assert refused > len(data) / 5


def test_the_makers_make_what_onnx_itself_takes(make_network):
    onnx.checker.check_model(onnx.load_model_from_string(make_network()))
