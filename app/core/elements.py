"""The chemical elements up to uranium: symbols, names and places in the periodic table."""

from dataclasses import dataclass

_SYMBOLS_AND_NAMES = (
    "H:Hydrogen He:Helium Li:Lithium Be:Beryllium B:Boron C:Carbon N:Nitrogen O:Oxygen F:Fluorine "
    "Ne:Neon Na:Sodium Mg:Magnesium Al:Aluminium Si:Silicon P:Phosphorus S:Sulphur Cl:Chlorine "
    "Ar:Argon K:Potassium Ca:Calcium Sc:Scandium Ti:Titanium V:Vanadium Cr:Chromium Mn:Manganese "
    "Fe:Iron Co:Cobalt Ni:Nickel Cu:Copper Zn:Zinc Ga:Gallium Ge:Germanium As:Arsenic Se:Selenium "
    "Br:Bromine Kr:Krypton Rb:Rubidium Sr:Strontium Y:Yttrium Zr:Zirconium Nb:Niobium "
    "Mo:Molybdenum Tc:Technetium Ru:Ruthenium Rh:Rhodium Pd:Palladium Ag:Silver Cd:Cadmium "
    "In:Indium Sn:Tin Sb:Antimony Te:Tellurium I:Iodine Xe:Xenon Cs:Caesium Ba:Barium "
    "La:Lanthanum Ce:Cerium Pr:Praseodymium Nd:Neodymium Pm:Promethium Sm:Samarium Eu:Europium "
    "Gd:Gadolinium Tb:Terbium Dy:Dysprosium Ho:Holmium Er:Erbium Tm:Thulium Yb:Ytterbium "
    "Lu:Lutetium Hf:Hafnium Ta:Tantalum W:Tungsten Re:Rhenium Os:Osmium Ir:Iridium Pt:Platinum "
    "Au:Gold Hg:Mercury Tl:Thallium Pb:Lead Bi:Bismuth Po:Polonium At:Astatine Rn:Radon "
    "Fr:Francium Ra:Radium Ac:Actinium Th:Thorium Pa:Protactinium U:Uranium "
)

_NAMED = tuple(entry.partition(":")[::2] for entry in _SYMBOLS_AND_NAMES.split())

ELEMENTS: tuple[str, ...] = tuple(symbol for symbol, _ in _NAMED)
"""Symbols by atomic number: `ELEMENTS[25]` is iron, number 26."""

ELEMENT_NAMES: dict[str, str] = dict(_NAMED)
"""English name of every symbol."""

_NOBLE_GASES = (2, 10, 18, 36, 54, 86)


@dataclass(frozen=True, slots=True)
class TableCell:
    """One element's place in the periodic table.

    Parameters
    ----------
    symbol
        As "Fe".
    number
        Atomic number.
    row
        Period, 1 to 7; 8 and 9 are the separate rows of the lanthanides after lanthanum and
        the actinides after actinium.
    col
        Group, 1 to 18; in rows 8 and 9 the place under the table, 4 to 17.
    name
        English name.
    """

    symbol: str
    number: int
    row: int
    col: int
    name: str


def _cell(number: int) -> TableCell:
    row, col = _place(number)
    symbol = ELEMENTS[number - 1]
    return TableCell(symbol, number, row, col, ELEMENT_NAMES[symbol])


def _place(number: int) -> tuple[int, int]:
    """Row and column of an atomic number."""
    if number <= 2:
        return 1, 1 if number == 1 else 18
    for first, row in ((58, 8), (90, 9)):
        if first <= number < first + 14:
            return row, number - first + 4
    period = 1 + sum(number > gas for gas in _NOBLE_GASES)
    place = number - _NOBLE_GASES[period - 2]
    if period <= 3:
        return period, place if place <= 2 else place + 10
    # lanthanides and actinides stand below, so what follows them moves back by fourteen
    return period, place - 14 if period >= 6 and place > 3 else place


PERIODIC_TABLE: tuple[TableCell, ...] = tuple(
    _cell(number) for number in range(1, len(ELEMENTS) + 1)
)
"""All elements by atomic number, for a picker."""
