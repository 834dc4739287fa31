"""What the parts say, as parameters."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog

from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.errors import ParameterError
from app.gui.dialogs.synthesis_inputs import (
    channels_of,
    palette_key,
    parameters_of,
    physics_of,
    recipe_of,
    show_parameters,
    show_size,
)
from app.gui.dialogs.synthesis_layout import SynthesisWidgets

LAYERS = SynthesisParameters(
    SynthesisRecipe(noise=Noise.DWELL, dwell_s=0.25, dead_time_us=3.5, seed=4),
    spectrum="",
    physics=PhysicsRecipe(
        instrument="Mo", materials=33, binder="egg tempera", ground=Ground.GYPSUM, gain_percent=1.25
    ),
    hidden=Path("under.png"),
)


@pytest.fixture
def widgets(instruments, qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    return SynthesisWidgets(dialog, instruments)


def test_everything_of_layers_goes_in_and_comes_out(widgets):
    show_parameters(widgets, LAYERS)
    assert parameters_of(widgets, Changes()) == LAYERS
    show_parameters(widgets, SynthesisParameters(spectrum=""))
    assert physics_of(widgets) is None
    assert parameters_of(widgets, Changes()).hidden is None


def test_numbers_of_the_other_mode_cannot_be_wrong(widgets):
    widgets.fields["clusters"].setValue(1)
    with pytest.raises(ParameterError):
        recipe_of(widgets)
    widgets.mode.set_layers(True)
    assert recipe_of(widgets).clusters == 10


def test_a_palette_depends_on_the_numbers_of_its_mode(widgets):
    plain = palette_key(widgets)
    widgets.fields["materials"].setValue(7)
    assert palette_key(widgets) == plain
    widgets.mode.set_layers(True)
    layers = palette_key(widgets)
    widgets.fields["clusters"].setValue(7)
    assert palette_key(widgets) == layers


def test_channels_are_the_instrument_s_or_the_references(widgets, paintbox):
    widgets.counts.set_labels(("Rh 50 kV",))
    assert channels_of(widgets, paintbox) == 60
    widgets.mode.set_layers(True)
    assert channels_of(widgets, paintbox) == 256


def test_how_large_a_timed_scan_will_be_is_said_when_its_counts_are_known(widgets, paintbox):
    show_parameters(widgets, LAYERS)
    widgets.picture.set_picture(np.zeros((20, 30, 3), np.uint8), 20, 30, ())
    show_size(widgets, paintbox, None)
    assert widgets.picture.words == ""
    show_size(widgets, paintbox, 150.0)
    assert "256 channels" in widgets.picture.words
