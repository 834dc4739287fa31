"""What is written as TOML is read back as it was."""

import tomllib

from app.learn.config import Config, NetworkChoice, config_from_plain
from app.learn.toml_text import toml_text


def test_values_come_back():
    table = {
        "name": "a “name”\n",
        "number": 1e-5,
        "whole": 3,
        "yes": True,
        "list": [1, 2.5, "x"],
        "table": {"": "all", "in": {"x": 1}},
        "nothing": {},
    }
    found = tomllib.loads(toml_text(table))
    del table["nothing"]
    assert found == table


def test_a_training_comes_back():
    config = Config(name="x", network=NetworkChoice("dense", {"widths": [3, 4]}, {"": "a.pt"}))
    assert config_from_plain(tomllib.loads(toml_text(config.to_plain()))) == config
