"""Asking for the energy axis."""

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.core.axis import EnergyAxis
from app.core.parameters import parameter
from app.gui.dialogs.parameters import ParametersForm

GIVEN = "given by the user"


@dataclass(frozen=True, slots=True)
class AxisParameters:
    """Offset and gain as a form asks for them."""

    offset_kev: float = parameter(
        0.0, label="Offset", unit="keV", minimum=-20.0, maximum=20.0, decimals=6
    )
    gain_kev: float = parameter(
        0.01, label="Gain", unit="keV per channel", minimum=0.000001, maximum=1.0, decimals=6
    )

    @classmethod
    def of(cls, axis: EnergyAxis) -> "AxisParameters":
        """The numbers of an axis, as far as the form shows them."""
        return cls(round(axis.offset_kev, 6), round(axis.gain_kev, 6))

    def axis(self, quadratic: float = 0.0, source: str = GIVEN) -> EnergyAxis:
        """An energy axis of these numbers."""
        return EnergyAxis(self.offset_kev, self.gain_kev, quadratic, source=source)


class AxisDialog(QDialog):
    """Asks for offset and gain of the energy axis.

    Parameters
    ----------
    axis
        The axis so far; None while it is unknown.
    channels
        Number of channels, to show how far the axis reaches.
    """

    def __init__(
        self, axis: EnergyAxis | None, channels: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Energy axis"))
        self._before = axis
        self._channels = channels
        self.form = ParametersForm(AxisParameters() if axis is None else AxisParameters.of(axis))
        source = self.tr("unknown; the file does not say") if axis is None else axis.source
        self._source = QLabel(self.tr("So far: {}").format(source or self.tr("not said")))
        self._source.setWordWrap(True)
        self._range = QLabel()
        self._range.setProperty("role", "muted")
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._source, self.form, self._range, self._buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(340)
        self.form.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def range_text(self) -> str:
        """How far the axis reaches, in words."""
        return self._range.text()

    def values(self) -> EnergyAxis:
        """The axis as edited; the one before when nothing was changed."""
        edited: AxisParameters = self.form.values()
        if self._before is not None and edited == AxisParameters.of(self._before):
            return self._before
        quadratic = 0.0 if self._before is None else self._before.quadratic
        return edited.axis(quadratic)

    @Slot()
    def _on_changed(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.form.is_valid)
        if self.form.is_valid:
            low, high = self.values().edges_kev(0, self._channels)
            self._range.setText(
                self.tr("{} channels from {:.3f} to {:.3f} keV").format(self._channels, low, high)
            )
