"""Steps of preparation: a closed list, in an order that makes sense."""

import pytest

from app.core.recolouring.card_steps import (
    PreparationStep,
    StepKind,
    check_steps,
    steps_from_plain,
)
from app.core.recolouring.card_values import ModelCardError


def test_steps_are_read_in_both_forms_and_written_in_one():
    steps = steps_from_plain(["resample", {"kind": "log1p", "times": 2}], "steps")
    assert steps == (
        PreparationStep(StepKind.RESAMPLE),
        PreparationStep(StepKind.LOG1P, {"times": 2.0}),
    )
    plain = [step.to_plain() for step in steps]
    assert plain == [{"kind": "resample"}, {"kind": "log1p", "times": 2.0}]
    assert steps_from_plain(plain, "steps") == steps


def test_options_left_out_have_the_value_asked_for():
    step = PreparationStep(StepKind.STANDARDISE_PIXEL, {"add": 0.5})
    assert step.option("add", 1.0) == 0.5
    assert step.option("other", 1.0) == 1.0


def test_only_standardising_by_the_scan_itself_needs_it():
    assert PreparationStep(StepKind.STANDARDISE_IMAGE).needs_image
    assert not PreparationStep(StepKind.STANDARDISE_IMAGE, {"mean": 1, "sd": 2}).needs_image
    assert not PreparationStep(StepKind.STANDARDISE_PIXEL).needs_image


@pytest.mark.parametrize("kind", StepKind)
def test_every_step_but_clipping_needs_no_option(kind):
    if kind is StepKind.CLIP:
        with pytest.raises(ModelCardError, match="expected a range"):
            steps_from_plain([kind.value], "steps")
    else:
        assert steps_from_plain([kind.value], "steps") == (PreparationStep(kind),)


def test_a_root_may_follow_where_nothing_is_negative():
    steps = [
        "resample",
        {"kind": "clip", "low": 0},
        "standardise_pixel",
        {"kind": "clip", "low": 0},
    ]
    assert len(steps_from_plain([*steps, "sqrt"], "steps")) == 5


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        ("resample", "is 'resample'; expected a list"),
        ([3], r"\[0\] is 3; expected an object"),
        ([{}], r"\[0\]\.kind is missing"),
        (["eval"], r"\[0\]\.kind is 'eval'; expected one of resample, by_total"),
        ([{"kind": "sqrt", "times": 2}], r"\[0\]\.times is not known; there are: kind"),
        ([{"kind": "log1p", "times": 0}], r"\[0\]\.times is 0\.0; expected above 0"),
        ([{"kind": "log1p", "times": "2"}], r"\[0\]\.times is '2'; expected a finite number"),
        ([{"kind": "log1p", "times": float("nan")}], r"\[0\]\.times is nan"),
        ([{"kind": "standardise_pixel", "add": -1}], r"\[0\]\.add is -1\.0; expected 0 or more"),
        ([{"kind": "standardise_image", "mean": 1}], "one of mean and sd; expected both"),
        ([{"kind": "standardise_image", "mean": 1, "sd": 0, "add": 0}], "divides by sd"),
        ([{"kind": "clip", "low": 2, "high": 1}], "clips to 2.0 to 1.0; expected a range"),
        (["sqrt", "resample"], r"\[1\] is “resample”; expected it as the first"),
        (["standardise_pixel", "log1p"], r"\[1\] is “log1p” after “standardise_pixel”"),
        (["standardise_image", "sqrt"], "numbers may be negative"),
        ([{"kind": "clip", "high": -1}, "sqrt"], "“sqrt” after “clip”"),
        (["standardise_image", "standardise_image"], "standardises over the image twice"),
        (["log1p"] * 13, "13 items"),
    ],
)
def test_steps_that_make_no_sense_are_told_with_their_place(plain, sentence):
    with pytest.raises(ModelCardError, match=sentence):
        steps_from_plain(plain, "steps")


def test_steps_made_in_a_form_are_held_to_the_same_rules():
    with pytest.raises(ModelCardError, match="13 steps"):
        check_steps((PreparationStep(StepKind.LOG1P),) * 13, "steps")
    with pytest.raises(ModelCardError, match="times is not known"):
        check_steps((PreparationStep(StepKind.SQRT, {"times": 2.0}),), "steps")
