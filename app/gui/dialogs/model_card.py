"""The card of a network that came without one: which energies, which preparation, which outputs."""

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.parameters import parameter
from app.core.recolouring.card import (
    Layout,
    ModelCard,
    ModelCardError,
    ModelInput,
    ModelOutput,
    OutputKind,
    TaskKind,
)
from app.errors import AppError, ParameterError
from app.gui.dialogs.fields import ProblemLabel
from app.gui.dialogs.model_input import InputForm
from app.gui.dialogs.parameters import ParametersForm
from app.gui.recolour_values import GraphRow, TensorRow

NOT_USED = "not used"
_IMAGE_RANK = 4
_MEANINGS = {
    OutputKind.RGB: "colour",
    OutputKind.LOG_VARIANCE: "logarithm of the colour's variance",
    OutputKind.QUANTILES: "colours at several quantiles",
    OutputKind.MAPS: "maps of elements",
    OutputKind.NOVELTY: "novelty, 0 to 1",
    OutputKind.NEIGHBOURS: "distance to the nearest training spectra",
    OutputKind.RECONSTRUCTION: "the spectrum again",
    OutputKind.LATENT: "the network's own summary",
}
_LAYOUTS = {
    Layout.IMAGE_CHANNELS_FIRST: "(1, channels, rows, columns)",
    Layout.IMAGE_CHANNELS_LAST: "(1, rows, columns, channels)",
}
# pieces of names that networks' authors give to what they mean
_HINTS = (
    ("var", OutputKind.LOG_VARIANCE),
    ("novel", OutputKind.NOVELTY),
    ("ood", OutputKind.NOVELTY),
    ("latent", OutputKind.LATENT),
    ("recon", OutputKind.RECONSTRUCTION),
    ("neighb", OutputKind.NEIGHBOURS),
    ("quantile", OutputKind.QUANTILES),
    ("map", OutputKind.MAPS),
    ("element", OutputKind.MAPS),
    ("rgb", OutputKind.RGB),
    ("colo", OutputKind.RGB),
)


@dataclass(frozen=True, slots=True)
class AboutModel:
    """Whose network it is and what is known of its training."""

    name: str = parameter("", label="Name")
    version: str = parameter("", label="Version")
    authors: str = parameter("", label="Authors", help="Separated by semicolons.")
    licence: str = parameter("", label="Licence")
    citation: str = parameter("", label="To be cited as")
    tube_anode: str = parameter("", label="Trained with anode", help="As Rh; empty if unknown.")
    tube_kv: float = parameter(
        0.0, label="at", unit="kV", minimum=0.0, maximum=120.0, decimals=1, help="0 if unknown."
    )
    notes: str = parameter("", label="Notes")


