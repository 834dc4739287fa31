"""A form made from a dataclass of parameters: values in, values out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.parameters import ParameterInfo, check, describe
from app.errors import ParameterError

# what the spin boxes of Qt can hold where a parameter has no limit of its own
_INT_LIMIT = 2**31 - 1
_FLOAT_LIMIT = 1e9


class PathEdit(QWidget):
    """A line for a path with a button that opens the file dialog."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit()
        self._line.textChanged.connect(self.changed)
        browse = QToolButton()
        browse.setText("…")
        browse.setAccessibleName(self.tr("Choose a file"))
        browse.clicked.connect(self._on_browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(browse)
        self.setFocusProxy(self._line)

    @property
    def path(self) -> Path:
        """The path as typed; the empty path when there is none."""
        return Path(self._line.text())

    def set_path(self, path: Path) -> None:
        """Show a path."""
        self._line.setText("" if path == Path() else str(path))

    @Slot()
    def _on_browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), self._line.text())
        if chosen:
            self._line.setText(chosen)


class FloatSpinBox(QDoubleSpinBox):
    """A spin box that writes no more decimals than the number has."""

    def textFromValue(self, val: float) -> str:
        """The number without the zeros at its end: 50, not 50.000."""
        text = super().textFromValue(val)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


class ParametersForm(QWidget):
    """A form with one line per parameter declared with `app.core.parameters.parameter`.

    Parameters
    ----------
    parameters
        A frozen dataclass, or an instance of it whose values are shown first.
    headings
        Titles that stand above some parameters, by the parameter's name.
    offered
        Texts to choose from where any other may be typed as well, by the parameter's name.
    left_out
        Names of parameters that are not asked for and stay as they usually are.

    Raises
    ------
    TypeError
        If a parameter is of a type the form does not know.
    """

    changed = Signal()

    def __init__(
        self,
        parameters: Any,
        headings: Mapping[str, str] = MappingProxyType({}),
        parent: QWidget | None = None,
        *,
        offered: Mapping[str, Sequence[str]] = MappingProxyType({}),
        left_out: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self._offered = offered
        self._type: type = parameters if isinstance(parameters, type) else type(parameters)
        self._getters: dict[str, Callable[[], Any]] = {}
        self._setters: dict[str, Callable[[Any], object]] = {}
        self._editors: dict[str, QWidget] = {}
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._problem = QLabel()
        self._problem.setObjectName("problem")
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._form)
        layout.addWidget(self._problem)
        for info in describe(self._type):
            if info.name in left_out:
                continue
            if info.name in headings:
                self._add_heading(headings[info.name])
            self._add(info)
            value = info.default if parameters is self._type else getattr(parameters, info.name)
            if value is not MISSING:
                self._setters[info.name](value)
        self._on_changed()

    @property
    def problem(self) -> str:
        """What is wrong with the values, in words; empty when they can be used."""
        return self._problem.text()

    @property
    def is_valid(self) -> bool:
        """Whether the values can be used."""
        return not self.problem

    def editor(self, name: str) -> QWidget:
        """The widget that edits one parameter."""
        return self._editors[name]

    def values(self) -> Any:
        """The values as an instance of the dataclass.

        Raises
        ------
        ParameterError
            If a value lies outside its limits, or the dataclass refuses them together.
        """
        made = self._type(**{name: get() for name, get in self._getters.items()})
        check(made)
        return made

    def set_values(self, parameters: Any) -> None:
        """Show the values of an instance of the dataclass."""
        for name, put in self._setters.items():
            put(getattr(parameters, name))

    def _add_heading(self, text: str) -> None:
        label = QLabel(text)
        label.setProperty("role", "title")
        label.setContentsMargins(0, 8 if self._form.rowCount() else 0, 0, 0)
        self._form.addRow(label)

    def _add(self, info: ParameterInfo) -> None:
        maker = self._maker(info)
        editor, get, put, changed = maker(info)
        editor.setAccessibleName(info.label)
        if info.help:
            editor.setToolTip(info.help)
        changed.connect(self._on_changed)
        self._editors[info.name] = editor
        self._getters[info.name] = get
        self._setters[info.name] = put
        label = "" if isinstance(editor, QCheckBox) else info.label
        self._form.addRow(label, editor)
        if info.help:
            line = QLabel(info.help)
            line.setProperty("role", "muted")
            line.setWordWrap(True)
            self._form.addRow("", line)

    def _maker(self, info: ParameterInfo) -> Callable[[ParameterInfo], tuple[Any, ...]]:
        kind = info.kind
        if info.choices or (isinstance(kind, type) and issubclass(kind, Enum)):
            return self._choice
        makers: dict[type, Callable[[ParameterInfo], tuple[Any, ...]]] = {
            bool: self._bool,
            int: self._int,
            float: self._float,
            str: self._str,
            Path: self._path,
        }
        if kind not in makers:
            raise TypeError(f"the form knows no way to ask for {info.name}: {kind}")
        return makers[kind]

    def _bool(self, info: ParameterInfo) -> tuple[Any, ...]:
        box = QCheckBox(info.label)
        return box, box.isChecked, box.setChecked, box.toggled

    def _int(self, info: ParameterInfo) -> tuple[Any, ...]:
        spin = QSpinBox()
        low = -_INT_LIMIT if info.minimum is None else int(info.minimum)
        spin.setRange(low, _INT_LIMIT if info.maximum is None else int(info.maximum))
        spin.setSuffix(f" {info.unit}" if info.unit else "")
        return spin, spin.value, spin.setValue, spin.valueChanged

    def _float(self, info: ParameterInfo) -> tuple[Any, ...]:
        spin = FloatSpinBox()
        spin.setDecimals(info.decimals)
        low = -_FLOAT_LIMIT if info.minimum is None else info.minimum
        spin.setRange(low, _FLOAT_LIMIT if info.maximum is None else info.maximum)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setSuffix(f" {info.unit}" if info.unit else "")
        return spin, spin.value, spin.setValue, spin.valueChanged

    def _str(self, info: ParameterInfo) -> tuple[Any, ...]:
        if info.name in self._offered:
            box = QComboBox()
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.addItems(list(self._offered[info.name]))
            return box, box.currentText, box.setEditText, box.editTextChanged
        line = QLineEdit()
        return line, line.text, line.setText, line.textChanged

    def _path(self, info: ParameterInfo) -> tuple[Any, ...]:
        edit = PathEdit()
        return edit, lambda: edit.path, edit.set_path, edit.changed

    def _choice(self, info: ParameterInfo) -> tuple[Any, ...]:
        box = QComboBox()
        members: tuple[Any, ...] = info.choices or tuple(info.kind)  # type: ignore[arg-type]
        for value in members:
            text = str(value.value) if isinstance(value, Enum) else str(value)
            # wrapped, as Qt would hand a string enumeration back as a plain string
            box.addItem(text, (value,))

        def get() -> Any:
            return box.currentData()[0]

        def put(value: Any) -> None:
            text = str(value.value) if isinstance(value, Enum) else str(value)
            box.setCurrentIndex(box.findText(text))

        return box, get, put, box.currentIndexChanged

    @Slot()
    def _on_changed(self) -> None:
        try:
            self.values()
        except ParameterError as error:
            self._problem.setText(f"{error.title} {error.message}")
        else:
            self._problem.clear()
        self._problem.setVisible(bool(self._problem.text()))
        self.changed.emit()
