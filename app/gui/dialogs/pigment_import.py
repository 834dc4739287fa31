"""Taking pigments in: into which library, and what happens to those it has already."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.core.pigments import Pigment

SKIP, REPLACE, KEEP_BOTH = "skip", "replace", "keep both"
NEW = ""


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """What the user decided.

    Parameters
    ----------
    library
        Key of the library to copy into; `NEW` for the user's usual one, made when needed.
    clash
        `SKIP`, `REPLACE` or `KEEP_BOTH`.
    is_listed
        Use the file itself as a library, where it lies, and copy nothing.
    """

    library: str = NEW
    clash: str = SKIP
    is_listed: bool = False


class PigmentImportDialog(QDialog):
    """Asks how to take in the pigments of a file or of another library.

    Parameters
    ----------
    source
        What they come from, for the user.
    pigments
        What is taken in.
    libraries
        Title of each library that can be written to, by key.
    taken
        Names, case-folded, that each library has already, by key.
    chosen
        Key of the library suggested.
    can_list
        Whether the file may be used as a library itself.
    """

    def __init__(
        self,
        source: str,
        pigments: tuple[Pigment, ...],
        libraries: Mapping[str, str],
        taken: Mapping[str, frozenset[str]],
        chosen: str = NEW,
        *,
        can_list: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Take pigments in"))
        self._names = [pigment.name.casefold() for pigment in pigments]
        self._taken = taken
        count = self.tr("{} holds {} pigments.").format(source, len(pigments))
        heading = QLabel(count)
        heading.setWordWrap(True)
        heading.setProperty("role", "title")
        self.use = QRadioButton(self.tr("&Use it where it lies, as a library of the list"))
        self.copy = QRadioButton(self.tr("&Copy its pigments into"))
        self.library = QComboBox()
        self.library.setAccessibleName(self.tr("Library to copy into"))
        for key, title in libraries.items():
            self.library.addItem(title, key)
        self.library.setCurrentIndex(max(self.library.findData(chosen), 0))
        self.clashes = QLabel()
        self.clashes.setWordWrap(True)
        self._ways = QButtonGroup(self)
        self.ways = {
            SKIP: QRadioButton(self.tr("&Leave those that are there as they are")),
            REPLACE: QRadioButton(self.tr("&Replace those that are there")),
            KEEP_BOTH: QRadioButton(self.tr("&Keep both, the new ones under other names")),
        }
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(heading)
        column.addWidget(self.use)
        column.addWidget(self.copy)
        column.addWidget(self.library)
        column.addWidget(self.clashes)
        for way in self.ways.values():
            self._ways.addButton(way)
            column.addWidget(way)
        column.addStretch()
        column.addWidget(self.buttons)
        self.ways[SKIP].setChecked(True)
        (self.use if can_list else self.copy).setChecked(True)
        self.use.setVisible(can_list)
        self.copy.setVisible(can_list)
        self.use.toggled.connect(self._refresh)
        self.library.currentIndexChanged.connect(self._refresh)
        self.setMinimumWidth(380)
        self._refresh()

    @property
    def clash_count(self) -> int:
        """How many of the pigments the chosen library has already."""
        taken = self._taken.get(self.library.currentData() or NEW, frozenset())
        return sum(name in taken for name in self._names)

    def values(self) -> ImportChoice:
        """What was decided."""
        chosen = next(name for name, way in self.ways.items() if way.isChecked())
        return ImportChoice(
            self.library.currentData() or NEW, chosen, is_listed=self.use.isChecked()
        )

    @Slot()
    def _refresh(self) -> None:
        copies = not self.use.isChecked()
        count = self.clash_count
        self.library.setEnabled(copies)
        self.clashes.setText(
            self.tr("{} of them are there already, by name:").format(count)
            if count
            else self.tr("None of them is there yet.")
        )
        self.clashes.setVisible(copies)
        for way in self.ways.values():
            way.setVisible(copies and bool(count))