class ModelCardDialog(QDialog):
    """Asks for the card of a network.

    Parameters
    ----------
    graph
        What the network takes and gives.
    scan_words
        Which energies the open scan covers, in words; empty without a scan.
    """

    def __init__(
        self, graph: GraphRow, scan_words: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Card of {}").format(graph.name))
        self._graph = graph
        self.about = ParametersForm(AboutModel(name=graph.name))
        self.layout_box = QComboBox()
        self.layout_box.setAccessibleName(self.tr("Order of the numbers"))
        self.field = QLineEdit("0")
        self.field.setAccessibleName(self.tr("Receptive field in pixels"))
        self.field.setPlaceholderText(self.tr("the whole picture"))
        self.inputs = {item.name: InputForm(item) for item in graph.inputs}
        self.meanings: dict[str, QComboBox] = {}
        self.elements: dict[str, QLineEdit] = {}
        self._problem = ProblemLabel()
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._save = self._buttons.button(standard.Ok)
        self._save.setText(self.tr("Write the card"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out(scan_words)
        self.about.changed.connect(self._on_changed)
        self.layout_box.currentIndexChanged.connect(self._on_changed)
        self.field.textChanged.connect(self._on_changed)
        for form in self.inputs.values():
            form.changed.connect(self._on_changed)
        self._on_layout()
        self._on_changed()

    @property
    def problem(self) -> str:
        """What keeps the card from being written; empty when nothing does."""
        return self._problem.text()

    def values(self) -> ModelCard:
        """The card as filled in.

        Raises
        ------
        AppError
            If it makes no sense; the message names the field.
        """
        about: AboutModel = self.about.values()
        outputs = self._outputs()
        kinds = {output.kind for output in outputs}
        trained = {"tube_anode": about.tube_anode.strip()} if about.tube_anode.strip() else {}
        layout = self._layout
        return ModelCard(
            name=about.name.strip() or self._graph.name,
            version=about.version.strip(),
            licence=about.licence.strip(),
            authors=tuple(name.strip() for name in about.authors.split(";") if name.strip()),
            citation=about.citation.strip(),
            task=TaskKind.RGB if OutputKind.RGB in kinds else TaskKind.MAPS,
            layout=layout,
            inputs=tuple(self._input(item) for item in self._graph.inputs),
            outputs=outputs,
            receptive_field_px=0 if layout is Layout.PIXEL else self._receptive_field(),
            trained_on={**trained, "tube_kv": about.tube_kv} if about.tube_kv else trained,
            sha256=self._graph.sha256,
            notes=about.notes.strip(),
        )

    @property
    def _layout(self) -> Layout:
        if not self._has_images:
            return Layout.PIXEL
        return list(_LAYOUTS)[self.layout_box.currentIndex()]

    @property
    def _has_images(self) -> bool:
        return any(len(item.shape) == _IMAGE_RANK for item in self._graph.inputs)

    def _input(self, item: TensorRow) -> ModelInput:
        return self.inputs[item.name].value()

    def _outputs(self) -> tuple[ModelOutput, ...]:
        kinds = list(OutputKind)
        found = []
        for name, box in self.meanings.items():
            if box.currentText() == NOT_USED:
                continue
            kind = next(item for item in kinds if _MEANINGS[item] == box.currentText())
            text = self.elements[name].text() if kind is OutputKind.MAPS else ""
            symbols = tuple(part.strip() for part in text.split(",") if part.strip())
            found.append(ModelOutput(name, kind, symbols))
        if not any(item.kind in (OutputKind.RGB, OutputKind.MAPS) for item in found):
            raise ParameterError(
                self.tr("No output is a colour or a map."),
                self.tr("Found {} outputs that mean something else.").format(len(found)),
                self.tr("Say which output gives colours or maps of elements."),
            )
        return tuple(found)

    def _receptive_field(self) -> int | None:
        text = self.field.text().strip()
        if not text:
            return None
        if not text.isdecimal():
            raise ParameterError(
                self.tr("The receptive field is no number of pixels."),
                self.tr("Found “{}”; expected a whole number from 0, or nothing.").format(text),
                self.tr("Leave it empty where a result depends on the whole picture."),
            )
        return int(text)

    def _lay_out(self, scan_words: str) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setSpacing(6)
        inner.addWidget(
            _words(
                self.tr(
                    "Only someone who knows the network can fill this in: its "
                    "article or its authors. A wrong card gives wrong colours without any warning."
                ),
                "muted",
            )
        )
        for item in self._graph.inputs:
            inner.addWidget(_words(self.tr("Input “{}” {}").format(item.name, item.words), "title"))
            inner.addWidget(self.inputs[item.name])
        if scan_words:
            inner.addWidget(_words(scan_words, "muted"))
        if self._has_images:
            form = QFormLayout()
            self.layout_box.addItems(list(_LAYOUTS.values()))
            form.addRow(self.tr("Order of the numbers"), self.layout_box)
            form.addRow(self.tr("Receptive field, pixels to each side"), self.field)
            inner.addLayout(form)
        inner.addWidget(_words(self.tr("What its outputs mean"), "title"))
        inner.addLayout(self._outputs_form())
        inner.addWidget(_words(self.tr("About the model"), "title"))
        inner.addWidget(self.about)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        for widget in (area, self._problem, self._buttons):
            layout.addWidget(widget)
        self.resize(560, 640)

    def _outputs_form(self) -> QFormLayout:
        form = QFormLayout()
        for item in self._graph.outputs:
            box = QComboBox()
            box.addItems([NOT_USED, *(_MEANINGS[kind] for kind in OutputKind)])
            box.setCurrentText(_guess(item))
            box.setAccessibleName(self.tr("Meaning of the output {}").format(item.name))
            line = QLineEdit()
            line.setPlaceholderText(self.tr("Elements in order: Fe, Cu, Pb"))
            line.setAccessibleName(self.tr("Elements of the output {}").format(item.name))
            self.meanings[item.name], self.elements[item.name] = box, line
            form.addRow(f"“{item.name}” {item.words}", box)
            form.addRow("", line)
            box.currentIndexChanged.connect(self._on_changed)
            line.textChanged.connect(self._on_changed)
        return form

    def _on_layout(self) -> None:
        """Take the order of numbers from the first image input where it is plain."""
        for item in self._graph.inputs:
            if len(item.shape) == _IMAGE_RANK:
                first = isinstance(item.shape[1], int) and not isinstance(item.shape[3], int)
                self.layout_box.setCurrentIndex(0 if first else 1)
                return

    @Slot()
    def _on_changed(self) -> None:
        for name, box in self.meanings.items():
            is_maps = box.currentText() == _MEANINGS[OutputKind.MAPS]
            self.elements[name].setVisible(is_maps)
        axis = 1 if self._layout is not Layout.IMAGE_CHANNELS_LAST else 3
        for form in self.inputs.values():
            form.set_channel_axis(axis)
        try:
            self.values()
        except ModelCardError as error:
            self._problem.show_problem(error.message)
        except AppError as error:
            self._problem.show_problem(f"{error.title} {error.message}")
        else:
            self._problem.show_problem("")
        self._save.setEnabled(not self._problem.text())


def _guess(item: TensorRow) -> str:
    """What an output probably means, by its name, else by its size."""
    name = item.name.casefold()
    for piece, kind in _HINTS:
        if piece in name:
            return _MEANINGS[kind]
    return _MEANINGS[OutputKind.RGB] if 3 in item.shape[1:] else NOT_USED


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
