"""The palette by names."""

import pytest

from app.engine.synthesis_pigments import palette_named
from app.errors import ParameterError


def test_without_names_it_is_the_paper_s_or_an_oil_painter_s():
    assert len(palette_named("", has_layers=False)) == 9
    names = [pigment.name for pigment in palette_named("", has_layers=True)]
    assert names[0] == "Lead white"


def test_pigments_are_found_by_name_in_the_order_given():
    found = palette_named("azurite, Vermilion", has_layers=True)
    assert [pigment.name for pigment in found] == ["Azurite", "Vermilion"]
    assert [pigment.name for pigment in palette_named("azurite", has_layers=True)] == ["Azurite"]


def test_an_unknown_pigment_is_named():
    with pytest.raises(ParameterError, match="kryptonite"):
        palette_named("azurite, kryptonite", has_layers=False)
