"""Which pigments take part: on the palette of a synthetic scan, or where a scan is unmixed."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.pigments import Pigment
from app.gui.pigment_models import elements_text, swatch


class PigmentChoice(QDialog):
    """A list of pigments, each with a tick.

    Parameters
    ----------
    pigments
        What can be chosen; those without a reference spectrum are shown but cannot be.
    chosen
        Names of those that are ticked first.
    paper
        Names of the pigments of the ganX paper, or of another usual set; without any they are no
        set of their own.
    title
        Of the window.
    needs_spectra
        Whether a pigment without a reference spectrum cannot be chosen.
    needs_compositions
        Whether a pigment without a known composition cannot be chosen.
    set_name
        What the set is called; by default the ganX paper's.
    """

    def __init__(
        self,
        pigments: Sequence[Pigment],
        chosen: Collection[str],
        paper: Collection[str],
        parent: QWidget | None = None,
        *,
        title: str = "",
        needs_spectra: bool = True,
        needs_compositions: bool = False,
        set_name: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title or self.tr("Pigments on the palette"))
        self._needs_spectra = needs_spectra
        self._needs_compositions = needs_compositions
        self._set_name = set_name or self.tr("The ganX paper's")
        self._pigments = tuple(pigments)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names and elements"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pigments"))
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        for pigment in self._pigments:
            self.list.addItem(self._item(pigment, chosen))
        self._lay_out(paper)
        self.search.textChanged.connect(self._on_search)
        self.list.itemChanged.connect(self._on_changed)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._on_changed()
        self.resize(420, 560)

    @property
    def chosen(self) -> tuple[Pigment, ...]:
        """The ticked pigments."""
        ticked = Qt.CheckState.Checked
        return tuple(
            pigment
            for place, pigment in enumerate(self._pigments)
            if self.list.item(place).checkState() is ticked
        )

    def _item(self, pigment: Pigment, chosen: Collection[str]) -> QListWidgetItem:
        elements = elements_text(pigment)
        item = QListWidgetItem(swatch(pigment.srgb), pigment.name)
        item.setToolTip(elements)
        item.setData(Qt.ItemDataRole.UserRole, f"{pigment.name} {elements}".casefold())
        if not self._can_take(pigment):
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            reason = self.tr("It has no reference spectrum")
            if pigment.spectra or not self._needs_spectra:
                reason = self.tr("Its composition is not known")
            item.setToolTip(reason)
        is_on = self._can_take(pigment) and pigment.name in chosen
        item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        return item

    def _can_take(self, pigment: Pigment) -> bool:
        is_known = bool(pigment.components) or not self._needs_compositions
        return is_known and (bool(pigment.spectra) or not self._needs_spectra)

    def _lay_out(self, paper: Collection[str]) -> None:
        sets = QHBoxLayout()
        everything: tuple[tuple[str, Callable[[Pigment], bool]], ...] = (
            (self._set_name, lambda pigment: pigment.name in paper),
            (self.tr("All"), lambda pigment: True),
            (self.tr("None"), lambda pigment: False),
        )
        for text, wanted in everything[0 if paper else 1 :]:
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._tick, wanted))
            sets.addWidget(button)
        sets.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(sets)
        column.addWidget(self._count)
        column.addWidget(self.buttons)

    def _tick(self, wanted: Callable[[Pigment], bool], _checked: bool = False) -> None:
        """Tick those wanted, of the pigments in sight."""
        for place, pigment in enumerate(self._pigments):
            item = self.list.item(place)
            if self._can_take(pigment) and not item.isHidden():
                is_on = wanted(pigment)
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)

    @Slot(str)
    def _on_search(self, text: str) -> None:
        words = text.casefold().split()
        for place in range(self.list.count()):
            item = self.list.item(place)
            known = item.data(Qt.ItemDataRole.UserRole)
            item.setHidden(not all(word in known for word in words))

    @Slot()
    def _on_changed(self) -> None:
        count = len(self.chosen)
        self._count.setText(self.tr("{} of {} chosen").format(count, len(self._pigments)))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(count > 0)
