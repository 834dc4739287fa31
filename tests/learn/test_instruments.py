"""Scanners at random stay within what is told of them."""

import numpy as np

from app.learn.instruments import TRAINING_ANODES, UNSEEN_ANODE, draw_instrument


def test_instruments_differ_and_stay_within_what_is_told():
    rng = np.random.default_rng(4)
    made = [draw_instrument(anode, rng) for anode in TRAINING_ANODES * 6]
    assert UNSEEN_ANODE not in {instrument.anode for instrument in made}
    assert len(set(made)) == len(made)
    assert all(30 <= item.tube_kv <= 50 and 125 <= item.resolution_ev <= 160 for item in made)
    assert {item.path for item in made} == {"air", "helium"}
