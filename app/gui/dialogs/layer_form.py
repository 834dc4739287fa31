"""One layer of a stack: its part, what it is made of, how thick it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.physics.stack_recipe import NO_BINDER, LayerProblem, LayerRecipe, LayerRole
from app.core.pigments import BINDERS, Pigment
from app.gui.dialogs.composition_table import FormulaLine, FormulaNote
from app.gui.dialogs.fields import CheckedField, NumberEdit, tab_before

MOST_PIGMENTS = 8


class PigmentShares(QWidget):
    """Pigments of a layer with their shares of the pigments' volume.

    Signals
    -------
    changed()
        Something was chosen, typed, added or removed.
    """

    changed = Signal()

    def __init__(self, pigments: Mapping[str, Pigment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pigments = pigments
        self._rows: list[tuple[QWidget, QComboBox, NumberEdit, QToolButton]] = []
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.add_button = QPushButton(self.tr("Add pigment"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._on_add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._column)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Id, or what was typed in its place, and share; 0 where that is no number."""
        return tuple(
            (self._id(box), 0.0 if share.value is None else share.value)
            for _, box, share, _ in self._rows
        )

    def set_shares(self, shares: Sequence[tuple[str, float]]) -> None:
        """Show pigments with their shares."""
        while self._rows:
            row, *_ = self._rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for key, share in shares:
            self._append(key, share)
        self._update_buttons()

    def box(self, row: int) -> QComboBox:
        """The choice of a pigment."""
        return self._rows[row][1]

    def share_edit(self, row: int) -> NumberEdit:
        """The share of a pigment."""
        return self._rows[row][2]

    def _append(self, key: str, share: float) -> None:
        number = len(self._rows) + 1
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setAccessibleName(self.tr("Pigment {}").format(number))
        box.setMinimumContentsLength(16)
        for known in sorted(self._pigments.values(), key=lambda item: item.name.casefold()):
            if known.components:
                box.addItem(known.name, known.id)
        completer = QCompleter(box.model(), box)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        box.setCompleter(completer)
        place = box.findData(key)
        box.setCurrentIndex(place)
        if place < 0:
            box.setEditText(key)
        edit = NumberEdit(self.tr("Share of pigment {}").format(number), self.tr("parts"))
        edit.set_value(share)
        remove = QToolButton()
        remove.setText("−")
        remove.setAutoRaise(True)
        remove.setToolTip(self.tr("Remove this pigment"))
        remove.setAccessibleName(self.tr("Remove pigment {}").format(number))
        row = QWidget()
        places = QHBoxLayout(row)
        places.setContentsMargins(0, 0, 0, 0)
        places.addWidget(box, 1)
        places.addWidget(edit)
        places.addWidget(remove)
        self._column.addWidget(row)
        self._rows.append((row, box, edit, remove))
        box.editTextChanged.connect(self.changed)
        line = box.lineEdit()
        if line is not None:
            line.editingFinished.connect(partial(_complete, box))
        edit.changed.connect(self.changed)
        remove.clicked.connect(partial(self._on_remove, row))

    def _id(self, box: QComboBox) -> str:
        text = box.currentText().strip()
        place = box.findText(text, Qt.MatchFlag.MatchFixedString)
        return str(box.itemData(place)) if place >= 0 else text

    def _update_buttons(self) -> None:
        editors = [item for _, box, edit, remove in self._rows for item in (box, edit, remove)]
        tab_before(self.add_button, editors)
        for _, _, edit, remove in self._rows:
            edit.setVisible(len(self._rows) > 1)
            remove.setVisible(len(self._rows) > 1)
        self.add_button.setEnabled(len(self._rows) < MOST_PIGMENTS)

    def _on_add(self) -> None:
        taken = {key for key, _ in self.shares}
        free = (
            item.id
            for item in sorted(self._pigments.values(), key=lambda item: item.name.casefold())
            if item.components and item.id not in taken
        )
        self._append(next(free, ""), 1.0)
        self._update_buttons()
        self._rows[-1][1].setFocus()
        self.changed.emit()

    def _on_remove(self, row: QWidget) -> None:
        kept = [
            share
            for share, (widget, *_) in zip(self.shares, self._rows, strict=True)
            if widget is not row
        ]
        self.set_shares(kept)
        self.changed.emit()


def _complete(box: QComboBox) -> None:
    """Take the only name that what was typed can be part of."""
    text = box.currentText().strip()
    names = [box.itemText(place) for place in range(box.count())]
    like = [name for name in names if text.casefold() in name.casefold()]
    if text and text not in names and len(like) == 1:
        box.setCurrentIndex(names.index(like[0]))


