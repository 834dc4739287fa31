"""The picture's page offers what the picture has."""

import pytest

from app.gui.docks.recolour_picture import EMPTY, PicturePage
from app.gui.recolour_values import ColourReasons, Look, Place

LOOKS = (Look.COLOUR, Look.FADED, Look.UNCERTAINTY)


@pytest.fixture
def page(qtbot):
    page = PicturePage()
    qtbot.addWidget(page)
    page.resize(330, 500)
    page.show()
    return page


def test_without_a_picture_it_says_how_to_get_one(page):
    assert page.title == EMPTY
    for widget in (page.look_box, page.place_box, page.export_button, page.score_button):
        assert widget.isHidden()
    assert page.live_box.isVisible()


def test_looks_of_a_picture_are_offered(page, qtbot):
    page.set_result("KNN 10", "by the processor", LOOKS)
    assert page.title == "KNN 10"
    assert page.note == "by the processor"
    assert [page.look_box.itemText(place) for place in range(3)] == [look.value for look in LOOKS]
    assert page.look is Look.COLOUR
    assert page.strength.isHidden()
    with qtbot.waitSignal(page.look_changed):
        page.look_box.setCurrentIndex(1)
    assert page.look is Look.FADED
    assert page.strength.isVisible()
    with qtbot.waitSignal(page.look_changed):
        page.strength.setValue(150)
    assert page.doubt_strength == 1.5
    assert page.element_box.isHidden()


def test_chosen_look_stays_where_it_is_offered(page, qtbot):
    page.set_result("one", "", LOOKS)
    page.look_box.setCurrentIndex(2)
    with qtbot.assertNotEmitted(page.look_changed):
        page.set_result("two", "", (Look.UNCERTAINTY, Look.COLOUR))
    assert page.look is Look.UNCERTAINTY
    page.set_result("three", "", (Look.COLOUR, Look.NOVELTY))
    assert page.look is Look.COLOUR


def test_maps_are_chosen_by_element_and_have_no_colour_to_ask_about(page, qtbot):
    page.set_result("MLP", "", (Look.MAP, Look.RESIDUAL), ("Fe", "Pb"))
    assert page.element == "Fe"
    assert page.element_box.isVisible()
    assert page.reasons_button.isHidden()
    assert page.score_button.isHidden()
    with qtbot.waitSignal(page.element_chosen) as told:
        page.element_box.setCurrentIndex(1)
    assert told.args == ["Pb"]
    page.set_result("MLP", "", (Look.MAP, Look.RESIDUAL), ("Ca", "Pb"))
    assert page.element == "Pb"


def test_place_and_live_are_told_when_chosen_and_not_when_set(page, qtbot):
    page.set_result("one", "", LOOKS)
    with qtbot.assertNotEmitted(page.place_chosen):
        page.set_place(Place.INSTEAD)
    assert page.place is Place.INSTEAD
    with qtbot.waitSignal(page.place_chosen) as told:
        page.place_box.setCurrentIndex(2)
    assert told.args == [Place.HIDDEN]
    with qtbot.assertNotEmitted(page.live_toggled):
        page.set_live(True)
    with qtbot.waitSignal(page.live_toggled) as told:
        page.live_box.click()
    assert told.args == [False]


def test_buttons_ask_for_what_they_say(page, qtbot):
    page.set_result("one", "", LOOKS)
    page.set_can_ask(True)
    page.set_can_save(True)
    for button, signal in (
        (page.reasons_button, page.reasons_requested),
        (page.export_button, page.export_requested),
        (page.score_button, page.score_requested),
    ):
        with qtbot.waitSignal(signal):
            button.click()
    page.set_can_ask(False)
    page.set_can_save(False)
    assert not page.reasons_button.isEnabled()
    assert not page.export_button.isEnabled()
    assert page.has_stamp


def test_reasons_are_shown_and_go_with_the_picture(page):
    page.set_reasons(ColourReasons("row 1, col 2", (1, 2, 3)))
    assert page.reasons.isVisible()
    page.clear()
    assert page.reasons.isHidden()
    page.set_reasons(None, "Asking…")
    assert page.reasons.texts == ("Asking…",)


def test_maps_beside_colours_are_offered_and_colours_can_still_be_asked_about(page):
    page.set_result("Ours", "", (*LOOKS, Look.MAP, Look.RESIDUAL), ("Fe", "Pb"))
    assert page.look is Look.COLOUR
    assert page.element_box.isHidden()
    for widget in (page.reasons_button, page.score_button, page.stamp_box):
        assert widget.isVisible()
    page.look_box.setCurrentText(Look.MAP.value)
    assert page.element_box.isVisible()
    assert page.reasons_button.isVisible()
