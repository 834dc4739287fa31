"""Networks are found by name or file, with their card or with what is wrong."""

import json
from pathlib import Path

import pytest

from app.engine.model_library import Models, Origin, entry_of, required_card
from app.errors import ParameterError, ReadError


@pytest.fixture
def folders(tmp_path, make_network, plain_card):
    """A folder of shipped and one of own networks, each with something in it."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()

    def save(folder, stem, card):
        path = folder / f"{stem}.onnx"
        path.write_bytes(make_network())
        if card is not None:
            path.with_suffix(".json").write_text(json.dumps(card), "utf-8")
        return path

    save(shipped, "second", plain_card(name="Zeta"))
    save(shipped, "first", plain_card(name="Alpha"))
    save(own, "bare", None)
    save(own, "broken", {"name": "Broken"})
    (own / "notes.txt").write_text("x", "utf-8")
    return Models(own, shipped)


def test_all_networks_are_listed_with_where_they_are_from(folders, tmp_path, make_network):
    names = [(entry.name, entry.origin) for entry in folders.entries()]
    assert names == [
        ("Alpha", Origin.SHIPPED),
        ("Zeta", Origin.SHIPPED),
        ("bare", Origin.OWN),
        ("broken", Origin.OWN),
    ]
    assert folders.folder == tmp_path / "own"
    dropped = tmp_path / "elsewhere.onnx"
    dropped.write_bytes(make_network())
    assert folders.add(dropped).origin is Origin.DROPPED
    assert [entry.name for entry in folders.entries()][-1] == "elsewhere"
    # what is listed already is not listed twice
    assert folders.add(tmp_path / "own" / "bare.onnx").origin is Origin.OWN
    folders.add(dropped)
    assert len(folders.entries()) == 5


@pytest.fixture
def shipped(tmp_path, make_network, plain_card):
    """A folder of shipped networks with the names of files they really have."""
    folder = tmp_path / "program"
    folder.mkdir()
    maps = [{"name": "rgb", "kind": "maps", "elements": ["Fe", "Cu", "Pb"]}]

    def save(stem, name, **changes):
        path = folder / f"{stem}.onnx"
        path.write_bytes(make_network())
        path.with_suffix(".json").write_text(json.dumps(plain_card(name=name, **changes)), "utf-8")

    save("palette_knn", "A palette")
    save("dense", "Dense")
    save("element_mlp", "Maps", task="maps", outputs=maps)
    save("velatura_image", "Ours, pictures")
    save("velatura_pixel", "Ours, spectra")
    return folder


def test_our_own_come_first_and_baselines_last(shipped, tmp_path):
    names = [entry.name for entry in Models(tmp_path / "none", shipped).entries()]
    assert names == ["Ours, spectra", "Ours, pictures", "Maps", "Dense", "A palette"]


def test_without_a_name_the_first_network_for_colours_is_meant(shipped, tmp_path):
    models = Models(tmp_path / "none", shipped)
    assert models.find("").name == "Ours, spectra"
    assert models.find("").path == models.default().path
    for stem in ("velatura_pixel", "velatura_image"):
        (shipped / f"{stem}.json").unlink()
    # without cards they cannot be used; one for maps gives no colours
    assert models.default().name == "Dense"


def test_without_any_network_for_colours_it_is_said_where_was_looked(tmp_path):
    models = Models(tmp_path / "none", tmp_path / "nothing")
    with pytest.raises(ParameterError, match="no model that gives colours"):
        models.find("")


def test_a_missing_card_and_a_broken_one_are_told_apart(folders):
    bare, broken = folders.find("bare"), folders.find("broken")
    assert bare.needs_card
    assert not broken.needs_card
    assert "layout is missing" in broken.problem
    with pytest.raises(ReadError, match="has no card"):
        required_card(bare)
    with pytest.raises(ReadError, match=r"broken\.onnx cannot be used"):
        required_card(broken)
    assert required_card(folders.find("alpha")).name == "Alpha"


def test_networks_are_found_by_card_file_and_path(folders, tmp_path):
    for asked in ("Zeta", "zeta", "second", "second.onnx", tmp_path / "shipped" / "second.onnx"):
        assert folders.find(asked).name == "Zeta"


def test_what_is_not_found_names_what_is_near(folders, tmp_path):
    with pytest.raises(ParameterError, match="The nearest are: Alpha"):
        folders.find("Alfa")
    with pytest.raises(ParameterError, match="There are: Alpha, Zeta, bare, broken"):
        folders.find("12345")
    (tmp_path / "own" / "alpha.onnx").write_bytes(b"")
    (tmp_path / "own" / "alpha.json").write_text(
        (tmp_path / "shipped" / "first.json").read_text("utf-8"), "utf-8"
    )
    with pytest.raises(ParameterError, match="Several models are called"):
        folders.find("Alpha")


def test_a_path_to_nothing_is_a_problem_not_a_crash(tmp_path):
    entry = Models(tmp_path, tmp_path).find(tmp_path / "none.onnx")
    assert not entry.needs_card
    assert "none.onnx" in entry.problem
    with pytest.raises(ReadError, match=r"none\.onnx"):
        required_card(entry)


def test_a_file_that_is_no_network_is_a_problem(tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("not a network", "utf-8")
    entry = entry_of(path, Origin.OWN)
    assert entry.problem
    assert entry.name == "text"


def test_the_published_network_is_known_by_its_checksum(shared_data):
    path = shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")
    entry = Models().find(path)
    assert entry.card.licence == "Apache-2.0"
    assert [item.channels for item in entry.card.inputs] == [500]


def test_the_users_folder_and_the_shipped_one_are_the_programs(user_folders):
    models = Models()
    assert models.folder == Path(user_folders) / "data" / "models"
    assert all(entry.card is not None for entry in models.entries())
