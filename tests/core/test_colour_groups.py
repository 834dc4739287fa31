import pytest

from app.core.colour_groups import group_of
from app.core.pigments import ColourGroup


@pytest.mark.parametrize(
    ("srgb", "group"),
    [
        ((255, 255, 255), ColourGroup.WHITE),
        ((233, 225, 210), ColourGroup.WHITE),
        ((0, 0, 0), ColourGroup.BLACK),
        ((30, 28, 25), ColourGroup.BLACK),
        ((200, 30, 30), ColourGroup.RED),
        ((120, 10, 20), ColourGroup.RED),
        ((239, 98, 50), ColourGroup.ORANGE),
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
    steps = range(0, 256, 17)
    groups = {group_of((red, green, blue)) for red in steps for green in steps for blue in steps}
    assert groups == set(ColourGroup) - {ColourGroup.METAL}
