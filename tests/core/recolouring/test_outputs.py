"""What networks give is brought into one form, and what is no colour is refused."""

import numpy as np
import pytest

from app.core.recolouring.card import card_from_plain
from app.core.recolouring.outputs import PredictionError, joined, predicted


@pytest.fixture
def card_of():
    def make(*outputs, layout="pixel", task="rgb"):
        return card_from_plain(
            {
                "name": "Trial",
                "task": task,
                "layout": layout,
                "inputs": [
                    {
                        "name": "x",
                        "channels": 4,
                        "energy": {"offset_kev": 1.0, "gain_kev": 2.0},
                        "preprocessing": ["resample"],
                    }
                ],
                "outputs": list(outputs),
                **({} if layout == "pixel" else {"receptive_field_px": 0}),
            }
        )

    return make


RGB = {"name": "rgb", "kind": "rgb"}


def test_all_kinds_come_in_their_shape(card_of):
    card = card_of(
        RGB,
        {"name": "lv", "kind": "log_variance"},
        {"name": "new", "kind": "novelty"},
        {"name": "far", "kind": "neighbours"},
        {"name": "maps", "kind": "maps", "elements": ["Fe", "Pb"]},
        {"name": "latent", "kind": "latent"},
    )
    outputs = {
        "rgb": np.full((5, 3), 0.25, np.float32),
        "lv": np.log(np.array([[0.01, 0.02, 0.03]] * 5, np.float32)),
        "new": np.arange(5, dtype=np.float32) / 4,
        "far": np.ones((5, 1), np.float32),
        "maps": np.ones((5, 2), np.float32),
    }
    found = predicted(card, outputs, (5,))
    assert found.rgb.shape == (5, 3)
    np.testing.assert_allclose(np.exp(found.log_variance), 0.02, rtol=1e-6)
    assert found.novelty.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert found.neighbours.shape == (5,)
    assert found.maps.shape == (5, 2)
    part = found.part(slice(1, 3))
    assert part.novelty.tolist() == [0.25, 0.5]
    again = joined([found.part(slice(0, 2)), found.part(slice(2, None))])
    np.testing.assert_array_equal(again.maps, found.maps)
    assert joined([predicted(card_of(RGB), outputs, (5,))]).novelty is None


@pytest.mark.parametrize("layout", ["image_channels_first", "image_channels_last"])
def test_pictures_of_both_layouts_come_with_their_bands_last(card_of, layout):
    card = card_of(RGB, {"name": "new", "kind": "novelty"}, layout=layout)
    truth = np.random.default_rng(1).random((2, 5, 3)).astype(np.float32)
    value = truth[np.newaxis]
    if layout == "image_channels_first":
        value = value.transpose(0, 3, 1, 2)
    found = predicted(card, {"rgb": value, "new": truth[np.newaxis, ..., 0]}, (2, 5))
    np.testing.assert_array_equal(found.rgb, truth)
    np.testing.assert_array_equal(found.novelty, truth[..., 0])


def test_quantiles_tell_the_doubt(card_of):
    card = card_of(RGB, {"name": "q", "kind": "quantiles"})
    quantiles = np.tile(np.array([0.2, 0.2, 0.2, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6], np.float32), (2, 1))
    found = predicted(card, {"rgb": np.zeros((2, 3), np.float32), "q": quantiles}, (2,))
    np.testing.assert_allclose(np.exp(found.log_variance / 2), 0.2, rtol=1e-5)


def test_rounding_beyond_the_limits_is_cut_off(card_of):
    value = np.array([[-0.0005, 0.5, 1.0005]], np.float32)
    assert predicted(card_of(RGB), {"rgb": value}, (1,)).rgb.tolist() == [[0, 0.5, 1]]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.full((4, 3), 1.2), "from 0 to 1.2; colours reach from 0 to 1"),
        (np.full((4, 3), -0.1), "from -0.1 to 0"),
        (np.array([[0, np.nan, 0]] * 4), "4 of 12 values"),
        (np.full((4, 3), np.inf), "12 of 12 values"),
        (np.zeros((4, 4)), "its shape is 4×4; expected 3 value(s) for each of 4 pixels"),
        (np.zeros((5, 3)), "its shape is 5×3"),
        (np.zeros((4, 3, 1)), "its shape is 4×3×1"),
    ],
)
def test_what_is_no_colour_is_refused(card_of, value, told):
    with pytest.raises(PredictionError) as caught:
        predicted(card_of(RGB), {"rgb": value.astype(np.float32)}, (4,))
    assert told in caught.value.message
    assert caught.value.hint


def test_a_missing_output_and_a_picture_of_another_size_are_refused(card_of):
    with pytest.raises(PredictionError, match="none of this name"):
        predicted(card_of(RGB), {}, (4,))
    card = card_of(RGB, layout="image_channels_first")
    with pytest.raises(PredictionError, match="1×3×2×2"):
        predicted(card, {"rgb": np.zeros((1, 3, 2, 2), np.float32)}, (4, 4))
