"""Editors of a synthetic scan's numbers."""

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, Mixing, PhysicsRecipe, Support
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.plan import SynthesisParameters
from app.gui.dialogs.synthesis_fields import TEXTS, Fields


@pytest.fixture
def fields(qapp):
    return Fields(SynthesisRecipe, SynthesisParameters, PhysicsRecipe)


def test_values_are_the_defaults_at_first(fields):
    assert SynthesisRecipe(**fields.values(SynthesisRecipe)) == SynthesisRecipe()
    assert SynthesisParameters(**fields.values(SynthesisParameters)) == SynthesisParameters()


def test_every_value_goes_in_and_comes_out(fields, qtbot):
    recipe = SynthesisRecipe(
        clusters=7,
        delta=1,
        patience=2,
        similarity=Similarity.COSINE,
        threshold=0.35,
        at_most=3,
        counts=12_000,
        noise=Noise.FIXED,
        by_luminosity=True,
        join=4,
        seed=2**31 - 1,
    )
    told = []
    fields.changed.connect(lambda: told.append(1))
    fields.set_values(recipe)
    assert told == [1]
    fields.set_values(SynthesisParameters(cols=120, step_mm=0.25, is_quick=True))
    assert SynthesisRecipe(**fields.values(SynthesisRecipe)) == recipe
    assert fields.values(SynthesisParameters) == {"cols": 120, "step_mm": 0.25, "is_quick": True}


def test_editors_know_their_limits_and_names(fields):
    clusters = fields["clusters"]
    assert isinstance(clusters, QSpinBox)
    assert (clusters.minimum(), clusters.maximum()) == (1, 200)
    assert isinstance(fields["noise"], QComboBox)
    assert isinstance(fields["by_luminosity"], QCheckBox)
    assert fields["seed"].accessibleName() == "Seed"
    assert fields.label("threshold").text() == "Least similarity"
    assert fields.label("threshold", "at least").buddy() is fields["threshold"]


def test_each_choice_has_words_of_its_own():
    assert set(TEXTS) == {*Similarity, *Noise, *Mixing, *Ground, *Support}
    assert len(set(TEXTS.values())) == len(TEXTS)


def test_every_change_is_told(fields, qtbot):
    for name, change in (
        ("clusters", lambda editor: editor.setValue(9)),
        ("threshold", lambda editor: editor.setValue(0.5)),
        ("noise", lambda editor: editor.setCurrentIndex(0)),
        ("is_quick", lambda editor: editor.setChecked(True)),
    ):
        with qtbot.waitSignal(fields.changed):
            change(fields[name])
