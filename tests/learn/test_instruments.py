"""Scanners at random stay within what is told of them."""

import numpy as np
import pytest

from app.errors import ParameterError
from app.learn.instruments import (
    TRAINING_ANODES,
    UNSEEN_ANODE,
    anodes_without,
    behind_glass,
    draw_instrument,
    filtered,
)


def test_instruments_differ_and_stay_within_what_is_told():
    rng = np.random.default_rng(4)
    made = [draw_instrument(anode, rng) for anode in TRAINING_ANODES * 6]
    assert UNSEEN_ANODE not in {instrument.anode for instrument in made}
    assert len(set(made)) == len(made)
    assert all(30 <= item.tube_kv <= 50 and 125 <= item.resolution_ev <= 160 for item in made)
    assert {item.path for item in made} == {"air", "helium"}


def test_filters_take_the_soft_part_of_the_beam():
    rng = np.random.default_rng(5)
    plain = draw_instrument("W", rng)
    for changed in (filtered(plain, rng), behind_glass(plain)):
        assert (changed.filter_element, changed.anode) == ("Al", "W")
        assert changed.filter_um >= 200
        assert (changed.axis.gain_kev, changed.tube_kv) == (plain.axis.gain_kev, plain.tube_kv)


@pytest.mark.validation
def test_aluminium_stands_for_glass():
    """Against attenuations of window glass after xraylib."""
    import xraylib

    glass = {"SiO2": 0.72, "Na2O": 0.14, "CaO": 0.10, "MgO": 0.04}
    instrument = behind_glass(draw_instrument("W", np.random.default_rng(6)))
    for energy in (15.0, 20.0, 30.0, 40.0):
        wanted = 2.5 * 0.2 * sum(w * xraylib.CS_Total_CP(k, energy) for k, w in glass.items())
        found = 2.7 * instrument.filter_um * 1e-4 * xraylib.CS_Total(13, energy)
        assert found == pytest.approx(wanted, rel=0.05)


def test_a_tube_of_an_element_that_stays_unknown_is_left_out():
    assert anodes_without(()) == TRAINING_ANODES
    assert anodes_without(("Ti", "Cr")) == ("Rh", "Mo", "Ag")
    with pytest.raises(ParameterError, match="no tube"):
        anodes_without(TRAINING_ANODES)
