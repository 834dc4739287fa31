"""All that decides a synthetic scan goes in and comes out; edits are followed at once."""

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.region import Region
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import PaintLook
from app.core.synthesis.plan import SynthesisParameters
from app.errors import ParameterError, ReadError
from app.gui.dialogs.synthesis import SynthesisDialog
from app.gui.dialogs.synthesis_pigments import PigmentChoice

SMALL = np.full((20, 30, 3), 128, np.uint8)


@pytest.fixture
def dialog(paintbox, qtbot):
    dialog = SynthesisDialog("painting.png", paintbox, ("Vermilion", "Azurite", "Chalk"))
    qtbot.addWidget(dialog)
    yield dialog
    dialog.reject()


@pytest.fixture
def painted(dialog, make_sketch):
    dialog.set_picture(SMALL, 20, 30)
    dialog.set_sketch(make_sketch())
    return dialog


def wait_draft(dialog, qtbot):
    qtbot.waitUntil(lambda: not dialog._later.isActive())


def test_a_palette_is_asked_for_as_soon_as_there_is_a_picture(dialog, qtbot):
    with qtbot.waitSignal(dialog.palette_wanted) as told:
        dialog.set_picture(SMALL, 20, 30, ("16 bits per colour were rounded to 8.",))
    (wanted,) = told.args
    assert wanted == SynthesisParameters(spectrum="Rh 50 kV")
    assert dialog.widgets.palette.state == "looking for the colours …"
    assert not dialog.widgets.generate.isEnabled()


def test_what_goes_in_comes_out(painted):
    wanted = SynthesisParameters(
        SynthesisRecipe(clusters=2, delta=0, counts=900, noise=Noise.FIXED, join=2, seed=3),
        "Rh 50 kV",
        cols=15,
        step_mm=0.3,
        is_quick=True,
    )
    painted.set_values(wanted)
    assert painted.values() == wanted


def test_spectra_offered_are_those_that_all_chosen_have(dialog, paintbox):
    box = dialog.widgets.counts.spectrum
    assert [box.itemText(row) for row in range(box.count())] == ["Rh 50 kV"]
    dialog._on_pigments(paintbox[:2])
    assert [box.itemText(row) for row in range(box.count())] == ["Rh 50 kV", "Mo 40 kV"]


def test_pigments_that_have_nothing_in_common_are_a_problem_that_is_said(painted, make_paint):
    painted._on_pigments((make_paint("A", (1, 1, 1)), make_paint("B", (2, 2, 2), 9, ("W",))))
    painted._refresh()
    assert "A has no spectrum" in painted.widgets.problem.text()
    assert not painted.widgets.generate.isEnabled()
    painted._on_pigments((make_paint("A", (1, 1, 1)),))
    painted._refresh()
    assert painted.widgets.generate.isEnabled()


def test_the_palette_shows_its_mixtures_and_maps(painted):
    table = painted.widgets.palette.table
    assert [table.item(row, 2).text() for row in range(2)] == ["Vermilion 100 %", "Azurite 100 %"]
    assert painted.widgets.mixture.title == "Colour 1"
    assert painted.widgets.tiles.tiles[1].picture.name == "Colour 1"
    table.setCurrentCell(1, 0)
    painted._refresh()
    assert painted.widgets.mixture.title == "Colour 2"
    assert painted.widgets.mixture.colour.srgb == (60, 90, 150)


def test_shares_and_colours_by_hand_are_followed_and_taken_back(painted):
    mixture = painted.widgets.mixture
    mixture.table.share_given.emit("Chalk", 0.25)
    assert painted.changes == Changes(shares={0: {"Chalk": 0.25}})
    assert painted.widgets.palette.table.item(0, 2).text() == "Vermilion 75 %, Chalk 25 %"
    mixture.colour_given.emit((45, 85, 155))
    assert painted.values().changes.colours == {0: (45, 85, 155)}
    assert painted.draft.shares[0].argmax() == 1
    mixture.reset_button.click()
    assert painted.changes == Changes()
    assert mixture.colour.srgb == (195, 50, 40)


def test_leaving_out_every_pigment_is_a_problem_that_can_be_undone(painted):
    for name in ("Vermilion", "Azurite", "Chalk"):
        painted.widgets.mixture.table.share_given.emit(name, 0.0)
    assert "Colour 1 has no pigment left" in painted.widgets.problem.text()
    assert not painted.widgets.generate.isEnabled()
    painted.widgets.mixture.table.share_given.emit("Chalk", None)
    assert painted.widgets.problem.text() == ""
    assert painted.draft.shares[0].tolist() == [0, 0, 1]


def test_a_first_look_cannot_be_changed_and_changes_wait_for_the_palette(painted, make_sketch):
    painted.widgets.mixture.table.share_given.emit("Chalk", 0.25)
    painted.set_sketch(make_sketch((60, 90, 150), (195, 50, 40), is_final=False))
    assert not painted.widgets.mixture.table.isEnabled()
    painted.widgets.mixture.table.share_given.emit("Chalk", 0.75)
    assert painted.changes.shares == {0: {"Chalk": 0.25}}
    # in the new palette the blue is the first colour
    painted.set_sketch(make_sketch((60, 90, 150), (195, 50, 40)))
    assert painted.changes.shares == {1: {"Chalk": 0.25}}
    assert painted.widgets.problem.text() == ""


