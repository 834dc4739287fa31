import pytest
from PySide6.QtCore import Qt

from app.core.axis import EnergyAxis
from app.core.lines import ELEMENTS, lines_of
from app.errors import ParameterError
from app.gui.views.element_picker import ElementPicker

AXIS, CHANNELS = EnergyAxis(0.0, 0.02), 1024


@pytest.fixture
def picker(qtbot):
    widget = ElementPicker()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_axis(AXIS, CHANNELS)
    return widget


def test_all_elements_up_to_uranium_are_there(picker):
    assert list(picker.buttons) == list(ELEMENTS)
    places = {(button.x(), button.y()) for button in picker.buttons.values()}
    assert len(places) == 92


def test_click_on_an_element_chooses_its_usual_line(picker, qtbot):
    for element, key in (("Fe", "Fe_Ka"), ("Pb", "Pb_La")):
        with qtbot.waitSignal(picker.line_chosen) as chosen:
            picker.buttons[element].click()
        assert chosen.args == [key]
        assert picker.element == element


def test_row_below_chooses_another_line_of_the_element(picker, qtbot):
    picker.buttons["Pb"].click()
    with qtbot.waitSignal(picker.line_chosen) as chosen:
        picker.line_buttons["Lb"].click()
    assert chosen.args == ["Pb_Lb"]
    assert picker.buttons["Pb"].isChecked()
    assert picker.line_buttons["Lb"].isChecked()
    assert not picker.line_buttons["La"].isChecked()


def test_row_below_offers_only_lines_on_the_axis(picker):
    picker.buttons["Fe"].click()
    enabled = [name for name, button in picker.line_buttons.items() if button.isEnabled()]
    assert enabled == ["Ka", "Kb"]


def test_nothing_is_offered_before_an_element_is_chosen(picker):
    assert not any(button.isEnabled() for button in picker.line_buttons.values())


def test_light_elements_cannot_be_chosen_and_say_why(picker):
    for element in ("H", "C", "O"):
        assert not picker.buttons[element].isEnabled()
        assert "too light" in picker.buttons[element].toolTip()


def test_element_without_a_line_on_the_axis_says_which_axis(picker):
    picker.set_axis(EnergyAxis(3.005, 0.01), 512)
    assert not picker.buttons["Al"].isEnabled()
    assert "no usual line between 3.00 and 8.12 keV" in picker.buttons["Al"].toolTip()
    assert picker.buttons["Fe"].isEnabled()


def test_line_beyond_the_axis_gives_way_to_another_of_the_element(picker, qtbot):
    picker.set_axis(EnergyAxis(0.0, 0.01), 512)
    with qtbot.waitSignal(picker.line_chosen) as chosen:
        picker.buttons["Sn"].click()
    assert chosen.args == ["Sn_La"]


def test_tool_tip_names_the_lines_and_their_energies(picker):
    assert picker.buttons["Fe"].toolTip() == "Fe iron · Kα 6.40 keV · Kβ 7.06 keV"


def test_tool_tip_of_a_line_warns_of_confusions(picker):
    picker.buttons["Pb"].click()
    tip = picker.line_buttons["La"].toolTip()
    assert tip.startswith("Pb Lα 10.54 keV")
    assert "As Kα" in tip


def test_found_elements_have_a_dot(picker):
    def accented(element):
        image = picker.buttons[element].grab().toImage()
        colour = image.pixelColor(image.width() - 5, 4)
        return colour.red() - colour.blue() > 60

    picker.set_found(("Fe", "Ca"))
    assert accented("Fe")
    assert accented("Ca")
    assert not accented("Cu")
    assert picker.buttons["Fe"].toolTip().endswith("found in this scan")
    picker.set_found(())
    assert not accented("Fe")


def test_showing_a_line_does_not_echo(picker, qtbot):
    with qtbot.assertNotEmitted(picker.line_chosen):
        picker.set_line("Hg_La")
    assert picker.element == "Hg"
    assert picker.line_buttons["La"].isChecked()
    picker.set_line(None)
    assert picker.element is None
    assert not picker.buttons["Hg"].isChecked()


def test_unknown_line_is_refused(picker):
    with pytest.raises(ParameterError, match="Qq"):
        picker.set_line("Qq_Ka")


def test_arrows_walk_through_the_table(picker, qtbot):
    picker.activateWindow()
    picker.buttons["Fe"].setFocus()
    for key, element in (
        (Qt.Key.Key_Right, "Co"),
        (Qt.Key.Key_Down, "Rh"),
        (Qt.Key.Key_Left, "Ru"),
        (Qt.Key.Key_Up, "Fe"),
    ):
        qtbot.keyClick(picker.focusWidget(), key)
        assert picker.focusWidget() is picker.buttons[element]


def test_space_chooses_the_focused_element(picker, qtbot):
    picker.buttons["Cu"].setFocus()
    with qtbot.waitSignal(picker.line_chosen) as chosen:
        qtbot.keyClick(picker.buttons["Cu"], Qt.Key.Key_Space)
    assert chosen.args == ["Cu_Ka"]


def test_every_button_has_a_name_for_screen_readers(picker):
    picker.buttons["Fe"].click()
    assert picker.buttons["Fe"].accessibleName() == "Iron (Fe)"
    assert picker.line_buttons["Kb"].accessibleName() == "Line Fe Kβ"
    buttons = [*picker.buttons.values(), *picker.line_buttons.values()]
    assert all(button.accessibleName() for button in buttons)


def test_every_usable_line_of_every_element_lies_on_the_axis(picker):
    low, high = AXIS.edges_kev(0, CHANNELS)
    for element in ELEMENTS:
        for found in picker.usable_lines(element):
            assert low < found.energy_kev < high
    assert len(picker.usable_lines("Pb")) < len(lines_of("Pb"))


def test_eighteen_columns_leave_a_small_screen_to_the_picture(picker):
    assert picker.minimumSizeHint().width() <= 420
    for symbol, button in picker.buttons.items():
        assert button.fontMetrics().horizontalAdvance(symbol) <= button.width() - 2
