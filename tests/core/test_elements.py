"""The periodic table."""

import pytest

from app.core.elements import ELEMENT_NAMES, ELEMENTS, PERIODIC_TABLE


def test_symbols_agree_with_the_physics_library():
    import xraylib

    assert [xraylib.SymbolToAtomicNumber(symbol) for symbol in ELEMENTS] == list(range(1, 93))


@pytest.mark.parametrize(
    ("symbol", "number", "row", "col", "name"),
    [
        ("H", 1, 1, 1, "Hydrogen"),
        ("He", 2, 1, 18, "Helium"),
        ("Al", 13, 3, 13, "Aluminium"),
        ("Fe", 26, 4, 8, "Iron"),
        ("La", 57, 6, 3, "Lanthanum"),
        ("Ce", 58, 8, 4, "Cerium"),
        ("Lu", 71, 8, 17, "Lutetium"),
        ("Hf", 72, 6, 4, "Hafnium"),
        ("Pb", 82, 6, 14, "Lead"),
        ("Ac", 89, 7, 3, "Actinium"),
        ("U", 92, 9, 6, "Uranium"),
    ],
)
def test_elements_stand_where_the_periodic_table_has_them(symbol, number, row, col, name):
    cell = PERIODIC_TABLE[number - 1]
    assert (cell.symbol, cell.number, cell.row, cell.col) == (symbol, number, row, col)
    assert cell.name == ELEMENT_NAMES[symbol] == name


def test_no_two_elements_share_a_place():
    assert len({(cell.row, cell.col) for cell in PERIODIC_TABLE}) == 92
