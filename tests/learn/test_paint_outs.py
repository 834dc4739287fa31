"""Panels have a square of each pigment, as bright as the others, on the ground that is told."""

import numpy as np
import pytest

from app.core.emission import line
from app.learn.instruments import TRAINING_ANODES
from app.learn.paint_outs import GROUNDS, PaintOutPlan, number_of_paint_outs, paint_outs, usual

PLAN = PaintOutPlan(side=2, scanners=2, counts=20_000.0, seed=3)


@pytest.fixture(scope="module")
def panels(pigments):
    return list(paint_outs(pigments, PLAN))


def counts_of(panel, pigment, key):
    """Mean counts about a line in the square of a pigment."""
    where = panel.squares == [item.id for item in panel.pigments].index(pigment)
    first, stop = panel.trial.axis.channel_range(
        line(key).energy_kev - 0.12, line(key).energy_kev + 0.12, 1024
    )
    return panel.trial.counts[where][:, first:stop].sum(axis=1).mean()


def test_each_scanner_measures_each_ground(panels):
    assert len(panels) == number_of_paint_outs(PLAN) == 4
    assert [panel.ground for panel in panels] == [*GROUNDS, *GROUNDS]
    scanners = [panel.trial.instrument for panel in panels]
    assert scanners[0] == scanners[1] != scanners[2] == scanners[3]
    assert [item.anode for item in scanners[::2]] == list(TRAINING_ANODES[:2])
    assert [item.tube_kv for item in scanners[::2]] == [35.0, 45.0]


def test_squares_have_their_pigments_colours_and_the_rest_is_filled(panels, pigments):
    panel = panels[0]
    assert panel.pigments == usual(pigments)
    assert {"vermilion", "gold-leaf", "massicot"} <= {item.id for item in panel.pigments}
    rows, cols = panel.squares.shape
    assert rows % PLAN.side == cols % PLAN.side == 0
    assert panel.trial.counts.shape == (rows, cols, 1024)
    colours = np.array([item.srgb for item in panel.pigments])
    shown = np.round(panel.trial.rgb * 255)
    np.testing.assert_array_equal(shown, colours[panel.squares])
    assert set(np.unique(panel.squares)) == set(range(len(colours)))
    assert (panel.squares[:2, :2] == 0).all()
    assert (panel.squares[:2, 2:4] == 1).all()


def test_each_square_has_as_many_counts(panels):
    for panel in panels:
        totals = panel.trial.counts.sum(axis=2)
        for number in range(len(panel.pigments)):
            assert totals[panel.squares == number].mean() == pytest.approx(20_000, rel=0.02)


def test_paints_show_their_elements_and_the_ground_below(panels):
    on_chalk, on_lead = panels[:2]
    mercury, none = (counts_of(on_chalk, name, "Hg_La") for name in ("vermilion", "indigo"))
    assert mercury > 5 * none
    assert counts_of(on_chalk, "indigo", "Ca_Ka") > 5 * counts_of(on_lead, "indigo", "Ca_Ka")
    assert counts_of(on_lead, "indigo", "Pb_La") > 5 * counts_of(on_chalk, "indigo", "Pb_La")
    iron = [item.id for item in on_chalk.pigments].index("red-ochre")
    assert on_chalk.trial.elements[on_chalk.squares == iron][:, 2].min() > 0.01


def test_panels_are_the_same_again(panels, pigments):
    again = next(paint_outs(pigments, PLAN))
    np.testing.assert_array_equal(again.trial.counts, panels[0].trial.counts)


def test_thinned_panels_keep_every_square(panels):
    panel = panels[0]
    thin = panel.thinned()
    assert thin.squares.shape == tuple(-(-length // 2) for length in panel.squares.shape)
    assert set(np.unique(thin.squares)) == set(np.unique(panel.squares))
    np.testing.assert_array_equal(thin.trial.counts[1, 2], panel.trial.counts[2, 4])
