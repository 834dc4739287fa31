"""Windows count what is in them; the fit tells overlapping lines apart."""

import numpy as np
import pytest

from app.core.line_shapes import families_of, family_shape
from app.core.resampling import channel_edges
from app.learn.axis import FINE_CHANNELS
from app.learn.instruments import draw_instrument
from app.learn.jitter import AxisError
from app.learn.map_rivals import LinearFit, Windows
from app.learn.scenes import ELEMENTS
from app.learn.trials import CONDITIONS, Trial, axis_told

ROWS, COLS = 12, 20
BASE = 2.0


@pytest.fixture(scope="module")
def lines():
    """Counts of gold and zinc in each point, and a trial that shows them on an even base."""
    rng = np.random.default_rng(4)
    scanner = draw_instrument("Rh", rng)
    axis = axis_told(AxisError())
    edges = channel_edges(axis, FINE_CHANNELS)
    wanted = rng.uniform(0, 3000, (ROWS, COLS, 2))
    expected = np.full((ROWS, COLS, FINE_CHANNELS), BASE)
    for place, symbol in enumerate(("Au", "Zn")):
        shape = np.zeros(FINE_CHANNELS)
        for family in families_of(symbol, scanner.tube_kv):
            if family.shell == ("L" if symbol == "Au" else "K"):
                shape += family.strength * family_shape(family, edges, scanner.resolution_ev)
        expected += wanted[..., place : place + 1] * shape / shape.sum()
    trial = Trial(
        "x",
        "panel",
        0,
        CONDITIONS[0],
        rng.poisson(expected).astype(np.float32),
        axis,
        np.zeros((ROWS, COLS, 3), np.float32),
        np.zeros((ROWS, COLS, 8), np.float32),
        scanner,
    )
    return wanted, trial


def r(one, other):
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_windows_see_the_neighbour_and_the_fit_does_not(lines):
    wanted, trial = lines
    gold, zinc = (ELEMENTS.index(name) for name in ("Au", "Zn"))
    plain = Windows(is_net=False).answer(trial)
    fitted = LinearFit().answer(trial)
    assert plain.rgb is fitted.rgb is None
    assert plain.elements.shape == fitted.elements.shape == (ROWS, COLS, 8)
    # Zn Kβ lies on Au Lα
    assert r(plain.elements[..., gold], wanted[..., 0]) < 0.98
    assert r(fitted.elements[..., gold], wanted[..., 0]) > 0.99
    assert fitted.elements[..., zinc].mean() == pytest.approx(wanted[..., 1].mean(), rel=0.1)
    assert min(plain.seconds, fitted.seconds) > 0


def test_a_background_is_taken_off_where_it_is_asked(lines):
    _, trial = lines
    iron = ELEMENTS.index("Fe")
    plain = Windows(is_net=False).answer(trial).elements[..., iron]
    net = Windows(is_net=True).answer(trial).elements[..., iron]
    assert plain.mean() > 6 * BASE
    assert net.mean() == pytest.approx(0, abs=1.0)
    assert (net < 0).any()


def test_names_differ():
    names = {item.name for item in (Windows(is_net=True), Windows(is_net=False), LinearFit())}
    assert len(names) == 3
