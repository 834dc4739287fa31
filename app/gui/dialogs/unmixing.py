"""What a scan is to be unmixed into, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.parameters import parameter
from app.core.pigments import Pigment
from app.core.unmixing.nmf import MOST_COMPONENTS
from app.gui.dialogs.parameters import ParametersForm
from app.gui.dialogs.synthesis_pigments import PigmentChoice

LABEL = "Rh 50 kV"
"""The references that every shipped pigment has."""


class Into(StrEnum):
    """What the spectra are taken to be mixed of."""

    PIGMENTS = "pigments of a library"
    COMPONENTS = "components found in the scan itself"


class Part(StrEnum):
    """Which pixels are unmixed."""

    SCAN = "the whole scan"
    REGION = "the region only"


class Scatter(StrEnum):
    """What scattered radiation belongs to."""

    AUTO = "auto"
    OWN = "own"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Library:
    """A library whose pigments can be chosen."""

    name: str
    pigments: tuple[Pigment, ...]


@dataclass(frozen=True, slots=True)
class UnmixDetails:
    """What a form asks for."""

    components: int = parameter(
        8,
        label="Components",
        minimum=1,
        maximum=MOST_COMPONENTS,
        help="Without pigments: how many spectra to look for.",
    )
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1)
    part: Part = parameter(Part.SCAN, label="Pixels of")
    scatter: Scatter = parameter(
        Scatter.AUTO,
        label="Scatter",
        help="own: each pigment keeps the scatter of its reference. free: scatter is fitted by "
        "itself. auto: own for synthetic scans, free for all others.",
    )
    keep_mixtures: bool = parameter(
        False,
        label="Fit pigments that look like mixtures of others, too",
        help="They are left out else, as their maps are unsure, and named.",
    )
    varnish_um: float = parameter(
        30.0,
        label="Varnish above, at most",
        unit="µm",
        minimum=0,
        maximum=500,
        decimals=1,
        help="Pigments that only soft lines tell apart, which it weakens, share a map. 0 for bare "
        "paint; without meaning where pigments keep their own scatter.",
    )
    refine: bool = parameter(True, label="Correct the energy axis by its lines")


@dataclass(frozen=True, slots=True)
class UnmixChoice:
    """What a user can decide about unmixing.

    Parameters
    ----------
    into
        Pigments or components.
    library
        Name of the library; empty for the first.
    names
        Of the pigments that take part; empty for all of the library.
    spectrum
        Label of the reference spectra.
    instrument
        Name of the instrument to compute spectra for instead; empty for none.
    details
        All else.
    """

    into: Into = Into.PIGMENTS
    library: str = ""
    names: tuple[str, ...] = ()
    spectrum: str = LABEL
    instrument: str = ""
    details: UnmixDetails = field(default_factory=UnmixDetails)


class UnmixDialog(QDialog):
    """Asks what to unmix into.

    Parameters
    ----------
    choice
        What is shown first.
    libraries
        At least one.
    instruments
        Names of those that spectra can be computed for.
    region
        The chosen region in words; empty when there is none.
    """

    def __init__(
        self,
        choice: UnmixChoice,
        libraries: Sequence[Library],
        instruments: Sequence[str],
        *,
        region: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unmix spectra"))
        self._libraries = tuple(libraries)
        self._instruments = tuple(instruments)
        self._names = choice.names
        self.into = QComboBox()
        for item in Into:
            self.into.addItem(item.value, (item,))
        self.into.setCurrentText(choice.into.value)
        self.into.setAccessibleName(self.tr("Into"))
        self.library = QComboBox()
        for library in self._libraries:
            self.library.addItem(library.name)
        self.library.setCurrentIndex(max(self.library.findText(choice.library), 0))
        self.library.setAccessibleName(self.tr("Library"))
        self.pigments_button = QPushButton()
        self.pigments_button.setAutoDefault(False)
        self.pigments_button.clicked.connect(self.choose_pigments)
        self.spectra = QComboBox()
        self.spectra.setAccessibleName(self.tr("Spectra of the pigments"))
        self.form = ParametersForm(choice.details)
        part = self.form.editor("part")
        part.setEnabled(bool(region))
        part.setToolTip(region or self.tr("Draw a region in the map to unmix only its pixels"))
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.start = self._buttons.button(standard.Ok)
        self.start.setText(self.tr("Unmix"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._list_spectra(choice.spectrum, choice.instrument)
        self.into.currentIndexChanged.connect(self._refresh)
        self.library.currentIndexChanged.connect(self._on_library)
        self.form.changed.connect(self._refresh)
        self._refresh()

    @property
    def pigments(self) -> tuple[Pigment, ...]:
        """Those that take part."""
        known = self._library.pigments
        return tuple(item for item in known if not self._names or item.name in self._names)

    def values(self) -> UnmixChoice:
        """What was chosen.

        Raises
        ------
        ParameterError
            If it cannot be used.
        """
        spectrum, instrument = self.spectra.currentData()
        return UnmixChoice(
            self.into.currentData()[0],
            self._library.name,
            self._names,
            spectrum,
            instrument,
            self.form.values(),
        )

    @Slot()
    def choose_pigments(self) -> None:
        """Ask which pigments of the library take part."""
        # some are computed from their composition, some have spectra: either will do
        known = tuple(item for item in self._library.pigments if item.components or item.spectra)
        dialog = PigmentChoice(
            known,
            {item.name for item in self.pigments},
            (),
            self,
            title=self.tr("Pigments to unmix into"),
            needs_spectra=False,
        )
        dialog.accepted.connect(lambda: self._take(dialog.chosen, len(known)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @property
    def _library(self) -> Library:
        return self._libraries[max(self.library.currentIndex(), 0)]

    def _take(self, chosen: tuple[Pigment, ...], all_of_them: int) -> None:
        is_all = len(chosen) == all_of_them
        self._names = () if is_all else tuple(item.name for item in chosen)
        spectrum, instrument = self.spectra.currentData()
        self._list_spectra(spectrum, instrument)
        self._refresh()

    def _list_spectra(self, spectrum: str, instrument: str) -> None:
        """Offer the labels of the pigments' references, and all instruments."""
        labels = dict.fromkeys(item.label for one in self.pigments for item in one.spectra)
        self.spectra.clear()
        for label in labels:
            self.spectra.addItem(self.tr("References “{}”").format(label), (label, ""))
        if labels:
            self.spectra.insertSeparator(len(labels))
        for name in self._instruments:
            self.spectra.addItem(self.tr("Computed for {}").format(name), (LABEL, name))
        wanted = (LABEL if instrument else spectrum, instrument)
        places = [
            place for place in range(self.spectra.count()) if self.spectra.itemData(place) == wanted
        ]
        self.spectra.setCurrentIndex(places[0] if places else 0)

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "Counts of each pixel are shared out among spectra. The tube's own lines and its "
                "scatter differ between instruments: choose spectra of the one that was used."
            )
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        which = QHBoxLayout()
        which.addWidget(self.library, 1)
        which.addWidget(self.pigments_button)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # in line with the form below, whose longest label this is
        wide = self.fontMetrics().horizontalAdvance(self.tr("Components"))
        for text, field_ in (
            (self.tr("Into"), self.into),
            (self.tr("Library"), which),
            (self.tr("Spectra"), self.spectra),
        ):
            label = QLabel(text)
            label.setMinimumWidth(wide)
            form.addRow(label, field_)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self.form)
        layout.addStretch()
        layout.addWidget(self._buttons)
        self.setMinimumWidth(480)

    @Slot()
    def _on_library(self) -> None:
        self._names = ()
        spectrum, instrument = self.spectra.currentData()
        self._list_spectra(spectrum, instrument)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        has_pigments = self.into.currentData()[0] is Into.PIGMENTS
        for widget in (self.library, self.pigments_button, self.spectra):
            widget.setEnabled(has_pigments)
        for name in ("scatter", "keep_mixtures", "varnish_um"):
            self.form.editor(name).setEnabled(has_pigments)
        for name in ("components", "seed"):
            self.form.editor(name).setEnabled(not has_pigments)
        count, known = len(self.pigments), len(self._library.pigments)
        words = self.tr("All {} pigments…") if count == known else self.tr("{} of {} pigments…")
        self.pigments_button.setText(words.format(count, known))
        self.start.setEnabled(self.form.is_valid and (count > 0 or not has_pigments))


def without_region(choice: UnmixChoice) -> UnmixChoice:
    """The same for the whole scan."""
    return replace(choice, details=replace(choice.details, part=Part.SCAN))
