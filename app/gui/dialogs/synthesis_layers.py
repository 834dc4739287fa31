"""What a painting is made of in depth and how it is scanned: paint, layers, scanner, faults."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from app.core.physics.instrument import Instrument
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe
from app.gui.dialogs.synthesis_fields import Fields, FieldsForm
from app.gui.dialogs.synthesis_hidden import HiddenPicture


class PaintPanel(QWidget):
    """Takes what the paint is like."""

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = ("paint_um", "spread", "spread_px", "volume_fraction", "binder")
        self.form = fields.form(*((name, "") for name in rows))
        _stack(self, self.form)


class LayersPanel(QWidget):
    """Takes what lies above and below the paint.

    Parameters
    ----------
    fields
        Has the editors of varnish, ground, support and hidden paint.
    """

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = fields
        self.hidden = HiddenPicture()
        self.form = fields.form(("varnish_um", ""))
        self.form.add("hidden", self.hidden)
        for name, text in (
            ("hidden_um", self.tr("Hidden paint")),
            ("hidden_materials", self.tr("Hidden paints")),
            ("ground", self.tr("Ground")),
            ("ground_um", self.tr("Its thickness")),
            ("support", self.tr("Support")),
        ):
            self.form.add(name, fields[name], text)
        _stack(self, self.form)
        fields.changed.connect(self._show_rows)
        self.hidden.changed.connect(self._show_rows)
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        """Show what applies."""
        has_ground = self._fields.values(PhysicsRecipe)["ground"] is not Ground.NONE
        self.form.show_rows(("ground_um",), shown=has_ground)
        is_hidden = self.hidden.path is not None
        self.form.show_rows(("hidden_um", "hidden_materials"), shown=is_hidden)


class ScannerPanel(QWidget):
    """Takes the instrument, and what of its physics is computed.

    Parameters
    ----------
    fields
        Has the editors of the three effects.
    instruments
        What can be chosen.

    Signals
    -------
    changed()
        Another instrument was chosen.
    """

    changed = Signal()

    def __init__(
        self, fields: Fields, instruments: Sequence[Instrument], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._instruments = tuple(instruments)
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Instrument"))
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.addItems([item.name for item in self._instruments])
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self.form = FieldsForm()
        self.form.add("instrument", self.box, self.tr("Instrument"))
        self.form.add("words", self._words)
        for name in ("has_scatter", "has_secondary", "has_escape"):
            self.form.add(name, fields[name])
        _stack(self, self.form)
        self.box.currentIndexChanged.connect(self._on_chosen)
        self._show_words()

    @property
    def instrument(self) -> Instrument | None:
        """The chosen one; None where there is none at all."""
        place = self.box.currentIndex()
        return self._instruments[place] if place >= 0 else None

    @property
    def words(self) -> str:
        """What is said of the instrument."""
        return self._words.text()

    def set_name(self, name: str) -> None:
        """Choose an instrument by its name, if there is one of that name."""
        self.box.setCurrentIndex(max(self.box.findText(name), 0))

    def _show_words(self) -> None:
        chosen = self.instrument
        if chosen is None:
            self._words.setText(self.tr("There is no instrument."))
            return
        words = self.tr("{} tube at {} kV, {} channels of {} eV, resolution {} eV at Mn Kα")
        self._words.setText(
            words.format(
                chosen.anode,
                f"{chosen.tube_kv:g}",
                chosen.channels,
                f"{1000 * chosen.gain_kev:.4g}",
                f"{chosen.resolution_ev:g}",
            )
        )

    @Slot()
    def _on_chosen(self) -> None:
        self._show_words()
        self.changed.emit()


class FaultsPanel(QWidget):
    """Takes what the scanner does wrong."""

    def __init__(self, fields: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = fields.form(
            ("resolving_us", ""),
            ("backlash_px", ""),
            ("gain_percent", self.tr("Gain wrong by")),
            ("offset_ev", self.tr("Offset wrong by")),
        )
        note = QLabel(
            self.tr("The file says what the scanner should be; its truth says what it really is.")
        )
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        self.form.add("note", note)
        _stack(self, self.form)


def _stack(panel: QWidget, form: QWidget) -> None:
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 6, 0, 0)
    column.addWidget(form)
    column.addStretch(1)
