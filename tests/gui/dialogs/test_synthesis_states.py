"""What is known in each mode, and drafts made of it."""

import pytest

from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import PaintLook
from app.errors import ParameterError
from app.gui.dialogs.synthesis_states import ModeState, first_state

RECIPE = SynthesisRecipe(clusters=2, delta=0)
LOOK = PaintLook((), 2, 4, 55.0)


def test_without_the_usual_pigments_all_that_can_be_used_are_chosen(paintbox):
    chosen = first_state(paintbox, {"Azurite"}, layers=False).chosen
    assert [pigment.name for pigment in chosen] == ["Azurite"]
    assert len(first_state(paintbox, {"none"}, layers=True).chosen) == 4


def test_a_draft_mixes_spectra_or_computes_layers(paintbox, make_sketch):
    state = ModeState(paintbox[:3], frozenset())
    assert state.draft(RECIPE, None, "Rh 50 kV")[0] is None
    state.set_sketch(make_sketch())
    mixed, _ = state.draft(RECIPE, None, "Rh 50 kV")
    assert mixed.mean_counts == 400
    assert len(mixed.maps) == 8
    painted, tubes = state.draft(RECIPE, PhysicsRecipe(), "")
    assert (painted.maps, painted.mean_counts) == ((), None)
    assert tubes.names == ("Vermilion", "Azurite", "Chalk")
    state.set_look(LOOK)
    assert state.draft(RECIPE, PhysicsRecipe(), "")[0].mean_counts == 55.0


def test_spectra_are_made_anew_where_pigments_or_label_change(paintbox):
    state = ModeState(paintbox[:2], frozenset())
    first = state.paints("Rh 50 kV", 1)
    assert state.paints("Rh 50 kV", 1) is first
    assert state.paints("Mo 40 kV", 1) is not first
    state.chosen = paintbox
    with pytest.raises(ParameterError):
        state.paints("Rh 50 kV", 1)


def test_changes_by_hand_wait_for_the_final_palette(paintbox, make_sketch):
    state = ModeState(paintbox[:3], frozenset())
    state.set_sketch(make_sketch())
    state.changes = Changes(shares={0: {"Chalk": 0.5}})
    state.set_sketch(make_sketch(is_final=False))
    draft, _ = state.draft(RECIPE, None, "Rh 50 kV")
    assert draft.shares[0, 2] == 0
    assert state.set_sketch(make_sketch((10, 10, 10), (60, 90, 150))) == (0,)


def test_a_first_look_is_not_the_last(paintbox):
    state = ModeState(paintbox, frozenset(), is_waiting=True, is_looking=True)
    state.set_look(LOOK)
    assert state.is_looking
    state.is_waiting = False
    state.set_look(LOOK)
    assert not state.is_looking


def test_what_was_put_aside_is_asked_for_again():
    state = ModeState((), frozenset(), asked=(1,), look_asked=(2,), is_looking=True)
    state.put_aside()
    assert (state.asked, state.look_asked, state.is_looking) == ((1,), None, False)
    state.is_waiting = True
    state.put_aside()
    assert state.asked is None


def test_no_pigments_have_no_colours():
    assert ModeState((), frozenset()).tubes().srgb.shape == (0, 3)
