"""Scores as bars."""

import pytest

from app.gui.views.score_bars import ScoreBars


@pytest.fixture
def bars(qtbot):
    bars = ScoreBars("Silhouette")
    qtbot.addWidget(bars)
    bars.resize(200, 64)
    return bars


def test_the_best_score_has_the_highest_bar_and_the_lowest_is_still_seen(bars):
    bars.set_scores(((8, 0.30), (9, 0.42), (10, 0.36)), 9)
    heights = [bar.height() for bar in bars.bars()]
    assert heights[1] == max(heights)
    assert heights[0] == min(heights)
    assert heights[0] > 4
    assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2)
    assert bars.accessibleDescription() == "8: 0.300, 9: 0.420, 10: 0.360"
    assert not bars.grab().isNull()


def test_equal_scores_have_equal_bars_and_a_negative_one_is_drawn(bars):
    bars.set_scores(((2, 0.0), (3, -0.2)), None)
    first, second = bars.bars()
    assert first.height() == second.height()


def test_without_scores_nothing_is_shown(bars):
    bars.set_scores(((2, 0.5),), 2)
    assert not bars.isHidden()
    bars.set_scores((), None)
    assert bars.isHidden()
    assert bars.bars() == ()


def test_many_bars_fit(bars):
    bars.set_scores(tuple((number, number / 100) for number in range(2, 40)), 39)
    assert bars.bars()[-1].right() <= bars.width()
