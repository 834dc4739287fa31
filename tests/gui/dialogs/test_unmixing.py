"""Into what a scan is to be unmixed is asked, and what cannot be used cannot be started."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.gui.dialogs.synthesis_pigments import PigmentChoice
from app.gui.dialogs.unmixing import (
    Into,
    Library,
    Part,
    Scatter,
    UnmixChoice,
    UnmixDetails,
    UnmixDialog,
    without_region,
)


@pytest.fixture
def libraries(make_pigment):
    def spectrum(label):
        counts = np.ones(4, np.float32)
        return PigmentSpectrum(label, SpectrumKind.COMPUTED, EnergyAxis(0, 1), counts)

    ochre = make_pigment(spectra=(spectrum("Rh 50 kV"), spectrum("Mo 40 kV")))
    white = make_pigment("Titanium white, anatase", "TiO2", spectra=(spectrum("Rh 50 kV"),))
    lake = make_pigment("Madder lake", "")
    return Library("Velatura", (ochre, white, lake)), Library("Mine", (ochre,))


@pytest.fixture
def make(qtbot, libraries):
    def make(choice=None, region="rows 1–2, columns 2–5"):
        dialog = UnmixDialog(choice or UnmixChoice(), libraries, ("ELIO", "Mistral"), region=region)
        qtbot.addWidget(dialog)
        return dialog

    return make


def offered(dialog):
    return [dialog.spectra.itemText(place) for place in range(dialog.spectra.count())]


@pytest.mark.parametrize(
    "choice",
    [
        UnmixChoice(library="Velatura"),
        UnmixChoice(library="Mine", spectrum="Mo 40 kV"),
        UnmixChoice(library="Velatura", names=("Red ochre",), instrument="Mistral"),
        UnmixChoice(
            Into.COMPONENTS,
            "Velatura",
            details=UnmixDetails(5, 7, Part.REGION, Scatter.OWN, True, False),
        ),
    ],
)
def test_choice_goes_in_and_comes_out(make, choice):
    assert make(choice).values() == choice


def test_spectra_are_references_of_the_pigments_and_instruments(make):
    assert [text for text in offered(make()) if text] == [
        "References “Rh 50 kV”",
        "References “Mo 40 kV”",
        "Computed for ELIO",
        "Computed for Mistral",
    ]


def test_pigments_are_chosen_from_a_list_and_may_have_commas_in_their_names(make, qtbot):
    dialog = make()
    assert dialog.pigments_button.text() == "All 3 pigments…"
    dialog.choose_pigments()
    choice = dialog.findChild(PigmentChoice)
    assert choice.windowTitle() == "Pigments to unmix into"
    # what has neither composition nor spectrum is not there
    assert choice.list.count() == 2
    from PySide6.QtCore import Qt

    choice.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    choice.accept()
    assert dialog.values().names == ("Titanium white, anatase",)
    assert [item.name for item in dialog.pigments] == ["Titanium white, anatase"]
    assert dialog.pigments_button.text() == "1 of 3 pigments…"
    assert "References “Mo 40 kV”" not in offered(dialog)


def test_another_library_begins_with_all_of_its_pigments(make):
    dialog = make(UnmixChoice(names=("Red ochre",)))
    dialog.library.setCurrentText("Mine")
    assert dialog.values().names == ()
    assert dialog.pigments_button.text() == "All 1 pigments…"


def test_components_need_no_pigments(make):
    dialog = make(UnmixChoice(names=("Gone",)))
    assert not dialog.start.isEnabled()
    dialog.into.setCurrentText(Into.COMPONENTS.value)
    assert dialog.start.isEnabled()
    assert not dialog.library.isEnabled()
    assert dialog.form.editor("components").isEnabled()
    dialog.into.setCurrentText(Into.PIGMENTS.value)
    assert not dialog.form.editor("components").isEnabled()


def test_region_is_offered_only_where_one_is_drawn(make):
    assert make().form.editor("part").isEnabled()
    assert make().form.editor("part").toolTip() == "rows 1–2, columns 2–5"
    dialog = make(without_region(UnmixChoice(details=UnmixDetails(part=Part.REGION))), region="")
    assert not dialog.form.editor("part").isEnabled()
    assert dialog.values().details.part is Part.SCAN
