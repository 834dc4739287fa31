"""Editors of a synthetic scan's numbers, each to be put where what it decides is shown."""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from app.core.parameters import ParameterInfo, describe
from app.core.synthesis.generate import Noise
from app.core.synthesis.layers_recipe import Ground, Mixing, Support
from app.core.synthesis.mixing import Similarity
from app.gui.dialogs.parameters import FloatSpinBox

TEXTS: Mapping[Enum, str] = MappingProxyType(
    {
        Similarity.CIEDE2000: "ΔE 2000",
        Similarity.CIEDE94: "ΔE 1994",
        Similarity.CIE76: "ΔE 1976",
        Similarity.COSINE: "cosine of RGB",
        Noise.FIXED: "the same in every pixel",
        Noise.POISSON: "Poisson, as measured",
        Noise.DWELL: "by dwell and dead time",
        Mixing.KUBELKA_MUNK: "Kubelka–Munk",
        Mixing.SIMILARITY: "alike in colour",
        Ground.CHALK: "chalk in glue",
        Ground.GYPSUM: "gypsum in glue",
        Ground.LEAD_WHITE: "lead white in oil",
        Ground.NONE: "no ground",
        Support.CANVAS: "canvas",
        Support.WOOD: "wood",
        Support.COPPER: "copper",
        Support.NONE: "no support",
    }
)
"""What the choices are called."""


class Fields(QObject):
    """Editors made from dataclasses of parameters; who makes them lays them out.

    Parameters
    ----------
    kinds
        Dataclasses whose fields were declared with `app.core.parameters.parameter`; no two
        have a field of the same name.
    """

    changed = Signal()

    def __init__(self, *kinds: type, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._infos = {info.name: info for kind in kinds for info in describe(kind)}
        self._editors: dict[str, QWidget] = {}
        self._getters: dict[str, Callable[[], Any]] = {}
        self._setters: dict[str, Callable[[Any], object]] = {}
        for info in self._infos.values():
            # other text is asked for elsewhere: there is a list to choose from
            if info.kind is not str or info.choices:
                self._add(info)

    def __getitem__(self, name: str) -> QWidget:
        return self._editors[name]

    def label(self, name: str, text: str = "") -> QLabel:
        """A label for an editor, by default with the parameter's own words."""
        label = QLabel(text or self._infos[name].label)
        label.setBuddy(self._editors[name])
        return label

    def form(self, *rows: tuple[str, str]) -> "FieldsForm":
        """Some of the editors below one another.

        Parameters
        ----------
        rows
            Name of each editor and the words before it; none for the parameter's own.
        """
        form = FieldsForm()
        for name, text in rows:
            editor = self._editors[name]
            if isinstance(editor, QCheckBox):
                form.add(name, editor)
            else:
                form.add(name, editor, text or self._infos[name].label)
        return form

    def values(self, kind: type) -> dict[str, Any]:
        """The values of one of the dataclasses by name."""
        names = [info.name for info in describe(kind)]
        return {name: self._getters[name]() for name in names if name in self._getters}

    def set_values(self, parameters: Any) -> None:
        """Show the values of an instance of one of the dataclasses; tells once."""
        for info in describe(type(parameters)):
            if info.name in self._setters:
                with QSignalBlocker(self._editors[info.name]):
                    self._setters[info.name](getattr(parameters, info.name))
        self.changed.emit()

    def _add(self, info: ParameterInfo) -> None:
        editor, get, put, changed = self._made(info)
        editor.setAccessibleName(info.label)
        editor.setToolTip(info.help)
        put(info.default)
        changed.connect(self.changed)
        self._editors[info.name] = editor
        self._getters[info.name], self._setters[info.name] = get, put

    def _made(self, info: ParameterInfo) -> tuple[QWidget, Callable[[], Any], Any, Any]:
        if info.kind is bool:
            box = QCheckBox(info.label)
            return box, box.isChecked, box.setChecked, box.toggled
        if info.choices or issubclass(info.kind, Enum):
            return _choice(info)
        spin = FloatSpinBox() if info.kind is float else QSpinBox()
        if isinstance(spin, QDoubleSpinBox):
            spin.setDecimals(info.decimals)
            spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
            spin.setRange(info.minimum or 0.0, info.maximum or 0.0)
        else:
            spin.setRange(int(info.minimum or 0), int(info.maximum or 0))
            spin.setGroupSeparatorShown(True)
        spin.setSuffix(f" {info.unit}" if info.unit else "")
        # a number being typed is not yet meant
        spin.setKeyboardTracking(False)
        return spin, spin.value, spin.setValue, spin.valueChanged


class FieldsForm(QWidget):
    """Rows of a word and an editor, each shown while it applies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(6)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows: dict[str, QWidget] = {}

    def add(self, name: str, editor: QWidget, text: str = "") -> None:
        """Add a row below the others, with the words before it if there are any."""
        self._rows[name] = editor
        if text:
            self._form.addRow(text, editor)
        else:
            self._form.addRow(editor)

    def show_rows(self, names: Collection[str], *, shown: bool) -> None:
        """Show some rows or take them away."""
        for name in names:
            self._form.setRowVisible(self._rows[name], shown)

    def is_shown(self, name: str) -> bool:
        """Whether a row is there for the user."""
        return self._form.isRowVisible(self._rows[name])


def _choice(info: ParameterInfo) -> tuple[QWidget, Callable[[], Any], Any, Any]:
    box = QComboBox()
    members: list[Any] = list(info.choices)
    if not members:
        members = list(info.kind)  # type: ignore[call-overload]
    for value in members:
        # wrapped, as Qt would hand a string enumeration back as a plain string
        box.addItem(TEXTS[value] if isinstance(value, Enum) else value, (value,))

    def get() -> Any:
        return box.currentData()[0]

    def put(value: Any) -> None:
        box.setCurrentIndex(members.index(value))

    return box, get, put, box.currentIndexChanged
