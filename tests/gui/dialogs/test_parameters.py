"""A form gives back what it was given, and says what it cannot take."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app.core.parameters import parameter
from app.errors import ParameterError
from app.gui.dialogs.parameters import ParametersForm


class Kind(StrEnum):
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class Everything:
    on: bool = parameter(False, label="On")
    count: int = parameter(3, label="Count", minimum=1, maximum=9, unit="pixels")
    width: float = parameter(0.5, label="Width", unit="keV", decimals=2, help="Of the window.")
    name: str = parameter("iron", label="Name")
    format: str = parameter("png", label="Format", choices=("png", "tiff"))
    kind: Kind = parameter(Kind.SECOND, label="Kind")
    file: Path = parameter(Path("a.h5"), label="File")
    hidden: int = 5


@dataclass(frozen=True)
class Range:
    low: int = parameter(1, label="Low")
    high: int = parameter(2, label="High")

    def __post_init__(self):
        if self.low >= self.high:
            raise ParameterError("The range is empty.", f"Found {self.low} to {self.high}.")


def test_defaults_come_out_as_declared(qtbot):
    form = ParametersForm(Everything)
    qtbot.addWidget(form)
    assert form.values() == Everything()
    assert form.is_valid


def test_values_of_an_instance_come_out_again(qtbot):
    given = Everything(True, 7, 1.25, "lead", "tiff", Kind.FIRST, Path("/b/c.npz"))
    form = ParametersForm(given)
    qtbot.addWidget(form)
    assert form.values() == given
    assert type(form.values().kind) is Kind


def test_set_values_shows_another_instance(qtbot):
    form = ParametersForm(Everything)
    qtbot.addWidget(form)
    given = Everything(True, 7, 1.25, "lead", "tiff", Kind.FIRST, Path("/b/c.npz"))
    form.set_values(given)
    assert form.values() == given


def test_limits_unit_and_help_reach_the_editor(qtbot):
    form = ParametersForm(Everything)
    qtbot.addWidget(form)
    spin = form.editor("count")
    assert (spin.minimum(), spin.maximum(), spin.suffix()) == (1, 9, " pixels")
    assert spin.accessibleName() == "Count"
    assert form.editor("width").toolTip() == "Of the window."


def test_refused_combination_is_told_inside_the_form(qtbot):
    form = ParametersForm(Range)
    qtbot.addWidget(form)
    with qtbot.waitSignal(form.changed):
        form.editor("low").setValue(5)
    assert form.problem == "The range is empty. Found 5 to 2."
    assert not form.is_valid
    form.editor("high").setValue(6)
    assert form.is_valid


def test_unknown_type_is_refused(qtbot):
    @dataclass(frozen=True)
    class Odd:
        value: complex = parameter(1j, label="Odd")

    with pytest.raises(TypeError, match="value"):
        ParametersForm(Odd)


def test_path_can_be_chosen(qtbot, monkeypatch):
    form = ParametersForm(Everything)
    qtbot.addWidget(form)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("/d/e.h5", ""))
    form.editor("file")._on_browse()
    assert form.values().file == Path("/d/e.h5")


def test_texts_are_offered_and_others_can_be_typed(qtbot):
    form = ParametersForm(Everything(name="lead"), offered={"name": ("iron", "copper")})
    qtbot.addWidget(form)
    box = form.editor("name")
    assert (box.count(), form.values().name) == (2, "lead")
    with qtbot.waitSignal(form.changed):
        box.setCurrentIndex(1)
    assert form.values().name == "copper"
    box.setEditText("tin")
    assert form.values().name == "tin"
    assert box.accessibleName() == "Name"


def test_what_is_left_out_stays_as_it_usually_is(qtbot):
    form = ParametersForm(Everything, left_out=("count", "format"))
    qtbot.addWidget(form)
    assert form.values() == Everything()
    form.set_values(Everything(count=8, name="lead"))
    assert form.values() == Everything(name="lead")
    with pytest.raises(KeyError):
        form.editor("count")
