"""Counts, reference spectra and the paper's recipe."""

import pytest

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.gui.dialogs.synthesis_counts import CountsPanel
from app.gui.dialogs.synthesis_fields import Fields


@pytest.fixture
def panel(qtbot):
    panel = CountsPanel(Fields(SynthesisRecipe, SynthesisParameters, PhysicsRecipe))
    qtbot.addWidget(panel)
    return panel


def test_the_chosen_spectra_stay_chosen_while_they_are_offered(panel, qtbot):
    panel.set_labels(("Rh 50 kV", "Mo 40 kV"))
    panel.spectrum.setCurrentIndex(1)
    with qtbot.assertNotEmitted(panel.spectrum_changed):
        panel.set_labels(("W 40 kV", "Mo 40 kV"))
    assert panel.label == "Mo 40 kV"


def test_other_spectra_are_told(panel, qtbot):
    with qtbot.waitSignal(panel.spectrum_changed):
        panel.set_labels(("Rh 50 kV",))
    with qtbot.waitSignal(panel.spectrum_changed):
        panel.set_labels(())
    assert panel.label == ""


def test_the_paper_can_be_asked_for(panel, qtbot):
    with qtbot.waitSignal(panel.paper_requested):
        panel.paper.click()
