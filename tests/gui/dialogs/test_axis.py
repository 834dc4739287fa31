"""The axis dialog gives an axis back."""

import pytest

from app.core.axis import EnergyAxis
from app.gui.dialogs.axis import AxisDialog, AxisParameters


def test_untouched_axis_comes_back_as_it_was(qtbot):
    axis = EnergyAxis(-0.01554321, 0.02922123, 1e-7, source="file: kev_slope")
    dialog = AxisDialog(axis, 1024)
    qtbot.addWidget(dialog)
    assert dialog.values() is axis


def test_edited_axis_is_given_by_the_user(qtbot):
    dialog = AxisDialog(EnergyAxis(0.0, 0.02), 64)
    qtbot.addWidget(dialog)
    dialog.form.set_values(AxisParameters(0.1, 0.03))
    assert dialog.values() == EnergyAxis(0.1, 0.03)
    assert dialog.values().source == "given by the user"
    assert dialog.range_text == "64 channels from 0.085 to 2.005 keV"


def test_unknown_axis_starts_from_usual_numbers(qtbot):
    dialog = AxisDialog(None, 64)
    qtbot.addWidget(dialog)
    assert dialog.values() == EnergyAxis(0.0, 0.01)


@pytest.mark.parametrize("name", ["offset_kev", "gain_kev"])
def test_every_field_has_a_name_for_screen_readers(qtbot, name):
    dialog = AxisDialog(None, 64)
    qtbot.addWidget(dialog)
    assert dialog.form.editor(name).accessibleName()
