"""How large a set becomes."""

from pathlib import Path

import pytest
from PIL import Image

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.size import estimated
from app.engine.jobs import run_now
from app.engine.synthesis_pigments import palette_named
from app.engine.synthesis_set import planned_set
from app.engine.synthesis_set_size import picture_sizes, set_bytes
from app.io.variations import Variation

PICTURES = (Path("a.png"), Path("b.png"))
SIZES = {PICTURES[0]: (300, 200), PICTURES[1]: (100, 400)}


def scans(variations, **start):
    pigments = palette_named("lead white, azurite", has_layers=False)
    return planned_set(PICTURES, variations, SynthesisParameters(cols=200, **start), pigments)


def test_every_scan_counts_with_its_own_counts_and_channels():
    variations = (
        Variation("few", {"counts": 100, "join": 2}),
        Variation("deep", {"physics": True, "counts": 50}),
    )
    expected = sum(
        estimated(rows, 200, channels, counts, is_quick=False).file_bytes
        for rows in (300, 50)
        for channels, counts in ((1024, 100), (2048, 50))
    )
    assert set_bytes(scans(variations), SIZES, None) == expected


def test_it_is_not_known_while_sizes_or_counts_are_not():
    plain, timed = scans((Variation("v"),)), scans((Variation("v", {"noise": "dwell"}),))
    assert set_bytes(plain, {PICTURES[0]: (3, 4)}, None) is None
    assert set_bytes(timed, SIZES, None) is None
    recipe = SynthesisRecipe(noise=Noise.DWELL, dwell_s=0.5)
    one, two = (
        set_bytes(scans((Variation("v"),), recipe=recipe, physics=PhysicsRecipe()), SIZES, rate)
        for rate in (1000.0, 2000.0)
    )
    assert two > one


def test_what_is_no_picture_takes_nothing(tmp_path):
    good, bad = tmp_path / "a.png", tmp_path / "b.png"
    Image.new("RGB", (7, 5)).save(good)
    bad.write_bytes(b"nothing")
    sizes = run_now(lambda context: picture_sizes((good, bad), context))
    assert sizes == {good: (5, 7), bad: None}
    some = {PICTURES[0]: (300, 200), PICTURES[1]: None}
    whole = estimated(300, 200, 2048, 400, is_quick=False).file_bytes
    assert set_bytes(scans((Variation("v"),)), some, None) == pytest.approx(whole)
