"""Names of curves with a stroke in their colours; each can be hidden and shown."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QToolButton, QWidget


class FlowLayout(QLayout):
    """Widgets side by side that go on in the next row where there is no more room."""

    def __init__(self, parent: QWidget | None = None, gap: int = 2) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap

    def addItem(self, arg__1: QLayoutItem) -> None:
        """Put an item last."""
        self._items.append(arg__1)

    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """An item by its number; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and give it; None beyond the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Neither: the rows are as high as they need to be."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrower place takes more rows."""
        return True

    def heightForWidth(self, arg__1: int) -> int:
        """Height of the rows in a place of a width."""
        return self._placed(QRect(0, 0, arg__1, 0), moves=False)

    def setGeometry(self, arg__1: QRect) -> None:
        """Put the items into their rows."""
        super().setGeometry(arg__1)
        self._placed(arg__1, moves=True)

    def sizeHint(self) -> QSize:
        """All in one row."""
        sizes = [item.sizeHint() for item in self._shown()]
        wide = sum(size.width() + self._gap for size in sizes)
        return self._with_margins(QSize(wide, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        """The widest item alone."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, size: QSize) -> QSize:
        margins: QMargins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _placed(self, place: QRect, *, moves: bool) -> int:
        """Lay the items out and give the height they take."""
        inside = place.marginsRemoved(self.contentsMargins())
        x, y, row = inside.x(), inside.y(), 0
        for item in self._shown():
            size = item.sizeHint()
            if x > inside.x() and x + size.width() > inside.right() + 1:
                x, y, row = inside.x(), y + row + self._gap, 0
            if moves:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            row = max(row, size.height())
        return y + row - place.y() + self.contentsMargins().bottom()


class Legend(QWidget):
    """A button per curve; pressing it hides or shows the curve.

    Signals
    -------
    toggled(name, shown)
        The user hid or showed a curve.
    """

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Legend"))

    @property
    def hidden(self) -> set[str]:
        """Names of the curves that the user has hidden."""
        return {name for name, button in self.buttons.items() if not button.isChecked()}

    def set_entries(self, entries: tuple[tuple[str, str], ...]) -> None:
        """Show names with their colours, as #rrggbb; what was hidden before stays hidden."""
        if list(self.buttons) != [name for name, _ in entries]:
            hidden = self.hidden
            for button in self.buttons.values():
                self._flow.removeWidget(button)
                button.deleteLater()
            self.buttons = {name: self._button(name, name not in hidden) for name, _ in entries}
            self.updateGeometry()
        for name, colour in entries:
            self.buttons[name].setIcon(stroke_icon(colour))

    def _button(self, name: str, shown: bool) -> QToolButton:
        button = QToolButton()
        button.setText(name.replace("&", "&&"))
        button.setToolTip(self.tr("Show “{}”").format(name))
        button.setAccessibleName(self.tr("Show the curve “{}”").format(name))
        button.setCheckable(True)
        button.setChecked(shown)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(14, 14))
        button.toggled.connect(lambda on: self.toggled.emit(name, on))
        self._flow.addWidget(button)
        return button


def stroke_icon(colour: str) -> QIcon:
    """A short stroke in the colour of a curve."""
    pixmap = QPixmap(28, 28)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.fillRect(1, 6, 12, 2, QColor(colour))
    painter.end()
    return QIcon(pixmap)