def test_changes_of_colours_that_are_gone_are_let_go_and_said(painted, make_sketch):
    painted.widgets.mixture.table.share_given.emit("Chalk", 0.25)
    painted.set_sketch(make_sketch((10, 10, 10), (60, 90, 150)))
    assert painted.changes == Changes()
    assert "let go with colours that are gone: 1" in painted.widgets.problem.text()


@pytest.mark.parametrize(
    ("name", "value", "is_asked"),
    [
        ("clusters", 6, True),
        ("delta", 1, True),
        ("seed", 5, True),
        ("cols", 12, True),
        ("threshold", 0.5, False),
        ("counts", 900, False),
        ("join", 2, False),
    ],
)
def test_the_palette_is_looked_for_again_only_where_it_may_change(
    painted, qtbot, name, value, is_asked
):
    told = []
    painted.palette_wanted.connect(told.append)
    painted.widgets.fields[name].setValue(value)
    qtbot.waitUntil(lambda: not painted._palette_later.isActive())
    assert len(told) == is_asked
    wait_draft(painted, qtbot)


def test_another_part_of_the_picture_is_another_palette(painted, qtbot):
    with qtbot.waitSignal(painted.palette_wanted) as told:
        painted.widgets.picture.view.cropped.emit(Region(0, 10, 5, 30))
    assert told.args[0].crop == Region(0, 10, 5, 30)


def test_impossible_numbers_of_colours_are_said_and_not_asked_for(painted, qtbot):
    with qtbot.assertNotEmitted(painted.palette_wanted):
        painted.widgets.fields["clusters"].setValue(2)
        qtbot.waitUntil(lambda: not painted._palette_later.isActive())
    assert "2 ± 2" in painted.widgets.problem.text()
    assert not painted.widgets.generate.isEnabled()


def test_a_scan_too_large_is_said(dialog, make_sketch):
    dialog.set_picture(np.zeros((300, 2, 3), np.uint8), 30_000, 200)
    assert "at most 20000 of each" in dialog.problem
    with pytest.raises(ParameterError, match="too large"):
        dialog.values()
    dialog.widgets.fields["cols"].setValue(100)
    assert dialog.problem == ""


def test_the_paper_s_recipe_sets_counts_and_pigments(painted, paintbox):
    painted._on_pigments(paintbox[:1])
    painted.widgets.counts.paper.click()
    recipe = painted.values().recipe
    assert (recipe.noise, recipe.counts, recipe.threshold) == (Noise.FIXED, 400, 0.2)
    assert [pigment.name for pigment in painted.pigments] == ["Vermilion", "Azurite", "Chalk"]


def test_other_pigments_are_chosen_in_a_list(painted, qtbot):
    painted.widgets.mixture.table.share_given.emit("Vermilion", 0.5)
    painted.widgets.mixture.pigments_button.click()
    choice = painted.findChild(PigmentChoice)
    choice.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    choice.accept()
    assert [pigment.name for pigment in painted.pigments] == ["Azurite", "Chalk"]
    assert painted.widgets.mixture.pigments_button.text() == "2 pigments…"
    # a share of a pigment that is gone goes with it
    assert painted.changes == Changes()
    wait_draft(painted, qtbot)


def test_generating_hands_over_everything_and_waits(painted, qtbot):
    painted.widgets.mixture.table.share_given.emit("Chalk", 0.25)
    with qtbot.waitSignal(painted.generate_requested) as told:
        painted.widgets.generate.click()
    wanted, pigments = told.args
    assert wanted == painted.values()
    assert wanted.changes.shares == {0: {"Chalk": 0.25}}
    assert pigments == painted.pigments
    painted.set_generating(True)
    assert not painted.widgets.generate.isEnabled()
    painted.set_generating(False)
    assert painted.widgets.generate.isEnabled()


def test_a_failure_is_said_until_something_changes(painted, qtbot):
    painted.show_error(ReadError("Cannot open this picture.", "It is damaged.", "Save it again."))
    assert "It is damaged. Save it again." in painted.widgets.problem.text()
    painted._refresh()
    assert "It is damaged. Save it again." in painted.widgets.problem.text()
    painted.widgets.fields["counts"].setValue(500)
    wait_draft(painted, qtbot)
    assert painted.widgets.problem.text() == ""


def test_a_picture_that_fails_at_once_is_said_for_good(dialog, qtbot):
    assert dialog._later.isActive()
    dialog.show_error(ReadError("Cannot open this picture.", "It is damaged."))
    wait_draft(dialog, qtbot)
    assert "It is damaged." in dialog.widgets.problem.text()
    assert not dialog.widgets.generate.isEnabled()


def test_of_two_pigments_with_one_name_the_first_counts(make_paint, qtbot):
    own, shipped = make_paint("Azurite", (1, 2, 3)), make_paint("Azurite", (40, 80, 160))
    dialog = SynthesisDialog("a.png", (own, shipped), ())
    qtbot.addWidget(dialog)
    assert dialog.pigments == (own,)
    dialog.reject()


