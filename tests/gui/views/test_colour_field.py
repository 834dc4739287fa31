import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog

from app.core.colour import lab_to_srgb
from app.errors import ParameterError
from app.gui.views.colour_field import ColourField


@pytest.fixture
def field(qtbot):
    field = ColourField()
    qtbot.addWidget(field)
    field.set_srgb((200, 50, 40))
    return field


def typed(line, text):
    line.setText(text)
    line.textEdited.emit(text)


def test_a_colour_is_shown_in_all_notations(field):
    assert (field.hex.text(), field.rgb.text()) == ("#c83228", "200, 50, 40")
    lab = tuple(float(part) for part in field.lab.text().split(", "))
    assert lab_to_srgb(lab)[0] == (200, 50, 40)


def test_typing_one_notation_changes_the_others_and_not_itself(field, qtbot):
    with qtbot.waitSignal(field.changed):
        typed(field.hex, "fa0")
    assert field.srgb == (255, 170, 0)
    assert (field.hex.text(), field.rgb.text()) == ("fa0", "255, 170, 0")
    typed(field.rgb, "10 20;30")
    assert (field.srgb, field.hex.text()) == ((10, 20, 30), "#0a141e")
    typed(field.lab, "100, 0, −0")
    assert field.srgb == (255, 255, 255)


def test_grey_has_no_negative_zero(field):
    field.set_srgb((128, 128, 128))
    assert "-0.0" not in field.lab.text()


def test_a_lab_colour_beyond_srgb_is_said_to_be_and_the_nearest_kept(field):
    typed(field.lab, "60, 120, -20")
    assert field.problem == ""
    assert field.note == f"sRGB has no such colour; kept is the nearest it has, {field.hex.text()}."
    typed(field.lab, "60, 10, -20")
    assert field.note == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hex", "#12345"),
        ("rgb", "1, 2"),
        ("rgb", "1, 2, 256"),
        ("rgb", "1, 2, 2.5"),
        ("rgb", "1, 2, nan"),
        ("rgb", "red"),
        ("lab", "50, 1"),
        ("lab", "150, 0, 0"),
        ("lab", "50, inf, 0"),
        ("lab", ""),
    ],
)
def test_what_is_no_colour_is_said_and_the_last_one_kept(field, qtbot, name, text):
    with qtbot.waitSignal(field.changed):
        typed(getattr(field, name), text)
    assert "expected" in field.problem
    assert field.srgb == (200, 50, 40)
    field.set_srgb((1, 2, 3))
    assert field.problem == ""


def test_a_colour_that_cannot_be_leaves_everything_as_it_is(field):
    with pytest.raises(ParameterError):
        field.set_srgb((1, 2, 300))
    assert field.srgb == (200, 50, 40)


def test_picker_does_not_block_and_gives_its_colour(field, qtbot):
    field.swatch.click()
    (dialog,) = field.findChildren(QColorDialog)
    assert dialog.testOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
    assert dialog.currentColor() == QColor(200, 50, 40)
    dialog.setCurrentColor(QColor(1, 2, 3))
    with qtbot.waitSignal(field.changed):
        dialog.accept()
    assert field.srgb == (1, 2, 3)


def test_read_only_colour_can_be_read_but_not_changed(field):
    field.set_read_only(True)
    assert field.hex.isReadOnly()
    assert not field.swatch.isEnabled()
