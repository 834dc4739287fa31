"""Synthetic spectra of painted layers with their colours, to train and to test networks.

Random stacks of the pigments of the shipped library under random instruments, their spectra by
fundamental parameters (`app.core.physics.forward`), their colours those of the mixtures by
Kubelka and Munk, so that input and target agree. `LEFT_OUT` says what real paintings have
besides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.line_shapes import families_of, family_shape
from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Material, material
from app.core.pigments import BINDERS, ColourGroup, Pigment
from app.core.resampling import channel_edges
from app.core.synthesis.kubelka_munk import km_colour

FloatArray = NDArray[np.float64]

CHANNELS = 512
"""Bins of the networks' energy axis."""

GAIN_KEV = 0.08
"""Width of a bin; the axis begins at 0 keV, so bins' centres lie at 0.04, 0.12, … keV."""

TRAINING_ANODES = ("Rh", "Mo", "Ag", "Cr")
UNSEEN_ANODE = "W"
"""No network learns from spectra of this tube: they show what an unknown one does."""

COUNTS = (50.0, 50_000.0)
"""Total counts of a spectrum, drawn evenly on a logarithmic scale."""

GAIN_ERROR = 0.01
OFFSET_ERROR_KEV = 0.03
"""How far an axis is off at most."""

LEFT_OUT = (
    "secondary fluorescence is approximated; left out: pile-up; pores, grains, rough and curved "
    "surfaces; paint between two areas; more than one coat of paint; restorations; copper, slate "
    "and stone supports; nails, stretchers and walls behind the painting; colours through thin "
    "coats, varnish and ageing (a colour is that of an opaque coat of the mixture, and a "
    "pigment has one colour whatever its grain)"
)

FREQUENCY = MappingProxyType(
    {
        **dict.fromkeys(("lead-white", "vermilion", "yellow-ochre"), 8.0),
        **dict.fromkeys(("red-ochre", "azurite", "lead-tin-yellow-i", "bone-black"), 6.0),
        **dict.fromkeys(("carbon-black", "umber", "zinc-white", "titanium-white"), 5.0),
        **dict.fromkeys(("natural-ultramarine", "smalt", "green-earth", "verdigris"), 4.0),
        **dict.fromkeys(("red-lead", "malachite", "madder-lake", "artificial-ultramarine"), 3.0),
        **dict.fromkeys(("chrome-yellow", "cadmium-yellow", "cadmium-red", "viridian"), 3.0),
        **dict.fromkeys(("prussian-blue", "cobalt-blue", "burnt-sienna", "copper-resinate"), 3.0),
        **dict.fromkeys(("haematite", "raw-sienna", "naples-yellow", "carmine-lake"), 2.0),
        **dict.fromkeys(("chalk", "gypsum", "orpiment", "gold-leaf", "emerald-green"), 2.0),
        **dict.fromkeys(("cerulean-blue", "chromium-oxide-green", "burnt-umber"), 2.0),
        **dict.fromkeys(("indigo", "bole", "shell-gold", "egyptian-blue"), 1.0),
    }
)
"""How often a pigment is taken, against `RARE` for each of the others. A judgement of what is
common on European panels and canvases, not a count."""

RARE = 0.3

_OIL, _VARNISH, _CELLULOSE = "linseed oil", "varnish", "wood"
_GROUNDS = ("chalk", "gypsum", "lead-white")
_MODERN_GROUNDS = ("titanium-white", "lithopone", "zinc-white")
_MODERN_GROUND_SHARE = 0.25
# metals about instrument, frame and wall, and how much of a spectrum their lines are at most
_STRAY = ("Ti", "Fe", "Ni", "Cu", "Zn")
_STRAY_SHARE = 0.005
_HISTORIC_YEAR = 1750
_FINE = 1024
_LIGHTEST_SHARE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Stacks:
    """Random painted stacks.

    Parameters
    ----------
    layers
        Varnish, paint, ground, support.
    shares
        Of the pigments in the paint's pigment, shape (stacks, pigments), rows sum to 1.
    srgb
        The paint's colour, 0 to 1, shape (stacks, 3).
    grounds
        Place of the ground's pigment among the pigments, −1 without a ground, shape (stacks,).
    """

    layers: LayerStacks
    shares: FloatArray
    srgb: FloatArray
    grounds: NDArray[np.intp]

    def part(self, rows: NDArray[np.intp]) -> "Stacks":
        """Some of the stacks."""
        layers = LayerStacks(self.layers.volumes[rows], self.layers.thickness_um[rows])
        return Stacks(layers, self.shares[rows], self.srgb[rows], self.grounds[rows])


