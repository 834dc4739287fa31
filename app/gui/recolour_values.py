"""What the recolouring's panel and views show, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

Srgb = tuple[int, int, int]


class Standing(StrEnum):
    """What a model is worth for the scan that is open, in the words the list shows."""

    FITS = "fits"
    DOUBTFUL = "doubtful"
    UNFIT = "does not fit"
    NO_CARD = "needs a card"
    BROKEN = "cannot be used"
    OPEN = "no scan"

    @property
    def can_run(self) -> bool:
        """Whether the scan can be recoloured with it."""
        return self in (Standing.FITS, Standing.DOUBTFUL)


class Look(StrEnum):
    """What is drawn of a recoloured picture."""

    COLOUR = "Predicted colour"
    FADED = "Colour, faded where uncertain"
    HATCHED = "Colour, hatched where uncertain"
    UNCERTAINTY = "Uncertainty"
    NOVELTY = "Novelty"
    MAP = "Predicted map"
    RESIDUAL = "Predicted less measured"


MAP_LOOKS = (Look.MAP, Look.RESIDUAL)
"""Those that are of one element."""


class Place(StrEnum):
    """Where it is drawn."""

    BESIDE = "Beside the map"
    INSTEAD = "In place of the map"
    HIDDEN = "Not shown"


class Part(StrEnum):
    """Which pixels are recoloured."""

    SCAN = "Whole scan"
    REGION = "Region only"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model as listed.

    Parameters
    ----------
    key
        By which the program knows it: its path.
    name, task, origin
        In words: "KNN 10", "colour", "shipped".
    standing
        What it is worth for the open scan.
    sentences
        Why, a sentence each.
    facts
        Of its card: what each is, and what the card says.
    """

    key: str
    name: str
    task: str
    origin: str
    standing: Standing
    sentences: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessorRow:
    """What can compute.

    Parameters
    ----------
    key
        As the engine knows it: "auto", "cpu", "cuda" and so on.
    reason
        Why it is not available; empty when it is.
    """

    key: str
    name: str
    reason: str = ""

    @property
    def is_available(self) -> bool:
        """Whether it can be chosen."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class PixelColour:
    """The colour predicted for one pixel.

    Parameters
    ----------
    place
        In words: "row 3, col 4".
    srgb
        0..255 each; None while it is being computed or where there is none.
    facts
        What else is known of it, in words each: "± 9 of 255", "novelty 0.12".
    note
        Why there is no colour, or how it came about.
    """

    place: str
    srgb: Srgb | None = None
    facts: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What an element does to a colour.

    Parameters
    ----------
    element
        Its symbol.
    delta_e
        How far the colour moves without it, CIEDE2000.
    srgb
        The colour without it, 0..255 each.
    """

    element: str
    delta_e: float
    srgb: Srgb


@dataclass(frozen=True, slots=True)
class ColourReasons:
    """What speaks for a colour, and which others could be there instead.

    Parameters
    ----------
    place
        What was asked about, in words.
    srgb
        The predicted colour.
    effects
        Elements that made it, the strongest first.
    alternatives
        Pigments that XRF cannot tell apart here: name and colour.
    sentence
        What follows from that.
    facts
        What else is known of the colour, in words each.
    """

    place: str
    srgb: Srgb
    effects: tuple[EffectRow, ...] = ()
    alternatives: tuple[tuple[str, Srgb], ...] = ()
    sentence: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TensorRow:
    """An input or output of a network.

    Parameters
    ----------
    shape
        Sizes; a name or None where the graph leaves a size open.
    """

    name: str
    shape: tuple[int | str | None, ...]

    @property
    def words(self) -> str:
        """Its shape in words: "(N, 500)"."""
        sizes = ("any" if size in (None, "") else str(size) for size in self.shape)
        return f"({', '.join(sizes)})"


@dataclass(frozen=True, slots=True)
class GraphRow:
    """What a network takes and gives, for who writes its card."""

    name: str
    inputs: tuple[TensorRow, ...]
    outputs: tuple[TensorRow, ...]
    sha256: str = ""


def hex_text(srgb: Srgb) -> str:
    """A colour as #RRGGBB."""
    return "#{:02X}{:02X}{:02X}".format(*srgb)
