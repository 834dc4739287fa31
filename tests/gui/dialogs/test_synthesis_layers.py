"""Paint, layers, scanner and faults: what does not apply is not asked for."""

from pathlib import Path

import pytest

from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_layers import FaultsPanel, LayersPanel, PaintPanel, ScannerPanel


@pytest.fixture
def fields(qapp):
    return Fields(PhysicsRecipe)


@pytest.fixture
def layers(fields, qtbot):
    panel = LayersPanel(fields)
    qtbot.addWidget(panel)
    return panel


def test_a_ground_s_thickness_is_asked_for_where_there_is_a_ground(layers, fields):
    assert layers.form.is_shown("ground_um")
    fields.set_values(PhysicsRecipe(ground=Ground.NONE))
    assert not layers.form.is_shown("ground_um")


def test_hidden_paint_is_asked_for_where_something_is_hidden(layers):
    assert not layers.form.is_shown("hidden_um")
    layers.hidden.set_path(Path("a.png"))
    assert layers.form.is_shown("hidden_um")
    assert layers.form.is_shown("hidden_materials")


def test_an_instrument_is_chosen_by_its_name_and_described(fields, instruments, qtbot):
    panel = ScannerPanel(fields, instruments)
    qtbot.addWidget(panel)
    assert panel.instrument.name == "Rh"
    with qtbot.waitSignal(panel.changed):
        panel.set_name("Mo")
    assert panel.words.startswith("Mo tube at 40 kV, 256 channels of 100 eV")
    panel.set_name("gone")
    assert panel.instrument.name == "Rh"


def test_without_instruments_that_is_said(fields, qtbot):
    panel = ScannerPanel(fields, ())
    qtbot.addWidget(panel)
    assert panel.instrument is None
    assert panel.words == "There is no instrument."


def test_all_numbers_of_the_recipe_have_a_place(fields, layers, instruments, qtbot):
    paint, faults = PaintPanel(fields), FaultsPanel(fields)
    scanner = ScannerPanel(fields, instruments)
    for panel in (paint, faults, scanner):
        qtbot.addWidget(panel)
    elsewhere = {"materials", "mixing"}
    for name in set(fields.values(PhysicsRecipe)) - elsewhere:
        editor = fields[name]
        assert any(panel.isAncestorOf(editor) for panel in (paint, layers, scanner, faults)), name
