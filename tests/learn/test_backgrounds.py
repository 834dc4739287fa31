"""Expected spectra are those of the full computation, and what is added is what is told."""

import numpy as np
import pytest

from app.core.physics.materials import Layer, mixed
from app.core.physics.spectrum import computed_spectrum
from app.learn.backgrounds import shapes_of
from app.learn.instruments import draw_instrument
from app.learn.paints import materials_for
from app.learn.stacks import painted


@pytest.mark.validation
def test_expected_spectra_have_the_lines_of_the_full_computation(pigments, monkeypatch):
    """Against computed_spectrum of the same stack, with nothing drawn beside it."""
    monkeypatch.setattr(
        "app.learn.backgrounds.log_uniform", lambda rng, low, high, number: np.ones(number)
    )
    materials = materials_for(pigments)
    shares = np.eye(len(pigments))[:2]
    stacks = painted(pigments, shares, np.random.default_rng(5))
    instrument = draw_instrument("Rh", np.random.default_rng(6))

    class Zero:
        """Draws the least of each: no background, no stray lines."""

        def uniform(self, low, high, shape):
            return np.full(shape, low, float)

    shapes = shapes_of(stacks, instrument, materials, Zero())
    for shape, volumes, thickness in zip(
        shapes, stacks.layers.volumes, stacks.layers.thickness_um, strict=True
    ):
        stack = tuple(
            Layer("layer", mixed("mix", list(zip(materials, volume, strict=True))), float(depth))
            for volume, depth in zip(volumes, thickness, strict=True)
            if depth > 0
        )
        full = computed_spectrum(stack, instrument).counts
        full = full / full.sum()
        # total variation: what of the counts is elsewhere
        assert np.abs(shape - full).sum() / 2 < 0.02
