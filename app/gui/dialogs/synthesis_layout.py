"""How the dialog for synthetic scans is laid out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.physics.instrument import Instrument
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import PaintLook
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.preview import PAPER_LINES
from app.gui.dialogs.fields import ProblemLabel
from app.gui.dialogs.synthesis_counts import CountsPanel
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_layers import FaultsPanel, LayersPanel, PaintPanel, ScannerPanel
from app.gui.dialogs.synthesis_mixture import MixturePanel
from app.gui.dialogs.synthesis_palette import PalettePanel
from app.gui.dialogs.synthesis_picture import PicturePanel
from app.gui.views.labels import QuietLabel
from app.gui.views.preview_tiles import PreviewTiles

_SIZE = (1230, 750)


class ModeChoice(QWidget):
    """Takes how the spectra of a scan come about.

    Signals
    -------
    changed(bool)
        Layers are to be computed, or reference spectra mixed.
    """

    changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("How spectra come about"))
        self.box.addItems(
            [self.tr("Mix reference spectra (ganX)"), self.tr("Compute layers of paint (physics)")]
        )
        self._words = QuietLabel("muted", self.tr("What this means"))
        label = QLabel(self.tr("Spectra"))
        label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self.box, self._words):
            row.addWidget(widget, int(widget is self._words))
        self.box.currentIndexChanged.connect(self._on_chosen)
        self._show_words()

    @property
    def has_layers(self) -> bool:
        """Whether layers are to be computed."""
        return self.box.currentIndex() == 1

    def set_layers(self, on: bool) -> None:
        """Choose one of the two."""
        self.box.setCurrentIndex(int(on))

    def _show_words(self) -> None:
        if self.has_layers:
            words = self.tr(
                "Absorption, enhancement and scatter in varnish, paint and ground, by fundamental "
                "parameters; counts as a scanner takes them"
            )
        else:
            words = self.tr(
                "Each colour is a linear mixture of its pigments' spectra, without layers"
            )
        self._words.show_text(words)
        self._words.setToolTip(words)

    def _on_chosen(self) -> None:
        self._show_words()
        self.changed.emit(self.has_layers)


class SynthesisWidgets:
    """The parts of the dialog: picture, palette and mixture above, counts and a look below.

    Parameters
    ----------
    dialog
        Gets the layout.
    instruments
        That layers can be computed for.
    """

    def __init__(self, dialog: QDialog, instruments: Sequence[Instrument]) -> None:
        self._dialog = dialog
        self.is_generating = False
        self.mode = ModeChoice()
        self.fields = Fields(SynthesisRecipe, SynthesisParameters, PhysicsRecipe, parent=dialog)
        self.picture = PicturePanel(self.fields)
        self.palette = PalettePanel(self.fields)
        self.mixture = MixturePanel(self.fields)
        self.counts = CountsPanel(self.fields)
        self.paint, self.layers = PaintPanel(self.fields), LayersPanel(self.fields)
        self.scanner = ScannerPanel(self.fields, instruments)
        self.faults = FaultsPanel(self.fields)
        # picture and palette stand before the maps
        self.tiles = PreviewTiles(2 + len(PAPER_LINES))
        self.look = QuietLabel("muted", dialog.tr("State of the preview"))
        self.problem = ProblemLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.generate = QPushButton(dialog.tr("Generate…"))
        self.several = QPushButton(dialog.tr("A set of scans…"))
        self.several.setToolTip(dialog.tr("Many pictures in many variations of this recipe"))
        self.buttons.addButton(self.generate, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.several, QDialogButtonBox.ButtonRole.ResetRole)
        self.extra = QVBoxLayout()
        self.tabs = QTabWidget()
        self._left = QGroupBox()
        self._lay_out()
        self.set_layers(False)

    def set_layers(self, on: bool) -> None:
        """Ask only for what applies where layers are computed, or reference spectra mixed."""
        tr = self._dialog.tr
        for panel in (self.palette, self.mixture, self.counts):
            panel.set_layers(on)
        for number in range(1, self.tabs.count()):
            self.tabs.setTabVisible(number, on)
        self.tabs.tabBar().setVisible(on)
        if not on:
            self.tabs.setCurrentIndex(0)
        self._left.setTitle(tr("Painting and scan") if on else tr("Counts"))
        self.look.setVisible(on)

    def set_generating(self, on: bool) -> None:
        """Say on the button that a scan is being generated."""
        self.is_generating = on
        words = self._dialog.tr("Generating …") if on else self._dialog.tr("Generate…")
        self.generate.setText(words)

    def show_look(self, look: PaintLook | None, *, is_looking: bool) -> None:
        """Say what the maps are made of."""
        tr = self._dialog.tr
        words = ""
        if is_looking:
            words = tr("computing a preview …")
        elif look is not None:
            words = tr("Preview with {} paints in {} stacks of layers")
            words = words.format(look.paints, look.stacks)
        self.look.show_text(words)

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
        row.addWidget(self._tabbed())
        right = _group(tr("As the scan will look"), self.tiles)
        layout = right.layout()
        if layout is not None:
            layout.addWidget(self.look)
        row.addWidget(right, 1)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(above)
        whole.addWidget(below)
        whole.setChildrenCollapsible(False)
        whole.setStretchFactor(0, 1)
        column = QVBoxLayout(self._dialog)
        column.addWidget(self.mode)
        column.addWidget(whole, 1)
        column.addLayout(self.extra)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        for button in self._dialog.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._dialog.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._dialog.resize(*_SIZE)

    def _tabbed(self) -> QWidget:
        """Everything about the painting in depth and its scan, a tab for each."""
        tr = self._dialog.tr
        self.tabs.setDocumentMode(True)
        for title, part in (
            (tr("Counts"), self.counts),
            (tr("Paint"), self.paint),
            (tr("Layers"), self.layers),
            (tr("Scanner"), self.scanner),
            (tr("Faults"), self.faults),
        ):
            self.tabs.addTab(part, title)
        QVBoxLayout(self._left).addWidget(self.tabs)
        return self._left


def _group(title: str, part: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    column = QVBoxLayout(box)
    column.addWidget(part)
    return box