@dataclass(frozen=True, slots=True)
class Measuring:
    """How spectra of a set are counted.

    Parameters
    ----------
    counts
        Total counts, lowest and highest.
    gain_error
        Relative, at most; or, if `is_fixed`, exactly.
    offset_error_kev
        Likewise, keV.
    is_fixed
        Whether the errors have these values in every spectrum.
    """

    counts: tuple[float, float] = COUNTS
    gain_error: float = GAIN_ERROR
    offset_error_kev: float = OFFSET_ERROR_KEV
    is_fixed: bool = False


def materials_for(pigments: Sequence[Pigment]) -> tuple[Material, ...]:
    """What stacks are mixed of: the dry pigments, then oil, varnish and wood."""
    oil, density = BINDERS["linseed oil"]
    return (
        *(pigment.dry() for pigment in pigments),
        material(_OIL, mass_fractions(oil), density),
        # dammar and mastic: triterpenes
        material(_VARNISH, mass_fractions("C30H48O3"), 1.07),
        # wood, and canvas that is glued to it
        material(_CELLULOSE, mass_fractions("C6H10O5"), 0.6),
    )


def draw_shares(pigments: Sequence[Pigment], number: int, rng: np.random.Generator) -> FloatArray:
    """Shares of the pigments in random paints, rows sum to 1, shape (paints, pigments).

    Two of three palettes are of before 1750. A paint has one to three pigments; half of the
    mixtures have lead white among them. Leaf metal is alone.
    """
    names = [pigment.id for pigment in pigments]
    return np.stack([_paint_shares(pigments, names, rng) for _ in range(number)])


def painted(pigments: Sequence[Pigment], shares: FloatArray, rng: np.random.Generator) -> Stacks:
    """Random stacks with one coat of each paint.

    The paint is 5–50 µm thick and has 0.7 to 1.3 times its pigments' usual share of the volume,
    in oil; leaf metal is 0.2–5 µm and pure. Grounds are of chalk, gypsum or lead white in oil,
    30–300 µm, a quarter of titanium white, lithopone or zinc white instead; one in ten has none.
    Two in five have 5–30 µm of varnish; the support is 0.5–15 mm of wood or canvas.
    """
    names, number = [pigment.id for pigment in pigments], len(shares)
    volumes = np.zeros((number, 4, len(pigments) + 3))
    oil, varnish, cellulose = (len(pigments) + place for place in range(3))
    leaf = shares @ np.array([pigment.binder == "none" for pigment in pigments]) > 0
    usual = shares @ np.array([pigment.volume_fraction for pigment in pigments])
    fraction = np.where(leaf, 1.0, np.clip(usual * rng.uniform(0.7, 1.3, number), 0.03, 0.7))
    volumes[:, 1, : len(pigments)] = shares * fraction[:, None]
    volumes[:, 1, oil] = 1 - fraction
    volumes[:, 0, varnish] = volumes[:, 3, cellulose] = 1.0
    old, modern = (
        rng.choice([names.index(name) for name in kind], number)
        for kind in (_GROUNDS, _MODERN_GROUNDS)
    )
    grounds = np.where(rng.random(number) < _MODERN_GROUND_SHARE, modern, old)
    ground_share = rng.uniform(0.3, 0.6, number)
    volumes[np.arange(number), 2, grounds] = ground_share
    volumes[:, 2, oil] = 1 - ground_share
    thickness = np.stack(
        [
            rng.uniform(5, 30, number) * (rng.random(number) < 0.4),
            np.where(leaf, _log_uniform(rng, 0.2, 5, number), _log_uniform(rng, 5, 50, number)),
            _log_uniform(rng, 30, 300, number) * (rng.random(number) < 0.9),
            _log_uniform(rng, 500, 15_000, number),
        ],
        axis=1,
    )
    volumes[thickness == 0] = 0.0
    colours = np.array([pigment.srgb for pigment in pigments], np.float64)
    srgb = km_colour(shares, colours) / 255.0
    grounds = np.where(thickness[:, 2] > 0, grounds, -1)
    return Stacks(LayerStacks(volumes, thickness), shares, srgb, grounds)


