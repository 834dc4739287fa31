"""Pictures are on one side each, and stay there."""

import pytest

from app.errors import ParameterError
from app.learn.split import Role, divided, pictures_in

NAMES = [f"picture {number}" for number in range(12)]


def test_every_picture_is_on_exactly_one_side():
    found = divided(NAMES)
    together = [name for names in found.values() for name in names]
    assert sorted(together) == sorted(NAMES)
    assert [len(found[role]) for role in Role] == [7, 2, 3]


def test_the_order_of_names_does_not_matter():
    assert divided(NAMES) == divided(NAMES[::-1])


def test_names_that_are_asked_for_are_kept():
    found = divided(NAMES, ["picture 3"], ["picture 0", "picture 7"])
    assert found[Role.VALIDATION] == ("picture 3",)
    assert found[Role.TEST] == ("picture 0", "picture 7")
    assert len(found[Role.TRAINING]) == 9


def test_two_pictures_are_too_few_to_keep_any():
    assert divided(["a", "b"])[Role.TRAINING] == ("a", "b")


@pytest.mark.parametrize(
    ("validation", "test", "told"),
    [(["x"], [], "“x”"), ([], ["y"], "“y”"), (["picture 1"], ["picture 1"], "two sides")],
)
def test_wrong_names_are_told(validation, test, told):
    with pytest.raises(ParameterError, match=told):
        divided(NAMES, validation, test)


def test_pictures_are_found_by_suffix_and_named_without(tmp_path):
    for name in ("b.png", "a.jpg", "notes.txt"):
        (tmp_path / name).touch()
    assert list(pictures_in(tmp_path)) == ["a", "b"]
    (tmp_path / "a.tif").touch()
    with pytest.raises(ParameterError, match="Two pictures have one name"):
        pictures_in(tmp_path)


def test_a_folder_without_pictures_is_told(tmp_path):
    with pytest.raises(ParameterError, match="no picture in it"):
        pictures_in(tmp_path)
    with pytest.raises(ParameterError, match="no such folder"):
        pictures_in(tmp_path / "none")
