"""Spectra of a pigment over one another: computed and measured."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from app.core.axis import EnergyAxis
from app.gui.theme import PlotColours
from app.gui.views.curves_view import CurvesView
from app.gui.views.energy_plot import DrawnCurve

# below it the noise peak of the detector and what air absorbs would decide the scale
AREA_FROM_KEV = 1.0


class CurveRole(StrEnum):
    """Where a spectrum comes from; spectra of different roles are compared by shape."""

    COMPUTED = "computed"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True, eq=False)
class PlotCurve:
    """A spectrum to show.

    Parameters
    ----------
    name
        For the legend.
    axis
        Its energy axis.
    counts
        Shape (channels,).
    role
        Computed or measured.
    live_time_s
        Live time the counts belong to, s; None where it is unknown.
    """

    name: str
    axis: EnergyAxis
    counts: NDArray[Any]
    role: CurveRole = CurveRole.COMPUTED
    live_time_s: float | None = None


class PigmentPlot(CurvesView):
    """Shows spectra of a pigment with their lines labelled.

    Computed and measured spectra together are drawn with the same area above 1 keV, as the
    photons on a real sample are seldom known; the axis says so.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._curves: tuple[PlotCurve, ...] = ()
        self.set_curves(())

    @property
    def is_normalised(self) -> bool:
        """Whether the spectra are drawn with the same area."""
        return len({curve.role for curve in self._curves}) > 1

    @property
    def counts_label(self) -> str:
        """What the counts axis says."""
        if self.is_normalised:
            return self.tr("% per keV (of all above 1 keV)")
        times = {curve.live_time_s for curve in self._curves}
        if len(times) == 1 and None not in times:
            return self.tr("Counts in {:g} s").format(times.pop())
        return self.tr("Counts")

    def set_curves(self, curves: tuple[PlotCurve, ...]) -> None:
        """Show spectra, the last in front."""
        self._curves = curves
        self.recolour()

    def recolour(self) -> None:
        """Draw everything in the colours of the theme."""
        inks = curve_colours(tuple(curve.role for curve in self._curves), self.plot.colours)
        drawn = tuple(
            DrawnCurve(
                curve.name,
                curve.axis,
                self._heights(curve),
                ink,
                is_counted=curve.role is CurveRole.MEASURED,
            )
            for curve, ink in zip(self._curves, inks, strict=True)
        )
        unit = self.tr("% per keV") if self.is_normalised else self.tr("counts")
        self.show_curves(drawn, self.counts_label, unit)

    def _heights(self, curve: PlotCurve) -> NDArray[Any]:
        if not self.is_normalised:
            return curve.counts
        return percent_per_kev(curve.counts, curve.axis)


def percent_per_kev(counts: NDArray[Any], axis: EnergyAxis) -> NDArray[np.float64]:
    """A spectrum scaled so that its area above 1 keV is 100 %, shape (channels,), 1/keV.

    What lies in a channel is divided by the channel's width, so that spectra of different gain
    lie on one another. A spectrum without counts above 1 keV stays at 0.
    """
    values = np.asarray(counts, np.float64)
    channels = np.arange(len(values), dtype=np.float64)
    widths = axis.gain_kev + 2 * axis.quadratic * channels
    above = axis.energies_kev(len(values)) >= AREA_FROM_KEV
    total = float(values[above].sum())
    if not total > 0:
        return np.zeros_like(values)
    return 100.0 * values / (total * np.where(widths > 0, widths, np.inf))


def curve_colours(roles: tuple[CurveRole, ...], colours: PlotColours) -> tuple[str, ...]:
    """A colour for each spectrum: the ink for the first computed one, then the palette.

    The palette differs in lightness as well as in hue; it starts again after four.
    """
    palette = (colours.maximum, colours.pixel, colours.region, colours.accent)
    chosen: list[str] = []
    others = 0
    for role in roles:
        if role is CurveRole.COMPUTED and colours.sum not in chosen:
            chosen.append(colours.sum)
        else:
            chosen.append(palette[others % len(palette)])
            others += 1
    return tuple(chosen)