def _paint_shares(
    pigments: Sequence[Pigment], names: Sequence[str], rng: np.random.Generator
) -> FloatArray:
    """Shares of the pigments in one paint, shape (pigments,)."""
    is_historic = rng.random() < 2 / 3
    known = [
        place
        for place, pigment in enumerate(pigments)
        if not is_historic or (pigment.from_year or 0) < _HISTORIC_YEAR
    ]
    often = np.array([FREQUENCY.get(names[place], RARE) for place in known])
    shares = np.zeros(len(pigments))
    first = int(rng.choice(known, p=often / often.sum()))
    if pigments[first].binder == "none":
        shares[first] = 1.0
        return shares
    often *= [pigments[place].group is not ColourGroup.METAL for place in known]
    count = int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]))
    chosen = {first}
    if count > 1 and rng.random() < 0.5:
        chosen.add(names.index("lead-white"))
    while len(chosen) < count:
        chosen.add(int(rng.choice(known, p=often / often.sum())))
    parts = np.maximum(rng.dirichlet(np.ones(len(chosen))), _LIGHTEST_SHARE)
    shares[sorted(chosen)] = parts / parts.sum()
    return shares


def draw_instrument(anode: str, rng: np.random.Generator) -> Instrument:
    """A scanner with such a tube; all else at random within what is in use."""
    has_optic = rng.random() < 0.3
    return Instrument(
        name=f"{anode} at random",
        anode=anode,
        tube_kv=round(float(rng.uniform(30, 50)), 1),
        take_off_degrees=float(rng.choice([12.0, 20.0, 45.0])),
        tube_window_um=float(rng.choice([75.0, 125.0, 250.0])),
        optic_cutoff_kev=float(rng.choice([13.0, 18.0])) if has_optic else 0.0,
        incidence_degrees=float(rng.choice([90.0, 60.0, 45.0])),
        exit_degrees=round(float(rng.uniform(40, 60)), 1),
        scatter_degrees=round(float(rng.uniform(90, 150)), 1),
        path="helium" if rng.random() < 0.35 else "air",
        beam_path_mm=round(float(rng.uniform(10, 80)), 1),
        path_mm=round(float(rng.uniform(8, 25)), 1),
        detector_window_um=float(rng.choice([8.0, 12.5, 25.0])),
        detector_mm=float(rng.choice([0.45, 0.5])),
        resolution_ev=round(float(rng.uniform(125, 160)), 1),
        live_time_s=1.0,
        gain_kev=0.04,
        offset_kev=0.02,
        channels=_FINE,
    )


