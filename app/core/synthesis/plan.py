"""All that decides a synthetic scan besides the picture and the pigments themselves."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.parameters import check, parameter
from app.core.region import Region
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.size import LARGEST_SIDE
from app.errors import ParameterError

_PAPER_CHANNELS = 1024


@dataclass(frozen=True, slots=True)
class SynthesisParameters:
    """What a synthetic scan is made from, besides its recipe.

    Besides what a form asks for, `crop` is the part of the picture that is scanned, in its own
    rows and columns, None for all of it; `changes` are what was changed by hand. With `physics`
    the spectra are computed from layers of paint; without, reference spectra are mixed. `hidden`
    is a picture of what was painted under the paint, for which physics is needed.

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
    physics: PhysicsRecipe | None = None
    hidden: Path | None = None

    def __post_init__(self) -> None:
        check(self)
        if self.hidden is not None and self.physics is None:
            raise ParameterError(
                "A hidden picture needs layers.",
                "Reference spectra are mixed without layers, so nothing can lie under the paint.",
                "Choose the scan computed by physics, or leave the hidden picture out.",
            )


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
