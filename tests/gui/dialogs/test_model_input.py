"""Energies and preparation of a network's input are asked, and become steps of its card."""

import pytest

from app.core.recolouring.card import PreparationStep, StepKind
from app.errors import ParameterError
from app.gui.dialogs.model_input import Compressed, Divided, InputChoice, InputForm, Standardised
from app.gui.recolour_values import TensorRow


def test_limits_become_bins_of_equal_width():
    energy = InputChoice(channels=500, low_kev=0.5, high_kev=38.5).energy
    assert energy.gain_kev == pytest.approx(0.076)
    assert energy.offset_kev == pytest.approx(0.538)
    assert energy.edges_kev[[0, -1]] == pytest.approx([0.5, 38.5])


def test_choices_become_steps_in_the_order_they_are_asked():
    choice = InputChoice(
        times=1000.0,
        divided=Divided.TOTAL,
        compressed=Compressed.LOG1P,
        standardised=Standardised.PIXEL,
        low="−2",
        high="5",
    )
    assert choice.steps == (
        PreparationStep(StepKind.RESAMPLE),
        PreparationStep(StepKind.BY_TOTAL, {"times": 1000.0}),
        PreparationStep(StepKind.LOG1P),
        PreparationStep(StepKind.STANDARDISE_PIXEL),
        PreparationStep(StepKind.CLIP, {"low": -2.0, "high": 5.0}),
    )
    assert InputChoice(resampled=False).steps == ()
    only = InputChoice(resampled=False, times=2.0, compressed=Compressed.LOG1P).steps
    assert only == (PreparationStep(StepKind.LOG1P, {"times": 2.0}),)


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"low": "a"}, "A limit is no number."),
        ({"times": 2.0}, "The factor cannot be used."),
    ],
)
def test_steps_that_make_no_sense_are_told(values, title):
    choice = InputChoice(**values)
    with pytest.raises(ParameterError) as told:
        _ = choice.steps
    assert told.value.title == title


def test_energies_that_fall_are_told():
    with pytest.raises(ParameterError, match=r"30 to 10 keV"):
        InputChoice(low_kev=30.0, high_kev=10.0)


def test_bins_that_the_graph_gives_are_not_asked_for(qtbot):
    form = InputForm(TensorRow("spectra", ("N", 500)))
    qtbot.addWidget(form)
    assert not form.form.editor("channels").isEnabled()
    assert form.value().channels == 500
    assert form.note == "500 bins of 81.92 eV; the first is centred at 0.04096 keV."


def test_channel_axis_decides_which_size_counts_the_bins(qtbot):
    form = InputForm(TensorRow("cube", (1, "rows", "cols", 300)))
    qtbot.addWidget(form)
    assert form.form.editor("channels").isEnabled()
    form.set_channel_axis(3)
    assert not form.form.editor("channels").isEnabled()
    assert form.value().channels == 300