class LayerForm(QWidget):
    """Edits one layer.

    Parameters
    ----------
    pigments
        What can be chosen, by id.

    Signals
    -------
    changed(LayerRecipe)
        The layer as typed, whether it makes sense or not.
    """

    changed = Signal(object)

    def __init__(self, pigments: Mapping[str, Pigment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = QComboBox()
        for role in LayerRole:
            self._role.addItem(role.value, role.value)
        self.of_pigments = QRadioButton(self.tr("Pigments"))
        self.of_formula = QRadioButton(self.tr("Formula"))
        self._kind = QButtonGroup(self)
        for button in (self.of_pigments, self.of_formula):
            self._kind.addButton(button)
        self.pigments = PigmentShares(pigments)
        self.formula = FormulaLine(self.tr("Formula of the layer"))
        self.density = NumberEdit(self.tr("Density of the material"), "g/cm³")
        self.binder = QComboBox()
        self.binder.addItems(list(BINDERS))
        self.volume = NumberEdit(self.tr("Share of the material"), self.tr("of the layer's volume"))
        self.thickness = NumberEdit(self.tr("Thickness"), "µm")
        self._fields: dict[str, CheckedField] = {}
        self._lay_out()
        self._connect()
        self.set_layer(LayerRecipe(LayerRole.PAINT))

    @property
    def layer(self) -> LayerRecipe:
        """The layer as typed; numbers that cannot be read are 0, which none may be."""
        is_formula = self.of_formula.isChecked()
        return LayerRecipe(
            role=LayerRole(self._role.currentData()),
            pigments=() if is_formula else self.pigments.shares,
            formula=self.formula.text().strip() if is_formula else "",
            density_g_cm3=(self.density.value or 0.0) if is_formula else 1.0,
            binder=self.binder.currentText(),
            volume_fraction=self.volume.value or 0.0,
            thickness_um=self.thickness.value or 0.0,
        )

    def set_layer(self, layer: LayerRecipe) -> None:
        """Show a layer without emitting anything."""
        with QSignalBlocker(self):
            self._role.setCurrentIndex(self._role.findData(layer.role.value))
            self.pigments.set_shares(layer.pigments)
            is_formula = not layer.pigments
            (self.of_formula if is_formula else self.of_pigments).setChecked(True)
            self.formula.setText(layer.formula)
            self.density.set_value(layer.density_g_cm3)
            self.binder.setCurrentText(layer.binder if layer.binder in BINDERS else NO_BINDER)
            self.volume.set_value(layer.volume_fraction)
            self.thickness.set_value(layer.thickness_um)
            self._show_kind()

    def show_problems(self, problems: Sequence[LayerProblem]) -> None:
        """Say below each field what is wrong with it."""
        typed = {
            "volume_fraction": self.volume.problem,
            "thickness_um": self.thickness.problem,
            "density_g_cm3": self.density.problem if self.of_formula.isChecked() else "",
        }
        found = {name: message for name, message in typed.items() if message}
        for item in problems:
            found.setdefault(item.field, item.message)
        # the note below the formula says it itself
        if self.formula.text().strip():
            found.pop("formula", None)
        for name, field in self._fields.items():
            field.show_problem(found.get(name, ""))

    def field_problem(self, name: str) -> str:
        """What is said below a field."""
        return self._fields[name].problem

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        self._form = form
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        kinds = QWidget()
        row = QHBoxLayout(kinds)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.of_pigments)
        row.addWidget(self.of_formula)
        row.addStretch(1)
        self._role.setAccessibleName(self.tr("Part in the painting"))
        form.addRow(self.tr("Layer"), self._role)
        form.addRow(self.tr("Made of"), kinds)
        self._note = FormulaNote(self.formula)
        formula = QWidget()
        column = QVBoxLayout(formula)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.formula)
        column.addWidget(self._note)
        for key, label, editor in (
            ("pigments", "", self.pigments),
            ("formula", "", formula),
            ("density_g_cm3", self.tr("Density"), self.density),
            ("binder", self.tr("Binder"), self.binder),
            ("volume_fraction", self.tr("Share"), self.volume),
            ("thickness_um", self.tr("Thickness"), self.thickness),
        ):
            name = label or self.tr("Material")
            self._fields[key] = CheckedField(editor, name)
            form.addRow(label, self._fields[key])
        self.volume.setToolTip(self.tr("Share of the layer's volume, above 0, at most 1"))

    def _connect(self) -> None:
        self._role.currentIndexChanged.connect(self._on_changed)
        self.of_formula.toggled.connect(self._on_kind)
        self.binder.currentIndexChanged.connect(self._on_binder)
        for editor in (self.pigments, self.density, self.volume, self.thickness):
            editor.changed.connect(self._on_changed)
        self.formula.textChanged.connect(self._on_changed)

    def _show_kind(self) -> None:
        is_formula = self.of_formula.isChecked()
        for name, shown in (
            ("pigments", not is_formula),
            ("formula", is_formula),
            ("density_g_cm3", is_formula),
            ("volume_fraction", self.binder.currentText() != NO_BINDER),
        ):
            self._form.setRowVisible(self._fields[name], shown)

    def _on_kind(self) -> None:
        if self.of_pigments.isChecked() and not self.pigments.shares:
            self.pigments.add_button.click()
        self._show_kind()
        self._on_changed()

    def _on_binder(self) -> None:
        self._show_kind()
        self._on_changed()

    def _on_changed(self) -> None:
        layer = self.layer
        if layer.binder == NO_BINDER:
            layer = replace(layer, volume_fraction=1.0)
        self.changed.emit(layer)
