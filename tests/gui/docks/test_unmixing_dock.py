"""Groups of pigments are listed with colours, elements and share; one can be chosen."""

import pytest
from PySide6.QtGui import QColor, QIcon

from app.gui.docks.unmixing_dock import EMPTY, UnmixedRow, UnmixingPanel, striped

ROWS = (
    UnmixedRow("Lead white or Massicot", ((240, 240, 230), (220, 180, 60)), ("Pb",), 0.335, "Led."),
    UnmixedRow("Smalt", ((40, 60, 150),), ("Co", "K"), 0.0002, "Little.", is_weak=True),
    UnmixedRow("Smooth rest", share=0.4),
    UnmixedRow("Residual", details="What is left."),
)


@pytest.fixture
def panel(qtbot):
    panel = UnmixingPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 500)
    panel.show()
    return panel


@pytest.fixture
def filled(panel):
    panel.set_rows(ROWS, "Pigments of Velatura.", "Read with care.", ("One.", "Two."))
    return panel


def texts(panel, place):
    item = panel.list.topLevelItem(place)
    return [item.text(column) for column in range(3)]


def test_without_maps_it_says_what_unmixing_is_and_offers_it(panel, qtbot):
    assert panel.title == EMPTY
    for widget in (panel.list, panel.export_button, panel.picture_box, panel.weaker_button):
        assert widget.isHidden()
    panel.set_can_unmix(True)
    with qtbot.waitSignal(panel.unmix_requested):
        panel.unmix_button.click()
    panel.set_can_unmix(False, "No axis.")
    assert not panel.unmix_button.isEnabled()
    assert panel.note == "No axis."


def test_each_group_has_a_row_and_the_residual_has_no_share(filled):
    assert filled.title == "3 maps"
    assert filled.note == "Pigments of Velatura."
    assert filled.warning == "Read with care."
    assert filled.more == "One.\n\nTwo."
    assert texts(filled, 0) == ["Lead white or Massicot", "Pb", "33.5 %"]
    assert texts(filled, 3) == ["Residual", "", ""]


def test_weak_groups_wait_until_they_are_asked_for(filled):
    assert filled.list.topLevelItem(1).isHidden()
    assert filled.weaker_button.text() == "Show 1 weaker group"
    filled.weaker_button.click()
    assert not filled.list.topLevelItem(1).isHidden()
    assert filled.weaker_button.isHidden()


def test_weak_group_that_is_chosen_is_in_sight(filled):
    filled.choose(1)
    assert not filled.list.topLevelItem(1).isHidden()


def test_chosen_group_is_told_and_described(filled, qtbot):
    assert filled.details.startswith("Choose a group")
    with qtbot.waitSignal(filled.chosen) as told:
        filled.choose(3)
    assert told.args == [3]
    assert (filled.selected, filled.details) == (3, "What is left.")
    with qtbot.waitSignal(filled.chosen) as told:
        filled.choose(None)
    assert told.args == [None]
    with qtbot.waitSignal(filled.export_requested):
        filled.export_button.click()


def test_picture_box_tells_only_what_the_user_does(filled, qtbot):
    with qtbot.assertNotEmitted(filled.picture_toggled):
        filled.set_picture_shown(True)
    with qtbot.waitSignal(filled.picture_toggled) as told:
        filled.picture_box.click()
    assert told.args == [False]


def test_other_maps_take_the_place_of_these(filled, qtbot):
    filled.choose(0)
    filled.set_rows(ROWS[2:], "Again.")
    assert filled.selected is None
    assert filled.warning == filled.more == ""
    filled.clear()
    assert (filled.rows, filled.title) == ((), EMPTY)


def test_swatch_has_a_stripe_per_pigment_also_in_a_chosen_row(filled):
    icon = filled.list.topLevelItem(0).icon(0)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        image = icon.pixmap(24, 14, mode).toImage()
        width = image.width()
        assert image.pixelColor(width // 4, image.height() // 2) == QColor(240, 240, 230)
        assert image.pixelColor(3 * width // 4, image.height() // 2) == QColor(220, 180, 60)
    assert striped(()).toImage().pixelColor(10, 10).alpha() == 0
