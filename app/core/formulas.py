"""Chemical formulas as conservators write them, and what they weigh."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from app.core.elements import ELEMENT_NAMES, ELEMENTS
from app.errors import ParameterError

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_DOTS = "·•⋅*∙"
_OPENING, _CLOSING = "([{", ")]}"
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_LONGEST = 200
_DEEPEST = 10


class FormulaError(ParameterError):
    """A formula that cannot be read.

    Parameters
    ----------
    position
        Index into the formula's text where reading stopped.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        shown = f"{text[:position]}⟨{text[position : position + 1] or 'end'}⟩{text[position + 1 :]}"
        super().__init__(
            f"The formula “{text}” cannot be read.",
            f"At character {position + 1}, {shown}: {reason}",
            "Write it like 2PbCO3·Pb(OH)2, with capital and small letters as in the elements.",
        )
        self.position = position
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Parameters
    ----------
    text
        As it was written.
    atoms
        Symbol and number of atoms in the formula unit, in order of appearance.
    """

    text: str
    atoms: tuple[tuple[str, float], ...]

    @property
    def mass_fractions(self) -> Mapping[str, float]:
        """Share of each element in the mass."""
        return mass_fractions(self.text)


class _Reader:
    """Reads one formula from left to right, keeping the place for error messages."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = text.translate(_SUBSCRIPTS)
        self.at = 0

    def fail(self, reason: str, position: int | None = None) -> FormulaError:
        return FormulaError(self.original, self.at if position is None else position, reason)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_spaces(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def number(self) -> float | None:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            return None
        value = float(match[0])
        if value == 0:
            raise self.fail("a number of atoms is above 0.")
        self.at = match.end()
        return value

    def whole(self) -> dict[str, float]:
        """Parts joined by dots, each with a factor before it."""
        atoms: dict[str, float] = {}
        while True:
            self.skip_spaces()
            factor = self.number() or 1.0
            self.skip_spaces()
            _add(atoms, self.group(0), factor)
            self.skip_spaces()
            if not self.peek():
                return atoms
            if self.peek() not in _DOTS:
                raise self.fail(f"“{self.peek()}” does not belong in a formula.")
            self.at += 1

    def group(self, depth: int) -> dict[str, float]:
        """Elements and brackets until something else comes."""
        atoms: dict[str, float] = {}
        begin = self.at
        while True:
            part = self.part(depth)
            if part is None:
                break
            self.skip_spaces()
            _add(atoms, part, self.number() or 1.0)
            self.skip_spaces()
        if self.at == begin:
            found = self.peek()
            raise self.fail(
                f"an element is expected, not “{found}”." if found else "an element is expected."
            )
        return atoms

    def part(self, depth: int) -> dict[str, float] | None:
        character = self.peek()
        if character and character in _OPENING:
            return self.bracket(depth)
        match = _ELEMENT.match(self.text, self.at)
        if match is None:
            return None
        # "CO" is carbon and oxygen in a known order of capitals; "Xy" is nothing
        symbol = match[0]
        if symbol not in ELEMENT_NAMES:
            raise self.fail(f"there is no element “{symbol}” up to uranium.")
        self.at = match.end()
        return {symbol: 1.0}

    def bracket(self, depth: int) -> dict[str, float]:
        opened = self.at
        if depth == _DEEPEST:
            raise self.fail("brackets are nested too deeply.")
        closing = _CLOSING[_OPENING.index(self.peek())]
        self.at += 1
        self.skip_spaces()
        atoms = self.group(depth + 1)
        if self.peek() != closing:
            if not self.peek():
                raise self.fail(f"this bracket is never closed with “{closing}”.", opened)
            raise self.fail(f"“{closing}” or an element is expected.")
        self.at += 1
        return atoms


def parse_formula(text: str) -> Formula:
    """Read a formula such as "2PbCO3·Pb(OH)2", "Fe₄[Fe(CN)₆]₃" or "K2O*4ZnCrO4*3H2O".

    Numbers may have decimals and be written as subscripts; parts joined by a dot (·, •, *) may
    have a factor before them; brackets may be round, square or curly.

    Raises
    ------
    FormulaError
        If it cannot be read; `position` says where.
    """
    if len(text) > _LONGEST:
        raise FormulaError(text[:40] + "…", 40, f"it has more than {_LONGEST} characters.")
    atoms = _Reader(text).whole()
    return Formula(text, tuple(atoms.items()))


@lru_cache(maxsize=512)
def mass_fractions(text: str) -> Mapping[str, float]:
    """Share of each element in the mass of a compound; the same unchangeable table each time.

    Raises
    ------
    FormulaError
        If the formula cannot be read.
    """
    import xraylib

    masses = {
        symbol: count * xraylib.AtomicWeight(ELEMENTS.index(symbol) + 1)
        for symbol, count in parse_formula(text).atoms
    }
    total = sum(masses.values())
    return MappingProxyType({symbol: mass / total for symbol, mass in masses.items()})


def _add(atoms: dict[str, float], more: Mapping[str, float], factor: float) -> None:
    for symbol, count in more.items():
        atoms[symbol] = atoms.get(symbol, 0.0) + factor * count
