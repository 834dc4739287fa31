"""What decides a synthetic scan."""

from pathlib import Path

import pytest

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.plan import SynthesisParameters, as_in_the_paper
from app.errors import ParameterError


def test_the_paper_s_recipe_has_the_same_counts_everywhere_and_keeps_colours_and_seed():
    own = SynthesisRecipe(
        clusters=7,
        delta=1,
        similarity=Similarity.COSINE,
        at_most=3,
        counts=900,
        by_luminosity=True,
        seed=5,
    )
    paper = as_in_the_paper(own, 2048)
    assert (paper.noise, paper.counts, paper.by_luminosity) == (Noise.FIXED, 400, False)
    assert (paper.similarity, paper.threshold, paper.at_most) == (Similarity.CIEDE2000, 0.2, 0)
    assert (paper.clusters, paper.delta, paper.seed) == (7, 1, 5)
    assert paper.join == 2


@pytest.mark.parametrize(("channels", "join"), [(500, 1), (1024, 1), (4096, 4), (2000, 1)])
def test_channels_are_joined_to_about_those_of_the_paper(channels, join):
    assert as_in_the_paper(SynthesisRecipe(), channels).join == join


@pytest.mark.parametrize("values", [{"cols": -1}, {"cols": 20_001}, {"step_mm": 0.0}])
def test_values_out_of_their_limits_are_refused(values):
    with pytest.raises(ParameterError, match="out of its limits"):
        SynthesisParameters(**values)


def test_a_hidden_picture_needs_layers():
    with pytest.raises(ParameterError) as caught:
        SynthesisParameters(hidden=Path("under.png"))
    assert "without layers" in caught.value.message
    assert SynthesisParameters(physics=PhysicsRecipe(), hidden=Path("under.png")).hidden