def test_edits_are_followed_within_a_tenth_of_a_second(painted):
    painted._refresh()
    start = time.process_time()
    painted._refresh()
    assert time.process_time() - start < 0.1


def test_closed_it_asks_for_nothing_more(painted, qtbot):
    painted.widgets.fields["clusters"].setValue(7)
    with qtbot.assertNotEmitted(painted.palette_wanted, wait=1):
        painted.reject()
    assert not painted._later.isActive()
    assert not painted._palette_later.isActive()


LOOK = PaintLook((), 2, 4, 123.0)


def test_each_mode_keeps_pigments_palette_and_changes_of_its_own(painted, make_sketch, qtbot):
    painted.widgets.mixture.table.share_given.emit("Chalk", 0.25)
    with qtbot.waitSignal(painted.palette_wanted) as told:
        painted.widgets.mode.box.setCurrentIndex(1)
    assert told.args[0].physics == PhysicsRecipe()
    assert len(painted.pigments) == 4
    assert painted.changes == Changes()
    assert painted.draft is None
    assert not painted.widgets.generate.isEnabled()
    assert painted.widgets.palette.table.rowCount() == 0
    painted.set_sketch(make_sketch(), layers=True)
    assert painted.widgets.palette.state == "2 paints"
    assert painted.widgets.generate.isEnabled()
    painted.widgets.mode.box.setCurrentIndex(0)
    assert painted.changes.shares == {0: {"Chalk": 0.25}}
    assert len(painted.pigments) == 3
    assert painted.draft.maps
    wait_draft(painted, qtbot)


def test_what_does_not_apply_is_not_shown(painted, qtbot):
    widgets = painted.widgets
    shown = [widgets.counts.form.is_shown(name) for name in ("spectrum", "by_luminosity")]
    assert shown == [True, True]
    assert not widgets.counts.form.is_shown("dwell_s")
    assert not widgets.tabs.tabBar().isVisibleTo(painted)
    widgets.fields["noise"].setCurrentIndex(2)
    assert widgets.counts.form.is_shown("dead_time_us")
    assert not widgets.counts.form.is_shown("counts")
    widgets.mode.box.setCurrentIndex(1)
    shown = [widgets.counts.form.is_shown(name) for name in ("spectrum", "by_luminosity")]
    assert shown == [False, False]
    assert widgets.tabs.tabBar().isVisibleTo(painted)
    assert [widgets.palette.form.is_shown(name) for name in ("clusters", "materials")] == [0, 1]
    assert not widgets.mixture.form.is_shown("alike")
    widgets.fields["mixing"].setCurrentIndex(1)
    assert widgets.mixture.form.is_shown("alike")
    wait_draft(painted, qtbot)


def test_a_look_is_asked_for_when_something_of_the_layers_changes(painted, make_sketch, qtbot):
    painted.widgets.mode.box.setCurrentIndex(1)
    painted._ask()
    painted.set_sketch(make_sketch(is_final=False), layers=True)
    painted.set_look(LOOK)
    assert painted.widgets.look.text() == "computing a preview …"
    painted.set_sketch(make_sketch(), layers=True)
    painted.set_look(LOOK)
    assert painted.widgets.look.text() == "Preview with 2 paints in 4 stacks of layers"
    with qtbot.assertNotEmitted(painted.look_wanted):
        qtbot.waitUntil(lambda: not painted._palette_later.isActive())
    with qtbot.waitSignal(painted.look_wanted) as told:
        painted.widgets.fields["varnish_um"].setValue(3)
    assert told.args[1].physics.varnish_um == 3
    with qtbot.waitSignal(painted.look_wanted):
        painted.widgets.mixture.table.share_given.emit("Chalk", 0.25)


def test_a_palette_that_was_given_up_for_the_other_mode_is_asked_for_again(painted, qtbot):
    told = []
    painted.palette_wanted.connect(told.append)
    painted.widgets.mode.box.setCurrentIndex(1)
    painted._ask()
    painted.widgets.mode.box.setCurrentIndex(0)
    painted.widgets.fields["seed"].setValue(8)
    painted._ask()
    painted.widgets.mode.box.setCurrentIndex(1)
    painted._ask()
    assert [wanted.physics is not None for wanted in told] == [True, False, True]


def test_pigments_without_a_composition_cannot_be_in_paint(painted, paintbox, qtbot):
    painted.widgets.mode.box.setCurrentIndex(1)
    painted.choose_pigments()
    choice = painted.findChild(PigmentChoice)
    # the dye has a composition and no spectrum, which layers do not need
    assert len(choice.chosen) == 4
    choice.reject()


def test_a_set_begins_with_the_present_recipe(painted, qtbot):
    painted.widgets.fields["counts"].setValue(900)
    with qtbot.waitSignal(painted.set_requested) as told:
        painted.widgets.several.click()
    assert told.args[0].recipe.counts == 900
    assert told.args[1] == painted.pigments
