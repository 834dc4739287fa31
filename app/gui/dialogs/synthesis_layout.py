"""How the dialog for synthetic scans is laid out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.preview import PAPER_LINES
from app.gui.dialogs.fields import ProblemLabel
from app.gui.dialogs.synthesis_counts import CountsPanel
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_mixture import MixturePanel
from app.gui.dialogs.synthesis_palette import PalettePanel
from app.gui.dialogs.synthesis_picture import PicturePanel
from app.gui.views.preview_tiles import PreviewTiles

_SIZE = (1230, 740)


class SynthesisWidgets:
    """The parts of the dialog: picture, palette and mixture above, counts and a look below.

    Parameters
    ----------
    dialog
        Gets the layout.
    """

    def __init__(self, dialog: QDialog) -> None:
        self._dialog = dialog
        self.is_generating = False
        self.fields = Fields(SynthesisRecipe, SynthesisParameters, parent=dialog)
        self.picture = PicturePanel(self.fields)
        self.palette = PalettePanel(self.fields)
        self.mixture = MixturePanel(self.fields)
        self.counts = CountsPanel(self.fields)
        # picture and palette stand before the maps
        self.tiles = PreviewTiles(2 + len(PAPER_LINES))
        self.problem = ProblemLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.generate = QPushButton(dialog.tr("Generate…"))
        self.buttons.addButton(self.generate, QDialogButtonBox.ButtonRole.ActionRole)
        self.extra = QVBoxLayout()
        self._lay_out()

    def set_generating(self, on: bool) -> None:
        """Say on the button that a scan is being generated."""
        self.is_generating = on
        words = self._dialog.tr("Generating …") if on else self._dialog.tr("Generate…")
        self.generate.setText(words)

    def _lay_out(self) -> None:
        tr = self._dialog.tr
        above = QSplitter(Qt.Orientation.Horizontal)
        for title, part in (
            (tr("Picture and scan"), self.picture),
            (tr("Palette"), self.palette),
            (tr("Mixture"), self.mixture),
        ):
            above.addWidget(_group(title, part))
        above.setChildrenCollapsible(False)
        above.setSizes([380, 400, 420])
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(_group(tr("Counts"), self.counts))
        row.addWidget(_group(tr("As the scan will look"), self.tiles), 1)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(above)
        whole.addWidget(below)
        whole.setChildrenCollapsible(False)
        whole.setStretchFactor(0, 1)
        column = QVBoxLayout(self._dialog)
        column.addWidget(whole, 1)
        column.addLayout(self.extra)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        for button in self._dialog.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._dialog.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._dialog.resize(*_SIZE)


def _group(title: str, part: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    column = QVBoxLayout(box)
    column.addWidget(part)
    return box
