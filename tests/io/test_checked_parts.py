"""Parts of an HDF5 group that are looked at before they are computed with."""

import h5py
import numpy as np
import pytest

from app.io.checked_parts import numbers, picture, table, whole_numbers


@pytest.fixture
def group(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["shares"] = np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]], np.float32)
        file["labels"] = np.array([[0, 2]], np.uint8)
        file["picture"] = np.zeros((1, 2, 3), np.uint8)
        file["holes"] = np.array([0.5, np.inf])
        file["none"] = np.empty((0, 2))
        file["word"] = "a text"
        file.create_group("inside")
        yield file


def test_what_fits_comes_back_as_it_is(group):
    shares = numbers(group, "shares", (None, 2), lowest=0, highest=1)
    assert shares.dtype == np.float32
    assert shares.tolist() == [[0.25, 0.75], [1, 0], [0.5, 0.5]]
    assert whole_numbers(group, "labels", (1, 2), lowest=0, highest=2).tolist() == [[0, 2]]
    assert picture(group, "picture", (1, 2)).shape == (1, 2, 3)
    assert numbers(group, "none", (None, 2), lowest=5).shape == (0, 2)


@pytest.mark.parametrize(
    ("name", "shape", "limits", "message"),
    [
        ("shares", (2, 2), {}, "shares has 3 × 2 values, expected 2 × 2"),
        ("shares", (None,), {}, "expected any"),
        ("shares", (None, 2), {"lowest": 0.1}, "shares reaches from 0 to 1, expected 0.1 to ∞"),
        ("shares", (None, 2), {"highest": 0.5}, "reaches from 0 to 1"),
        ("labels", (1, 2), {}, "holds uint8"),
        ("holes", (2,), {}, "missing or not finite"),
        ("word", (), {}, "no such number"),
        ("inside", (2,), {}, "no values"),
    ],
)
def test_what_does_not_fit_is_named(group, name, shape, limits, message):
    with pytest.raises(ValueError, match=message):
        numbers(group, name, shape, **limits)


def test_numbers_may_lack_where_that_is_allowed(group):
    group["gaps"] = np.array([np.nan, 2.0])
    assert numbers(group, "gaps", (2,), lowest=0, may_lack=True)[1] == 2
    with pytest.raises(ValueError, match="missing"):
        numbers(group, "gaps", (2,))
    with pytest.raises(ValueError, match="from 2 to 2, expected 3"):
        numbers(group, "gaps", (2,), lowest=3, may_lack=True)
    with pytest.raises(ValueError, match="not finite"):
        numbers(group, "holes", (2,), may_lack=True)


def test_whole_numbers_have_no_fractions_and_pictures_eight_bits(group):
    with pytest.raises(ValueError, match="holds float32"):
        whole_numbers(group, "shares", (3, 2))
    group["deep"] = np.zeros((1, 2, 3), np.uint16)
    with pytest.raises(ValueError, match="expected uint8"):
        picture(group, "deep", (1, 2))


def test_a_table_is_a_json_object():
    assert table('{"a": 1}', "recipe") == {"a": 1}
    for text in ("[1]", "5", "{"):
        with pytest.raises(ValueError, match=r"recipe is no JSON object|Expecting"):
            table(text, "recipe")
