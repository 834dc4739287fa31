"""The card of a network that has none is asked for, and what makes no sense is said."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from app.core.recolouring.card import Layout, ModelOutput, OutputKind, TaskKind
from app.gui.dialogs.model_card import NOT_USED, ModelCardDialog
from app.gui.recolour_values import GraphRow, TensorRow

PIXEL = GraphRow(
    "my network",
    (TensorRow("spectra", ("N", 500)),),
    (TensorRow("out", ("N", 3)), TensorRow("log_var", ("N", 1)), TensorRow("zz", ("N", 8))),
    "ab" * 32,
)
IMAGE = GraphRow(
    "unet",
    (TensorRow("cube", (1, 500, "rows", "cols")),),
    (TensorRow("rgb", (1, 3, "rows", "cols")),),
)


@pytest.fixture
def make(qtbot):
    def make(graph=PIXEL, words=""):
        dialog = ModelCardDialog(graph, words)
        qtbot.addWidget(dialog)
        return dialog

    return make


def save(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def test_card_of_a_pixel_network_is_filled_from_its_graph(make):
    dialog = make()
    card = dialog.values()
    assert card.name == "my network"
    assert card.task is TaskKind.RGB
    assert card.layout is Layout.PIXEL
    assert card.receptive_field_px == 0
    assert card.sha256 == "ab" * 32
    assert [item.channels for item in card.inputs] == [500]
    assert card.outputs == (
        ModelOutput("out", OutputKind.RGB),
        ModelOutput("log_var", OutputKind.LOG_VARIANCE),
    )
    assert dialog.meanings["zz"].currentText() == NOT_USED
    assert save(dialog).isEnabled()


def test_what_is_known_of_the_training_goes_onto_the_card(make):
    dialog = make()
    about = dialog.about
    about.editor("authors").setText("A. Author; B. Writer")
    about.editor("tube_anode").setText("Mo")
    about.editor("tube_kv").setValue(40.0)
    about.editor("name").setText("net 2")
    card = dialog.values()
    assert card.name == "net 2"
    assert card.authors == ("A. Author", "B. Writer")
    assert card.trained_on == {"tube_anode": "Mo", "tube_kv": 40.0}


def test_maps_need_their_elements(make):
    dialog = make()
    dialog.meanings["out"].setCurrentText("maps of elements")
    assert not save(dialog).isEnabled()
    assert dialog.problem
    dialog.elements["out"].setText("Fe, Cu, Pb")
    dialog.meanings["log_var"].setCurrentText(NOT_USED)
    assert dialog.problem == ""
    card = dialog.values()
    assert card.task is TaskKind.MAPS
    assert card.outputs == (ModelOutput("out", OutputKind.MAPS, ("Fe", "Cu", "Pb")),)


def test_card_without_colour_or_maps_cannot_be_written(make):
    dialog = make()
    dialog.meanings["out"].setCurrentText(NOT_USED)
    assert dialog.problem.startswith("No output is a colour or a map.")
    assert not save(dialog).isEnabled()


def test_energies_that_make_no_sense_are_told(make):
    dialog = make(words="The scan covers 0 to 40 keV.")
    dialog.inputs["spectra"].form.editor("high_kev").setValue(-1.0)
    assert "rise" in dialog.problem
    dialog.inputs["spectra"].form.editor("high_kev").setValue(38.5)
    assert dialog.problem == ""


def test_image_network_asks_for_order_and_receptive_field(make):
    dialog = make(IMAGE)
    card = dialog.values()
    assert card.layout is Layout.IMAGE_CHANNELS_FIRST
    assert [item.channels for item in card.inputs] == [500]
    dialog.field.setText("142")
    assert dialog.values().receptive_field_px == 142
    dialog.field.setText("")
    assert dialog.values().receptive_field_px is None
    dialog.field.setText("wide")
    assert dialog.problem.startswith("The receptive field is no number of pixels.")
