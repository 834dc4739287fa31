"""Models are listed with what they are worth for the scan, and why."""

import pytest

from app.gui.docks.recolour_models import EMPTY, ModelsPage
from app.gui.recolour_values import ModelRow, Standing

FITTING = ModelRow(
    "/m/knn.onnx",
    "KNN 10",
    "colour",
    "shipped",
    Standing.FITS,
    ("The axis and the tube are those it was trained on.",),
    (("Licence", "GPL-3.0"), ("Trained on", "spectra <made> & drawn")),
)
DOUBTFUL = ModelRow(
    "/m/aires.onnx", "AIRES 1-D", "colour", "own", Standing.DOUBTFUL, ("First.", "Second.")
)
BARE = ModelRow("/d/net.onnx", "net", "", "dropped", Standing.NO_CARD, ("It has no card.",))
BROKEN = ModelRow("/d/bad.onnx", "bad", "", "own", Standing.BROKEN, ("It is cut off.",))


@pytest.fixture
def page(qtbot):
    page = ModelsPage()
    qtbot.addWidget(page)
    page.resize(330, 400)
    page.show()
    return page


def test_without_models_it_says_how_to_get_one(page, qtbot):
    assert page.title == EMPTY
    assert page.list.isHidden()
    with qtbot.waitSignal(page.add_requested):
        page.add_button.click()


def test_each_model_has_a_row_and_the_first_that_fits_is_chosen(page, qtbot):
    with qtbot.waitSignal(page.chosen) as told:
        page.set_rows((BROKEN, DOUBTFUL, FITTING, BARE))
    assert told.args == ["/m/knn.onnx"]
    assert page.selected == FITTING
    assert page.title == "4 models · 1 fits this scan"
    item = page.list.topLevelItem(1)
    assert [item.text(column) for column in range(4)] == ["AIRES 1-D", "colour", "own", "doubtful"]
    assert item.toolTip(0) == "AIRES 1-D\nFirst.\nSecond."
    assert page.verdict == FITTING.sentences[0]
    assert "spectra &lt;made&gt; &amp; drawn" in page.facts


def test_several_sentences_are_bulleted_and_a_problem_looks_like_one(page):
    page.set_rows((FITTING, DOUBTFUL, BROKEN))
    page.choose("/m/aires.onnx")
    assert page.verdict == "• First.\n• Second."
    assert page._verdict.property("role") == ""
    page.choose("/d/bad.onnx")
    assert page._verdict.property("role") == "problem"


def test_chosen_model_stays_chosen_and_nothing_is_told_of_it(page, qtbot):
    page.set_rows((FITTING, DOUBTFUL))
    page.choose("/m/aires.onnx")
    with qtbot.assertNotEmitted(page.chosen):
        page.set_rows((BARE, FITTING, DOUBTFUL))
    assert page.selected == DOUBTFUL
    with qtbot.waitSignal(page.chosen) as told:
        page.set_rows(())
    assert told.args == [None]


def test_model_without_a_card_offers_to_write_one(page, qtbot):
    page.set_rows((FITTING, BARE))
    assert page.card_button.isHidden()
    assert page.remove_button.isHidden()
    page.choose("/d/net.onnx")
    with qtbot.waitSignal(page.card_requested) as told:
        page.card_button.click()
    assert told.args == ["/d/net.onnx"]
    with qtbot.waitSignal(page.remove_requested) as told:
        page.remove_button.click()
    assert told.args == ["/d/net.onnx"]


def test_without_a_scan_nothing_is_said_to_fit(page):
    row = ModelRow("/m", "KNN", "colour", "own", Standing.OPEN)
    page.set_rows((row,))
    assert page.title == "1 model"
    page.set_rows((BROKEN, BARE))
    assert page.title == "2 models · none fit this scan"