def shapes_of(
    stacks: Stacks,
    instrument: Instrument,
    materials: Sequence[Material],
    rng: np.random.Generator,
    tell: Callable[[str], None] = lambda _: None,
) -> FloatArray:
    """Expected spectra, each of sum 1, in channels of 40 eV, shape (stacks, 1024).

    Scatter is 1 to 40 times what the stack alone gives (evenly on a logarithmic scale), as
    scans of paintings have it (`app.core.physics.spectrum`), argon 0.3 to 3 times. Smooth
    background and lines of the instrument's metals are added, see `_background` and `_stray`.
    """
    tell(f"{len(stacks.srgb)} stacks under {instrument.anode} at {instrument.tube_kv:g} kV")
    lines, scatter, argon = ForwardModel(instrument, materials, secondary=True).expected_parts(
        stacks.layers
    )
    number = len(lines)
    lines += scatter * _log_uniform(rng, 1, 40, number)[:, None]
    lines += argon * _log_uniform(rng, 0.3, 3, number)[:, None]
    total = lines.sum(axis=1, keepdims=True)
    lines += total * (_background(instrument, number, rng) + _stray(instrument, number, rng))
    return np.asarray(lines / lines.sum(axis=1, keepdims=True))


def _background(instrument: Instrument, number: int, rng: np.random.Generator) -> FloatArray:
    """What lies under the lines, as shares of the counts, shape (spectra, channels).

    A hump about 4–14 keV and one about 15–35 keV, as far scatter and the detector's shelf make,
    each up to 15 % of the counts, and up to 5 % that fall off from 0 keV, as charge that is
    collected in part.
    """
    energies = instrument.axis.energies_kev(instrument.channels)
    found = np.zeros((number, len(energies)))
    for peaks, widths in (((4, 14), (3, 9)), ((15, 35), (5, 15))):
        peak, width = rng.uniform(*peaks, (number, 1)), rng.uniform(*widths, (number, 1))
        hump = np.exp(-0.5 * ((energies - peak) / width) ** 2) * (energies < instrument.tube_kv)
        found += hump / hump.sum(axis=1, keepdims=True) * rng.uniform(0, 0.15, (number, 1))
    falling = np.exp(-energies / rng.uniform(0.5, 3, (number, 1)))
    found += falling / falling.sum(axis=1, keepdims=True) * rng.uniform(0, 0.05, (number, 1))
    return found


def _stray(instrument: Instrument, number: int, rng: np.random.Generator) -> FloatArray:
    """K lines of metals that are not the painting's, each up to 0.5 % of the counts."""
    edges = channel_edges(instrument.axis, instrument.channels)
    found = np.zeros((number, instrument.channels))
    for symbol in _STRAY:
        shape = np.zeros(instrument.channels)
        for family in families_of(symbol, instrument.tube_kv):
            if family.shell == "K":
                shape += family.strength * family_shape(family, edges, instrument.resolution_ev)
        found += rng.uniform(0, _STRAY_SHARE, (number, 1)) * shape / shape.sum()
    return found


def counted(shapes: FloatArray, how: Measuring, rng: np.random.Generator) -> NDArray[np.float32]:
    """Counts drawn by Poisson on the networks' axis, the scan's axis being a little wrong.

    Parameters
    ----------
    shapes
        As `shapes_of` gives them.
    how
        How many counts, and how far the axis is off.

    Returns
    -------
    ndarray
        Shape (spectra, 512).
    """
    edges = np.arange(CHANNELS + 1) * GAIN_KEV
    own = np.arange(_FINE + 1) * 0.04
    drawn = np.zeros((len(shapes), CHANNELS), np.float32)
    for row, shape in zip(drawn, shapes, strict=True):
        gain, offset = how.gain_error, how.offset_error_kev
        if not how.is_fixed:
            gain, offset = rng.uniform(-gain, gain), rng.uniform(-offset, offset)
        # the file says that a photon of energy E has E · (1 + gain) + offset
        said = own * (1 + gain) + offset
        sums = np.concatenate([[0.0], np.cumsum(shape)])
        expected = np.diff(np.interp(edges, said, sums, left=0.0, right=1.0))
        low, high = np.log(how.counts)
        total = np.exp(rng.uniform(low, high))
        row[:] = rng.poisson(np.maximum(expected, 0.0) * total)
    return drawn


def _log_uniform(rng: np.random.Generator, low: float, high: float, number: int) -> FloatArray:
    return np.exp(rng.uniform(np.log(low), np.log(high), number))
