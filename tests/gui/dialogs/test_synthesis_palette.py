"""The palette while it is looked for, and when it is there."""

from dataclasses import replace

import pytest

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_palette import PalettePanel
from app.gui.views.palette_table import PaletteRow

ROWS = (PaletteRow((9, 9, 9), 0.7, "Indigo 100 %"), PaletteRow((99, 9, 9), 0.3, "Chalk 100 %"))


@pytest.fixture
def panel(qtbot):
    panel = PalettePanel(Fields(SynthesisRecipe, PhysicsRecipe))
    qtbot.addWidget(panel)
    return panel


def test_the_best_number_is_said_and_its_silhouettes_shown(panel, make_sketch):
    scores = ((2, 0.31), (3, 0.44), (4, 0.4))
    panel.show_palette(replace(make_sketch().palette, silhouettes=scores), ROWS, is_final=True)
    assert panel.state == "3 colours have the best silhouette"
    assert panel.bars.scores == scores
    assert panel.table.rowCount() == 2


def test_a_given_number_has_no_silhouettes(panel, make_sketch):
    panel.show_palette(make_sketch().palette, ROWS, is_final=True)
    assert panel.state == "2 colours"
    assert panel.bars.isHidden()


def test_what_is_going_on_is_said(panel, make_sketch):
    panel.set_reading()
    assert panel.state == "reading the picture …"
    panel.set_busy()
    assert panel.state == "looking for the colours …"
    panel.show_palette(make_sketch().palette, ROWS, is_final=False)
    assert panel.state == "a first look; the palette follows …"
    panel.set_failed()
    assert panel.state == ""
