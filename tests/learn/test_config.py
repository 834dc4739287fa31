"""Trainings are read as written, and what makes no sense is told."""

import json

import pytest

from app.errors import ParameterError, ReadError
from app.learn.config import Config, config_from_plain, read_config

TEXT = """
title = "A small one"

[network]
name = "dense"
options = { widths = [32, 16] }

[data]
scenes = 5
paints = [3, 9]
test_pictures = ["venus"]

[training]
learning_rate = 1
"""


def test_values_are_those_of_the_file_and_the_name_is_its(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(TEXT, "utf-8")
    config = read_config(path)
    assert (config.name, config.title) == ("small", "A small one")
    assert config.network.options == {"widths": [32, 16]}
    assert (config.data.scenes, config.data.paints) == (5, (3, 9))
    assert config.data.test_pictures == ("venus",)
    assert config.training.learning_rate == 1.0
    assert config.training.steps == Config().training.steps


def test_a_file_says_what_differs_from_its_base(tmp_path):
    (tmp_path / "base.toml").write_text(TEXT, "utf-8")
    path = tmp_path / "other.toml"
    path.write_text('base = "base.toml"\n[training]\nsteps = 7\n[network.options]\ndrop = 0.1\n')
    config = read_config(path)
    assert (config.name, config.title) == ("other", "A small one")
    assert (config.training.steps, config.training.learning_rate) == (7, 1.0)
    assert config.data.scenes == 5
    assert config.network.options == {"drop": 0.1}


def test_a_base_of_itself_is_told(tmp_path):
    (tmp_path / "a.toml").write_text('base = "b.toml"', "utf-8")
    (tmp_path / "b.toml").write_text('base = "a.toml"', "utf-8")
    with pytest.raises(ReadError, match="its own base"):
        read_config(tmp_path / "a.toml")


def test_bases_in_a_ring_are_told_whatever_the_way_is_written(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.toml").write_text('base = "../sub/b.toml"', "utf-8")
    (tmp_path / "sub" / "b.toml").write_text('base = "../sub/a.toml"', "utf-8")
    with pytest.raises(ReadError, match=r"a\.toml is its own base"):
        read_config(tmp_path / "sub" / "a.toml")


def test_a_base_that_is_no_name_is_told(tmp_path):
    (tmp_path / "a.toml").write_text("base = 3", "utf-8")
    with pytest.raises(ParameterError, match="“base” is 3"):
        read_config(tmp_path / "a.toml")


def test_plain_values_give_the_same_training_again():
    config = config_from_plain({"data": {"paints": [3, 9]}, "network": {"options": {"drop": 0.1}}})
    assert config_from_plain(json.loads(json.dumps(config.to_plain()))) == config


def test_electronvolts_become_kiloelectronvolts():
    how = config_from_plain({"data": {"offset_error_ev": 25}}).data.measuring()
    assert how.offset_error_kev == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"nam": "x"}, "“nam” is not known"),
        ({"data": {"seeds": 1}}, "“data.seeds” is not known"),
        ({"data": {"paints": [9, 3]}}, "“paints” is 9 to 3"),
        ({"data": {"paints": [1]}}, "“data.paints”"),
        ({"data": {"counts": [0, 5]}}, "“counts” is 0 to 5"),
        ({"training": {"steps": "many"}}, "“training.steps” is 'many'"),
        ({"training": {"steps": True}}, "“training.steps” is True"),
        ({"training": {"steps": 0}}, "“Steps” is out of its limits"),
        ({"training": {"loss": "guess"}}, "“Loss” cannot be 'guess'"),
        ({"network": "dense"}, "“network” is 'dense'"),
        ({"network": {"options": 3}}, "“network.options” is 3"),
        ({"data": {"test_pictures": [1]}}, "“data.test_pictures” is 1"),
        ({"data": {"without_elements": ["Xx"]}}, "“Xx”, which is no element's symbol"),
        ({"network": {"weights": {"pixel": 3}}}, "“network.weights.pixel” is 3"),
        ({"name": "a/b"}, "“name” is “a/b”"),
        ({"name": ".."}, "“name” is “..”"),
        ({"name": ""}, "“name” is “”"),
        ({"name": "x "}, "“name” is “x ”"),
    ],
)
def test_what_makes_no_sense_is_told(table, told):
    with pytest.raises(ParameterError, match=told.replace("(", r"\(")):
        config_from_plain(table)


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe", None])
def test_files_that_cannot_be_read_are_told(tmp_path, content):
    path = tmp_path / "broken.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadError, match="This training cannot be read"):
        read_config(path)


def test_plain_values_are_those_of_before_unless_pigments_are_left_out():
    config = config_from_plain({"data": {"without_pigments": ["azurite"]}})
    assert config.to_plain()["data"]["without_pigments"] == ("azurite",)
    assert "without_pigments" not in config_from_plain({}).to_plain()["data"]
    assert config_from_plain(config.to_plain()) == config
