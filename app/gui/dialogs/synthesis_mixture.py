"""What one colour of a synthetic scan is mixed from: the rule, the colour and its pigments."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.core.colour import Srgb
from app.core.synthesis.layers_recipe import Mixing, PhysicsRecipe
from app.gui.dialogs.fields import ProblemLabel
from app.gui.dialogs.synthesis_fields import Fields, FieldsForm
from app.gui.views.colour_field import ColourField
from app.gui.views.labels import QuietLabel
from app.gui.views.share_table import ShareRow, ShareTable


class MixturePanel(QWidget):
    """Takes the rule for all colours, and for one of them its colour and its shares.

    Parameters
    ----------
    fields
        Has the editors of `mixing`, `similarity`, `threshold` and `at_most`.

    Signals
    -------
    colour_given(Srgb)
        The user gave the chosen colour another one.
    reset_requested()
        The user wants the chosen colour as it was found and mixed by the rule.
    pigments_requested()
        The user wants to choose other pigments.
    """

    colour_given = Signal(object)
    reset_requested = Signal()
    pigments_requested = Signal()

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pigments_button = QPushButton(self.tr("Pigments…"))
        self.reset_button = QPushButton(self.tr("As found"))
        self.reset_button.setToolTip(
            self.tr("Take back what was changed by hand in this colour: its colour and its shares")
        )
        for button in (self.pigments_button, self.reset_button):
            button.setAutoDefault(False)
        most = fields["at_most"]
        if isinstance(most, QSpinBox):
            most.setSpecialValueText(self.tr("no limit"))
            most.setSuffix(self.tr(" pigments"))
        self.colour = ColourField()
        self.table = ShareTable()
        self._title = QuietLabel("title", self.tr("Chosen colour"))
        self._problem = ProblemLabel()
        self.form = FieldsForm()
        self._fields, self._has_layers = fields, False
        self._lay_out(fields)
        self._show_rows()
        fields.changed.connect(self._show_rows)
        self.colour.changed.connect(self._on_colour)
        self.reset_button.clicked.connect(self.reset_requested)
        self.pigments_button.clicked.connect(self.pigments_requested)
        self.show_nothing()

    @property
    def title(self) -> str:
        """Which colour is shown."""
        return self._title.text()

    def show_nothing(self) -> None:
        """There is no colour yet."""
        self._title.show_text(self.tr("No colour yet"))
        self.table.set_rows(())
        self._set_editable(False)
        self.reset_button.setEnabled(False)

    def show_colour(
        self, number: int, srgb: Srgb, rows: Sequence[ShareRow], *, is_changed: bool, is_final: bool
    ) -> None:
        """Show a colour and its pigments.

        Parameters
        ----------
        number
            Of the colour, from 0.
        is_changed
            Whether something in it was changed by hand.
        is_final
            Whether it can be changed: not while the palette is still being looked for.
        """
        self._title.show_text(self.tr("Colour {}").format(number + 1))
        # what is being typed is left alone
        if srgb != self.colour.srgb:
            self.colour.set_srgb(srgb)
        self.table.set_rows(rows)
        self._set_editable(is_final)
        self.reset_button.setEnabled(is_changed and is_final)

    def show_pigments(self, count: int) -> None:
        """Say how many pigments may be used."""
        self.pigments_button.setText(self.tr("{} pigments…").format(count))

    def set_layers(self, on: bool) -> None:
        """Ask only for what applies where layers are computed, or reference spectra mixed."""
        self._has_layers = on
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        mixing = self._fields.values(PhysicsRecipe)["mixing"]
        is_by_likeness = not self._has_layers or mixing is Mixing.SIMILARITY
        self.form.show_rows(("mixing",), shown=self._has_layers)
        self.form.show_rows(("alike",), shown=is_by_likeness)
        self.table.show_likeness(is_by_likeness)

    def _set_editable(self, on: bool) -> None:
        self.colour.setEnabled(on)
        self.table.setEnabled(on)

    @Slot()
    def _on_colour(self) -> None:
        self._problem.show_problem(self.colour.problem)
        if not self.colour.problem:
            self.colour_given.emit(self.colour.srgb)

    def _lay_out(self, fields: Fields) -> None:
        form = self.form
        most = QHBoxLayout()
        most.addWidget(fields["at_most"], 1)
        most.addWidget(self.pigments_button)
        alike = QHBoxLayout()
        alike.setSpacing(6)
        alike.addWidget(fields["similarity"], 1)
        alike.addWidget(fields.label("threshold", self.tr("at least")))
        alike.addWidget(fields["threshold"], 1)
        form.add("mixing", fields["mixing"], self.tr("Mixed by"))
        form.add("alike", _row(alike), self.tr("Alike by"))
        form.add("at_most", _row(most), self.tr("At most"))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        column.addLayout(head)
        column.addWidget(self.colour)
        column.addWidget(self._problem)
        column.addWidget(self.table, 1)


def _row(layout: QHBoxLayout) -> QWidget:
    """A line of editors as one."""
    layout.setContentsMargins(0, 0, 0, 0)
    row = QWidget()
    row.setLayout(layout)
    return row
