"""Inputs and outputs of networks as cards tell them."""

import pytest

from app.core.recolouring.card_ends import (
    ModelOutput,
    OutputKind,
    TaskKind,
    check_outputs,
    check_symbols,
    inputs_from_plain,
    outputs_from_plain,
)
from app.core.recolouring.card_values import ModelCardError


def test_inputs_and_outputs_survive_their_plain_form(plain_card):
    inputs = inputs_from_plain(plain_card()["inputs"])
    assert inputs_from_plain([item.to_plain() for item in inputs]) == inputs
    maps = [{"name": "maps", "kind": "maps", "elements": ["Fe", "Pb"]}]
    outputs = outputs_from_plain(maps)
    assert outputs == (ModelOutput("maps", OutputKind.MAPS, ("Fe", "Pb")),)
    assert [item.to_plain() for item in outputs] == maps


def test_too_many_are_refused(plain_card):
    with pytest.raises(ModelCardError, match="inputs has 9 items; expected 1 to 8"):
        inputs_from_plain(plain_card()["inputs"] * 9)
    with pytest.raises(ModelCardError, match="outputs has 33 items; expected 1 to 32"):
        outputs_from_plain([{"name": "rgb", "kind": "rgb"}] * 33)


def test_a_network_is_for_one_thing():
    rgb = ModelOutput("rgb", OutputKind.RGB)
    check_outputs((rgb,), TaskKind.RGB)
    with pytest.raises(ModelCardError, match="0 of kind “maps”; expected one"):
        check_outputs((rgb,), TaskKind.MAPS)
    with pytest.raises(ModelCardError, match="outputs has 'rgb' twice"):
        check_outputs((rgb, rgb), TaskKind.RGB)


def test_elements_are_told_by_symbols():
    check_symbols(("Fe", "Pb"), "elements")
    with pytest.raises(ModelCardError, match="elements has 'fe'"):
        check_symbols(("Pb", "fe"), "elements")
