import pytest
from PySide6.QtCore import Qt

from app.core.physics.stack_recipe import LayerProblem, LayerRecipe, LayerRole
from app.gui.dialogs.layer_form import MOST_PIGMENTS, LayerForm

PAINT = LayerRecipe(
    LayerRole.UNDERPAINT,
    pigments=(("lead-white", 3.0), ("azurite", 1.0)),
    binder="egg tempera",
    volume_fraction=0.4,
    thickness_um=12.5,
)
VARNISH = LayerRecipe(
    LayerRole.VARNISH, formula="C10H16O", density_g_cm3=1.07, binder="none", volume_fraction=1.0
)


@pytest.fixture
def form(qtbot, make_compound):
    known = {key: make_compound(key) for key in ("lead-white", "azurite", "smalt")}
    known["indigo"] = make_compound("indigo", "")
    form = LayerForm(known)
    qtbot.addWidget(form)
    return form


@pytest.mark.parametrize("layer", [PAINT, VARNISH])
def test_layer_comes_back_as_it_was_and_nothing_is_emitted(form, qtbot, layer):
    with qtbot.assertNotEmitted(form.changed):
        form.set_layer(layer)
    assert form.layer == layer


def test_only_pigments_that_can_be_computed_are_offered(form):
    form.set_layer(PAINT)
    box = form.pigments.box(0)
    assert [box.itemText(place) for place in range(box.count())] == [
        "azurite",
        "lead white",
        "smalt",
    ]


def test_typed_name_is_that_of_the_pigment_whatever_its_capitals(form, qtbot):
    form.set_layer(PAINT)
    with qtbot.waitSignal(form.changed) as told:
        form.pigments.box(0).setEditText("SMALT")
    assert told.args[0].pigments == (("smalt", 3.0), ("azurite", 1.0))
    form.pigments.box(0).setEditText("smal")
    assert form.layer.pigments[0] == ("smal", 3.0)


def test_pigments_are_added_and_removed(form, qtbot):
    form.set_layer(PAINT)
    form.pigments.add_button.click()
    assert form.layer.pigments == (("lead-white", 3.0), ("azurite", 1.0), ("smalt", 1.0))
    with qtbot.waitSignal(form.changed):
        form.pigments._rows[0][3].click()
    assert form.layer.pigments == (("azurite", 1.0), ("smalt", 1.0))
    form.pigments.set_shares((("azurite", 1.0),) * MOST_PIGMENTS)
    assert not form.pigments.add_button.isEnabled()


def test_one_pigment_needs_no_share(form):
    form.set_layer(LayerRecipe(LayerRole.PAINT, pigments=(("azurite", 1.0),)))
    assert form.pigments.share_edit(0).isHidden()


def test_changing_to_a_formula_and_back_keeps_what_was_chosen(form):
    form.set_layer(PAINT)
    form.of_formula.click()
    assert form.layer.pigments == ()
    form.of_pigments.click()
    assert form.layer.pigments == PAINT.pigments


def test_changing_an_empty_layer_to_pigments_offers_the_first(form):
    form.set_layer(LayerRecipe(LayerRole.PAINT))
    form.of_pigments.click()
    assert form.layer.pigments == (("azurite", 1.0),)


def test_without_a_binder_the_material_has_all_of_the_volume(form, qtbot):
    form.set_layer(PAINT)
    with qtbot.waitSignal(form.changed) as told:
        form.binder.setCurrentText("none")
    assert told.args[0].volume_fraction == 1.0
    assert not form._form.isRowVisible(form._fields["volume_fraction"])


def test_problems_stand_below_their_fields(form):
    form.set_layer(PAINT)
    form.thickness.line.setText("thin")
    form.show_problems(
        (LayerProblem(0, "pigments", "no such"), LayerProblem(0, "thickness_um", "not 0 µm"))
    )
    assert form.field_problem("pigments") == "no such"
    # what was typed is said before what was made of it
    assert form.field_problem("thickness_um") == "“thin” is not a number."
    form.thickness.set_value(3.0)
    form.show_problems(())
    assert form.field_problem("thickness_um") == form.field_problem("pigments") == ""


def test_formula_says_itself_what_is_wrong(form):
    form.set_layer(VARNISH)
    form.formula.setText("C10HX")
    form.show_problems((LayerProblem(0, "formula", "there is no element", 4),))
    assert form.field_problem("formula") == ""
    assert "<b>X</b>" in form._note.text()
    form.formula.setText("")
    form.show_problems((LayerProblem(0, "formula", "Choose a pigment."),))
    assert form.field_problem("formula") == "Choose a pigment."


def test_the_only_name_that_fits_what_was_typed_is_taken(form, qtbot):
    form.set_layer(PAINT)
    form.show()
    box = form.pigments.box(0)
    box.setEditText("SMA")
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert (box.currentText(), form.layer.pigments[0]) == ("smalt", ("smalt", 3.0))
    box.setEditText("a")
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert box.currentText() == "a"
