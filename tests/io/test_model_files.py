"""Networks on disk and their cards."""

import json

import pytest

from app.core.recolouring.card import ModelCardError, card_from_plain
from app.errors import AppError, ReadError, WriteError
from app.io.model_files import (
    card_path,
    file_sha256,
    known_card,
    model_files,
    read_card,
    with_checksum,
    write_card,
)
from app.io.onnx_graph import ModelError, vetted
from app.paths import resource


@pytest.fixture
def network(tmp_path, make_network):
    """A network's path; `inside` is what it keeps as its card."""

    def write(name="four.onnx", inside=None):
        def keep(model):
            if inside is not None:
                model.metadata_props.add(key="other", value="no card")
                model.metadata_props.add(key="velatura", value=inside)

        path = tmp_path / name
        path.write_bytes(make_network(change=keep))
        return path

    return write


def test_networks_are_listed_by_name_and_nothing_else(tmp_path, network):
    for name in ("b.onnx", "a.ONNX", "c.onnx"):
        network(name)
    (tmp_path / "b.json").write_text("{}")
    (tmp_path / "folder.onnx").mkdir()
    assert [path.name for path in model_files(tmp_path)] == ["a.ONNX", "b.onnx", "c.onnx"]
    assert model_files(tmp_path / "none") == []


def test_a_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    with pytest.raises(ReadError, match="Permission denied"):
        model_files(tmp_path)


def test_a_card_written_is_the_card_read(network, plain_card):
    path = network("Größe.onnx")
    card = with_checksum(card_from_plain(plain_card(notes="Maestà\n", extra_key=[1])), path)
    assert write_card(card, path) == card_path(path)
    assert read_card(path) == card
    assert "Maestà" in card_path(path).read_text("utf-8")
    assert vetted(path, card).sha256 == card.sha256 == file_sha256(path)
    # a second card replaces the first
    other = card_from_plain(plain_card(name="Another"))
    write_card(other, path)
    assert read_card(path) == other
    assert sorted(item.name for item in path.parent.iterdir()) == ["Größe.json", "Größe.onnx"]


def test_a_card_inside_the_network_is_read_and_one_beside_it_goes_first(network, plain_card):
    path = network(inside=json.dumps(plain_card(name="Inside")))
    assert read_card(path).name == "Inside"
    write_card(card_from_plain(plain_card(name="Beside")), path)
    assert read_card(path).name == "Beside"


def test_a_network_without_a_card_has_none(network):
    assert read_card(network()) is None


BAD_CARDS = [
    (b"", "no JSON"),
    (b"{", "no JSON"),
    (b"\xff\xfe\x00", "no JSON"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"name": ' + b"9" * 5000 + b"}", "no JSON"),
    (b'{"name": NaN}', "is NaN; expected finite numbers"),
    (b'{"name": -Infinity}', "is -Infinity"),
    (b'{"metrics": {"a": 1e999}, "name": "x"}', "is missing|metrics"),
    (b"[]", r"the card is \[\]; expected an object"),
    (b'"card"', "the card is 'card'"),
    (b"{}", "layout is missing"),
    (b" " * (4 * 2**20 + 1), "more than 4 MB"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_CARDS, ids=[told for _, told in BAD_CARDS])
def test_each_bad_card_ends_in_one_sentence_and_stays_as_it_is(content, sentence, network):
    path = network()
    card_path(path).write_bytes(content)
    with pytest.raises(AppError, match=sentence) as caught:
        read_card(path)
    assert isinstance(caught.value, ReadError | ModelCardError)
    assert caught.value.hint
    assert len(str(caught.value)) < 600
    assert card_path(path).read_bytes() == content


@pytest.mark.parametrize(("content", "sentence"), [("{", "no JSON"), ("{}", "layout is missing")])
def test_a_bad_card_inside_is_told_likewise(content, sentence, network):
    with pytest.raises(AppError, match=sentence):
        read_card(network(inside=content))


@pytest.mark.parametrize("content", [b"", b"a letter", b"\x3a\x7f"], ids=["none", "text", "cut"])
def test_a_file_that_is_no_network_has_no_card(content, tmp_path):
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        read_card(path)


def test_a_network_that_is_not_there_is_told(tmp_path, plain_card):
    with pytest.raises(ReadError, match=r"Cannot read none\.onnx"):
        read_card(tmp_path / "none.onnx")
    with pytest.raises(ReadError, match=r"Cannot read none\.onnx"):
        file_sha256(tmp_path / "none.onnx")
    with pytest.raises(WriteError):
        write_card(card_from_plain(plain_card()), tmp_path / "nowhere" / "four.onnx")


def test_cards_that_ship_are_whole_and_known_by_their_checksum():
    shipped = sorted(resource("cards").glob("*.json"))
    assert shipped
    for path in shipped:
        card = card_from_plain(json.loads(path.read_text("utf-8")))
        assert known_card(card.sha256.upper()) == card
        assert not card.extra
        assert card.licence
        assert card.authors
        assert card.citation
    assert known_card("0" * 64) is None
    assert known_card("") is None
