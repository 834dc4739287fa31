"""Finding pigments: by words, elements, colour, year and whether XRF sees them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.core.pigments import ColourGroup, Pigment
from app.core.visibility import Level, visibility

_BETWEEN = re.compile(r"[\s·•⋅∙*+‐‑–—-]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; whatever is left as it is matches everything.

    Parameters
    ----------
    text
        Words that must all occur, as a whole or in part, in name, synonyms, formula or notes;
        neither case nor accents nor hyphens matter.
    elements
        Symbols that must all be in the pigment.
    group
        By what colour it is sorted.
    year
        A year in which it was in use, negative before our era. A pigment whose beginning or
        end is unknown is taken as in use on that side.
    visibility
        Whether XRF sees it, in the reference situation of `app.core.visibility`.
    """

    text: str = ""
    elements: tuple[str, ...] = ()
    group: ColourGroup | None = None
    year: int | None = None
    visibility: Level | None = None


def matches(pigment: Pigment, wanted: Filter) -> bool:
    """Whether a pigment is what is looked for.

    Raises
    ------
    ParameterError
        If elements or visibility are looked for and a formula of the pigment cannot be read.
    """
    if wanted.group is not None and pigment.group != wanted.group:
        return False
    if wanted.year is not None and not _in_use(pigment, wanted.year):
        return False
    if wanted.text and not _has_words(pigment, wanted.text):
        return False
    if not set(wanted.elements) <= set(pigment.elements if wanted.elements else ()):
        return False
    return wanted.visibility is None or visibility(pigment).level == wanted.visibility


def search(pigments: Iterable[Pigment], wanted: Filter) -> tuple[Pigment, ...]:
    """Those that match, in their order; raises as `matches`."""
    return tuple(pigment for pigment in pigments if matches(pigment, wanted))


def _in_use(pigment: Pigment, year: int) -> bool:
    has_begun = pigment.from_year is None or pigment.from_year <= year
    return has_begun and (pigment.to_year is None or year <= pigment.to_year)


def _has_words(pigment: Pigment, text: str) -> bool:
    where = _plain(
        "\n".join(
            (
                pigment.name,
                *pigment.synonyms,
                pigment.formula,
                *(component.name for component in pigment.components),
                pigment.notes,
            )
        )
    )
    return all(word in where for word in _plain(text).split())


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """The text without case, accents, hyphens and subscripts."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in spread if not unicodedata.combining(character))
    return _BETWEEN.sub(" ", letters)
