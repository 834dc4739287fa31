"""One input of a network: its energies and how counts are prepared for it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.core.parameters import parameter
from app.core.recolouring.card import EnergyBins, ModelInput, PreparationStep, StepKind
from app.errors import ParameterError
from app.gui.dialogs.parameters import ParametersForm
from app.gui.recolour_values import TensorRow


class Divided(StrEnum):
    """What counts are divided by."""

    NOTHING = "as counted"
    TOTAL = "divided by the pixel's total"
    LIVE_TIME = "divided by the live time"


class Compressed(StrEnum):
    """What becomes of large numbers."""

    NOTHING = "as they are"
    LOG1P = "ln(1 + x)"
    SQRT = "square root"


class Standardised(StrEnum):
    """What mean and spread are taken from."""

    NOTHING = "not standardised"
    PIXEL = "(x − mean) / (sd + 1) of each pixel"
    IMAGE = "(x − mean) / (sd + 1) of the whole scan"


_STEPS = {
    Divided.TOTAL: StepKind.BY_TOTAL,
    Divided.LIVE_TIME: StepKind.BY_LIVE_TIME,
    Compressed.LOG1P: StepKind.LOG1P,
    Compressed.SQRT: StepKind.SQRT,
    Standardised.PIXEL: StepKind.STANDARDISE_PIXEL,
    Standardised.IMAGE: StepKind.STANDARDISE_IMAGE,
}


@dataclass(frozen=True, slots=True)
class InputChoice:
    """What a user can say of an input.

    Raises
    ------
    ParameterError
        If the energies do not rise.
    """

    channels: int = parameter(512, label="Bins", minimum=2, maximum=65536)
    low_kev: float = parameter(
        0.0, label="From", unit="keV", minimum=-20.0, maximum=500.0, decimals=4
    )
    high_kev: float = parameter(
        40.96,
        label="To",
        unit="keV",
        minimum=-20.0,
        maximum=500.0,
        decimals=4,
        help="Lower limit of the first bin and upper limit of the last.",
    )
    resampled: bool = parameter(
        True,
        label="Bring counts onto these bins, none lost",
    )
    times: float = parameter(1.0, label="Multiply by", minimum=0.000001, maximum=1e9, decimals=6)
    divided: Divided = parameter(Divided.NOTHING, label="Counts are")
    compressed: Compressed = parameter(Compressed.NOTHING, label="then")
    standardised: Standardised = parameter(Standardised.NOTHING, label="then")
    low: str = parameter("", label="No less than", help="Empty for no limit.")
    high: str = parameter("", label="No more than")

    def __post_init__(self) -> None:
        if not self.high_kev > self.low_kev:
            raise ParameterError(
                "The energies do not rise.",
                f"Found {self.low_kev:g} to {self.high_kev:g} keV.",
                "Give the lower limit first.",
            )

    @property
    def energy(self) -> EnergyBins:
        """The bins."""
        gain = (self.high_kev - self.low_kev) / self.channels
        return EnergyBins(self.low_kev + gain / 2, gain, self.channels)

    @property
    def steps(self) -> tuple[PreparationStep, ...]:
        """What is done with counts, in order.

        Raises
        ------
        ParameterError
            If a limit is no number.
        """
        steps = [PreparationStep(StepKind.RESAMPLE)] if self.resampled else []
        times = {} if self.times == 1 else {"times": self.times}
        for chosen in (self.divided, self.compressed, self.standardised):
            if chosen in _STEPS:
                # a factor belongs to the first step that knows one
                takes = _STEPS[chosen] in (
                    StepKind.BY_TOTAL,
                    StepKind.BY_LIVE_TIME,
                    StepKind.LOG1P,
                )
                steps.append(PreparationStep(_STEPS[chosen], times if takes else {}))
                times = {} if takes else times
        limits = {
            name: _number(text)
            for name, text in (("low", self.low), ("high", self.high))
            if text.strip()
        }
        if times:
            raise ParameterError(
                "The factor cannot be used.",
                "Counts are neither divided nor is their logarithm taken.",
                "Multiply by 1, or choose one of these.",
            )
        return (*steps, PreparationStep(StepKind.CLIP, limits)) if limits else tuple(steps)


class InputForm(QWidget):
    """Asks for the energies and the preparation of one input.

    Parameters
    ----------
    item
        Its name and shape; a size that the shape gives is not asked for.
    """

    changed = Signal()

    def __init__(self, item: TensorRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item = item
        self._axis = 1
        self.form = ParametersForm(InputChoice(channels=_channels(item, 1) or 512))
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addWidget(self._note)
        self.form.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def note(self) -> str:
        """Where the bins are, in words."""
        return self._note.text()

    def set_channel_axis(self, axis: int) -> None:
        """Say which of the shape's numbers counts the bins."""
        if axis == self._axis:
            return
        self._axis = axis
        fixed = _channels(self._item, axis)
        if fixed is not None:
            values: InputChoice = self.form.values()
            self.form.set_values(replace(values, channels=fixed))

    def value(self) -> ModelInput:
        """The input as filled in.

        Raises
        ------
        AppError
            If it makes no sense.
        """
        choice: InputChoice = self.form.values()
        return ModelInput(self._item.name, choice.channels, choice.energy, choice.steps)

    @Slot()
    def _on_changed(self) -> None:
        self.form.editor("channels").setEnabled(_channels(self._item, self._axis) is None)
        if self.form.is_valid:
            choice: InputChoice = self.form.values()
            width = 1000 * choice.energy.gain_kev
            self._note.setText(
                self.tr("{} bins of {:.4g} eV; the first is centred at {:.4g} keV.").format(
                    choice.channels, width, choice.energy.offset_kev
                )
            )
        self.changed.emit()


def _channels(item: TensorRow, axis: int) -> int | None:
    """The number of bins that a shape gives; None where it leaves it open."""
    size = item.shape[axis] if axis < len(item.shape) else None
    return size if isinstance(size, int) and size >= 2 else None


def _number(text: str) -> float:
    try:
        return float(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError as error:
        raise ParameterError(
            "A limit is no number.", f"Found “{text}”.", "Give a number, or leave it empty."
        ) from error
