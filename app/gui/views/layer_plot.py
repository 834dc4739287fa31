"""What each layer of a stack contributes to a computed spectrum."""

from PySide6.QtWidgets import QWidget

from app.core.physics.computed import ComputedSpectrum
from app.gui.theme import LIGHT_PLOT, PlotColours
from app.gui.views.curves_view import CurvesView
from app.gui.views.energy_plot import DrawnCurve

# after Okabe and Ito, "Color Universal Design" (2008): told apart by all kinds of colour vision;
# a darker set for white ground, where sky blue and yellow would be lost
_LIGHT = ("#0072b2", "#d55e00", "#007a5a", "#a34b83", "#8a6d00", "#3f3a9e")
_DARK = ("#56b4e9", "#ee8a3c", "#2fc79b", "#e08fc4", "#f0e442", "#a9a4ff")


def layer_colours(count: int, colours: PlotColours) -> tuple[str, ...]:
    """A colour for each layer, top to bottom, as #rrggbb; they repeat after six."""
    palette = _LIGHT if colours is LIGHT_PLOT else _DARK
    return tuple(palette[number % len(palette)] for number in range(count))


def scatter_colour(colours: PlotColours) -> str:
    """A grey for the scatter, between the ink of the total and the ground, as #rrggbb."""
    return "#8a867e" if colours is LIGHT_PLOT else "#85827b"


def air_colour(colours: PlotColours) -> str:
    """A bluish grey for the argon of the air, apart from the grey of the scatter, as #rrggbb."""
    return "#75759a" if colours is LIGHT_PLOT else "#9c9cc4"


class LayerPlot(CurvesView):
    """Shows a computed spectrum: its total, each layer's share in its own colour, scatter and air.

    The layers are numbered from the top, so that they can be told apart without colours too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._spectrum: ComputedSpectrum | None = None
        self.set_spectrum(None)

    @property
    def spectrum(self) -> ComputedSpectrum | None:
        """What is shown."""
        return self._spectrum

    def set_spectrum(self, spectrum: ComputedSpectrum | None) -> None:
        """Show a spectrum; None shows nothing."""
        self._spectrum = spectrum
        self.recolour()

    def recolour(self) -> None:
        """Draw everything in the colours of the theme."""
        spectrum = self._spectrum
        if spectrum is None:
            self.show_curves((), self.tr("Counts"), self.tr("counts"))
            return
        colours, axis = self.plot.colours, spectrum.instrument.axis
        inks = layer_colours(len(spectrum.layer_names), colours)
        total = DrawnCurve(self.tr("Total"), axis, spectrum.counts, colours.sum)
        scatter = DrawnCurve(self.tr("Scatter"), axis, spectrum.scatter, scatter_colour(colours))
        argon = DrawnCurve(self.tr("Air"), axis, spectrum.air, air_colour(colours))
        around = (scatter, argon) if spectrum.air.any() else (scatter,)
        layers = tuple(
            DrawnCurve(f"{number} {_short(name)}", axis, values, ink, 1.6)
            for number, (name, values, ink) in enumerate(
                zip(spectrum.layer_names, spectrum.layers, inks, strict=True), 1
            )
        )
        label = self.tr("Counts in {:g} s").format(spectrum.instrument.live_time_s)
        self.show_curves((total, *around, *layers), label, self.tr("counts"))


def _short(name: str) -> str:
    """The layer's part in the painting, which comes first in its name."""
    return name.partition(":")[0]
