"""How the recoloured picture is looked at, what is known of one colour, and taking it home."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.gui.recolour_values import MAP_LOOKS, ColourReasons, Look, Place
from app.gui.views.colour_reasons import ColourReasonsView
from app.gui.views.pixel_colour import PixelColourView

EMPTY = (
    "No picture yet. Choose a model and press Recolour. With “Colour under the pointer” the colour "
    "of each pixel you point at is predicted at once."
)
_STRONGEST = 200
_USUAL = 100


class PicturePage(QWidget):
    """Chooses what is drawn of the recoloured picture and asks about its colours.

    Signals
    -------
    look_changed(), place_chosen(Place), element_chosen(name)
        Something else is to be drawn, at another place, of another element.
    live_toggled(on)
        Colours are to be predicted under the pointer.
    reasons_requested(), export_requested(), score_requested()
        A button was pressed.
    """

    look_changed = Signal()
    place_chosen = Signal(object)
    element_chosen = Signal(str)
    live_toggled = Signal(bool)
    reasons_requested = Signal()
    export_requested = Signal()
    score_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_answer_below = False
        self._title = _words("title")
        self._note = _words("muted")
        self.live_box = QCheckBox(self.tr("Colour under the pointer"))
        self.live_box.setToolTip(
            self.tr("Predict the colour of the pixel pointed at, without recolouring the scan")
        )
        self.live_box.toggled.connect(self.live_toggled)
        self.look_box = _combo(self.tr("What is drawn"))
        self.look_box.currentIndexChanged.connect(self._on_look)
        self.place_box = _combo(self.tr("Where it is drawn"))
        _fill(self.place_box, [place.value for place in Place])
        self.place_box.currentIndexChanged.connect(self._on_place)
        self.element_box = _combo(self.tr("Element of the map"))
        self.element_box.currentTextChanged.connect(self._on_element)
        self._element_label = QLabel(self.tr("Element"))
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(0, _STRONGEST)
        self.strength.setValue(_USUAL)
        self.strength.setPageStep(25)
        self.strength.setAccessibleName(self.tr("How strongly doubt is drawn"))
        self.strength.setToolTip(
            self.tr("100 %: a standard deviation of 64 of 255 hides the colour; 200 %: one of 32")
        )
        self.strength.valueChanged.connect(self._on_strength)
        self._strength_label = QLabel(self.tr("Doubt"))
        self._strength_words = QLabel()
        self.pixel = PixelColourView()
        self.reasons = ColourReasonsView()
        self.reasons_button = QPushButton(self.tr("What made this colour?"))
        self.reasons_button.setToolTip(
            self.tr(
                "Take each element's lines out of the spectrum of the chosen pixel or region and "
                "see how the colour changes; name pigments that XRF cannot tell apart there"
            )
        )
        self.reasons_button.clicked.connect(self.reasons_requested)
        self.stamp_box = QCheckBox(self.tr("Write “predicted colour” upon exported pictures"))
        self.stamp_box.setChecked(True)
        self.stamp_box.setToolTip(
            self.tr("The file says so in its metadata in any case, with model, version, checksum")
        )
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.setToolTip(
            self.tr("Save as a picture (PNG, TIFF), or all predicted maps as HDF5")
        )
        self.export_button.clicked.connect(self.export_requested)
        self.score_button = QPushButton(self.tr("Compare with a picture…"))
        self.score_button.setToolTip(self.tr("Score the colours against a photograph of its size"))
        self.score_button.clicked.connect(self.score_requested)
        self._lay_out()
        self.clear()

    @property
    def title(self) -> str:
        """What is shown, or what to do while there is nothing."""
        return self._title.text()

    @property
    def note(self) -> str:
        """How it was made and what to keep in mind."""
        return self._note.text()

    @property
    def look(self) -> Look:
        """What is to be drawn."""
        return Look(self.look_box.currentText() or Look.COLOUR)

    @property
    def place(self) -> Place:
        """Where it is to be drawn."""
        return Place(self.place_box.currentText())

    @property
    def element(self) -> str:
        """The element whose map is to be drawn; empty where there are none."""
        return self.element_box.currentText()

    @property
    def doubt_strength(self) -> float:
        """How strongly doubt is to be drawn; 1 as it is."""
        return self.strength.value() / 100

    @property
    def has_stamp(self) -> bool:
        """Whether exported pictures say upon themselves what they are."""
        return self.stamp_box.isChecked()

    def set_place(self, place: Place) -> None:
        """Where the picture is now, without emitting anything."""
        self.place_box.blockSignals(True)
        self.place_box.setCurrentIndex(list(Place).index(place))
        self.place_box.blockSignals(False)

    def set_live(self, on: bool) -> None:
        """Whether colours are predicted under the pointer, without emitting anything."""
        self.live_box.blockSignals(True)
        self.live_box.setChecked(on)
        self.live_box.blockSignals(False)

    def set_result(
        self, title: str, note: str, looks: tuple[Look, ...], elements: tuple[str, ...] = ()
    ) -> None:
        """Offer what a picture has; what was chosen stays so where it is still offered.

        Parameters
        ----------
        title, note
            What it is, and how it was made.
        looks
            At least one.
        elements
            Of a model that predicts maps, alone or beside colours.
        """
        self._title.setText(title)
        self._title.setProperty("role", "title")
        self._title.style().polish(self._title)
        self._note.setText(note)
        _fill(self.look_box, [look.value for look in looks])
        _fill(self.element_box, list(elements))
        self._refresh(has_result=True)

    def set_note(self, note: str) -> None:
        """Say something else about the picture."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def clear(self) -> None:
        """Show that there is no picture."""
        self._title.setText(self.tr(EMPTY))
        self._title.setProperty("role", "muted")
        self._title.style().polish(self._title)
        self._note.clear()
        self.reasons.set_reasons(None)
        self._refresh(has_result=False)

    def set_reasons(self, reasons: ColourReasons | None, words: str = "") -> None:
        """Show what made a colour; words in their place while there is no answer."""
        self.reasons.set_reasons(reasons, words)
        # else the answer would be below what is seen
        self._is_answer_below = reasons is not None
        self._show_answer()

    def set_can_ask(self, on: bool) -> None:
        """Whether there is a pixel or region whose colour can be asked about."""
        self.reasons_button.setEnabled(on)

    def set_can_save(self, on: bool) -> None:
        """Whether the picture is there to its end."""
        self.export_button.setEnabled(on)
        self.score_button.setEnabled(on)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        self._show_label = QLabel(self.tr("Show"))
        grid.addWidget(self._show_label, 0, 0)
        grid.addWidget(self.look_box, 0, 1, 1, 2)
        grid.addWidget(self._element_label, 1, 0)
        grid.addWidget(self.element_box, 1, 1, 1, 2)
        self._place_label = QLabel(self.tr("Where"))
        grid.addWidget(self._place_label, 2, 0)
        grid.addWidget(self.place_box, 2, 1, 1, 2)
        grid.addWidget(self._strength_label, 3, 0)
        grid.addWidget(self.strength, 3, 1)
        grid.addWidget(self._strength_words, 3, 2)
        width = self.fontMetrics().horizontalAdvance("200 %") + 4
        self._strength_words.setMinimumWidth(width)
        buttons = QHBoxLayout()
        for button in (self.export_button, self.score_button):
            buttons.addWidget(button)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 4, 0)
        inner.setSpacing(6)
        inner.addWidget(self._title)
        inner.addWidget(self._note)
        inner.addLayout(grid)
        inner.addLayout(buttons)
        inner.addWidget(self.stamp_box)
        inner.addWidget(self.live_box)
        inner.addWidget(self.pixel)
        inner.addWidget(self.reasons_button)
        inner.addWidget(self.reasons)
        inner.addStretch(1)
        area = self._area = QScrollArea()
        area.verticalScrollBar().rangeChanged.connect(self._show_answer)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(area)

    @Slot()
    def _on_look(self) -> None:
        self._refresh(has_result=True)
        self.look_changed.emit()

    @Slot()
    def _on_place(self) -> None:
        self.place_chosen.emit(self.place)

    @Slot(str)
    def _on_element(self, name: str) -> None:
        self.element_chosen.emit(name)

    @Slot()
    def _on_strength(self) -> None:
        self._refresh(has_result=True)
        self.look_changed.emit()

    @Slot()
    def _show_answer(self) -> None:
        """Scroll to an answer that has just come, when there is room made for it."""
        if self._is_answer_below:
            bar = self._area.verticalScrollBar()
            bar.setValue(min(self.reasons_button.y(), bar.maximum()))
            self._is_answer_below = bar.value() < min(self.reasons_button.y(), 1)

    def _refresh(self, *, has_result: bool) -> None:
        for widget in (
            self._show_label,
            self.look_box,
            self._place_label,
            self.place_box,
            self.export_button,
        ):
            widget.setVisible(has_result)
        self._note.setVisible(has_result and bool(self._note.text()))
        has_colours = self.look_box.findText(Look.COLOUR.value) >= 0
        # a model of maps gives no colour to explain or to compare with a photograph
        self.reasons_button.setHidden(has_result and not has_colours)
        self.score_button.setVisible(has_result and has_colours)
        # maps are exported as numbers, which say in their file what they are
        self.stamp_box.setVisible(has_result and has_colours)
        for widget in (self._element_label, self.element_box):
            widget.setVisible(has_result and self.look in MAP_LOOKS)
        has_doubt = has_result and self.look in (Look.FADED, Look.HATCHED)
        self._strength_label.setVisible(has_doubt)
        self.strength.setVisible(has_doubt)
        self._strength_words.setVisible(has_doubt)
        self._strength_words.setText(f"{self.strength.value()} %")


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(80)
    return box


def _fill(box: QComboBox, texts: list[str]) -> None:
    """Offer texts, without telling anyone; what was chosen stays so where it is among them."""
    if texts == [box.itemText(place) for place in range(box.count())]:
        return
    before = box.currentText()
    box.blockSignals(True)
    box.clear()
    box.addItems(texts)
    box.setCurrentIndex(texts.index(before) if before in texts else 0 if texts else -1)
    box.blockSignals(False)


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
