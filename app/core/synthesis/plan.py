"""All that decides a synthetic scan besides the picture and the pigments themselves."""

from dataclasses import dataclass, field, replace

from app.core.parameters import check, parameter
from app.core.region import Region
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.size import LARGEST_SIDE

_PAPER_CHANNELS = 1024


@dataclass(frozen=True, slots=True)
class SynthesisParameters:
    """What a synthetic scan is made from, besides its recipe.

    Besides what a form asks for, `crop` is the part of the picture that is scanned, in its own
    rows and columns, None for all of it; `changes` are what was changed by hand.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    recipe: SynthesisRecipe = SynthesisRecipe()  # noqa: RUF009 - frozen
    spectrum: str = parameter("Rh 50 kV", label="Reference spectra")
    cols: int = parameter(
        0,
        label="Columns",
        minimum=0,
        maximum=LARGEST_SIDE,
        help="0 keeps the picture's size; the rows follow.",
    )
    step_mm: float = parameter(0.5, label="Step", unit="mm", minimum=0.001, maximum=100, decimals=3)

    is_quick: bool = parameter(
        False,
        label="Working file",
        help="Packed with LZ4: quicker to write and read, but other programs need its plug-in.",
    )
    crop: Region | None = None
    changes: Changes = field(default_factory=Changes)

    def __post_init__(self) -> None:
        check(self)


def as_in_the_paper(recipe: SynthesisRecipe, channels: int) -> SynthesisRecipe:
    """The recipe of the ganX paper: the same counts in every pixel, CIEDE2000, all pigments.

    Parameters
    ----------
    recipe
        Keeps its numbers of colours and its seed.
    channels
        Of the reference spectra; so many are joined that 1024 are left, or as near as whole
        numbers allow.

    Notes
    -----
    A. Bombini et al., arXiv:2304.14078. 400 counts, 1024 channels and a least similarity of 0.2
    are the defaults of the authors' program (github.com/androbomb/ganX).
    """
    return replace(
        recipe,
        similarity=Similarity.CIEDE2000,
        threshold=0.2,
        at_most=0,
        counts=400,
        noise=Noise.FIXED,
        by_luminosity=False,
        join=max(channels // _PAPER_CHANNELS, 1),
    )
