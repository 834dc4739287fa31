"""Pictures that are learnt from are never judged by, whatever their names."""

from types import MappingProxyType

import numpy as np
import pytest
from PIL import Image

from app.core.recolouring.card import card_from_plain
from app.errors import ParameterError
from app.learn.leaks import check_apart, check_unseen
from app.learn.split import Role


def picture(seed, rows=80, cols=128):
    """Smooth areas, as paintings have them."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 8, 3)).astype(np.uint8)
    whole = Image.fromarray(coarse).resize((128, 80), Image.Resampling.BICUBIC)
    return np.asarray(whole.resize((cols, rows), Image.Resampling.LANCZOS))


ROLES = MappingProxyType({Role.TRAINING: ("a", "b"), Role.VALIDATION: (), Role.TEST: ("c",)})


def test_different_pictures_may_be_on_different_sides():
    check_apart({"a": picture(1), "b": picture(2), "c": picture(3)}, ROLES)
    check_apart({}, dict.fromkeys(Role, ()))


@pytest.mark.parametrize("size", [(80, 128), (160, 256), (50, 77)])
def test_a_copy_of_any_size_on_another_side_is_told(size):
    pictures = {"a": picture(1), "b": picture(2), "c": picture(2, *size)}
    with pytest.raises(ParameterError, match="“b” is for training and “c” for test"):
        check_apart(pictures, ROLES)


def test_copies_on_one_side_do_no_harm():
    check_apart({"a": picture(1), "b": picture(1), "c": picture(3)}, ROLES)


def card(**trained_on):
    return card_from_plain(
        {
            "name": "Ours",
            "task": "rgb",
            "layout": "pixel",
            "inputs": [
                {
                    "name": "counts",
                    "channels": 4,
                    "energy": {"centres": [1, 2, 3, 4]},
                    "preprocessing": ["resample"],
                }
            ],
            "outputs": [{"name": "rgb", "kind": "rgb"}],
            "trained_on": trained_on,
        }
    )


def test_a_network_is_not_judged_by_pictures_of_its_training_or_validation():
    trained = card(pictures=["x", "y"], pictures_of_validation=["z"])
    check_unseen(["v", "w"], [trained, card()])
    with pytest.raises(ParameterError, match=r"Ours: the picture “y” was among .* training"):
        check_unseen(["v", "y"], [card(), trained])
    with pytest.raises(ParameterError, match="pictures of validation"):
        check_unseen(["z"], [trained])
    check_unseen(["v"], [card(pictures="told in words")])
