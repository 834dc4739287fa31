"""The open dialog asks what the file does not say, and gives only that."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from app.core.axis import EnergyAxis
from app.errors import ParameterError
from app.gui.dialogs.axis import AxisParameters
from app.gui.dialogs.open import OpenDialog, must_ask, suggested_options
from app.io.formats import DatasetPeek, OpenOptions, Peek

AXIS = EnergyAxis(-0.0155, 0.029221, source="file: kev_slope")
USUAL = EnergyAxis(0.0, 0.01)
PLAIN = DatasetPeek("cube", (5, 7, 64), (5, 7, 64), "uint16", 4480, axis=AXIS)
FLAT = DatasetPeek("flat", (12, 2, 64), None, "uint32", 6144, detectors=("a", "b"))


@pytest.fixture
def make(qtbot):
    def make(*datasets, options=None):
        dialog = OpenDialog(Peek(Path("/x/hands.h5"), "HDF5", datasets), options)
        qtbot.addWidget(dialog)
        return dialog

    return make


def can_open(dialog):
    return dialog._buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled()


def test_what_the_file_says_is_left_out(make):
    dialog = make(PLAIN)
    assert dialog.values() == OpenOptions(dataset="cube")
    assert can_open(dialog)


def test_edited_axis_replaces_the_files(make):
    dialog = make(PLAIN)
    dialog.axis_form.set_values(AxisParameters(0.0, 0.03))
    assert dialog.values().axis == EnergyAxis(0.0, 0.03)


def test_unknown_axis_is_suggested_and_marked_as_assumed(make):
    dialog = make(replace(PLAIN, axis=None, default_axis=USUAL))
    assert dialog.values().axis == USUAL
    assert dialog.values().axis.source.startswith("assumed")
    assert "assumed" in dialog._axis_source.text()


def test_suggested_axis_can_be_declined(make):
    dialog = make(replace(PLAIN, axis=None, default_axis=USUAL))
    dialog.knows_axis.setChecked(False)
    assert dialog.values().axis is None


def test_axis_stays_open_where_nothing_suggests_one(make):
    dialog = make(replace(PLAIN, axis=None))
    assert dialog.values().axis is None
    dialog.knows_axis.setChecked(True)
    dialog.axis_form.set_values(AxisParameters(0.1, 0.02))
    assert dialog.values().axis == EnergyAxis(0.1, 0.02)
    assert dialog.values().axis.source == "given by the user"


def test_flat_list_is_folded_and_the_other_side_follows(make):
    dialog = make(FLAT)
    assert (dialog.values().rows, dialog.values().cols) == (3, 4)
    dialog._rows.setValue(6)
    assert (dialog.values().rows, dialog.values().cols) == (6, 2)
    assert can_open(dialog)


def test_size_that_does_not_fit_names_both_numbers(make):
    dialog = make(FLAT)
    dialog._rows.setValue(5)
    assert dialog.problem == "5 × 4 = 20 pixels; the file holds 12."
    assert not can_open(dialog)


def test_detector_can_be_chosen(make):
    dialog = make(FLAT)
    assert dialog.values().detector == "sum"
    dialog._detector.setCurrentIndex(2)
    assert dialog.values().detector == "b"


def test_narrow_picture_may_be_a_list_of_pixels(make):
    dialog = make(replace(FLAT, shape=(12, 2, 64), detectors=(), axis=AXIS))
    assert dialog.values() == OpenOptions(dataset="flat")
    dialog.is_list.setChecked(True)
    dialog._detector.setCurrentIndex(2)
    assert dialog.values() == OpenOptions(dataset="flat", detector="1", rows=3, cols=4)
    dialog.is_list.setChecked(False)
    assert dialog.values() == OpenOptions(dataset="flat")


def test_wide_picture_is_no_list(make):
    dialog = make(replace(PLAIN, stored_shape=(5, 70, 64), shape=(5, 70, 64)))
    assert not dialog.is_list.isVisibleTo(dialog)


def test_another_dataset_brings_its_own_questions(make):
    dialog = make(PLAIN, FLAT)
    dialog._table.setCurrentCell(1, 0)
    assert dialog.values() == OpenOptions(dataset="flat", rows=3, cols=4)


def test_last_choice_is_shown_again(make):
    options = OpenOptions("flat", "b", EnergyAxis(0.1, 0.02), 2, 6)
    assert make(PLAIN, FLAT, options=options).values() == options


def test_notes_are_shown(make):
    dialog = make(replace(PLAIN, notes=("Four single points are left out.",)))
    assert dialog._notes.text() == "Four single points are left out."


@pytest.mark.parametrize(
    ("datasets", "asks"),
    [
        ((PLAIN,), False),
        ((PLAIN, PLAIN), True),
        ((FLAT,), True),
        ((replace(PLAIN, axis=None, default_axis=USUAL),), True),
    ],
)
def test_dialog_is_needed_only_where_something_is_open(datasets, asks):
    assert must_ask(Peek(Path("a.h5"), "HDF5", datasets)) is asks


def test_suggestion_without_dialog_takes_the_usual_axis():
    peek = Peek(Path("a.h5"), "HDF5", (replace(PLAIN, axis=None, default_axis=USUAL),))
    assert suggested_options(peek) == OpenOptions(dataset="cube", axis=USUAL)
    with pytest.raises(ParameterError, match="12 × 2 × 64"):
        suggested_options(Peek(Path("a.h5"), "HDF5", (FLAT,)))
