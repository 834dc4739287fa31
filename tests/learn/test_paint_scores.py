"""Scores of panels whose answers are known: the truth, one colour, a group's mean."""

import numpy as np
import pytest

from app.learn.paint_outs import PaintOutPlan, paint_outs
from app.learn.paint_scores import GROUPS, PaintLog, auroc
from app.learn.paints import FREQUENCY
from app.learn.predictors import Answer


@pytest.fixture(scope="module")
def panels(pigments):
    return list(paint_outs(pigments, PaintOutPlan(side=2, scanners=1)))


def even(panel, value):
    return np.full(panel.squares.shape, value, np.float32)


def log_of(panels, answer, left_out=frozenset()):
    log = PaintLog(left_out)
    for panel in panels:
        log.add(panel, answer(panel))
    return log


def test_the_truth_is_perfect(panels):
    found = log_of(panels, lambda panel: Answer(panel.trial.rgb)).paints()
    assert list(found) == ["chalk", "lead-white"]
    for values in found.values():
        assert max(values["delta_e2000"].values()) == pytest.approx(0, abs=1e-6)
        assert values["red_blue"] == values["luminance"] == 1.0
        assert values["mse"] == 0.0
        assert values["mse_constant"] == pytest.approx(0.0735, abs=1e-4)
        assert values["rgb"]["vermilion"] == [146, 57, 56]


def test_one_colour_for_all_has_no_correlation(panels):
    grey = log_of(panels, lambda panel: Answer(np.full_like(panel.trial.rgb, 0.5))).paints()
    assert grey["chalk"]["red_blue"] is None
    assert grey["chalk"]["mse"] > grey["chalk"]["mse_constant"]
    # black against vermilion, and so far for all
    black = log_of(panels, lambda panel: Answer(np.zeros_like(panel.trial.rgb))).paints()
    assert black["chalk"]["delta_e2000"]["vermilion"] == pytest.approx(36.9, abs=3)


def test_a_group_s_own_mean_is_near_and_its_doubt_holds_the_members(panels):
    def answer(panel):
        rgb = panel.trial.rgb.copy()
        names = [item.id for item in panel.pigments]
        for members in GROUPS.values():
            often = np.array([FREQUENCY.get(name, 0.3) for name in members])
            colours = np.array([panel.pigments[names.index(name)].srgb for name in members])
            mean = often @ colours / often.sum() / 255
            for name in members:
                rgb[panel.squares == names.index(name)] = mean
        return Answer(rgb, even(panel, np.log(0.5**2)))

    found = log_of(panels, answer).groups()["chalk"]
    assert set(found) == {"copper", "lead", "iron", "nothing"}
    for values in found.values():
        assert values["to_mean"] == pytest.approx(0, abs=0.05)
        assert values["answers_apart"] == pytest.approx(0, abs=0.05)
        assert values["colours_apart"] > 10
        assert values["covered"] == 1.0
        assert values["sd"] == 0.5


def test_sure_answers_do_not_hold_the_other_members(panels):
    found = log_of(
        panels, lambda panel: Answer(panel.trial.rgb, even(panel, np.log(0.01**2)))
    ).groups()
    copper = found["lead-white"]["copper"]
    # of the other two members only blue is as near as that
    assert copper["covered"] == pytest.approx((9 + 6) / 27, abs=1e-4)
    assert copper["answers_apart"] == copper["colours_apart"]
    plain = log_of(panels, lambda panel: Answer(panel.trial.rgb)).groups()["chalk"]["copper"]
    assert plain["covered"] is plain["sd"] is None


def test_novelty_of_what_was_left_out_is_told_against_all_else(panels):
    def answer(panel):
        names = [item.id for item in panel.pigments]
        novelty = even(panel, 0.5)
        novelty[panel.squares == names.index("viridian")] = 0.9
        return Answer(panel.trial.rgb, novelty=novelty)

    log = log_of(panels, answer, frozenset({"viridian", "gold-leaf"}))
    assert log.novelty() == {"viridian": 1.0, "gold-leaf": 0.5}
    assert log_of(panels, answer).novelty() == {}


def test_what_lies_on_a_ground_that_was_left_out_is_not_taken_for_known(panels):
    def answer(panel):
        value = 0.2 if panel.ground == "chalk" else 0.8
        novelty = even(panel, value)
        names = [item.id for item in panel.pigments]
        novelty[panel.squares == names.index("red-lead")] = 0.7
        return Answer(None, novelty=novelty)

    log = log_of(panels, answer, frozenset({"lead-white", "red-lead"}))
    assert log.novelty()["red-lead"] == 1.0
    assert log.paints() == log.groups() == {}


def test_chromium_is_not_asked_for_under_a_chromium_tube(pigments):
    def answer(panel):
        names = [item.id for item in panel.pigments]
        novelty = even(panel, 0.5)
        # found under all tubes but that of chromium
        if panel.trial.instrument.anode != "Cr":
            novelty[panel.squares == names.index("viridian")] = 0.9
        return Answer(None, novelty=novelty)

    every = list(paint_outs(pigments, PaintOutPlan(side=1, scanners=4)))
    assert "Cr" in {panel.trial.instrument.anode for panel in every}
    found = log_of(every, answer, frozenset({"viridian", "gold-leaf"})).novelty()
    assert found == {"viridian": 1.0, "gold-leaf": 0.5}


def test_novelty_is_not_asked_for_under_tubes_that_are_new_themselves(pigments):
    log = PaintLog(frozenset({"gold-leaf"}), frozenset({"Rh"}))
    for panel in paint_outs(pigments, PaintOutPlan(side=1, scanners=2)):
        novelty = even(panel, 1.0 if panel.trial.instrument.anode == "Mo" else 0.5)
        names = [item.id for item in panel.pigments]
        novelty[panel.squares == names.index("gold-leaf")] = 0.9
        log.add(panel, Answer(None, novelty=novelty))
    assert log.novelty() == {"gold-leaf": 1.0}


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    assert auroc(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
    assert auroc(np.array([0.0, 2.0]), np.array([1.0, 3.0])) == 0.75
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
