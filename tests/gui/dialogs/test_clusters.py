"""What can be decided about clusters is asked, and what cannot be used is said."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from app.core.clustering.features import Transform
from app.errors import ParameterError
from app.gui.dialogs.clusters import ClusterChoice, ClusterDialog, Compared, Part


@pytest.fixture
def make(qtbot):
    def make(choice=None, *, has_axis=True, region="rows 1–2, columns 2–5"):
        dialog = ClusterDialog(choice or ClusterChoice(), has_axis=has_axis, region=region)
        qtbot.addWidget(dialog)
        return dialog

    return make


def start(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def test_choice_goes_in_and_comes_out(make):
    choice = ClusterChoice(
        numbers="8",
        compared=Compared.MAPS,
        elements="Fe, Cu,Pb_Lb",
        part=Part.REGION,
        transform=Transform.STANDARD,
        seed=7,
    )
    assert make(choice).values() == choice
    assert choice.names == ("Fe", "Cu", "Pb_Lb")
    assert make().values() == ClusterChoice()


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("numbers", "", "number of clusters"),
        ("numbers", "12..4", "number of clusters"),
        ("numbers", "0", "number of clusters"),
        ("elements", "Fe, Xx", "Xx"),
    ],
)
def test_what_cannot_be_used_is_said_as_typed(make, field, text, words):
    dialog = make(ClusterChoice(compared=Compared.MAPS, elements="Fe"))
    assert start(dialog).isEnabled()
    dialog.form.editor(field).setText(text)
    assert words in dialog.form.problem
    assert not start(dialog).isEnabled()


def test_maps_need_an_element():
    with pytest.raises(ParameterError, match="no maps"):
        ClusterChoice(compared=Compared.MAPS, elements=" , ")


def test_elements_do_not_matter_for_spectra():
    assert ClusterChoice(elements="Xx").names == ("Xx",)


def test_elements_can_be_named_for_maps_alone(make):
    dialog = make()
    assert not dialog.form.editor("elements").isEnabled()
    dialog.form.set_values(ClusterChoice(compared=Compared.MAPS, elements="Fe"))
    assert dialog.form.editor("elements").isEnabled()


def test_without_axis_there_are_spectra_alone_and_without_region_everything(make):
    dialog = make(has_axis=False, region="")
    assert not dialog.form.editor("compared").isEnabled()
    assert not dialog.form.editor("part").isEnabled()
    assert "Draw a region" in dialog.form.editor("part").toolTip()
    assert make().form.editor("part").isEnabled()
