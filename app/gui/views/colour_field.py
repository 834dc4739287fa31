"""A colour: swatch, picker, and its hexadecimal, sRGB and Lab values to read and to type."""

import re
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.core.colour import Srgb, hex_of_srgb, lab_to_srgb, srgb_of_hex, srgb_to_lab
from app.errors import ParameterError
from app.gui.theme import plot_colours_for
from app.gui.views.numbers import MINUS

_SWATCH = QSize(44, 22)
_BETWEEN = re.compile(r"[;,\s]+")


class ColourField(QWidget):
    """Shows and takes a colour in three notations that follow one another.

    Signals
    -------
    changed()
        Another colour, or a text that is none.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._srgb: Srgb = (128, 128, 128)
        self._problem = ""
        self.swatch = QToolButton()
        self.swatch.setIconSize(_SWATCH)
        self.swatch.setToolTip(self.tr("Choose the colour"))
        self.swatch.setAccessibleName(self.tr("Choose the colour"))
        self.swatch.clicked.connect(self.pick)
        self.hex = self._line(self.tr("Colour, hexadecimal"), "#c93b2a")
        self.rgb = self._line(self.tr("Colour, sRGB, three numbers of 0 to 255"), "201, 59, 42")
        self.lab = self._line(self.tr("Colour, Lab under D65"), "47.5, 55.1, 41.8")
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._note.hide()
        self._lay_out()
        self.setFocusProxy(self.swatch)
        self.hex.textEdited.connect(self._on_hex)
        self.rgb.textEdited.connect(self._on_rgb)
        self.lab.textEdited.connect(self._on_lab)
        self.set_srgb(self._srgb)

    @property
    def srgb(self) -> Srgb:
        """The colour, sRGB of 0..255 each; the last usable one while a text is none."""
        return self._srgb

    @property
    def problem(self) -> str:
        """Why what was typed is no colour; empty when it is one."""
        return self._problem

    @property
    def note(self) -> str:
        """What is worth knowing of the colour: that sRGB does not have it."""
        return self._note.text()

    def set_srgb(self, srgb: Srgb) -> None:
        """Show a colour without emitting anything.

        Raises
        ------
        ParameterError
            If it is not three whole numbers of 0 to 255.
        """
        # converted first: a colour that cannot be leaves everything as it is
        texts = (hex_of_srgb(srgb), _rgb_text(srgb), _lab_text(srgb))
        self._srgb, self._problem = srgb, ""
        for line, text in zip((self.hex, self.rgb, self.lab), texts, strict=True):
            with QSignalBlocker(line):
                line.setText(text)
        self._say("")
        self._paint_swatch()

    def set_read_only(self, on: bool) -> None:
        """Show the colour without letting it be changed."""
        self.swatch.setEnabled(not on)
        for line in (self.hex, self.rgb, self.lab):
            line.setReadOnly(on)

    def pick(self) -> None:
        """Open the picker; it does not block the window."""
        dialog = QColorDialog(QColor(*self._srgb), self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle(self.tr("Colour"))
        dialog.colorSelected.connect(self._on_picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _line(self, name: str, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(example)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        rgb, lab = QLabel("sRGB"), QLabel("Lab")
        rgb.setBuddy(self.rgb)
        lab.setBuddy(self.lab)
        for label in (rgb, lab):
            label.setProperty("role", "muted")
        grid.addWidget(self.swatch, 0, 0)
        grid.addWidget(self.hex, 0, 1)
        grid.addWidget(rgb, 0, 2)
        grid.addWidget(self.rgb, 0, 3)
        grid.addWidget(lab, 1, 2)
        grid.addWidget(self.lab, 1, 3)
        grid.addWidget(self._note, 2, 0, 1, 4)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(3, 3)

    def _paint_swatch(self) -> None:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(_SWATCH * ratio)
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.fillRect(pixmap.rect(), QColor(*self._srgb))
        painter.setPen(QPen(QColor(plot_colours_for(self.palette()).muted), 1))
        painter.drawRect(0, 0, _SWATCH.width() - 1, _SWATCH.height() - 1)
        painter.end()
        icon = QIcon(pixmap)
        # a colour that cannot be changed is still that colour
        icon.addPixmap(pixmap, QIcon.Mode.Disabled)
        self.swatch.setIcon(icon)

    def _say(self, note: str) -> None:
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _on_hex(self, text: str) -> None:
        self._take(self.hex, lambda: (srgb_of_hex(text), True))

    def _on_rgb(self, text: str) -> None:
        self._take(self.rgb, lambda: (_rgb_of(text), True))

    def _on_lab(self, text: str) -> None:
        self._take(self.lab, lambda: lab_to_srgb(_numbers(text)))

    def _take(self, source: QLineEdit, read: Callable[[], tuple[Srgb, bool]]) -> None:
        """Read one notation and show the colour in the others."""
        try:
            srgb, is_in_gamut = read()
        except ParameterError as error:
            self._problem = f"{error.title} {error.message}"
            self._say("")
            self.changed.emit()
            return
        typed, cursor = source.text(), source.cursorPosition()
        self.set_srgb(srgb)
        with QSignalBlocker(source):
            source.setText(typed)
            source.setCursorPosition(cursor)
        if not is_in_gamut:
            self._say(
                self.tr("sRGB has no such colour; kept is the nearest it has, {}.").format(
                    hex_of_srgb(srgb)
                )
            )
        self.changed.emit()

    def _on_picked(self, colour: QColor) -> None:
        self.set_srgb((colour.red(), colour.green(), colour.blue()))
        self.changed.emit()


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas, semicolons or spaces; raises ParameterError for what is none."""
    parts = [part for part in _BETWEEN.split(text.strip().replace(MINUS, "-")) if part]
    try:
        return tuple(float(part) for part in parts)
    except ValueError as error:
        raise ParameterError(
            "This is no colour.",
            f"Found “{text.strip()}”; expected three numbers with commas between them.",
            "Write for example 52.3, 41.0, 18.5.",
        ) from error


def _rgb_of(text: str) -> Srgb:
    values = _numbers(text)
    # asked this way round, "not a number" is none of them
    whole = all(0 <= value <= 255 and value.is_integer() for value in values)
    if len(values) != 3 or not whole:
        raise ParameterError(
            "This is no sRGB colour.",
            f"Found “{text.strip()}”; expected three whole numbers of 0 to 255.",
            "Write for example 201, 59, 42.",
        )
    red, green, blue = (int(value) for value in values)
    return red, green, blue


def _rgb_text(srgb: Srgb) -> str:
    return ", ".join(str(band) for band in srgb)


def _lab_text(srgb: Srgb) -> str:
    # "-0.0" of a neutral grey would look like a value
    return ", ".join(f"{round(value, 1) + 0.0:.1f}" for value in srgb_to_lab(srgb))
