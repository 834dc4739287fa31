"""What the paint of a painting computed by physics is mixed from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.synthesis.changes import Changes, mixed_by
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.kubelka_munk import km_mixture
from app.core.synthesis.layers_recipe import Mixing, PhysicsRecipe
from app.core.synthesis.mixing import weights

FloatArray = NDArray[np.float64]


def shares_of(
    colours: FloatArray,
    pigments: Sequence[Pigment],
    recipe: SynthesisRecipe,
    physics: PhysicsRecipe,
    changes: Changes,
) -> FloatArray:
    """Share of every pigment in paint of these colours, shape (colours, pigments).

    Parameters
    ----------
    colours
        sRGB 0..255, shape (colours, 3).

    Raises
    ------
    ParameterError
        If there is no pigment or a change does not fit.
    """
    srgb = np.array([pigment.srgb for pigment in pigments], np.float64)
    rule = recipe.rule

    def mix(wanted: FloatArray) -> FloatArray:
        if physics.mixing is Mixing.KUBELKA_MUNK:
            return km_mixture(wanted, srgb, rule.at_most)
        return weights(wanted, srgb, rule)

    names = [pigment.name for pigment in pigments]
    return mixed_by(mix, colours, names, srgb, rule, changes)
