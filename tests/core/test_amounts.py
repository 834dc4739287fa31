"""Rough amounts behind counts."""

import pytest

from app.core.amounts import amounts
from app.core.evidence import Seen
from app.core.line_strengths import line_strengths
from app.core.physics.instrument import Instrument

RH = Instrument()


def seen(element, names, energy, counts, **more):
    return Seen(
        element, names[0][0], names, energy, counts, counts / 50 + 1, 1.0, "", False, **more
    )


def test_masses_of_a_thick_mixture_come_back_within_a_third():
    mixture = (("C", 0.31), ("H", 0.05), ("O", 0.04), ("Fe", 0.4), ("Cu", 0.2))
    strengths = line_strengths(mixture, 10.0, RH)
    found = {
        name: seen(
            name, ("Ka", "Kb"), energy, 1e5 * (strengths[name, "Ka"] + strengths[name, "Kb"])
        )
        for name, energy in (("Fe", 6.4), ("Cu", 8.05))
    }
    amount = amounts(found, RH)
    assert amount.masses["Fe"] == 1.0
    assert amount.masses["Cu"] == pytest.approx(0.5, rel=0.33)
    again = amount.counts(found["Fe"], 0.4, RH)
    assert again == pytest.approx(found["Fe"].counts, rel=0.33)


def test_soft_lines_instrument_and_noise_are_left_out():
    found = {
        "Si": seen("Si", ("Ka",), 1.74, 1000.0),
        "Fe": seen("Fe", ("Ka", "Kb"), 6.4, 1000.0),
        "Ar": Seen("Ar", "K", ("Ka",), 2.96, 500.0, 10.0, 5.0, "", True),
        "Cu": Seen("Cu", "K", ("Ka",), 8.05, 10.0, 10.0, 5.0, "", False),
    }
    assert dict(amounts(found, RH).masses) == {"Fe": 1.0}


def test_nothing_found_amounts_to_nothing():
    amount = amounts({}, RH)
    assert dict(amount.masses) == {}
    assert amount.counts(seen("Fe", ("Ka",), 6.4, 1.0), 1.0, RH) == 0.0
