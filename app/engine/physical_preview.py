"""A look at a scan of layers of paint while its recipe is being edited."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import PaintLook, paint_look, paint_sketch
from app.core.synthesis.physical import PhysicalPlan
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.sketch import Sketch
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.physical_synthesis import covering
from app.engine.scan_picture import scan_picture
from app.errors import ParameterError


def sketched_layers(
    srgb: NDArray[np.uint8],
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    hidden: NDArray[np.uint8] | None,
    context: JobContext,
) -> PaintLook:
    """The colours of a picture and a look at them; sketches and a first look come in between.

    Parameters
    ----------
    srgb
        The whole picture, shape (rows, cols, 3), uint8.
    pigments, parameters, hidden
        As `looked_at`.

    Raises
    ------
    ParameterError
        If the picture cannot be cut or made smaller like this, or as `looked_at`; that of the
        first look is not raised, as all colours are worth having.
    """
    picture = scan_picture(srgb, parameters)

    def on_first(first: Sketch) -> None:
        context.partial(first)
        with suppress(ParameterError):
            context.partial(looked_at(first, pigments, parameters, hidden, context))

    physics = parameters.physics or PhysicsRecipe()
    found = paint_sketch(picture, parameters.recipe, physics, on_first, context.progress)
    context.partial(found)
    return looked_at(found, pigments, parameters, hidden, context)


def looked_at(
    sketch: Sketch,
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    hidden: NDArray[np.uint8] | None,
    context: JobContext,
) -> PaintLook:
    """Compute and draw some pixels of a scan of layers.

    Parameters
    ----------
    sketch
        Has the pixels and the colours.
    parameters
        As for the scan; without a recipe of layers the usual one is taken.
    hidden
        The whole hidden picture, shape (rows, cols, 3), uint8; None for none.

    Raises
    ------
    ParameterError
        If the instrument is not known, or as `app.core.synthesis.paint_look.paint_look`.
    """
    physics = parameters.physics or PhysicsRecipe()
    plan = PhysicalPlan(
        Instruments().named(physics.instrument), parameters.recipe, physics, parameters.changes
    )
    below = None if hidden is None else covering(hidden, (sketch.rows, sketch.cols))
    return paint_look(sketch, pigments, plan, below, context.progress)
