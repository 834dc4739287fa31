"""Plain values of cards: read as what they are, told where they are not."""

import pickle
from enum import StrEnum

import pytest

from app.core.recolouring import card_values as values
from app.core.recolouring.card_values import ModelCardError


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


def test_good_values_pass():
    assert values.text("Maestà", "field") == "Maestà"
    assert values.texts("one", "field") == ("one",)
    assert values.texts(["one", "two"], "field") == ("one", "two")
    assert values.number(3, "field") == 3.0
    assert values.whole(3, "field", least=3, most=3) == 3
    assert values.choice("small", "field", Size) is Size.SMALL
    assert values.span(5, "field") == (5.0, 5.0)
    assert values.span([1, 2.5], "field") == (1.0, 2.5)
    assert values.plain({"a": [1, {"b": None}], "c": True}, "field") == {
        "a": [1, {"b": None}],
        "c": True,
    }


def test_a_number_out_of_its_limits_tells_them():
    with pytest.raises(ModelCardError, match=r"gain is 0; expected a finite number above 0 keV\."):
        values.number(0, "gain", above=0.0, unit=" keV")
    with pytest.raises(ModelCardError, match="of at least 1 and at most 2"):
        values.number(3, "gain", least=1, most=2)


@pytest.mark.parametrize("value", [True, "3", None, float("nan"), float("-inf"), 10**400, [3]])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ModelCardError, match=r"gain is .*expected a finite number"):
        values.number(value, "gain")


@pytest.mark.parametrize("value", [[1], [1, 2, 3], "1-2", None, [2, 1], [-1, 2], [True, 2]])
def test_what_is_no_range_is_refused(value):
    with pytest.raises(ModelCardError, match="range"):
        values.span(value, "range")


def test_a_mistyped_key_is_found_and_a_strange_one_not():
    assert values.mistyped("Licence", ["licence", "name"]) == "licence"
    assert values.mistyped("licenze", ["licence", "name"]) == "licence"
    assert values.mistyped("homepage", ["licence", "name"]) == ""


def test_long_values_are_shown_short():
    assert len(values.shown("x" * 1000)) == 58
    assert values.shown(10**5000) == "a number of thousands of digits"


def test_a_copy_of_free_information_is_its_own():
    original = {"a": [1]}
    copied = values.plain(original, "field")
    original["a"].append(2)
    assert copied == {"a": [1]}


def test_the_error_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(ModelCardError("inputs[0].name", "is empty")))
    assert (error.field, error.message) == ("inputs[0].name", "inputs[0].name is empty.")
