"""Changes by hand: colours and shares."""

import json

import numpy as np
import pytest

from app.core.synthesis.changes import Changes, carried, mixed_by, mixture
from app.core.synthesis.mixing import MixingRule, weights
from app.core.synthesis.paints import paints
from app.errors import ParameterError

RULE = MixingRule(threshold=0.0)
COLOURS = np.array([[190.0, 30, 30], [40, 40, 180]])


@pytest.fixture
def chosen(three):
    return paints(three, "Test")


def test_without_changes_the_rule_decides(chosen):
    found = mixture(COLOURS, chosen, RULE, Changes())
    np.testing.assert_array_equal(found, weights(COLOURS, chosen.srgb, RULE))


def test_a_given_share_is_kept_and_the_others_divide_the_rest_as_before(chosen):
    before = mixture(COLOURS, chosen, RULE, Changes())
    after = mixture(COLOURS, chosen, RULE, Changes(shares={0: {"blue": 0.4}}))
    assert after[0, 1] == pytest.approx(0.4)
    assert after[0].sum() == pytest.approx(1.0)
    assert after[0, 0] / after[0, 2] == pytest.approx(before[0, 0] / before[0, 2])
    np.testing.assert_array_equal(after[1], before[1])


def test_a_pigment_left_out_leaves_its_share_to_the_others(chosen):
    found = mixture(COLOURS, chosen, RULE, Changes(shares={0: {"red": 0.0}}))
    assert found[0, 0] == 0
    assert found[0].sum() == pytest.approx(1.0)


def test_given_shares_above_one_together_are_scaled(chosen):
    found = mixture(COLOURS, chosen, RULE, Changes(shares={1: {"red": 0.9, "white": 0.6}}))
    np.testing.assert_allclose(found[1], [0.6, 0.0, 0.4])


def test_given_shares_of_all_pigments_are_scaled(chosen):
    given = {"red": 0.1, "blue": 0.3, "white": 0.0}
    found = mixture(COLOURS, chosen, RULE, Changes(shares={1: given}))
    np.testing.assert_allclose(found[1], [0.25, 0.75, 0.0])


def test_where_the_rule_s_pigments_are_left_out_the_next_similar_takes_their_place(chosen):
    strict = MixingRule(threshold=0.9)
    assert mixture(COLOURS, chosen, strict, Changes())[0].tolist() == [1, 0, 0]
    found = mixture(COLOURS, chosen, strict, Changes(shares={0: {"red": 0.0}}))
    assert sorted(found[0].tolist()) == [0, 0, 1]
    assert found[0, 0] == 0


def test_another_colour_is_mixed_instead(chosen):
    found = mixture(COLOURS, chosen, RULE, Changes(colours={0: (20, 30, 200)}))
    assert found[0].argmax() == 1
    assert Changes(colours={0: (1, 2, 3)}).colours_of(COLOURS).tolist() == [
        [1, 2, 3],
        [40, 40, 180],
    ]
    assert COLOURS[0, 0] == 190


def test_changes_are_made_and_taken_back_one_by_one():
    changes = Changes().with_share(2, "red", 0.5).with_share(2, "blue", 0.0)
    changes = changes.with_colour(1, (9, 8, 7))
    assert changes.given(2) == {"red": 0.5, "blue": 0.0}
    assert bool(changes)
    assert changes.with_share(2, "red", None).given(2) == {"blue": 0.0}
    assert changes.without(2) == Changes({1: (9, 8, 7)})
    nothing = changes.without(2).with_colour(1, None)
    assert nothing == Changes()
    assert not nothing
    assert changes.with_share(2, "red", None).with_share(2, "blue", None).shares == {}


def test_changes_come_back_from_json():
    changes = Changes({0: (1, 2, 3)}, {4: {"Blanc d’Espagne": 0.25}})
    assert Changes.from_plain(json.loads(json.dumps(changes.to_plain()))) == changes
    assert Changes.from_plain({}) == Changes()


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"colours": {"x": [1, 2, 3]}},
        {"colours": {"0": [1, 2]}},
        {"colours": {"0": [1, 2, 256]}},
        {"shares": {"0": 0.5}},
        {"shares": {"0": {"red": "much"}}},
    ],
)
def test_what_are_no_changes_is_refused(broken):
    with pytest.raises(ParameterError, match="cannot be read"):
        Changes.from_plain(broken)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (Changes(colours={2: (0, 0, 0)}), "Found colour 3; the palette has 2"),
        (Changes(shares={-1: {"red": 1.0}}), "not there"),
        (Changes(shares={0: {"green": 1.0}}), "no “green” among the pigments"),
        (Changes(shares={0: {"red": 1.5}}), "Found 1.5 in colour 1"),
        (Changes(shares={0: {"red": float("nan")}}), "Found nan"),
        (
            Changes(shares={1: {"red": 0.0, "blue": 0.0, "white": 0.0}}),
            "Colour 2 has no pigment left",
        ),
    ],
)
def test_changes_that_make_no_sense_are_refused(chosen, changes, message):
    with pytest.raises(ParameterError, match=message):
        mixture(COLOURS, chosen, RULE, changes)


def test_changes_go_to_the_nearly_same_colour_of_another_palette():
    before = np.array([[200.0, 0, 0], [0, 200, 0], [0, 0, 200]])
    after = np.array([[2.0, 4, 195], [205, 5, 0]])
    changes = Changes({0: (9, 9, 9), 1: (8, 8, 8)}, {2: {"red": 0.5}, 0: {"blue": 0.1}})
    found, lost = carried(changes, before, after)
    assert found == Changes({1: (9, 9, 9)}, {1: {"blue": 0.1}, 0: {"red": 0.5}})
    assert lost == (1,)


def test_two_changes_do_not_go_to_one_colour():
    before, after = np.array([[100.0, 0, 0], [110, 0, 0]]), np.array([[105.0, 0, 0]])
    found, lost = carried(Changes({0: (1, 1, 1), 1: (2, 2, 2)}), before, after)
    assert found == Changes({0: (1, 1, 1)})
    assert lost == (1,)


def test_shares_of_pigments_no_longer_there_are_left_out():
    changes = Changes({0: (1, 2, 3)}, {0: {"red": 0.5, "blue": 0.2}, 1: {"blue": 1.0}})
    assert changes.among(("red", "white")) == Changes({0: (1, 2, 3)}, {0: {"red": 0.5}})


def test_shares_given_by_hand_are_kept_with_another_way_of_mixing():
    colours = np.array([[200.0, 0, 0], [0, 0, 200]])
    srgb = np.array([[190.0, 10, 10], [20, 20, 190], [250, 250, 250]])
    changes = Changes({1: (250, 250, 250)}, {0: {"white": 0.4}})

    def mix(wanted):
        assert wanted[1].tolist() == [250, 250, 250]
        return np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])

    found = mixed_by(mix, colours, ("red", "blue", "white"), srgb, MixingRule(), changes)
    np.testing.assert_allclose(found, [[0.3, 0.3, 0.4], [0, 0, 1]])
