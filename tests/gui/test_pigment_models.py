"""Pigments as Qt's views list them: texts, order, tool tips and what a filter leaves."""

import pytest
from PySide6.QtCore import Qt

from app.core.pigment_search import Filter
from app.core.pigments import ColourGroup
from app.core.visibility import Level
from app.gui.pigment_models import (
    LibraryEntry,
    PigmentRow,
    PigmentsModel,
    PigmentsProxy,
    RowRole,
    elements_text,
    period_text,
    subscripted,
    swatch,
)

OWN = LibraryEntry("/libraries/own.pigments", "Mock-ups")


@pytest.fixture
def rows(make_pigment):
    blue = {"group": ColourGroup.BLUE, "srgb": (30, 80, 160)}
    return tuple(
        PigmentRow(pigment, OWN)
        for pigment in (
            make_pigment("Smalt", "K2O·CoO·4SiO2", from_year=1550, to_year=1800, **blue),
            make_pigment("azurite", "2CuCO3·Cu(OH)2", to_year=1800, **blue),
            make_pigment("Prussian blue", "Fe4[Fe(CN)6]3", from_year=1706, **blue),
            make_pigment("Madder lake", ""),
        )
    )


@pytest.fixture
def proxy(qapp, rows):
    model = PigmentsModel()
    model.set_rows(rows)
    proxy = PigmentsProxy(model)
    proxy.model = model  # held as long as the proxy
    return proxy


def names(proxy):
    return [proxy.index(row, 0).data() for row in range(proxy.rowCount())]


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("2PbCO3·Pb(OH)2", "2PbCO₃·Pb(OH)₂"),
        ("Fe4[Fe(CN)6]3", "Fe₄[Fe(CN)₆]₃"),
        ("Na6.9Al5.6Si6.4O24S2", "Na₆.₉Al₅.₆Si₆.₄O₂₄S₂"),
        ("K2O*4ZnCrO4*3H2O", "K₂O*4ZnCrO₄*3H₂O"),
        ("HgS", "HgS"),
        ("", ""),
    ],
)
def test_numbers_of_atoms_are_set_low_and_factors_stay_on_the_line(formula, printed):
    assert subscripted(formula) == printed


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ((None, None), ""),
        ((1706, None), "from 1706"),
        ((None, 1800), "until 1800"),
        ((1550, 1800), "1550–1800"),
        ((-3000, 800), "3000 BC–800"),
    ],
)
def test_period_is_told_by_its_years_where_it_has_no_words(make_pigment, years, words):
    assert period_text(make_pigment(from_year=years[0], to_year=years[1])) == words


def test_words_of_the_period_come_before_its_years(make_pigment):
    assert period_text(make_pigment(period="Baroque", from_year=1600)) == "Baroque"


def test_formula_that_cannot_be_read_has_no_elements(make_pigment):
    assert elements_text(make_pigment(formula="Xq2")) == ""


def test_row_shows_name_formula_elements_period_library_and_source(proxy, rows):
    model = proxy.sourceModel()
    texts = [model.index(1, column).data() for column in range(model.columnCount())]
    assert texts == ["azurite", "2CuCO₃·Cu(OH)₂", "Cu, O, C, H", "until 1800", "Mock-ups", ""]
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(len(texts))]
    assert titles == ["Pigment", "Formula", "Elements", "Period", "Library", "Source"]
    assert model.index(1, 0).data(RowRole) is rows[1]


def test_tool_tip_tells_what_a_narrow_column_cuts_off(proxy):
    tip = proxy.sourceModel().index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[0] == "Smalt"
    assert "K₂O·CoO·4SiO₂: Si, K, Co, O" in tip
    assert "1550–1800" in tip
    assert "Library: Mock-ups" in tip


def test_names_are_in_the_order_of_letters_whatever_their_case(proxy):
    assert names(proxy) == ["azurite", "Madder lake", "Prussian blue", "Smalt"]


def test_period_is_in_the_order_of_years(proxy):
    proxy.sort(3, Qt.SortOrder.AscendingOrder)
    assert names(proxy) == ["azurite", "Smalt", "Prussian blue", "Madder lake"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(text="BLUE"), ["Prussian blue"]),
        (Filter(elements=("Co", "Si")), ["Smalt"]),
        (Filter(group=ColourGroup.RED), ["Madder lake"]),
        (Filter(year=1650), ["azurite", "Madder lake", "Smalt"]),
        (Filter(visibility=Level.INVISIBLE), ["Madder lake"]),
        (Filter(text="nothing of the kind"), []),
    ],
)
def test_filter_leaves_what_matches(proxy, wanted, found):
    proxy.set_filter(wanted)
    assert names(proxy) == found


def test_same_filter_is_told_once(proxy):
    told = []
    proxy.filter_changed.connect(told.append)
    for _ in range(2):
        proxy.set_filter(Filter(text="blue"))
    assert told == [Filter(text="blue")]


def test_formula_that_cannot_be_read_matches_no_element(proxy, make_pigment):
    proxy.sourceModel().set_rows((PigmentRow(make_pigment(formula="Xq2"), OWN),))
    proxy.set_filter(Filter(elements=("Fe",)))
    assert names(proxy) == []


def test_swatch_has_the_colour_and_a_rim(qapp):
    image = swatch((255, 255, 255), 14).toImage()
    assert (image.width(), image.devicePixelRatio()) == (28, 2)
    assert image.pixelColor(14, 14).getRgb() == (255, 255, 255, 255)
    assert image.pixelColor(14, 1).lightness() < 250


def test_icons_of_a_colour_are_painted_once(proxy, rows):
    model = proxy.sourceModel()
    icons = [model.index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in (0, 1)]
    assert icons[0].cacheKey() == icons[1].cacheKey()
