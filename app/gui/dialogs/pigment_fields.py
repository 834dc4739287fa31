"""The fields of a pigment: values in, a draft and what is wrong with it out."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.core.pigment_checks import FieldProblem, problems
from app.core.pigments import BINDERS, ColourGroup, Pigment
from app.gui.dialogs.composition_table import CompositionTable
from app.gui.dialogs.fields import CheckedField, NumberEdit, TextEdit, YearEdit
from app.gui.views.colour_field import ColourField


class PigmentFields(QWidget):
    """All that can be typed of a pigment, each field with what is wrong with it below.

    Parameters
    ----------
    pigment
        What is shown first; its id and its spectra are kept as they are.
    other_names
        Names the pigment must not have, as others have them.

    Signals
    -------
    changed()
        Something was typed, whether it makes sense or not.
    """

    changed = Signal()

    def __init__(
        self, pigment: Pigment, other_names: frozenset[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pigment = pigment
        self._other_names = other_names
        self._fields: dict[str, CheckedField] = {}
        self._labels: dict[str, str] = {}
        self._make_editors()
        self._lay_out()
        self._show(pigment)
        self._connect()
        self.refresh()

    @property
    def draft(self) -> Pigment:
        """The pigment as typed; only of use where `problem` is empty."""
        density, fraction = self.density.value, self.volume_fraction.value
        return replace(
            self._pigment,
            name=self.name.text().strip(),
            synonyms=self._synonyms(),
            group=ColourGroup(self.group.currentData()),
            srgb=self.colour.srgb,
            colour_source=self.colour_source.text().strip(),
            components=self.composition.components,
            binder=self.binder.currentText(),
            volume_fraction=0.0 if fraction is None else fraction,
            density_g_cm3=0.0 if density is None else density,
            period=self.period.text().strip(),
            from_year=self.from_year.value,
            to_year=self.to_year.value,
            xrf_note=self.xrf_note.toPlainText().strip(),
            notes=self.notes.toPlainText().strip(),
            source=self.source.toPlainText().strip(),
        )

    @property
    def problem(self) -> str:
        """The first thing that is wrong, with its field's name; empty when nothing is."""
        return self._problem

    def field_problem(self, name: str) -> str:
        """What is said below a field."""
        return self._fields[name].problem

    def set_read_only(self, on: bool) -> None:
        """Show everything without letting it be changed; there is no way back."""
        for line in self.findChildren(QLineEdit):
            line.setReadOnly(on)
        for text in self.findChildren(QPlainTextEdit):
            text.setReadOnly(on)
        if on:
            for box in (self.group, self.binder):
                _keep_current(box)
        self.composition.set_read_only(on)
        self.colour.set_read_only(on)

    def refresh(self) -> None:
        """Check everything and say below each field what is wrong with it."""
        self._say_notes()
        found = self._typed_problems()
        elsewhere = ""
        for item in problems(self.draft, self._other_names):
            name = _field_of(item)
            if name in self._fields:
                found.setdefault(name, item.message)
            else:
                elsewhere = elsewhere or item.message
        # the rows of the composition say it themselves
        found_there = self.composition.problem
        if found_there:
            found["components"] = found_there
        for name, field in self._fields.items():
            message = found.get(name, "")
            field.show_problem("" if name == "components" and found_there else message)
        first = next((name for name in self._fields if found.get(name)), None)
        self._problem = elsewhere if first is None else f"{self._labels[first]}: {found[first]}"

    def _make_editors(self) -> None:
        self.name = QLineEdit()
        self.synonyms = QLineEdit()
        self.synonyms.setPlaceholderText(self.tr("separated by semicolons"))
        self.group = QComboBox()
        for group in ColourGroup:
            self.group.addItem(group.value, group.value)
        self.colour = ColourField()
        self.colour_source = QLineEdit()
        self.colour_source.setPlaceholderText(self.tr("where the colour is known from"))
        self.composition = CompositionTable()
        self.binder = QComboBox()
        self.binder.addItems(list(BINDERS))
        self.volume_fraction = NumberEdit(
            self.tr("Pigment's share"), self.tr("of the paint's volume")
        )
        self.density = NumberEdit(self.tr("Density of the dry pigment"), "g/cm³")
        self.period = QLineEdit()
        self.period.setPlaceholderText(self.tr("antiquity to the present"))
        self.from_year = YearEdit(self.tr("From year"))
        self.to_year = YearEdit(self.tr("To year"))
        self.xrf_note = TextEdit(3)
        self.notes = TextEdit(3)
        self.source = TextEdit(2)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        years = QWidget()
        row = QHBoxLayout(years)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.from_year, QLabel(self.tr("to")), self.to_year):
            row.addWidget(widget)
        row.addStretch(1)
        years.setFocusProxy(self.from_year)
        for key, label, editor in (
            ("name", self.tr("Name"), self.name),
            ("synonyms", self.tr("Synonyms"), self.synonyms),
            ("group", self.tr("Group"), self.group),
            ("srgb", self.tr("Colour"), self.colour),
            ("colour_source", self.tr("Colour source"), self.colour_source),
            ("components", self.tr("Composition"), self.composition),
            ("density_g_cm3", self.tr("Density"), self.density),
            ("binder", self.tr("Binder"), self.binder),
            ("volume_fraction", self.tr("Pigment"), self.volume_fraction),
            ("period", self.tr("Period"), self.period),
            ("from_year", self.tr("Years"), years),
            ("xrf_note", self.tr("XRF"), self.xrf_note),
            ("notes", self.tr("Notes"), self.notes),
            ("source", self.tr("Source"), self.source),
        ):
            field = CheckedField(editor, label)
            self._fields[key] = field
            self._labels[key] = label
            form.addRow(label, field)
        self.volume_fraction.setToolTip(
            self.tr("Share of the paint's volume, above 0, at most 1; the binder has the rest")
        )

    def _show(self, pigment: Pigment) -> None:
        self.name.setText(pigment.name)
        self.synonyms.setText("; ".join(pigment.synonyms))
        self.group.setCurrentIndex(self.group.findData(pigment.group.value))
        self.colour.set_srgb(pigment.srgb)
        self.colour_source.setText(pigment.colour_source)
        self.composition.set_components(pigment.components)
        if pigment.binder in BINDERS:
            self.binder.setCurrentText(pigment.binder)
        self.volume_fraction.set_value(pigment.volume_fraction)
        self.density.set_value(pigment.density_g_cm3)
        self.period.setText(pigment.period)
        self.from_year.set_value(pigment.from_year)
        self.to_year.set_value(pigment.to_year)
        self.xrf_note.setPlainText(pigment.xrf_note)
        self.notes.setPlainText(pigment.notes)
        self.source.setPlainText(pigment.source)
        for line in (self.name, self.synonyms, self.colour_source, self.period):
            line.setCursorPosition(0)

    def _connect(self) -> None:
        lines = (self.name, self.synonyms, self.colour_source, self.period)
        for line in (*lines, self.from_year, self.to_year):
            line.textChanged.connect(self._on_changed)
        for text in (self.xrf_note, self.notes, self.source):
            text.textChanged.connect(self._on_changed)
        for box in (self.group, self.binder):
            box.currentIndexChanged.connect(self._on_changed)
        for editor in (self.composition, self.density, self.volume_fraction, self.colour):
            editor.changed.connect(self._on_changed)

    def _synonyms(self) -> tuple[str, ...]:
        """The synonyms as typed; the only one there was may have commas in it."""
        text = self.synonyms.text().strip()
        return (text,) if (text,) == self._pigment.synonyms else _listed(text)

    def _say_notes(self) -> None:
        """Show the whole of what is longer than its field, and where a source is left over."""
        lengthy = (self.name, self.synonyms, self.colour_source, self.period)
        for line in lengthy:
            line.setToolTip(line.text())
        if not self.synonyms.isReadOnly():
            words = self.tr("Semicolons separate synonyms; where there is none, commas do.")
            self.synonyms.setToolTip(f"{self.synonyms.text()}\n{words}".strip())
        source = self.colour_source.text().strip()
        is_left_over = (
            source != ""
            and source == self._pigment.colour_source
            and self.colour.srgb != self._pigment.srgb
        )
        self._fields["colour_source"].show_note(
            self.tr("This is the source of the colour before.") if is_left_over else ""
        )

    def _on_changed(self) -> None:
        self.refresh()
        self.changed.emit()

    def _typed_problems(self) -> dict[str, str]:
        """What is wrong with the text itself, before anything is made of it."""
        years = self.from_year.problem or self.to_year.problem
        found = {
            "srgb": self.colour.problem,
            "density_g_cm3": self.density.problem,
            "volume_fraction": self.volume_fraction.problem,
            "from_year": years,
        }
        return {name: message for name, message in found.items() if message}


def _keep_current(box: QComboBox) -> None:
    """Leave nothing else to choose: a box that is switched off is hard to read."""
    with QSignalBlocker(box):
        for place in reversed(range(box.count())):
            if place != box.currentIndex():
                box.removeItem(place)


def _listed(text: str) -> tuple[str, ...]:
    """Names between semicolons, else between commas, without empty ones and repetitions.

    A name such as "copper carbonate, blue" has a comma of its own.
    """
    names = (part.strip() for part in text.split(";" if ";" in text else ","))
    return tuple(dict.fromkeys(name for name in names if name))


def _field_of(problem: FieldProblem) -> str:
    """The field a problem is shown below."""
    name = problem.field.partition("[")[0].partition(".")[0]
    return "from_year" if name == "to_year" else name
