import pytest

from app.core.colour_groups import group_of
from app.core.pigments import ColourGroup
from app.io.pigment_archive import read_archive
from app.paths import resource


@pytest.mark.parametrize(
    ("srgb", "group"),
    [
        ((255, 255, 255), ColourGroup.WHITE),
        ((233, 225, 210), ColourGroup.WHITE),
        ((0, 0, 0), ColourGroup.BLACK),
        ((30, 28, 25), ColourGroup.BLACK),
        ((200, 30, 30), ColourGroup.RED),
        ((120, 10, 20), ColourGroup.RED),
        ((239, 98, 50), ColourGroup.RED),
        ((240, 140, 30), ColourGroup.ORANGE),
        ((235, 217, 105), ColourGroup.YELLOW),
        ((76, 123, 92), ColourGroup.GREEN),
        ((45, 70, 150), ColourGroup.BLUE),
        ((110, 50, 140), ColourGroup.PURPLE),
        ((110, 80, 50), ColourGroup.BROWN),
    ],
)
def test_colours_are_called_what_one_would_call_them(srgb, group):
    assert group_of(srgb) is group


def test_every_colour_has_a_group():
    steps = range(0, 256, 32)
    groups = {group_of((red, green, blue)) for red in steps for green in steps for blue in steps}
    assert groups == set(ColourGroup) - {ColourGroup.METAL}


def test_nine_of_ten_shipped_pigments_are_called_as_they_are_filed():
    library = read_archive(resource("pigments/velatura.pigments.zip"))
    # a colour does not tell metals
    filed = [item for item in library.pigments if item.group is not ColourGroup.METAL]
    same = [item for item in filed if group_of(item.srgb) is item.group]
    assert len(filed) >= 50
    assert len(same) >= 0.9 * len(filed)
