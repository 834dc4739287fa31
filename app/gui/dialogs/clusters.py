"""How the spectra of a scan are to be clustered."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.core import lines as emission
from app.core.clustering.choice import parse_numbers
from app.core.clustering.features import Transform
from app.core.parameters import parameter
from app.errors import ParameterError
from app.gui.dialogs.parameters import ParametersForm


class Compared(StrEnum):
    """What the pixels are compared by."""

    SPECTRA = "whole spectra"
    MAPS = "maps of elements"


class Part(StrEnum):
    """Which pixels take part."""

    SCAN = "the whole scan"
    REGION = "the region only"


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """What a user can decide about clusters.

    Raises
    ------
    ParameterError
        If a value cannot be used.
    """

    numbers: str = parameter(
        "4..12",
        label="Clusters",
        help="8 for eight of them; 4..12 tries each and keeps the one of the best silhouette.",
    )
    compared: Compared = parameter(Compared.SPECTRA, label="Compare")
    elements: str = parameter(
        "", label="Elements", help="With maps: elements or lines, as Fe, Cu, Pb_Lb."
    )
    part: Part = parameter(Part.SCAN, label="Pixels of")
    transform: Transform = parameter(
        Transform.ANSCOMBE,
        label="Counts become",
        help="anscombe: weak lines count as far as their noise allows. shares: only the shape "
        "of a spectrum counts. counts: the strongest line decides. standard: every line or map "
        "weighs the same.",
    )
    seed: int = parameter(
        0,
        label="Seed",
        minimum=0,
        maximum=2**31 - 1,
        help="The same seed gives the same clusters.",
    )

    def __post_init__(self) -> None:
        parse_numbers(self.numbers)
        if self.compared is Compared.SPECTRA:
            return
        for name in self.names:
            emission.line(name)
        if not self.names:
            raise ParameterError(
                "There are no maps to compare.",
                "No element is named; expected some, as Fe, Cu, Pb.",
                "Name elements, or compare whole spectra.",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The elements or lines as written, one by one."""
        return tuple(text.strip() for text in self.elements.split(",") if text.strip())


class ClusterDialog(QDialog):
    """Asks how to cluster.

    Parameters
    ----------
    choice
        What is shown first.
    has_axis
        Whether the scan has an energy axis; maps of elements need one.
    region
        The chosen region in words; empty when there is none.
    """

    def __init__(
        self,
        choice: ClusterChoice,
        *,
        has_axis: bool,
        region: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Cluster spectra"))
        self.form = ParametersForm(choice)
        self.form.editor("compared").setEnabled(has_axis)
        part = self.form.editor("part")
        part.setEnabled(bool(region))
        part.setToolTip(region or self.tr("Draw a region in the map to cluster only its pixels"))
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._start = self._buttons.button(standard.Ok)
        self._start.setText(self.tr("Cluster"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addStretch()
        layout.addWidget(self._buttons)
        self.setMinimumWidth(420)
        self.form.changed.connect(self._on_changed)
        self._on_changed()

    def values(self) -> ClusterChoice:
        """What was chosen.

        Raises
        ------
        ParameterError
            If it cannot be used.
        """
        choice: ClusterChoice = self.form.values()
        return choice

    @Slot()
    def _on_changed(self) -> None:
        self._start.setEnabled(self.form.is_valid)
        compared = self.form.editor("compared")
        has_maps = isinstance(compared, QComboBox) and compared.currentText() == Compared.MAPS
        self.form.editor("elements").setEnabled(has_maps)
