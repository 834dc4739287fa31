"""What is written beside the results."""

import pytest

from app.core.batch.plan import SCALINGS, SHEETS
from app.gui.dialogs.batch_reports import ReportsChoice, ReportsPage


@pytest.fixture
def page(qtbot):
    page = ReportsPage()
    qtbot.addWidget(page)
    yield page
    page.stop()


def data(box):
    return tuple(box.itemData(i) for i in range(box.count()))


def test_all_that_a_plan_knows_can_be_chosen(page):
    assert data(page.sheet) == SHEETS
    assert data(page.scaling) == SCALINGS


@pytest.mark.parametrize(
    "choice",
    [
        ReportsChoice(),
        ReportsChoice(True, "both", "own", "Sky=0:2,1:3; Robe=2:3,0:1", "Fe,Pb_Lb"),
        ReportsChoice(regions="all"),
    ],
)
def test_what_is_shown_comes_out_again(page, choice):
    page.set_values(choice)
    assert page.values() == choice
    assert page.problem == ""


def test_without_a_table_its_regions_do_not_count(page):
    page.set_values(ReportsChoice(regions="Sky=0:2,1:3", elements="Fe"))
    page.table.setChecked(False)
    assert page.values() == ReportsChoice()
    assert not page.elements.isEnabled()
    page.regions.setText("nonsense")
    assert page.problem == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0:2,1:3", "is no region; write Name=r0:r1,c0:c1"),
        ("Sky=0:2", "expected r0:r1,c0:c1"),
        ("Sky=0:2,1:3; Robe=3:3,0:1", "Rows 3:3"),
    ],
)
def test_regions_that_make_no_sense_are_said_below(page, text, words):
    page.table.setChecked(True)
    page.regions.setText(text)
    assert words in page.problem
    assert page.regions_field.problem == page.problem


def test_limits_matter_with_a_sheet_only(page, qtbot):
    assert not page.scaling.isEnabled()
    with qtbot.waitSignal(page.changed):
        page.sheet.setCurrentIndex(2)
    assert page.scaling.isEnabled()
