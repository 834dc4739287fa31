"""The sample scan: a painting that never was, measured by a scanner that only computes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube
from app.core.emission import EmissionLine
from app.core.progress import Progress, no_progress
from app.core.provenance import Step
from app.core.sample_physics import (
    HIDDEN_PIGMENT,
    MATERIALS,
    SamplePhysics,
    SampleRecipe,
    mass_fractions,
    poisson_counts,
)
from app.core.sample_picture import PIGMENTS, draw

__all__ = [
    "HIDDEN_PIGMENT",
    "MATERIALS",
    "SamplePhysics",
    "SampleRecipe",
    "SampleScan",
    "make_sample",
    "mass_fractions",
    "pigment_masses",
    "poisson_counts",
]

FloatArray = NDArray[np.float64]

# colour of each pigment, sRGB
_COLOURS = {
    "lead white": (238, 232, 214),
    "vermilion": (200, 52, 36),
    "azurite": (52, 92, 142),
    "malachite": (70, 122, 88),
    "lead-tin yellow": (232, 206, 96),
    "yellow ochre": (186, 132, 62),
    "bone black": (36, 32, 30),
}


@dataclass(frozen=True, slots=True, eq=False)
class SampleScan:
    """The sample with what is true about it.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels), uint16.
    materials
        Names of the pigments.
    masses
        Pigment in every pixel, mg/cm², shape (materials, rows, cols), float32.
    labels
        Number of the pigment of which most shows, shape (rows, cols), uint8.
    picture
        What the eye sees, sRGB, shape (rows, cols, 3), uint8.
    lines
        The emission lines that were computed.
    recipe
        How it was made.
    """

    cube: SpectralCube
    materials: tuple[str, ...]
    masses: NDArray[np.float32]
    labels: NDArray[np.uint8]
    picture: NDArray[np.uint8]
    lines: tuple[EmissionLine, ...]
    recipe: SampleRecipe


def make_sample(recipe: SampleRecipe | None = None, progress: Progress = no_progress) -> SampleScan:
    """Compute the sample scan; the same recipe gives the same counts.

    Notes
    -----
    Fundamental parameters of plane layers (J. Sherman, Spectrochim. Acta 7 (1955) 283) with
    cross sections from xraylib: air, paint, the hidden layer, a chalk ground and canvas, each
    excited by a Kramers continuum with the K lines of rhodium, absorbing on the way in and
    out. Rayleigh and Compton scatter at 90° likewise. Left out: secondary excitation, escape
    and pile-up peaks, dead time. Counts are Poisson.
    """
    recipe = recipe or SampleRecipe()
    masses = pigment_masses(recipe)
    physics = SamplePhysics(recipe)
    counts = np.empty((recipe.rows, recipe.cols, recipe.channels), np.uint16)
    for row in range(recipe.rows):
        counts[row] = physics.measured_row(masses, row)
        progress((row + 1) / recipe.rows, "Computing spectra")
    visible = masses[:-1]
    return SampleScan(
        cube=_cube(counts, recipe),
        materials=MATERIALS,
        masses=masses.astype(np.float32),
        labels=visible.argmax(axis=0).astype(np.uint8),
        picture=_picture(visible),
        lines=physics.lines,
        recipe=recipe,
    )


def pigment_masses(recipe: SampleRecipe) -> FloatArray:
    """Pigments in every pixel, mg/cm², shape (materials, rows, cols), in order of `MATERIALS`."""
    painting = draw(recipe.rows, recipe.cols)
    return np.stack([*(painting.visible[name] for name in PIGMENTS), painting.hidden])


def _cube(counts: NDArray[np.uint16], recipe: SampleRecipe) -> SpectralCube:
    parameters = {name: getattr(recipe, name) for name in recipe.__slots__}
    return SpectralCube(
        counts=counts,
        axis=EnergyAxis(0.0, recipe.gain_kev, source="recipe of the sample"),
        acquisition=Acquisition(
            tube_anode="Rh",
            tube_kv=recipe.tube_kv,
            step_mm=(recipe.step_mm, recipe.step_mm),
            detectors=("computed",),
        ),
        name="sample",
        format="computed",
        steps=(Step("synthesise sample", parameters, seed=recipe.seed, time="", versions={}),),
    )


def _picture(visible: FloatArray) -> NDArray[np.uint8]:
    """Colours of the upper paint, mixed as light by mass: near enough for a thumbnail."""
    colours = (np.array([_COLOURS[name] for name in PIGMENTS]) / 255.0) ** 2.2
    # black and red colour far more than their mass, white far less
    strength = np.array([0.5, 1.6, 1.0, 1.0, 0.9, 1.1, 3.0])[:, None, None] * visible
    mixed = np.tensordot(strength, colours, axes=(0, 0)) / strength.sum(axis=0)[..., None]
    return np.round(255 * mixed ** (1 / 2.2)).astype(np.uint8)
