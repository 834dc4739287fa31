"""A report before it has pages: sections with facts, plates, tables and curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one below the other.

    Parameters
    ----------
    rows
        Name and value of each; an empty value is told as unknown.
    """

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is told in words.

    Parameters
    ----------
    texts
        A paragraph each.
    is_warning
        Whether the reader must not miss it.
    """

    texts: tuple[str, ...]
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head.

    Parameters
    ----------
    head
        One text for each column.
    rows
        Texts, as many as the head has.
    shares
        Of the page's width that each column has; they need not sum to 1.
    numbers
        Columns, from 0 on, whose texts are numbers and stand on the right.
    swatches
        A colour before the first text of each row, or none.

    Raises
    ------
    ValueError
        If a row has another number of texts than the head.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...] = ()
    numbers: frozenset[int] = frozenset()
    swatches: tuple[Colour, ...] = ()

    def __post_init__(self) -> None:
        columns = len(self.head)
        if any(len(row) != columns for row in self.rows):
            raise ValueError(f"every row of this table needs {columns} texts")
        if len(self.shares) not in (0, columns) or len(self.swatches) not in (0, len(self.rows)):
            raise ValueError("shares are needed for every column, swatches for every row")


@dataclass(frozen=True, slots=True)
class ColourBar:
    """What the colours of a plate stand for.

    Parameters
    ----------
    display
        Colour map and scale.
    limits
        Values of the first and the last colour.
    unit
        Of the values.
    """

    display: MapDisplay
    limits: tuple[float, float]
    unit: str = "counts"


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A picture with what is needed to read it.

    Parameters
    ----------
    title
        Above it.
    rgb
        Colours of shape (rows, cols, 3 or 4), uint8; pixels are drawn as blocks, nothing is
        interpolated.
    caption
        Below it, a line each.
    aspect
        Distance between rows divided by that between columns.
    scale_bar
        Length in mm and in columns; None where the step is not known.
    bar
        None where the colours stand for themselves.
    """

    title: str
    rgb: NDArray[np.uint8]
    caption: tuple[str, ...] = ()
    aspect: float = 1.0
    scale_bar: tuple[float, float] | None = None
    bar: ColourBar | None = None


@dataclass(frozen=True, slots=True)
class Plates:
    """Plates beside and below each other.

    Parameters
    ----------
    plates
        In their order.
    beside
        How many stand beside each other.
    """

    plates: tuple[Plate, ...]
    beside: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A spectrum.

    Parameters
    ----------
    name
        "sum", "mean" or its own.
    counts
        Shape (channels,).
    axis
        Energy axis; None where it is not known.
    labels
        Places (keV, or channels without an axis) and names of lines.
    caption
        Below it.
    """

    name: str
    counts: NDArray[Any]
    axis: EnergyAxis | None
    labels: tuple[tuple[float, str], ...] = ()
    caption: str = ""


Part: TypeAlias = Facts | Sentences | Table | Plates | Curve


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it.

    Parameters
    ----------
    heading
        Its title.
    parts
        In their order.
    on_new_page
        Whether it begins a page.
    """

    heading: str
    parts: tuple[Part, ...]
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Parameters
    ----------
    title
        On its first page, and the running head of the others.
    subtitle
        Below the title.
    sections
        In their order.
    date
        When what it tells of was done, as ISO 8601; stands in the file's properties. Empty
        where it is not known.
    foot
        At the foot of every page.
    keywords
        For the file's properties.
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    date: str = ""
    foot: str = ""
    keywords: tuple[str, ...] = ()
