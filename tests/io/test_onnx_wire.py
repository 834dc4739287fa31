"""The outer form of ONNX files, followed byte by byte."""

import pytest

from app.io.model_errors import ModelError
from app.io.onnx_wire import check_wire, fields, metadata


def test_fields_of_each_form_are_followed():
    # 1: the number 300; 2: two bytes; 3: eight bytes; 4: four bytes
    data = b"\x08\xac\x02" + b"\x12\x02ab" + b"\x19" + b"\x01" + bytes(7) + b"\x25\x02" + bytes(3)
    found = [(n, bytes(v) if isinstance(v, memoryview) else v) for n, v in fields(memoryview(data))]
    assert found == [(1, 300), (2, b"ab"), (3, 1), (4, 2)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x08", "ends within a number"),
        (b"\x08\x80", "ends within a number"),
        (b"\x08" + b"\xff" * 11, "not ONNX"),
        (b"\x12\x05ab", "a part of 5 bytes is announced where 2 are left"),
        (b"\x19\x00", "a part of 8 bytes is announced where 1 are left"),
        (b"\x0b", "not ONNX"),
        (b"\x0f", "not ONNX"),
        (b"\x00\x00", "not ONNX"),
    ],
)
def test_what_is_cut_off_or_of_another_form_is_told(data, sentence):
    with pytest.raises(ModelError, match=sentence):
        list(fields(memoryview(data)))


def test_a_whole_network_passes(make_network):
    check_wire(make_network())


def test_what_a_network_keeps_under_a_key_is_found(make_network):
    def keep(model):
        model.metadata_props.add(key="maker", value="me")
        model.metadata_props.add(key="velatura", value="{Maestà}")

    data = make_network(change=keep)
    assert metadata(data, "velatura") == "{Maestà}"
    assert metadata(data, "maker") == "me"
    assert metadata(data, "other") is None


def test_what_is_kept_must_be_text():
    pair = b"\x0a\x08velatura\x12\x01\xff"
    with pytest.raises(ModelError, match="under “velatura” is no text"):
        metadata(b"\x72" + bytes([len(pair)]) + pair, "velatura")


def test_a_name_that_is_no_text_is_told(make_network):
    data = make_network().replace(b"MatMul", b"Mat\xfful")
    with pytest.raises(ModelError, match="A name in it is no text"):
        check_wire(data)


def test_a_number_where_a_part_belongs_is_told():
    with pytest.raises(ModelError, match="not ONNX"):
        check_wire(b"\x38\x07")


def test_single_numbers_are_let_where_parts_are_not(make_network, monkeypatch):
    def forest(model):
        attribute = model.graph.node[0].attribute.add(name="thresholds")
        attribute.floats.extend([0.5] * 500)
        attribute.ints.extend([7] * 500)

    data = make_network(change=forest)
    monkeypatch.setattr("app.io.onnx_wire._Budget.__init__", _budget(parts=100, numbers=2000))
    check_wire(data)
    monkeypatch.setattr("app.io.onnx_wire._Budget.__init__", _budget(parts=100, numbers=900))
    with pytest.raises(ModelError, match="single numbers"):
        check_wire(data)


def _budget(parts, numbers):
    def begin(self):
        self.parts, self.numbers, self.packed, self.nodes = parts, numbers, 1000, 1000

    return begin
