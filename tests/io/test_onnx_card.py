"""Inputs and outputs of networks, held against their cards."""

import pytest

from app.core.recolouring.card import card_from_plain
from app.io.model_errors import ModelError
from app.io.onnx_card import TensorFacts, check_card


def facts(name, *shape, dtype="float32"):
    return TensorFacts(name, shape, dtype)


def check(plain, outputs, inputs=None):
    inputs = inputs or [facts("spectra", None, 4)]
    check_card(tuple(inputs), tuple(outputs), card_from_plain(plain))


def test_shapes_are_shown_as_one_would_write_them():
    assert facts("a", None, 500).shown_shape == "n × 500"
    assert facts("a").shown_shape == "of a single number"
    assert TensorFacts("a", None, "float32").shown_shape == "of any kind"


@pytest.mark.parametrize(
    ("layout", "taken", "given"),
    [
        ("pixel", (None, 4), (None, 3)),
        ("pixel", (None, None), (None, None)),
        ("pixel", (16, 4), (16, 3)),
        ("image_channels_first", (1, 4, None, None), (1, 3, None, None)),
        ("image_channels_first", (None, 4, 8, 6), (None, 3, 8, 6)),
        ("image_channels_last", (1, None, None, 4), (1, None, None, 3)),
    ],
)
def test_each_layout_has_its_shape(layout, taken, given, plain_card):
    plain = plain_card(layout=layout, receptive_field_px=0)
    check(plain, [facts("rgb", *given)], [facts("spectra", *taken)])
    # a shape that is not told shows when it is tried
    check(plain, [TensorFacts("rgb", None, "float32")], [TensorFacts("spectra", None, "float32")])


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("log_variance", [(None, 1), (None, 3), (None,)], (None, 2)),
        ("novelty", [(None, 1), (None,)], (None, 3)),
        ("neighbours", [(None, 1), (None,)], (None, 10)),
        ("quantiles", [(None, 3), (None, 9)], (None, 4)),
        ("latent", [(None, 1), (None, 64)], (None, 8, 8)),
        ("reconstruction", [(None, 4)], (None,)),
    ],
)
def test_each_kind_of_output_has_its_channels(kind, good, bad, plain_card):
    plain = plain_card()
    plain["outputs"].append({"name": "more", "kind": kind})
    rgb = facts("rgb", None, 3)
    for shape in good:
        check(plain, [rgb, facts("more", *shape)])
    with pytest.raises(ModelError, match=f"“more” is .*“{kind}”"):
        check(plain, [rgb, facts("more", *bad)])


def test_maps_have_a_channel_for_each_element(plain_card):
    maps = {"name": "maps", "kind": "maps", "elements": ["Fe", "Cu", "Pb"]}
    plain = plain_card(task="maps", outputs=[maps])
    check(plain, [facts("maps", None, 3)])
    with pytest.raises(ModelError, match="“maps” on its card means 3 channels"):
        check(plain, [facts("maps", None, 8)])


def test_outputs_beyond_the_card_are_passed_over_and_inputs_are_not(plain_card):
    rgb = facts("rgb", None, 3)
    check(plain_card(), [rgb, facts("debug", 7, dtype="int64")])
    with pytest.raises(ModelError, match=r"takes 2 inputs, the card tells of 1: .*“raw”"):
        check(plain_card(), [rgb], [facts("spectra", None, 4), facts("raw", None, 4)])


@pytest.mark.parametrize(
    ("taken", "given", "sentence"),
    [
        ((None, 4, 1), (None, 3), "n × 4 × 1; the card's layout “pixel” means pixels × 4"),
        ((None, 5), (None, 3), "n × 5; the card tells of 4 channels"),
        ((None, 4), (None, 4), "“rgb” is n × 4; “rgb” on its card means 3 channels"),
        ((None, 4), (None, 3, 1), "“rgb” in the card's layout “pixel” means pixels × 3"),
    ],
)
def test_other_shapes_are_told(taken, given, sentence, plain_card):
    with pytest.raises(ModelError, match=sentence):
        check(plain_card(), [facts("rgb", *given)], [facts("spectra", *taken)])


def test_pictures_are_taken_one_at_a_time(plain_card):
    plain = plain_card(layout="image_channels_last", receptive_field_px=2)
    with pytest.raises(ModelError, match="2 × n × n × 4; expected one picture at a time"):
        check(plain, [facts("rgb", 2, None, None, 3)], [facts("spectra", 2, None, None, 4)])


def test_colours_must_be_in_single_precision(plain_card):
    with pytest.raises(ModelError, match="“rgb” gives float64; expected float32"):
        check(plain_card(), [facts("rgb", None, 3, dtype="float64")])


def test_one_name_for_what_goes_in_and_comes_out_is_no_mistake(plain_card):
    """An input and an output of one name are looked at each by itself."""
    plain = plain_card(outputs=[{"name": "spectra", "kind": "rgb"}])
    with pytest.raises(ModelError, match="“spectra” is n × 4; “rgb” on its card"):
        check(plain, [facts("spectra", None, 4)])
