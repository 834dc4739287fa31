"""The stack editor: layers of a painting, and the spectrum they would give together."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core.physics.computed import ComputedSpectrum
from app.core.physics.instrument import Instrument
from app.core.physics.line_shares import line_shares
from app.core.physics.stack_recipe import (
    MOST_LAYERS,
    LayerRecipe,
    LayerRole,
    StackRecipe,
    build,
    material_name,
    presets,
    problems,
)
from app.core.pigments import Pigment
from app.errors import AppError
from app.gui.dialogs.fields import EditorDialog, ProblemLabel
from app.gui.dialogs.layer_form import LayerForm
from app.gui.views.labels import QuietLabel
from app.gui.views.layer_plot import LayerPlot, layer_colours
from app.gui.views.layer_table import LayerTable
from app.gui.views.line_table import LineTable
from app.gui.views.stack_drawing import SectionLayer, StackDrawing

DRAFT_MS = 25
_SHOWN_LINES = 12
_LABELLED_LINES = 14


class StackEditor(EditorDialog):
    """Edits a stack of layers beside its computed spectrum; it never blocks the window.

    Parameters
    ----------
    pigments
        What layers can be made of; of those with the same id the first counts.
    instruments
        What the spectrum can be computed for, at least one.
    recipe
        The stack shown first; None for the first preset.

    Signals
    -------
    draft_changed(Stack, Instrument)
        The stack or the instrument differs from what was told last, and can be built.
    export_requested(ComputedSpectrum)
        The user wants to take the spectrum shown home.
    save_requested(StackRecipe), open_requested()
        The user wants to keep the stack in a file, or to have one from a file; see `set_recipe`.
    """

    draft_changed = Signal(object, object)
    export_requested = Signal(object)
    save_requested = Signal(object)
    open_requested = Signal()

    def __init__(
        self,
        pigments: Sequence[Pigment],
        instruments: Sequence[Instrument],
        recipe: StackRecipe | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Layers"))
        self._pigments = {item.id: item for item in reversed(pigments)}
        self._instruments = list(instruments)
        self._layers: list[LayerRecipe] = []
        self._name = ""
        self._told: tuple[object, ...] | None = None
        self._spectrum: ComputedSpectrum | None = None
        self._make_widgets()
        self._lay_out()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DRAFT_MS)
        self._later.timeout.connect(self._tell_draft)
        self._connect()
        self.set_recipe(presets()[0] if recipe is None else recipe)

    @property
    def recipe(self) -> StackRecipe:
        """The stack as typed, whether it can be built or not."""
        return StackRecipe(self._name, tuple(self._layers))

    @property
    def instrument(self) -> Instrument:
        """What the spectrum is computed for."""
        return self._instruments[self.instrument_box.currentIndex()]

    @property
    def problem(self) -> str:
        """The first thing that keeps the stack from being built; empty when nothing does."""
        found = problems(self.recipe, self._pigments)
        if not found:
            return ""
        first = found[0]
        if first.layer is None:
            return first.message
        return self.tr("Layer {}: {}").format(first.layer + 1, first.message)

    def set_recipe(self, recipe: StackRecipe) -> None:
        """Show another stack."""
        self._name, self._layers = recipe.name, list(recipe.layers)
        self._refresh(row=0)

    def choose_instrument(self, name: str) -> None:
        """Choose an instrument by its name; nothing changes where there is none of that name."""
        place = self.instrument_box.findText(name)
        if place >= 0:
            self.instrument_box.setCurrentIndex(place)

    def set_instruments(self, instruments: Sequence[Instrument]) -> None:
        """Offer other instruments; the chosen one stays chosen where its name is still there."""
        name = self.instrument.name
        with QSignalBlocker(self.instrument_box):
            self._instruments = list(instruments)
            self.instrument_box.clear()
            self.instrument_box.addItems([item.name for item in instruments])
            self.instrument_box.setCurrentIndex(max(self.instrument_box.findText(name), 0))
        self._start()

    def set_computed(self, spectrum: ComputedSpectrum) -> None:
        """Show the spectrum of the stack: the primary one, then the full one."""
        self._spectrum = spectrum
        shares = line_shares(spectrum)
        self.plot.set_spectrum(spectrum)
        self.plot.set_lines(tuple(share.line for share in shares[:_LABELLED_LINES]))
        roles = [name.partition(":")[0] for name in spectrum.layer_names]
        self.shares.set_shares(shares[:_SHOWN_LINES], roles)
        done = self.tr("with secondary excitation")
        more = self.tr("primary excitation; secondary follows …")
        self._state.show_text(done if spectrum.is_full else more)
        self._export.setEnabled(spectrum.is_full)
        self._say_left_over()

    def set_busy(self, on: bool) -> None:
        """Say that a spectrum is being computed."""
        if on:
            self._state.show_text(self.tr("computing …"))
        elif self._state.text().endswith("…"):
            self._state.show_text("")

    def show_error(self, error: AppError) -> None:
        """Say what failed, and what to do about it."""
        self.set_busy(False)
        self._problem.show_problem(f"{error.title} {error.message} {error.hint}".strip())

    def done(self, result: int) -> None:
        """Close; nothing is computed any more."""
        self._later.stop()
        super().done(result)

    def _make_widgets(self) -> None:
        self.table = LayerTable()
        self.form = LayerForm(self._pigments)
        self.drawing = StackDrawing()
        self.plot = LayerPlot()
        self.shares = LineTable()
        self.instrument_box = QComboBox()
        self.instrument_box.addItems([item.name for item in self._instruments])
        self.instrument_box.setAccessibleName(self.tr("Instrument the spectrum is computed for"))
        self._state = QuietLabel("muted", self.tr("State of the computed spectrum"))
        self._problem = ProblemLabel()
        self.add_button = QPushButton(self.tr("Add"))
        self.duplicate_button = QPushButton(self.tr("Duplicate"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.up_button = QPushButton(self.tr("Up"))
        self.down_button = QPushButton(self.tr("Down"))
        self.preset_button = QPushButton(self.tr("Stack"))
        menu = QMenu(self.preset_button)
        for recipe in presets():
            action = menu.addAction(recipe.name)
            action.triggered.connect(lambda _=False, recipe=recipe: self.set_recipe(recipe))
        menu.addSeparator()
        menu.addAction(self.tr("Open…")).triggered.connect(self.open_requested)
        menu.addAction(self.tr("Save as…")).triggered.connect(self._on_save)
        self.preset_button.setMenu(menu)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._export = self._buttons.addButton(
            self.tr("Export spectrum…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self._export.setEnabled(False)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._left_side())
        split.addWidget(self._right_side())
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([430, 720])
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        # beside the buttons: nothing moves when there is something to say
        bottom = QHBoxLayout()
        bottom.addWidget(self._problem, 1)
        bottom.addWidget(self._buttons)
        layout.addLayout(bottom)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1160, 720)

    def _left_side(self) -> QWidget:
        left = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (
            self.add_button,
            self.duplicate_button,
            self.remove_button,
            self.up_button,
            self.down_button,
        ):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.preset_button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.form.setContentsMargins(0, 0, 8, 0)
        scroll.setWidget(self.form)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.table, 2)
        column.addLayout(buttons)
        column.addWidget(scroll, 3)
        return left

    def _right_side(self) -> QWidget:
        right = QWidget()
        top = QHBoxLayout()
        label = QLabel(self.tr("Computed for"))
        label.setBuddy(self.instrument_box)
        top.addWidget(label)
        top.addWidget(self.instrument_box)
        top.addWidget(self._state, 1)
        below = QHBoxLayout()
        below.addWidget(self.drawing)
        below.addWidget(self.shares, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.plot, 3)
        column.addLayout(below, 2)
        return right

    def _connect(self) -> None:
        self.table.currentCellChanged.connect(self._on_row)
        self.form.changed.connect(self._on_layer)
        self.instrument_box.currentIndexChanged.connect(self._start)
        self.add_button.clicked.connect(self._on_add)
        self.duplicate_button.clicked.connect(self._on_duplicate)
        self.remove_button.clicked.connect(self._on_remove)
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button.clicked.connect(lambda: self._move(1))
        self.plot.plot.theme_changed.connect(self._show_layers)
        self._export.clicked.connect(self._on_export)
        self._buttons.rejected.connect(self.reject)

    def _refresh(self, row: int) -> None:
        """Show the layers anew, one of them chosen."""
        with QSignalBlocker(self.table):
            self._show_layers()
            self.table.setCurrentCell(min(max(row, 0), len(self._layers) - 1), 0)
        self._on_row()
        self._start()

    def _show_layers(self) -> None:
        """Write table and drawing."""
        inks = layer_colours(len(self._layers), self.plot.plot.colours)
        materials = [material_name(layer, self._pigments) for layer in self._layers]
        self.table.set_layers(self._layers, materials, inks)
        section = [
            SectionLayer(layer.role.value, max(layer.thickness_um, 0.0), self._fill(layer), ink)
            for layer, ink in zip(self._layers, inks, strict=True)
        ]
        self.drawing.set_layers(tuple(section))

    def _fill(self, layer: LayerRecipe) -> str | None:
        """The colour of a layer's first pigment."""
        known = [self._pigments[key] for key, _ in layer.pigments if key in self._pigments]
        return "#{:02x}{:02x}{:02x}".format(*known[0].srgb) if known else None

    def _on_row(self) -> None:
        row = self.table.currentRow()
        self.form.setEnabled(row >= 0)
        if row >= 0:
            self.form.set_layer(self._layers[row])
        self._check()

    def _on_layer(self, layer: LayerRecipe) -> None:
        row = self.table.currentRow()
        if row >= 0:
            self._layers[row] = layer
            with QSignalBlocker(self.table):
                self._show_layers()
            self._start()

    def _on_add(self) -> None:
        self._insert(LayerRecipe(LayerRole.PAINT, formula="", thickness_um=20.0))

    def _on_duplicate(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            self._insert(replace(self._layers[row]))

    def _insert(self, layer: LayerRecipe) -> None:
        row = self.table.currentRow() + 1
        self._layers.insert(row, layer)
        self._refresh(row)

    def _on_remove(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            del self._layers[row]
            self._refresh(row)

    def _move(self, by: int) -> None:
        row = self.table.currentRow()
        if 0 <= row + by < len(self._layers) and row >= 0:
            self._layers[row], self._layers[row + by] = self._layers[row + by], self._layers[row]
            self._refresh(row + by)

    def _on_export(self) -> None:
        if self._spectrum is not None:
            self.export_requested.emit(self._spectrum)

    def _on_save(self) -> None:
        self.save_requested.emit(self.recipe)

    def _start(self) -> None:
        """Check at once, compute soon."""
        self._check()
        if not self._later.isActive():
            self._later.start()

    def _check(self) -> None:
        found = problems(self.recipe, self._pigments)
        row, count = self.table.currentRow(), len(self._layers)
        self.form.show_problems([item for item in found if item.layer == row])
        self.table.mark({item.layer: item.message for item in found if item.layer is not None})
        self._problem.show_problem(self.problem)
        self.add_button.setEnabled(count < MOST_LAYERS)
        self.duplicate_button.setEnabled(row >= 0 and count < MOST_LAYERS)
        self.remove_button.setEnabled(row >= 0 and count > 1)
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < count - 1)

    def _tell_draft(self) -> None:
        if self.problem:
            self._told = None
            self.set_busy(False)
            self._say_left_over()
            return
        stack, instrument = build(self.recipe, self._pigments), self.instrument
        if (stack, instrument) != self._told:
            self._told = (stack, instrument)
            self.set_busy(True)
            self._export.setEnabled(False)
            self.draft_changed.emit(stack, instrument)

    def _say_left_over(self) -> None:
        """Say that the spectrum is of another stack than the one typed, which makes no sense."""
        if self.problem and self._spectrum is not None:
            self._state.show_text(self.tr("of the last valid values"))
            self._export.setEnabled(False)
