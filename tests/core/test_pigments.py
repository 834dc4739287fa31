"""Pigments as values."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.formulas import FormulaError
from app.core.pigments import (
    BINDERS,
    ColourGroup,
    Component,
    Pigment,
    PigmentSpectrum,
    SpectrumKind,
    paint,
)
from app.errors import ParameterError

VERMILION = Pigment(
    "vermilion", "Vermilion", ColourGroup.RED, (Component("HgS"),), 8.1, (200, 50, 40)
)
OCHRE = Pigment(
    "ochre",
    "Ochre",
    ColourGroup.YELLOW,
    (Component("FeO(OH)", 3.0), Component("Al2Si2O5(OH)4", 1.0, "clay")),
    3.6,
    (190, 140, 60),
)


def spectrum(counts=(1, 2, 3), label="Rh"):
    axis = EnergyAxis(0.0, 0.02)
    return PigmentSpectrum(label, SpectrumKind.COMPUTED, axis, np.array(counts, np.float32))


def test_the_formula_joins_all_components():
    assert OCHRE.formula == "FeO(OH) + Al2Si2O5(OH)4"


def test_components_share_the_mass():
    # three quarters of goethite, of which iron is 62.85 %
    assert OCHRE.fractions["Fe"] == pytest.approx(0.75 * 0.6285, abs=1e-4)
    assert sum(OCHRE.fractions.values()) == pytest.approx(1)
    assert OCHRE.elements[0] == "Fe"


def test_a_formula_that_cannot_be_read_is_told_when_it_is_needed():
    with pytest.raises(FormulaError, match="Hgg"):
        _ = replace(VERMILION, components=(Component("Hgg"),)).fractions


def test_a_dye_known_by_its_colour_has_no_elements():
    dye = replace(VERMILION, components=())
    assert dye.formula == ""
    assert dye.elements == ()


def test_paint_weighs_pigment_and_binder_by_volume():
    made = VERMILION.paint(volume_fraction=0.25)
    assert made.density_g_cm3 == pytest.approx(0.25 * 8.1 + 0.75 * 0.93)
    mercury = dict(made.fractions)["Hg"]
    assert mercury == pytest.approx(0.25 * 8.1 * VERMILION.fractions["Hg"] / made.density_g_cm3)


def test_paint_without_binder_is_the_pigment():
    made = VERMILION.paint(binder="none")
    assert made.density_g_cm3 == pytest.approx(8.1)
    assert dict(made.fractions) == pytest.approx(VERMILION.fractions)


def test_pigments_are_mixed_by_their_share_of_the_volume():
    made = paint([(VERMILION, 1.0), (OCHRE, 1.0)], 1.0)
    assert made.density_g_cm3 == pytest.approx((8.1 + 3.6) / 2)
    assert made.name == "Vermilion + Ochre in linseed oil"


@pytest.mark.parametrize("fraction", [-0.5, 0.0, 1.5, float("nan")])
def test_an_impossible_share_of_the_volume_is_refused(fraction):
    with pytest.raises(ParameterError):
        VERMILION.paint(volume_fraction=fraction)


def test_every_binder_has_a_formula_that_can_be_read():
    for name in BINDERS:
        assert VERMILION.paint(binder=name).density_g_cm3 > 0


def test_spectra_are_equal_when_all_of_them_is():
    assert spectrum() == spectrum()
    assert hash(spectrum()) == hash(spectrum())
    assert spectrum() != spectrum((1, 2, 4))
    assert spectrum() != spectrum(label="Mo")
    assert spectrum() != "Rh"


def test_pigments_differ_by_their_spectra():
    assert replace(VERMILION, spectra=(spectrum(),)) != VERMILION
