"""The ganX way to a synthetic scan: palette, pigments for each colour, counts for each pixel.

A. Bombini et al., "ganX — generate artificially new XRF", arXiv:2304.14078: the picture's colours
are clustered, every cluster is given pigments by the likeness α of their colours, its expected
spectrum is Σ αᵢ hᵢ with the normalised reference spectra hᵢ, and each pixel draws its counts from
it. So spectra are mixed linearly: what layers, grains and enhancement do to each other is not in
it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.parameters import check, parameter
from app.core.physics.counting import dead_share
from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress
from app.core.provenance import InputFile, Step
from app.core.synthesis.changes import Changes, mixture
from app.core.synthesis.mixing import MixingRule, Similarity
from app.core.synthesis.paints import Paints, paints
from app.core.synthesis.palette import Palette, find_palette
from app.core.synthesis.sampling import SpectrumTables, draw_row, tables
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

# the darkest pixel still gets this share of the counts of the brightest
_DARKEST = 0.1
# Rec. 709 luminance of linear light
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


class Noise(StrEnum):
    """How the number of counts of a pixel comes about."""

    FIXED = "fixed"
    POISSON = "poisson"
    DWELL = "dwell"


@dataclass(frozen=True, slots=True)
class SynthesisRecipe:
    """All that decides a synthetic scan besides picture and pigments.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    clusters: int = parameter(10, label="Colours", minimum=1, maximum=200)
    delta: int = parameter(
        2, label="Colours more or fewer to try", minimum=0, maximum=50, help="0 for exactly these."
    )
    patience: int = parameter(3, label="Tries without gain", minimum=1, maximum=100)
    similarity: Similarity = parameter(Similarity.CIEDE2000, label="Similarity of colours")
    threshold: float = parameter(
        0.8, label="Least similarity", minimum=0.0, maximum=1.0, decimals=2
    )
    at_most: int = parameter(
        0, label="Pigments per colour at most", minimum=0, maximum=100, help="0 for no limit."
    )
    counts: int = parameter(
        400,
        label="Counts per pixel",
        minimum=1,
        maximum=10_000_000,
        help="On average; without meaning where the dwell time decides.",
    )
    noise: Noise = parameter(Noise.POISSON, label="Number of counts")
    dwell_s: float = parameter(
        1.0,
        label="Dwell time",
        unit="s",
        minimum=1e-6,
        maximum=1e5,
        decimals=6,
        help="Real time at each point, where it decides the counts.",
    )
    dead_time_us: float = parameter(
        0.0,
        label="Dead time",
        unit="µs",
        minimum=0,
        maximum=1000,
        decimals=3,
        help="How long each count keeps the counter busy, where the dwell time decides; 0 for "
        "a counter that loses nothing.",
    )
    by_luminosity: bool = parameter(
        False, label="Brighter pixels have more counts", help="In proportion to their luminance."
    )
    join: int = parameter(
        1,
        label="Channels joined",
        minimum=1,
        maximum=1024,
        help="So many channels of the reference spectra become one.",
    )
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1)

    def __post_init__(self) -> None:
        check(self)
        if self.clusters - self.delta < 1:
            raise ParameterError(
                "These numbers of colours cannot be tried.",
                f"Found {self.clusters} ± {self.delta}; the smallest must be at least 1.",
                "Try fewer below.",
            )

    @property
    def rule(self) -> MixingRule:
        """How pigments are chosen for a colour."""
        return MixingRule(self.similarity, self.threshold, self.at_most)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is true about a synthetic scan.

    Parameters
    ----------
    picture
        sRGB of every pixel, shape (rows, cols, 3), uint8.
    palette
        Labels and colours of the clusters.
    paints
        The pigments with their colours and normalised reference spectra.
    shares
        Share of every pigment in every cluster, shape (clusters, pigments), rows sum to 1.
    expected
        Expected spectrum of every cluster, normalised, shape (clusters, channels).
    numbers
        Counts of every pixel, shape (rows, cols), int64.
    changes
        What was changed by hand; `shares` has it in it.
    """

    picture: NDArray[np.uint8]
    palette: Palette
    paints: Paints
    shares: FloatArray
    expected: FloatArray
    numbers: NDArray[np.int64]
    changes: Changes = field(default_factory=Changes)

    @property
    def pigments(self) -> tuple[str, ...]:
        """Names of the pigments."""
        return self.paints.names

    def abundances(self) -> NDArray[np.float32]:
        """Share of every pigment in every pixel, shape (pigments, rows, cols)."""
        return np.moveaxis(self.shares[self.palette.labels], -1, 0).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticScan:
    """A synthetic scan, its counts drawn when they are asked for, with its truth."""

    cube: SpectralCube
    truth: Truth
    recipe: SynthesisRecipe


class DrawnCounts:
    """Counts of shape (rows, cols, channels) that are drawn whenever a part is read.

    Every row has random numbers of its own, so that the same part is the same each time,
    however the scan is read. Nothing is kept: a scan of any size takes the memory of one block.
    """

    def __init__(
        self,
        source: SpectrumTables,
        labels: NDArray[np.unsignedinteger],
        numbers: NDArray[np.int64],
        seed: int,
    ) -> None:
        self._source, self._labels, self._numbers, self._seed = source, labels, numbers, seed
        most = int(numbers.max(initial=0))
        self.dtype: np.dtype[Any] = np.dtype(np.uint16 if most <= 0xFFFF else np.uint32)
        self.shape: tuple[int, ...] = (*labels.shape, source.channels)

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        rows = np.arange(self.shape[0])[parts[0]]
        counts = np.empty((np.size(rows), *self.shape[1:]), self.dtype)
        self._draw(np.atleast_1d(rows), counts)
        rest = (0,) if np.ndim(rows) == 0 else (slice(None),)
        return counts[(*rest, *parts[1:])]

    def read_rows(self, first: int, counts: NDArray[np.unsignedinteger]) -> None:
        """Draw whole rows into an array of their own type, shape (rows, cols, channels)."""
        self._draw(np.arange(first, first + len(counts)), counts)

    def _draw(self, rows: NDArray[np.int64], counts: NDArray[np.unsignedinteger]) -> None:
        for row, place in zip(rows, counts, strict=True):
            draw_row(
                self._source, self._labels[row], self._numbers[row], self._seed, int(row), place
            )


def generate(
    picture: NDArray[np.uint8],
    pigments: Sequence[Pigment],
    spectrum: str,
    recipe: SynthesisRecipe,
    *,
    changes: Changes | None = None,
    details: Mapping[str, Any] | None = None,
    name: str = "synthetic",
    inputs: tuple[InputFile, ...] = (),
    progress: Progress = no_progress,
) -> SyntheticScan:
    """Make a scan of a picture whose colours are mixed from pigments.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8: one pixel for each point of the scan.
    pigments
        What may be on the palette; each needs a spectrum of that label.
    spectrum
        Label of the reference spectra to use, "Rh 50 kV".
    recipe
        Numbers, noise and seed.
    changes
        Colours and shares changed by hand, by the numbers of the palette this recipe finds.
    details
        What else belongs into the step: how the picture was cut and made smaller.
    name
        Of the scan.
    inputs
        The file the picture came from.

    Returns
    -------
    SyntheticScan
        Its counts are not yet drawn.

    Raises
    ------
    ParameterError
        If there is no pigment, one has no such spectrum, their energy axes differ, or a
        change does not fit the palette.
    """
    chosen = paints(pigments, spectrum, recipe.join)
    palette = find_palette(
        picture,
        recipe.clusters,
        recipe.delta,
        recipe.patience,
        seed=recipe.seed,
        progress=progress,
    )
    truth = composed(picture, palette, chosen, recipe, changes or Changes())
    made = {"spectrum": spectrum, **(details or {})}
    return SyntheticScan(_cube(truth, recipe, made, name, inputs), truth, recipe)


def _cube(
    truth: Truth,
    recipe: SynthesisRecipe,
    details: Mapping[str, Any],
    name: str,
    inputs: tuple[InputFile, ...],
) -> SpectralCube:
    """The cube of a truth, with the step that says how it was made."""
    known = {**asdict(recipe), "pigments": truth.pigments, "changes": truth.changes.to_plain()}
    return SpectralCube(
        drawn(truth, recipe),
        truth.paints.axis,
        name=name,
        format="computed",
        inputs=inputs,
        steps=(Step("synthesise", {**known, **details}, inputs, seed=recipe.seed),),
    )


def composed(
    picture: NDArray[np.uint8],
    palette: Palette,
    chosen: Paints,
    recipe: SynthesisRecipe,
    changes: Changes,
) -> Truth:
    """Mix the pigments for a palette and decide how many counts each pixel has.

    Raises
    ------
    ParameterError
        If a change does not fit the palette or the pigments.
    """
    shares = mixture(palette.colours, chosen, recipe.rule, changes)
    expected, means = mixed_spectra(shares, chosen, recipe)
    return Truth(
        picture=picture,
        palette=palette,
        paints=chosen,
        shares=shares,
        expected=expected,
        numbers=counts_of_pixels(picture, recipe, means[palette.labels]),
        changes=changes,
    )


def mixed_spectra(
    shares: FloatArray, chosen: Paints, recipe: SynthesisRecipe
) -> tuple[FloatArray, FloatArray]:
    """Expected spectrum and expected number of counts of every colour.

    Parameters
    ----------
    shares
        Of the pigments in each colour, shape (colours, pigments), rows sum to 1.

    Returns
    -------
    expected
        Each of sum 1, shape (colours, channels): the normalised references mixed. Where the
        dwell time decides they are mixed as they are, each with the counts per second it was
        made with, as if the pigments lay side by side.
    means
        Counts, shape (colours,). By dwell they are the rate times the dwell time, less what
        comes while the counter is busy (G. F. Knoll, Radiation Detection and Measurement,
        chapter 4: a dead time that later photons do not prolong).

    Raises
    ------
    ParameterError
        If the dwell time decides and a reference spectrum has no live time.
    """
    if recipe.noise is not Noise.DWELL:
        return shares @ chosen.spectra, np.full(len(shares), float(recipe.counts))
    rates = np.full(len(chosen.names), np.nan) if chosen.rates is None else chosen.rates
    unknown = [name for name, rate in zip(chosen.names, rates, strict=True) if np.isnan(rate)]
    if unknown:
        raise ParameterError(
            "The counts cannot follow from the dwell time.",
            f"The reference spectra of {', '.join(unknown)} have no live time.",
            "Give a number of counts per pixel, or choose spectra with a live time.",
        )
    mixed = (shares * rates) @ chosen.spectra
    totals = mixed.sum(axis=1)
    dead = np.array([dead_share(float(rate), recipe.dead_time_us * 1e-6) for rate in totals])
    return mixed / totals[:, None], totals * recipe.dwell_s * (1 - dead)


def drawn(truth: Truth, recipe: SynthesisRecipe) -> DrawnCounts:
    """The counts that belong to a truth: always the same, bit for bit.

    Labels, expected spectra, numbers of counts and the seed decide them alone, so that a scan
    can be made again from the truth in its file whatever the programs that found the palette.
    """
    return DrawnCounts(tables(truth.expected), truth.palette.labels, truth.numbers, recipe.seed)


def counts_of_pixels(
    picture: NDArray[np.uint8], recipe: SynthesisRecipe, means: FloatArray | None = None
) -> NDArray[np.int64]:
    """Number of counts of every pixel, shape (rows, cols).

    Without luminosity the pixels expect `means`, shape (rows, cols), or `recipe.counts` where
    none are given. With it these are changed
    in proportion to 0.1 + 0.9 · luminance, which is 1 on average: black paint, too, scatters
    and fluoresces. Poisson numbers are drawn row by row from the seed.
    """
    rows, cols = picture.shape[:2]
    expected = np.empty((rows, cols))
    expected[:] = recipe.counts if means is None else means
    if recipe.by_luminosity:
        light = _DARKEST + (1 - _DARKEST) * _linear(picture) @ _LUMINANCE
        expected *= light / light.mean()
    if recipe.noise is Noise.FIXED:
        return np.round(expected).astype(np.int64)
    numbers = np.empty((rows, cols), np.int64)
    for row in range(rows):
        # a third number keeps these apart from the draws of the same row
        generator = np.random.Generator(np.random.SFC64([recipe.seed, row, 1]))
        numbers[row] = generator.poisson(expected[row])
    return numbers


def _linear(picture: NDArray[np.uint8]) -> FloatArray:
    """Linear light of sRGB, 0..1 (IEC 61966-2-1)."""
    steps = np.arange(256) / 255.0
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    return table[picture]
